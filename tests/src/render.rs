//! A diagnostic as text, without colour or width surprises.

use std::fmt::Write as _;

use cadrage_source::{Diagnostic, SourceMap};

/// One diagnostic: code, message, each label with its place and words, help.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} [{}] {}", diagnostic.severity.name(), diagnostic.code.name(), diagnostic.message);
    for label in &diagnostic.labels {
        let words: String = sources.text(label.span).chars().take(60).collect();
        let words = words.replace('\n', "⏎");
        let said = if label.text.is_empty() { String::new() } else { format!(" : {}", label.text) };
        let _ = writeln!(out, "  {} « {words} »{said}", sources.place(label.span));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  aide : {help}");
    }
    if !diagnostic.fix.is_empty() {
        let edits = diagnostic.fix.iter().map(|e| {
            let (before, after) = (sources.text(e.span).trim(), e.replacement.replace('\n', "⏎"));
            match (before, after.trim()) {
                ("", after) => format!("« {after} » ajouté"),
                (before, "") => format!("« {before} » retiré"),
                (before, after) => format!("« {before} » devient « {after} »"),
            }
        });
        let _ = writeln!(out, "  corrigé par `--corriger` : {}", edits.collect::<Vec<_>>().join(", "));
    }
    out
}

/// All diagnostics, in order.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    diagnostics.iter().map(|d| render(d, sources)).collect::<Vec<_>>().join("\n")
}
