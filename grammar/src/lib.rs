//! cadrage-grammar (to be filled).
