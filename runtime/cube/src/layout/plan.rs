//! A layout against the header of a file: where each cell is, and how it becomes a canonical one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cadrage_value::Month;
use cadrage_value::exchange::Form;
use cadrage_value::layout::{LayoutCell, LayoutCut, LayoutOrigin};

use super::Layout;
use super::convert::{self, Manner, Pattern};
use crate::CubeError;
use crate::rows::FlatRow;
use crate::table::clean;

/// What the names and values of a mapped file are in the file itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// Canonical column: its name there, and where its source cells are in the mapped row.
    columns: BTreeMap<&'static str, (String, Vec<usize>)>,
}

impl Origins {
    /// What the file calls a column.
    pub(crate) fn name(&self, column: &str) -> Option<&str> {
        self.columns.get(column).map(|(name, _)| name.as_str())
    }

    /// What the file writes under a column.
    pub(crate) fn value(&self, row: &FlatRow, column: &str) -> Option<String> {
        let (_, places) = self.columns.get(column)?;
        let cells: Vec<&str> = places.iter().filter_map(|k| row.get(*k)).collect();
        Some(cells.join("/"))
    }
}

/// Where a source cell is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Index(usize),
    At(usize, usize),
}

/// What fills a column.
#[derive(Clone, Debug)]
enum Filling {
    Cell(usize),
    Ratio(usize, usize),
    Value(String),
    LineNumber,
}

#[derive(Clone, Debug)]
struct Column {
    name: &'static str,
    form: Form,
    filling: Filling,
    cut: Option<LayoutCut>,
    last_day: bool,
    mapping: Vec<(String, String)>,
    fallback: Option<String>,
}

/// What becomes of the records of a file.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    manner: Manner,
    columns: Vec<Column>,
    /// Source cells looked at, each once.
    places: Vec<Place>,
    shown: Vec<String>,
    /// Kept or ignored, the cell looked at, the values, and how many rows were ignored.
    filters: Vec<(bool, usize, Vec<String>)>,
    /// Cells of the header, or of the first record when there is none.
    width: Option<usize>,
    /// Of a canonical file: columns nobody reads.
    strangers: Vec<String>,
}

impl Plan {
    /// Finds the cells that a layout names.
    ///
    /// # Errors
    /// `I04` when the header lacks one, or has it twice.
    pub(super) fn new(layout: &Layout, header: Option<&FlatRow>, month: Month, file: &str, line: usize) -> Result<Plan, CubeError> {
        let header: Option<Vec<String>> =
            header.map(|row| row.iter().map(|c| clean(c.trim_start_matches('\u{FEFF}')).to_owned()).collect());
        let mut plan = Plan {
            manner: Manner {
                dates: layout.dates.iter().map(|f| Pattern::new(f)).collect(),
                months: layout.months.iter().map(|f| Pattern::new(f)).collect(),
                point: layout.point,
                trailing_sign: layout.trailing_sign,
                open: layout.open.clone(),
                empty: layout.empty.clone(),
            },
            columns: Vec::new(),
            places: Vec::new(),
            shown: Vec::new(),
            filters: Vec::new(),
            width: header.as_ref().map(Vec::len),
            strangers: Vec::new(),
        };
        let place = |plan: &mut Plan, cell: &LayoutCell| plan.place(layout, header.as_deref(), cell, file, line);
        for c in &layout.columns {
            let filling = match &c.origin {
                // A canonical spreadsheet may lack a column: who reads it says which one it needs.
                LayoutOrigin::Cell(LayoutCell::Named(name))
                    if layout.is_canonical() && header.as_ref().is_some_and(|h| !h.contains(name)) =>
                {
                    continue;
                }
                LayoutOrigin::Cell(cell) => Filling::Cell(place(&mut plan, cell)?),
                LayoutOrigin::Ratio(a, b) => Filling::Ratio(place(&mut plan, a)?, place(&mut plan, b)?),
                LayoutOrigin::Value(text) => Filling::Value(text.clone()),
                LayoutOrigin::LineNumber => Filling::LineNumber,
                LayoutOrigin::Month => Filling::Value(month.to_string()),
            };
            plan.columns.push(Column {
                name: c.name,
                form: layout.form(c.name),
                filling,
                cut: c.cut.clone(),
                last_day: c.last_day,
                mapping: c.mapping.clone(),
                fallback: c.fallback.clone(),
            });
        }
        for f in &layout.filters {
            let at = place(&mut plan, &f.cell)?;
            plan.filters.push((f.keep, at, f.values.clone()));
        }
        if layout.is_canonical() {
            let known = layout.kind.file_type().names();
            plan.strangers = header.iter().flatten().filter(|h| !known.contains(&h.as_str())).cloned().collect();
        }
        Ok(plan)
    }

    /// Says how many cells each record has, in a file without a header. Those it names are within, or no record lines up.
    pub(super) fn set_width(&mut self, first: usize) {
        let least = self.places.iter().map(|p| if let Place::Index(k) = p { k + 1 } else { 1 }).max().unwrap_or(1);
        self.width = Some(first.max(least));
    }

