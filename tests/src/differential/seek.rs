//! Looks for a program on which two engines part, and makes it small.

use cadrage_driver::{Compiled, compile};
use cadrage_engine::{Backend, Parameters};

use super::fewer::fewer;
use super::{Counts, Difference, compare};
use crate::render_all;
use crate::strategies::{Alone, Choices, People, Size, people, script, shrink};

/// A program and its people, as drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The script.
    pub script: String,
    /// Who it is run on.
    pub people: People,
}

/// What came of one program.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Both engines agree.
    Equal(Counts),
    /// They part.
    Differs(Difference),
    /// The script does not compile: a defect of the generator, or of the checker.
    Refused(String),
}

/// Draws a program and its people.
#[must_use]
pub fn drawn(seed: u64, size: Size) -> Drawn {
    Drawn { script: script(&mut Choices::seeded(seed)), people: people(&mut Choices::seeded(!seed), size) }
}

/// The values of a compiled script: of its scenario, when it has one.
#[must_use]
pub fn parameters(compiled: &Compiled) -> Parameters {
    let mut parameters = Parameters::of(&compiled.program);
    if let Some(scenario) = compiled.model.scenarios.first() {
        parameters.observe(scenario.observed);
        scenario.layers.iter().for_each(|laid| parameters.lay(&laid.what));
    }
    parameters
}

/// Compiles a script and compares two engines on it.
#[must_use]
pub fn check(drawn: &Drawn, first: &dyn Backend, second: &dyn Backend) -> Verdict {
    let compiled = compile(&Alone::new(&drawn.script), None);
    if !compiled.is_sound() {
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
        return Verdict::Refused(render_all(&errors, &compiled.sources));
    }
    if let Err(violation) = cadrage_ir::verify(&compiled.program) {
        return Verdict::Refused(format!("{violation:?}"));
    }
    match compare(&compiled.program, &parameters(&compiled), &drawn.people, first, second) {
        Ok(counts) => Verdict::Equal(counts),
        Err(difference) => Verdict::Differs(difference),
    }
}

/// Checks what a seed makes; when the engines part (or the script is refused), the smallest that still does.
///
/// # Errors
/// The smallest failure found.
pub fn seek(seed: u64, size: Size, first: &dyn Backend, second: &dyn Backend) -> Result<Counts, Box<(Drawn, Verdict)>> {
    let mut choices = Choices::seeded(seed);
    let mut made = Drawn { script: script(&mut choices), people: people(&mut Choices::seeded(!seed), size) };
    let verdict = check(&made, first, second);
    if let Verdict::Equal(counts) = verdict {
        return Ok(counts);
    }
    let refused = matches!(verdict, Verdict::Refused(_));
    let fails = |made: &Drawn| match check(made, first, second) {
        Verdict::Equal(_) => false,
        Verdict::Differs(_) => !refused,
        Verdict::Refused(_) => refused,
    };
    let by_people = |made: &Drawn| fewer(&made.people, |people| fails(&Drawn { script: made.script.clone(), people: people.clone() }));
    made.people = by_people(&made);
    let least = shrink(choices.taken(), |c| fails(&Drawn { script: script(c), people: made.people.clone() }));
    made.script = script(&mut Choices::given(least));
    made.people = by_people(&made);
    let verdict = check(&made, first, second);
    Err(Box::new((made, verdict)))
}
