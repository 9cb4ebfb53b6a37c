//! Facts as Parquet files, one per load and kind, with typed columns.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use cadrage_value::{Date, Exact, Money, Month};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::catalogue::MonthFiles;
use super::records::Record;
use crate::load::Loaded;
use crate::manifest::Manifest;
use crate::{CubeError, Kind, MonthFacts};

/// The type of a column on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Int,
    /// A month as the integer 202609.
    Month,
    Date,
}

/// A cell on its way to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(Option<String>),
    Int(Option<i64>),
    Month(Option<i32>),
    Date(Option<Date>),
}

impl Cell {
    pub(crate) fn text(value: &str) -> Cell {
        Cell::Text(Some(value.to_owned()))
    }

    pub(crate) fn ratio(value: Option<&Exact>) -> Cell {
        Cell::Text(value.map(ToString::to_string))
    }

    pub(crate) fn money(value: Option<Money>) -> Cell {
        Cell::Int(value.map(Money::cents))
    }

    pub(crate) fn month(value: Option<Month>) -> Cell {
        Cell::Month(value.and_then(|m| Some(m.year() * 100 + i32::try_from(m.number()).ok()?)))
    }
}

/// Cells of a row, read in the order they were written.
pub(crate) struct Cursor<'b> {
    columns: &'b [ArrayRef],
    row: usize,
    next: usize,
    texts: &'b mut Texts,
}

/// Texts of a file that are held once, and the last one met in each column: rows that follow each other share most of them.
#[derive(Default)]
pub(crate) struct Texts {
    known: HashSet<Arc<str>>,
    last: Vec<Option<Arc<str>>>,
}

impl Texts {
    fn shared(&mut self, column: usize, text: &str) -> Arc<str> {
        if self.last.len() <= column {
            self.last.resize(column + 1, None);
        }
        if let Some(Some(last)) = self.last.get(column)
            && **last == *text
        {
            return Arc::clone(last);
        }
        let found = match self.known.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = Arc::from(text);
                self.known.insert(Arc::clone(&new));
                new
            }
        };
        if let Some(slot) = self.last.get_mut(column) {
            *slot = Some(Arc::clone(&found));
        }
        found
    }
}

impl<'b> Cursor<'b> {
    fn take<A: Array + 'static, T>(&mut self, get: impl Fn(&'b A, usize) -> T) -> Option<T> {
        let column = self.columns.get(self.next)?.as_any().downcast_ref::<A>();
        self.next += 1;
        let column = column?;
        (!column.is_null(self.row)).then(|| get(column, self.row))
    }

    pub(crate) fn maybe_text(&mut self) -> Option<String> {
        self.take(|a: &StringArray, k| a.value(k).to_owned())
    }

    /// A text that many rows have.
    pub(crate) fn shared(&mut self) -> Arc<str> {
        let column = self.next;
        let text = self.take(|a: &'b StringArray, k| a.value(k)).unwrap_or("");
        self.texts.shared(column, text)
    }

    pub(crate) fn text(&mut self) -> String {
        self.maybe_text().unwrap_or_default()
    }

    pub(crate) fn int(&mut self) -> Option<i64> {
        self.take(|a: &Int64Array, k| a.value(k))
    }

    pub(crate) fn date(&mut self) -> Option<Date> {
        self.take(|a: &Date32Array, k| a.value(k)).and_then(Date::from_epoch_days)
    }

    pub(crate) fn ratio(&mut self) -> Option<Exact> {
        self.take(|a: &StringArray, k| a.value(k).parse().ok()).flatten()
    }

    pub(crate) fn money(&mut self) -> Option<Money> {
        self.int().map(Money::from_cents)
    }

    pub(crate) fn month(&mut self) -> Option<Month> {
        // The first stores had them in 64 bits.
        let wide = self.columns.get(self.next)?.as_any().is::<Int64Array>();
        let n = if wide { i32::try_from(self.int()?).ok()? } else { self.take(|a: &Int32Array, k| a.value(k))? };
        Month::new(n / 100, u32::try_from(n % 100).ok()?)
    }
}

/// Names of the files of a load: month, kind, and the fingerprint of the delivery.
pub(crate) fn names(manifest: &Manifest, loaded: &Loaded) -> Vec<(Kind, String)> {
    let short: String = manifest.fingerprint.chars().take(16).collect();
    loaded.files.iter().map(|f| (f.kind, format!("{}_{}_{short}.parquet", manifest.month, f.kind.name()))).collect()
}

/// Writes the files of a load and syncs them, then their folder.
pub(crate) fn write(folder: &Path, names: &[(Kind, String)], loaded: &Loaded) -> Result<Vec<(Kind, String)>, CubeError> {
    let facts = &loaded.facts;
    for (kind, name) in names {
        let path = folder.join(name);
        match kind {
            Kind::MouvementsConstates => write_records(&path, &facts.situations)?,
            Kind::MultiAffectations => write_records(&path, &facts.affectations)?,
            Kind::RetourDePaie => write_records(&path, &facts.pay)?,
            Kind::HorsPsop => write_records(&path, &loaded.hors_psop)?,
            Kind::MouvementsPrevisionnels => write_records(&path, &facts.forecasts)?,
            Kind::ImputationsPrevisionnelles => write_records(&path, &facts.imputations)?,
            Kind::Competences => write_records(&path, &facts.competences)?,
        }
    }
    let synced = File::open(folder).and_then(|f| f.sync_all());
    synced.map_err(|e| CubeError::store("le dossier des faits ne s'écrit pas", &e))?;
    Ok(names.to_vec())
}

