//! What a console keeps ready: it gives what a whole run gives, and whoever waits may give up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cadrage_session::{Phases, Waiting, declared_explanations};

use super::console::{drawn, example, first, session};
use super::support::{BACKEND, open, root};

const TWICE: &str = "formule doublée en € par ligne :\n  = montant * 2\n  agrégation somme\nfin";

const REPORT: &str = "restitution essai_par_corps \"Essai\" :\n  lignes population jusqu'à corps\n  colonnes exercice\n  mesures masse_salariale ; doublée ; etpt ; masse_salariale / etpt\nfin";

#[test]
fn explanations_of_the_prompt_are_those_of_a_run() {
    let folder = example();
    let (mut workspace, _) = open(folder.path());
    let (mut console, _) = session(folder.path());
    console.answer("scénario budget_2027");
    // A measure of the session, after which what is kept ready stays.
    first(&mut console, "masse_salariale sur 2027");
    let declared = TWICE;
    assert!(!console.answer(declared).refused);
    for question in [
        "pension_civile pour agent VAL000000001 en 10/2027",
        "masse_salariale pour agent VAL000000001 sur 2027",
        "masse_salariale en 10/2027",
        "masse_salariale sur 2027 par grade",
        "masse_salariale pour composante SCIENCES sur 2026",
        "etp pour composante SCIENCES sur 2027",
        "etp en 10/2027 par corps",
        "effectif en 10/2027",
        "coût_moyen sur 2027",
        "doublée sur 2027",
    ] {
        workspace.type_scripts(vec![("console".to_owned(), format!("{declared}\nexpliquer {question}\n"))]);
        let compiled = workspace.compile().expect("scripts");
        assert!(compiled.is_sound(), "{question}\n{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        let mut request = declared_explanations(&compiled, None).into_iter().last().expect("question");
        request.scenario = Some("budget_2027".to_owned());
        let expected = workspace.explain(&compiled, &request, &BACKEND).unwrap_or_else(|e| panic!("{question}: {e:?}"));
        let answer = console.answer(&format!("expliquer {question}"));
        let text = expected.lines(100).join("\n");
        assert_eq!(drawn(&answer, 100).trim_end(), text.trim_end(), "{question}");
    }
}

#[test]
fn reports_and_envelopes_of_the_prompt_are_those_of_a_run() {
    let folder = example();
    std::fs::copy(root().join("examples/30-et-si/25-plafond_interne.cadrage"), folder.path().join("plafonds.cadrage")).expect("script");
    let (mut workspace, compiled) = open(folder.path());
    let (mut console, _) = session(folder.path());
    for scenario in ["budget_2027", "budget_2027_haut"] {
        console.answer(&format!("scénario {scenario}"));
        for report in ["suivi_des_corps", "suivi_par_composante"] {
            if !compiled.model.reports.iter().any(|r| r.name == report) {
                continue;
            }
            let expected = workspace.report(&compiled, report, &[scenario.to_owned()], &BACKEND).expect("report");
            let shown = drawn(&console.answer(&format!("restituer {report}")), 400);
            for row in &expected.rows {
                for (values, (measure, _, decimals)) in row.values.iter().zip(&expected.measures) {
                    let own: Vec<String> = values.iter().flatten().map(|x| x.to_french(*decimals)).collect();
                    let told = |l: &str| own.iter().all(|figure| l.contains(figure.as_str()));
                    assert!(shown.lines().any(told), "{scenario} {report} {measure} {} {own:?}\n{shown}", row.code);
                }
            }
        }
        let (_, rows) = workspace.ceilings(&compiled, scenario, &BACKEND, &mut Phases::unheeded()).expect("ceilings");
        let shown = drawn(&console.answer("contrôler"), 200);
        assert!(!rows.is_empty());
        for row in &rows {
            let (landing, state) = (row.landing.to_french(2), row.state.word());
            assert!(shown.lines().any(|l| l.contains(&landing) && l.contains(state)), "{scenario} {landing} {state}\n{shown}");
        }
    }
    // A report typed at the prompt, of a measure typed at the prompt, with trials in progress.
    assert!(!console.answer(TWICE).refused);
    assert!(!console.answer(REPORT).refused);
    assert!(!console.answer("essayer valeur_du_point à compter du 01/01/2027 majorer de 1,5 %").refused);
    let whole = first(&mut console, "masse_salariale sur 2027").replace(" €", "");
    let twice = first(&mut console, "doublée sur 2027").replace(" €", "");
    let shown = drawn(&console.answer("restituer essai_par_corps"), 200);
    assert!(shown.contains(&whole) && shown.contains(&twice), "{whole} {twice}\n{shown}");
}

#[test]
fn a_report_of_an_analysis_is_its_pages() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    assert!(!console.answer("restitution essai_gvt \"GVT\" :\n  analyse gvt\nfin").refused);
    let answer = console.answer("restituer essai_gvt");
    assert!(!answer.refused, "{}", drawn(&answer, 100));
    let shown = drawn(&answer, 100);
    assert!(shown.contains("GVT") && shown.contains("INM"), "{shown}");
}

#[test]
fn whoever_waits_may_give_up_and_loses_nothing() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    let given_up = Arc::new(AtomicBool::new(false));
    console.heed(Waiting::new(Arc::clone(&given_up), |waited| assert!(waited < Duration::from_secs(600))));
    assert!(!console.answer("constante prime_de_noël en € = 50 €").refused);
    let before = first(&mut console, "masse_salariale sur 2026");
    assert!(!console.answer("essayer valeur_du_point à compter du 01/10/2026 majorer de 1,5 %").refused);
    let tried = first(&mut console, "masse_salariale sur 2026");
    assert_ne!(before, tried);
    // A line of another scenario, whose careers are not unrolled: nobody waits for it.
    for line in [
        "essayer recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/11/2026",
        "comparer atterrissage_2026 avec cas_4_points",
        "expliquer l'écart de masse_salariale entre atterrissage_2026 et cas_4_points sur 2026",
    ] {
        given_up.store(true, Ordering::Relaxed);
        let answer = console.answer(line);
        assert!(answer.refused && drawn(&answer, 100).contains("abandonné"), "{line}\n{}", drawn(&answer, 100));
        given_up.store(false, Ordering::Relaxed);
        assert_eq!(first(&mut console, "masse_salariale sur 2026"), tried, "{line}");
    }
    // A sweep and a search end after the trial at hand, and show what was tried.
    for (line, said) in [
        ("balayer valeur_du_point dans atterrissage_2026 majorer de 0 % à 3 % pas 0,5 %", "balayage interrompu"),
        (
            "chercher valeur_du_point dans atterrissage_2026 tel que masse_salariale sur 2026 = 9 500 000 €",
            "recherche interrompue : 1 valeur essayée",
        ),
    ] {
        given_up.store(true, Ordering::Relaxed);
        let answer = console.answer(line);
        given_up.store(false, Ordering::Relaxed);
        let shown = drawn(&answer, 100);
        assert!(!answer.refused && shown.contains(said), "{shown}");
    }
    assert!(!console.answer("annuler").refused);
    assert_eq!(first(&mut console, "masse_salariale sur 2026"), before);
    assert_eq!(first(&mut console, "prime_de_noël"), "50 €");
}
