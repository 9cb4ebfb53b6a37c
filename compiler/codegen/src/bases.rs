//! Bases of contributions, and what was paid: what the rubriques of a month amount to.

use cadrage_ir::{Feed, FormulaId, Grain};

use crate::inputs::Source;
use crate::month::{Mode, MonthBuilder, Place};
use crate::number::{Number, Tags};
use crate::translate::Translated;

impl MonthBuilder<'_> {
    /// Σ of the month's elements that enter a base: formulas, and what was paid that none of them computes.
    pub(crate) fn base(&mut self, code: &str, place: Place) -> Translated<Number> {
        let program = self.program;
        let Some(base) = program.bases.iter().find(|b| b.code == code) else { return Ok(self.missing()) };
        let mut total = Number::constant(0, 1, self.graph);
        let mut computed: Vec<&str> = Vec::new();
        for (k, formula) in program.formulas.iter().enumerate() {
            let (Grain::Agent, Some(Feed::Rubriques(list, _))) = (&formula.grain, &formula.feeds) else { continue };
            let Some(rubrique) = list.first().filter(|r| base.rubriques.contains(*r)) else { continue };
            let x = self.formula(FormulaId::at(k), place.mode)?;
            total = total.add(self.or_zero(x), false, self.graph)?;
            computed.push(rubrique);
        }
        let others: Vec<String> = self
            .shape
            .paid
            .get(usize::from(!self.constate))
            .into_iter()
            .flatten()
            .filter(|r| base.rubriques.contains(*r) && !computed.contains(&r.as_str()))
            .cloned()
            .collect();
        for rubrique in others {
            let x = self.of_row(&Source::Paid(rubrique), Place { situation: None, ..place })?;
            total = total.add(self.or_zero(x), false, self.graph)?;
        }
        Ok(total)
    }

    /// « Sans objet » as 0.
    pub(crate) fn or_zero(&mut self, x: Number) -> Number {
        let not_applicable = self.graph.always(false);
        Number { tags: Tags { not_applicable, ..x.tags }, ..x }
    }

    /// What was paid of the rubriques a formula feeds.
    pub(crate) fn paid_of(&mut self, id: FormulaId, from: fn(String) -> Source) -> Translated<Number> {
        let rubriques = match self.program.formula(id).and_then(|f| f.feeds.as_ref()) {
            Some(Feed::Rubriques(list, _)) => list.clone(),
            _ => return Ok(self.nothing()),
        };
        let mut total = self.nothing();
        for rubrique in rubriques {
            let x = self.of_row(&from(rubrique), Place { situation: None, mode: Mode::Paid })?;
            total = total.add(x, false, self.graph)?;
        }
        Ok(total)
    }
}
