//! Exact rationals: 128-bit while they fit, unbounded when they do not.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

/// An exact rational number, always in lowest terms with a positive denominator.
///
/// The interpreter computes with it, so no quotient such as 6/7 or /12 is ever cut.
#[derive(Clone, Debug)]
pub struct Exact(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Small { numerator: i128, denominator: i128 },
    Big(Box<BigRational>),
}

impl Exact {
    /// 0.
    pub const ZERO: Exact = Exact(Repr::Small { numerator: 0, denominator: 1 });
    /// 1.
    pub const ONE: Exact = Exact(Repr::Small { numerator: 1, denominator: 1 });

    /// The bits of the longest numerator or denominator that is reasonable to compute with, some five thousand digits: beyond, each
    /// operation takes milliseconds, and a number that multiplies itself soon takes all there is.
    pub const LONGEST: u64 = 16_384;

    /// Has the numerator or the denominator more bits than this?
    #[must_use]
    pub fn is_longer_than(&self, bits: u64) -> bool {
        match &self.0 {
            Repr::Small { .. } => bits < 128 && self.to_big().numer().bits().max(self.to_big().denom().bits()) > bits,
            Repr::Big(b) => b.numer().bits().max(b.denom().bits()) > bits,
        }
    }

    /// The integer `value`.
    #[must_use]
    pub fn from_int(value: i64) -> Self {
        Exact(Repr::Small { numerator: i128::from(value), denominator: 1 })
    }

    /// `numerator / denominator`, or `None` when the denominator is zero.
    #[must_use]
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator != 0).then(|| small(i128::from(numerator), i128::from(denominator)))
    }

    /// Is it 0?
    #[must_use]
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small { numerator, .. } => *numerator == 0,
            Repr::Big(b) => b.is_zero(),
        }
    }

    /// Is it below 0?
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { numerator, .. } => *numerator < 0,
            Repr::Big(b) => b.is_negative(),
        }
    }

    /// The quotient, or `None` when `other` is zero.
    #[must_use]
    pub fn checked_div(&self, other: &Exact) -> Option<Exact> {
        if other.is_zero() {
            return None;
        }
        if let (Repr::Small { numerator: a, denominator: b }, Repr::Small { numerator: c, denominator: d }) = (&self.0, &other.0)
            && let (Some(n), Some(m)) = (a.checked_mul(*d), b.checked_mul(*c))
        {
            return Some(small(n, m));
        }
        Some(normal(self.to_big() / other.to_big()))
    }

    /// Numerator and denominator, when both fit in 64 bits.
    #[must_use]
    pub fn parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small { numerator, denominator } => Some((i64::try_from(*numerator).ok()?, i64::try_from(*denominator).ok()?)),
            Repr::Big(_) => None,
        }
    }

    /// The denominator in lowest terms, when it fits in 64 bits.
    #[must_use]
    pub fn denominator(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { denominator, .. } => i64::try_from(*denominator).ok(),
            Repr::Big(b) => b.denom().to_i64(),
        }
    }

    /// The largest integer not above.
    #[must_use]
    pub fn floor(&self) -> Exact {
        match &self.0 {
            Repr::Small { numerator, denominator } => {
                Exact(Repr::Small { numerator: Integer::div_floor(numerator, denominator), denominator: 1 })
            }
            Repr::Big(b) => normal(b.floor()),
        }
    }

    /// The integer it is, when it is one that fits in 64 bits.
    #[must_use]
    pub fn to_int(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { numerator, denominator: 1 } => i64::try_from(*numerator).ok(),
            Repr::Small { .. } => None,
            Repr::Big(b) => b.is_integer().then(|| b.numer().to_i64()).flatten(),
        }
    }

    /// The exact value of a decimal.
    #[must_use]
    pub fn from_decimal(value: Decimal) -> Self {
        let scale = 10_i128.checked_pow(value.scale()).unwrap_or(1);
        small(value.mantissa(), scale)
    }

    /// Decimal digits for reading, rounded half up (away from zero) to `digits` places, with a French comma
    /// and thousands separated by a narrow no-break space.
    #[must_use]
    pub fn to_french(&self, digits: u32) -> String {
        let plain = self.to_plain(digits);
        let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |r| ("-", r));
        let (whole, decimals) = rest.split_once('.').map_or((rest, None), |(w, d)| (w, Some(d)));
        let mut out = String::from(sign);
        for (k, c) in whole.chars().enumerate() {
            if k > 0 && (whole.len() - k).is_multiple_of(3) {
                out.push(crate::THIN_SPACE);
            }
            out.push(c);
        }
        if let Some(d) = decimals {
            out.push(',');
            out.push_str(d);
        }
        out
    }

    /// Decimal digits for machines (`-1234.50`), rounded half up (away from zero) to `digits` places.
    #[must_use]
    pub fn to_plain(&self, digits: u32) -> String {
        let scaled = self * &power_of_ten(digits);
        let rounded = crate::Rounding::HalfUp.to_integer(&scaled);
        let negative = rounded.is_negative();
        let text = (if negative { -rounded } else { rounded }).to_string();
        let digits = digits as usize;
        let padded = format!("{text:0>width$}", width = digits + 1);
        let (whole, decimals) = padded.split_at(padded.len() - digits);
        let sign = if negative { "-" } else { "" };
        if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
    }

    /// The shortest exact decimal with a French comma when there is one of at most 12 places, else the fraction `n/d`.
    #[must_use]
    pub fn to_shortest(&self) -> String {
        for digits in 0..=12 {
            if (self * &power_of_ten(digits)).denominator() == Some(1) {
                return self.to_french(digits);
            }
        }
        self.to_string()
    }

    pub(crate) fn from_big(value: BigRational) -> Exact {
        normal(value)
    }

    pub(crate) fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small { numerator, denominator } => BigRational::new_raw(BigInt::from(*numerator), BigInt::from(*denominator)),
            Repr::Big(b) => (**b).clone(),
        }
    }
}

