//! The typed hole: `?` stands for what the author does not know yet; the rest of the expression says which unit and grain it needs, and
//! which names in scope have them (decision 0019 of grammar/decisions).

use cadrage_ir::{COLUMNS, Dimension, Grain, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{Aggregate, BinaryOperator, Expr, ExprKind, Shift};
use cadrage_syntax::fold;

use crate::bounds::column_unit;
use crate::model::Kind;
use crate::scope::{Scope, Symbol};
use crate::units;

/// Most names proposed.
const MOST: usize = 5;

/// What is known of the place of a hole.
struct Place {
    unit: Option<Unit>,
    grain: Grain,
    span: Span,
}

impl Scope<'_> {
    /// Complains about the `?` of an expression, when it has one, with what it should be and the names that fit. `owner` is the formula
    /// being read, which cannot be its own answer.
    pub(crate) fn hole(&mut self, e: &Expr, unit: Option<&Unit>, grain: &Grain, owner: &str) -> bool {
        if !holds(e) {
            return false;
        }
        if let Some(place) = self.place(e, unit.cloned(), grain.clone()) {
            self.say(&place, owner);
        }
        true
    }

    fn say(&mut self, place: &Place, owner: &str) {
        let Some(unit) = &place.unit else {
            self.complain(
                Diagnostic::new(Code::U08, "rien ici ne dit l'unité de `?`", place.span)
                    .here("à trouver")
                    .help("remplacez `?` par un nom ou un nombre avec son unité"),
            );
            return;
        };
        // A constant is made of numbers only: it has no owner, and no name to propose.
        let fitting = if owner.is_empty() { Vec::new() } else { self.fitting(unit, &place.grain, owner) };
        let shown = if unit.is_pure() { "un nombre ou un pourcentage".to_owned() } else { format!("en {unit}") };
        let help = if fitting.is_empty() {
            let example = if unit.is_pure() { "`5 %`".to_owned() } else { format!("`10 {unit}`") };
            format!("écrivez un nombre, comme {example} ; aucun nom déclaré ici ne convient")
        } else {
            let more = if fitting.len() > MOST { " …" } else { "" };
            let plural = if fitting.len() > 1 { "s" } else { "" };
            format!("candidat{plural} : {}{more}", fitting.iter().take(MOST).cloned().collect::<Vec<_>>().join(", "))
        };
        self.complain(Diagnostic::new(Code::U08, format!("`?` doit être {shown}"), place.span).here("à trouver").help(help));
    }

    /// Names in scope of this unit that can be read at this grain, constants first: `valeur_du_point` (€/point/an, convertie).
    fn fitting(&self, unit: &Unit, grain: &Grain, owner: &str) -> Vec<String> {
        let owner = fold(owner);
        let mut out: Vec<(u8, String)> = Vec::new();
        for (symbol, name) in self.declared_names().filter(|(_, name)| fold(name) != owner) {
            match symbol {
                Symbol::Parameter(p) => {
                    if let Some((has, written)) = self.parameter_units.get(p.index())
                        && has == unit
                    {
                        let converted = if unit.is_pure() || *written == unit.to_string() { "" } else { ", convertie" };
                        out.push((0, format!("`{name}` ({written}{converted})")));
                    }
                }
                Symbol::Formula(f) => {
                    if let Some(header) = self.header(f)
                        && header.unit == *unit
                        && header.grain == *grain
                    {
                        out.push((2, format!("`{name}` ({}, {})", shown(unit), header.grain)));
                    }
                }
                Symbol::Column(c) => {
                    if let Some(spec) = COLUMNS.get(c.index())
                        && column_unit(c) == *unit
                        && spec.grain == *grain
                    {
                        out.push((1, format!("`{name}` ({}, {})", shown(unit), spec.grain)));
                    }
                }
                _ => {}
            }
        }
        out.sort();
        out.into_iter().map(|(_, text)| text).collect()
    }

    /// Where the hole is and what the expression around it asks of it.
    fn place(&mut self, e: &Expr, wanted: Option<Unit>, grain: Grain) -> Option<Place> {
        match &e.kind {
            ExprKind::Hole => Some(Place { unit: wanted, grain, span: e.span }),
            ExprKind::Negate(x) | ExprKind::Not(x) => self.place(x, wanted, grain),
            ExprKind::Binary(op, a, b) => self.operand(*op, a, b, wanted, grain),
            ExprKind::Between(..) | ExprKind::If(..) | ExprKind::Select(..) | ExprKind::OrElse(..) => self.branch(e, wanted, grain),
            ExprKind::Convert(x, unit) => self.place(x, Some(units::resolve(unit).0), grain),
            ExprKind::Aggregate { kind, operand, .. } => {
                let inside =
                    if matches!(kind, Aggregate::Sum | Aggregate::Total) && grain == Grain::Agent { Grain::Situation } else { grain };
                let share = *kind == Aggregate::Share;
                self.place(operand, wanted.filter(|_| !share), inside)
            }
            ExprKind::Shifted(x, shift) => {
                let inside = if *shift == Shift::EndOfMonth { Grain::Situation } else { grain };
                self.place(x, wanted, inside)
            }
            ExprKind::Call { name, arguments } => self.argument(&name.value, arguments, wanted, grain),
            ExprKind::AtLevel(x, _) | ExprKind::Filtered(x, _) => self.place(x, wanted, grain),
            _ => None,
        }
    }

    /// One side of an operation: the other side says the unit.
    fn operand(&mut self, op: BinaryOperator, a: &Expr, b: &Expr, wanted: Option<Unit>, grain: Grain) -> Option<Place> {
        let left = holds(a);
        let (side, other) = if left { (a, b) } else { (b, a) };
        if matches!(op, BinaryOperator::And | BinaryOperator::Or) {
            return self.place(side, None, grain);
        }
        let known = self.unit_of(other, &grain);
        let unit = match op {
            BinaryOperator::Multiply => known.and_then(|u| wanted.map(|w| of_work(w, &u).divide(&u))),
            BinaryOperator::Divide if left => known.and_then(|u| wanted.map(|w| w.multiply(&u))),
            BinaryOperator::Divide => known.and_then(|u| wanted.map(|w| u.divide(&w))),
            BinaryOperator::Add | BinaryOperator::Subtract => known.or(wanted),
            _ => known,
        };
        self.place(side, unit, grain)
    }

    /// A branch of a condition, or what stands for a missing value: the others have its unit.
    fn branch(&mut self, e: &Expr, wanted: Option<Unit>, grain: Grain) -> Option<Place> {
        let (conditions, values): (Vec<&Expr>, Vec<&Expr>) = match &e.kind {
            ExprKind::If(c, a, b) => (vec![c], vec![a, b]),
            ExprKind::Select(cases, last) => {
                (cases.iter().map(|(c, _)| c).collect(), cases.iter().map(|(_, v)| v).chain([&**last]).collect())
            }
            ExprKind::Between(x, a, b) => (Vec::new(), vec![x, a, b]),
            ExprKind::OrElse(x, y) => (Vec::new(), vec![x, y]),
            _ => return None,
        };
        if let Some(condition) = conditions.into_iter().find(|c| holds(c)) {
            return self.place(condition, None, grain);
        }
        let wanted = if matches!(e.kind, ExprKind::Between(..)) { None } else { wanted };
        let unit = wanted.or_else(|| values.iter().filter(|v| !holds(v)).find_map(|v| self.unit_of(v, &grain)));
        values.into_iter().find(|v| holds(v)).and_then(|v| self.place(v, unit, grain))
    }

    fn argument(&mut self, name: &str, arguments: &[Expr], wanted: Option<Unit>, grain: Grain) -> Option<Place> {
        let argument = arguments.iter().find(|a| holds(a))?;
        let unit = match fold(name).as_str() {
            "min" | "max" => wanted.or_else(|| arguments.iter().filter(|a| !holds(a)).find_map(|a| self.unit_of(a, &grain))),
            "si" if arguments.first().is_some_and(holds) => None,
            "abs" | "arrondi" | "si" => wanted,
            _ => None,
        };
        self.place(argument, unit, grain)
    }

    /// The unit of the rest, whose own mistakes are complained about; a bare 0 goes with any unit, so it says nothing.
    fn unit_of(&mut self, e: &Expr, grain: &Grain) -> Option<Unit> {
        let x = self.expression(e, grain)?;
        if matches!(&x.kind, Kind::Literal(v) if v.is_zero()) {
            return None;
        }
        x.ty.unit().cloned()
    }
}

