//! `cadrage comparer`: why a measure moved between two scenarios or two exercices, effect by effect.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cadrage_export::{Form, Reader};
use cadrage_session::{
    ComparedEffect, ComparedMember, Comparison, ComparisonRequest, Leg, Phases, comparison_document, declared_comparisons,
};
use cadrage_value::{Exact, Rounding};

use super::comparer_detail::detail;
use super::{Context, DONE, MISUSE, of_question};
use crate::arguments::Format;
use crate::columns::cut;
use crate::csv::cell;
use crate::{files, output};

/// What is asked for.
pub(crate) struct Asked {
    /// Nothing = the comparisons that the scripts declare.
    pub(crate) request: Option<ComparisonRequest>,
    /// Another measure than the masse salariale.
    pub(crate) sur: Option<String>,
    /// The effect to open, by its key or its number in the table.
    pub(crate) detail: Option<String>,
    pub(crate) au_plus: usize,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf], target: Option<&Path>) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let sentence = asked.request.as_ref().zip(asked.sur.as_ref()).map(|(request, measure)| sentence_of(request, measure));
    let typed = context.typed(&mut workspace, "comparer", sentence.as_deref().unwrap_or(""));
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let wanted = match &asked.request {
        Some(request) if !typed => vec![(request.clone(), Vec::new())],
        request => of_question(&compiled, declared_comparisons(&compiled), |d| d.span, typed, extra)
            .into_iter()
            .map(|d| (at_years(d.request, request.as_ref()), d.effects))
            .collect(),
    };
    if let Some(name) = &asked.detail {
        context.sees_agents(&workspace, &compiled, &format!("`--détail {name}` montre les agents un à un"))?;
    }
    if wanted.is_empty() {
        eprintln!("cadrage : aucun `comparer` dans ce dossier ; nommez un scénario : `cadrage comparer <scénario> [référence]`");
        return Err(MISUSE);
    }
    let mut all = Vec::new();
    for (mut request, effects) in wanted {
        request.details = asked.detail.is_some();
        let found = context.wait("comparaison", |waiting| {
            let mut phases = Phases::unheeded();
            phases.tell(waiting.listener());
            workspace.compare(&compiled, &request, &*backend, &mut phases)
        });
        let found = found.map_err(|e| context.run_refused(&e, &compiled))?;
        for note in &found.notes {
            context.say(&format!("  note : {note}"));
        }
        all.push(found.gathered(&effects));
    }
    if let (Some(path), Some(form)) = (target, form) {
        match form {
            // One row for an effect, as on the output.
            Form::Csv(Reader::Person) => files::put(context, path, written(asked, &all, Format::Csv)?.as_bytes())?,
            Form::Csv(Reader::Program) => files::put(context, path, written(asked, &all, Format::CsvBrut)?.as_bytes())?,
            Form::Json => files::put(context, path, written(asked, &all, Format::Json)?.as_bytes())?,
            _ => files::write(context, path, form, &comparison_document(&all))?,
        }
        return Ok(DONE);
    }
    let text = written(asked, &all, context.common.format)?;
    output::data(&text);
    Ok(DONE)
}

/// The sentence of a script that asks the same.
fn sentence_of(request: &ComparisonRequest, measure: &str) -> String {
    let reference = request.reference.as_ref().unwrap_or(&request.scenario);
    let level = request.level.as_ref().map_or_else(String::new, |level| format!(" par {level}"));
    format!("{} avec {reference} sur {measure}{level}", request.scenario)
}

/// A declared comparison, over the exercices of the one asked for.
fn at_years(declared: ComparisonRequest, asked: Option<&ComparisonRequest>) -> ComparisonRequest {
    let (year, reference_year) = asked.map_or((None, None), |a| (a.year, a.reference_year));
    ComparisonRequest { year, reference_year, ..declared }
}

