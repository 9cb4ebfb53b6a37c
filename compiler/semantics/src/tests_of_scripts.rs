//! `test` blocks.

use cadrage_ir::{COLUMNS, Unit};
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::{self, Expected, ProfileValue, TestPeriod};
use cadrage_syntax::canonical_code;
use cadrage_value::Exact;

use crate::bounds::{column_unit, day_number};
use crate::model::{Expectation, Period, Test, TestSituation};
use crate::scope::{Scope, Symbol};
use crate::tables::Tables;
use crate::units;

impl Scope<'_> {
    /// The checked test; `None` when it was complained about.
    pub(crate) fn test(&mut self, t: &ast::Test, module: &str, tables: &Tables) -> Option<Test> {
        if t.damaged {
            return None;
        }
        if !t.files.is_empty() {
            let cases = self.case_table(t, tables)?;
            let (title, span) = (t.title.value.clone(), t.title.span);
            return Some(Test {
                title,
                situations: Vec::new(),
                expectations: Vec::new(),
                cases: Some(cases),
                module: module.to_owned(),
                span,
            });
        }
        self.without_file(t)?;
        let mut situations: Vec<TestSituation> = Vec::new();
        let mut whole = true;
        for s in &t.situations {
            let before = if s.then { situations.last().cloned() } else { None };
            let agent = situations.last().map_or(0, |b| if s.then { b.agent } else { b.agent + 1 });
            let mut out = TestSituation {
                agent,
                codes: before.as_ref().map(|b| b.codes.clone()).unwrap_or_default(),
                numbers: before.as_ref().map(|b| b.numbers.clone()).unwrap_or_default(),
                supplied: before.map(|b| b.supplied).unwrap_or_default(),
                from: s.from.unwrap_or(cadrage_value::Date::DEFAULT),
                until: s.until.unwrap_or(cadrage_value::Date::DEFAULT),
            };
            if s.from.is_none() || s.until.is_none() {
                self.complain(
                    Diagnostic::new(Code::V02, "cette situation n'a pas de dates", s.span).help("ajoutez `du 01/01/2026 au 31/12/2026`"),
                );
                whole = false;
            }
            for (name, value) in &s.profile {
                whole &= self.profile_pair(name, value, &mut out).is_some();
            }
            situations.push(out);
        }
        if situations.is_empty() {
            self.complain(Diagnostic::new(Code::V02, "ce test n'a pas d'agent", t.title.span).help("ajoutez `soit un agent … du … au …`"));
            return None;
        }
        let mut expectations = Vec::new();
        for e in &t.expectations {
            let (Some(formula), Some(period), Expected::Value(value)) = (self.expected_formula(&e.name), e.period, &e.value) else {
                whole = false;
                continue;
            };
            let unit = self.header(formula).map_or_else(Unit::pure, |h| h.unit.clone());
            let value = self.declared_value(value, &unit, &Exact::ONE);
            let tolerance = e.tolerance.as_ref().map_or(Some(Exact::ZERO), |t| self.declared_value(t, &unit, &Exact::ONE));
            let period = match period {
                TestPeriod::Month(m) => Period::Month(m),
                TestPeriod::Year(y) => Period::Year(y),
            };
            match (value, tolerance) {
                (Some(value), Some(tolerance)) => expectations.push(Expectation { period, formula, value, tolerance, span: e.span }),
                _ => whole = false,
            }
        }
        whole.then(|| Test {
            title: t.title.value.clone(),
            situations,
            expectations,
            cases: None,
            module: module.to_owned(),
            span: t.title.span,
        })
    }

    /// Clauses that only a test by table has.
    fn without_file(&mut self, t: &ast::Test) -> Option<()> {
        let columns = t.columns.iter().map(|c| ("colonne", c.span));
        let asides = t.asides.iter().chain(t.expectations.iter().filter_map(|e| e.aside.as_ref())).map(|a| ("sauf colonne", a.span));
        let expected = t.expectations.iter().filter(|e| matches!(e.value, Expected::Column { .. })).map(|e| ("= colonne", e.span));
        let mut whole = true;
        for (what, span) in columns.chain(asides).chain(expected) {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{what}` sans fichier de cas"), span)
                    .help("ajoutez `cas \"….csv\"` en tête du test : chaque ligne du fichier sera un cas"),
            );
            whole = false;
        }
        for e in t.expectations.iter().filter(|e| e.period.is_none()) {
            self.complain(
                Diagnostic::new(Code::V02, "cet attendu ne dit pas quand regarder", e.span)
                    .help("écrivez `en MM/AAAA attendre …` ou `sur AAAA attendre …`"),
            );
            whole = false;
        }
        whole.then_some(())
    }

    /// The formula a test looks at.
    pub(crate) fn expected_formula(&mut self, name: &cadrage_source::Spanned<String>) -> Option<cadrage_ir::FormulaId> {
        match self.get(&name.value) {
            Some(Symbol::Formula(f)) => return Some(f),
            Some(Symbol::Poisoned) => {}
            Some(_) => self.complain(
                Diagnostic::new(Code::N01, format!("`{}` n'est pas une formule", name.value), name.span)
                    .help("un test attend la valeur d'une formule"),
            ),
            None => self.unknown(&name.value, name.span),
        }
        None
    }

    pub(crate) fn profile_pair(
        &mut self,
        name: &cadrage_source::Spanned<String>,
        value: &ProfileValue,
        out: &mut TestSituation,
    ) -> Option<()> {
        if let Some(column) = Self::profile_column(&name.value) {
            let unit = column_unit(column);
            if let Some(spec) = COLUMNS.get(column.index()).filter(|c| c.date) {
                let day = if let ProfileValue::Code(c) = value { cadrage_value::Date::parse(&c.value) } else { None };
                let Some(day) = day else {
                    self.complain(
                        Diagnostic::new(Code::U03, format!("`{}` est une date", spec.name), name.span)
                            .help(format!("écrivez `{} 01/09/2021`", spec.name)),
                    );
                    return None;
                };
                out.numbers.insert(column, day_number(day));
                return Some(());
            }
            let x = match value {
                ProfileValue::Number(x, Some(u), span) => {
                    let (given, factor) = units::resolve(u);
                    let months = given == Unit::of(cadrage_ir::Dimension::Month) && unit == given;
                    if given != unit && !months {
                        let shown = COLUMNS.get(column.index()).map_or("", |c| c.name);
                        self.complain(
                            Diagnostic::new(Code::U03, format!("`{shown}` est en {unit}, pas en {given}"), *span)
                                .help(format!("donnez la valeur en {unit}")),
                        );
                        return None;
                    }
                    x * &factor
                }
                ProfileValue::Number(x, None, _) => x.clone(),
                ProfileValue::Code(c) => match c.value.parse::<Exact>() {
                    Ok(x) => x,
                    Err(_) => {
                        self.complain(
                            Diagnostic::new(Code::U03, format!("`{}` n'est pas un nombre", c.value), c.span)
                                .help(format!("donnez la valeur en {unit}")),
                        );
                        return None;
                    }
                },
                ProfileValue::Label(l) => {
                    self.complain(
                        Diagnostic::new(Code::U03, "un nombre était attendu", l.span).help(format!("donnez la valeur en {unit}")),
                    );
                    return None;
                }
            };
            out.numbers.insert(column, x);
            return Some(());
        }
        if let Some(Symbol::Formula(f)) = self.get(&name.value) {
            let unit = self.header(f).map_or_else(Unit::pure, |h| h.unit.clone());
            let ProfileValue::Number(x, given, span) = value else {
                self.complain(
                    Diagnostic::new(Code::U03, format!("`{}` reçoit une quantité", name.value), name.span)
                        .help(format!("donnez la valeur en {unit}")),
                );
                return None;
            };
            let (found, factor) = given.as_ref().map_or_else(|| (unit.clone(), Exact::ONE), units::resolve);
            if found != unit {
                self.complain(
                    Diagnostic::new(Code::U03, format!("`{}` est en {unit}, pas en {found}", name.value), *span)
                        .help(format!("donnez la valeur en {unit}")),
                );
                return None;
            }
            out.supplied.insert(f, x * &factor);
            return Some(());
        }
        let Some(attribute) = self.attribute(&name.value) else {
            self.unknown(&name.value, name.span);
            return None;
        };
        let code = match value {
            ProfileValue::Code(c) => self.code(attribute, c)?,
            ProfileValue::Label(l) => self.members.by_label(attribute, &l.value).cloned().unwrap_or_else(|| canonical_code(&l.value)),
            ProfileValue::Number(x, _, _) => x.to_string(),
        };
        out.codes.insert(attribute, code);
        Some(())
    }
}
