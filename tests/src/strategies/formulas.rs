//! Formulas: a header, a scope, exceptions, a rounding, what they feed, how they add up.

use std::fmt::Write as _;

use super::boxes::{exceptions, selection};
use super::quantities::{DECLARED, Quantity};
use super::world::ELEMENTS;
use super::writer::{At, LEVELS, Measure, Rule, Writer};

impl Writer<'_> {
    /// One more formula at a grain.
    pub(super) fn formula_declaration(&mut self, at: At) -> String {
        let name = format!("f{}", self.formulas.len() + 1);
        let heads = at == At::Agent && self.choices.chance(8);
        let of = if heads {
            Quantity::Heads
        } else if at == At::Line {
            self.choices.weighted(&[(4, Quantity::Euro), (1, Quantity::Worked), (2, Quantity::Number)]).unwrap_or(Quantity::Euro)
        } else {
            self.choices.weighted(DECLARED).unwrap_or(Quantity::Euro)
        };
        let feeding = self.fed(of, at);
        let (rule, mode) = self.rule(of, at);
        self.reading.clear();
        self.crossing = false;
        self.feeding = feeding;
        self.own = Some((name.clone(), of, at, rule));
        let mut out = format!("formule {name} en {} par {} :\n", of.written(), at.written());
        if self.choices.chance(15)
            && let Some((words, columns)) = selection(self.choices, at.asked())
        {
            self.data.extend(columns);
            let _ = writeln!(out, "  pour {words}");
        }
        let depth = 1 + self.choices.weighted(&[(2, 0), (3, 1), (4, 2), (1, 3)]).unwrap_or(0);
        let equation = if heads { "1 agent".to_owned() } else { self.expression(of, at, depth) };
        let _ = writeln!(out, "  = {equation}");
        if self.choices.chance(20) {
            for (words, _) in exceptions(self.choices, at.asked()) {
                let value = self.expression(of, at, 1);
                let _ = writeln!(out, "  sauf pour {words} : {value}");
            }
        }
        let rounding = self.rounding(feeding.is_some());
        if let Some(rounding) = &rounding {
            let _ = writeln!(out, "  {rounding}");
        }
        if let Some(rubrique) = feeding {
            let _ = writeln!(out, "  alimente rubrique {rubrique}");
            if self.choices.chance(15) {
                out.push_str("  sans rappel\n");
            }
        }
        if let Some(mode) = mode {
            let _ = writeln!(out, "  agrégation {mode}");
        }
        out.push_str("fin\n");
        let mut reads = std::mem::take(&mut self.reading);
        reads.insert(self.formulas.len());
        let crosses = self.crossing || matches!(at, At::Level(_));
        self.formulas.push(Measure { name, of, at, rule, rubrique: feeding, reads, crosses, rounding });
        self.own = None;
        self.feeding = None;
        out
    }

    /// A rubrique to feed: each once, none whose base is already read, none once lines are gathered.
    fn fed(&mut self, of: Quantity, at: At) -> Option<&'static str> {
        if of != Quantity::Euro || at != At::Agent || self.lines_closed || !self.choices.chance(50) {
            return None;
        }
        let taken = |code: &str| self.formulas.iter().any(|f| f.rubrique == Some(code));
        let closed = |bases: &str| bases.split(" ; ").any(|b| self.closed.contains(b));
        let free: Vec<&'static str> =
            ELEMENTS.iter().filter(|(code, _, bases)| !taken(code) && !closed(bases)).map(|(code, ..)| *code).collect();
        self.choices.pick(&free).copied()
    }

    /// How it adds up, and the line that says it.
    fn rule(&mut self, of: Quantity, at: At) -> (Rule, Option<String>) {
        let usual = if matches!(of, Quantity::Euro | Quantity::Worked) { Rule::Sum } else { Rule::None };
        if of == Quantity::Heads {
            return (Rule::Distinct, Some("distincte ; temps dernier".to_owned()));
        }
        match self.choices.below(6) {
            1 => (Rule::Sum, Some("somme".to_owned())),
            2 => (Rule::SumThenMean, Some("somme ; temps moyenne".to_owned())),
            3 => (Rule::SumThenLast, Some("somme ; temps dernier".to_owned())),
            4 if !matches!(at, At::Level(_)) => {
                let known: Vec<String> = self.formulas.iter().filter(|f| f.at == at).map(|f| f.name.clone()).collect();
                match self.choices.pick(&known) {
                    Some(weight) => (Rule::Mean, Some(format!("moyenne pondérée par {weight}"))),
                    None => (usual, None),
                }
            }
            _ => (usual, None),
        }
    }

    fn rounding(&mut self, needed: bool) -> Option<String> {
        if !needed && !self.choices.chance(45) {
            return None;
        }
        let rule = self.choices.weighted(&[(3, ""), (1, "inférieur "), (1, "supérieur ")]).unwrap_or("");
        let place = match self.choices.weighted(&[(4, 0), (1, 1), (3, 2)]).unwrap_or(0) {
            0 => "au centime".to_owned(),
            1 => "à l'euro".to_owned(),
            _ => format!("à {} décimales", self.choices.below(7)),
        };
        Some(format!("arrondi {rule}{place}"))
    }

    /// A level among those that make sense.
    pub(super) fn some_level(&mut self) -> At {
        At::Level(self.choices.pick(LEVELS).copied().unwrap_or("établissement"))
    }
}
