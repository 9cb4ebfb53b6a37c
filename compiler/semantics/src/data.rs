//! `donnée`: what must be there, and what stands for what is not.

use cadrage_ir::{COLUMNS, ColumnId, Grain, Selection};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast;
use cadrage_value::Exact;

use crate::bounds::column_unit;
use crate::scope::Scope;

/// What a dossier says of a datum that may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataRule {
    /// The datum.
    pub column: ColumnId,
    /// `obligatoire [pour …]`: whose it must be.
    pub required: Option<Selection>,
    /// `à défaut …`: what is read where it is missing, base unit.
    pub fallback: Option<Exact>,
    /// Where its name is declared.
    pub span: Span,
}

impl Scope<'_> {
    /// The rule of a datum that has one; nothing when there is none or it was complained about.
    pub(crate) fn data_rule(&mut self, d: &ast::Data, column: ColumnId) -> Option<DataRule> {
        let clause = d.required.as_ref().map(|(span, _)| *span).or(d.fallback.as_ref().map(|f| f.span))?;
        if d.damaged {
            return None;
        }
        if COLUMNS.get(column.index()).is_some_and(|c| c.grain == Grain::Line) {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` est calculée pour chaque ligne : elle ne manque jamais", d.name.value), clause)
                    .help("retirez cette clause"),
            );
            return None;
        }
        if let (Some((span, _)), Some(fallback)) = (&d.required, &d.fallback) {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` est obligatoire et a une valeur à défaut", d.name.value), *span)
                    .here("obligatoire")
                    .label(fallback.span, "lue à défaut : rien ne manquerait jamais")
                    .help("gardez l'une des deux clauses"),
            );
            return None;
        }
        let required = match &d.required {
            None => None,
            Some((_, selection)) => Some(self.optional_selection(selection.as_ref())?),
        };
        let fallback = match &d.fallback {
            None => None,
            Some(e) => Some(self.declared_value(e, &column_unit(column), &Exact::ONE)?),
        };
        Some(DataRule { column, required, fallback, span: d.name.span })
    }
}
