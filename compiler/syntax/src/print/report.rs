//! Envelopes, rights, reports and analyses.

use super::block::{Block, provenance};
use super::expression::{print_expression, print_selection};
use super::{joined, label, quoted};
use crate::ast::{CeilingTarget, Comparison, Control, Envelope, Explanation, Expr, ExprKind, Report, Role, ThresholdKind};

pub(super) fn envelope(e: &Envelope) -> String {
    let mut block = Block::new(&format!("enveloppe {} sur {}{}", e.name.value, e.measure.value, label(e.label.as_ref())));
    if let Some(s) = &e.scope {
        let words = print_selection(s);
        block.line(&if s.criteria.first().is_some_and(|c| c.negated) { words } else { format!("pour {words}") });
    }
    if let Some(level) = &e.level {
        block.line(&format!("par {}", level.value));
    }
    for c in &e.ceilings {
        let target = match &c.target {
            CeilingTarget::Year(year) => format!("exercice {year:04}"),
            CeilingTarget::Members(pairs) => super::scenario::profile(pairs),
        };
        block.line(&format!("{target} : {}{}", print_expression(&c.amount), provenance(&c.provenance)));
    }
    if let Some(c) = &e.control {
        block.line(match c.value {
            Control::Monthly => "contrôle mensuel",
            Control::Mean => "contrôle en moyenne",
            Control::Cumulative => "contrôle cumulé",
        });
    }
    for t in &e.thresholds {
        let word = match t.kind {
            ThresholdKind::Information => "information",
            ThresholdKind::Alert => "alerte",
            ThresholdKind::Block => "blocage",
        };
        block.line(&format!("{word} à {}", print_expression(&t.at)));
    }
    block.docs(&e.docs);
    block.close()
}

pub(super) fn role(r: &Role) -> String {
    let mut block = Block::new(&format!("rôle {}", r.name.value));
    for right in &r.rights {
        block.line(&format!("peut {} {}", right.verb.value, joined(&right.targets)));
    }
    block.close()
}

pub(super) fn report(r: &Report) -> String {
    let mut block = Block::new(&format!("restitution {}{}", r.name.value, label(r.label.as_ref())));
    if let Some((axis, below)) = &r.rows {
        let below = below.as_ref().map_or_else(String::new, |b| format!(" jusqu'à {}", b.value));
        block.line(&format!("lignes {}{below}", axis.value));
    }
    if !r.columns.is_empty() {
        block.line(&format!("colonnes {}", joined(&r.columns)));
    }
    if !r.measures.is_empty() {
        block.line(&format!("mesures {}", r.measures.iter().map(print_expression).collect::<Vec<_>>().join(" ; ")));
    }
    if let Some((analysis, level)) = &r.analysis {
        let level = level.as_ref().map_or_else(String::new, |l| format!(" par {}", l.value));
        block.line(&format!("analyse {}{level}", analysis.value));
    }
    if let Some(s) = &r.scope {
        block.line(&format!("pour {}", print_selection(s)));
    }
    if let Some(path) = &r.export {
        block.line(&format!("exporter {}", quoted(&path.value)));
    }
    block.docs(&r.docs);
    block.close()
}

pub(super) fn comparison(c: &Comparison) -> String {
    let level = c.level.as_ref().map_or_else(String::new, |l| format!(" par {}", l.value));
    let effects = if c.effects.is_empty() { String::new() } else { format!(" décomposé en {}", joined(&c.effects)) };
    format!("comparer {} avec {} sur {}{level}{effects}\n", c.scenario.value, c.reference.value, c.measure.value)
}

pub(super) fn explanation(e: &Explanation) -> String {
    let level = e.level.as_ref().map_or_else(String::new, |word| format!(" par {}", word.value));
    let Some((a, b)) = &e.between else { return format!("expliquer {}{level}\n", print_expression(&e.subject)) };
    // The scenarios stand between the measure and what follows it.
    let (mut at, mut suffixes): (&Expr, Vec<String>) = (&e.subject, Vec::new());
    loop {
        at = match &at.kind {
            ExprKind::Shifted(inner, shift) => {
                suffixes.push(format!(" {}", super::expression::shift(*shift)));
                inner
            }
            ExprKind::Filtered(inner, selection) => {
                suffixes.push(format!(" pour {}", print_selection(selection)));
                inner
            }
            _ => break,
        };
    }
    suffixes.reverse();
    format!("expliquer l'écart de {} entre {} et {}{}{level}\n", print_expression(at), a.value, b.value, suffixes.concat())
}
