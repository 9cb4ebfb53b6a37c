//! What a scenario lays over calendars, scales, grids, formulas and populations, all the way to figures on the example.

use std::collections::BTreeMap;

use cadrage_engine::{Line, Origin};
use cadrage_session::{Projection, Workspace};
use cadrage_value::{Exact, Month, Rounding};

use super::support::{calculate, dossier, root};

const SCRIPT: &str = r#"
utiliser valmont version "2026.3"

scénario calendrier_semestriel hérite de budget_2027 :
  modifier prime_annuelle à compter du 01/01/2027 = 06 : 50 % ; 12 : 50 %
fin

scénario calendrier_borné hérite de budget_2027 :
  modifier prime_annuelle du 01/01/2027 au 30/06/2027 = 06 : 50 %
fin

scénario ircantec_nulle hérite de budget_2027 :
  modifier ircantec_employeur à compter du 01/01/2027 = jusqu'à 1 PMSS : 0 % ; jusqu'à 8 PMSS : 0 %
fin

scénario ircantec_pareille hérite de budget_2027 :
  modifier ircantec_employeur à compter du 01/01/2027 = jusqu'à 1 PMSS : 4,27 % ; jusqu'à 8 PMSS : 12,75 %
fin

scénario ircantec_double_un_mois hérite de budget_2027 :
  modifier ircantec_employeur tranche 1 du 01/03/2027 au 31/03/2027 = 8,54 %
fin

scénario cinq_points hérite de budget_2027 :
  modifier grilles à compter du 01/01/2027 majorer de 5 points
fin

scénario cinq_points_mcf hérite de budget_2027 :
  modifier grilles pour corps MCF à compter du 01/01/2027 majorer de 5 points
fin

scénario plancher hérite de budget_2027 :
  modifier grilles à compter du 01/01/2027 au moins 400 points
fin

grille techniciens_2027 pour grade TECH_CE "Grille en projet" :
  en projet
  à compter du 01/09/2027 source "projet de décret" :
    échelon ; IM  ; durée
    1       ; 500 ; 24 mois
    2       ; 600 ; 24 mois
    3       ; 700 ; -
fin

reclassement techniciens_en_2027 de grade TECH_CE vers grade TECH_CE à compter du 01/09/2027 :
  en projet
  échelon ; nouvel échelon ; ancienneté conservée
  7       ; 1              ; aucune
  8       ; 1              ; 1/2
  9       ; 2              ; 4/5
  10      ; 2              ; totalité
  11      ; 3              ; aucune
fin

scénario réforme_techniciens hérite de budget_2027 :
  appliquer techniciens_2027
  appliquer techniciens_en_2027
fin

formule ifse_réforme en € par agent "IFSE réformée" :
  pour payés_au_mois
  = somme de (100 €/mois * présence)
fin

scénario ifse_changée hérite de budget_2027 :
  remplacer ifse par ifse_réforme du 01/03/2027 au 31/08/2027
fin

population concernés = corps MCF

formule prime_des_concernés en € par agent :
  pour concernés
  = 10 €
fin

scénario d_autres_concernés hérite de budget_2027 :
  modifier population concernés = corps (MCF ; PR)
fin

scénario grand_mère hérite de budget_2027 :
  modifier valeur_du_point à compter du 01/01/2027 = 60
fin

variante point_plus_un :
  modifier valeur_du_point à compter du 01/07/2027 majorer de 1 %
fin

scénario mère hérite de grand_mère :
  appliquer point_plus_un
fin

scénario fille hérite de mère :
  modifier valeur_du_point à compter du 01/10/2027 = 61
fin
"#;

fn made() -> (tempfile::TempDir, Workspace, cadrage_session::Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::write(folder.path().join("couches.cadrage"), SCRIPT).expect("script");
    let (workspace, compiled) = super::support::open(folder.path());
    (folder, workspace, compiled)
}

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

/// Cents by month and agent of the rubriques that `keep` accepts.
fn paid(p: &Projection, keep: impl Fn(&Line) -> bool) -> BTreeMap<(Month, String), i64> {
    let mut out = BTreeMap::new();
    for line in p.lines.iter().filter(|l| l.month > p.last && l.month == l.right && keep(l)) {
        *out.entry((line.month, line.code("matricule").to_owned())).or_insert(0) += line.amount.cents();
    }
    out.retain(|_, cents| *cents != 0);
    out
}

fn rubrique(code: &'static str) -> impl Fn(&Line) -> bool {
    // Lines carried over from the exercice before do not read the scale.
    move |l| l.code("rubrique") == code && matches!(l.origin, Origin::Computed(_))
}

fn total(p: &Projection, code: &'static str, m: &str) -> i64 {
    paid(p, rubrique(code)).into_iter().filter(|((at, _), _)| *at == month(m)).map(|(_, c)| c).sum()
}

