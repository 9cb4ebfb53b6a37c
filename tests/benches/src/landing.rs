//! The measured run: rounds in which each engine runs once, then the table.

use std::path::{Path, PathBuf};

use benches::by_hand::{BASE, ByHand, raised};
use benches::children::{BUILDS, HandProgram, command};
use benches::clock::{Took, Watch};
use benches::engines::{Engine, answer, cohort, engines, question, totals};
use benches::figures::{each, grouped, line, median, milliseconds, paired, ratio};
use benches::model::{Model, Variant};
use benches::peers::{Peer, make_population, peers, shared};
use benches::population::Population;
use benches::reference::{fingerprint, reference};
use benches::totals::MONTHS;

use crate::arguments::Arguments;
use crate::{compiling, million};

/// What the engines are given.
struct Work {
    population: Population,
    /// What names it to another process: a folder, or a number.
    place: String,
    /// The folder, when the shared script made it.
    folder: Option<PathBuf>,
    /// The agents are those of the references.
    known: bool,
}

/// Times of one line of the table, by round.
#[derive(Default)]
struct Series {
    label: String,
    threads: usize,
    times: Vec<Took>,
    /// The whole run, cube loaded, by round; empty when it is not one of the project's engines.
    whole: Vec<Took>,
    /// One agent out of so many.
    sample: u64,
    exact: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let scratch = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).join("target/benches");
    std::fs::create_dir_all(&scratch).map_err(|e| format!("{} : {e}", scratch.display()))?;
    let work = work(arguments, &scratch)?;
    let rows = (work.population.len() * MONTHS) as u64;
    println!(
        "LANDING : {} agents × {MONTHS} mois, {} tours entrelacés, {} fils\n",
        grouped(work.population.len() as u64),
        arguments.rounds,
        cores()
    );
    let expected = Expected::of(&work)?;
    let mut hands = Vec::new();
    for (k, build) in BUILDS.iter().enumerate() {
        let mut program = HandProgram::build(&format!("by_hand_{k}"), build, &work.place, &scratch)?;
        let exact = expected.says(&[(Variant::Base, program.table("base")?), (Variant::Hausse, program.table("hausse")?)]);
        hands.push((Series { label: build.label.into(), threads: 1, sample: 1, exact: exact.clone(), ..Series::default() }, program));
        if k == 0 {
            println!(
                "  une fois pour toutes, chaque version à la main : {}\n",
                command(build.flags, Path::new("…")).replace(env!("CARGO_MANIFEST_DIR"), "tests/benches")
            );
        }
    }
    let mut hand_threads = Series {
        label: BUILDS.first().map_or("", |b| b.label).into(),
        threads: cores(),
        sample: 1,
        exact: expected.oui(),
        ..Series::default()
    };
    let mut ours = engines().into_iter().map(|engine| Ours::new(engine, &work, &expected)).collect::<Result<Vec<_>, _>>()?;
    let mut others = if arguments.peers { Others::new(&work) } else { Others::default() };
    for round in 0..arguments.rounds {
        for (series, program) in &mut hands {
            series.times.push(program.time(1)?);
        }
        if let Some((_, program)) = hands.first_mut() {
            hand_threads.times.push(program.time(cores())?);
        }
        for one in &mut ours {
            one.round()?;
        }
        if (round + 1) * 3 / arguments.rounds != round * 3 / arguments.rounds {
            others.batch(arguments);
        }
    }
    println!("{}", line(["moteur", "fils", "ms, médiane", "ns/ag-mois", "ratio", "exact"]));
    println!("  {}", "─".repeat(76));
    let mut all: Vec<Series> = hands.into_iter().map(|(series, _)| series).collect();
    all.push(hand_threads);
    all.extend(ours.iter_mut().map(|one| std::mem::take(&mut one.series)));
    let hand: Vec<Took> = all.first().map(|s| s.times.clone()).unwrap_or_default();
    for series in &all {
        show(series, &series.times, &series.label, &hand, rows);
    }
    println!("\n  ratio : temps / rust à la main du même tour, médiane des tours. Base ; 7 sommes par structure et mois.");
    println!("  Sur un fil, le temps que le processeur y a passé ; sur plusieurs, celui de la pendule.\n");
    println!("  tout le calcul, cube déjà chargé (noyau fait, colonnes prises, sommes)");
    for series in all.iter().filter(|s| !s.whole.is_empty()) {
        show(series, &series.whole, &series.label, &hand, rows);
    }
    if arguments.peers {
        others.show(&all, rows);
    }
    compiling::show(&work.population)?;
    if arguments.million {
        million::show(arguments, &scratch)?;
    }
    Ok(())
}

