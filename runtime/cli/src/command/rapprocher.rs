//! `cadrage rapprocher`: what was paid against what the rules give, and why they differ.

use std::fmt::Write as _;
use std::path::PathBuf;

use cadrage_session::{BackTest, Cause, Gap, Period};
use cadrage_value::{Money, Month};

use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::columns::cut;
use crate::csv::{cell, quoted};
use crate::{months, output};

const CAUSES: [Cause; 3] = [Cause::Date, Cause::Data, Cause::Unexplained];

/// What was asked for on the command line.
pub(crate) struct Asked {
    pub(crate) scenario: Option<String>,
    pub(crate) du: Option<String>,
    pub(crate) au: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) au_plus: usize,
}

pub(crate) fn run(context: &Context, asked: &Asked, engine: &str, extra: &[PathBuf]) -> Result<u8, u8> {
    let backend = crate::engine::backend(engine)?;
    let period = Period { from: months::option("--du", asked.du.as_deref())?, to: months::option("--au", asked.au.as_deref())? };
    let mut workspace = context.open(extra)?;
    let compiled = context.compile(&mut workspace)?;
    if let Some(rubrique) = &asked.detail {
        context.sees_agents(&workspace, &compiled, &format!("`--détail {rubrique}` montre les agents un à un"))?;
    }
    context.import_pending(&mut workspace)?;
    let found = context.wait("rapprochement", |_| workspace.back_test(&compiled, asked.scenario.as_deref(), period, &*backend));
    let test = found.map_err(|e| context.run_refused(&e, &compiled))?;
    context.moved_back(&workspace, |name| name == test.scenario);
    let text = match &asked.detail {
        None => whole(&test, context.common.format),
        Some(rubrique) => {
            let rubrique = rubrique.to_uppercase();
            if !test.rules.contains_key(&rubrique) {
                let known: Vec<&str> = test.rules.keys().map(String::as_str).collect();
                eprintln!("cadrage : la rubrique `{rubrique}` n'est pas comparée ; rubriques : {}", known.join(", "));
                return Err(MISUSE);
            }
            let gaps: Vec<&Gap> = test.gaps.iter().filter(|g| g.rubrique == rubrique).collect();
            detail(&test, &rubrique, &gaps, asked.au_plus, context.common.format)
        }
    };
    output::data(&text);
    Ok(DONE)
}

fn whole(t: &BackTest, format: Format) -> String {
    match format {
        Format::Table => table(t),
        Format::Csv => csv(t, ";", &|m| plain(m).replace('.', ",")),
        Format::CsvBrut => csv(t, ",", &plain),
        Format::Json => json(t),
    }
}

fn plain(m: Money) -> String {
    m.to_exact().to_plain(2)
}

fn months(t: &BackTest) -> String {
    let french = |m: Option<Month>| m.map_or_else(String::new, Month::to_french);
    format!("{} à {}", french(t.from), french(t.to))
}

/// Parts per cent with one decimal, cut: 100,0 only when all are equal.
fn share(equal: usize, all: usize) -> String {
    let thousandths = (equal * 1000).checked_div(all).unwrap_or(1000);
    format!("{},{}", thousandths / 10, thousandths % 10)
}

fn table(t: &BackTest) -> String {
    let mut out = format!("{} — payé et recalculé, mois de droit de {}\n", t.scenario, months(t));
    let _ = writeln!(out, "\n  Agents-mois                      comparés   égaux   part  date donnée inexpl.");
    let mut sums = [0_usize; 5];
    for (rubrique, row) in &t.rules {
        let by = |c: &Cause| row.gaps.get(c).copied().unwrap_or_default();
        let [date, data, unexplained] = CAUSES.each_ref().map(by);
        for (sum, n) in sums.iter_mut().zip([row.compared, row.equal, date, data, unexplained]) {
            *sum += n;
        }
        let label = cut(&row.label, 22);
        let share = share(row.equal, row.compared);
        let _ = writeln!(
            out,
            "  {rubrique:<9} {label:<22} {:>8} {:>7} {share:>6} {date:>5} {data:>6} {unexplained:>7}",
            row.compared, row.equal
        );
    }
    let [compared, equal, date, data, unexplained] = sums;
    let all = share(equal, compared);
    let _ = writeln!(out, "  {:<32} {compared:>8} {equal:>7} {all:>6} {date:>5} {data:>6} {unexplained:>7}", "Total");
    let _ = writeln!(out, "\n  Sans règle                       agents-mois        montant (€)");
    for ((rubrique, reason), row) in &t.without {
        let _ = writeln!(out, "  {rubrique:<9} {:<22} {:>11} {:>18}", cut(&row.label, 22), row.months, row.amount.to_french());
        let _ = writeln!(out, "            {reason}");
    }
    let _ = writeln!(out, "\n  Euros");
    let mut line = |what: &str, amount: Money| {
        let _ = writeln!(out, "  {what:<46} {:>18}", amount.to_french());
    };
    line("recalculé par les règles", t.recomputed());
    for cause in CAUSES {
        line(&format!("écart : {}", cause.name()), t.gap(Some(cause)));
    }
    line("sans règle", t.ruleless());
    line("payé pour ces mois de droit", t.paid);
    if t.elsewhere != Money::ZERO {
        line("(payé les mêmes mois pour d'autres mois)", t.elsewhere);
    }
    out
}

