//! What crosses grains between people: values of levels, what levels gather, amounts shared.

use super::quantities::{Quantity, literal};
use super::writer::{At, LEVELS, Measure, Rule, Writer};

impl Writer<'_> {
    /// A value of a level, seen from a row of it.
    pub(super) fn level(&mut self, of: Quantity, at: At) -> Option<String> {
        let level_of = |m: &Measure| if let At::Level(level) = m.at { Some(level) } else { None };
        let own = |level: &str| {
            at == At::Level(match level {
                "établissement" => "établissement",
                _ => "",
            })
        };
        let known: Vec<(usize, &'static str)> = (0..self.formulas.len())
            .filter_map(|k| Some((k, self.formulas.get(k).filter(|f| f.of == of).and_then(level_of)?)))
            .filter(|(_, level)| at.reads(level) && at != At::Level(level) && !own(level))
            .collect();
        let by_rule: Vec<usize> = (0..self.formulas.len())
            .filter(|k| {
                self.formulas.get(*k).is_some_and(|f| {
                    let adds = matches!(f.rule, Rule::Sum | Rule::SumThenMean | Rule::SumThenLast | Rule::Mean);
                    f.of == of && adds && (f.at == At::Agent || (at != At::Line && f.at == At::Situation))
                })
            })
            .collect();
        if at == At::Line || (!known.is_empty() && self.choices.chance(60)) {
            let (k, level) = *self.choices.pick(&known)?;
            let name = self.read(k)?;
            return Some(format!("({name} au niveau {level})"));
        }
        let k = *self.choices.pick(&by_rule)?;
        let levels: Vec<&str> = LEVELS.iter().copied().filter(|l| at.reads(l) && at != At::Level(l)).collect();
        let level = *self.choices.pick(&levels)?;
        let name = self.read(k)?;
        self.crossing = true;
        if self.choices.chance(25) {
            let filter = self.filter(100);
            return Some(format!("({name}{filter})"));
        }
        Some(format!("({name} au niveau {level})"))
    }

    /// What the rows of a level make together.
    pub(super) fn gathered(&mut self, of: Quantity, at: At, depth: u32) -> Option<String> {
        let At::Level(_) = at else { return None };
        self.crossing = true;
        let shape = self.choices.weighted(&[(6, 0), (3, 1), (2, 2), (2, 3), (2, 4), (1, 5)]).unwrap_or(0);
        let filter = self.filter(25);
        let sums = |f: &Measure| matches!(f.rule, Rule::Sum | Rule::SumThenMean | Rule::SumThenLast) && f.at != At::Level("");
        match shape {
            // An expression of situations, or of formulas by agent.
            1 | 2 if of != Quantity::Heads => {
                let (a, b) = self.choices.pick(of.factors()).copied().unwrap_or((of, Quantity::Number));
                let grain = if shape == 1 { At::Situation } else { At::Agent };
                let first = if grain == At::Situation { self.column(a, grain) } else { self.formula_read(a, grain, |_| true) }?;
                let second = if grain == At::Situation {
                    self.expression(b, grain, depth.min(2))
                } else {
                    match self.formula_read(b, grain, |_| true) {
                        Some(name) => name,
                        None => literal(self.choices, b),
                    }
                };
                Some(format!("(somme de ({first} * {second}){filter})"))
            }
            3 => {
                let k = self.row_formula(|f| f.of == of)?;
                let (grain, name) = self.formulas.get(k).map(|f| (f.at, f.name.clone()))?;
                self.read_row(k);
                let weights: Vec<usize> =
                    (0..self.formulas.len()).filter(|w| self.formulas.get(*w).is_some_and(|f| f.at == grain)).collect();
                if grain == At::Agent && self.choices.chance(40) {
                    return Some(format!("(moyenne de {name}{filter})"));
                }
                let w = *self.choices.pick(&weights)?;
                self.read_row(w);
                let weight = self.formulas.get(w)?.name.clone();
                Some(format!("(moyenne de {name} pondérée par {weight}{filter})"))
            }
            4 if of == Quantity::Number && at != At::Level("établissement") => {
                let k = self.row_formula(|f| f.at == At::Agent && matches!(f.rule, Rule::Sum | Rule::SumThenMean))?;
                self.read_row(k);
                Some(format!("(part de {} dans l'établissement)", self.formulas.get(k)?.name))
            }
            5 => {
                let k = self.row_formula(|f| f.of == of && sums(f))?;
                self.read_row(k);
                let member = if filter.is_empty() { " pour corps PR".to_owned() } else { filter };
                Some(format!("({}{member})", self.formulas.get(k)?.name))
            }
            _ if of == Quantity::Heads => {
                let k = self.row_formula(|f| f.rule == Rule::Distinct)?;
                self.read_row(k);
                Some(format!("(somme de {}{filter})", self.formulas.get(k)?.name))
            }
            _ => {
                let k = self.row_formula(|f| f.of == of && sums(f))?;
                self.read_row(k);
                Some(format!("(somme de {}{filter})", self.formulas.get(k)?.name))
            }
        }
    }

    /// A formula of rows that a level may gather.
    fn row_formula(&mut self, keep: impl Fn(&Measure) -> bool) -> Option<usize> {
        let rows = |f: &Measure| matches!(f.at, At::Situation | At::Agent | At::Line);
        let known: Vec<usize> = (0..self.formulas.len()).filter(|k| self.formulas.get(*k).is_some_and(|f| rows(f) && keep(f))).collect();
        self.choices.pick(&known).copied()
    }

    /// Reads a formula of rows; lines are made of all that feeds.
    fn read_row(&mut self, k: usize) {
        self.read(k);
        if self.formulas.get(k).is_some_and(|f| f.at == At::Line) {
            self.lines_closed = true;
        }
    }

    /// `répartir … au prorata de …`.
    pub(super) fn share(&mut self, of: Quantity, at: At) -> Option<String> {
        if at != At::Agent {
            return None;
        }
        let amounts: Vec<String> = self.values.iter().filter(|v| v.of == of && v.asks.is_empty()).map(|v| v.name.clone()).collect();
        let levels: Vec<usize> = (0..self.formulas.len())
            .filter(|k| self.formulas.get(*k).is_some_and(|f| f.of == of && matches!(f.at, At::Level(_))))
            .collect();
        let weights: Vec<usize> = (0..self.formulas.len()).filter(|k| self.formulas.get(*k).is_some_and(|f| f.at == At::Agent)).collect();
        let w = *self.choices.pick(&weights)?;
        let amount = if levels.is_empty() || self.choices.chance(50) {
            self.choices.pick(&amounts)?.clone()
        } else {
            let k = *self.choices.pick(&levels)?;
            self.read(k)?
        };
        self.read(w);
        self.crossing = true;
        let weight = self.formulas.get(w)?.name.clone();
        Some(format!("(répartir {amount} au prorata de {weight})"))
    }
}
