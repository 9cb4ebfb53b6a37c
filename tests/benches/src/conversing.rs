//! What one waits for at the prompt, against the first figure of a session: a hypothesis tried, a figure explained, ceilings.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cadrage_interpreter::Interpreter;
use cadrage_jit::Jit;
use cadrage_session::{Console, Engine, Workspace};

use crate::dossier::{opened, options_of};

const USAGE: &str = "cargo run --release -p benches -- console DOSSIER SCÉNARIO [--tours K]";

/// Runs `console <dossier> <scénario> [--tours K]`, with the compiled engine.
///
/// # Errors
/// What stopped it, in French: a line that is refused, too.
pub fn run(words: &[String]) -> Result<(), String> {
    let [folder, scenario, options @ ..] = words else { return Err(USAGE.into()) };
    let (rounds, _) = options_of(options).ok_or(USAGE)?;
    let (mut workspace, compiled) = opened(folder)?;
    let found = compiled.model.scenarios.iter().find(|s| s.name == *scenario).ok_or("scénario inconnu")?;
    let (first, last) = (found.constate.plus(1), found.until);
    let (agents, one) = {
        let cube = workspace.cube().map_err(|e| format!("{e:?}"))?;
        let situations = || cube.months.values().flat_map(|m| &m.situations);
        let agents: std::collections::BTreeSet<&str> = situations().map(|s| s.matricule.as_str()).collect();
        let titulaire = cube.months.values().next_back().and_then(|m| m.situations.iter().find(|s| s.state.statut == "TITULAIRE"));
        println!("{} agents, {} mois livrés, jusqu'à {}", agents.len(), cube.months.len(), last.to_french());
        (agents.len(), titulaire.ok_or("aucun titulaire")?.matricule.clone())
    };
    drop(workspace);
    let workspace = Workspace::open(Path::new(folder), &[]).map_err(|e| format!("{e:?}"))?;
    let engine: Engine = Arc::new(|| Box::new(Jit::new(Box::new(Interpreter))));
    let (mut console, _) = Console::open(workspace, engine).map_err(|e| format!("{e:?}"))?;
    answered(&mut console, &format!("scénario {scenario}"))?;
    let whole = answered(&mut console, &format!("masse_salariale sur {}", last.year()))?;
    println!("{:<64} {:>9} {:>9} {:>8}", "", "1re fois", "ensuite", "rapport");
    let line = |text: &str, once: Duration, after: Duration| {
        let ratio = after.as_micros() * 1_000 / whole.as_micros().max(1);
        let shown = text.replace(&one, "X");
        println!("{shown:<64} {:>6} ms {:>6} ms {:>4},{:03}", once.as_millis(), after.as_millis(), ratio / 1_000, ratio % 1_000);
    };
    let (month, year) = (last.to_french(), last.year());
    let from = first.first_day().to_french();
    line("premier chiffre de la session", whole, whole);
    let asked = [
        format!("masse_salariale sur {year}"),
        format!("etpt par composante sur {year}"),
        format!("expliquer pension_civile pour agent {one} en {month}"),
        format!("expliquer masse_salariale pour agent {one} en {month}"),
        format!("expliquer masse_salariale en {month}"),
        format!("expliquer masse_salariale sur {year}"),
        format!("expliquer etp en {month} par corps"),
    ];
    for text in &asked {
        let once = answered(&mut console, text)?;
        let again: Result<Vec<Duration>, String> = (0..rounds).map(|_| answered(&mut console, text)).collect();
        line(text, once, median(again?));
    }
    // Each value is another one: what was computed for the one before is of no use.
    for (name, values) in [("valeur_du_point", "majorer de"), ("taux_pension_civile", "majorer de")] {
        let mut times = Vec::new();
        for k in 0..=rounds {
            times.push(answered(&mut console, &format!("essayer {name} à compter du {from} {values} 1,{k} %"))?);
            answered(&mut console, "annuler")?;
        }
        let once = times.remove(0);
        line(&format!("essayer {name} à compter du {from} {values} … %"), once, median(times));
    }
    if agents < 10_000 {
        println!("l'objectif se lit à partir de 10 000 agents");
    }
    Ok(())
}

/// How long a line takes.
fn answered(console: &mut Console, line: &str) -> Result<Duration, String> {
    let begun = Instant::now();
    let answer = console.answer(line);
    let time = begun.elapsed();
    if answer.refused {
        let complaint = |d: &cadrage_source::Diagnostic, _: &cadrage_source::SourceMap| d.message.clone();
        let said: Vec<String> = answer.lines(100, &complaint).into_iter().map(|(_, text)| text).collect();
        return Err(format!("`{line}` est refusé : {}", said.join(" ")));
    }
    Ok(time)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
