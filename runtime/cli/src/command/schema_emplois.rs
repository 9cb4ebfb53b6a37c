//! `cadrage schéma-emplois`: entries less exits, their impact in ETPT, and the official identity.

use std::fmt::Write as _;

use cadrage_session::{JobPlan, JobPlans};
use cadrage_value::Exact;

use super::analysis::{self, Asked};
use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::cells::{self, Cell, signed};
use crate::columns::cut;
use crate::output;

pub(crate) fn run(context: &Context, asked: &Asked<'_>, level: Option<&str>, target: Option<&str>) -> Result<u8, u8> {
    let target = target.map(etpt).transpose()?;
    let options = asked.options()?;
    let mut workspace = context.open(asked.extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let scenario = asked.scenario(&compiled)?;
    let plans = context
        .wait("schéma d'emplois", |_| workspace.job_plan(&compiled, &scenario, &options, level))
        .map_err(|e| context.run_refused(&e, &compiled))?;
    analysis::say(context, &plans.alerts);
    let heads = ["niveau", "membre", "indicateur"];
    let text = match context.common.format {
        Format::Table => table(&plans, target.as_ref()),
        Format::Json => {
            let value = serde_json::json!({"scenario": plans.scenario, "exercice": plans.year, "cellules": cells::json(&heads, &figures(&plans, target.as_ref()))});
            format!("{value:#}\n")
        }
        format => cells::csv(&heads, &figures(&plans, target.as_ref()), format),
    };
    output::data(&text);
    Ok(DONE)
}

/// A number of ETPT as people type it.
fn etpt(text: &str) -> Result<Exact, u8> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.parse().map_err(|_| {
        eprintln!("cadrage : `{text}` n'est pas un nombre d'ETPT ; écrivez `--viser 2340` ou `--viser \"112,5\"`");
        MISUSE
    })
}

fn figures(p: &JobPlans, target: Option<&Exact>) -> Vec<Cell> {
    let mut out = Vec::new();
    for row in &p.rows {
        let j = &row.plan;
        for (name, x) in [
            ("etpt_n_1", j.before.clone()),
            ("eap_schema_n_1", j.extension.clone()),
            ("impact_schema_n", j.own.clone()),
            ("transferts", j.transfers.clone()),
            ("quotites", j.working_time.clone()),
            ("etpt_n", j.after.clone()),
            ("etp_31_12_n_1", j.opening.clone()),
            ("entrees_etp", j.entries.clone()),
            ("sorties_etp", j.exits.clone()),
            ("schema_etp", j.plan()),
            ("etp_31_12_n", j.closing.clone()),
            ("residu", j.residue()),
        ] {
            let level = if row.member.is_some() { p.level.clone() } else { "etablissement".to_owned() };
            out.push(Cell { keys: vec![level, row.member.clone().unwrap_or_default(), name.to_owned()], value: Some(x) });
        }
    }
    if let Some(needed) = target.and_then(|t| p.for_target(t)) {
        for (name, x) in [("entrees_pour_viser", needed.more), ("schema_pour_viser", needed.plan)] {
            out.push(Cell { keys: vec!["etablissement".to_owned(), String::new(), name.to_owned()], value: Some(x) });
        }
    }
    out
}

fn plus(x: &Exact) -> String {
    signed(Some(x), 2)
}

fn table(p: &JobPlans, target: Option<&Exact>) -> String {
    let mut out = cut(&format!("{} — {}", p.scenario, p.label), 80) + "\n";
    let (before, year) = (p.year - 1, p.year);
    if let Some(row) = p.rows.first() {
        whole(&mut out, &row.label, &row.plan, before, year);
    }
    if let Some(wanted) = target {
        let _ = match p.for_target(wanted) {
            Some(n) => writeln!(
                out,
                "  pour finir à {} ETPT : {} ETP au 01/{}, schéma de {} ETP",
                wanted.to_french(2),
                plus(&n.more),
                n.from.to_french(),
                plus(&n.plan)
            ),
            None => writeln!(out, "  pour finir à {} ETPT : aucun mois à venir en {year}", wanted.to_french(2)),
        };
    }
    let parts = p.rows.get(1..).unwrap_or(&[]);
    if parts.is_empty() {
        return out;
    }
    let _ = writeln!(out, "\nPar {}", p.level);
    let _ = writeln!(out, "  {:<18} {:>9} {:>8} {:>8} {:>8} {:>9} {:>8}", "", "ETPT", "EAP", "schéma", "autres", "ETPT", "schéma");
    let _ = writeln!(out, "  {:<18} {:>9} {:>8} {:>8} {:>8} {:>9} {:>8}", "", before, before, year, "", year, "ETP");
    for row in parts {
        let j = &row.plan;
        let others = &j.transfers + &j.working_time;
        let _ = writeln!(
            out,
            "  {:<18} {:>9} {:>8} {:>8} {:>8} {:>9} {:>8}",
            cut(&row.label, 18),
            j.before.to_french(2),
            plus(&j.extension),
            plus(&j.own),
            plus(&others),
            j.after.to_french(2),
            plus(&j.plan())
        );
    }
    out
}

fn whole(out: &mut String, title: &str, j: &JobPlan, before: i32, year: i32) {
    let _ = writeln!(out, "schéma d'emplois {year} — {}", cut(title, 50));
    let mut line = |name: &str, text: String| {
        let _ = writeln!(out, "  {name:<52} {text:>14}");
    };
    line(&format!("ETPT {before}"), j.before.to_french(4));
    line(&format!("EAP du schéma d'emplois {before}"), signed(Some(&j.extension), 4));
    line(&format!("impact du schéma d'emplois {year}"), signed(Some(&j.own), 4));
    line("transferts entre populations", signed(Some(&j.transfers), 4));
    line("corrections : changements de quotité", signed(Some(&j.working_time), 4));
    line(&format!("ETPT {year}"), j.after.to_french(4));
    line(&format!("ETP au 31/12/{before}"), j.opening.to_french(2));
    line(&format!("entrées de {year} (ETP)"), plus(&j.entries));
    line(&format!("sorties de {year} (ETP)"), plus(&-j.exits.clone()));
    line(&format!("schéma d'emplois {year} (ETP)"), plus(&j.plan()));
    line(&format!("ETP au 31/12/{year}"), j.closing.to_french(2));
    let held = if j.residue().is_zero() { "tenue".to_owned() } else { format!("écart {}", signed(Some(&j.residue()), 4)) };
    let _ = writeln!(out, "  (ETPT {year} - transferts) - ETPT {before} - corrections = impact : {held}");
}
