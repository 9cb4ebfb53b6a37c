//! However far formulas read one another, from month to month and from one to the next, nothing exhausts the stack or goes on for ever.

use cadrage_driver::compile;
use cadrage_engine::{AgentFrame, Backend, Environment, Levels, Mode, Parameters, Value};
use cadrage_interpreter::Interpreter;
use cadrage_ir::{Fault, FaultKind, FormulaId, Op, Program};
use cadrage_jit::Options;
use cadrage_value::Exact;
use std::fmt::Write as _;
use suite::strategies::{Alone, Choices, one_agent};

/// The engines, the compiled one without the interpreter's help where it can.
fn engines() -> [Box<dyn Backend>; 2] {
    [Box::new(Interpreter), Box::new(suite::compiled(Options { compile_alone: true, ..Options::default() }))]
}

fn program(script: &str) -> Program {
    let compiled = compile(&Alone::new(script), None);
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    compiled.program
}

/// Somebody there for so many months, none of which is constaté.
fn somebody(months: usize) -> AgentFrame {
    let mut frame = one_agent(&mut Choices::seeded(3), 0);
    let mut last = frame.months.pop().expect("month");
    if last.situations.is_empty() {
        last.situations = frame.months.iter().find_map(|m| m.situations.first().cloned()).into_iter().collect();
    }
    assert!(!last.situations.is_empty());
    frame.months = (0..months)
        .map(|k| {
            let mut slot = last.clone();
            slot.month = last.month.plus(i32::try_from(k).expect("months"));
            slot
        })
        .collect();
    frame
}

/// The last formula in the last month, of which nothing was computed before.
fn last(engine: &dyn Backend, program: &Program, frame: &AgentFrame) -> Result<Value, Fault> {
    let (parameters, levels) = (Parameters::of(program), Levels::default());
    let environment = Environment { parameters: &parameters, levels: &levels };
    let asked = [FormulaId::at(program.formulas.len() - 1)];
    let month = frame.months.len() - 1;
    let values = engine.prepare(program).agent(frame, environment, &asked, month..month + 1, Mode::Paid)?;
    Ok(values[0][0].clone())
}

fn whole(x: i64) -> Result<Value, Fault> {
    Ok(Value::Known(Exact::from_int(x)))
}

/// `f0`, and as many formulas each of which adds one to the one before.
fn chain(first: &str, more: usize) -> String {
    let mut script = format!("formule f0 en € par agent :\n  = {first}\nfin\n");
    for k in 1..=more {
        let _ = writeln!(script, "formule f{k} en € par agent :\n  = f{} + 1 €\nfin", k - 1);
    }
    script
}

#[test]
fn a_chain_of_formulas_is_as_long_as_one_likes() {
    let program = program(&chain("1 €", 2_000));
    for engine in engines() {
        assert_eq!(last(&*engine, &program, &somebody(1)), whole(2_001), "{}", engine.name());
    }
}

#[test]
fn a_recurrence_goes_back_as_far_as_months_go() {
    let program = program(&chain("(f30 du mois précédent à défaut 0 €)", 30));
    for engine in engines() {
        assert_eq!(last(&*engine, &program, &somebody(500)), whole(15_000), "{}", engine.name());
    }
}

/// What a formula of a situation gives is computed once for all who read it; what it lacks too.
#[test]
fn nothing_is_computed_once_for_each_reader() {
    let mut script = "formule s0 en € par situation :\n  = 1 €\nfin\n".to_owned();
    for k in 1..=40 {
        let _ = writeln!(script, "formule s{k} en € par situation :\n  = s{0} + s{0} - 1 €\nfin", k - 1);
    }
    script.push_str("formule total en € par agent :\n  = somme de s40\nfin\n");
    assert_eq!(last(&Interpreter, &program(&script), &somebody(1)), whole(1));
    let later = "constante seuil en € :\n  à compter du 01/01/2099 : 1 €\nfin\nformule f en € par agent :\n  \
                 = (f du mois précédent à défaut 1 €) + (f du mois précédent à défaut 1 €) + seuil\nfin\n";
    let fault = last(&Interpreter, &program(later), &somebody(60)).expect_err("no value");
    assert!(matches!(fault.kind, FaultKind::NoValue { .. }), "{fault:?}");
}

#[test]
fn a_number_that_doubles_its_digits_stops_with_a_fault() {
    let program = program(
        "formule f en € par agent :\n  = (f du mois précédent à défaut 1,01 €) * (f du mois précédent à défaut 1,01 €) / 1 €\nfin\n",
    );
    let faults: Vec<Fault> = engines().iter().map(|e| last(&**e, &program, &somebody(60)).expect_err("too long")).collect();
    assert_eq!(faults[0].kind, FaultKind::TooLong);
    assert_eq!(faults[0].formula, "f");
    assert_eq!(faults[0], faults[1]);
    // Short of it, it is exact.
    assert!(last(&Interpreter, &program, &somebody(8)).is_ok());
}

/// The checker refuses circles. Should one escape it, the run ends.
#[test]
fn a_circle_that_escapes_the_checker_is_a_fault() {
    let mut program = program(&chain("1 €", 5));
    let first = program.formulas[0].cases[0].value;
    program.nodes[first.index()].op = Op::Formula(FormulaId::at(5));
    let fault = last(&Interpreter, &program, &somebody(2)).expect_err("circle");
    assert_eq!(fault.kind, FaultKind::Circular);
    assert_eq!(last(&*engines()[1], &program, &somebody(2)).expect_err("circle").kind, FaultKind::Circular);
}
