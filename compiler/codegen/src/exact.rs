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

/// The bits of what a number is multiplied by to be divided and rounded half up in one fused operation. An even divisor has ties: the next
/// number above 1 / divisor carries them beyond the half, away from zero, whatever their sign. An odd one has none.
#[must_use]
pub(crate) fn rounding_inverse(divisor: i64) -> u64 {
    inverse(divisor) + u64::from(divisor % 2 == 0)
}

#[cfg(test)]
#[expect(clippy::float_arithmetic, reason = "what the machine does, step by step")]
mod tests {
    use super::*;

    /// Rounded as compiled code rounds with a fused multiply-add.
    fn rounded(n: i64, divisor: i64) -> i64 {
        let magic = f64::from_bits(0x4338_0000_0000_0000);
        let near = f64::from_bits(bits(n)).mul_add(f64::from_bits(rounding_inverse(divisor)), magic);
        whole((near - magic).to_bits())
    }

    fn half_up(n: i64, d: i64) -> i64 {
        let magnitude = (2 * i128::from(n).abs() + i128::from(d)) / (2 * i128::from(d));
        i64::try_from(if n < 0 { -magnitude } else { magnitude }).unwrap()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

        /// Near ties, on both sides and on them, up to the bound of the lanes.
        #[test]
        fn ties_go_away_from_zero(quotient in 0_i64..(1 << 50), divisor in 2_i64..4_000_000_000, near in -2_i64..3, negative: bool) {
            let limit = (1_i64 << 51) - 3;
            let tie = (i128::from(quotient % (limit / divisor).max(1)) * 2 + 1) * i128::from(divisor) / 2;
            let n = (i64::try_from(tie).unwrap() + near).clamp(0, limit);
            let n = if negative { -n } else { n };
            proptest::prop_assert_eq!(rounded(n, divisor), half_up(n, divisor), "{} / {}", n, divisor);
        }

        #[test]
        fn any_number_is_rounded(n in -((1_i64 << 51) - 3)..((1_i64 << 51) - 3), divisor in proptest::sample::select(vec![2_i64, 3, 6, 7, 10, 12, 35, 64, 70, 100, 600, 1000, 1024, 10_000, 84_000_000, 1 << 40])) {
            proptest::prop_assert_eq!(rounded(n, divisor), half_up(n, divisor), "{} / {}", n, divisor);
        }
    }
}