/// Removes what a load that did not come through has written.
pub(crate) fn remove(folder: &Path, names: &[(Kind, String)]) {
    for (_, name) in names {
        // Already gone, or swept at the next opening.
        let _ = std::fs::remove_file(folder.join(name));
    }
}

/// Removes the files that no load names.
pub(crate) fn sweep(folder: &Path, named: &BTreeSet<String>) -> Result<(), CubeError> {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().is_ok_and(|t| t.is_file());
        if is_file && name.ends_with(".parquet") && !named.contains(&name) {
            let removed = std::fs::remove_file(entry.path());
            removed.map_err(|e| CubeError::store("un fichier d'un chargement interrompu ne s'efface pas", &e))?;
        }
    }
    Ok(())
}

/// The facts of a month from its files. The day of the month is that of its people, else of whatever it has.
pub(crate) fn read_month(folder: &Path, files: &MonthFiles) -> Result<Option<MonthFacts>, CubeError> {
    let people = files.get(&Kind::MouvementsConstates).or_else(|| files.values().next_back());
    let Some(observed) = people.map(|f| f.observed) else { return Ok(None) };
    let mut facts = MonthFacts::new(observed);
    let mut other_pay = Vec::new();
    for (kind, file) in files {
        let path = folder.join(&file.parquet);
        match kind {
            Kind::MouvementsConstates => facts.situations = read_records(&path)?,
            Kind::MultiAffectations => facts.affectations = read_records(&path)?,
            Kind::RetourDePaie => facts.pay = read_records(&path)?,
            Kind::HorsPsop => other_pay = read_records(&path)?,
            Kind::MouvementsPrevisionnels => facts.forecasts = read_records(&path)?,
            Kind::ImputationsPrevisionnelles => facts.imputations = read_records(&path)?,
            Kind::Competences => facts.competences = read_records(&path)?,
        }
    }
    facts.pay.append(&mut other_pay);
    Ok(Some(facts))
}

fn failed(path: &Path) -> impl Fn(&dyn std::fmt::Display) -> CubeError + '_ {
    move |e| {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        CubeError::store(&format!("`{name}` ne se lit ou ne s'écrit pas"), e)
    }
}

fn write_records<R: Record>(path: &Path, records: &[R]) -> Result<(), CubeError> {
    let fail = failed(path);
    let fields: Vec<Field> = R::COLUMNS
        .iter()
        .map(|(name, ty)| {
            let data_type = match ty {
                Type::Text => DataType::Utf8,
                Type::Int => DataType::Int64,
                Type::Month => DataType::Int32,
                Type::Date => DataType::Date32,
            };
            Field::new(*name, data_type, true)
        })
        .collect();
    let rows: Vec<Vec<Cell>> = records.iter().map(Record::cells).collect();
    let arrays: Vec<ArrayRef> = R::COLUMNS
        .iter()
        .enumerate()
        .map(|(k, (_, ty))| -> ArrayRef {
            let column = rows.iter().map(|r| r.get(k));
            match ty {
                Type::Text => Arc::new(column.map(|c| if let Some(Cell::Text(t)) = c { t.clone() } else { None }).collect::<StringArray>()),
                Type::Int => Arc::new(column.map(|c| if let Some(Cell::Int(n)) = c { *n } else { None }).collect::<Int64Array>()),
                Type::Month => Arc::new(column.map(|c| if let Some(Cell::Month(n)) = c { *n } else { None }).collect::<Int32Array>()),
                Type::Date => Arc::new(
                    column.map(|c| if let Some(Cell::Date(d)) = c { d.map(Date::to_epoch_days) } else { None }).collect::<Date32Array>(),
                ),
            }
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|e| fail(&e))?;
    let file = File::create(path).map_err(|e| fail(&e))?;
    let synced = file.try_clone().map_err(|e| fail(&e))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).map_err(|e| fail(&e))?;
    writer.write(&batch).map_err(|e| fail(&e))?;
    writer.close().map_err(|e| fail(&e))?;
    synced.sync_all().map_err(|e| fail(&e))
}

fn read_records<R: Record>(path: &Path) -> Result<Vec<R>, CubeError> {
    let fail = failed(path);
    let file = File::open(path).map_err(|e| fail(&e))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| fail(&e))?.build().map_err(|e| fail(&e))?;
    let mut out = Vec::new();
    let mut texts = Texts::default();
    for batch in reader {
        let batch = batch.map_err(|e| fail(&e))?;
        let schema = batch.schema();
        if !schema.fields().iter().map(|f| f.name().as_str()).eq(R::COLUMNS.iter().map(|(name, _)| *name)) {
            return Err(fail(&"ses colonnes ne sont pas celles de cette version"));
        }
        for row in 0..batch.num_rows() {
            let mut cursor = Cursor { columns: batch.columns(), row, next: 0, texts: &mut texts };
            match R::read(&mut cursor) {
                Some(record) => out.push(record),
                None => return Err(fail(&"une ligne n'a pas la forme attendue")),
            }
        }
    }
    Ok(out)
}
