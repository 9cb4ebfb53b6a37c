//! A million agents: the memory of a process of its own, and ten times the same agents beside one time.

use std::path::Path;
use std::process::Command;

use benches::by_hand::{BASE, ByHand};
use benches::clock::timed;
use benches::engines::{Engine, answer, cohort, engines, question, totals};
use benches::figures::{grouped, median, milliseconds, paired, ratio};
use benches::memory::peak;
use benches::model::{Model, Variant};
use benches::population::Population;
use benches::reference::{fingerprint, reference};

use crate::arguments::Arguments;
use crate::landing::folder_of;

const MILLION: usize = 1_000_000;

/// In the child: reads the population, computes the sums with one engine, says what it held.
pub(crate) fn measure(words: &[String]) -> Result<(), String> {
    let [place, engine] = words else { return Err("mémoire DOSSIER MOTEUR".into()) };
    let population = match place.parse::<usize>() {
        Ok(count) => Population::synthetic(count),
        Err(_) => Population::read(Path::new(place))?,
    };
    let known = place.parse::<usize>().is_err();
    let structures = population.structures();
    let agents = population.len();
    let (sums, took) = if let Some(found) = engine.parse::<usize>().ok().and_then(|k| engines().into_iter().nth(k)) {
        let model = Model::new(&population)?;
        let cohort = cohort(&population);
        drop(population);
        let parameters = model.parameters(Variant::Base)?;
        let (sums, took) = timed(|| {
            let kernel = found.backend.prepare(model.program());
            let loaded = kernel.load(&cohort);
            answer(&*loaded, &parameters, &question(&model))
        });
        (totals(&sums?, structures)?, took)
    } else {
        let hand = ByHand::new(&population);
        timed(|| hand.run(&BASE))
    };
    let sha = fingerprint(&sums.table());
    let verdict = match reference(agents, Variant::Base).filter(|_| known) {
        Some((_, expected)) if expected == sha => "oui",
        Some(_) => "NON",
        None => "sans référence",
    };
    let held = peak().map_or("?".to_owned(), |kb| grouped(kb / 1024));
    println!("{held} Mo, tout le calcul en {} ms, exact : {verdict}", milliseconds(took.wall));
    Ok(())
}

/// In the parent: both lines of the table.
pub(crate) fn show(arguments: &Arguments, scratch: &Path) -> Result<(), String> {
    println!("\n  1 000 000 d'agents × 12 mois, sommes seules : mémoire la plus haute du processus, lecture comprise");
    let place = match folder_of(arguments, MILLION, scratch) {
        Ok(folder) => folder.display().to_string(),
        Err(_) => MILLION.to_string(),
    };
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let of = |label: &str, engine: &str| -> Result<(), String> {
        let done = Command::new(&program).args(["mémoire", &place, engine]).output().map_err(|e| e.to_string())?;
        let (said, failed) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        println!("    {label} : {}", if done.status.success() { said.trim() } else { failed.trim() });
        Ok(())
    };
    of("rust à la main", "-")?;
    for (k, engine) in engines().iter().enumerate().filter(|(_, e)| e.sample == 1) {
        of(&named(engine), &k.to_string())?;
    }
    ten_times(arguments, scratch)
}

/// The 100 000 agents ten times over: the same profiles, so ten times the agents need not be ten times the work.
fn ten_times(arguments: &Arguments, scratch: &Path) -> Result<(), String> {
    println!("\n  les mêmes 100 000 agents, dix fois / une fois, sommes seules (médiane de {} tours)", arguments.rounds.min(7));
    let one = match folder_of(arguments, MILLION / 10, scratch) {
        Ok(folder) => Population::read(&folder)?,
        Err(_) => Population::synthetic(MILLION / 10),
    };
    let ten = one.repeated(10);
    let model = Model::new(&one)?;
    let parameters = model.parameters(Variant::Base)?;
    let asked = question(&model);
    let (small, large) = (ByHand::new(&one), ByHand::new(&ten));
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..arguments.rounds.min(7) {
        for (hand, times) in [&small, &large].iter().zip(&mut times) {
            let (sums, took) = timed(|| hand.run(&BASE));
            std::hint::black_box(sums);
            times.push(took.processor);
        }
    }
    say("rust à la main", &times);
    let (small, large) = (cohort(&one), cohort(&ten));
    for engine in engines().iter().filter(|e| e.sample == 1) {
        let kernel = engine.backend.prepare(model.program());
        let loaded = [kernel.load(&small), kernel.load(&large)];
        for loaded in &loaded {
            // Code is made and columns are taken at the first question.
            answer(&**loaded, &parameters, &asked)?;
        }
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..arguments.rounds.min(7) {
            for (loaded, times) in loaded.iter().zip(&mut times) {
                let (sums, took) = timed(|| answer(&**loaded, &parameters, &asked));
                std::hint::black_box(sums?);
                times.push(if engine.threads == 1 { took.processor } else { took.wall });
            }
        }
        say(&named(engine), &times);
    }
    Ok(())
}

fn named(engine: &Engine) -> String {
    format!("{}, {}", engine.label, if engine.threads == 1 { "1 fil" } else { "tous les fils" })
}

fn say(label: &str, [one, ten]: &[Vec<u64>; 2]) {
    println!("    {label} : {} et {} ms, ratio {}", milliseconds(median(one)), milliseconds(median(ten)), ratio(paired(ten, one, 1)));
}
