//! Posts of which only the corps, the catégorie or the statut is known: who stands for them, and that they are then hires like others.

use cadrage_session::{
    ComparisonRequest, CostOptions, CostRow, ExplainRequest, Phases, Projection, RunError, Workspace, declared_explanations,
};
use cadrage_value::{Exact, Month};

use super::support::{BACKEND, calculate, with};

/// The note about the grade that a scenario took, without the number of the movement.
fn note(p: &Projection) -> String {
    let found: Vec<&str> = p.alerts.iter().filter(|a| a.code == "M11").map(|a| a.message.as_str()).collect();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.split_once(" : ").expect("a movement").1.to_owned()
}

/// `MCF_CN échelon 4`, of the note.
fn chosen(note: &str) -> String {
    let said = note.strip_prefix("grade et échelon représentatifs : ").unwrap_or_else(|| panic!("{note}"));
    said.split([';', '(']).next().expect("a grade").trim().replace("indice majoré", "inm")
}

/// All of a projection but its notes.
fn figures(p: &Projection) -> String {
    format!("{:?} {:?}", p.lines, p.measures)
}

fn refusal<T: std::fmt::Debug>(found: Result<T, RunError>) -> String {
    match found {
        Err(RunError::Diagnostics(list)) => list.iter().map(|d| format!("{} {}\n", d.code.name(), d.message)).collect(),
        other => panic!("{other:?}"),
    }
}

/// A scenario on the example whose hire is known by `who`.
fn scenario(name: &str, who: &str) -> String {
    format!(
        "scénario {name} hérite de budget_2027 :\n  recruter 3 agents {who} composante DROIT plafond ÉTAT à compter du 01/09/2027\nfin\n"
    )
}

#[test]
fn a_catégorie_is_hired_as_the_cell_whose_mean_cost_is_nearest() {
    // The twelve months are an exercice here, whose mean costs the verb gives.
    let known = "scénario connu :\n  constaté jusqu'à 12/2025 observé au 31/12/2025\n  projeter jusqu'à 12/2026\nfin\n\
         scénario a_pourvoir hérite de connu :\n  recruter 1 agent catégorie A composante DROIT plafond ÉTAT à compter du 01/03/2026\nfin\n";
    let (_folder, mut workspace, compiled) = with(known);
    let projection = calculate(&mut workspace, &compiled, "a_pourvoir");
    let options = CostOptions { year: 2025, minimum: 5, without: Vec::new() };
    let costs = workspace.costs(&compiled, &projection, &options).expect("costs");
    let of = |row: &&CostRow| row.cell.first().is_some_and(|c| **c == *"A");
    let whole = costs.rows.iter().filter(of).find(|r| r.level == "catégorie").expect("A");
    let mean = whole.mean.clone().expect("enough agents");
    let gap = |row: &CostRow| {
        let gap = &row.mean.clone().expect("read") - &mean;
        if gap.is_negative() { -gap } else { gap }
    };
    // A step of enough agents, or a grade, for its steps of too few.
    let cells: Vec<&CostRow> = costs.rows.iter().filter(of).filter(|r| r.cell.len() >= 3 && r.mean.is_some()).collect();
    assert!(cells.iter().filter(|r| r.level == "échelon").count() > 3 && cells.iter().any(|r| r.level == "grade"));
    let nearest = cells.iter().min_by(|a, b| gap(a).cmp(&gap(b)).then_with(|| b.heads.cmp(&a.heads))).expect("a cell");
    let note = note(&projection);
    let expected = match nearest.cell.get(3) {
        Some(step) => format!("{} échelon {step}", nearest.cell[2]),
        None => format!("{} échelon ", nearest.cell[2]),
    };
    assert!(chosen(&note).starts_with(&expected) && note.contains("médian") == nearest.cell.get(3).is_none(), "{expected} / {note}");
    let (own, all) = (nearest.mean.clone().expect("read").to_french(2), mean.to_french(2));
    let difference = (&nearest.mean.clone().expect("read") - &mean).to_french(2);
    for said in [
        format!("coût moyen {own} €, {} agents observés de 01/2025 à 12/2025", nearest.heads),
        format!("population catégorie A : coût moyen {all} €, {} agents", whole.heads),
        difference.trim_start_matches('-').to_owned(),
    ] {
        assert!(note.contains(&said), "{said} / {note}");
    }
}

