//! Two scenarios compared declaration by declaration, against one whole run of the same dossier.

use std::time::{Duration, Instant};

use benches::engines::engines;
use cadrage_session::{ComparisonRequest, Phases};

use crate::dossier::{opened, options_of};

const USAGE: &str = "cargo run --release -p benches -- comparer DOSSIER SCÉNARIO RÉFÉRENCE [--tours K] [--interprète]";

/// Runs `comparer <dossier> <scénario> <référence> [--tours K] [--interprète]`: rounds interleaved, medians and their ratio. The
/// interpreter only when asked for: at ten thousand agents it takes minutes.
///
/// # Errors
/// What stopped it, in French.
pub fn run(words: &[String]) -> Result<(), String> {
    let [folder, scenario, reference, options @ ..] = words else { return Err(USAGE.into()) };
    let (rounds, interpreter) = options_of(options).ok_or(USAGE)?;
    let (mut workspace, compiled) = opened(folder)?;
    let request = ComparisonRequest { scenario: scenario.clone(), reference: Some(reference.clone()), ..ComparisonRequest::default() };
    println!("{:<30} {:>14} {:>14} {:>10}", "", "calculer", "comparer", "rapport");
    for engine in engines().into_iter().filter(|e| interpreter || e.backend.name() != "interprète") {
        let (mut whole, mut compared, mut effects) = (Vec::new(), Vec::new(), 0);
        for _ in 0..rounds {
            let begun = Instant::now();
            drop(workspace.calculate(&compiled, scenario, &*engine.backend).map_err(|e| format!("{e:?}"))?);
            whole.push(begun.elapsed());
            let begun = Instant::now();
            let found = workspace.compare(&compiled, &request, &*engine.backend, &mut Phases::unheeded()).map_err(|e| format!("{e:?}"))?;
            compared.push(begun.elapsed());
            if !found.residual().is_zero() {
                return Err(format!("{} laisse un résidu", engine.label));
            }
            effects = found.effects.len();
        }
        let (whole, compared) = (median(whole), median(compared));
        let ratio = compared.as_micros() * 100 / whole.as_micros().max(1);
        let threads = if engine.threads == 0 { "tous fils".to_owned() } else { format!("{} fil", engine.threads) };
        let label = format!("{} ({threads}), {effects} effets", engine.label);
        println!("{label:<30} {:>11} ms {:>11} ms {:>7},{:02}", whole.as_millis(), compared.as_millis(), ratio / 100, ratio % 100);
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
