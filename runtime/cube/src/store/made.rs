//! Deliveries made here: corrected lines, expenses typed by hand. They are prepared out of the way of those that wait to be loaded, put
//! beside them once they are whole, and loaded as any other.

use std::path::{Path, PathBuf};

use super::Dossier;
use crate::{CubeError, LoadReport};

/// A delivery being made; what is left of it goes with it.
pub(super) struct Made {
    name: String,
    pub(super) folder: PathBuf,
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn failed(e: &std::io::Error) -> CubeError {
    CubeError::store("la livraison préparée ne s'écrit pas", e)
}

impl Made {
    /// An empty one, under the first name that is free: `2026-01-rejeu-1`.
    pub(super) fn new(root: &Path, base: &str, mark: &str) -> Result<Made, CubeError> {
        let free = |n: &u32| !root.join("livraisons").join(format!("{base}{mark}{n}")).exists();
        let name = format!("{base}{mark}{}", (1..u32::MAX).find(free).unwrap_or(1));
        let folder = root.join(".cadrage").join("livraisons_faites").join(&name);
        std::fs::create_dir_all(&folder).map_err(|e| failed(&e))?;
        Ok(Made { name, folder })
    }

    /// Writes a file of it.
    pub(super) fn write(&self, file: &str, bytes: &[u8]) -> Result<(), CubeError> {
        std::fs::write(self.folder.join(file), bytes).map_err(|e| failed(&e))
    }

    /// Puts it beside the other deliveries.
    fn place(&self, root: &Path) -> Result<PathBuf, CubeError> {
        let deliveries = root.join("livraisons");
        std::fs::create_dir_all(&deliveries).map_err(|e| failed(&e))?;
        let place = deliveries.join(&self.name);
        std::fs::rename(&self.folder, &place).map_err(|e| failed(&e))?;
        Ok(place)
    }
}

impl Dossier {
    /// Puts a delivery in its place and loads it; one that does not load is not left there.
    pub(super) fn load_made(&mut self, made: &Made) -> Result<LoadReport, CubeError> {
        let place = made.place(self.root())?;
        self.import(&place, &mut |_, _, _| {}).inspect_err(|_| drop(std::fs::remove_dir_all(&place)))
    }
}
