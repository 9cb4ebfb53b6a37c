//! cadrage-careers (to be filled).
