//! Envelopes and how far they are consumed, as text, CSV and JSON.

use std::fmt::Write as _;

use cadrage_session::{CeilingRow, CeilingState, Control, Remedy};
use cadrage_value::{Exact, Rounding};
use serde_json::json;

use crate::columns::cut;
use crate::csv::cell;

/// Is an envelope that blocks breached?
pub(crate) fn blocked(rows: &[CeilingRow]) -> bool {
    rows.iter().any(|row| row.state == CeilingState::Block)
}

/// As JSON and CSV write it.
fn code(state: CeilingState) -> &'static str {
    match state {
        CeilingState::NoCeiling => "sans_plafond",
        CeilingState::Held => "respecte",
        CeilingState::Information => "information",
        CeilingState::Alert => "alerte",
        CeilingState::Exceeded => "depasse",
        CeilingState::Block => "blocage",
    }
}

fn control(control: Control) -> &'static str {
    match control {
        Control::Monthly => "mensuel",
        Control::Mean => "en moyenne",
        Control::Cumulative => "cumulé",
    }
}

fn number(x: Option<&Exact>) -> String {
    x.map_or_else(|| "–".to_owned(), |x| x.to_french(2))
}

fn percent(row: &CeilingRow) -> String {
    row.rate().map_or_else(|| "–".to_owned(), |rate| format!("{} %", (&rate * &Exact::from_int(100)).to_french(1)))
}

fn named(row: &CeilingRow) -> String {
    match row.member.as_str() {
        "" => format!("exercice {}", row.year),
        "?" => "  non réparti".to_owned(),
        member => format!("  {member}"),
    }
}

/// What to do, in words.
fn remedy(row: &CeilingRow) -> Option<String> {
    match row.remedy.as_ref()? {
        Remedy::EachMonth(much, from, to) => {
            // Rounded up, so that what is written is enough.
            let much = Rounding::Up.apply(much, 2).to_french(2);
            let when = if from == to {
                format!("en {}", from.to_french())
            } else {
                format!("chaque mois de {} à {}", from.to_french(), to.to_french())
            };
            Some(format!("pour tenir : {much} {} de moins {when}", row.unit))
        }
        Remedy::TooLate => Some("les mois constatés suffisent à le dépasser".to_owned()),
    }
}

fn head(row: &CeilingRow) -> String {
    let title = if row.label == row.envelope { row.envelope.clone() } else { format!("{} — {}", row.envelope, row.label) };
    let how = format!(" ({}, contrôle {})", row.unit, control(row.control));
    cut(&title, 78 - how.chars().count()) + &how
}

/// A scenario's envelopes: a block for each, the whole then its parts.
pub(crate) fn table(scenario: &str, rows: &[CeilingRow]) -> String {
    let mut out = format!("{scenario} — enveloppes\n");
    let mut before: Option<&str> = None;
    for row in rows {
        if before != Some(row.envelope.as_str()) {
            let _ = writeln!(out, "\n  {}", head(row));
            let _ = writeln!(out, "  {:<16} {:>14} {:>14} {:>14} {:>8}", "", "plafond", "constaté", "projeté", "taux");
            before = Some(&row.envelope);
        }
        let _ = writeln!(
            out,
            "  {:<16} {:>14} {:>14} {:>14} {:>8}",
            cut(&named(row), 16),
            number(row.ceiling.as_ref()),
            number(row.consumed.as_ref()),
            row.landing.to_french(2),
            percent(row)
        );
        let Some(ceiling) = &row.ceiling else { continue };
        if !matches!(row.state, CeilingState::Held) {
            let when = row.first_month.map_or_else(String::new, |m| format!(", dès {}", m.to_french()));
            let beyond = &row.landing - ceiling;
            let much = if beyond > Exact::ZERO { format!(" : {} {} de trop", beyond.to_french(2), row.unit) } else { String::new() };
            let _ = writeln!(out, "      {}{when}{much}", row.state.word());
        }
        if let Some(what) = remedy(row) {
            let _ = writeln!(out, "      {what}");
        }
    }
    out
}

