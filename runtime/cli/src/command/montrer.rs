//! `cadrage montrer`: any stage of the compiler.

use std::path::PathBuf;

use cadrage_driver::{Compiled, STAGES, emit, fold};
use cadrage_session::Workspace;

use super::{Context, DONE, MISUSE};
use crate::{output, report};

pub(crate) fn run(context: &Context, stage: &str, files: &[PathBuf]) -> Result<u8, u8> {
    if !STAGES.iter().any(|(name, _)| fold(name) == fold(stage)) {
        eprintln!("cadrage : l'étape `{stage}` n'existe pas ; étapes :");
        for (name, what) in STAGES {
            eprintln!("  {name:<8} {what}");
        }
        return Err(MISUSE);
    }
    let mut workspace = context.open(files)?;
    let compiled = context.compile(&mut workspace)?;
    let program = &compiled.program;
    let text = match emit(&compiled, stage) {
        Some(text) => text,
        None if fold(stage) == "machine" => cadrage_jit::listing(program).map_err(|why| {
            eprintln!("cadrage : pas de code machine sur cette machine ({why}) ; l'interprète donne les mêmes chiffres");
            MISUSE
        })?,
        None => {
            let plan = format!("{}compilation\n{}", cadrage_engine::describe(program), cadrage_jit::plan(program));
            plan + &profiles(context, &mut workspace, &compiled)?
        }
    };
    output::data(&text);
    Ok(DONE)
}

/// How the dossier's agents are summed: nothing where no delivery is loaded.
fn profiles(context: &Context, workspace: &mut Workspace, compiled: &Compiled) -> Result<String, u8> {
    let backend = crate::engine::backend(crate::engine::USUAL)?;
    let counts = match workspace.profiles(compiled, &*backend) {
        Ok(Some(counts)) => counts,
        Ok(None) => return Ok(String::new()),
        Err(e) => return Err(context.run_refused(&e, compiled)),
    };
    context.frozen(workspace)?;
    context.moved_back(workspace, |name| name == counts.scenario);
    let mut out = format!("sommes de `{}`, {} agents\n", counts.scenario, counts.agents);
    for (profiles, formulas) in &counts.formulas {
        let how = profiles.map_or_else(|| "agent par agent".to_owned(), |n| format!("sur {n} profils"));
        out.push_str(&report::filled(&format!("{how} : {}", formulas.join(", ")), "  ", "    "));
    }
    Ok(out)
}
