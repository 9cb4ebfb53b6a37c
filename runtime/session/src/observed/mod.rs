//! Movements read in the constaté: what changed in the files of people between the ends of two months, and whether it was announced.
//!
//! Works on `mouvements_constates` and `multi_affectations` alone (interfaces.md §3, §5). A movement has the type of §4, so that
//! what happened and what was announced are set side by side. Each also carries what it changes in the ETP at a date
//! (language.md §6, 11): they sum exactly to the difference between the ends of the two months.

mod announced;
mod changes;

use std::collections::BTreeMap;

use cadrage_cube::{Cube, MonthFacts};
use cadrage_value::{Date, Exact, Month};

/// The types of movements, in the order shown.
pub const KINDS: [&str; 9] = ["ENTREE", "SORTIE", "POSITION", "QUOTITE", "STATUT", "GRADE", "ECHELON", "CONTRAT", "STRUCTURE"];

/// What a movement looks like beside what was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Announced {
    /// On that very day.
    AsSaid,
    /// On another day.
    OtherDay(Date),
    /// Nobody had said so.
    No,
}

/// A change between two situations that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Agent.
    pub matricule: String,
    /// First day of what is new, or first day out.
    pub date: Date,
    /// The month whose file shows it.
    pub month: Month,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// `RETRAITE`, `CDISATION`…; empty when no file says.
    pub motif: String,
    /// What was, as codes; empty for an entry.
    pub before: String,
    /// What is; empty for an exit.
    pub after: String,
    /// Change of the ETP at a date.
    pub etp: Exact,
    /// The grade he has as it happens, and the one he has then: another one for a change of grade only.
    pub grades: (String, String),
    /// ETP he has then: what a change of grade takes from a population to another.
    pub standing: Exact,
    /// Was it announced at the first month's observation?
    pub announced: Announced,
}

/// An announcement that nothing came of within the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Agent.
    pub matricule: String,
    /// Day announced.
    pub date: Date,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// As announced.
    pub motif: String,
}

/// What changed between the ends of two months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movements {
    /// At whose end the comparison begins.
    pub from: Month,
    /// At whose end it stops.
    pub to: Month,
    /// ETP at the end of `from`.
    pub etp_before: Exact,
    /// ETP at the end of `to`.
    pub etp_after: Exact,
    /// ETP at the end of `from`, by grade.
    pub etp_by_grade: BTreeMap<String, Exact>,
    /// By agent, then by day.
    pub observed: Vec<Observed>,
    /// Announced at the end of `from` for a day up to the end of `to`, and not seen.
    pub unseen: Vec<Unseen>,
    /// Were the announcements those of `mouvements_previsionnels`? Else they are what the situations say of what comes next.
    pub from_forecasts: bool,
}

/// Why there is nothing to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NothingToCompare {
    /// The cube has not two months.
    TooFewMonths,
    /// A month asked for is not loaded.
    Unknown(Month),
    /// The second month is not after the first.
    Order,
}

impl NothingToCompare {
    /// As people read it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            NothingToCompare::TooFewMonths => "il faut deux mois chargés pour les comparer ; `cadrage importer` en charge".to_owned(),
            NothingToCompare::Unknown(month) => {
                format!("{} n'est pas chargé ; `cadrage charges` liste les mois qui le sont", month.to_french())
            }
            NothingToCompare::Order => "le premier mois doit précéder le dernier (`--du`, `--au`)".to_owned(),
        }
    }
}

/// The type of a movement, as people say it.
#[must_use]
pub fn named(kind: &str) -> &'static str {
    match kind {
        "ENTREE" => "entrées",
        "SORTIE" => "sorties",
        "POSITION" => "positions",
        "QUOTITE" => "quotités",
        "STATUT" => "statuts",
        "GRADE" => "grades",
        "ECHELON" => "échelons",
        "CONTRAT" => "contrats",
        _ => "affectations",
    }
}

