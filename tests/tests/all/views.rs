//! HR's view and finance's view of a scenario have the same total; what keeps them apart is told, and where it comes from.

use std::path::Path;

use cadrage_session::{Projection, Summary};
use cadrage_value::{Exact, Money};

use super::support::{BACKEND, calculate, copy_tree, dossier, open, root, shared};

/// Notes of a code.
fn said(p: &Projection, code: &str) -> Vec<String> {
    p.alerts.iter().filter(|a| a.code == code).map(|a| a.message.replace('\u{202F}', " ")).collect()
}

fn none_said(p: &Projection) {
    for code in ["V30", "V31", "V32"] {
        assert_eq!(said(p, code), Vec::<String>::new());
    }
}

/// Rewrites a file line by line.
fn rewrite(path: &Path, alter: impl Fn(&str) -> String) {
    let text = std::fs::read_to_string(path).expect("file");
    std::fs::write(path, text.lines().map(|l| alter(l) + "\n").collect::<String>()).expect("file");
}

#[test]
fn the_example_is_the_same_from_both_sides() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let families = "utiliser valmont version \"2026.3\"\nrestitution gbcp \"Familles\" :\n  lignes éléments jusqu'à famille\n  colonnes exercice\n  \
                    mesures masse_salariale ; masse_salariale_hors_cas ; rémunérations ; cotisations ; prestations\nfin\n\
                    restitution rubriques \"Rubriques\" :\n  lignes éléments jusqu'à rubrique\n  colonnes exercice\n  mesures masse_salariale\nfin\n";
    std::fs::write(folder.path().join("essai.cadrage"), families).expect("script");
    let (mut workspace, compiled) = open(folder.path());
    for scenario in ["atterrissage_2026", "budget_2027", "budget_2027_haut"] {
        let run = calculate(&mut workspace, &compiled, scenario);
        let summary = Summary::of(&run);
        if scenario == "budget_2027_haut" {
            // Three people are recruited and nothing says on which cost centre: their pay, and theirs only, has none.
            let hired = run.lines.iter().filter(|l| l.code("matricule").starts_with('M')).map(|l| l.amount).sum();
            assert_eq!(summary.view_gaps(), [(2027, vec![("centre de coût", hired)])].into());
            let notes = said(&run, "V30");
            assert!(notes.len() == 1 && notes[0].contains("sans centre de coût ; la première : agent M001/1, 09/2027"), "{notes:?}");
            continue;
        }
        none_said(&run);
        assert!(summary.views_meet());
        // Each axis, added up here from the lines, is the masse salariale of the summary.
        for year in &summary.years {
            for axis in ["rubrique", "famille", "compte"] {
                let own = run.lines.iter().filter(|l| l.month.year() == year.year && !matches!(l.code(axis), "" | "?"));
                assert_eq!(own.map(|l| l.amount).sum::<Money>(), year.masse_salariale, "{scenario} {} {axis}", year.year);
            }
            let views: Vec<_> = summary.views.iter().filter(|v| v.year == year.year).collect();
            assert!(views.iter().all(|v| v.meets() && v.total != Money::ZERO));
            assert_eq!(views.iter().filter(|v| v.constate).map(|v| v.total).sum::<Money>(), year.constate);
            assert_eq!(views.iter().map(|v| v.total).sum::<Money>(), year.masse_salariale);
            println!("{scenario} {} : {} € par élément, famille, compte et centre de coût", year.year, year.masse_salariale);
        }
    }
    // The measures of the library: three families are the whole, and what the CAS takes away is its rubrique.
    let table = workspace.report(&compiled, "gbcp", &[], &BACKEND).expect("report");
    let rubriques = workspace.report(&compiled, "rubriques", &[], &BACKEND).expect("report");
    let total = |k: usize| table.rows.first().and_then(|r| r.values[k][0].clone()).expect("total");
    let [whole, without_cas, pay, contributions, benefits] = std::array::from_fn(total);
    assert_eq!(whole, &(&pay + &contributions) + &benefits);
    assert!([&pay, &contributions, &benefits].iter().all(|x| **x > Exact::ZERO));
    let cas = rubriques.rows.iter().find(|r| r.code == "403005").and_then(|r| r.values[0][0].clone()).expect("CAS");
    assert_eq!(&whole - &without_cas, cas);
    assert!(cas > Exact::ZERO);
}

#[test]
fn an_element_without_an_account_is_told_where_it_is_declared() {
    let folder = dossier(&root().join("examples/01-valmont"));
    rewrite(&folder.path().join("referentiels/elements_paie.csv"), |l| {
        if l.starts_with("202200;") { l.replace(";641310;641310;", ";;;") } else { l.to_owned() }
    });
    let (mut workspace, compiled) = open(folder.path());
    let run = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let notes = said(&run, "V30");
    assert_eq!(notes.len(), 1, "{notes:?}");
    let own: Vec<_> = run.lines.iter().filter(|l| l.code("rubrique") == "202200" && l.code("compte").is_empty()).collect();
    let lost: Money = own.iter().map(|l| l.amount).sum();
    assert!(lost > Money::ZERO && own.iter().all(|l| l.month > run.last), "the files have their own accounts");
    let wanted = format!("rubrique 202200 : {} € ({} lignes) sans compte", lost.to_french().replace('\u{202F}', " "), own.len());
    assert!(notes[0].starts_with(&wanted), "{notes:?}");
    assert!(notes[0].contains("formule `ifse` (établissement.cadrage:"), "{notes:?}");
    assert!(notes[0].contains("`referentiels/elements_paie.csv`"), "{notes:?}");
    // The summary says how much, and nothing else moved.
    let gaps = Summary::of(&run).view_gaps();
    assert_eq!(gaps[&2026], [("compte", lost)]);
}