    /// Where a cell is; the same cell has one place.
    fn place(
        &mut self,
        layout: &Layout,
        header: Option<&[String]>,
        cell: &LayoutCell,
        file: &str,
        line: usize,
    ) -> Result<usize, CubeError> {
        let found = match cell {
            LayoutCell::At(from, to) => Place::At(*from, *to),
            LayoutCell::Nth(n) => {
                if let Some(width) = header.map(<[String]>::len).filter(|width| width < n) {
                    let help = "comptez les cases de l'en-tête à partir de 1";
                    let message = format!("l'interface `{}` lit la case {n}, et l'en-tête n'en a que {width}", layout.name);
                    return Err(CubeError::new("I04", message, help).at(file, Some(line), None));
                }
                Place::Index(n.saturating_sub(1))
            }
            LayoutCell::Named(name) => {
                let header = header.unwrap_or_default();
                let mut places = header.iter().enumerate().filter(|(_, h)| *h == name).map(|(k, _)| k);
                match (places.next(), places.next()) {
                    (Some(k), None) => Place::Index(k),
                    (Some(_), Some(_)) => {
                        let message = format!("la colonne `{name}` est écrite deux fois");
                        return Err(CubeError::new("I04", message, "laissez une seule colonne de ce nom").at(file, Some(line), Some(name)));
                    }
                    (None, _) => return Err(absent(layout, header, name).at(file, Some(line), Some(name))),
                }
            }
        };
        if let Some(k) = self.places.iter().position(|p| *p == found) {
            return Ok(k);
        }
        self.places.push(found);
        self.shown.push(cell.shown());
        Ok(self.places.len() - 1)
    }

    /// Writes the header of the mapped file: canonical names, then a mark for each source cell.
    pub(super) fn header(&self, out: &mut FlatRow) {
        for c in &self.columns {
            out.push(c.name);
        }
        for name in &self.strangers {
            out.push(name);
        }
        for name in &self.shown {
            out.push(&format!("{SOURCE}{name}"));
        }
    }

    /// What names and values are in the file.
    pub(super) fn origins(&self) -> Origins {
        let before = self.columns.len() + self.strangers.len();
        let of = |c: &Column| {
            let places = match c.filling {
                Filling::Cell(k) => vec![k],
                Filling::Ratio(a, b) => vec![a, b],
                Filling::Value(_) | Filling::LineNumber => return None,
            };
            let names: Vec<&str> = places.iter().filter_map(|k| self.shown.get(*k)).map(String::as_str).collect();
            Some((c.name, (names.join("/"), places.iter().map(|k| before + k).collect())))
        };
        Origins { columns: self.columns.iter().filter_map(of).collect() }
    }

    fn source<'r>(&self, record: &'r FlatRow, at: usize) -> &'r str {
        clean(match self.places.get(at) {
            Some(Place::Index(k)) => record.get(*k).unwrap_or_default(),
            Some(Place::At(from, to)) => record.get(0).map_or("", |line| convert::characters(line, *from, *to)),
            None => "",
        })
    }

    /// The filter that leaves a record out.
    pub(super) fn ignored(&self, record: &FlatRow) -> bool {
        self.filters.iter().any(|(keep, at, values)| {
            let cell = self.source(record, *at);
            values.iter().any(|v| v == cell) != *keep
        })
    }

    /// The amount of a record, canonical; nothing when the type of file has none.
    pub(super) fn amount(&self, record: &FlatRow) -> Option<String> {
        let column = self.columns.iter().find(|c| c.name == "montant")?;
        Some(self.cell(column, record, 0).into_owned())
    }

    /// Writes a mapped row: canonical cells, then those they came from.
    pub(super) fn map(&self, record: &FlatRow, number: usize, out: &mut FlatRow) {
        for c in &self.columns {
            out.push(&self.cell(c, record, number));
        }
        for _ in &self.strangers {
            out.push("");
        }
        for at in 0..self.places.len() {
            out.push(self.source(record, at));
        }
        // A record that does not line up with its header must not line up either once mapped.
        if self.width.is_some_and(|width| record.len() != width) {
            out.push("");
        }
    }

    fn cell<'r>(&'r self, c: &'r Column, record: &'r FlatRow, number: usize) -> Cow<'r, str> {
        let text: Cow<'r, str> = match &c.filling {
            Filling::Value(text) => return Cow::Borrowed(text),
            Filling::LineNumber => return Cow::Owned(number.to_string()),
            Filling::Cell(at) => Cow::Borrowed(self.source(record, *at)),
            Filling::Ratio(a, b) => match (self.source(record, *a), self.source(record, *b)) {
                (whole, "" | "1") => Cow::Borrowed(whole),
                (numerator, denominator) => Cow::Owned(format!("{numerator}/{denominator}")),
            },
        };
        let text = match (&c.cut, text) {
            (Some(cut), Cow::Borrowed(text)) => Cow::Borrowed(convert::cut(text, cut)),
            (_, text) => text,
        };
        if let Some((_, code)) = c.mapping.iter().find(|(from, _)| *from == text) {
            return Cow::Borrowed(code);
        }
        if text.is_empty() || self.manner.empty.iter().any(|e| *e == text) {
            return Cow::Borrowed(c.fallback.as_deref().unwrap_or_default());
        }
        match text {
            Cow::Borrowed(text) => self.manner.convert(text, c.form, c.last_day),
            Cow::Owned(text) => Cow::Owned(self.manner.convert(&text, c.form, c.last_day).into_owned()),
        }
    }
}

/// Before the names of source cells in the header of a mapped file: no column is called that.
pub(crate) const SOURCE: char = '\u{1}';

fn absent(layout: &Layout, header: &[String], name: &str) -> CubeError {
    let near = header.iter().find(|h| super::folded(h) == super::folded(name));
    let said = near.map_or_else(String::new, |h| format!(" ; l'en-tête dit `{h}`"));
    let message = format!("la colonne `{name}`, que lit l'interface `{}`, est absente{said}", layout.name);
    let listed: Vec<&str> = header.iter().take(40).map(String::as_str).collect();
    let help = match header {
        [one] => format!("l'en-tête n'a qu'une case, `{one}` : vérifiez `séparateur` et `ignorer … lignes`"),
        _ => format!("l'en-tête porte : {}", listed.join(", ")),
    };
    CubeError::new("I04", message, help)
}
