//! The library: it compiles whole and module by module, and its tests hold.

use cadrage_cube::References;
use cadrage_driver::{Library, Texts, compile};
use cadrage_session::TestReport;

use super::support::{BACKEND, root};

#[test]
fn the_library_is_sound_and_its_tests_hold() {
    let compiled = compile(&Texts::default(), None);
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let report = TestReport::run(&compiled, &References::default(), &BACKEND);
    for verdict in &report.verdicts {
        assert!(verdict.failures.is_empty(), "{}", suite::render_all(&verdict.failures, &compiled.sources));
    }
    let (passed, failed) = report.counts();
    println!(
        "socle : {passed} tests tenus, {failed} en échec ; {:?}",
        report.coverage.shares.iter().map(|s| (s.kind, s.percent())).collect::<Vec<_>>()
    );
    assert!(passed >= 15);
}

#[test]
fn each_option_is_sound_and_its_own_tests_hold() {
    let mut told = Vec::new();
    for world in Library::each().filter(|w| w.option.is_some()) {
        let name = world.option.unwrap_or_default();
        let compiled = compile(&world, None);
        assert!(compiled.is_sound(), "{name}\n{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        let mut report = TestReport::run(&compiled, &References::default(), &BACKEND);
        report.verdicts.retain(|v| world.tests(&v.module));
        for verdict in &report.verdicts {
            assert!(verdict.failures.is_empty(), "{}", suite::render_all(&verdict.failures, &compiled.sources));
        }
        told.push((name, report.counts().0));
    }
    println!("options du socle : {told:?}");
    assert!(!told.is_empty() && told.iter().all(|(_, passed)| *passed > 0), "{told:?}");
}

#[test]
fn each_module_compiles_alone() {
    for (name, text) in cadrage_stdlib::MODULES {
        let module = text.lines().find_map(|l| l.strip_prefix("module ")).unwrap_or_else(|| panic!("{name} has no module line"));
        let texts = Texts { scripts: vec![("seul.cadrage".into(), format!("utiliser {module}\n"))], ..Texts::default() };
        let compiled = compile(&texts, None);
        assert!(compiled.is_sound(), "{name}\n{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    }
}

#[test]
fn the_golden_examples_hold() {
    let mut found = 0;
    for entry in std::fs::read_dir(root().join("tests/golden")).expect("golden").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|x| x != "cadrage") {
            continue;
        }
        found += 1;
        let text = std::fs::read_to_string(&path).expect("golden file");
        let texts = Texts { scripts: vec![(entry.file_name().to_string_lossy().into_owned(), text)], ..Texts::default() };
        let compiled = compile(&texts, None);
        assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        let report = TestReport::run(&compiled, &References::default(), &BACKEND);
        assert!(!report.verdicts.is_empty(), "{path:?}");
        for verdict in &report.verdicts {
            assert!(verdict.failures.is_empty(), "{}", suite::render_all(&verdict.failures, &compiled.sources));
        }
    }
    assert!(found > 0);
}

/// A world whose library is this text.
struct OneModule(&'static str);

impl cadrage_driver::World for OneModule {
    fn scripts(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn library(&self) -> Vec<(String, String)> {
        vec![("socle/essai.cadrage".into(), self.0.into())]
    }

    fn table(&self, path: &str) -> Result<cadrage_driver::Table, String> {
        Err(path.into())
    }

    fn cases(&self, path: &str, _: char) -> Result<cadrage_driver::Table, String> {
        Err(path.into())
    }

    fn members(&self) -> cadrage_driver::Members {
        cadrage_driver::Members::default()
    }
}

#[test]
fn a_constant_of_the_library_cites_its_text() {
    let compiled =
        compile(&OneModule("module socle.essai version \"1\"\nconstante taux en % :\n  à compter du 01/01/2025 : 1 %\nfin\n"), None);
    let codes: Vec<_> = compiled.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [cadrage_source::Code::D05], "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
}

#[test]
fn every_constant_of_the_library_has_dates_and_a_source() {
    for world in Library::each() {
        let compiled = compile(&world, None);
        for p in &compiled.model.parameters {
            for d in p.cases.iter().flat_map(|c| &c.timeline) {
                assert!(d.from.is_some() && d.source.as_ref().is_some_and(|s| s.len() > 5), "{}", p.name);
            }
        }
        // A cell of a report is a hidden formula: its measures cite their own texts.
        for f in compiled.model.formulas.iter().filter(|f| !f.hidden) {
            assert!(f.source.is_some(), "{} cites no text", f.name);
        }
    }
}
