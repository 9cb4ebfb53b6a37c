//! cadrage-engine (to be filled).
