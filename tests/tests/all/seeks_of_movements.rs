//! `chercher` and `balayer` of the number and the date of a movement: every figure is a whole run of the sentences that answers print.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_session::{Projection, SeekAnswer, SeekRequest, Workspace, declared_seeks, declared_sweeps};
use cadrage_value::{Exact, Money};

use super::seeks::{etpt_of, messages, seek};
use super::support::{BACKEND, calculate, with};
use super::what_ifs_of_pay::world;

const BASE: &str = "budget_2027";
const POST: &str = "grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT";

/// A whole run of a scenario that inherits from the base and says these sentences.
fn run_of(folder: &Path, base: &str, sentences: &[String]) -> Projection {
    let mut script = "utiliser valmont version \"2026.3\"\n".to_owned();
    let _ = writeln!(script, "scénario essai_écrit hérite de {base} :");
    for s in sentences {
        let _ = writeln!(script, "  {s}");
    }
    if sentences.is_empty() {
        script.push_str("  note \"rien de plus\"\n");
    }
    script.push_str("fin\n");
    std::fs::write(folder.join("ecrit.cadrage"), script).expect("script");
    let mut workspace = Workspace::open(folder, &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let run = calculate(&mut workspace, &compiled, "essai_écrit");
    std::fs::remove_file(folder.join("ecrit.cadrage")).expect("script");
    run
}

fn paid(run: &Projection) -> Exact {
    run.lines.iter().filter(|l| l.month.year() == 2027).map(|l| l.amount).sum::<Money>().to_exact()
}

fn etpt(run: &Projection, plafond: Option<&str>) -> Exact {
    etpt_of(run, 2027, plafond)
}

#[test]
fn a_number_of_recruitments_is_that_of_the_run_that_reaches_the_goal() {
    let script =
        format!("chercher recruter ? agents {POST} à compter du 01/03/2027 dans {BASE} tel que etpt pour plafond ÉTAT sur 2027 = 1 ETPT\n");
    let (folder, mut workspace, compiled) = with(&script);
    let mut request = declared_seeks(&compiled, None).remove(0);
    let hired = |n: u32| vec![format!("recruter {n} agents {POST} à compter du 01/03/2027")];

    let seven = etpt(&run_of(folder.path(), BASE, &hired(7)), Some("ETAT"));
    request.goal = Some(seven.clone());
    let found = seek(&mut workspace, &compiled, &request);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a, a.value_text.as_str(), &a.sentences), (b, "7 agents", &hired(7)));
    for n in [6, 8] {
        assert_ne!(etpt(&run_of(folder.path(), BASE, &hired(n)), Some("ETAT")), seven, "{n}");
    }
    assert!(found.trials < 30 && found.understood.contains("de 0 agent à 100 agents"), "{found:?}");
    let shown = found.lines(80).join("\n");
    assert!(shown.contains("en plus des phrases de `budget_2027`") && shown.lines().all(|l| l.chars().count() <= 80), "{shown}");

    // Between two: each has the figure of its own run.
    request.within(&compiled, Some(("0", "16")), None).expect("bounds");
    request.goal = Some(&seven + &"1/100".parse().expect("ratio"));
    let found = seek(&mut workspace, &compiled, &request);
    let [SeekAnswer::Between(below, above)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((below.value_text.as_str(), above.value_text.as_str()), ("7 agents", "8 agents"));
    for t in [below, above] {
        assert_eq!(etpt(&run_of(folder.path(), BASE, &t.sentences), Some("ETAT")), t.reached, "{t:?}");
    }

    // Nobody: no sentence. More than bounds allow: none.
    request.goal = Some(etpt(&run_of(folder.path(), BASE, &[]), Some("ETAT")));
    let found = seek(&mut workspace, &compiled, &request);
    let [SeekAnswer::Exactly(a, _)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert!(a.value_text == "0 agent" && a.sentences.is_empty(), "{a:?}");
    assert!(found.lines(80).join("\n").contains("aucune phrase"), "{:?}", found.lines(80));
    request.goal = Some(seven);
    request.within(&compiled, Some(("0", "6 agents")), None).expect("bounds");
    let found = seek(&mut workspace, &compiled, &request);
    assert!(found.answers.is_empty() && found.extremes.1.value_text == "6 agents", "{found:?}");

    // Stopped: what was tried is told, with the narrowest frame.
    request.within(&compiled, Some(("0 agent", "100 agents")), None).expect("bounds");
    let part = workspace.seek(&compiled, &request, &BACKEND, &mut |tried| tried < 2).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(part.stopped && part.trials == 2, "{part:?}");
    let [SeekAnswer::Between(a, b)] = part.answers.as_slice() else { panic!("{part:?}") };
    assert!(a.gap.is_negative() != b.gap.is_negative());
    let shown = part.lines(80).join("\n");
    assert!(shown.contains("recherche interrompue : 2 valeurs essayées") && shown.contains("il est entre ces deux-là"), "{shown}");
}

#[test]
fn a_date_goes_by_month_or_by_day_over_the_projected_months() {
    let script = format!(
        "chercher recruter 2 agents {POST} à compter du ? dans {BASE} tel que masse_salariale sur 2027 = 1 €\n\
         chercher recruter 2 agents {POST} à compter du ? dans {BASE} entre 04/2027 et 30/06/2027 pas 1 jour tel que masse_salariale sur 2027 = 1 €\n\
         chercher faire partir 2 agents pour catégorie C au ? choisis par âge décroissant dans {BASE} tel que masse_salariale sur 2027 = 1 €\n"
    );
    let (folder, mut workspace, compiled) = with(&script);
    let [mut month, mut day, mut leaving] = <[SeekRequest; 3]>::try_from(declared_seeks(&compiled, None)).expect("three");
    let hired = |d: &str| vec![format!("recruter 2 agents {POST} à compter du {d}")];
    let gone = |d: &str| vec![format!("faire partir 2 agents pour catégorie C choisis par âge décroissant au {d}")];

    let april = paid(&run_of(folder.path(), BASE, &hired("01/04/2027")));
    month.goal = Some(april.clone());
    let found = seek(&mut workspace, &compiled, &month);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a, &a.sentences), (b, &hired("01/04/2027")));
    assert!(found.understood.contains("du 01/10/2026 au 01/12/2027, par mois"), "{}", found.understood);
    assert_eq!(found.json()["reponses"][0]["de"]["valeur"], "01/04/2027");
    for neighbour in ["01/03/2027", "01/05/2027"] {
        assert_ne!(paid(&run_of(folder.path(), BASE, &hired(neighbour))), april, "{neighbour}");
    }
    // Between two months there are days.
    let mid = paid(&run_of(folder.path(), BASE, &hired("18/05/2027")));
    month.goal = Some(mid.clone());
    let found = seek(&mut workspace, &compiled, &month);
    let [SeekAnswer::Between(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.value_text.as_str(), b.value_text.as_str()), ("01/05/2027", "01/06/2027"));
    assert_eq!(
        (&a.reached, &b.reached),
        (&paid(&run_of(folder.path(), BASE, &a.sentences)), &paid(&run_of(folder.path(), BASE, &b.sentences)))
    );
    day.goal = Some(mid);
    let found = seek(&mut workspace, &compiled, &day);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a, &a.sentences), (b, &hired("18/05/2027")));
    assert!(found.understood.contains("du 01/04/2027 au 30/06/2027, par 1 jour"), "{}", found.understood);

    let march = paid(&run_of(folder.path(), BASE, &gone("31/03/2027")));
    leaving.goal = Some(march.clone());
    let found = seek(&mut workspace, &compiled, &leaving);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a, &a.sentences), (b, &gone("31/03/2027")));
    for neighbour in ["28/02/2027", "30/04/2027"] {
        assert_ne!(paid(&run_of(folder.path(), BASE, &gone(neighbour))), march, "{neighbour}");
    }
}

