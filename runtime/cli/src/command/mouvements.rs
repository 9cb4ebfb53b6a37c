//! `cadrage mouvements`: what changed in the files of people between two months, beside what was announced.

use std::fmt::Write as _;

use cadrage_session::{
    Announced, KindCount, MOVEMENT_KINDS, Movements, NothingToCompare, Observed, Unseen, movement_motive as motif, movement_named as named,
    observed,
};
use cadrage_value::{Date, Exact};
use serde_json::json;

use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::csv::cell;
use crate::{months, output};

/// What was asked for on the command line.
pub(crate) struct Asked {
    pub(crate) du: Option<String>,
    pub(crate) au: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) au_plus: usize,
}

pub(crate) fn run(context: &Context, asked: &Asked) -> Result<u8, u8> {
    let (from, to) = (months::option("--du", asked.du.as_deref())?, months::option("--au", asked.au.as_deref())?);
    let kind = asked.detail.as_deref().map(kind_named).transpose()?;
    let mut workspace = context.open(&[])?;
    context.import_pending(&mut workspace)?;
    let movements = observed(workspace.cube().map_err(|e| context.refuse(&e))?, from, to).map_err(refused)?;
    let text = match (context.common.format, kind) {
        (Format::Table, None) => table(&movements),
        (Format::Table, Some(kind)) => detail(&movements, kind, asked.au_plus),
        (Format::Csv, kind) => csv(&movements, kind, ";", &|etp| etp.to_plain(4).replace('.', ",")),
        (Format::CsvBrut, kind) => csv(&movements, kind, ",", &|etp| etp.to_plain(4)),
        (Format::Json, kind) => json(&movements, kind),
    };
    output::data(&text);
    Ok(DONE)
}

fn kind_named(word: &str) -> Result<&'static str, u8> {
    let folded = cadrage_driver::fold(word).to_uppercase();
    MOVEMENT_KINDS.into_iter().find(|k| *k == folded || format!("{k}S") == folded).ok_or_else(|| {
        let known: Vec<String> = MOVEMENT_KINDS.iter().map(|k| k.to_lowercase()).collect();
        eprintln!("cadrage : `{word}` n'est pas un type de mouvement ; types : {}", known.join(", "));
        MISUSE
    })
}

fn refused(why: NothingToCompare) -> u8 {
    eprintln!("cadrage : {}", why.sentence());
    MISUSE
}

fn signed(etp: &Exact) -> String {
    let text = etp.to_french(2);
    if etp.is_zero() {
        "–".to_owned()
    } else if etp.is_negative() {
        text
    } else {
        format!("+{text}")
    }
}

fn period(m: &Movements) -> String {
    format!("de la fin de {} à la fin de {}", m.from.to_french(), m.to.to_french())
}

fn table(m: &Movements) -> String {
    let mut out = format!("Mouvements constatés {}\n\n", period(m));
    let _ = writeln!(out, "  {:<36} {:>9} {:>10} {:>9} {:>10}", "", "constatés", "ETP", "annoncés", "autre jour");
    let counts = m.counts();
    for count in &counts {
        let _ = writeln!(
            out,
            "  {:<36} {:>9} {:>10} {:>9} {:>10}",
            named(count.kind),
            count.count,
            signed(&count.etp),
            count.as_said,
            count.other_day
        );
        if count.motifs.len() > 1 || count.motifs.keys().any(|m| !m.is_empty()) {
            for (code, n) in &count.motifs {
                let _ = writeln!(out, "    {:<34} {n:>9}", motif(code));
            }
        }
    }
    let change: Exact = counts.iter().map(|c| c.etp.clone()).sum();
    let _ = writeln!(out, "\n  {:<36} {:>20}", format!("ETP à la fin de {}", m.from.to_french()), m.etp_before.to_french(2));
    let _ = writeln!(out, "  {:<36} {:>20}", "mouvements", signed(&change));
    let _ = writeln!(out, "  {:<36} {:>20}", format!("ETP à la fin de {}", m.to.to_french()), m.etp_after.to_french(2));
    let unseen: Vec<String> = counts.iter().filter(|c| c.unseen > 0).map(unseen_of).collect();
    let source = if m.from_forecasts { "par le fichier des mouvements prévisionnels" } else { "par les situations du mois" };
    let _ = writeln!(out, "\n  annoncés {source} de {}", m.from.to_french());
    let left = if unseen.is_empty() { "aucun".to_owned() } else { unseen.join(", ") };
    let _ = writeln!(out, "  annoncés et non constatés : {left}");
    out
}

fn unseen_of(count: &KindCount) -> String {
    format!("{} : {}", named(count.kind), count.unseen)
}

