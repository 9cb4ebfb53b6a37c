//! `modifier` a calendar or a scale.

use cadrage_ir::{BracketChange, BracketEdit, BracketId, CalendarChange, CalendarId, Change, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{self, ModifyChange, Visibility};
use cadrage_value::{Date, Exact};

use super::Ground;
use crate::scope::Scope;

impl Scope<'_> {
    pub(super) fn calendar_change(&mut self, m: &ast::Modify, id: CalendarId, ground: &Ground<'_>) -> Option<CalendarChange> {
        let calendar = ground.calendars.get(id.index())?;
        self.for_everyone(m, "calendrier")?;
        let ModifyChange::Shares(list) = &m.change else {
            self.complain(
                Diagnostic::new(
                    Code::V02,
                    format!("`{}` est un calendrier : il dit quelle part est payée chaque mois", calendar.name),
                    m.span,
                )
                .label(calendar.span, "déclaré ici")
                .help(format!("écrivez `modifier {} = 07 : 60 % ; 12 : 40 %`", calendar.name)),
            );
            return None;
        };
        let shares = self.shares(list)?;
        Some(CalendarChange { calendar: id, from: m.from, until: m.until.map(Date::next), shares, span: m.span })
    }

    pub(super) fn bracket_change(
        &mut self,
        m: &ast::Modify,
        id: BracketId,
        ground: &Ground<'_>,
        text: &dyn Fn(Span) -> String,
    ) -> Option<BracketChange> {
        let scale = ground.brackets.get(id.index())?;
        if ground.openness.brackets.get(&id) == Some(&Visibility::Locked) {
            self.locked(&scale.name, m.target.span, scale.span, "déclarez un autre barème, et la formule qui l'emploie");
            return None;
        }
        self.for_everyone(m, "barème")?;
        let which = match &m.bracket {
            None => None,
            Some(n) => Some(self.bracket_number(n, scale)?),
        };
        let edit = match (&m.change, which) {
            (ModifyChange::Brackets(lines), None) => BracketEdit::Version(self.bracket_version(lines, scale, ground)?),
            (ModifyChange::Brackets(_), Some(_)) => {
                self.complain(
                    Diagnostic::new(Code::V02, "`tranche n` donne le taux d'une tranche, pas tout le barème", m.span)
                        .help(format!("écrivez `modifier {} tranche … = <taux>`, ou retirez `tranche …`", scale.name)),
                );
                return None;
            }
            (ModifyChange::Set(e), Some(which)) => {
                BracketEdit::Rates(Some(which), Change::Set(self.declared_value(e, &Unit::pure(), &Exact::ONE)?))
            }
            (ModifyChange::Raise(e), which) => BracketEdit::Rates(which, self.rate_change(e, false, &scale.name)?),
            (ModifyChange::Lower(e), which) => BracketEdit::Rates(which, self.rate_change(e, true, &scale.name)?),
            (ModifyChange::AtLeast(e), which) => {
                BracketEdit::Rates(which, Change::AtLeast(self.declared_value(e, &Unit::pure(), &Exact::ONE)?))
            }
            (ModifyChange::AtMost(e), which) => {
                BracketEdit::Rates(which, Change::AtMost(self.declared_value(e, &Unit::pure(), &Exact::ONE)?))
            }
            _ => {
                self.complain(
                    Diagnostic::new(
                        Code::V02,
                        format!("`{}` est un barème : dites quelle tranche, ou toutes les tranches", scale.name),
                        m.span,
                    )
                    .label(scale.span, "déclaré ici")
                    .help(format!(
                        "écrivez `modifier {0} tranche 1 = 4,50 %`, ou `modifier {0} = jusqu'à 1 PMSS : 4,50 % ; jusqu'à 8 PMSS : 12,75 %`",
                        scale.name
                    )),
                );
                return None;
            }
        };
        Some(BracketChange { bracket: id, from: m.from, until: m.until.map(Date::next), edit, text: text(m.span), span: m.span })
    }

    /// The brackets of a whole version, in the unit of the scale's bounds.
    fn bracket_version(
        &mut self,
        lines: &[ast::BracketLine],
        scale: &cadrage_ir::Bracket,
        ground: &Ground<'_>,
    ) -> Option<Vec<(Option<Exact>, Exact)>> {
        let before = self.diagnostics.len();
        let (unit, brackets) = self.bracket_lines(lines, ground.parameters);
        if self.diagnostics.len() > before {
            return None;
        }
        let bounded = brackets.iter().any(|(bound, _)| bound.is_some());
        if bounded && unit != scale.scale {
            let span = lines.first().map_or(scale.span, |l| l.span);
            let wanted = if scale.scale.is_some() { "PMSS" } else { "€" };
            self.complain(
                Diagnostic::new(Code::U03, format!("les bornes de `{}` sont en {wanted}", scale.name), span)
                    .label(scale.span, "déclaré ici")
                    .help(format!("écrivez toutes les bornes en {wanted}")),
            );
            return None;
        }
        Some(brackets)
    }

    fn bracket_number(&mut self, n: &cadrage_source::Spanned<u32>, scale: &cadrage_ir::Bracket) -> Option<usize> {
        let count = scale.versions.iter().map(|v| v.brackets.len()).max().unwrap_or(0);
        let which = usize::try_from(n.value).unwrap_or(usize::MAX);
        if which == 0 || which > count {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'a pas de tranche {}", scale.name, n.value), n.span)
                    .label(scale.span, "déclaré ici")
                    .help(format!("ses tranches vont de 1 à {count}")),
            );
            return None;
        }
        Some(which)
    }

    /// A rate moves in proportion (`majorer de 2 %`, told as U07); in points one writes the value.
    fn rate_change(&mut self, e: &ast::Expr, lower: bool, name: &str) -> Option<Change> {
        let rate = self.declared_value(e, &Unit::pure(), &Exact::ONE)?;
        self.complain(
            Diagnostic::new(Code::U07, format!("les taux de `{name}` changent en proportion, pas en points"), e.span)
                .help(format!("pour un taux précis : `modifier {name} tranche … = <taux>`")),
        );
        Some(Change::Scale(&Exact::ONE + &if lower { -rate } else { rate }))
    }

    /// Shares of the year: each month once, one whole at most.
    pub(crate) fn shares(&mut self, list: &[(cadrage_source::Spanned<u32>, ast::Expr)]) -> Option<[Exact; 12]> {
        let mut shares: [Exact; 12] = std::array::from_fn(|_| Exact::ZERO);
        let mut whole = true;
        for (month, share) in list {
            let value = self.declared_value(share, &Unit::pure(), &Exact::ONE);
            match (month.value.checked_sub(1).and_then(|k| shares.get_mut(k as usize)), value) {
                (Some(slot), Some(value)) => *slot = value,
                (None, _) => {
                    self.complain(
                        Diagnostic::new(Code::S08, format!("le mois `{}` n'existe pas", month.value), month.span).help("de 01 à 12"),
                    );
                    whole = false;
                }
                _ => whole = false,
            }
        }
        whole.then_some(shares)
    }
}
