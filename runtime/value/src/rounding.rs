//! Every rounding rule, by name. Nobody else rounds.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

use crate::{Exact, Money};

/// A rounding rule to a multiple of a step (decision D13 of design/language.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Half up, away from zero on ties, as Excel's ARRONDI: 0,5 → 1 and -0,5 → -1.
    HalfUp,
    /// Toward minus infinity (`arrondi inférieur`).
    Down,
    /// Toward plus infinity (`arrondi supérieur`).
    Up,
}

impl Rounding {
    /// The value rounded to `digits` decimal places.
    #[must_use]
    pub fn apply(self, value: &Exact, digits: u32) -> Exact {
        let scale: Exact = (0..digits).fold(Exact::ONE, |s, _| &s * &Exact::from_int(10));
        let integer = self.to_integer(&(value * &scale));
        &Exact::from_big(BigRational::from_integer(integer)) / &scale
    }

    /// The amount in euros rounded to cents; `None` when it does not fit in 64-bit cents.
    #[must_use]
    pub fn to_money(self, euros: &Exact) -> Option<Money> {
        let cents = self.to_integer(&(euros * &Exact::from_int(100)));
        i64::try_from(cents).ok().map(Money::from_cents)
    }

    /// The value rounded to an integer.
    pub(crate) fn to_integer(self, value: &Exact) -> BigInt {
        if let Some(whole) = value.to_int() {
            return BigInt::from(whole);
        }
        let ratio = value.to_big();
        let (n, d) = (ratio.numer(), ratio.denom());
        match self {
            Rounding::Down => n.div_floor(d),
            Rounding::Up => -(-n).div_floor(d),
            Rounding::HalfUp => {
                let (quotient, rest): (BigInt, BigInt) = n.abs().div_rem(d);
                let magnitude = if (&rest + &rest) >= *d { quotient + 1 } else { quotient };
                if n.is_negative() && !magnitude.is_zero() { -magnitude } else { magnitude }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_away_from_zero() {
        for (text, cents) in [("0,005", 1), ("-0,005", -1), ("0,0049", 0), ("-0,0051", -1), ("1/3", 33), ("2461,391666", 246_139)] {
            let value: Exact = text.parse().unwrap();
            assert_eq!(Rounding::HalfUp.to_money(&value), Some(Money::from_cents(cents)), "{text}");
        }
    }

    #[test]
    fn down_and_up_go_to_the_infinities() {
        let value: Exact = "-1,001".parse().unwrap();
        assert_eq!(Rounding::Down.apply(&value, 2), "-1,01".parse().unwrap());
        assert_eq!(Rounding::Up.apply(&value, 2), "-1".parse().unwrap());
    }
}
