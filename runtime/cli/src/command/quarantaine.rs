//! `cadrage quarantaine`: lines set aside by loads; exported to be corrected, and loaded once they are.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use cadrage_cube::{QuarantinedLine, Replay};
use cadrage_session::{Workspace, corrections, exported};
use cadrage_value::Money;

use super::{Context, DONE, MACHINE, MISUSE, WRONG};
use crate::arguments::Format;
use crate::columns::cut;
use crate::csv::cell;
use crate::output;

pub(crate) fn run(context: &Context, export: Option<&Path>, replay: Option<&Path>) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    if let Some(path) = replay {
        return self::replay(context, &mut workspace, path);
    }
    let lines = workspace.dossier().quarantine().map_err(|e| context.refuse(&e))?;
    if let Some(path) = export {
        return write(context, &lines, path);
    }
    let gaps = gaps(context, &mut workspace)?;
    match context.common.format {
        Format::Table => output::data(&table(&lines, &gaps)),
        Format::Csv => output::data(&csv(&lines, ";", ",")),
        Format::CsvBrut => output::data(&csv(&lines, ",", ".")),
        Format::Json => output::data(&format!("{:#}\n", json(&lines))),
    }
    Ok(DONE)
}

/// Euros that are missing from files, by their name: Q13.
fn gaps(context: &Context, workspace: &mut Workspace) -> Result<Vec<(String, Money)>, u8> {
    let findings = workspace.dossier().findings().map_err(|e| context.refuse(&e))?;
    Ok(findings.into_iter().filter(|(_, _, f)| f.code == "Q13").map(|(_, _, f)| (f.file, f.amount)).collect())
}

fn count(lines: &[QuarantinedLine]) -> String {
    let whole = lines.iter().filter(|q| q.whole).count();
    let fields = lines.len() - whole;
    let said = |n: usize, one: &str, many: &str| format!("{n} {}", if n < 2 { one } else { many });
    format!("{}, {}", said(whole, "ligne", "lignes"), said(fields, "ligne gardée sans un champ", "lignes gardées sans un champ"))
}

fn table(lines: &[QuarantinedLine], gaps: &[(String, Money)]) -> String {
    if lines.is_empty() {
        return "Quarantaine vide\n".to_owned();
    }
    let mut out = format!("Quarantaine : {}\n", count(lines));
    let mut file = String::new();
    for q in lines {
        let name = format!("{}/{}", q.delivery, q.file);
        if name != file {
            let _ = writeln!(out, "\n{}  {}", q.month.to_french(), cut(&name, 70));
            if let Some((_, gap)) = gaps.iter().find(|(f, _)| *f == name) {
                let _ = writeln!(out, "  écart au manifeste : {} €", gap.to_french());
            }
            let _ = writeln!(out, "  {:>8} {:<4} {:<16} {:<15} {:<15} {:>12}", "ligne", "code", "colonne", "lu", "attendu", "euros");
            file = name;
        }
        let euros = match amount(q) {
            Some(amount) => amount.to_french(),
            None if q.kind.is_pay() => "?".to_owned(),
            None => String::new(),
        };
        let (column, value, expected) = (cut(&q.column, 16), cut(&format!("« {} »", q.value), 15), cut(&q.expected, 15));
        let _ = writeln!(out, "  {:>8} {:<4} {column:<16} {value:<15} {expected:<15} {euros:>12}", q.line, q.code);
    }
    out.push_str("\n`cadrage quarantaine --exporter corrections.csv` donne ces lignes à corriger\n");
    out
}

/// Its euros: a line whose amount cannot be read has none of its own, and a line of people is no money.
fn amount(q: &QuarantinedLine) -> Option<Money> {
    Some(q.amount).filter(|_| q.kind.is_pay() && !q.whole)
}

fn csv(lines: &[QuarantinedLine], separator: &str, decimal: &str) -> String {
    let heads = ["mois", "livraison", "fichier", "type", "ligne", "nature", "code", "colonne", "valeur", "attendu", "motif", "montant"];
    let mut out = heads.join(separator) + "\n";
    for q in lines {
        let nature = if q.whole { "ligne" } else { "champ" };
        let cells = [
            q.month.to_string(),
            q.delivery.clone(),
            q.file.clone(),
            q.kind.name().to_owned(),
            q.line.to_string(),
            nature.to_owned(),
            q.code.clone(),
            q.column.clone(),
            q.value.clone(),
            q.expected.clone(),
            q.reason.clone(),
            amount(q).map_or_else(String::new, |a| a.to_string().replace('.', decimal)),
        ];
        out.push_str(&cells.map(|c| cell(&c, separator)).join(separator));
        out.push('\n');
    }
    out
}

