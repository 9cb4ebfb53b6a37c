//! `chercher`, `balayer`.

use super::expression::print_expression;
use super::scenario::movement;
use crate::ast::{GoalSeek, Moved, Sweep, SweepAxis, SweepKind};

pub(super) fn goal_seek(g: &GoalSeek) -> String {
    let bounds = g.bounds.as_ref().map_or_else(String::new, |(a, b)| format!(" entre {} et {}", print_expression(a), print_expression(b)));
    let step = g.step.as_ref().map_or_else(String::new, |s| format!(" pas {}", print_expression(s)));
    let unchanged = if g.unchanged { " inchangée" } else { "" };
    let (target, goal) = (moved(&g.target), print_expression(&g.goal));
    format!("chercher {target} dans {}{bounds}{step} tel que {goal}{unchanged}\n", g.scenario.value)
}

pub(super) fn sweep(s: &Sweep) -> String {
    let axes: Vec<String> = s.axes.iter().map(axis).collect();
    let shown = match (&s.year, s.measures.as_slice()) {
        (Some(year), _) => format!(" sur {}", year.value),
        (None, []) => String::new(),
        (None, measures) => format!(" sur {}", measures.iter().map(print_expression).collect::<Vec<_>>().join(" ; ")),
    };
    format!("balayer {}{shown}\n", axes.join(" ; "))
}

fn axis(a: &SweepAxis) -> String {
    let word = match a.kind {
        SweepKind::Set => "",
        SweepKind::Raise => "majorer ",
        SweepKind::Lower => "minorer ",
    };
    let (from, to, step) = (print_expression(&a.from), print_expression(&a.to), print_expression(&a.step));
    format!("{} dans {} {word}de {from} à {to} pas {step}", moved(&a.target), a.scenario.value)
}

fn moved(target: &Moved) -> String {
    match target {
        Moved::Name(name) => name.value.clone(),
        Moved::Movements(list) => list.iter().map(movement).collect::<Vec<_>>().join(" puis "),
    }
}