fn lines(p: &Projection) -> Vec<(Month, String, String, i64)> {
    let mut out: Vec<_> =
        p.lines.iter().map(|l| (l.month, l.code("matricule").to_owned(), l.code("rubrique").to_owned(), l.amount.cents())).collect();
    out.sort();
    out
}

/// The cents of a traitement for a whole month at full time.
fn traitement(points: i64, point: &str) -> i64 {
    let yearly: Exact = point.parse().expect("number");
    let monthly = &(&yearly * &Exact::from_int(points)) / &Exact::from_int(12);
    Rounding::HalfUp.to_money(&monthly).expect("money").cents()
}

#[test]
fn calendars_scales_and_formulas_change_from_their_date_and_nothing_else() {
    let (_folder, mut workspace, compiled) = made();
    let mut run = |name: &str| calculate(&mut workspace, &compiled, name);
    let base = run("budget_2027");

    // CIA: half in June, and the other half where the whole was (to a cent per agent).
    let halves = run("calendrier_semestriel");
    assert_eq!(total(&base, "202210", "2027-06"), 0);
    assert!(total(&halves, "202210", "2027-06") > 0);
    let (whole, half) = (total(&base, "202210", "2027-12"), total(&halves, "202210", "2027-12"));
    let agents = paid(&base, rubrique("202210")).len() as i64;
    assert!((whole - 2 * half).abs() <= agents, "{whole} {half}");
    assert_eq!(total(&base, "202210", "2026-12"), total(&halves, "202210", "2026-12"), "2026 is as declared");
    let bounded = run("calendrier_borné");
    assert_eq!(total(&bounded, "202210", "2027-06"), total(&halves, "202210", "2027-06"));
    assert_eq!(total(&bounded, "202210", "2027-12"), whole, "after the period the declared calendar comes back");

    // Ircantec: nothing from 2027 on, the same to the cent when the version says the same, twice the first bracket in March.
    let nothing = run("ircantec_nulle");
    for (code, m, left) in [("405010", "2026-12", true), ("405010", "2027-01", false), ("405020", "2027-06", false)] {
        assert_eq!(total(&nothing, code, m), if left { total(&base, code, m) } else { 0 }, "{code} {m}");
    }
    assert!(total(&base, "405010", "2027-01") > 0);
    assert_eq!(lines(&run("ircantec_pareille")), lines(&base));
    let doubled = run("ircantec_double_un_mois");
    let (one, two) = (total(&base, "405010", "2027-03"), total(&doubled, "405010", "2027-03"));
    assert!((two - 2 * one).abs() <= paid(&base, rubrique("405010")).len() as i64 && two > one, "{one} {two}");
    assert_eq!(total(&base, "405010", "2027-04"), total(&doubled, "405010", "2027-04"));
    assert_eq!(total(&base, "405020", "2027-03"), total(&doubled, "405020", "2027-03"));

    // IFSE: 100 € a whole month, fed where the declared one was; before and after, the declared one.
    let other = run("ifse_changée");
    let inside: Vec<i64> =
        paid(&other, rubrique("202200")).into_iter().filter(|((m, _), _)| *m == month("2027-05")).map(|(_, c)| c).collect();
    assert!(inside.len() > 50 && inside.iter().filter(|c| **c == 10_000).count() > 50, "{inside:?}");
    assert!(inside.iter().all(|c| *c <= 10_000));
    for m in ["2027-02", "2027-09"] {
        assert_eq!(total(&other, "202200", m), total(&base, "202200", m), "{m}");
    }
    assert_eq!(other.beyond_texts, ["ifse"]);
    let constate = |p: &Projection| p.lines.iter().filter(|l| l.month <= p.last).map(|l| l.amount.cents()).sum::<i64>();
    assert_eq!(constate(&other), constate(&base));

    // A population: PR join the MCF.
    let named = |p: &Projection| p.measures.get(&("prime_des_concernés".to_owned(), month("2027-06"))).cloned().unwrap_or(Exact::ZERO);
    let (before, after) = (named(&base), named(&run("d_autres_concernés")));
    let heads = |corps: &'static str| {
        let all = paid(&base, move |l| l.code("rubrique") == "101000" && l.code("corps") == corps);
        all.into_iter().filter(|((m, _), _)| *m == month("2027-06")).count() as i64
    };
    assert!(heads("PR") > 0);
    assert_eq!(after - before, Exact::from_int(10 * heads("PR")));
}

