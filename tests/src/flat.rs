//! Files of cells as tests read them: the product's own reader.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_cube::FlatFile;

/// A row by column.
pub type Row = BTreeMap<String, String>;

/// Rows of a file with a header.
///
/// # Errors
/// The file that cannot be read.
pub fn rows(path: &Path, separator: char) -> Result<Vec<Row>, String> {
    let told = |why: String| format!("{}: {why}", path.display());
    let bytes = std::fs::read(path).map_err(|e| told(e.to_string()))?;
    let file = FlatFile::read_separated("", &bytes, "utf-8", separator).map_err(|e| told(e.to_string()))?;
    Ok(file.named_rows().map(|(_, row)| row).collect())
}
