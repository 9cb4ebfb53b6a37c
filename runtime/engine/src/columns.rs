//! What a kernel gives for a whole cohort: values by column, and totals.

use std::collections::BTreeMap;
use std::ops::Range;

use cadrage_ir::{AttributeId, Fault, FormulaId};
use cadrage_value::{Exact, Money, Month};

use crate::levels::Member;
use crate::packing::Packer;
use crate::{AgentValues, Cohort, Environment, Kernel, Mode, SituationValues, Value};

/// Which kind of value a cell holds when it is no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// A number.
    #[default]
    Known = 0,
    /// « sans objet »
    NotApplicable = 1,
    /// « manquant »
    Missing = 2,
}

/// A formula in a month, by agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Above 0; what numerators are over.
    pub denominator: i64,
    /// By agent.
    pub numerators: Vec<i64>,
    /// A further denominator of each agent, for quotients that are not rounded.
    pub divisors: Option<Vec<i64>>,
    /// Where some are no number.
    pub tags: Option<Vec<Tag>>,
}

impl Column {
    /// The value of an agent; `None` beyond the column.
    #[must_use]
    pub fn value(&self, agent: usize) -> Option<Value> {
        let numerator = *self.numerators.get(agent)?;
        match self.tags.as_ref().and_then(|t| t.get(agent)) {
            Some(Tag::NotApplicable) => return Some(Value::NotApplicable),
            Some(Tag::Missing) => return Some(Value::Missing),
            _ => {}
        }
        let x = Exact::ratio(numerator, self.denominator)?;
        match &self.divisors {
            Some(d) => x.checked_div(&Exact::from_int(*d.get(agent)?)).map(Value::Known),
            None => Some(Value::Known(x)),
        }
    }
}

/// Values of formulas over months, for all agents.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    formulas: usize,
    months: usize,
    /// By month then formula.
    columns: Vec<Column>,
    /// Agents computed one by one: they stand before the columns.
    exact: BTreeMap<usize, AgentValues>,
    /// Formulas computed one agent at a time for all.
    loose: Loose,
}

/// Formulas computed one agent at a time, beside others that have columns.
#[derive(Clone, Debug, Default)]
pub struct Loose {
    /// Which, by their positions among those asked.
    pub formulas: Vec<usize>,
    /// By agent: their values.
    pub values: BTreeMap<usize, AgentValues>,
}

impl Columns {
    /// Columns by month then formula, and the agents that were computed apart.
    #[must_use]
    pub fn new(formulas: usize, months: usize, columns: Vec<Column>, exact: BTreeMap<usize, AgentValues>) -> Self {
        Columns { formulas, months, columns, exact, loose: Loose::default() }
    }

    /// The same, with formulas that have no columns.
    #[must_use]
    pub fn with_loose(self, loose: Loose) -> Self {
        Columns { loose, ..self }
    }

    /// The value of an agent, for a month and a formula by their positions among those asked.
    #[must_use]
    pub fn value(&self, agent: usize, month: usize, formula: usize) -> Value {
        if let Some(own) = self.exact.get(&agent) {
            return own.get(month).and_then(|m| m.get(formula)).cloned().unwrap_or(Value::Missing);
        }
        if let Some(k) = self.loose.formulas.iter().position(|f| *f == formula) {
            let own = self.loose.values.get(&agent).and_then(|months| months.get(month)).and_then(|m| m.get(k));
            return own.cloned().unwrap_or(Value::Missing);
        }
        self.columns.get(month * self.formulas + formula).and_then(|c| c.value(agent)).unwrap_or(Value::Missing)
    }

    /// All values of an agent, as [`Kernel::agent`] gives them.
    #[must_use]
    pub fn agent(&self, agent: usize) -> AgentValues {
        (0..self.months).map(|m| (0..self.formulas).map(|f| self.value(agent, m, f)).collect()).collect()
    }

    /// The amount of an agent, when it is a known whole number of cents that fits: the value says the rest.
    #[must_use]
    pub fn cents(&self, agent: usize, month: usize, formula: usize) -> Option<Money> {
        if !self.exact.is_empty() && self.exact.contains_key(&agent) {
            return None;
        }
        let column = self.columns.get(month * self.formulas + formula)?;
        let numerator = *column.numerators.get(agent)?;
        let known = column.tags.as_ref().and_then(|t| t.get(agent)).is_none_or(|t| *t == Tag::Known);
        if !known || column.divisors.is_some() {
            return None;
        }
        if column.denominator == 100 {
            return Some(Money::from_cents(numerator));
        }
        let cents = numerator.checked_mul(100)?;
        (cents % column.denominator == 0).then(|| Money::from_cents(cents / column.denominator))
    }

    /// Σ of the amounts of a formula in a month, when all are whole numbers of cents at hand; « sans objet » and « manquant » count for 0.
    #[must_use]
    pub fn all_cents(&self, month: usize, formula: usize) -> Option<Money> {
        let column = self.columns.get(month * self.formulas + formula)?;
        if !self.exact.is_empty() || column.divisors.is_some() || 100 % column.denominator != 0 {
            return None;
        }
        // What is no number has 0 for numerator, or something that its tag says not to read.
        let known = |agent: usize| column.tags.as_ref().and_then(|t| t.get(agent)).is_none_or(|t| *t == Tag::Known);
        let total: i128 = column.numerators.iter().enumerate().filter(|(k, _)| known(*k)).map(|(_, n)| i128::from(*n)).sum();
        i64::try_from(total * i128::from(100 / column.denominator)).ok().map(Money::from_cents)
    }

