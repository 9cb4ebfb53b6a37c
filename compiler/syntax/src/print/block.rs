//! A block under construction: header, clauses, `fin`; and the clauses every block shares.

use crate::ast::{Docs, Provenance, Visibility};

use super::{indented, quoted};

/// A declaration in several lines.
pub(super) struct Block {
    text: String,
}

impl Block {
    /// Opens with `header :`.
    pub(super) fn new(header: &str) -> Self {
        Block { text: format!("{header} :\n") }
    }

    /// One clause, indented; nothing when empty.
    pub(super) fn line(&mut self, clause: &str) {
        if !clause.is_empty() {
            self.text.push_str(&format!("  {}\n", indented(clause)));
        }
    }

    /// One line of a table inside a clause.
    pub(super) fn row(&mut self, row: &str) {
        self.line(&format!("  {row}"));
    }

    /// `libellé`, `note`, `source`, `vérifiée le`, visibility.
    pub(super) fn docs(&mut self, docs: &Docs) {
        if let Some(t) = &docs.label {
            self.line(&format!("libellé {}", quoted(&t.value)));
        }
        if let Some(t) = &docs.note {
            self.line(&format!("note {}", quoted(&t.value)));
        }
        if docs.source.is_some() {
            let whole = Provenance { source: docs.source.clone(), published: docs.published, paid: docs.paid };
            self.line(provenance(&whole).trim_start());
        }
        if let Some(d) = &docs.verified {
            self.line(&format!("vérifiée le {}", d.value.to_french()));
        }
        if let Some(v) = &docs.visibility {
            self.line(match v.value {
                Visibility::Open => "ouverte",
                Visibility::Simulable => "simulable",
                Visibility::Locked => "verrouillée",
            });
        }
    }

    /// Closes with `fin`.
    pub(super) fn close(mut self) -> String {
        self.text.push_str("fin\n");
        self.text
    }
}

/// ` source "…" publié le … payé en …`, or nothing.
pub(super) fn provenance(p: &Provenance) -> String {
    let mut out = String::new();
    if let Some(t) = &p.source {
        out.push_str(&format!(" source {}", quoted(&t.value)));
    }
    if let Some(d) = p.published {
        out.push_str(&format!(" publié le {}", d.to_french()));
    }
    if let Some(m) = &p.paid {
        out.push_str(&format!(" payé en {}", m.value.to_french()));
    }
    out
}
