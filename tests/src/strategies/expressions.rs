//! Expressions of a wanted quantity at a wanted grain. Everything written is safe as an operand: a name, a number, a call, or
//! something between parentheses.

use std::collections::BTreeSet;

use super::boxes::{Asked, selection};
use super::quantities::{Quantity, literal};
use super::world::BASES;
use super::{Choices, world};

/// For what a value is (the grains of the language).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Situation,
    Agent,
    Line,
    Level(&'static str),
}

impl At {
    pub(super) fn written(self) -> &'static str {
        match self {
            At::Situation => "situation",
            At::Agent => "agent",
            At::Line => "ligne",
            At::Level(name) => name,
        }
    }

    pub(super) fn asked(self) -> Asked {
        match self {
            At::Situation | At::Agent => Asked::Rows,
            At::Line => Asked::Lines,
            At::Level(name) => Asked::Level(name),
        }
    }

    /// Has a row of this grain the attribute?
    pub(super) fn has(self, attribute: &str) -> bool {
        match self {
            At::Situation | At::Agent => true,
            At::Line => attribute != "zone",
            At::Level(own) => own == attribute || matches!((own, attribute), ("structure", "composante" | "zone") | ("grade", "corps")),
        }
    }

    /// May a row of this grain read its member of a level?
    pub(super) fn reads(self, level: &str) -> bool {
        level == "établissement" || self.has(level)
    }
}

/// Levels that formulas are made for.
pub(super) const LEVELS: &[&str] = &["établissement", "composante", "corps", "grade", "statut", "structure"];

/// How a measure adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Sum,
    SumThenMean,
    SumThenLast,
    Distinct,
    Mean,
    None,
}

impl Rule {
    /// Has it a value over an exercice?
    fn over_year(self) -> bool {
        matches!(self, Rule::Sum | Rule::SumThenMean | Rule::SumThenLast | Rule::Distinct)
    }
}

/// A constant or a hypothesis already written.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) of: Quantity,
    /// The attributes its exceptions ask for.
    pub(super) asks: Vec<&'static str>,
    /// Its values have a bounded number of decimals.
    pub(super) precise: bool,
}

/// A scale already written.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    pub(super) name: String,
    /// The unit of its bounds.
    pub(super) unit: &'static str,
}

/// A formula already written.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub(super) name: String,
    pub(super) of: Quantity,
    pub(super) at: At,
    pub(super) rule: Rule,
    /// The rubrique it feeds.
    pub(super) rubrique: Option<&'static str>,
    /// Itself and all it reads, however far below.
    pub(super) reads: BTreeSet<usize>,
    /// It reads what many rows make together.
    pub(super) crosses: bool,
    /// `arrondi …`, as written.
    pub(super) rounding: Option<String>,
}

/// A script being written.
pub(super) struct Writer<'c> {
    pub(super) choices: &'c mut Choices,
    pub(super) values: Vec<Named>,
    pub(super) scales: Vec<Scale>,
    pub(super) calendars: Vec<String>,
    pub(super) formulas: Vec<Measure>,
    /// Data that something reads.
    pub(super) data: BTreeSet<&'static str>,
    /// Bases that a formula reads: nothing written later may feed them.
    pub(super) closed: BTreeSet<&'static str>,
    /// A level gathers lines: nothing written later may feed.
    pub(super) lines_closed: bool,
    /// What the formula being written reads.
    pub(super) reading: BTreeSet<usize>,
    /// The formula being written reads what many rows make together.
    pub(super) crossing: bool,
    /// The formula being written feeds this rubrique.
    pub(super) feeding: Option<&'static str>,
    /// Its own name and quantity, for recurrences.
    pub(super) own: Option<(String, Quantity, At, Rule)>,
    /// The population `p1` is declared.
    pub(super) population: bool,
}

/// What a leaf may be.
#[derive(Clone, Copy)]
enum Leaf {
    Literal,
    Value,
    Column,
    Formula,
    Situations,
    LastSituation,
    Time,
    Paid,
    Base,
    Level,
    Gathered,
    Calendar,
    Clock,
    Share,
}

