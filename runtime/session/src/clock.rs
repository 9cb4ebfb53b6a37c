//! Where the time of a run goes: one phase at a time, told by a clock that tests replace.

use std::time::{Duration, Instant};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Scripts and the store.
    Reading,
    /// Careers, and the rows that formulas read.
    Careers,
    /// Kernels made of the checked program.
    Compiling,
    /// Formulas.
    Kernels,
    /// Splits, lines, totals.
    Aggregating,
    /// What is shown or written.
    Writing,
}

impl Phase {
    /// In order.
    pub const ALL: [Phase; 6] = [Phase::Reading, Phase::Careers, Phase::Compiling, Phase::Kernels, Phase::Aggregating, Phase::Writing];

    /// As people read it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Phase::Reading => "lecture",
            Phase::Careers => "carrières",
            Phase::Compiling => "compilation",
            Phase::Kernels => "noyaux",
            Phase::Aggregating => "agrégation (ventilation et lignes)",
            Phase::Writing => "écriture",
        }
    }
}

/// Time spent by phase.
pub struct Phases {
    clock: Box<dyn Fn() -> Duration>,
    /// The phase at hand, and since when.
    now: (Phase, Duration),
    spent: [Duration; Phase::ALL.len()],
}

impl Phases {
    /// Begins with reading; the clock says how long it has run, and never goes back.
    #[must_use]
    pub fn new(clock: Box<dyn Fn() -> Duration>) -> Self {
        let start = clock();
        Phases { clock, now: (Phase::Reading, start), spent: [Duration::ZERO; Phase::ALL.len()] }
    }

    /// By the machine's clock.
    #[must_use]
    pub fn measured() -> Self {
        let start = Instant::now();
        Phases::new(Box::new(move || start.elapsed()))
    }

    /// For who does not ask where the time goes.
    #[must_use]
    pub fn unheeded() -> Self {
        Phases::new(Box::new(|| Duration::ZERO))
    }

    /// From now on, this.
    pub fn enter(&mut self, phase: Phase) {
        let now = (self.clock)();
        if let Some(slot) = self.spent.get_mut(self.now.0 as usize) {
            *slot += now.saturating_sub(self.now.1);
        }
        self.now = (phase, now);
    }

    /// Time spent so far in each phase.
    #[must_use]
    pub fn spent(&mut self) -> Vec<(Phase, Duration)> {
        self.enter(self.now.0);
        Phase::ALL.into_iter().zip(self.spent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_moment_is_of_one_phase() {
        let ticks = std::cell::Cell::new(0_u64);
        let tick = move || {
            ticks.set(ticks.get() + 1);
            Duration::from_millis(ticks.get() * ticks.get())
        };
        let mut phases = Phases::new(Box::new(tick));
        phases.enter(Phase::Kernels);
        phases.enter(Phase::Reading);
        phases.enter(Phase::Writing);
        let spent = phases.spent();
        let of = |phase: Phase| spent.iter().find(|(p, _)| *p == phase).unwrap().1.as_millis();
        // 1, 4, 9, 16, 25: reading 3 then 7, kernels 5, writing 9.
        assert_eq!((of(Phase::Reading), of(Phase::Kernels), of(Phase::Writing), of(Phase::Careers)), (10, 5, 9, 0));
        assert_eq!(spent.iter().map(|(_, d)| *d).sum::<Duration>(), Duration::from_millis(24));
    }
}
