//! Facts as Parquet files, one per load and kind, with typed columns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use cadrage_value::Month;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::catalogue::{Catalogue, MonthFiles, Selection};
use super::cells::{Column, Kept};
pub(crate) use super::cells::{Cursor, Sink};
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

impl Type {
    fn on_disk(self) -> DataType {
        match self {
            Type::Text => DataType::Utf8,
            Type::Int => DataType::Int64,
            Type::Month => DataType::Int32,
            Type::Date => DataType::Date32,
        }
    }
}

/// Writes the files of a load and makes them current, all or nothing; gives the stamp of the store then, `None` when another load
/// came in since `stamp` was read.
pub(crate) fn commit(
    catalogue: &mut Catalogue,
    folder: &Path,
    stamp: i64,
    manifest: &Manifest,
    loaded: &Loaded,
) -> Result<Option<i64>, CubeError> {
    let names = names(manifest, loaded);
    catalogue.commit(stamp, manifest, loaded, || write(folder, &names, loaded), || remove(folder, &names))
}

/// Names of the files of a load: month, kind, and the fingerprint of the delivery.
fn names(manifest: &Manifest, loaded: &Loaded) -> Vec<(Kind, String)> {
    let short: String = manifest.fingerprint.chars().take(16).collect();
    loaded.files.iter().map(|f| (f.kind, format!("{}_{}_{short}.parquet", manifest.month, f.kind.name()))).collect()
}

/// Writes the files of a load and syncs them, then their folder.
fn write(folder: &Path, names: &[(Kind, String)], loaded: &Loaded) -> Result<Vec<(Kind, String)>, CubeError> {
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
fn remove(folder: &Path, names: &[(Kind, String)]) {
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

/// Gives the facts of each month, in order of time, as they are read on all cores.
pub(crate) fn each_month(folder: &Path, selection: &Selection, each: &mut dyn FnMut(Month, MonthFacts)) -> Result<(), CubeError> {
    let named: Vec<_> = selection.iter().collect();
    let next = AtomicUsize::new(0);
    let (give, take) = std::sync::mpsc::channel();
    let work = |give: Sender<_>| {
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            let Some((month, files)) = named.get(k) else { break };
            // Nobody listens any more once a month does not read.
            if give.send((k, **month, read_month(folder, files))).is_err() {
                break;
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(named.len());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            let give = give.clone();
            scope.spawn(move || work(give));
        }
        drop(give);
        // Months come as they are read: one that is ahead waits for those before it.
        let mut ahead: BTreeMap<usize, (Month, Option<MonthFacts>)> = BTreeMap::new();
        let mut due = 0;
        for (k, month, read) in take {
            ahead.insert(k, (month, read?));
            while let Some((month, facts)) = ahead.remove(&due) {
                due += 1;
                if let Some(facts) = facts {
                    each(month, facts);
                }
            }
        }
        Ok(())
    })
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
    let bytes = encode(records).map_err(|e| fail(&e))?;
    let mut file = File::create(path).map_err(|e| fail(&e))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|e| fail(&e))
}

/// Records as the bytes of a Parquet file.
fn encode<R: Record>(records: &[R]) -> Result<Vec<u8>, ParquetError> {
    let mut sink = Sink::new(R::COLUMNS, records.len());
    for record in records {
        record.write(&mut sink);
        sink.end_row();
    }
    let schema = Arc::new(Schema::new(R::COLUMNS.iter().map(|(name, ty)| Field::new(*name, ty.on_disk(), true)).collect::<Vec<_>>()));
    let batch = RecordBatch::try_new(Arc::clone(&schema), sink.finish())?;
    // Statistics serve to skip what a query does not want: here all is read. Texts are dictionaries already: squeezing them costs
    // more time at each opening than it saves room.
    let properties = WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).set_statistics_enabled(EnabledStatistics::None);
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties.build()))?;
    writer.write(&batch)?;
    writer.into_inner()
}

fn read_records<R: Record>(path: &Path) -> Result<Vec<R>, CubeError> {
    let fail = failed(path);
    let file = File::open(path).map_err(|e| fail(&e))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| fail(&e))?;
    if !metadata.schema().fields().iter().map(|f| f.name().as_str()).eq(R::COLUMNS.iter().map(|(name, _)| *name)) {
        return Err(fail(&"ses colonnes ne sont pas celles de cette version"));
    }
    let options = ArrowReaderOptions::new().with_schema(with_dictionaries(metadata.schema()));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(|e| fail(&e))?;
    let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_batch_size(BATCH).build();
    let (mut out, mut kept) = (Vec::with_capacity(rows), Kept::default());
    for batch in reader.map_err(|e| fail(&e))? {
        let batch = batch.map_err(|e| fail(&e))?;
        let columns = Column::all(batch.columns(), &mut kept);
        let columns = columns.ok_or_else(|| fail(&"une colonne n'a pas le type attendu"))?;
        R::read_batch(&columns, batch.num_rows(), &mut out).ok_or_else(|| fail(&"une ligne n'a pas la forme attendue"))?;
    }
    Ok(out)
}

/// Rows decoded at a time: few enough that they stay near the processor until they are facts.
const BATCH: usize = 1 << 13;

/// The same columns, whose texts are read as they are stored: each different one once, and where it stands.
fn with_dictionaries(schema: &SchemaRef) -> SchemaRef {
    let shared = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |f: &Arc<Field>| {
        if *f.data_type() == DataType::Utf8 { Arc::new(f.as_ref().clone().with_data_type(shared.clone())) } else { Arc::clone(f) }
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}
