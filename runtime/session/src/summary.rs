//! What a controller reads of a projection: masse salariale, ETPT and ETP by month and exercice. Owns the JSON shape.

use std::collections::BTreeMap;

use cadrage_engine::{Environment, Kernel, Value};
use cadrage_ir::{FormulaId, Grain, Program};
use cadrage_value::{Exact, Money, Month};

use crate::run::Projection;
use crate::views::View;

/// A month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSummary {
    /// The month.
    pub month: Month,
    /// Known pay.
    pub constate: bool,
    /// Masse salariale paid in the month.
    pub masse_salariale: Money,
    /// Mean full-time equivalents.
    pub etp: Exact,
    /// Contribution of the month of right to the annual ETPT.
    pub etpt: Exact,
}

/// An exercice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearSummary {
    /// The year.
    pub year: i32,
    /// Total.
    pub masse_salariale: Money,
    /// Its constaté part.
    pub constate: Money,
    /// Expected back pay in the projected part.
    pub rappels: Money,
    /// Annual ETPT.
    pub etpt: Exact,
    /// The rule of three a controller would do by hand: constaté × 12 / constaté months; `None` when it says nothing.
    pub run_rate: Option<Money>,
}

/// A projection summed up.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Scenario.
    pub scenario: String,
    /// Its label.
    pub label: String,
    /// Months of the exercices concerned.
    pub months: Vec<MonthSummary>,
    /// Exercices.
    pub years: Vec<YearSummary>,
    /// The same euros by pay element, family, account and cost centre.
    pub views: Vec<View>,
    /// What is supposed that no text in force says.
    pub beyond_texts: Vec<String>,
}

impl Summary {
    /// From January of the last constaté month's year to the end of the projection.
    #[must_use]
    pub fn of(p: &Projection) -> Summary {
        let (first, last) = (p.last.january(), p.until);
        let mut money: BTreeMap<Month, Money> = BTreeMap::new();
        let mut jobs: BTreeMap<Month, Exact> = BTreeMap::new();
        let mut rappels: BTreeMap<i32, Money> = BTreeMap::new();
        for line in &p.lines {
            *money.entry(line.month).or_default() += line.amount;
            if !line.etpt().is_zero() {
                let slot = jobs.entry(line.right).or_insert(Exact::ZERO);
                *slot = &*slot + line.etpt();
            }
            if matches!(line.origin, cadrage_engine::Origin::Rappel(_)) {
                *rappels.entry(line.month.year()).or_default() += line.amount;
            }
        }
        let months: Vec<MonthSummary> = first
            .through(last)
            .map(|month| MonthSummary {
                month,
                constate: month <= p.last,
                masse_salariale: money.get(&month).copied().unwrap_or_default(),
                etp: p.measures.get(&("etp".to_owned(), month)).cloned().unwrap_or(Exact::ZERO),
                etpt: jobs.get(&month).cloned().unwrap_or(Exact::ZERO),
            })
            .collect();
        let years = (first.year()..=last.year())
            .map(|year| {
                let own: Vec<&MonthSummary> = months.iter().filter(|m| m.month.year() == year).collect();
                let constate: Money = own.iter().filter(|m| m.constate).map(|m| m.masse_salariale).sum();
                let known = i64::try_from(own.iter().filter(|m| m.constate).count()).unwrap_or(0);
                let whole = own.len() == 12;
                YearSummary {
                    year,
                    masse_salariale: own.iter().map(|m| m.masse_salariale).sum(),
                    constate,
                    rappels: rappels.get(&year).copied().unwrap_or_default(),
                    etpt: own.iter().map(|m| m.etpt.clone()).sum(),
                    run_rate: (whole && known > 0 && known < 12)
                        .then(|| {
                            Exact::ratio(12, known).and_then(|r| cadrage_value::Rounding::HalfUp.to_money(&(&constate.to_exact() * &r)))
                        })
                        .flatten(),
                }
            })
            .collect();
        Summary {
            scenario: p.scenario.clone(),
            label: p.label.clone(),
            months,
            years,
            views: p.views.clone(),
            beyond_texts: p.beyond_texts.clone(),
        }
    }

