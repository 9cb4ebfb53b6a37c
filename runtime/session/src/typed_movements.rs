//! Movements typed by hand, that the source system does not know: a file to fill, whose rows become the sentences of a `variante`.
//!
//! Sentences are checked as if somebody had written them, and what is wrong is told at the row it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_cube::{FlatFile, References};
use cadrage_driver::{Compiled, compile, fold, format};
use cadrage_export::{Blank, BlankColumn, WriteError};
use cadrage_source::{Diagnostic, FileId};
use cadrage_value::{Date, Month};

use crate::dossier_world::{DossierWorld, elements};
use crate::typing::{TypingError, put_over, refused};
use crate::workspace::Workspace;

/// What users call it: no declared form may bear this name without hiding it.
pub const MOVEMENTS: &str = "mouvements";

/// The script that is written, and the variante it holds.
const SCRIPT: &str = "mouvements_saisis.cadrage";
const VARIANT: &str = "mouvements_saisis";

/// Lines of the script before the sentence of the first row.
const BEFORE: usize = 2;

const COLUMNS: [&str; 10] = ["mouvement", "agent", "nombre", "grade", "échelon", "plafond", "composante", "date", "motif", "commentaire"];

/// Each movement: its verb, the columns it needs, those it may take.
const VERBS: [(&str, &[&str], &[&str]); 4] = [
    ("recruter", &["nombre", "grade", "date"], &["échelon", "plafond", "composante"]),
    ("faire partir", &["agent", "date"], &["motif"]),
    ("muter", &["agent", "composante", "date"], &[]),
    ("promouvoir", &["agent", "grade", "date"], &["échelon"]),
];

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedMovements {
    /// The script written, from the dossier.
    pub path: String,
    /// The variante it declares.
    pub variant: &'static str,
    /// Where the script of before is now.
    pub before: Option<String>,
    /// Its sentences, in the order of the rows.
    pub sentences: Vec<String>,
    /// Rows left empty.
    pub empty: usize,
    /// Scenarios that apply the variante.
    pub applied: Vec<String>,
}

/// The text of the file to fill.
#[must_use]
pub fn movements_csv() -> String {
    format!("\u{FEFF}{}\r\n", COLUMNS.join(";"))
}

/// The workbook to fill: movements are offered, what each needs is on the second sheet.
///
/// # Errors
/// When the workbook is not written.
pub fn movements_workbook() -> Result<Vec<u8>, WriteError> {
    let uses = |column: &str| {
        let of = |wanted: bool| {
            let verbs = VERBS.iter().filter(|(_, needs, may)| if wanted { needs.contains(&column) } else { may.contains(&column) });
            verbs.map(|(verb, ..)| *verb).collect::<Vec<_>>().join(", ")
        };
        match (of(true), of(false)) {
            (needs, may) if may.is_empty() && needs.is_empty() => "libre".to_owned(),
            (needs, may) if may.is_empty() => format!("obligatoire pour : {needs}"),
            (needs, may) if needs.is_empty() => format!("possible pour : {may}"),
            (needs, may) => format!("obligatoire pour : {needs} ; possible pour : {may}"),
        }
    };
    let verbs = || VERBS.iter().map(|(verb, ..)| (*verb).to_owned()).collect::<Vec<_>>();
    let column = |name: &str| match name {
        "mouvement" => {
            BlankColumn { heading: name.to_owned(), note: format!("parmi : {}", verbs().join(", ")), choices: verbs(), key: false }
        }
        "date" => {
            let note = format!("JJ/MM/AAAA ; premier jour, ou dernier jour pour faire partir ; {}", uses(name));
            BlankColumn { heading: name.to_owned(), note, choices: Vec::new(), key: false }
        }
        _ => BlankColumn { heading: name.to_owned(), note: uses(name), choices: Vec::new(), key: false },
    };
    Blank { title: MOVEMENTS.to_owned(), columns: COLUMNS.map(column).to_vec(), rows: Vec::new() }.workbook()
}

