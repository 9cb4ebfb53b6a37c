//! Amounts and jobs of an agent-month over his imputations, then over his affectations (interfaces.md §1, "Splitting").

use std::sync::Arc;

use cadrage_value::{Exact, Money, split_cents, split_exact};

/// A cost centre's share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imputation {
    /// Cost centre, or `?`.
    pub centre: Arc<str>,
    /// eOTP, may be empty.
    pub eotp: Arc<str>,
    /// Resource of the centre.
    pub plafond: Arc<str>,
    /// Per cent.
    pub share: Exact,
}

/// How an agent-month is split: parts by rank, both lists never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Analytic parts.
    pub imputations: Vec<Imputation>,
    /// Structures and rates.
    pub places: Vec<(Arc<str>, Exact)>,
}

impl Keys {
    fn shares(&self) -> (Vec<Exact>, Vec<Exact>) {
        (self.imputations.iter().map(|i| i.share.clone()).collect(), self.places.iter().map(|(_, r)| r.clone()).collect())
    }
}

/// Parts of an amount: position of the imputation, position of the place, cents. The sum is always the amount.
#[must_use]
pub fn split_amount(amount: Money, keys: &Keys) -> Vec<(usize, usize, Money)> {
    // Nearly everybody is wholly in one place.
    if keys.imputations.len() == 1 && keys.places.len() == 1 {
        return vec![(0, 0, amount)];
    }
    let (shares, rates) = keys.shares();
    let parts = split_cents(amount, &shares).into_iter().enumerate();
    parts.flat_map(|(k, part)| split_cents(part, &rates).into_iter().enumerate().map(move |(p, cents)| (k, p, cents))).collect()
}

/// Parts of a job, exact.
#[must_use]
pub fn split_job(job: &Exact, keys: &Keys) -> Vec<(usize, usize, Exact)> {
    if keys.imputations.len() == 1 && keys.places.len() == 1 {
        return vec![(0, 0, job.clone())];
    }
    let (shares, rates) = keys.shares();
    let parts = split_exact(job, &shares).into_iter().enumerate();
    parts.flat_map(|(k, part)| split_exact(&part, &rates).into_iter().enumerate().map(move |(p, x)| (k, p, x))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cuts_keep_the_sum() {
        let x = |t: &str| t.parse::<Exact>().unwrap();
        let imputation = |share: &str| Imputation { centre: "C".into(), eotp: "".into(), plafond: "ETAT".into(), share: x(share) };
        let keys = Keys {
            imputations: vec![imputation("66,67"), imputation("33,33")],
            places: vec![("A".into(), x("80")), ("B".into(), x("20"))],
        };
        let parts = split_amount(Money::from_cents(10_001), &keys);
        assert_eq!(parts.iter().map(|p| p.2).sum::<Money>(), Money::from_cents(10_001));
        assert_eq!(parts.len(), 4);
        let job: Exact = split_job(&x("1/12"), &keys).into_iter().map(|p| p.2).sum();
        assert_eq!(job, x("1/12"));
    }
}
