//! The small institution that cases are checked against, and what checking one gives.

use std::collections::BTreeSet;
use std::path::Path;

use cadrage_cube::References;
use cadrage_driver::{Members, Table, Texts, compile};
use cadrage_session::TestReport;

use crate::{AllEngines, render_all};

/// A small institution: two composantes, four grades, one list of local values.
#[must_use]
pub fn world(text: &str) -> Texts {
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
#[expect(clippy::expect_used, reason = "the data of a test")]
fn files_of_the_suite() -> Vec<Table> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
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
#[must_use]
pub fn outcome(text: &str) -> (BTreeSet<String>, String) {
    let compiled = compile(&world(text), None);
    let mut diagnostics = compiled.diagnostics.clone();
    if compiled.is_sound() {
        let report = TestReport::run(&compiled, &References::default(), &AllEngines);
        diagnostics.extend(report.verdicts.into_iter().flat_map(|v| v.failures));
    }
    let codes = diagnostics.iter().map(|d| d.code.name().to_owned()).collect();
    (codes, render_all(&diagnostics, &compiled.sources))
}
