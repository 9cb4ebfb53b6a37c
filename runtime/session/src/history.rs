//! The scenarios of a dossier, seen from a day that is not today (`--vu-au`, decision 0110).

use std::collections::BTreeMap;

use cadrage_cube::{Cube, FrozenGap};
use cadrage_driver::Compiled;
use cadrage_value::{Date, Month};

use crate::alerts::Alert;

/// A constaté that stops earlier than the scenario says: the months after were not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedBack {
    /// Seen from here.
    pub seen_on: Date,
    /// The month written.
    pub written: Month,
    /// The last month known then.
    pub known: Month,
}

impl MovedBack {
    /// What to know about the figures of a scenario.
    pub(crate) fn alert(&self, scenario: &str) -> Alert {
        Alert { code: "T12", message: format!("`{scenario}` : {}", self.sentence()) }
    }

    /// `vu au 31/05/2026 : constaté jusqu'à 05/2026 et non 09/2026, les mois suivants sont projetés`.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!(
            "vu au {} : constaté jusqu'à {} et non {}, les mois suivants sont projetés",
            self.seen_on.to_french(),
            self.known.to_french(),
            self.written.to_french()
        )
    }
}

/// Looks at every scenario from a day: nothing observed or published later is known, and a constaté that goes beyond stops at the
/// last month that was.
pub(crate) fn look_from(compiled: &mut Compiled, day: Date, cube: &Cube) -> BTreeMap<String, MovedBack> {
    let mut moved = BTreeMap::new();
    for scenario in compiled.scenarios_mut() {
        scenario.observed = scenario.observed.min(day);
        // A month that was never delivered is for the run to refuse.
        let unknown = cube.later.contains_key(&scenario.constate);
        let last = cube.months.range(..=scenario.constate).next_back().map(|(month, _)| *month);
        if let Some(known) = last.filter(|_| unknown) {
            moved.insert(scenario.name.clone(), MovedBack { seen_on: day, written: scenario.constate, known });
            scenario.constate = known;
        }
    }
    moved
}

/// Validated months among the constaté ones whose figures have moved since (decision 0111).
pub(crate) fn frozen(gaps: &[FrozenGap], constate: Month) -> impl Iterator<Item = Alert> + '_ {
    gaps.iter().filter(move |gap| gap.month <= constate).map(|gap| Alert { code: "I13", message: gap.sentence() })
}
