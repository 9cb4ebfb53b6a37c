//! A population as columns of small integers, and the grid its steps are read in. Nothing but the standard library: `by_hand`
//! is compiled alone from this file too.

use std::path::Path;

/// Steps a grid may have; a grade's row of the grid is padded to it.
pub const STEPS: usize = 16;

/// One grade of the grid.
#[derive(Clone, Debug)]
pub struct Grade {
    /// `MCF_CN`.
    pub code: String,
    /// Index and months of each step; 0 months: nobody leaves it.
    pub steps: Vec<(u32, u32)>,
}

/// Agents by column, and the grid.
#[derive(Clone, Debug, Default)]
pub struct Population {
    /// The grid, by grade.
    pub grades: Vec<Grade>,
    /// Position of the grade in the grid.
    pub grade: Vec<u8>,
    /// Is it a titulaire?
    pub titulaire: Vec<bool>,
    /// Step, from 1.
    pub step: Vec<u8>,
    /// Months in the step.
    pub seniority: Vec<u16>,
    /// 50, 60, 70, 80, 90, 100.
    pub quotite: Vec<u8>,
    /// Children.
    pub enfants: Vec<u8>,
    /// 1, 2 or 3.
    pub zone: Vec<u8>,
    /// Points of NBI.
    pub nbi: Vec<u16>,
    /// Cents a month at full time.
    pub primes: Vec<u32>,
    /// Number of the structure.
    pub structure: Vec<u16>,
}

/// The columns of `agents.csv`, in order.
const COLUMNS: &str =
    "agent_id,grade_id,titulaire,echelon,anciennete_mois,im,quotite_pct,enfants,zone_ir,nbi_points,primes_cents,structure_id";

