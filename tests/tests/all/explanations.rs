//! Explanations: what is printed computes again to what is printed, in the example and in made-up programs; what is shown, and to whom.

use cadrage_driver::{Analysis, Period, Subject, compile};
use cadrage_engine::{Kernel, Levels, Mode};
use cadrage_interpreter::Interpreter;
use cadrage_ir::{Constraint, FormulaId, Grain, Selection, attribute};
use cadrage_session::{
    Compiled, ExplainRequest, ExplainedEntry, ExplainedRule, Explanation, MOST_CONTRIBUTORS, RunError, Workspace, declared_explanations,
    explain_made_up,
};
use cadrage_source::{FileId, Span};
use cadrage_value::Month;
use suite::differential::{drawn, gather, parameters};
use suite::reevaluate;
use suite::strategies::{Alone, Size};

use super::support::{BACKEND, dossier, open, root, with};

/// Numbers that follow from a seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most.max(1)
    }
}

fn request(formula: FormulaId, matricule: &str, month: Month, recomputed: bool) -> ExplainRequest {
    let mut scope = Selection::all();
    scope.restrict(attribute("matricule").expect("attribute"), Constraint::In([matricule.to_owned()].into()));
    ExplainRequest {
        subject: Subject::Formula(formula),
        recomputed,
        scope,
        period: Some(Period::Month(month)),
        level: None,
        scenario: None,
        between: None,
        most: MOST_CONTRIBUTORS,
        text: String::new(),
        span: Span::new(FileId(u32::MAX), 0, 0),
    }
}

/// Explains a question typed on the command line.
fn ask(workspace: &mut Workspace, question: &str, scenario: &str) -> Result<(Compiled, Explanation), (Compiled, RunError)> {
    workspace.type_scripts(vec![("ligne".to_owned(), format!("expliquer {question}\n"))]);
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let mut request = declared_explanations(&compiled, None).into_iter().last().expect("a question");
    request.scenario = Some(scenario.to_owned());
    match workspace.explain(&compiled, &request, &BACKEND) {
        Ok(found) => Ok((compiled, found)),
        Err(e) => Err((compiled, e)),
    }
}

fn told(workspace: &mut Workspace, question: &str, scenario: &str) -> Explanation {
    ask(workspace, question, scenario).unwrap_or_else(|(compiled, e)| panic!("{question}\n{}", refusal(&compiled, &e))).1
}

fn refusal(compiled: &Compiled, e: &RunError) -> String {
    match e {
        RunError::Diagnostics(list) => suite::render_all(list, &compiled.sources),
        RunError::Cube(e) => format!("{e:?}"),
    }
}

#[test]
fn printed_trees_of_the_example_compute_again() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, compiled) = open(folder.path());
    let formulas: Vec<FormulaId> = (0..compiled.program.formulas.len())
        .map(FormulaId::at)
        .filter(|f| compiled.program.formula(*f).is_some_and(|f| !f.hidden && matches!(f.grain, Grain::Agent | Grain::Situation)))
        .collect();
    let matricules: Vec<String> = {
        let cube = workspace.cube().expect("cube");
        let all: std::collections::BTreeSet<&str> =
            cube.months.values().flat_map(|m| &m.situations).map(|s| s.matricule.as_str()).collect();
        all.into_iter().map(str::to_owned).collect()
    };
    let mut draws = Draws(8);
    let (mut cells, mut figures, mut known) = (0, 0, 0);
    for scenario in ["atterrissage_2026", "budget_2027_haut", "cas_4_points", "temps_plein"] {
        let until = compiled.model.scenarios.iter().find(|s| s.name == scenario).expect("scenario").until;
        let explainer = workspace.explainer(&compiled, scenario, &BACKEND).expect("explainer");
        let first: Month = "2025-01".parse().expect("month");
        let months: Vec<Month> = first.through(until).collect();
        for _ in 0..350 {
            let formula = formulas[draws.below(formulas.len())];
            let matricule = &matricules[draws.below(matricules.len())];
            let asked = request(formula, matricule, months[draws.below(months.len())], draws.below(3) == 0);
            let found = match explainer.explain(&asked) {
                Ok(found) => found,
                // A value that does not exist is a fault of the run, told as one.
                Err(RunError::Diagnostics(list)) if list.iter().all(|d| d.code.name() == "T04") => continue,
                Err(e) => panic!("{matricule} {}: {e:?}", compiled.program.formula(formula).expect("formula").name),
            };
            cells += 1;
            known += usize::from(found.root.value.exact.is_some());
            figures += reevaluate(&found.root).unwrap_or_else(|why| {
                panic!("{scenario} {matricule} {} {:?}\n{why}\n{}", asked.recomputed, asked.period, found.lines(120).join("\n"))
            });
        }
    }
    assert!(cells > 1_000 && figures > 900 && known > 400, "{cells} {figures} {known}");
    println!("explanations : {cells} cellules de l'exemple, {known} nombres, {figures} chiffres recalculés d'après ce qui est imprimé");
}