#[test]
fn a_movement_that_the_scenario_says_is_the_one_that_moves() {
    let plan = |n: u32| {
        format!(
            "scénario plan hérite de {BASE} :\n  recruter {n} agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/02/2027\nfin\n"
        )
    };
    let asked = "chercher recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/02/2027 dans plan tel que masse_salariale sur 2027 = 1 €\n\
                 chercher recruter 3 agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du ? dans plan tel que masse_salariale sur 2027 = 1 €\n";
    let (_five, mut of_five, compiled) = with(&plan(5));
    let five = paid(&calculate(&mut of_five, &compiled, "plan"));

    let (_folder, mut workspace, compiled) = with(&(plan(3) + asked));
    let [mut number, mut date] = <[SeekRequest; 2]>::try_from(declared_seeks(&compiled, None)).expect("two");
    let own = paid(&calculate(&mut workspace, &compiled, "plan"));
    number.goal = Some(five);
    let found = seek(&mut workspace, &compiled, &number);
    let [SeekAnswer::Exactly(a, _)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!(a.value_text, "5 agents");
    assert_eq!(found.own.as_deref(), Some("3 agents"));
    let shown = found.lines(200).join("\n");
    assert!(
        shown.contains("à la place de « recruter 3 agents") && shown.contains("essai.cadrage:3") && shown.contains("de 0 agent à 6 agents"),
        "{shown}"
    );
    // Where it is written is what the scenario gives.
    date.goal = Some(own);
    let found = seek(&mut workspace, &compiled, &date);
    let [SeekAnswer::Exactly(a, _)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.value_text.as_str(), found.own.as_deref()), ("01/02/2027", Some("01/02/2027")));
}

