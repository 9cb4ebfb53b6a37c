//! The payroll of the benchmark: every engine gives what the hand-written version gives.

use benches::by_hand::{BASE, ByHand, raised};
use benches::engines::{answer, cohort, engines, question, totals};
use benches::model::{Model, Variant};
use benches::population::Population;

/// Some hundreds of agents: every grade, quotité, number of children, zone, status and ceiling is there.
fn agents() -> Population {
    Population::synthetic(700)
}

#[test]
fn every_engine_gives_what_the_hand_written_version_gives() {
    let population = agents();
    let model = Model::new(&population).expect("rules");
    let (hand, cohort, question) = (ByHand::new(&population), cohort(&population), question(&model));
    for (variant, points) in [(Variant::Base, BASE), (Variant::Hausse, raised())] {
        let expected = hand.run(&points);
        assert_eq!(hand.run_on(3, &points), expected);
        assert!(expected.cout() > 0);
        let parameters = model.parameters(variant).expect("scenario");
        for engine in engines() {
            let kernel = engine.backend.prepare(model.program());
            let found =
                answer(&*kernel.load(&cohort), &parameters, &question).and_then(|a| totals(&a, population.structures())).expect("sums");
            assert_eq!(found.table(), expected.table(), "{} {}", engine.label, variant.name());
        }
    }
    assert_ne!(hand.run(&BASE), hand.run(&raised()));
}

#[test]
fn the_made_up_agents_meet_every_case() {
    let population = agents();
    let met = |column: &[u8], values: &[u8]| values.iter().all(|v| column.contains(v));
    assert!(met(&population.quotite, &[50, 60, 70, 80, 90, 100]));
    assert!(met(&population.enfants, &[0, 1, 2, 3, 4, 5]));
    assert!(met(&population.zone, &[1, 2, 3]));
    assert!(met(&population.step, &(1..=12).collect::<Vec<_>>()));
    for titulaire in [true, false] {
        let beyond = |floor: u32| population.primes.iter().zip(&population.titulaire).any(|(p, t)| *t == titulaire && *p > floor);
        assert!(beyond(392_500) && beyond(3_140_000));
    }
}
