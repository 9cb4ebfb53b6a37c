//! `cadrage charges`: the loads and what became of them; a kept compte rendu again.

use std::fmt::Write as _;

use cadrage_cube::{LoadSummary, LoadedFile};
use cadrage_value::{Date, Month};

use super::{Context, DONE, WRONG};
use crate::arguments::Format;
use crate::csv::cell;
use crate::output;

pub(crate) fn run(context: &Context, detail: Option<&str>) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    context.frozen(&mut workspace)?;
    let loads = workspace.dossier().loads_on(context.seen_on).map_err(|e| context.refuse(&e))?;
    if let Some(delivery) = detail {
        return again(context, &mut workspace, delivery, &loads);
    }
    let pending = workspace.dossier().pending_deliveries().map_err(|e| context.refuse(&e))?.len();
    match context.common.format {
        Format::Table => output::data(&table(&loads, context.seen_on)),
        Format::Csv => output::data(&csv(&loads, ";", ",")),
        Format::CsvBrut => output::data(&csv(&loads, ",", ".")),
        Format::Json => output::data(&format!("{:#}\n", json(&loads))),
    }
    if pending > 0 {
        context.say(&format!("  {pending} livraison(s) de `livraisons/` pas encore chargée(s) : `cadrage importer`"));
    }
    Ok(DONE)
}

/// The compte rendu as it was when the delivery was loaded.
fn again(context: &Context, workspace: &mut cadrage_session::Workspace, delivery: &str, loads: &[LoadSummary]) -> Result<u8, u8> {
    let delivery = delivery.trim_end_matches('/').rsplit('/').next().unwrap_or(delivery);
    let known = loads.iter().any(|l| l.delivery == delivery);
    let kept = if known { workspace.dossier().kept_reports(delivery).map_err(|e| context.refuse(&e))? } else { Vec::new() };
    let Some(last) = kept.last() else {
        let names: Vec<&str> = loads.iter().rev().take(6).map(|l| l.delivery.as_str()).collect();
        let help =
            if names.is_empty() { "aucune livraison n'est chargée".to_owned() } else { format!("les dernières : {}", names.join(", ")) };
        eprintln!("cadrage : la livraison `{delivery}` n'est pas chargée ; {help}");
        return Err(WRONG);
    };
    if kept.len() > 1 {
        context.say(&format!("  note : `{delivery}` a été chargée {} fois sous ce nom ; voici le dernier compte rendu", kept.len()));
    }
    match (context.common.format, &last.report) {
        (Format::Table, _) => output::data(&last.text),
        (Format::Csv | Format::CsvBrut, _) => output::data(&last.csv),
        (Format::Json, Some(report)) => output::data(&format!("{:#}\n", report.json())),
        (Format::Json, None) => {
            eprintln!("cadrage : cette livraison a été chargée par une version qui ne gardait que le texte ; retirez `--format json`");
            return Err(WRONG);
        }
    }
    Ok(DONE)
}

fn month(l: &LoadSummary) -> String {
    l.month.parse::<Month>().map_or_else(|_| l.month.clone(), Month::to_french)
}

fn day(l: &LoadSummary) -> String {
    Date::parse(&l.observed).map_or_else(|| l.observed.clone(), Date::to_french)
}

fn status(l: &LoadSummary) -> String {
    let mut words = vec![l.status.clone()];
    if l.validated {
        words.push("validé".to_owned());
    } else if l.state != "validable" && l.status != "remplacé" {
        words.push(l.state.clone());
    }
    words.join(", ")
}

fn table(loads: &[LoadSummary], seen_on: Option<Date>) -> String {
    let mut out = match seen_on {
        Some(day) => format!("Livraisons chargées, vues au {}\n\n", day.to_french()),
        None => "Livraisons chargées\n\n".to_owned(),
    };
    if loads.is_empty() {
        out.push_str("  aucune\n");
        return out;
    }
    let _ = writeln!(out, "  Mois     Observé     Livraison       Lignes       Montant (€)  État");
    for l in loads {
        let name: String =
            if l.delivery.chars().count() > 12 { l.delivery.chars().take(11).chain(['…']).collect() } else { l.delivery.clone() };
        let (head, status) = (format!("  {}  {}  {name:<12} {:>9} {:>17}", month(l), day(l), l.rows(), l.amount().to_french()), status(l));
        // A long state goes below, with what it is about.
        if head.chars().count() + 2 + status.chars().count() <= 80 {
            let _ = writeln!(out, "{head}  {status}");
        } else {
            let _ = writeln!(out, "{head}");
            out.push_str(&crate::report::filled(&status, "           ", "           "));
        }
        for f in &l.files {
            if let Some(by) = &f.replaced_by {
                out.push_str(&crate::report::filled(
                    &format!("{} : remise {} remplacée par {by}", f.kind.name(), f.remise),
                    "           ",
                    "             ",
                ));
            } else if f.remise > 1 {
                let _ = writeln!(out, "           {} : remise {}", f.kind.name(), f.remise);
            }
        }
    }
    out
}

/// A line per file; a load without effect has one without a file.
fn csv(loads: &[LoadSummary], separator: &str, decimal: &str) -> String {
    let head =
        ["livraison", "mois", "date_observation", "etat", "valide", "blocage", "type", "remise", "lignes", "montant", "remplacee_par"];
    let mut out = head.join(separator) + "\n";
    for l in loads {
        let files: Vec<Option<&LoadedFile>> = if l.files.is_empty() { vec![None] } else { l.files.iter().map(Some).collect() };
        for f in files {
            let of = |get: &dyn Fn(&LoadedFile) -> String| f.map(get).unwrap_or_default();
            let cells = [
                l.delivery.clone(),
                l.month.clone(),
                l.observed.clone(),
                l.status.clone(),
                if l.validated { "oui" } else { "non" }.to_owned(),
                if l.state == "validable" { String::new() } else { l.state.clone() },
                of(&|f| f.kind.name().to_owned()),
                of(&|f| f.remise.to_string()),
                of(&|f| f.rows.to_string()),
                of(&|f| f.amount.map_or_else(String::new, |a| a.to_exact().to_plain(2).replace('.', decimal))),
                of(&|f| f.replaced_by.clone().unwrap_or_default()),
            ];
            out.push_str(&cells.map(|c| cell(&c, separator)).join(separator));
            out.push('\n');
        }
    }
    out
}

fn json(loads: &[LoadSummary]) -> serde_json::Value {
    let file = |f: &LoadedFile| {
        serde_json::json!({
            "type": f.kind.name(), "remise": f.remise, "lignes": f.rows, "montant": f.amount.map(|a| a.to_exact().to_plain(2)),
            "remplacee_par": f.replaced_by,
        })
    };
    let load = |l: &LoadSummary| {
        serde_json::json!({
            "livraison": l.delivery, "uai": l.uai, "mois": l.month, "date_observation": l.observed, "etat": l.status, "valide": l.validated,
            "controle": l.state, "lignes": l.rows(), "montant": l.amount().to_exact().to_plain(2),
            "fichiers": l.files.iter().map(file).collect::<Vec<_>>(),
        })
    };
    loads.iter().map(load).collect()
}
