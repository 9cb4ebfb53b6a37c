//! The hand-written version alone, as a program that measures itself when asked: the benchmark compiles it with `rustc`, with
//! several flags, and runs the results in turn with the engines.
//!
//! Arguments: a folder of `make_population.py`, or a number of agents to make up; then how many times they are repeated; then `sauts`,
//! not to compute again a month like the one before.
//! On each line read, `base 1` (variant, threads): answers the nanoseconds it took, by the clock and by the processor. `table base`: answers the table, then `.`.

// Shared with the library by path, so that `rustc` alone compiles this file.
#[expect(clippy::indexing_slicing, reason = "the hand-written loop is what is measured")]
#[path = "../by_hand.rs"]
mod by_hand;
#[path = "../clock.rs"]
mod clock;
#[expect(dead_code, reason = "the library uses the rest")]
#[path = "../population.rs"]
mod population;
#[expect(dead_code, reason = "the library uses the rest")]
#[path = "../totals.rs"]
mod totals;

use std::io::{BufRead, Write};

use by_hand::{BASE, ByHand, raised};
use population::Population;

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().ok_or("il manque le dossier de la population")?;
    let times = arguments.next().map_or(Ok(1), |t| t.parse::<usize>()).map_err(|e| e.to_string())?;
    let population = match place.parse::<usize>() {
        Ok(count) => Population::synthetic(count),
        Err(_) => Population::read(std::path::Path::new(&place))?,
    };
    let population = if times == 1 { population } else { population.repeated(times) };
    let hand = ByHand::new(&population);
    let hand = if arguments.next().as_deref() == Some("sauts") { hand.skipping() } else { hand };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|e| e.to_string())?;
        let (first, second) = line.split_once(' ').ok_or("une demande a deux mots")?;
        if first == "table" {
            let totals = hand.run(&if second == "base" { BASE } else { raised() });
            writeln!(out, "{}\n.", totals.table()).map_err(|e| e.to_string())?;
        } else {
            let points = if first == "base" { BASE } else { raised() };
            let threads = second.parse::<usize>().map_err(|e| e.to_string())?;
            let (totals, took) = clock::timed(|| if threads == 1 { hand.run(&points) } else { hand.run_on(threads, &points) });
            std::hint::black_box(&totals);
            writeln!(out, "{} {}", took.wall, took.processor).map_err(|e| e.to_string())?;
        }
        out.flush().map_err(|e| e.to_string())?;
    }
    Ok(())
}
