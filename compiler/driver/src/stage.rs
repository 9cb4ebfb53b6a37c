//! The stages of the compiler and how each is printed (`cadrage montrer`).

use std::fmt::Write as _;

use crate::Compiled;

/// Stage names and what each shows.
pub const STAGES: &[(&str, &str)] = &[
    ("arbre", "les phrases telles qu'elles ont été lues"),
    ("modèle", "noms, unités et grains, une fois contrôlés"),
    ("ir", "le graphe de calcul, unités de base et dénominateurs exacts"),
    ("plan", "les étapes de la projection, les colonnes lues et ce qui est compilé"),
    ("machine", "le code machine, sous la formule dont il vient"),
];

/// A stage as text; `None` for a stage that has another home (`plan` and `machine` are printed by the engines) or none.
#[must_use]
pub fn emit(compiled: &Compiled, stage: &str) -> Option<String> {
    match cadrage_syntax::fold(stage).as_str() {
        "arbre" => Some(compiled.files.iter().map(cadrage_syntax::print).collect::<Vec<_>>().join("\n")),
        "modele" => Some(model(compiled)),
        "ir" => Some(cadrage_ir::print(&compiled.program)),
        _ => None,
    }
}

fn model(compiled: &Compiled) -> String {
    let m = &compiled.model;
    let mut out = String::new();
    for module in &m.modules {
        let _ = writeln!(out, "module {} {}{}", module.name, module.version, if module.library { " (socle)" } else { "" });
    }
    for p in &m.parameters {
        let kind = if p.hypothesis { "hypothèse" } else { "constante" };
        let _ = writeln!(
            out,
            "{kind} {} en {} : {} cas, {} valeurs",
            p.name,
            p.written.0,
            p.cases.len(),
            p.cases.iter().map(|c| c.timeline.len()).sum::<usize>()
        );
    }
    for f in &m.formulas {
        let _ = writeln!(out, "formule {} en {} {} ({})", f.name, f.unit, f.grain, f.module);
    }
    for g in &m.grids {
        let _ = writeln!(out, "grille {} : {} versions", g.name, g.versions.len());
    }
    for t in &m.index_tables {
        let _ = writeln!(out, "grille d'indices {} : {} versions", t.name, t.versions.len());
    }
    for s in &m.scenarios {
        let parent = s.parent.as_ref().map_or_else(String::new, |p| format!(" ← {p}"));
        let _ = writeln!(
            out,
            "scénario {}{parent} : constaté jusqu'à {}, projeté jusqu'à {}, {} modifications, {} mouvements",
            s.name,
            s.constate.to_french(),
            s.until.to_french(),
            s.layers.len() + s.grids.len() + s.reclassifications.len() + s.populations.len(),
            s.movements.len()
        );
    }
    crate::outputs::model(compiled, &mut out);
    let _ = writeln!(out, "{} tests", m.tests.len());
    out
}
