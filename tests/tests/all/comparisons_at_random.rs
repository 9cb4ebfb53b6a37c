//! Random pairs of scenarios of the example: whatever they declare, effects sum to the difference, the other way round is its opposite,
//! and what is untouched is worth nothing. A longer run: `CADRAGE_CAS=200 cargo test -p suite --test all -- comparisons_at_random`.

use std::cell::RefCell;

use cadrage_engine::Line;
use cadrage_interpreter::Interpreter;
use cadrage_session::{Comparison, ComparisonRequest, Leg, Phases};
use cadrage_value::{Exact, Money};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::support::{dossier, open, root};

/// Who writes a sentence: the parent of both, one, the other, or both with their own figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Nobody,
    Parent,
    One,
    Other,
    Both,
}

/// A month and a size.
type Figures = (u32, u32);

/// A kind of sentence, as one scenario writes it from a month and a size.
type Writes = fn(u32, u32) -> String;

/// One sentence of a kind at most in each scenario: two values of the same constant from the same day contradict each other.
const KINDS: [Writes; 10] = [
    |m, n| format!("recruter {n} agents grade MCF_CN échelon 2 composante DROIT plafond ÉTAT à compter du 01/{m:02}/2027"),
    |m, n| format!("recruter {n} agents grade IGE_CN composante SCIENCES plafond INTERNE à compter du 01/{m:02}/2027"),
    |m, n| format!("faire partir {n} agents pour corps MCF choisis par ancienneté décroissant au 28/{m:02}/2027 motif DEMISSION"),
    |m, n| {
        format!("transformer {n} agents pour catégorie C vers grade IGE_CN à compter du 01/{m:02}/2027 choisis par ancienneté décroissant")
    },
    |m, _| format!("changer la quotité pour quotité = 80 % à 100 % à compter du 01/{m:02}/2027"),
    |m, n| format!("modifier grilles à compter du 01/{m:02}/2027 majorer de {n} points   source \"essai\""),
    |m, n| format!("modifier valeur_du_point à compter du 01/{m:02}/2027 majorer de 0,{n} %   source \"essai\""),
    |m, n| format!("modifier taux_pension_civile à compter du 01/{m:02}/2027 = 8{n} %   source \"essai\""),
    |m, n| format!("modifier ripec_c1_annuel à compter du 01/{m:02}/2027 majorer de {n}00 €/an   source \"essai\""),
    |m, n| format!("modifier sft_fixe_un_enfant à compter du 01/{m:02}/2027 = {n} €/mois   source \"essai\""),
];

/// What restates the value in force: told, and worth nothing.
const UNTOUCHED: &str = "modifier taux_csa à compter du 01/02/2027 = 0,3 %   source \"essai\"";

/// A pair of scenarios: for each kind, who writes it, and the month and size each writes; the order in which they are written; who restates.
#[derive(Clone, Debug)]
struct Pair {
    kinds: Vec<(Whose, Figures, Figures)>,
    order: Vec<usize>,
    untouched: Whose,
}

fn pairs() -> impl Strategy<Value = Pair> {
    let whose = || prop_oneof![3 => Just(Whose::Nobody), 1 => Just(Whose::Parent), 2 => Just(Whose::One), 2 => Just(Whose::Other), 1 => Just(Whose::Both)];
    let figures = || (1_u32..13, 1_u32..5);
    let kinds = proptest::collection::vec((whose(), figures(), figures()), KINDS.len());
    let order = Just((0..KINDS.len()).collect::<Vec<_>>()).prop_shuffle();
    let untouched = prop_oneof![Just(Whose::Nobody), Just(Whose::Parent), Just(Whose::One), Just(Whose::Other), Just(Whose::Both)];
    (kinds, order, untouched).prop_map(|(kinds, order, untouched)| Pair { kinds, order, untouched })
}

impl Pair {
    /// What a scenario writes that its parent does not.
    fn own(&self, other: bool) -> Vec<String> {
        let mine = if other { Whose::Other } else { Whose::One };
        let written = |k: &usize| {
            let ((whose, one, another), write) = (self.kinds[*k], KINDS[*k]);
            let (month, size) = if other { another } else { one };
            (whose == mine || whose == Whose::Both).then(|| write(month, size))
        };
        let mut out: Vec<String> = self.order.iter().filter_map(written).collect();
        if self.untouched == mine || self.untouched == Whose::Both {
            out.push(UNTOUCHED.to_owned());
        }
        out
    }

    fn of_the_parent(&self) -> Vec<String> {
        let written = |k: &usize| (self.kinds[*k].0 == Whose::Parent).then(|| KINDS[*k](self.kinds[*k].1.0, self.kinds[*k].1.1));
        let untouched = (self.untouched == Whose::Parent).then(|| UNTOUCHED.to_owned());
        self.order.iter().filter_map(written).chain(untouched).collect()
    }

    fn script(&self) -> String {
        let block = |name: &str, parent: &str, sentences: &[String]| {
            let lines: String = sentences.iter().map(|s| format!("  {s}\n")).collect();
            let lines = if lines.is_empty() { "  note \"rien de plus\"\n".to_owned() } else { lines };
            format!("scénario {name} hérite de {parent} :\n{lines}fin\n")
        };
        let scenarios = block("parent", "budget_2027", &self.of_the_parent())
            + &block("un", "parent", &self.own(false))
            + &block("autre", "parent", &self.own(true));
        format!("utiliser valmont version \"2026.3\"\n{scenarios}comparer autre avec un sur etpt par composante\n")
    }
}

