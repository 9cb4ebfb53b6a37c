//! cadrage-ir (to be filled).
