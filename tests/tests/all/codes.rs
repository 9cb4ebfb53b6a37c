//! The page of codes (`grammar/manual/codes.md`) is made from the one list of codes and from the cases: an example refused, and the same
//! corrected. `CADRAGE_WRITE=1 cargo test -p suite --test all -- codes` writes it again.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cadrage_cube::{ERROR_CODES, QUALITY_CODES};
use cadrage_source::Code;
use suite::Case;

use super::support::root;

/// Codes that no case of `tests/suite` can reach, and why.
const ELSEWHERE: &[(Code, &str)] = &[
    (Code::D04, "said of a figure that was asked for: explanations.rs"),
    (Code::T06, "needs deliveries: institutions.rs and the tests of the program"),
    (Code::T07, "said of a scenario that was run, never of a script"),
    (Code::T12, "said of a scenario seen from another day: runtime/cli/tests/cli/history.rs"),
    (Code::T13, "needs a corrected delivery: the same"),
    (Code::T14, "said of a scenario asked about an exercice: gvt.rs"),
    (Code::M02, "said by the careers of a scenario that was run"),
    (Code::M03, "said of the movements of a scenario that was run: what_ifs.rs"),
    (Code::M04, "the same"),
    (Code::M05, "the same"),
    (Code::M06, "the same"),
    (Code::M09, "the same"),
    (Code::M10, "said of a scenario that was run: what_ifs_of_pay.rs"),
    (Code::M11, "said of a scenario that was run: representatives.rs"),
    (Code::M12, "the same"),
    (Code::V06, "needs people in the cube: institutions.rs"),
    (Code::V08, "needs people in the cube whose datum is missing"),
    (Code::V22, "needs people in the cube whose datum is missing: typed.rs"),
    (Code::V30, "needs lines of a scenario that was run: views.rs"),
    (Code::V31, "the same"),
    (Code::V32, "the same"),
    (Code::V33, "said of a price asked for: gvt.rs"),
    (Code::N06, "needs the list of pay elements of a dossier: communes.rs"),
    (Code::D05, "only in the socle, which has no bad case"),
];

fn all_cases() -> Vec<Case> {
    suite::cases(&root().join("tests/suite"))
}

#[test]
fn every_code_is_reached_by_a_case() {
    let reached: BTreeSet<String> = all_cases().into_iter().flat_map(|c| c.codes).collect();
    let elsewhere = |code: Code| ELSEWHERE.iter().any(|(c, _)| *c == code);
    let missing: Vec<&str> = Code::ALL.iter().filter(|c| !reached.contains(c.name()) && !elsewhere(**c)).map(|c| c.name()).collect();
    assert!(missing.is_empty(), "no case in tests/suite reaches {missing:?}: add one, or its reason to ELSEWHERE");
    let both: Vec<&str> = ELSEWHERE.iter().filter(|(c, _)| reached.contains(c.name())).map(|(c, _)| c.name()).collect();
    assert!(both.is_empty(), "{both:?} have a case: take them out of ELSEWHERE");
}

#[test]
fn the_page_of_codes_is_fresh() {
    let path = root().join("grammar/manual/codes.md");
    let wanted = page();
    if std::env::var_os("CADRAGE_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(&path, &wanted).expect("page");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "codes or examples changed: CADRAGE_WRITE=1 cargo test -p suite --test all -- codes, then read the diff");
}

fn page() -> String {
    let cases = all_cases();
    let mut out = String::from(
        "# Les messages et leurs codes\n\n\
         Chaque message porte un code entre crochets. `cadrage aide U01` affiche la page de ce code dans le terminal.\n\
         Une **erreur** empêche de calculer ; un **avertissement** et une **note** laissent calculer, et se taisent un par un :\n\
         `taire D06 dans prime \"délibération attendue en juin\"`. `cadrage vérifier --corriger` corrige seul ce qui ne laisse aucun doute.\n\n\
         Page faite par le programme à partir de la liste des codes et des cas d'essai : ne pas la modifier à la main.\n",
    );
    for code in Code::ALL {
        let _ = write!(out, "\n## {} — {}\n\n*{}*\n\n{}\n", code.name(), code.title(), code.severity().name(), code.explanation());
        if let Some(case) = example(&cases, *code) {
            let _ = write!(out, "\nRefusé :\n\n```cadrage\n{}```\n", short(&case.written()));
            if let Some(corrected) = &case.corrected {
                let _ = write!(out, "\nCorrigé :\n\n```cadrage\n{}```\n", short(corrected));
            }
        }
    }
    out.push_str("\n# Les messages des livraisons\n\nUne livraison refusée l'est en entier : rien n'est chargé.\n");
    for (code, title, long) in ERROR_CODES {
        let _ = write!(out, "\n## {code} — {title}\n\n*refus*\n\n{long}\n");
    }
    out.push_str(
        "\n# Les codes de qualité d'un import\n\nLe compte rendu dit ce qui a été lu, attendu et fait ; aucun euro n'est perdu.\n\n",
    );
    for (code, title) in QUALITY_CODES {
        let _ = writeln!(out, "- **{code}** {title}");
    }
    out
}

/// The shortest case of this code and no other, one with its correction rather than one without.
fn example(cases: &[Case], code: Code) -> Option<&Case> {
    let alone = |c: &&Case| c.name.contains("/bad/") && c.codes.len() == 1 && c.codes.first().is_some_and(|x| x == code.name());
    let key = |c: &&Case| (c.corrected.is_none(), c.text.len(), c.name.clone());
    cases
        .iter()
        .filter(alone)
        .min_by_key(key)
        .or_else(|| cases.iter().filter(|c| c.codes.contains(&code.name().to_owned())).min_by_key(key))
}

/// Lines too long for a page are cut where they stand.
fn short(text: &str) -> String {
    let cut =
        |l: &str| if l.chars().count() > 110 { format!("{}…\n", l.chars().take(109).collect::<String>()) } else { format!("{l}\n") };
    text.lines().map(cut).collect()
}