fn said(announced: Announced) -> String {
    match announced {
        Announced::AsSaid => "annoncé".to_owned(),
        Announced::OtherDay(date) => format!("annoncé au {}", date.to_french()),
        Announced::No => "non annoncé".to_owned(),
    }
}

fn detail(m: &Movements, kind: &str, most: usize) -> String {
    let own: Vec<&Observed> = m.observed.iter().filter(|o| o.kind == kind).collect();
    let unseen: Vec<&Unseen> = m.unseen.iter().filter(|u| u.kind == kind).collect();
    let mut out = format!("{} : {}, {}\n\n", named(kind), own.len(), period(m));
    for o in own.iter().take(most) {
        let change = match (o.before.as_str(), o.after.as_str()) {
            ("", after) => after.to_owned(),
            (before, "") => before.to_owned(),
            (before, after) => format!("{before} → {after}"),
        };
        let _ = writeln!(out, "  {:<12} {} {:>6}  {change}", o.matricule, o.date.to_french(), signed(&o.etp));
        let why = if o.motif.is_empty() { String::new() } else { format!("{}, ", motif(&o.motif)) };
        let _ = writeln!(out, "  {:<12} {:<10} {:>6}  {why}{}", "", "", "", said(o.announced));
    }
    if own.len() > most {
        let _ = writeln!(out, "  … et {} autres ; `--au-plus {}` les montre tous", own.len() - most, own.len());
    }
    if !unseen.is_empty() {
        let _ = writeln!(out, "\n  annoncés et non constatés");
        for u in unseen.iter().take(most) {
            let _ = writeln!(out, "  {:<12} {}  {}", u.matricule, u.date.to_french(), motif(&u.motif));
        }
    }
    out
}

const HEAD: [&str; 10] = ["type", "matricule", "date_effet", "mois", "motif", "avant", "apres", "etp", "annonce", "date_annoncee"];

/// Fields of a row of the list: those seen, then those announced and not seen.
fn rows(m: &Movements, kind: Option<&str>, etp: &dyn Fn(&Exact) -> String) -> Vec<[String; 10]> {
    let wanted = |own: &str| kind.is_none_or(|k| k == own);
    let announced = |a: Announced| match a {
        Announced::AsSaid => ("annonce", String::new()),
        Announced::OtherDay(date) => ("autre_jour", date.to_string()),
        Announced::No => ("non_annonce", String::new()),
    };
    let seen = m.observed.iter().filter(|o| wanted(o.kind)).map(|o| {
        let (state, day) = announced(o.announced);
        let [before, after] = [&o.before, &o.after].map(Clone::clone);
        let (date, month) = (o.date.to_string(), o.month.to_string());
        [o.kind.to_owned(), o.matricule.clone(), date, month, o.motif.clone(), before, after, etp(&o.etp), state.to_owned(), day]
    });
    let unseen = m.unseen.iter().filter(|u| wanted(u.kind)).map(|u| {
        let day = |d: Date| d.to_string();
        let empty = String::new;
        let state = "non_constate".to_owned();
        [u.kind.to_owned(), u.matricule.clone(), empty(), empty(), u.motif.clone(), empty(), empty(), empty(), state, day(u.date)]
    });
    seen.chain(unseen).collect()
}

fn csv(m: &Movements, kind: Option<&str>, separator: &str, etp: &dyn Fn(&Exact) -> String) -> String {
    let mut out = HEAD.join(separator) + "\n";
    for row in rows(m, kind, etp) {
        let cells: Vec<String> = row.iter().map(|text| cell(text, separator)).collect();
        out += &(cells.join(separator) + "\n");
    }
    out
}

fn json(m: &Movements, kind: Option<&str>) -> String {
    let plain = |etp: &Exact| etp.to_string();
    let counts: Vec<_> = m
        .counts()
        .iter()
        .map(|c| {
            json!({"type": c.kind, "constates": c.count, "etp": plain(&c.etp), "motifs": c.motifs, "annonces": c.as_said,
                   "autre_jour": c.other_day, "non_constates": c.unseen})
        })
        .collect();
    let list: Vec<_> = rows(m, kind, &plain)
        .into_iter()
        .map(|row| HEAD.into_iter().map(str::to_owned).zip(row.into_iter().map(Into::into)).collect::<serde_json::Map<_, _>>())
        .collect();
    let value = json!({"du": m.from.to_string(), "au": m.to.to_string(), "etp_depart": plain(&m.etp_before),
                       "etp_arrivee": plain(&m.etp_after), "types": counts, "mouvements": list});
    format!("{value:#}\n")
}
