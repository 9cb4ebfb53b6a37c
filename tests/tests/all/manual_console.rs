//! The page of the manual about the console: every fence `invite` is typed, in order, in one session on the example, and shows its answers.
//! `INSTA_UPDATE=always` writes them again, like a snapshot.

use super::console::{drawn, session_of};
use super::support::{dossier, root};

/// The line typed after a prompt: `budget_2027 (essais)> annuler`.
fn typed(line: &str) -> Option<&str> {
    let (prompt, rest) = line.split_once("> ")?;
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '(' | ')');
    (!prompt.starts_with(' ') && prompt.chars().all(name)).then_some(rest)
}

#[test]
fn every_session_of_the_manual_is_what_one_sees() {
    let path = root().join("grammar/manual/console.md");
    let page = std::fs::read_to_string(&path).expect("page");
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut console, _) = session_of(folder.path(), None);
    let (mut out, mut inside, mut lines) = (String::new(), false, 0);
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(info) => {
                inside = !inside && info.trim() == "invite";
                out.push_str(&format!("{line}\n"));
            }
            None if inside => {
                let Some(asked) = typed(line) else { continue };
                lines += 1;
                out.push_str(&format!("{}{asked}\n{}", console.prompt(), drawn(&console.answer(asked), 80)));
            }
            None => out.push_str(&format!("{line}\n")),
        }
    }
    assert!(lines > 10, "{lines} lines");
    let out = out.replace(&*folder.path().to_string_lossy(), "<dossier>");
    if std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always") {
        std::fs::write(&path, &out).expect("page");
    } else {
        assert!(out == page, "the page shows other answers:\n{out}");
    }
}
