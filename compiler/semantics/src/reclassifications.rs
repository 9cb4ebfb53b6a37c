//! `reclassement`: where each step goes, and how much seniority it keeps.

use cadrage_ir::attribute;
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::{ast, fold};
use cadrage_value::Exact;

use crate::overlay::{Reclassification, ReclassificationRow};
use crate::scope::Scope;

impl Scope<'_> {
    /// The checked reclassement; `None` when it was complained about.
    pub(crate) fn reclassification(&mut self, r: &ast::Reclassification) -> Option<Reclassification> {
        let (from, to, national) = self.grades(r)?;
        let mut rows = r.rows.iter();
        let header: Vec<String> = rows.next().map(|row| row.iter().map(|c| fold(&c.value)).collect()).unwrap_or_default();
        let column = |name: &str| header.iter().position(|h| h == name);
        let (Some(step), Some(new_step), Some(kept)) = (column("echelon"), column("nouvel echelon"), column("anciennete conservee")) else {
            self.complain(
                Diagnostic::new(Code::V02, format!("le reclassement `{}` n'a pas ses trois colonnes", r.name.value), r.name.span)
                    .help("première ligne du tableau : `échelon ; nouvel échelon ; ancienneté conservée`"),
            );
            return None;
        };
        let (chevron, new_chevron) = (column("chevron"), column("nouveau chevron"));
        let known = ["echelon", "nouvel echelon", "anciennete conservee", "chevron", "nouveau chevron"];
        if let Some(stranger) = r.rows.first().and_then(|row| row.iter().find(|c| !known.contains(&fold(&c.value).as_str()))) {
            self.complain(
                Diagnostic::new(Code::V02, format!("la colonne `{}` n'est pas d'un reclassement", stranger.value), stranger.span)
                    .help("colonnes : `échelon ; nouvel échelon ; ancienneté conservée`, et au besoin `chevron` et `nouveau chevron`"),
            );
            return None;
        }
        let mut out: Vec<ReclassificationRow> = Vec::new();
        for row in rows {
            let span = row.first().map_or(r.name.span, |c| c.span);
            if row.len() != header.len() {
                self.complain(
                    Diagnostic::new(Code::V02, format!("ligne du reclassement `{}` mal formée", r.name.value), span)
                        .help(format!("{} cellules séparées par « ; » ; `-` si vide", header.len())),
                );
                return None;
            }
            let cell =
                |k: Option<usize>| k.and_then(|k| row.get(k)).map_or("", |c| if c.value == "-" { "" } else { c.value.as_str() }).to_owned();
            let share = row.get(kept).cloned().unwrap_or_else(|| Spanned::new(String::new(), span));
            let next = ReclassificationRow {
                from: (cell(Some(step)), cell(chevron)),
                to: (cell(Some(new_step)), cell(new_chevron)),
                kept: self.kept(&share)?,
            };
            if out.iter().any(|o| o.from == next.from) {
                self.complain(
                    Diagnostic::new(Code::N02, format!("l'échelon {} est reclassé deux fois", next.from.0), span)
                        .help("gardez une ligne par échelon"),
                );
                return None;
            }
            if next.from.0.is_empty() || next.to.0.is_empty() {
                self.complain(
                    Diagnostic::new(Code::V02, "un reclassement va d'un échelon à un échelon", span).help("écrivez les deux échelons"),
                );
                return None;
            }
            out.push(next);
        }
        if out.is_empty() {
            self.complain(
                Diagnostic::new(Code::V02, format!("le reclassement `{}` ne dit rien d'aucun échelon", r.name.value), r.name.span)
                    .help("ajoutez une ligne par échelon : `1 ; 3 ; totalité`"),
            );
            return None;
        }
        Some(Reclassification { name: r.name.value.clone(), from, to, national, date: r.date, rows: out, span: r.name.span })
    }

    /// Both grades; national codes name one grade, since several of an institution may bear one code.
    fn grades(&mut self, r: &ast::Reclassification) -> Option<(String, String, bool)> {
        let national = |(axis, _): &(Spanned<String>, Spanned<String>)| fold(&axis.value) == "grade_bcn";
        if !national(&r.from) || !national(&r.to) {
            return Some((self.grade_of(&r.from)?, self.grade_of(&r.to)?, false));
        }
        let (from, to) = (self.code(attribute("grade_bcn")?, &r.from.1)?, self.code(attribute("grade_bcn")?, &r.to.1)?);
        if from != to {
            self.complain(
                Diagnostic::new(Code::V02, "par code national, on reclasse d'un échelon à l'autre d'un même grade", r.to.1.span)
                    .help("d'un grade à un autre, nommez ceux de l'établissement : `de grade … vers grade …`"),
            );
            return None;
        }
        Some((from, to, true))
    }

    fn grade_of(&mut self, (axis, code): &(Spanned<String>, Spanned<String>)) -> Option<String> {
        if fold(&axis.value) != "grade" {
            self.complain(
                Diagnostic::new(Code::V02, format!("on reclasse d'un grade à un grade, pas d'un `{}`", axis.value), axis.span)
                    .help("écrivez `de grade … vers grade …`, ou deux fois `grade_bcn` avec un code national"),
            );
            return None;
        }
        self.code(attribute("grade")?, code)
    }

    /// `totalité`, `aucune`, `4/5`, `80 %`.
    fn kept(&mut self, cell: &Spanned<String>) -> Option<Exact> {
        let text = fold(&cell.value);
        let share = match text.as_str() {
            "totalite" => Some(Exact::ONE),
            "aucune" => Some(Exact::ZERO),
            other => fraction(other),
        };
        let share = share.filter(|s| !s.is_negative() && *s <= Exact::ONE);
        if share.is_none() {
            self.kept_refused(&cell.value, cell.span);
        }
        share
    }

    fn kept_refused(&mut self, written: &str, span: Span) {
        self.complain(
            Diagnostic::new(Code::V02, format!("`{written}` n'est pas une part d'ancienneté"), span)
                .help("écrivez `totalité`, `aucune`, ou une fraction : `4/5`"),
        );
    }
}

fn fraction(text: &str) -> Option<Exact> {
    if let Some(percent) = text.strip_suffix('%') {
        return percent.trim().parse::<Exact>().ok()?.checked_div(&Exact::from_int(100));
    }
    let (a, b) = text.split_once('/')?;
    Exact::ratio(a.trim().parse().ok()?, b.trim().parse().ok()?)
}
