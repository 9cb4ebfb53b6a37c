//! `suite/<topic>/good` and `suite/<topic>/bad`: scripts with the codes they announce, and their messages as snapshots.

use std::collections::BTreeSet;

use cadrage_driver::{compile, correct};
use cadrage_source::Code;
use suite::{outcome, world};

use super::support::root;

#[test]
fn every_case_gives_what_it_announces() {
    let cases = suite::cases(&root().join("tests/suite"));
    assert!(cases.len() > 40, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (codes, messages) = outcome(&case.text);
        let wanted: BTreeSet<String> = case.codes.iter().cloned().collect();
        if case.name.contains("/bad/") {
            if codes != wanted {
                wrong.push(format!("{} : {codes:?} au lieu de {wanted:?}\n{messages}", case.name));
            }
            insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(case.name.replace('/', "-"), messages);
            });
        } else if codes != wanted {
            wrong.push(format!("{} : {messages}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_keep_to_the_house_style() {
    for case in suite::cases(&root().join("tests/suite")) {
        let compiled = compile(&world(&case.text), None);
        for d in &compiled.diagnostics {
            assert!(!d.message.ends_with('.'), "{}: {}", case.name, d.message);
            assert!(!d.message.contains('’') && !d.help.as_deref().unwrap_or("").contains('’'), "{}: {}", case.name, d.message);
            assert!(d.message.chars().count() <= 140, "{}: too long to be read at once: {}", case.name, d.message);
            assert!(d.message.starts_with(|c: char| !c.is_uppercase()) || d.message.starts_with("ETP"), "{}: {}", case.name, d.message);
            assert!(d.help.is_some(), "{}: no help for {}", case.name, d.message);
            assert!(!d.message.contains("FormulaId") && !d.message.contains("Rule::"), "{}", d.message);
        }
    }
}

/// What a message must say is in its case; a case whose message does not is in `fiers/`, the list of those we are not proud of, and
/// leaves it as soon as its message is what it should be.
#[test]
fn messages_say_what_their_case_wants() {
    let (mut wrong, mut proud, mut shame) = (Vec::new(), 0, 0);
    for case in suite::cases(&root().join("tests/suite")).iter().filter(|c| !c.wanted.is_empty()) {
        let (_, messages) = outcome(&case.text);
        let missing: Vec<&String> = case.wanted.iter().filter(|w| !messages.contains(w.as_str())).collect();
        if case.name.starts_with("fiers/") {
            shame += 1;
            if missing.is_empty() {
                wrong.push(format!("{} dit maintenant ce qu'il faut : sortez-le de fiers/", case.name));
            }
        } else {
            proud += 1;
            wrong.extend(missing.iter().map(|w| format!("{} ne dit pas « {w} »\n{messages}", case.name)));
        }
    }
    println!("{proud} messages as wanted, {shame} we are not proud of");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(proud > 100, "{proud}");
}

/// The corrected text of a case is right: nothing to say, tests passed.
#[test]
fn what_is_corrected_is_right() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in suite::cases(&root().join("tests/suite")) {
        if let Some(corrected) = &case.corrected {
            let (codes, messages) = outcome(corrected);
            count += 1;
            // D02 marks a what-if that departs from the texts: there is nothing to correct.
            if codes.iter().any(|c| c != "D02") {
                wrong.push(format!("{} : {messages}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "{count}");
}

/// A correction removes what it answers and brings nothing: the corrected text has strictly fewer complaints, none of them new.
#[test]
fn a_safe_correction_leaves_no_new_complaint() {
    let (mut corrected, mut applied) = (0, 0);
    for case in suite::cases(&root().join("tests/suite")) {
        let before = compile(&world(&case.text), None);
        let fixable = before.diagnostics.iter().filter(|d| !d.fix.is_empty()).count();
        let found = correct(&world(&case.text), None);
        assert_eq!(found.len(), usize::from(fixable > 0), "{}: {fixable} corrections announced, {found:#?}", case.name);
        let Some(c) = found.first() else { continue };
        let after = compile(&world(&c.text), None);
        let said = |list: &[cadrage_source::Diagnostic]| {
            list.iter().filter(|d| d.code != Code::D02).map(|d| (d.code, d.message.clone())).collect::<BTreeSet<_>>()
        };
        let (old, new) = (said(&before.diagnostics), said(&after.diagnostics));
        assert!(after.diagnostics.iter().all(|d| d.fix.is_empty()), "{}: {:#?}", case.name, after.diagnostics);
        assert!(new.is_subset(&old) && new.len() < old.len(), "{}: {:#?}\n{}", case.name, new.difference(&old), c.text);
        corrected += 1;
        applied += c.replaced.len();
    }
    println!("{applied} corrections in {corrected} cases");
    assert!(corrected >= 5, "{corrected}");
}

#[test]
fn a_text_without_mistake_is_not_corrected() {
    for case in suite::cases(&root().join("tests/suite")).iter().filter(|c| c.name.contains("/good/")) {
        assert_eq!(correct(&world(&case.text), None), [], "{}", case.name);
    }
}

#[test]
fn every_code_says_what_it_means() {
    for code in Code::ALL {
        assert!(code.title().len() > 8, "{}", code.name());
        assert!(code.explanation().len() > 60, "{}", code.name());
        // The last sentence says what to do: « écrivez », « ajoutez », « corrigez »…
        let last = code.explanation().trim_end_matches('.').rsplit(". ").next().unwrap_or("");
        let told = last.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 3 && word.ends_with("ez"));
        assert!(told, "{} must end with what to do: {last}", code.name());
        assert_eq!(Code::find(&code.name().to_lowercase()), Some(*code));
    }
}

#[test]
fn the_order_of_declarations_does_not_count() {
    let text =
        suite::cases(&root().join("tests/suite")).into_iter().find(|c| c.name == "run/good/exceptions-emboitees").expect("case").text;
    let mut blocks: Vec<String> = text.split_inclusive("fin\n").map(str::to_owned).collect();
    blocks.reverse();
    let (codes, messages) = outcome(&blocks.concat());
    assert!(codes.is_empty(), "{messages}");
}

#[test]
fn both_printed_stages_are_stable() {
    let compiled = compile(&world("utiliser socle.emplois version \"2026.1\"\n"), None);
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("stage-ir-emplois", cadrage_driver::emit(&compiled, "ir").expect("ir"));
        insta::assert_snapshot!("stage-plan-emplois", cadrage_engine::describe(&compiled.program));
    });
    assert_eq!(cadrage_ir::verify(&compiled.program), Ok(()));
}
