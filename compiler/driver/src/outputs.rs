//! What the model says besides formulas and scenarios, for `cadrage montrer modèle`.

use std::fmt::Write as _;

use cadrage_ir::{COLUMNS, FormulaId};
use cadrage_semantics::{Analysis, Envelope, FormKey, Moved, ReportColumn, SweptAxis};
use cadrage_syntax::ast::{Control, SweepKind};
use cadrage_value::Exact;

use crate::Compiled;

/// Data rules, envelopes, reports, forms, interfaces, analyses.
pub(crate) fn model(compiled: &Compiled, out: &mut String) {
    let m = &compiled.model;
    let formula = |id: FormulaId| m.formulas.get(id.index()).map_or("?", |f| f.name.as_str());
    for rule in &m.data {
        let name = COLUMNS.get(rule.column.index()).map_or("?", |c| c.name);
        let what = match (&rule.required, &rule.fallback) {
            (Some(_), _) => "obligatoire".to_owned(),
            (None, Some(x)) => format!("à défaut {}", x.to_shortest()),
            (None, None) => continue,
        };
        let _ = writeln!(out, "donnée {name} : {what}");
    }
    for e in &m.envelopes {
        envelope(e, formula(e.measure), out);
    }
    for r in &m.reports {
        if let Some(analysis) = r.analysis {
            let level = r.analysis_level.map_or_else(String::new, |l| format!(" par {l}"));
            let _ = writeln!(out, "restitution {} : analyse {}{level}", r.name, analysis.word());
            continue;
        }
        // Agents under each member are one level.
        let mut levels: Vec<&str> = r.levels.iter().map(|l| l.word.as_str()).collect();
        levels.dedup();
        let columns: Vec<String> = r.columns.iter().map(column).collect();
        let measures: Vec<&str> = r.measures.iter().map(|x| x.text.as_str()).collect();
        let (levels, columns) = (levels.join(" > "), columns.join(" ; "));
        let _ = writeln!(out, "restitution {} : lignes {levels}, colonnes {columns}, mesures {}", r.name, measures.join(" ; "));
    }
    for f in &m.forms {
        let keys: Vec<&str> = f
            .keys
            .iter()
            .map(|k| match k {
                FormKey::Month => "mois",
                FormKey::Level(level) => &level.name,
            })
            .collect();
        let _ = writeln!(out, "saisie {} par {} : {} champs, {} lignes saisies", f.name, keys.join(" ; "), f.fields.len(), f.rows.len());
    }
    for i in &m.interfaces {
        let _ = writeln!(out, "interface {} pour {} : {} colonnes", i.name, i.kind, i.columns.len());
    }
    for a in &m.analyses {
        let moved = |target: &Moved| match target {
            Moved::Parameter(id) => m.parameters.get(id.index()).map_or("?", |p| p.name.as_str()).to_owned(),
            Moved::Movement(found) => found.open_sentence(),
        };
        let _ = match a {
            Analysis::Compare { scenario, reference, measure, effects, .. } => {
                writeln!(out, "comparer {scenario} avec {reference} sur {} : {} effets", formula(*measure), effects.len())
            }
            Analysis::Explain { text, .. } => writeln!(out, "expliquer {text}"),
            Analysis::Seek { target, scenario, .. } => writeln!(out, "chercher {} dans {scenario}", moved(target)),
            Analysis::Sweep { scenario, axes, .. } => {
                let axis = |a: &SweptAxis| {
                    let how = match a.kind {
                        SweepKind::Set => "",
                        SweepKind::Raise => " en majorant",
                        SweepKind::Lower => " en minorant",
                    };
                    format!("{} dans {scenario}{how} : {} valeurs", moved(&a.target), a.values.len())
                };
                writeln!(out, "balayer {}", axes.iter().map(axis).collect::<Vec<_>>().join(" ; "))
            }
        };
    }
}

fn envelope(e: &Envelope, measure: &str, out: &mut String) {
    let control = match e.control {
        Control::Monthly => "mensuel",
        Control::Mean => "en moyenne",
        Control::Cumulative => "cumulé",
    };
    let level = e.level.as_ref().map_or_else(String::new, |l| format!(" par {}", l.name));
    let _ = writeln!(out, "enveloppe {} sur {measure}{level}, contrôle {control}", e.name);
    for y in &e.years {
        let rest = if e.level.is_some() { format!(", non réparti {} {}", shown(&y.unallocated), e.unit) } else { String::new() };
        let _ = writeln!(out, "  {} : {} {}, {} parts{rest}", y.year, shown(&y.total), e.unit, y.shares.len());
    }
}

/// Cents only where there are some.
fn shown(x: &Exact) -> String {
    if x.denominator() == Some(1) { x.to_french(0) } else { x.to_french(2) }
}

fn column(c: &ReportColumn) -> String {
    match c {
        ReportColumn::Month => "mois".to_owned(),
        ReportColumn::Year => "exercice".to_owned(),
        ReportColumn::Cumulative => "cumul".to_owned(),
        ReportColumn::Scenario => "scénario".to_owned(),
        ReportColumn::Members(a, _) => cadrage_ir::ATTRIBUTES.get(a.index()).map_or("?", |spec| spec.name).to_owned(),
    }
}
