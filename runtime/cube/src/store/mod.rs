//! The store of a dossier: a SQLite catalogue and immutable Parquet columns (architecture.md §6). The only place that writes.
//!
//! A load writes and syncs its Parquet files, then commits one transaction that makes them current: all or nothing, after a
//! crash too. What no transaction names is swept at the next opening.

mod catalogue;
mod cells;
mod charges;
mod columns;
mod figures;
mod freeze;
mod history;
mod journal;
mod learned;
mod made;
mod pay;
mod pipeline;
mod quarantine;
mod records;
mod typed;
mod validation;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cadrage_value::{Date, Month};

use crate::carried::Carried;
use crate::load::{self, Before, Loaded};
use crate::manifest::{self, Manifest};
use crate::memory::Memory;
use crate::report::LoadState;
use crate::{Cube, CubeError, Finding, FindingGroup, Kind, Layouts, LoadReport, References, Thresholds};
use catalogue::{Catalogue, Selection};

pub use charges::{KeptReport, LoadSummary, LoadedFile};
pub use freeze::FrozenGap;
pub use journal::JournalLine;
pub use learned::{LearnedValue, list_sizes};
pub use quarantine::{CorrectedLine, Replay, cells_of};
pub use typed::{TypedExpense, TypedLoad};
pub use validation::{Asked, Blocking, LEDGER, Ledger, LedgerAccount, TieOut, Validation};

/// A dossier and its store.
#[derive(Debug)]
pub struct Dossier {
    root: PathBuf,
    /// How files of other systems are read.
    layouts: Layouts,
    /// What the quality rules accept.
    thresholds: Thresholds,
    catalogue: Option<Catalogue>,
    /// What the store holds, once read.
    held: Option<Held>,
    /// What it held on another day, once asked for.
    past: Option<history::Past>,
    /// What the last load of this program left to the next one.
    carried: Option<Left>,
}

/// What the store held when it was last read.
#[derive(Debug)]
struct Held {
    stamp: i64,
    cube: Arc<Cube>,
}

/// What the months up to this one leave, in a store that has no later one.
#[derive(Debug)]
struct Left {
    stamp: i64,
    month: Month,
    references: References,
    carried: Carried,
}

/// Loads that came in while a delivery was read, before giving up.
const ATTEMPTS: usize = 3;

