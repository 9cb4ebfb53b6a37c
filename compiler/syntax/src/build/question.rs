//! A line of the console: what follows the last operand is of the whole question (decision 0200).

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Span, Spanned};

use super::{Builder, P, child};
use crate::ast::{Aggregate, Expr, ExprKind, Question, Selection, Shift, When};
use crate::layout;

impl Builder<'_> {
    pub(crate) fn question(&mut self, pair: P<'_>) -> Option<Question> {
        let span = self.span(&pair);
        let (mut subject, mut out) = (None, Taken::default());
        for part in pair.into_inner() {
            match part.as_rule() {
                // Before what follows it is read: `x sur 2026 par mois sur 2027` says its period twice.
                Rule::expr => {
                    let whole = self.expr(part);
                    subject = Some(self.without_its_end(whole, &mut out));
                }
                Rule::grain => out.levels.extend(self.named(&part, Rule::ident)),
                Rule::filtre => out.narrow(self.selection_in(&part)),
                Rule::quand => {
                    let when = match (child(&part, Rule::mois), child(&part, Rule::annee)) {
                        (Some(month), _) => When::Month(self.month(&month)),
                        (None, Some(year)) => When::Year(self.year(&year)),
                        (None, None) => continue,
                    };
                    let when = Spanned::new(when, self.span(&part));
                    match &out.when {
                        None => out.when = Some(when),
                        Some(first) => self.complain(
                            Diagnostic::new(Code::S01, "la question dit deux fois sa période", when.span)
                                .here("ici encore")
                                .label(first.span, "déjà dite ici")
                                .help("gardez l'une des deux ; pour voir tous les mois : `par mois`"),
                        ),
                    }
                }
                _ => {}
            }
        }
        Some(Question { subject: subject?, selection: out.selection, when: out.when, levels: out.levels, span })
    }

    /// The expression less what its last operand says of whom and when.
    fn without_its_end(&self, e: Expr, out: &mut Taken) -> Expr {
        // What is between parentheses is of what is between them.
        if self.text.get(e.span.end as usize..).is_some_and(|rest| rest.trim_start_matches(layout::is_blank).starts_with(')')) {
            return e;
        }
        let span = e.span;
        let kind = match e.kind {
            ExprKind::Shifted(inner, Shift::InMonth(month)) if out.when.is_none() => {
                out.when = Some(Spanned::new(When::Month(month), self.after(inner.span, span)));
                return self.without_its_end(*inner, out);
            }
            ExprKind::Shifted(inner, Shift::InYear(year) | Shift::OverYear(year)) if out.when.is_none() => {
                out.when = Some(Spanned::new(When::Year(year), self.after(inner.span, span)));
                return self.without_its_end(*inner, out);
            }
            ExprKind::Filtered(inner, selection) => {
                out.narrow(Some(selection));
                return self.without_its_end(*inner, out);
            }
            ExprKind::Aggregate {
                kind: kind @ (Aggregate::Sum | Aggregate::Total | Aggregate::Mean),
                operand,
                weight,
                within,
                selection,
            } => {
                out.narrow(selection);
                ExprKind::Aggregate { kind, operand, weight, within, selection: None }
            }
            ExprKind::Convert(inner, unit) => ExprKind::Convert(Box::new(self.without_its_end(*inner, out)), unit),
            ExprKind::Negate(inner) => ExprKind::Negate(Box::new(self.without_its_end(*inner, out))),
            ExprKind::Binary(operator, left, right) => ExprKind::Binary(operator, left, Box::new(self.without_its_end(*right, out))),
            other => other,
        };
        Expr { kind, span }
    }

    /// The words between the end of one and the end of the other.
    fn after(&self, inner: Span, whole: Span) -> Span {
        let text = self.text.get(inner.end as usize..whole.end as usize).unwrap_or("");
        let blanks = text.len() - text.trim_start_matches(|c| layout::is_blank(c) || c == ')').len();
        Span { start: whole.end.min(inner.end + u32::try_from(blanks).unwrap_or(0)), ..whole }
    }
}

/// What a question says besides its subject.
#[derive(Default)]
struct Taken {
    selection: Option<Selection>,
    when: Option<Spanned<When>>,
    levels: Vec<Spanned<String>>,
}

impl Taken {
    /// `pour a … pour b`: both must hold.
    fn narrow(&mut self, more: Option<Selection>) {
        match (&mut self.selection, more) {
            (Some(own), Some(more)) => {
                own.span = own.span.to(more.span);
                own.criteria.extend(more.criteria);
            }
            (own @ None, more) => *own = more,
            (Some(_), None) => {}
        }
    }
}
