//! Writes the grids of the library from the reference data: `cargo run -p suite --example socle_grids -- ../shared/data/reference`.

#![expect(clippy::print_stdout, reason = "a program that prints")]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(data) = std::env::args().nth(1) else {
        println!("usage: socle_grids <folder of the reference data>");
        return ExitCode::from(2);
    };
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib/modules");
    let written = suite::socle_grids::modules(Path::new(&data)).and_then(|list| {
        list.into_iter().try_for_each(|(file, text)| {
            println!("{file}: {} lines", text.lines().count());
            std::fs::write(modules.join(file), text).map_err(|e| e.to_string())
        })
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("{why}");
            ExitCode::FAILURE
        }
    }
}
