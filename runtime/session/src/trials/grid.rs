//! The values that may be tried: multiples of a step between two bounds, or days so many months apart.

use cadrage_driver::{MovedPart, Pace, Scenario};
use cadrage_source::{Code, Span};
use cadrage_value::{Date, Exact};

use super::gauge::refused;
use super::mover::Mover;
use super::written;
use crate::run::RunError;

/// Values, each at a point.
pub(super) struct Grid {
    at: Points,
    pub(super) low: i64,
    pub(super) high: i64,
    /// Where the bounds come from.
    why: String,
}

enum Points {
    /// `point` times the step, from an origin.
    Even(Exact, Exact),
    /// So many months a point after a day; last days of months when it is one, and days end.
    Months(Date, i32, bool),
}

/// At most so many points between two bounds.
const POINTS: i64 = 1_000_000_000;

/// How many people a movement that nothing bounds is looked for up to.
const USUAL: i64 = 100;

impl Grid {
    pub(super) fn of(
        mover: &Mover<'_>,
        scenario: &Scenario,
        bounds: Option<&(Exact, Exact)>,
        pace: Option<&Pace>,
        span: Span,
    ) -> Result<Grid, RunError> {
        let even = if let Some(Pace::Even(step)) = pace { Some(step.clone()) } else { None };
        if let Some(parameter) = mover.parameter() {
            let step = even.unwrap_or_else(|| written::step(parameter));
            let own = mover.own();
            let (low, high, why) = match (bounds, &parameter.bounds, own) {
                (Some((a, b)), ..) => (a.clone(), b.clone(), "bornes demandées"),
                (None, Some((a, b)), _) => (a.clone(), b.clone(), "bornes déclarées"),
                (None, None, Some(x)) if !x.is_zero() => {
                    let twice = &x + &x;
                    let (low, high) = if x.is_negative() { (twice, Exact::ZERO) } else { (Exact::ZERO, twice) };
                    (low, high, "sans bornes déclarées, de 0 à deux fois la valeur en vigueur")
                }
                _ => {
                    let why = format!("rien ne dit entre quelles bornes chercher `{}`", parameter.name);
                    let help =
                        "dites-les : `chercher … dans … entre 0 % et 5 % tel que …`, ou déclarez-les : `hypothèse … entre 0 % et 5 %`";
                    return Err(refused(Code::V02, why, span, help.to_owned()));
                }
            };
            return Grid::even(mover, Exact::ZERO, step, (low, high, why.to_owned()), span);
        }
        let Some((moved, place)) = mover.movement() else {
            return Err(refused(Code::V21, "rien ne bouge".to_owned(), span, "nommez une hypothèse".to_owned()));
        };
        if moved.is_dated() {
            return Grid::days(mover, scenario, bounds, pace, span);
        }
        let usual = match moved.part {
            MovedPart::Agents => Exact::ONE,
            MovedPart::Etp => Exact::ratio(1, 10).unwrap_or(Exact::ONE),
            _ => Exact::ratio(1, 100).unwrap_or(Exact::ONE),
        };
        let (low, high, why) = match (bounds, place, moved.part) {
            (Some((a, b)), ..) => (a.clone(), b.clone(), "bornes demandées".to_owned()),
            (None, _, MovedPart::Share) => (Exact::ZERO, Exact::ONE, "de personne à tous".to_owned()),
            (None, Some(place), _) => (Exact::ZERO, &place.value + &place.value, "de 0 à deux fois le nombre écrit".to_owned()),
            (None, None, _) => (Exact::ZERO, Exact::from_int(USUAL), format!("sans bornes données, de 0 à {USUAL}")),
        };
        Grid::even(mover, Exact::ZERO, even.unwrap_or(usual), (low, high, why), span)
    }

    fn even(mover: &Mover<'_>, origin: Exact, step: Exact, (low, high, why): (Exact, Exact, String), span: Span) -> Result<Grid, RunError> {
        let point = |x: &Exact| (x - &origin).checked_div(&step);
        let bounds = point(&low).zip(point(&high)).and_then(|(a, b)| Some(((-(-a).floor()).to_int()?, b.floor().to_int()?)));
        match bounds {
            Some((low, high)) if low <= high && high.saturating_sub(low) <= POINTS => {
                Ok(Grid { at: Points::Even(origin, step), low, high, why })
            }
            Some((low, high)) if low > high => {
                let step = if mover.movement().is_some_and(|(m, _)| m.is_dated()) { step.to_shortest() } else { mover.written(&step) };
                let why = format!("aucun pas de {step} ne tombe entre ces bornes");
                Err(refused(Code::V21, why, span, "prenez un pas plus petit, ou des bornes plus larges".to_owned()))
            }
            _ => {
                let help = "prenez un pas plus grand, ou des bornes plus serrées".to_owned();
                Err(refused(Code::V21, "il y a trop de valeurs entre ces bornes".to_owned(), span, help))
            }
        }
    }

