//! Made-up programs on two engines, by the hundred thousand:
//! `cargo run --release -p suite --example differential -- --programmes 100000 [--graine N]`.
//!
//! Prints progress and counts; at the first difference, the smallest program and people that show it, and exits with 1.

#![expect(clippy::print_stdout, reason = "a program that prints")]

use std::process::ExitCode;
use std::time::Instant;

use suite::differential::{Counts, Verdict, check, drawn, large, seek, write_kept};
use suite::strategies::Size;

fn option(name: &str, default: u64) -> u64 {
    let words: Vec<String> = std::env::args().collect();
    let at = words.iter().position(|w| w == name);
    at.and_then(|k| words.get(k + 1)).and_then(|w| w.parse().ok()).unwrap_or(default)
}

fn main() -> ExitCode {
    let (count, seed) = (option("--programmes", 1_000), option("--graine", 0));
    if std::env::args().any(|a| a == "--montrer") {
        let made = drawn(seed, Size::Few);
        println!("{}", write_kept(&made));
        println!("{:?}", check(&made, &suite::REFERENCE, &suite::REFERENCE));
        return ExitCode::SUCCESS;
    }
    let others = suite::others();
    let agents = usize::try_from(option("--agents", 0)).unwrap_or(0);
    if agents > 0 {
        for engine in &others {
            match large(agents, seed, &suite::REFERENCE, &**engine) {
                Ok(values) => println!("{agents} agents : {values} valeurs et totaux égaux ({})", engine.name()),
                Err(difference) => {
                    println!("diffère ({}) : {difference}", engine.name());
                    return ExitCode::FAILURE;
                }
            }
        }
        return ExitCode::SUCCESS;
    }
    // One program in two on an engine that computes months only where they move, however much does.
    let piecemeal = suite::compiled(cadrage_jit::Options { piecemeal: true, ..Default::default() });
    let piecemeal: [&dyn cadrage_engine::Backend; 1] = [&piecemeal];
    let usual: Vec<&dyn cadrage_engine::Backend> =
        if others.is_empty() { vec![&suite::REFERENCE] } else { others.iter().map(|b| &**b).collect() };
    let (start, mut counts, mut told) = (Instant::now(), Counts::default(), Instant::now());
    let mut failures = 0;
    for k in 0..count {
        // One cohort in two hundred has hundreds of agents.
        let size = if k % 200 == 199 { Size::Many } else { Size::Few };
        let begun = Instant::now();
        for engine in if k % 2 == 0 { &usual[..] } else { &piecemeal[..] } {
            match seek(seed + k, size, &suite::REFERENCE, *engine) {
                Ok(found) => counts.add(found),
                Err(found) => {
                    let (made, verdict) = *found;
                    failures += 1;
                    println!("── graine {} ({})\n{}", seed + k, engine.name(), write_kept(&made));
                    match verdict {
                        Verdict::Differs(difference) => println!("diffère : {difference}\n"),
                        Verdict::Refused(why) => println!("refusé :\n{why}\n"),
                        Verdict::Equal(_) => println!("ne diffère plus une fois réduit\n"),
                    }
                }
            }
        }
        if begun.elapsed().as_secs() >= 2 {
            println!("graine {} : {} s", seed + k, begun.elapsed().as_secs());
        }
        if told.elapsed().as_secs() >= 10 || k + 1 == count {
            told = Instant::now();
            println!(
                "{} programmes en {} s ; {} valeurs (dont {} nombres) et {} fautes égales ; {} agents en colonnes, dont {} calculés un par un ; {failures} différences",
                k + 1,
                start.elapsed().as_secs(),
                counts.values,
                counts.known,
                counts.faults,
                counts.agents,
                counts.apart
            );
        }
        if failures >= option("--au-plus", 1) {
            break;
        }
    }
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
