//! What a coded attribute must satisfy: a set of codes, its complement, or ranks (`échelon >= 3`).

use std::collections::BTreeSet;

use cadrage_value::Exact;

use crate::Shape;

/// Words (codes that are no number): a list, or all but a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// These.
    Only(BTreeSet<String>),
    /// All but these.
    But(BTreeSet<String>),
}

impl Words {
    fn accepts(&self, word: &str) -> bool {
        match self {
            Words::Only(set) => set.contains(word),
            Words::But(set) => !set.contains(word),
        }
    }

    fn complement(&self) -> Words {
        match self {
            Words::Only(set) => Words::But(set.clone()),
            Words::But(set) => Words::Only(set.clone()),
        }
    }

    fn intersect(&self, other: &Words) -> Words {
        match (self, other) {
            (Words::Only(a), b) | (b, Words::Only(a)) => Words::Only(a.iter().filter(|w| b.accepts(w)).cloned().collect()),
            (Words::But(a), Words::But(b)) => Words::But(a | b),
        }
    }

    fn included_in(&self, other: &Words) -> bool {
        match (self, other) {
            (Words::Only(a), b) => a.iter().all(|w| b.accepts(w)),
            (Words::But(a), Words::But(b)) => b.is_subset(a),
            (Words::But(_), Words::Only(_)) => false,
        }
    }
}

/// Codes that one attribute accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// One of these codes.
    In(BTreeSet<String>),
    /// None of these codes.
    NotIn(BTreeSet<String>),
    /// Codes that are whole numbers by rank, the others by name.
    Ranked {
        /// Which ranks.
        ranks: Shape,
        /// Which other codes.
        words: Words,
    },
}

/// The number that a code is, when it is written as one.
fn rank(code: &str) -> Option<Exact> {
    let plain = !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) && (code == "0" || !code.starts_with('0'));
    if plain { code.parse::<i64>().ok().map(Exact::from_int) } else { None }
}

fn naturals(shape: &Shape) -> Shape {
    shape.whole().intersect(&Shape::at_least(Exact::ZERO))
}

impl Constraint {
    /// Codes whose rank is inside.
    #[must_use]
    pub fn ranked(ranks: &Shape) -> Constraint {
        Constraint::Ranked { ranks: naturals(ranks), words: Words::Only(BTreeSet::new()) }
    }

    /// Does `code` satisfy it?
    #[must_use]
    pub fn accepts(&self, code: &str) -> bool {
        match self {
            Constraint::In(set) => set.contains(code),
            Constraint::NotIn(set) => !set.contains(code),
            Constraint::Ranked { ranks, words } => rank(code).map_or_else(|| words.accepts(code), |n| ranks.accepts(&n)),
        }
    }

    /// The codes it does not accept.
    #[must_use]
    pub fn complement(&self) -> Constraint {
        match self {
            Constraint::In(set) => Constraint::NotIn(set.clone()),
            Constraint::NotIn(set) => Constraint::In(set.clone()),
            Constraint::Ranked { ranks, words } => Constraint::Ranked { ranks: naturals(&ranks.complement()), words: words.complement() },
        }
    }

    /// Codes that both accept.
    #[must_use]
    pub fn intersect(&self, other: &Constraint) -> Constraint {
        match (self, other) {
            (Constraint::In(a), b) | (b, Constraint::In(a)) => Constraint::In(a.iter().filter(|c| b.accepts(c)).cloned().collect()),
            (Constraint::NotIn(a), Constraint::NotIn(b)) => Constraint::NotIn(a | b),
            (a, b) => {
                let ((r, v), (s, w)) = (a.as_ranks(), b.as_ranks());
                Constraint::Ranked { ranks: r.intersect(&s), words: v.intersect(&w) }
            }
        }
    }

    /// The same codes as ranks and words.
    fn as_ranks(&self) -> (Shape, Words) {
        let split = |set: &BTreeSet<String>| -> (Shape, BTreeSet<String>) {
            let numbers = set.iter().filter_map(|c| rank(c)).fold(Shape::none(), |s, n| s.union(&Shape::only(n)));
            (naturals(&numbers), set.iter().filter(|c| rank(c).is_none()).cloned().collect())
        };
        match self {
            Constraint::Ranked { ranks, words } => (ranks.clone(), words.clone()),
            Constraint::In(set) => {
                let (ranks, words) = split(set);
                (ranks, Words::Only(words))
            }
            Constraint::NotIn(set) => {
                let (ranks, words) = split(set);
                (naturals(&ranks.complement()), Words::But(words))
            }
        }
    }

    /// Does it accept no code?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Constraint::In(set) => set.is_empty(),
            Constraint::NotIn(_) => false,
            Constraint::Ranked { ranks, words } => ranks.is_empty() && *words == Words::Only(BTreeSet::new()),
        }
    }

    /// Does `other` accept every code that this one accepts?
    #[must_use]
    pub fn included_in(&self, other: &Constraint) -> bool {
        match (self, other) {
            (Constraint::In(a), b) => a.iter().all(|c| b.accepts(c)),
            (Constraint::NotIn(a), Constraint::NotIn(b)) => b.is_subset(a),
            (a, b) => {
                let ((r, v), (s, w)) = (a.as_ranks(), b.as_ranks());
                r.included_in(&s) && v.included_in(&w)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ranks_and_lists_agree() {
        let from_three = Constraint::ranked(&Shape::at_least(Exact::from_int(3)));
        assert!(from_three.accepts("3") && from_three.accepts("11") && !from_three.accepts("2") && !from_three.accepts("HEA"));
        assert!(Constraint::In(set(&["3", "4"])).included_in(&from_three));
        assert!(!Constraint::In(set(&["3", "HEA"])).included_in(&from_three));
        let others = from_three.complement();
        assert!(others.accepts("HEA") && others.accepts("2") && !others.accepts("3"));
        assert!(others.intersect(&from_three).is_empty());
        assert_eq!(others.complement(), from_three);
        assert!(from_three.included_in(&Constraint::NotIn(set(&["1", "2", "HEA"]))));
        assert!(!from_three.included_in(&Constraint::NotIn(set(&["5"]))));
        let but_five = from_three.intersect(&Constraint::NotIn(set(&["5", "HEA"])));
        assert!(but_five.accepts("4") && !but_five.accepts("5") && but_five.included_in(&from_three));
        let three_to_five = Constraint::ranked(&Shape::between(Some((Exact::from_int(3), true)), Some((Exact::from_int(5), true))));
        assert!(three_to_five.included_in(&Constraint::In(set(&["3", "4", "5"]))));
        assert!(Constraint::In(set(&["3", "4", "5"])).included_in(&three_to_five));
    }
}
