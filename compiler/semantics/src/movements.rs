//! Movements: who, towards what, when (decision D24).

use std::collections::BTreeMap;

use cadrage_ir::{Dimension, Unit, column};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{Complement, MovementClause, ProfileValue, Target, Verb};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Date, Exact, Month};

use crate::model::MovementKind;
use crate::scope::Scope;
use crate::units;

impl Scope<'_> {
    /// The checked movement; `last` is the last constaté month, when the scenario says it.
    pub(crate) fn movement(&mut self, m: &MovementClause, last: Option<Month>) -> Option<MovementKind> {
        let kind = match m.verb.value {
            Verb::Hire => self.hire(m)?,
            Verb::Leave => self.leave(m)?,
            other => {
                self.complain(
                    Diagnostic::new(Code::V99, format!("`{}` : lu, mais pas encore calculé par cette version", other.text()), m.span)
                        .help("mouvements calculés : `recruter`, `faire partir`"),
                );
                return None;
            }
        };
        let (date, first) = match &kind {
            MovementKind::Hire { from, .. } => (*from, *from),
            MovementKind::Leave { on, .. } => (*on, on.next()),
        };
        if let Some(last) = last.filter(|l| first.month() <= *l) {
            let verb = if matches!(kind, MovementKind::Hire { .. }) { "recruter" } else { "faire partir quelqu'un" };
            self.complain(
                Diagnostic::new(
                    Code::T03,
                    format!("{} est constaté : la paie est connue, on ne peut plus y {verb}", date.month().to_french()),
                    m.span,
                )
                .help(format!(
                    "le premier mois projeté est {} ; si le mouvement a déjà eu lieu, il doit figurer dans l'import, sinon corrigez la date",
                    last.plus(1).to_french()
                )),
            );
            return None;
        }
        Some(kind)
    }

    fn incomplete(&mut self, m: &MovementClause, what: &str, help: &str) {
        self.complain(Diagnostic::new(Code::M01, what.to_owned(), m.span).help(help.to_owned()));
    }

    fn hire(&mut self, m: &MovementClause) -> Option<MovementKind> {
        let count = match &m.quantity {
            None => 1,
            Some((n, unit)) => {
                let unit = unit.as_ref().map(units::resolve).map_or_else(Unit::pure, |(u, _)| u);
                if unit == Unit::of(Dimension::Etp) {
                    self.complain(
                        Diagnostic::new(Code::V99, "recruter en ETP : lu, mais pas encore calculé par cette version", m.span)
                            .help("recrutez des personnes entières, avec leur quotité : `recruter 3 agents … quotité 50 %`"),
                    );
                    return None;
                }
                match n.to_int().and_then(|n| u32::try_from(n).ok()) {
                    Some(n) if n > 0 && n <= 10_000 => n,
                    _ => {
                        self.incomplete(
                            m,
                            "on recrute un nombre entier d'agents, de 1 à 10 000",
                            "pour une fraction, donnez une quotité : `quotité 50 %`",
                        );
                        return None;
                    }
                }
            }
        };
        let Some(Target::Profile(profile)) = &m.target else {
            self.incomplete(m, "recruter qui ?", "donnez un profil : `grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT`");
            return None;
        };
        let (mut codes, mut quotite, mut inm) = (BTreeMap::new(), Exact::ONE, None);
        for (name, value) in profile {
            match (fold(&name.value).as_str(), value) {
                ("quotite", ProfileValue::Number(x, Some(u), span)) => quotite = self.fraction(x, &units::resolve(u).1, *span)?,
                ("inm", ProfileValue::Code(c)) => inm = c.value.parse().ok(),
                ("inm", ProfileValue::Number(x, _, _)) => inm = x.to_int(),
                (_, ProfileValue::Code(code)) => {
                    let Some(attribute) = self.attribute(&name.value) else {
                        self.unknown(&name.value, name.span);
                        return None;
                    };
                    codes.insert(attribute, self.code(attribute, code)?);
                }
                (_, ProfileValue::Label(label)) => {
                    let attribute = self.attribute(&name.value)?;
                    let code = self.members.by_label(attribute, &label.value).cloned().unwrap_or_else(|| canonical_code(&label.value));
                    codes.insert(attribute, code);
                }
                (_, ProfileValue::Number(..)) => {
                    self.complain(
                        Diagnostic::new(Code::M01, format!("`{}` ne se donne pas à un recrutement", name.value), name.span)
                            .help("profil : grade, échelon, statut, quotité, inm, composante ou structure, plafond"),
                    );
                    return None;
                }
            }
        }
        let has = |name: &str| cadrage_ir::attribute(name).is_some_and(|a| codes.contains_key(&a));
        if !has("grade") {
            self.incomplete(m, "il manque le grade", "ajoutez `grade MCF_CN`");
            return None;
        }
        if !has("composante") && !has("structure") {
            self.incomplete(m, "il manque l'affectation", "ajoutez `composante SCIENCES`");
            return None;
        }
        if !has("plafond") {
            self.incomplete(m, "il manque le plafond", "ajoutez `plafond ÉTAT` ou `plafond INTERNE`");
            return None;
        }
        let (mut from, mut until) = (None, None);
        for c in &m.complements {
            match c {
                Complement::From(d) => from = Some(*d),
                Complement::Until(d) | Complement::On(d) => until = Some(*d),
                Complement::Motive(_) | Complement::Source(_) => {}
                _ => {
                    self.incomplete(
                        m,
                        "ce complément ne s'emploie pas avec `recruter`",
                        "dites `à compter du …`, et au besoin `jusqu'au …`",
                    );
                    return None;
                }
            }
        }
        let Some(from) = from else {
            self.incomplete(m, "il manque la date", "ajoutez `à compter du 01/09/2027`");
            return None;
        };
        Some(MovementKind::Hire { count, profile: codes, quotite, inm, from, until })
    }

    fn fraction(&mut self, x: &Exact, factor: &Exact, span: Span) -> Option<Exact> {
        let q = x * factor;
        if q.is_negative() || q.is_zero() || q > Exact::ONE {
            self.complain(Diagnostic::new(Code::M01, "une quotité va de plus de 0 % à 100 %", span).help("écrivez `quotité 80 %`"));
            return None;
        }
        Some(q)
    }

    fn leave(&mut self, m: &MovementClause) -> Option<MovementKind> {
        let Some(Target::Member(axis, code)) = &m.target else {
            if m.complements.iter().any(|c| matches!(c, Complement::Chosen(..))) {
                self.complain(
                    Diagnostic::new(Code::V99, "`choisis par` : lu, mais pas encore calculé par cette version", m.span)
                        .help("désignez les agents un par un : `faire partir l'agent VAL000000123 au 31/08/2027`"),
                );
            } else {
                self.incomplete(
                    m,
                    "faire partir qui ?",
                    "désignez l'agent : `faire partir l'agent VAL000000123 au 31/08/2027 motif retraite`",
                );
            }
            return None;
        };
        if fold(&axis.value) != "agent" {
            self.incomplete(m, "on fait partir un agent", "écrivez `faire partir l'agent VAL000000123 au 31/08/2027`");
            return None;
        }
        let (mut on, mut motif): (Option<Date>, String) = (None, String::new());
        for c in &m.complements {
            match c {
                Complement::On(d) => on = Some(*d),
                Complement::Motive(word) => motif = canonical_code(&word.value),
                Complement::Source(_) => {}
                _ => {
                    self.incomplete(
                        m,
                        "ce complément ne s'emploie pas avec `faire partir`",
                        "dites `au 31/08/2027`, et au besoin `motif retraite`",
                    );
                    return None;
                }
            }
        }
        let Some(on) = on else {
            self.incomplete(m, "il manque la date", "ajoutez `au 31/08/2027`, dernier jour d'activité");
            return None;
        };
        Some(MovementKind::Leave { matricule: canonical_code(&code.value), on, motif })
    }

    /// A column named in a profile.
    pub(crate) fn profile_column(name: &str) -> Option<cadrage_ir::ColumnId> {
        let folded = fold(name);
        cadrage_ir::COLUMNS.iter().find(|c| fold(c.name) == folded).and_then(|c| column(c.name))
    }
}
