//! The dates of a constant's values: changes inside a month, exceptions left behind, publication and payment (decisions D14, D15).

use cadrage_ir::{Dated, ParameterCase};
use cadrage_source::{Code, Diagnostic};
use cadrage_syntax::ast::{self, Provenance, WithinMonth};
use cadrage_value::{Date, Month};

use crate::scope::Scope;
use crate::values::words;

impl Scope<'_> {
    /// Publication and payment of a line, checked against its date of effect.
    pub(crate) fn provenance_dates(
        &mut self,
        provenance: &Provenance,
        docs: &ast::Docs,
        from: Option<Date>,
    ) -> (Option<Date>, Option<Month>) {
        // A line that cites its own text has its own dates.
        let docs = Some(docs).filter(|_| provenance.source.is_none());
        let paid = provenance.paid.as_ref().or(docs.and_then(|d| d.paid.as_ref()));
        let published = provenance.published.or(docs.and_then(|d| d.published));
        let Some(written) = paid else { return (published, None) };
        let wrong = match from {
            None => Some("`payé en` suppose une date d'effet, et cette valeur n'en a pas".to_owned()),
            Some(from) if written.value < from.month() => {
                Some(format!("cette valeur serait payée en {}, avant son effet du {}", written.value.to_french(), from.to_french()))
            }
            Some(_) => None,
        };
        if let Some(message) = wrong {
            self.complain(
                Diagnostic::new(Code::T09, message, written.span)
                    .help("écrivez `à compter du 01/01/2025 : … payé en 02/2025` : le mois payé suit la date d'effet"),
            );
            return (published, None);
        }
        (published, Some(written.value))
    }

    /// The month a scenario's change is first paid in. A change is what its author supposes: no text is published.
    pub(crate) fn payment_of_change(&mut self, m: &ast::Modify) -> Option<Month> {
        if m.provenance.published.is_some() {
            self.complain(
                Diagnostic::new(Code::T09, "`publié le` ne s'écrit pas dans une modification : elle est ce que vous supposez", m.span)
                    .help("retirez `publié le` ; pour un texte paru, ajoutez la valeur à la constante avec sa date de publication"),
            );
        }
        self.provenance_dates(&m.provenance, &ast::Docs::default(), m.from).1
    }

    /// T01 and T02 of a constant or a hypothesis, most specific case first.
    pub(crate) fn timelines(&mut self, v: &ast::Value, cases: &mut [ParameterCase], written: &(String, cadrage_value::Exact)) {
        match v.within_month {
            // The first day of the month after: what the rule says.
            Some(WithinMonth::NextMonth) => {
                for d in cases.iter_mut().flat_map(|c| &mut c.timeline) {
                    d.from = d.from.map(next_first);
                    d.until = d.until.map(next_first);
                }
            }
            Some(WithinMonth::Prorata) => {}
            None => {
                for case in cases.iter() {
                    for (k, d) in case.timeline.iter().enumerate() {
                        // The first date is no change: before it there is no value at all.
                        let change = d.from.filter(|_| k > 0).into_iter().chain(d.until).find(|day| day.day() != 1);
                        if let Some(day) = change {
                            self.inside_month(&v.name.value, day, d);
                        }
                    }
                }
            }
        }
        for (k, case) in cases.iter().enumerate().filter(|(_, c)| !c.selection.is_all()) {
            self.left_behind(&v.name.value, case, cases.get(k + 1..).unwrap_or_default(), written);
        }
    }

    /// A scale has neither `prorata` nor back pay: what it says of dates must be simple.
    pub(crate) fn bracket_dates(&mut self, b: &ast::Bracket, version: &ast::BracketVersion) {
        let first = b.versions.iter().all(|v| v.from >= version.from);
        if !first && version.from.day() != 1 {
            self.complain(
                Diagnostic::new(
                    Code::T01,
                    format!("le barème `{}` change le {}, au milieu d'un mois", b.name.value, version.from.to_french()),
                    b.name.span,
                )
                .help(format!("un barème change au premier d'un mois : `à compter du {}`", next_first(version.from).to_french())),
            );
        }
        if version.provenance.published.is_some() {
            self.complain(
                Diagnostic::new(Code::V99, "`publié le` d'un barème : lu, mais pas encore employé par cette version", b.name.span)
                    .help("retirez `publié le` : le barème vaut quelle que soit la date d'observation"),
            );
        }
        if let Some(paid) = &version.provenance.paid {
            self.complain(
                Diagnostic::new(Code::V99, "`payé en` d'un barème : lu, mais le rappel qu'il annonce n'est pas calculé", paid.span)
                    .help("retirez `payé en`, ou donnez le taux par une `constante`, qui en a un"),
            );
        }
    }

    fn inside_month(&mut self, name: &str, day: Date, d: &Dated) {
        self.complain(
            Diagnostic::new(
                Code::T01,
                format!("`{name}` change le {}, au milieu d'un mois, et ne dit pas ce que vaut ce mois", day.to_french()),
                d.span,
            )
            .help(format!(
                "ajoutez à `{name}` une ligne `prorata` (chaque valeur pour ses trentièmes) ou `mois suivant` (la nouvelle au {})",
                next_first(day).to_french()
            )),
        );
    }

    /// T02: what is wider changes after the exception's last date.
    fn left_behind(&mut self, name: &str, case: &ParameterCase, wider: &[ParameterCase], written: &(String, cadrage_value::Exact)) {
        let Some(last) = case.timeline.last().filter(|d| d.until.is_none()) else { return };
        let own = self.members.refine(&case.selection);
        let Some(around) = wider.iter().find(|w| own.strictly_inside(&self.members.refine(&w.selection))) else { return };
        // Its first date is where it begins, not a change.
        let Some(change) = around.timeline.iter().skip(1).find(|d| d.from.is_some_and(|f| last.from.is_none_or(|l| f > l))) else { return };
        let Some(day) = change.from else { return };
        let what = if around.selection.is_all() { "le défaut change".to_owned() } else { format!("`{}` change", around.text) };
        let value = words(&last.value, written);
        self.complain(
            Diagnostic::new(
                Code::T02,
                format!("`{name}` : l'exception `{}` n'a pas de valeur au {} alors que {what}", case.text, day.to_french()),
                last.span,
            )
            .here(format!("conservez-vous {value} ?"))
            .label(change.span, format!("{what} ici"))
            .help(format!("si oui, confirmez-le : `à compter du {} pour {} : {value}`", day.to_french(), case.text)),
        );
    }
}

/// The first day of the month after, or the day itself when it is one.
fn next_first(day: Date) -> Date {
    if day.day() == 1 { day } else { day.month().plus(1).first_day() }
}