    /// Σ of the known values of a formula in a month; `None` where nobody has any.
    #[must_use]
    pub fn sum(&self, month: usize, formula: usize) -> Option<Exact> {
        let column = self.columns.get(month * self.formulas + formula)?;
        let apart = self.exact.values().filter_map(|own| own.get(month)?.get(formula));
        let mut others: Vec<Exact> = apart.filter_map(|v| if let Value::Known(x) = v { Some(x.clone()) } else { None }).collect();
        let mut total: Option<i128> = None;
        for (agent, numerator) in column.numerators.iter().enumerate() {
            let known = column.tags.as_ref().and_then(|t| t.get(agent)).is_none_or(|t| *t == Tag::Known);
            if !known || (!self.exact.is_empty() && self.exact.contains_key(&agent)) {
                continue;
            }
            if column.divisors.is_some() {
                others.extend(column.value(agent).and_then(|v| v.or_zero()));
            } else {
                total = Some(total.unwrap_or(0) + i128::from(*numerator));
            }
        }
        // Many agents may make more than 64 bits together: halves that fit.
        if let Some(total) = total {
            let (high, low) = (total >> 32, total & 0xFFFF_FFFF);
            let part = |x: i128| i64::try_from(x).ok().and_then(|x| Exact::ratio(x, column.denominator));
            others.extend(part(high).map(|x| &x * &Exact::from_int(1 << 32)));
            others.extend(part(low));
        }
        (!others.is_empty()).then(|| others.into_iter().sum())
    }

    /// How many agents were computed one by one.
    #[must_use]
    pub fn apart(&self) -> usize {
        self.exact.len()
    }
}

/// A question that needs no column: sums of formulas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// `par agent` formulas summed.
    pub formulas: Vec<FormulaId>,
    /// By the code of this attribute in the month's last situation; `None` = everything together.
    pub by: Option<AttributeId>,
}

/// The sum of a formula in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Σ of the known values.
    pub sum: Exact,
    /// How many are missing.
    pub missing: u64,
}

/// Sums by month and code, each in the order of the formulas asked. Agents who are away in a month are in no cell of it.
pub type Totals = BTreeMap<(Month, Member), Vec<Total>>;

/// A kernel over a cohort, ready to answer for any environment: what a variant of a scenario asks again.
pub trait Loaded: Sync {
    /// Values of `par agent` formulas for all agents, over months by their positions.
    ///
    /// # Errors
    /// The first fault met, in the order of agents.
    fn columns(&self, environment: Environment<'_>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Result<Columns, Fault>;

    /// Sums over all months, without keeping columns.
    ///
    /// # Errors
    /// The first fault met, in the order of agents.
    fn totals(&self, environment: Environment<'_>, question: &Question) -> Result<Totals, Fault>;

    /// How many profiles the sums of a question are computed on (architecture.md §4); `None` where every agent is.
    fn profiles(&self, _environment: Environment<'_>, _question: &Question) -> Option<usize> {
        None
    }

    /// Values of `par situation` formulas for all agents, as [`Kernel::situations`] gives them.
    ///
    /// # Errors
    /// The first fault met, in the order of agents.
    fn situations(&self, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<Vec<SituationValues>, Fault>;
}

/// A cohort computed one frame after the other: what the definition of right does, and what other engines fall back on.
#[derive(Clone, Copy)]
pub struct OneByOne<'k> {
    /// The engine.
    pub kernel: &'k dyn Kernel,
    /// The people.
    pub cohort: &'k Cohort,
}

impl Loaded for OneByOne<'_> {
    fn columns(&self, environment: Environment<'_>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Result<Columns, Fault> {
        let mut packer = Packer::new(formulas.len(), months.len(), self.cohort.len());
        for agent in 0..self.cohort.len() {
            packer.push(match self.cohort.frame(agent) {
                Some(frame) => self.kernel.agent(&frame, environment, formulas, months.clone(), mode)?,
                None => Vec::new(),
            });
        }
        Ok(packer.finish())
    }

    fn totals(&self, environment: Environment<'_>, question: &Question) -> Result<Totals, Fault> {
        let mut out = Totals::new();
        for agent in 0..self.cohort.len() {
            let Some(frame) = self.cohort.frame(agent) else { continue };
            let values = self.kernel.agent(&frame, environment, &question.formulas, 0..frame.months.len(), Mode::Paid)?;
            add(&mut out, &frame, &values, question);
        }
        Ok(out)
    }

    fn situations(&self, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<Vec<SituationValues>, Fault> {
        let frames = (0..self.cohort.len()).filter_map(|agent| self.cohort.frame(agent));
        frames.map(|frame| self.kernel.situations(&frame, environment, formulas)).collect()
    }
}

/// Adds an agent's values to the cells of the months he is there.
pub fn add(totals: &mut Totals, frame: &crate::AgentFrame, values: &AgentValues, question: &Question) {
    for (slot, row) in frame.months.iter().zip(values) {
        let Some(last) = slot.situations.last() else { continue };
        let member = question.by.and_then(|a| last.codes.get(a.index())).cloned().unwrap_or_else(|| "".into());
        let cell = totals.entry((slot.month, member)).or_insert_with(|| vec![Total::default(); question.formulas.len()]);
        for (total, value) in cell.iter_mut().zip(row) {
            match value {
                Value::Known(x) => total.sum = &total.sum + x,
                Value::Missing | Value::Flag(_) => total.missing += 1,
                Value::NotApplicable => {}
            }
        }
    }
}
