//! Who sees individuals: below the `effectif_minimal` of an institution, no channel tells an amount of theirs without the role for it.

use std::path::Path;

use cadrage_session::{ComparisonRequest, Compiled, Phases, RunError, Workspace, declared_explanations};

use super::support::{BACKEND, dossier, root};

/// The example, with a threshold and a role in its module, and some reports of its own.
fn institution(minimum: &str) -> tempfile::TempDir {
    let folder = dossier(&root().join("examples/01-valmont"));
    let path = folder.path().join("établissement.cadrage");
    let mut text = std::fs::read_to_string(&path).expect("module");
    text.push_str(&format!(
        "\nconstante effectif_minimal en agent \"Effectif minimal\" = {minimum} agents   source \"charte fictive\"\n\nrôle paie :\n  peut voir agents\n  peut modifier hypothèses ; mouvements ; scénarios ; formules\n  peut simuler constantes ; grilles\nfin\n\nrôle contrôleur :\n  peut modifier hypothèses ; mouvements ; scénarios ; formules\n  peut simuler constantes ; grilles\nfin\n"
    ));
    std::fs::write(&path, text).expect("module");
    let script = "utiliser valmont version \"2026.3\"\n\nrestitution par_agent :\n  lignes agent\n  colonnes exercice\n  mesures masse_salariale\nfin\n\nrestitution par_grade :\n  lignes population jusqu'à grade\n  colonnes exercice\n  mesures masse_salariale ; etpt ; inm\nfin\n\nrestitution sciences :\n  lignes structure jusqu'à département\n  colonnes exercice\n  mesures masse_salariale\n  pour composante SCIENCES\nfin\n";
    std::fs::write(folder.path().join("essai.cadrage"), script).expect("script");
    folder
}

fn seen(folder: &Path, role: Option<&str>) -> (Workspace, Compiled) {
    let mut workspace = Workspace::open(folder, &[]).expect("dossier").for_role(role.map(str::to_owned));
    workspace.import_pending(&mut |_, _, _| {}).expect("import");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    (workspace, compiled)
}

fn refused<T: std::fmt::Debug>(found: Result<T, RunError>) -> Vec<&'static str> {
    match found {
        Err(RunError::Diagnostics(list)) => list.iter().map(|d| d.code.name()).collect(),
        other => panic!("{other:?}"),
    }
}

fn explained(workspace: &mut Workspace, question: &str, scenario: &str) -> Result<cadrage_session::Explanation, RunError> {
    workspace.type_scripts(vec![("ligne".to_owned(), format!("expliquer {question}\n"))]);
    let compiled = workspace.compile().expect("scripts");
    let mut request = declared_explanations(&compiled, None).into_iter().last().expect("question");
    request.scenario = Some(scenario.to_owned());
    workspace.explain(&compiled, &request, &BACKEND)
}

/// Every text of an explanation, in every form.
fn everything(found: &cadrage_session::Explanation) -> String {
    let document = cadrage_session::explanations_document(std::slice::from_ref(found));
    format!("{}\n{}\n{document:?}\n{found:?}", found.lines(80).join("\n"), found.json())
}

#[test]
fn explanations_name_nobody_below_the_threshold() {
    let folder = institution("5");
    for role in [None, Some("contrôleur")] {
        let (mut workspace, _) = seen(folder.path(), role);
        for question in [
            "pension_civile pour agent VAL000000045 en 10/2026",
            "masse_salariale pour agent VAL000000045 en 10/2026",
            "inm pour agent VAL000000045 en 10/2026",
            "traitement_brut pour agent VAL000000045 sur 2026",
            // Three agents.
            "masse_salariale pour structure SCI_INFO en 10/2026",
            "coût_moyen pour structure SCI_INFO en 10/2026",
            "l'écart de masse_salariale entre atterrissage_2026 et cas_4_points pour structure SCI_INFO en 10/2026",
            "l'écart de pension_civile entre atterrissage_2026 et cas_4_points pour agent VAL000000045 en 10/2026",
        ] {
            assert_eq!(refused(explained(&mut workspace, question, "atterrissage_2026")), ["D04"], "{role:?} {question}");
        }
        for question in [
            "masse_salariale pour composante SCIENCES en 10/2026",
            "masse_salariale en 10/2026 par grade",
            "etp pour composante SCIENCES sur 2026",
            "coût_moyen pour composante SCIENCES sur 2026",
            "l'écart de masse_salariale entre atterrissage_2026 et cas_4_points sur 2026 par grade",
        ] {
            let found = explained(&mut workspace, question, "atterrissage_2026").unwrap_or_else(|e| panic!("{question}: {e:?}"));
            let text = everything(&found);
            assert!(!text.contains("VAL0000"), "{question}\n{text}");
            // Nothing is told of fewer than five: what is left of each cut is of enough agents.
            found.each(&mut |e| {
                for remark in &e.remarks {
                    if let Some(n) = remark.strip_suffix(" agents").or(remark.strip_suffix(" agent")).and_then(|n| n.parse::<usize>().ok())
                    {
                        assert!(n >= 5, "{question} {} {remark}", e.name);
                    }
                }
            });
        }
    }
    let (mut workspace, _) = seen(folder.path(), Some("paie"));
    for question in ["pension_civile pour agent VAL000000045 en 10/2026", "masse_salariale pour structure SCI_INFO en 10/2026"] {
        let found = explained(&mut workspace, question, "atterrissage_2026").unwrap_or_else(|e| panic!("{question}: {e:?}"));
        assert!(found.root.value.exact.is_some());
    }
}

