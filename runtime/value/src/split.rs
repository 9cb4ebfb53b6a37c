//! Amounts over affectations and imputations: each part cut toward zero, the residue to rank 1, the sum always exact
//! (interfaces.md §1, "Splitting").

use num_integer::Integer;

use crate::{Exact, Money};

/// Splits an amount over shares. The shares are relative to their own sum, so 66,67 + 33,33 and 2 + 1 both work.
///
/// Each part is cut toward zero to the cent; what is left goes to the first part. No share, or shares that sum to zero or
/// less: everything goes to the first part.
#[must_use]
pub fn split_cents(amount: Money, shares: &[Exact]) -> Vec<Money> {
    if let [_] = shares {
        return vec![amount];
    }
    split_whole(amount, shares).unwrap_or_else(|| split_any(amount, shares))
}

fn split_any(amount: Money, shares: &[Exact]) -> Vec<Money> {
    let total: Exact = shares.iter().cloned().sum();
    let negative = amount < Money::ZERO;
    let magnitude = if negative { -amount } else { amount };
    let usable = !total.is_zero() && !total.is_negative();
    let mut parts: Vec<Money> = shares
        .iter()
        .map(|share| {
            let part = if usable { &(&Exact::from_int(magnitude.cents()) * share) / &total } else { Exact::ZERO };
            let cut = if part.is_negative() { Exact::ZERO } else { part.floor() };
            Money::from_cents(cut.to_int().unwrap_or(0))
        })
        .map(|m| if negative { -m } else { m })
        .collect();
    let residue = amount - parts.iter().copied().sum();
    if let Some(first) = parts.first_mut() {
        *first += residue;
    }
    parts
}

/// The same in whole numbers, when the shares have a small common denominator: what nearly all have, at a fraction of the cost.
fn split_whole(amount: Money, shares: &[Exact]) -> Option<Vec<Money>> {
    let parts: Vec<(i64, i64)> = shares.iter().map(Exact::parts).collect::<Option<_>>()?;
    let common = parts.iter().try_fold(1_i64, |common, (_, d)| Some(common.lcm(d)).filter(|c| *c <= 1_000_000_000))?;
    let weights: Vec<i128> = parts.iter().map(|(n, d)| i128::from(*n) * i128::from(common / d)).collect();
    let total: i128 = weights.iter().sum();
    let magnitude = i128::from(amount.cents()).abs();
    let mut out = Vec::with_capacity(shares.len());
    for weight in weights {
        let part = if total > 0 && weight > 0 { magnitude.checked_mul(weight)? / total } else { 0 };
        let part = Money::from_cents(i64::try_from(part).ok()?);
        out.push(if amount < Money::ZERO { -part } else { part });
    }
    let residue = amount - out.iter().copied().sum();
    if let Some(first) = out.first_mut() {
        *first += residue;
    }
    Some(out)
}

/// Splits a quantity that is never rounded (jobs) over shares relative to their own sum.
#[must_use]
pub fn split_exact(quantity: &Exact, shares: &[Exact]) -> Vec<Exact> {
    if let [_] = shares {
        return vec![quantity.clone()];
    }
    let total: Exact = shares.iter().cloned().sum();
    if total.is_zero() {
        return shares.iter().enumerate().map(|(k, _)| if k == 0 { quantity.clone() } else { Exact::ZERO }).collect();
    }
    shares.iter().map(|s| &(quantity * s) / &total).collect()
}

