//! Deliveries loaded one after the other: while one is being written, the next one is read.
//!
//! Each is whole or not at all, in order, as if loaded alone: what was read ahead is dropped when the one before does not come
//! through.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use cadrage_value::Month;

use super::catalogue::Catalogue;
use super::{Dossier, columns};
use crate::carried::Carried;
use crate::load::Loaded;
use crate::manifest::{self, Manifest};
use crate::report::LoadState;
use crate::{CubeError, LoadReport};

/// A load that is being written.
struct Writing {
    delivery: PathBuf,
    uai: String,
    month: Month,
    report: LoadReport,
    /// What its month and those before leave, until a later delivery takes it.
    carried: Option<Carried>,
    /// The stamp of the store once written; `None` when another program's load came in since it was read.
    done: JoinHandle<Result<Option<i64>, CubeError>>,
}

impl Dossier {
    /// Loads deliveries in this order; gives each compte rendu as soon as its load is in the store. `progress` is told the delivery
    /// and the type of file being read, its rows done and its rows in all.
    ///
    /// # Errors
    /// What makes a delivery unusable as a whole: those before it are loaded, it and those after are not.
    pub fn import_all(
        &mut self,
        deliveries: &[PathBuf],
        progress: &mut dyn FnMut(&Path, &str, u64, u64),
        each: &mut dyn FnMut(&LoadReport),
    ) -> Result<(), CubeError> {
        let mut before: Option<Writing> = None;
        for delivery in deliveries {
            let mut rows = |file: &str, done: u64, total: u64| progress(delivery, file, done, total);
            let ahead = self.read_ahead(delivery, before.as_mut(), &mut rows);
            // Whatever became of this one, the one before comes through first.
            let stood = before.take().map(|writing| self.settle(writing, each)).transpose()?;
            // Read while the one before was being written, it stands on that one and on nothing else.
            if let Some((read_at, manifest, loaded)) = ahead?
                && let Some(stamp) = stood.unwrap_or(Some(read_at))
            {
                before = Some(self.start(delivery, stamp, manifest, loaded)?);
            } else {
                each(&self.import(delivery, &mut rows)?);
            }
        }
        if let Some(writing) = before {
            self.settle(writing, each)?;
        }
        Ok(())
    }

    /// Reads a delivery while the one before is being written, with the stamp of the store then; `None` when it must wait for that.
    fn read_ahead(
        &mut self,
        delivery: &Path,
        before: Option<&mut Writing>,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<Option<(i64, Manifest, Loaded)>, CubeError> {
        let manifest = manifest::read(delivery, &self.layouts)?;
        self.connect()?;
        let carried = match before {
            None => None,
            // Its month must be the one after all that is there, of the same establishment.
            Some(writing) => {
                let latest = self.selection()?.last_key_value().is_none_or(|(last, _)| *last <= writing.month);
                match writing.carried.take_if(|_| latest && writing.month < manifest.month && writing.uai == manifest.uai) {
                    Some(carried) => Some(carried),
                    None => return Ok(None),
                }
            }
        };
        if self.knows(&manifest)? {
            return Ok(None);
        }
        self.read(&manifest, carried, progress).map(|(stamp, loaded)| Some((stamp, manifest, loaded)))
    }

    /// Starts writing a load that was read when the store had this stamp.
    fn start(&mut self, delivery: &Path, stamp: i64, manifest: Manifest, mut loaded: Loaded) -> Result<Writing, CubeError> {
        self.create()?;
        loaded.report.state = if loaded.files.is_empty() { LoadState::DejaCharge } else { LoadState::Charge };
        let (store, facts) = (self.store(), self.facts());
        let (uai, month, report) = (manifest.uai.clone(), manifest.month, loaded.report.clone());
        let carried = Some(std::mem::take(&mut loaded.carried));
        let done = std::thread::spawn(move || {
            let mut catalogue = Catalogue::open(&store)?;
            columns::commit(&mut catalogue, &facts, stamp, &manifest, &loaded)
        });
        Ok(Writing { delivery: delivery.to_owned(), uai, month, report, carried, done })
    }

    /// Waits for a load to be written, and gives its compte rendu; the stamp of the store when it went as read.
    fn settle(&mut self, writing: Writing, each: &mut dyn FnMut(&LoadReport)) -> Result<Option<i64>, CubeError> {
        let done = writing.done.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        match done {
            Some(stamp) => {
                each(&writing.report);
                if let Some(carried) = writing.carried {
                    self.keep(writing.month, carried)?;
                }
                Ok(Some(stamp))
            }
            None => {
                each(&self.import(&writing.delivery, &mut |_, _, _| {})?);
                Ok(None)
            }
        }
    }

    fn knows(&self, manifest: &Manifest) -> Result<bool, CubeError> {
        self.catalogue.as_ref().map_or(Ok(false), |catalogue| catalogue.knows(&manifest.fingerprint))
    }
}
