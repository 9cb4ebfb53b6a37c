//! The formatter on every script of the repository: the same tree, and nothing left to change.

use std::path::Path;

use cadrage_source::FileId;
use cadrage_syntax::{format, normalise, parse, print};

use super::support::root;

fn scripts(folder: &Path, out: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("folder").flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            scripts(&path, out);
        } else if path.extension().is_some_and(|x| x == "cadrage") {
            out.push((path.display().to_string(), std::fs::read_to_string(&path).expect("script")));
        }
    }
}

#[test]
fn every_script_formats() {
    let mut found = Vec::new();
    for folder in ["examples", "stdlib/modules", "tests/suite", "tests/golden", "compiler/syntax/samples"] {
        scripts(&root().join(folder), &mut found);
    }
    let mut formatted = 0;
    for (name, text) in &found {
        let text = normalise(text);
        let (tree, complaints) = parse(FileId(0), &text);
        if !complaints.is_empty() {
            // Only a bad case may hold a mistake of writing, and it is left alone.
            assert!(name.contains("/bad/"), "{name}: {complaints:?}");
            assert!(format(FileId(0), &text).is_err(), "{name}");
            continue;
        }
        let once = format(FileId(0), &text).expect("reads without complaint");
        let (again, complaints) = parse(FileId(0), &once);
        assert_eq!(complaints, [], "{name}\n{once}");
        assert_eq!(print(&again), print(&tree), "{name}");
        assert_eq!(format(FileId(0), &once).expect("reads"), once, "{name}");
        let comments = |t: &str| t.lines().filter(|l| l.trim_start().starts_with("--")).map(|l| l.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(comments(&once), comments(&text), "{name}");
        formatted += 1;
    }
    println!("{formatted} scripts mis en forme sur {}", found.len());
    assert!(formatted > 50);
}
