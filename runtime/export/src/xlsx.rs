//! Workbooks: numbers are numbers, words are words, headings stay in sight, one sheet for each level.
//!
//! A cell of a workbook is a binary float, that spreadsheets read and show with fifteen digits. A decimal of at most fifteen digits comes
//! back from the nearest float: it is written with as many decimals as that allows, six at most; a value that has not even its own is
//! written as words, in full.

use cadrage_value::Exact;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::csv::looks_like_a_formula;
use crate::form::WriteError;
use crate::model::{Cell, Column, Document, Row, Table, WRITTEN};

/// Rows of a sheet; what the format allows.
const MOST_ROWS: usize = 1_048_576;

/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;

/// Beyond it, a decimal does not come back from a float, nor from a spreadsheet.
const FIFTEEN_DIGITS: u128 = 1_000_000_000_000_000;

/// Columns before the values: level, code, label.
const LABELS: u16 = 3;

pub(crate) fn workbook(document: &Document) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let mut names = Names::default();
    if !document.charts.is_empty() {
        let name = names.free("Graphiques");
        crate::xlsx_charts::sheet(book.add_worksheet(), &name, document).map_err(refused)?;
    }
    for table in &document.tables {
        check(table)?;
        let several = document.tables.len() > 1;
        let first = if several { table.title.as_str() } else { "Ensemble" };
        let all: Vec<&Row> = table.rows.iter().collect();
        sheet(&mut book, &names.free(first), document, table, &all).map_err(refused)?;
        let levels = table.levels();
        if levels.len() < 2 {
            continue;
        }
        for (_, level) in levels.into_iter().filter(|(depth, _)| *depth > 0) {
            let rows: Vec<&Row> = table.rows.iter().filter(|r| r.level == level).collect();
            let name = if several { format!("{} {level}", table.title) } else { level.to_owned() };
            sheet(&mut book, &names.free(&name), document, table, &rows).map_err(refused)?;
        }
    }
    book.save_to_buffer().map_err(refused)
}

fn check(table: &Table) -> Result<(), WriteError> {
    if table.rows.len() + 10 > MOST_ROWS || table.columns.len() + usize::from(LABELS) > MOST_COLUMNS {
        let why = format!(
            "un classeur tient {MOST_ROWS} lignes et {MOST_COLUMNS} colonnes, et il en faudrait {} et {} ; écrivez en .csv ou en .parquet",
            table.rows.len(),
            table.columns.len()
        );
        return Err(WriteError { why });
    }
    Ok(())
}

fn refused(e: XlsxError) -> WriteError {
    WriteError { why: format!("le classeur ne se compose pas : {e}") }
}

/// Names of sheets: at most 31 characters, none twice, without the marks that the format keeps for itself.
#[derive(Default)]
pub(crate) struct Names(Vec<String>);

impl Names {
    pub(crate) fn free(&mut self, asked: &str) -> String {
        let kept: String = asked.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
        let base: String = kept.trim().chars().take(31).collect();
        let base = if base.trim().is_empty() { "Feuille".to_owned() } else { base.trim().to_owned() };
        let mut name = base.clone();
        let mut count = 2;
        while self.0.iter().any(|n| n.to_lowercase() == name.to_lowercase()) {
            let tail = format!(" {count}");
            name = base.chars().take(31 - tail.len()).collect::<String>() + &tail;
            count += 1;
        }
        self.0.push(name.clone());
        name
    }
}

/// How a sheet's cells look.
pub(crate) struct Looks {
    title: Format,
    pub(crate) note: Format,
    pub(crate) heading: Format,
}

impl Looks {
    pub(crate) fn new() -> Self {
        let heading = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E8_EDF2))
            .set_border(FormatBorder::Thin);
        Looks { title: Format::new().set_bold().set_font_size(14), note: Format::new().set_italic(), heading }
    }
}

/// Digits as a French reader sees them, whatever the settings of the machine.
pub(crate) fn digits(decimals: u32) -> String {
    let zeros = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(usize::try_from(decimals).unwrap_or(0))) };
    format!("[$-40C]#,##0{zeros}")
}

/// Of a value: bold on the whole, in italics when it is expected.
fn looks(column: &Column, row: &Row) -> Format {
    let format = Format::new().set_num_format(digits(column.decimals)).set_align(FormatAlign::Right);
    let format = if row.depth == 0 { format.set_bold() } else { format };
    if column.projected { format.set_italic() } else { format }
}