/// A motive, as people say it.
#[must_use]
pub fn motive(code: &str) -> String {
    // Those that deliveries use (interfaces.md §4); an institution's own are read as they are written.
    match code {
        "" => "sans motif".to_owned(),
        "FIN_CONTRAT" => "fin de contrat".to_owned(),
        "CDISATION" => "passage en CDI".to_owned(),
        "REINTEGRATION" => "réintégration".to_owned(),
        "DEMISSION" => "démission".to_owned(),
        "DECES" => "décès".to_owned(),
        "DISPONIBILITE" => "disponibilité".to_owned(),
        "DETACHEMENT" => "détachement".to_owned(),
        _ => code.to_lowercase().replace('_', " "),
    }
}

/// Compares the ends of two months. Without them: from December before the last month (or the first month loaded), to the last.
///
/// # Errors
/// See [`NothingToCompare`].
pub fn observed(cube: &Cube, from: Option<Month>, to: Option<Month>) -> Result<Movements, NothingToCompare> {
    let (Some(first), Some(last)) = (cube.months.keys().next().copied(), cube.months.keys().next_back().copied()) else {
        return Err(NothingToCompare::TooFewMonths);
    };
    for asked in [from, to].into_iter().flatten() {
        if !cube.months.contains_key(&asked) {
            return Err(NothingToCompare::Unknown(asked));
        }
    }
    let to = to.unwrap_or(last);
    let december = Month::new(to.year() - 1, 12).filter(|m| cube.months.contains_key(m));
    let from = from.or(december).unwrap_or(first);
    if from >= to {
        return Err(if first == last { NothingToCompare::TooFewMonths } else { NothingToCompare::Order });
    }
    let mut people = changes::People::at_the_end_of(from, cube);
    let (etp_before, etp_by_grade) = (people.etp(), people.etp_by_grade());
    let mut observed = Vec::new();
    for (month, facts) in cube.months.range(from.plus(1)..=to) {
        people.advance(*month, facts, &mut observed);
    }
    observed.sort_by(|a: &Observed, b| (&a.matricule, a.date, rank(a.kind)).cmp(&(&b.matricule, b.date, rank(b.kind))));
    let announcements = cube
        .months
        .get(&from)
        .map_or_else(announced::Announcements::default, |facts: &MonthFacts| announced::Announcements::of(facts, from, to));
    let from_forecasts = announcements.from_forecasts;
    let unseen = announcements.set_beside(&mut observed);
    Ok(Movements { from, to, etp_before, etp_after: people.etp(), etp_by_grade, observed, unseen, from_forecasts })
}

fn rank(kind: &str) -> usize {
    KINDS.iter().position(|k| *k == kind).unwrap_or(KINDS.len())
}

/// The movements of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// How many.
    pub count: usize,
    /// By motive; empty = none said.
    pub motifs: BTreeMap<String, usize>,
    /// What they change in the ETP.
    pub etp: Exact,
    /// On the day announced.
    pub as_said: usize,
    /// Announced for another day.
    pub other_day: usize,
    /// Announced, and not seen.
    pub unseen: usize,
}

impl Movements {
    /// Counts by type, all types, in the order of [`KINDS`].
    #[must_use]
    pub fn counts(&self) -> Vec<KindCount> {
        let of = |kind: &'static str| {
            let mut count = KindCount { kind, count: 0, motifs: BTreeMap::new(), etp: Exact::ZERO, as_said: 0, other_day: 0, unseen: 0 };
            for o in self.observed.iter().filter(|o| o.kind == kind) {
                count.count += 1;
                *count.motifs.entry(o.motif.clone()).or_default() += 1;
                count.etp = &count.etp + &o.etp;
                match o.announced {
                    Announced::AsSaid => count.as_said += 1,
                    Announced::OtherDay(_) => count.other_day += 1,
                    Announced::No => {}
                }
            }
            count.unseen = self.unseen.iter().filter(|u| u.kind == kind).count();
            count
        };
        KINDS.into_iter().map(of).collect()
    }
}
