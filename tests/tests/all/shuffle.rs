//! A file may be shuffled, and files among themselves, without changing a figure (decision D35).

use cadrage_cube::References;
use cadrage_driver::compile;
use cadrage_session::{Summary, TestReport, Workspace};
use cadrage_source::FileId;
use cadrage_syntax::{format, normalise};

use super::support::{BACKEND, calculate, copy_tree, root};
use suite::world;

/// A repeatable shuffle.
struct Shuffle(u64);

impl Shuffle {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for k in (1..list.len()).rev() {
            list.swap(k, self.below(k + 1));
        }
    }

    /// The declarations of a text in another order; comments are left out.
    fn text(&mut self, text: &str) -> String {
        let text = format(FileId(0), &normalise(text)).expect("reads without complaint");
        let mut declarations: Vec<String> = Vec::new();
        for line in text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("--")) {
            // In canonical form only a declaration and its `fin` begin at the margin.
            if line.starts_with(' ') || line == "fin" {
                declarations.last_mut().expect("a header").push_str(&format!("\n{line}"));
            } else {
                declarations.push(line.to_owned());
            }
        }
        assert!(declarations.len() > 1);
        self.shuffle(&mut declarations);
        declarations.join("\n") + "\n"
    }
}

#[test]
fn shuffled_scripts_land_on_the_same_cent() {
    let folder = tempfile::tempdir().expect("folder");
    copy_tree(&root().join("examples/01-valmont"), folder.path());
    let _ = std::fs::remove_dir_all(folder.path().join(".cadrage"));
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    workspace.import_pending(&mut |_, _, _| {}).expect("import");
    let landing = |workspace: &mut Workspace| {
        let compiled = workspace.compile().expect("scripts");
        assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        Summary::of(&calculate(workspace, &compiled, "atterrissage_2026")).json("", 0, &[])
    };
    let expected = landing(&mut workspace);
    let scripts: Vec<_> = std::fs::read_dir(folder.path())
        .expect("folder")
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|x| x == "cadrage"))
        .map(|p| (p.clone(), std::fs::read_to_string(p).expect("script")))
        .collect();
    let mut written: Vec<std::path::PathBuf> = scripts.iter().map(|(p, _)| p.clone()).collect();
    for seed in 1..=3 {
        let mut random = Shuffle(seed);
        for path in written.drain(..) {
            std::fs::remove_file(path).expect("script");
        }
        let mut order: Vec<usize> = (0..scripts.len()).collect();
        random.shuffle(&mut order);
        for (rank, k) in order.into_iter().enumerate() {
            let path = folder.path().join(format!("{rank}.cadrage"));
            std::fs::write(&path, random.text(&scripts[k].1)).expect("script");
            written.push(path);
        }
        assert_eq!(landing(&mut workspace), expected, "seed {seed}");
    }
}

#[test]
fn shuffled_cases_hold() {
    for case in suite::cases(&root().join("tests/suite")).iter().filter(|c| c.name.contains("/good/")) {
        for seed in 1..=3 {
            let text = Shuffle(seed).text(&case.text);
            let compiled = compile(&world(&text), None);
            assert!(compiled.is_sound(), "{}\n{}", case.name, suite::render_all(&compiled.diagnostics, &compiled.sources));
            for verdict in TestReport::run(&compiled, &References::default(), &BACKEND).verdicts {
                assert!(verdict.failures.is_empty(), "{}\n{}", case.name, suite::render_all(&verdict.failures, &compiled.sources));
            }
        }
    }
}
