//! What a `saisie` asks for: a file to fill, and the filled file checked cell by cell and put in its place, whole or not at all.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_cube::{CubeError, FlatFile, References, TypedExpense, TypedLoad};
use cadrage_driver::{Compiled, Form, FormField, FormKey, Members, Table, World, compile};
use cadrage_export::{Blank, BlankColumn, WriteError};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::{Date, Money, Month};

use crate::dossier_world::{DossierWorld, elements};
use crate::hors_psop;
use crate::workspace::Workspace;

/// Rows of a file to fill: more are a database, not a form.
const MOST_ROWS: usize = 20_000;

/// Why a filled file was not taken.
#[derive(Debug)]
pub enum TypingError {
    /// The file does not read, or the place where it goes does not write.
    Store(CubeError),
    /// Its cells are wrong: what to draw, with the program it was checked in.
    Wrong(Box<Compiled>, Vec<Diagnostic>),
}

impl From<CubeError> for TypingError {
    fn from(e: CubeError) -> Self {
        TypingError::Store(e)
    }
}

/// A file to fill: its columns, and the keys of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormToFill {
    /// Of the form.
    pub name: String,
    /// Keys, then fields.
    pub columns: Vec<FillColumn>,
    /// The cells of the keys.
    pub rows: Vec<Vec<String>>,
}

/// A column to fill, or a key that is written already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillColumn {
    /// Its heading.
    pub name: String,
    /// The closed list of its cells; empty = anything.
    pub choices: Vec<String>,
    /// The unit of its numbers; `None` = words.
    pub unit: Option<String>,
    /// A key, rather than a field.
    pub key: bool,
}

impl FormToFill {
    /// As a workbook, with its closed lists in the cells.
    ///
    /// # Errors
    /// When a sheet cannot hold it.
    pub fn workbook(&self) -> Result<Vec<u8>, WriteError> {
        let note = |c: &FillColumn| match (&c.unit, c.choices.as_slice()) {
            (Some(unit), _) => format!("un nombre, en {unit}"),
            (None, []) if c.key => "clé de la ligne".to_owned(),
            (None, []) => "un texte".to_owned(),
            (None, choices) => format!("parmi : {}", choices.join(", ")),
        };
        let column = |c: &FillColumn| BlankColumn { heading: c.name.clone(), note: note(c), choices: c.choices.clone(), key: c.key };
        Blank { title: self.name.clone(), columns: self.columns.iter().map(column).collect(), rows: self.rows.clone() }.workbook()
    }

    /// As a text that spreadsheets open.
    #[must_use]
    pub fn csv(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        let mut out = format!("\u{FEFF}{}\r\n", names.join(";"));
        for row in &self.rows {
            out.push_str(&row.join(";"));
            out.push_str(&";".repeat(self.columns.len().saturating_sub(row.len())));
            out.push_str("\r\n");
        }
        out
    }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Where it is now, from the dossier.
    pub path: String,
    /// Where what was typed before is now.
    pub before: Option<String>,
    /// Rows and euros of each month, and what becomes of them.
    pub months: Vec<(Month, usize, Money, Fate)>,
    /// Rows left empty in the file.
    pub empty: usize,
}

/// What becomes of the rows of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Scenarios read them: the month is to come.
    Projected,
    /// The month is known: they are a delivery of `hors_psop`, of this name, loaded now.
    Loaded(String),
    /// The month is known, and holds these very rows.
    Held,
    /// The month is known, and this delivery says its `hors_psop`.
    Delivered(String),
    /// The month is known, and its pay holds whatever this form feeds.
    Known,
}

