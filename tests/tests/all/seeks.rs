//! `chercher` and `balayer`: what is found is what whole runs of the sentences that answers print give.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_session::{Compiled, Projection, RunError, SeekAnswer, SeekRequest, Sought, Workspace, declared_seeks, declared_sweeps};
use cadrage_value::{Exact, Money};

use super::support::{BACKEND, calculate, with};

const BASE: &str = "atterrissage_2026";

/// A whole run of the scenario with a sentence more, written in a script.
fn run_of(folder: &Path, sentences: &[&str]) -> Projection {
    let mut script = "utiliser valmont version \"2026.3\"\n".to_owned();
    let _ = writeln!(script, "scénario essai_écrit hérite de {BASE} :");
    for s in sentences {
        let _ = writeln!(script, "  {s}");
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

fn paid(run: &Projection) -> Money {
    run.lines.iter().filter(|l| l.month.year() == 2026).map(|l| l.amount).sum()
}

fn etpt(run: &Projection, plafond: Option<&str>) -> Exact {
    etpt_of(run, 2026, plafond)
}

pub(super) fn etpt_of(run: &Projection, year: i32, plafond: Option<&str>) -> Exact {
    let rows = run.lines.iter().filter(|l| l.right.year() == year && plafond.is_none_or(|p| l.code("plafond") == p));
    rows.filter_map(|l| l.jobs.as_ref()).map(|j| j.etpt.clone()).sum()
}

pub(super) fn seek(workspace: &mut Workspace, compiled: &Compiled, request: &SeekRequest) -> Sought {
    workspace.seek(compiled, request, &BACKEND, &mut |_| true).unwrap_or_else(|e| panic!("{}: {e:?}", request.text))
}

pub(super) fn messages(e: RunError) -> String {
    match e {
        RunError::Diagnostics(list) => {
            list.iter().map(|d| format!("{:?} {} | {}\n", d.code, d.message, d.help.as_deref().unwrap_or(""))).collect()
        }
        RunError::Cube(e) => format!("{e:?}"),
    }
}

#[test]
fn the_value_found_is_the_one_whose_run_reaches_the_goal() {
    let goal = format!("chercher valeur_du_point dans {BASE} tel que masse_salariale sur 2026 = 1 €\n");
    let (folder, mut workspace, compiled) = with(&goal);
    let mut request = declared_seeks(&compiled, None).remove(0);

    // A goal that a value reaches: exactly that one, and neither of its neighbours.
    let at_60 = paid(&run_of(folder.path(), &["modifier valeur_du_point à compter du 01/10/2026 = 60 €/point/an"]));
    request.goal = Some(at_60.to_exact());
    let found = seek(&mut workspace, &compiled, &request);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a, a.value_text.as_str()), (b, "60 €/point/an"));
    assert_eq!(a.sentences, ["modifier valeur_du_point à compter du 01/10/2026 = 60 €/point/an"]);
    assert!(found.trials < 30, "{}", found.trials);
    for neighbour in ["59,9999", "60,0001"] {
        let sentence = a.sentences[0].replace("= 60 ", &format!("= {neighbour} "));
        assert_ne!(paid(&run_of(folder.path(), &[&sentence])), at_60, "{neighbour}");
    }

    // A goal between two values: both are told, one step apart, each with the gap of its own run.
    let beyond = &at_60.to_exact() + &Exact::ONE;
    request.goal = Some(beyond.clone());
    let found = seek(&mut workspace, &compiled, &request);
    let [SeekAnswer::Between(below, above)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert!(below.gap.is_negative() && above.gap > Exact::ZERO, "{found:?}");
    // One ten-thousandth of a euro a year, as the constant is written; values are held by month.
    assert_eq!(&above.value - &below.value, "1/120000".parse().expect("step"));
    for t in [below, above] {
        let sentence = &t.sentences[0];
        let run = paid(&run_of(folder.path(), &[sentence])).to_exact();
        assert_eq!((&run, &(&run - &beyond)), (&t.reached, &t.gap), "{sentence}");
    }
    let shown = found.lines(80).join("\n");
    assert!(shown.contains("les deux voisines") && shown.contains("hors textes en vigueur"), "{shown}");
    assert!(shown.lines().all(|l| l.chars().count() <= 80), "{shown}");

    // No value does.
    request.goal = Some(Exact::ONE);
    let found = seek(&mut workspace, &compiled, &request);
    assert!(found.answers.is_empty());
    assert!(found.lines(80).join(" ").contains("aucune valeur entre ces bornes"), "{:?}", found.lines(80));
    assert_eq!(found.extremes.0.value_text, "0 €/point/an");
}

#[test]
fn goals_of_a_formula_of_the_whole_and_of_a_part_are_whole_runs() {
    let script = format!(
        "hypothèse entrées en ETPT \"À décider\" = 1 ETPT entre 0 ETPT et 4 ETPT ouverte\n\
         hypothèse sans_effet en % = 1 % entre 0 % et 2 % ouverte\n\
         formule etpt_visé en ETPT par établissement :\n  = (etpt pour plafond ÉTAT) + (si mois >= 10/2026 alors entrées / 3 sinon 0 ETPT)\n  agrégation somme\nfin\n\
         chercher entrées dans {BASE} tel que etpt_visé sur 2026 = 1 ETPT\n\
         chercher valeur_du_point dans {BASE} tel que masse_salariale pour plafond ÉTAT sur 2026 = 1 €\n\
         chercher sans_effet dans {BASE} tel que etpt sur 2026 = 1 ETPT\n"
    );
    let (folder, mut workspace, compiled) = with(&script);
    let [mut jobs, mut part, mut flat] = <[SeekRequest; 3]>::try_from(declared_seeks(&compiled, None)).expect("three");
    let own = calculate(&mut workspace, &compiled, BASE);

    let three_halves: Exact = "3/2".parse().expect("ratio");
    jobs.goal = Some(&etpt(&own, Some("ETAT")) + &three_halves);
    let found = seek(&mut workspace, &compiled, &jobs);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((&a.value, &b.value), (&three_halves, &three_halves));
    assert_eq!(a.sentences, ["modifier entrées = 1,5 ETPT"]);

    let at_60 = run_of(folder.path(), &["modifier valeur_du_point à compter du 01/10/2026 = 60 €/point/an"]);
    let state = at_60.lines.iter().filter(|l| l.month.year() == 2026 && l.code("plafond") == "ETAT").map(|l| l.amount).sum::<Money>();
    assert_ne!(state, paid(&at_60));
    part.goal = Some(state.to_exact());
    part.within(&compiled, Some(("59,8", "60,3 €/point/an")), Some("0,1")).expect("bounds");
    let found = seek(&mut workspace, &compiled, &part);
    let [SeekAnswer::Exactly(a, _)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!(a.value_text, "60 €/point/an");

    // What moves nothing: any value when the goal is what there is, none otherwise.
    flat.goal = Some(etpt(&own, None));
    let found = seek(&mut workspace, &compiled, &flat);
    let [SeekAnswer::Exactly(a, b)] = found.answers.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.value_text.as_str(), b.value_text.as_str()), ("0 %", "2 %"));
    flat.goal = Some(Exact::ONE);
    let found = seek(&mut workspace, &compiled, &flat);
    assert!(found.answers.is_empty() && found.lines(200).join("\n").contains("`sans_effet` n'y change rien"), "{found:?}");
}

