//! Where what was typed is kept from one session to the next.

use std::path::{Path, PathBuf};

/// The history file of a person: in the folder of data of programs, or in the old place.
pub(crate) fn usual(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let data = variable("XDG_DATA_HOME").filter(|p| p.is_absolute());
    let data = data.or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    Some(data.or_else(|| variable("APPDATA"))?.join("cadrage/historique"))
}

/// Makes the folder of a file, and sees that the file can be written.
pub(crate) fn ready(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::OpenOptions::new().create(true).append(true).open(path).map(drop)
}

/// Why a file cannot be written, as a person needs to know it.
pub(crate) fn refusal(path: &Path, why: &std::io::Error) -> String {
    let why = match why.kind() {
        std::io::ErrorKind::PermissionDenied => "les droits ne le permettent pas",
        std::io::ErrorKind::ReadOnlyFilesystem => "le disque est en lecture seule",
        std::io::ErrorKind::StorageFull => "le disque est plein",
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => "un fichier est à la place du dossier",
        _ => "le système le refuse",
    };
    format!("`{}` ne s'écrit pas, {why}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_where_data_of_programs_are() {
        let of = |pairs: &'static [(&'static str, &'static str)]| {
            usual(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| PathBuf::from(v)))
        };
        assert_eq!(of(&[("XDG_DATA_HOME", "/d"), ("HOME", "/h")]), Some(PathBuf::from("/d/cadrage/historique")));
        // A relative one is to be ignored.
        assert_eq!(of(&[("XDG_DATA_HOME", "d"), ("HOME", "/h")]), Some(PathBuf::from("/h/.local/share/cadrage/historique")));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_history_that_cannot_be_written_is_an_error_and_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ready(&folder.path().join("a/b/historique")).is_ok());
        let file = folder.path().join("fichier");
        std::fs::write(&file, "").unwrap();
        let path = file.join("historique");
        let why = ready(&path).expect_err("a file is no folder");
        assert!(refusal(&path, &why).ends_with("ne s'écrit pas, un fichier est à la place du dossier"), "{why:?}");
    }
}
