//! What a search or a sweep moves: a value, or the number or the date of a movement, written `?` (decision 0211).

use cadrage_ir::ParameterId;
use cadrage_source::{Span, Spanned};
use cadrage_syntax::ast::{Complement, MovementClause, Sought, UnitExpr};
use cadrage_syntax::print_movement;
use cadrage_value::{Date, Exact};

use crate::movement::{HowMany, MovementKind, Whom};

/// What moves.
#[derive(Clone, Debug)]
pub enum Moved {
    /// A constant or a hypothesis.
    Parameter(ParameterId),
    /// A number or a date of a movement.
    Movement(Box<MovedMovement>),
}

/// What `?` stands for. A day is counted from 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedPart {
    /// Whole people.
    Agents,
    /// ETP.
    Etp,
    /// A share of those who answer.
    Share,
    /// The first day.
    From,
    /// The last day.
    On,
}

/// From one value to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Always as much: base units, or days.
    Even(Exact),
    /// Whole months.
    Months(i32),
}

/// A checked movement with a `?`, and those that go with it.
#[derive(Clone, Debug)]
pub struct MovedMovement {
    /// What `?` stands for.
    pub part: MovedPart,
    /// What happens, with some value in the place of `?`.
    kind: MovementKind,
    /// The sentence, `?` aside.
    clause: MovementClause,
    /// Where `?` is.
    sought: Spanned<Sought>,
    /// `puis`: those written before, with their words.
    pub before: Vec<(MovementKind, String)>,
    /// Those written after.
    pub after: Vec<(MovementKind, String)>,
    /// The words.
    pub span: Span,
}

impl MovedPart {
    pub(crate) fn is_day(self) -> bool {
        matches!(self, MovedPart::From | MovedPart::On)
    }
}

impl MovedMovement {
    pub(crate) fn new(
        part: MovedPart,
        kind: MovementKind,
        (clause, sought): (&MovementClause, &Spanned<Sought>),
        before: Vec<(MovementKind, String)>,
        after: Vec<(MovementKind, String)>,
    ) -> Self {
        MovedMovement { part, kind, clause: clause.clone(), sought: sought.clone(), before, after, span: clause.span }
    }

    /// The unit numbers are written in, and what one of it is; none for a date.
    pub(crate) fn written_unit(&self) -> (cadrage_ir::Unit, Exact) {
        match &self.sought.value {
            Sought::Number(unit) => crate::units::resolve(unit),
            Sought::From | Sought::On => (cadrage_ir::Unit::pure(), Exact::ONE),
        }
    }

    /// A number as it is written in the sentence: `3 agents`, `15 %`.
    #[must_use]
    pub fn written(&self, x: &Exact) -> String {
        match &self.sought.value {
            Sought::Number(unit) => {
                let shown = x.checked_div(&self.written_unit().1).unwrap_or_else(|| x.clone());
                cadrage_syntax::print_quantity(&shown, unit)
            }
            Sought::From | Sought::On => date(x).map_or_else(String::new, Date::to_french),
        }
    }

    /// Is `?` a date?
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.part.is_day()
    }

    /// Do its sentences bring people, and touch nobody who is there?
    #[must_use]
    pub fn only_hires(&self) -> bool {
        let mut all = self.before.iter().chain(&self.after).map(|(kind, _)| kind).chain([&self.kind]);
        all.all(|kind| matches!(kind, MovementKind::Hire { .. }))
    }

    /// The last day `?` may be, when the sentence says an end.
    #[must_use]
    pub fn latest(&self) -> Option<Date> {
        if let (MovementKind::Hire { until, .. }, MovedPart::From) = (&self.kind, self.part) { *until } else { None }
    }

    /// The movement with a value in the place of `?`; nothing for nobody, or a value that it cannot take.
    #[must_use]
    pub fn kind_at(&self, x: &Exact) -> Option<MovementKind> {
        set(&self.kind, self.part, x)
    }

    /// Its sentence, likewise; nothing for nobody.
    #[must_use]
    pub fn sentence_at(&self, x: &Exact) -> Option<String> {
        self.kind_at(x)?;
        Some(print_movement(&filled(&self.clause, &self.sought.value, x)?))
    }

    /// Its sentence as it was asked, `?` in it.
    #[must_use]
    pub fn open_sentence(&self) -> String {
        print_movement(&self.clause)
    }

    /// Is another movement this one but for what `?` stands for? Its own value then.
    #[must_use]
    pub fn value_in(&self, other: &MovementKind) -> Option<Exact> {
        let some = if self.part.is_day() { day(Date::DEFAULT) } else { Exact::ONE };
        let own = get(other, self.part)?;
        (set(&self.kind, self.part, &some) == set(other, self.part, &some)).then_some(own)
    }
}