impl Workspace {
    /// A file to fill for a form: its columns, and a row for each member and month that is expected. `from` is the first month.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn form_to_fill(&mut self, form: &Form, from: Month, months: u32) -> Result<FormToFill, CubeError> {
        let root = self.dossier().root().to_owned();
        let references = References::read(&root)?;
        let members = DossierWorld { root: &root, references: &references, only: &[], role: None, typed: &[] }.members();
        let mut rows: Vec<Vec<String>> = vec![Vec::new()];
        for key in &form.keys {
            let values: Vec<String> = match key {
                FormKey::Month => (0..months).map(|n| from.plus(i32::try_from(n).unwrap_or(0)).to_french()).collect(),
                FormKey::Level(level) => {
                    let known = level.attribute.and_then(|a| members.of(a));
                    known.map_or_else(|| vec![String::new()], |m| m.iter().filter(|c| *c != "?").cloned().collect())
                }
            };
            if rows.len() * values.len() > MOST_ROWS {
                // Too many combinations: the header alone, and who fills it writes the rows that count.
                rows = Vec::new();
                break;
            }
            rows = rows.iter().flat_map(|row| values.iter().map(move |v| row.iter().cloned().chain([v.clone()]).collect())).collect();
        }
        let column = |name: &str, field: Option<&FormField>| FillColumn {
            name: name.to_owned(),
            choices: field.map_or_else(Vec::new, |f| f.choices.clone()),
            unit: field.and_then(|f| f.unit.as_ref()).map(|(_, written, _)| written.clone()),
            key: field.is_none(),
        };
        let keys = form.keys.iter().map(|k| column(key_name(k), None));
        let columns = keys.chain(form.fields.iter().map(|f| column(&f.name, Some(f)))).collect();
        Ok(FormToFill { name: form.name.clone(), columns, rows })
    }

    /// Checks a filled file, and makes it what was typed for this form. What was typed before is kept beside. Rows without any
    /// field are rows nobody filled. Rows of `hors_psop` of known months are loaded, as observed `today`.
    ///
    /// # Errors
    /// Every cell that is wrong, and what refuses a load; nothing is then changed.
    pub fn type_in(&mut self, form: &Form, file: &Path, today: Date) -> Result<Typed, TypingError> {
        let shown = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        // The name says whether it is a workbook or a text.
        let flat = FlatFile::open(file, &shown)?;
        let filled = |row: &BTreeMap<String, String>| {
            let is_field = |column: &str| form.fields.iter().any(|f| cadrage_driver::fold(&f.name) == cadrage_driver::fold(column));
            row.iter().any(|(column, cell)| is_field(column) && !cell.is_empty())
        };
        let all: Vec<(usize, BTreeMap<String, String>)> = flat.named_rows().collect();
        let rows: Vec<(usize, BTreeMap<String, String>)> = all.iter().filter(|(_, row)| filled(row)).cloned().collect();
        let empty = all.len() - rows.len();
        if rows.is_empty() {
            let message = format!("`{shown}` n'a aucune ligne remplie");
            return Err(refused("I20", message, "remplissez au moins un champ d'une ligne").into());
        }
        let checked = self.tried(form, Table { path: form.path(), rows: rows.clone() }, &shown)?;
        let months = self.by_month(&checked, form, &rows, today)?;
        let (path, before) = self.put(form, &flat.header, &rows)?;
        Ok(Typed { path, before, months, empty })
    }

    /// The form with these rows, when all of them are sound.
    fn tried(&mut self, form: &Form, table: Table, shown: &str) -> Result<Compiled, TypingError> {
        let root = self.dossier().root().to_owned();
        let references = References::read(&root)?;
        let world = Trying { world: DossierWorld { root: &root, references: &references, only: &[], role: None, typed: &[] }, table };
        let compiled = compile(&world, elements(&references).as_ref());
        let path = form.path();
        let wrong: Vec<Diagnostic> = compiled
            .diagnostics
            .iter()
            .filter(|d| d.code == Code::I20 && d.message.starts_with(&path))
            .map(|d| Diagnostic { message: d.message.replacen(&path, shown, 1), ..d.clone() })
            .collect();
        if wrong.is_empty() { Ok(compiled) } else { Err(TypingError::Wrong(Box::new(compiled), wrong)) }
    }

    /// The rows of each month and what becomes of them; those of known months are loaded when they can be.
    fn by_month(
        &mut self,
        checked: &Compiled,
        form: &Form,
        cells: &[(usize, BTreeMap<String, String>)],
        today: Date,
    ) -> Result<Vec<(Month, usize, Money, Fate)>, CubeError> {
        let last = self.cube()?.months.keys().next_back().copied();
        let mut months: BTreeMap<Month, (usize, Money, Vec<TypedExpense>)> = BTreeMap::new();
        let expenses = hors_psop::Expenses::of(form);
        for row in checked.model.forms.iter().filter(|f| f.name == form.name).flat_map(|f| &f.rows) {
            let sums = months.entry(row.month).or_default();
            sums.0 += 1;
            sums.1 += row.amount;
            let written = cells.iter().find(|(line, _)| *line == row.line).map(|(_, cells)| cells);
            sums.2.extend(expenses.as_ref().zip(written).and_then(|(e, cells)| e.expense(row, cells)));
        }
        let is_known = |month: Month| last.is_some_and(|last| month <= last);
        let known = |(month, (rows, _, expenses)): (&Month, &(usize, Money, Vec<TypedExpense>))| {
            (is_known(*month) && expenses.len() == *rows).then(|| (*month, expenses.clone()))
        };
        let to_load: Vec<_> = months.iter().filter_map(known).collect();
        let loads = if to_load.is_empty() { Vec::new() } else { self.dossier().load_typed(&to_load, today)? };
        let fate = |month: Month| match loads.iter().find(|(m, _)| *m == month).map(|(_, load)| load) {
            Some(TypedLoad::Loaded(report)) => Fate::Loaded(report.delivery.clone()),
            Some(TypedLoad::Same) => Fate::Held,
            Some(TypedLoad::Delivered(delivery)) => Fate::Delivered(delivery.clone()),
            None if is_known(month) => Fate::Known,
            None => Fate::Projected,
        };
        Ok(months.into_iter().map(|(m, (rows, amount, _))| (m, rows, amount, fate(m))).collect())
    }

    /// Writes the rows in their place: beside first, then over, so that a fault leaves the old or the new.
    fn put(
        &mut self,
        form: &Form,
        header: &[String],
        rows: &[(usize, BTreeMap<String, String>)],
    ) -> Result<(String, Option<String>), CubeError> {
        let mut text = header.join(";") + "\n";
        for (_, row) in rows {
            let cells: Vec<String> = header.iter().map(|c| quoted(row.get(c).map_or("", String::as_str))).collect();
            text.push_str(&cells.join(";"));
            text.push('\n');
        }
        let before = put_over(self.dossier().root(), &form.path(), &text)?;
        Ok((form.path(), before))
    }
}

