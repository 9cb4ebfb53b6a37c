//! Where text is and how we complain about it.
//!
//! A leaf. Takes script texts, gives files, spans and diagnostics as plain data. Never opens a file, never draws:
//! programs draw a [`Diagnostic`] with miette.

mod code;
mod diagnostic;
mod digest;
mod file;
mod fix;
mod span;

pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use digest::{Digest, MOST_PER_FILE, digest, ordered};
pub use file::{FileId, Position, SourceFile, SourceMap};
pub use fix::{Applied, Edit, apply_fixes};
pub use span::{Span, Spanned};
