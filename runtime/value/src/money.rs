//! Money in integer cents.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::Exact;

/// An amount in euro cents. Sums beyond ±92 million billion euros saturate, far above any import bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// 0 €.
    pub const ZERO: Money = Money(0);

    /// The amount of `cents` euro cents.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents)
    }

    /// The number of cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The amount in euros, exact.
    #[must_use]
    pub fn to_exact(self) -> Exact {
        Exact::ratio(self.0, 100).unwrap_or(Exact::ZERO)
    }

    /// The amount in euros as a decimal, for files and display.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// `1 234,56`, thousands separated by a narrow no-break space.
    #[must_use]
    pub fn to_french(self) -> String {
        self.to_exact().to_french(2)
    }
}

/// `-1234.56`, for machines.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_decimal())
    }
}

/// The text is not an amount: euros, a comma, exactly two decimals, the sign in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseMoneyError;

/// Reads the canonical `2461,39` or `-12,30` (interfaces.md §1).
impl FromStr for Money {
    type Err = ParseMoneyError;
    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |r| (true, r));
        let (euros, cents) = rest.split_once(',').ok_or(ParseMoneyError)?;
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(euros) || !digits(cents) || cents.len() != 2 {
            return Err(ParseMoneyError);
        }
        let whole: i64 = euros.parse().map_err(|_| ParseMoneyError)?;
        let part: i64 = cents.parse().map_err(|_| ParseMoneyError)?;
        let total = whole.checked_mul(100).and_then(|w| w.checked_add(part)).ok_or(ParseMoneyError)?;
        Ok(Money(if negative { -total } else { total }))
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(self.0.saturating_neg())
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(iter: I) -> Money {
        iter.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_the_canonical_form() {
        assert_eq!("2461,39".parse(), Ok(Money(246_139)));
        assert_eq!("-12,30".parse(), Ok(Money(-1230)));
        for bad in ["1", "1,2", "1,234", "1.50", "+1,00", "1 000,00", "", ",00", "--1,00", "99999999999999999999,00"] {
            assert_eq!(bad.parse::<Money>(), Err(ParseMoneyError), "{bad}");
        }
    }

    #[test]
    fn prints_for_people_and_machines() {
        assert_eq!(Money(-123_456).to_french(), "-1\u{202F}234,56");
        assert_eq!(Money(-5).to_string(), "-0.05");
    }
}