impl Population {
    /// How many agents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.grade.len()
    }

    /// Nobody?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grade.is_empty()
    }

    /// One more than the largest number of a structure.
    #[must_use]
    pub fn structures(&self) -> usize {
        self.structure.iter().max().map_or(0, |s| usize::from(*s) + 1)
    }

    /// Reads `agents.csv` and `grid.csv` of a folder that `make_population.py` filled.
    ///
    /// # Errors
    /// What is not as expected, in French.
    pub fn read(folder: &Path) -> Result<Population, String> {
        let mut out = Population { grades: read_grid(&folder.join("grid.csv"))?, ..Population::default() };
        let path = folder.join("agents.csv");
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{} : {e}", path.display()))?;
        let mut lines = text.lines();
        if lines.next() != Some(COLUMNS) {
            return Err(format!("{} : les colonnes ne sont pas `{COLUMNS}`", path.display()));
        }
        for (k, line) in lines.enumerate() {
            let bad = || format!("{} : la ligne {} n'est pas douze entiers", path.display(), k + 2);
            let mut cells = line.split(',').map(str::parse::<u32>);
            let mut cell = || cells.next().and_then(Result::ok).ok_or_else(bad);
            let small = |x: u32| u8::try_from(x).map_err(|_| bad());
            let middle = |x: u32| u16::try_from(x).map_err(|_| bad());
            cell()?;
            out.grade.push(small(cell()?)?);
            out.titulaire.push(cell()? == 1);
            out.step.push(small(cell()?)?);
            out.seniority.push(middle(cell()?)?);
            cell()?;
            out.quotite.push(small(cell()?)?);
            out.enfants.push(small(cell()?)?);
            out.zone.push(small(cell()?)?);
            out.nbi.push(middle(cell()?)?);
            out.primes.push(cell()?);
            out.structure.push(middle(cell()?)?);
        }
        out.in_the_grid()?;
        Ok(out)
    }

    /// A population of `count` agents made here, for who has no file: the same shape, another draw.
    #[must_use]
    pub fn synthetic(count: usize) -> Population {
        let mut out = Population::default();
        for k in 0..24u32 {
            let steps = 1 + (k * 7) % 12;
            let months = |step| if step == steps || k >= 20 { 0 } else { 12 + 6 * ((k + step) % 6) };
            let steps = (1..=steps).map(|step| (366 + 23 * k + 34 * (step - 1), months(step))).collect();
            out.grades.push(Grade { code: format!("GRADE_{:02}", k + 1), steps });
        }
        let mut draw = Draw(0x2015_0712_5eed_cafe);
        for _ in 0..count {
            let grade = draw.below(24);
            let steps = out.grades.get(grade as usize).map_or(1, |g| g.steps.len() as u32);
            let step = 1 + draw.below(steps).max(draw.below(steps));
            out.grade.push(grade as u8);
            out.titulaire.push(grade < 20);
            out.step.push(step as u8);
            out.seniority.push(draw.below(30) as u16);
            let part = draw.below(20);
            out.quotite.push(if part < 15 { 100 } else { 50 + 10 * (part - 15) as u8 });
            out.enfants.push(draw.below(6).min(draw.below(6)) as u8);
            out.zone.push(1 + draw.below(3) as u8);
            out.nbi.push(if draw.below(25) == 0 { 10 + 5 * draw.below(9) as u16 } else { 0 });
            // A tenth is paid more than any ceiling of the contributions.
            out.primes.push(draw.below(90_000) + if draw.below(10) == 0 { 3_200_000 } else { 0 });
            out.structure.push(11 + draw.below(50).min(draw.below(50)) as u16);
        }
        out
    }

    /// The same agents, `times` times.
    #[must_use]
    pub fn repeated(&self, times: usize) -> Population {
        Population {
            grades: self.grades.clone(),
            grade: self.grade.repeat(times),
            titulaire: self.titulaire.repeat(times),
            step: self.step.repeat(times),
            seniority: self.seniority.repeat(times),
            quotite: self.quotite.repeat(times),
            enfants: self.enfants.repeat(times),
            zone: self.zone.repeat(times),
            nbi: self.nbi.repeat(times),
            primes: self.primes.repeat(times),
            structure: self.structure.repeat(times),
        }
    }

    /// One agent out of `step`, the first included.
    #[must_use]
    pub fn sample(&self, step: usize) -> Population {
        fn some<T: Copy>(column: &[T], step: usize) -> Vec<T> {
            column.iter().step_by(step).copied().collect()
        }
        Population {
            grades: self.grades.clone(),
            grade: some(&self.grade, step),
            titulaire: some(&self.titulaire, step),
            step: some(&self.step, step),
            seniority: some(&self.seniority, step),
            quotite: some(&self.quotite, step),
            enfants: some(&self.enfants, step),
            zone: some(&self.zone, step),
            nbi: some(&self.nbi, step),
            primes: some(&self.primes, step),
            structure: some(&self.structure, step),
        }
    }

    /// Every agent is on a step of the grid, and has a quotité whose fraction is known.
    fn in_the_grid(&self) -> Result<(), String> {
        for (k, (grade, step)) in self.grade.iter().zip(&self.step).enumerate() {
            let steps = self.grades.get(usize::from(*grade)).map_or(0, |g| g.steps.len());
            if *step == 0 || usize::from(*step) > steps {
                return Err(format!("l'agent de la ligne {} n'est pas sur la grille", k + 2));
            }
        }
        match self.quotite.iter().find(|q| fraction(**q).is_none()) {
            Some(q) => Err(format!("la quotité {q} n'a pas de fraction payée")),
            None => Ok(()),
        }
    }
}

/// The fraction paid of a quotité, 80 % being paid 6/7 and 90 % 32/35.
#[must_use]
pub fn fraction(quotite: u8) -> Option<(u32, u32)> {
    Some(match quotite {
        50 => (1, 2),
        60 => (3, 5),
        70 => (7, 10),
        80 => (6, 7),
        90 => (32, 35),
        100 => (1, 1),
        _ => return None,
    })
}

fn read_grid(path: &Path) -> Result<Vec<Grade>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{} : {e}", path.display()))?;
    let mut out: Vec<Grade> = Vec::new();
    for (k, line) in text.lines().enumerate().skip(1) {
        let bad = || format!("{} : la ligne {} n'est pas un échelon", path.display(), k + 1);
        let cells: Vec<&str> = line.split(',').collect();
        let [grade, code, step, index, months] = cells.as_slice() else { return Err(bad()) };
        let number = |cell: &str| cell.parse::<u32>().map_err(|_| bad());
        let (grade, step, index, months) = (number(grade)?, number(step)?, number(index)?, number(months)?);
        if step == 1 {
            out.push(Grade { code: (*code).to_owned(), steps: Vec::new() });
        }
        let at = out.len();
        let last = out.last_mut().filter(|_| grade as usize + 1 == at).ok_or_else(bad)?;
        last.steps.push((index, months));
        if last.steps.len() != step as usize || last.steps.len() > STEPS {
            return Err(bad());
        }
    }
    Ok(out)
}

/// A small generator: the draw is the same everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) % u64::from(bound)) as u32
    }
}
