//! What a file says of itself: enough to know which modules take part without reading all of each.

use crate::layout::{chunks, first_word, head};

/// The text with everything but its `module` and `utiliser` declarations blanked, up to the last of them, each at its place:
/// [`crate::parse`] gives the same ones as of the whole.
#[must_use]
pub fn outline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in chunks(text) {
        let piece = text.get(chunk.start..chunk.end).unwrap_or_default();
        if chunk.headed && matches!(head(first_word(piece)), Some("module" | "utiliser")) {
            out.push_str(piece);
        } else {
            out.extend(piece.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use cadrage_source::FileId;

    use crate::ast::Declaration;

    #[test]
    fn modules_and_imports_stay_where_they_are() {
        let text = "-- été\nmodule paie version \"1\"\nconstante montant en € = 1 €\n  Utiliser primes version \"2\"\nformule versé en € par agent :\n  = montant\nfin\n";
        let read = |text: &str| {
            let (tree, complaints) = crate::parse(FileId(0), text);
            assert!(complaints.is_empty(), "{complaints:?}");
            let kept = tree.declarations.into_iter().filter(|d| matches!(d, Declaration::Module(_) | Declaration::Import(_)));
            kept.collect::<Vec<_>>()
        };
        let outline = super::outline(text);
        assert!(outline.len() < text.len());
        assert!(!outline.contains("formule"));
        assert_eq!(read(text).len(), 2);
        assert_eq!(read(&outline), read(text));
    }
}
