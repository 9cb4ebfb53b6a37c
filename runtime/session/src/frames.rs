//! Careers as rows that formulas read.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use cadrage_careers::{AgentCareer, State};
use cadrage_engine::{AgentFrame, AgentMonth, Row};
use cadrage_ir::{COLUMNS, ColumnId, column};
use cadrage_value::{Date, Exact, Month};

use crate::attributes::Coder;
use crate::constate::Paid;

/// The rows of one agent over `months`.
pub(crate) fn frame(career: &AgentCareer, months: (Month, Month), last: Month, paid: &Paid<'_>, coder: &mut Coder<'_>) -> AgentFrame {
    let mut by_right = paid.by_right(&career.matricule);
    // A fraction of somebody goes on being paid what he was.
    let paid_as = career.seat.as_ref().filter(|_| career.fraction).unwrap_or(&career.matricule);
    // Months where nothing changes share one state, so one set of codes.
    let mut same: Option<(&Arc<State>, Vec<Arc<str>>)> = None;
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
                    let known = same.take().filter(|(state, _)| Arc::ptr_eq(state, &r.state));
                    let (_, codes) = same.insert(known.unwrap_or_else(|| (&r.state, codes(&career.matricule, &r.state, coder))));
                    let codes = codes.clone();
                    let presence = if r.share == Exact::ONE { presence } else { &presence * &r.share };
                    Row { numbers: numbers(&r.state, presence, r.entry, month), codes }
                })
                .collect(),
            observed: if month <= last { by_right.remove(&month).unwrap_or_default() } else { BTreeMap::new() },
        })
        .collect();
    AgentFrame {
        matricule: coder.text(&career.matricule),
        months: slots,
        last_paid: paid.last(paid_as),
        end_row: career.state_at_end.as_ref().map(|s| row(&career.matricule, s, &Exact::ZERO, career.entry, last, coder)),
        supplied: BTreeMap::new(),
    }
}

/// One situation; `presence` is the part of the month he is there.
pub(crate) fn row(matricule: &str, state: &State, presence: &Exact, entry: Date, month: Month, coder: &mut Coder<'_>) -> Row {
    Row { numbers: numbers(state, presence.clone(), entry, month), codes: codes(matricule, state, coder) }
}

/// The columns that a situation fills, found once.
static FILLED: LazyLock<[Option<ColumnId>; 13]> = LazyLock::new(|| {
    [
        "inm",
        "quotité",
        "quotité_rémunérée",
        "présence",
        "enfants",
        "nbi_points",
        "ancienneté",
        "âge",
        "montant_forfait",
        "date_entrée",
        "date_entrée_échelon",
        "date_naissance",
        "fin_de_contrat",
    ]
    .map(column)
});

/// The numbers of a situation.
fn numbers(state: &State, presence: Exact, entry: Date, month: Month) -> Vec<Option<Exact>> {
    let day = month.first_day();
    let whole_months = |from: Date| Exact::from_int(i64::from(from.whole_months_until(day)));
    let day_number = |d: Date| Exact::from_int(i64::from(d.to_epoch_days()));
    let values = [
        state.inm.map(Exact::from_int),
        state.quotite.clone(),
        state.quotite_remuneree.clone(),
        Some(presence),
        Some(Exact::from_int(state.enfants)),
        Some(Exact::from_int(state.nbi_points)),
        Some(whole_months(entry)),
        state.birth.map(whole_months),
        state.montant_forfait.map(cadrage_value::Money::to_exact),
        Some(day_number(entry)),
        state.step_entry.map(day_number),
        state.birth.map(day_number),
        state.term().map(day_number),
    ];
    let mut numbers: Vec<Option<Exact>> = vec![None; COLUMNS.len()];
    for (column, value) in FILLED.iter().zip(values) {
        if let Some(slot) = column.and_then(|c| numbers.get_mut(c.index())) {
            *slot = value;
        }
    }
    numbers
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