#[test]
fn cuts_still_make_the_figure_when_members_are_reunited() {
    let folder = institution("5");
    let (mut workspace, _) = seen(folder.path(), None);
    let found = explained(&mut workspace, "masse_salariale en 10/2026 par grade", "atterrissage_2026").expect("explained");
    let cut = found.root.entries.iter().find(|e| e.name == "par grade").expect("cut");
    assert!(cut.entries.iter().any(|e| e.name.ends_with("membres réunis")), "{cut:#?}");
    let sum: cadrage_value::Exact = cut.entries.iter().filter_map(|e| e.value.exact.clone()).sum();
    assert_eq!(Some(sum), found.root.value.exact);
}

#[test]
fn reports_name_nobody_below_the_threshold() {
    let folder = institution("5");
    let scenarios = ["atterrissage_2026".to_owned()];
    let (mut open, compiled) = seen(folder.path(), Some("paie"));
    let whole = open.report(&compiled, "par_grade", &scenarios, &BACKEND).expect("report");
    assert!(open.report(&compiled, "par_agent", &scenarios, &BACKEND).expect("report").rows.len() > 100);
    let (mut workspace, compiled) = seen(folder.path(), None);
    assert_eq!(refused(workspace.report(&compiled, "par_agent", &scenarios, &BACKEND)), ["D04"]);
    let table = workspace.report(&compiled, "par_grade", &scenarios, &BACKEND).expect("report");
    assert!(table.rows.len() < whole.rows.len() && table.rows.iter().any(|r| r.label.contains("réunis")));
    // Under each row that is left, the sum is what it was: those that are reunited lose nothing.
    let under = |t: &cadrage_session::ReportTable, code: &str, depth: usize, measure: usize| {
        let at = t.rows.iter().position(|r| r.depth == depth && r.code == code).expect("row");
        let inside = t.rows[at + 1..].iter().take_while(|r| r.depth > depth).filter(|r| r.depth == depth + 1);
        inside.filter_map(|r| r.values[measure][0].clone()).sum::<cadrage_value::Exact>()
    };
    for row in table.rows.iter().filter(|r| r.depth < 3 && (r.depth == 0 || !r.code.is_empty())) {
        for measure in 0..2 {
            assert_eq!(under(&table, &row.code, row.depth, measure), under(&whole, &row.code, row.depth, measure), "{}", row.label);
        }
    }
    // A row that is left has at least five agents in the whole exercice: those of fewer are not there by name.
    let cube = open.cube().expect("cube");
    let mut by_grade: std::collections::BTreeMap<&str, std::collections::BTreeSet<&str>> = std::collections::BTreeMap::new();
    for s in cube.months.values().flat_map(|m| &m.situations) {
        by_grade.entry(s.state.grade.as_str()).or_default().insert(&s.matricule);
    }
    for row in table.rows.iter().filter(|r| r.level == "grade" && !r.code.is_empty()) {
        assert!(by_grade.get(row.code.as_str()).is_none_or(|who| who.len() >= 5), "{}", row.code);
    }
    let sciences = workspace.report(&compiled, "sciences", &scenarios, &BACKEND).expect("report");
    assert!(sciences.rows.iter().all(|r| r.code != "SCI_BIO"), "{:?}", sciences.rows.iter().map(|r| &r.code).collect::<Vec<_>>());
}

