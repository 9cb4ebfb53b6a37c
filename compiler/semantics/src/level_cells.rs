//! What a measure is at a level, without a report around it: hidden formulas that envelopes and comparisons read, member by member.

use cadrage_ir::{AttributeId, FormulaId, Grain, Selection};
use cadrage_source::Spanned;
use cadrage_syntax::ast;

use crate::scope::Scope;

/// A measure at a level, by its own rule: a hidden formula of that level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelCell {
    /// Its attribute; `None` for the whole institution.
    pub attribute: Option<AttributeId>,
    /// As named.
    pub word: String,
    /// The formula.
    pub formula: FormulaId,
}

impl Scope<'_> {
    /// The measure at each of these levels, within a selection; `None` when one of them was complained about, and none is then kept.
    /// With `periods`, what is read over an exercice and not only a month at a time.
    pub(crate) fn level_cells(
        &mut self,
        owner: &str,
        measure: &Spanned<String>,
        within: &Selection,
        levels: Vec<Grain>,
        periods: bool,
    ) -> Option<Vec<LevelCell>> {
        let measure = ast::Expr { kind: ast::ExprKind::Name(measure.value.clone()), span: measure.span };
        let mut found = Vec::new();
        for level in levels {
            found.push((self.report_cell(&measure, &level, within, periods)?, level));
        }
        let mut cells = Vec::new();
        for (x, level) in found {
            let word = crate::reports::level_word(&level).to_owned();
            let attribute = level.attribute();
            let formula = self.hide_named(x, format!("{owner}·{word}·{}", self.hidden.len()), level);
            cells.push(LevelCell { attribute, word, formula });
        }
        Some(cells)
    }
}
