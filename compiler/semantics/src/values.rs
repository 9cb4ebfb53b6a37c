//! Constants, hypotheses, scales, calendars, elements.

use std::collections::BTreeMap;

use cadrage_ir::{
    Base, Bracket, BracketVersion, Calendar, Constraint, Dated, Dimension, Element, Grain, Parameter, ParameterCase, ParameterId,
    Selection, Unit, WithinMonth,
};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{self, EntryKind, ExprKind, ValueKind};
use cadrage_syntax::{canonical_code, print_selection};
use cadrage_value::{Date, Exact};

use crate::expressions::fold_constant;
use crate::model::UnsettledOverlap;
use crate::scope::Scope;
use crate::tables::{Table, Tables};
use crate::{boxes, specificity, units};

impl Scope<'_> {
    /// A number written where a value of `unit` stands: without unit it takes the declared one (decision D11).
    pub(crate) fn declared_value(&mut self, e: &ast::Expr, unit: &Unit, factor: &Exact) -> Option<Exact> {
        match &e.kind {
            ExprKind::Number(x, None) => return Some(x * factor),
            ExprKind::Negate(inner) => {
                if let ExprKind::Number(x, None) = &inner.kind {
                    return Some(-(x * factor));
                }
            }
            _ => {}
        }
        if self.hole(e, Some(unit), &Grain::Constant, "") {
            return None;
        }
        let x = self.expression(e, &Grain::Constant)?;
        let Some(value) = fold_constant(&x) else {
            self.complain(
                Diagnostic::new(Code::V02, "une constante ou une hypothèse ne dépend que de nombres écrits", e.span)
                    .help("ce qui se calcule à partir d'autres valeurs est une `formule`"),
            );
            return None;
        };
        if x.ty.unit() != Some(unit) && !value.is_zero() {
            let found = x.ty.unit().map(ToString::to_string).unwrap_or_default();
            self.complain(
                Diagnostic::new(Code::U03, format!("la valeur est en {found}, la déclaration en {unit}"), e.span)
                    .help("mettez la valeur dans l'unité déclarée"),
            );
            return None;
        }
        Some(value)
    }

    /// A constant or a hypothesis.
    pub(crate) fn parameter(&mut self, v: &ast::Value, library: bool, tables: &Tables) -> Parameter {
        let (unit, factor) = units::resolve(&v.unit);
        let mut groups: Vec<(Selection, String, Vec<Dated>, Span)> = Vec::new();
        let mut put = |scope: &mut Self, selection: Selection, text: String, dated: Dated, span: Span| match groups
            .iter_mut()
            .find(|(s, ..)| *s == selection)
        {
            Some((_, _, timeline, _)) => {
                if let Some(twice) = timeline.iter().find(|d| d.from == dated.from) {
                    scope.complain(
                        Diagnostic::new(Code::N02, format!("`{}` a deux valeurs à la même date", v.name.value), span)
                            .here("ici encore")
                            .label(twice.span, "déjà donnée ici")
                            .help("gardez l'une des deux lignes"),
                    );
                } else {
                    timeline.push(dated);
                }
            }
            None => groups.push((selection, text, vec![dated], span)),
        };
        let mut refused = false;
        for entry in &v.entries {
            let (from, selection, text) = match &entry.kind {
                EntryKind::From(d, None) => (Some(*d), Some(Selection::all()), String::new()),
                EntryKind::From(d, Some(s)) => (Some(*d), self.selection(s), print_selection(s)),
                EntryKind::Default => (None, Some(Selection::all()), String::new()),
                EntryKind::Except(s) => (None, self.selection(s), print_selection(s)),
            };
            let value = self.declared_value(&entry.value, &unit, &factor);
            let (published, paid) = self.provenance_dates(&entry.provenance, &v.docs, from);
            let source = entry.provenance.source.as_ref().or(v.docs.source.as_ref()).map(|s| s.value.clone());
            if source.is_none() && !v.damaged && v.kind == ValueKind::Constant {
                let code = if library { Code::D05 } else { Code::D06 };
                self.complain(
                    Diagnostic::new(code, format!("`{}` : cette valeur n'a pas de source", v.name.value), entry.span)
                        .help("ajoutez `source \"décret n° …\"` au bout de la ligne"),
                );
            }
            refused |= value.is_none() || selection.is_none();
            if let (Some(selection), Some(value)) = (selection, value) {
                put(self, selection, text, Dated { from, until: None, value, source, published, paid, span: entry.span }, entry.span);
            }
        }
        if let Some(table) = &v.table {
            for (selection, text, dated) in self.table_values(v, table, tables, &unit) {
                put(self, selection, text, dated, table.span);
            }
        }
        if groups.is_empty() && v.table.is_none() && !refused && !v.damaged {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` n'a aucune valeur", v.name.value), v.name.span)
                    .help("ajoutez `à compter du JJ/MM/AAAA : …` ou `par défaut …`"),
            );
        }
        let written = (units::text(&v.unit), factor.clone());
        let mut cases = self.ordered_cases(groups, &v.name.value, &written);
        self.timelines(v, &mut cases, &written);
        let bounds = v.bounds.as_ref().and_then(|(a, b)| {
            let (low, high) = (self.declared_value(a, &unit, &factor), self.declared_value(b, &unit, &factor));
            Some((low?, high?))
        });
        let label = v.label.as_ref().or(v.docs.label.as_ref()).map_or_else(|| v.name.value.clone(), |l| l.value.clone());
        Parameter {
            name: v.name.value.clone(),
            label,
            unit,
            written,
            hypothesis: v.kind == ValueKind::Hypothesis,
            precision: v.precision,
            within_month: if v.within_month == Some(ast::WithinMonth::Prorata) { WithinMonth::Prorata } else { WithinMonth::FirstDay },
            bounds,
            cases,
            verified: v.docs.verified.as_ref().map(|d| d.value),
            span: v.name.span,
        }
    }

    /// Most specific first, timelines in order; overlaps complained about.
    fn ordered_cases(
        &mut self,
        mut groups: Vec<(Selection, String, Vec<Dated>, Span)>,
        name: &str,
        written: &(String, Exact),
    ) -> Vec<ParameterCase> {
        for (_, _, timeline, _) in &mut groups {
            timeline.sort_by_key(|d| d.from);
        }
        let boxes: Vec<Selection> = groups.iter().map(|g| g.0.clone()).collect();
        let same = |i: usize, j: usize| {
            let values = |k: usize| groups.get(k).map(|g| g.2.iter().map(|d| (d.from, &d.value)).collect::<Vec<_>>());
            values(i) == values(j)
        };
        let (order, overlaps) = specificity::order(&boxes, self.members, &same);
        for o in overlaps {
            if let (Some(a), Some(b)) = (groups.get(o.first), groups.get(o.second)) {
                let value = |timeline: &[Dated]| timeline.last().map_or_else(String::new, |d| words(&d.value, written));
                self.overlap(name, o.both, (&a.1, &value(&a.2), a.3), (&b.1, &value(&b.2), b.3));
            }
        }
        order
            .into_iter()
            .filter_map(|k| groups.get(k).cloned())
            .map(|(selection, text, timeline, _)| ParameterCase { selection, timeline, text })
            .collect()
    }

    /// E01, with whom both hold and the line that settles it.
    pub(crate) fn overlap(&mut self, name: &str, both: Selection, first: (&str, &str, Span), second: (&str, &str, Span)) {
        let said = |(selection, value, _): (&str, &str, Span)| match value.lines().next() {
            None => format!("pour {selection}"),
            Some(first) if value.lines().count() == 1 => format!("pour {selection} : {first}"),
            Some(first) => format!("pour {selection} : {first} …"),
        };
        let line = boxes::written(&both).unwrap_or_else(|| format!("{} et {}", first.0, second.0));
        let unknown: Vec<&str> = self
            .members
            .hierarchy()
            .unknown(&both)
            .into_iter()
            .filter_map(|a| cadrage_ir::ATTRIBUTES.get(a.index()))
            .map(|a| a.name)
            .collect();
        let supposed = if unknown.is_empty() {
            String::new()
        } else {
            format!(" (les membres de `{}` ne sont pas connus ici : le recouvrement est supposé)", unknown.join("`, `"))
        };
        let diagnostic =
            Diagnostic::new(Code::E01, format!("`{name}` : deux exceptions se recouvrent sans que l'une précise l'autre"), second.2)
                .here(said(second))
                .label(first.2, said(first))
                .help(format!("ajoutez la ligne qui tranche : `sauf pour {line} : …`{supposed}"));
        self.overlaps.push(UnsettledOverlap { span: second.2, both });
        self.complain(diagnostic);
    }

    /// Rows of a reference list as dated values (decision 0004 of grammar/decisions).
    fn table_values(&mut self, v: &ast::Value, source: &ast::TableSource, tables: &Tables, unit: &Unit) -> Vec<(Selection, String, Dated)> {
        let mut out = Vec::new();
        let table = match tables.get(&source.path.value) {
            Some(Ok(table)) => table,
            Some(Err(why)) => {
                self.complain(Diagnostic::new(Code::V03, why.clone(), source.path.span).help("vérifiez le chemin, relatif au dossier"));
                return out;
            }
            None => {
                self.complain(
                    Diagnostic::new(Code::V03, format!("le fichier `{}` est absent du dossier", source.path.value), source.path.span)
                        .help("vérifiez le chemin, relatif au dossier"),
                );
                return out;
            }
        };
        let before = self.diagnostics.len();
        let wanted = self.row_filter(source, table);
        if self.diagnostics.len() > before {
            return out;
        }
        let mut matched = false;
        for (line, row) in &table.rows {
            if !wanted.iter().all(|test| test.keeps(row, self.members)) {
                continue;
            }
            matched = true;
            match self.table_row(row, unit) {
                Ok((selection, text, mut dated)) => {
                    dated.span = source.span;
                    out.push((selection, text, dated));
                }
                Err(why) => self.complain(
                    Diagnostic::new(Code::V03, format!("{}:{line} : {why}", source.path.value), source.span)
                        .help("corrigez la ligne du référentiel"),
                ),
            }
        }
        if !matched {
            self.complain(
                Diagnostic::new(Code::V03, format!("aucune ligne de `{}` ne donne `{}`", source.path.value, v.name.value), source.span)
                    .help("vérifiez le filtre `pour …` et le contenu du référentiel"),
            );
        }
        out
    }

    fn table_row(&mut self, row: &BTreeMap<String, String>, unit: &Unit) -> Result<(Selection, String, Dated), String> {
        let cell = |c: &str| Table::cell(row, c);
        let (given, factor) = units::of_table(cell("unite")).ok_or_else(|| format!("l'unité `{}` est inconnue", cell("unite")))?;
        if given != *unit {
            return Err(format!("la valeur est en {given}, la déclaration en {unit}"));
        }
        let value: Exact = cell("valeur").parse().map_err(|_| format!("`{}` n'est pas un nombre (virgule décimale)", cell("valeur")))?;
        let date = |c: &str| match cell(c) {
            "" => Ok(None),
            text => Date::parse(text).map(Some).ok_or_else(|| format!("la date `{text}` n'existe pas")),
        };
        let (from, until) = (date("date_debut")?, date("date_fin_exclue")?);
        let (axis, member) = (cell("axe"), cell("membre"));
        let mut selection = Selection::all();
        let mut text = String::new();
        if member != "*" && cadrage_syntax::fold(axis) != "etablissement" {
            let id = self.attribute(axis).ok_or_else(|| format!("`{axis}` n'est pas un axe"))?;
            selection.restrict(id, Constraint::In([canonical_code(member)].into()));
            text = format!("{axis} {member}");
        }
        let source = Some(cell("source").to_owned()).filter(|s| !s.is_empty());
        let nowhere = Span::new(cadrage_source::FileId(0), 0, 0);
        Ok((selection, text, Dated { from, until, value: &value * &factor, source, published: None, paid: None, span: nowhere }))
    }

    /// A bracketed scale.
    pub(crate) fn bracket(&mut self, b: &ast::Bracket, parameters: &[Parameter]) -> Bracket {
        let mut scale = None;
        let mut versions = Vec::new();
        for version in &b.versions {
            let (unit, brackets) = self.bracket_lines(&version.lines, parameters);
            let bounded = brackets.iter().any(|(bound, _)| bound.is_some());
            let before = versions.iter().any(|v: &BracketVersion| v.brackets.iter().any(|(bound, _)| bound.is_some()));
            if bounded && before && unit.is_some() != scale.is_some() {
                self.two_units_of_bounds(version.lines.first().map_or(b.name.span, |l| l.span));
            }
            scale = unit.or(scale);
            self.bracket_dates(b, version);
            let source = version.provenance.source.as_ref().map(|s| s.value.clone());
            versions.push(BracketVersion { from: version.from, brackets, source });
        }
        versions.sort_by_key(|v| v.from);
        let label = b.label.as_ref().map_or_else(|| b.name.value.clone(), |l| l.value.clone());
        let verified = b.docs.verified.as_ref().map(|d| d.value);
        Bracket { name: b.name.value.clone(), label, scale, versions, verified, span: b.name.span }
    }

    /// Bounds and rates, and the constant that turns bounds in PMSS into euros when they are.
    pub(crate) fn bracket_lines(
        &mut self,
        lines: &[ast::BracketLine],
        parameters: &[Parameter],
    ) -> (Option<ParameterId>, Vec<(Option<Exact>, Exact)>) {
        let mut scale = None;
        let mut brackets: Vec<(Option<Exact>, Exact)> = Vec::new();
        for line in lines {
            let rate = self.declared_value(&line.rate, &Unit::pure(), &Exact::ONE);
            let bound = match &line.up_to {
                None => Some(None),
                Some(e) => match &e.kind {
                    ExprKind::Number(x, Some(u)) => {
                        let (unit, factor) = units::resolve(u);
                        let in_pmss = unit == Unit::of(Dimension::Pmss);
                        if brackets.iter().any(|(bound, _)| bound.is_some()) && in_pmss != scale.is_some() {
                            self.two_units_of_bounds(e.span);
                        }
                        if in_pmss {
                            scale = self.pmss(parameters, e.span).or(scale);
                            scale.map(|_| Some(x * &factor))
                        } else if unit == Unit::of(Dimension::Euro) {
                            Some(Some(x * &factor))
                        } else {
                            self.complain(
                                Diagnostic::new(Code::U03, format!("une borne de barème est en € ou en PMSS, pas en {unit}"), e.span)
                                    .help("écrivez `jusqu'à 1 PMSS : …`"),
                            );
                            None
                        }
                    }
                    _ => {
                        self.complain(
                            Diagnostic::new(Code::U03, "une borne de barème a une unité", e.span)
                                .help("écrivez `jusqu'à 1 PMSS : …` ou `jusqu'à 1 500 € : …`"),
                        );
                        None
                    }
                },
            };
            if let (Some(bound), Some(rate)) = (bound, rate) {
                brackets.push((bound, rate));
            }
        }
        (scale, brackets)
    }

    fn two_units_of_bounds(&mut self, span: Span) {
        self.complain(
            Diagnostic::new(Code::U03, "les bornes d'un barème sont toutes en €, ou toutes en PMSS", span)
                .here("dans une autre unité que les bornes d'avant")
                .help("écrivez-les toutes dans la même unité, ou faites deux barèmes"),
        );
    }

    /// The constant that says what a PMSS is worth: the one declared en €/PMSS.
    fn pmss(&mut self, parameters: &[Parameter], span: Span) -> Option<ParameterId> {
        let wanted = Unit::of(Dimension::Euro).times(Dimension::Pmss, -1);
        let found = parameters.iter().position(|p| p.unit == wanted).map(ParameterId::at);
        if found.is_none() {
            self.complain(
                Diagnostic::new(Code::N01, "rien ne dit ce que vaut un PMSS", span)
                    .help("utilisez le module `socle.sécurité_sociale`, ou déclarez une constante en €/PMSS"),
            );
        }
        found
    }

    /// A calendar.
    pub(crate) fn calendar(&mut self, c: &ast::Calendar) -> Calendar {
        let shares = self.shares(&c.shares).unwrap_or_else(|| std::array::from_fn(|_| Exact::ZERO));
        Calendar { name: c.name.value.clone(), shares, span: c.name.span }
    }

    /// A pay element and the bases it enters.
    pub(crate) fn element(&mut self, e: &ast::Element, bases: &mut Vec<Base>) -> Element {
        let rubrique = canonical_code(&e.code.value);
        for base in &e.bases {
            add_to_base(bases, &canonical_code(&base.value), &rubrique);
        }
        let account = |who: &str| {
            let found = e.accounts.iter().find(|(w, _)| cadrage_syntax::fold(&w.value).starts_with(who));
            found.map_or_else(String::new, |(_, c)| c.value.clone())
        };
        Element {
            label: e.label.as_ref().map_or_else(|| rubrique.clone(), |l| l.value.clone()),
            famille: e.family.as_ref().map_or_else(String::new, |f| canonical_code(&f.value)),
            compte_titulaire: account("titulaire"),
            compte_contractuel: account("contractuel"),
            span: Some(e.code.span),
            rubrique,
        }
    }
}

/// Adds a rubrique to a base, made when it is new.
pub(crate) fn add_to_base(bases: &mut Vec<Base>, code: &str, rubrique: &str) {
    match bases.iter_mut().find(|b| b.code == code) {
        Some(base) => drop(base.rubriques.insert(rubrique.to_owned())),
        None => bases.push(Base { code: code.to_owned(), rubriques: [rubrique.to_owned()].into() }),
    }
}

/// A value as its author would write it.
pub(crate) fn words(value: &Exact, written: &(String, Exact)) -> String {
    if written.1.is_zero() {
        return String::new();
    }
    format!("{} {}", (value / &written.1).to_shortest().replace(cadrage_value::THIN_SPACE, " "), written.0)
}
