//! The formatter: a text rewritten in canonical form. It works on the words of the text and not on the tree, so that comments, line
//! breaks and order stay; the tree read back is the same one.
//!
//! What it changes: accents and case of the language's words, blanks, indentation, numbers, dates, units, codes of members, the
//! spreadsheet's calls (`phrases.rs`), columns (`align.rs`). What it never changes: order, names, quoted texts, comments, cells of
//! tables, where a long phrase is cut. A text with a mistake is refused: nobody wants a guess written over his file.

mod align;
mod lines;
mod phrases;
mod spelling;
mod tokens;

use cadrage_source::{Diagnostic, FileId};

/// The canonical form of a text that went through [`crate::normalise`].
///
/// # Errors
/// The complaints of the reader, when there are any: the text is then left alone.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (_, complaints) = crate::parse(file, text);
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let tokens = crate::limits::on_a_deep_stack(|| tokens::read(file, text))?;
    let mut lines = lines::assemble(text, tokens);
    align::columns(&mut lines);
    Ok(align::render(&lines))
}
