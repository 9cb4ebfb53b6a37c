//! The store of a dossier: a SQLite catalogue and immutable Parquet columns (architecture.md §6). The only place that writes.
//!
//! A load writes and syncs its Parquet files, then commits one transaction that makes them current: all or nothing, after a
//! crash too. What no transaction names is swept at the next opening.

mod catalogue;
mod columns;
mod records;

use std::path::{Path, PathBuf};

use crate::load::{self, Loaded};
use crate::manifest::{self, Manifest};
use crate::report::LoadState;
use crate::{Cube, CubeError, LoadReport, References};
use catalogue::Catalogue;

pub use catalogue::LoadSummary;

/// A dossier and its store.
#[derive(Debug)]
pub struct Dossier {
    root: PathBuf,
    catalogue: Option<Catalogue>,
    /// What the store holds, once read.
    cube: Option<Cube>,
}

impl Dossier {
    /// Opens a dossier. Its store is made by the first load; orphan files of an interrupted one are swept.
    ///
    /// # Errors
    /// `I11` when the store cannot be read.
    pub fn open(root: &Path) -> Result<Dossier, CubeError> {
        let mut dossier = Dossier { root: root.to_owned(), catalogue: None, cube: None };
        if dossier.store().join("catalogue.sqlite").exists() {
            let catalogue = Catalogue::open(&dossier.store())?;
            dossier.sweep(&catalogue)?;
            dossier.catalogue = Some(catalogue);
        }
        Ok(dossier)
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn store(&self) -> PathBuf {
        self.root.join(".cadrage")
    }

    fn sweep(&self, catalogue: &Catalogue) -> Result<(), CubeError> {
        let named = catalogue.files()?;
        for entry in std::fs::read_dir(self.store().join("faits")).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".parquet") && !named.contains(&name) {
                std::fs::remove_file(entry.path())
                    .map_err(|e| CubeError::store("un fichier d'un chargement interrompu ne s'efface pas", &e))?;
            }
        }
        Ok(())
    }

    /// Checks a delivery without loading it.
    ///
    /// # Errors
    /// What makes it unusable as a whole.
    pub fn check(&mut self, delivery: &Path, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<LoadReport, CubeError> {
        let manifest = manifest::read(delivery)?;
        self.read(&manifest, progress).map(|loaded| loaded.report)
    }

    fn read(&mut self, manifest: &Manifest, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Loaded, CubeError> {
        let references = References::read(&self.root)?;
        let before = self.cube()?;
        let loaded = load::load(manifest, &references, before, progress)?;
        if !loaded.report.foots() {
            return Err(CubeError::new("I10", "le compte rendu ne boucle pas", "rien n'a été chargé ; signalez ce défaut du programme")
                .at(&manifest.delivery, None, None));
        }
        Ok(loaded)
    }

    /// Loads a delivery: all of it, or nothing.
    ///
    /// # Errors
    /// What makes it unusable as a whole; the store is then as it was.
    pub fn import(&mut self, delivery: &Path, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<LoadReport, CubeError> {
        let manifest = manifest::read(delivery)?;
        if let Some(catalogue) = &self.catalogue
            && catalogue.knows(&manifest.fingerprint)?
        {
            let mut report = self.read(&manifest, progress)?.report;
            report.state = LoadState::DejaCharge;
            return Ok(report);
        }
        let mut loaded = self.read(&manifest, progress)?;
        let store = self.store();
        std::fs::create_dir_all(store.join("faits")).map_err(|e| CubeError::store("le dossier `.cadrage` ne se crée pas", &e))?;
        if self.catalogue.is_none() {
            self.catalogue = Some(Catalogue::open(&store)?);
        }
        let Some(catalogue) = &mut self.catalogue else { return Err(CubeError::new("I11", "catalogue absent", "réessayez")) };
        catalogue.check_remises(&manifest)?;
        let files = columns::write(&store.join("faits"), &manifest, &loaded)?;
        loaded.report.state = LoadState::Charge;
        loaded.report.replaces = catalogue.commit(&manifest, &loaded, &files)?;
        // What is current is read again from the files: the cache is what the store holds, nothing else.
        let facts = columns::read_month(&store.join("faits"), catalogue, manifest.month)?;
        if let (Some(cube), Some(facts)) = (&mut self.cube, facts) {
            cube.months.insert(manifest.month, facts);
        }
        Ok(loaded.report)
    }

    /// Loads done, oldest first.
    ///
    /// # Errors
    /// `I11`.
    pub fn loads(&self) -> Result<Vec<LoadSummary>, CubeError> {
        self.catalogue.as_ref().map_or_else(|| Ok(Vec::new()), Catalogue::loads)
    }

    /// Deliveries under `livraisons/` that are not loaded, in order of name.
    ///
    /// # Errors
    /// `I11`.
    pub fn pending_deliveries(&self) -> Result<Vec<PathBuf>, CubeError> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.root.join("livraisons"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.is_dir())
            .collect();
        found.sort();
        let mut out = Vec::new();
        for delivery in found {
            let Some(fingerprint) = manifest::fingerprint(&delivery) else { continue };
            let known = match &self.catalogue {
                Some(catalogue) => catalogue.knows(&fingerprint)?,
                None => false,
            };
            if !known {
                out.push(delivery);
            }
        }
        Ok(out)
    }

    /// Everything current.
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn cube(&mut self) -> Result<&Cube, CubeError> {
        if self.cube.is_none() {
            let mut cube = Cube { references: References::read(&self.root)?, months: std::collections::BTreeMap::new() };
            if let Some(catalogue) = &self.catalogue {
                for month in catalogue.months()? {
                    if let Some(facts) = columns::read_month(&self.store().join("faits"), catalogue, month)? {
                        cube.months.insert(month, facts);
                    }
                }
            }
            self.cube = Some(cube);
        }
        self.cube.as_ref().ok_or_else(|| CubeError::new("I11", "le magasin ne se lit pas", "réessayez"))
    }
}
