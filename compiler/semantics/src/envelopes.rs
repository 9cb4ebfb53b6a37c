//! `enveloppe`: ceilings of a measure, by exercice and by member, checked (decision D28). Their control reads this model.

use std::collections::BTreeSet;

use cadrage_ir::{AttributeId, FormulaId, Grain, Selection, Unit, WHOLE};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{self, CeilingTarget, Control, ProfileValue, ThresholdKind};
use cadrage_syntax::fold;
use cadrage_value::Exact;

use crate::level_cells::LevelCell;
use crate::measures::{Ground, Level};
use crate::scope::{Scope, Symbol};

/// A checked envelope.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// The measure it bounds.
    pub measure: FormulaId,
    /// Its base unit, which ceilings are in.
    pub unit: Unit,
    /// `pour …`, `hors …`
    pub scope: Selection,
    /// `par composante`
    pub level: Option<Level>,
    /// In order of exercice.
    pub years: Vec<EnvelopeYear>,
    /// How the measure is compared.
    pub control: Control,
    /// `information à`, a share of the ceiling.
    pub information: Option<Exact>,
    /// `alerte à`
    pub alert: Option<Exact>,
    /// `blocage à`
    pub block: Option<Exact>,
    /// The measure within the scope, by its own rule: of the whole institution, then of each member of the level.
    pub cells: Vec<LevelCell>,
    /// Where its name is declared.
    pub span: Span,
}

/// The ceiling of an exercice.
#[derive(Clone, Debug)]
pub struct EnvelopeYear {
    /// The exercice.
    pub year: i32,
    /// The whole.
    pub total: Exact,
    /// Decision it comes from.
    pub source: Option<String>,
    /// Its parts, in the order written.
    pub shares: Vec<EnvelopeShare>,
    /// What no part takes, « non réparti »: never negative.
    pub unallocated: Exact,
    /// Where.
    pub span: Span,
}

/// The part of a member.
#[derive(Clone, Debug)]
pub struct EnvelopeShare {
    /// Its code.
    pub member: String,
    /// Its ceiling.
    pub amount: Exact,
    /// Decision it comes from.
    pub source: Option<String>,
    /// Where.
    pub span: Span,
}