    /// Days of the projected months: the first of each for who comes or changes, the last for who leaves; the day that is written, when one is.
    fn days(
        mover: &Mover<'_>,
        scenario: &Scenario,
        bounds: Option<&(Exact, Exact)>,
        pace: Option<&Pace>,
        span: Span,
    ) -> Result<Grid, RunError> {
        let nothing = || refused(Code::V21, "rien ne bouge".to_owned(), span, "donnez une date".to_owned());
        let (moved, place) = mover.movement().ok_or_else(nothing)?;
        let leaves = moved.part == MovedPart::On;
        let (first, last) = (scenario.constate.plus(1).first_day(), scenario.until.last_day());
        let last = moved.latest().map_or(last, |end| end.min(last));
        let count = |d: Date| Exact::from_int(i64::from(d.to_epoch_days()));
        let (low, high, why) = match bounds {
            Some((a, b)) => {
                let (a, b) = (date(a).ok_or_else(nothing)?, date(b).ok_or_else(nothing)?);
                if a < first || b > last {
                    let message = format!("ce mouvement peut avoir lieu du {} au {}", first.to_french(), last.to_french());
                    return Err(refused(Code::T14, message, span, "cherchez entre ces deux jours : le constaté ne bouge plus".to_owned()));
                }
                (a, b, "bornes demandées")
            }
            None => (first, last, "mois projetés"),
        };
        if let Some(Pace::Even(step)) = pace {
            return Grid::even(mover, count(low), step.clone(), (count(low), count(high), why.to_owned()), span);
        }
        let months = if let Some(Pace::Months(n)) = pace { *n } else { 1 };
        let usual = if leaves { low.month().last_day() } else { low };
        let anchor = place.and_then(|p| date(&p.value)).unwrap_or(usual);
        let points = Points::Months(anchor, months, leaves && anchor == anchor.month().last_day());
        let inside = |k: i64| points.day(k).is_some_and(|d| d >= low && d <= high);
        // A point a month at most: those around the anchor that are within the bounds.
        let span_months = i64::from(low.month().until(high.month()).max(0)) + 2;
        let start = i64::from(anchor.month().until(low.month())) / i64::from(months) - 1;
        let mut found = (start..start + span_months + 2).filter(|k| inside(*k));
        let Some(low) = found.next() else {
            return Err(refused(
                Code::V21,
                "aucune date ne tombe entre ces bornes".to_owned(),
                span,
                "élargissez-les, ou cherchez par jour : `pas 1 jour`".to_owned(),
            ));
        };
        let high = found.next_back().unwrap_or(low);
        Ok(Grid { at: points, low, high, why: why.to_owned() })
    }

    /// The value at a point: base units, or days since 1970.
    pub(super) fn value(&self, point: i64) -> Exact {
        match &self.at {
            Points::Even(origin, step) => origin + &(step * &Exact::from_int(point)),
            months @ Points::Months(..) => Exact::from_int(months.day(point).map_or(0, |d| i64::from(d.to_epoch_days()))),
        }
    }

    /// `de 0 % à 5 %, par pas de 0,1 % ; bornes déclarées`
    pub(super) fn described(&self, mover: &Mover<'_>) -> String {
        let dated = mover.movement().is_some_and(|(m, _)| m.is_dated());
        let pace = match &self.at {
            Points::Even(_, step) if dated => format!("par {} jour(s)", step.to_shortest()),
            Points::Even(_, step) => format!("par pas de {}", mover.written(step)),
            Points::Months(_, 1, _) => "par mois".to_owned(),
            Points::Months(_, n, _) => format!("par {n} mois"),
        };
        let (low, high) = (mover.written(&self.value(self.low)), mover.written(&self.value(self.high)));
        let (from, to) = if dated { ("du", "au") } else { ("de", "à") };
        format!("{} {from} {low} {to} {high}, {pace} ; {}", mover.described(), self.why)
    }
}

impl Points {
    fn day(&self, point: i64) -> Option<Date> {
        let Points::Months(anchor, months, ends) = self else { return None };
        let moved = i32::try_from(point).ok()?.saturating_mul(*months);
        Some(if *ends { anchor.month().plus(moved).last_day() } else { anchor.plus_months(moved) })
    }
}

fn date(x: &Exact) -> Option<Date> {
    x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days)
}
