//! `cadrage socle`: what the national library holds, how old its values are, and what it does not say.

use std::fmt::Write as _;

use cadrage_driver::{Texts, compile, fold, nearest};
use cadrage_session::{Freshness, ShelfGap, ShelfGrid, ShelfModule, ShelfValue, shelf};
use cadrage_value::Date;
use serde_json::json;

use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::csv::quoted;
use crate::{output, report};

/// Columns of the table.
const WIDTH: usize = 80;

pub(crate) fn run(context: &Context, module: Option<&str>, on: Option<&str>) -> Result<u8, u8> {
    let on = match on {
        None => crate::today::today(),
        Some(text) => Date::parse(text).ok_or_else(|| {
            eprintln!("cadrage : `{text}` n'est pas une date ; écrivez `--au 31/12/2026`");
            MISUSE
        })?,
    };
    let mut modules = shelf(&compile(&Texts::default(), None), on);
    if let Some(wanted) = module {
        let key = fold(wanted);
        let named = |m: &ShelfModule| fold(&m.name) == key || fold(&m.name) == format!("socle.{key}");
        if !modules.iter().any(named) {
            let near = nearest(wanted, modules.iter().map(|m| m.name.as_str()));
            let hint = near.map_or_else(|| "`cadrage socle` les liste".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
            eprintln!("cadrage : le socle n'a pas de module `{wanted}` ; {hint}");
            return Err(MISUSE);
        }
        modules.retain(named);
    }
    match context.common.format {
        Format::Json => output::data(&format!("{:#}\n", as_json(&modules, on))),
        Format::Table if module.is_some() => output::data(&modules.iter().map(|m| detail(m, on)).collect::<String>()),
        Format::Table => output::data(&table(&modules, on)),
        Format::Csv => output::data(&csv(&modules, ";")),
        Format::CsvBrut => output::data(&csv(&modules, ",")),
    }
    Ok(DONE)
}

fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n > 1 { "s" } else { "" })
}

/// `left` at the margin, `right` at the other; on two lines when they do not fit.
fn fit(left: &str, right: &str) -> String {
    let (l, r) = (left.chars().count(), right.chars().count());
    if l + 1 + r <= WIDTH {
        format!("{left}{}{right}\n", " ".repeat(WIDTH - l - r))
    } else {
        format!("{left}\n{}{right}\n", " ".repeat(WIDTH.saturating_sub(r)))
    }
}

fn heading(m: &ShelfModule) -> String {
    let parts = [(m.values.len(), "valeur"), (m.grids.len(), "grille"), (m.formulas, "formule"), (m.tests, "test")];
    let held: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, one)| count(*n, one)).collect();
    let held = if held.is_empty() { "rien de daté".to_owned() } else { held.join(", ") };
    format!("{} {} : {held}\n", m.name, m.version)
}

fn age(v: &ShelfValue, on: Date) -> String {
    let days = v.verified.map(|d| i64::from(on.to_epoch_days()) - i64::from(d.to_epoch_days()));
    let text = days.map_or_else(|| "jamais".to_owned(), |d| format!("{d} j"));
    format!("{text:>7}{}", if v.state == Freshness::Fresh { " " } else { "*" })
}

fn day(d: Option<Date>) -> String {
    d.map_or_else(|| "toujours".to_owned(), Date::to_french)
}

fn value_line(v: &ShelfValue, on: Date) -> String {
    let whom = if v.whom.is_empty() { String::new() } else { format!(" ({})", v.whom) };
    fit(&format!("  {}{whom}", v.name), &format!("{}  {:>10} {}", v.value, day(v.since), age(v, on))).trim_end().to_owned() + "\n"
}

/// `4 indices et 9 durées inconnus` in the last version.
fn lacks(g: &ShelfGrid) -> String {
    let Some(gap) = g.gaps.iter().find(|gap| Some(gap.from) == g.since) else { return String::new() };
    let missing = [(gap.indices.len(), "indice"), (gap.durations.len(), "durée")];
    let list: Vec<String> = missing.iter().filter(|(n, _)| *n > 0).map(|(n, one)| count(*n, one)).collect();
    format!("sans {}", list.join(" ni "))
}

fn grid_line(g: &ShelfGrid) -> String {
    let rows = count(g.rows, if g.codes.is_empty() { "indice" } else { "échelon" });
    let closed = g.until.map_or_else(String::new, |d| format!("close le {} ", d.to_french()));
    let since = g.since.map_or_else(String::new, Date::to_french);
    fit(&format!("  {}, {rows}", g.name), format!("{closed}{}  {since:>10}         ", lacks(g)).trim_start()).trim_end().to_owned() + "\n"
}

fn legend(modules: &[ShelfModule], whole: bool) -> String {
    let flagged: usize = modules.iter().map(ShelfModule::to_check).sum();
    let all: usize = modules.iter().map(|m| m.values.len()).sum();
    let (indices, durations) = modules.iter().map(ShelfModule::missing).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let mut out = String::new();
    if all > 0 {
        out.push_str("\n  colonnes : dernière valeur, date d'effet, jours depuis sa vérification\n");
        let _ = writeln!(out, "  * : vérifiée il y a plus de douze mois, ou jamais ; {flagged} sur {all}");
    }
    if indices + durations > 0 {
        let _ = writeln!(out, "\n  inconnus en vigueur : {}, {}", count(indices, "indice"), count(durations, "durée"));
        if whole {
            out.push_str("  `cadrage socle <module>` dit lesquels\n");
        }
    }
    out
}

