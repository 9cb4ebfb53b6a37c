//! Texts in the columns of a terminal.

/// A text on one line, no longer than its column.
pub(crate) fn cut(text: &str, width: usize) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if flat.chars().count() <= width { flat } else { flat.chars().take(width.saturating_sub(1)).chain(['…']).collect() }
}