fn show(series: &Series, times: &[Took], label: &str, hand: &[Took], rows: u64) {
    let (times, hand) = (told(times, series.threads), told(hand, series.threads));
    let (ms, sample) = (median(&times) * series.sample, series.sample);
    let label = if sample > 1 { format!("{label} (1 agent sur {sample})") } else { label.to_owned() };
    let threads = series.threads.to_string();
    println!("{}", line([&label, &threads, &milliseconds(ms), &each(ms, rows), &ratio(paired(&times, &hand, sample)), &series.exact]));
}

/// On one thread, what the processor spent; on several, what the clock says.
fn told(times: &[Took], threads: usize) -> Vec<u64> {
    times.iter().map(|t| if threads == 1 { t.processor } else { t.wall }).collect()
}

fn wall(times: &[Took]) -> Vec<u64> {
    times.iter().map(|t| t.wall).collect()
}

/// As many threads as there are cores.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Finds the population asked, makes it with the shared script, or makes one here.
fn work(arguments: &Arguments, scratch: &Path) -> Result<Work, String> {
    if let Some(folder) = &arguments.population {
        let population = Population::read(folder)?;
        return Ok(Work { place: folder.display().to_string(), folder: Some(folder.clone()), known: true, population });
    }
    match folder_of(arguments, arguments.agents, scratch) {
        Ok(folder) => {
            let population = Population::read(&folder)?;
            Ok(Work { place: folder.display().to_string(), folder: Some(folder), known: true, population })
        }
        Err(why) => {
            println!("sauté : la population de référence ({why}) ; une autre, du même nombre d'agents, la remplace\n");
            let population = Population::synthetic(arguments.agents);
            Ok(Work { place: arguments.agents.to_string(), folder: None, known: false, population })
        }
    }
}

/// The folder of the shared population of `agents` agents, made once.
pub(crate) fn folder_of(arguments: &Arguments, agents: usize, scratch: &Path) -> Result<PathBuf, String> {
    let folder = scratch.join(format!("population_{agents}"));
    if folder.join("agents.csv").is_file() && folder.join("grid.csv").is_file() {
        return Ok(folder);
    }
    let shared = shared().ok_or("../shared est absent")?;
    make_population(&shared, &arguments.python, agents, &folder)?;
    Ok(folder)
}

/// The tables that every engine must give, from the hand-written version, themselves held to the references.
struct Expected {
    base: String,
    raised: String,
    /// They are those of the references, where there are.
    certified: Option<bool>,
}

impl Expected {
    fn of(work: &Work) -> Result<Expected, String> {
        let hand = ByHand::new(&work.population);
        let (base, up) = (hand.run(&BASE), hand.run(&raised()));
        let mut certified = None;
        for (variant, totals) in [(Variant::Base, &base), (Variant::Hausse, &up)] {
            let known = reference(work.population.len(), variant).filter(|_| work.known);
            let sha = fingerprint(&totals.table());
            let verdict = match known {
                Some((cout, expected)) if cout == totals.cout() && expected == sha => "comme la référence",
                Some(_) => return Err(format!("{} : {} et {sha} ne sont pas la référence", variant.name(), totals.cout())),
                None => "sans référence",
            };
            certified = certified.or(known.map(|_| true));
            println!("  {:<7} coût {} centimes, SHA-256 {sha}… : {verdict}", variant.name(), grouped(totals.cout() as u64));
        }
        println!();
        Ok(Expected { base: base.table(), raised: up.table(), certified })
    }

    fn of_variant(&self, variant: Variant) -> &str {
        match variant {
            Variant::Base => &self.base,
            Variant::Hausse => &self.raised,
        }
    }

    /// Equal to the hand-written version, and that to the references.
    fn oui(&self) -> String {
        if self.certified == Some(true) { "oui" } else { "oui*" }.into()
    }

    fn says(&self, tables: &[(Variant, String)]) -> String {
        match tables.iter().all(|(variant, table)| table == self.of_variant(*variant)) {
            true => self.oui(),
            false => "NON".into(),
        }
    }
}

/// An engine of the project with what it has to compute.
struct Ours {
    engine: Engine,
    model: Model,
    cohort: cadrage_engine::Cohort,
    series: Series,
}

