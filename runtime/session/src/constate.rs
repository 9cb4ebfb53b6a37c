//! The constaté as lines, and what each agent was paid by month of right.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::AHashMap;
use cadrage_cube::Cube;
use cadrage_engine::{Jobs, Line, Origin};
use cadrage_value::{Money, Month};

use crate::attributes::Coder;

/// What was paid, agent by agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paid<'a> {
    by_agent: AHashMap<&'a str, Vec<PaidLine<'a>>>,
}

/// An amount paid to an agent.
#[derive(Clone, Copy, Debug)]
struct PaidLine<'a> {
    month: Month,
    right: Month,
    rubrique: &'a str,
    amount: Money,
}

impl<'a> Paid<'a> {
    /// Adds what others were paid.
    pub(crate) fn append(&mut self, others: Paid<'a>) {
        self.by_agent.extend(others.by_agent);
    }
}

impl Paid<'_> {
    fn of(&self, matricule: &str) -> &[PaidLine<'_>] {
        self.by_agent.get(matricule).map_or(&[], Vec::as_slice)
    }

    /// By month of right, then rubrique.
    pub(crate) fn by_right(&self, matricule: &str) -> BTreeMap<Month, BTreeMap<String, Money>> {
        let mut out: BTreeMap<Month, BTreeMap<String, Money>> = BTreeMap::new();
        for line in self.of(matricule) {
            add(out.entry(line.right).or_default(), line);
        }
        out
    }

    /// The last month whose own pay he received: that pay, by rubrique.
    pub(crate) fn last(&self, matricule: &str) -> BTreeMap<String, Money> {
        let own = || self.of(matricule).iter().filter(|l| l.right == l.month);
        let last = own().map(|l| l.month).max();
        let mut out = BTreeMap::new();
        own().filter(|l| Some(l.month) == last).for_each(|line| add(&mut out, line));
        out
    }
}

fn add(amounts: &mut BTreeMap<String, Money>, line: &PaidLine<'_>) {
    match amounts.get_mut(line.rubrique) {
        Some(amount) => *amount += line.amount,
        None => drop(amounts.insert(line.rubrique.to_owned(), line.amount)),
    }
}

/// All delivered pay lines up to `until`, imputed. Lines that say the same of themselves share their codes.
pub(crate) fn lines(cube: &Cube, until: Month, coder: &mut Coder<'_>) -> Vec<Line> {
    let count: usize = cube.months.range(..=until).map(|(_, facts)| facts.pay.len()).sum();
    lines_of(cube, until, coder, None, count)
}

/// The same, of one agent when he is named; `count` of them are expected.
pub(crate) fn lines_of(cube: &Cube, until: Month, coder: &mut Coder<'_>, only: Option<&str>, count: usize) -> Vec<Line> {
    let mut out = Vec::with_capacity(count);
    each_line(cube, until, coder, only, &mut |line| out.push(line));
    out
}

/// Shows each of those lines to `visit`, for who keeps none.
pub(crate) fn each_line(cube: &Cube, until: Month, coder: &mut Coder<'_>, only: Option<&str>, visit: &mut dyn FnMut(Line)) {
    let mut known: AHashMap<[u32; NAMES.len()], Arc<[Arc<str>]>> = AHashMap::new();
    let mut guess = [u32::MAX; NAMES.len()];
    let mut last: [Option<&str>; NAMES.len()] = [None; NAMES.len()];
    cube.each_piece(until, &mut |piece| {
        let pay = piece.pay;
        if only.is_some_and(|matricule| *pay.matricule != *matricule) {
            return;
        }
        let texts: [&str; NAMES.len()] = [
            &pay.matricule,
            piece.statut,
            piece.grade,
            piece.remuneration,
            piece.structure,
            &pay.rubrique,
            &pay.plafond,
            if pay.anterieur { "ANTERIEUR" } else { "COURANT" },
            &pay.compte,
            &pay.centre,
            &pay.eotp,
        ];
        for ((text, guess), last) in texts.into_iter().zip(&mut guess).zip(&mut last) {
            // Facts share their texts: the same place is the same text, and need not be read.
            if !last.replace(text).is_some_and(|last| std::ptr::eq(last, text)) {
                coder.number_like(text, guess);
            }
        }
        let codes = known.entry(guess).or_insert_with(|| {
            let given: Vec<(&str, &str)> = NAMES.iter().copied().zip(texts).collect();
            coder.row(&given).into()
        });
        visit(Line {
            month: piece.month,
            right: pay.right(),
            codes: Arc::clone(codes),
            amount: piece.amount,
            jobs: Jobs::some(piece.etpt, piece.etpf),
            origin: Origin::Constate,
        });
    });
}

/// What a delivered line says of itself.
const NAMES: [&str; 11] =
    ["matricule", "statut", "grade", "rémunération", "structure", "rubrique", "plafond", "nature", "compte", "centre_de_coût", "eotp"];

/// What one agent was paid up to `until`.
pub(crate) fn paid_to<'a>(cube: &'a Cube, until: Month, matricule: &str) -> Paid<'a> {
    let mut out = Paid::default();
    for (month, facts) in cube.months.range(..=until) {
        for pay in facts.pay.iter().filter(|pay| *pay.matricule == *matricule) {
            let line = PaidLine { month: *month, right: pay.right(), rubrique: &pay.rubrique, amount: pay.amount };
            out.by_agent.entry(&pay.matricule).or_default().push(line);
        }
    }
    out
}

/// What each agent was paid up to `until`.
pub(crate) fn paid(cube: &Cube, until: Month) -> Paid<'_> {
    paid_among(cube, until, &|_| true)
}

/// The same for some agents only.
pub(crate) fn paid_among<'a>(cube: &'a Cube, until: Month, wanted: &dyn Fn(&str) -> bool) -> Paid<'a> {
    let mut out = Paid::default();
    for (month, facts) in cube.months.range(..=until) {
        // An agent's lines follow each other.
        for lines in facts.pay.chunk_by(|a, b| a.matricule == b.matricule) {
            let Some(first) = lines.first().filter(|first| wanted(&first.matricule)) else { continue };
            let own = lines.iter().map(|pay| PaidLine { month: *month, right: pay.right(), rubrique: &pay.rubrique, amount: pay.amount });
            out.by_agent.entry(&first.matricule).or_default().extend(own);
        }
    }
    out
}