impl Scope<'_> {
    /// The cells of an envelope, hidden formulas like those of a report; `None` when something in it does not stand, which
    /// [`Scope::envelope`] complains about once formulas are known to add up.
    pub(crate) fn envelope_cells(&mut self, e: &ast::Envelope) -> Option<Vec<LevelCell>> {
        let before = self.diagnostics.len();
        let cells = self.unchecked_cells(e);
        self.diagnostics.truncate(before);
        cells
    }

    fn unchecked_cells(&mut self, e: &ast::Envelope) -> Option<Vec<LevelCell>> {
        if e.damaged || !matches!(self.get(&e.measure.value), Some(Symbol::Formula(_))) {
            return None;
        }
        let scope = self.optional_selection(e.scope.as_ref())?;
        let mut levels = vec![Grain::Level(WHOLE.to_owned())];
        if let Some(word) = &e.level {
            levels.push(self.level(word)?);
        }
        self.level_cells(&e.name.value, &e.measure, &scope, levels, false)
    }

    /// The checked envelope; `None` when it was complained about.
    pub(crate) fn envelope(&mut self, e: &ast::Envelope, cells: &[LevelCell], ground: &Ground<'_>) -> Option<Envelope> {
        if e.damaged {
            return None;
        }
        let scope = self.optional_selection(e.scope.as_ref());
        let level = match &e.level {
            None => Some(None),
            Some(word) => self.axis_level(word).map(Some),
        };
        let (measure, unit) = self.bounded_measure(ground, &e.measure)?;
        let level = level?;
        let mut whole = match (&level, &e.level) {
            (Some(found), Some(word)) => self.readable_by(measure, found, word.span),
            _ => true,
        };
        let years = self.ceilings(e, level.as_ref(), &unit);
        let mut shares = [None, None, None];
        for t in &e.thresholds {
            whole &= self.threshold(t, &mut shares).is_some();
        }
        let [information, alert, block] = shares;
        let steps: Vec<&Exact> = [&information, &alert, &block].into_iter().flatten().collect();
        if steps.windows(2).any(|w| matches!(w, [a, b] if a > b)) {
            self.complain(
                Diagnostic::new(Code::E21, format!("les seuils de `{}` ne vont pas du plus bas au plus haut", e.name.value), e.name.span)
                    .help("information ≤ alerte ≤ blocage"),
            );
            whole = false;
        }
        let Some(control) = &e.control else {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` ne dit pas comment se compare la mesure", e.name.value), e.name.span)
                    .help("ajoutez `contrôle mensuel`, `contrôle en moyenne` (emplois) ou `contrôle cumulé` (crédits)"),
            );
            return None;
        };
        let (scope, years) = (scope?, years?);
        let label = e.label.as_ref().or(e.docs.label.as_ref()).map_or_else(|| e.name.value.clone(), |l| l.value.clone());
        whole.then(|| Envelope {
            name: e.name.value.clone(),
            label,
            measure,
            unit,
            scope,
            level,
            years,
            control: control.value,
            information,
            alert,
            block,
            cells: cells.to_vec(),
            span: e.name.span,
        })
    }

    /// Exercices and their parts: a member's line belongs to the exercice written above it.
    fn ceilings(&mut self, e: &ast::Envelope, level: Option<&Level>, unit: &Unit) -> Option<Vec<EnvelopeYear>> {
        let mut years: Vec<EnvelopeYear> = Vec::new();
        let mut whole = true;
        for c in &e.ceilings {
            let amount = self.declared_value(&c.amount, unit, &Exact::ONE);
            let Some(amount) = amount.filter(|x| !self.negative(x, c)) else {
                whole = false;
                continue;
            };
            let source = c.provenance.source.as_ref().or(e.docs.source.as_ref()).map(|s| s.value.clone());
            match &c.target {
                CeilingTarget::Year(year) => {
                    if let Some(first) = years.iter().find(|y| y.year == *year) {
                        self.twice(&format!("l'exercice {year}"), c.span, first.span);
                        whole = false;
                    }
                    years.push(EnvelopeYear {
                        year: *year,
                        total: amount,
                        source,
                        shares: Vec::new(),
                        unallocated: Exact::ZERO,
                        span: c.span,
                    });
                }
                CeilingTarget::Members(pairs) => {
                    let member = self.share_member(pairs, level, c.span);
                    let Some(year) = years.last_mut() else {
                        self.complain(
                            Diagnostic::new(Code::V02, "cette part n'est celle d'aucun exercice", c.span)
                                .help("écrivez d'abord `exercice 2026 : …`, puis ses parts"),
                        );
                        whole = false;
                        continue;
                    };
                    let Some(member) = member else {
                        whole = false;
                        continue;
                    };
                    if let Some(first) = year.shares.iter().find(|s| s.member == member) {
                        let first = first.span;
                        self.twice(&format!("la part de {member}"), c.span, first);
                        whole = false;
                        continue;
                    }
                    year.shares.push(EnvelopeShare { member, amount, source, span: c.span });
                }
            }
        }
        if e.ceilings.is_empty() {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'a pas de plafond", e.name.value), e.name.span)
                    .help("ajoutez `exercice 2026 : …`"),
            );
            whole = false;
        }
        for y in &mut years {
            let sum: Exact = y.shares.iter().map(|s| s.amount.clone()).sum();
            y.unallocated = &y.total - &sum;
            if y.unallocated.is_negative() {
                let over = -y.unallocated.clone();
                let mut complaint = Diagnostic::new(
                    Code::E20,
                    format!(
                        "`{}` {} : les parts font {} {unit}, le plafond {} {unit}",
                        e.name.value,
                        y.year,
                        shown(&sum, unit),
                        shown(&y.total, unit)
                    ),
                    y.span,
                )
                .here(format!("plafond dépassé de {} {unit}", shown(&over, unit)))
                .help("baissez une part, ou relevez le plafond");
                for s in y.shares.iter().take(4) {
                    complaint = complaint.label(s.span, format!("{} {unit}", shown(&s.amount, unit)));
                }
                self.complain(complaint);
                whole = false;
            }
        }
        years.sort_by_key(|y| y.year);
        whole.then_some(years)
    }

    fn negative(&mut self, x: &Exact, c: &ast::Ceiling) -> bool {
        if x.is_negative() {
            self.complain(Diagnostic::new(Code::E20, "un plafond n'est pas négatif", c.span).help("écrivez zéro si rien n'est permis"));
        }
        x.is_negative()
    }

    fn twice(&mut self, what: &str, again: Span, first: Span) {
        self.complain(
            Diagnostic::new(Code::N02, format!("{what} est donnée deux fois"), again)
                .here("ici encore")
                .label(first, "déjà donnée ici")
                .help("gardez l'une des deux lignes"),
        );
    }

    fn share_member(&mut self, pairs: &ast::Profile, level: Option<&Level>, span: Span) -> Option<String> {
        let Some(level) = level else {
            self.complain(
                Diagnostic::new(Code::V02, "cette enveloppe n'est pas répartie", span).help("dites le niveau des parts : `par composante`"),
            );
            return None;
        };
        let [(axis, value)] = pairs.as_slice() else {
            self.complain(
                Diagnostic::new(Code::V02, "une part est celle d'un seul membre", span)
                    .help(format!("écrivez une ligne par membre : `{} … : …`", level.name)),
            );
            return None;
        };
        let attribute: AttributeId = match level.attribute {
            Some(a) if fold(&axis.value) == fold(&level.name) || self.attribute(&axis.value) == Some(a) => a,
            _ => {
                self.complain(
                    Diagnostic::new(Code::V02, format!("l'enveloppe est répartie par {}, pas par {}", level.name, axis.value), axis.span)
                        .help(format!("écrivez `{} … : …`", level.name)),
                );
                return None;
            }
        };
        let member = match value {
            ProfileValue::Code(c) => ast::Member::Code(c.clone()),
            ProfileValue::Label(l) => ast::Member::Label(l.clone()),
            ProfileValue::Number(x, _, span) => ast::Member::Code(cadrage_source::Spanned::new(x.to_string(), *span)),
        };
        self.codes(attribute, &[member]).map(|codes: BTreeSet<String>| codes.into_iter().next())?
    }

    fn threshold(&mut self, t: &ast::Threshold, shares: &mut [Option<Exact>; 3]) -> Option<()> {
        let at = self.declared_value(&t.at, &Unit::pure(), &Exact::ONE)?;
        let word = match t.kind {
            ThresholdKind::Information => "information",
            ThresholdKind::Alert => "alerte",
            ThresholdKind::Block => "blocage",
        };
        if !(at > Exact::ZERO && at <= Exact::from_int(2)) {
            self.complain(
                Diagnostic::new(Code::E21, format!("`{word}` à {} % du plafond", (&at * &Exact::from_int(100)).to_shortest()), t.span)
                    .here("hors de 0 à 200 %")
                    .help(format!("écrivez une part du plafond, entre 0 et 200 % : `{word} à 98 %`")),
            );
            return None;
        }
        let slot = match t.kind {
            ThresholdKind::Information => shares.first_mut(),
            ThresholdKind::Alert => shares.get_mut(1),
            ThresholdKind::Block => shares.get_mut(2),
        }?;
        if slot.is_some() {
            self.complain(
                Diagnostic::new(Code::N02, format!("`{word}` est dit deux fois"), t.span)
                    .here("ici encore")
                    .help("gardez l'un des deux seuils"),
            );
            return None;
        }
        *slot = Some(at);
        Some(())
    }
}

/// An amount as people write it in its unit.
fn shown(x: &Exact, unit: &Unit) -> String {
    let cents = *unit == Unit::of(cadrage_ir::Dimension::Euro) && x.denominator() != Some(1);
    if cents { x.to_french(2) } else { x.to_shortest() }
}
