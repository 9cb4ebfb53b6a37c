//! Each pay line cut over the structures of its agent, with the population it takes (interfaces.md §5, §11).

use std::collections::BTreeMap;

use cadrage_value::{Exact, Money, Month, split_cents, split_exact};

use crate::memory::UNKNOWN;
use crate::{Affectation, Cube, MonthFacts, PayLine, References, Situation};

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
        let mut holders = Holders::default();
        for (month, facts) in self.months.range(..=until) {
            holders.advance(*month, facts);
            holders.pieces(*month, &facts.pay, visit);
        }
    }

    /// All pay lines, split. An agent keeps the structure and population of the last month he was in the SIRH.
    #[must_use]
    pub fn attributed(&self) -> Vec<PayPart> {
        let mut holders = Holders::default();
        let mut out = Vec::new();
        for (month, facts) in &self.months {
            holders.advance(*month, facts);
            out.append(&mut holders.parts(&self.references, *month, &facts.pay));
        }
        out
    }
}

/// What a pay line takes from its agent: where he is, by rank, and what he is.
#[derive(Debug)]
struct Holder<'f> {
    places: Vec<&'f str>,
    rates: Vec<Exact>,
    grade: &'f str,
    statut: &'f str,
    remuneration: &'f str,
}

/// Every agent as last seen.
#[derive(Debug, Default)]
pub(crate) struct Holders<'f>(BTreeMap<&'f str, Holder<'f>>);

impl<'f> Holders<'f> {
    /// Takes in the next month: the last situation begun by its end, and the newest set of affectations that touches it.
    pub(crate) fn advance(&mut self, month: Month, facts: &'f MonthFacts) {
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
            let (places, rates) = if set.is_empty() {
                (vec![s.state.structure.as_str()], vec![Exact::ONE])
            } else {
                set.into_iter().map(|a| (a.structure.as_str(), a.rate.clone())).unzip()
            };
            let holder = Holder { places, rates, grade: &s.state.grade, statut: &s.state.statut, remuneration: &s.state.remuneration };
            self.0.insert(matricule, holder);
        }
    }

    /// The lines of the month last taken in, split.
    pub(crate) fn parts(&self, references: &References, month: Month, pay: &[PayLine]) -> Vec<PayPart> {
        let mut out = Vec::with_capacity(pay.len());
        self.pieces(month, pay, &mut |piece| {
            out.push(PayPart {
                month,
                line: piece.line,
                structure: piece.structure.to_owned(),
                composante: references.composante_of(piece.structure),
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

    fn pieces<'p>(&self, month: Month, pay: &'p [PayLine], visit: &mut dyn FnMut(PayPiece<'p>))
    where
        'f: 'p,
    {
        let nobody = Holder { places: vec![UNKNOWN], rates: vec![Exact::ONE], grade: UNKNOWN, statut: UNKNOWN, remuneration: UNKNOWN };
        // An agent's lines follow each other.
        let mut before: Option<(&str, &Holder<'_>)> = None;
        for (line, p) in pay.iter().enumerate() {
            let holder = match before {
                Some((matricule, holder)) if *matricule == *p.matricule => holder,
                _ => self.0.get(&*p.matricule).unwrap_or(&nobody),
            };
            before = Some((&p.matricule, holder));
            let (grade, statut, remuneration): (&'p str, &'p str, &'p str) = (holder.grade, holder.statut, holder.remuneration);
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
            // Sources that already split by structure win; hors PSOP says its own.
            match holder.places.as_slice() {
                _ if !p.structure.is_empty() => visit(piece(&p.structure, p.amount, p.etpt.clone(), p.etpf.clone())),
                [only] => visit(piece(only, p.amount, p.etpt.clone(), p.etpf.clone())),
                places => {
                    let cents = split_cents(p.amount, &holder.rates);
                    let (etpt, etpf) = (split_exact(&p.etpt, &holder.rates), split_exact(&p.etpf, &holder.rates));
                    let parts = places.iter().zip(cents).zip(etpt.into_iter().zip(etpf));
                    parts.for_each(|((structure, cents), (etpt, etpf))| visit(piece(structure, cents, etpt, etpf)));
                }
            }
        }
    }
}
