//! The printed form of a program, one formula a paragraph, for `cadrage montrer ir` and fixtures.

use std::fmt::Write as _;

use crate::{Feed, Gathering, Job, NodeId, Op, Program, Selection};

/// Prints a program. The same program always prints the same text.
#[must_use]
pub fn print(program: &Program) -> String {
    let mut out = String::new();
    for (k, p) in program.parameters.iter().enumerate() {
        let _ = writeln!(out, "parameter p{k} {} : {}", p.name, p.unit);
        for case in &p.cases {
            let dates: Vec<String> =
                case.timeline.iter().map(|d| format!("{}{}", d.from.map_or_else(String::new, |f| format!("{f} ")), d.value)).collect();
            let _ = writeln!(out, "  {}: {}", selection(&case.selection), dates.join(" ; "));
        }
    }
    for (k, c) in program.calendars.iter().enumerate() {
        let shares: Vec<String> = c.shares.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "calendar c{k} {} : {}", c.name, shares.join(" "));
    }
    for b in &program.bases {
        let _ = writeln!(out, "base {} : {}", b.code, b.rubriques.iter().cloned().collect::<Vec<_>>().join(" "));
    }
    for id in &program.order {
        let Some(f) = program.formula(*id) else { continue };
        let feeds = match &f.feeds {
            None => String::new(),
            Some(Feed::Rubriques(list, _)) => format!(" -> rubrique {}", list.join(" ")),
            Some(Feed::Job(Job::Etpt)) => " -> emploi etpt".to_owned(),
            Some(Feed::Job(Job::Etpf)) => " -> emploi etpf".to_owned(),
        };
        let rounding = f.rounding.map_or_else(String::new, |r| format!(" round {:?} {}", r.rule, r.digits));
        let _ = writeln!(out, "formula f{} {} : {} {}{rounding}{feeds}", id.index(), f.name, f.unit, f.grain);
        if !f.scope.is_all() {
            let _ = writeln!(out, "  for {}", selection(&f.scope));
        }
        for case in &f.cases {
            let _ = writeln!(out, "  {}:", selection(&case.selection));
            node(program, case.value, 2, &mut out);
        }
    }
    out
}

fn node(program: &Program, id: NodeId, depth: usize, out: &mut String) {
    let Some(n) = program.node(id) else { return };
    let name = match &n.op {
        Op::Literal(x) => format!("{x}"),
        Op::Flag(b) => format!("{b}"),
        Op::Column(c) => crate::COLUMNS.get(c.index()).map_or("?", |c| c.name).to_owned(),
        Op::Parameter(p) => format!("p{} {}", p.index(), program.parameter(*p).map_or("?", |p| p.name.as_str())),
        Op::Formula(f) => formula_name(program, "formula", *f),
        Op::Cumulative(f) => formula_name(program, "cumulative", *f),
        Op::OverYear(f, y) => formula_name(program, &format!("over {y}"), *f),
        Op::Aggregate(a) => aggregate(program, *a),
        Op::Distributed(d) => program.distributions.get(d.index()).map_or_else(
            || "?".to_owned(),
            |d| {
                let (amount, weight) = (formula_name(program, "share of", d.amount), formula_name(program, "by", d.weight));
                format!("{amount} {weight}")
            },
        ),
        Op::PreviousMonth(f) => formula_name(program, "previous month", *f),
        Op::PreviousYear(f) => formula_name(program, "previous year", *f),
        Op::InMonth(f, m) => formula_name(program, &format!("in {m}"), *f),
        Op::LastPaid(f) => formula_name(program, "last paid", *f),
        Op::Observed(f) => formula_name(program, "observed", *f),
        Op::Recomputed(f) => formula_name(program, "recomputed", *f),
        Op::Calendar(c) => format!("c{}", c.index()),
        Op::MonthNumber => "month".to_owned(),
        Op::Year => "year".to_owned(),
        Op::In(s) => format!("in {}", selection(s)),
        Op::CodeIs { attribute, codes } => {
            let name = crate::ATTRIBUTES.get(attribute.index()).map_or("?", |a| a.name);
            format!("{name} is {}", codes.iter().cloned().collect::<Vec<_>>().join(" "))
        }
        Op::Binary(o, ..) => o.symbol().to_owned(),
        Op::Negate(_) => "negate".to_owned(),
        Op::Not(_) => "not".to_owned(),
        Op::Min(_) => "min".to_owned(),
        Op::Max(_) => "max".to_owned(),
        Op::Absolute(_) => "abs".to_owned(),
        Op::Round(_, r) => format!("round {:?} {}", r.rule, r.digits),
        Op::If { .. } => "if".to_owned(),
        Op::OrElse(..) => "or else".to_owned(),
        Op::SumSituations(_, s) => format!("sum of situations {}", selection(s)),
        Op::EndOfMonth(_) => "end of month".to_owned(),
        Op::Base(code) => format!("base {code}"),
        Op::Brackets(b, _, which) => format!("brackets b{}{}", b.index(), which.map_or_else(String::new, |k| format!(" #{k}"))),
    };
    let unit = n.ty.unit().map_or_else(String::new, |u| format!(" : {u}"));
    let denominator = n.denominator.filter(|d| *d != 1).map_or_else(String::new, |d| format!(" /{d}"));
    let _ = writeln!(out, "{}{name}{unit}{denominator}", "  ".repeat(depth));
    for operand in Program::operands(&n.op) {
        node(program, operand, depth + 1, out);
    }
}