/// Under `calculer`: what is not held, and how many are.
pub(crate) fn brief(rows: &[CeilingRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let own: Vec<&CeilingRow> = rows.iter().filter(|row| row.ceiling.is_some()).collect();
    let held = own.iter().filter(|row| row.state == CeilingState::Held).count();
    let mut out = format!("  enveloppes : {held} sur {} respectées\n", own.len());
    for row in own.iter().filter(|row| row.state != CeilingState::Held) {
        let when = row.first_month.map_or_else(String::new, |m| format!(", dès {}", m.to_french()));
        let of = if row.member.is_empty() { String::new() } else { format!(" {}", row.member) };
        let _ = writeln!(out, "    {} {}{of} : {} à {}{when}", row.envelope, row.year, row.state.word(), percent(row));
    }
    out
}

/// Envelopes month by month.
pub(crate) fn months(scenario: &str, rows: &[CeilingRow]) -> String {
    let mut out = format!("{scenario} — enveloppes, mois par mois\n");
    for row in rows {
        let _ = writeln!(out, "\n  {}", head(row));
        let _ = writeln!(out, "  {} : plafond {}", named(row).trim(), number(row.ceiling.as_ref()));
        for (month, x) in &row.months {
            let rate = row.ceiling.as_ref().and_then(|c| x.checked_div(c));
            let share = rate.as_ref().map_or_else(String::new, |r| format!("{} %", (r * &Exact::from_int(100)).to_french(1)));
            let over = row.ceiling.as_ref().is_some_and(|c| x > c);
            let bar = rate.map_or_else(String::new, |r| bar(&r));
            let line = format!("    {} {:>14} {share:>8} {}{bar}", month.to_french(), x.to_french(2), if over { "> " } else { "  " });
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}

/// A share of the ceiling as blocks, one for five per cent, 30 at most.
fn bar(rate: &Exact) -> String {
    let blocks = (rate * &Exact::from_int(20)).to_plain(0).parse::<usize>().unwrap_or(0).min(30);
    "█".repeat(blocks)
}

const HEAD: [&str; 15] = [
    "scenario",
    "enveloppe",
    "libelle",
    "niveau",
    "membre",
    "exercice",
    "unite",
    "controle",
    "plafond",
    "consomme",
    "projete",
    "taux",
    "etat",
    "premier_mois",
    "marge",
];

/// One row for an envelope or a part.
pub(crate) fn csv(all: &[(String, Vec<CeilingRow>)], separator: &str, mark: char) -> String {
    let plain = |x: Option<&Exact>, digits| x.map_or_else(String::new, |x| x.to_plain(digits).replace('.', &mark.to_string()));
    let mut out = HEAD.join(separator) + "\n";
    for (scenario, rows) in all {
        for row in rows {
            let fields = [
                scenario.clone(),
                row.envelope.clone(),
                row.label.clone(),
                row.level.clone(),
                row.member.clone(),
                row.year.to_string(),
                row.unit.to_string(),
                control(row.control).to_owned(),
                plain(row.ceiling.as_ref(), 4),
                plain(row.consumed.as_ref(), 4),
                plain(Some(&row.landing), 4),
                plain(row.rate().as_ref(), 6),
                code(row.state).to_owned(),
                row.first_month.map_or_else(String::new, |m| m.to_string()),
                plain(row.margin.as_ref(), 4),
            ];
            let cells: Vec<String> = fields.iter().map(|text| cell(text, separator)).collect();
            out += &(cells.join(separator) + "\n");
        }
    }
    out
}

/// The contract of cli.md, with the months and the remedy.
pub(crate) fn json(rows: &[CeilingRow]) -> serde_json::Value {
    let exact = |x: Option<&Exact>| x.map(ToString::to_string);
    let list: Vec<_> = rows
        .iter()
        .map(|row| {
            let months: Vec<_> = row.months.iter().map(|(m, x)| json!({"mois": m.to_string(), "valeur": x.to_string()})).collect();
            let remedy = match &row.remedy {
                None => serde_json::Value::Null,
                Some(Remedy::TooLate) => json!({"possible": false}),
                Some(Remedy::EachMonth(much, from, to)) => {
                    json!({"possible": true, "par_mois": much.to_string(), "du": from.to_string(), "au": to.to_string()})
                }
            };
            json!({
                "nom": row.envelope, "libelle": row.label, "niveau": row.level, "membre": row.member, "exercice": row.year,
                "unite": row.unit.to_string(), "controle": control(row.control), "plafond": exact(row.ceiling.as_ref()),
                "consomme": exact(row.consumed.as_ref()), "projete": row.landing.to_string(), "taux": exact(row.rate().as_ref()),
                "etat": code(row.state), "premier_mois": row.first_month.map(|m| m.to_string()), "marge": exact(row.margin.as_ref()),
                "remede": remedy, "mois": months,
            })
        })
        .collect();
    serde_json::Value::Array(list)
}