#[test]
fn printed_trees_of_made_up_programs_compute_again() {
    let (mut cells, mut figures) = (0, 0);
    let mut seed = 0;
    while cells < 2_000 {
        seed += 1;
        assert!(seed < 3_000, "{cells} cells only");
        let made = drawn(seed, Size::Few);
        let compiled = compile(&Alone::new(&made.script), None);
        if !compiled.is_sound() {
            continue;
        }
        let program = &compiled.program;
        let kernel: Box<dyn Kernel + '_> = cadrage_engine::Backend::prepare(&Interpreter, program);
        let mut levels = Levels::default();
        // A fault of a level stops the levels after it: agents who read those are told `manquant`, as runs are.
        if gather(program, &parameters(&compiled), &*kernel, &made.people, &mut levels).is_err() {
            continue;
        }
        let mut draws = Draws(seed);
        for _ in 0..6 {
            let Some(frame) = made.people.frames.get(draws.below(made.people.frames.len())) else { break };
            let month = draws.below(frame.months.len());
            let id = FormulaId::at(draws.below(program.formulas.len()));
            let Some(formula) = program.formula(id) else { continue };
            let situations = frame.months[month].situations.len();
            let situation = match formula.grain {
                Grain::Agent => None,
                Grain::Situation if situations > 0 => Some(draws.below(situations)),
                _ => continue,
            };
            let mode = if draws.below(3) == 0 { Mode::Recomputed } else { Mode::Paid };
            // A fault has no tree.
            let Ok(entry) = explain_made_up(&compiled, frame, &levels, (id, month, situation, mode), &Interpreter) else { continue };
            cells += 1;
            figures += reevaluate(&entry).unwrap_or_else(|why| panic!("graine {seed}\n{}\n{why}\n{entry:#?}", made.script));
        }
    }
    assert!(figures > 2_000, "{figures}");
    println!("explanations : {cells} cellules de {seed} programmes inventés, {figures} chiffres recalculés d'après ce qui est imprimé");
}

