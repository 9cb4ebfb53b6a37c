//! Engines against the definition of right, on made-up programs, kept ones, and everything the suite and the examples compile.

use std::collections::BTreeSet;
use std::ops::Range;

use cadrage_driver::compile;
use cadrage_engine::{AgentFrame, AgentValues, Backend, Cohort, Environment, Kernel, Loaded, Mode, OneByOne, Value};
use cadrage_interpreter::Interpreter;
use cadrage_ir::{Fault, FormulaId, Program};
use cadrage_jit::Options;
use cadrage_value::{Exact, Rounding};
use proptest::prelude::ProptestConfig;
use suite::differential::{Counts, Drawn, OPERATIONS, Verdict, check, drawn, operations, read_kept, seek, write_kept};
use suite::strategies::{Alone, Size};

use super::support::root;

/// Whom to compare with the interpreter: the other engines, or itself while it is alone.
fn others() -> Vec<Box<dyn Backend>> {
    let others = suite::others();
    if others.is_empty() { vec![Box::new(Interpreter)] } else { others }
}

fn told(made: &Drawn, verdict: &Verdict) -> String {
    let why = match verdict {
        Verdict::Equal(_) => "ne diffère plus une fois réduit".to_owned(),
        Verdict::Differs(difference) => difference.to_string(),
        Verdict::Refused(why) => why.clone(),
    };
    format!("\n{}\n{why}\n\nGardez ce texte dans tests/differential/, sous un nom qui dit ce qu'il montre.", write_kept(made))
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 0, failure_persistence: None, ..Default::default() })]

    /// The seeds are drawn anew every time; shrinking is ours, a failure is printed as a case to keep.
    #[test]
    fn made_up_programs_agree(seed in proptest::num::u64::ANY) {
        for engine in others() {
            if let Err(found) = seek(seed, Size::Few, &suite::REFERENCE, &*engine) {
                panic!("graine {seed}, {}{}", engine.name(), told(&found.0, &found.1));
            }
        }
    }
}

#[test]
fn a_cohort_of_hundreds_agrees() {
    for (seed, engine) in [7, 19].into_iter().flat_map(|s| others().into_iter().map(move |e| (s, e))) {
        let found = seek(seed, Size::Many, &suite::REFERENCE, &*engine);
        let counts = found.unwrap_or_else(|found| panic!("graine {seed}, {}{}", engine.name(), told(&found.0, &found.1)));
        assert!(counts.values > 0);
    }
}

/// Every block given back to the interpreter; one thread; agents compiled one by one: the same figures.
#[test]
fn the_compiled_engine_agrees_however_it_runs() {
    let options = [
        Options { flag_everything: true, ..Options::default() },
        Options { one_thread: true, ..Options::default() },
        Options { compile_alone: true, ..Options::default() },
        Options { piecemeal: true, ..Options::default() },
    ];
    for (options, seed) in options.into_iter().flat_map(|o| (0..12).map(move |s| (o, s))) {
        let engine = suite::compiled(options);
        if let Err(found) = seek(seed, Size::Few, &suite::REFERENCE, &engine) {
            panic!("graine {seed}, {options:?}{}", told(&found.0, &found.1));
        }
    }
}

/// Blocks, their borders, their order; a million agents are for the long run.
#[test]
fn ten_thousand_agents_agree() {
    for engine in others() {
        let found = suite::differential::large(10_000, 1, &suite::REFERENCE, &*engine);
        assert!(found.as_ref().is_ok_and(|values| *values > 40_000), "{}: {found:?}", engine.name());
    }
}

#[test]
fn kept_programs_agree() {
    let folder = root().join("tests/differential");
    let mut files: Vec<_> = std::fs::read_dir(&folder).expect("folder").flatten().map(|e| e.path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("kept");
        let made = read_kept(&text).unwrap_or_else(|| panic!("{} n'est pas un cas gardé", file.display()));
        let piecemeal: Box<dyn Backend> = Box::new(suite::compiled(Options { piecemeal: true, ..Options::default() }));
        for engine in others().into_iter().chain([piecemeal]) {
            let verdict = check(&made, &suite::REFERENCE, &*engine);
            assert!(matches!(verdict, Verdict::Equal(_)), "{}, {}{}", file.display(), engine.name(), told(&made, &verdict));
        }
    }
}

