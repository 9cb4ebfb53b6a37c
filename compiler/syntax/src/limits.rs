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

/// Sets pest's own guard, once for the process.
pub(crate) fn guard() {
    static GUARD: Once = Once::new();
    GUARD.call_once(|| pest::set_call_limit(NonZeroUsize::new(STEPS)));
}

/// Refuses a text too long to be a script.
pub(crate) fn check(file: FileId, text: &str) -> Option<Diagnostic> {
    (text.len() > SIZE).then(|| {
        Diagnostic::new(Code::S07, "ce texte est trop long : plus de 4 Mo", Span::new(file, 0, 1))
            .here("il n'est pas lu")
            .help("découpez-le en plusieurs fichiers ; les longues listes vont dans un référentiel : `valeurs de \"referentiels/….csv\"`")
    })
}

/// The complaint about a declaration that nests too deep.
pub(crate) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::S07,
        format!("cette phrase est trop imbriquée : plus de {} parenthèses ou `si` l'un dans l'autre", layout::DEPTH),
        span,
    )
    .here("la lecture s'arrête ici")
    .help("donnez un nom aux calculs intermédiaires, dans des formules à part")
}
