//! Cells of columns: given row by row to a file being written, taken row by row from one being read.

use std::cell::OnceCell;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, Date32Array, Int32Array, Int64Array, PrimitiveArray, StringArray};
use cadrage_value::{Date, Exact, Money, Month};

use super::columns::Type;
/// A column being written.
enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Month(Int32Builder),
    Date(Date32Builder),
}

/// Columns being written: each row gives its cells in the order of the columns.
pub(crate) struct Sink {
    columns: Vec<Builder>,
    next: usize,
}

impl Sink {
    pub(crate) fn new(columns: &[(&str, Type)], rows: usize) -> Sink {
        let builder = |ty: &Type| match ty {
            Type::Text => Builder::Text(StringBuilder::with_capacity(rows, rows * 4)),
            Type::Int => Builder::Int(Int64Builder::with_capacity(rows)),
            Type::Month => Builder::Month(Int32Builder::with_capacity(rows)),
            Type::Date => Builder::Date(Date32Builder::with_capacity(rows)),
        };
        Sink { columns: columns.iter().map(|(_, ty)| builder(ty)).collect(), next: 0 }
    }

    fn column(&mut self) -> Option<&mut Builder> {
        self.next += 1;
        self.columns.get_mut(self.next - 1)
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.maybe_text(Some(value));
    }

    pub(crate) fn maybe_text(&mut self, value: Option<&str>) {
        if let Some(Builder::Text(column)) = self.column() {
            column.append_option(value);
        }
    }

    pub(crate) fn int(&mut self, value: Option<i64>) {
        if let Some(Builder::Int(column)) = self.column() {
            column.append_option(value);
        }
    }

    pub(crate) fn money(&mut self, value: Option<Money>) {
        self.int(value.map(Money::cents));
    }

    pub(crate) fn ratio(&mut self, value: Option<&Exact>) {
        let Some(Builder::Text(column)) = self.column() else { return };
        match value {
            // Writing in a column of texts does not fail.
            Some(value) if write!(column, "{value}").is_ok() => column.append_value(""),
            _ => column.append_null(),
        }
    }

    pub(crate) fn month(&mut self, value: Option<Month>) {
        if let Some(Builder::Month(column)) = self.column() {
            column.append_option(value.and_then(|m| Some(m.year() * 100 + i32::try_from(m.number()).ok()?)));
        }
    }

    pub(crate) fn date(&mut self, value: Option<Date>) {
        if let Some(Builder::Date(column)) = self.column() {
            column.append_option(value.map(Date::to_epoch_days));
        }
    }

    /// The next cell is the first of a row.
    pub(crate) fn end_row(&mut self) {
        self.next = 0;
    }

    pub(crate) fn finish(self) -> Vec<ArrayRef> {
        let array = |builder| -> ArrayRef {
            match builder {
                Builder::Text(mut column) => Arc::new(column.finish()),
                Builder::Int(mut column) => Arc::new(column.finish()),
                Builder::Month(mut column) => Arc::new(column.finish()),
                Builder::Date(mut column) => Arc::new(column.finish()),
            }
        };
        self.columns.into_iter().map(array).collect()
    }
}

