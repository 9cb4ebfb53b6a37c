//! How fast the engines are, on one payroll that everybody can compute: the rules of `landing.cadrage`, the population of
//! `make_population.py` (or one made here), the same model by hand in Rust, and Python engines when they are there.
//!
//! The suite shares the population, the rules and the hand-written model. The program measures.

#[expect(clippy::indexing_slicing, reason = "the hand-written loop is what is measured: the slices are cut to one length before it")]
pub mod by_hand;
pub mod children;
pub mod clock;
pub mod engines;
pub mod figures;
pub mod formulas;
pub mod memory;
pub mod model;
pub mod peers;
pub mod population;
pub mod reference;
pub mod totals;