    /// Does each exercice of the views add up to the exercice of the summary, and every euro have its place on each axis?
    #[must_use]
    pub fn views_meet(&self) -> bool {
        self.view_gaps().is_empty()
    }

    /// What keeps HR's view and finance's apart, by exercice: euros that an axis does not bear, by axis.
    #[must_use]
    pub fn view_gaps(&self) -> BTreeMap<i32, Vec<(&'static str, Money)>> {
        let mut out: BTreeMap<i32, Vec<(&'static str, Money)>> = BTreeMap::new();
        for year in &self.years {
            let own: Vec<&View> = self.views.iter().filter(|v| v.year == year.year).collect();
            for axis in 0..4 {
                let borne: Money = own.iter().filter_map(|v| v.axes().get(axis).map(|a| a.1)).sum();
                let name = own.first().and_then(|v| v.axes().get(axis).map(|a| a.0));
                if let Some(name) = name.filter(|_| borne != year.masse_salariale) {
                    out.entry(year.year).or_default().push((name, year.masse_salariale - borne));
                }
            }
        }
        out
    }

    /// The contract of cli.md for `calculer --format json`.
    #[must_use]
    pub fn json(&self, engine: &str, milliseconds: u128, alerts: &[crate::Alert]) -> serde_json::Value {
        let plain = |m: Money| m.to_exact().to_plain(2);
        let jobs = |x: &Exact| x.to_plain(6);
        let years: Vec<serde_json::Value> = self
            .years
            .iter()
            .map(|y| {
                serde_json::json!({
                    "exercice": y.year, "masse_salariale": plain(y.masse_salariale), "dont_constate": plain(y.constate),
                    "dont_rappels_attendus": plain(y.rappels), "etpt": jobs(&y.etpt), "regle_de_trois": y.run_rate.map(plain),
                })
            })
            .collect();
        let months: Vec<serde_json::Value> = self
            .months
            .iter()
            .map(|m| {
                serde_json::json!({
                    "mois": m.month.to_string(), "origine": if m.constate { "constate" } else { "projete" },
                    "masse_salariale": plain(m.masse_salariale), "etp": jobs(&m.etp), "etpt": jobs(&m.etpt),
                })
            })
            .collect();
        let views: Vec<serde_json::Value> = self
            .views
            .iter()
            .map(|v| {
                let axes = v.axes();
                let by = |k: usize| axes.get(k).map_or_else(String::new, |(_, total, _)| plain(*total));
                let familles: BTreeMap<&str, String> = v.familles.iter().map(|(f, m)| (f.as_str(), plain(*m))).collect();
                serde_json::json!({
                    "exercice": v.year, "origine": if v.constate { "constate" } else { "projete" },
                    "masse_salariale": plain(v.total), "par_element": by(0), "par_famille": by(1), "par_compte": by(2),
                    "par_centre_de_cout": by(3), "dont_hors_psop_sans_centre": plain(v.hors_psop), "familles": familles,
                    "egales": v.meets(),
                })
            })
            .collect();
        let alerts: Vec<serde_json::Value> = alerts.iter().map(|a| serde_json::json!({"code": a.code, "message": a.message})).collect();
        serde_json::json!({
            "scenario": self.scenario, "moteur": engine, "duree_ms": milliseconds, "exercices": years, "mois": months,
            "vues": views, "hors_textes": self.beyond_texts, "enveloppes": [], "alertes": alerts,
        })
    }
}

/// A `par ligne` measure summed by month of pay; used by tests and reports.
///
/// # Errors
/// The first fault met.
pub(crate) fn line_measure(
    kernel: &dyn Kernel,
    program: &Program,
    environment: Environment<'_>,
    formula: FormulaId,
    lines: &[cadrage_engine::Line],
) -> Result<BTreeMap<Month, Exact>, cadrage_ir::Fault> {
    debug_assert!(program.formula(formula).is_some_and(|f| f.grain == Grain::Line));
    let mut out: BTreeMap<Month, Exact> = BTreeMap::new();
    for line in lines {
        if let Value::Known(x) = kernel.line(formula, &line.row(), line.month, None, environment)? {
            let slot = out.entry(line.month).or_insert(Exact::ZERO);
            *slot = &*slot + &x;
        }
    }
    Ok(out)
}
