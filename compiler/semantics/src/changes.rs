//! What a scenario's dates do to the values it changes: masked dates, changes inside a month, values nobody knew yet, changes
//! that touch no projected month (decisions D14, D17, D22).

use cadrage_ir::{Change, Modification, Parameter, ParameterCase, WithinMonth};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Date;

use crate::model::Scenario;
use crate::scope::Scope;

impl Scope<'_> {
    /// Complaints about the dates of a checked scenario.
    pub(crate) fn scenario_dates(&mut self, s: &Scenario, changes: &[&Modification], parameters: &[Parameter]) {
        for m in changes {
            let Some(parameter) = parameters.get(m.parameter.index()) else { continue };
            self.change_inside_month(m, parameter);
            let first = s.constate.plus(1).first_day();
            if m.until.is_some_and(|u| u <= first) {
                self.complain(
                    Diagnostic::new(
                        Code::T10,
                        format!("cette modification de `{}` ne change aucun mois projeté de `{}`", parameter.name, s.name),
                        m.span,
                    )
                    .here(format!("elle s'arrête avant {}, premier mois projeté", s.constate.plus(1).to_french()))
                    .help("prolongez-la (`du … au …`), ou retirez-la"),
                );
                continue;
            }
            self.masked(m, parameter);
            self.retroactive(m, parameter, s);
            if let Change::Set(value) = &m.change {
                self.too_precise(parameter, value, m.span);
            }
        }
        self.unpublished(s, parameters);
    }

    /// T01: a change begins or ends inside a month, and the constant says nothing of such a month.
    fn change_inside_month(&mut self, m: &Modification, parameter: &Parameter) {
        if parameter.within_month == WithinMonth::Prorata {
            return;
        }
        let Some(day) = m.from.into_iter().chain(m.until).find(|d| d.day() != 1) else { return };
        let from_next = day.month().plus(1).first_day().to_french();
        self.complain(
            Diagnostic::new(Code::T01, format!("`{}` changerait le {}, au milieu d'un mois", parameter.name, day.to_french()), m.span)
                .label(parameter.span, "déclarée ici sans `prorata`")
                .help(format!("commencez au premier d'un mois (`à compter du {from_next}`), ou ajoutez `prorata` à la déclaration")),
        );
    }

    /// E08: an absolute value from a date on hides the values foreseen after it.
    fn masked(&mut self, m: &Modification, parameter: &Parameter) {
        if !matches!(m.change, Change::Set(_)) {
            return;
        }
        let target = self.members.refine(&m.selection);
        // What is more specific stays; all the rest it meets gives way.
        let touched = |c: &&ParameterCase| {
            let own = self.members.refine(&c.selection);
            (m.everywhere || !own.strictly_inside(&target)) && !own.intersect(&target).is_empty()
        };
        let inside = |d: Date| m.from.is_some_and(|f| d > f) && m.until.is_none_or(|u| d < u);
        let mut dates: Vec<Date> =
            parameter.cases.iter().filter(touched).flat_map(|c| &c.timeline).filter_map(|d| d.from).filter(|d| inside(*d)).collect();
        dates.sort_unstable();
        dates.dedup();
        if dates.is_empty() {
            return;
        }
        let listed = dates.iter().map(|d| d.to_french()).collect::<Vec<_>>().join(", ");
        let (les, valeurs) = if dates.len() == 1 { ("la", "valeur prévue") } else { ("les", "valeurs prévues") };
        self.complain(
            Diagnostic::new(Code::E08, format!("cette modification masque {les} {valeurs} de `{}` : {listed}", parameter.name), m.span)
                .label(parameter.span, "déclarée ici")
                .help("pour les garder, limitez la modification (`du … au …`) ; pour suivre leur évolution, `majorer de` ou `minorer de`"),
        );
    }

    /// T11: expected back pay looks at constaté months that the change reaches.
    fn retroactive(&mut self, m: &Modification, parameter: &Parameter, s: &Scenario) {
        let first = s.constate.plus(1).first_day();
        if s.rappels == 0 || m.from.is_some_and(|f| f >= first) {
            return;
        }
        let back = s.constate.plus(1 - i32::try_from(s.rappels).unwrap_or(i32::MAX));
        let since = m.from.map_or(back, |f| f.month().max(back));
        let last = s.constate.to_french();
        let months = if since == s.constate { format!("de {last}") } else { format!("de {} à {last}", since.to_french()) };
        self.complain(
            Diagnostic::new(
                Code::T11,
                format!(
                    "cette modification de `{}` remonte dans le constaté de `{}` : la différence {months} sera versée en rappel en {}",
                    parameter.name,
                    s.name,
                    s.constate.plus(1).to_french()
                ),
                m.span,
            )
            .help(format!("pour ne changer que la suite, ajoutez `à compter du {}`", first.to_french())),
        );
    }

    /// U09: more decimals than declared would be rounded without a word.
    pub(crate) fn too_precise(&mut self, parameter: &Parameter, value: &cadrage_value::Exact, span: cadrage_source::Span) {
        let (Some(digits), false) = (parameter.precision, parameter.written.1.is_zero()) else { return };
        let written = value / &parameter.written.1;
        let rounded = cadrage_value::Rounding::HalfUp.apply(&written, digits);
        if rounded == written {
            return;
        }
        let shown = crate::values::words(&(&rounded * &parameter.written.1), &parameter.written);
        self.complain(
            Diagnostic::new(Code::U09, format!("`{}` a {digits} décimales, cette valeur en a davantage", parameter.name), span)
                .help(format!("arrondissez-la (`{shown}`), ou changez `précision {digits} décimales`")),
        );
    }

    /// T08: values in force over the projection whose text was not published on the day of the observation.
    fn unpublished(&mut self, s: &Scenario, parameters: &[Parameter]) {
        let end = s.until.last_day();
        for p in parameters {
            let late = p
                .cases
                .iter()
                .flat_map(|c| &c.timeline)
                .filter(|d| d.published.is_some_and(|day| day > s.observed) && d.from.is_none_or(|f| f <= end));
            for d in late {
                let (Some(day), from) = (d.published, d.from) else { continue };
                let which = from.map_or_else(String::new, |f| format!(" du {}", f.to_french()));
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::T08,
                        format!("`{}` : la valeur{which} n'est pas publiée à la date d'observation de `{}`", p.name, s.name),
                        s.span,
                    )
                    .here(format!("observé au {}", s.observed.to_french()))
                    .label(d.span, format!("publiée le {}", day.to_french()))
                    .help("la valeur précédente continue ; observez plus tard, ou écrivez `modifier` dans le scénario"),
                );
            }
        }
    }
}
