//! The parameters of a scenario: those of the program, with the scenario's changes over them.

mod delay;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_ir::{
    Bracket, BracketId, BracketVersion, CalendarId, Change, Dated, FormulaId, Hierarchy, Layer, Modification, Parameter, ParameterCase,
    ParameterId, Program, Replacement, Selection, WithinMonth,
};
use cadrage_value::{Date, Exact, Month, thirtieths};

use crate::Row;
use crate::timeline::{changed, within};

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

/// What is in force in a scenario: values by [`ParameterId`], scales, calendars, and the formulas used instead of others.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Shared between a scenario and its variants: what a layer does not touch is the same value.
    values: Vec<Arc<Parameter>>,
    /// Which codes are inside which, to set a change against the exceptions already there.
    hierarchy: Hierarchy,
    /// Back pay: values paid by this month apply to the months of right before it too.
    known: Option<Month>,
    brackets: Vec<Bracket>,
    calendars: Vec<Vec<DatedShares>>,
    replacements: Vec<Replacement>,
}

/// Shares of a calendar from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DatedShares {
    from: Option<Date>,
    shares: [Exact; 12],
}

impl Parameters {
    /// Those of the program, unchanged.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        Parameters {
            values: program.parameters.iter().cloned().map(Arc::new).collect(),
            hierarchy: program.hierarchy.clone(),
            known: None,
            brackets: program.brackets.clone(),
            calendars: program.calendars.iter().map(|c| vec![DatedShares { from: None, shares: c.shares.clone() }]).collect(),
            replacements: Vec::new(),
        }
    }

    /// The parameter with its changes.
    #[must_use]
    pub fn get(&self, id: ParameterId) -> Option<&Parameter> {
        self.values.get(id.index()).map(Arc::as_ref)
    }

    /// The parameter, as scenarios share it: the same place means the same values.
    #[must_use]
    pub fn shared(&self, id: ParameterId) -> Option<&Arc<Parameter>> {
        self.values.get(id.index())
    }

    /// Forgets the values published after a day, and says which: the value before each goes on (decision D14).
    pub fn observe(&mut self, day: Date) -> Vec<Unpublished> {
        let mut out = Vec::new();
        for p in self.values.iter_mut().map(Arc::make_mut) {
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

    /// The share of a calendar in a month.
    #[must_use]
    pub fn share(&self, id: CalendarId, month: Month) -> Option<&Exact> {
        let day = month.first_day();
        let dated = self.calendars.get(id.index())?.iter().rev().find(|d| d.from.is_none_or(|f| f <= day))?;
        dated.shares.get(month.number() as usize - 1)
    }

    /// A scale with its changes.
    #[must_use]
    pub fn bracket(&self, id: BracketId) -> Option<&Bracket> {
        self.brackets.get(id.index())
    }

    /// The formula whose sentence is computed for `id` in a month: itself, unless a scenario replaces it then.
    #[must_use]
    pub fn formula_in(&self, id: FormulaId, month: Month) -> FormulaId {
        let day = month.first_day();
        let found = self.replacements.iter().rev().find(|r| r.old == id && r.from <= day && r.until.is_none_or(|u| day < u));
        found.map_or(id, |r| r.new)
    }

    /// Lays one change of a scenario over what is in force.
    pub fn lay(&mut self, layer: &Layer) {
        match layer {
            Layer::Value(m) => self.apply(m),
            Layer::Formula(r) => self.replacements.push(r.clone()),
            Layer::Calendar(c) => {
                let Some(timeline) = self.calendars.get_mut(c.calendar.index()) else { return };
                let new = DatedShares { from: c.from, shares: c.shares.clone() };
                overlay(timeline, c.from, c.until, vec![new], |d| d.from, |d, from| DatedShares { from, ..d.clone() });
            }
            Layer::Bracket(c) => {
                let Some(scale) = self.brackets.get_mut(c.bracket.index()) else { return };
                let dated = |v: &BracketVersion| Some(v.from);
                let moved = |v: &BracketVersion, from: Option<Date>| BracketVersion { from: from.unwrap_or(v.from), ..v.clone() };
                // A change since ever begins with the scale itself.
                let Some(from) = c.from.or_else(|| scale.versions.first().map(|v| v.from)) else { return };
                let base: Vec<BracketVersion> =
                    in_force_from(&scale.versions, from, c.until, dated).map(|v| moved(v, Some(v.from.max(from)))).collect();
                let new = match &c.edit {
                    cadrage_ir::BracketEdit::Version(brackets) => {
                        vec![BracketVersion { from, brackets: brackets.clone(), source: Some(c.text.clone()) }]
                    }
                    cadrage_ir::BracketEdit::Rates(which, change) => {
                        base.into_iter().map(|v| with_rates(v, *which, change, &c.text)).collect()
                    }
                };
                overlay(&mut scale.versions, Some(from), c.until, new, dated, moved);
            }
        }
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

    /// [`Parameters::value`] for several months: which cases hold the row is looked at once.
    #[must_use]
    pub fn values(&self, id: ParameterId, months: &[Month], row: Option<&Row>) -> Vec<Option<Exact>> {
        let Some(parameter) = self.get(id) else { return vec![None; months.len()] };
        if parameter.within_month != WithinMonth::FirstDay {
            return months.iter().map(|m| self.value(id, *m, row)).collect();
        }
        let holds = |c: &&ParameterCase| c.selection.is_all() || row.is_some_and(|r| r.is_in(&c.selection));
        let cases: Vec<&ParameterCase> = parameter.cases.iter().filter(holds).collect();
        let value = |month: &Month| {
            let known = self.known.map_or(*month, |k| k.max(*month));
            cases.iter().find_map(|c| c.on(month.first_day(), known)).map(|d| d.value.clone())
        };
        months.iter().map(value).collect()
    }

    /// The month by which values paid late are known, when it is not the month at hand.
    #[must_use]
    pub fn known(&self) -> Option<Month> {
        self.known
    }

    fn on<'p>(&'p self, parameter: &'p Parameter, day: Date, month: Month, row: Option<&Row>) -> Option<&'p Dated> {
        let known = self.known.map_or(month, |k| k.max(month));
        parameter.cases.iter().filter(|c| c.selection.is_all() || row.is_some_and(|r| r.is_in(&c.selection))).find_map(|c| c.on(day, known))
    }

    /// Applies a change. Specificity first, layer second (decision D22): the exceptions inside the change's selection stay, unless
    /// `partout`; over its period it goes before everything else, wider or only overlapping, and a relative change composes with
    /// each of those it covers. Outside its period, what was there answers.
    pub fn apply(&mut self, modification: &Modification) {
        let hierarchy = &self.hierarchy;
        let Some(parameter) = self.values.get_mut(modification.parameter.index()).map(Arc::make_mut) else { return };
        let (to_written, precision) = (parameter.written.1.clone(), parameter.precision);
        let lay = |timeline: &[Dated]| changed(timeline, modification, &to_written, precision);
        let case = |selection: Selection, timeline: &[Dated], text: String| ParameterCase {
            selection,
            timeline: within(&lay(timeline), modification.from, modification.until),
            text,
        };
        // As a person would say whom both hold.
        let both_words = |exception: &str| match (exception, modification.whom.as_str()) {
            (one, "") | ("", one) => one.to_owned(),
            (one, other) => format!("{one} et {other}"),
        };
        let target = hierarchy.refine(&modification.selection);
        let (mut inside, rest): (Vec<_>, Vec<_>) =
            parameter.cases.drain(..).partition(|c| hierarchy.refine(&c.selection).strictly_inside(&target));
        if modification.everywhere {
            for exception in &mut inside {
                exception.timeline = lay(&exception.timeline);
            }
        }
        let over: Vec<ParameterCase> = if matches!(modification.change, Change::Set(_)) {
            vec![case(modification.selection.clone(), &[], modification.whom.clone())]
        } else {
            rest.iter()
                .map(|c| (c.selection.intersect(&modification.selection), c))
                .filter(|(both, _)| !hierarchy.refine(both).is_empty())
                .map(|(both, c)| case(both, &c.timeline, both_words(&c.text)))
                .collect()
        };
        parameter.cases.extend(inside.into_iter().chain(over).chain(rest));
    }
}

/// The versions in force at some moment of `[from, until)`: the one of the first day, and those that begin later.
fn in_force_from<'v, T>(
    versions: &'v [T],
    from: Date,
    until: Option<Date>,
    dated: impl Fn(&T) -> Option<Date> + Copy + 'v,
) -> impl Iterator<Item = &'v T> {
    let first = versions.iter().rposition(|v| dated(v).is_none_or(|d| d <= from)).unwrap_or(0);
    versions.iter().skip(first).filter(move |v| dated(v).is_none_or(|d| until.is_none_or(|u| d < u)))
}