/// The definition of right alone: that engines agree on comparisons is held by `comparisons`, and each would compile every step anew.
const BACKEND: Interpreter = suite::REFERENCE;

/// How many pairs: a few in the suite, as many as asked for besides.
fn cases() -> u32 {
    std::env::var("CADRAGE_CAS").ok().and_then(|n| n.parse().ok()).unwrap_or(12)
}

fn sum(effects: &Comparison) -> Exact {
    effects.effects.iter().map(|e| e.amount.clone()).sum()
}

#[test]
fn effects_of_random_pairs_sum_and_turn_round() {
    let folder = RefCell::new(dossier(&root().join("examples/01-valmont")));
    // Deliveries are imported once.
    drop(open(folder.borrow().path()));
    let told = RefCell::new((0_usize, 0_usize));
    let config = Config { cases: cases(), max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let begun = std::time::Instant::now();
    let outcome = TestRunner::new(config).run(&pairs(), |pair| {
        let folder = folder.borrow();
        std::fs::write(folder.path().join("essai.cadrage"), pair.script()).expect("script");
        let (mut workspace, compiled) = open(folder.path());
        let mut compare = |request: &ComparisonRequest| {
            workspace.compare(&compiled, request, &BACKEND, &mut Phases::unheeded()).unwrap_or_else(|e| panic!("{e:?}"))
        };
        let of = |scenario: &str, reference: &str| ComparisonRequest {
            scenario: scenario.to_owned(),
            reference: Some(reference.to_owned()),
            ..ComparisonRequest::default()
        };
        let (there, back) = (compare(&of("autre", "un")), compare(&of("un", "autre")));
        let others: Vec<Comparison> = cadrage_session::declared_comparisons(&compiled).iter().map(|d| compare(&d.request)).collect();
        let ends =
            ["un", "autre"].map(|name| workspace.calculate(&compiled, name, &BACKEND).unwrap_or_else(|e| panic!("{name}: {e:?}")).lines);
        check(&pair, &there, &back, &others, &ends)?;
        let mut told = told.borrow_mut();
        *told = (told.0 + 1, told.1 + there.effects.len());
        Ok(())
    });
    outcome.unwrap_or_else(|e| panic!("{e}"));
    let (pairs, effects) = *told.borrow();
    println!(
        "comparaisons au hasard : {pairs} paires, {effects} effets, somme exacte dans les deux sens, en {} s",
        begun.elapsed().as_secs()
    );
}

fn check(pair: &Pair, there: &Comparison, back: &Comparison, others: &[Comparison], ends: &[Vec<Line>; 2]) -> Result<(), TestCaseError> {
    let paid = |lines: &[Line]| lines.iter().filter(|l| l.month.year() == 2027).map(|l| l.amount).sum::<Money>().to_exact();
    prop_assert_eq!((&there.start, &there.end), (&paid(&ends[0]), &paid(&ends[1])));
    // To the cent, and exactly: runs of scenarios are sums of cents.
    prop_assert_eq!(sum(there), there.difference());
    prop_assert_eq!(sum(back), back.difference());
    prop_assert_eq!(there.difference(), -back.difference());
    let (one, other) = (pair.own(false), pair.own(true));
    prop_assert_eq!(there.effects.len(), one.len() + other.len());
    for c in [there, back] {
        prop_assert!(c.effects.iter().all(|e| e.leg == Leg::Declared && e.place.is_some()));
        for effect in c.effects.iter().filter(|e| e.label.contains("taux_csa")) {
            prop_assert!(effect.amount.is_zero(), "{}", effect.label);
        }
        // What both inherit is told by neither.
        for sentence in pair.of_the_parent() {
            let words = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
            let mine = one.iter().chain(&other).any(|s| s.split_whitespace().collect::<Vec<_>>().join(" ") == words);
            prop_assert!(mine || !c.effects.iter().any(|e| e.label.ends_with(&words)), "{words}");
        }
    }
    // Jobs of the same pair: another measure, the same laws.
    let jobs = |lines: &[Line]| lines.iter().filter(|l| l.right.year() == 2027).map(|l| l.etpt().clone()).sum::<Exact>();
    let [etpt] = others else { return Err(TestCaseError::fail("one comparison is declared")) };
    prop_assert_eq!((&etpt.start, &etpt.end), (&jobs(&ends[0]), &jobs(&ends[1])));
    for c in others {
        prop_assert_eq!(sum(c), c.difference());
        prop_assert_eq!(c.effects.len(), there.effects.len());
        for effect in &c.effects {
            prop_assert!(effect.agents.values().cloned().sum::<Exact>() == effect.amount, "{}", effect.label);
        }
    }
    let level = etpt.level.as_ref().expect("a level is asked for");
    for member in &level.members {
        let own: Exact = etpt.effects.iter().filter_map(|e| e.members.get(&member.code)).cloned().sum();
        prop_assert_eq!(own, &member.end - &member.start, "{}", member.code);
    }
    prop_assert_eq!(level.members.iter().map(|m| m.end.clone()).sum::<Exact>(), etpt.end.clone());
    // A price moves nobody.
    for effect in etpt.effects.iter().filter(|e| e.label.contains("modifier ")) {
        prop_assert!(effect.amount.is_zero(), "{}", effect.label);
    }
    Ok(())
}
