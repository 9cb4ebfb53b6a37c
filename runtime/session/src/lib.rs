//! cadrage-session (to be filled).
