//! `cadrage eap`: what the changes of a year still cost the year after.

use std::fmt::Write as _;

use cadrage_session::{EAP_LINES, Eap, EapLine, EapStudy};

use super::analysis::{self, Asked};
use super::{Context, DONE};
use crate::arguments::Format;
use crate::cells::{self, Cell, percent, signed};
use crate::columns::cut;
use crate::output;

pub(crate) fn run(context: &Context, asked: &Asked<'_>) -> Result<u8, u8> {
    let options = asked.options()?;
    let mut workspace = context.open(asked.extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let scenario = asked.scenario(&compiled)?;
    let study = context
        .wait("extensions en année pleine", |_| workspace.eap(&compiled, &scenario, &options))
        .map_err(|e| context.run_refused(&e, &compiled))?;
    analysis::say(context, &study.alerts);
    let heads = ["population", "exercice_origine", "ligne", "indicateur"];
    let text = match context.common.format {
        Format::Table => table(&study),
        Format::Json => {
            let value =
                serde_json::json!({"scenario": study.scenario, "exercice": study.year, "cellules": cells::json(&heads, &figures(&study))});
            format!("{value:#}\n")
        }
        format => cells::csv(&heads, &figures(&study), format),
    };
    output::data(&text);
    Ok(DONE)
}

/// The lines of a year, the point last.
fn lines(e: &Eap) -> Vec<(&'static str, &'static str, EapLine)> {
    let own = EAP_LINES.iter().map(|(kind, code, label)| (*code, *label, e.lines.get(kind).cloned().unwrap_or_default()));
    own.chain([("mesures_generales", "mesures générales (point)", e.general.clone())]).collect()
}

fn figures(study: &EapStudy) -> Vec<Cell> {
    let mut out = Vec::new();
    for p in &study.populations {
        for e in &p.years {
            let mut add = |line: &str, name: &str, value| {
                out.push(Cell { keys: vec![p.name.clone(), e.year.to_string(), line.to_owned(), name.to_owned()], value });
            };
            add("cout_de_l_exercice", "euros", Some(e.cost.clone()));
            for (code, _, line) in lines(e) {
                let count = cadrage_value::Exact::from_int(i64::try_from(line.count).unwrap_or(i64::MAX));
                for (name, x) in [
                    ("nombre", count),
                    ("dans_l_exercice", line.in_year.clone()),
                    ("annee_pleine", line.full_year.clone()),
                    ("eap", line.extension()),
                ] {
                    add(code, name, Some(x));
                }
            }
            for (name, x) in [("niveau", &e.point.level), ("masse", &e.point.mass), ("report", &e.point.carry)] {
                add("point", name, x.clone());
            }
            add("annee_pleine_au_31_12", "euros", Some(e.full_year.clone()));
            add("residu", "euros", Some(e.residue()));
        }
    }
    out
}

fn table(study: &EapStudy) -> String {
    let mut out = cut(&format!("{} — {}", study.scenario, study.label), 80) + "\n";
    let _ = writeln!(out, "extensions en année pleine, traitement indiciaire dû, au point de décembre (€)");
    for p in &study.populations {
        for e in &p.years {
            let (year, next) = (e.year, e.year + 1);
            let _ = writeln!(out, "\n{} — changements de {year}, reportés sur {next}", cut(&p.name, 40));
            let _ = writeln!(
                out,
                "  {:<27} {:>6} {:>13} {:>13} {:>14}",
                "",
                "nombre",
                format!("en {year}"),
                "année pleine",
                format!("EAP sur {next}")
            );
            for (code, label, line) in lines(e) {
                if line.count == 0 && !matches!(code, "entrees" | "sorties" | "promotions" | "echelons" | "mesures_generales") {
                    continue;
                }
                let [a, b, c] = [&line.in_year, &line.full_year, &line.extension()].map(|x| signed(Some(x), 2));
                let _ = writeln!(out, "  {label:<27} {:>6} {a:>13} {b:>13} {c:>14}", line.count);
            }
            let _ = writeln!(out, "  {:<61} {:>15}", format!("coût de {year}"), e.cost.to_french(2));
            let _ = writeln!(out, "  {:<61} {:>15}", format!("coût en année pleine de ceux du 31/12/{year}"), e.full_year.to_french(2));
            if !e.residue().is_zero() {
                let _ = writeln!(out, "  {:<61} {:>15}", "reste non expliqué", signed(Some(&e.residue()), 2));
            }
            if e.general.count > 0 {
                let [level, mass, carry] = [&e.point.level, &e.point.mass, &e.point.carry].map(|x| percent(x.as_ref()));
                let _ = writeln!(out, "  point : niveau {level}, masse {mass}, report {carry}");
            }
        }
    }
    out
}