#[test]
fn when_nobody_is_left_the_answer_says_so() {
    let script = format!(
        "chercher faire partir ? agents pour catégorie C au 31/12/2026 choisis par âge décroissant dans {BASE} entre 0 et 400 tel que masse_salariale sur 2027 = 1 €\n\
         chercher faire partir ? % pour catégorie C au 31/12/2026 choisis par âge décroissant dans {BASE} pas 25 % tel que masse_salariale sur 2027 = 1 €\n"
    );
    let (folder, mut workspace, compiled) = with(&script);
    let [mut people, mut share] = <[SeekRequest; 2]>::try_from(declared_seeks(&compiled, None)).expect("two");
    let all = paid(&run_of(folder.path(), BASE, &["faire partir les agents pour catégorie C au 31/12/2026".to_owned()]));
    people.goal = Some(all.clone());
    let found = seek(&mut workspace, &compiled, &people);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!(b.value_text, "400 agents");
    // The first of the stretch is everybody, to one person.
    assert_eq!(paid(&run_of(folder.path(), BASE, &a.sentences)), all);
    let fewer = &a.value - &Exact::ONE;
    let fewer = vec![format!("faire partir {} agents pour catégorie C au 31/12/2026 choisis par âge décroissant", fewer.to_shortest())];
    assert_ne!(paid(&run_of(folder.path(), BASE, &fewer)), all);
    assert!(b.notes.iter().any(|n| n.starts_with("[M04]")) && a.notes.iter().all(|n| !n.starts_with("[M04]")), "{a:?} {b:?}");

    share.goal = Some(all);
    let found = seek(&mut workspace, &compiled, &share);
    let [SeekAnswer::Exactly(a, _)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!(a.value_text, "100 %");
}

/// What-if 24: how many entries to end at so many ETPT; the figure is that of a whole run.
#[test]
fn the_job_plan_is_one_sentence() {
    let mut w = world("24");
    let request = declared_seeks(&w.compiled, None).into_iter().find(|r| r.text.starts_with("recruter")).expect("the search");
    let base = etpt(&w.run(BASE), Some("ETAT"));
    let found = w.workspace.seek(&w.compiled, &request, &BACKEND, &mut |_| true).unwrap_or_else(|e| panic!("{e:?}"));
    println!("24 : {} ETPT État au budget\n{}", base.to_french(4), found.lines(100).join("\n"));
    let [SeekAnswer::Between(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!(&b.value - &a.value, Exact::ONE);
    // Of September, four twelfths of a job each.
    let third: Exact = "1/3".parse().expect("third");
    for t in [a, b] {
        assert_eq!(t.reached, &base + &(&t.value * &third), "{t:?}");
    }
}

/// What-if 7: ten posts of C for how many of A, at the same masse salariale.
#[test]
fn posts_of_c_for_posts_of_a_is_one_sentence() {
    let mut w = world("07");
    let [request] = <[SeekRequest; 1]>::try_from(declared_seeks(&w.compiled, None)).expect("one");
    let base = paid(&w.run(BASE));
    let found = w.workspace.seek(&w.compiled, &request, &BACKEND, &mut |_| true).unwrap_or_else(|e| panic!("{e:?}"));
    println!("7 :\n{}", found.lines(100).join("\n"));
    assert!(found.goal.contains("ce que donne `budget_2027`"), "{}", found.goal);
    let [SeekAnswer::Between(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    let folder = w.folder();
    for t in [a, b] {
        assert_eq!(t.sentences.len(), 2, "{t:?}");
        let run = paid(&run_of(folder, BASE, &t.sentences));
        assert_eq!((&run, &(&run - &base)), (&t.reached, &t.gap), "{t:?}");
    }
}

#[test]
fn numbers_and_dates_are_swept_and_crossed_with_values_on_any_measure() {
    let script = format!(
        "balayer recruter ? agents {POST} à compter du 01/03/2027 dans {BASE} de 0 à 4 pas 2 sur etpt pour plafond ÉTAT ; masse_salariale / etpt ; etpt en 12/2027\n\
         balayer recruter 2 agents {POST} à compter du ? dans {BASE} de 01/2027 à 05/2027 pas 2 mois ; valeur_du_point dans {BASE} majorer de 0 % à 1 % pas 1 % sur 2027\n"
    );
    let (folder, mut workspace, compiled) = with(&script);
    let [number, crossed] = <[_; 2]>::try_from(declared_sweeps(&compiled, None)).expect("two");
    let swept = workspace.sweep(&compiled, &number, &BACKEND, &mut |_, _| true).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(swept.cells.len(), 3);
    for cell in &swept.cells {
        let run = run_of(folder.path(), BASE, &swept.axes[0].sentences[cell.at[0]]);
        let december: Exact =
            run.lines.iter().filter(|l| l.right.to_french() == "12/2027").filter_map(|l| l.jobs.as_ref()).map(|j| j.etpt.clone()).sum();
        assert_eq!(cell.figures, [etpt(&run, Some("ETAT")), &paid(&run) / &etpt(&run, None), december], "{cell:?}");
    }
    assert_eq!(swept.own, swept.cells[0].figures, "nobody is nothing more");
    let shown = swept.lines(80).join("\n");
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!("sweep_of_a_number", shown);

    let swept = workspace.sweep(&compiled, &crossed, &BACKEND, &mut |_, _| true).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(
        (swept.cells.len(), swept.axes[0].values.as_slice()),
        (6, ["01/01/2027", "01/03/2027", "01/05/2027"].map(str::to_owned).as_slice())
    );
    for cell in &swept.cells {
        let [k, c] = cell.at.as_slice() else { panic!("{cell:?}") };
        let mut sentences = swept.axes[0].sentences[*k].clone();
        sentences.push(format!("modifier valeur_du_point à compter du 01/10/2026 majorer de {}", swept.axes[1].values[*c]));
        let run = run_of(folder.path(), BASE, &sentences);
        assert_eq!(cell.figures, [paid(&run), etpt(&run, None)], "{cell:?}");
    }
    let shown = swept.lines(80).join("\n");
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");
    insta::assert_snapshot!("sweep_of_a_date_and_a_value", shown);
}

#[test]
fn what_cannot_be_sought_of_a_movement_is_refused_with_what_to_write() {
    let twice = format!(
        "scénario deux_fois hérite de {BASE} :\n  recruter 1 agent {POST} à compter du 01/02/2027\n  recruter 2 agents {POST} à compter du 01/02/2027\nfin\n"
    );
    let goal = "tel que masse_salariale sur 2027 = 1 €";
    let script = format!(
        "{twice}chercher recruter ? agents {POST} à compter du 01/02/2027 dans deux_fois {goal}\n\
         chercher recruter 2 agents {POST} à compter du ? dans {BASE} entre 01/2026 et 12/2026 {goal}\n\
         chercher faire partir 2 agents pour catégorie C au ? choisis par âge décroissant dans {BASE} entre 02/05/2027 et 20/05/2027 {goal}\n\
         balayer recruter ? agents {POST} à compter du 01/02/2027 dans deux_fois de 0 à 1 pas 1\n"
    );
    let (_folder, mut workspace, compiled) = with(&script);
    let mut said = String::new();
    let all = declared_seeks(&compiled, None);
    for request in &all {
        said += &messages(workspace.seek(&compiled, request, &BACKEND, &mut |_| true).expect_err(&request.text));
    }
    for (request, bounds, step) in [
        (&all[0], Some(("1,5", "3")), None),
        (&all[0], Some(("1", "3 ETP")), None),
        (&all[1], Some(("demain", "12/2027")), None),
        (&all[1], None, Some("1 an")),
    ] {
        said += &messages(request.clone().within(&compiled, bounds, step).expect_err("refused"));
    }
    let sweep = declared_sweeps(&compiled, None).remove(0);
    said += &messages(workspace.sweep(&compiled, &sweep, &BACKEND, &mut |_, _| true).expect_err("twice"));
    insta::assert_snapshot!(said);
}

/// What-ifs 24 and 7 at the prompt, as a person sees them at 80 columns.
#[test]
fn a_controller_asks_how_many_and_when_at_the_prompt() {
    use super::console::transcript;
    let folder = super::support::dossier(&super::support::root().join("examples/01-valmont"));
    let lines = [
        "scénario budget_2027",
        "chercher recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 tel que etpt pour plafond ÉTAT sur 2027 = 110 ETPT",
        "chercher faire partir 10 agents pour catégorie C au 31/12/2026 choisis par âge décroissant puis recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 entre 0 et 20 tel que masse_salariale sur 2027 inchangée",
        "chercher recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du ? dans budget_2027 tel que masse_salariale sur 2027 = 9 250 000 €",
        "balayer recruter ? agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans budget_2027 de 0 à 4 pas 2",
        "essayer faire partir 10 agents pour catégorie C au 31/12/2026 choisis par âge décroissant",
        "chercher recruter ? agents grade IGE_CN échelon 7 composante SCIENCES plafond ÉTAT à compter du 01/01/2027 dans bac_à_sable entre 0 et 20 tel que etpt sur 2027 = 120 ETPT",
        "chercher recruter ? agents dans budget_2027 tel que etpt sur 2027 = 120 ETPT",
        "aide chercher",
        "aide balayer",
    ];
    insta::assert_snapshot!("console_movements", transcript(folder.path(), &lines, 80));
}