/// A year of work is twelve months of it: a formula en ETPT is an ETP times a duration.
fn of_work(wanted: Unit, other: &Unit) -> Unit {
    let work = wanted == Unit::of(Dimension::Etpt) || wanted == Unit::of(Dimension::Etpf);
    if work && other.exponent(Dimension::Etp) == 1 { Unit::of(Dimension::Etp).times(Dimension::Month, 1) } else { wanted }
}

fn shown(unit: &Unit) -> String {
    if unit.is_pure() { "nombre".to_owned() } else { unit.to_string() }
}

/// Has it a `?` its author wrote? What stands for an unreadable expression is a hole as well, but as wide as the words it replaces.
pub(crate) fn holds(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Hole => e.span.end == e.span.start + 1,
        ExprKind::Negate(x)
        | ExprKind::Not(x)
        | ExprKind::Convert(x, _)
        | ExprKind::Shifted(x, _)
        | ExprKind::AtLevel(x, _)
        | ExprKind::Filtered(x, _)
        | ExprKind::InList(x, _) => holds(x),
        ExprKind::Binary(_, a, b) | ExprKind::OrElse(a, b) => holds(a) || holds(b),
        ExprKind::Between(a, b, c) | ExprKind::If(a, b, c) => holds(a) || holds(b) || holds(c),
        ExprKind::Select(cases, last) => holds(last) || cases.iter().any(|(c, v)| holds(c) || holds(v)),
        ExprKind::Call { arguments, .. } => arguments.iter().any(holds),
        ExprKind::Aggregate { operand, .. } => holds(operand),
        _ => false,
    }
}