/// Puts what was typed in its place in a dossier, whole or not at all. What stood there is kept in `saisies/anciennes`: where, unless it
/// was the same.
pub(crate) fn put_over(root: &Path, path: &str, text: &str) -> Result<Option<String>, CubeError> {
    let fail =
        |e: std::io::Error| refused("I11", format!("la saisie ne s'écrit pas ({e})"), "vérifiez les droits et la place sur le disque");
    let place = root.join(path);
    if std::fs::read_to_string(&place).is_ok_and(|same| same == text) {
        return Ok(None);
    }
    let old = root.join("saisies/anciennes");
    std::fs::create_dir_all(&old).map_err(fail)?;
    let mut before = None;
    if place.exists() {
        let part = |part: Option<&std::ffi::OsStr>| part.map_or_else(String::new, |p| p.to_string_lossy().into_owned());
        let (stem, extension) = (part(place.file_stem()), part(place.extension()));
        let name = |n: u32| format!("saisies/anciennes/{stem}-{n}.{extension}");
        let kept = (1..u32::MAX).map(name).find(|p| !root.join(p).exists()).unwrap_or_else(|| name(0));
        std::fs::copy(&place, root.join(&kept)).map_err(fail)?;
        before = Some(kept);
    }
    cadrage_export::write_whole(&place, text.as_bytes()).map_err(fail)?;
    Ok(before)
}

/// A dossier in which a form has other rows than its file.
struct Trying<'a> {
    world: DossierWorld<'a>,
    table: Table,
}

impl World for Trying<'_> {
    fn scripts(&self) -> Vec<(String, String)> {
        self.world.scripts()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        self.world.table(path)
    }

    fn cases(&self, path: &str, separator: char) -> Result<Table, String> {
        self.world.cases(path, separator)
    }

    fn entries(&self, path: &str) -> Option<Result<Table, String>> {
        if path == self.table.path { Some(Ok(self.table.clone())) } else { self.world.entries(path) }
    }

    fn members(&self) -> Members {
        self.world.members()
    }
}

fn key_name(key: &FormKey) -> &str {
    match key {
        FormKey::Month => "mois",
        FormKey::Level(level) => &level.name,
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

pub(crate) fn refused(code: &'static str, message: String, help: &str) -> CubeError {
    CubeError { code, message, file: None, line: None, column: None, help: help.to_owned() }
}
