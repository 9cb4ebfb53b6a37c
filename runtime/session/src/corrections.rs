//! Safe corrections written back to the scripts: a file is replaced whole or not at all, and a file without a correction is not touched.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use cadrage_cube::CubeError;
use cadrage_driver::Correction;

/// A script that was corrected, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectedFile {
    /// What was replaced.
    pub correction: Correction,
    /// Why the file was left as it was.
    pub refused: Option<String>,
}

/// Writes a correction in place of the text it comes from.
pub(crate) fn write(path: &Path, correction: Correction) -> Result<CorrectedFile, CubeError> {
    let failed = |e: std::io::Error| CubeError {
        code: "I11",
        message: format!("le script ne s'écrit pas : {e}"),
        file: Some(correction.name.clone()),
        line: None,
        column: None,
        help: "vérifiez les droits et la place sur le disque".to_owned(),
    };
    // A link is followed: what it points to is replaced, not the link.
    let path = path.canonicalize().map_err(failed)?;
    let bytes = fs::read(&path).map_err(failed)?;
    let Ok(before) = String::from_utf8(bytes) else {
        let refused = Some("le fichier n'est pas en UTF-8 : enregistrez-le en UTF-8, puis recommencez".to_owned());
        return Ok(CorrectedFile { correction, refused });
    };
    replace(&path, &like(&before, &correction.text)).map_err(failed)?;
    Ok(CorrectedFile { correction, refused: None })
}

/// Puts a text in place of a file's, whole or not at all, with the rights of the one it replaces.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let (folder, name) = (path.parent().unwrap_or(Path::new(".")), path.file_name().unwrap_or_default().to_string_lossy());
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create_new(&beside)
        .and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()))
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(path)?.permissions()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The text with the byte-order mark and the line ends of the file it replaces.
pub(crate) fn like(before: &str, text: &str) -> String {
    let ends = if before.contains("\r\n") { text.replace('\n', "\r\n") } else { text.to_owned() };
    if before.starts_with('\u{FEFF}') { format!("\u{FEFF}{ends}") } else { ends }
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn line_ends_and_mark_are_kept() {
        assert_eq!(like("\u{FEFF}a\r\nb\r\n", "a\nc\n"), "\u{FEFF}a\r\nc\r\n");
        assert_eq!(like("a\nb\n", "a\nc\n"), "a\nc\n");
    }
}