/// A column being read.
pub(crate) enum Column<'b> {
    Text(Texts<'b>),
    Int(&'b Int64Array),
    Month(&'b Int32Array),
    Date(&'b Date32Array),
}

/// A column of texts: each different one once, and which one each row has.
pub(crate) struct Texts<'b> {
    keys: &'b Int32Array,
    values: &'b StringArray,
    made: Rc<Made>,
}

/// What the texts of a column were made into.
#[derive(Default)]
struct Made {
    shared: OnceCell<Vec<Arc<str>>>,
    ratios: OnceCell<Vec<Option<Arc<Exact>>>>,
}

/// What the texts of each column of a file were made into: batches that come one after the other mostly have the same ones.
#[derive(Default)]
pub(crate) struct Kept(Vec<Option<(ArrayRef, Rc<Made>)>>);

impl Kept {
    fn of(&mut self, column: usize, values: &ArrayRef) -> Rc<Made> {
        if self.0.len() <= column {
            self.0.resize_with(column + 1, || None);
        }
        let Some(slot) = self.0.get_mut(column) else { return Rc::default() };
        match slot {
            Some((of, made)) if of.to_data().ptr_eq(&values.to_data()) => Rc::clone(made),
            _ => {
                let made = Rc::default();
                *slot = Some((Arc::clone(values), Rc::clone(&made)));
                made
            }
        }
    }
}

impl<'b> Column<'b> {
    /// Those of a batch; `None` for a type that no file of facts has.
    pub(crate) fn all(arrays: &'b [ArrayRef], kept: &mut Kept) -> Option<Vec<Column<'b>>> {
        arrays.iter().enumerate().map(|(k, array)| Column::of(array, k, kept)).collect()
    }

    fn of(array: &'b ArrayRef, at: usize, kept: &mut Kept) -> Option<Column<'b>> {
        if let Some(column) = array.as_primitive_opt::<Int64Type>() {
            return Some(Column::Int(column));
        }
        if let Some(column) = array.as_primitive_opt::<Int32Type>() {
            return Some(Column::Month(column));
        }
        if let Some(column) = array.as_primitive_opt::<Date32Type>() {
            return Some(Column::Date(column));
        }
        let dictionary = array.as_dictionary_opt::<Int32Type>()?;
        let values = dictionary.values().as_string_opt::<i32>()?;
        Some(Column::Text(Texts { keys: dictionary.keys(), values, made: kept.of(at, dictionary.values()) }))
    }
}

impl<'b> Column<'b> {
    pub(crate) fn texts(&self) -> Option<&Texts<'b>> {
        if let Column::Text(column) = self { Some(column) } else { None }
    }
}

/// A whole number: an amount, a line number, a month as 202609 (which the first stores had in 64 bits).
pub(crate) fn int(column: &Column<'_>, row: usize) -> Option<i64> {
    match column {
        Column::Int(column) => value(column, row),
        Column::Month(column) => value(column, row).map(i64::from),
        Column::Text(_) | Column::Date(_) => None,
    }
}

/// The month written as 202609.
pub(crate) fn month_of(written: i64) -> Option<Month> {
    Month::new(i32::try_from(written / 100).ok()?, u32::try_from(written % 100).ok()?)
}

impl<'b> Texts<'b> {
    /// Marks the rows that have not the text of the row before. Two texts may be the same and marked: never the other way round.
    pub(crate) fn mark_changes(&self, rows: &mut [bool]) {
        let keys = self.keys.values();
        let after = keys.iter().skip(1);
        for ((row, before), key) in rows.iter_mut().skip(1).zip(keys.iter()).zip(after) {
            *row |= before != key;
        }
        if self.keys.null_count() > 0 {
            for (k, row) in rows.iter_mut().enumerate().skip(1) {
                *row |= k < self.keys.len() && self.keys.is_null(k) != self.keys.is_null(k - 1);
            }
        }
    }

    /// Which of its texts a row has.
    pub(crate) fn key(&self, row: usize) -> Option<usize> {
        value(self.keys, row).and_then(|k| usize::try_from(k).ok())
    }

    fn text(&self, row: usize) -> Option<&'b str> {
        self.key(row).filter(|k| *k < self.values.len()).map(|k| self.values.value(k))
    }

    /// A text that many rows have.
    pub(crate) fn shared(&self, row: usize) -> Option<Arc<str>> {
        let shared = self.made.shared.get_or_init(|| self.values.iter().map(|text| Arc::from(text.unwrap_or(""))).collect());
        self.key(row).and_then(|k| shared.get(k)).cloned()
    }

    /// A number that many rows have.
    pub(crate) fn ratio(&self, row: usize) -> Option<Arc<Exact>> {
        let parse = |text: Option<&str>| text.and_then(|t| t.parse().ok()).map(Arc::new);
        let ratios = self.made.ratios.get_or_init(|| self.values.iter().map(parse).collect());
        self.key(row).and_then(|k| ratios.get(k)).cloned().flatten()
    }
}

fn value<T: arrow_array::ArrowPrimitiveType>(column: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    (row < column.len() && !column.is_null(row)).then(|| column.value(row))
}

/// Cells of a row, read in the order they were written.
pub(crate) struct Cursor<'b> {
    pub(crate) columns: &'b [Column<'b>],
    pub(crate) row: usize,
    pub(crate) next: usize,
}

impl<'b> Cursor<'b> {
    fn column(&mut self) -> Option<&'b Column<'b>> {
        self.next += 1;
        self.columns.get(self.next - 1)
    }

    fn texts(&mut self) -> Option<&'b Texts<'b>> {
        self.column()?.texts()
    }

    pub(crate) fn maybe_text(&mut self) -> Option<String> {
        let row = self.row;
        self.texts()?.text(row).map(str::to_owned)
    }

    pub(crate) fn text(&mut self) -> String {
        self.maybe_text().unwrap_or_default()
    }

    pub(crate) fn int(&mut self) -> Option<i64> {
        if let Column::Int(column) = self.column()? { value(column, self.row) } else { None }
    }

    pub(crate) fn date(&mut self) -> Option<Date> {
        if let Column::Date(column) = self.column()? { value(column, self.row).and_then(Date::from_epoch_days) } else { None }
    }

    pub(crate) fn ratio(&mut self) -> Option<Exact> {
        let row = self.row;
        self.texts()?.ratio(row).map(|shared| (*shared).clone())
    }

    pub(crate) fn money(&mut self) -> Option<Money> {
        self.int().map(Money::from_cents)
    }

    pub(crate) fn month(&mut self) -> Option<Month> {
        let row = self.row;
        int(self.column()?, row).and_then(month_of)
    }
}
