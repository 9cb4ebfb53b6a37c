//! Where the time of a run goes: one phase at a time, told by a clock that tests replace, and to who waits.

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

/// Who is told what is being done, in French, as it begins.
pub type Listener = Box<dyn FnMut(&str)>;

/// Time spent by phase.
pub struct Phases {
    clock: Box<dyn Fn() -> Duration>,
    listener: Option<Listener>,
    /// What the phases at hand are a part of, as people read it; nothing when there is one step only.
    step: String,
    /// The phase at hand, and since when.
    now: (Phase, Duration),
    spent: [Duration; Phase::ALL.len()],
}

impl Phases {
    /// Begins with reading; the clock says how long it has run, and never goes back.
    #[must_use]
    pub fn new(clock: Box<dyn Fn() -> Duration>) -> Self {
        let start = clock();
        Phases { clock, listener: None, step: String::new(), now: (Phase::Reading, start), spent: [Duration::ZERO; Phase::ALL.len()] }
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

    /// From now on, tells this one.
    pub fn tell(&mut self, listener: Listener) {
        self.listener = Some(listener);
    }

    /// Begins a step: the phases that follow are of it.
    pub fn step(&mut self, step: impl Into<String>) {
        self.step = step.into();
        self.told();
    }

    fn told(&mut self) {
        if let Some(listener) = &mut self.listener {
            let phase = self.now.0.label();
            if self.step.is_empty() { listener(phase) } else { listener(&format!("{} : {phase}", self.step)) }
        }
    }

    /// From now on, this.
    pub fn enter(&mut self, phase: Phase) {
        let now = (self.clock)();
        if let Some(slot) = self.spent.get_mut(self.now.0 as usize) {
            *slot += now.saturating_sub(self.now.1);
        }
        let other = phase != self.now.0;
        self.now = (phase, now);
        if other {
            self.told();
        }
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

    #[test]
    fn who_listens_is_told_each_step_and_each_phase_once() {
        let heard = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let mut phases = Phases::unheeded();
        let ear = std::rc::Rc::clone(&heard);
        phases.tell(Box::new(move |what| ear.borrow_mut().push(what.to_owned())));
        phases.enter(Phase::Careers);
        phases.enter(Phase::Careers);
        phases.step("effet 2 sur 3");
        phases.enter(Phase::Kernels);
        assert_eq!(*heard.borrow(), ["carrières", "effet 2 sur 3 : carrières", "effet 2 sur 3 : noyaux"]);
    }
}
