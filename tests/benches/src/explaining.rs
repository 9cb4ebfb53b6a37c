//! The time of an explanation, against one whole run of the same dossier: a cell, an aggregate that runs everybody first, and those after it.

use std::time::{Duration, Instant};

use benches::engines::engines;
use cadrage_session::{ExplainRequest, Workspace, declared_explanations};

use crate::dossier::{opened, options_of};

const USAGE: &str = "cargo run --release -p benches -- expliquer DOSSIER SCÉNARIO [--tours K] [--interprète]";

/// Runs `expliquer <dossier> <scénario> [--tours K] [--interprète]`: medians, and their ratio to `calculer`. What is explained is of the
/// scenario's last month: an element of an agent, his whole pay, the masse salariale of the month and of its exercice.
///
/// # Errors
/// What stopped it, in French.
pub fn run(words: &[String]) -> Result<(), String> {
    let [folder, scenario, options @ ..] = words else { return Err(USAGE.into()) };
    let (rounds, interpreter) = options_of(options).ok_or(USAGE)?;
    let (mut workspace, compiled) = opened(folder)?;
    let last = compiled.model.scenarios.iter().find(|s| s.name == *scenario).ok_or("scénario inconnu")?.until;
    let agent = {
        let cube = workspace.cube().map_err(|e| format!("{e:?}"))?;
        let last = cube.months.values().next_back().ok_or("aucune livraison")?;
        let found = last.situations.iter().find(|s| s.state.statut == "TITULAIRE").ok_or("aucun titulaire")?;
        found.matricule.clone()
    };
    let month = last.to_french();
    let questions = [
        format!("pension_civile pour agent {agent} en {month}"),
        format!("masse_salariale pour agent {agent} en {month}"),
        format!("masse_salariale en {month}"),
        format!("masse_salariale sur {}", last.year()),
        format!("etp en {month} par corps"),
    ];
    workspace.type_scripts(vec![("banc".to_owned(), questions.iter().map(|q| format!("expliquer {q}\n")).collect())]);
    let compiled = workspace.compile().map_err(|e| format!("{e:?}"))?;
    let banc = compiled.sources.iter().find(|(_, f)| f.name == "banc").map(|(id, _)| id);
    let requests = declared_explanations(&compiled, banc);
    println!("{:<46} {:>12} {:>14} {:>14} {:>10}", "", "calculer", "première fois", "ensuite", "rapport");
    for engine in engines().into_iter().filter(|e| interpreter || e.backend.name() != "interprète") {
        let mut whole = Vec::new();
        for _ in 0..rounds {
            let begun = Instant::now();
            drop(workspace.calculate(&compiled, scenario, &*engine.backend).map_err(|e| format!("{e:?}"))?);
            whole.push(begun.elapsed());
        }
        let whole = median(whole);
        for (request, question) in requests.iter().zip(&questions) {
            let (first, after) = one(&mut workspace, &compiled, scenario, request, &engine, rounds)?;
            let ratio = after.as_micros() * 1_000 / whole.as_micros().max(1);
            println!(
                "{:<46} {:>9} ms {:>11} ms {:>11} ms {:>6},{:03}",
                question.replace(&agent, "X"),
                whole.as_millis(),
                first.as_millis(),
                after.as_millis(),
                ratio / 1_000,
                ratio % 1_000
            );
        }
    }
    Ok(())
}

/// An explanation from nothing but the cube, then again from the same scenario: medians.
fn one(
    workspace: &mut Workspace,
    compiled: &cadrage_session::Compiled,
    scenario: &str,
    request: &ExplainRequest,
    engine: &benches::engines::Engine,
    rounds: usize,
) -> Result<(Duration, Duration), String> {
    let (mut first, mut after) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begun = Instant::now();
        let explainer = workspace.explainer(compiled, scenario, &*engine.backend).map_err(|e| format!("{e:?}"))?;
        let found = explainer.explain(request).map_err(|e| format!("{e:?}"))?;
        first.push(begun.elapsed());
        let begun = Instant::now();
        let again = explainer.explain(request).map_err(|e| format!("{e:?}"))?;
        after.push(begun.elapsed());
        if found != again {
            return Err(format!("{} ne s'explique pas deux fois de la même façon", request.text));
        }
    }
    Ok((median(first), median(after)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
