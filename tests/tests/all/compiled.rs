//! The compiled engine by itself: threads, flagged blocks, profiles, code as text.

use benches::by_hand::{BASE, ByHand};
use benches::engines::{answer, cohort, question, totals};
use benches::model::{Model, Variant};
use benches::population::Population;
use cadrage_engine::{Backend, Environment, Levels, Mode};
use suite::compiled;

fn of(options: cadrage_jit::Options, population: &Population) -> benches::totals::Totals {
    let model = Model::new(population).expect("rules");
    let (cohort, question) = (cohort(population), question(&model));
    let parameters = model.parameters(Variant::Base).expect("scenario");
    let engine = compiled(options);
    let kernel = engine.prepare(model.program());
    totals(&answer(&*kernel.load(&cohort), &parameters, &question).expect("sums"), population.structures()).expect("cents")
}

/// Several blocks, the last one short and odd.
const BLOCKS: usize = 3 * 2048 + 333;

#[test]
fn the_number_of_threads_changes_no_bit() {
    let population = Population::synthetic(BLOCKS);
    let model = Model::new(&population).expect("rules");
    let (cohort, question) = (cohort(&population), question(&model));
    let parameters = model.parameters(Variant::Base).expect("scenario");
    let engine = compiled(cadrage_jit::Options::default());
    let kernel = engine.prepare(model.program());
    let levels = Levels::default();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let loaded = kernel.load(&cohort);
            let environment = Environment { parameters: &parameters, levels: &levels };
            let sums = loaded.totals(environment, &question).expect("sums");
            let columns = loaded.columns(environment, &question.formulas, 0..12, Mode::Paid).expect("columns");
            (sums, (0..BLOCKS).step_by(97).map(|agent| columns.agent(agent)).collect::<Vec<_>>())
        })
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
    let hand = ByHand::new(&population).run(&BASE);
    assert_eq!(of(cadrage_jit::Options { one_thread: true, ..Default::default() }, &population).table(), hand.table());
}

#[test]
fn a_flagged_block_is_still_exact() {
    let population = Population::synthetic(121);
    let flagged = cadrage_jit::Options { flag_everything: true, ..Default::default() };
    assert_eq!(of(flagged, &population).table(), ByHand::new(&population).run(&BASE).table());
}

#[test]
fn profiles_change_no_sum() {
    // A few agents, many times each.
    let population = Population::synthetic(150).repeated(40);
    let without = cadrage_jit::Options { without_profiles: true, ..Default::default() };
    let expected = ByHand::new(&population).run(&BASE).table();
    assert_eq!(of(cadrage_jit::Options::default(), &population).table(), expected);
    assert_eq!(of(without, &population).table(), expected);
}

#[test]
fn machine_code_stands_under_its_formula() {
    let population = Population::synthetic(50);
    let model = Model::new(&population).expect("rules");
    let listing = cadrage_jit::listing(model.program()).expect("machine code");
    let (_, after) = listing.split_once("\n  traitement\n").expect("the formula");
    assert!(after.lines().next().is_some_and(|line| line.starts_with("    ")), "{after}");
    let plan = cadrage_jit::plan(model.program());
    assert!(plan.contains("gardée d'un mois à l'autre : rang") && !plan.contains("laissée à l'interprète"), "{plan}");
}
