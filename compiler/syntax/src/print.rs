//! Expressions and selections back to canonical text: accents, ` ; `, French numbers.

use std::fmt::Write as _;

use crate::ast::{Aggregate, CriterionKind, Declaration, Expr, ExprKind, File, Member, Selection, Shift, UnitExpr, UnitFactor};
use crate::operators::{precedence, symbol};

/// A file's formulas, constants and populations, one per paragraph, for `cadrage montrer arbre`.
#[must_use]
pub fn print(file: &File) -> String {
    let mut out = String::new();
    for declaration in &file.declarations {
        match declaration {
            Declaration::Module(m) => {
                let _ = writeln!(out, "module {} version \"{}\"", m.name.value, m.version.value);
            }
            Declaration::Import(m) => {
                let _ = writeln!(out, "utiliser {} version \"{}\"", m.name.value, m.version.value);
            }
            Declaration::Population(p) => {
                let _ = writeln!(out, "population {} = {}", p.name.value, print_selection(&p.selection));
            }
            Declaration::Value(v) => {
                let _ = writeln!(out, "valeur {} en {}", v.name.value, unit(&v.unit));
                for entry in &v.entries {
                    let _ = writeln!(out, "  {} : {}", entry_kind(&entry.kind), print_expression(&entry.value));
                }
            }
            Declaration::Formula(f) => {
                let _ = writeln!(out, "formule {} en {} par {}", f.name.value, unit(&f.unit), f.grain.value);
                if let Some(s) = &f.scope {
                    let _ = writeln!(out, "  pour {}", print_selection(s));
                }
                for e in &f.equations {
                    let _ = writeln!(out, "  = {}", print_expression(e));
                }
                for e in &f.exceptions {
                    let _ = writeln!(out, "  sauf pour {} : {}", print_selection(&e.selection), print_expression(&e.value));
                }
            }
            Declaration::Scenario(s) => {
                let _ = writeln!(out, "scénario {} : {} phrases", s.name.value, s.clauses.len());
            }
            Declaration::Test(t) => {
                let _ = writeln!(out, "test \"{}\" : {} attendus", t.title.value, t.expectations.len());
            }
            Declaration::Axis(a) => {
                let _ = writeln!(out, "axe {}", a.name.value);
            }
            Declaration::Bracket(b) => {
                let _ = writeln!(out, "barème {} : {} versions", b.name.value, b.versions.len());
            }
            Declaration::Grid(g) => {
                let _ = writeln!(out, "grille {} : {} versions", g.name.value, g.versions.len());
            }
            Declaration::Calendar(c) => {
                let _ = writeln!(out, "calendrier {}", c.name.value);
            }
            Declaration::Element(e) => {
                let _ = writeln!(out, "élément {}", e.code.value);
            }
            Declaration::Data(d) => {
                let _ = writeln!(out, "donnée {}", d.name.value);
            }
            Declaration::Unsupported(u) => {
                let _ = writeln!(out, "{} (pas encore calculé)", u.construct);
            }
            Declaration::Invalid(_) => {
                let _ = writeln!(out, "(illisible)");
            }
        }
    }
    out
}

fn entry_kind(kind: &crate::ast::EntryKind) -> String {
    match kind {
        crate::ast::EntryKind::From(d, None) => format!("à compter du {}", d.to_french()),
        crate::ast::EntryKind::From(d, Some(s)) => format!("à compter du {} pour {}", d.to_french(), print_selection(s)),
        crate::ast::EntryKind::Default => "par défaut".to_owned(),
        crate::ast::EntryKind::Except(s) => format!("sauf pour {}", print_selection(s)),
    }
}

/// An expression; reading it again gives the same tree.
#[must_use]
pub fn print_expression(e: &Expr) -> String {
    expression(e, 0)
}

/// A selection.
#[must_use]
pub fn print_selection(s: &Selection) -> String {
    let criterion = |c: &crate::ast::Criterion| {
        let body = match &c.kind {
            CriterionKind::Members(axis, list) => match list.as_slice() {
                [one] => format!("{} {}", axis.value, member(one)),
                many => format!("{} ({})", axis.value, many.iter().map(member).collect::<Vec<_>>().join(" ; ")),
            },
            CriterionKind::Compare(name, op, bound) => format!("{} {} {}", name.value, symbol(*op), expression(bound, 0)),
            CriterionKind::Between(name, a, b) => format!("{} entre {} et {}", name.value, expression(a, 0), expression(b, 0)),
            CriterionKind::Named(name) => name.value.clone(),
        };
        if c.negated { format!("hors {body}") } else { body }
    };
    s.criteria.iter().map(criterion).collect::<Vec<_>>().join(" et ")
}

fn member(m: &Member) -> String {
    match m {
        Member::Code(c) => c.value.clone(),
        Member::Label(l) => format!("\"{}\"", l.value),
        Member::Range(a, b, _) => format!("{a} à {b}"),
    }
}

