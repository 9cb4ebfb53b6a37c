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
    /// The record in `source` is to be given: it was read to know how wide the file is.
    ahead: bool,
    /// Data rows met, ignored ones included.
    met: usize,
    ignored: usize,
    ignored_amount: Money,
}

impl Mapped {
    pub(crate) fn new(layout: Arc<Layout>, month: Month, file: &str, records: Box<dyn Records>) -> Mapped {
        let file = file.to_owned();
        let source = FlatRow::default();
        Mapped { layout, month, file, records, plan: None, source, ahead: false, met: 0, ignored: 0, ignored_amount: Money::ZERO }
    }
}

impl Records for Mapped {
    fn read(&mut self, row: &mut FlatRow) -> Result<bool, CubeError> {
        row.clear();
        let Some(plan) = &self.plan else {
            let headless = self.layout.headless;
            let read = self.records.read(&mut self.source)?;
            if !headless && !read {
                return Ok(false);
            }
            let header = (!headless).then_some(&self.source);
            let mut plan = Plan::new(&self.layout, header, self.month, &self.file, self.source.line.max(1))?;
            if headless && read {
                self.ahead = true;
                // Without names, the first row says how many cells the others have; a line of fixed width is one cell.
                plan.set_width(self.source.len());
            }
            row.line = self.source.line;
            plan.header(row);
            self.plan = Some(plan);
            return Ok(true);
        };
        while std::mem::take(&mut self.ahead) || self.records.read(&mut self.source)? {
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
