//! Cells of columns: given row by row to a file being written, taken row by row from one being read.

use std::cell::OnceCell;
use std::fmt::Write;
use std::sync::Arc;

use arrow_array::builder::{Date32Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, Date32Array, Int32Array, Int64Array, PrimitiveArray, StringArray};
use cadrage_value::{Date, Exact, Money, Month};

use super::columns::Type;
use crate::PayCommon;

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
    shared: OnceCell<Vec<Arc<str>>>,
    ratios: OnceCell<Vec<Option<Arc<Exact>>>>,
}

impl<'b> Column<'b> {
    /// `None` for a type that no file of facts has.
    pub(crate) fn of(array: &'b ArrayRef) -> Option<Column<'b>> {
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
        Some(Column::Text(Texts { keys: dictionary.keys(), values, shared: OnceCell::new(), ratios: OnceCell::new() }))
    }
}

impl<'b> Texts<'b> {
    fn key(&self, row: usize) -> Option<usize> {
        value(self.keys, row).and_then(|k| usize::try_from(k).ok())
    }

    fn text(&self, row: usize) -> Option<&'b str> {
        self.key(row).filter(|k| *k < self.values.len()).map(|k| self.values.value(k))
    }

    fn shared(&self, row: usize) -> Option<Arc<str>> {
        let shared = self.shared.get_or_init(|| self.values.iter().map(|text| Arc::from(text.unwrap_or(""))).collect());
        self.key(row).and_then(|k| shared.get(k)).cloned()
    }

    fn ratio(&self, row: usize) -> Option<Arc<Exact>> {
        let parse = |text: Option<&str>| text.and_then(|t| t.parse().ok()).map(Arc::new);
        let ratios = self.ratios.get_or_init(|| self.values.iter().map(parse).collect());
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
    /// What the rows before have in common, and the texts that say so.
    pub(crate) common: Option<([Option<i32>; COMMON], Arc<PayCommon>)>,
}

/// Columns of what pay lines have in common.
pub(crate) const COMMON: usize = 10;

impl<'b> Cursor<'b> {
    fn column(&mut self) -> Option<&'b Column<'b>> {
        self.next += 1;
        self.columns.get(self.next - 1)
    }

    fn texts(&mut self) -> Option<&'b Texts<'b>> {
        if let Column::Text(column) = self.column()? { Some(column) } else { None }
    }

    pub(crate) fn maybe_text(&mut self) -> Option<String> {
        let row = self.row;
        self.texts()?.text(row).map(str::to_owned)
    }

    /// Which of their texts the next columns have in this row: rows with the same ones have the same texts.
    pub(crate) fn keys<const N: usize>(&mut self) -> [Option<i32>; N] {
        let row = self.row;
        std::array::from_fn(|_| self.texts().and_then(|column| value(column.keys, row)))
    }

    /// What the row before has in common with this one when `keys` are the same, else what `make` reads.
    pub(crate) fn common(&mut self, keys: [Option<i32>; COMMON], make: impl FnOnce(&Self) -> Option<PayCommon>) -> Option<Arc<PayCommon>> {
        if let Some((_, last)) = self.common.as_ref().filter(|(before, _)| *before == keys) {
            return Some(Arc::clone(last));
        }
        let made = Arc::new(make(self)?);
        self.common = Some((keys, Arc::clone(&made)));
        Some(made)
    }

    fn texts_at(&self, column: usize) -> Option<&'b Texts<'b>> {
        if let Column::Text(column) = self.columns.get(column)? { Some(column) } else { None }
    }

    /// As [`Cursor::shared`], of a column out of turn.
    pub(crate) fn shared_at(&self, column: usize) -> Arc<str> {
        self.texts_at(column).and_then(|column| column.shared(self.row)).unwrap_or_default()
    }

    /// As [`Cursor::shared_ratio`], of a column out of turn.
    pub(crate) fn ratio_at(&self, column: usize) -> Option<Arc<Exact>> {
        self.texts_at(column)?.ratio(self.row)
    }

    /// A text that many rows have.
    pub(crate) fn shared(&mut self) -> Arc<str> {
        let row = self.row;
        self.texts().and_then(|column| column.shared(row)).unwrap_or_default()
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

    /// A number that many rows have.
    pub(crate) fn shared_ratio(&mut self) -> Option<Arc<Exact>> {
        let row = self.row;
        self.texts()?.ratio(row)
    }

    pub(crate) fn ratio(&mut self) -> Option<Exact> {
        self.shared_ratio().map(|shared| (*shared).clone())
    }

    pub(crate) fn money(&mut self) -> Option<Money> {
        self.int().map(Money::from_cents)
    }

    pub(crate) fn month(&mut self) -> Option<Month> {
        let n = match self.column()? {
            Column::Month(column) => value(column, self.row)?,
            // The first stores had them in 64 bits.
            Column::Int(column) => i32::try_from(value(column, self.row)?).ok()?,
            Column::Text(_) | Column::Date(_) => return None,
        };
        Month::new(n / 100, u32::try_from(n % 100).ok()?)
    }
}
