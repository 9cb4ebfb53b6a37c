//! Bounds that keep reading linear and the stack whole, whatever the text.

use std::num::NonZeroUsize;
use std::sync::Once;

use cadrage_source::{Code, Diagnostic, FileId, Span};

use crate::layout;

/// Largest file, in bytes.
const SIZE: usize = 4 * 1024 * 1024;
/// Most steps of pest for one declaration: a table of a hundred thousand rows takes a quarter of it, so only a grammar that
/// backtracks without end would reach it.
const STEPS: usize = 200_000_000;
/// Stack that the deepest text takes, in bytes, with room for a debug build.
const STACK: usize = 64 * 1024 * 1024;

/// Runs on a stack deep enough for the deepest nesting: a test, a thread of a server or Windows give a tenth of it.
pub fn on_a_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK / 2, STACK, work)
}

/// Sets pest's own guard, once for the process.
pub(crate) fn guard() {
    static GUARD: Once = Once::new();
    GUARD.call_once(|| pest::set_call_limit(NonZeroUsize::new(STEPS)));
}

/// Refuses a text too long to be a script.
pub(crate) fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    (text.len() > SIZE).then(|| {
        Diagnostic::new(Code::S07, "ce texte est trop long : plus de 4 Mo", place(file, text, 0, 0))
            .here("il n'est pas lu")
            .help("découpez-le en plusieurs fichiers ; les longues listes vont dans un référentiel : `valeurs de \"referentiels/….csv\"`")
    })
}

/// The complaint about a declaration that nests too deep.
pub(crate) fn too_deep(file: FileId, text: &str, offset: usize, at: usize) -> Diagnostic {
    Diagnostic::new(
        Code::S07,
        format!("cette phrase est trop imbriquée : plus de {} parenthèses ou `si` les uns dans les autres", layout::DEPTH),
        place(file, text, offset, at),
    )
    .here("la lecture s'arrête ici")
    .help("donnez un nom aux calculs intermédiaires, dans des formules à part")
}

/// The character at byte `at` of a text that begins at `offset` of its file.
fn place(file: FileId, text: &str, offset: usize, at: usize) -> Span {
    let width = text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
    Span::new(file, offset + at, offset + at + width)
}
