//! What stands on formulas and scenarios without being computed with them: envelopes, forms, interfaces, analyses.

use std::collections::BTreeMap;

use cadrage_ir::ParameterId;
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::{Detail, Visibility};

use crate::measures::Ground;
use crate::model::Model;
use crate::scenarios::Parameters;
use crate::scope::Scope;
use crate::tables::Tables;

/// What they need besides the model.
pub(crate) struct Around<'t> {
    pub(crate) visibility: &'t BTreeMap<ParameterId, Visibility>,
    pub(crate) tables: &'t Tables,
}

/// Checks them, in the order written; the model keeps those that are sound.
pub(crate) fn check(details: &[(&Detail, bool)], around: Around<'_>, scope: &mut Scope<'_>, model: &mut Model) {
    let (mut envelopes, mut forms, mut interfaces, mut analyses) = (vec![], vec![], vec![], vec![]);
    let ground = Ground { formulas: &model.formulas };
    let parameters = Parameters { all: &model.parameters, visibility: around.visibility, scenarios: &model.scenarios };
    for (detail, library) in details {
        scope.library = *library;
        match detail {
            Detail::Envelope(e) => {
                let cells = scope.envelope_cells.remove(&e.name.value).unwrap_or_default();
                envelopes.extend(scope.envelope(e, &cells, &ground));
            }
            Detail::EntryForm(f) => {
                if let Some(mut form) = scope.form(f) {
                    match around.tables.entries(&form.path()) {
                        Some(Ok(table)) => form.rows = scope.form_rows(&form, table),
                        Some(Err(why)) => scope.complain(
                            Diagnostic::new(Code::I20, why.clone(), form.span)
                                .here("saisie déclarée ici")
                                .help(format!("corrigez `{}`, ou retirez-le", form.path())),
                        ),
                        // Nothing typed yet.
                        None => {}
                    }
                    forms.push(form);
                }
            }
            Detail::Interface(i) => interfaces.extend(scope.interface(i)),
            Detail::Comparison(c) => analyses.extend(scope.comparison(c, &ground)),
            Detail::Explanation(e) => analyses.extend(scope.explanation(e)),
            Detail::GoalSeek(g) => analyses.extend(scope.goal_seek(g, &ground, &parameters)),
            Detail::Sweep(s) => analyses.extend(scope.sweep(s, &ground, &parameters)),
            // Declared elsewhere.
            Detail::Report(_) => {}
        }
    }
    scope.library = false;
    (model.envelopes, model.forms) = (envelopes, forms);
    (model.interfaces, model.analyses) = (interfaces, analyses);
}
