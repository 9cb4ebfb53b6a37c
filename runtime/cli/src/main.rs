//! The program. (to be filled)
fn main() {}