/// 10 to the power `digits`.
fn power_of_ten(digits: u32) -> Exact {
    normal(BigRational::from_integer(BigInt::from(10).pow(digits)))
}

/// Lowest terms, positive denominator; `denominator` is not zero.
fn small(numerator: i128, denominator: i128) -> Exact {
    if denominator == 1 {
        return Exact(Repr::Small { numerator, denominator });
    }
    // A denominator of 64 bits, nearly always: the common divisor is found at the machine's pace.
    if let Ok(d) = u64::try_from(denominator) {
        if let Ok(n) = i64::try_from(numerator)
            && let Ok(g) = i64::try_from(common(n.unsigned_abs(), d))
        {
            let g = g.max(1);
            return Exact(Repr::Small { numerator: i128::from(n / g), denominator: denominator / i128::from(g) });
        }
        let rest = u64::try_from(numerator.unsigned_abs() % u128::from(d)).unwrap_or(0);
        let g = i128::from(common(rest, d).max(1));
        return Exact(Repr::Small { numerator: numerator / g, denominator: denominator / g });
    }
    if numerator == i128::MIN || denominator == i128::MIN {
        return normal(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)));
    }
    // Nearly all numbers fit in 64 bits, where the common divisor costs a fraction of what it costs in 128.
    if let (Ok(n), Ok(d)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        let common = n.unsigned_abs().gcd(&d.unsigned_abs()).max(1);
        let g = i128::from(common) * denominator.signum();
        return if g == 1 {
            Exact(Repr::Small { numerator, denominator })
        } else if let Ok(g) = i64::try_from(g)
            && let (Some(n), Some(d)) = (n.checked_div(g), d.checked_div(g))
        {
            Exact(Repr::Small { numerator: i128::from(n), denominator: i128::from(d) })
        } else {
            Exact(Repr::Small { numerator: numerator / g, denominator: denominator / g })
        };
    }
    let g = numerator.gcd(&denominator).max(1) * denominator.signum();
    Exact(Repr::Small { numerator: numerator / g, denominator: denominator / g })
}

/// The greatest common divisor.
fn common(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Back to 128 bits when it fits, so that equal numbers have equal forms.
fn normal(value: BigRational) -> Exact {
    match (value.numer().to_i128(), value.denom().to_i128()) {
        (Some(numerator), Some(denominator)) => Exact(Repr::Small { numerator, denominator }),
        _ => Exact(Repr::Big(Box::new(value))),
    }
}

impl Add for &Exact {
    type Output = Exact;
    fn add(self, other: &Exact) -> Exact {
        if let (Repr::Small { numerator: a, denominator: b }, Repr::Small { numerator: c, denominator: d }) = (&self.0, &other.0) {
            if b == d
                && let Some(n) = a.checked_add(*c)
            {
                return small(n, *b);
            }
            if let (Some(x), Some(y), Some(m)) = (a.checked_mul(*d), c.checked_mul(*b), b.checked_mul(*d))
                && let Some(n) = x.checked_add(y)
            {
                return small(n, m);
            }
        }
        normal(self.to_big() + other.to_big())
    }
}

impl Sub for &Exact {
    type Output = Exact;
    fn sub(self, other: &Exact) -> Exact {
        self + &-other.clone()
    }
}

impl Mul for &Exact {
    type Output = Exact;
    fn mul(self, other: &Exact) -> Exact {
        if let (Repr::Small { numerator: a, denominator: b }, Repr::Small { numerator: c, denominator: d }) = (&self.0, &other.0)
            && let (Some(n), Some(m)) = (a.checked_mul(*c), b.checked_mul(*d))
        {
            return small(n, m);
        }
        normal(self.to_big() * other.to_big())
    }
}

/// Gives 0 on a zero divisor; [`Exact::checked_div`] is for divisors that come from data.
impl Div for &Exact {
    type Output = Exact;
    fn div(self, other: &Exact) -> Exact {
        self.checked_div(other).unwrap_or(Exact::ZERO)
    }
}

impl Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        match self.0 {
            Repr::Small { numerator, denominator } if numerator != i128::MIN => Exact(Repr::Small { numerator: -numerator, denominator }),
            other => normal(-Exact(other).to_big()),
        }
    }
}

