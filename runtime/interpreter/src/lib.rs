//! cadrage-interpreter (to be filled).
