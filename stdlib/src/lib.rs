//! The library, written in the language. Embeds the files. Not: logic.

/// Modules by file name, in order of reading.
pub const MODULES: &[(&str, &str)] = &[];
