//! What was known on a day: `--vu-au`, and scenarios that observe on different days.

use std::path::Path;

use super::{cadrage, demo, text};

/// A delivery of the example once more, with a file of one type only: changed, under the next remise, observed on a day.
pub(super) fn corrected(folder: &Path, month: &str, kind: &str, observed: &str, change: impl Fn(String) -> String) -> String {
    let deliveries = folder.join("valmont/livraisons");
    let (from, name) = (deliveries.join(month), format!("{month}-r2"));
    let to = deliveries.join(&name);
    std::fs::create_dir_all(&to).expect("delivery");
    let file = format!("{kind}_{month}.csv");
    let altered = change(std::fs::read_to_string(from.join(&file)).expect("file"));
    std::fs::write(to.join(&file), &altered).expect("file");
    let manifest = std::fs::read_to_string(from.join("manifeste.csv")).expect("manifest");
    let row = manifest.lines().find(|l| l.starts_with(&file)).expect("row");
    let mut cells: Vec<String> = row.split(';').map(str::to_owned).collect();
    let read = cadrage_cube::FlatFile::read("x", altered.as_bytes(), "utf-8").expect("rows");
    let amounts = read.named_rows().filter_map(|(_, row)| row.get("montant")?.parse::<cadrage_value::Money>().ok());
    cells[4] = observed.to_owned();
    cells[5] = "2".to_owned();
    if !cells[7].is_empty() {
        cells[7] = amounts.sum::<cadrage_value::Money>().to_string().replace('.', ",");
    }
    cells[11] = cadrage_cube::fingerprint_of(altered.as_bytes());
    let head = manifest.lines().next().expect("head");
    std::fs::write(to.join("manifeste.csv"), format!("{head}\n{}\n", cells.join(";"))).expect("manifest");
    name
}

/// Adds a hundred euros to the first pay line.
pub(super) fn a_hundred_more(text: String) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut cells: Vec<String> = lines[1].split(';').map(str::to_owned).collect();
    let amount: cadrage_value::Money = cells[9].parse().expect("amount");
    cells[9] = (amount + cadrage_value::Money::from_cents(10_000)).to_string().replace('.', ",");
    lines[1] = cells.join(";");
    lines.join("\n") + "\n"
}

/// Masse salariale by month, in cents.
fn months(folder: &Path, arguments: &[&str]) -> (Vec<(String, String, i64)>, String) {
    let done = cadrage(folder, &[&["-C", "valmont", "calculer", "--format", "csv-brut"][..], arguments].concat());
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let rows = text(&done.stdout);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[1].to_owned(), cells[2].to_owned(), cells[3].replace('.', "").parse().expect("cents"))
    };
    (rows.lines().skip(1).map(row).collect(), text(&done.stderr))
}

#[test]
fn a_scenario_reads_what_was_known_when_it_was_observed() {
    let folder = demo();
    let (before, said) = months(folder.path(), &["atterrissage_2026"]);
    assert!(!said.contains("T13"), "{said}");
    corrected(folder.path(), "2026-03", "retour_de_paie", "2026-10-15", a_hundred_more);
    std::fs::write(
        folder.path().join("valmont/octobre.cadrage"),
        "scénario vu_d_octobre \"Même chose, vu d'octobre\" :\n  constaté jusqu'à 09/2026 observé au 31/10/2026\n  projeter jusqu'à 12/2026\nfin\n\n\
         scénario vu_de_septembre \"Vu de septembre\" :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 12/2026\nfin\n",
    )
    .expect("script");
    // The landing of September does not move; it says why.
    let (after, said) = months(folder.path(), &["atterrissage_2026"]);
    assert_eq!(before, after);
    assert!(said.contains("[T13]") && said.contains("03/2026") && said.contains("15/10/2026"), "{said}");
    let constate = |rows: &[(String, String, i64)]| rows.iter().filter(|r| r.1 == "constate").map(|r| r.2).sum::<i64>();
    let (september, _) = months(folder.path(), &["vu_de_septembre"]);
    let (october, said) = months(folder.path(), &["vu_d_octobre"]);
    assert_eq!(constate(&october) - constate(&september), 10_000);
    assert!(!said.contains("[T13]"), "{said}");
    assert_eq!(constate(&before), constate(&september));
    // And October's scenario, seen from September, is September's.
    let (back, _) = months(folder.path(), &["vu_d_octobre", "--vu-au", "30/09/2026"]);
    assert_eq!(back, september);
}

