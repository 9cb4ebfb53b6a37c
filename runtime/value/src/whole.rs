//! Common divisors and multiples of whole numbers: what denominators are brought together by.

/// The largest divisor of both; 1 when both are 0.
#[must_use]
pub fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    let (mut x, mut y) = (a.unsigned_abs(), b.unsigned_abs());
    while y != 0 {
        (x, y) = (y, x % y);
    }
    i64::try_from(x).unwrap_or(1).max(1)
}

/// The smallest multiple of two numbers above 0; `None` beyond 64 bits.
#[must_use]
pub fn least_common_multiple(a: i64, b: i64) -> Option<i64> {
    (a / greatest_common_divisor(a, b)).checked_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_and_is_divided() {
        assert_eq!((greatest_common_divisor(12, 18), greatest_common_divisor(-12, 18), greatest_common_divisor(0, 0)), (6, 6, 1));
        assert_eq!(greatest_common_divisor(i64::MIN, 6), 2);
        assert_eq!((least_common_multiple(12, 18), least_common_multiple(7, 1)), (Some(36), Some(7)));
        assert_eq!(least_common_multiple(i64::MAX, i64::MAX), Some(i64::MAX));
        assert_eq!(least_common_multiple(i64::MAX, i64::MAX - 1), None);
    }
}
