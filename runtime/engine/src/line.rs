//! Imputed lines: what constaté and projection have in common.

use std::sync::{Arc, LazyLock};

use cadrage_ir::{ColumnId, FormulaId, attribute, column};
use cadrage_value::{Exact, Money, Month};

use crate::Row;

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A delivered pay line.
    Constate,
    /// Computed by this formula for the month.
    Computed(FormulaId),
    /// Expected back pay of this formula.
    Rappel(FormulaId),
    /// Carried from the exercice before by this formula.
    Carried(FormulaId),
    /// Typed by a person in this form, by its position among the dossier's.
    Entered(u32),
}

/// The jobs of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// Contribution to the annual ETPT.
    pub etpt: Exact,
    /// Contribution to the annual ETPF.
    pub etpf: Exact,
}

/// A line: a month's amount and jobs on one structure and imputation. There are millions: codes are shared between those that have the
/// same, and jobs are there only where they count.
#[derive(Clone, Debug)]
pub struct Line {
    /// Pay month.
    pub month: Month,
    /// Month of right: the one its jobs count in.
    pub right: Month,
    /// By [`cadrage_ir::AttributeId`].
    pub codes: Arc<[Arc<str>]>,
    /// Amount.
    pub amount: Money,
    /// Jobs, when there are any.
    pub jobs: Option<Box<Jobs>>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Line {
    /// An amount paid in a month for itself.
    #[must_use]
    pub fn paid(month: Month, codes: Arc<[Arc<str>]>, amount: Money, origin: Origin) -> Self {
        Line { month, right: month, codes, amount, jobs: None, origin }
    }

    /// Jobs of a month.
    #[must_use]
    pub fn worked(month: Month, codes: Arc<[Arc<str>]>, etpt: Exact, etpf: Exact, origin: Origin) -> Self {
        Line { month, right: month, codes, amount: Money::ZERO, jobs: Jobs::some(etpt, etpf), origin }
    }

    /// The code of a named attribute, empty when absent.
    #[must_use]
    pub fn code(&self, name: &str) -> &str {
        attribute(name).and_then(|a| self.codes.get(a.index())).map_or("", |c| c)
    }

    /// Contribution to the annual ETPT.
    #[must_use]
    pub fn etpt(&self) -> &Exact {
        self.jobs.as_ref().map_or(&Exact::ZERO, |j| &j.etpt)
    }

    /// Contribution to the annual ETPF.
    #[must_use]
    pub fn etpf(&self) -> &Exact {
        self.jobs.as_ref().map_or(&Exact::ZERO, |j| &j.etpf)
    }

    /// The row that `par ligne` formulas read.
    #[must_use]
    pub fn row(&self) -> Row {
        let mut out = Row::default();
        self.fill(&mut out);
        out
    }

    /// The same in a row that another line filled before: lines that follow each other share most of their codes.
    pub fn fill(&self, row: &mut Row) {
        static FILLED: LazyLock<[Option<ColumnId>; 3]> = LazyLock::new(|| ["montant", "etpt_imputé", "etpf_imputé"].map(column));
        row.numbers.resize(cadrage_ir::COLUMNS.len(), None);
        for (id, value) in FILLED.iter().zip([self.amount.to_exact(), self.etpt().clone(), self.etpf().clone()]) {
            if let Some(slot) = id.and_then(|c| row.numbers.get_mut(c.index())) {
                *slot = Some(value);
            }
        }
        if row.codes.len() != self.codes.len() {
            row.codes = self.codes.to_vec();
            return;
        }
        for (slot, code) in row.codes.iter_mut().zip(self.codes.iter()).filter(|(slot, code)| !Arc::ptr_eq(slot, code)) {
            *slot = Arc::clone(code);
        }
    }
}

impl Jobs {
    /// The jobs of a line; none when both are 0.
    #[must_use]
    pub fn some(etpt: Exact, etpf: Exact) -> Option<Box<Jobs>> {
        (!etpt.is_zero() || !etpf.is_zero()).then(|| Box::new(Jobs { etpt, etpf }))
    }
}
