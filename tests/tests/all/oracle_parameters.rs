//! Values: each of OpenFisca's that its columns read, against the socle's constant of the same text (issue 5).

use std::collections::{BTreeMap, BTreeSet};

use cadrage_driver::{Compiled, Library, compile};
use cadrage_value::{Date, Exact};

use super::support::{root, shared};

/// The first month of the cases: what was replaced before is not used by them.
fn first_day() -> Date {
    Date::parse("2015-01-01").expect("date")
}

struct Row {
    key: String,
    day: Date,
    value: Option<Exact>,
    ours: String,
    remark: String,
}

fn exact(text: &str) -> Exact {
    // Values of binary floats: 0.041999999999999996 is 0,042.
    let rounded = if text.len() > 15 { format!("{:.8}", text.parse::<f64>().expect("number")) } else { text.to_owned() };
    let (whole, decimals) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let scale = 10_i64.pow(u32::try_from(decimals.len()).expect("decimals"));
    Exact::ratio(format!("{whole}{decimals}").parse().expect("digits"), scale).expect("ratio")
}

fn table() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("tests/oracle/parametres.csv")).expect("parametres.csv");
    let row = |line: &str| {
        let cells: Vec<&str> = line.splitn(7, ',').collect();
        Row {
            key: cells[..3].join(","),
            day: Date::parse(cells[3]).expect("date"),
            value: (!cells[4].is_empty()).then(|| exact(cells[4])),
            ours: cells[5].to_owned(),
            remark: cells[6].trim_matches('"').to_owned(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

/// What the socle says, by day of effect: `taux_csa`, `taux_indemnité_résidence zone 1`, `ircantec_salarié tranche 2`, `… borne 1`.
fn timeline(compiled: &[Compiled], name: &str) -> BTreeMap<Date, Exact> {
    let words: Vec<&str> = name.split(' ').collect();
    for c in compiled {
        if let Some(scale) = c.program.brackets.iter().find(|b| b.name == words[0]) {
            let at: usize = words[2].parse::<usize>().expect("rank") - 1;
            let read = |v: &cadrage_ir::BracketVersion| {
                let (bound, rate) = v.brackets.get(at)?;
                let value = if words[1] == "borne" { bound.clone()? } else { rate.clone() };
                Some((v.from, value))
            };
            return scale.versions.iter().filter_map(read).collect();
        }
        if let Some(p) = c.model.parameters.iter().find(|p| p.name == words[0]) {
            let code = words.get(2).copied();
            let mine = |case: &&cadrage_ir::ParameterCase| {
                code.is_none_or(|code| {
                    let zone = cadrage_ir::attribute(words[1]).expect("attribute");
                    case.selection.codes.get(&zone).is_some_and(|c| c.accepts(code))
                })
            };
            let cases = p.cases.iter().filter(mine);
            // The point is held by month.
            let yearly = if words[0] == "valeur_du_point" { Exact::from_int(12) } else { Exact::ONE };
            return cases.flat_map(|c| &c.timeline).filter_map(|d| Some((d.from?, &d.value * &yearly))).collect();
        }
    }
    panic!("{name} is not in the socle");
}

#[test]
fn every_value_of_openfisca_is_ours_or_a_listed_deviation() {
    let compiled: Vec<Compiled> = Library::each().map(|world| compile(&world, None)).collect();
    let table = table();
    let (mut equal, mut elsewhere, mut before, mut apart) = (0, 0, 0, 0);
    let mut days: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for row in &table {
        if row.ours.is_empty() {
            assert!(!row.remark.is_empty(), "{} : neither a constant nor a reason", row.key);
            elsewhere += 1;
            continue;
        }
        let ours = timeline(&compiled, &row.ours);
        days.entry(&row.ours).or_default().insert(row.day);
        let first = *ours.keys().next().expect("a value");
        let replaced = table.iter().any(|o| o.key == row.key && o.day > row.day && o.day <= first_day().max(first));
        if row.day < first && replaced {
            before += 1;
            continue;
        }
        // A value that ended is one that is 0 since.
        let theirs = row.value.clone().unwrap_or(Exact::ZERO);
        let (_, here) = ours.range(..=row.day.max(first)).next_back().expect("a value");
        if row.remark.starts_with("écart : ") {
            assert_ne!(*here, theirs, "{} is no deviation any more", row.ours);
            apart += 1;
        } else {
            assert_eq!(*here, theirs, "{} in force on {:?} ({})", row.ours, row.day, row.key);
            equal += 1;
        }
    }
    // And no value of ours between the dates of the cases is unknown to OpenFisca, but those listed.
    let last = Date::parse("2025-12-31").expect("date");
    for (name, theirs) in &days {
        let ours = timeline(&compiled, name);
        for (day, value) in ours.range(first_day()..=last) {
            let repeated = ours.range(..*day).next_back().is_some_and(|(_, v)| v == value);
            assert!(repeated || theirs.contains(day) || first_day().max(*day) == first_day(), "{name} : {day:?} is not in OpenFisca");
        }
    }
    println!("paramètres : {equal} égaux, {apart} écarts, {before} remplacés avant 2015, {elsewhere} sans constante (motif donné)");
    assert_eq!((equal + apart + before + elsewhere, apart), (table.len(), 2));
    assert!(equal > 140, "{equal}");
}

#[test]
fn the_copy_is_the_file_of_openfisca() {
    let Some(shared) = shared() else { return };
    let theirs = std::fs::read_to_string(shared.join("data/oracle/parameters_used.csv")).expect("parameters");
    let mut kept: Vec<(String, Date, Option<Exact>)> =
        table().into_iter().filter(|r| !r.remark.starts_with("écart : ")).map(|r| (r.key, r.day, r.value)).collect();
    let mut read: Vec<_> = theirs
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.splitn(7, ',').collect();
            (cells[..3].join(","), Date::parse(cells[4]).expect("date"), (!cells[5].is_empty()).then(|| exact(cells[5])))
        })
        .collect();
    kept.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    read.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    assert_eq!(kept, read);
}