/// Comparisons in a form.
fn written(asked: &Asked, all: &[Comparison], format: Format) -> Result<String, u8> {
    let each = |one: &dyn Fn(&Comparison) -> String| all.iter().map(one).collect::<Vec<_>>();
    Ok(match (&asked.detail, format) {
        (Some(name), format) => {
            let pages: Result<Vec<String>, u8> = all.iter().map(|c| detail(c, name, asked.au_plus, format)).collect();
            pages?.join("\n")
        }
        (None, Format::Table) => each(&table).join("\n"),
        (None, Format::Csv) => each(&|c| csv(c, ";", ',')).join("\n"),
        (None, Format::CsvBrut) => each(&|c| csv(c, ",", '.')).join("\n"),
        (None, Format::Json) => {
            let mut objects: Vec<serde_json::Value> = all.iter().map(json).collect();
            // One asked for is one object; those of a dossier are a list.
            let value = if asked.request.is_some() { objects.pop().unwrap_or_default() } else { serde_json::Value::Array(objects) };
            format!("{value:#}\n")
        }
    })
}

/// To the cent, or to as many decimals as the measure is read with.
fn rounded(c: &Comparison, x: &Exact) -> Exact {
    Rounding::HalfUp.apply(x, c.decimals)
}

/// For people.
pub(super) fn shown(c: &Comparison, x: &Exact) -> String {
    rounded(c, x).to_french(c.decimals)
}

/// For programs: a decimal point, nothing between thousands.
pub(super) fn plain(c: &Comparison, x: &Exact) -> String {
    rounded(c, x).to_plain(c.decimals)
}

fn title(c: &Comparison) -> String {
    let said = |(name, year): &(String, i32)| format!("{name} ({year})");
    let subject = if c.measure == "masse_salariale" { "masse salariale, en euros".to_owned() } else { c.subject() };
    format!("{} comparé à {}\n{subject}\n", said(&c.to), said(&c.from))
}

fn leg(c: &Comparison, leg: Leg) -> String {
    match leg {
        Leg::Year if matches!(c.unit.as_str(), "ETPT" | "ETPF") => format!("De {} à {} : entrées, sorties, quotités", c.from.1, c.to.1),
        Leg::Year if c.measure != "masse_salariale" => format!("De {} à {} : par agents présents", c.from.1, c.to.1),
        Leg::Year => format!("De {} à {} : les volumes aux prix de {}, puis les prix", c.from.1, c.to.1, c.from.1.min(c.to.1)),
        Leg::Known => "Ce qui est constaté en plus".to_owned(),
        Leg::Declared => format!("Ce qui est déclaré dans {} et non dans {}", c.to.0, c.from.0),
    }
}

fn table(c: &Comparison) -> String {
    let mut out = whole(c);
    let Some(level) = &c.level else { return out };
    for ComparedMember { code, label, start, end } in &level.members {
        let name = if label == code { code.clone() } else { format!("{code}  {label}") };
        let _ = writeln!(out, "\n{} {name}", level.name);
        line(&mut out, "Départ", &shown(c, start));
        for (k, effect) in c.effects.iter().enumerate() {
            if let Some(x) = effect.members.get(code).filter(|x| !x.is_zero()) {
                numbered(&mut out, k, effect, &shown(c, x));
            }
        }
        line(&mut out, "Arrivée", &shown(c, end));
        line(&mut out, "Écart", &shown(c, &(end - start)));
    }
    out
}

fn whole(c: &Comparison) -> String {
    let mut out = title(c);
    line(&mut out, "Départ", &shown(c, &c.start));
    let mut before = None;
    for (k, effect) in c.effects.iter().enumerate() {
        if before != Some(effect.leg) {
            let _ = writeln!(out, "  {}", cut(&leg(c, effect.leg), 77));
            before = Some(effect.leg);
        }
        numbered(&mut out, k, effect, &shown(c, &effect.amount));
    }
    line(&mut out, "Résidu", &shown(c, &c.residual()));
    line(&mut out, "Arrivée", &shown(c, &c.end));
    line(&mut out, "Écart", &shown(c, &c.difference()));
    out
}

/// A label and its amount, in 78 columns.
fn line(out: &mut String, label: &str, amount: &str) {
    let _ = writeln!(out, "  {:<56} {amount:>18}", cut(label, 56));
}

