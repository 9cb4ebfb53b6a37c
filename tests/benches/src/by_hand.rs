//! The same model written by hand, as a good engineer would: whole cents, small columns, one tight loop by agent then month, what
//! does not change in the year taken out of it, every quotient over one constant denominator. The honest limit.

use crate::population::{Population, STEPS, fraction};
use crate::totals::{MONTHS, Totals};

/// Value of the point in 1/10000 €, by month.
pub type Points = [u32; MONTHS];

/// The value all year.
pub const BASE: Points = [590_734; MONTHS];

/// 1,5 % more from July.
#[must_use]
pub fn raised() -> Points {
    std::array::from_fn(|m| if m < 6 { 590_734 } else { 599_595 })
}

const PLAFOND: u64 = 392_500;
/// Every paid fraction is a number of these.
const PARTS: u64 = 70;

/// Columns made ready: the grid in two flat tables, the fraction paid in seventieths.
#[derive(Debug)]
pub struct ByHand<'p> {
    population: &'p Population,
    parts: Vec<u8>,
    index: Vec<u16>,
    months: Vec<u16>,
    skips: bool,
}

impl<'p> ByHand<'p> {
    /// Prepares the columns of a population.
    #[must_use]
    pub fn new(population: &'p Population) -> ByHand<'p> {
        let part = |q: &u8| fraction(*q).map_or(0, |(n, d)| n * PARTS as u32 / d) as u8;
        let mut index = Vec::new();
        let mut months = Vec::new();
        for grade in &population.grades {
            for k in 0..STEPS {
                let (i, m) = grade.steps.get(k).or(grade.steps.last()).copied().unwrap_or((0, 0));
                index.push(i as u16);
                months.push(m as u16);
            }
        }
        ByHand { population, parts: population.quotite.iter().map(part).collect(), index, months, skips: false }
    }

    /// A month like the one before for an agent is not computed again.
    #[must_use]
    pub fn skipping(self) -> ByHand<'p> {
        ByHand { skips: true, ..self }
    }

    /// Everybody, on this thread.
    #[must_use]
    pub fn run(&self, points: &Points) -> Totals {
        let mut totals = Totals::new(self.population.structures());
        self.range(0..self.population.len(), points, &mut totals);
        totals
    }