impl Workspace {
    /// Checks a filled file, and writes its sentences as a variante of the dossier, whole or not at all.
    ///
    /// # Errors
    /// Every row that is wrong; nothing is then changed.
    pub fn type_movements(&mut self, file: &Path) -> Result<TypedMovements, TypingError> {
        let shown = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let flat = FlatFile::open(file, &shown)?;
        let columns: Vec<String> = COLUMNS.iter().map(|c| fold(c)).collect();
        if let Some(stranger) = flat.header.iter().find(|h| !columns.contains(&fold(h))) {
            let help = format!("la première ligne porte : {}", COLUMNS.join(";"));
            return Err(refused("I20", format!("{shown}:1 : la colonne `{stranger}` n'est pas de cette saisie"), &help).into());
        }
        let last = self.cube()?.months.keys().next_back().copied();
        let (mut sentences, mut lines, mut empty) = (Vec::new(), Vec::new(), 0);
        for (line, row) in flat.named_rows() {
            let row: BTreeMap<String, String> = row.into_iter().map(|(column, cell)| (fold(&column), cell)).collect();
            if row.iter().all(|(column, cell)| cell.is_empty() || *column == fold("commentaire")) {
                empty += 1;
                continue;
            }
            sentences.push(sentence(&row, last).map_err(|(why, help)| refused("I20", format!("{shown}:{line} : {why}"), &help))?);
            lines.push(line);
        }
        if sentences.is_empty() {
            return Err(refused("I20", format!("`{shown}` n'a aucune ligne remplie"), "remplissez au moins un mouvement").into());
        }
        let text = script(&sentences);
        // A variante is checked whole where a scenario applies it: this one does, and is written nowhere.
        let trial = last.map_or_else(String::new, |last| {
            let (known, seen) = (last.to_french(), last.last_day().to_french());
            let until = last.plus(60).to_french();
            format!("scénario {VARIANT}_à_l_essai :\n  constaté jusqu'à {known} observé au {seen}\n  projeter jusqu'à {until}\n  appliquer {VARIANT}\nfin\n")
        });
        let compiled = self.tried_movements(&format!("{text}\n{trial}"), &lines, &shown)?;
        let applied = compiled
            .model
            .scenarios
            .iter()
            .filter(|s| !s.name.starts_with(VARIANT) && applies(&compiled, &s.name))
            .map(|s| s.name.clone())
            .collect();
        let text = format(FileId(0), &text).unwrap_or(text);
        let before = put_over(self.dossier().root(), SCRIPT, &text)?;
        Ok(TypedMovements { path: SCRIPT.to_owned(), variant: VARIANT, before, sentences, empty, applied })
    }

    /// The dossier with these sentences, when nothing of them is wrong.
    fn tried_movements(&mut self, text: &str, lines: &[usize], shown: &str) -> Result<Compiled, TypingError> {
        let root = self.dossier().root().to_owned();
        let references = References::read(&root)?;
        let typed = [(SCRIPT.to_owned(), text.to_owned())];
        let world = DossierWorld { root: &root, references: &references, only: &[], role: None, typed: &typed };
        let compiled = compile(&world, elements(&references).as_ref());
        let row_of = |d: &Diagnostic| {
            let span = d.labels.first()?.span;
            let place = compiled.sources.place(span);
            let line: usize = place.strip_prefix(SCRIPT)?.split(':').nth(1)?.parse().ok()?;
            lines.get(line.checked_sub(BEFORE + 1)?).copied()
        };
        let wrong = compiled.diagnostics.iter().filter(|d| d.is_error()).filter_map(|d| {
            let line = row_of(d)?;
            Some(Diagnostic { message: format!("{shown}:{line} : {}", d.message), ..d.clone() })
        });
        let wrong: Vec<Diagnostic> = wrong.collect();
        if wrong.is_empty() { Ok(compiled) } else { Err(TypingError::Wrong(Box::new(compiled), wrong)) }
    }
}

/// Does a scenario apply the variante, by itself or by what it inherits?
fn applies(compiled: &Compiled, scenario: &str) -> bool {
    let of_scenario = compiled.model.scenarios.iter().filter(|s| s.name == scenario);
    of_scenario.flat_map(|s| &s.movements).any(|m| compiled.sources.place(m.span).starts_with(SCRIPT))
}

