//! Envelopes against what scenarios give: the truth of a whole year, and sums taken from the lines.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_engine::Line;
use cadrage_session::{CeilingRow, CeilingState, Phases, Projection, Remedy, Workspace};
use cadrage_value::{Exact, Month};
use suite::rows;

use super::support::{BACKEND, closed_year, dossier, open, root};

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

fn x(text: &str) -> Exact {
    text.parse().expect("number")
}

/// The example and a script of envelopes.
fn with(script: &str) -> tempfile::TempDir {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::write(folder.path().join("essai.cadrage"), format!("utiliser valmont version \"2026.3\"\n{script}")).expect("script");
    folder
}

fn ceilings(folder: &Path, scenario: &str) -> (Projection, Vec<CeilingRow>) {
    let (mut workspace, compiled): (Workspace, _) = open(folder);
    workspace.ceilings(&compiled, scenario, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
}

fn of<'r>(rows: &'r [CeilingRow], envelope: &str, member: &str, year: i32) -> &'r CeilingRow {
    rows.iter().find(|r| r.envelope == envelope && r.member == member && r.year == year).expect("row")
}

/// The envelopes of `referentiels/plafonds.csv`.
fn declared(world: &Path) -> String {
    let mut out = String::new();
    for row in rows(&world.join("referentiels/plafonds.csv")) {
        let jobs = row["mesure"] == "ETPT";
        let mut scope = Vec::new();
        if !row["plafond"].is_empty() {
            scope.push(format!("plafond {}", row["plafond"]));
        }
        if row["axe"] != "etablissement" {
            scope.push(format!("{} {}", row["axe"], row["membre"]));
        }
        if !row["hors_groupe"].is_empty() {
            scope.push(format!("hors groupe {}", row["hors_groupe"]));
        }
        if !jobs {
            scope.push("hors plafond HORS_PSOP".to_owned());
        }
        let control = match row["controle"].as_str() {
            "EN_MOYENNE" => "en moyenne",
            "MENSUEL" => "mensuel",
            _ => "cumulé",
        };
        let (measure, unit) = if jobs { ("etpt", "ETPT") } else { ("masse_salariale", "€") };
        let _ = writeln!(out, "enveloppe {} sur {measure} :", row["code"].to_lowercase());
        if !scope.is_empty() {
            let _ = writeln!(out, "  pour {}", scope.join(" et "));
        }
        let _ = writeln!(
            out,
            "  exercice {} : {} {unit}   source \"test\"\n  contrôle {control}\n  blocage à 100 %\nfin",
            row["exercice"], row["valeur"]
        );
    }
    out
}

#[test]
fn each_ceiling_of_a_whole_year_is_executed_as_its_truth_says() {
    for (agents, seed) in [("400", "1"), ("150", "33")] {
        let Some(world) = closed_year(agents, seed) else { return };
        let (world, folder) = (world.truth, world.folder);
        let script = format!("utiliser valmont version \"2026.3\"\n{}", declared(world.path()));
        std::fs::write(folder.path().join("plafonds.cadrage"), script).expect("script");
        let (_, found) = ceilings(folder.path(), "année_close");
        let truth = rows(&world.path().join("verite/plafonds.csv"));
        for row in &truth {
            let own = of(&found, &row["code"].to_lowercase(), "", 2026);
            // The truth executes a monthly ceiling by the mean of its months.
            let executed = if row["controle"] == "MENSUEL" {
                let sum: Exact = own.months.iter().map(|(_, x)| x.clone()).sum();
                &sum / &Exact::from_int(12)
            } else {
                own.landing.clone()
            };
            assert_eq!(executed, x(&row["execution_fraction"]), "{}", row["code"]);
            let first = own.first_month.filter(|_| own.state == CeilingState::Block).map_or_else(String::new, |m| m.to_string());
            assert_eq!(first, row["premier_mois_depasse"], "{}", row["code"]);
        }
        println!("ceilings : {agents} agents, graine {seed}, {} plafonds égaux, en fractions exactes", truth.len());
    }
}

const PARTS: &str = "enveloppe crédits sur masse_salariale :
  hors plafond HORS_PSOP
  par composante
  exercice 2026 : 9 300 000 €
  composante SCIENCES : 900 000 €
  composante DROIT : 700 000 €
  contrôle cumulé
  alerte à 98 %
fin
enveloppe état sur etpt :
  pour plafond ETAT
  exercice 2026 : 90 ETPT
  contrôle en moyenne
  information à 90 %
  alerte à 98 %
  blocage à 100 %
fin
enveloppe interne sur etpt :
  pour plafond INTERNE
  exercice 2026 : 13 ETPT
  contrôle mensuel
fin
enveloppe vide sur etpt :
  pour corps PR et statut HEBERGE
  exercice 2026 : 0 ETPT
  contrôle mensuel
  blocage à 100 %
fin
";

