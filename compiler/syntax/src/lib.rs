//! cadrage-syntax (to be filled).
