//! Expressions and selections.

use std::fmt::Write as _;

use cadrage_value::Exact;

use crate::ast::{Aggregate, Criterion, CriterionKind, Expr, ExprKind, Member, Selection, Shift, UnitExpr, UnitFactor};
use crate::operators::{COMPARISON, CONVERT, NOT, SIGN, SUM, TIGHT, precedence, symbol};

/// Needs parentheses as soon as something binds on either side.
const LOOSE: u8 = 0;
/// `… pour <sélection>`: a following « et » would be read as one more criterion.
const FILTERED: u8 = 1;
/// The fallback of `à défaut` takes no suffix of its own.
const ATOM: u8 = TIGHT + 1;

/// An expression; reading it again gives the same tree.
#[must_use]
pub fn print_expression(e: &Expr) -> String {
    at_level(e, LOOSE)
}

/// A selection; reading it again gives the same one.
#[must_use]
pub fn print_selection(s: &Selection) -> String {
    s.criteria.iter().map(criterion).collect::<Vec<_>>().join(" et ")
}

fn criterion(c: &Criterion) -> String {
    let body = match &c.kind {
        CriterionKind::Members(axis, list) => match list.as_slice() {
            [one] => format!("{} {}", axis.value, member(one)),
            many => format!("{} ({})", axis.value, members(many)),
        },
        CriterionKind::Compare(name, op, bound) => format!("{} {} {}", name.value, symbol(*op), print_expression(bound)),
        CriterionKind::Between(name, a, b) => format!("{} entre {} et {}", name.value, print_expression(a), print_expression(b)),
        CriterionKind::Named(name) => name.value.clone(),
    };
    if c.negated { format!("hors {body}") } else { body }
}

pub(super) fn members(list: &[Member]) -> String {
    list.iter().map(member).collect::<Vec<_>>().join(" ; ")
}

fn member(m: &Member) -> String {
    match m {
        Member::Code(c) => c.value.clone(),
        Member::Label(l) => super::quoted(&l.value),
        Member::Range(a, b, _) => format!("{a} à {b}"),
    }
}

pub(super) fn unit(u: &UnitExpr) -> String {
    u.factors.iter().map(|f| f.text()).collect::<Vec<_>>().join("/")
}

/// A number and its unit, words in the plural from 2 on.
pub(super) fn quantity(x: &Exact, u: Option<&UnitExpr>) -> String {
    let digits = x.to_shortest().replace(cadrage_value::THIN_SPACE, " ");
    let Some(u) = u else { return digits };
    let many = !x.is_negative() && *x >= Exact::from_int(2);
    match u.factors.as_slice() {
        [word @ (UnitFactor::Point | UnitFactor::Agent | UnitFactor::Emploi | UnitFactor::Year | UnitFactor::Day | UnitFactor::Hour)]
            if many =>
        {
            format!("{digits} {}s", word.text())
        }
        _ => format!("{digits} {}", unit(u)),
    }
}

/// `e` in a place where only what binds at least as tightly as `around` goes without parentheses.
fn at_level(e: &Expr, around: u8) -> String {
    let (text, level) = with_level(e);
    if level < around { format!("({text})") } else { text }
}