#[test]
fn seen_from_may_what_follows_is_projected() {
    let folder = demo();
    let (now, _) = months(folder.path(), &["atterrissage_2026"]);
    let (then, said) = months(folder.path(), &["atterrissage_2026", "--vu-au", "31/05/2026"]);
    assert!(said.contains("[T12]") && said.contains("constaté jusqu'à 05/2026 et non 09/2026"), "{said}");
    assert_eq!(now.len(), then.len());
    for (k, (a, b)) in now.iter().zip(&then).enumerate() {
        assert_eq!(a.0, b.0);
        assert_eq!(b.1, if k < 5 { "constate" } else { "projete" }, "{b:?}");
        assert!(k >= 5 || a == b, "{a:?} {b:?}");
    }
    // The same as a scenario written in May.
    std::fs::write(
        folder.path().join("valmont/mai.cadrage"),
        "scénario de_mai \"Mai\" :\n  constaté jusqu'à 05/2026 observé au 31/05/2026\n  projeter jusqu'à 12/2026\nfin\n\n\
         scénario de_septembre \"Septembre\" :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 12/2026\nfin\n",
    )
    .expect("script");
    let (written, _) = months(folder.path(), &["de_mai"]);
    let (seen, _) = months(folder.path(), &["de_septembre", "--vu-au", "31/05/2026"]);
    assert_eq!(written, seen);
    for verb in [
        &["restituer", "suivi_par_composante"][..],
        &["rapprocher"],
        &["pourquoi", "valeur_du_point", "--scénario", "budget_2027"],
        &["montrer", "plan"],
    ] {
        let done = cadrage(folder.path(), &[&["-C", "valmont"][..], verb, &["--vu-au", "31/05/2026"]].concat());
        assert_eq!(done.status.code(), Some(0), "{verb:?} {}", text(&done.stderr));
        assert!(text(&done.stderr).contains("[T12]"), "{verb:?} {}", text(&done.stderr));
    }
    let back_test = cadrage(folder.path(), &["-C", "valmont", "rapprocher", "--vu-au", "31/05/2026"]);
    assert!(text(&back_test.stdout).contains("de 01/2025 à 05/2026"), "{}", text(&back_test.stdout));
    // A day before everything, a day that is none, a verb that cannot.
    let nothing = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026", "--vu-au", "31/12/2024"]);
    assert_eq!(nothing.status.code(), Some(1));
    let said = text(&nothing.stderr);
    assert!(
        said.contains("[T06]") && said.contains("n'était pas connu le 31/12/2024") && said.contains("aucun mois n'était connu"),
        "{said}"
    );
    for wrong in [&["calculer", "--vu-au", "mai 2026"][..], &["formater", "--vu-au", "31/05/2026"], &["importer", "--vu-au", "31/05/2026"]]
    {
        assert_eq!(cadrage(folder.path(), &[&["-C", "valmont"][..], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn a_constate_not_known_at_the_observation_is_refused_where_it_is_written() {
    let folder = demo();
    std::fs::write(
        folder.path().join("valmont/tot.cadrage"),
        "scénario trop_tot \"Trop tôt\" :\n  constaté jusqu'à 09/2026 observé au 15/09/2026\n  projeter jusqu'à 12/2026\nfin\n",
    )
    .expect("script");
    let done = cadrage(folder.path(), &["-C", "valmont", "calculer", "trop_tot"]);
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("[T06]") && said.contains("tot.cadrage:1"), "{said}");
    assert!(said.contains("09/2026 n'était pas connu le 15/09/2026, sa livraison est observée le 30/09/2026"), "{said}");
    assert!(said.contains("`observé au 30/09/2026` ou plus tard, ou `constaté jusqu'à 08/2026`"), "{said}");
}
