//! `cargo run --release -p benches -- landing` (see the README).
#![expect(clippy::print_stdout, reason = "a program that prints")]

mod arguments;
mod comparing;
mod compiling;
mod conversing;
mod dossier;
mod explaining;
mod import;
mod landing;
mod million;
mod what_if;

use arguments::{Arguments, USAGE};

fn main() -> Result<(), String> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("landing") => landing::run(&Arguments::read(words)?),
        Some("et-si") => what_if::run(&words.collect::<Vec<_>>()),
        Some("comparer") => comparing::run(&words.collect::<Vec<_>>()),
        Some("expliquer") => explaining::run(&words.collect::<Vec<_>>()),
        Some("console") => conversing::run(&words.collect::<Vec<_>>()),
        Some("import") => import::run(&words.collect::<Vec<_>>()),
        // What the benchmark asks of itself, in a process whose memory is its own.
        Some("mémoire") => million::measure(&words.collect::<Vec<_>>()),
        Some("importer") => import::load(&words.collect::<Vec<_>>()),
        Some("rouvrir") => import::reopen(&words.collect::<Vec<_>>()),
        _ => Err(format!("usage :\n{USAGE}")),
    }
}
