//! `cadrage console`: the dialogue in a terminal; from a pipe, a question a line and its answer below.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;

use cadrage_repl::{Colours, Settings, piped, talk};
use cadrage_session::{Answer, Console, Engine, Manner};
use cadrage_source::{Diagnostic, SourceMap};

use super::{Context, DONE, MACHINE, WRONG};
use crate::arguments::Colour;
use crate::output;
use crate::report::Drawing;

pub(crate) fn run(context: &Context, engine: &str, role: Option<String>, extra: &[PathBuf]) -> Result<u8, u8> {
    // Refused now rather than at the first question.
    drop(crate::engine::backend(engine)?);
    let name = engine.to_owned();
    let engine: Engine = Arc::new(move || crate::engine::backend(&name).unwrap_or_else(|_| crate::engine::reference()));
    let mut workspace = context.open(extra)?.for_role(role);
    context.import_pending(&mut workspace)?;
    let (mut console, greeting) = Console::open(workspace, engine).map_err(|e| context.refuse(&e))?;
    let speaks = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let plain = !speaks || context.common.couleur == Colour::Jamais || std::env::var_os("NO_COLOR").is_some();
    let drawing = Drawing { colour: if plain { Colour::Jamais } else { context.common.couleur }, quiet: context.common.silencieux };
    let draw = |answer: &Answer, width: usize| -> Vec<(Manner, String)> {
        answer.lines(width, &|d: &Diagnostic, sources: &SourceMap| drawing.drawn_in(d, sources, width))
    };
    if speaks {
        let colours = if plain { Colours::Never } else { Colours::Shown };
        let settings = Settings { colours, history: None, usual: (output::width(), 24) };
        return talk(&mut console, &greeting, &settings, &draw).map(|()| DONE).map_err(|why| stopped(&why));
    }
    let lines = |answer: &Answer| draw(answer, output::width()).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    if !context.common.silencieux {
        output::data(&lines(&greeting).iter().map(|l| format!("{l}\n")).collect::<String>());
    }
    let ended = piped(&mut console, &mut std::io::stdin().lock(), &mut std::io::stdout().lock(), &lines);
    match ended {
        Ok(ended) if ended.refused == 0 => Ok(DONE),
        Ok(_) => Ok(WRONG),
        // Who reads has gone: nothing more to say.
        Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => Ok(DONE),
        Err(why) => Err(stopped(&why)),
    }
}

fn stopped(why: &std::io::Error) -> u8 {
    eprintln!("cadrage : la console s'arrête : {why}");
    MACHINE
}
