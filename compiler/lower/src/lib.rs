//! cadrage-lower (to be filled).
