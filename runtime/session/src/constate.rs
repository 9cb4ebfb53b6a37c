//! The constaté as lines, and what each agent was paid by month of right.

use std::collections::BTreeMap;

use cadrage_cube::Cube;
use cadrage_engine::{Line, Origin};
use cadrage_value::{Money, Month};

use crate::attributes::Coder;

/// Paid by month of right and rubrique, of one agent.
pub(crate) type PaidByRight = BTreeMap<Month, BTreeMap<String, Money>>;

/// What was paid, agent by agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paid {
    /// By agent.
    pub(crate) by_agent: BTreeMap<String, PaidByRight>,
    /// By agent: the last month whose own pay he received, and that pay by rubrique.
    pub(crate) last: BTreeMap<String, (Month, BTreeMap<String, Money>)>,
}

/// All delivered pay lines up to `until`, imputed.
pub(crate) fn lines(cube: &Cube, until: Month, coder: &mut Coder<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    for part in cube.attributed() {
        if part.month > until {
            continue;
        }
        let Some(pay) = cube.months.get(&part.month).and_then(|m| m.pay.get(part.line)) else { continue };
        let codes = coder.row(&[
            ("matricule", &pay.matricule),
            ("statut", &part.statut),
            ("grade", &part.grade),
            ("rémunération", &part.remuneration),
            ("structure", &part.structure),
            ("rubrique", &pay.rubrique),
            ("plafond", &pay.plafond),
            ("nature", if pay.anterieur { "ANTERIEUR" } else { "COURANT" }),
            ("compte", &pay.compte),
            ("centre_de_coût", &pay.centre),
            ("eotp", &pay.eotp),
        ]);
        out.push(Line {
            month: part.month,
            right: pay.right(),
            codes,
            amount: part.amount,
            etpt: part.etpt.clone(),
            etpf: part.etpf.clone(),
            origin: Origin::Constate,
        });
    }
    out
}

/// What each agent was paid up to `until`.
pub(crate) fn paid(cube: &Cube, until: Month) -> Paid {
    let mut out = Paid::default();
    for (month, facts) in cube.months.range(..=until) {
        let mut own: BTreeMap<&str, BTreeMap<String, Money>> = BTreeMap::new();
        for pay in &facts.pay {
            let by_right = out.by_agent.entry(pay.matricule.clone()).or_default();
            *by_right.entry(pay.right()).or_default().entry(pay.rubrique.clone()).or_default() += pay.amount;
            if pay.right() == *month {
                *own.entry(&pay.matricule).or_default().entry(pay.rubrique.clone()).or_default() += pay.amount;
            }
        }
        for (matricule, amounts) in own {
            out.last.insert(matricule.to_owned(), (*month, amounts));
        }
    }
    out
}