impl Writer<'_> {
    /// A value of a quantity at a grain.
    pub(super) fn expression(&mut self, of: Quantity, at: At, depth: u32) -> String {
        let start = self.choices.taken().len();
        let made = self.operation(of, at, depth);
        self.choices.mark(start);
        made
    }

    fn operation(&mut self, of: Quantity, at: At, depth: u32) -> String {
        if depth == 0 {
            return self.leaf(of, at, 0);
        }
        let shapes: &[(u32, u32)] =
            &[(8, 0), (4, 1), (4, 2), (3, 3), (1, 4), (1, 5), (2, 6), (2, 7), (3, 8), (1, 9), (2, 10), (1, 11), (1, 12)];
        let next = depth - 1;
        match self.choices.weighted(shapes).unwrap_or(0) {
            1 => format!("({} + {})", self.expression(of, at, next), self.expression(of, at, next)),
            2 => {
                let (a, b) = self.choices.pick(of.factors()).copied().unwrap_or((of, Quantity::Number));
                format!("({} * {})", self.expression(a, at, next), self.expression(b, at, next))
            }
            3 => format!("({} - {})", self.expression(of, at, next), self.expression(of, at, next)),
            4 => format!("(-{})", self.expression(of, at, next)),
            5 => format!("abs({})", self.expression(of, at, next)),
            6 => {
                let word = self.choices.pick(&["min", "max"]).copied().unwrap_or("min");
                let list = (0..2 + self.choices.below(2)).map(|_| self.expression(of, at, next)).collect::<Vec<_>>();
                format!("{word}({})", list.join(" ; "))
            }
            7 => format!("ARRONDI({} ; {})", self.expression(of, at, next), self.choices.below(7)),
            8 => {
                let condition = self.condition(at, next);
                format!("(si {condition} alors {} sinon {})", self.expression(of, at, next), self.expression(of, at, next))
            }
            9 => {
                let cases: Vec<String> = (0..1 + self.choices.below(2))
                    .map(|_| format!("    {} : {}\n", self.condition(at, next), self.expression(of, at, next)))
                    .collect();
                format!("(selon\n{}    sinon : {}\n  fin)", cases.concat(), self.expression(of, at, next))
            }
            10 => self.quotient(of, at, next),
            11 => format!("({} à défaut {})", self.leaf(of, at, next), self.leaf(of, at, 0)),
            12 if of == Quantity::Euro && !self.scales.is_empty() => {
                let scale = self.choices.pick(&self.scales).map_or_else(String::new, |s| s.name.clone());
                let base = self.expression(of, at, next);
                match self.choices.below(4) {
                    0 | 1 => format!("{scale}({base})"),
                    k => format!("{scale}({base} ; {})", k - 1),
                }
            }
            _ => self.leaf(of, at, next),
        }
    }

    /// A quotient: mostly by a number that is not 0, now and then by whatever comes.
    fn quotient(&mut self, of: Quantity, at: At, next: u32) -> String {
        let (a, b) = self.choices.pick(of.quotients()).copied().unwrap_or((of, Quantity::Number));
        let above = self.expression(a, at, next);
        if b == Quantity::Number && !self.choices.chance(35) {
            let by = self.choices.pick(&["2", "3", "12", "7", "0,3", "(-4)", "1 000", "0,0001"]).copied().unwrap_or("2");
            return format!("({above} / {by})");
        }
        let below = self.expression(b, at, next);
        if self.choices.chance(50) {
            // An arm that is not taken does not fault.
            let zero = format!("0 {}", b.written());
            format!("(si {below} = {zero} alors {} sinon {above} / {below})", literal(self.choices, of))
        } else {
            format!("({above} / {below})")
        }
    }

    /// A condition at a grain.
    pub(super) fn condition(&mut self, at: At, depth: u32) -> String {
        let shapes: &[(u32, u32)] = &[(5, 0), (2, 1), (2, 2), (1, 3), (1, 4), (1, 5), (1, 6)];
        let next = depth.saturating_sub(1);
        match self.choices.weighted(shapes).unwrap_or(0) {
            1 => {
                let operator = self.choices.pick(&[">=", "<", "=", ">", "<=", "<>"]).copied().unwrap_or(">=");
                format!("mois {operator} {:02}/{}", 1 + self.choices.below(12), 2025 + self.choices.below(3))
            }
            2 if self.population && matches!(at, At::Situation | At::Agent) && self.choices.chance(50) => "p1".to_owned(),
            2 => match self.code(at) {
                Some(found) => found,
                None => "(mois = 3)".to_owned(),
            },
            3 if depth > 0 => format!("({} et {})", self.condition(at, next), self.condition(at, next)),
            4 if depth > 0 => format!("({} ou {})", self.condition(at, next), self.condition(at, next)),
            5 if depth > 0 => format!("(non {})", self.condition(at, next)),
            6 if matches!(at, At::Situation | At::Agent) => {
                let column = self.choices.pick(&["date_entrée", "date_naissance", "fin_de_contrat"]).copied().unwrap_or("date_entrée");
                self.data.insert(column);
                let end = if at == At::Agent { " en fin de mois" } else { "" };
                let bound = self.choices.pick(&["01/09/2021", "2022-01-15", "03/2024", "01/01/1970"]).copied().unwrap_or("01/09/2021");
                let operator = self.choices.pick(&[">=", "<", ">", "<=", "="]).copied().unwrap_or(">=");
                format!("({column}{end} {operator} {bound})")
            }
            _ => {
                let of = self
                    .choices
                    .weighted(&[(3, Quantity::Euro), (3, Quantity::Number), (1, Quantity::Months), (1, Quantity::Points)])
                    .unwrap_or(Quantity::Euro);
                let operator = self.choices.pick(&[">", ">=", "<", "<=", "=", "<>"]).copied().unwrap_or(">");
                let left = self.leaf(of, at, next.min(1));
                format!("({left} {operator} {})", self.expression(of, at, next.min(1)))
            }
        }
    }

    /// `corps = PR`, `grade dans (PR_1C ; PR_2C)`.
    fn code(&mut self, at: At) -> Option<String> {
        let list = [
            "(corps = PR)",
            "(composante = DROIT)",
            "(statut <> CDD)",
            "(zone = 1)",
            "(grade dans (PR_1C ; MCF_CN))",
            "(structure dans (DRO_PUB ; SCI_PHY))",
        ];
        let own: Vec<&str> = list.into_iter().filter(|c| at.has(c.trim_start_matches('(').split(' ').next().unwrap_or_default())).collect();
        self.choices.pick(&own).map(|c| (*c).to_owned())
    }

    /// Something that is not an operation, or a word that crosses grains or months.
    fn leaf(&mut self, of: Quantity, at: At, depth: u32) -> String {
        let across = |w: u32| if depth > 0 { w } else { 0 };
        let shapes: Vec<(u32, Leaf)> = match at {
            At::Situation => {
                vec![(2, Leaf::Literal), (3, Leaf::Value), (8, Leaf::Column), (3, Leaf::Formula), (1, Leaf::Calendar), (1, Leaf::Level)]
            }
            At::Agent => vec![
                (2, Leaf::Literal),
                (4, Leaf::Value),
                (across(7), Leaf::Situations),
                (4, Leaf::LastSituation),
                (6, Leaf::Formula),
                (4, Leaf::Time),
                (2, Leaf::Paid),
                (1, Leaf::Base),
                (2, Leaf::Level),
                (1, Leaf::Share),
                (1, Leaf::Calendar),
                (1, Leaf::Clock),
            ],
            At::Line => vec![
                (2, Leaf::Literal),
                (3, Leaf::Value),
                (6, Leaf::Column),
                (3, Leaf::Formula),
                (3, Leaf::Level),
                (2, Leaf::Time),
                (1, Leaf::Clock),
            ],
            At::Level(_) => vec![
                (2, Leaf::Literal),
                (2, Leaf::Value),
                (10, Leaf::Gathered),
                (4, Leaf::Formula),
                (3, Leaf::Time),
                (2, Leaf::Level),
                (1, Leaf::Calendar),
            ],
        };
        // What is drawn may not exist in this quantity: others are tried before a mere number.
        for _ in 0..3 {
            let found = match self.choices.weighted(&shapes).unwrap_or(Leaf::Literal) {
                Leaf::Literal => break,
                Leaf::Value => self.value(of, at),
                Leaf::Column => self.column(of, at),
                Leaf::Formula => self.formula_read(of, at, |_| true),
                Leaf::Situations => Some(self.situations(of, depth)),
                Leaf::LastSituation => Some(self.last_situation(of, depth)),
                Leaf::Time => self.time(of, at),
                Leaf::Paid => self.paid(of, at),
                Leaf::Base => self.base(of, at),
                Leaf::Level => self.level(of, at),
                Leaf::Gathered => self.gathered(of, at, depth),
                Leaf::Share => self.share(of, at),
                Leaf::Calendar if of == Quantity::Number => self.choices.pick(&self.calendars).cloned(),
                Leaf::Clock if of == Quantity::Number => self.choices.pick(&["mois", "exercice"]).map(|w| (*w).to_owned()),
                Leaf::Calendar | Leaf::Clock => None,
            };
            if let Some(found) = found {
                return found;
            }
        }
        literal(self.choices, of)
    }

    fn value(&mut self, of: Quantity, at: At) -> Option<String> {
        let known: Vec<&Named> = self.values.iter().filter(|v| v.of == of && v.asks.iter().all(|a| at.has(a))).collect();
        self.choices.pick(&known).map(|v| v.name.clone())
    }

    fn column(&mut self, of: Quantity, at: At) -> Option<String> {
        let list: &[&'static str] = match (at, of) {
            (At::Line, Quantity::Euro) => &["montant"],
            (At::Line, Quantity::Worked) => &["etpt_imputé"],
            (At::Line, _) => &[],
            (_, Quantity::Number) => &["quotité_rémunérée", "quotité", "enfants"],
            (_, Quantity::Points) => &["inm", "nbi_points"],
            (_, Quantity::Months) => &["présence", "ancienneté", "âge"],
            (_, Quantity::Monthly) => &["montant_forfait"],
            _ => &[],
        };
        let column = *self.choices.pick(list)?;
        self.data.insert(column);
        Some(column.to_owned())
    }

    /// The name of a formula of the same quantity and grain.
    fn formula_read(&mut self, of: Quantity, at: At, keep: impl Fn(&Measure) -> bool) -> Option<String> {
        let known: Vec<usize> =
            (0..self.formulas.len()).filter(|k| self.formulas.get(*k).is_some_and(|f| f.of == of && f.at == at && keep(f))).collect();
        let k = *self.choices.pick(&known)?;
        self.read(k)
    }

    /// Remembers what is read.
    fn read(&mut self, k: usize) -> Option<String> {
        let f = self.formulas.get(k)?;
        self.reading.extend(f.reads.iter().copied());
        self.crossing |= f.crosses || matches!(f.at, At::Level(_));
        Some(f.name.clone())
    }

    fn filter(&mut self, percent: u32) -> String {
        if !self.choices.chance(percent) {
            return String::new();
        }
        let Some((text, columns)) = selection(self.choices, Asked::Rows) else { return String::new() };
        self.data.extend(columns);
        format!(" pour {text}")
    }

    /// `somme de (…)` over the situations of the month.
    fn situations(&mut self, of: Quantity, depth: u32) -> String {
        let inside = self.expression(of, At::Situation, depth.saturating_sub(1));
        let inside = if inside.contains(' ') || inside.contains('(') { inside } else { format!("({inside} * 1)") };
        let filter = self.filter(20);
        let inside = if inside.starts_with('(') && closes_at_end(&inside) { inside } else { format!("({inside})") };
        format!("(somme de {inside}{filter})")
    }

    fn last_situation(&mut self, of: Quantity, depth: u32) -> String {
        let inside = if depth == 0 { self.leaf(of, At::Situation, 0) } else { self.expression(of, At::Situation, depth - 1) };
        let inside = if inside.contains(' ') && !closes_at_end(&inside) { format!("({inside})") } else { inside };
        format!("({inside} en fin de mois)")
    }

    /// A formula in another month.
    fn time(&mut self, of: Quantity, at: At) -> Option<String> {
        let own = self.own.clone().filter(|(_, q, own, _)| *q == of && *own == at);
        let recurrent = own.is_some() && self.choices.chance(40);
        if at == At::Line {
            let (name, ..) = own?;
            return Some(format!("({name} de l'exercice précédent à défaut 0)"));
        }
        if recurrent {
            // Once: a product of two would double its digits every month.
            self.own = None;
            let (name, ..) = own?;
            let step = self.choices.pick(&["du mois précédent", "de l'exercice précédent"]).copied().unwrap_or("du mois précédent");
            let start = literal(self.choices, of);
            return Some(format!("({name} {step} à défaut {start})"));
        }
        let known: Vec<usize> =
            (0..self.formulas.len()).filter(|k| self.formulas.get(*k).is_some_and(|f| f.of == of && f.at == at)).collect();
        let k = *self.choices.pick(&known)?;
        let rule = self.formulas.get(k)?.rule;
        let name = self.read(k)?;
        let year = 2025 + self.choices.below(3);
        let shape = self.choices.below(5);
        let start = if self.choices.chance(70) { format!(" à défaut {}", literal(self.choices, of)) } else { String::new() };
        Some(match shape {
            0 => format!("({name} du mois précédent{start})"),
            1 => format!("(cumul de {name})"),
            2 => format!("({name} de l'exercice précédent{start})"),
            3 => format!("({name} en {:02}/{year}{start})", 1 + self.choices.below(12)),
            _ if rule.over_year() => format!("({name} sur {year}{start})"),
            _ => format!("({name} en 12/{year}{start})"),
        })
    }

    /// What was paid of a formula.
    fn paid(&mut self, of: Quantity, at: At) -> Option<String> {
        if of != Quantity::Euro || at != At::Agent {
            return None;
        }
        let name = self.formula_read(of, at, |f| f.rubrique.is_some())?;
        Some(match self.choices.below(3) {
            0 => format!("({name} du dernier mois payé à défaut 0 €)"),
            1 => format!("(constaté({name}) à défaut 0 €)"),
            _ => format!("recalculé({name})"),
        })
    }

    /// `assiette(RG)`: closes the base to what is written later.
    fn base(&mut self, of: Quantity, at: At) -> Option<String> {
        if of != Quantity::Euro || at != At::Agent {
            return None;
        }
        let base = *self.choices.pick(BASES)?;
        let enters = |rubrique: &str| world::ELEMENTS.iter().any(|(r, _, bases)| *r == rubrique && bases.split(" ; ").any(|b| b == base));
        if self.feeding.is_some_and(enters) {
            return None;
        }
        self.closed.insert(base);
        let fed: Vec<usize> = self.formulas.iter().enumerate().filter(|(_, f)| f.rubrique.is_some_and(enters)).map(|(k, _)| k).collect();
        for k in fed {
            self.read(k);
        }
        Some(format!("assiette({base})"))
    }

    /// A value of a level, seen from a row of it.
    fn level(&mut self, of: Quantity, at: At) -> Option<String> {
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
    fn gathered(&mut self, of: Quantity, at: At, depth: u32) -> Option<String> {
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
    fn share(&mut self, of: Quantity, at: At) -> Option<String> {
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

/// Is the text one parenthesis, opened at its first sign and closed at its last?
fn closes_at_end(text: &str) -> bool {
    let mut depth = 0_i32;
    for (k, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return k + 1 == text.len() && text.starts_with('(');
        }
    }
    false
}
