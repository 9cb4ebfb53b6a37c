//! The manual (`grammar/manual`): every sample is read, checked and run; every message is the one given; every link leads somewhere.
//!
//! What a fence says, after `cadrage`: nothing (sound, without any message, its tests hold); `refusé U01 …` or `signalé E04 …` (exactly
//! these codes); `suite` (goes on from the samples above it that were sound); `extrait scénario` (clauses of a scenario). A fence
//! `message` is what the sample above it gives, and is written again by `INSTA_UPDATE=always`, like a snapshot.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cadrage_cube::References;
use cadrage_driver::compile;
use cadrage_session::TestReport;
use cadrage_source::{Diagnostic, Severity, SourceMap};

use super::support::{BACKEND, root};
use suite::world;

/// A fenced block: what follows the opening fence, its text, and the lines it takes in the page (fences excluded).
struct Fence {
    info: String,
    text: String,
    first: usize,
    last: usize,
}

fn pages() -> Vec<(PathBuf, String)> {
    let folder = root().join("grammar/manual");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).expect("manual").flatten().map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|x| x == "md"));
    paths.sort();
    paths.into_iter().map(|p| (p.clone(), std::fs::read_to_string(p).expect("page"))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().expect("name").to_string_lossy().into_owned()
}

fn fences(page: &str) -> Vec<Fence> {
    let mut out: Vec<Fence> = Vec::new();
    let mut open = false;
    for (k, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                out.push(Fence { info: info.trim().to_owned(), text: String::new(), first: k + 1, last: k + 1 });
            }
            None if open => {
                let fence = out.last_mut().expect("an open fence");
                let _ = writeln!(fence.text, "{line}");
                fence.last = k + 1;
            }
            None => {}
        }
    }
    assert!(!open, "a fence is left open");
    out
}

/// What a sample announces.
#[derive(Default)]
struct Announced {
    goes_on: bool,
    clauses: bool,
    refused: bool,
    codes: BTreeSet<String>,
}

/// `None` for a fence that is no sample.
fn announced(info: &str) -> Option<Announced> {
    let mut parts = info.split(',').map(str::trim);
    if parts.next() != Some("cadrage") {
        return None;
    }
    let mut out = Announced::default();
    for part in parts {
        let mut words = part.split_whitespace();
        match words.next() {
            Some("suite") => out.goes_on = true,
            Some("extrait") => {
                assert_eq!(words.next(), Some("scénario"), "only clauses of a scenario may be extracts");
                out.clauses = true;
            }
            Some(kind @ ("refusé" | "signalé")) => {
                out.refused = kind == "refusé";
                out.codes = words.map(str::to_owned).collect();
                assert!(!out.codes.is_empty(), "{info}: no code");
            }
            other => panic!("{info}: {other:?} is not said of a sample"),
        }
    }
    Some(out)
}

/// The clauses of a scenario, inside one.
fn in_a_scenario(clauses: &str) -> String {
    let dates = if clauses.contains("projeter jusqu") {
        ""
    } else {
        "  constaté jusqu'à 05/2026 observé au 31/05/2026\n  projeter jusqu'à 12/2027\n"
    };
    format!("scénario essai \"Essai\" :\n{dates}{clauses}fin\n")
}

struct Outcome {
    codes: BTreeSet<String>,
    sound: bool,
    tests: usize,
    message: String,
}

fn outcome(text: &str, announced: &Announced) -> Outcome {
    let compiled = compile(&world(text), None);
    let mut diagnostics = compiled.diagnostics.clone();
    let mut sound = compiled.is_sound();
    let mut tests = 0;
    if sound {
        let report = TestReport::run(&compiled, &References::default(), &BACKEND);
        tests = report.verdicts.len();
        diagnostics.extend(report.verdicts.into_iter().flat_map(|v| v.failures));
        sound = !diagnostics.iter().any(Diagnostic::is_error);
    }
    // Said of every what-if that changes a rule: the manual says it once, in a sample that announces it.
    if !announced.codes.contains("D02") {
        diagnostics.retain(|d| d.code.name() != "D02");
    }
    let codes = diagnostics.iter().map(|d| d.code.name().to_owned()).collect();
    Outcome { codes, sound, tests, message: said(&diagnostics, &compiled.sources) }
}

