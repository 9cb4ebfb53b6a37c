//! Two scenarios told apart by what they declare: one declaration after the other is taken off the first or laid over it, until it is the
//! second; each step's difference is the effect of that declaration. Volumes first (movements, reclassements, grids), at the values of the
//! first; values next, on the volumes of the second (domain.md §B.6: order matters, so it is fixed).

use cadrage_driver::Scenario;
use cadrage_ir::Layer;
use cadrage_source::Span;

/// A declaration that one of the two scenarios has and the other has not.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// It is the first scenario's, taken off.
    pub(crate) removed: bool,
    /// Its sentence.
    pub(crate) text: String,
    /// Where it is written.
    pub(crate) span: Span,
    /// Does it change who is there, in which situation?
    pub(crate) volumes: bool,
    /// What it lays over values, when that is what it does.
    pub(crate) layer: Option<Layer>,
    /// The effect it is counted in by `décomposé en …`, unless its value says.
    pub(crate) family: &'static str,
    /// The scenario once this step is made.
    pub(crate) scenario: Scenario,
}

/// Where a sentence is says which it is; what it says tells apart those a variant brings twice.
type Identity<'a> = (Span, &'a str);

/// A list of sentences of a scenario, and how it is got and set.
struct List {
    volumes: bool,
    family: &'static str,
    identities: fn(&Scenario) -> Vec<Identity<'_>>,
    keep: fn(&mut Scenario, &Scenario, &[bool]),
}

macro_rules! list {
    ($field:ident, $volumes:expr, $family:expr) => {
        List {
            volumes: $volumes,
            family: $family,
            identities: |s| s.$field.iter().map(|x| (x.span, x.text.as_str())).collect(),
            keep: |to, from, kept| {
                to.$field = from.$field.iter().zip(kept).filter(|(_, kept)| **kept).map(|(x, _)| x.clone()).collect();
            },
        }
    };
}

/// In the order they are replayed.
const LISTS: [List; 4] =
    [list!(movements, true, "effectifs"), list!(reclassifications, true, "gvt"), list!(grids, true, "gvt"), list!(layers, false, "règles")];

/// The steps from one scenario to the other. Both project the same months from the same constaté; what populations a scenario redefines
/// is not among them.
pub(crate) fn steps(from: &Scenario, to: &Scenario) -> Vec<Step> {
    let mut out = Vec::new();
    let mut now = from.clone();
    for list in &LISTS {
        let (old, new) = ((list.identities)(from), (list.identities)(to));
        let mut kept = vec![true; old.len()];
        // The last laid is the first taken off.
        for (k, one) in old.iter().enumerate().rev().filter(|(_, one)| !new.contains(one)) {
            if let Some(slot) = kept.get_mut(k) {
                *slot = false;
            }
            (list.keep)(&mut now, from, &kept);
            out.push(step(list, from, (k, *one), true, &now));
        }
        let mut kept: Vec<bool> = new.iter().map(|one| old.contains(one)).collect();
        for (k, one) in new.iter().enumerate().filter(|(_, one)| !old.contains(one)) {
            if let Some(slot) = kept.get_mut(k) {
                *slot = true;
            }
            (list.keep)(&mut now, to, &kept);
            out.push(step(list, to, (k, *one), false, &now));
        }
    }
    out
}

fn step(list: &List, of: &Scenario, (k, (span, text)): (usize, Identity<'_>), removed: bool, now: &Scenario) -> Step {
    let layer = if list.volumes { None } else { of.layers.get(k).map(|laid| laid.what.clone()) };
    Step { removed, text: text.to_owned(), span, volumes: list.volumes, layer, family: list.family, scenario: now.clone() }
}

/// How many of the first layers all these scenarios share.
pub(crate) fn common_layers<'s>(first: &Scenario, others: impl Iterator<Item = &'s Scenario>) -> usize {
    others.fold(first.layers.len(), |most, s| first.layers.iter().zip(&s.layers).take(most).take_while(|(a, b)| a == b).count())
}

/// The layers after the first ones.
pub(crate) fn layers_after(scenario: &Scenario, common: usize) -> Vec<Layer> {
    scenario.layers.iter().skip(common).map(|laid| laid.what.clone()).collect()
}
