//! Movements compared by whom they change: each effect, and its members and agents, against the difference of two whole runs.

use std::collections::BTreeMap;

use cadrage_engine::Line;
use cadrage_session::{Comparison, ComparisonRequest, Compiled, Phases, Workspace};
use cadrage_value::Exact;

use super::support::{BACKEND, calculate, with};

type World = (tempfile::TempDir, Workspace, Compiled);

/// One sentence of each kind that changes who is there, in the order they are replayed: movements, reclassements, grids.
const SENTENCES: [&str; 14] = [
    "recruter 2 agents grade MCF_CN échelon 2 composante DROIT plafond ÉTAT à compter du 01/03/2027",
    "recruter 2 agents corps IGE statut TITULAIRE composante SCIENCES plafond ÉTAT à compter du 01/04/2027",
    "faire partir 2 agents pour corps MCF choisis par ancienneté décroissant au 31/03/2027 motif DEMISSION",
    "faire partir les agents pour statut TITULAIRE à 63 ans motif retraite",
    "remplacer 1 sortie sur 2 pour hors statut (VACATAIRE ; HEBERGE) après 1 mois",
    "transformer 1,5 ETP pour catégorie C vers grade IGE_CN à compter du 01/05/2027",
    "faire partir 0,7 ETP pour catégorie B au 30/06/2027 motif retraite",
    "promouvoir 40 % pour grade MCF_CN vers grade MCF_HC à compter du 01/06/2027 choisis par ancienneté décroissant",
    "muter 2 agents pour composante DROIT et statut TITULAIRE vers composante SCIENCES à compter du 01/07/2027 choisis par âge décroissant",
    "changer la quotité pour quotité = 80 % à 100 % à compter du 01/02/2027",
    "décaler les sorties motif FIN_CONTRAT de 1 mois",
    "annuler les sorties motif FIN_CONTRAT",
    "appliquer ige_cn_2027",
    "modifier grilles à compter du 01/09/2027 majorer de 5 points   source \"essai\"",
];

/// The reform that one of them applies.
const REFORM: &str = "reclassement ige_cn_2027 de grade IGE_CN vers grade IGE_CN à compter du 01/08/2027 :\n  en projet\n  échelon ; nouvel échelon ; ancienneté conservée\n  1 ; 3 ; aucune\n  2 ; 4 ; aucune\n  3 ; 5 ; aucune\n  4 ; 6 ; aucune\n  5 ; 7 ; totalité\n  6 ; 8 ; totalité\n  7 ; 9 ; totalité\n  8 ; 10 ; aucune\n  9 ; 11 ; 4/5\n  10 ; 12 ; totalité\n  11 ; 13 ; totalité\n  12 ; 14 ; totalité\n  13 ; 14 ; totalité\n  14 ; 14 ; totalité\nfin\n";

/// `palier_k`: the first k sentences, each written once. The last one changes values as well.
fn ladder(more: &str) -> String {
    let mut script = format!("{more}{REFORM}scénario palier_0 hérite de budget_2027 :\n  note \"rien de plus\"\nfin\n");
    for (k, sentence) in SENTENCES.iter().enumerate() {
        script += &format!("scénario palier_{} hérite de palier_{k} :\n  {sentence}\nfin\n", k + 1);
    }
    script += &format!(
        "scénario en_haut hérite de palier_{} :\n  modifier valeur_du_point à compter du 01/07/2027 majorer de 1,5 %   source \"essai\"\n  modifier taux_pension_civile à compter du 01/01/2027 = 82,28 %   source \"essai\"\nfin\n",
        SENTENCES.len()
    );
    script
}

fn compared(world: &mut World, scenario: &str, reference: &str, level: Option<&str>, details: bool) -> Comparison {
    let request = ComparisonRequest {
        scenario: scenario.to_owned(),
        reference: Some(reference.to_owned()),
        year: Some(2027),
        reference_year: Some(2027),
        level: level.map(str::to_owned),
        details,
        ..ComparisonRequest::default()
    };
    world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
}

/// What lines of 2027 count for, in the unit of a measure.
type Counts = fn(&Line) -> Exact;

/// By one of their codes, those of 0 left out.
fn counted(lines: &[Line], code: &str, counts: Counts) -> BTreeMap<String, Exact> {
    let mut out: BTreeMap<String, Exact> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.month.year() == 2027) {
        let member = line.code(code);
        let slot = out.entry(if member.is_empty() { "?" } else { member }.to_owned()).or_insert(Exact::ZERO);
        *slot = &*slot + &counts(line);
    }
    out.retain(|_, x| !x.is_zero());
    out
}

/// In euros.
fn by(lines: &[Line], code: &str) -> BTreeMap<String, Exact> {
    counted(lines, code, |line| line.amount.to_exact())
}

/// What moved, those that did not left out.
fn moved(before: &BTreeMap<String, Exact>, after: &BTreeMap<String, Exact>) -> BTreeMap<String, Exact> {
    let of = |map: &BTreeMap<String, Exact>, member: &String| map.get(member).cloned().unwrap_or(Exact::ZERO);
    let all = before.keys().chain(after.keys()).map(|m| (m.clone(), &of(after, m) - &of(before, m)));
    all.filter(|(_, x)| !x.is_zero()).collect()
}

