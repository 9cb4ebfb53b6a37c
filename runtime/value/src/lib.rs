//! Exact values: cents, rationals, months, thirtieths, and every rounding rule by name.
//!
//! A leaf. Takes nothing of ours, gives the arithmetic all other crates use, the columns of the exchange format and how
//! foreign files fill them, which the checker of interfaces and the loader both read. Never a float, never a rounding that is not asked for by name ([`Rounding`]).
//! Display is French (`1 234,56`).

mod calendar;
mod exact;
pub mod exchange;
pub mod layout;
mod money;
mod rounding;
mod split;
mod whole;

pub use calendar::{Date, Month, thirtieths};
pub use exact::{Exact, ParseExactError};
pub use money::{Money, ParseMoneyError};
pub use rounding::Rounding;
pub use split::{split_cents, split_exact, split_largest};
pub use whole::{greatest_common_divisor, least_common_multiple};

/// Narrow no-break space, the thousands separator of printed French numbers.
pub const THIN_SPACE: char = '\u{202F}';
