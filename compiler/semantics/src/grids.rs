//! Index grids.

use std::collections::BTreeSet;

use cadrage_ir::{Constraint, attribute};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::{ast, fold};

use crate::model::{Grid, GridKey, GridStep, GridVersion};
use crate::scope::Scope;

impl Scope<'_> {
    /// The checked grid; `None` when it was complained about.
    pub(crate) fn grid(&mut self, g: &ast::Grid) -> Option<Grid> {
        let key = match (&g.selection, &g.table) {
            (None, Some(table)) => GridKey::Table(table.path.value.clone()),
            (Some(selection), None) => self.grid_key(selection)?,
            _ => {
                self.complain(
                    Diagnostic::new(Code::V02, format!("la grille `{}` ne dit pas de quels grades", g.name.value), g.name.span)
                        .help("écrivez `pour grade …`, `pour grade_bcn …`, ou `valeurs de \"referentiels/grilles.csv\"`"),
                );
                return None;
            }
        };
        let mut versions = Vec::new();
        for version in &g.versions {
            versions.push(self.grid_version(version, g)?);
        }
        versions.sort_by_key(|v| v.from);
        Some(Grid { name: g.name.value.clone(), key, versions, library: self.library, span: g.name.span })
    }

    fn grid_key(&mut self, selection: &ast::Selection) -> Option<GridKey> {
        let found = self.selection(selection)?;
        let codes = |name: &str| -> Option<BTreeSet<String>> {
            match attribute(name).and_then(|a| found.codes.get(&a)) {
                Some(Constraint::In(set)) if found.codes.len() == 1 && found.ranges.is_empty() => Some(set.clone()),
                _ => None,
            }
        };
        if let Some(grades) = codes("grade") {
            return Some(GridKey::Grades(grades));
        }
        if let Some(national) = codes("grade_bcn") {
            return Some(GridKey::National(national));
        }
        self.complain(
            Diagnostic::new(Code::V02, "une grille se donne pour des grades", selection.span)
                .help("écrivez `pour grade MCF_CN` ou `pour grade_bcn 3014`"),
        );
        None
    }

    fn grid_version(&mut self, version: &ast::GridVersion, g: &ast::Grid) -> Option<GridVersion> {
        let mut rows = version.rows.iter();
        let header: Vec<String> = rows.next()?.iter().map(|c| fold(&c.value)).collect();
        let column = |name: &str| header.iter().position(|h| h == name);
        let (Some(echelon), Some(inm)) = (column("echelon"), column("im")) else {
            self.complain(
                Diagnostic::new(Code::V02, format!("la grille `{}` n'a pas les colonnes `échelon` et `IM`", g.name.value), g.name.span)
                    .help("première ligne du tableau : `échelon ; IB ; IM ; durée`"),
            );
            return None;
        };
        let (chevron, ib, months) = (column("chevron"), column("ib"), column("duree"));
        let mut steps = Vec::new();
        for row in rows {
            let cell = |k: Option<usize>| {
                k.and_then(|k| row.get(k)).map_or("", |c: &Spanned<String>| if c.value == "-" { "" } else { c.value.as_str() })
            };
            let span = row.first().map_or(g.name.span, |c| c.span);
            let number = |text: &str| text.split_whitespace().next().unwrap_or("").parse::<i64>().ok();
            let inm_text = cell(Some(inm));
            let index = number(inm_text);
            let duration = number(cell(months));
            if (index.is_none() && !inm_text.is_empty()) || (duration.is_none() && !cell(months).is_empty()) || row.len() != header.len() {
                self.complain(
                    Diagnostic::new(Code::V02, format!("ligne de la grille `{}` mal formée", g.name.value), span)
                        .help(format!("{} cellules séparées par « ; » : IM en points, durée en mois, `-` si vide", header.len())),
                );
                return None;
            }
            steps.push(GridStep {
                echelon: cell(Some(echelon)).to_owned(),
                chevron: cell(chevron).to_owned(),
                ib: cell(ib).to_owned(),
                inm: index,
                months: duration.and_then(|d| i32::try_from(d).ok()),
            });
        }
        Some(GridVersion { from: version.from, steps, source: version.provenance.source.as_ref().map(|s| s.value.clone()) })
    }
}