/// An effect with its number; the end of a long sentence goes below.
fn numbered(out: &mut String, k: usize, effect: &ComparedEffect, amount: &str) {
    let mut rows: Vec<String> = vec![String::new()];
    for word in effect.label.split(' ') {
        match rows.last_mut() {
            Some(row) if row.is_empty() || row.chars().count() + 1 + word.chars().count() <= 50 => {
                if !row.is_empty() {
                    row.push(' ');
                }
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    for (at, row) in rows.iter().enumerate() {
        if at == 0 {
            line(out, &format!("{:>3}  {row}", k + 1), amount);
        } else {
            let _ = writeln!(out, "       {}", cut(row, 70));
        }
    }
}

fn csv(c: &Comparison, separator: &str, decimal: char) -> String {
    let amount = |m: &Exact| plain(c, m).replace('.', &decimal.to_string());
    let mut out = ["rang", "etape", "effet", "libelle", "declaration", "membre", "montant"].join(separator) + "\n";
    let mut row = |cells: [String; 7]| out.push_str(&(cells.map(|text| cell(&text, separator)).join(separator) + "\n"));
    let edge = |name: &str, label: String, member: &str, m: &Exact| {
        let none = String::new;
        [none(), none(), name.to_owned(), label, none(), member.to_owned(), amount(m)]
    };
    let (start, end) = (format!("{} {}", c.from.0, c.from.1), format!("{} {}", c.to.0, c.to.1));
    let members = || c.level.iter().flat_map(|l| &l.members);
    row(edge("depart", start.clone(), "", &c.start));
    members().for_each(|m| row(edge("depart", start.clone(), &m.code, &m.start)));
    for e in &c.effects {
        let place = e.place.clone().unwrap_or_default();
        let cells = |member: &str, x: &Exact| {
            let (rank, leg) = (e.rank.to_string(), leg_key(e.leg).to_owned());
            [rank, leg, e.key.clone(), e.label.clone(), place.clone(), member.to_owned(), amount(x)]
        };
        row(cells("", &e.amount));
        e.members.iter().for_each(|(member, x)| row(cells(member, x)));
    }
    row(edge("residu", "Résidu".to_owned(), "", &rounding(c)));
    row(edge("arrivee", end.clone(), "", &c.end));
    members().for_each(|m| row(edge("arrivee", end.clone(), &m.code, &m.end)));
    out
}

fn leg_key(leg: Leg) -> &'static str {
    match leg {
        Leg::Year => "exercice",
        Leg::Known => "constate",
        Leg::Declared => "declarations",
    }
}

/// What effects as they are written leave of the difference as it is written: they always sum to it with this.
fn rounding(c: &Comparison) -> Exact {
    let difference = &rounded(c, &c.end) - &rounded(c, &c.start);
    &difference - &c.effects.iter().map(|e| rounded(c, &e.amount)).sum::<Exact>()
}

fn json(c: &Comparison) -> serde_json::Value {
    let by_member = |members: &BTreeMap<String, Exact>| {
        members.iter().map(|(m, x)| serde_json::json!({"membre": m, "montant": plain(c, x)})).collect::<Vec<_>>()
    };
    let effect = |e: &ComparedEffect| {
        let exact = e.amount.parts().map(|(n, d)| format!("{n}/{d}"));
        serde_json::json!({
            "effet": e.key, "libelle": e.label, "rang": e.rank, "etape": leg_key(e.leg), "declaration": e.place,
            "montant": plain(c, &e.amount), "montant_exact": exact, "membres": by_member(&e.members),
        })
    };
    let mut effects: Vec<serde_json::Value> = c.effects.iter().map(effect).collect();
    effects.push(serde_json::json!({"effet": "residu", "libelle": "Résidu", "rang": 99, "montant": plain(c, &rounding(c))}));
    serde_json::json!({
        "de": c.from.0, "exercice_de": c.from.1, "a": c.to.0, "exercice_a": c.to.1, "mesure": c.measure, "unite": c.unit,
        "depart": plain(c, &c.start), "arrivee": plain(c, &c.end), "ecart": plain(c, &(&rounded(c, &c.end) - &rounded(c, &c.start))),
        "effets": effects, "notes": c.notes, "niveau": c.level.as_ref().map(|l| &l.name),
        "membres": c.level.as_ref().map(|l| {
            let member = |m: &ComparedMember| {
                serde_json::json!({"membre": m.code, "libelle": m.label, "depart": plain(c, &m.start), "arrivee": plain(c, &m.end)})
            };
            l.members.iter().map(member).collect::<Vec<_>>()
        }),
    })
}