/// Days since 1 January 1970.
pub(crate) fn day(date: Date) -> Exact {
    Exact::from_int(i64::from(date.to_epoch_days()))
}

fn date(x: &Exact) -> Option<Date> {
    x.to_int().and_then(|n| i32::try_from(n).ok()).and_then(Date::from_epoch_days)
}

/// A sentence with a value in the place of `?`.
pub(crate) fn filled(clause: &MovementClause, sought: &Sought, x: &Exact) -> Option<MovementClause> {
    let mut out = MovementClause { sought: Vec::new(), ..clause.clone() };
    match sought {
        Sought::Number(unit) => {
            let (_, factor) = crate::units::resolve(unit);
            out.quantity = Some((x.checked_div(&factor)?, Some(unit.clone())));
        }
        Sought::From => out.complements.push(Complement::From(date(x)?)),
        Sought::On => out.complements.push(Complement::On(date(x)?)),
    }
    Some(out)
}

/// What a number is of, by its unit.
pub(crate) fn part_of(unit: &UnitExpr) -> MovedPart {
    let found = crate::units::resolve(unit).0;
    if found == cadrage_ir::Unit::of(cadrage_ir::Dimension::Etp) {
        MovedPart::Etp
    } else if crate::units::is_percent(unit) {
        MovedPart::Share
    } else {
        MovedPart::Agents
    }
}

/// The value of a part of a movement.
fn get(kind: &MovementKind, part: MovedPart) -> Option<Exact> {
    let count = |n: usize| i64::try_from(n).ok().map(Exact::from_int);
    match (part, kind) {
        (MovedPart::Agents, MovementKind::Hire { posts, .. }) => {
            posts.windows(2).all(|w| matches!(w, [a, b] if a == b)).then(|| count(posts.len()))?
        }
        (MovedPart::Etp, MovementKind::Hire { posts, .. }) => Some(posts.iter().cloned().sum()),
        (_, MovementKind::Leave { whom: Whom::Selected(_, many), .. } | MovementKind::Change { whom: Whom::Selected(_, many), .. })
            if !part.is_day() =>
        {
            match (part, many) {
                (MovedPart::Agents, HowMany::People(n, _)) => Some(Exact::from_int(i64::from(*n))),
                (MovedPart::Share, HowMany::Share(x, _)) | (MovedPart::Etp, HowMany::Etp(x)) => Some(x.clone()),
                _ => None,
            }
        }
        (MovedPart::From, MovementKind::Hire { from, .. } | MovementKind::Change { from, .. }) => Some(day(*from)),
        (MovedPart::On, MovementKind::Leave { on, .. }) => Some(day(*on)),
        _ => None,
    }
}

/// A movement with another value of one of its parts; nothing where it has no such part, for nobody, or out of what the part may be.
pub(crate) fn set(kind: &MovementKind, part: MovedPart, x: &Exact) -> Option<MovementKind> {
    let mut out = kind.clone();
    let day = if part.is_day() { Some(date(x)?) } else { None };
    if day.is_none() && (x.is_negative() || x.is_zero()) {
        return None;
    }
    match &mut out {
        MovementKind::Hire { posts, from, .. } => match (part, day) {
            (MovedPart::Agents, _) => {
                let quotite = posts.first().cloned().unwrap_or(Exact::ONE);
                *posts = vec![quotite; people(x)?];
            }
            (MovedPart::Etp, _) => {
                let whole = x.floor();
                *posts = vec![Exact::ONE; people(&whole)?];
                posts.extend(Some(x - &whole).filter(|rest| !rest.is_zero()));
            }
            (MovedPart::From, Some(first)) => *from = first,
            _ => return None,
        },
        MovementKind::Leave { whom, on, .. } => match day {
            Some(last) if part == MovedPart::On => *on = last,
            Some(_) => return None,
            None => many(whom, part, x)?,
        },
        MovementKind::Change { whom, from, .. } => match day {
            Some(first) if part == MovedPart::From => *from = first,
            Some(_) => return None,
            None => many(whom, part, x)?,
        },
        _ => return None,
    }
    Some(out)
}

fn many(whom: &mut Whom, part: MovedPart, x: &Exact) -> Option<()> {
    let Whom::Selected(_, found) = whom else { return None };
    match (part, found) {
        (MovedPart::Agents, HowMany::People(n, _)) => *n = u32::try_from(people(x)?).ok()?,
        (MovedPart::Share, HowMany::Share(share, _)) => *share = x.clone(),
        (MovedPart::Etp, HowMany::Etp(etp)) => *etp = x.clone(),
        _ => return None,
    }
    Some(())
}

/// At most so many people in a sentence.
pub(crate) const PEOPLE: i64 = 10_000;

fn people(x: &Exact) -> Option<usize> {
    x.to_int().filter(|n| (0..=PEOPLE).contains(n)).and_then(|n| usize::try_from(n).ok())
}