/// Lays `new` over `[from, until)` of a timeline: what was in force at `until` comes back then.
fn overlay<T: Clone>(
    timeline: &mut Vec<T>,
    from: Option<Date>,
    until: Option<Date>,
    new: Vec<T>,
    dated: impl Fn(&T) -> Option<Date>,
    moved: impl Fn(&T, Option<Date>) -> T,
) {
    let back = until.and_then(|u| {
        let found = timeline.iter().rev().find(|v| dated(v).is_none_or(|d| d <= u))?;
        Some(moved(found, Some(u)))
    });
    let later: Vec<T> = timeline.iter().filter(|v| until.is_some_and(|u| dated(v).is_some_and(|d| d > u))).cloned().collect();
    timeline.retain(|v| match (dated(v), from) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(d), Some(from)) => d < from,
    });
    timeline.extend(new);
    timeline.extend(back);
    timeline.extend(later);
}

fn with_rates(mut version: BracketVersion, which: Option<usize>, change: &Change, text: &str) -> BracketVersion {
    for (k, (_, rate)) in version.brackets.iter_mut().enumerate() {
        if which.is_none_or(|w| w == k + 1) {
            *rate = change.applied_to(rate);
        }
    }
    version.source = Some(text.to_owned());
    version
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_ir::Unit;
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
            whom: String::new(),
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

    /// Grade PR_1C is of corps PR; rows say grade, corps and composante.
    fn rates(cases: &[(&str, &str, &str)]) -> Program {
        let mut program = point();
        let id = |name: &str| cadrage_ir::attribute(name).unwrap();
        for (corps, grade) in [("PR", "PR_1C"), ("PR", "PR_2C"), ("MCF", "MCF_CN")] {
            program.hierarchy.group(id("corps"), corps, grade);
        }
        let parameter = &mut program.parameters[0];
        parameter.precision = None;
        parameter.cases = cases
            .iter()
            .map(|(axis, code, value)| {
                let dated = Dated { value: x(value), from: None, ..parameter.cases[0].timeline[0].clone() };
                ParameterCase { selection: on(axis, code), timeline: vec![dated], text: String::new() }
            })
            .collect();
        program
    }

    fn on(axis: &str, code: &str) -> Selection {
        let mut out = Selection::all();
        if let Some(a) = cadrage_ir::attribute(axis) {
            out.restrict(a, cadrage_ir::Constraint::In([code.to_owned()].into()));
        }
        out
    }

    fn who(grade: &str, corps: &str, composante: &str) -> Row {
        let mut row = Row { numbers: Vec::new(), codes: vec!["".into(); cadrage_ir::ATTRIBUTES.len()] };
        for (axis, code) in [("grade", grade), ("corps", corps), ("composante", composante)] {
            row.codes[cadrage_ir::attribute(axis).unwrap().index()] = code.into();
        }
        row
    }

    #[test]
    fn specificity_first_layer_second() {
        let program = rates(&[("corps", "PR", "4"), ("", "", "1")]);
        let value = |p: &Parameters, row: &Row| p.value(ParameterId(0), "2026-10".parse().unwrap(), Some(row)).unwrap();
        let (pr_droit, mcf_droit, pr_lettres) = (who("PR_1C", "PR", "DROIT"), who("MCF_CN", "MCF", "DROIT"), who("PR_2C", "PR", "LETTRES"));
        // The default moves, the exception stays; everywhere, both move.
        let mut p = Parameters::of(&program);
        p.apply(&modification(Change::Set(x("2")), "2026-10-01", None));
        assert_eq!((value(&p, &pr_droit), value(&p, &mcf_droit)), (x("4"), x("2")));
        let mut p = Parameters::of(&program);
        p.apply(&Modification { everywhere: true, ..modification(Change::Set(x("2")), "2026-10-01", None) });
        assert_eq!((value(&p, &pr_droit), value(&p, &mcf_droit)), (x("2"), x("2")));
        // A grade begins as its corps, not as the default.
        let mut p = Parameters::of(&program);
        p.apply(&Modification { selection: on("grade", "PR_1C"), ..modification(Change::Shift(x("3")), "2026-10-01", None) });
        assert_eq!((value(&p, &pr_droit), value(&p, &pr_lettres)), (x("7"), x("4")));
        // Neither inside the other: the later layer wins where they meet, whatever the order of the base.
        let mut p = Parameters::of(&program);
        p.apply(&Modification { selection: on("composante", "DROIT"), ..modification(Change::Set(x("9")), "2026-10-01", None) });
        assert_eq!((value(&p, &pr_droit), value(&p, &mcf_droit), value(&p, &pr_lettres)), (x("9"), x("9"), x("4")));
        // A later layer for PR, later in time too: until then the change for DROIT holds where they meet.
        p.apply(&Modification { selection: on("corps", "PR"), ..modification(Change::Set(x("5")), "2026-12-01", None) });
        assert_eq!((value(&p, &pr_droit), value(&p, &pr_lettres)), (x("9"), x("4")));
        let december = |p: &Parameters, row: &Row| p.value(ParameterId(0), "2026-12".parse().unwrap(), Some(row)).unwrap();
        assert_eq!((december(&p, &pr_droit), december(&p, &pr_lettres), december(&p, &mcf_droit)), (x("5"), x("5"), x("9")));
        // A raise composes with whatever it covers.
        let mut p = Parameters::of(&program);
        p.apply(&Modification {
            selection: on("composante", "DROIT"),
            ..modification(Change::Scale(x("2")), "2026-10-01", Some("2026-12-01"))
        });
        assert_eq!((value(&p, &pr_droit), value(&p, &mcf_droit), value(&p, &pr_lettres)), (x("8"), x("2"), x("4")));
        assert_eq!((december(&p, &pr_droit), december(&p, &mcf_droit)), (x("4"), x("1")));
    }

    #[test]
    fn a_prorata_month_weighs_its_values() {
        let mut program = point();
        program.parameters[0].within_month = WithinMonth::Prorata;
        let timeline = &mut program.parameters[0].cases[0].timeline;
        timeline[0].value = x("30");
        timeline[1].value = x("60");
        timeline[1].from = d("2023-07-11");
        let p = Parameters::of(&program);
        let value = |month: &str| p.value(ParameterId(0), month.parse().unwrap(), None);
        assert_eq!(value("2023-07"), Some(x("50")));
        assert_eq!(value("2023-06"), Some(x("30")));
        assert_eq!(value("2023-08"), Some(x("60")));
        // A month of which a part has no value has none.
        program.parameters[0].cases[0].timeline[0].from = d("2022-07-02");
        assert_eq!(Parameters::of(&program).value(ParameterId(0), "2022-07".parse().unwrap(), None), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

        /// Position by position: the thirty days of the month, the last one standing for what February lacks.
        #[test]
        fn prorata_is_the_mean_of_thirty_days(
            days in proptest::collection::btree_set(0..120i32, 1..6),
            values in proptest::collection::vec(1..100i64, 6),
            exception in proptest::option::of((0..120i32, 1..60i32, 1..100i64)),
        ) {
            let start = d("2022-12-20").unwrap().to_epoch_days();
            let at = |n: i32| Date::from_epoch_days(start + n);
            let mut program = point();
            let parameter = &mut program.parameters[0];
            parameter.within_month = WithinMonth::Prorata;
            let first = parameter.cases[0].timeline[0].clone();
            let line = |from: Option<Date>, until: Option<Date>, value: i64| Dated { from, until, value: Exact::from_int(value), ..first.clone() };
            parameter.cases[0].timeline = days.iter().zip(&values).map(|(n, v)| line(at(*n), None, *v)).collect();
            if let Some((from, long, value)) = exception {
                let timeline = vec![line(at(from), at(from + long), value)];
                parameter.cases.insert(0, ParameterCase { selection: on("corps", "PR"), timeline, text: String::new() });
            }
            let p = Parameters::of(&program);
            let row = who("PR_1C", "PR", "DROIT");
            let month: Month = "2023-01".parse().unwrap();
            for m in month.through(month.plus(2)) {
                let mut total = Some(Exact::ZERO);
                for k in 0..30 {
                    let day = Date::new(m.year(), m.number(), k + 1).unwrap_or_else(|| m.last_day());
                    let value = p.on(p.get(ParameterId(0)).unwrap(), day, m, Some(&row)).map(|d| d.value.clone());
                    total = total.zip(value).map(|(t, v)| &t + &v);
                }
                let mean = total.map(|t| &t / &Exact::from_int(30));
                proptest::prop_assert_eq!(p.value(ParameterId(0), m, Some(&row)), mean, "{}", m);
            }
        }
    }
}
