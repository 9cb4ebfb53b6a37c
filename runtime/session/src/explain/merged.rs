//! The lines of a period, those of the same codes made one: a measure that adds amounts walks them once for each level it is cut by.

use std::sync::Arc;

use ahash::AHashMap;
use cadrage_engine::{Line, codes_accepted};
use cadrage_ir::Selection;
use cadrage_value::{Money, Month};

/// What was paid in these months to whom a box holds, as lines of the first of them. What was paid and what was taken back stay apart:
/// one of the two alone is a figure of the agent, even when they come to nothing.
pub(super) fn merged(lines: &[Line], months: &[Month], scope: &Selection) -> Vec<Line> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Vec::new() };
    let mut out: Vec<Line> = Vec::new();
    // Lines of the same codes share them: their address is their name. Nothing where the box does not hold them.
    let mut known: AHashMap<*const [Arc<str>], Option<[Option<usize>; 2]>> = AHashMap::new();
    for line in lines.iter().filter(|l| (*first..=*last).contains(&l.month) && l.amount != Money::ZERO) {
        let of_codes = known.entry(Arc::as_ptr(&line.codes)).or_insert_with(|| codes_accepted(&line.codes, scope).then_some([None, None]));
        let Some(slot) = of_codes.as_mut().and_then(|both| both.get_mut(usize::from(line.amount < Money::ZERO))) else { continue };
        match slot.and_then(|k| out.get_mut(k)) {
            Some(one) => one.amount += line.amount,
            None => {
                *slot = Some(out.len());
                out.push(Line { month: *first, right: *first, jobs: None, ..line.clone() });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use cadrage_engine::Origin;

    use super::*;

    #[test]
    fn what_is_paid_and_what_is_taken_back_stay_apart() {
        let month = |m| Month::new(2026, m).unwrap();
        let codes: Arc<[Arc<str>]> = Arc::from(vec![Arc::from("A")]);
        let paid = |m, cents| Line::paid(month(m), Arc::clone(&codes), Money::from_cents(cents), Origin::Constate);
        let lines = [paid(1, 100), paid(2, 250), paid(2, -350), paid(3, 7), paid(12, 1_000)];
        let found = merged(&lines, &[month(1), month(2), month(3)], &Selection::all());
        let amounts: Vec<Money> = found.iter().map(|l| l.amount).collect();
        assert_eq!(amounts, [Money::from_cents(357), Money::from_cents(-350)]);
        assert!(found.iter().all(|l| l.month == month(1)));
        assert!(merged(&lines, &[], &Selection::all()).is_empty());
    }
}
