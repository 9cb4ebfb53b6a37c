//! Workbooks to fill: headings and keys that stay in sight, keys written as words, closed lists offered in their cells.

use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

use crate::form::WriteError;
use crate::xlsx::{Looks, words};

/// Rows that somebody may add below those that are written, and that closed lists reach too.
const MORE: u32 = 1_000;

/// What a list of choices may weigh in a cell, separators included; a longer one is told, not offered.
const MOST_CHOICES: usize = 255;

/// A table to fill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blank {
    /// Name of its sheet.
    pub title: String,
    /// Keys, then what is to be filled.
    pub columns: Vec<BlankColumn>,
    /// The cells of the keys, row by row.
    pub rows: Vec<Vec<String>>,
}

/// A column of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlankColumn {
    /// Its heading, that a load finds it by.
    pub heading: String,
    /// What it takes, as a sentence: a unit, choices.
    pub note: String,
    /// Its closed list; empty = anything.
    pub choices: Vec<String>,
    /// A key, written already.
    pub key: bool,
}

impl Blank {
    /// The workbook: the table on its first sheet, what each column takes on the second.
    ///
    /// # Errors
    /// When it has more rows or columns than a sheet.
    pub fn workbook(&self) -> Result<Vec<u8>, WriteError> {
        self.written().map_err(|e| WriteError { why: format!("le classeur ne se compose pas : {e}") })
    }

    fn written(&self) -> Result<Vec<u8>, XlsxError> {
        let looks = Looks::new();
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name(crate::xlsx::Names::default().free(&self.title))?;
        let keys = self.columns.iter().take_while(|c| c.key).count();
        sheet.set_freeze_panes(1, place(keys))?;
        let last = line(self.rows.len()).saturating_add(MORE);
        // Words stay words: a spreadsheet would make a day of `10/2026`.
        let text = Format::new().set_num_format("@");
        for (k, column) in self.columns.iter().enumerate() {
            words(sheet, 0, place(k), &column.heading, &looks.heading)?;
            sheet.set_column_width(place(k), u32::try_from(column.heading.chars().count().clamp(12, 40)).unwrap_or(12))?;
            if column.key {
                sheet.set_column_format(place(k), &text)?;
            }
            let weight: usize = column.choices.iter().map(|c| c.chars().count() + 1).sum();
            if !column.choices.is_empty() && weight <= MOST_CHOICES {
                let list = DataValidation::new().allow_list_strings(&column.choices)?;
                sheet.add_data_validation(1, place(k), last, place(k), &list)?;
            }
        }
        for (r, row) in self.rows.iter().enumerate() {
            for (k, cell) in row.iter().enumerate() {
                words(sheet, line(r + 1), place(k), cell, &text)?;
            }
        }
        let help = book.add_worksheet();
        help.set_name("Colonnes")?;
        help.set_column_width(0, 24)?.set_column_width(1, 80)?;
        for (r, column) in self.columns.iter().enumerate() {
            words(help, line(r), 0, &column.heading, &looks.heading)?;
            words(help, line(r), 1, &column.note, &Format::new())?;
        }
        book.save_to_buffer()
    }
}

fn place(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

fn line(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