fn table(modules: &[ShelfModule], on: Date) -> String {
    let mut out = format!("socle national, {}, au {}\n", count(modules.len(), "module"), on.to_french());
    for m in modules {
        out.push('\n');
        out.push_str(&heading(m));
        m.values.iter().for_each(|v| out.push_str(&value_line(v, on)));
        m.grids.iter().for_each(|g| out.push_str(&grid_line(g)));
    }
    out.push_str(&legend(modules, true));
    out
}

/// One module: where each value comes from, and each missing cell.
fn detail(m: &ShelfModule, on: Date) -> String {
    let mut out = heading(m);
    for v in &m.values {
        out.push('\n');
        out.push_str(&value_line(v, on));
        out.push_str(&indented(&v.label));
        if let Some(source) = &v.source {
            out.push_str(&indented(source));
        }
        match (v.verified, v.state) {
            (Some(d), Freshness::Old(_)) => {
                out.push_str(&indented(&format!("vérifiée le {}, il y a plus de douze mois : à revoir", d.to_french())))
            }
            (Some(d), _) => out.push_str(&indented(&format!("vérifiée le {}", d.to_french()))),
            (None, Freshness::Fresh) => out.push_str("    vérification non datée\n"),
            (None, _) => out.push_str("    vérification non datée : à revoir\n"),
        }
    }
    for g in &m.grids {
        out.push('\n');
        out.push_str(&grid_line(g));
        if !g.codes.is_empty() {
            out.push_str(&indented(&format!("grades (BCN) : {} ; {}", g.codes.join(", "), count(g.versions, "version"))));
        }
        g.gaps.iter().for_each(|gap| out.push_str(&indented(&gap_text(gap))));
    }
    out.push_str(&legend(std::slice::from_ref(m), false));
    out
}

fn gap_text(gap: &ShelfGap) -> String {
    let list = |what: &str, steps: &[String]| if steps.is_empty() { None } else { Some(format!("{what} : {}", steps.join(", "))) };
    let missing: Vec<String> =
        [list("indices inconnus", &gap.indices), list("durées inconnues", &gap.durations)].into_iter().flatten().collect();
    format!("version du {}, échelons, {}", gap.from.to_french(), missing.join(" ; "))
}

fn indented(text: &str) -> String {
    report::filled(text, "    ", "    ")
}

fn state(v: &ShelfValue) -> &'static str {
    match v.state {
        Freshness::Fresh => "a_jour",
        Freshness::Old(_) => "a_revoir",
        Freshness::NeverChecked => "jamais_verifiee",
    }
}

fn as_json(modules: &[ShelfModule], on: Date) -> serde_json::Value {
    let iso = |d: Option<Date>| d.map(|d| d.to_string());
    let list: Vec<serde_json::Value> = modules
        .iter()
        .map(|m| {
            let values: Vec<serde_json::Value> = m
                .values
                .iter()
                .map(|v| {
                    json!({
                        "nom": v.name, "libelle": v.label, "pour": v.whom, "valeur": v.value, "a_compter_du": iso(v.since),
                        "source": v.source, "verifiee_le": iso(v.verified), "etat": state(v),
                        "age_jours": v.verified.map(|d| on.to_epoch_days() - d.to_epoch_days()),
                    })
                })
                .collect();
            let grids: Vec<serde_json::Value> = m
                .grids
                .iter()
                .map(|g| {
                    let gaps: Vec<serde_json::Value> = g
                        .gaps
                        .iter()
                        .map(|gap| json!({"version": gap.from.to_string(), "indices": gap.indices, "durees": gap.durations}))
                        .collect();
                    json!({
                        "nom": g.name, "grades_bcn": g.codes, "a_compter_du": iso(g.since), "jusqu_au": iso(g.until), "lignes": g.rows,
                        "versions": g.versions, "manques": gaps,
                    })
                })
                .collect();
            json!({
                "module": m.name, "version": m.version, "valeurs": values, "grilles": grids, "formules": m.formulas, "tests": m.tests,
                "a_revoir": m.to_check(),
            })
        })
        .collect();
    json!({"au": on.to_string(), "modules": list})
}

/// A value a line; grids are in the table and in JSON.
fn csv(modules: &[ShelfModule], separator: &str) -> String {
    let iso = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
    let mut out = ["module", "version", "nom", "pour", "valeur", "a_compter_du", "verifiee_le", "etat", "source"].join(separator) + "\n";
    for m in modules {
        for v in &m.values {
            let cells = [
                m.name.clone(),
                m.version.clone(),
                v.name.clone(),
                quoted(&v.whom),
                quoted(&v.value),
                iso(v.since),
                iso(v.verified),
                state(v).to_owned(),
                quoted(v.source.as_deref().unwrap_or("")),
            ];
            out.push_str(&cells.join(separator));
            out.push('\n');
        }
    }
    out
}