#[test]
fn what_is_hired_is_what_the_grade_written_would_be() {
    for who in ["catégorie A", "corps MCF", "catégorie C", "statut TITULAIRE", "statut CDD", "corps CTR_BIATSS", "corps DOC"] {
        let (_folder, mut workspace, compiled) = with(&scenario("a_pourvoir", who));
        let found = calculate(&mut workspace, &compiled, "a_pourvoir");
        let note = note(&found);
        let statut = if who.starts_with("statut") { format!("{who} ") } else { String::new() };
        let (_other, mut workspace, compiled) = with(&scenario("a_pourvoir", &format!("{statut}{}", written(&chosen(&note)))));
        let expected = calculate(&mut workspace, &compiled, "a_pourvoir");
        assert!(expected.alerts.iter().all(|a| a.code != "M11"));
        assert_eq!(figures(&found), figures(&expected), "{who} : {note}");
        let hired: Exact = found.lines.iter().filter(|l| l.code("matricule").contains('/')).map(|l| l.amount.to_exact()).sum();
        assert!(hired > Exact::ZERO, "{who}: three people are paid");
    }
}

/// A profile as a sentence says it: a lump sum has its unit.
fn written(chosen: &str) -> String {
    match chosen.split_once(" forfait ") {
        Some((grade, amount)) => format!("grade {grade} montant_forfait {}/mois", amount.trim()),
        None => format!("grade {chosen}"),
    }
}

#[test]
fn it_is_an_effect_and_is_explained() {
    let script = format!("{}expliquer masse_salariale pour agent \"M001/1\" en 10/2027\n", scenario("a_pourvoir", "catégorie A"));
    let (_folder, mut workspace, compiled) = with(&script);
    let request =
        ComparisonRequest { scenario: "a_pourvoir".into(), reference: Some("budget_2027".into()), ..ComparisonRequest::default() };
    let found = workspace.compare(&compiled, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(found.residual().is_zero());
    let effect = found.effects.iter().find(|e| e.label.contains("catégorie A")).unwrap_or_else(|| panic!("{:?}", found.effects));
    assert_eq!(effect.amount, found.difference());
    let after = calculate(&mut workspace, &compiled, "a_pourvoir");
    let september = Month::new(2027, 9).expect("month");
    let hired = after.lines.iter().filter(|l| l.month >= september && l.month.year() == 2027 && l.code("matricule").contains('/'));
    assert_eq!(effect.amount, hired.map(|l| l.amount.to_exact()).sum::<Exact>());
    assert!(found.notes.iter().any(|n| n.contains("`a_pourvoir`") && n.contains("grade et échelon représentatifs")), "{:?}", found.notes);
    let asked: Vec<ExplainRequest> = declared_explanations(&compiled, None);
    let request = ExplainRequest { scenario: Some("a_pourvoir".to_owned()), ..asked.into_iter().next().expect("one") };
    let explained = workspace.explain(&compiled, &request, &BACKEND).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(explained.notes.iter().any(|n| n.contains("grade et échelon représentatifs")), "{:?}", explained.notes);
}

fn run(workspace: &mut Workspace, compiled: &cadrage_session::Compiled) -> Result<Projection, RunError> {
    workspace.calculate(compiled, "a_pourvoir", &BACKEND)
}

#[test]
fn too_few_agents_are_never_read_whoever_looks() {
    // BIBAS: too few people; the catégorie of the corps answers, and it is said.
    let (_folder, mut workspace, compiled) = with(&scenario("a_pourvoir", "corps BIBAS"));
    let told = note(&calculate(&mut workspace, &compiled, "a_pourvoir"));
    assert!(told.contains("« corps BIBAS » a trop peu d'agents : grade pris dans « catégorie B, corps de titulaires »"), "{told}");
    // Contracts answer for a contract: no corps of titulaires stands for a doctorant.
    let (_folder, mut workspace, compiled) = with(&scenario("a_pourvoir", "corps DOC"));
    let told = note(&calculate(&mut workspace, &compiled, "a_pourvoir"));
    assert!(told.contains("« corps DOC » a trop peu d'agents : grade pris dans « catégorie A, contrats »"), "{told}");
    assert!(["CTR_A", "CHERCHEUR"].contains(&chosen(&told).split(' ').next().unwrap_or("")), "{told}");
    // Nobody is paid by the month: nothing stands for them.
    let (_folder, mut workspace, compiled) = with(&scenario("a_pourvoir", "statut VACATAIRE"));
    let refused = refusal(run(&mut workspace, &compiled));
    assert!(refused.starts_with("M12 « statut VACATAIRE » : aucun grade n'y a été payé à au moins 5 agents"), "{refused}");
}
