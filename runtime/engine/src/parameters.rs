//! The parameters of a scenario: those of the program, with the scenario's changes over them.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{Dated, Hierarchy, Modification, Parameter, ParameterCase, ParameterId, Program, Selection, WithinMonth};
use cadrage_value::{Date, Exact, Month, thirtieths};

use crate::Row;
use crate::timeline::changed;

/// A value that nobody knew on the day of the observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpublished {
    /// Name of the constant.
    pub parameter: String,
    /// First day.
    pub from: Option<Date>,
    /// Day of publication.
    pub published: Date,
}

/// Parameters in force, by [`ParameterId`].
#[derive(Clone, Debug)]
pub struct Parameters {
    values: Vec<Parameter>,
    /// Which codes are inside which, to set a change against the exceptions already there.
    hierarchy: Hierarchy,
    /// Back pay: values paid by this month apply to the months of right before it too.
    known: Option<Month>,
}

impl Parameters {
    /// Those of the program, unchanged.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        Parameters { values: program.parameters.clone(), hierarchy: program.hierarchy.clone(), known: None }
    }

    /// The parameter with its changes.
    #[must_use]
    pub fn get(&self, id: ParameterId) -> Option<&Parameter> {
        self.values.get(id.index())
    }

    /// Forgets the values published after a day, and says which: the value before each goes on (decision D14).
    pub fn observe(&mut self, day: Date) -> Vec<Unpublished> {
        let mut out = Vec::new();
        for p in &mut self.values {
            for d in p.cases.iter().flat_map(|c| &c.timeline) {
                if let Some(published) = d.published.filter(|p| *p > day) {
                    let one = Unpublished { parameter: p.name.clone(), from: d.from, published };
                    if !out.contains(&one) {
                        out.push(one);
                    }
                }
            }
            for case in &mut p.cases {
                case.timeline.retain(|d| d.published.is_none_or(|p| p <= day));
            }
        }
        out
    }

    /// The same values as they are known in the pay of a month: what is paid by then applies to the months of right before.
    #[must_use]
    pub fn known_in(&self, month: Month) -> Parameters {
        Parameters { known: Some(month), ..self.clone() }
    }

    /// The months in which values are paid later than their effect, each with its first month of right.
    #[must_use]
    pub fn late_payments(&self) -> BTreeMap<Month, Month> {
        let mut out: BTreeMap<Month, Month> = BTreeMap::new();
        for d in self.values.iter().flat_map(|p| &p.cases).flat_map(|c| &c.timeline) {
            if let (Some(paid), Some(from)) = (d.paid, d.from)
                && from.month() < paid
            {
                let first = out.entry(paid).or_insert_with(|| from.month());
                *first = (*first).min(from.month());
            }
        }
        out
    }

    /// The value in force on the first day of a month for a row: the most specific case that has one.
    #[must_use]
    pub fn lookup(&self, id: ParameterId, month: Month, row: Option<&Row>) -> Option<&Dated> {
        self.on(self.get(id)?, month.first_day(), month, row)
    }

    /// The value of a month for a row: the one of its first day or, for a constant declared `prorata`, each for its thirtieths.
    #[must_use]
    pub fn value(&self, id: ParameterId, month: Month, row: Option<&Row>) -> Option<Exact> {
        let parameter = self.get(id)?;
        if parameter.within_month == WithinMonth::FirstDay {
            return self.lookup(id, month, row).map(|d| d.value.clone());
        }
        let mut starts: BTreeSet<Date> = BTreeSet::from([month.first_day()]);
        for d in parameter.cases.iter().flat_map(|c| &c.timeline) {
            starts.extend(d.from.into_iter().chain(d.until).filter(|day| day.month() == month));
        }
        let starts: Vec<Date> = starts.into_iter().collect();
        let mut total = Exact::ZERO;
        for (k, start) in starts.iter().enumerate() {
            let part = thirtieths(*start, starts.get(k + 1).copied(), month);
            if part > 0 {
                let value = &self.on(parameter, *start, month, row)?.value;
                total = &total + &(value * &Exact::ratio(i64::from(part), 30)?);
            }
        }
        Some(total)
    }

    fn on<'p>(&'p self, parameter: &'p Parameter, day: Date, month: Month, row: Option<&Row>) -> Option<&'p Dated> {
        let known = self.known.map_or(month, |k| k.max(month));
        parameter.cases.iter().filter(|c| c.selection.is_all() || row.is_some_and(|r| r.is_in(&c.selection))).find_map(|c| c.on(day, known))
    }

    /// Applies a change. Specificity first, layer second (decision D22): the default moves, more specific exceptions stay
    /// unless `partout`; a change for a selection adds a case where none is exactly that, after those inside it and before all
    /// others: where two boxes meet without nesting, the later layer wins.
    pub fn apply(&mut self, modification: &Modification) {
        let hierarchy = &self.hierarchy;
        let Some(parameter) = self.values.get_mut(modification.parameter.index()) else { return };
        let (to_written, precision) = (parameter.written.1.clone(), parameter.precision);
        let target = hierarchy.refine(&modification.selection);
        let inside = |s: &Selection| hierarchy.refine(s).included_in(&target);
        let same = |s: &Selection| inside(s) && target.included_in(&hierarchy.refine(s));
        if !parameter.cases.iter().any(|c| same(&c.selection)) {
            // It begins as whatever held these rows: the most specific case around them.
            let wider = parameter.cases.iter().find(|c| target.included_in(&hierarchy.refine(&c.selection)));
            let timeline = wider.map_or_else(Vec::new, |c| c.timeline.clone());
            let case = ParameterCase { selection: modification.selection.clone(), timeline, text: modification.text.clone() };
            let (first, rest): (Vec<_>, Vec<_>) = parameter.cases.drain(..).partition(|c| inside(&c.selection));
            parameter.cases.extend(first.into_iter().chain(std::iter::once(case)).chain(rest));
        }
        for case in &mut parameter.cases {
            let touched = same(&case.selection) || (modification.everywhere && inside(&case.selection));
            if touched {
                case.timeline = changed(&case.timeline, modification, &to_written, precision);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_ir::{Change, Unit};
    use cadrage_source::{FileId, Span};

    fn x(t: &str) -> Exact {
        t.parse().unwrap()
    }

    fn d(t: &str) -> Option<Date> {
        Date::parse(t)
    }

    fn point() -> Program {
        let span = Span::new(FileId(0), 0, 0);
        let dated =
            |from: &str, v: &str| Dated { from: d(from), until: None, value: x(v), source: None, published: None, paid: None, span };
        let timeline = vec![dated("2022-07-01", "58,2004"), dated("2023-07-01", "59,0734")];
        Program {
            parameters: vec![Parameter {
                name: "valeur_du_point".into(),
                label: String::new(),
                unit: Unit::pure(),
                written: ("€".into(), Exact::ONE),
                hypothesis: false,
                precision: Some(4),
                within_month: WithinMonth::FirstDay,
                bounds: None,
                cases: vec![ParameterCase { selection: Selection::all(), timeline, text: String::new() }],
                verified: None,
                span,
            }],
            ..Program::default()
        }
    }

    fn modification(change: Change, from: &str, until: Option<&str>) -> Modification {
        Modification {
            parameter: ParameterId(0),
            selection: Selection::all(),
            everywhere: false,
            from: d(from),
            until: until.and_then(d),
            change,
            paid: None,
            text: String::new(),
            span: Span::new(FileId(0), 0, 0),
        }
    }

    fn at(p: &Parameters, month: &str) -> Exact {
        p.lookup(ParameterId(0), month.parse().unwrap(), None).unwrap().value.clone()
    }

    #[test]
    fn a_raise_keeps_the_declared_precision() {
        let mut p = Parameters::of(&point());
        p.apply(&modification(Change::Scale(x("1,015")), "2026-10-01", None));
        assert_eq!(at(&p, "2026-09"), x("59,0734"));
        assert_eq!(at(&p, "2026-10"), x("59,9595"));
    }

    #[test]
    fn a_limited_change_gives_way_to_what_was_there() {
        let mut p = Parameters::of(&point());
        p.apply(&modification(Change::Set(x("60")), "2023-01-01", Some("2024-01-01")));
        assert_eq!(at(&p, "2022-12"), x("58,2004"));
        assert_eq!(at(&p, "2023-08"), x("60"));
        assert_eq!(at(&p, "2024-01"), x("59,0734"));
    }
}
