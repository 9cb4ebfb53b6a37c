//! `cadrage comparer`: why the masse salariale moved between two scenarios or two exercices, effect by effect.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cadrage_export::{Form, Reader};
use cadrage_session::{
    ComparedEffect, ComparedMember, Comparison, ComparisonRequest, Leg, Phases, comparison_document, declared_comparisons,
};
use cadrage_value::{Exact, Money, Rounding};

use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::columns::cut;
use crate::csv::cell;
use crate::{files, output};

/// What is asked for.
pub(crate) struct Asked {
    /// Nothing = the comparisons that the scripts declare.
    pub(crate) request: Option<ComparisonRequest>,
    /// The effect to open, by its key or its number in the table.
    pub(crate) detail: Option<String>,
    pub(crate) au_plus: usize,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf], target: Option<&Path>) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let form = target.map(|path| files::form(path, context.common.format)).transpose()?;
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let wanted = match &asked.request {
        Some(request) => vec![(request.clone(), Vec::new())],
        None => {
            let declared = declared_comparisons(&compiled).map_err(|e| context.run_refused(&e, &compiled))?;
            // Those of a script named on the command line, when it has any.
            let named: Vec<_> = declared
                .iter()
                .filter(|d| extra.iter().any(|path| super::calculer::is_in(&compiled, d.span.file, path)))
                .cloned()
                .collect();
            let chosen = if named.is_empty() { declared } else { named };
            chosen.into_iter().map(|d| (d.request, d.effects)).collect()
        }
    };
    if let Some(name) = &asked.detail {
        context.sees_agents(&workspace, &compiled, &format!("`--détail {name}` montre les agents un à un"))?;
    }
    if wanted.is_empty() {
        eprintln!("cadrage : aucun `comparer` dans ce dossier ; nommez un scénario : `cadrage comparer <scénario> [référence]`");
        return Err(MISUSE);
    }
    let mut all = Vec::new();
    for (request, effects) in wanted {
        let found =
            workspace.compare(&compiled, &request, &*backend, &mut Phases::unheeded()).map_err(|e| context.run_refused(&e, &compiled))?;
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

/// To the cent, for people.
fn cents(x: &Exact) -> Money {
    Rounding::HalfUp.to_money(x).unwrap_or_default()
}

fn title(c: &Comparison) -> String {
    let said = |(name, year): &(String, i32)| format!("{name} ({year})");
    format!("{} comparé à {}\nmasse salariale, en euros\n", said(&c.to), said(&c.from))
}

fn leg(c: &Comparison, leg: Leg) -> String {
    match leg {
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
        line(&mut out, "Départ", *start);
        for (k, effect) in c.effects.iter().enumerate() {
            if let Some(x) = effect.members.get(code).filter(|x| !x.is_zero()) {
                numbered(&mut out, k, effect, x);
            }
        }
        line(&mut out, "Arrivée", *end);
        line(&mut out, "Écart", *end - *start);
    }
    out
}

fn whole(c: &Comparison) -> String {
    let mut out = title(c);
    line(&mut out, "Départ", c.start);
    let mut before = None;
    for (k, effect) in c.effects.iter().enumerate() {
        if before != Some(effect.leg) {
            let _ = writeln!(out, "  {}", cut(&leg(c, effect.leg), 77));
            before = Some(effect.leg);
        }
        numbered(&mut out, k, effect, &effect.amount);
    }
    line(&mut out, "Résidu", cents(&c.residual()));
    line(&mut out, "Arrivée", c.end);
    line(&mut out, "Écart", c.difference());
    out
}

/// A label and its amount, in 78 columns.
fn line(out: &mut String, label: &str, amount: Money) {
    let _ = writeln!(out, "  {:<56} {:>18}", cut(label, 56), amount.to_french());
}

/// An effect with its number; the end of a long sentence goes below.
fn numbered(out: &mut String, k: usize, effect: &ComparedEffect, amount: &Exact) {
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
            line(out, &format!("{:>3}  {row}", k + 1), cents(amount));
        } else {
            let _ = writeln!(out, "       {}", cut(row, 70));
        }
    }
}

fn csv(c: &Comparison, separator: &str, decimal: char) -> String {
    let amount = |m: &Exact| cents(m).to_string().replace('.', &decimal.to_string());
    let mut out = ["rang", "etape", "effet", "libelle", "declaration", "membre", "montant"].join(separator) + "\n";
    let mut row = |cells: [String; 7]| out.push_str(&(cells.map(|text| cell(&text, separator)).join(separator) + "\n"));
    let edge = |name: &str, label: String, member: &str, m: Money| {
        let none = String::new;
        [none(), none(), name.to_owned(), label, none(), member.to_owned(), amount(&m.to_exact())]
    };
    let (start, end) = (format!("{} {}", c.from.0, c.from.1), format!("{} {}", c.to.0, c.to.1));
    let members = || c.level.iter().flat_map(|l| &l.members);
    row(edge("depart", start.clone(), "", c.start));
    members().for_each(|m| row(edge("depart", start.clone(), &m.code, m.start)));
    for e in &c.effects {
        let place = e.place.clone().unwrap_or_default();
        let cells = |member: &str, x: &Exact| {
            let (rank, leg) = (e.rank.to_string(), leg_key(e.leg).to_owned());
            [rank, leg, e.key.clone(), e.label.clone(), place.clone(), member.to_owned(), amount(x)]
        };
        row(cells("", &e.amount));
        e.members.iter().for_each(|(member, x)| row(cells(member, x)));
    }
    row(edge("residu", "Résidu".to_owned(), "", rounding(c)));
    row(edge("arrivee", end.clone(), "", c.end));
    members().for_each(|m| row(edge("arrivee", end.clone(), &m.code, m.end)));
    out
}