fn with_level(e: &Expr) -> (String, u8) {
    match &e.kind {
        ExprKind::Number(x, u) => (quantity(x, u.as_ref()), if x.is_negative() { SIGN } else { ATOM }),
        ExprKind::Date(d) => (d.to_french(), ATOM),
        ExprKind::Month(m) => (m.to_french(), ATOM),
        ExprKind::Text(t) => (super::quoted(t), ATOM),
        ExprKind::Name(n) => (n.clone(), ATOM),
        ExprKind::Hole => ("?".to_owned(), ATOM),
        ExprKind::Distribute(a, k) => (format!("répartir {} au prorata de {}", a.value, k.value), ATOM),
        ExprKind::Call { name, arguments } => {
            let list: Vec<String> = arguments.iter().map(print_expression).collect();
            (format!("{}({})", name.value, list.join(" ; ")), ATOM)
        }
        ExprKind::Negate(x) => (format!("-{}", at_level(x, TIGHT)), SIGN),
        ExprKind::Not(x) => (format!("non {}", at_level(x, NOT + 1)), NOT),
        ExprKind::Binary(op, a, b) => {
            let mine = precedence(*op);
            let left = at_level(a, if mine == COMPARISON { CONVERT } else { mine });
            (format!("{left} {} {}", symbol(*op), at_level(b, mine + 1)), mine)
        }
        ExprKind::Between(x, a, b) => {
            (format!("{} entre {} et {}", at_level(x, CONVERT), at_level(a, CONVERT), at_level(b, CONVERT)), COMPARISON)
        }
        ExprKind::InList(x, list) => (format!("{} dans ({})", at_level(x, CONVERT), members(list)), COMPARISON),
        ExprKind::Convert(x, u) => (format!("{} en {}", at_level(x, SUM), unit(u)), CONVERT),
        ExprKind::If(c, a, b) => {
            (format!("si {} alors {} sinon {}", at_level(c, FILTERED), print_expression(a), print_expression(b)), LOOSE)
        }
        ExprKind::Select(cases, last) => {
            let mut text = String::from("selon\n");
            for (c, v) in cases {
                // A line that begins with a sign would carry on the line before.
                let condition = at_level(c, FILTERED);
                let condition = if condition.starts_with('-') { format!("({condition})") } else { condition };
                let _ = writeln!(text, "  {condition} : {}", super::indented(&print_expression(v)));
            }
            let _ = write!(text, "  sinon : {}\nfin", super::indented(&print_expression(last)));
            (text, LOOSE)
        }
        ExprKind::Aggregate { .. } => aggregate(&e.kind),
        ExprKind::Shifted(x, s) => (format!("{} {}", at_level(x, TIGHT), shift(*s)), TIGHT),
        ExprKind::AtLevel(x, level) => (format!("{} au niveau {}", at_level(x, TIGHT), level.value), TIGHT),
        ExprKind::OrElse(x, y) => {
            let fallback = match &y.kind {
                ExprKind::Negate(inner) => format!("-{}", at_level(inner, ATOM)),
                _ => at_level(y, ATOM),
            };
            (format!("{} à défaut {fallback}", at_level(x, TIGHT)), TIGHT)
        }
        // An aggregate would take the `pour` for itself.
        ExprKind::Filtered(x, s) => {
            let base = if matches!(x.kind, ExprKind::Aggregate { .. }) { ATOM } else { TIGHT };
            (format!("{} pour {}", at_level(x, base), print_selection(s)), FILTERED)
        }
    }
}

fn aggregate(kind: &ExprKind) -> (String, u8) {
    let ExprKind::Aggregate { kind, operand, weight, within, selection } = kind else { return (String::new(), ATOM) };
    let word = match kind {
        Aggregate::Sum => "somme",
        Aggregate::Total => "total",
        Aggregate::Mean => "moyenne",
        Aggregate::Cumulative => "cumul",
        Aggregate::Share => "part",
    };
    let operand = match &operand.kind {
        ExprKind::Name(n) => n.clone(),
        _ => format!("({})", print_expression(operand)),
    };
    let mut text = format!("{word} de {operand}");
    if let Some(w) = weight {
        let _ = write!(text, " pondérée par {}", w.value);
    }
    if let Some(w) = within {
        let _ = write!(text, " dans {}{}", super::article(&w.value), w.value);
    }
    if let Some(s) = selection {
        let _ = write!(text, " pour {}", print_selection(s));
    }
    (text, if selection.is_some() { FILTERED } else { TIGHT })
}

pub(super) fn shift(shift: Shift) -> String {
    match shift {
        Shift::PreviousMonth => "du mois précédent".to_owned(),
        Shift::PreviousYear => "de l'exercice précédent".to_owned(),
        Shift::LastPaid => "du dernier mois payé".to_owned(),
        Shift::EndOfMonth => "en fin de mois".to_owned(),
        Shift::InMonth(m) => format!("en {}", m.to_french()),
        Shift::InYear(y) => format!("en {y:04}"),
        Shift::OverYear(y) => format!("sur {y:04}"),
    }
}
