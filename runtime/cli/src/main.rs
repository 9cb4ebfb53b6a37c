//! The program `cadrage`: verbs in French, data on stdout, messages on stderr.

mod arguments;
mod ceilings;
mod cells;
mod chrono;
mod columns;
mod command;
mod csv;
mod demo;
mod engine;
mod files;
mod help;
mod manual;
mod months;
mod output;
mod report;
mod today;
mod verdicts;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(e) => return help::misuse(&e),
    };
    ExitCode::from(command::run(arguments))
}
