//! Records of another system, given under canonical names.

use std::sync::Arc;

use cadrage_value::{Money, Month};

use super::plan::Plan;
use super::{Layout, Origins};
use crate::CubeError;
use crate::rows::{FlatRow, Records};

/// A file read through a layout.
pub(crate) struct Mapped {
    layout: Arc<Layout>,
    month: Month,
    /// As users name it.
    file: String,
    records: Box<dyn Records>,
    plan: Option<Plan>,
    source: FlatRow,
    /// Data rows met, ignored ones included.
    met: usize,
    ignored: usize,
    ignored_amount: Money,
}

impl Mapped {
    pub(crate) fn new(layout: Arc<Layout>, month: Month, file: &str, records: Box<dyn Records>) -> Mapped {
        let file = file.to_owned();
        let source = FlatRow::default();
        Mapped { layout, month, file, records, plan: None, source, met: 0, ignored: 0, ignored_amount: Money::ZERO }
    }
}

impl Records for Mapped {
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError> {
        row.clear();
        let Some(plan) = &self.plan else {
            let named = self.layout.separator.is_some();
            if named && !self.records.read(&mut self.source)? {
                return Ok(false);
            }
            let header = named.then_some(&self.source);
            let plan = Plan::new(&self.layout, header, self.month, &self.file, self.source.line.max(1))?;
            row.line = self.source.line;
            plan.header(row);
            self.plan = Some(plan);
            return Ok(true);
        };
        while self.records.read(&mut self.source)? {
            self.met += 1;
            if plan.ignored(&self.source) {
                self.ignored += 1;
                let amount = plan.amount(&self.source).and_then(|cell| cell.parse::<Money>().ok());
                self.ignored_amount += amount.unwrap_or_default();
                continue;
            }
            row.line = self.source.line;
            plan.map(&self.source, self.met, row);
            return Ok(true);
        }
        Ok(false)
    }

    fn fingerprint(&mut self) -> String {
        self.records.fingerprint()
    }

    fn origins(&self) -> Option<Origins> {
        if self.layout.is_canonical() { None } else { self.plan.as_ref().map(Plan::origins) }
    }

    fn notes(&self) -> Vec<String> {
        if self.ignored == 0 {
            return Vec::new();
        }
        let money = if self.layout.kind.is_pay() { format!(", {} €", self.ignored_amount.to_french()) } else { String::new() };
        vec![format!("{} ligne(s) que l'interface `{}` ne garde pas{money}", self.ignored, self.layout.name)]
    }
}
