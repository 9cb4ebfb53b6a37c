//! suite (to be filled).
