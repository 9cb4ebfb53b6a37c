//! Each pay line cut over the structures of its agent, with the population it takes (interfaces.md §5, §11).

use std::borrow::Borrow;
use std::collections::BTreeMap;

use cadrage_value::{Exact, Money, Month, split_cents, split_exact};

use crate::memory::UNKNOWN;
use crate::{Affectation, Cube, MonthFacts, PayLine, Situation};

/// A part of a pay line on one structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayPart {
    /// Pay month.
    pub month: Month,
    /// Position in the month's `pay`.
    pub line: usize,
    /// Structure, or `?`.
    pub structure: String,
    /// Its composante, or `?`.
    pub composante: String,
    /// The agent's grade then, or `?`.
    pub grade: String,
    /// The agent's statut then, or `?`.
    pub statut: String,
    /// The agent's mode of pay then, or `?`.
    pub remuneration: String,
    /// Cents of this part.
    pub amount: Money,
    /// ETPT of this part.
    pub etpt: Exact,
    /// ETPF of this part.
    pub etpf: Exact,
}

/// The same, borrowed: the facts are there, nothing is copied.
#[derive(Debug)]
pub struct PayPiece<'f> {
    /// Pay month.
    pub month: Month,
    /// Position in the month's `pay`.
    pub line: usize,
    /// The line.
    pub pay: &'f PayLine,
    /// See [`PayPart::structure`].
    pub structure: &'f str,
    /// See [`PayPart::grade`].
    pub grade: &'f str,
    /// See [`PayPart::statut`].
    pub statut: &'f str,
    /// See [`PayPart::remuneration`].
    pub remuneration: &'f str,
    /// Cents of this part.
    pub amount: Money,
    /// ETPT of this part.
    pub etpt: Exact,
    /// ETPF of this part.
    pub etpf: Exact,
}

impl Cube {
    /// Visits all pay lines up to a month, split, one month after the other.
    pub fn each_piece<'f>(&'f self, until: Month, visit: &mut dyn FnMut(PayPiece<'f>)) {
        let mut holders: Holders<&'f str> = Holders::default();
        for (month, facts) in self.months.range(..=until) {
            holders.advance(*month, facts);
            holders.pieces(*month, facts.pay.iter(), |text| *text, visit);
        }
    }

    /// All pay lines, split. An agent keeps the structure and population of the last month he was in the SIRH.
    #[must_use]
    pub fn attributed(&self) -> Vec<PayPart> {
        let mut out = Vec::new();
        let Some((last, _)) = self.months.last_key_value() else { return out };
        self.each_piece(*last, &mut |piece| {
            out.push(PayPart {
                month: piece.month,
                line: piece.line,
                structure: piece.structure.to_owned(),
                composante: self.references.composante_of(piece.structure),
                grade: piece.grade.to_owned(),
                statut: piece.statut.to_owned(),
                remuneration: piece.remuneration.to_owned(),
                amount: piece.amount,
                etpt: piece.etpt,
                etpf: piece.etpf,
            });
        });
        out
    }
}

/// What a pay line takes from its agent: where he is, by rank, and what he is.
#[derive(Clone, Debug)]
struct Holder<T> {
    places: Vec<T>,
    rates: Vec<Exact>,
    grade: T,
    statut: T,
    remuneration: T,
}

/// Every agent as last seen. Texts are those of the facts, or shared ones when the facts do not stay.
#[derive(Clone, Debug)]
pub(crate) struct Holders<T>(BTreeMap<T, Holder<T>>);

impl<T> Default for Holders<T> {
    fn default() -> Self {
        Holders(BTreeMap::new())
    }
}

impl<T: Ord + Borrow<str>> Holders<T> {
    /// Takes in the next month: the last situation begun by its end, and the newest set of affectations that touches it.
    pub(crate) fn advance<'f>(&mut self, month: Month, facts: &'f MonthFacts)
    where
        T: From<&'f str>,
    {
        let mut sets: BTreeMap<&str, Vec<&Affectation>> = BTreeMap::new();
        for a in &facts.affectations {
            if a.start <= month.last_day() && a.end.is_none_or(|e| e > month.first_day()) {
                let set = sets.entry(&a.matricule).or_default();
                match set.first().map(|first| first.start.cmp(&a.start)) {
                    Some(std::cmp::Ordering::Less) => *set = vec![a],
                    Some(std::cmp::Ordering::Greater) => {}
                    _ => set.push(a),
                }
            }
        }
        let mut last: BTreeMap<&str, &Situation> = BTreeMap::new();
        for s in facts.situations.iter().filter(|s| s.start <= month.last_day()) {
            let slot = last.entry(&s.matricule).or_insert(s);
            if s.start >= slot.start {
                *slot = s;
            }
        }
        for (matricule, s) in last {
            let mut set = sets.remove(matricule).unwrap_or_default();
            set.sort_by_key(|a| a.rank);
            let text = |text: &'f str| T::from(text);
            let (places, rates) = if set.is_empty() {
                (vec![text(&s.state.structure)], vec![Exact::ONE])
            } else {
                set.into_iter().map(|a| (text(&a.structure), a.rate.clone())).unzip()
            };
            let (grade, statut, remuneration) = (text(&s.state.grade), text(&s.state.statut), text(&s.state.remuneration));
            self.0.insert(text(matricule), Holder { places, rates, grade, statut, remuneration });
        }
    }

    /// The lines of the month last taken in, split. `text` reads the texts held as long as the lines last.
    pub(crate) fn pieces<'h, 'p>(
        &'h self,
        month: Month,
        pay: impl Iterator<Item = &'p PayLine>,
        text: impl Fn(&'h T) -> &'p str,
        visit: &mut dyn FnMut(PayPiece<'p>),
    ) {
        // An agent's lines follow each other.
        let mut before: Option<(&str, Option<&'h Holder<T>>)> = None;
        for (line, p) in pay.enumerate() {
            let holder = match before {
                Some((matricule, holder)) if *matricule == *p.matricule => holder,
                _ => self.0.get(&*p.matricule),
            };
            before = Some((&p.matricule, holder));
            let of = |field: fn(&Holder<T>) -> &T| holder.map_or(UNKNOWN, |h| text(field(h)));
            let (grade, statut, remuneration) = (of(|h| &h.grade), of(|h| &h.statut), of(|h| &h.remuneration));
            let piece = |structure: &'p str, amount, etpt, etpf| PayPiece {
                month,
                line,
                pay: p,
                structure,
                grade,
                statut,
                remuneration,
                amount,
                etpt,
                etpf,
            };
            let whole = |structure| piece(structure, p.amount, (*p.etpt).clone(), (*p.etpf).clone());
            // Sources that already split by structure win; hors PSOP says its own.
            match holder.map(|h| (h.places.as_slice(), h.rates.as_slice())) {
                _ if !p.structure.is_empty() => visit(whole(&p.structure)),
                None => visit(whole(UNKNOWN)),
                Some(([only], _)) => visit(whole(text(only))),
                Some((places, rates)) => {
                    let cents = split_cents(p.amount, rates);
                    let (etpt, etpf) = (split_exact(&p.etpt, rates), split_exact(&p.etpf, rates));
                    let parts = places.iter().zip(cents).zip(etpt.into_iter().zip(etpf));
                    parts.for_each(|((structure, cents), (etpt, etpf))| visit(piece(text(structure), cents, etpt, etpf)));
                }
            }
        }
    }
}