/// Each figure of the tree is the engine's own: the root is what a run gives.
#[test]
fn roots_are_the_figures_of_the_engines() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, compiled) = open(folder.path());
    let projection = super::support::calculate(&mut workspace, &compiled, "budget_2027_haut");
    let month: Month = "2027-10".parse().expect("month");
    let own = |code: &str| projection.lines.iter().filter(|l| l.month == month && l.code("composante") == code).map(|l| l.amount).sum();
    let found = told(&mut workspace, "masse_salariale pour composante SCIENCES en 10/2027", "budget_2027_haut");
    let amount: cadrage_value::Money = own("SCIENCES");
    assert_eq!(found.root.value.exact, Some(amount.to_exact()));
    assert_eq!(found.root.rule, ExplainedRule::Cuts);
    reevaluate(&found.root).unwrap_or_else(|why| panic!("{why}"));
    // Contributors in decreasing order, members then agents, each cut making the figure.
    for cut in &found.root.entries {
        let values: Vec<_> = cut.entries.iter().filter(|e| !e.name.contains("autre")).filter_map(|e| e.value.exact.clone()).collect();
        assert!(values.windows(2).all(|w| w[0] >= w[1]), "{}", cut.name);
    }
    assert!(
        found.carriers.first().is_some_and(|c| c.name == "valeur_du_point" && !c.mark.text().is_empty()),
        "{:?}",
        found.carriers.first()
    );
    let means = told(&mut workspace, "etp pour composante SCIENCES sur 2027", "budget_2027_haut");
    reevaluate(&means.root).unwrap_or_else(|why| panic!("{why}"));
    let ratio = told(&mut workspace, "coût_moyen pour composante SCIENCES sur 2027", "budget_2027_haut");
    assert!(reevaluate(&ratio.root).unwrap_or_else(|why| panic!("{why}")) > 2);
}

/// What an agent's tree of lines makes is his pay.
#[test]
fn lines_of_an_agent_make_his_pay() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, compiled) = open(folder.path());
    let projection = super::support::calculate(&mut workspace, &compiled, "budget_2027_haut");
    for (matricule, month) in [("VAL000000045", "2026-10"), ("VAL000000045", "2026-03"), ("M001/1", "2027-10"), ("VAL000000004", "2027-12")]
    {
        let month: Month = month.parse().expect("month");
        let lines = projection.lines.iter().filter(|l| l.month == month && l.code("matricule") == matricule);
        let expected: cadrage_value::Money = lines.map(|l| l.amount).sum();
        let question = format!("masse_salariale pour agent \"{matricule}\" en {}", month.to_french());
        let found = told(&mut workspace, &question, "budget_2027_haut");
        assert_eq!(found.root.value.exact, Some(expected.to_exact()), "{matricule} {month}");
        reevaluate(&found.root).unwrap_or_else(|why| panic!("{why}"));
    }
}

/// Snapshots at 80 and 140 columns, read one by one.
#[test]
fn texts_of_the_example() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, _) = open(folder.path());
    let questions = [
        ("une_cellule", "pension_civile pour agent VAL000000123 en 10/2027", "budget_2027_haut"),
        ("hypothese_fixee", "pension_civile pour agent VAL000000123 en 11/2026", "cas_4_points"),
        ("constate", "rafp pour agent VAL000000045 en 09/2026", "atterrissage_2026"),
        ("recalcule", "recalculé(rafp) pour agent VAL000000045 en 09/2026", "atterrissage_2026"),
        ("lignes", "masse_salariale pour agent VAL000000009 en 10/2026", "atterrissage_2026"),
        ("agregat", "masse_salariale pour composante SCIENCES en 10/2027", "budget_2027_haut"),
        ("rapport", "coût_moyen pour composante SCIENCES sur 2026", "atterrissage_2026"),
        ("niveau", "poids_composante pour composante DROIT en 10/2026", "atterrissage_2026"),
        ("personnes", "effectif en 12/2026 par corps", "atterrissage_2026"),
        ("exercice", "traitement_brut pour agent VAL000000045 sur 2026", "atterrissage_2026"),
        ("vide", "pension_civile pour agent VAL000000176 en 10/2026", "atterrissage_2026"),
        ("absent", "cia pour agent VAL000000120 en 12/2026", "atterrissage_2026"),
        ("a_defaut", "ifse pour agent VAL000000123 en 10/2026", "atterrissage_2026"),
        (
            "ecart_agent",
            "l'écart de pension_civile entre atterrissage_2026 et cas_4_points pour agent VAL000000123 en 11/2026",
            "cas_4_points",
        ),
        ("ecart", "l'écart de masse_salariale entre budget_2027 et budget_2027_haut sur 2027", "budget_2027"),
        ("valeur", "valeur_du_point en 10/2027", "budget_2027_haut"),
        ("donnee", "inm pour agent VAL000000045 en 10/2026", "atterrissage_2026"),
    ];
    for (name, question, scenario) in questions {
        let found = told(&mut workspace, question, scenario);
        for width in [80, 140] {
            let lines = found.lines(width);
            let widest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0);
            assert!(widest <= width, "{name}: {widest} > {width}");
            insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(format!("expliquer_{name}_{width}"), format!("{question}\n{}", lines.join("\n")));
            });
        }
    }
}

