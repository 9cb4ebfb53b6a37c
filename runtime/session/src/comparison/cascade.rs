//! From one end to another: volumes at the prices of the first, then prices on the volumes of the second, then what no rule makes
//! (domain.md §B.5, §B.6). Agent-month by agent-month, January with January.
//!
//! Volumes and prices explain what is *owed*. What is paid and not owed that year is the last line of pay: the shift of back pay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_analysis::{Effects as VolumeEffects, Pair, attribute};
use cadrage_ir::FormulaId;
use cadrage_value::{Exact, Money, Month};

use super::effects::{Effect, Ledger, Part};
use super::end::{End, Owed};
use super::kinds::{Kind, Kinds};
use super::prices::{PRICES, Price, Prices};
use crate::run::RunError;

/// Compares two ends whose programs are one: the same scenario over two exercices, or two constatés of the same sentences.
pub(crate) struct Cascade<'a> {
    before: &'a End<'a>,
    after: &'a End<'a>,
    /// Months between the two ends.
    shift: i32,
    /// Matricule, and place at each end.
    agents: Vec<(Arc<str>, Option<usize>, Option<usize>)>,
}

impl<'a> Cascade<'a> {
    pub(crate) fn of(before: &'a End<'a>, after: &'a End<'a>) -> Cascade<'a> {
        let shift = match (before.months.first(), after.months.first()) {
            (Some(one), Some(other)) => one.until(*other),
            _ => 0,
        };
        let (here, there) = (before.agents(), after.agents());
        let all: BTreeSet<&Arc<str>> = here.keys().chain(there.keys()).collect();
        let agents = all.into_iter().map(|m| (Arc::clone(m), here.get(m).copied(), there.get(m).copied())).collect();
        Cascade { before, after, shift, agents }
    }

    /// All effects into the ledger; those of prices constant by constant when details are asked for.
    pub(crate) fn enter(&self, ledger: &mut Ledger, details: bool) -> Result<(), RunError> {
        let old = self.before.parameters();
        let delayed = old.delayed(self.shift);
        let owed_before = self.before.owed(&old)?;
        let mut owed_after = self.after.owed(&delayed)?;
        self.volumes(&owed_before, &owed_after, &old, ledger)?;

        let new = self.after.parameters();
        let prices = Prices::of(self.after.program());
        let mut reached = delayed.clone();
        for price in PRICES {
            let changed = prices.changed(price, &delayed, &new, &self.after.months);
            if changed.values.is_empty() && changed.scales.is_empty() {
                continue;
            }
            let effect = price_effect(price);
            let steps = if details { changed.one_by_one() } else { vec![changed] };
            let apart = steps.len() > 1;
            for one in steps {
                reached = reached.with_values_of(&new, &one.values).with_scales_of(&new, &one.scales);
                let next = self.after.owed(&reached)?;
                let moved = self.step(effect, &owed_after, &next, ledger);
                if apart && moved != Money::ZERO {
                    ledger.part(effect, one.label(self.after.program()), moved.to_exact());
                }
                owed_after = next;
            }
        }
        // What is left are rules: scales, calendars, formulas used instead of others.
        let owed_now = self.after.owed(&new)?;
        self.step(Effect::Rules, &owed_after, &owed_now, ledger);
        self.paid(&owed_before, &owed_now, ledger)
    }

    /// Entries, exits, presence, careers: at the prices of the first end.
    fn volumes(&self, before: &Owed, after: &Owed, old: &cadrage_engine::Parameters, ledger: &mut Ledger) -> Result<(), RunError> {
        let months: Vec<(Month, Month)> = self.before.months.iter().copied().zip(self.after.months.iter().copied()).collect();
        let thirtieths = |end: &End<'_>, agent: Option<usize>, month: Month| {
            agent.and_then(|a| end.presence(a)).map_or(Exact::ZERO, |p| p.thirtieths(month))
        };
        // Careers have a part made before the new year only where a new year lies between.
        let pivots = if self.shift == 0 {
            Vec::new()
        } else {
            let mut concerned = vec![false; before.len()];
            for (_, here, there) in &self.agents {
                let both = |(m1, m2): &(Month, Month)| {
                    !thirtieths(self.before, *here, *m1).is_zero() && !thirtieths(self.after, *there, *m2).is_zero()
                };
                if let Some(slot) = here.and_then(|a| concerned.get_mut(a)) {
                    *slot = months.iter().any(both);
                }
            }
            self.before.owed_at_new_year(old, &concerned)?
        };
        let january = self.after.months.first().copied().unwrap_or(Month::MIN);
        for (matricule, here, there) in &self.agents {
            let mut sum = VolumeEffects::default();
            let amount =
                |owed: &Owed, agent: Option<usize>, at: usize| agent.and_then(|a| owed.get(a)?.get(at).copied()).unwrap_or_default();
            for (at, (m1, m2)) in months.iter().enumerate() {
                let (t1, t2) = (thirtieths(self.before, *here, *m1), thirtieths(self.after, *there, *m2));
                if t1.is_zero() && t2.is_zero() {
                    continue;
                }
                let present = |t: &Exact, m: Money| if t.is_zero() { Exact::ZERO } else { m.to_exact() };
                let pair = Pair {
                    before: present(&t1, amount(before, *here, at)),
                    after: present(&t2, amount(after, *there, at)),
                    pivot: here.and_then(|a| pivots.get(a)?.as_ref()?.get(at).copied()).map(Money::to_exact),
                    present_before: t1,
                    present_after: t2,
                    began_before: there
                        .and_then(|a| self.after.presence(a)?.stretch(*m2))
                        .is_some_and(|(first, _)| self.shift != 0 && first < january),
                    ended_before: here
                        .and_then(|a| self.before.presence(a)?.stretch(*m1))
                        .is_some_and(|(_, last)| self.shift != 0 && last < january),
                };
                sum.add(&attribute(&pair));
            }
            for (effect, amount) in VOLUMES.into_iter().zip(sum.all()) {
                // Between two constatés of the same months, there is no full-year effect to tell apart.
                let effect = if self.shift == 0 { effect.over_the_same_months() } else { effect };
                ledger.add(effect, matricule, amount);
            }
        }
        Ok(())
    }

    /// The difference of two prices on the same volumes, entered by agent; its sum.
    fn step(&self, effect: Effect, before: &Owed, after: &Owed, ledger: &mut Ledger) -> Money {
        let mut whole = Money::ZERO;
        for (matricule, _, there) in &self.agents {
            let Some((agent, one, other)) = there.and_then(|a| Some((a, before.get(a)?, after.get(a)?))) else { continue };
            let months = self.after.months.iter().zip(one.iter().zip(other));
            let moved: Money = months.filter(|(m, _)| self.present(self.after, agent, **m)).map(|(_, (x, y))| *y - *x).sum();
            if moved != Money::ZERO {
                ledger.add(effect, matricule, &moved.to_exact());
                whole += moved;
            }
        }
        whole
    }

    fn present(&self, end: &End<'_>, agent: usize, month: Month) -> bool {
        end.presence(agent).is_some_and(|p| !p.thirtieths(month).is_zero())
    }

    /// What was paid at each end: hours, vacations, hors PSOP, atypical elements, and pay less what is owed.
    fn paid(&self, owed_before: &Owed, owed_after: &Owed, ledger: &mut Ledger) -> Result<(), RunError> {
        for (end, owed, sign) in [(self.before, owed_before, -1), (self.after, owed_after, 1)] {
            let signed = |m: Money| if sign < 0 { (-m).to_exact() } else { m.to_exact() };
            let kinds = Kinds::of(end);
            let matricule = cadrage_ir::attribute("matricule");
            let mut paid: BTreeMap<(Kind, &str), Money> = BTreeMap::new();
            let mut with_hours: BTreeSet<(&str, Month)> = BTreeSet::new();
            for line in end.paid() {
                let (kind, own) = (kinds.kind(line), super::end::code(line, matricule));
                *paid.entry((kind, own)).or_default() += line.amount;
                if kind == Kind::Hours {
                    with_hours.insert((own, line.month));
                }
            }
            for ((kind, own), amount) in &paid {
                let effect = match kind {
                    Kind::Permanent => Effect::BackPay,
                    Kind::Hours => Effect::Hours,
                    Kind::Vacations => Effect::Vacations,
                    Kind::HorsPsop => Effect::HorsPsop,
                    Kind::Ruleless => Effect::Ruleless,
                    Kind::Atypical if sign < 0 => Effect::AtypicalOut,
                    Kind::Atypical => Effect::AtypicalIn,
                };
                let effect = if self.shift == 0 { effect.over_the_same_months() } else { effect };
                ledger.add(effect, own, &signed(*amount));
            }
            let on_hours = self.on_hours(end, &with_hours)?;
            for (matricule, here, there) in &self.agents {
                let place = if sign < 0 { here } else { there };
                let Some(agent) = *place else { continue };
                let months = end.months.iter().zip(owed.get(agent).into_iter().flatten());
                let due: Money = months.filter(|(m, _)| self.present(end, agent, **m)).map(|(_, x)| *x).sum();
                let hours = on_hours.get(&agent).copied().unwrap_or_default();
                ledger.add(Effect::BackPay, matricule, &signed(-due - hours));
                ledger.add(Effect::Hours, matricule, &signed(hours));
            }
        }
        Ok(())
    }

    /// What hours add to contributions in the months they are paid in: rules do not know hours, so it is what was paid less what they give.
    fn on_hours(&self, end: &End<'_>, with_hours: &BTreeSet<(&str, Month)>) -> Result<BTreeMap<usize, Money>, RunError> {
        let program = end.program();
        let contribution = |r: &str| program.element(r).is_some_and(|e| e.famille == "COTISATION");
        let of: Vec<(FormulaId, &str)> = end.rubriques().filter(|(_, r)| contribution(r)).collect();
        let mut out = BTreeMap::new();
        if with_hours.is_empty() {
            return Ok(out);
        }
        let ids: Vec<FormulaId> = of.iter().map(|(id, _)| *id).collect();
        let owed = end.owed_by(&end.parameters(), &ids)?;
        let rubriques: BTreeSet<&str> = of.iter().map(|(_, r)| *r).collect();
        for (matricule, agent) in end.agents() {
            for (at, month) in end.months.iter().enumerate().filter(|(_, m)| with_hours.contains(&(&*matricule, **m))) {
                let due = owed.get(agent).and_then(|a| a.get(at)).copied().unwrap_or_default();
                let paid: Option<Money> = rubriques.iter().map(|r| end.observed(agent, *month, r)).sum();
                if let Some(paid) = paid {
                    *out.entry(agent).or_default() += paid - due;
                }
            }
        }
        Ok(out)
    }
}

const VOLUMES: [Effect; 6] = [
    Effect::Volume(Part::EntriesBefore),
    Effect::Volume(Part::ExitsBefore),
    Effect::Volume(Part::Entries),
    Effect::Volume(Part::Exits),
    Effect::Volume(Part::CareersBefore),
    Effect::Volume(Part::Careers),
];

fn price_effect(price: Price) -> Effect {
    match price {
        Price::General => Effect::General,
        Price::Category => Effect::Category,
        Price::Rate => Effect::Rates,
    }
}
