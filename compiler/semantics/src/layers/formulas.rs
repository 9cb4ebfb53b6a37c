//! `remplacer ancienne par nouvelle`: same unit and grain, one rubrique fed once, and no circle (decision D26, language.md §6.8).

use std::collections::BTreeSet;

use cadrage_ir::{FormulaId, Layer, Replacement};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Visibility};
use cadrage_value::{Date, Month};

use super::{Checked, Ground, Sentence};
use crate::scope::{Scope, Symbol};
use crate::{circles, graph};

impl Scope<'_> {
    pub(super) fn substitution(
        &mut self,
        r: &ast::Replace,
        ground: &Ground<'_>,
        constate: Option<Month>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<Checked> {
        let (old, new) = (self.declared_formula(&r.old)?, self.declared_formula(&r.new)?);
        // Formulas are kept whole or not at all: when one was refused there is nothing to compare.
        let (before, after) = (ground.formulas.get(old.index())?, ground.formulas.get(new.index())?);
        if old == new {
            self.complain(
                Diagnostic::new(Code::E07, format!("`{}` se remplace par elle-même", before.name), r.new.span)
                    .help("donnez le nom de l'autre formule"),
            );
            return None;
        }
        if ground.openness.formulas.get(&old) == Some(&Visibility::Locked) {
            self.complain(
                Diagnostic::new(Code::D01, format!("la formule `{}` est verrouillée", before.name), r.old.span)
                    .here("ne se remplace pas")
                    .label(before.span, format!("déclarée ici, dans {}", module_of(&before.module)))
                    .help("seul son module peut la changer ; les constantes et les hypothèses qu'elle lit se modifient"),
            );
            return None;
        }
        let mut refuse = |message: String, help: String| {
            self.complain(
                Diagnostic::new(Code::E07, message, r.new.span)
                    .label(before.span, format!("`{}` : en {}, {}", before.name, before.unit, before.grain))
                    .label(after.span, format!("`{}` : en {}, {}", after.name, after.unit, after.grain))
                    .help(help),
            );
            None
        };
        if before.unit != after.unit {
            return refuse(
                format!("`{}` est en {}, `{}` en {}", before.name, before.unit, after.name, after.unit),
                "une formule se remplace par une formule de même unité".to_owned(),
            );
        }
        if before.grain != after.grain {
            return refuse(
                format!("`{}` est {}, `{}` {}", before.name, before.grain, after.name, after.grain),
                "une formule se remplace par une formule de même grain".to_owned(),
            );
        }
        let gathered = |id| graph::gathers(ground.formulas, ground.bases, ground.crossings, id);
        if gathered(new) {
            return refuse(
                format!("`{}` lit ce que plusieurs agents font ensemble : elle ne peut pas prendre la place d'une autre", after.name),
                "seule se substitue une formule qui ne lit que l'agent, sa ligne ou sa situation".to_owned(),
            );
        }
        if after.feeds.is_some() {
            return refuse(
                format!("`{}` alimente déjà une rubrique ou un emploi : elle compterait deux fois", after.name),
                format!(
                    "retirez sa clause `alimente` : à la place de `{}`, elle alimente ce que `{}` alimentait",
                    before.name, before.name
                ),
            );
        }
        if after.rounding.is_some() && after.rounding != before.rounding {
            return refuse(
                format!("`{}` et `{}` ne s'arrondissent pas de la même façon", before.name, after.name),
                format!("retirez l'arrondi de `{}` : celui de `{}` est gardé", after.name, before.name),
            );
        }
        self.first_of_month(r.from, r.until, &before.name, r.span)?;
        let projected = constate.map(|c| c.plus(1).first_day());
        let from = match (r.from, projected) {
            (Some(day), Some(first)) => day.max(first),
            (day, first) => day.or(first).unwrap_or(Date::DEFAULT),
        };
        let until = r.until.map(Date::next);
        if until.is_some_and(|u| u <= from) {
            self.complain(
                Diagnostic::new(Code::T05, "ce remplacement ne touche aucun mois projeté", r.span)
                    .help("les mois constatés ne se recalculent pas ; corrigez la période"),
            );
            return None;
        }
        Some(Checked::Layer(Layer::Formula(Replacement { old, new, from, until, text: text(r.span), span: r.span })))
    }

    fn declared_formula(&mut self, name: &Spanned<String>) -> Option<FormulaId> {
        match self.get(&name.value) {
            Some(Symbol::Formula(f)) => Some(f),
            Some(Symbol::Poisoned) => None,
            None => {
                self.unknown(&name.value, name.span);
                None
            }
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::E07, format!("`{}` n'est pas une formule", name.value), name.span)
                        .help(format!("une valeur se change par `modifier {} = …` ; seule une formule se remplace", name.value)),
                );
                None
            }
        }
    }

    /// C01: with the sentences in their new places, nothing may read itself in the same month.
    pub(super) fn replaced_graph(&mut self, checked: &[(&Sentence<'_>, Checked)], ground: &Ground<'_>) -> Option<()> {
        let replacements: Vec<&Replacement> =
            checked.iter().filter_map(|(_, c)| if let Checked::Layer(Layer::Formula(r)) = c { Some(r) } else { None }).collect();
        if replacements.is_empty() {
            return Some(());
        }
        let mut complaints = Vec::new();
        for in_force in in_force_together(&replacements) {
            let mut formulas = ground.formulas.to_vec();
            for r in in_force {
                let cases = ground.formulas.get(r.new.index()).map(|f| f.cases.clone());
                if let (Some(slot), Some(cases)) = (formulas.get_mut(r.old.index()), cases) {
                    slot.cases = cases;
                }
            }
            if let Err(found) = graph::order(&formulas, ground.bases, ground.crossings) {
                complaints = found;
                break;
            }
        }
        if complaints.is_empty() {
            // A month written out is read from months where other sentences stand: any of them may close the circle.
            let mut formulas = ground.formulas.to_vec();
            for r in &replacements {
                let cases = ground.formulas.get(r.new.index()).map(|f| f.cases.clone());
                if let Some(slot) = formulas.get_mut(r.old.index()) {
                    slot.cases.extend(cases.into_iter().flatten());
                }
            }
            complaints = circles::through_given_months(&formulas, ground.bases, ground.crossings);
        }
        if complaints.is_empty() {
            return Some(());
        }
        for mut complaint in complaints {
            if let Some(r) = replacements.first() {
                complaint = complaint.label(r.span, "à cause de ce remplacement");
                complaint.help = Some(format!(
                    "la nouvelle formule prend la place de l'ancienne : si elle doit la lire, recopiez son calcul sous un autre nom ; ou le mois d'avant : `{} du mois précédent à défaut …`",
                    ground.formulas.get(r.old.index()).map_or("", |f| f.name.as_str())
                ));
            }
            self.complain(complaint);
        }
        None
    }
}

/// The replacements that stand together in some month, for each such set.
fn in_force_together<'r>(replacements: &[&'r Replacement]) -> Vec<Vec<&'r Replacement>> {
    let starts: BTreeSet<Date> = replacements.iter().flat_map(|r| [Some(r.from), r.until]).flatten().collect();
    let mut sets: Vec<Vec<&Replacement>> = Vec::new();
    for day in starts {
        let now: Vec<&Replacement> =
            replacements.iter().copied().filter(|r| r.from <= day && r.until.is_none_or(|until| day < until)).collect();
        if !now.is_empty() && !sets.contains(&now) {
            sets.push(now);
        }
    }
    sets
}

fn module_of(module: &str) -> String {
    if module.is_empty() { "un script".to_owned() } else { format!("le module `{module}`") }
}
