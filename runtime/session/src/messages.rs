//! Diagnostics as JSON, for editors and other programs: nothing is left out. Keys are unaccented (design/cli.md).

use cadrage_source::{Diagnostic, Severity, SourceMap, Span, ordered};
use serde_json::{Map, Value, json};

/// All diagnostics, each once, in reading order, with their counts.
#[must_use]
pub fn diagnostics_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let list = ordered(diagnostics);
    let count = |s: Severity| list.iter().filter(|d| d.severity == s).count();
    json!({
        "erreurs": count(Severity::Error),
        "avertissements": count(Severity::Warning),
        "notes": count(Severity::Note),
        "messages": list.iter().map(|d| one(d, sources)).collect::<Vec<_>>(),
    })
}

fn one(d: &Diagnostic, sources: &SourceMap) -> Value {
    let mut out = d.labels.first().map_or_else(Map::new, |l| place(l.span, sources));
    out.insert("code".into(), d.code.name().into());
    out.insert("gravite".into(), d.severity.name().into());
    out.insert("message".into(), d.message.clone().into());
    out.insert("aide".into(), d.help.clone().into());
    let labels = d.labels.iter().map(|l| {
        let mut label = place(l.span, sources);
        label.insert("texte".into(), l.text.clone().into());
        Value::Object(label)
    });
    out.insert("etiquettes".into(), labels.collect());
    let fixes = d.fix.iter().map(|e| {
        let mut fix = place(e.span, sources);
        fix.insert("remplacement".into(), e.replacement.clone().into());
        Value::Object(fix)
    });
    out.insert("corrections".into(), fixes.collect());
    Value::Object(out)
}

/// File, line and column of both ends, from 1, columns in characters, the end exclusive.
fn place(span: Span, sources: &SourceMap) -> Map<String, Value> {
    let mut out = Map::new();
    if let Some(file) = sources.get(span.file) {
        let (start, end) = (file.position(span.start as usize), file.position(span.end as usize));
        out.insert("fichier".into(), file.name.clone().into());
        out.insert("ligne".into(), start.line.into());
        out.insert("colonne".into(), start.column.into());
        out.insert("ligne_fin".into(), end.line.into());
        out.insert("colonne_fin".into(), end.column.into());
    }
    out
}