impl Ours {
    fn new(engine: Engine, work: &Work, expected: &Expected) -> Result<Ours, String> {
        let population = if engine.sample > 1 { work.population.sample(engine.sample) } else { work.population.clone() };
        let model = Model::new(&population)?;
        let cohort = cohort(&population);
        let mut found = Vec::new();
        for variant in [Variant::Base, Variant::Hausse] {
            let kernel = engine.backend.prepare(model.program());
            let loaded = kernel.load(&cohort);
            let sums = totals(&answer(&*loaded, &model.parameters(variant)?, &question(&model))?, population.structures())?;
            found.push((variant, sums.table()));
        }
        // A sample has no reference: it is held to the hand-written version of the same agents.
        let exact = if engine.sample > 1 {
            let hand = ByHand::new(&population);
            let own = Expected { base: hand.run(&BASE).table(), raised: hand.run(&raised()).table(), certified: None };
            own.says(&found)
        } else {
            expected.says(&found)
        };
        let threads = if engine.threads == 0 { cores() } else { engine.threads };
        let series = Series { label: engine.label.into(), threads, sample: engine.sample as u64, exact, ..Series::default() };
        Ok(Ours { engine, model, cohort, series })
    }

    /// The sums from a loaded kernel, then the whole from the program.
    fn round(&mut self) -> Result<(), String> {
        let parameters = self.model.parameters(Variant::Base)?;
        let question = question(&self.model);
        let watch = Watch::start();
        let kernel = self.engine.backend.prepare(self.model.program());
        let loaded = kernel.load(&self.cohort);
        let first = answer(&*loaded, &parameters, &question)?;
        self.series.whole.push(watch.took());
        // Code was made and columns were taken at the first question.
        let watch = Watch::start();
        let second = answer(&*loaded, &parameters, &question)?;
        self.series.times.push(watch.took());
        if first == second { Ok(()) } else { Err(format!("{} : deux réponses à une question", self.engine.label)) }
    }
}

/// The Python engines, and when they ran.
#[derive(Default)]
struct Others {
    folder: PathBuf,
    known: Vec<(Peer, Vec<u64>, Result<String, String>)>,
    why_none: Option<String>,
}

impl Others {
    fn new(work: &Work) -> Others {
        let Some(shared) = shared() else { return Others { why_none: Some("../shared est absent".into()), ..Others::default() } };
        let Some(folder) = work.folder.clone() else {
            return Others { why_none: Some("la population n'est pas la leur".into()), ..Others::default() };
        };
        Others { folder, known: peers(&shared).into_iter().map(|p| (p, Vec::new(), Ok(String::new()))).collect(), why_none: None }
    }

    fn batch(&mut self, arguments: &Arguments) {
        for (peer, times, last) in self.known.iter_mut().filter(|(_, _, last)| last.is_ok()) {
            match peer.run(&arguments.python, &self.folder, 3) {
                Ok(measured) => {
                    times.push(measured.nanoseconds);
                    *last = Ok(measured.sha);
                }
                Err(why) => *last = Err(why),
            }
        }
    }

    fn show(&self, all: &[Series], rows: u64) {
        println!("\n  moteurs de comparaison (3 passages, 3 fois, entre les tours)");
        if let Some(why) = &self.why_none {
            println!("  sauté : {why}");
        }
        let hand: Vec<u64> = all.first().map(|s| thirds(&wall(&s.times))).unwrap_or_default();
        for (peer, times, last) in &self.known {
            match last {
                Ok(sha) => {
                    let n = rows / MONTHS as u64;
                    let exact = match reference(n as usize, Variant::Base) {
                        Some((_, expected)) if expected == sha => "oui",
                        Some(_) => "NON",
                        None => "?",
                    };
                    let ms = median(times);
                    println!(
                        "{}",
                        line([peer.label, peer.threads, &milliseconds(ms), &each(ms, rows), &ratio(paired(times, &hand, 1)), exact])
                    );
                }
                Err(why) => println!("  sauté : {} ({why})", peer.label),
            }
        }
        for series in all.iter().filter(|s| !s.whole.is_empty()) {
            let whole = thirds(&wall(&series.whole));
            for (peer, times, _) in self.known.iter().filter(|(_, times, last)| last.is_ok() && !times.is_empty()) {
                let value = paired(&whole, times, series.sample);
                println!(
                    "    tout le calcul, {} {} fil(s) / {} {} : {}",
                    series.label,
                    series.threads,
                    peer.label,
                    peer.threads,
                    ratio(value)
                );
            }
        }
    }
}

/// The median of each third of the rounds: what stands beside each batch of the others.
fn thirds(times: &[u64]) -> Vec<u64> {
    let n = times.len();
    (0..3).map(|k| median(times.get(k * n / 3..(k + 1) * n / 3).unwrap_or(&[]))).filter(|m| *m > 0).collect()
}