#[test]
fn comparisons_name_nobody_below_the_threshold() {
    let folder = institution("5");
    let script = "utiliser valmont version \"2026.3\"\nscénario un_départ hérite de atterrissage_2026 :\n  faire partir l'agent VAL000000045 au 31/10/2026 motif DEMISSION\n  modifier valeur_du_point à compter du 01/11/2026 majorer de 1 %   source \"essai\"\nfin\n";
    std::fs::write(folder.path().join("départ.cadrage"), script).expect("script");
    let request = ComparisonRequest {
        scenario: "un_départ".into(),
        reference: Some("atterrissage_2026".into()),
        year: Some(2026),
        reference_year: Some(2026),
        level: Some("composante".into()),
        ..ComparisonRequest::default()
    };
    let compare = |role| {
        let (mut workspace, compiled) = seen(folder.path(), role);
        workspace.compare(&compiled, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
    };
    let (open, closed) = (compare(Some("paie")), compare(None));
    assert!(closed.effects.iter().all(|e| e.agents.is_empty()));
    // What one agent does is not told apart, and the sum is the difference all the same.
    let of_one = open.effects.iter().find(|e| e.label.contains("VAL000000045")).expect("the effect of one agent");
    assert!(!of_one.amount.is_zero() && closed.effects.iter().all(|e| e.amount != of_one.amount), "{:?}", closed.effects);
    assert!(!format!("{closed:?}").contains("VAL000000045"));
    assert!(closed.residual().is_zero() && closed.difference() == open.difference());
    for effect in &closed.effects {
        let sum: cadrage_value::Exact = effect.members.values().cloned().sum();
        assert_eq!(sum, effect.amount, "{}", effect.label);
    }
}

#[test]
fn back_tests_name_nobody_below_the_threshold() {
    let folder = institution("5");
    let period = || cadrage_session::Period { from: None, to: None };
    let (mut workspace, compiled) = seen(folder.path(), None);
    let found = workspace.back_test(&compiled, Some("atterrissage_2026"), period(), &BACKEND).expect("back test");
    assert!(!found.gaps.is_empty() && found.gaps.iter().all(|g| g.matricule.is_empty()));
    let (mut workspace, compiled) = seen(folder.path(), Some("paie"));
    let found = workspace.back_test(&compiled, Some("atterrissage_2026"), period(), &BACKEND).expect("back test");
    assert!(found.gaps.iter().all(|g| !g.matricule.is_empty()));
}

#[test]
fn nobody_grants_himself_sight() {
    let folder = institution("5");
    let (workspace, compiled) = seen(folder.path(), Some("paie"));
    assert!(workspace.sight(&compiled).expect("sight").tells_agents());
    let mut other = Workspace::open(folder.path(), &[]).expect("dossier").for_role(Some("inconnu".to_owned()));
    let compiled = other.compile().expect("scripts");
    assert!(!compiled.is_sound());
    assert_eq!(refused(other.sight(&compiled)), ["N01"]);
    // A threshold outside modules is refused rather than heeded or not.
    let plain = dossier(&root().join("examples/01-valmont"));
    std::fs::write(plain.path().join("essai.cadrage"), "constante effectif_minimal en agent = 2 agents   source \"essai\"\n")
        .expect("script");
    let (workspace, compiled) = seen(plain.path(), None);
    assert_eq!(refused(workspace.sight(&compiled)), ["D04"]);
    // Without any, all is shown.
    std::fs::remove_file(plain.path().join("essai.cadrage")).expect("script");
    let (workspace, compiled) = seen(plain.path(), None);
    assert!(workspace.sight(&compiled).expect("sight").tells_agents());
}

#[test]
fn a_trial_of_too_few_agents_is_not_told() {
    use super::console::{drawn, session_of};
    let folder = institution("5");
    let (closed, _) = session_of(folder.path(), None);
    let (open, _) = session_of(folder.path(), Some("paie"));
    for (mut console, sees) in [(closed, false), (open, true)] {
        console.answer("scénario atterrissage_2026");
        let before = drawn(&console.answer("masse_salariale sur 2026"), 100);
        let one = console.answer("essayer faire partir l'agent VAL000000045 au 31/10/2026 motif retraite");
        let text = drawn(&one, 100);
        assert_eq!(one.refused, !sees, "{text}");
        assert_eq!(text.contains("D04"), !sees, "{text}");
        if sees {
            continue;
        }
        assert!(!text.contains('€'), "{text}");
        // Nothing of it is left to be asked.
        assert_eq!(drawn(&console.answer("masse_salariale sur 2026"), 100), before);
        // Everybody is told, and a post that nobody holds yet.
        for line in [
            "essayer valeur_du_point à compter du 01/10/2026 majorer de 1,5 %",
            "essayer recruter 1 agent grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/11/2026",
        ] {
            let answer = console.answer(line);
            assert!(!answer.refused, "{line}\n{}", drawn(&answer, 100));
        }
        // On top of them, one agent is still one agent.
        let again = console.answer("essayer faire partir l'agent VAL000000045 au 31/10/2026 motif retraite");
        assert!(again.refused && drawn(&again, 100).contains("D04"), "{}", drawn(&again, 100));
    }
}

/// Figures are the same whoever looks: a post takes its grade from as many agents as the threshold, for who sees agents too.
#[test]
fn posts_without_a_grade_stand_on_as_many_agents_as_the_threshold() {
    let script = "utiliser valmont version \"2026.3\"\nscénario a_pourvoir hérite de budget_2027 :\n  recruter 1 agent catégorie C composante DROIT plafond ÉTAT à compter du 01/09/2027\nfin\n";
    let told = |minimum: &str, role: Option<&str>| {
        let folder = institution(minimum);
        std::fs::write(folder.path().join("essai.cadrage"), script).expect("script");
        let (mut workspace, compiled) = seen(folder.path(), role);
        let found = workspace.calculate(&compiled, "a_pourvoir", &BACKEND);
        found.map(|found| found.alerts.iter().find(|a| a.code == "M11").map(|a| a.message.clone()).expect("a note"))
    };
    let note = told("5", None).expect("eight agents of a grade");
    let heads: usize =
        note.split(" agents observés").next().and_then(|t| t.rsplit(' ').next()).and_then(|n| n.parse().ok()).expect("a count");
    assert!((5..12).contains(&heads), "{note}");
    for role in [None, Some("paie")] {
        assert_eq!(refused(told("12", role)), ["M12"], "no grade of category C has twelve agents");
    }
}
