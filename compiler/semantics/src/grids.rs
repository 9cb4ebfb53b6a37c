//! Index grids.

use std::collections::BTreeSet;

use cadrage_ir::{Constraint, attribute};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::{ast, fold};
use cadrage_value::Date;

use crate::model::{Grid, GridKey, GridStep, GridVersion, Stated};
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
        self.periods(&versions.iter().map(|v| (v.from, v.until)).collect::<Vec<_>>(), g)?;
        Some(Grid { name: g.name.value.clone(), key, versions, library: self.library, span: g.name.span })
    }

    /// Versions, in order of their first day, do not overlap: one that says its last day gives way to none that began before.
    pub(crate) fn periods(&mut self, versions: &[(Date, Option<Date>)], g: &ast::Grid) -> Option<()> {
        let reversed = versions.iter().find(|(from, until)| until.is_some_and(|last| last < *from));
        let crossed = versions.windows(2).find_map(|pair| match pair {
            [(_, Some(last)), next] if *last >= next.0 => Some(*next),
            _ => None,
        });
        let (message, at) = match (reversed, crossed) {
            (Some((from, _)), _) => (format!("la version du {} finit avant de commencer", from.to_french()), *from),
            (None, Some((from, _))) => (format!("la version du {} commence avant la fin de la précédente", from.to_french()), from),
            (None, None) => return Some(()),
        };
        let span = g.versions.iter().find(|v| v.from == at).and_then(|v| v.rows.first()?.first()).map_or(g.name.span, |c| c.span);
        self.complain(Diagnostic::new(Code::V02, message, span).help("corrigez `du … au …` : le second jour est le dernier de la version"));
        None
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
            let stated = |text: &str| match text {
                "" => Some(Stated::Nothing),
                "?" => Some(Stated::Unknown),
                text => text.split_whitespace().next().unwrap_or("").parse::<i64>().ok().map(Stated::Value),
            };
            // No column of durations: nobody said which step is the last.
            let duration = if months.is_some() { stated(cell(months)) } else { Some(Stated::Unknown) };
            let (Some(index), Some(duration), true) = (stated(cell(Some(inm))), duration, row.len() == header.len()) else {
                self.complain(Diagnostic::new(Code::V02, format!("ligne de la grille `{}` mal formée", g.name.value), span).help(format!(
                    "{} cellules séparées par « ; » : IM en points, durée en mois, `-` s'il n'y en a pas, `?` si on ne la connaît pas",
                    header.len()
                )));
                return None;
            };
            let months = match duration {
                Stated::Value(months) => i32::try_from(months).map_or(Stated::Unknown, Stated::Value),
                Stated::Unknown => Stated::Unknown,
                Stated::Nothing => Stated::Nothing,
            };
            steps.push(GridStep {
                echelon: cell(Some(echelon)).to_owned(),
                chevron: cell(chevron).to_owned(),
                ib: cell(ib).to_owned(),
                inm: index,
                months,
                span: row.iter().map(|c| c.span).fold(span, Span::to),
            });
        }
        Some(GridVersion {
            from: version.from,
            until: version.until,
            steps,
            source: version.provenance.source.as_ref().map(|s| s.value.clone()),
        })
    }
}