fn sheet(book: &mut Workbook, name: &str, document: &Document, table: &Table, rows: &[&Row]) -> Result<(), XlsxError> {
    let looks_of = Looks::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let mut at = head(sheet, document, &looks_of)?;
    if document.tables.len() > 1 {
        words(sheet, at, 0, &table.title, &looks_of.title)?;
        at += 1;
    }
    at += 1;
    let scenarios = table.several_scenarios();
    let lines = table.columns.iter().map(|c| c.heading(scenarios).len()).max().unwrap_or(0);
    let depth = u32::try_from(lines).unwrap_or(0);
    for (k, word) in ["niveau", "code", "libellé"].iter().enumerate() {
        let column = u16::try_from(k).unwrap_or(0);
        if depth > 0 {
            sheet.merge_range(at, column, at + depth, column, word, &looks_of.heading)?;
        } else {
            sheet.write_string_with_format(at, column, *word, &looks_of.heading)?;
        }
    }
    for group in table.groups() {
        let Some(column) = table.columns.get(group.start) else { continue };
        let (from, to) = (place(group.start), place(group.end.saturating_sub(1)));
        if from == to {
            sheet.write_string_with_format(at, from, column.title(), &looks_of.heading)?;
        } else {
            sheet.merge_range(at, from, at, to, &column.title(), &looks_of.heading)?;
        }
    }
    for (k, column) in table.columns.iter().enumerate() {
        let heading = column.heading(scenarios);
        for line in 0..lines {
            let row = at + 1 + u32::try_from(line).unwrap_or(0);
            sheet.write_string_with_format(row, place(k), heading.get(line).copied().unwrap_or(""), &looks_of.heading)?;
        }
    }
    let first = at + 1 + depth;
    sheet.set_freeze_panes(first, LABELS)?;
    sheet.set_repeat_rows(at, first - 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let codes = rows.iter().map(|r| r.code.chars().count()).max().unwrap_or(0).clamp(10, 34);
    sheet.set_column_width(0, 14)?.set_column_width(1, u32::try_from(codes + 2).unwrap_or(12))?;
    let widest = rows.iter().map(|r| r.label.chars().count() + 2 * r.depth).max().unwrap_or(10).clamp(10, 48);
    sheet.set_column_width(2, u32::try_from(widest).unwrap_or(10))?;
    let formats: Vec<(Format, Format)> =
        table.columns.iter().map(|c| (looks(c, &Row::default()), looks(c, &Row { depth: 1, ..Row::default() }))).collect();
    for (k, column) in table.columns.iter().enumerate() {
        let body = rows.iter().filter_map(|r| r.cells.get(k)).map(|c| c.shown(column.decimals).chars().count()).max().unwrap_or(0);
        // The title of a measure of one column, which has no merged cells to spread over, is on two lines at most.
        let alone = table.groups().iter().any(|group| group.start == k && group.len() == 1);
        let title = if alone { column.title().chars().count().div_ceil(2) + 3 } else { 0 };
        if title > 0 {
            sheet.set_row_height(at, 32)?;
        }
        let above = column.heading(scenarios).iter().map(|h| h.chars().count()).max().unwrap_or(0).max(title);
        sheet.set_column_width(place(k), u32::try_from((body.max(above) + 2).clamp(9, 40)).unwrap_or(12))?;
    }
    for (line, row) in (first..).zip(rows) {
        let plain = if row.depth == 0 { Format::new().set_bold() } else { Format::new() };
        words(sheet, line, 0, &row.level, &plain)?;
        words(sheet, line, 1, &row.code, &plain)?;
        words(sheet, line, 2, &row.label, &plain.set_indent(u8::try_from(row.depth).unwrap_or(0)))?;
        for (k, (cell, (whole, part))) in row.cells.iter().zip(&formats).enumerate() {
            let decimals = table.columns.get(k).map_or(2, |c| c.decimals);
            value(sheet, line, place(k), cell, decimals, if row.depth == 0 { whole } else { part })?;
        }
    }
    let last = first + u32::try_from(rows.len()).unwrap_or(0);
    if last > first {
        sheet.autofilter(first - 1, 0, last - 1, place(table.columns.len().saturating_sub(1)).max(LABELS - 1))?;
    }
    Ok(())
}

/// Title and notes; the row after them.
pub(crate) fn head(sheet: &mut Worksheet, document: &Document, looks: &Looks) -> Result<u32, XlsxError> {
    words(sheet, 0, 0, &document.title, &looks.title)?;
    let mut at = 1;
    for note in &document.notes {
        words(sheet, at, 0, note, &looks.note)?;
        at += 1;
    }
    Ok(at)
}

fn place(column: usize) -> u16 {
    LABELS.saturating_add(u16::try_from(column).unwrap_or(u16::MAX))
}

/// Words, kept words when someone edits the cell.
pub(crate) fn words(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    let text: String = text.chars().take(32_767).collect();
    if looks_like_a_formula(&text) {
        sheet.write_string_with_format(row, column, text, &format.clone().set_quote_prefix())?;
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

pub(crate) fn value(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, decimals: u32, format: &Format) -> Result<(), XlsxError> {
    match cell {
        // An empty cell, which neither counts nor adds: « – » would be words among numbers.
        Cell::Nothing => drop(sheet.write_blank(row, column, format)?),
        Cell::Number(x) => match float(x, decimals) {
            Some(number) => drop(sheet.write_number_with_format(row, column, number, format)?),
            None => words(sheet, row, column, &x.to_french(decimals), format)?,
        },
        Cell::Words(text) => words(sheet, row, column, text, format)?,
    }
    Ok(())
}

/// The nearest float of a value, with as many decimals as come back from it; `None` when that is fewer than those shown.
pub(crate) fn float(x: &Exact, decimals: u32) -> Option<f64> {
    (decimals..=WRITTEN.max(decimals)).rev().find_map(|kept| {
        let text = x.to_plain(kept);
        let units: i128 = text.replace('.', "").parse().ok()?;
        (units.unsigned_abs() < FIFTEEN_DIGITS).then(|| text.parse().ok()).flatten()
    })
}
