//! cadrage-stdlib (to be filled).
