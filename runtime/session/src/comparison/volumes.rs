//! Movements, reclassements and grids laid one after the other: each computes again the people whose careers it changes, before and after
//! it, and nobody else (decision 0212). What people are paid depends on their own careers and on values, unless pay reads levels: then one
//! arrival moves everybody's share, and whole runs tell it.

use std::collections::BTreeSet;
use std::sync::Arc;

use cadrage_careers::{AgentCareer, touched, unroll_among};
use cadrage_driver::{Compiled, Scenario};
use cadrage_engine::{Kernel, Levels};

use super::Side;
use super::tally::{Tally, Told};
use crate::attributes::Coder;
use crate::grids;
use crate::keys::KeyBook;
use crate::run::{self, RunError};
use crate::unrolling::{Past, Settled};

/// Scenarios that differ by who is there, on the same constaté, at the same values.
pub(super) struct Volumes<'a> {
    compiled: &'a Compiled,
    side: Side<'a>,
    kernel: &'a dyn Kernel,
    told: Told,
    past: Past,
    keys: Arc<KeyBook<'a>>,
    coder: Coder<'a>,
}

impl<'a> Volumes<'a> {
    /// On the constaté of a side. `first`: any of the scenarios.
    pub(super) fn on(compiled: &'a Compiled, side: Side<'a>, first: &'a Scenario, kernel: &'a dyn Kernel, told: Told) -> Volumes<'a> {
        let coder = Coder::declaring(&side.cube.references, &side.program.elements).merging(&first.merges);
        Volumes {
            compiled,
            kernel,
            told,
            past: Past::new(side.cube, first.constate, None),
            keys: Arc::new(KeyBook::new(side.cube, first.constate)),
            coder,
            side,
        }
    }

    /// From each scenario to the next: what those are paid whom it changes, before and after. `begin` is told which step begins, from 1.
    ///
    /// # Errors
    /// What stops one of them: not always what a whole run would meet first.
    pub(super) fn steps<'s>(
        &mut self,
        scenarios: impl IntoIterator<Item = &'s Scenario>,
        begin: &mut dyn FnMut(usize),
    ) -> Result<Vec<(Tally, Tally)>, RunError> {
        let mut out = Vec::new();
        let mut before: Option<(&Scenario, Settled)> = None;
        for (k, scenario) in scenarios.into_iter().enumerate() {
            if k > 0 {
                begin(k);
            }
            let settled = Settled::of(self.compiled, scenario, self.side.cube, &self.past, (&self.keys, &mut self.coder))?;
            if let Some((first, then)) = &before {
                let (old, new) = self.changed(then, &settled)?;
                out.push((self.tally(first, old)?, self.tally(scenario, new)?));
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

    /// What these people are paid in the projected months of the exercice.
    fn tally(&mut self, scenario: &Scenario, careers: Vec<AgentCareer>) -> Result<Tally, RunError> {
        if careers.is_empty() {
            return Ok(Tally::default());
        }
        let (runs, people) = ((scenario, self.side.program), (careers, &self.keys));
        let lines = run::projected_lines(self.compiled, runs, self.side.cube, self.kernel, people, &Levels::default(), &mut self.coder)?;
        Ok(self.told.of(&lines))
    }
}