#[test]
fn what_cannot_be_looked_for_is_refused_with_what_to_write() {
    let script = format!(
        "hypothèse nulle en % = 0 % ouverte\n\
         chercher nulle dans {BASE} tel que masse_salariale sur 2026 = 1 €\n\
         chercher valeur_du_point dans {BASE} tel que masse_salariale sur 2029 = 1 €\n\
         chercher valeur_du_point dans {BASE} tel que masse_salariale en 03/2026 = 1 €\n\
         balayer valeur_du_point dans {BASE} majorer de 0 % à 1 % pas 1 %\n"
    );
    let (_folder, mut workspace, compiled) = with(&script);
    let mut said = String::new();
    for request in declared_seeks(&compiled, None) {
        said += &messages(workspace.seek(&compiled, &request, &BACKEND, &mut |_| true).expect_err(&request.text));
    }
    let mut point = declared_seeks(&compiled, None).remove(1);
    for (bounds, step) in [(Some(("61", "60")), None), (Some(("beaucoup", "60")), None), (None, Some("0"))] {
        said += &messages(point.within(&compiled, bounds, step).expect_err("refused"));
    }
    let mut sweep = declared_sweeps(&compiled, None).remove(0);
    sweep.year = Some(2029);
    said += &messages(workspace.sweep(&compiled, &sweep, &BACKEND, &mut |_, _| true).expect_err("2029"));
    insta::assert_snapshot!(said);

    workspace.type_scripts(vec![("ligne".to_owned(), format!("chercher valeur_du_pint dans {BASE} tel que etpt sur 2026 = 1 ETPT\n"))]);
    let unknown = workspace.compile().expect("scripts");
    let shown = suite::render_all(&unknown.diagnostics, &unknown.sources);
    assert!(!unknown.is_sound() && shown.contains("valeur_du_point"), "{shown}");
}

#[test]
fn every_cell_of_a_sweep_is_a_whole_run() {
    let script = format!(
        "balayer valeur_du_point dans {BASE} majorer de 0 % à 2 % pas 1 % ; taux_pension_civile dans {BASE} de 78,28 % à 80,28 % pas 2 %\n"
    );
    let (folder, mut workspace, compiled) = with(&script);
    let request = declared_sweeps(&compiled, None).remove(0);
    let swept = workspace.sweep(&compiled, &request, &BACKEND, &mut |_, _| true).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!((swept.cells.len(), swept.total, swept.measures[0].period.as_str()), (6, 6, "2026"));
    for cell in &swept.cells {
        let [k, c] = cell.at.as_slice() else { panic!("{cell:?}") };
        let run = run_of(
            folder.path(),
            &[
                &format!("modifier valeur_du_point à compter du 01/10/2026 majorer de {}", swept.axes[0].values[*k]),
                &format!("modifier taux_pension_civile à compter du 01/10/2026 = {}", swept.axes[1].values[*c]),
            ],
        );
        assert_eq!(cell.figures, [paid(&run).to_exact(), etpt(&run, None)], "{cell:?}");
    }
    assert_eq!(swept.own, swept.cells[0].figures, "nothing raised");
    assert!(swept.cells.windows(2).all(|w| w[0].figures[0] < w[1].figures[0] || w[1].at[1] == 0), "{swept:?}");
    let shown = swept.lines(80).join("\n");
    assert!(shown.contains('█') && shown.contains('·') && shown.lines().all(|l| l.chars().count() <= 80), "{shown}");

    // Stopped: what is done is kept, and said to be a part.
    let part = workspace.sweep(&compiled, &request, &BACKEND, &mut |done, _| done < 2).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(part.cells, swept.cells[..2]);
    assert!(part.lines(80).join("\n").contains("balayage interrompu : 2 valeurs sur 6"), "{:?}", part.lines(80));
}
