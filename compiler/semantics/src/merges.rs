//! `fusionner composante LETTRES dans composante SHS`: the axis of a scenario, every month of it (decision 0112).

use std::collections::BTreeMap;

use cadrage_ir::ATTRIBUTES;
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::MergeClause;

use crate::scope::Scope;

impl Scope<'_> {
    /// What each absorbed composante is seen as; `None` when a sentence was complained about.
    pub(crate) fn merges(&mut self, written: &[(&MergeClause, bool)]) -> Option<BTreeMap<String, String>> {
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        let mut said: BTreeMap<String, Span> = BTreeMap::new();
        let mut whole = true;
        for (m, own) in written {
            let before = self.diagnostics.len();
            match self.merge(m, &out, &said) {
                Some((absorbed, into)) => {
                    said.insert(absorbed.clone(), m.span);
                    // What had become the absorbed one follows it.
                    for end in out.values_mut().filter(|end| **end == absorbed) {
                        end.clone_from(&into);
                    }
                    out.insert(absorbed, into);
                }
                None => whole = false,
            }
            if !own {
                self.only_errors(before);
            }
        }
        whole.then_some(out)
    }

    fn merge(&mut self, m: &MergeClause, known: &BTreeMap<String, String>, said: &BTreeMap<String, Span>) -> Option<(String, String)> {
        let absorbed = self.composante(&m.absorbed)?;
        let into = self.composante(&m.into)?;
        if let Some(before) = said.get(&absorbed) {
            self.complain(
                Diagnostic::new(Code::E05, format!("la composante `{absorbed}` est fusionnée deux fois"), m.span)
                    .here("ici encore")
                    .label(*before, "déjà fusionnée ici")
                    .help("une composante n'est absorbée qu'une fois : gardez l'une des deux phrases"),
            );
            return None;
        }
        // Where it ends up, when the other one is absorbed too.
        let into = known.get(&into).cloned().unwrap_or(into);
        if into == absorbed {
            self.incomplete(
                m.span,
                format!("`{absorbed}` se fusionne dans elle-même"),
                "dites laquelle reste : `fusionner composante LETTRES dans composante SHS`",
            );
            return None;
        }
        Some((absorbed, into))
    }

    /// A known composante.
    fn composante(&mut self, (axis, code): &(Spanned<String>, Spanned<String>)) -> Option<String> {
        let Some(attribute) = self.attribute(&axis.value) else {
            self.unknown(&axis.value, axis.span);
            return None;
        };
        if ATTRIBUTES.get(attribute.index()).map(|a| a.name) != Some("composante") {
            self.incomplete(
                axis.span,
                format!("`fusionner` réunit des composantes, pas l'axe `{}`", axis.value),
                "écrivez `fusionner composante LETTRES dans composante SHS` ; pour des agents, `muter`",
            );
            return None;
        }
        self.code(attribute, code)
    }
}
