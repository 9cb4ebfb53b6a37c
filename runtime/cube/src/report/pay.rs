//! Euros and jobs of a pay file: by plafond and nature, on the technical members, by month of right.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cadrage_value::{Exact, Money, Month};

use super::{JobTotal, LoadReport, PlafondTotal, UnknownTotal, accounts};
use crate::memory::UNKNOWN;
use crate::{Kind, PayLine, PayPiece, References};

/// Sums of the lines of a file and of their parts.
pub(crate) struct PayTotals<'r> {
    references: &'r References,
    kind: Kind,
    accepted: Money,
    /// By plafond and nature (`true` = antérieur).
    totals: BTreeMap<(Arc<str>, bool), PlafondTotal>,
    accounts: HashMap<Arc<str>, Money>,
    unknown: BTreeMap<&'static str, Money>,
    jobs: BTreeMap<(Month, Arc<str>), (Exact, Exact)>,
    /// Structures met: has it a composante?
    placed: HashMap<String, bool>,
}

impl<'r> PayTotals<'r> {
    pub(crate) fn new(references: &'r References, kind: Kind) -> Self {
        PayTotals {
            references,
            kind,
            accepted: Money::ZERO,
            totals: BTreeMap::new(),
            accounts: HashMap::new(),
            unknown: BTreeMap::new(),
            jobs: BTreeMap::new(),
            placed: HashMap::new(),
        }
    }

    /// Takes in a line, before its parts.
    pub(crate) fn line(&mut self, p: &PayLine) {
        self.accepted += p.amount;
        *self.accounts.entry(Arc::clone(&p.compte)).or_default() += p.amount;
        let total = self.totals.entry((Arc::clone(&p.plafond), p.anterieur)).or_insert_with(|| PlafondTotal {
            plafond: p.plafond.to_string(),
            nature: if p.anterieur { "ANTERIEUR" } else { "COURANT" }.to_owned(),
            accepted: Money::ZERO,
            attributed: Money::ZERO,
            unknown: Money::ZERO,
        });
        total.accepted += p.amount;
    }

    fn is_placed(&mut self, structure: &str) -> bool {
        if let Some(placed) = self.placed.get(structure) {
            return *placed;
        }
        let placed = self.references.composante_of(structure) != UNKNOWN;
        self.placed.insert(structure.to_owned(), placed);
        placed
    }

    /// Takes in a part of a line.
    pub(crate) fn piece(&mut self, piece: &PayPiece<'_>) {
        let (p, hors_psop) = (piece.pay, self.kind == Kind::HorsPsop);
        let axes = [
            ("agent", !hors_psop && *p.matricule == *UNKNOWN),
            ("structure", !self.is_placed(piece.structure)),
            ("grade", !hors_psop && piece.grade == UNKNOWN),
            ("centre_de_cout", *p.centre == *UNKNOWN),
            ("rubrique", *p.rubrique == *UNKNOWN),
            ("compte", !hors_psop && *p.compte == *UNKNOWN),
            ("plafond", *p.plafond == *UNKNOWN),
        ];
        for (axis, _) in axes.iter().filter(|(_, on)| *on) {
            *self.unknown.entry(axis).or_default() += piece.amount;
        }
        if let Some(total) = self.totals.get_mut(&(Arc::clone(&p.plafond), p.anterieur)) {
            let slot = if axes.iter().any(|(_, on)| *on) { &mut total.unknown } else { &mut total.attributed };
            *slot += piece.amount;
        }
        if !(piece.etpt.is_zero() && piece.etpf.is_zero()) {
            let job = self.jobs.entry((p.right(), Arc::clone(&p.plafond))).or_insert((Exact::ZERO, Exact::ZERO));
            job.0 = &job.0 + &piece.etpt;
            job.1 = &job.1 + &piece.etpf;
        }
    }

    /// Adds these sums to those of a compte rendu.
    pub(crate) fn add_to(self, report: &mut LoadReport) {
        for total in self.totals.into_values() {
            match report.totals.iter_mut().find(|t| t.plafond == total.plafond && t.nature == total.nature) {
                Some(before) => {
                    before.accepted += total.accepted;
                    before.attributed += total.attributed;
                    before.unknown += total.unknown;
                }
                None => report.totals.push(total),
            }
        }
        report.totals.sort_by(|a, b| (&a.plafond, &a.nature).cmp(&(&b.plafond, &b.nature)));
        for (axis, amount) in self.unknown {
            match report.unknown.iter_mut().find(|u| u.axe == axis) {
                Some(u) => u.amount += amount,
                None => report.unknown.push(UnknownTotal { axe: axis.to_owned(), amount }),
            }
        }
        let jobs = self.jobs.into_iter();
        report.jobs.extend(jobs.map(|((month, plafond), (etpt, etpf))| JobTotal { month, plafond: plafond.to_string(), etpt, etpf }));
        for file in report.files.iter_mut().filter(|f| f.kind == self.kind) {
            file.accepted_amount = Some(self.accepted);
            accounts::accept(&mut file.accounts, &self.accounts);
        }
    }
}
