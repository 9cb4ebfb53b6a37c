//! Which rows of a reference list a declaration reads: `valeurs de "…" pour rubrique 202200 et hors membre (A ; B)`.

use std::collections::BTreeMap;

use cadrage_ir::{Shape, attribute};
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::{self, CriterionKind, Member};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Date, Exact};

use crate::bounds::{Span, day_number};
use crate::scope::Scope;
use crate::{Members, Table};

/// A criterion on a column of the list.
pub(crate) struct RowTest {
    column: String,
    negated: bool,
    kind: Kind,
}

enum Kind {
    /// One of these members.
    Members(Vec<Wanted>),
    /// A number or a day inside.
    Inside(Shape),
}

enum Wanted {
    Code(String),
    Label(String),
    Ranks(i64, i64),
}

impl RowTest {
    /// Is the row kept?
    pub(crate) fn keeps(&self, row: &BTreeMap<String, String>, members: &Members) -> bool {
        let cell = Table::cell(row, &self.column);
        let inside = match &self.kind {
            Kind::Members(list) => list.iter().any(|wanted| match wanted {
                Wanted::Code(code) => canonical_code(cell) == *code,
                Wanted::Label(label) => {
                    // The column is an axis, or says a member of the axis that the row names.
                    let axis = if self.column == "membre" { Table::cell(row, "axe") } else { &self.column };
                    let named = cadrage_ir::ATTRIBUTES.iter().find(|a| fold(a.name) == fold(axis)).and_then(|a| attribute(a.name));
                    let code = named.and_then(|a| members.by_label(a, label));
                    code.is_some_and(|c| *c == canonical_code(cell)) || cell.eq_ignore_ascii_case(label)
                }
                Wanted::Ranks(a, b) => cell.parse::<i64>().is_ok_and(|n| *a <= n && n <= *b),
            }),
            Kind::Inside(shape) => number(cell).is_some_and(|x| shape.accepts(&x)),
        };
        inside != self.negated
    }
}

/// A cell as a number or a day.
fn number(cell: &str) -> Option<Exact> {
    Date::parse(cell).map(day_number).or_else(|| cell.parse().ok())
}

impl Scope<'_> {
    /// The tests of a filter; what is wrong in it is complained about.
    pub(crate) fn row_filter(&mut self, source: &ast::TableSource, table: &Table) -> Vec<RowTest> {
        let mut out = Vec::new();
        let known: Vec<&String> = table.rows.first().map_or_else(Vec::new, |(_, row)| row.keys().collect());
        for criterion in source.filter.iter().flat_map(|s| &s.criteria) {
            let (name, kind) = match &criterion.kind {
                CriterionKind::Members(name, list) => {
                    let wanted = list.iter().map(|m| match m {
                        Member::Code(c) => Wanted::Code(canonical_code(&c.value)),
                        Member::Label(l) => Wanted::Label(l.value.clone()),
                        Member::Range(a, b, _) => Wanted::Ranks(*a, *b),
                    });
                    (name, Some(Kind::Members(wanted.collect())))
                }
                CriterionKind::Compare(name, operator, bound) => {
                    let shape = self.row_bound(bound).and_then(|b| b.compared(*operator));
                    (name, shape.map(Kind::Inside))
                }
                CriterionKind::Between(name, low, high) => {
                    let (low, high) = (self.row_bound(low), self.row_bound(high));
                    (name, low.zip(high).map(|(low, high)| Kind::Inside(low.at_or_after().intersect(&high.up_to()))))
                }
                CriterionKind::Named(name) => {
                    self.complain(
                        Diagnostic::new(Code::N01, format!("`{}` ne choisit pas de lignes d'un référentiel", name.value), name.span)
                            .here("une colonne et ses valeurs étaient attendues")
                            .help("écrivez `pour <colonne> <valeur>` : `pour rubrique 202200`"),
                    );
                    continue;
                }
            };
            let column = fold(&name.value);
            let Some(column) = known.iter().find(|k| fold(k) == column).map(|k| (*k).clone()).or(known.is_empty().then_some(column)) else {
                let listed = known.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ");
                self.complain(
                    Diagnostic::new(Code::V03, format!("`{}` n'a pas de colonne `{}`", source.path.value, name.value), name.span)
                        .here("colonne inconnue")
                        .help(format!("colonnes : {listed}")),
                );
                continue;
            };
            if let Some(kind) = kind {
                out.push(RowTest { column, negated: criterion.negated, kind });
            }
        }
        out
    }

    /// A bound of a column: a day, a month or a plain number, as the list writes them.
    fn row_bound(&mut self, bound: &ast::Expr) -> Option<Span> {
        match &bound.kind {
            ast::ExprKind::Date(day) => Some(Span::point(day_number(*day))),
            ast::ExprKind::Month(month) => Some(Span::days_of(*month)),
            ast::ExprKind::Number(x, None) => Some(Span::point(x.clone())),
            _ => {
                self.complain(
                    Diagnostic::new(Code::U03, "un filtre compare aux nombres que le référentiel écrit", bound.span)
                        .here("avec une unité")
                        .help("donnez le nombre sans unité, comme dans la colonne"),
                );
                None
            }
        }
    }
}
