//! How long reading and formatting take, and whether that grows with size: `cargo run --release -p cadrage-syntax --example linear`.
//! A program rather than a test: a clock says nothing on a machine that does something else.

#![allow(clippy::disallowed_methods, reason = "the compiler has no clock and no disk, what measures it needs both")]

use std::time::Instant;

use cadrage_source::FileId;
use cadrage_syntax::{format, normalise, parse};

const SAMPLES: [&str; 3] = [
    include_str!("../samples/national.cadrage"),
    include_str!("../samples/phrases.cadrage"),
    include_str!("../samples/etablissement.cadrage"),
];

const MISTAKES: &str = "formule x en € par agent :\n  = (1 +\nconstante y en € :\n  illisible\nfin\nrien de connu\nfin\n  ; ;\n";

/// Milliseconds so far: of this thread on a processor where Linux tells them, so that a busy machine does not count; else of the clock.
fn now(since: Instant) -> u128 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|t| t.split(' ').next().and_then(|n| n.parse::<u128>().ok()));
    spent.map_or_else(|| since.elapsed().as_millis(), |nanoseconds| nanoseconds / 1_000_000)
}

/// The best of three, in milliseconds.
fn best(mut work: impl FnMut()) -> u128 {
    let since = Instant::now();
    (0..3)
        .map(|_| {
            let start = now(since);
            work();
            now(since) - start
        })
        .min()
        .unwrap_or(0)
}

/// The text over and over, up to so many lines.
fn grown(text: &str, lines: usize) -> String {
    let each = text.lines().count().max(1);
    text.repeat(lines.div_ceil(each))
}

fn main() {
    let samples = normalise(&SAMPLES.concat());
    let table = grown("    1       ; 530 ; 459 ; 12 mois\n", 20_000);
    let table = format!("grille g pour grade MCF_CN :\n  à compter du 01/01/2024 :\n    échelon ; IB ; IM ; durée\n{table}fin\n");
    println!("{:>8}  {:>8}  {:>8}  {:>10}", "lignes", "lire", "formater", "fautes");
    for lines in [1_000, 10_000, 50_000, 100_000] {
        let (sound, faulty) = (grown(&samples, lines), grown(MISTAKES, lines));
        let read = best(|| drop(parse(FileId(0), &sound)));
        let formatted = best(|| drop(format(FileId(0), &sound)));
        let mistaken = best(|| drop(parse(FileId(0), &faulty)));
        println!("{lines:>8}  {read:>5} ms  {formatted:>5} ms  {mistaken:>7} ms");
    }
    println!("une table de 20 000 lignes : {} ms", best(|| drop(parse(FileId(0), &table))));
    let nest = |open: &str, inside: &str, close: &str, depth: usize| {
        format!("formule f en € par agent :\n  = {}{inside}{}\nfin\n", open.repeat(depth), close.repeat(depth))
    };
    for (what, open, inside, close) in [
        ("parenthèses", "(", "1", ")"),
        ("si", "si x = 1 alors 1 sinon ", "1", ""),
        ("SI(", "SI(x = 1 ; 1 ; ", "1", ")"),
        ("min(", "min(1 ; ", "1", ")"),
        ("sommes", "(1 + ", "1", ")"),
    ] {
        let times: Vec<String> = [50, 100, 200]
            .into_iter()
            .map(|depth| {
                let text = nest(open, inside, close, depth);
                let complaints = parse(FileId(0), &text).1.len();
                format!("{depth} : {} ms, {complaints} message(s)", best(|| drop(parse(FileId(0), &text))))
            })
            .collect();
        println!("{what} imbriqués : {}", times.join(" ; "));
    }
}
