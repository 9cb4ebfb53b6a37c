//! A run by cohort is what it was agent by agent: same lines, and the first fault in the order of agents, of whom it concerns.

use std::ops::Range;

use cadrage_engine::{
    AgentFrame, AgentValues, Backend, Cohort, Columns, Environment, Kernel, Line, Loaded, Mode, OneByOne, Question, SituationValues, Totals,
};
use cadrage_ir::{Fault, FaultKind, FormulaId, Program};
use cadrage_session::{RunError, Workspace};
use cadrage_source::{FileId, Span};
use cadrage_value::Month;

use super::support::{BACKEND, calculate, dossier, open, root};

/// Whose values of which kind cannot be computed, and whether those of everybody can be computed at once.
#[derive(Clone, Copy)]
struct Failing {
    at_once: bool,
    faults: fn(&str, Mode) -> bool,
}

impl Backend for Failing {
    fn name(&self) -> &'static str {
        "défaillant"
    }

    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p> {
        Box::new(FailingKernel { inner: BACKEND.prepare(program), failing: *self })
    }
}

struct FailingKernel<'p> {
    inner: Box<dyn Kernel + 'p>,
    failing: Failing,
}

fn fault(matricule: &str) -> Fault {
    Fault {
        kind: FaultKind::DivisionByZero,
        formula: "essai".into(),
        month: "2026-10".parse().expect("month"),
        matricule: Some(matricule.into()),
        span: Span::new(FileId(0), 0, 0),
    }
}

impl Kernel for FailingKernel<'_> {
    fn behind(&self) -> &dyn Kernel {
        &*self.inner
    }

    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k> {
        Box::new(FailingLoaded { kernel: self, cohort })
    }

    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        if (self.failing.faults)(&frame.matricule, mode) {
            return Err(fault(&frame.matricule));
        }
        self.inner.agent(frame, environment, formulas, months, mode)
    }
}

struct FailingLoaded<'k> {
    kernel: &'k FailingKernel<'k>,
    cohort: &'k Cohort,
}

impl FailingLoaded<'_> {
    fn or_refused<T>(&self, answer: impl FnOnce(OneByOne<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.kernel.failing.at_once { answer(OneByOne { kernel: self.kernel, cohort: self.cohort }) } else { Err(fault("?")) }
    }
}

impl Loaded for FailingLoaded<'_> {
    fn columns(&self, environment: Environment<'_>, formulas: &[FormulaId], months: Range<usize>, mode: Mode) -> Result<Columns, Fault> {
        self.or_refused(|one| one.columns(environment, formulas, months, mode))
    }

    fn totals(&self, environment: Environment<'_>, question: &Question) -> Result<Totals, Fault> {
        self.or_refused(|one| one.totals(environment, question))
    }

    fn situations(&self, environment: Environment<'_>, formulas: &[FormulaId]) -> Result<Vec<SituationValues>, Fault> {
        self.or_refused(|one| one.situations(environment, formulas))
    }
}

fn told(lines: &[Line]) -> Vec<String> {
    let codes = |l: &Line| l.codes.iter().map(|c| c.to_string()).collect::<Vec<_>>().join(" ");
    lines.iter().map(|l| format!("{} {} {} {} {} {} {:?}", l.month, l.right, codes(l), l.amount, l.etpt(), l.etpf(), l.origin)).collect()
}

#[test]
fn what_cannot_be_computed_at_once_is_computed_agent_by_agent() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let script = "14-cia_en_enveloppe.cadrage";
    std::fs::copy(root().join("examples/30-et-si").join(script), folder.path().join(script)).expect("script");
    // And a constant paid later than its effect.
    std::fs::write(
        folder.path().join("essai.cadrage"),
        "utiliser valmont version \"2026.3\"\nscénario tard hérite de atterrissage_2026 :\n  \
         modifier taux_pension_civile à compter du 01/08/2026 = 80 % payé en 11/2026\nfin\n",
    )
    .expect("script");
    let (mut workspace, compiled) = open(folder.path());
    let slow = Failing { at_once: false, faults: |_, _| false };
    for scenario in ["cia_réparti", "tard"] {
        let usual = calculate(&mut workspace, &compiled, scenario);
        let run = workspace.calculate(&compiled, scenario, &slow).expect("run");
        assert_eq!(told(&run.lines), told(&usual.lines), "{scenario}");
        assert_eq!((&run.measures, &run.alerts), (&usual.measures, &usual.alerts), "{scenario}");
    }
    let late = calculate(&mut workspace, &compiled, "tard");
    let november: Month = "2026-11".parse().expect("month");
    assert!(late.lines.iter().any(|l| matches!(l.origin, cadrage_engine::Origin::Rappel(_)) && l.month == november));
    let usual = workspace.report(&compiled, "suivi_des_corps", &[], &BACKEND).expect("report");
    assert_eq!(workspace.report(&compiled, "suivi_des_corps", &[], &slow).expect("report"), usual);
}

/// Whom the fault told concerns.
fn whose(workspace: &mut Workspace, compiled: &cadrage_session::Compiled, failing: Failing) -> Option<String> {
    match workspace.calculate(compiled, "atterrissage_2026", &failing) {
        Ok(_) => None,
        Err(RunError::Diagnostics(list)) => Some(format!("{list:?}")),
        Err(e) => panic!("{e:?}"),
    }
}

#[test]
fn the_first_fault_in_the_order_of_agents_is_told() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, compiled) = open(folder.path());
    // Whoever left before the last month is owed nothing, so what he would be owed stops nothing.
    let in_force: std::collections::BTreeSet<String> = {
        let cube = workspace.cube().expect("cube");
        let last = cube.months.values().next_back().expect("month");
        last.situations.iter().filter(|s| s.end.is_none() && s.state.statut == "TITULAIRE").map(|s| s.matricule.clone()).collect()
    };
    let gone = {
        let cube = workspace.cube().expect("cube");
        let all = cube.months.values().flat_map(|m| &m.situations).map(|s| s.matricule.clone());
        all.filter(|m| !cube.months.values().next_back().expect("month").situations.iter().any(|s| s.matricule == *m)).min()
    };
    let people: Vec<&String> = in_force.iter().collect();
    let (early, late) = (people[2].clone(), people[9].clone());
    // The closures hold no name: these are fixed data of the example.
    assert_eq!((early.as_str(), late.as_str(), gone.as_deref()), (EARLY, LATE, Some(GONE)));
    for at_once in [true, false] {
        let failing = |faults| Failing { at_once, faults };
        let told = whose(&mut workspace, &compiled, failing(|m, mode| m == GONE && mode == Mode::Recomputed));
        assert_eq!(told, None, "nobody asks what he is owed");
        let told = whose(&mut workspace, &compiled, failing(|m, mode| m == LATE && mode == Mode::Paid)).expect("fault");
        assert!(told.contains(LATE), "{told}");
        let both = |m: &str, mode| (m == LATE && mode == Mode::Paid) || (m == EARLY && mode == Mode::Recomputed);
        let told = whose(&mut workspace, &compiled, failing(both)).expect("fault");
        assert!(told.contains(EARLY) && !told.contains(LATE), "{told}");
    }
}

const EARLY: &str = "VAL000000003";
const LATE: &str = "VAL000000010";
const GONE: &str = "VAL000000018";