#[test]
fn grids_move_whoever_is_on_them_from_their_date() {
    let (_folder, mut workspace, compiled) = made();
    let mut run = |name: &str| calculate(&mut workspace, &compiled, name);
    let base = paid(&run("budget_2027"), rubrique("101000"));
    let whole_months = |p: &BTreeMap<(Month, String), i64>| -> Vec<((Month, String), i64, i64)> {
        base.iter().filter_map(|(k, a)| p.get(k).map(|b| (k.clone(), *a, *b))).collect()
    };

    // Five points: 24,61 € a whole month at full time (5 × 59,0734 / 12), from January on.
    let five = run("cinq_points");
    assert_eq!(five.beyond_texts, ["grilles"]);
    let mut full = 0;
    for ((m, agent), a, b) in whole_months(&paid(&five, rubrique("101000"))) {
        if m < month("2027-01") {
            assert_eq!(a, b, "{agent} {m}");
        } else if (b - a - 2_461).abs() <= 1 {
            full += 1;
        } else {
            assert!(b >= a && b - a < 2_461, "{agent} {m} {a} {b}");
        }
    }
    assert!(full > 500, "{full}");
    let mcf = run("cinq_points_mcf");
    let others = |p: &Projection| paid(p, |l| l.code("rubrique") == "101000" && l.code("corps") != "MCF");
    assert_eq!(others(&mcf), others(&run("budget_2027")));
    let of_mcf = |p: &Projection| paid(p, |l| l.code("rubrique") == "101000" && l.code("corps") == "MCF");
    assert_eq!(of_mcf(&mcf), of_mcf(&five));

    // A floor: who was below is at 400 points, who was above has not moved.
    let floor = traitement(400, "59,0734");
    let mut raised = 0;
    for ((m, agent), a, b) in whole_months(&paid(&run("plancher"), rubrique("101000"))) {
        if m >= month("2027-01") && a != b {
            assert!(b <= floor && a < b, "{agent} {m} {a} {b}");
            raised += i32::from(b == floor);
        } else {
            assert_eq!(a, b, "{agent} {m}");
        }
    }
    assert!(raised > 20, "{raised}");
}

#[test]
fn a_reform_moves_who_is_in_place_with_their_seniority() {
    let (folder, mut workspace, compiled) = made();
    let reform = calculate(&mut workspace, &compiled, "réforme_techniciens");
    assert_eq!(reform.beyond_texts, ["techniciens_2027", "techniciens_en_2027"]);
    let paid = paid(&reform, |l| l.code("rubrique") == "101000" && l.code("grade") == "TECH_CE");
    let file = suite::rows(&folder.path().join("livraisons/2026-09/mouvements_constates_2026-09.csv"));
    let agents: Vec<&BTreeMap<String, String>> = file.iter().filter(|r| r["grade"] == "TECH_CE" && r["position"] == "AC").collect();
    assert!(agents.len() >= 5, "{}", agents.len());
    let mut seen = 0;
    for row in agents.iter().filter(|r| r["quotite_remuneree"] == "1" && r["depart_date"].is_empty()) {
        let at = |m: &str| paid.get(&(month(m), row["matricule"].clone())).copied();
        // The échelon of August 2027 is read on the old grid; what follows is by hand from the table of the reform.
        let (Some(august), Some(september)) = (at("2027-08"), at("2027-09")) else { continue };
        let old = (7..=11).find(|e| {
            suite::rows(&folder.path().join("referentiels/grilles.csv")).iter().any(|g| {
                g["grade"] == "TECH_CE" && g["echelon"] == e.to_string() && traitement(g["inm"].parse().expect("inm"), "59,0734") == august
            })
        });
        let Some(old) = old else { panic!("{} {august}", row["matricule"]) };
        // Kept seniority never exceeds a step of 24 months here, except where it makes the next step due at once.
        let reached: &[i64] = match old {
            7 => &[500],
            8 => &[500, 600],
            9 | 10 => &[600, 700],
            _ => &[700],
        };
        assert!(reached.iter().any(|im| traitement(*im, "59,0734") == september), "échelon {old} : {september}");
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn layers_apply_in_order_parent_variant_scenario() {
    let (_folder, mut workspace, compiled) = made();
    let mut run = |name: &str| paid(&calculate(&mut workspace, &compiled, name), rubrique("101000"));
    let (base, mother, daughter) = (run("grand_mère"), run("mère"), run("fille"));
    // Somebody at full time all year: his index is that of June at 60 €.
    let whole = |p: &BTreeMap<(Month, String), i64>, m: &str, agent: &str| p.get(&(month(m), agent.to_owned())).copied().unwrap_or(0);
    let mut seen = 0;
    for ((m, agent), june) in &base {
        if *m != month("2027-06") {
            continue;
        }
        let same_all_year = ["2027-07", "2027-10", "2027-12"].iter().all(|m| whole(&base, m, agent) == *june);
        let points = june * 12 / 6_000;
        if !same_all_year || traitement(points, "60") != *june {
            continue;
        }
        seen += 1;
        assert_eq!(whole(&mother, "2027-06", agent), *june);
        assert_eq!(whole(&mother, "2027-07", agent), traitement(points, "60,6"), "majorer composes with the parent's value");
        assert_eq!(whole(&daughter, "2027-07", agent), traitement(points, "60,6"));
        assert_eq!(whole(&daughter, "2027-10", agent), traitement(points, "61"), "the child's own value masks it");
    }
    assert!(seen > 20, "{seen}");
}