fn leg_key(leg: Leg) -> &'static str {
    match leg {
        Leg::Year => "exercice",
        Leg::Known => "constate",
        Leg::Declared => "declarations",
    }
}

/// What effects to the cent leave of the difference: they always sum to it with this.
fn rounding(c: &Comparison) -> Money {
    c.difference() - c.effects.iter().map(|e| cents(&e.amount)).sum()
}

fn json(c: &Comparison) -> serde_json::Value {
    let by_member = |members: &BTreeMap<String, Exact>| {
        members.iter().map(|(m, x)| serde_json::json!({"membre": m, "montant": cents(x).to_string()})).collect::<Vec<_>>()
    };
    let effect = |e: &ComparedEffect| {
        let exact = e.amount.parts().map(|(n, d)| format!("{n}/{d}"));
        serde_json::json!({
            "effet": e.key, "libelle": e.label, "rang": e.rank, "etape": leg_key(e.leg), "declaration": e.place,
            "montant": cents(&e.amount).to_string(), "montant_exact": exact, "membres": by_member(&e.members),
        })
    };
    let mut effects: Vec<serde_json::Value> = c.effects.iter().map(effect).collect();
    effects.push(serde_json::json!({"effet": "residu", "libelle": "Résidu", "rang": 99, "montant": rounding(c).to_string()}));
    serde_json::json!({
        "de": c.from.0, "exercice_de": c.from.1, "a": c.to.0, "exercice_a": c.to.1, "mesure": "masse_salariale",
        "depart": c.start.to_string(), "arrivee": c.end.to_string(), "ecart": c.difference().to_string(),
        "effets": effects, "notes": c.notes, "niveau": c.level.as_ref().map(|l| &l.name),
        "membres": c.level.as_ref().map(|l| {
            let member = |m: &ComparedMember| {
                serde_json::json!({"membre": m.code, "libelle": m.label, "depart": m.start.to_string(), "arrivee": m.end.to_string()})
            };
            l.members.iter().map(member).collect::<Vec<_>>()
        }),
    })
}

/// Who makes an effect, the greatest first.
fn detail(c: &Comparison, name: &str, most: usize, format: Format) -> Result<String, u8> {
    let number = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let found = number.and_then(|n| c.effects.get(n)).or_else(|| c.effects.iter().find(|e| e.key == name));
    let Some(effect) = found else {
        let known: Vec<&str> = c.effects.iter().map(|e| e.key.as_str()).collect();
        eprintln!("cadrage : l'effet `{name}` n'est pas dans cette comparaison ; effets : {}", known.join(", "));
        return Err(MISUSE);
    };
    let mut agents: Vec<(&String, &Exact)> = effect.agents.iter().collect();
    agents.sort_by(|a, b| absolute(b.1).cmp(&absolute(a.1)).then_with(|| a.0.cmp(b.0)));
    let shown = || agents.iter().take(most);
    Ok(match format {
        Format::Json => {
            let list: Vec<_> = shown().map(|(m, x)| serde_json::json!({"matricule": m, "montant": cents(x).to_string()})).collect();
            let value = serde_json::json!({
                "effet": effect.key, "libelle": effect.label, "montant": cents(&effect.amount).to_string(), "declaration": effect.place,
                "agents": agents.len(), "premiers": list,
            });
            format!("{value:#}\n")
        }
        Format::Csv | Format::CsvBrut => {
            let (separator, decimal) = if format == Format::Csv { (";", ",") } else { (",", ".") };
            let mut out = format!("matricule{separator}montant\n");
            shown().for_each(|(m, x)| out.push_str(&format!("{m}{separator}{}\n", cents(x).to_string().replace('.', decimal))));
            out
        }
        Format::Table => {
            let mut out = format!("{} : {} €\n", effect.label, cents(&effect.amount).to_french());
            if let Some(place) = &effect.place {
                let _ = writeln!(out, "  déclaré dans {place}");
            }
            for (matricule, x) in shown() {
                let _ = writeln!(out, "  {matricule:<24} {:>18}", cents(x).to_french());
            }
            match agents.len().saturating_sub(most) {
                0 => {}
                rest => {
                    let _ = writeln!(out, "  … et {rest} autres ; `--au-plus {}` les montre", agents.len());
                }
            }
            out
        }
    })
}

fn absolute(x: &Exact) -> Exact {
    if x.is_negative() { -x.clone() } else { x.clone() }
}