/// `sum of f3 masse_salariale by composante for corps in PR`.
fn aggregate(program: &Program, id: crate::AggregateId) -> String {
    let Some(a) = program.aggregates.get(id.index()) else { return "?".to_owned() };
    let what = match a.gathering {
        Gathering::Sum(f) => formula_name(program, "sum of", f),
        Gathering::Heads(f) => formula_name(program, "heads of", f),
        Gathering::Mean { value, weight: None } => formula_name(program, "mean of", value),
        Gathering::Mean { value, weight: Some(w) } => {
            format!("{} {}", formula_name(program, "mean of", value), formula_name(program, "weighted by", w))
        }
    };
    let level = a.level.and_then(|l| crate::ATTRIBUTES.get(l.index())).map_or(crate::WHOLE, |l| l.name);
    let chosen = if a.selection.is_all() { String::new() } else { format!(" for {}", selection(&a.selection)) };
    format!("{what} by {level}{chosen}")
}

fn formula_name(program: &Program, how: &str, id: crate::FormulaId) -> String {
    format!("{how} f{} {}", id.index(), program.formula(id).map_or("?", |f| f.name.as_str()))
}

/// `grade in MCF_CN MCF_HC, âge >= 65`.
fn selection(s: &Selection) -> String {
    if s.is_all() {
        return "all".to_owned();
    }
    let mut parts = Vec::new();
    for (a, c) in &s.codes {
        let name = crate::ATTRIBUTES.get(a.index()).map_or("?", |a| a.name);
        let codes = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
        parts.push(match c {
            crate::Constraint::In(set) => format!("{name} in {}", codes(set)),
            crate::Constraint::NotIn(set) => format!("{name} not in {}", codes(set)),
            crate::Constraint::Ranked { ranks, words } => {
                let words = match words {
                    crate::Words::Only(set) if set.is_empty() => String::new(),
                    crate::Words::Only(set) => format!(" or in {}", codes(set)),
                    crate::Words::But(set) => format!(" or a word not in {}", codes(set)),
                };
                format!("{}{words}", shape_text(name, ranks))
            }
        });
    }
    for (c, shape) in &s.ranges {
        parts.push(shape_text(crate::COLUMNS.get(c.index()).map_or("?", |c| c.name), shape));
    }
    parts.join(", ")
}

/// `âge >= 65`, `âge < 3 or âge >= 6`.
fn shape_text(name: &str, shape: &crate::Shape) -> String {
    let interval = |i: &crate::Interval| {
        let low = i.low.as_ref().map(|(b, inclusive)| format!("{name} {} {b}", if *inclusive { ">=" } else { ">" }));
        let high = i.high.as_ref().map(|(b, inclusive)| format!("{name} {} {b}", if *inclusive { "<=" } else { "<" }));
        low.into_iter().chain(high).collect::<Vec<_>>().join(", ")
    };
    if shape.is_empty() {
        return format!("{name} nowhere");
    }
    shape.intervals().iter().map(interval).collect::<Vec<_>>().join(" or ")
}