#[test]
fn envelopes_are_what_the_lines_sum_to() {
    let folder = with(PARTS);
    let (p, found) = ceilings(folder.path(), "budget_2027");
    let euros = |keep: &dyn Fn(&Line) -> bool, until: Month| {
        let cents: i64 = p
            .lines
            .iter()
            .filter(|l| l.month >= month("2026-01") && l.month <= until && l.code("plafond") != "HORS_PSOP" && keep(l))
            .map(|l| l.amount.cents())
            .sum();
        Exact::ratio(cents, 100).expect("euros")
    };
    let (september, december) = (month("2026-09"), month("2026-12"));
    let whole = of(&found, "crédits", "", 2026);
    assert_eq!((whole.consumed.clone(), whole.landing.clone()), (Some(euros(&|_| true, september)), euros(&|_| true, december)));
    assert_eq!(whole.months.len(), 12);
    for member in ["SCIENCES", "DROIT"] {
        let part = of(&found, "crédits", member, 2026);
        assert_eq!(part.landing, euros(&|l| l.code("composante") == member, december), "{member}");
        assert_eq!(part.margin, part.ceiling.as_ref().map(|c| c - &part.landing));
    }
    // What no part takes bears those who have none: all sums to the whole.
    let rest = of(&found, "crédits", "?", 2026);
    assert_eq!(rest.ceiling, Some(Exact::from_int(7_700_000)));
    assert_eq!(rest.landing, euros(&|l| !matches!(l.code("composante"), "SCIENCES" | "DROIT"), december));
    assert!(of(&found, "crédits", "", 2027).ceiling.is_none(), "no ceiling is written for 2027");
    assert_eq!(of(&found, "crédits", "", 2027).state, CeilingState::NoCeiling);

    let jobs = |plafond: &str, m: Month| -> Exact {
        p.lines.iter().filter(|l| l.right == m && l.code("plafond") == plafond).map(|l| l.etpt().clone()).sum()
    };
    let state = of(&found, "état", "", 2026);
    let mean: Exact = month("2026-01").through(december).map(|m| jobs("ETAT", m)).sum();
    assert_eq!(state.landing, mean);
    let own = of(&found, "interne", "", 2026);
    assert_eq!(own.months[4].1, &jobs("INTERNE", month("2026-05")) * &Exact::from_int(12));
    assert_eq!(own.state, CeilingState::Exceeded, "no threshold: beyond the ceiling all the same");
    // Nobody, and nothing allowed: held, and no rate.
    let nobody = of(&found, "vide", "", 2026);
    assert_eq!((nobody.state, nobody.rate(), nobody.landing.clone()), (CeilingState::Held, None, Exact::ZERO));
}

#[test]
fn envelopes_by_population_go_down_to_the_grade() {
    let folder = with(
        "enveloppe biatss_par_corps sur etpt :
  pour groupe BIATSS
  par corps
  exercice 2026 : 70 ETPT
  corps IGE : 8 ETPT
  corps ADJAENES : 9 ETPT
  contrôle en moyenne
  alerte à 98 %
fin
enveloppe biatss_par_grade sur etpt :
  pour groupe BIATSS
  par grade
  exercice 2026 : 70 ETPT
  grade IGE_CN : 0,5 ETPT
  grade ADJAENES_P2 : 9 ETPT
  contrôle en moyenne
  blocage à 100 %
fin
",
    );
    let (p, found) = ceilings(folder.path(), "atterrissage_2026");
    let jobs = |level: &str, kept: &dyn Fn(&str) -> bool| -> Exact {
        let own = p.lines.iter().filter(|l| l.right.year() == 2026 && l.code("groupe") == "BIATSS" && kept(l.code(level)));
        own.map(|l| l.etpt().clone()).sum()
    };
    for (envelope, level, parts) in
        [("biatss_par_corps", "corps", ["IGE", "ADJAENES"]), ("biatss_par_grade", "grade", ["IGE_CN", "ADJAENES_P2"])]
    {
        for part in parts {
            let row = of(&found, envelope, part, 2026);
            assert_eq!((row.level.as_str(), &row.landing), (level, &jobs(level, &|code| code == part)), "{part}");
            assert!(row.landing > Exact::ZERO, "{part}");
        }
        // The rest is the reserve, with the grades that have no part.
        assert_eq!(of(&found, envelope, "?", 2026).landing, jobs(level, &|code| !parts.contains(&code)));
        assert_eq!(of(&found, envelope, "", 2026).landing, jobs(level, &|_| true));
    }
    let over = of(&found, "biatss_par_grade", "IGE_CN", 2026);
    assert_eq!(over.state, CeilingState::Block, "a part may block where the whole holds");
    assert_eq!(of(&found, "biatss_par_grade", "", 2026).state, CeilingState::Held);
}

#[test]
fn what_restores_an_envelope_is_just_enough() {
    let folder = with(PARTS);
    let (p, found) = ceilings(folder.path(), "budget_2027");
    let mut seen = 0;
    for row in found.iter().filter(|r| r.year == 2026) {
        let Some(ceiling) = &row.ceiling else { continue };
        match &row.remedy {
            None => assert!(row.landing <= *ceiling, "{row:?}"),
            Some(Remedy::TooLate) => {
                assert!(row.months.iter().any(|(m, x)| *m <= p.last && x > ceiling), "{row:?}");
            }
            Some(Remedy::EachMonth(much, from, to)) => {
                seen += 1;
                assert!(*from > p.last && *much > Exact::ZERO);
                let count = i64::try_from(from.through(*to).count()).expect("few");
                let off = match row.control {
                    cadrage_session::Control::Monthly => much.clone(),
                    cadrage_session::Control::Cumulative => much * &Exact::from_int(count),
                    cadrage_session::Control::Mean => (much * &Exact::from_int(count)).checked_div(&Exact::from_int(12)).expect("twelve"),
                };
                // A month that is past stays as it was.
                let mut coming = row.months.iter().filter(|(m, _)| row.control != cadrage_session::Control::Monthly || m > &p.last);
                let landing = match row.control {
                    cadrage_session::Control::Monthly => coming.map(|(_, x)| x.clone()).max(),
                    _ => coming.next_back().map(|(_, x)| x.clone()),
                };
                assert_eq!(landing.map(|x| &x - &off), Some(ceiling.clone()), "{}", row.envelope);
            }
        }
    }
    assert!(seen > 0, "{found:?}");
}