/// What a reader sees of messages, without the frame of the terminal.
fn said(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let kind = match d.severity {
            Severity::Error => "erreur",
            Severity::Warning => "avertissement",
            Severity::Note => "note",
        };
        let _ = writeln!(out, "{kind} [{}] {}", d.code.name(), d.message);
        for label in d.labels.iter().filter(|l| !l.text.is_empty()) {
            let words = sources.text(label.span);
            let line = words.lines().next().unwrap_or_default().trim();
            let more = if words.trim_end().lines().count() > 1 { " …" } else { "" };
            let _ = writeln!(out, "  « {line}{more} » : {}", label.text);
        }
        if let Some(help) = &d.help {
            let _ = writeln!(out, "  aide : {help}");
        }
    }
    out
}

#[test]
fn every_sample_of_the_manual_is_what_it_says() {
    let rewrite = std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always");
    let (mut wrong, mut samples, mut tests) = (Vec::new(), 0, 0);
    // The page of codes is made from the bad cases of the suite, which has its own test.
    for (path, page) in pages().into_iter().filter(|(p, _)| name(p) != "codes.md") {
        let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
        let mut changes: Vec<(usize, usize, String)> = Vec::new();
        let (mut before, mut last) = (String::new(), None);
        for fence in fences(&page) {
            let place = format!("{}:{}", name(&path), fence.first);
            if fence.info == "message" {
                let Some(Outcome { message, .. }) = &last else { panic!("{place}: no sample above") };
                if *message != fence.text {
                    changes.push((fence.first, fence.last, message.clone()));
                    if !rewrite {
                        wrong.push(format!("{place}: the message is\n{message}"));
                    }
                }
                continue;
            }
            let Some(announced) = announced(&fence.info) else { continue };
            samples += 1;
            let text = if announced.clauses { in_a_scenario(&fence.text) } else { fence.text.clone() };
            let whole = if announced.goes_on { format!("{before}\n{text}") } else { text };
            let found = outcome(&whole, &announced);
            tests += found.tests;
            if found.codes != announced.codes {
                wrong.push(format!("{place}: {:?}, announced {:?}\n{}", found.codes, announced.codes, found.message));
            } else if !announced.codes.is_empty() && found.sound == announced.refused {
                wrong.push(format!("{place}: « refusé » is for errors, « signalé » for what computes all the same"));
            }
            if announced.clauses {
                // Clauses of a scenario add nothing to what follows.
            } else if !announced.refused {
                before = whole;
            } else if !announced.goes_on {
                before = String::new();
            }
            last = Some(found);
        }
        if rewrite && !changes.is_empty() {
            for (first, end, text) in changes.into_iter().rev() {
                lines.splice(first..end, text.lines().map(str::to_owned));
            }
            std::fs::write(&path, lines.join("\n") + "\n").expect("page");
        }
    }
    println!("manuel : {samples} exemples, {tests} tests");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(samples > 60, "{samples} samples");
}

/// The tour shows what the example gives, which another test holds to the cent.
#[test]
fn the_tour_shows_the_figures_of_the_example() {
    let figures = std::fs::read_to_string(root().join("examples/01-valmont/expected.txt")).expect("figures of the example");
    let (_, tour) = pages().into_iter().find(|(p, _)| name(p) == "dix-minutes.md").expect("tour");
    let shown: Vec<String> = fences(&tour)
        .into_iter()
        .filter(|f| f.info == "text")
        .flat_map(|f| f.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    // French thousands are apart by a narrow space in the one, as typed in the other.
    let plain = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{202F}', " ");
    let figures: BTreeSet<String> = figures.lines().map(plain).collect();
    assert!(shown.len() > 8);
    for line in shown.iter().filter(|l| l.trim() != "…") {
        assert!(figures.contains(&plain(line)), "{line}");
    }
}

/// The titles of a page, as anchors.
fn anchors(page: &str) -> BTreeSet<String> {
    let titles = page.lines().filter(|l| l.starts_with('#')).map(|l| l.trim_start_matches('#').trim().to_lowercase());
    titles
        .map(|t| t.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_').collect::<String>().replace(' ', "-"))
        .collect()
}

#[test]
fn every_link_of_the_manual_leads_somewhere() {
    let pages = pages();
    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().expect("folder").join(file) };
            let Ok(text) = std::fs::read_to_string(&target) else {
                wrong.push(format!("{}: {link}", name(path)));
                continue;
            };
            if !anchor.is_empty() && !anchors(&text).contains(anchor) {
                wrong.push(format!("{}: {link}: no such title", name(path)));
            }
        }
    }
    let summary = &pages.iter().find(|(p, _)| name(p) == "README.md").expect("summary").1;
    for (path, _) in &pages {
        if name(path) != "README.md" && !summary.contains(&format!("]({})", name(path))) {
            wrong.push(format!("README.md does not lead to {}", name(path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
