//! Careers as rows that formulas read.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_careers::{AgentCareer, State};
use cadrage_engine::{AgentFrame, AgentMonth, Row};
use cadrage_ir::{COLUMNS, column};
use cadrage_value::{Date, Exact, Month};

use crate::attributes::Coder;
use crate::constate::Paid;

/// The rows of one agent over `months`.
pub(crate) fn frame(career: &AgentCareer, months: (Month, Month), last: Month, paid: &Paid, coder: &mut Coder<'_>) -> AgentFrame {
    let by_right = paid.by_agent.get(&career.matricule);
    // A fraction of somebody goes on being paid what he was.
    let paid_as = career.seat.as_ref().filter(|_| career.fraction).unwrap_or(&career.matricule);
    let slots = months
        .0
        .through(months.1)
        .map(|month| AgentMonth {
            month,
            constate: month <= last,
            situations: career
                .rows_of(month)
                .iter()
                .map(|r| {
                    let presence = Exact::ratio(i64::from(r.thirtieths), 30).unwrap_or(Exact::ZERO);
                    row(&career.matricule, &r.state, &(&presence * &r.share), r.entry, month, coder)
                })
                .collect(),
            observed: by_right.and_then(|b| b.get(&month)).filter(|_| month <= last).cloned().unwrap_or_default(),
        })
        .collect();
    AgentFrame {
        matricule: coder.text(&career.matricule),
        months: slots,
        last_paid: paid.last.get(paid_as).map(|(_, amounts)| amounts.clone()).unwrap_or_default(),
        end_row: career.state_at_end.as_ref().map(|s| row(&career.matricule, s, &Exact::ZERO, career.entry, last, coder)),
        supplied: BTreeMap::new(),
    }
}

/// One situation; `presence` is the part of the month he is there.
pub(crate) fn row(matricule: &str, state: &State, presence: &Exact, entry: Date, month: Month, coder: &mut Coder<'_>) -> Row {
    let day = month.first_day();
    let mut numbers: Vec<Option<Exact>> = vec![None; COLUMNS.len()];
    let mut put = |name: &str, value: Option<Exact>| {
        if let Some(slot) = column(name).and_then(|c| numbers.get_mut(c.index())) {
            *slot = value;
        }
    };
    let whole_months = |from: Date| Exact::from_int(i64::from(from.whole_months_until(day)));
    put("inm", state.inm.map(Exact::from_int));
    put("quotité", state.quotite.clone());
    put("quotité_rémunérée", state.quotite_remuneree.clone());
    put("présence", Some(presence.clone()));
    put("enfants", Some(Exact::from_int(state.enfants)));
    put("nbi_points", Some(Exact::from_int(state.nbi_points)));
    put("ancienneté", Some(whole_months(entry)));
    put("âge", state.birth.map(whole_months));
    put("montant_forfait", state.montant_forfait.map(cadrage_value::Money::to_exact));
    let day_number = |d: Date| Exact::from_int(i64::from(d.to_epoch_days()));
    put("date_entrée", Some(day_number(entry)));
    put("date_entrée_échelon", state.step_entry.map(day_number));
    put("date_naissance", state.birth.map(day_number));
    put("fin_de_contrat", state.term().map(day_number));
    Row { numbers, codes: codes(matricule, state, coder) }
}

/// The coded attributes of a situation.
pub(crate) fn codes(matricule: &str, state: &State, coder: &mut Coder<'_>) -> Vec<Arc<str>> {
    coder.row(&[
        ("matricule", matricule),
        ("statut", &state.statut),
        ("grade", &state.grade),
        ("échelon", &state.echelon),
        ("chevron", &state.chevron),
        ("position", &state.position),
        ("modalité", &state.modalite),
        ("rémunération", &state.remuneration),
        ("structure", &state.structure),
    ])
}
