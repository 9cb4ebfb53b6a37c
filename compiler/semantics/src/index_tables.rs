//! Tables from indice brut to indice majoré: a `grille` of indices, without grades nor steps. They say the indices that grids of steps
//! state by their indice brut only (`?` under IM).

use std::collections::{BTreeMap, BTreeSet};

use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::{ast, fold};
use cadrage_value::Date;

use crate::model::{Grid, GridStep, GridVersion, IndexTable, IndexVersion, Stated};
use crate::scope::Scope;

/// Is this grid one of indices? It has no grades, and its first column is the indice brut.
pub(crate) fn is_one(g: &ast::Grid) -> bool {
    let first = g.versions.first().and_then(|v| v.rows.first()?.first());
    g.selection.is_none() && g.table.is_none() && first.is_some_and(|c| fold(&c.value) == "ib")
}

impl Scope<'_> {
    /// The checked table; `None` when it was complained about.
    pub(crate) fn index_table(&mut self, g: &ast::Grid) -> Option<IndexTable> {
        if g.planned {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` ne va pas à des grades : elle ne s'applique pas", g.name.value), g.name.span)
                    .help("retirez `en projet` ; pour un projet de texte, déclarez une grille de grade `en projet`"),
            );
            return None;
        }
        let mut versions = Vec::new();
        for version in &g.versions {
            versions.push(IndexVersion { from: version.from, until: version.until, indices: self.indices(version, g)? });
        }
        versions.sort_by_key(|v| v.from);
        self.periods(&versions.iter().map(|v| (v.from, v.until)).collect::<Vec<_>>(), g)?;
        Some(IndexTable { name: g.name.value.clone(), versions, library: self.library, span: g.name.span })
    }

    fn indices(&mut self, version: &ast::GridVersion, g: &ast::Grid) -> Option<BTreeMap<(String, String), i64>> {
        let mut rows = version.rows.iter();
        let header: Vec<String> = rows.next().map(|row| row.iter().map(|c| fold(&c.value)).collect()).unwrap_or_default();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        if header != ["ib", "im"] && header != ["ib", "chevron", "im"] {
            self.complain(
                Diagnostic::new(Code::V02, format!("la grille d'indices `{}` n'a pas ses colonnes", g.name.value), g.name.span)
                    .help("première ligne du tableau : `IB ; IM`, ou `IB ; chevron ; IM` pour les lettres hors échelle"),
            );
            return None;
        }
        let mut out = BTreeMap::new();
        for row in rows {
            let span = row.first().map_or(g.name.span, |c| c.span);
            let cell = |k: usize| row.get(k).map_or("", |c: &Spanned<String>| if c.value == "-" { "" } else { c.value.as_str() });
            let chevron = if header.len() == 3 { cell(1) } else { "" };
            let (ib, im) = (cell(0), cell(header.len() - 1).parse::<i64>());
            let (false, Ok(im), true) = (ib.is_empty(), im, row.len() == header.len()) else {
                self.complain(
                    Diagnostic::new(Code::V02, format!("ligne de la grille `{}` mal formée", g.name.value), span)
                        .help(format!("{} cellules séparées par « ; », l'IM en points ; un indice inconnu n'a pas de ligne", header.len())),
                );
                return None;
            };
            if out.insert((ib.to_uppercase(), chevron.to_owned()), im).is_some() {
                self.complain(
                    Diagnostic::new(Code::N02, format!("l'indice brut {ib} a deux indices majorés"), span)
                        .help("gardez une ligne par indice"),
                );
                return None;
            }
        }
        Some(out)
    }
}

/// Gives the indices that the grid states by their indice brut only, from the tables in force; a version that sees a table change is cut
/// there.
pub(crate) fn fill(grid: &mut Grid, tables: &[IndexTable]) {
    let asked = |s: &GridStep| s.inm == Stated::Unknown && !s.ib.is_empty();
    if !grid.versions.iter().flat_map(|v| &v.steps).any(asked) {
        return;
    }
    let mut out: Vec<GridVersion> = Vec::new();
    let mut rest = std::mem::take(&mut grid.versions).into_iter().peekable();
    while let Some(version) = rest.next() {
        let end = version.until.map(Date::next).or_else(|| rest.peek().map(|next| next.from));
        let inside = |day: &Date| *day > version.from && end.is_none_or(|end| *day < end);
        let changes: BTreeSet<Date> = if version.steps.iter().any(asked) {
            let days = tables.iter().flat_map(|t| &t.versions).flat_map(|v| [Some(v.from), v.until.map(Date::next)]);
            days.flatten().filter(inside).chain([version.from]).collect()
        } else {
            BTreeSet::from([version.from])
        };
        let first = out.len();
        for from in changes {
            let mut piece = GridVersion { from, ..version.clone() };
            for step in piece.steps.iter_mut().filter(|s| asked(s)) {
                if let Some(index) = index_of(&step.ib, &step.chevron, from, tables) {
                    step.inm = Stated::Value(index);
                }
            }
            match out.get_mut(first..).and_then(<[GridVersion]>::last_mut) {
                Some(before) if before.steps == piece.steps => {}
                Some(before) => {
                    before.until = Some(from.previous());
                    out.push(piece);
                }
                None => out.push(piece),
            }
        }
    }
    grid.versions = out;
}

/// The dossier's tables first, then the library's.
fn index_of(ib: &str, chevron: &str, day: Date, tables: &[IndexTable]) -> Option<i64> {
    let key = (ib.to_uppercase(), chevron.to_owned());
    let own = tables.iter().filter(|t| !t.library).chain(tables.iter().filter(|t| t.library));
    own.filter_map(|t| t.versions.iter().rev().find(|v| v.from <= day && v.until.is_none_or(|last| day <= last)))
        .find_map(|v| v.indices.get(&key).copied())
}
