//! The columns of an interface: each known, read once, from one place, in a way that its contents allow.

use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::{ast, canonical_code, fold};
use cadrage_value::exchange::{Column, FileType, Form};
use cadrage_value::layout::{LayoutCell, LayoutColumn, LayoutCut, LayoutFilter, LayoutOrigin};

use super::Check;
use crate::suggest;

impl Check<'_> {
    pub(super) fn columns(&mut self, kind: &FileType) -> Vec<LayoutColumn> {
        let mut out: Vec<LayoutColumn> = Vec::new();
        let before = self.complaints.len();
        for c in &self.i.columns {
            let Some(column) = kind.columns.iter().find(|known| fold(known.name) == fold(&c.name.value)) else {
                self.unknown_column(c, kind);
                continue;
            };
            if out.iter().any(|o| o.name == column.name) {
                self.complaints.push(
                    Diagnostic::new(Code::N02, format!("la colonne `{}` est lue deux fois", column.name), c.span)
                        .here("ici encore")
                        .help("gardez-en une"),
                );
            }
            out.push(self.column(c, column));
        }
        let missing: Vec<&str> = kind.required().into_iter().filter(|r| !out.iter().any(|o| o.name == *r)).collect();
        if self.complaints.len() == before && !missing.is_empty() {
            let name = &self.i.name;
            self.complaints.push(
                Diagnostic::new(Code::V02, format!("l'interface `{}` ne dit pas où lire {}", name.value, missing.join(", ")), name.span)
                    .help(format!("ajoutez `colonne {} = \"…\"`", missing.first().copied().unwrap_or_default())),
            );
        }
        out
    }

    fn unknown_column(&mut self, c: &ast::InterfaceColumn, kind: &FileType) {
        let help = suggest::nearest(&c.name.value, kind.columns.iter().map(|known| known.name))
            .map_or_else(|| format!("colonnes de `{}` : {}", kind.name, kind.names().join(", ")), |n| format!("vouliez-vous `{n}` ?"));
        self.complaints.push(
            Diagnostic::new(Code::N01, format!("`{}` n'est pas une colonne de `{}`", c.name.value, kind.name), c.name.span)
                .here("colonne inconnue")
                .help(help),
        );
    }

    fn column(&mut self, c: &ast::InterfaceColumn, column: &Column) -> LayoutColumn {
        let name = column.name;
        let origin = self.origin(c, column);
        let has_cell = matches!(origin, LayoutOrigin::Cell(_) | LayoutOrigin::Ratio(..));
        if !has_cell && (c.cut.is_some() || c.last_day.is_some() || !c.mapping.is_empty() || c.fallback.is_some()) {
            let message = format!("`{name}` ne vient pas d'une case du fichier : il n'y a rien à couper, traduire ou remplacer");
            self.malformed(message, c.span, "gardez ce qui suit `=`, et rien de plus");
        }
        if let Some(span) = c.last_day
            && column.form != Form::End
        {
            let help = "`dernier jour inclus` se dit de `date_fin_exclue` et de `contrat_fin_exclue`";
            self.malformed(format!("`{name}` n'est pas une fin : elle n'a pas de dernier jour"), span, help);
        }
        if let (Some(cut), LayoutOrigin::Ratio(..)) = (&c.cut, &origin) {
            self.malformed("un rapport de deux cases ne se coupe pas".to_owned(), span_of(cut), "lisez une case entière");
        }
        LayoutColumn {
            name,
            origin,
            cut: c.cut.as_ref().map(|cut| self.cut(cut)),
            last_day: c.last_day.is_some(),
            mapping: self.mapping(&c.mapping, column),
            fallback: c.fallback.as_ref().map(|f| {
                self.value(f, column);
                f.value.clone()
            }),
        }
    }

    fn origin(&mut self, c: &ast::InterfaceColumn, column: &Column) -> LayoutOrigin {
        match &c.origin {
            ast::InterfaceOrigin::Cell(cell) => LayoutOrigin::Cell(self.cell(cell)),
            ast::InterfaceOrigin::Ratio(a, b) => {
                if column.form != Form::Number {
                    let message = format!("`{}` n'est pas un nombre : elle ne vient pas d'un rapport de deux cases", column.name);
                    self.malformed(message, c.span, "`\"NUM\" / \"DEN\"` se dit d'une quotité, d'un taux ou d'un emploi");
                }
                LayoutOrigin::Ratio(self.cell(a), self.cell(b))
            }
            ast::InterfaceOrigin::Value(text) => {
                self.value(text, column);
                LayoutOrigin::Value(text.value.clone())
            }
            ast::InterfaceOrigin::LineNumber(span) => {
                if column.form != Form::Integer {
                    self.malformed(format!("`{}` n'est pas un numéro", column.name), *span, "`numéro de ligne` se dit de `no_ligne`");
                }
                LayoutOrigin::LineNumber
            }
            ast::InterfaceOrigin::Month(span) => {
                if column.form != Form::Month {
                    let help = "`mois du manifeste` se dit de `mois_paie` et de `mois`";
                    self.malformed(format!("`{}` n'est pas un mois", column.name), *span, help);
                }
                LayoutOrigin::Month
            }
        }
    }

    /// A value written in the interface is in our form: a code of the list when there is one.
    fn value(&mut self, text: &Spanned<String>, column: &Column) {
        if let Form::Member(list) = column.form
            && !list.contains(&canonical_code(&text.value).as_str())
        {
            self.not_a_member(&text.value, text.span, column, list);
        }
    }

    fn not_a_member(&mut self, written: &str, span: Span, column: &Column, list: &[&'static str]) {
        let help = suggest::nearest(written, list.iter().copied())
            .map_or_else(|| format!("valeurs : {}", list.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
        self.complaints.push(
            Diagnostic::new(Code::V21, format!("`{written}` n'est pas une valeur de `{}`", column.name), span)
                .here("valeur inconnue")
                .help(help),
        );
    }

    fn mapping(&mut self, mapping: &[(Spanned<String>, Spanned<String>)], column: &Column) -> Vec<(String, String)> {
        if let (Some((first, _)), Form::Day | Form::End | Form::Month | Form::Period | Form::Amount) = (mapping.first(), column.form) {
            let message = format!("`selon` traduit des codes, et `{}` n'en est pas un", column.name);
            self.malformed(message, first.span, "retirez `selon`");
        }
        for (k, (text, code)) in mapping.iter().enumerate() {
            if mapping.iter().take(k).any(|(other, _)| other.value == text.value) {
                self.complaints.push(
                    Diagnostic::new(Code::N02, format!("`selon` dit deux choses de `{}`", text.value), text.span)
                        .here("ici encore")
                        .help("gardez l'une des deux"),
                );
            }
            self.value(code, column);
        }
        mapping.iter().map(|(a, b)| (a.value.clone(), canonical_code(&b.value))).collect()
    }

    pub(super) fn cell(&mut self, cell: &ast::InterfaceCell) -> LayoutCell {
        match cell {
            ast::InterfaceCell::Named(name) => {
                if self.fixed {
                    let message = format!("un fichier de largeur fixe n'a pas d'en-tête : `{}` n'y est pas", name.value);
                    self.malformed(message, name.span, "écrivez `positions 1 à 12`");
                }
                if self.headless {
                    let message = format!("ce fichier n'a pas d'en-tête : `{}` n'y est pas", name.value);
                    self.malformed(message, name.span, "écrivez le rang de la case : `case 3`");
                }
                LayoutCell::Named(name.value.clone())
            }
            ast::InterfaceCell::At(range) => {
                if !self.fixed {
                    let help = "ajoutez `largeur fixe`, ou donnez le nom de l'en-tête entre guillemets";
                    self.malformed("les colonnes de ce fichier ont un nom, pas des positions".to_owned(), range.span, help);
                }
                let (from, to) = self.range(range);
                LayoutCell::At(from, to)
            }
            ast::InterfaceCell::Nth(n) => {
                if self.fixed {
                    let message = "un fichier de largeur fixe n'a pas de cases".to_owned();
                    self.malformed(message, n.span, "écrivez `positions 1 à 12`");
                } else if n.value == 0 {
                    self.malformed("il n'y a pas de case 0".to_owned(), n.span, "on compte à partir de 1 : `case 1`");
                }
                LayoutCell::Nth(usize::try_from(n.value).unwrap_or(usize::MAX))
            }
        }
    }

    fn cut(&mut self, cut: &ast::InterfaceCut) -> LayoutCut {
        match cut {
            ast::InterfaceCut::Before(sign) | ast::InterfaceCut::After(sign) if sign.value.is_empty() => {
                self.malformed("il n'y a rien entre les guillemets".to_owned(), sign.span, "écrivez le signe qui sépare : `avant \"/\"`");
                LayoutCut::Before(String::new())
            }
            ast::InterfaceCut::Before(sign) => LayoutCut::Before(sign.value.clone()),
            ast::InterfaceCut::After(sign) => LayoutCut::After(sign.value.clone()),
            ast::InterfaceCut::Characters(range) => {
                let (from, to) = self.range(range);
                LayoutCut::Characters(from, to)
            }
        }
    }

    fn range(&mut self, range: &Spanned<(u32, u32)>) -> (usize, usize) {
        let (from, to) = range.value;
        if from == 0 || to < from {
            self.malformed(format!("de {from} à {to}, il n'y a rien"), range.span, "on compte à partir de 1, les deux bouts compris");
        }
        let position = |p| usize::try_from(p).unwrap_or(usize::MAX);
        (position(from), position(to))
    }

    pub(super) fn filter(&mut self, f: &ast::InterfaceFilter) -> LayoutFilter {
        LayoutFilter { keep: f.keep, cell: self.cell(&f.cell), values: f.values.iter().map(|v| v.value.clone()).collect() }
    }
}

fn span_of(cut: &ast::InterfaceCut) -> Span {
    match cut {
        ast::InterfaceCut::Before(sign) | ast::InterfaceCut::After(sign) => sign.span,
        ast::InterfaceCut::Characters(range) => range.span,
    }
}
