//! What follows a movement's verb: each complement once, and only those the verb takes.

use cadrage_ir::{COLUMNS, Dimension, Selection, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{Complement, Expr, ExprKind, Profile, UnitExpr};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Date, Exact};

use crate::movement::{Choice, ChooseBy, Reach, When};
use crate::scope::Scope;
use crate::units;

/// A number and its unit.
pub(crate) type Quantity<'t> = (&'t Exact, Option<&'t UnitExpr>);

/// The complements of one sentence.
#[derive(Debug, Default)]
pub(crate) struct Said<'t> {
    pub(crate) whom: Option<&'t cadrage_syntax::ast::Selection>,
    pub(crate) to: Option<&'t Profile>,
    pub(crate) with: Option<&'t Profile>,
    pub(crate) from: Option<Date>,
    pub(crate) on: Option<Date>,
    pub(crate) until: Option<Date>,
    pub(crate) between: Option<(Date, Date)>,
    pub(crate) at: Option<Quantity<'t>>,
    /// `d'ancienneté`, after `at`.
    pub(crate) at_of: Option<&'t Spanned<String>>,
    pub(crate) term: bool,
    pub(crate) by: Option<&'t Expr>,
    pub(crate) after: Option<Quantity<'t>>,
    pub(crate) motif: Option<String>,
    pub(crate) chosen: Option<(&'t Spanned<String>, bool)>,
}

/// How a complement begins.
fn opening(c: &Complement) -> &'static str {
    match c {
        Complement::For(_) => "pour",
        Complement::To(_) => "vers",
        Complement::From(_) => "à compter du",
        Complement::On(_) => "au",
        Complement::At(..) => "à",
        Complement::AtTerm => "au terme de leur contrat",
        Complement::By(_) => "de",
        Complement::Between(..) => "du … au …",
        Complement::With(_) => "par",
        Complement::After(..) => "après",
        Complement::Motive(_) => "motif",
        Complement::Chosen(..) => "choisis par",
        Complement::Until(_) => "jusqu'au",
        Complement::Source(_) => "source",
    }
}

