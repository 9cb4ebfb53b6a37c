//! Comparisons on other measures than the masse salariale, and what effects are made of: constants, agents.

use std::collections::BTreeMap;

use cadrage_engine::Line;
use cadrage_session::{Comparison, ComparisonRequest, Leg, Phases, Projection, declared_comparisons};
use cadrage_value::{Exact, Money};

use super::support::{BACKEND, calculate, with};

type World = (tempfile::TempDir, cadrage_session::Workspace, cadrage_session::Compiled);

const SCRIPT: &str = "scénario plus hérite de budget_2027 :
  recruter 3 agents grade MCF_CN échelon 2 composante DROIT plafond ÉTAT à compter du 01/09/2027
  modifier valeur_du_point à compter du 01/07/2027 majorer de 1,5 %   source \"essai\"
  modifier taux_pension_civile à compter du 01/01/2027 = 82,28 %   source \"essai\"
fin

formule coût_d_un_emploi en €/ETPT par établissement :
  = somme de masse_salariale / somme de etpt
  agrégation rapport masse_salariale / etpt
fin

comparer plus avec budget_2027 sur etpt par composante
comparer plus avec budget_2027 sur etp
comparer plus avec budget_2027 sur cotisations
comparer plus avec budget_2027 sur masse_salariale_hors_cas
comparer plus avec budget_2027 sur coût_d_un_emploi
comparer plus avec atterrissage_2026 sur etpt
comparer plus avec atterrissage_2026 sur rémunérations
";

/// Every comparison that the script declares, in order.
fn declared(world: &mut World) -> Vec<Comparison> {
    let all = declared_comparisons(&world.2);
    all.iter().map(|d| compare(world, &d.request)).collect()
}