fn unit(u: &UnitExpr) -> String {
    u.factors.iter().map(|f| f.text()).collect::<Vec<_>>().join("/")
}

/// Binding power of things tighter than any operator.
const TIGHT: u8 = 8;

fn expression(e: &Expr, around: u8) -> String {
    let (text, mine) = match &e.kind {
        ExprKind::Number(x, u) => {
            let digits = x.to_shortest().replace('\u{202F}', " ");
            let text = match u {
                Some(u) if u.factors == [UnitFactor::Percent] => format!("{digits} %"),
                Some(u) => format!("{digits} {}", unit(u)),
                None => digits,
            };
            (text, if x.is_negative() { 7 } else { TIGHT })
        }
        ExprKind::Date(d) => (d.to_french(), TIGHT),
        ExprKind::Month(m) => (m.to_french(), TIGHT),
        ExprKind::Text(t) => (format!("\"{t}\""), TIGHT),
        ExprKind::Name(n) => (n.clone(), TIGHT),
        ExprKind::Hole => ("?".to_owned(), TIGHT),
        ExprKind::Call { name, arguments } => {
            let list: Vec<String> = arguments.iter().map(|a| expression(a, 0)).collect();
            (format!("{}({})", name.value, list.join(" ; ")), TIGHT)
        }
        ExprKind::Negate(x) => (format!("-{}", expression(x, TIGHT)), 7),
        ExprKind::Not(x) => (format!("non {}", expression(x, 4)), 3),
        ExprKind::Binary(op, a, b) => {
            let p = precedence(*op);
            let comparison = p == 4;
            let left = expression(a, if comparison { 5 } else { p });
            (format!("{left} {} {}", symbol(*op), expression(b, p + 1)), p)
        }
        ExprKind::Between(x, a, b) => (format!("{} entre {} et {}", expression(x, 5), expression(a, 5), expression(b, 5)), 4),
        ExprKind::InList(x, list) => {
            (format!("{} dans ({})", expression(x, 5), list.iter().map(member).collect::<Vec<_>>().join(" ; ")), 4)
        }
        ExprKind::If(c, a, b) => (format!("si {} alors {} sinon {}", expression(c, 1), expression(a, 0), expression(b, 0)), 0),
        ExprKind::Select(cases, last) => {
            let mut text = String::from("selon\n");
            for (c, v) in cases {
                let _ = writeln!(text, "  {} : {}", expression(c, 1), expression(v, 0));
            }
            let _ = write!(text, "  sinon : {}\nfin", expression(last, 0));
            (text, 0)
        }
        ExprKind::Aggregate { kind, operand, weight, within, selection } => {
            let word = match kind {
                Aggregate::Sum => "somme",
                Aggregate::Total => "total",
                Aggregate::Mean => "moyenne",
                Aggregate::Cumulative => "cumul",
                Aggregate::Share => "part",
            };
            let operand = match &operand.kind {
                ExprKind::Name(n) => n.clone(),
                _ => format!("({})", expression(operand, 0)),
            };
            let mut text = format!("{word} de {operand}");
            if let Some(w) = weight {
                let _ = write!(text, " pondérée par {}", w.value);
            }
            if let Some(w) = within {
                let _ = write!(text, " dans la {}", w.value);
            }
            if let Some(s) = selection {
                let _ = write!(text, " pour {}", print_selection(s));
            }
            // Its own `pour` would swallow what follows: parentheses unless it stands alone.
            (text, if selection.is_some() { 1 } else { TIGHT })
        }
        ExprKind::Shifted(x, shift) => {
            let words = match shift {
                Shift::PreviousMonth => "du mois précédent".to_owned(),
                Shift::PreviousYear => "de l'exercice précédent".to_owned(),
                Shift::LastPaid => "du dernier mois payé".to_owned(),
                Shift::EndOfMonth => "en fin de mois".to_owned(),
                Shift::InMonth(m) => format!("en {}", m.to_french()),
                Shift::InYear(y) => format!("en {y}"),
                Shift::OverYear(y) => format!("sur {y}"),
            };
            (format!("{} {words}", expression(x, TIGHT)), TIGHT)
        }
        ExprKind::OrElse(x, y) => (format!("{} à défaut {}", expression(x, TIGHT), expression(y, TIGHT)), TIGHT),
        ExprKind::AtLevel(x, level) => (format!("{} au niveau {}", expression(x, TIGHT), level.value), TIGHT),
        ExprKind::Filtered(x, s) => (format!("{} pour {}", expression(x, TIGHT), print_selection(s)), 1),
        ExprKind::Convert(x, u) => (format!("{} en {}", expression(x, 5), unit(u)), 4),
        ExprKind::Distribute(a, k) => (format!("répartir {} au prorata de {}", a.value, k.value), TIGHT),
    };
    if mine < around { format!("({text})") } else { text }
}
