//! The dialogue.

use std::io::Write as _;
use std::path::PathBuf;

use cadrage_session::{Answer, Console, Manner};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::helper::Talker;
use crate::paint::Colours;
use crate::patience::Patience;
use crate::{history, pager};

/// How a person is spoken to.
pub struct Settings {
    /// With colours or not.
    pub colours: Colours,
    /// Where what is typed is kept; nothing = the usual place.
    pub history: Option<PathBuf>,
    /// Columns and rows when the terminal does not say.
    pub usual: (usize, usize),
}

/// Lines of an answer in so many columns.
pub type Draw<'d> = dyn Fn(&Answer, usize) -> Vec<(Manner, String)> + 'd;

/// Talks until the person leaves.
///
/// # Errors
/// When the terminal cannot be read.
pub fn talk(console: &mut Console, greeting: &Answer, settings: &Settings, draw: &Draw<'_>) -> std::io::Result<()> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .auto_add_history(false)
        .history_ignore_space(true)
        .max_history_size(5_000)
        .map_err(machine)?
        .history_ignore_dups(true)
        .map_err(machine)?
        .build();
    let mut editor: Editor<Talker, FileHistory> = Editor::with_config(config).map_err(machine)?;
    editor.set_helper(Some(Talker { glossary: console.glossary(), colours: settings.colours }));
    show(&mut editor, greeting, settings, draw);
    let kept = opened(&mut editor, settings);
    let patience = Patience::new()?;
    console.heed(patience.waiting());
    loop {
        if let Some(helper) = editor.helper_mut() {
            helper.glossary = console.glossary();
        }
        match editor.readline(&console.prompt()) {
            Ok(line) => {
                if !line.trim().is_empty() {
                    let _ = editor.add_history_entry(line.as_str());
                    // At once, so that nothing is lost if the machine stops; a disk that fills up is said at the opening only.
                    if let Some(path) = &kept {
                        let _ = editor.append_history(path);
                    }
                }
                patience.begin();
                let answer = console.answer(&line);
                patience.end();
                show(&mut editor, &answer, settings, draw);
                if answer.ends {
                    return Ok(());
                }
            }
            // Ctrl-C forgets the line, never the session.
            Err(ReadlineError::Interrupted) => println!("  ligne abandonnée ; `quitter` ou Ctrl-D pour finir"),
            Err(ReadlineError::Eof) => {
                let answer = console.answer("quitter");
                show(&mut editor, &answer, settings, draw);
                if answer.ends {
                    return Ok(());
                }
            }
            Err(ReadlineError::Signal(_)) => {}
            Err(why) => return Err(machine(why)),
        }
    }
}

/// The history of the sessions before; says once when there is none to be had.
fn opened(editor: &mut Editor<Talker, FileHistory>, settings: &Settings) -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let path = settings.history.clone().or_else(|| history::usual(variable))?;
    match history::ready(&path) {
        Ok(()) => {
            // One that cannot be read is begun again.
            let _ = editor.load_history(&path);
            Some(path)
        }
        Err(why) => {
            let width = editor.dimensions().map_or(settings.usual.0, |(w, _)| usize::from(w)).max(20);
            let said = Answer::noted(format!("l'historique ne sera pas gardé : {}", history::refusal(&path, &why)));
            let lines = said.lines(width, &|_, _| String::new());
            lines.into_iter().for_each(|(manner, text)| println!("{}", settings.colours.line(manner, &text)));
            None
        }
    }
}

fn show(editor: &mut Editor<Talker, FileHistory>, answer: &Answer, settings: &Settings, draw: &Draw<'_>) {
    let (width, height) = editor.dimensions().map_or(settings.usual, |(w, h)| (usize::from(w), usize::from(h)));
    let lines: Vec<String> = draw(answer, width.max(20)).into_iter().map(|(m, text)| settings.colours.line(m, &text)).collect();
    // The editor reads the keys, which takes Ctrl-C as having had enough; a terminal that has gone is noticed at the next line.
    let _ = pager::paged(&lines, height, &mut std::io::stdout().lock(), &mut |wait| editor.readline(wait).ok());
    let _ = std::io::stdout().flush();
}

fn machine(why: ReadlineError) -> std::io::Error {
    match why {
        ReadlineError::Io(why) => why,
        other => std::io::Error::other(other.to_string()),
    }
}
