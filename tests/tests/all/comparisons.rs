//! Why a figure moved: the waterfall of a whole generated world, and what two scenarios declare.

use std::path::Path;

use cadrage_session::{Comparison, ComparisonRequest, Leg, Phases, Workspace};
use cadrage_value::{Exact, Money};
use suite::rows;

use super::support::{BACKEND, calculate, closed_year, dossier, open, root, with};

fn compare(folder: &Path, request: &ComparisonRequest) -> Comparison {
    let (mut workspace, compiled): (Workspace, _) = open(folder);
    workspace.compare(&compiled, request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
}

fn alone(scenario: &str, year: i32) -> ComparisonRequest {
    ComparisonRequest { scenario: scenario.into(), year: Some(year), ..ComparisonRequest::default() }
}

/// The amount of an effect in cents, as the truth writes fractions.
fn cents(c: &Comparison, key: &str) -> Exact {
    let sum: Exact = c.effects.iter().filter(|e| e.key == key).map(|e| e.amount.clone()).sum();
    hundredfold(&sum)
}

fn hundredfold(x: &Exact) -> Exact {
    x * &Exact::from_int(100)
}

#[test]
fn the_waterfall_of_a_whole_year_is_the_truths() {
    for (agents, seed) in [("400", "1"), ("150", "33")] {
        let Some(world) = closed_year(agents, seed) else { return };
        let found = compare(world.folder.path(), &alone("année_close", 2026));
        assert!(found.residual().is_zero());
        let truth = rows(&world.truth.path().join("verite/cascade_masse.csv"));
        let mut wrong = Vec::new();
        for row in &truth {
            let line = row["ligne"].as_str();
            let own = match line {
                "execution_n_1" => hundredfold(&found.start),
                "execution_n" => hundredfold(&found.end),
                "socle" => &hundredfold(&found.start) + &cents(&found, "debasage_atypiques"),
                "residu" => found.residual(),
                key => cents(&found, key),
            };
            if own != row["fraction_centimes"].parse().expect("fraction") {
                wrong.push(format!("{line} : {} attendu {}", own.to_french(2), row["fraction_centimes"]));
            }
        }
        assert!(wrong.is_empty(), "{agents}/{seed}\n{}", wrong.join("\n"));
        println!("comparisons : {agents} agents, graine {seed}, {} lignes de cascade égales, en fractions exactes", truth.len());
    }
}

fn between(
    world: &mut (tempfile::TempDir, Workspace, cadrage_session::Compiled),
    (scenario, year): (&str, i32),
    (reference, reference_year): (&str, i32),
) -> Comparison {
    let request = ComparisonRequest {
        scenario: scenario.into(),
        reference: Some(reference.into()),
        year: Some(year),
        reference_year: Some(reference_year),
        ..ComparisonRequest::default()
    };
    world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
}

/// The masse salariale that a run of the scenario gives.
fn payroll(world: &mut (tempfile::TempDir, Workspace, cadrage_session::Compiled), scenario: &str, year: i32) -> Exact {
    let p = calculate(&mut world.1, &world.2, scenario);
    p.lines.iter().filter(|l| l.month.year() == year).map(|l| l.amount).sum::<Money>().to_exact()
}

/// Sentences of every kind that a scenario lays over another.
const SENTENCES: [&str; 8] = [
    "recruter 2 agents grade MCF_CN échelon 2 composante DROIT plafond ÉTAT à compter du 01/03/2027",
    "modifier valeur_du_point à compter du 01/07/2027 majorer de 1,5 %   source \"essai\"",
    "modifier taux_pension_civile à compter du 01/01/2027 = 82,28 %   source \"essai\"",
    "modifier ripec_c1_annuel à compter du 01/01/2027 majorer de 400 €/an   source \"essai\"",
    "modifier grilles à compter du 01/01/2027 majorer de 5 points   source \"essai\"",
    "faire partir 2 agents pour corps MCF choisis par ancienneté décroissant au 31/08/2027 motif DEMISSION",
    "modifier valeur_du_point à compter du 01/10/2027 majorer de 0,5 %   source \"essai\"",
    "modifier taux_pension_civile à compter du 01/10/2027 = 83 %   source \"essai\"",
];

#[test]
fn declarations_are_told_one_by_one_and_sum_to_the_difference() {
    // Each pair of scenarios takes some of the sentences: bits of a number say which.
    let pairs: [(u32, u32); 4] =
        [(0b0000_0000, 0b1111_1111), (0b0101_0110, 0b0011_1010), (0b1000_0011, 0b1000_0011), (0b0111_0001, 0b0000_1110)];
    let sentences = |bits: u32| SENTENCES.iter().enumerate().filter(move |(k, _)| bits >> k & 1 == 1).map(|(_, s)| *s);
    let mut script = String::new();
    for (k, (one, other)) in pairs.iter().enumerate() {
        for (name, bits) in [("un", *one), ("autre", *other)] {
            script += &format!("scénario {name}_{k} hérite de budget_2027 :\n");
            sentences(bits).for_each(|s| script += &format!("  {s}\n"));
            script += "fin\n";
        }
    }
    let mut world = with(&script);
    for (k, (one, other)) in pairs.iter().enumerate() {
        let (a, b) = (format!("un_{k}"), format!("autre_{k}"));
        let found = between(&mut world, (&b, 2027), (&a, 2027));
        assert_eq!((found.start.clone(), found.end.clone()), (payroll(&mut world, &a, 2027), payroll(&mut world, &b, 2027)), "{k}");
        assert!(found.residual().is_zero(), "{k}");
        assert!(found.effects.iter().all(|e| e.leg == Leg::Declared && e.place.is_some()), "{k}");
        // A sentence both have written is not the same place: it goes and it comes back.
        assert_eq!(found.effects.len() as u32, one.count_ones() + other.count_ones(), "{k}");
        let back = between(&mut world, (&a, 2027), (&b, 2027));
        assert_eq!(back.difference(), -found.difference(), "{k}");
        assert!(back.residual().is_zero(), "{k}");
    }
    // All of them over nothing: each moves something, in the direction it says.
    let found = between(&mut world, ("autre_0", 2027), ("un_0", 2027));
    for (effect, up) in found.effects.iter().map(|e| (e, !e.label.starts_with("faire partir"))) {
        assert_eq!(effect.amount > Exact::ZERO, up, "{} {:?}", effect.label, effect.amount);
    }
}

#[test]
fn what_a_child_shares_with_its_parent_has_no_effect() {
    let mut world = with(
        "scénario parent hérite de budget_2027 :\n  modifier valeur_du_point à compter du 01/07/2027 majorer de 1 %\nfin\n\
         scénario enfant hérite de parent :\n  modifier taux_pension_civile à compter du 01/01/2027 = 78,28 %   source \"essai\"\nfin\n",
    );
    let found = between(&mut world, ("enfant", 2027), ("parent", 2027));
    // The only sentence of the child restates what is in force: told, and worth nothing.
    let [effect] = found.effects.as_slice() else { panic!("{:?}", found.effects) };
    assert!(effect.label.contains("taux_pension_civile") && effect.amount.is_zero());
    assert_eq!(found.difference(), Exact::ZERO);
    let same = between(&mut world, ("parent", 2027), ("parent", 2027));
    assert!(same.effects.is_empty() && same.difference().is_zero());
}

#[test]
fn exercices_constates_and_declarations_lie_on_one_way() {
    let mut world = with(
        "scénario août hérite de atterrissage_2026 :\n  constaté jusqu'à 08/2026 observé au 31/08/2026\nfin\n\
         scénario plus_cher hérite de budget_2027 :\n  modifier valeur_du_point à compter du 01/07/2027 majorer de 1,5 %\nfin\n",
    );
    let legs = |c: &Comparison| {
        let mut out: Vec<Leg> = c.effects.iter().map(|e| e.leg).collect();
        out.dedup();
        out
    };
    // This month's landing and last month's: what payroll brought.
    let landing = between(&mut world, ("atterrissage_2026", 2026), ("août", 2026));
    assert_eq!(legs(&landing), [Leg::Known]);
    assert_eq!(
        (landing.start.clone(), landing.end.clone()),
        (payroll(&mut world, "août", 2026), payroll(&mut world, "atterrissage_2026", 2026))
    );
    assert!(landing.residual().is_zero() && !landing.difference().is_zero());
    assert_eq!(landing.notes.len(), 1, "{:?}", landing.notes);
    // Last month's landing and a budget: all three legs.
    let all = between(&mut world, ("plus_cher", 2027), ("août", 2026));
    assert_eq!(legs(&all), [Leg::Year, Leg::Known, Leg::Declared]);
    assert_eq!((all.start.clone(), all.end.clone()), (landing.start.clone(), payroll(&mut world, "plus_cher", 2027)));
    assert!(all.residual().is_zero());
    // Two years at once, and back.
    let long = between(&mut world, ("budget_2027", 2027), ("budget_2027", 2025));
    let back = between(&mut world, ("budget_2027", 2025), ("budget_2027", 2027));
    assert!(long.residual().is_zero() && back.residual().is_zero());
    assert_eq!(long.difference(), -back.difference());
    for (there, here) in long.effects.iter().zip(&back.effects) {
        assert_eq!((&there.key, there.amount.clone()), (&here.key, -here.amount.clone()));
    }
    // By composante: each member's effects are its own difference, and members sum to the whole.
    for (scenario, year, reference, before) in [("plus_cher", 2027, "août", 2026), ("budget_2027", 2025, "budget_2027", 2026)] {
        let whole = between(&mut world, (scenario, year), (reference, before));
        let request = ComparisonRequest {
            scenario: scenario.into(),
            reference: Some(reference.into()),
            year: Some(year),
            reference_year: Some(before),
            level: Some("composante".into()),
            ..ComparisonRequest::default()
        };
        let by = world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!((&by.start, &by.end), (&whole.start, &whole.end));
        let level = by.level.as_ref().expect("level");
        assert!(level.members.len() > 5, "{level:?}");
        assert_eq!(level.members.iter().map(|m| m.start.clone()).sum::<Exact>(), by.start);
        assert_eq!(level.members.iter().map(|m| m.end.clone()).sum::<Exact>(), by.end);
        for cadrage_session::ComparedMember { code: member, start, end, .. } in &level.members {
            let own: Exact = by.effects.iter().filter_map(|e| e.members.get(member)).cloned().sum();
            assert_eq!(own, end - start, "{member}");
        }
        for effect in &by.effects {
            assert_eq!(effect.members.values().cloned().sum::<Exact>(), effect.amount, "{}", effect.key);
        }
        let told: Vec<_> = by.effects.iter().filter(|e| e.key != "affectations").map(|e| (&e.label, e.amount.clone())).collect();
        assert_eq!(told, whole.effects.iter().map(|e| (&e.label, e.amount.clone())).collect::<Vec<_>>());
    }
    // An effect is its agents'.
    for effect in long.effects.iter().chain(&landing.effects) {
        assert_eq!(effect.agents.values().cloned().sum::<Exact>(), effect.amount, "{}", effect.key);
    }
}

#[test]
fn what_cannot_be_compared_is_refused_in_words() {
    let mut world = with("");
    let mut refused = |scenario: &str, reference: Option<&str>, year: Option<i32>| {
        let request =
            ComparisonRequest { scenario: scenario.into(), reference: reference.map(str::to_owned), year, ..ComparisonRequest::default() };
        match world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()) {
            Err(cadrage_session::RunError::Diagnostics(list)) => suite::render_all(&list, &world.2.sources),
            other => panic!("{other:?}"),
        }
    };
    let said = [
        refused("budget_2028", None, None),
        refused("budget_2027", Some("budget"), None),
        refused("budget_2027", None, Some(2025)),
        refused("atterrissage_2026", None, Some(2027)),
    ];
    insta::assert_snapshot!(said.join("\n"));
}

