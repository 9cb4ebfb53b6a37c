//! `modifier` a constant or a hypothesis: the value, its bounds, and the exceptions that stand.

use cadrage_ir::{Change, Modification, Parameter, ParameterId};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{self, ExprKind, ModifyChange, Visibility};
use cadrage_syntax::print_selection;
use cadrage_value::{Date, Exact, Month};

use super::{Checked, Ground, Sentence, What};
use crate::scope::Scope;
use crate::units;

impl Scope<'_> {
    pub(super) fn value_change(
        &mut self,
        m: &ast::Modify,
        id: ParameterId,
        ground: &Ground<'_>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<Modification> {
        let parameter = ground.parameters.get(id.index())?;
        if ground.openness.parameters.get(&id) == Some(&Visibility::Locked) {
            self.locked(&parameter.name, m.target.span, parameter.span, "déclarez une autre constante, et la formule qui l'emploie");
            return None;
        }
        let selection = self.optional_selection(m.selection.as_ref())?;
        let change = match &m.change {
            ModifyChange::Set(e) => Change::Set(self.bounded(e, parameter)?),
            ModifyChange::AtLeast(e) => Change::AtLeast(self.bounded(e, parameter)?),
            ModifyChange::AtMost(e) => Change::AtMost(self.bounded(e, parameter)?),
            ModifyChange::Raise(e) => self.relative(e, parameter, false)?,
            ModifyChange::Lower(e) => self.relative(e, parameter, true)?,
            ModifyChange::Shares(_) | ModifyChange::Brackets(_) => {
                self.complain(
                    Diagnostic::new(Code::V02, format!("`{}` est une valeur, ni un calendrier ni un barème", parameter.name), m.span)
                        .help(format!("écrivez `modifier {} = <valeur>`", parameter.name)),
                );
                return None;
            }
        };
        let paid = self.payment_of_change(m);
        Some(Modification {
            parameter: id,
            selection,
            whom: m.selection.as_ref().map_or_else(String::new, print_selection),
            everywhere: m.everywhere,
            from: m.from,
            until: m.until.map(Date::next),
            change,
            paid,
            text: text(m.span),
            span: m.span,
        })
    }

    pub(super) fn locked(&mut self, name: &str, span: Span, declared: Span, instead: &str) {
        self.complain(
            Diagnostic::new(Code::D01, format!("`{name}` est verrouillée"), span)
                .label(declared, "déclarée ici")
                .help(format!("seul son module peut la changer ; {instead}")),
        );
    }

    /// A value inside the declared bounds.
    fn bounded(&mut self, e: &ast::Expr, parameter: &Parameter) -> Option<Exact> {
        let value = self.declared_value(e, &parameter.unit, &parameter.written.1)?;
        if let Some((low, high)) = &parameter.bounds
            && (value < *low || value > *high)
        {
            self.complain(
                Diagnostic::new(
                    Code::E06,
                    format!("`{}` va de {} à {}", parameter.name, shown(low, parameter), shown(high, parameter)),
                    e.span,
                )
                .here("hors des bornes")
                .label(parameter.span, "bornes déclarées ici")
                .help("corrigez la valeur, ou élargissez les bornes dans le module"),
            );
            return None;
        }
        Some(value)
    }

    /// `majorer de 1,5 %`, `majorer de 10 €/mois`.
    fn relative(&mut self, e: &ast::Expr, parameter: &Parameter, lower: bool) -> Option<Change> {
        let ExprKind::Number(x, unit) = &e.kind else { return None };
        let sign = |v: Exact| if lower { -v } else { v };
        match unit {
            Some(u) if units::is_percent(u) => {
                let rate = x * &units::resolve(u).1;
                if parameter.unit.is_pure() {
                    let (word, sign_word) = if lower { ("minoré", "-") } else { ("majoré", "+") };
                    let last = last_value(parameter);
                    let percent = |x: Exact| format!("{} %", (Exact::from_int(100) * x).to_shortest());
                    let scaled = &last * &(&Exact::ONE + &sign(rate.clone()));
                    let (from, by) = (percent(last.clone()), percent(rate.clone()));
                    self.complain(
                        Diagnostic::new(
                            Code::U07,
                            format!("`{}` est un taux : {from} {word} de {by} donne {}, en proportion", parameter.name, percent(scaled)),
                            e.span,
                        )
                        .help(format!("pour {}, en points, écrivez `= {from} {sign_word} {by}`", percent(&last + &sign(rate.clone())))),
                    );
                }
                Some(Change::Scale(&Exact::ONE + &sign(rate)))
            }
            _ => {
                let value = self.declared_value(e, &parameter.unit, &parameter.written.1)?;
                Some(Change::Shift(sign(value)))
            }
        }
    }

    /// E04: the more specific exceptions that a change leaves in force, with their values (decision D22).
    pub(super) fn left_standing(&mut self, checked: &[(&Sentence<'_>, Checked)], ground: &Ground<'_>, constate: Option<Month>) {
        for (sentence, c) in checked.iter().filter(|(s, _)| s.own) {
            let (Checked::Layer(cadrage_ir::Layer::Value(m)), What::Modify(written)) = (c, sentence.what) else { continue };
            let Some(parameter) = ground.parameters.get(m.parameter.index()) else { continue };
            if m.everywhere {
                continue;
            }
            let day = m.from.or_else(|| constate.map(|c| c.plus(1).first_day()));
            let mut standing: Vec<String> = Vec::new();
            for case in &parameter.cases {
                let narrower = case.selection != m.selection && !case.text.is_empty();
                // An ancestor, or this very scenario, may have said something of that exception: its own note tells.
                let said = checked.iter().any(|(_, other)| {
                    matches!(other, Checked::Layer(cadrage_ir::Layer::Value(o)) if o.parameter == m.parameter && o.selection == case.selection)
                });
                if narrower && !said && self.members.refine(&case.selection).included_in(&self.members.refine(&m.selection)) {
                    let dated = case.timeline.iter().rev().find(|d| d.from.is_none() || day.is_none_or(|day| d.from <= Some(day)));
                    let value = dated.map_or_else(|| "sans valeur à cette date".to_owned(), |d| shown(&d.value, parameter));
                    standing.push(format!("{} {value}", case.text));
                }
            }
            for (other, o) in checked.iter().filter(|(other, _)| other.rank < sentence.rank) {
                let (Checked::Layer(cadrage_ir::Layer::Value(o)), What::Modify(said)) = (o, other.what) else { continue };
                if o.parameter == m.parameter
                    && o.selection != m.selection
                    && let Some(words) = &said.selection
                    && self.members.refine(&o.selection).included_in(&self.members.refine(&m.selection))
                {
                    standing.push(format!("{} (modifiée par {})", print_selection(words), other.block()));
                }
            }
            if standing.is_empty() {
                continue;
            }
            let plural = if standing.len() > 1 { "exceptions restent" } else { "exception reste" };
            let help = match (&written.selection, &written.change) {
                (None, ModifyChange::Set(e)) => {
                    format!("pour tout remplacer : `modifier {} partout = {}`", parameter.name, cadrage_syntax::print_expression(e))
                }
                (None, _) => format!("pour tout changer : `modifier {} partout …`", parameter.name),
                (Some(_), _) => format!("pour la changer aussi : `modifier {} pour <la sélection de l'exception> …`", parameter.name),
            };
            let what = match &written.selection {
                None => format!("seule la valeur par défaut de `{}` change", parameter.name),
                Some(s) => format!("`{}` change pour {}", parameter.name, print_selection(s)),
            };
            // A message is read at once: as many exceptions as it can hold.
            let start = format!("{what} ; {} {plural} en vigueur : ", standing.len());
            let mut listed = String::new();
            for one in &standing {
                let next = if listed.is_empty() { one.clone() } else { format!("{listed}, {one}") };
                if start.chars().count() + next.chars().count() > 138 {
                    listed.push('…');
                    break;
                }
                listed = next;
            }
            self.complain(Diagnostic::new(Code::E04, format!("{start}{listed}"), m.span).help(help));
        }
    }
}

/// A value as its author would write it.
pub(super) fn shown(x: &Exact, parameter: &Parameter) -> String {
    let written = x.checked_div(&parameter.written.1).unwrap_or_else(|| x.clone());
    format!("{} {}", written.to_shortest(), parameter.written.0)
}

fn last_value(parameter: &Parameter) -> Exact {
    parameter.cases.last().and_then(|c| c.timeline.last()).map_or(Exact::ZERO, |d| d.value.clone())
}
