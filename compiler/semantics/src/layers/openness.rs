//! What a scenario supposes beyond the texts in force is told, and marked on its results (decision D29).

use cadrage_ir::Layer;
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::Visibility;

use super::{Checked, Ground, Sentence, What};
use crate::overlay::BeyondTexts;
use crate::scope::Scope;

impl Scope<'_> {
    /// D02, when the scenario itself or a variant it applies writes it.
    pub(super) fn mark(&mut self, sentence: &Sentence<'_>, checked: &Checked, ground: &Ground<'_>) {
        if let Some(name) = beyond(checked, sentence, ground)
            && sentence.own
        {
            self.complain(
                Diagnostic::new(
                    Code::D02,
                    format!("`{name}` s'écarte des textes : résultats marqués « hypothèse hors textes en vigueur »"),
                    sentence.span(),
                )
                .help("rien à corriger : un tel scénario se compare et se discute, mais ne se valide pas comme atterrissage officiel"),
            );
        }
    }
}

/// What is supposed beyond the texts, when something is.
fn beyond(checked: &Checked, sentence: &Sentence<'_>, ground: &Ground<'_>) -> Option<String> {
    match checked {
        Checked::Layer(Layer::Value(m)) => (ground.openness.parameters.get(&m.parameter) != Some(&Visibility::Open))
            .then(|| ground.parameters.get(m.parameter.index()).map(|p| p.name.clone()))
            .flatten(),
        Checked::Layer(Layer::Bracket(c)) => (ground.openness.brackets.get(&c.bracket) != Some(&Visibility::Open))
            .then(|| ground.brackets.get(c.bracket.index()).map(|b| b.name.clone()))
            .flatten(),
        // In which month something is paid is the institution's own practice.
        Checked::Layer(Layer::Calendar(_)) | Checked::Population(_) => None,
        Checked::Layer(Layer::Formula(r)) => ground.formulas.get(r.old.index()).map(|f| f.name.clone()),
        Checked::Grid(_) | Checked::Reclassification(_) => match sentence.what {
            What::Modify(m) => Some(m.target.value.clone()),
            What::Planned(name) => Some(name.value.clone()),
            _ => None,
        },
    }
}

/// The marks of a scenario, its ancestors' included; each name once, in order of name.
pub(super) fn marks(checked: &[(&Sentence<'_>, Checked)], ground: &Ground<'_>) -> Vec<BeyondTexts> {
    let mut out: Vec<BeyondTexts> = Vec::new();
    for (sentence, c) in checked {
        if let Some(name) = beyond(c, sentence, ground)
            && !out.iter().any(|b| b.name == name)
        {
            out.push(BeyondTexts { name, span: sentence.span() });
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}
