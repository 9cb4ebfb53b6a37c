//! What a movement says of a post or of a person: `grade MCF_CN échelon 2 composante SCIENCES quotité 50 %`.

use cadrage_ir::{Dimension, Unit, column};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::ProfileValue;
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::Exact;

use crate::movement::Profile;
use crate::scope::Scope;
use crate::units;

/// What a movement may say.
const KNOWN: &str =
    "grade, échelon, chevron, statut, rémunération, structure ou composante, plafond, centre_de_coût, eotp, quotité, inm, montant_forfait";

impl Scope<'_> {
    /// The checked profile.
    pub(crate) fn movement_profile(&mut self, written: &[(Spanned<String>, ProfileValue)]) -> Option<Profile> {
        self.profile_with(written, &[])
    }

    /// The checked profile of a post to fill: where its grade is not known, what holds it may be (decision 0184).
    pub(crate) fn post_profile(&mut self, written: &[(Spanned<String>, ProfileValue)]) -> Option<Profile> {
        self.profile_with(written, &["catégorie", "corps"])
    }

    fn profile_with(&mut self, written: &[(Spanned<String>, ProfileValue)], besides: &[&str]) -> Option<Profile> {
        let mut out = Profile::default();
        let mut met: Vec<String> = Vec::new();
        for (name, value) in written {
            let folded = fold(&name.value);
            if met.contains(&folded) {
                self.incomplete(name.span, format!("`{}` est dit deux fois", name.value), "un poste n'en a qu'un : gardez l'un des deux");
                return None;
            }
            match folded.as_str() {
                "quotite" => out.quotite = Some(self.fraction(value, name.span)?),
                "inm" => out.inm = Some(self.index(value, name.span)?),
                "montant_forfait" => out.forfait = Some(self.lump_sum(value, name.span)?),
                _ => {
                    let Some(attribute) = self.attribute(&name.value) else {
                        self.unknown(&name.value, name.span);
                        return None;
                    };
                    let spec = cadrage_ir::ATTRIBUTES.get(attribute.index()).map_or("", |a| a.name);
                    let given = matches!(
                        spec,
                        "grade"
                            | "échelon"
                            | "chevron"
                            | "statut"
                            | "rémunération"
                            | "structure"
                            | "composante"
                            | "plafond"
                            | "centre_de_coût"
                            | "eotp"
                    ) || besides.contains(&spec);
                    if !given {
                        self.incomplete(
                            name.span,
                            format!("`{}` ne se donne pas dans un mouvement", name.value),
                            format!("ce qui se donne : {KNOWN}"),
                        );
                        return None;
                    }
                    let code = match value {
                        ProfileValue::Code(code) => self.code(attribute, code)?,
                        ProfileValue::Label(l) => {
                            self.members.by_label(attribute, &l.value).cloned().unwrap_or_else(|| canonical_code(&l.value))
                        }
                        ProfileValue::Number(..) => {
                            self.incomplete(name.span, format!("`{}` attend un code", name.value), "retirez l'unité : `échelon 2`");
                            return None;
                        }
                    };
                    out.codes.insert(attribute, code);
                }
            }
            met.push(folded);
        }
        let has = |name: &str| out.code(name).is_some();
        let span = written.first().map_or(Span::new(cadrage_source::FileId(0), 0, 0), |(n, _)| n.span);
        if has("eotp") && !has("centre_de_coût") {
            self.incomplete(span, "un eOTP sans son centre de coût", "ajoutez `centre_de_coût …`");
            return None;
        }
        if has("chevron") && !has("échelon") {
            self.incomplete(span, "un chevron sans son échelon", "ajoutez `échelon …`");
            return None;
        }
        if has("structure") && has("composante") {
            self.incomplete(span, "une structure et une composante", "la structure dit sa composante : gardez la structure");
            return None;
        }
        Some(out)
    }

    /// A quotité.
    pub(crate) fn fraction(&mut self, value: &ProfileValue, span: Span) -> Option<Exact> {
        match value {
            ProfileValue::Number(x, Some(unit), span) => self.quotite(x, Some(unit), *span),
            ProfileValue::Number(x, None, span) => self.quotite(x, None, *span),
            ProfileValue::Code(c) if c.value.parse::<Exact>().is_ok() => {
                let x = c.value.parse::<Exact>().unwrap_or(Exact::ZERO);
                self.quotite(&x, None, c.span)
            }
            _ => {
                self.incomplete(span, "une quotité était attendue", "écrivez `quotité 80 %`");
                None
            }
        }
    }

    /// A quotité, from more than 0 to 1.
    pub(crate) fn quotite(&mut self, x: &Exact, unit: Option<&cadrage_syntax::ast::UnitExpr>, span: Span) -> Option<Exact> {
        let (unit, factor) = unit.map_or((Unit::pure(), Exact::ONE), units::resolve);
        let q = x * &factor;
        if !unit.is_pure() || q.is_negative() || q.is_zero() || q > Exact::ONE {
            self.complain(Diagnostic::new(Code::M01, "une quotité va de plus de 0 % à 100 %", span).help("écrivez `quotité 80 %`"));
            return None;
        }
        Some(q)
    }

    fn index(&mut self, value: &ProfileValue, span: Span) -> Option<i64> {
        let found = match value {
            ProfileValue::Code(c) => c.value.parse().ok(),
            ProfileValue::Number(x, None, _) => x.to_int(),
            ProfileValue::Number(x, Some(u), _) if units::resolve(u).0 == Unit::of(Dimension::Point) => x.to_int(),
            _ => None,
        };
        match found.filter(|n| (1..=2000).contains(n)) {
            Some(n) => Some(n),
            None => {
                self.incomplete(span, "un indice majoré entier était attendu", "écrivez `inm 500`");
                None
            }
        }
    }

    fn lump_sum(&mut self, value: &ProfileValue, span: Span) -> Option<Exact> {
        let rhythm = Unit::of(Dimension::Euro).times(Dimension::Month, -1);
        if let ProfileValue::Number(x, Some(u), _) = value {
            let (unit, factor) = units::resolve(u);
            if unit == rhythm && !x.is_negative() {
                return Some(x * &factor);
            }
        }
        self.incomplete(span, "un forfait mensuel était attendu", "écrivez `montant_forfait 2 300 €/mois`");
        None
    }

    /// A column named in a profile.
    pub(crate) fn profile_column(name: &str) -> Option<cadrage_ir::ColumnId> {
        let folded = fold(name);
        cadrage_ir::COLUMNS.iter().find(|c| fold(c.name) == folded).and_then(|c| column(c.name))
    }
}
