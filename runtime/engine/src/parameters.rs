//! The parameters of a scenario: those of the program, with the scenario's changes over them.

use cadrage_ir::{Change, Dated, Modification, Parameter, ParameterCase, ParameterId, Program};
use cadrage_value::{Date, Exact, Month, Rounding};

use crate::Row;

/// Parameters in force, by [`ParameterId`].
#[derive(Clone, Debug)]
pub struct Parameters(Vec<Parameter>);

impl Parameters {
    /// Those of the program, unchanged.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        Parameters(program.parameters.clone())
    }

    /// The parameter with its changes.
    #[must_use]
    pub fn get(&self, id: ParameterId) -> Option<&Parameter> {
        self.0.get(id.index())
    }

    /// The value for a row in a month: the most specific case that has one in force on the first day.
    #[must_use]
    pub fn lookup(&self, id: ParameterId, month: Month, row: Option<&Row>) -> Option<&Dated> {
        self.get(id)?.cases.iter().filter(|c| c.selection.is_all() || row.is_some_and(|r| r.is_in(&c.selection))).find_map(|c| c.at(month))
    }

    /// Applies a change. Specificity first, layer second (decision D22): the default moves, more specific exceptions stay
    /// unless `partout`; a change for a selection moves every case inside it and adds one where none is exactly that.
    pub fn apply(&mut self, modification: &Modification) {
        let Some(parameter) = self.0.get_mut(modification.parameter.index()) else { return };
        let (to_written, precision) = (parameter.written.1.clone(), parameter.precision);
        let exact = parameter.cases.iter().any(|c| c.selection == modification.selection);
        if !exact {
            let wider = parameter.cases.iter().find(|c| modification.selection.included_in(&c.selection));
            let timeline = wider.map_or_else(Vec::new, |c| c.timeline.clone());
            let at = parameter.cases.iter().position(|c| modification.selection.included_in(&c.selection)).unwrap_or(parameter.cases.len());
            let case = ParameterCase { selection: modification.selection.clone(), timeline, text: modification.text.clone() };
            parameter.cases.insert(at, case);
        }
        for case in &mut parameter.cases {
            let touched = case.selection == modification.selection
                || (modification.everywhere && case.selection.included_in(&modification.selection));
            if touched {
                case.timeline = changed(&case.timeline, modification, &to_written, precision);
            }
        }
    }
}

/// A timeline with a change laid over `[from, until)`: existing dates inside are changed too, the rest stands.
fn changed(timeline: &[Dated], m: &Modification, to_written: &Exact, precision: Option<u32>) -> Vec<Dated> {
    let alter = |value: &Exact| {
        let raw = match &m.change {
            Change::Set(x) => x.clone(),
            Change::Scale(x) => value * x,
            Change::Shift(x) => value + x,
        };
        match precision {
            Some(digits) if !to_written.is_zero() => {
                let written = Rounding::HalfUp.apply(&(&raw / to_written), digits);
                &written * to_written
            }
            _ => raw,
        }
    };
    let in_force = |day: Option<Date>| {
        timeline.iter().rev().find(|d| match (d.from, day) {
            (None, _) => true,
            (Some(f), Some(day)) => f <= day,
            (Some(_), None) => false,
        })
    };
    let mut out: Vec<Dated> = timeline.iter().filter(|d| m.from.is_some_and(|from| d.from.is_none_or(|f| f < from))).cloned().collect();
    let source = Some(m.text.clone());
    let base = in_force(m.from).map(|d| &d.value);
    if let Some(value) = base.map(&alter).or_else(|| if let Change::Set(x) = &m.change { Some(alter(x)) } else { None }) {
        out.push(Dated { from: m.from, until: None, value, source: source.clone(), span: m.span });
    }
    for d in timeline.iter().filter(|d| d.from.is_some_and(|f| m.from.is_none_or(|from| f > from))) {
        match m.until {
            Some(until) if d.from.is_some_and(|f| f >= until) => out.push(d.clone()),
            _ if matches!(m.change, Change::Set(_)) => {}
            _ => out.push(Dated { value: alter(&d.value), source: source.clone(), span: m.span, ..d.clone() }),
        }
    }
    if let Some(until) = m.until
        && !out.iter().any(|d| d.from == Some(until))
        && let Some(before) = in_force(Some(until))
    {
        out.push(Dated { from: Some(until), ..before.clone() });
    }
    out.sort_by_key(|d| d.from);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_ir::{Selection, Unit};
    use cadrage_source::{FileId, Span};

    fn x(t: &str) -> Exact {
        t.parse().unwrap()
    }

    fn d(t: &str) -> Option<Date> {
        Date::parse(t)
    }

    fn point() -> Program {
        let span = Span::new(FileId(0), 0, 0);
        let dated = |from: &str, v: &str| Dated { from: d(from), until: None, value: x(v), source: None, span };
        let timeline = vec![dated("2022-07-01", "58,2004"), dated("2023-07-01", "59,0734")];
        Program {
            parameters: vec![Parameter {
                name: "valeur_du_point".into(),
                label: String::new(),
                unit: Unit::pure(),
                written: ("€".into(), Exact::ONE),
                hypothesis: false,
                precision: Some(4),
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