fn csv(t: &BackTest, separator: &str, money: &dyn Fn(Money) -> String) -> String {
    let head = ["rubrique", "libelle", "regle", "agents_mois", "egaux", "date", "donnee", "inexplique", "recalcule", "ecart", "paye"];
    let mut out = head.join(separator) + "\n";
    for (rubrique, row) in &t.rules {
        let [date, data, unexplained] = CAUSES.each_ref().map(|c| row.gaps.get(c).copied().unwrap_or_default().to_string());
        let cells = [
            rubrique.clone(),
            cell(&row.label, separator),
            "oui".to_owned(),
            row.compared.to_string(),
            row.equal.to_string(),
            date,
            data,
            unexplained,
            money(row.recomputed),
            money(row.paid - row.recomputed),
            money(row.paid),
        ];
        out.push_str(&(cells.join(separator) + "\n"));
    }
    for ((rubrique, reason), row) in &t.without {
        let none = String::new;
        let cells = [
            rubrique.clone(),
            cell(&row.label, separator),
            cell(reason, separator),
            row.months.to_string(),
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            money(row.amount),
        ];
        out.push_str(&(cells.join(separator) + "\n"));
    }
    out
}

fn json(t: &BackTest) -> String {
    let rules: Vec<serde_json::Value> = t
        .rules
        .iter()
        .map(|(rubrique, row)| {
            let [date, data, unexplained] = CAUSES.each_ref().map(|c| row.gaps.get(c).copied().unwrap_or_default());
            serde_json::json!({
                "rubrique": rubrique, "libelle": row.label, "agents_mois": row.compared, "egaux": row.equal, "date": date,
                "donnee": data, "inexplique": unexplained, "recalcule": plain(row.recomputed),
                "ecart": plain(row.paid - row.recomputed), "paye": plain(row.paid),
            })
        })
        .collect();
    let without: Vec<serde_json::Value> = t
        .without
        .iter()
        .map(|((rubrique, reason), row)| {
            serde_json::json!({
                "rubrique": rubrique, "libelle": row.label, "raison": reason, "agents_mois": row.months, "paye": plain(row.amount),
            })
        })
        .collect();
    let value = serde_json::json!({
        "scenario": t.scenario, "du": t.from.map(|m| m.to_string()), "au": t.to.map(|m| m.to_string()),
        "rubriques": rules, "sans_regle": without,
        "totaux": {
            "recalcule": plain(t.recomputed()), "ecart_date": plain(t.gap(Some(Cause::Date))),
            "ecart_donnee": plain(t.gap(Some(Cause::Data))), "ecart_inexplique": plain(t.gap(Some(Cause::Unexplained))),
            "sans_regle": plain(t.ruleless()), "paye": plain(t.paid), "paye_pour_d_autres_mois": plain(t.elsewhere),
        },
    });
    format!("{value:#}\n")
}

fn detail(t: &BackTest, rubrique: &str, gaps: &[&Gap], most: usize, format: Format) -> String {
    let shown = || gaps.iter().take(most);
    match format {
        Format::Json => {
            let list: Vec<serde_json::Value> = shown()
                .map(|g| {
                    serde_json::json!({
                        "matricule": g.matricule, "mois": g.month.to_string(), "paye": plain(g.paid), "recalcule": plain(g.recomputed),
                        "ecart": plain(g.amount()), "cause": g.cause.name(), "precision": g.detail,
                    })
                })
                .collect();
            format!("{:#}\n", serde_json::json!({"scenario": t.scenario, "rubrique": rubrique, "nombre": gaps.len(), "ecarts": list}))
        }
        Format::Csv | Format::CsvBrut => {
            let (separator, decimal) = if format == Format::Csv { (";", ",") } else { (",", ".") };
            let money = |m: Money| plain(m).replace('.', decimal);
            let mut out = ["matricule", "mois", "paye", "recalcule", "ecart", "cause", "precision"].join(separator) + "\n";
            for g in shown() {
                let cells = [
                    g.matricule.clone(),
                    g.month.to_string(),
                    money(g.paid),
                    money(g.recomputed),
                    money(g.amount()),
                    g.cause.name().to_owned(),
                    quoted(&g.detail),
                ];
                out.push_str(&(cells.join(separator) + "\n"));
            }
            out
        }
        Format::Table => {
            let label = t.rules.get(rubrique).map_or("", |r| r.label.as_str());
            let mut out = format!("{rubrique} — {label}, mois de droit de {}\n\n", months(t));
            if gaps.is_empty() {
                let _ = writeln!(out, "  aucun écart");
                return out;
            }
            let _ = writeln!(out, "  Matricule       Mois          Payé (€)   Recalculé (€)       Écart (€)");
            for g in shown() {
                let _ = writeln!(
                    out,
                    "  {:<15} {} {:>15} {:>15} {:>15}",
                    g.matricule,
                    g.month.to_french(),
                    g.paid.to_french(),
                    g.recomputed.to_french(),
                    g.amount().to_french()
                );
                let colon = if g.detail.is_empty() { "" } else { ", " };
                let _ = writeln!(out, "                  {}{colon}{}", g.cause.name(), g.detail);
            }
            let rest = gaps.len().saturating_sub(most);
            if rest > 0 {
                let _ = writeln!(out, "  … et {rest} autres ; `--au-plus {}` les montre", gaps.len());
            }
            out
        }
    }
}