impl Dossier {
    /// Opens a dossier. Its store is made by the first load; orphan files of an interrupted one are swept.
    ///
    /// # Errors
    /// `I11` when the store cannot be read.
    pub fn open(root: &Path) -> Result<Dossier, CubeError> {
        let mut dossier = Dossier {
            root: root.to_owned(),
            layouts: Layouts::default(),
            thresholds: Thresholds::default(),
            catalogue: None,
            held: None,
            past: None,
            carried: None,
        };
        dossier.connect()?;
        let facts = dossier.facts();
        if let Some(catalogue) = &mut dossier.catalogue {
            catalogue.sweep(|named| columns::sweep(&facts, named))?;
        }
        Ok(dossier)
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Says how files of other systems are read.
    pub fn set_layouts(&mut self, layouts: Layouts) {
        self.layouts = layouts;
    }

    /// Says what the quality rules accept.
    pub fn set_thresholds(&mut self, thresholds: Thresholds) {
        self.thresholds = thresholds;
    }

    fn store(&self) -> PathBuf {
        self.root.join(".cadrage")
    }

    fn facts(&self) -> PathBuf {
        self.store().join("faits")
    }

    /// Opens the catalogue as soon as there is one, whoever made it.
    fn connect(&mut self) -> Result<(), CubeError> {
        if self.catalogue.is_none() && self.store().join("catalogue.sqlite").exists() {
            self.catalogue = Some(Catalogue::open(&self.store())?);
        }
        Ok(())
    }

    /// Makes the store.
    fn create(&mut self) -> Result<(), CubeError> {
        let fail = |e: std::io::Error| CubeError::store("le dossier `.cadrage` ne se crée pas", &e);
        std::fs::create_dir_all(self.facts()).map_err(fail)?;
        if self.catalogue.is_none() {
            self.catalogue = Some(Catalogue::open(&self.store())?);
            // The new entries themselves must survive a crash.
            for folder in [self.store(), self.root.clone()] {
                File::open(folder).and_then(|f| f.sync_all()).map_err(fail)?;
            }
        }
        Ok(())
    }

    fn stamp(&self) -> Result<i64, CubeError> {
        self.catalogue.as_ref().map_or(Ok(0), Catalogue::stamp)
    }

    /// Checks a delivery without loading it: everything but writing.
    ///
    /// # Errors
    /// What makes it unusable as a whole.
    pub fn check(&mut self, delivery: &Path, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<LoadReport, CubeError> {
        let manifest = manifest::read(delivery, &self.layouts)?;
        match self.loaded_already(&manifest)? {
            Some(report) => Ok(report),
            None => {
                let loaded = self.read(&manifest, None, progress)?.1;
                if !loaded.files.is_empty() {
                    self.may_change(&manifest)?;
                }
                Ok(loaded.report)
            }
        }
    }

    /// Loads a delivery: all of it, or nothing.
    ///
    /// # Errors
    /// What makes it unusable as a whole; the store is then as it was.
    pub fn import(&mut self, delivery: &Path, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<LoadReport, CubeError> {
        let manifest = manifest::read(delivery, &self.layouts)?;
        for _ in 0..ATTEMPTS {
            if let Some(report) = self.loaded_already(&manifest)? {
                return Ok(report);
            }
            let (stamp, mut loaded) = self.read(&manifest, None, progress)?;
            loaded.report.state = if loaded.files.is_empty() { LoadState::DejaCharge } else { LoadState::Charge };
            let report = loaded.report.clone();
            if self.write(stamp, &manifest, loaded)? {
                return Ok(report);
            }
        }
        Err(CubeError::new("I11", "un autre programme charge des livraisons dans ce dossier", "recommencez quand il a fini"))
    }

    /// The compte rendu of a delivery that is loaded.
    fn loaded_already(&mut self, manifest: &Manifest) -> Result<Option<LoadReport>, CubeError> {
        self.connect()?;
        let Some(catalogue) = &self.catalogue else { return Ok(None) };
        if !catalogue.knows(&manifest.fingerprint)? {
            return Ok(None);
        }
        let kept = catalogue.report(&manifest.fingerprint)?;
        let report = match kept {
            Some(report) => report,
            None => self.read(manifest, None, &mut |_, _, _| {})?.1.report,
        };
        Ok(Some(LoadReport { state: LoadState::DejaCharge, ..report }))
    }

    /// Reads a delivery against what the store holds now, and what the months before leave when that is known already.
    fn read(
        &mut self,
        manifest: &Manifest,
        carried: Option<Carried>,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<(i64, Loaded), CubeError> {
        let references = References::read(&self.root)?;
        self.connect()?;
        let (month, facts, stamp) = (manifest.month, self.facts(), self.stamp()?);
        let (current, stored) = match &self.catalogue {
            Some(catalogue) => {
                let uai = catalogue.uai()?.filter(|uai| *uai != manifest.uai);
                if let Some(uai) = uai {
                    let message = format!("la livraison est de l'établissement `{}`, ce dossier est celui de `{uai}`", manifest.uai);
                    let shown = format!("{}/manifeste.csv", manifest.delivery);
                    return Err(CubeError::new("I08", message, "un dossier par établissement").at(&shown, None, Some("uai")));
                }
                let files = catalogue.selection(None)?.remove(&month).unwrap_or_default();
                (catalogue.current(month)?, columns::read_month(&facts, &files)?)
            }
            None => (Vec::new(), None),
        };
        let carried = carried.map_or_else(|| self.before(stamp, month, &references), Ok)?;
        let first = current.is_empty();
        let before = Before { carried, month: stored, current };
        let mut loaded = load::load(manifest, &references, &self.thresholds, before, progress)?;
        loaded.report.first = first;
        Ok((stamp, loaded))
    }

    /// What the months before this one leave.
    fn before(&mut self, stamp: i64, month: Month, references: &References) -> Result<Carried, CubeError> {
        if let Some(left) = self.carried.take_if(|left| left.stamp == stamp && left.month < month && left.references == *references) {
            return Ok(left.carried);
        }
        let mut carried = Carried::default();
        for (earlier, files) in self.selection()?.range(..month) {
            if let Some(facts) = columns::read_month(&self.facts(), files)? {
                carried.take_in(references, *earlier, facts);
            }
        }
        Ok(carried)
    }

    /// Writes a load; `false` when another one came in since it was read.
    fn write(&mut self, stamp: i64, manifest: &Manifest, loaded: Loaded) -> Result<bool, CubeError> {
        self.create()?;
        let facts = self.facts();
        let Some(catalogue) = &mut self.catalogue else { return Err(unread()) };
        match columns::commit(catalogue, &facts, stamp, manifest, &loaded)? {
            Some(_) => self.keep(manifest.month, loaded.carried).map(|()| true),
            None => Ok(false),
        }
    }

    /// A month was just loaded: what it leaves serves the next one, unless the store has later months already.
    fn keep(&mut self, month: Month, carried: Carried) -> Result<(), CubeError> {
        let stamp = self.stamp()?;
        let last = self.selection()?.last_key_value().is_some_and(|(last, _)| *last == month);
        let references = References::read(&self.root)?;
        self.carried = last.then_some(Left { stamp, month, references, carried });
        Ok(())
    }

    /// What was wrong in the files that are current: delivery month, type of the file, finding.
    ///
    /// # Errors
    /// `I11`.
    pub fn findings(&self) -> Result<Vec<(Month, Kind, Finding)>, CubeError> {
        self.catalogue.as_ref().map_or_else(|| Ok(Vec::new()), Catalogue::findings)
    }

    /// How much of it there is, those that are not listed one by one included: delivery month, group of findings alike.
    ///
    /// # Errors
    /// `I11`.
    pub fn finding_groups(&self) -> Result<Vec<(Month, FindingGroup)>, CubeError> {
        self.catalogue.as_ref().map_or_else(|| Ok(Vec::new()), Catalogue::finding_groups)
    }

    /// Deliveries under `livraisons/` that are not loaded: oldest month first, then smallest remise, then name.
    ///
    /// # Errors
    /// `I11`.
    pub fn pending_deliveries(&self) -> Result<Vec<PathBuf>, CubeError> {
        let folders = std::fs::read_dir(self.root.join("livraisons")).into_iter().flatten().flatten();
        let mut out = Vec::new();
        for delivery in folders.map(|e| e.path()).filter(|p| p.is_dir()) {
            let Some((fingerprint, first)) = manifest::peek(&delivery) else { continue };
            let known = match &self.catalogue {
                Some(catalogue) => catalogue.knows(&fingerprint)?,
                None => false,
            };
            if !known {
                // A manifest that cannot be read comes first: its import says why.
                out.push((first, delivery));
            }
        }
        out.sort();
        Ok(out.into_iter().map(|(_, delivery)| delivery).collect())
    }

    /// Everything current.
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn cube(&mut self) -> Result<&Cube, CubeError> {
        self.kept().map(|cube| &**cube)
    }

    /// Everything current, or known on a day, for who keeps it while the dossier goes on.
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn shared_cube(&mut self, day: Option<Date>) -> Result<Arc<Cube>, CubeError> {
        match day {
            Some(day) => self.kept_on(day).map(Arc::clone),
            None => self.kept().map(Arc::clone),
        }
    }

    fn kept(&mut self) -> Result<&Arc<Cube>, CubeError> {
        self.refresh()?;
        self.held.as_ref().map(|h| &h.cube).ok_or_else(unread)
    }

    /// Reads the store again when a load came in since.
    fn refresh(&mut self) -> Result<(), CubeError> {
        self.connect()?;
        let stamp = self.stamp()?;
        if self.held.as_ref().is_some_and(|h| h.stamp == stamp) {
            return Ok(());
        }
        let selection = self.selection()?;
        self.held = Some(Held { stamp, cube: Arc::new(self.gather(&selection)?) });
        Ok(())
    }

    /// The files that are current.
    fn selection(&self) -> Result<Selection, CubeError> {
        self.catalogue.as_ref().map_or_else(|| Ok(Selection::new()), |c| c.selection(None))
    }

    /// The facts of these files, resolved month after month.
    fn gather(&self, selection: &Selection) -> Result<Cube, CubeError> {
        let mut cube = Cube { references: References::read(&self.root)?, ..Cube::default() };
        let mut memory = Memory::default();
        columns::each_month(&self.facts(), selection, &mut |month, mut facts| {
            memory.resolve(&cube.references, month, &mut facts);
            cube.months.insert(month, facts);
        })?;
        Ok(cube)
    }
}

fn unread() -> CubeError {
    CubeError::new("I11", "le magasin ne se lit pas", "réessayez")
}
