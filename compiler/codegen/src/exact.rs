//! The only floating-point arithmetic of the product: whole numbers below 2^53 and the inverses of divisors, as bits.

/// The bits of a whole number, exact below 2^53.
#[must_use]
pub fn bits(x: i64) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "callers stay below 2^53")]
    let x = x as f64;
    x.to_bits()
}

/// The whole number of these bits.
#[must_use]
pub fn whole(bits: u64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    let x = f64::from_bits(bits) as i64;
    x
}

/// The bits of 1 / divisor, correctly rounded.
#[must_use]
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "the inverse that rounded division multiplies by (kernels.md §4)")]
pub(crate) fn inverse(divisor: i64) -> u64 {
    (1.0 / divisor as f64).to_bits()
}
