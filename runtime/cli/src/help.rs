//! Help and misuse, in French.

use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::arguments::Arguments;

/// Help of the program.
pub(crate) const TEMPLATE: &str =
    "{about}\n\nUsage : cadrage [options] <verbe> …\n\nVerbes :\n{subcommands}\n\nOptions :\n{options}\n\n{after-help}\n";

/// Help of a verb.
pub(crate) const VERB: &str = "{about}\n\nUsage : {usage}\n\n{all-args}\n\n{after-help}\n";

/// What clap refused, as a French sentence on stderr; help and version go to stdout.
pub(crate) fn misuse(e: &clap::Error) -> ExitCode {
    if matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        print!("{}", french_headings(&e.to_string()));
        return ExitCode::from(if e.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand { 2 } else { 0 });
    }
    let text = |kind: ContextKind| match e.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(list)) => list.join(", "),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let message = match e.kind() {
        ErrorKind::InvalidSubcommand => {
            let near = text(ContextKind::SuggestedSubcommand);
            let hint = if near.is_empty() { "`cadrage aide` liste les verbes".to_owned() } else { format!("vouliez-vous `{near}` ?") };
            format!("le verbe `{}` n'existe pas ; {hint}", text(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("l'option `{argument}` n'existe pas ici ; `cadrage <verbe> --help` liste les options"),
        ErrorKind::InvalidValue => {
            let allowed = text(ContextKind::ValidValue);
            format!("`{}` ne convient pas à `{argument}` ; valeurs possibles : {allowed}", text(ContextKind::InvalidValue))
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::MissingSubcommand => "il manque un verbe ; `cadrage aide` les liste".to_owned(),
        _ => format!("commande incomprise ({argument}) ; `cadrage aide`"),
    };
    eprintln!("cadrage : {message}");
    ExitCode::from(2)
}

fn french_headings(help: &str) -> String {
    help.replace("Arguments:", "Arguments :")
        .replace("Options:", "Options :")
        .replace("Usage: ", "Usage : ")
        .replace("[OPTIONS]", "[options]")
        .replace("Print version", "Afficher la version")
        .replace("[aliases: ", "[aussi : ")
}

/// Help of the program, or of one verb; `None` for an unknown verb.
pub(crate) fn text(verb: Option<&str>) -> Option<String> {
    let mut command = Arguments::command();
    command.build();
    match verb {
        None => Some(french_headings(&command.render_help().to_string())),
        Some(name) => {
            let wanted = cadrage_driver::fold(name);
            let found = command.get_subcommands_mut().find(|c| cadrage_driver::fold(c.get_name()) == wanted)?;
            Some(french_headings(&found.render_help().to_string()))
        }
    }
}
