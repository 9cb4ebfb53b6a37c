//! cadrage-cube (to be filled).
