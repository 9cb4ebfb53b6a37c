//! `cadrage console` from a pipe.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::{demo, text};

fn piped(folder: &std::path::Path, arguments: &[&str], lines: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cadrage"))
        .current_dir(folder)
        .args(["-C", "valmont"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("stdin").write_all(lines.as_bytes()).expect("lines");
    child.wait_with_output().expect("the program ends")
}

#[test]
fn a_pipe_is_answered_line_by_line() {
    let folder = demo();
    let done = piped(folder.path(), &["console"], "scénario budget_2027\nmasse_salariale sur 2027\nquitter\netpt\n");
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let out = text(&done.stdout);
    assert!(out.contains("cadrage> masse_salariale sur 2027\n  9\u{202f}158\u{202f}462,73 €\n"), "{out}");
    assert!(!out.contains('\u{1b}') && !out.contains("> etpt"), "{out}");
    // The end of the lines ends the session, whatever is open; the last line needs no end.
    let done = piped(folder.path(), &["console", "--moteur", "interprète"], "formule f en € par agent :\n  = 1 €");
    assert_eq!(done.status.code(), Some(1), "{}", text(&done.stdout));
    assert!(text(&done.stdout).contains("S05"), "{}", text(&done.stdout));
}

#[test]
fn a_refused_line_is_told_and_the_next_ones_are_answered() {
    let folder = demo();
    let done = piped(folder.path(), &["console"], "masse_salarial\nmasse_salariale sur 2026\n");
    assert_eq!(done.status.code(), Some(1));
    let out = text(&done.stdout);
    assert!(out.contains("vouliez-vous `masse_salariale`") && out.contains("9\u{202f}461\u{202f}460,69 €"), "{out}");
    let done = piped(folder.path(), &["console", "--moteur", "vapeur"], "");
    assert_eq!(done.status.code(), Some(2), "{}", text(&done.stderr));
}
