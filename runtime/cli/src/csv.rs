//! Cells of a CSV line, as RFC 4180 writes them: what every verb that has `--format csv` quotes with.

/// Between quotes, whatever it holds.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Between quotes when a reader would otherwise cut it.
pub(crate) fn cell(text: &str, separator: &str) -> String {
    if text.contains(separator) || text.contains(['"', '\n']) { quoted(text) } else { text.to_owned() }
}