#[test]
fn an_element_declared_without_an_account_is_told_at_its_line() {
    // No list in the dossier: elements are those of the scripts, for delivered lines too.
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::remove_file(folder.path().join("referentiels/elements_paie.csv")).expect("list");
    let path = folder.path().join("établissement.cadrage");
    let script = std::fs::read_to_string(&path).expect("script");
    let axis = "axe éléments \"Éléments de paie\" :\n  niveaux famille > rubrique\n  source \"referentiels/elements_paie.csv\"\nfin\n";
    assert!(script.contains(axis));
    std::fs::write(&path, script.replace(axis, "")).expect("script");
    let (mut workspace, compiled) = open(folder.path());
    let run = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let summary = Summary::of(&run);
    // Hors PSOP is typed without an account, and only a list of the dossier gives it one: told as such, the element being whole.
    let notes = said(&run, "V30");
    assert!(
        notes.len() == 1 && notes[0].starts_with("rubrique HORS_PSOP : ") && notes[0].contains("sans compte ; hors_psop_2026-01 ligne "),
        "{notes:?}"
    );
    // The library's elements are the example's, local premiums included or not: families are borne by what they declare.
    for view in &summary.views {
        assert!(view.familles["REMUNERATION"] > Money::ZERO && view.familles["COTISATION"] > Money::ZERO, "{view:?}");
    }
    std::fs::write(
        folder.path().join("essai.cadrage"),
        "utiliser valmont version \"2026.3\"\nélément 299001 \"Prime d'essai\" :\n  famille RÉMUNÉRATION\nfin\n\
         formule prime_essai en € par agent :\n  pour payés_au_mois\n  = 10 €\n  arrondi au centime\n  alimente rubrique 299001\nfin\n",
    )
    .expect("script");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let run = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let notes = said(&run, "V30");
    let own = notes.iter().find(|n| n.starts_with("rubrique 299001 : ")).unwrap_or_else(|| panic!("{notes:?}"));
    assert!(own.contains("sans compte ; à dire dans `élément 299001` (essai.cadrage:2)"), "{own}");
}

#[test]
fn an_account_of_the_files_that_is_not_the_declared_one_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("folder");
    let example = root().join("examples/01-valmont");
    for part in ["livraisons/2026-09", "referentiels"] {
        copy_tree(&example.join(part), &folder.path().join(part));
    }
    // One line of September bears an account nobody declared.
    let delivery = folder.path().join("livraisons/2026-09");
    let path = delivery.join("retour_de_paie_2026-09.csv");
    let text = std::fs::read_to_string(&path).expect("file");
    let row = text.lines().position(|l| l.contains(";101000;COURANT;;641110;")).expect("a traitement") + 1;
    let amount = text.lines().nth(row - 1).and_then(|l| l.split(';').nth(9)).expect("amount").to_owned();
    let altered: String =
        text.lines().enumerate().map(|(k, l)| if k + 1 == row { l.replace(";641110;", ";641999;") } else { l.to_owned() } + "\n").collect();
    let before = cadrage_cube::fingerprint_of(text.as_bytes());
    std::fs::write(&path, &altered).expect("file");
    rewrite(&delivery.join("manifeste.csv"), |l| l.replace(&before, &cadrage_cube::fingerprint_of(altered.as_bytes())));
    std::fs::write(
        folder.path().join("essai.cadrage"),
        "utiliser socle.masse_salariale version \"2026.1\"\nscénario suite :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 10/2026\nfin\n",
    )
    .expect("script");
    let (mut workspace, compiled) = open(folder.path());
    let run = calculate(&mut workspace, &compiled, "suite");
    let place = format!("retour_de_paie_2026-09 ligne {row}");
    let other = said(&run, "V31");
    assert_eq!(other.len(), 1, "{other:?}");
    assert_eq!(
        other[0].replace(' ', ""),
        format!("rubrique101000:{amount}€(1ligne)aucompte641999,lecomptedéclaréest641110;{}", place.replace(' ', ""))
    );
    let unknown = said(&run, "V32");
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert!(
        unknown[0].contains("compte 641999") && unknown[0].contains("`referentiels/comptes.csv`") && unknown[0].contains(&place),
        "{unknown:?}"
    );
    // A wrong account moves no total.
    assert!(Summary::of(&run).views_meet());
}

#[test]
fn money_on_the_technical_member_is_counted() {
    let Some(world) = shared().map(|s| s.join("data/valmont")) else { return };
    let folder = dossier(&world);
    let (mut workspace, compiled) = open(folder.path());
    let run = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let summary = Summary::of(&run);
    let gaps = &summary.view_gaps()[&2026];
    let without = |keep: &dyn Fn(&cadrage_engine::Line) -> bool| -> Money {
        run.lines.iter().filter(|l| l.month.year() == 2026 && keep(l)).map(|l| l.amount).sum()
    };
    let unknown = without(&|l| l.code("famille").is_empty());
    let nowhere = without(&|l| matches!(l.code("centre_de_coût"), "" | "?") && l.code("plafond") != "HORS_PSOP");
    assert_eq!(gaps[..], [("élément", unknown), ("famille", unknown), ("centre de coût", nowhere)]);
    println!("{gaps:?}\n{}", said(&run, "V30").join("\n"));
}
