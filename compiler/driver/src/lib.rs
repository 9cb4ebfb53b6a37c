//! cadrage-driver (to be filled).
