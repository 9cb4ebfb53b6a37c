//! What configurators declare.

use cadrage_source::Spanned;

use super::block::{Block, provenance};
use super::expression::{print_expression, print_selection, unit};
use super::{joined, label, quoted};
use crate::ast::{
    Axis, Bracket, BracketLine, Calendar, Data, Declaration, Detail, Element, Entry, EntryKind, FeedTarget, Formula, Grid, Mode, ModeKind,
    RoundWord, Rounding, TableSource, Value, ValueKind, WithinMonth,
};

/// One declaration, with its last line end.
pub(super) fn declaration(declaration: &Declaration) -> String {
    match declaration {
        Declaration::Module(m) => format!("module {} version {}\n", m.name.value, quoted(&m.version.value)),
        Declaration::Import(m) => format!("utiliser {} version {}\n", m.name.value, quoted(&m.version.value)),
        Declaration::Population(p) => {
            format!("population {}{} = {}\n", p.name.value, label(p.label.as_ref()), print_selection(&p.selection))
        }
        Declaration::Axis(a) => axis(a),
        Declaration::Value(v) => value(v),
        Declaration::Bracket(b) => bracket(b),
        Declaration::Grid(g) => grid(g),
        Declaration::Calendar(c) => calendar(c),
        Declaration::Element(e) => element(e),
        Declaration::Data(d) => data(d),
        Declaration::Formula(f) => formula(f),
        Declaration::Scenario(s) => super::scenario::scenario(s),
        Declaration::Test(t) => super::test::test(t),
        Declaration::Silence(s) => {
            let within = s.within.as_ref().map_or_else(String::new, |w| format!(" dans {}", w.value));
            format!("taire {}{within} {}\n", s.code.value, quoted(&s.reason.value))
        }
        Declaration::Role(r) => super::report::role(r),
        Declaration::Reclassification(r) => super::exchange::reclassification(r),
        Declaration::Detailed(u) => match &u.detail {
            Detail::Envelope(e) => super::report::envelope(e),
            Detail::Report(r) => super::report::report(r),
            Detail::Comparison(c) => super::report::comparison(c),
            Detail::Explanation(e) => super::report::explanation(e),
            Detail::GoalSeek(g) => super::trial::goal_seek(g),
            Detail::Sweep(s) => super::trial::sweep(s),
            Detail::Interface(i) => super::interface::interface(i),
            Detail::EntryForm(f) => super::exchange::entry_form(f),
        },
        Declaration::Invalid(_) => "-- (illisible)\n".to_owned(),
    }
}

fn axis(a: &Axis) -> String {
    let mut block = Block::new(&format!("axe {}{}", a.name.value, label(a.label.as_ref())));
    if !a.levels.is_empty() {
        block.line(&format!("niveaux {}", a.levels.iter().map(|l| l.value.as_str()).collect::<Vec<_>>().join(" > ")));
    }
    block.docs(&a.docs);
    block.close()
}

fn value(v: &Value) -> String {
    let head = match v.kind {
        ValueKind::Constant => "constante",
        ValueKind::Hypothesis => "hypothèse",
    };
    let local = if v.local { " locale" } else { "" };
    let mut block = Block::new(&format!("{head} {} en {}{local}{}", v.name.value, unit(&v.unit), label(v.label.as_ref())));
    for e in &v.entries {
        block.line(&entry(e));
    }
    if let Some(t) = &v.table {
        block.line(&table(t));
    }
    if let Some((low, high)) = &v.bounds {
        block.line(&format!("entre {} et {}", print_expression(low), print_expression(high)));
    }
    if let Some(digits) = v.precision {
        block.line(&format!("précision {digits} décimales"));
    }
    match v.within_month {
        Some(WithinMonth::Prorata) => block.line("prorata"),
        Some(WithinMonth::NextMonth) => block.line("mois suivant"),
        None => {}
    }
    block.docs(&v.docs);
    block.close()
}

fn entry(e: &Entry) -> String {
    let start = match &e.kind {
        EntryKind::From(d, None) => format!("à compter du {} :", d.to_french()),
        EntryKind::From(d, Some(s)) => format!("à compter du {} pour {} :", d.to_french(), print_selection(s)),
        EntryKind::Default => "par défaut".to_owned(),
        EntryKind::Except(s) => format!("sauf pour {} :", print_selection(s)),
    };
    format!("{start} {}{}", print_expression(&e.value), provenance(&e.provenance))
}

fn table(t: &TableSource) -> String {
    let filter = t.filter.as_ref().map_or_else(String::new, |s| format!(" pour {}", print_selection(s)));
    format!("valeurs de {}{filter}", quoted(&t.path.value))
}

fn bracket(b: &Bracket) -> String {
    let mut block = Block::new(&format!("barème {} en {}{}", b.name.value, unit(&b.unit), label(b.label.as_ref())));
    block.docs(&b.docs);
    for version in &b.versions {
        block.line(&format!("à compter du {}{} :", version.from.to_french(), provenance(&version.provenance)));
        for line in &version.lines {
            block.row(&bracket_line(line));
        }
    }
    block.close()
}

pub(super) fn bracket_line(line: &BracketLine) -> String {
    let up_to = line.up_to.as_ref().map_or_else(|| "au-delà".to_owned(), |q| format!("jusqu'à {}", print_expression(q)));
    format!("{up_to} : {}", print_expression(&line.rate))
}

