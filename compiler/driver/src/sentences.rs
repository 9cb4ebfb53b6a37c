//! The words of formulas, for who explains their values.

use cadrage_source::Span;
use cadrage_syntax::ast::{Declaration, Formula, UnitFactor};
use cadrage_syntax::{fold, print_selection};

use crate::Compiled;

/// What a declared formula says of itself that its value does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormulaWords {
    /// Its unit is `%`: its values are read so.
    pub percent: bool,
    /// `pour …`, as written.
    pub scope: Option<String>,
    /// The span of each calculation, and whom it is for; the default is for nobody in particular.
    pub cases: Vec<(Span, Option<String>)>,
}

impl Compiled {
    /// The words of the formula whose name is declared at `name`; `None` for one that nobody declared.
    #[must_use]
    pub fn formula_words(&self, name: Span) -> Option<FormulaWords> {
        let formula = self.formula_declared(name)?;
        let default = formula.equations.iter().map(|e| (e.span, None));
        let exceptions = formula.exceptions.iter().map(|x| (x.value.span, Some(print_selection(&x.selection))));
        Some(FormulaWords {
            percent: matches!(formula.unit.factors.as_slice(), [UnitFactor::Percent]),
            scope: formula.scope.as_ref().map(print_selection),
            cases: default.chain(exceptions).collect(),
        })
    }

    /// The text of a span, with the parentheses around it that it begins or ends inside of.
    fn balanced(&self, span: Span) -> &str {
        let text = self.sources.text(span);
        let (mut depth, mut lacking) = (0_usize, 0_usize);
        for c in text.chars() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => lacking += 1,
                ')' => depth -= 1,
                _ => {}
            }
        }
        let Some(file) = self.sources.get(span.file) else { return text };
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        while lacking > 0
            && let Some(at) = file.text.get(..start).and_then(|before| before.trim_end().strip_suffix('(')).map(str::len)
        {
            (start, lacking) = (at, lacking - 1);
        }
        while depth > 0
            && let Some(after) = file.text.get(end..)
            && let Some(rest) = after.trim_start().strip_prefix(')')
        {
            (end, depth) = (file.text.len() - rest.len(), depth - 1);
        }
        file.text.get(start..end).unwrap_or(text)
    }

    fn formula_declared(&self, name: Span) -> Option<&Formula> {
        self.files.iter().flat_map(|f| &f.declarations).find_map(|d| match d {
            Declaration::Formula(f) if f.name.span == name => Some(&**f),
            _ => None,
        })
    }

    /// Words on one line, comments left out. A calculation whose first or last operand stands between parentheses has them.
    #[must_use]
    pub fn words(&self, span: Span) -> String {
        let text = self.balanced(span);
        let kept = text.lines().map(|line| line.split_once("--").map_or(line, |(before, _)| before));
        let lines: Vec<String> =
            kept.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty()).collect();
        // A table is read line by line.
        let table = lines.iter().any(|line| line.split(|c: char| !c.is_alphanumeric()).any(|word| fold(word) == "selon"));
        lines.join(if table { "\n" } else { " " })
    }
}

impl Compiled {
    /// May this role see agents one by one? `None` for one that no module declares.
    #[must_use]
    pub fn sees_agents(&self, role: &str) -> Option<bool> {
        let found = self.roles().find(|r| fold(&r.name.value) == fold(role))?;
        let sees = |r: &cadrage_syntax::ast::Right| fold(&r.verb.value) == "voir" && r.targets.iter().any(|t| fold(&t.value) == "agents");
        Some(found.rights.iter().any(sees))
    }

    /// The roles declared.
    #[must_use]
    pub fn role_names(&self) -> Vec<&str> {
        self.roles().map(|r| r.name.value.as_str()).collect()
    }

    fn roles(&self) -> impl Iterator<Item = &cadrage_syntax::ast::Role> {
        self.files.iter().flat_map(|f| &f.declarations).filter_map(|d| match d {
            Declaration::Role(r) => Some(r),
            _ => None,
        })
    }
}