/// The what-if of this file, on the example.
fn what_if(name: &str) -> (tempfile::TempDir, Workspace, cadrage_session::Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::copy(root().join("examples/30-et-si").join(name), folder.path().join(name)).expect("script");
    let (workspace, compiled) = open(folder.path());
    (folder, workspace, compiled)
}

#[test]
fn recruitments_of_september_cost_eight_more_months_the_year_after() {
    let mut world = what_if("27-annee_pleine.cadrage");
    let found = between(&mut world, ("recrutements_de_septembre", 2028), ("recrutements_de_septembre", 2027));
    let hired = |c: &Comparison, key: &str| -> Exact {
        let effect = c.effects.iter().find(|e| e.key == key).expect("effect");
        effect.agents.iter().filter(|(m, _)| m.starts_with("M001/")).map(|(_, x)| x.clone()).sum()
    };
    let p = calculate(&mut world.1, &world.2, "recrutements_de_septembre");
    let months = |first: &str, last: &str| -> Exact {
        let (first, last): (cadrage_value::Month, cadrage_value::Month) = (first.parse().expect("month"), last.parse().expect("month"));
        let own = p.lines.iter().filter(|l| l.code("matricule").starts_with("M001/") && l.month >= first && l.month <= last);
        own.map(|l| l.amount.to_exact()).sum()
    };
    assert_eq!(hired(&found, "entrees_eap"), months("2028-01", "2028-08"));
    let year = between(&mut world, ("recrutements_de_septembre", 2027), ("recrutements_de_septembre", 2026));
    assert_eq!(hired(&year, "entrees_n"), months("2027-09", "2027-12"));
}

