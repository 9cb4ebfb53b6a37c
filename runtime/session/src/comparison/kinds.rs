//! What the money paid in an exercice is, seen by who explains why it moved: pay by rules, hours, vacations, hors PSOP, atypical.

use std::collections::BTreeSet;

use cadrage_engine::Line;
use cadrage_ir::{AttributeId, attribute};

use super::end::{End, code};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An element that rules compute for agents.
    Permanent,
    /// Hours of permanent agents and other elements declared variable.
    Hours,
    /// Everything paid to who is paid by the hour.
    Vacations,
    /// Outside the payroll.
    HorsPsop,
    /// Elements declared exceptional, and those nobody knows.
    Atypical,
    /// Regular elements that no rule computes.
    Ruleless,
}

/// Tells lines apart.
pub(crate) struct Kinds<'a> {
    computed: BTreeSet<&'a str>,
    end: &'a End<'a>,
    plafond: Option<AttributeId>,
    remuneration: Option<AttributeId>,
    rubrique: Option<AttributeId>,
}

impl<'a> Kinds<'a> {
    pub(crate) fn of(end: &'a End<'a>) -> Kinds<'a> {
        Kinds {
            computed: end.rubriques().map(|(_, rubrique)| rubrique).collect(),
            end,
            plafond: attribute("plafond"),
            remuneration: attribute("rémunération"),
            rubrique: attribute("rubrique"),
        }
    }

    pub(crate) fn kind(&self, line: &Line) -> Kind {
        let rubrique = code(line, self.rubrique);
        if code(line, self.plafond) == "HORS_PSOP" {
            return Kind::HorsPsop;
        }
        if code(line, self.remuneration) == "HORAIRE" {
            return Kind::Vacations;
        }
        if self.computed.contains(rubrique) {
            return Kind::Permanent;
        }
        match self.end.cube().references.elements.get(rubrique).map(|e| e.regularite.as_str()) {
            Some("EXCEPTIONNEL") => Kind::Atypical,
            Some("VARIABLE") => Kind::Hours,
            Some(_) => Kind::Ruleless,
            // A dossier whose elements are those of its scripts does not say how regular they are.
            None if self.end.program().element(rubrique).is_some() => Kind::Ruleless,
            None => Kind::Atypical,
        }
    }
}
