//! Values computed agent by agent, kept as columns: eight bytes a value instead of one exact number each.

use std::collections::BTreeMap;

use cadrage_value::Exact;

use crate::columns::{Column, Columns, Tag};
use crate::{AgentValues, Value};

/// The largest common denominator of a column: beyond, each agent keeps his own.
const LARGEST_DENOMINATOR: i64 = 1_000_000_000;

/// Columns being filled, agent after agent.
#[derive(Debug)]
pub(crate) struct Packer {
    formulas: usize,
    months: usize,
    columns: Vec<Growing>,
    /// Agents who hold what no column can: a condition, a number beyond 64 bits.
    apart: BTreeMap<usize, AgentValues>,
    agents: usize,
}

#[derive(Debug)]
struct Growing {
    denominator: i64,
    numerators: Vec<i64>,
    divisors: Option<Vec<i64>>,
    tags: Option<Vec<Tag>>,
}

impl Packer {
    /// Nobody yet.
    pub(crate) fn new(formulas: usize, months: usize, agents: usize) -> Self {
        let column = || Growing { denominator: 1, numerators: Vec::with_capacity(agents), divisors: None, tags: None };
        Packer { formulas, months, columns: (0..formulas * months).map(|_| column()).collect(), apart: BTreeMap::new(), agents: 0 }
    }

    /// The next agent's values, by month then formula.
    pub(crate) fn push(&mut self, values: AgentValues) {
        let mut fits = true;
        for (k, column) in self.columns.iter_mut().enumerate() {
            let value = k.checked_div(self.formulas).and_then(|m| values.get(m)?.get(k % self.formulas));
            fits &= column.push(value.unwrap_or(&Value::Missing));
        }
        if !fits {
            self.apart.insert(self.agents, values);
        }
        self.agents += 1;
    }

    /// The columns.
    pub(crate) fn finish(self) -> Columns {
        let columns = self.columns.into_iter().map(|c| Column {
            denominator: c.denominator,
            numerators: c.numerators,
            divisors: c.divisors,
            tags: c.tags,
        });
        Columns::new(self.formulas, self.months, columns.collect(), self.apart)
    }
}

impl Growing {
    /// Adds a value; false when it does not fit, and something else holds its place.
    fn push(&mut self, value: &Value) -> bool {
        let (numerator, divisor, tag, fits) = match value {
            Value::NotApplicable => (0, 1, Tag::NotApplicable, true),
            Value::Missing => (0, 1, Tag::Missing, true),
            Value::Flag(_) => (0, 1, Tag::Missing, false),
            Value::Known(x) => match self.cell(x) {
                Some((numerator, divisor)) => (numerator, divisor, Tag::Known, true),
                None => (0, 1, Tag::Missing, false),
            },
        };
        let before = self.numerators.len();
        self.numerators.push(numerator);
        if divisor != 1 && self.divisors.is_none() {
            self.divisors = Some(vec![1; before]);
        }
        if let Some(divisors) = &mut self.divisors {
            divisors.push(divisor);
        }
        if tag != Tag::Known && self.tags.is_none() {
            self.tags = Some(vec![Tag::Known; before]);
        }
        if let Some(tags) = &mut self.tags {
            tags.push(tag);
        }
        fits
    }

    /// Numerator over the column's denominator, and what divides it besides. The denominator grows when it can.
    fn cell(&mut self, x: &Exact) -> Option<(i64, i64)> {
        let (n, d) = x.parts()?;
        if self.denominator % d == 0 {
            return Some((n.checked_mul(self.denominator / d)?, 1));
        }
        let common = gcd(self.denominator, d);
        if self.divisors.is_none()
            && let Some(grown) = self.denominator.checked_mul(d / common).filter(|g| *g <= LARGEST_DENOMINATOR)
            && let Some(numerator) = n.checked_mul(grown / d)
            && self.scale(grown / self.denominator)
        {
            self.denominator = grown;
            return Some((numerator, 1));
        }
        Some((n.checked_mul(self.denominator / common)?, d / common))
    }

    /// Multiplies what is there, unless something would not fit.
    fn scale(&mut self, factor: i64) -> bool {
        if self.numerators.iter().any(|n| n.checked_mul(factor).is_none()) {
            return false;
        }
        self.numerators.iter_mut().for_each(|n| *n *= factor);
        true
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let ratio = |n: i64, d: i64| Value::Known(Exact::ratio(n, d).unwrap());
        prop_oneof![
            6 => (-1_000_000_i64..1_000_000, prop::sample::select(vec![1_i64, 2, 3, 7, 30, 100, 1_200])).prop_map(move |(n, d)| ratio(n, d)),
            1 => (any::<i64>().prop_filter("not the hole", |n| *n != i64::MIN), 1_i64..i64::MAX).prop_map(move |(n, d)| ratio(n, d)),
            1 => any::<i64>().prop_filter("not the hole", |n| *n != i64::MIN).prop_map(move |n| {
                let Value::Known(x) = ratio(n, 1) else { return Value::Missing };
                Value::Known(&(&x * &x) * &Exact::from_int(7))
            }),
            1 => Just(Value::NotApplicable),
            1 => Just(Value::Missing),
            1 => any::<bool>().prop_map(Value::Flag),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_packed_comes_back(people in prop::collection::vec(prop::collection::vec(prop::collection::vec(value(), 2), 3), 0..40)) {
            let mut packer = Packer::new(2, 3, people.len());
            people.iter().for_each(|values| packer.push(values.clone()));
            let columns = packer.finish();
            for (agent, values) in people.iter().enumerate() {
                prop_assert_eq!(&columns.agent(agent), values);
                for (m, row) in values.iter().enumerate() {
                    for (f, value) in row.iter().enumerate() {
                        if let Some(amount) = columns.cents(agent, m, f) {
                            prop_assert_eq!(Some(amount.to_exact()), value.or_zero());
                        }
                    }
                }
            }
            for (m, f) in [(0, 0), (1, 0), (2, 1)] {
                let known: Vec<Exact> = people.iter().filter_map(|p| if let Value::Known(x) = &p[m][f] { Some(x.clone()) } else { None }).collect();
                let sum = (!known.is_empty()).then(|| known.into_iter().sum::<Exact>());
                if let Some(total) = columns.all_cents(m, f) {
                    prop_assert_eq!(Some(total.to_exact()), sum.clone().or(Some(Exact::ZERO)));
                }
                prop_assert_eq!(columns.sum(m, f), sum);
            }
        }
    }
}