#[test]
fn the_three_budgets_are_compared_as_their_script_says() {
    let (_folder, mut workspace, compiled) = what_if("29-trois_budgets.cadrage");
    let declared = cadrage_session::declared_comparisons(&compiled);
    assert_eq!(declared.len(), 2);
    let mut found = declared.iter().map(|d| {
        let whole = workspace.compare(&compiled, &d.request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"));
        assert!(whole.residual().is_zero());
        let gathered = whole.clone().gathered(&d.effects);
        assert!(gathered.residual().is_zero());
        (whole, gathered)
    });
    let (br, same) = found.next().expect("br_1");
    assert_eq!((br.effects.len(), &same), (2, &br));
    assert_eq!(br.effects.iter().map(|e| e.family).collect::<Vec<_>>(), ["point", "cotisations"]);
    let (_, budget) = found.next().expect("budget");
    // The words of the sentence, in its order, leg by leg; then the rest.
    let words: Vec<&str> = budget.effects.iter().filter(|e| e.leg == Leg::Year).map(|e| e.label.as_str()).collect();
    let asked = ["effectifs", "eap", "gvt", "point", "cotisations", "structure", "autres effets"];
    assert_eq!(words, asked.into_iter().filter(|w| words.contains(w)).collect::<Vec<_>>());
    assert!(words.contains(&"effectifs") && words.contains(&"gvt") && words.contains(&"structure"), "{words:?}");
    // The raises of November are taken off, as the budget does not have them.
    let declared: Vec<&str> = budget.effects.iter().filter(|e| e.leg == Leg::Declared).map(|e| e.label.as_str()).collect();
    assert_eq!(declared, ["point", "cotisations"]);
}

#[test]
fn an_exercice_left_unsaid_is_the_last_whole_one() {
    let mut world = with("scénario à_mi_chemin hérite de atterrissage_2026 :\n  projeter jusqu'à 06/2027\nfin\n");
    let request = ComparisonRequest { scenario: "à_mi_chemin".into(), ..ComparisonRequest::default() };
    let found = world.1.compare(&world.2, &request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!((found.from.1, found.to.1), (2025, 2026));
    assert!(found.residual().is_zero());
}