#[test]
fn what_cannot_be_explained_is_said() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, _) = open(folder.path());
    let questions = [
        ("pension_civile pour agent VAL00000012399 en 10/2026", "atterrissage_2026"),
        ("pension_civile pour agent VAL000000123 en 10/2030", "atterrissage_2026"),
        ("pension_civile pour agent VAL000000123 sur 2020", "atterrissage_2026"),
        ("masse_salariale en 10/2026", "budget_2028"),
        ("inm en 10/2026", "atterrissage_2026"),
        ("coût_moyen pour agent VAL000000123 en 10/2026", "atterrissage_2026"),
        ("poids_composante en 10/2026", "atterrissage_2026"),
        ("l'écart de effectif entre budget_2027 et budget_2027_haut sur 2027", "budget_2027"),
    ];
    let mut all = String::new();
    for (question, scenario) in questions {
        let Err((compiled, e)) = ask(&mut workspace, question, scenario) else { panic!("{question} is explained") };
        all.push_str(&format!("$ {question} ({scenario})\n{}\n", refusal(&compiled, &e)));
    }
    insta::with_settings!({ snapshot_path => root().join("tests/snapshots"), prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("expliquer_refus", all);
    });
}

/// A change of a value is told down to that value, and nothing else.
#[test]
fn a_difference_ends_at_what_differs() {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (mut workspace, _) = open(folder.path());
    let question = "l'écart de masse_salariale entre atterrissage_2026 et cas_4_points pour composante SCIENCES sur 2026";
    let found = told(&mut workspace, question, "cas_4_points");
    let mut leaves: Vec<String> = Vec::new();
    let mut walk = |e: &ExplainedEntry| {
        if e.entries.is_empty() && e.rule == ExplainedRule::Gap {
            leaves.push(e.name.clone());
        }
    };
    found.each(&mut walk);
    assert!(!leaves.is_empty() && leaves.iter().all(|l| l == "taux_pension_civile"), "{leaves:?}");
    let sum: cadrage_value::Exact = found.root.entries[0].entries.iter().filter_map(|e| e.value.exact.clone()).sum();
    assert_eq!(Some(sum), found.root.value.exact);
}

/// The statements of scripts are those that are run, and each has its words.
#[test]
fn statements_of_scripts_are_asked() {
    let (_folder, mut workspace, compiled) =
        with("expliquer masse_salariale pour composante DROIT en 12/2026\nexpliquer valeur_du_point\n");
    let requests = declared_explanations(&compiled, None);
    let texts: Vec<&str> = requests.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(texts, ["masse_salariale pour composante DROIT en 12/2026", "valeur_du_point"]);
    assert_eq!(compiled.model.analyses.iter().filter(|a| matches!(a, Analysis::Explain { .. })).count(), 2);
    for request in &requests {
        let found = workspace.explain(&compiled, request, &BACKEND).unwrap_or_else(|e| panic!("{e:?}"));
        assert!(found.root.value.exact.is_some());
        assert_eq!(found.json()["question"], request.text.as_str());
    }
}

/// What stands for a missing datum is counted, and told.
#[test]
fn missing_values_are_counted() {
    let script = "formule incertaine en € par agent :\n  = montant_forfait en fin de mois * 1 mois\n  agrégation somme\nfin\n";
    let (_folder, mut workspace, _) = with(script);
    let found = told(&mut workspace, "incertaine en 10/2026", "atterrissage_2026");
    assert!(found.missing > 0 && found.notes.iter().any(|n| n.contains("total partiel")), "{:?}", found.notes);
}
