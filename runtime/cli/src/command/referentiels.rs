//! `cadrage référentiels`: the lists of the dossier, the values that loads met and that they lack, and rows to complete them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cadrage_cube::{LearnedValue, References, list_sizes};
use cadrage_session::National;

use super::{Context, DONE, MACHINE};
use crate::arguments::Format;
use crate::csv::cell;
use crate::output;

pub(crate) fn run(context: &Context, complete: bool) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    let references = References::read(&context.dossier).map_err(|e| context.refuse(&e))?;
    let learned = workspace.dossier().learned().map_err(|e| context.refuse(&e))?;
    let national = National::read();
    if complete {
        return to_complete(context, &learned, &national);
    }
    let sizes = list_sizes(&references);
    match context.common.format {
        Format::Table => output::data(&table(&sizes, &learned, &national)),
        Format::Csv | Format::CsvBrut => {
            let separator = if context.common.format == Format::Csv { ";" } else { "," };
            let mut out = ["liste", "code", "mois", "livraison", "origine", "libelle"].join(separator) + "\n";
            for v in &learned {
                let known = national.find(&v.list, &v.code);
                let origin = if known.as_ref().is_some_and(|k| k.exact) { "national" } else { "" }.to_owned();
                let label = known.map(|k| k.label).unwrap_or_default();
                let cells = [v.list.clone(), v.code.clone(), v.month.to_string(), v.delivery.clone(), origin, label];
                out.push_str(&cells.map(|c| cell(&c, separator)).join(separator));
                out.push('\n');
            }
            output::data(&out);
        }
        Format::Json => {
            let lists: Vec<serde_json::Value> =
                sizes.iter().map(|(list, rows)| serde_json::json!({"liste": list, "origine": "local", "lignes": rows})).collect();
            let others = national.lists();
            let others =
                others.iter().map(|o| serde_json::json!({"liste": o.list, "origine": o.origin, "lignes": o.rows, "source": o.source}));
            let lists: Vec<serde_json::Value> = lists.into_iter().chain(others).collect();
            let value = |v: &LearnedValue| {
                let label = national.find(&v.list, &v.code).map(|k| k.label);
                serde_json::json!({"liste": v.list, "code": v.code, "mois": v.month.to_string(), "livraison": v.delivery, "libelle_national": label})
            };
            let learned: Vec<serde_json::Value> = learned.iter().map(value).collect();
            output::data(&format!("{:#}\n", serde_json::json!({"listes": lists, "non_references": learned})));
        }
    }
    Ok(DONE)
}

fn table(sizes: &[(&str, usize)], learned: &[LearnedValue], national: &National) -> String {
    let mut out = format!("{:<20}{:>9}{:>18}\n", "Référentiels", "lignes", "non référencés");
    for (list, rows) in sizes {
        let lacking = learned.iter().filter(|v| v.list == *list).count();
        let shown = if *rows == 0 { "absent".to_owned() } else { rows.to_string() };
        let _ = writeln!(out, "  {list:<18}{shown:>9}{:>18}", if lacking == 0 { String::new() } else { lacking.to_string() });
    }
    let (core, state): (Vec<_>, Vec<_>) = national.lists().into_iter().partition(|l| l.origin == "noyau");
    let _ = writeln!(out, "\n{:<20}{:>9}", "Listes nationales", "lignes");
    for l in state {
        let _ = writeln!(out, "  {:<18}{:>9}   {}", l.list, l.rows, l.source);
    }
    let names: Vec<&str> = core.iter().map(|l| l.list.as_str()).collect();
    let _ = writeln!(out, "\nListes du format (noyau)");
    for names in names.chunks(4) {
        let _ = writeln!(out, "  {}", names.join(", "));
    }
    if !learned.is_empty() {
        let _ = writeln!(out, "\n{:<20}{:<20}rencontré d'abord", "Non référencé", "liste");
        for v in learned {
            let cut = |text: &str, width: usize| text.chars().take(width).collect::<String>();
            let _ = writeln!(out, "  {:<18}{:<20}{} ({})", cut(&v.code, 17), v.list, v.month.to_french(), cut(&v.delivery, 28));
            if let Some(known) = national.find(&v.list, &v.code) {
                let _ = writeln!(out, "    national : {}", cut(&known.label, 66));
            }
        }
        out.push_str("\n`cadrage référentiels --compléter` écrit les lignes à compléter\n");
    }
    out
}

/// Rows to complete, beside each list: nothing is ever written over.
fn to_complete(context: &Context, learned: &[LearnedValue], national: &National) -> Result<u8, u8> {
    let mut lists: BTreeMap<&str, Vec<&LearnedValue>> = BTreeMap::new();
    for v in learned {
        lists.entry(&v.list).or_default().push(v);
    }
    if lists.is_empty() {
        context.say("toutes les valeurs rencontrées sont dans les référentiels : rien à compléter");
        return Ok(DONE);
    }
    for (list, values) in lists {
        let folder = context.dossier.join("referentiels");
        let header = std::fs::read_to_string(folder.join(format!("{list}.csv")))
            .ok()
            .and_then(|text| text.lines().next().map(|l| l.trim_start_matches('\u{FEFF}').to_owned()))
            .unwrap_or_default();
        let path =
            (1..).map(|n| folder.join(if n == 1 { format!("{list}_a_completer.csv") } else { format!("{list}_a_completer_{n}.csv") }));
        let mut text = format!("{header}\n");
        for v in &values {
            let known = national.find(list, &v.code);
            let is_exact = known.as_ref().is_some_and(|k| k.exact);
            let said = |text: Option<String>, otherwise: &str| text.filter(|t| !t.is_empty()).unwrap_or_else(|| otherwise.to_owned());
            // A learned element is one until it is completed: never projected (interfaces.md §12, Q10).
            let cells = header.split(';').map(|column| match column.trim() {
                "grade" | "rubrique" | "compte" => cell(&v.code, ";"),
                "libelle" => cell(&said(known.as_ref().map(|k| k.label.clone()), "non référencé"), ";"),
                // What the State says of it, where it does.
                "parent" | "corps_bcn" => said(known.as_ref().map(|k| k.parent.clone()), ""),
                "categorie" => said(known.as_ref().map(|k| k.category.clone()), ""),
                "grade_bcn" if is_exact => v.code.clone(),
                "origine" if is_exact => "M9-5".to_owned(),
                "famille" => "REMUNERATION".to_owned(),
                "regularite" => "EXCEPTIONNEL".to_owned(),
                "origine" => "local".to_owned(),
                _ => String::new(),
            });
            text.push_str(&cells.collect::<Vec<_>>().join(";"));
            text.push('\n');
        }
        for path in path {
            let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
            match made.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes())) {
                Ok(()) => {
                    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
                    context
                        .say(&format!("{} ligne(s) à compléter dans `referentiels/{name}`, puis à ajouter à `{list}.csv`", values.len()));
                    break;
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => {
                    eprintln!("cadrage : `{}` ne s'écrit pas ({e})", path.display());
                    return Err(MACHINE);
                }
            }
        }
    }
    Ok(DONE)
}
