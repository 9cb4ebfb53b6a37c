//! Prices of another time: the same values some months later, and some values taken from elsewhere. What a comparison of two exercices
//! needs to value the volumes of one at the prices of the other (domain.md §B.5).

use std::sync::Arc;

use cadrage_ir::{BracketId, Dated, ParameterCase, ParameterId};
use cadrage_value::{Date, Month};

use super::{DatedShares, Parameters};

impl Parameters {
    /// What is worth something in a month is worth it `months` later: read in `m`, they answer as these do in `m - months`.
    #[must_use]
    pub fn delayed(&self, months: i32) -> Parameters {
        let mut out = self.clone();
        if months == 0 {
            return out;
        }
        let later = |d: Date| d.plus_months(months);
        let moved =
            |d: &Dated| Dated { from: d.from.map(later), until: d.until.map(later), paid: d.paid.map(|m| m.plus(months)), ..d.clone() };
        for parameter in out.values.iter_mut().map(Arc::make_mut) {
            for case in &mut parameter.cases {
                case.timeline = case.timeline.iter().map(moved).collect();
            }
        }
        for version in out.brackets.iter_mut().flat_map(|b| &mut b.versions) {
            version.from = later(version.from);
        }
        for dated in out.calendars.iter_mut().flatten() {
            *dated = DatedShares { from: dated.from.map(later), ..dated.clone() };
        }
        for replacement in &mut out.replacements {
            replacement.from = later(replacement.from);
            replacement.until = replacement.until.map(later);
        }
        out.known = out.known.map(|m| m.plus(months));
        out
    }

    /// The same, these values being those of another scenario or time.
    #[must_use]
    pub fn with_values_of(&self, other: &Parameters, ids: &[ParameterId]) -> Parameters {
        let mut out = self.clone();
        for id in ids {
            if let (Some(slot), Some(value)) = (out.values.get_mut(id.index()), other.values.get(id.index())) {
                *slot = Arc::clone(value);
            }
        }
        out
    }

    /// The same, these scales being those of another scenario or time.
    #[must_use]
    pub fn with_scales_of(&self, other: &Parameters, ids: &[BracketId]) -> Parameters {
        let mut out = self.clone();
        for id in ids {
            if let (Some(slot), Some(scale)) = (out.brackets.get_mut(id.index()), other.brackets.get(id.index())) {
                *slot = scale.clone();
            }
        }
        out
    }

    /// Has the parameter another value in one of these months, for anybody?
    #[must_use]
    pub fn differs(&self, other: &Parameters, id: ParameterId, months: &[Month]) -> bool {
        let (Some(one), Some(two)) = (self.values.get(id.index()), other.values.get(id.index())) else { return true };
        if Arc::ptr_eq(one, two) && self.known == other.known {
            return false;
        }
        if one.cases.len() != two.cases.len() || one.within_month != two.within_month {
            return true;
        }
        let value = |parameters: &Parameters, case: &ParameterCase, day: Date, month: Month| {
            let known = parameters.known.map_or(month, |k| k.max(month));
            case.on(day, known).map(|d| d.value.clone())
        };
        one.cases.iter().zip(&two.cases).any(|(a, b)| {
            // Inside a month too, for what is worth its thirtieths.
            let starts =
                |case: &ParameterCase, m: Month| case.timeline.iter().filter_map(|d| d.from).filter(|d| d.month() == m).collect::<Vec<_>>();
            a.selection != b.selection
                || months.iter().any(|m| {
                    let mut days = starts(a, *m);
                    days.extend(starts(b, *m));
                    days.push(m.first_day());
                    days.iter().any(|day| value(self, a, *day, *m) != value(other, b, *day, *m))
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use cadrage_ir::{Parameter, ParameterCase, ParameterId, Program, Selection, Unit, WithinMonth};
    use cadrage_source::{FileId, Span};
    use cadrage_value::{Date, Exact, Month};

    use super::*;

    fn two_values() -> Program {
        let span = Span::new(FileId(0), 0, 0);
        let dated = |from: &str, value: i64| Dated {
            from: Date::parse(from),
            until: None,
            value: Exact::from_int(value),
            source: None,
            published: None,
            paid: None,
            span,
        };
        let parameter = |name: &str| Parameter {
            name: name.into(),
            label: String::new(),
            unit: Unit::pure(),
            written: ("€".into(), Exact::ONE),
            hypothesis: false,
            precision: None,
            within_month: WithinMonth::FirstDay,
            bounds: None,
            cases: vec![ParameterCase {
                selection: Selection::all(),
                timeline: vec![dated("2020-01-01", 1), dated("2025-07-01", 2)],
                text: String::new(),
            }],
            verified: None,
            span,
        };
        Program { parameters: vec![parameter("a"), parameter("b")], ..Program::default() }
    }

    #[test]
    fn a_year_later_they_answer_as_they_did() {
        let now = Parameters::of(&two_values());
        let later = now.delayed(12);
        let first: Month = "2025-01".parse().unwrap();
        for month in first.through(first.plus(40)) {
            assert_eq!(later.value(ParameterId(0), month.plus(12), None), now.value(ParameterId(0), month, None));
        }
    }

    #[test]
    fn values_are_taken_one_by_one_and_differences_seen() {
        let now = Parameters::of(&two_values());
        let later = now.delayed(12);
        let months: Vec<Month> = {
            let m: Month = "2026-01".parse().unwrap();
            m.through(m.plus(11)).collect()
        };
        assert!(later.differs(&now, ParameterId(0), &months));
        assert!(!later.differs(&now, ParameterId(0), &months[6..]));
        let mixed = later.with_values_of(&now, &[ParameterId(1)]);
        assert!(mixed.differs(&now, ParameterId(0), &months) && !mixed.differs(&now, ParameterId(1), &months));
    }
}
