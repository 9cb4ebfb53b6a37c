//! One hypothesis changed, against a whole run: what somebody who looks at a figure waits for.

use std::time::{Duration, Instant};

use benches::engines::engines;
use cadrage_driver::fold;
use cadrage_ir::{Change, Layer, Modification, ParameterId, Selection};
use cadrage_session::{Compiled, Ground, Study, Totals, Workspace};
use cadrage_value::{Date, Exact};

use crate::dossier::opened;

/// How many times each change is laid.
const ROUNDS: usize = 5;

/// Runs `et-si <dossier> [scénario]`.
///
/// # Errors
/// What stopped it, in French.
pub fn run(words: &[String]) -> Result<(), String> {
    let folder = words.first().ok_or("dites le dossier : cargo run --release -p benches -- et-si mon-dossier [scénario]")?;
    let scenario = words.get(1).map_or("budget_2027", String::as_str);
    let (mut workspace, compiled) = opened(folder)?;
    println!("{:<34} {:>12} {:>12} {:>12} {:>10}", "", "run complet", "étude", "et si", "rapport");
    let mut sums: Option<Vec<Totals>> = None;
    for engine in engines() {
        let own = one(&mut workspace, &compiled, scenario, &engine)?;
        if sums.as_ref().is_some_and(|before| *before != own) {
            return Err(format!("{} ne donne pas les mêmes sommes", engine.label));
        }
        sums = Some(own);
    }
    Ok(())
}

/// Measures an engine; the sums of each change, which all engines share.
fn one(workspace: &mut Workspace, compiled: &Compiled, name: &str, engine: &benches::engines::Engine) -> Result<Vec<Totals>, String> {
    let refused = |e: cadrage_session::RunError| format!("{e:?}");
    let begun = Instant::now();
    drop(workspace.calculate(compiled, name, &*engine.backend).map_err(refused)?);
    let whole = begun.elapsed();
    let scenario = compiled.model.scenarios.iter().find(|s| fold(&s.name) == fold(name)).ok_or("scénario inconnu")?;
    let cube = workspace.cube().map_err(|e| format!("{e:?}"))?;
    let ground = Ground::new(compiled, scenario, cube, &*engine.backend).map_err(refused)?;
    let begun = Instant::now();
    let study = Study::new(&ground).map_err(refused)?;
    let first = begun.elapsed();
    let from = scenario.constate.plus(1).first_day();
    let mut out = Vec::new();
    for (parameter, factor) in [("valeur_du_point", "203/200"), ("taux_pension_civile", "21/20"), ("taux_plafond_rafp", "51/50")] {
        let Some(k) = compiled.program.parameters.iter().position(|p| p.name == parameter) else { continue };
        let layer = change(k, from, factor)?;
        let mut times: Vec<Duration> = Vec::new();
        let mut totals = Totals::default();
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            totals = study.with(std::slice::from_ref(&layer)).map_err(refused)?;
            times.push(begun.elapsed());
        }
        times.sort();
        let time = times.get(ROUNDS / 2).copied().unwrap_or_default();
        let threads = if engine.threads == 0 { "tous fils".to_owned() } else { format!("{} fil", engine.threads) };
        let label = format!("{} ({threads}) {parameter}", engine.label);
        let ratio = time.as_micros() * 1_000 / whole.as_micros().max(1);
        println!(
            "{label:<34} {:>9} ms {:>9} ms {:>9} ms {:>6},{:03}",
            whole.as_millis(),
            first.as_millis(),
            time.as_millis(),
            ratio / 1_000,
            ratio % 1_000
        );
        out.push(totals);
    }
    Ok(out)
}

/// A parameter multiplied from a day on.
fn change(parameter: usize, from: Date, factor: &str) -> Result<Layer, String> {
    let factor: Exact = factor.parse().map_err(|e| format!("{e:?}"))?;
    Ok(Layer::Value(Modification {
        parameter: ParameterId::at(parameter),
        selection: Selection::all(),
        whom: String::new(),
        everywhere: true,
        from: Some(from),
        until: None,
        change: Change::Scale(factor),
        paid: None,
        text: String::new(),
        span: cadrage_source::Span::new(cadrage_source::FileId(0), 0, 0),
    }))
}
