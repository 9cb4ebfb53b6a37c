//! `suite/<topic>/good` and `suite/<topic>/bad`: scripts with the codes they announce, and their messages as snapshots.

use std::collections::BTreeSet;

use cadrage_cube::References;
use cadrage_driver::{Members, Table, Texts, compile};
use cadrage_session::TestReport;
use cadrage_source::Code;

use super::support::{BACKEND, root};

/// A small institution: two composantes, four grades, one list of local values.
pub(super) fn world(text: &str) -> Texts {
    let mut members = Members::default();
    for (grade, corps) in [("PR_1C", "PR"), ("PR_2C", "PR"), ("MCF_CN", "MCF"), ("IGE_CN", "IGE")] {
        members.add("grade", grade, if grade == "PR_1C" { "Professeur, 1re classe" } else { "" });
        members.group("corps", corps, grade);
    }
    for (structure, composante) in [("DRO_PUB", "DROIT"), ("SCI_MATH", "SCIENCES")] {
        members.add("structure", structure, "");
        members.group("composante", composante, structure);
    }
    let cells = [
        ("type", "TAUX"),
        ("rubrique", "401610"),
        ("axe", "etablissement"),
        ("membre", "VALMONT"),
        ("date_debut", "2023-01-01"),
        ("date_fin_exclue", ""),
        ("valeur", "2,00"),
        ("unite", "%"),
        ("source", "délibération fictive"),
    ];
    let row = cells.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    let table = Table { path: "referentiels/locaux.csv".into(), rows: vec![(2, row)] };
    let mut tables = vec![table];
    tables.extend(files_of_the_suite());
    Texts { scripts: vec![("essai.cadrage".into(), text.into())], tables, members }
}

/// The `.csv` files beside the cases, named from `suite/`.
fn files_of_the_suite() -> Vec<Table> {
    let suite = root().join("tests/suite");
    let mut out = Vec::new();
    for path in std::fs::read_dir(&suite).expect("suite").flatten().flat_map(|t| std::fs::read_dir(t.path()).expect("topic").flatten()) {
        let path = path.path();
        if path.extension().is_some_and(|x| x == "csv") {
            let name = path.strip_prefix(&suite).expect("in the suite").display().to_string();
            let bytes = std::fs::read(&path).expect("file");
            // A world of texts is not told the separator: files that have another than `;` have it in their first line.
            let comma = bytes.iter().take_while(|b| **b != b'\n').any(|b| *b == b',') && !bytes.contains(&b';');
            let file = cadrage_cube::FlatFile::read_separated(&name, &bytes, "utf-8", if comma { ',' } else { ';' }).expect("file");
            out.push(Table { path: name, rows: file.named_rows().collect() });
        }
    }
    out
}

/// Codes found, and the messages.
fn outcome(text: &str) -> (BTreeSet<String>, String) {
    let compiled = compile(&world(text), None);
    let mut diagnostics = compiled.diagnostics.clone();
    if compiled.is_sound() {
        let report = TestReport::run(&compiled, &References::default(), &BACKEND);
        diagnostics.extend(report.verdicts.into_iter().flat_map(|v| v.failures));
    }
    let codes = diagnostics.iter().map(|d| d.code.name().to_owned()).collect();
    (codes, suite::render_all(&diagnostics, &compiled.sources))
}

#[test]
fn every_case_gives_what_it_announces() {
    let cases = suite::cases(&root().join("tests/suite"));
    assert!(cases.len() > 40, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (codes, messages) = outcome(&case.text);
        if case.name.contains("/bad/") {
            let wanted: BTreeSet<String> = case.codes.iter().cloned().collect();
            if codes != wanted {
                wrong.push(format!("{} : {codes:?} au lieu de {wanted:?}\n{messages}", case.name));
            }
            insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(case.name.replace('/', "-"), messages);
            });
        } else if !codes.is_empty() {
            wrong.push(format!("{} : {messages}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_keep_to_the_house_style() {
    for case in suite::cases(&root().join("tests/suite")) {
        let compiled = compile(&world(&case.text), None);
        for d in &compiled.diagnostics {
            assert!(!d.message.ends_with('.'), "{}: {}", case.name, d.message);
            assert!(d.help.is_some(), "{}: no help for {}", case.name, d.message);
            assert!(!d.message.contains("FormulaId") && !d.message.contains("Rule::"), "{}", d.message);
        }
    }
}

#[test]
fn every_code_says_what_it_means() {
    for code in Code::ALL {
        assert!(code.title().len() > 8, "{}", code.name());
        assert!(code.explanation().len() > 60, "{}", code.name());
        assert_eq!(Code::find(&code.name().to_lowercase()), Some(*code));
    }
}

#[test]
fn the_order_of_declarations_does_not_count() {
    let text =
        suite::cases(&root().join("tests/suite")).into_iter().find(|c| c.name == "run/good/exceptions-emboitees").expect("case").text;
    let mut blocks: Vec<String> = text.split_inclusive("fin\n").map(str::to_owned).collect();
    blocks.reverse();
    let (codes, messages) = outcome(&blocks.concat());
    assert!(codes.is_empty(), "{messages}");
}

#[test]
fn both_printed_stages_are_stable() {
    let compiled = compile(&world("utiliser socle.emplois version \"2026.1\"\n"), None);
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("stage-ir-emplois", cadrage_driver::emit(&compiled, "ir").expect("ir"));
        insta::assert_snapshot!("stage-plan-emplois", cadrage_engine::describe(&compiled.program));
    });
    assert_eq!(cadrage_ir::verify(&compiled.program), Ok(()));
}