fn grid(g: &Grid) -> String {
    let selection = g.selection.as_ref().map_or_else(String::new, |s| format!(" pour {}", print_selection(s)));
    let mut block = Block::new(&format!("grille {}{selection}{}", g.name.value, label(g.label.as_ref())));
    block.docs(&g.docs);
    if g.planned {
        block.line("en projet");
    }
    if let Some(t) = &g.table {
        block.line(&table(t));
    }
    for version in &g.versions {
        let period = match version.until {
            Some(last) => format!("du {} au {}", version.from.to_french(), last.to_french()),
            None => format!("à compter du {}", version.from.to_french()),
        };
        block.line(&format!("{period}{} :", provenance(&version.provenance)));
        for row in &version.rows {
            block.row(&joined(row));
        }
    }
    block.close()
}

fn calendar(c: &Calendar) -> String {
    let mut block = Block::new(&format!("calendrier {}{}", c.name.value, label(c.label.as_ref())));
    for (month, share) in &c.shares {
        block.line(&format!("{:02} : {}", month.value, print_expression(share)));
    }
    block.close()
}

fn element(e: &Element) -> String {
    let mut block = Block::new(&format!("élément {}{}", e.code.value, label(e.label.as_ref())));
    if let Some(f) = &e.family {
        block.line(&format!("famille {}", f.value));
    }
    if !e.bases.is_empty() {
        block.line(&format!("assiettes {}", joined(&e.bases)));
    }
    if !e.accounts.is_empty() {
        let accounts = e.accounts.iter().map(|(who, code)| format!("{} {}", who.value, code.value)).collect::<Vec<_>>();
        block.line(&format!("compte {}", accounts.join(" ; ")));
    }
    block.close()
}

fn data(d: &Data) -> String {
    let grain = d.grain.as_ref().map_or_else(String::new, |g: &Spanned<String>| format!(" par {}", g.value));
    let in_unit = d.unit.as_ref().map_or_else(String::new, |u| format!(" en {}", unit(u)));
    let mut block = Block::new(&format!("donnée {}{in_unit}{grain}{}", d.name.value, label(d.label.as_ref())));
    if let Some((_, selection)) = &d.required {
        block.line(&selection.as_ref().map_or_else(|| "obligatoire".to_owned(), |s| format!("obligatoire pour {}", print_selection(s))));
    }
    if let Some(fallback) = &d.fallback {
        block.line(&format!("à défaut {}", print_expression(fallback)));
    }
    if let Some(m) = &d.mode {
        block.line(&mode(m));
    }
    block.docs(&d.docs);
    block.close()
}

fn mode(m: &Mode) -> String {
    let one = |kind: &ModeKind| match kind {
        ModeKind::Sum => "somme".to_owned(),
        ModeKind::Mean(None) => "moyenne".to_owned(),
        ModeKind::Mean(Some(by)) => format!("moyenne pondérée par {}", by.value),
        ModeKind::Last => "dernier".to_owned(),
        ModeKind::Distinct => "distincte".to_owned(),
        ModeKind::None => "aucune".to_owned(),
        ModeKind::Ratio(a, b) => format!("rapport {} / {}", a.value, b.value),
    };
    let time = m.time.as_ref().map_or_else(String::new, |t| format!(" ; temps {}", one(t)));
    format!("agrégation {}{time}", one(&m.space))
}

fn formula(f: &Formula) -> String {
    let mut block = Block::new(&format!("formule {} en {} par {}{}", f.name.value, unit(&f.unit), f.grain.value, label(f.label.as_ref())));
    if let Some(s) = &f.scope {
        block.line(&format!("pour {}", print_selection(s)));
    }
    for e in &f.equations {
        block.line(&format!("= {}", print_expression(e)));
    }
    for e in &f.exceptions {
        block.line(&format!("sauf pour {} : {}", print_selection(&e.selection), print_expression(&e.value)));
    }
    if let Some(r) = &f.rounding {
        block.line(&rounding(*r));
    }
    if let Some((target, _)) = &f.feeds {
        block.line(&feeds(target));
    }
    if let Some(m) = &f.mode {
        block.line(&mode(m));
    }
    if f.final_when_paid {
        block.line("sans rappel");
    }
    block.docs(&f.docs);
    block.close()
}

fn rounding(r: Rounding) -> String {
    let way = match r.word {
        RoundWord::Nearest => "",
        RoundWord::Down => " inférieur",
        RoundWord::Up => " supérieur",
    };
    match r.digits {
        2 => format!("arrondi{way} au centime"),
        0 => format!("arrondi{way} à l'unité"),
        n => format!("arrondi{way} à {n} décimales"),
    }
}

fn feeds(target: &FeedTarget) -> String {
    match target {
        FeedTarget::Job(job) => format!("alimente emploi {}", job.value),
        FeedTarget::Rubriques(codes, account) => {
            let codes = match codes.as_slice() {
                [one] => one.value.clone(),
                many => format!("({})", joined(many)),
            };
            let account = account.as_ref().map_or_else(String::new, |a| format!(" compte {}", a.value));
            format!("alimente rubrique {codes}{account}")
        }
    }
}