macro_rules! owned_operators {
    ($($trait:ident :: $method:ident),*) => {$(
        impl $trait for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact { $trait::$method(&self, &other) }
        }
    )*};
}
owned_operators!(Add::add, Sub::sub, Mul::mul, Div::div);

impl Default for Exact {
    fn default() -> Self {
        Exact::ZERO
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(iter: I) -> Exact {
        iter.fold(Exact::ZERO, |a, b| &a + &b)
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Repr::Small { numerator: a, denominator: b }, Repr::Small { numerator: c, denominator: d }) = (&self.0, &other.0) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(x), Some(y)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return x.cmp(&y);
            }
        }
        self.to_big().cmp(&other.to_big())
    }
}

impl std::hash::Hash for Exact {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.to_string().hash(state);
    }
}

/// `n` or `n/d`: the form files carry.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small { numerator, denominator: 1 } => write!(f, "{numerator}"),
            Repr::Small { numerator, denominator } => write!(f, "{numerator}/{denominator}"),
            Repr::Big(b) => write!(f, "{b}"),
        }
    }
}

/// The text is neither an integer, a decimal with a comma, nor a fraction `n/d` with d > 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseExactError;

/// Reads `12`, `-0,8` (French comma) and `6/7`.
impl FromStr for Exact {
    type Err = ParseExactError;
    fn from_str(text: &str) -> Result<Self, ParseExactError> {
        let integer = |t: &str| -> Result<i64, ParseExactError> {
            let digits = t.strip_prefix('-').unwrap_or(t);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ParseExactError);
            }
            t.parse().map_err(|_| ParseExactError)
        };
        if let Some((n, d)) = text.split_once('/') {
            let d = integer(d)?;
            return if d > 0 { Exact::ratio(integer(n)?, d).ok_or(ParseExactError) } else { Err(ParseExactError) };
        }
        let (whole, decimals) = text.split_once(',').unwrap_or((text, ""));
        if text.contains(',') && (decimals.is_empty() || decimals.len() > 18) {
            return Err(ParseExactError);
        }
        let negative = whole.starts_with('-');
        let whole = integer(whole)?;
        if decimals.is_empty() {
            return Ok(Exact::from_int(whole));
        }
        let fraction = Exact::ratio(integer(decimals)?, 10_i64.pow(u32::try_from(decimals.len()).unwrap_or(18))).ok_or(ParseExactError)?;
        let whole = Exact::from_int(whole);
        if decimals.starts_with('-') {
            return Err(ParseExactError);
        }
        Ok(if negative { &whole - &fraction } else { &whole + &fraction })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x(t: &str) -> Exact {
        t.parse().unwrap()
    }

    #[test]
    fn reads_integers_decimals_and_fractions() {
        assert_eq!(x("6/7").to_string(), "6/7");
        assert_eq!(x("-0,8").to_string(), "-4/5");
        assert_eq!(x("12").to_int(), Some(12));
        for bad in ["", "1.5", "1/0", "1/-2", "a", "1,", "1,-2", "--1", "1/2/3"] {
            assert!(bad.parse::<Exact>().is_err(), "{bad}");
        }
    }

    #[test]
    fn thirds_are_exact_and_overflow_goes_to_big_numbers() {
        assert_eq!(&(&x("1/3") + &x("1/3")) + &x("1/3"), Exact::ONE);
        let mut product = Exact::ONE;
        for _ in 0..20 {
            product = &product * &x("123456789123/1000003");
        }
        for _ in 0..20 {
            product = &product / &x("123456789123/1000003");
        }
        assert_eq!(product, Exact::ONE);
    }

    #[test]
    fn prints_french_numbers() {
        assert_eq!(x("1234567,895").to_french(2), "1\u{202F}234\u{202F}567,90");
        assert_eq!(x("-1/3").to_french(2), "-0,33");
        assert_eq!(x("2,5").to_plain(0), "3");
        assert_eq!(x("-2,5").to_plain(0), "-3");
        assert_eq!(x("59,0734").to_shortest(), "59,0734");
        assert_eq!(x("6/7").to_shortest(), "6/7");
    }
}