fn compare(world: &mut World, request: &ComparisonRequest) -> Comparison {
    world.1.compare(&world.2, request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
}

fn amounts(c: &Comparison) -> Vec<Exact> {
    c.effects.iter().map(|e| e.amount.clone()).collect()
}

fn euros(p: &Projection, year: i32, keep: impl Fn(&Line) -> bool) -> Exact {
    p.lines.iter().filter(|l| l.month.year() == year && keep(l)).map(|l| l.amount).sum::<Money>().to_exact()
}

fn etpt(p: &Projection, year: i32, keep: impl Fn(&Line) -> bool) -> Exact {
    p.lines.iter().filter(|l| l.right.year() == year && keep(l)).map(|l| l.etpt().clone()).sum()
}

#[test]
fn any_measure_is_told_by_declaration_and_by_who_is_there() {
    let mut world = with(SCRIPT);
    let found = declared(&mut world);
    let [jobs, head, contributions, without_cas, mean, over_the_year, pay] = found.as_slice() else { panic!("{}", found.len()) };
    let (base, plus) = (calculate(&mut world.1, &world.2, "budget_2027"), calculate(&mut world.1, &world.2, "plus"));
    let x = |text: &str| text.parse::<Exact>().expect("number");
    for c in &found {
        assert!(c.residual().is_zero(), "{}", c.measure);
    }
    // Three people from September are one ETPT of the year, four twelfths of three ETP in the mean of the year; prices move neither.
    assert_eq!((jobs.unit.as_str(), jobs.decimals), ("ETPT", 4));
    assert_eq!((&jobs.start, &jobs.end), (&etpt(&base, 2027, |_| true), &etpt(&plus, 2027, |_| true)));
    assert_eq!(amounts(jobs), [x("1"), Exact::ZERO, Exact::ZERO]);
    assert_eq!(amounts(head), [x("1"), Exact::ZERO, Exact::ZERO]);
    let level = jobs.level.as_ref().expect("par composante");
    let droit = level.members.iter().find(|m| m.code == "DROIT").expect("DROIT");
    assert_eq!(&droit.end - &droit.start, x("1"));
    assert_eq!(jobs.effects[0].members.keys().collect::<Vec<_>>(), ["DROIT"]);
    assert_eq!(level.members.iter().map(|m| m.start.clone()).sum::<Exact>(), jobs.start);
    // Each recruit is a third of it.
    assert_eq!(jobs.effects[0].agents.values().cloned().collect::<Vec<_>>(), [x("1/3"), x("1/3"), x("1/3")]);
    // Values come in the order of their days. Contributions and what is left of the CAS: part of the same lines.
    assert_eq!(contributions.end, euros(&plus, 2027, |l| l.code("famille") == "COTISATION"));
    assert_eq!(contributions.start, euros(&base, 2027, |l| l.code("famille") == "COTISATION"));
    assert_eq!(without_cas.end, euros(&plus, 2027, |l| l.code("rubrique") != "403005"));
    assert!(without_cas.effects[1].amount.is_zero(), "a rate of the CAS moves nothing but the CAS: {:?}", without_cas.effects);
    assert!(contributions.effects.iter().all(|e| e.amount > Exact::ZERO));
    assert_eq!(contributions.effects.iter().map(|e| e.family).collect::<Vec<_>>(), ["effectifs", "cotisations", "point"]);
    // A quotient is of both sides, step by step.
    let cost = |p: &Projection| euros(p, 2027, |_| true).checked_div(&etpt(p, 2027, |_| true)).expect("jobs");
    assert_eq!((&mean.start, &mean.end), (&cost(&base), &cost(&plus)));
    // From an exercice to the next, jobs are told as pay is, without its prices: who came and went, now and the year before.
    let year: Vec<_> = over_the_year.effects.iter().filter(|e| e.leg == Leg::Year).collect();
    let of = |p: &Projection, year: i32, matricule: &str| etpt(p, year, |l| l.code("matricule") == matricule);
    let known = ["entrees_eap", "sorties_eap", "entrees_n", "sorties_n", "quotites", "autres_vacations"];
    assert!(year.iter().all(|e| known.contains(&e.key.as_str())), "{year:?}");
    let amount = |key: &str| year.iter().find(|e| e.key == key).unwrap_or_else(|| panic!("{key} {year:?}")).amount.clone();
    assert!(amount("sorties_eap") < Exact::ZERO && amount("sorties_n") < Exact::ZERO && amount("entrees_eap") > Exact::ZERO);
    let mut by_agent: BTreeMap<&str, Exact> = BTreeMap::new();
    for effect in &year {
        for (matricule, amount) in &effect.agents {
            let sum = by_agent.entry(matricule).or_insert(Exact::ZERO);
            *sum = &*sum + amount;
        }
        assert_eq!(effect.agents.values().cloned().sum::<Exact>(), effect.amount);
    }
    for (matricule, amount) in &by_agent {
        let (then, now) = (of(&base, 2026, matricule), of(&base, 2027, matricule));
        assert_eq!(*amount, &now - &then, "{matricule}");
    }
    // Who is gone for good before 2027 is nowhere else: what he counted for in 2026 is the extension of his departure.
    let gone = |m: &str| of(&base, 2027, m).is_zero() && !of(&base, 2026, m).is_zero();
    let eap = year.iter().find(|e| e.key == "sorties_eap").expect("exits");
    for matricule in by_agent.keys().filter(|m| gone(m)) {
        let own = eap.agents.get(*matricule).cloned().unwrap_or(Exact::ZERO);
        let hourly = year.iter().any(|e| e.key == "autres_vacations" && e.agents.contains_key(*matricule));
        assert!(hourly || own == -of(&base, 2026, matricule), "{matricule} {own:?}");
    }
    // Money of another measure: who is there in one, in the other, in both. Nobody comes in 2027 but those recruited.
    let keys: Vec<&str> = pay.effects.iter().filter(|e| e.leg == Leg::Year).map(|e| e.key.as_str()).collect();
    assert_eq!(keys, ["sorties", "presents"]);
    assert_eq!(over_the_year.start, etpt(&base, 2026, |_| true));
    assert_eq!(
        (&pay.start, &pay.end),
        (&euros(&base, 2026, |l| l.code("famille") == "REMUNERATION"), &euros(&plus, 2027, |l| l.code("famille") == "REMUNERATION"),)
    );
    assert!(pay.effects.len() > 3);
}

#[test]
fn an_effect_says_its_constants_and_its_agents() {
    let mut world = with(
        "scénario mesures hérite de budget_2027 :
  modifier ripec_c1_annuel à compter du 01/01/2027 majorer de 400 €/an   source \"essai\"
  modifier sft_fixe_un_enfant à compter du 01/01/2027 = 5 €/mois   source \"essai\"
  faire partir 2 agents pour corps MCF choisis par ancienneté décroissant au 31/08/2027 motif DEMISSION
fin\n",
    );
    let mut ask = |reference: Option<&str>, details: bool| {
        let request = ComparisonRequest {
            scenario: "mesures".into(),
            reference: reference.map(str::to_owned),
            details,
            ..ComparisonRequest::default()
        };
        compare(&mut world, &request)
    };
    // From 2026 to 2027: one effect for the premiums, its constants inside it.
    let (brief, long) = (ask(None, false), ask(None, true));
    assert_eq!(amounts(&brief), amounts(&long));
    let measures = long.effects.iter().find(|e| e.key == "mesures_categorielles").expect("mesures catégorielles");
    let names: Vec<&str> = measures.parts.iter().map(|p| p.label.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().any(|n| n.contains("`ripec_c1_annuel`")) && names.iter().any(|n| n.contains("`sft_fixe_un_enfant`")), "{names:?}");
    assert!(measures.parts.iter().all(|p| p.amount > Exact::ZERO));
    assert_eq!(measures.parts.iter().map(|p| p.amount.clone()).sum::<Exact>(), measures.amount);
    assert!(brief.effects.iter().all(|e| e.parts.is_empty()));
    // Between two scenarios: whose each declaration is.
    let (brief, long) = (ask(Some("budget_2027"), false), ask(Some("budget_2027"), true));
    assert_eq!(amounts(&brief), amounts(&long));
    assert!(brief.effects.iter().all(|e| e.agents.is_empty()));
    for effect in &long.effects {
        assert!(!effect.agents.is_empty(), "{}", effect.label);
        assert_eq!(effect.agents.values().cloned().sum::<Exact>(), effect.amount, "{}", effect.label);
    }
    let leaving = long.effects.iter().find(|e| e.label.starts_with("faire partir")).expect("exits");
    assert_eq!(leaving.agents.len(), 2);
}

#[test]
fn what_differs_besides_figures_is_said() {
    let mut world = with(
        "scénario août hérite de atterrissage_2026 :
  constaté jusqu'à 08/2026 observé au 31/08/2026
  projeter jusqu'à 12/2028
fin
comparer budget_2027 avec août sur etpt\n",
    );
    // Another constaté, another observation, another horizon: compared over the exercice asked for, and said.
    let request = ComparisonRequest {
        scenario: "budget_2027".into(),
        reference: Some("août".into()),
        year: Some(2027),
        ..ComparisonRequest::default()
    };
    let measure = declared_comparisons(&world.2)[0].request.measure.clone();
    for measure in [None, measure] {
        let c = compare(&mut world, &ComparisonRequest { measure, ..request.clone() });
        assert_eq!((c.from.1, c.to.1), (2027, 2027));
        assert!(c.residual().is_zero());
        let [known, until] = c.notes.as_slice() else { panic!("{:?}", c.notes) };
        assert!(known.contains("constaté jusqu'à 08/2026, observé au 31/08/2026") && known.contains("09/2026"), "{known}");
        assert!(until.contains("`août` projette jusqu'à 12/2028") && until.contains("12/2027"), "{until}");
        assert!(c.effects.iter().any(|e| e.leg == Leg::Known), "{:?}", c.effects);
    }
}

#[test]
fn nobody_is_no_number() {
    let mut world = with(
        "population personne = corps PR et statut HEBERGE

formule masse_de_personne en € par ligne :
  pour personne
  = montant
  agrégation somme
fin

formule etpt_de_personne en ETPT par ligne :
  pour personne
  = etpt_imputé
  agrégation somme
fin

formule coût_de_personne en €/ETPT par établissement :
  = somme de masse_de_personne / somme de etpt_de_personne
  agrégation rapport masse_de_personne / etpt_de_personne
fin

restitution vide :
  colonnes exercice
  mesures masse_de_personne ; etpt_de_personne ; coût_de_personne
fin

comparer budget_2027_haut avec budget_2027 sur masse_de_personne
comparer budget_2027_haut avec budget_2027 sur coût_de_personne\n",
    );
    // An empty population is worth nothing, and nobody costs « – » each, not zero and not a fault.
    let table = world.1.report(&world.2, "vide", &["budget_2027".to_owned()], &BACKEND).unwrap_or_else(|e| panic!("{e:?}"));
    let row = &table.rows[0];
    assert!(row.values[0].iter().chain(&row.values[1]).all(|v| v.as_ref().is_some_and(Exact::is_zero)), "{row:?}");
    assert!(row.values[2].iter().all(Option::is_none), "{row:?}");
    let all = declared_comparisons(&world.2);
    let nothing = compare(&mut world, &all[0].request);
    assert!(nothing.start.is_zero() && nothing.end.is_zero() && nothing.effects.iter().all(|e| e.amount.is_zero()));
    let Err(cadrage_session::RunError::Diagnostics(list)) = world.1.compare(&world.2, &all[1].request, &BACKEND, &mut Phases::unheeded())
    else {
        panic!("a quotient over nobody is compared")
    };
    let said = suite::render_all(&list, &world.2.sources);
    assert!(said.contains("est sans objet dans `budget_2027` en 2027"), "{said}");
}
