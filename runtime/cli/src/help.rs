//! Help and misuse, in French.

use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::arguments::Arguments;

/// Help of the program.
pub(crate) const TEMPLATE: &str = "{about}\n\nUsage : cadrage [options] <verbe> …\n\n{subcommands}\n\nOptions :\n{options}{after-help}\n";

/// Help of a verb.
pub(crate) const VERB: &str = "{about}\n\nUsage : {usage}\n\n{all-args}{after-help}\n";

/// What clap refused, as a French sentence on stderr; help and version go to stdout.
pub(crate) fn misuse(e: &clap::Error) -> ExitCode {
    if matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        print!("{}", grouped(&french_headings(&e.to_string())));
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

/// Families of verbs, each with the first of its verbs.
const FAMILIES: [(&str, &str); 5] = [
    ("Les données", "nouveau"),
    ("Les scripts", "vérifier"),
    ("Les chiffres", "calculer"),
    ("Les analyses", "rapprocher"),
    ("La console et l'aide", "console"),
];

/// The verbs under the names of their families: more than thirty of them make a wall.
fn grouped(help: &str) -> String {
    // Of one verb, there is nothing to group.
    if !help.contains("<verbe> …") {
        return help.to_owned();
    }
    let mut out = String::with_capacity(help.len() + 200);
    for line in help.lines() {
        let first = |verb: &str| line.strip_prefix("  ").and_then(|l| l.strip_prefix(verb)).is_some_and(|l| l.starts_with(' '));
        if let Some((k, (family, _))) = FAMILIES.iter().enumerate().find(|(_, (_, verb))| first(verb)) {
            out.push_str(if k == 0 { "" } else { "\n" });
            out.push_str(family);
            out.push_str(" :\n");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
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
        None => Some(grouped(&french_headings(&command.render_help().to_string()))),
        Some(name) => {
            let wanted = cadrage_driver::fold(name);
            let found = command.get_subcommands_mut().find(|c| cadrage_driver::fold(c.get_name()) == wanted)?;
            Some(french_headings(&found.render_help().to_string()))
        }
    }
}