/// The effects of the way from the foot of the ladder to its top, each equal to what two whole runs make of its step.
fn holds(mut world: World) {
    let names: Vec<String> = (0..=SENTENCES.len()).map(|k| format!("palier_{k}")).collect();
    let runs: Vec<Vec<Line>> = names.iter().map(|name| calculate(&mut world.1, &world.2, name).lines).collect();
    let plain = compared(&mut world, "en_haut", "palier_0", None, false);
    let told = compared(&mut world, "en_haut", "palier_0", Some("composante"), true);
    assert_eq!(plain.effects.len(), SENTENCES.len() + 2);
    assert!(plain.residual().is_zero() && told.residual().is_zero());
    let whole = |lines: &[Line]| by(lines, "compte").into_values().sum::<Exact>();
    assert_eq!(plain.start, whole(&runs[0]));
    let top = calculate(&mut world.1, &world.2, "en_haut").lines;
    assert_eq!((plain.end.clone(), told.end.clone()), (whole(&top), whole(&top)));
    let mut nothing = Vec::new();
    for (k, pair) in runs.windows(2).enumerate() {
        let (plain, told) = (&plain.effects[k], &told.effects[k]);
        assert_eq!(plain.amount, &whole(&pair[1]) - &whole(&pair[0]), "{}", plain.label);
        assert_eq!((&told.label, &told.amount), (&plain.label, &plain.amount));
        assert_eq!(told.members, moved(&by(&pair[0], "composante"), &by(&pair[1], "composante")), "{}", told.label);
        assert_eq!(told.agents, moved(&by(&pair[0], "matricule"), &by(&pair[1], "matricule")), "{}", told.label);
        if plain.amount.is_zero() && told.members.is_empty() {
            nothing.push(plain.label.clone());
        }
    }
    let level = told.level.as_ref().expect("level");
    let foot = by(&runs[0], "composante");
    for member in &level.members {
        assert_eq!(member.start, foot.get(&member.code).cloned().unwrap_or(Exact::ZERO), "{}", member.code);
    }
    assert!(nothing.is_empty(), "these move nothing here, so show nothing:\n{}", nothing.join("\n"));
    // The other way round, each sentence is taken off.
    let back = compared(&mut world, "palier_0", "en_haut", None, false);
    assert_eq!(back.difference(), -plain.difference());
    assert!(back.residual().is_zero());
}

#[test]
fn a_movement_is_worth_what_whole_runs_say() {
    holds(with(&ladder("")));
}

/// Another measure, by composante: jobs, contributions.
#[test]
fn so_it_is_of_measures_that_add_up() {
    let contributions = |line: &Line| if line.code("famille") == "COTISATION" { line.amount.to_exact() } else { Exact::ZERO };
    let measures: [(&str, Counts); 2] = [("etpt", |line| line.etpt().clone()), ("cotisations", contributions)];
    let asked: String = measures.iter().map(|(name, _)| format!("comparer en_haut avec palier_0 sur {name} par composante\n")).collect();
    let mut world = with(&(ladder("") + &asked));
    let names: Vec<String> = (0..=SENTENCES.len()).map(|k| format!("palier_{k}")).collect();
    let runs: Vec<Vec<Line>> = names.iter().map(|name| calculate(&mut world.1, &world.2, name).lines).collect();
    let declared = cadrage_session::declared_comparisons(&world.2);
    for ((name, counts), declared) in measures.iter().zip(&declared) {
        let request = ComparisonRequest { year: Some(2027), reference_year: Some(2027), ..declared.request.clone() };
        let found = world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(found.measure, *name);
        assert!(found.residual().is_zero());
        let (mut met, at) = (0, |k: usize, code: &str| counted(&runs[k], code, *counts));
        assert_eq!(found.start, at(0, "composante").into_values().sum::<Exact>());
        for (k, effect) in found.effects.iter().take(SENTENCES.len()).enumerate() {
            for (code, told) in [("composante", &effect.members), ("matricule", &effect.agents)] {
                assert_eq!(*told, moved(&at(k, code), &at(k + 1, code)), "{name} {code} : {}", effect.label);
                met += told.len();
            }
            assert_eq!(effect.amount, effect.members.values().cloned().sum::<Exact>(), "{}", effect.label);
        }
        let members = &found.level.as_ref().expect("level").members;
        assert_eq!(members.iter().map(|m| m.start.clone()).sum::<Exact>(), found.start);
        assert!(met > 100, "{met}");
    }
}

/// A premium shared among people: an arrival moves everybody's.
const SHARED: &str = "\
hypothèse enveloppe_essai en € \"Enveloppe\" = 60 000 € entre 0 € et 1 M€ ouverte
formule poids_essai en ETP par agent \"Poids\" :
  pour groupe BIATSS et statut TITULAIRE
  = (quotité en fin de mois) * 1 ETP
fin
formule prime_essai en € par agent \"Part de l'enveloppe\" :
  pour groupe BIATSS et statut TITULAIRE
  = (répartir enveloppe_essai au prorata de poids_essai) * prime_annuelle
  arrondi au centime
  alimente rubrique 202211 compte 641310
fin
";

#[test]
fn so_it_is_where_pay_is_shared_among_people() {
    holds(with(&ladder(SHARED)));
}

#[test]
fn a_step_that_cannot_be_computed_is_refused_as_a_run_refuses_it() {
    // Nobody of this statut was ever paid: no grade stands for the post.
    let mut world = with(
        "scénario sans_modèle hérite de budget_2027 :\n  recruter 1 agents corps PR statut STAGIAIRE composante DROIT plafond ÉTAT à compter du 01/03/2027\nfin\n",
    );
    let request = ComparisonRequest {
        scenario: "sans_modèle".to_owned(),
        reference: Some("budget_2027".to_owned()),
        year: Some(2027),
        reference_year: Some(2027),
        ..ComparisonRequest::default()
    };
    let compared = world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).map(|_| ()).expect_err("compared");
    let run = world.1.calculate(&world.2, "sans_modèle", &BACKEND).map(|_| ()).expect_err("run");
    assert_eq!(format!("{compared:?}"), format!("{run:?}"));
}
