//! The SIRH's announced movements, put off or cancelled, and departures replaced (design/language.md §6.12).

use cadrage_syntax::ast::{Flow, FlowClause, ReplacementClause};

use crate::movement::{MovementKind, Profile, Shift};
use crate::scope::Scope;

impl Scope<'_> {
    /// `annuler les entrées …`, `décaler les sorties …`.
    pub(crate) fn flow(&mut self, f: &FlowClause) -> Option<MovementKind> {
        let exits = f.flow == Flow::Exits;
        let verb = if f.cancel { "annuler" } else { "décaler" };
        let mut takes = vec!["pour", "à compter du", "du … au …"];
        if exits {
            takes.push("motif");
        }
        if !f.cancel {
            takes.extend(["de", "au"]);
        }
        let said = self.said(verb, &f.complements, &takes, f.span)?;
        let reach = self.reach(&said, f.span)?;
        let shift = match (f.cancel, said.by, said.on) {
            (true, ..) => Shift::Cancel,
            (false, Some(by), None) => Shift::By(self.months_of(by)?),
            (false, None, Some(day)) => Shift::To(day),
            (false, Some(_), Some(_)) => {
                self.incomplete(f.span, "décaler d'une durée, ou à une date ?", "gardez `de 3 mois`, ou `au 01/03/2027`");
                return None;
            }
            (false, None, None) => {
                self.incomplete(f.span, "décaler de combien ?", "ajoutez `de 3 mois`, ou `au 01/03/2027`");
                return None;
            }
        };
        Some(MovementKind::Flow { exits, reach, shift })
    }

    /// `remplacer 1 sortie sur 2 …`.
    pub(crate) fn replacement(&mut self, r: &ReplacementClause) -> Option<MovementKind> {
        let said = self.said("remplacer", &r.complements, &["pour", "par", "après", "à compter du", "motif"], r.span)?;
        let ratio = r.ratio.unwrap_or((1, 1));
        if ratio.0 == 0 || ratio.0 > ratio.1 {
            self.incomplete(
                r.span,
                format!("« {} sur {} » n'est pas une part", ratio.0, ratio.1),
                "écrivez `1 sortie sur 2`, ou `les sorties`",
            );
            return None;
        }
        let reach = self.reach(&said, r.span)?;
        let profile = said.with.map_or(Some(Profile::default()), |p| self.movement_profile(p))?;
        let after = match said.after {
            Some((x, unit)) => self.whole_months(x, unit, 0, r.span)?,
            None => 0,
        };
        Some(MovementKind::Replace { ratio, reach, after, profile })
    }
}
