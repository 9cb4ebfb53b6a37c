//! Parquet: one row a cell, exact decimals, for DuckDB, Polars, Spark.

use std::sync::Arc;

use arrow_array::builder::{Decimal128Builder, Int32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use cadrage_value::Exact;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::form::WriteError;
use crate::model::{Cell, Document, WRITTEN};

/// Digits of a decimal: all that 128 bits hold.
const PRECISION: u8 = 38;

/// Decimals of a value.
const SCALE: i8 = 6;

/// The tables of a document, cell by cell.
pub(crate) fn parquet(document: &Document) -> Result<Vec<u8>, WriteError> {
    let names = ["tableau", "niveau", "code", "libelle", "scenario", "periode", "membre", "mesure", "unite", "texte"];
    let mut texts: Vec<StringBuilder> = names.iter().map(|_| StringBuilder::new()).collect();
    let mut depths = Int32Builder::new();
    let mut values = Decimal128Builder::new().with_precision_and_scale(PRECISION, SCALE).map_err(|e| refused(&e))?;
    for table in &document.tables {
        for (row, column, cell) in table.cells() {
            let words = if let Cell::Words(text) = cell { Some(text.as_str()) } else { None };
            let list = [
                Some(table.title.as_str()),
                Some(&row.level),
                Some(&row.code),
                Some(&row.label),
                Some(&column.scenario),
                Some(&column.period),
                Some(&column.member),
                Some(&column.measure),
                Some(&column.unit),
                words,
            ];
            for (builder, text) in texts.iter_mut().zip(list) {
                builder.append_option(text);
            }
            depths.append_value(i32::try_from(row.depth).unwrap_or(i32::MAX));
            match cell {
                Cell::Number(x) => values.append_value(units(x, &column.measure)?),
                Cell::Nothing | Cell::Words(_) => values.append_null(),
            }
        }
    }
    let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
    for (name, mut builder) in names.into_iter().zip(texts) {
        columns.push((name, Arc::new(builder.finish()), name == "texte"));
    }
    columns.push(("profondeur", Arc::new(depths.finish()), false));
    columns.push(("valeur", Arc::new(values.finish()), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| refused(&e))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(|e| refused(&e))?;
    writer.write(&batch).map_err(|e| refused(&e))?;
    writer.into_inner().map_err(|e| refused(&e))
}

/// A value in millionths.
fn units(x: &Exact, measure: &str) -> Result<i128, WriteError> {
    let digits = x.to_plain(WRITTEN).replace('.', "");
    match digits.parse::<i128>() {
        Ok(units) if digits.trim_start_matches('-').trim_start_matches('0').len() <= usize::from(PRECISION) => Ok(units),
        _ => Err(WriteError { why: format!("une valeur de `{measure}` a plus de {PRECISION} chiffres ; écrivez en .csv ou en .json") }),
    }
}

fn refused(e: &dyn std::fmt::Display) -> WriteError {
    WriteError { why: format!("le fichier Parquet ne se compose pas : {e}") }
}
