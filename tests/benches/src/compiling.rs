//! From text to something that runs: the rules, a program of three hundred formulas, and the whole library.

use benches::clock::timed;
use benches::engines::{cohort, engines, question};
use benches::figures::{median, milliseconds};
use benches::formulas;
use benches::model::Model;
use benches::population::Population;
use cadrage_driver::{Compiled, Texts, compile};
use cadrage_engine::{Environment, Levels, Parameters, Question};

/// Runs of each.
const TIMES: usize = 9;

/// Prints them.
pub(crate) fn show(population: &Population) -> Result<(), String> {
    println!("\n  du texte au programme prêt à tourner (ms de processeur, médiane de {TIMES})");
    let text = formulas::script(300);
    one("les règles de landing.cadrage", population, &|| {
        let model = Model::new(population)?;
        let question = question(&model);
        Ok((model.compiled, question))
    })?;
    one("un programme de 300 formules", population, &|| {
        let (compiled, formula) = formulas::compiled(&text)?;
        Ok((compiled, Question { formulas: vec![formula], by: None }))
    })?;
    library()
}

/// All modules of the library but the options, from text.
fn library() -> Result<(), String> {
    let mut times = Vec::new();
    let mut formulas = 0;
    for _ in 0..TIMES {
        let (compiled, took) = timed(|| compile(&Texts::default(), None));
        if !compiled.is_sound() {
            return Err("le socle ne se compile pas".into());
        }
        times.push(took.processor);
        formulas = compiled.program.formulas.len();
    }
    println!("    le socle entier, {formulas} formules : du texte au graphe {}", milliseconds(median(&times)));
    Ok(())
}

type Compile<'c> = dyn Fn() -> Result<(Compiled, Question), String> + 'c;

fn one(what: &str, population: &Population, compile: &Compile<'_>) -> Result<(), String> {
    // Code is made at the first question: for a few agents.
    let few = cohort(&population.sample((population.len() / 64).max(1)));
    let engines: Vec<_> = engines().into_iter().filter(|e| e.threads == 1).collect();
    let mut text = Vec::new();
    let mut code = vec![Vec::new(); engines.len()];
    for _ in 0..TIMES {
        let (compiled, took) = timed(compile);
        let (compiled, asked) = compiled?;
        text.push(took.processor);
        let (parameters, levels) = (Parameters::of(&compiled.program), Levels::default());
        for (engine, times) in engines.iter().zip(&mut code) {
            let (answer, took) = timed(|| {
                let kernel = engine.backend.prepare(&compiled.program);
                kernel.load(&few).totals(Environment { parameters: &parameters, levels: &levels }, &asked)
            });
            let answer = answer.map_err(|f| format!("{f:?}"))?;
            if answer.values().flatten().any(|total| total.missing > 0) {
                return Err(format!("{what} : des valeurs manquent"));
            }
            times.push(took.processor);
        }
    }
    println!("    {what} : du texte au graphe {}", milliseconds(median(&text)));
    for (engine, times) in engines.iter().zip(&code) {
        println!("      puis une question sur 64 agents, {} : {}", engine.label, milliseconds(median(times)));
    }
    Ok(())
}