fn script(sentences: &[String]) -> String {
    let mut out = "-- Écrit par `cadrage saisir mouvements` : corrigez le fichier rempli, puis reprenez-le.\n".to_owned();
    out.push_str(&format!("variante {VARIANT} \"Mouvements saisis à la main, que le SIRH ne connaît pas\" :\n"));
    for sentence in sentences {
        out.push_str(&format!("  {sentence}\n"));
    }
    out.push_str("fin\n");
    out
}

/// The sentence of a row; what is wrong and what to do.
fn sentence(row: &BTreeMap<String, String>, last: Option<Month>) -> Result<String, (String, String)> {
    let cell = |column: &str| row.get(&fold(column)).map_or("", String::as_str);
    let verbs = || VERBS.iter().map(|(verb, ..)| *verb).collect::<Vec<_>>().join(", ");
    let Some((verb, needs, may)) = VERBS.iter().find(|(verb, ..)| fold(verb) == fold(cell("mouvement"))) else {
        return Err((format!("`{}` n'est pas un mouvement", cell("mouvement")), format!("écrivez l'un de : {}", verbs())));
    };
    if let Some(missing) = needs.iter().find(|column| cell(column).is_empty()) {
        return Err((format!("`{missing}` est vide, et `{verb}` en a besoin"), "remplissez cette case".to_owned()));
    }
    let idle = COLUMNS
        .iter()
        .filter(|c| !matches!(**c, "mouvement" | "commentaire"))
        .find(|c| !cell(c).is_empty() && !needs.contains(c) && !may.contains(c));
    if let Some(idle) = idle {
        return Err((format!("`{idle}` ne sert pas à `{verb}`"), "videz cette case, ou changez de mouvement".to_owned()));
    }
    let date = Date::parse(cell("date"))
        .ok_or_else(|| (format!("`{}` n'est pas une date", cell("date")), "écrivez JJ/MM/AAAA : `01/11/2026`".to_owned()))?;
    if let Some(last) = last.filter(|last| date.month() <= *last) {
        let why = format!("{} est dans un mois constaté : la paie y est connue", date.to_french());
        return Err((why, format!("écrivez une date d'après le {}", last.last_day().to_french())));
    }
    // A cell is a code and nothing more: no sentence slips in.
    for column in ["agent", "grade", "échelon", "plafond", "composante", "motif"] {
        if !cell(column).chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
            return Err((
                format!("`{}` n'est pas un code (colonne `{column}`)", cell(column)),
                "écrivez le code du référentiel".to_owned(),
            ));
        }
    }
    let pair = |column: &str| if cell(column).is_empty() { String::new() } else { format!(" {column} {}", cell(column)) };
    let day = date.to_french();
    Ok(match *verb {
        "recruter" => {
            let count = cell("nombre");
            let whole = count.parse::<u32>().ok().filter(|n| *n > 0);
            let decimal =
                count.split_once(',').filter(|(a, b)| [a, b].iter().all(|p| !p.is_empty() && p.bytes().all(|x| x.is_ascii_digit())));
            let how_many = match (whole, decimal) {
                (Some(1), _) => "1 agent".to_owned(),
                (Some(n), _) => format!("{n} agents"),
                (None, Some(_)) => format!("{count} ETP"),
                (None, None) => {
                    return Err((format!("`{count}` n'est pas un nombre d'agents"), "écrivez `3`, ou `1,5` pour des ETP".to_owned()));
                }
            };
            let profile: String = ["grade", "échelon", "plafond", "composante"].map(pair).concat();
            format!("recruter {how_many}{profile} à compter du {day}")
        }
        "faire partir" => format!("faire partir l'agent {} au {day}{}", cell("agent"), pair("motif")),
        "muter" => format!("muter l'agent {} vers composante {} à compter du {day}", cell("agent"), cell("composante")),
        _ => format!("promouvoir l'agent {} vers{}{} à compter du {day}", cell("agent"), pair("grade"), pair("échelon")),
    })
}
