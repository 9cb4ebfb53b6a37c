//! A dossier being worked on: its store and its scripts.

use std::path::{Path, PathBuf};

use cadrage_cube::{Cube, CubeError, Dossier, LoadReport};
use cadrage_driver::{Compiled, compile};

use cadrage_engine::Backend;
use cadrage_source::{Code, Diagnostic, FileId, Span};

use crate::dossier_world::{DossierWorld, elements};
use crate::run::{self, Projection, RunError};
use crate::testing::TestReport;

/// A dossier opened.
#[derive(Debug)]
pub struct Workspace {
    dossier: Dossier,
    /// Scripts named on the command line, besides those of the dossier.
    extra: Vec<PathBuf>,
}

impl Workspace {
    /// Opens the dossier in `root`, with scripts that are not in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open(root: &Path, extra: &[PathBuf]) -> Result<Workspace, CubeError> {
        Ok(Workspace { dossier: Dossier::open(root)?, extra: extra.to_vec() })
    }

    /// Loads the deliveries of `livraisons/` that are not loaded yet, oldest first; what was loaded.
    ///
    /// # Errors
    /// The first delivery that cannot be loaded; those before it are.
    pub fn import_pending(&mut self, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<Vec<LoadReport>, CubeError> {
        let pending = self.dossier.pending_deliveries()?;
        pending.iter().map(|delivery| self.dossier.import(delivery, progress)).collect()
    }

    /// The store.
    pub fn dossier(&mut self) -> &mut Dossier {
        &mut self.dossier
    }

    /// Everything loaded.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cube(&mut self) -> Result<&Cube, CubeError> {
        self.dossier.cube()
    }

    /// Checks and compiles the scripts.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn compile(&mut self) -> Result<Compiled, CubeError> {
        let root = self.dossier.root().to_owned();
        let references = cadrage_cube::References::read(&root)?;
        let world = DossierWorld { root: &root, references: &references, only: &self.extra };
        let mut compiled = compile(&world, elements(&references).as_ref());
        if !compiled.model.overlaps.is_empty() {
            crate::overlaps::count(&mut compiled, self.dossier.cube()?);
        }
        Ok(compiled)
    }

    /// Runs a scenario of the checked scripts.
    ///
    /// # Errors
    /// An unknown scenario, a fault met while computing, a month that is not loaded.
    pub fn calculate(&mut self, compiled: &Compiled, scenario: &str, backend: &dyn Backend) -> Result<Projection, RunError> {
        let Some(found) = run::find(compiled, scenario) else {
            let known: Vec<&str> = compiled.model.scenarios.iter().map(|s| s.name.as_str()).collect();
            let nowhere = Span::new(FileId(u32::MAX), 0, 0);
            let help =
                if known.is_empty() { "aucun scénario dans ce dossier".to_owned() } else { format!("scénarios : {}", known.join(", ")) };
            return Err(RunError::Diagnostics(vec![
                Diagnostic::new(Code::N01, format!("le scénario `{scenario}` est inconnu"), nowhere).help(help),
            ]));
        };
        run::run(compiled, found, self.dossier.cube()?, backend)
    }

    /// Runs the `test` blocks.
    ///
    /// # Errors
    /// When a reference list is unreadable.
    pub fn test(&mut self, compiled: &Compiled, backend: &dyn Backend) -> Result<TestReport, CubeError> {
        let references = cadrage_cube::References::read(self.dossier.root())?;
        Ok(TestReport::run(compiled, &references, backend))
    }
}
