//! Movements, reclassements and grids laid one after the other: each computes again the people whose careers it changes, before and after
//! it, and nobody else (decision 0212). What people are paid depends on their own careers and on values, unless pay reads levels: then one
//! arrival moves everybody's share, and whole runs tell it. What is read of these people is the comparison's business.

use std::collections::BTreeSet;
use std::sync::Arc;

use cadrage_careers::{AgentCareer, touched, unroll_among};
use cadrage_driver::{Compiled, Scenario};

use super::Side;
use crate::attributes::Coder;
use crate::grids;
use crate::keys::KeyBook;
use crate::run::RunError;
use crate::unrolling::{Past, Settled};

/// Reads some people as a scenario has them: what their keys are, and what fills the codes of their rows.
pub(super) type Reads<'r, 'a, T> = &'r mut dyn FnMut(&Scenario, Vec<AgentCareer>, &Arc<KeyBook<'a>>, &mut Coder<'a>) -> Result<T, RunError>;

/// Scenarios that differ by who is there, on the same constaté, at the same values.
pub(super) struct Volumes<'a> {
    compiled: &'a Compiled,
    side: Side<'a>,
    past: Past,
    keys: Arc<KeyBook<'a>>,
    coder: Coder<'a>,
}

impl<'a> Volumes<'a> {
    /// On the constaté of a side. `first`: any of the scenarios.
    pub(super) fn on(compiled: &'a Compiled, side: Side<'a>, first: &Scenario) -> Volumes<'a> {
        let coder = Coder::declaring(&side.cube.references, &side.program.elements).merging(&first.merges);
        Volumes {
            compiled,
            past: Past::new(side.cube, first.constate, None),
            keys: Arc::new(KeyBook::new(side.cube, first.constate)),
            coder,
            side,
        }
    }

    /// From each scenario to the next: what is read of those whom it changes, before and after. `begin` is told which step begins, from 1.
    ///
    /// # Errors
    /// What stops one of them: not always what a whole run would meet first.
    pub(super) fn steps<'s, T>(
        &mut self,
        scenarios: impl IntoIterator<Item = &'s Scenario>,
        begin: &mut dyn FnMut(usize),
        read: Reads<'_, 'a, T>,
    ) -> Result<Vec<(T, T)>, RunError> {
        let mut out = Vec::new();
        let mut before: Option<(&Scenario, Settled)> = None;
        for (k, scenario) in scenarios.into_iter().enumerate() {
            if k > 0 {
                begin(k);
            }
            let settled = Settled::of(self.compiled, scenario, self.side.cube, &self.past, (&self.keys, &mut self.coder))?;
            if let Some((first, then)) = &before {
                let (old, new) = self.changed(then, &settled)?;
                let (keys, coder) = (&self.keys, &mut self.coder);
                out.push((read(first, old, keys, coder)?, read(scenario, new, keys, coder)?));
            }
            before = Some((scenario, settled));
        }
        Ok(out)
    }

    /// The careers that are not the same, as they were and as they are.
    fn changed(&self, before: &Settled, after: &Settled) -> Result<(Vec<AgentCareer>, Vec<AgentCareer>), RunError> {
        let (old, new) = (before.input(&self.past), after.input(&self.past));
        let (mut was, mut is) = if before.grids == after.grids {
            let lines = touched(&before.movements, &after.movements);
            (unroll_among(&old, &lines), unroll_among(&new, &lines))
        } else {
            (cadrage_careers::unroll(&old), cadrage_careers::unroll(&new))
        };
        for unrolled in [&was, &is] {
            let unknown = grids::unknown_indices(&unrolled.notes, &self.compiled.model, &self.side.cube.references);
            if !unknown.is_empty() {
                return Err(RunError::Diagnostics(unknown));
            }
        }
        // Both are in order of matricule.
        let same = |a: &[AgentCareer], b: &[AgentCareer]| -> BTreeSet<String> {
            let found = |career: &&AgentCareer| {
                b.binary_search_by(|other| other.matricule.cmp(&career.matricule)).ok().and_then(|k| b.get(k)) == Some(*career)
            };
            a.iter().filter(found).map(|career| career.matricule.clone()).collect()
        };
        let still = same(&was.agents, &is.agents);
        for unrolled in [&mut was, &mut is] {
            unrolled.agents.retain(|career| !still.contains(&career.matricule));
        }
        Ok((was.agents, is.agents))
    }
}
