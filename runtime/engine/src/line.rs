//! Imputed lines: what constaté and projection have in common.

use std::sync::Arc;

use cadrage_ir::{FormulaId, attribute, column};
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

/// A line: a month's amount and jobs on one structure and imputation.
#[derive(Clone, Debug)]
pub struct Line {
    /// Pay month.
    pub month: Month,
    /// Month of right: the one its jobs count in.
    pub right: Month,
    /// By [`cadrage_ir::AttributeId`].
    pub codes: Vec<Arc<str>>,
    /// Amount.
    pub amount: Money,
    /// Contribution to the annual ETPT.
    pub etpt: Exact,
    /// Contribution to the annual ETPF.
    pub etpf: Exact,
    /// Where it comes from.
    pub origin: Origin,
}

impl Line {
    /// The code of a named attribute, empty when absent.
    #[must_use]
    pub fn code(&self, name: &str) -> &str {
        attribute(name).and_then(|a| self.codes.get(a.index())).map_or("", |c| c)
    }

    /// The row that `par ligne` formulas read.
    #[must_use]
    pub fn row(&self) -> Row {
        let mut numbers = vec![None; cadrage_ir::COLUMNS.len()];
        for (name, value) in [("montant", self.amount.to_exact()), ("etpt_imputé", self.etpt.clone()), ("etpf_imputé", self.etpf.clone())]
        {
            if let Some(slot) = column(name).and_then(|c| numbers.get_mut(c.index())) {
                *slot = Some(value);
            }
        }
        Row { numbers, codes: self.codes.clone() }
    }
}
