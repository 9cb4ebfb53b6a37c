//! cadrage-semantics (to be filled).
