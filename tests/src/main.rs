//! Checks scripts against the small institution of the suite, one by one, and prints what there is to say of each:
//! `cargo run -p suite -- tests/suite/types/bad/*.cadrage`.

#![expect(clippy::print_stdout, reason = "a program that prints")]

fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let shown =
            text.lines().filter(|l| !l.starts_with("-- attendu") && !l.starts_with("utiliser socle")).collect::<Vec<_>>().join("\n  │ ");
        let (_, messages) = suite::outcome(&text);
        println!("── {path}\n  │ {shown}\n{}", if messages.is_empty() { "(rien à dire)\n" } else { &messages });
    }
}
