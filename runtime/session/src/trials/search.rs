//! Where a function of the points of a grid is zero: signs on some posts of the grid, then ever narrower between two that differ.

use std::collections::BTreeMap;

use cadrage_value::Exact;

/// Where it is zero, or goes from one side of zero to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// At each point from the first to the last.
    Zero(i64, i64),
    /// Between two neighbours.
    Between(i64, i64),
}

/// How many intervals are looked at for a change of sign.
pub(super) const INTERVALS: i64 = 8;

/// The search, and every point it asked for.
pub(super) struct Search<'f, E> {
    gap: &'f mut dyn FnMut(i64) -> Result<Exact, E>,
    known: BTreeMap<i64, Exact>,
}

impl<'f, E> Search<'f, E> {
    pub(super) fn new(gap: &'f mut dyn FnMut(i64) -> Result<Exact, E>) -> Self {
        Search { gap, known: BTreeMap::new() }
    }

    /// Every point asked for, and its gap.
    pub(super) fn known(self) -> BTreeMap<i64, Exact> {
        self.known
    }

    fn at(&mut self, point: i64) -> Result<Exact, E> {
        if let Some(x) = self.known.get(&point) {
            return Ok(x.clone());
        }
        let x = (self.gap)(point)?;
        self.known.insert(point, x.clone());
        Ok(x)
    }

    /// All that is found between two points, in order.
    pub(super) fn all(&mut self, low: i64, high: i64) -> Result<Vec<Found>, E> {
        let posts = posts(low, high);
        let mut out: Vec<Found> = Vec::new();
        for (k, post) in posts.iter().enumerate() {
            if self.at(*post)?.is_zero() {
                add(&mut out, Found::Zero(*post, *post));
            }
            let Some(next) = posts.get(k + 1) else { break };
            match (sign(&self.at(*post)?), sign(&self.at(*next)?)) {
                (0, 0) => self.between_zeros(*post, *next, &mut out)?,
                (0, _) => add(&mut out, Found::Zero(*post, self.edge(*next, *post)?)),
                (_, 0) => add(&mut out, Found::Zero(self.edge(*post, *next)?, *next)),
                (a, b) if a != b => {
                    let found = self.narrow(*post, *next)?;
                    add(&mut out, found);
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// Two posts are zero: so is all between them when their middle is.
    fn between_zeros(&mut self, a: i64, b: i64, out: &mut Vec<Found>) -> Result<(), E> {
        let middle = a + (b - a) / 2;
        if self.at(middle)?.is_zero() {
            add(out, Found::Zero(a, b));
        } else {
            add(out, Found::Zero(a, self.edge(middle, a)?));
            add(out, Found::Zero(self.edge(middle, b)?, b));
        }
        Ok(())
    }

    /// The zero nearest to a point that is none, from a zero.
    fn edge(&mut self, mut other: i64, mut zero: i64) -> Result<i64, E> {
        while (other - zero).abs() > 1 {
            let middle = zero + (other - zero) / 2;
            if self.at(middle)?.is_zero() { zero = middle } else { other = middle }
        }
        Ok(zero)
    }

    /// Between two points of opposite signs: a straight line's guess, its neighbour, the middle, in turn.
    fn narrow(&mut self, mut a: i64, mut b: i64) -> Result<Found, E> {
        let (mut turn, mut low_moved) = (0, false);
        while b - a > 1 {
            let (x, y) = (self.at(a)?, self.at(b)?);
            let guess = match turn % 3 {
                0 => straight(a, &x, b, &y),
                1 if low_moved => a + 1,
                1 => b - 1,
                _ => a + (b - a) / 2,
            };
            turn += 1;
            let guess = guess.clamp(a + 1, b - 1);
            let z = self.at(guess)?;
            match sign(&z) {
                0 => return Ok(Found::Zero(self.edge(a, guess)?, self.edge(b, guess)?)),
                s if s == sign(&x) => (a, low_moved) = (guess, true),
                _ => (b, low_moved) = (guess, false),
            }
        }
        Ok(Found::Between(a, b))
    }
}

/// One more; a stretch that goes on is one.
fn add(out: &mut Vec<Found>, found: Found) {
    match (out.last_mut(), found) {
        (Some(Found::Zero(_, end)), Found::Zero(from, to)) if from <= *end + 1 => *end = to.max(*end),
        _ => out.push(found),
    }
}

fn sign(x: &Exact) -> i8 {
    if x.is_zero() {
        0
    } else if x.is_negative() {
        -1
    } else {
        1
    }
}

/// Where a straight line between two points crosses zero.
fn straight(a: i64, x: &Exact, b: i64, y: &Exact) -> i64 {
    let part = x.checked_div(&(x - y)).map(|share| &share * &Exact::from_int(b - a));
    a.saturating_add(part.and_then(|p| p.floor().to_int()).unwrap_or(0))
}

/// The points whose signs are looked at.
fn posts(low: i64, high: i64) -> Vec<i64> {
    let mut out: Vec<i64> = (0..=INTERVALS).map(|k| low + (high - low) / INTERVALS * k).collect();
    if let Some(last) = out.last_mut() {
        *last = high;
    }
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(low: i64, high: i64, f: impl Fn(i64) -> i64) -> (Vec<Found>, usize) {
        let mut gap = |k: i64| Ok::<Exact, ()>(Exact::from_int(f(k)));
        let mut search = Search::new(&mut gap);
        let found = search.all(low, high).expect("no fault");
        (found, search.known().len())
    }

    #[test]
    fn a_line_is_found_in_few_points() {
        assert_eq!(search(0, 1_000_000, |k| 3 * k - 7 * 3).0, [Found::Zero(7, 7)]);
        let (found, asked) = search(0, 1_000_000, |k| 3 * k - 1_234_567);
        assert_eq!(found, [Found::Between(411_522, 411_523)]);
        assert!(asked <= 14, "{asked}");
        assert_eq!(search(-5, 5, |k| 2 - k).0, [Found::Zero(2, 2)]);
    }

    #[test]
    fn steps_stretches_and_bends() {
        // Rounding makes stretches.
        assert_eq!(search(0, 1000, |k| k / 10 - 42).0, [Found::Zero(420, 429)]);
        assert_eq!(search(0, 1000, |_| 0).0, [Found::Zero(0, 1000)]);
        assert_eq!(search(0, 1000, |_| 5).0, []);
        assert_eq!(search(0, 1000, |k| if k < 333 { -1 } else { 1 }).0, [Found::Between(332, 333)]);
        // Down then up.
        assert_eq!(search(0, 1000, |k| (k - 500).abs() - 200).0, [Found::Zero(300, 300), Found::Zero(700, 700)]);
        assert_eq!(search(3, 3, |_| 0).0, [Found::Zero(3, 3)]);
        assert_eq!(search(3, 4, |k| 2 * k - 7).0, [Found::Between(3, 4)]);
    }

    /// A curve that a straight line guesses badly is still cut in two every third turn.
    #[test]
    fn a_bent_function_ends() {
        let (found, asked) = search(0, 4096, |k| if k < 4095 { -1 } else { 1_000_000_000 });
        assert_eq!(found, [Found::Between(4094, 4095)]);
        assert!(asked <= 45, "{asked}");
    }
}