fn json(lines: &[QuarantinedLine]) -> serde_json::Value {
    let line = |q: &QuarantinedLine| {
        serde_json::json!({
            "mois": q.month.to_string(), "livraison": q.delivery, "fichier": q.file, "type": q.kind.name(), "ligne": q.line,
            "nature": if q.whole { "ligne" } else { "champ" }, "code": q.code, "colonne": q.column, "valeur": q.value,
            "attendu": q.expected, "motif": q.reason, "montant": amount(q).map(|a| a.to_string()),
        })
    };
    lines.iter().map(line).collect()
}

/// Writes the lines to correct, for their owner only.
fn write(context: &Context, lines: &[QuarantinedLine], path: &Path) -> Result<u8, u8> {
    if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("csv")) {
        eprintln!("cadrage : `{}` : la quarantaine s'exporte en .csv", path.display());
        return Err(MISUSE);
    }
    let files = exported(lines);
    if files.is_empty() {
        context.say("aucune ligne à corriger : rien n'a été écrit");
        return Ok(DONE);
    }
    let several = files.len() > 1;
    for (k, (kind, text)) in files.iter().enumerate() {
        // A table has one header: a file for each.
        let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        let same = files.iter().take(k).filter(|(other, _)| other == kind).count();
        let more = if same == 0 { String::new() } else { format!("-{}", same + 1) };
        let place = if several { path.with_file_name(format!("{stem}-{}{more}.csv", kind.name())) } else { path.to_owned() };
        private(&place, text).map_err(|e| {
            eprintln!("cadrage : `{}` ne s'écrit pas ({e})", place.display());
            MACHINE
        })?;
        let rows = text.lines().count().saturating_sub(1);
        context
            .say(&format!("{rows} ligne(s) à corriger dans `{}` (données personnelles en clair, lisible de vous seul)", place.display()));
    }
    let textless = lines.iter().filter(|q| q.raw.is_none()).count();
    if textless > 0 {
        context.say(&format!(
            "{textless} ligne(s) d'un classeur, d'un fichier compressé ou d'un autre système : à corriger à la source, dans une remise"
        ));
    }
    Ok(DONE)
}

fn private(path: &PathBuf, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // A file that was there keeps its rights when it is opened.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(text.as_bytes())
}

fn replay(context: &Context, workspace: &mut Workspace, path: &Path) -> Result<u8, u8> {
    let bytes = std::fs::read(path).map_err(|e| {
        eprintln!("cadrage : `{}` ne se lit pas ({e})", path.display());
        MISUSE
    })?;
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let lines = corrections(&name, &bytes).map_err(|e| context.refuse(&e))?;
    let done = workspace.loader().map_err(|e| context.refuse(&e))?.replay(&lines).map_err(|mut e| {
        if e.file.as_deref() == Some("corrections") {
            e.file = Some(name.clone());
        }
        context.refuse(&e)
    })?;
    match context.common.format {
        Format::Json => output::data(&format!("{:#}\n", outcome(&done))),
        _ => output::data(&told(&done, &name)),
    }
    Ok(if done.wrong.is_empty() { DONE } else { WRONG })
}

fn told(done: &Replay, name: &str) -> String {
    let mut out = String::new();
    let loaded = done.loaded.len();
    let _ = writeln!(out, "{loaded} ligne(s) corrigée(s) et chargée(s), {} encore fausse(s)", done.wrong.len());
    if done.already > 0 {
        let _ = writeln!(out, "{} déjà chargée(s) : rien à faire", done.already);
    }
    if done.unchanged > 0 {
        let _ = writeln!(out, "{} inchangée(s), restée(s) en quarantaine", done.unchanged);
    }
    for (at, q) in &done.wrong {
        let _ = writeln!(out, "  {name}:{at} : {} « {} », attendu {}", q.column, cut(&q.value, 24), cut(&q.expected, 30));
        let _ = writeln!(out, "    reste en quarantaine ({}, ligne {})", cut(&q.file, 44), q.line);
    }
    for report in &done.reports {
        let _ = writeln!(out, "{}", super::line(report).trim_start());
        if let Some(other) = &report.replaces {
            let _ = writeln!(out, "  livraison `{}`, remplace `{}` en tout ou partie", report.delivery, other);
        }
    }
    out
}

fn outcome(done: &Replay) -> serde_json::Value {
    let wrong: Vec<serde_json::Value> = done
        .wrong
        .iter()
        .map(|(at, q)| serde_json::json!({"ligne_corrections": at, "fichier": q.file, "ligne": q.line, "colonne": q.column, "attendu": q.expected}))
        .collect();
    serde_json::json!({
        "chargees": done.loaded.len(), "inchangees": done.unchanged, "deja_chargees": done.already, "fausses": wrong,
        "comptes_rendus": done.reports.iter().map(cadrage_session::LoadReport::json).collect::<Vec<_>>(),
    })
}
