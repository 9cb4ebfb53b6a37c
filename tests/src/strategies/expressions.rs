//! Expressions of a wanted quantity at a wanted grain. Everything written is safe as an operand: a name, a number, a call, or
//! something between parentheses.

use super::boxes::{Asked, selection};
use super::quantities::{Quantity, literal};
use super::world;
use super::world::BASES;
use super::writer::{At, Measure, Named, Writer};

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

    pub(super) fn column(&mut self, of: Quantity, at: At) -> Option<String> {
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
    pub(super) fn formula_read(&mut self, of: Quantity, at: At, keep: impl Fn(&Measure) -> bool) -> Option<String> {
        let known: Vec<usize> =
            (0..self.formulas.len()).filter(|k| self.formulas.get(*k).is_some_and(|f| f.of == of && f.at == at && keep(f))).collect();
        let k = *self.choices.pick(&known)?;
        self.read(k)
    }

    /// Remembers what is read.
    pub(super) fn read(&mut self, k: usize) -> Option<String> {
        let f = self.formulas.get(k)?;
        self.reading.extend(f.reads.iter().copied());
        self.crossing |= f.crosses || matches!(f.at, At::Level(_));
        Some(f.name.clone())
    }

    pub(super) fn filter(&mut self, percent: u32) -> String {
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