    /// Everybody, on `threads` threads.
    #[must_use]
    pub fn run_on(&self, threads: usize, points: &Points) -> Totals {
        let count = self.population.len();
        let mut all = Totals::new(self.population.structures());
        std::thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|w| {
                    scope.spawn(move || {
                        let mut totals = Totals::new(self.population.structures());
                        self.range(w * count / threads..(w + 1) * count / threads, points, &mut totals);
                        totals
                    })
                })
                .collect();
            for part in parts {
                if let Ok(totals) = part.join() {
                    all.add(&totals);
                }
            }
        });
        all
    }

    fn range(&self, agents: std::ops::Range<usize>, points: &Points, totals: &mut Totals) {
        let p = self.population;
        // Slices of one length: the bounds are checked once.
        let n = agents.len();
        let (Some(grade), Some(titulaire), Some(step), Some(seniority), Some(parts)) = (
            p.grade.get(agents.clone()),
            p.titulaire.get(agents.clone()),
            p.step.get(agents.clone()),
            p.seniority.get(agents.clone()),
            self.parts.get(agents.clone()),
        ) else {
            return;
        };
        let (Some(enfants), Some(zone), Some(nbi), Some(primes), Some(structure)) = (
            p.enfants.get(agents.clone()),
            p.zone.get(agents.clone()),
            p.nbi.get(agents.clone()),
            p.primes.get(agents.clone()),
            p.structure.get(agents),
        ) else {
            return;
        };
        let floor: [u64; MONTHS] = points.map(|pt| rounded::<1200>(454 * u64::from(pt)));
        let ceiling: [u64; MONTHS] = points.map(|pt| rounded::<1200>(722 * u64::from(pt)));
        for i in 0..n {
            let agent = Agent {
                grade: usize::from(grade[i]),
                step: usize::from(step[i]) - 1,
                seniority: u32::from(seniority[i]),
                parts: u64::from(parts[i]),
                enfants: u64::from(enfants[i]),
                residence: [0, 3, 1, 0][usize::from(zone[i] & 3)],
                nbi: u64::from(nbi[i]),
                primes: rounded::<PARTS>(u64::from(primes[i]) * u64::from(parts[i])),
            };
            let sums = &mut totals.0[usize::from(structure[i])];
            match (titulaire[i], self.skips) {
                (true, false) => self.year::<true, false>(&agent, points, &floor, &ceiling, sums),
                (false, false) => self.year::<false, false>(&agent, points, &floor, &ceiling, sums),
                (true, true) => self.year::<true, true>(&agent, points, &floor, &ceiling, sums),
                (false, true) => self.year::<false, true>(&agent, points, &floor, &ceiling, sums),
            }
        }
    }

    #[inline(always)]
    fn year<const TITULAIRE: bool, const SKIPS: bool>(
        &self,
        agent: &Agent,
        points: &Points,
        floor: &[u64; MONTHS],
        ceiling: &[u64; MONTHS],
        sums: &mut [[i64; 7]; MONTHS],
    ) {
        let row = agent.grade * STEPS;
        let (index, months) = (&self.index[row..row + STEPS], &self.months[row..row + STEPS]);
        let (mut step, mut seniority) = (agent.step, agent.seniority);
        let fixed = (1067 + 457 * agent.enfants).saturating_sub(2 * 457);
        let percent = if agent.enfants == 2 { 3 } else { (8 + 6 * agent.enfants).saturating_sub(18) };
        let mut before = [0; 7];
        for m in 0..MONTHS {
            seniority += u32::from(m > 0);
            let length = u32::from(months[step & (STEPS - 1)]);
            let moves = length > 0 && seniority >= length;
            step += usize::from(moves);
            seniority = if moves { 0 } else { seniority };
            if SKIPS && m > 0 && !moves && points[m] == points[m - 1] {
                sums[m].iter_mut().zip(before).for_each(|(sum, x)| *sum += x);
                continue;
            }
            let pt = u64::from(points[m]);
            let whole = rounded::<1200>(u64::from(index[step & (STEPS - 1)]) * pt);
            let traitement = rounded::<PARTS>(whole * agent.parts);
            let nbi = rounded::<PARTS>(rounded::<1200>(agent.nbi * pt) * agent.parts);
            let ir = rounded::<100>(traitement * agent.residence);
            let sft = match agent.enfants {
                0 => 0,
                1 => 229,
                _ => {
                    let low = fixed + rounded::<100>(floor[m] * percent);
                    let full = fixed + rounded::<100>(whole.max(floor[m]).min(ceiling[m]) * percent);
                    low.max(rounded::<PARTS>(full * agent.parts))
                }
            };
            let primes = agent.primes;
            let base = if TITULAIRE { traitement + nbi } else { traitement + ir + primes + sft };
            let common = rate(base, 525) + rate(base, 30) + rate(base, 50) + rate(base, 200);
            let charges = common
                + if TITULAIRE {
                    let rafp = (primes + ir + sft).min(rounded::<100>(traitement * 20));
                    rate(base, 7828) + rate(base, 32) + rate(base, 970) + rounded::<100>(rafp * 5)
                } else {
                    let ircantec = base - sft;
                    rate(base, 1300)
                        + rate(base.min(PLAFOND), 855)
                        + rate(base, 202)
                        + rate(ircantec.min(PLAFOND), 420)
                        + rate(ircantec.min(8 * PLAFOND).saturating_sub(PLAFOND), 1255)
                };
            let cout = traitement + ir + sft + nbi + primes + charges;
            before = [1, traitement, ir, sft, nbi + primes, charges, cout].map(|x| x as i64);
            sums[m].iter_mut().zip(before).for_each(|(sum, x)| *sum += x);
        }
    }
}

struct Agent {
    grade: usize,
    step: usize,
    seniority: u32,
    parts: u64,
    enfants: u64,
    residence: u64,
    nbi: u64,
    primes: u64,
}

/// `x / Q`, half up; Q is even.
#[inline(always)]
fn rounded<const Q: u64>(x: u64) -> u64 {
    (x + Q / 2) / Q
}

#[inline(always)]
fn rate(base: u64, ten_thousandths: u64) -> u64 {
    rounded::<10_000>(base * ten_thousandths)
}