/// Shares an amount, first rounded to `digits` decimal places, between parties with weights ≥ 0: each gets the part below, and what is
/// left goes one unit each to the largest remainders, ties to the first. The parts make the rounded amount.
///
/// No weight above zero: every part is zero.
#[must_use]
pub fn split_largest(amount: &Exact, weights: &[Exact], digits: u32) -> Vec<Exact> {
    let total: Exact = weights.iter().cloned().sum();
    let unit = Exact::from_int(10_i64.saturating_pow(digits));
    let rounded = &crate::Rounding::HalfUp.apply(amount, digits) * &unit;
    if total.is_zero() {
        return vec![Exact::ZERO; weights.len()];
    }
    let magnitude = if rounded.is_negative() { -rounded.clone() } else { rounded.clone() };
    let mut parts: Vec<(usize, Exact, Exact)> = weights
        .iter()
        .map(|w| &(&magnitude * w) / &total)
        .enumerate()
        .map(|(k, exact)| {
            let below = exact.floor();
            let rest = &exact - &below;
            (k, below, rest)
        })
        .collect();
    let given: Exact = parts.iter().map(|(_, below, _)| below.clone()).sum();
    let left = (&magnitude - &given).to_int().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    for part in parts.iter_mut().take(left) {
        part.1 = &part.1 + &Exact::ONE;
    }
    parts.sort_by_key(|(k, ..)| *k);
    let sign = |x: Exact| if rounded.is_negative() { -x } else { x };
    parts.into_iter().map(|(_, x, _)| sign(&x / &unit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(texts: &[&str]) -> Vec<Exact> {
        texts.iter().map(|t| t.parse().unwrap()).collect()
    }

    #[test]
    fn the_residue_goes_to_the_first() {
        let parts = split_cents(Money::from_cents(606_395), &shares(&["66,67", "33,33"]));
        assert_eq!(parts, [Money::from_cents(404_284), Money::from_cents(202_111)]);
        let parts = split_cents(Money::from_cents(-100), &shares(&["1", "1", "1"]));
        assert_eq!(parts, [-34, -33, -33].map(Money::from_cents));
        assert_eq!(split_cents(Money::from_cents(7), &shares(&["0"])), [Money::from_cents(7)]);
    }

    #[test]
    fn what_is_left_goes_to_the_largest_remainders() {
        let x = |t: &str| t.parse::<Exact>().unwrap();
        assert_eq!(split_largest(&x("100"), &shares(&["1", "1", "1"]), 2), shares(&["33,34", "33,33", "33,33"]));
        assert_eq!(split_largest(&x("0,05"), &shares(&["1", "2", "0"]), 2), shares(&["0,02", "0,03", "0"]));
        assert_eq!(split_largest(&x("-1"), &shares(&["1", "2"]), 2), shares(&["-0,33", "-0,67"]));
        assert_eq!(split_largest(&x("5"), &shares(&["0", "0"]), 2), shares(&["0", "0"]));
    }

    proptest::proptest! {
        #[test]
        fn the_largest_remainder_keeps_the_sum_and_the_order(cents in -10_i64.pow(10)..10_i64.pow(10), weights in proptest::collection::vec(0_i64..1_000, 1..9)) {
            let weights: Vec<Exact> = weights.iter().map(|w| Exact::from_int(*w)).collect();
            let amount = Exact::ratio(cents, 100).unwrap();
            let parts = split_largest(&amount, &weights, 2);
            if weights.iter().any(|w| !w.is_zero()) {
                proptest::prop_assert_eq!(parts.iter().cloned().sum::<Exact>(), amount);
            }
            for (a, wa) in parts.iter().zip(&weights) {
                for (b, wb) in parts.iter().zip(&weights) {
                    let (a, b) = if cents < 0 { (-a.clone(), -b.clone()) } else { (a.clone(), b.clone()) };
                    proptest::prop_assert!(wa <= wb || a >= b);
                }
            }
        }

        #[test]
        fn whole_numbers_split_as_fractions_do(cents in any::<i64>().prop_filter("magnitude", |c| *c != i64::MIN), shares in proptest::collection::vec((-2_000_i64..10_001, 1_i64..400), 2..6)) {
            let shares: Vec<Exact> = shares.into_iter().map(|(n, d)| Exact::ratio(n, d).unwrap()).collect();
            let amount = Money::from_cents(cents);
            if let Some(parts) = split_whole(amount, &shares) {
                proptest::prop_assert_eq!(parts, split_any(amount, &shares));
            }
        }

        #[test]
        fn the_parts_always_sum_to_the_amount(cents in -10_i64.pow(12)..10_i64.pow(12), weights in proptest::collection::vec(0_i64..10_001, 1..8)) {
            let shares: Vec<Exact> = weights.iter().map(|w| Exact::from_int(*w)).collect();
            let parts = split_cents(Money::from_cents(cents), &shares);
            proptest::prop_assert_eq!(parts.iter().copied().sum::<Money>(), Money::from_cents(cents));
            // Cut toward zero: only the first part can be larger than its share.
            let total: Exact = shares.iter().cloned().sum();
            for (part, share) in parts.iter().zip(&shares).skip(1) {
                let exact = &(&Exact::from_int(cents) * share) / &total;
                proptest::prop_assert!(part.cents().unsigned_abs() <= exact.floor().to_int().unwrap_or(0).unsigned_abs().max((-exact).floor().to_int().unwrap_or(0).unsigned_abs()));
            }
            let jobs: Exact = split_exact(&Exact::ratio(1, 12).unwrap(), &shares).into_iter().sum();
            proptest::prop_assert_eq!(jobs, Exact::ratio(1, 12).unwrap());
        }
    }
}