/// What is never drawn is never compared.
#[test]
fn made_up_programs_have_every_operation() {
    let mut seen = BTreeSet::new();
    let mut counts = Counts::default();
    for seed in 0..600 {
        let made = drawn(seed, Size::Few);
        let compiled = compile(&Alone::new(&made.script), None);
        assert!(compiled.is_sound(), "graine {seed}\n{}{}", made.script, suite::render_all(&compiled.diagnostics, &compiled.sources));
        seen.extend(operations(&compiled.program));
        if seed < 30
            && let Verdict::Equal(found) = check(&made, &Interpreter, &Interpreter)
        {
            counts.add(found);
        }
    }
    let absent: Vec<_> = OPERATIONS.iter().filter(|o| !seen.contains(**o)).collect();
    assert!(absent.is_empty(), "jamais tirées : {absent:?}");
    assert!(counts.faults > 0 && 2 * counts.known > counts.values, "{counts:?}");
}

#[test]
fn a_kept_text_is_the_case_again() {
    for seed in 0..40 {
        let made = drawn(seed, Size::Few);
        let text = write_kept(&made);
        let again = read_kept(&text).expect("kept");
        assert_eq!(write_kept(&again), text);
        assert_eq!(format!("{:?}", again.people), format!("{:?}", made.people));
    }
}

/// An engine that is wrong on purpose: amounts of agents rounded to even where they should leave zero.
struct Wrong;

struct WrongKernel<'p> {
    program: &'p Program,
    right: Box<dyn Kernel + 'p>,
}

impl Backend for Wrong {
    fn name(&self) -> &'static str {
        "faux"
    }

    fn prepare<'p>(&self, program: &'p Program) -> Box<dyn Kernel + 'p> {
        Box::new(WrongKernel { program, right: Interpreter.prepare(program) })
    }
}

impl Kernel for WrongKernel<'_> {
    fn behind(&self) -> &dyn Kernel {
        &*self.right
    }

    fn load<'k>(&'k self, cohort: &'k Cohort) -> Box<dyn Loaded + 'k> {
        Box::new(OneByOne { kernel: self, cohort })
    }

    fn agent(
        &self,
        frame: &AgentFrame,
        environment: Environment<'_>,
        formulas: &[FormulaId],
        months: Range<usize>,
        mode: Mode,
    ) -> Result<AgentValues, Fault> {
        let mut out = self.right.agent(frame, environment, formulas, months, mode)?;
        for (id, value) in out.iter_mut().flat_map(|row| formulas.iter().zip(row)) {
            let rounded = self.program.formula(*id).and_then(|f| f.rounding).filter(|r| r.rule == Rounding::HalfUp && r.digits == 0);
            if let (Value::Known(x), Some(_)) = (&*value, rounded)
                && x.is_negative()
            {
                *value = Value::Known(x + &Exact::ONE);
            }
        }
        Ok(out)
    }
}

/// The harness finds one wrong rounding among all, and shows it by a program that fits on a few lines.
#[test]
fn a_wrong_engine_is_found_and_made_small() {
    let found = (0..3_000).find_map(|seed| seek(seed, Size::Few, &Interpreter, &Wrong).err());
    let (made, verdict) = *found.expect("the wrong engine is found");
    assert!(matches!(verdict, Verdict::Differs(_)), "{verdict:?}");
    assert_eq!(made.people.frames.len(), 1, "{}", write_kept(&made));
    assert_eq!(made.people.frames[0].months.len(), 1, "{}", write_kept(&made));
    let formulas = made.script.matches("\nformule ").count() + usize::from(made.script.starts_with("formule "));
    // A rubrique that is fed keeps its elements, four or five lines each, which say nothing of the difference.
    let blocks: Vec<&str> = made.script.split("\nfin\n").filter(|block| !block.starts_with("élément")).collect();
    assert!(formulas <= 2 && blocks.iter().map(|block| block.lines().count() + 1).sum::<usize>() <= 12, "{}", made.script);
}
