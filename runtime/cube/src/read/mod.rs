//! One reader per type of file: cells to facts, with the quality actions of interfaces.md §12.

mod forecasts;
mod pay;
mod situations;
mod splits;

pub(crate) use forecasts::{competences, forecasts};
pub(crate) use pay::{hors_psop, pay};
pub(crate) use situations::situations;
pub(crate) use splits::{affectations, imputations};

use cadrage_value::Money;

use crate::field::{self, Rubbish};
use crate::load::Context;
use crate::quality::{Finding, Level};
use crate::table::Columns;
use crate::{CubeError, FlatFile, FlatRow};

/// A file being read, and what is found on the way.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a FlatFile,
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(file: &'a FlatFile) -> Self {
        Reader { file, findings: Vec::new() }
    }

    pub(crate) fn columns(&self, known: &[&'static str], required: &[&str]) -> Result<Columns, CubeError> {
        self.file.columns(known, required)
    }
}

/// A row being read.
pub(crate) struct Cells<'r> {
    pub(crate) file: &'r str,
    pub(crate) columns: &'r Columns,
    pub(crate) row: &'r FlatRow,
    pub(crate) key: String,
    pub(crate) amount: Money,
}

impl Cells<'_> {
    pub(crate) fn raw(&self, column: &str) -> &str {
        self.columns.cell(self.row, column)
    }

    pub(crate) fn finding(&self, code: &'static str, level: Level, column: &'static str, expected: &str, action: &'static str) -> Finding {
        Finding {
            code,
            level,
            file: self.file.to_owned(),
            line: self.row.line,
            column,
            key: self.key.clone(),
            value: self.raw(column).to_owned(),
            expected: expected.to_owned(),
            action,
            amount: self.amount,
        }
    }

    /// A field that is neither key nor amount: rubbish is quarantined and counts as absent (Q15).
    pub(crate) fn get<T: Default>(
        &self,
        findings: &mut Vec<Finding>,
        column: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Result<T, Rubbish>,
    ) -> T {
        parse(self.raw(column)).unwrap_or_else(|Rubbish| {
            findings.push(self.finding("Q15", Level::Warning, column, expected, "champ en quarantaine"));
            T::default()
        })
    }

    pub(crate) fn code(&self, findings: &mut Vec<Finding>, column: &'static str) -> String {
        self.get(findings, column, "un code", field::code)
    }
}

/// A structure that is known and open, else `?` (Q03).
pub(crate) fn structure(cells: &Cells<'_>, findings: &mut Vec<Finding>, context: &Context<'_>, column: &'static str) -> String {
    let code = field::code(cells.raw(column)).unwrap_or_default();
    if !code.is_empty() && context.references.is_open(&code, context.month) {
        return code;
    }
    findings.push(cells.finding("Q03", Level::Warning, column, "une structure ouverte du référentiel", "accepté sur la structure ?"));
    "?".to_owned()
}