impl Scope<'_> {
    /// Gathers the complements; complains about one said twice, or that `verb` does not take (by its [`opening`]).
    pub(crate) fn said<'t>(&mut self, verb: &str, complements: &'t [Complement], takes: &[&str], span: Span) -> Option<Said<'t>> {
        let mut out = Said::default();
        let mut met: Vec<&str> = Vec::new();
        for c in complements {
            let word = opening(c);
            if word != "source" && !takes.contains(&word) {
                self.incomplete(
                    span,
                    format!("« {word} » ne s'emploie pas avec `{verb}`"),
                    format!("`{verb}` prend : {}", takes.iter().map(|t| format!("« {t} »")).collect::<Vec<_>>().join(", ")),
                );
                return None;
            }
            if met.contains(&word) {
                self.incomplete(span, format!("« {word} » est dit deux fois"), "gardez l'un des deux, ou écrivez deux phrases".to_owned());
                return None;
            }
            met.push(word);
            match c {
                Complement::For(s) => out.whom = Some(s),
                Complement::To(p) => out.to = Some(p),
                Complement::With(p) => out.with = Some(p),
                Complement::From(d) => out.from = Some(*d),
                Complement::On(d) => out.on = Some(*d),
                Complement::Until(d) => out.until = Some(*d),
                Complement::Between(a, b) => out.between = Some((*a, *b)),
                Complement::At(x, unit, of) => (out.at, out.at_of) = (Some((x, unit.as_ref())), of.as_ref()),
                Complement::AtTerm => out.term = true,
                Complement::By(e) => out.by = Some(e),
                Complement::After(x, unit) => out.after = Some((x, unit.as_ref())),
                Complement::Motive(word) => out.motif = Some(canonical_code(&word.value)),
                Complement::Chosen(by, descending) => out.chosen = Some((by, *descending)),
                Complement::Source(_) => {}
            }
        }
        Some(out)
    }

    pub(crate) fn incomplete(&mut self, span: Span, what: impl Into<String>, help: impl Into<String>) {
        self.complain(Diagnostic::new(Code::M01, what.into(), span).help(help.into()));
    }

    /// A selection of people: what only pay lines know is refused.
    pub(crate) fn people(&mut self, written: Option<&cadrage_syntax::ast::Selection>) -> Option<Selection> {
        let selection = self.optional_selection(written)?;
        let span = written.map_or(Span::new(cadrage_source::FileId(0), 0, 0), |w| w.span);
        let known_of_posts = |name: &str| matches!(name, "plafond" | "centre_de_coût" | "eotp");
        let foreign = selection
            .codes
            .keys()
            .filter_map(|a| cadrage_ir::ATTRIBUTES.get(a.index()))
            .find(|a| !a.situation && !known_of_posts(a.name))
            .map(|a| a.name);
        let line_column = |c: &&cadrage_ir::ColumnSpec| c.grain == cadrage_ir::Grain::Line || c.name == "présence";
        let foreign = foreign.or_else(|| selection.ranges.keys().filter_map(|c| COLUMNS.get(c.index())).find(line_column).map(|c| c.name));
        if let Some(name) = foreign {
            self.complain(
                Diagnostic::new(Code::M08, format!("`{name}` se lit sur les lignes de paie, pas sur les personnes"), span)
                    .help("choisissez par statut, grade, corps, échelon, structure, plafond, quotité, âge, ancienneté…"),
            );
            return None;
        }
        Some(selection)
    }

    /// `choisis par …`.
    pub(crate) fn choice(&mut self, chosen: Option<(&Spanned<String>, bool)>, what: &str, span: Span) -> Option<Choice> {
        let Some((by, descending)) = chosen else {
            self.incomplete(
                span,
                format!("{what} : lesquels ?"),
                "ajoutez `choisis par ancienneté décroissant` ; à égalité, le matricule tranche",
            );
            return None;
        };
        let folded = fold(&by.value);
        let column = COLUMNS.iter().position(|c| fold(c.name) == folded && c.grain == cadrage_ir::Grain::Situation && c.name != "présence");
        let by = match column {
            Some(k) => ChooseBy::Column(cadrage_ir::ColumnId::at(k)),
            None if folded == "echelon" => ChooseBy::Step,
            None => {
                self.incomplete(
                    by.span,
                    format!("on ne choisit pas des personnes par `{}`", by.value),
                    "choisissez par âge, ancienneté, quotité, inm ou échelon",
                );
                return None;
            }
        };
        Some(Choice { by, descending })
    }

    /// Whole months of a duration, at least `least`.
    pub(crate) fn whole_months(&mut self, x: &Exact, unit: Option<&UnitExpr>, least: i32, span: Span) -> Option<i32> {
        let (unit, factor) = unit.map_or((Unit::pure(), Exact::ONE), units::resolve);
        let months = (x * &factor).to_int().and_then(|n| i32::try_from(n).ok());
        match months.filter(|n| unit == Unit::of(Dimension::Month) && (least..=1200).contains(n)) {
            Some(n) => Some(n),
            None => {
                self.incomplete(span, "une durée en mois entiers, ou en années, était attendue", "écrivez `3 mois` ou `1 an`");
                None
            }
        }
    }

    /// `de 3 mois`.
    pub(crate) fn months_of(&mut self, e: &Expr) -> Option<i32> {
        match &e.kind {
            ExprKind::Number(x, unit) => self.whole_months(x, unit.as_ref(), 1, e.span),
            _ => None,
        }
    }

    /// `à 67 ans`, `à 6 ans d'ancienneté`, `au terme de leur contrat`; `Some(None)` when none is said.
    pub(crate) fn when(&mut self, said: &Said<'_>, span: Span) -> Option<Option<When>> {
        if said.term {
            if said.at.is_some() {
                self.incomplete(span, "un âge et un terme : lequel des deux ?", "écrivez deux phrases");
                return None;
            }
            return Some(Some(When::Term));
        }
        let Some((x, unit)) = said.at else { return Some(None) };
        let months = self.whole_months(x, unit, 1, span)?;
        match said.at_of.map(|o| fold(&o.value)).as_deref() {
            None | Some("age") => Some(Some(When::Age(months))),
            Some("anciennete") => Some(Some(When::Seniority(months))),
            Some(_) => {
                self.incomplete(span, "à quel âge, ou à quelle ancienneté ?", "écrivez `à 67 ans`, ou `à 6 ans d'ancienneté`");
                None
            }
        }
    }

    /// Whom a rule over time reaches.
    pub(crate) fn reach(&mut self, said: &Said<'_>, span: Span) -> Option<Reach> {
        let selection = self.people(said.whom)?;
        let (from, until) = match (said.from, said.between) {
            (Some(_), Some(_)) => {
                self.incomplete(span, "deux périodes sont dites", "gardez `à compter du …`, ou `du … au …`");
                return None;
            }
            (from, None) => (from, None),
            (None, Some((from, until))) => (Some(from), Some(until)),
        };
        self.in_order(from, until, span)?;
        Some(Reach { selection, from, until, motif: said.motif.clone() })
    }

    /// M07: an end before its beginning.
    pub(crate) fn in_order(&mut self, from: Option<Date>, until: Option<Date>, span: Span) -> Option<()> {
        match (from, until) {
            (Some(from), Some(until)) if until < from => {
                self.complain(
                    Diagnostic::new(
                        Code::M07,
                        format!("la fin, le {}, est avant le début, le {}", until.to_french(), from.to_french()),
                        span,
                    )
                    .help("corrigez l'une des deux dates"),
                );
                None
            }
            _ => Some(()),
        }
    }
}
