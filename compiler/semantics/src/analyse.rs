//! The stage: names first, then values, populations, formulas, and what stands on them.

use std::collections::BTreeMap;

use cadrage_ir::{Base, BracketId, COLUMNS, CalendarId, ColumnId, Element, Feed, FormulaId, Grain, ParameterId, Selection};
use cadrage_source::{Code, Diagnostic, SourceMap};
use cadrage_syntax::ast::{self, Declaration, Visibility};
use cadrage_syntax::fold;

use crate::bounds::column_unit;
use crate::model::{Formula, Model, Module};
use crate::others::{self, Around};
use crate::scenarios::{Parameters, Written};
use crate::scope::{Scope, Symbol};
use crate::tables::Tables;
use crate::{Members, graph, units};

/// One file of a check.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its tree.
    pub file: &'a ast::File,
    /// Part of the library.
    pub library: bool,
}

/// What a check is given.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Files, the library's first.
    pub units: &'a [Unit<'a>],
    /// Reference lists that declarations read.
    pub tables: &'a Tables,
    /// Members of the axes.
    pub members: &'a Members,
    /// Pay elements and bases of the dossier's list; they replace those declared.
    pub elements: Option<&'a (Vec<Element>, Vec<Base>)>,
    /// Texts, for the sentences kept with changes and movements.
    pub sources: &'a SourceMap,
}

/// Checks everything. The model holds what is sound; errors are among the diagnostics.
#[must_use]
pub fn analyse(input: Input<'_>) -> (Model, Vec<Diagnostic>) {
    let mut scope = Scope::new(input.members);
    let mut model = Model::default();
    let declared = Declared::read(input.units, &mut scope, &mut model);
    values(&input, &declared, &mut scope, &mut model);
    populations(&declared, &mut scope, &mut model);
    let visibility = checked_values(&input, &declared, &mut scope, &mut model);
    for (d, _, library) in &declared.data {
        scope.library = *library;
        data(d, &mut scope, &mut model);
    }
    formulas(&declared, &mut scope, &mut model);
    for (g, _, library) in &declared.grids {
        scope.library = *library;
        model.grids.extend(scope.grid(g));
    }
    scope.library = false;
    let written: Written<'_> = declared.scenarios.iter().map(|(s, _, _)| (fold(&s.name.value), *s)).collect();
    let text = |span| input.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    for (s, _, _) in declared.scenarios.iter().filter(|(s, _, _)| !s.variant) {
        let parameters = Parameters { all: &model.parameters, visibility: &visibility };
        let found = scope.scenario(s, &written, &parameters, &text);
        if let Some(found) = &found {
            let changes: Vec<_> = found.modifications.iter().collect();
            scope.scenario_dates(found, &changes, &model.parameters);
        }
        model.scenarios.extend(found);
    }
    others::check(&declared.others, Around { visibility: &visibility, tables: input.tables }, &mut scope, &mut model);
    for (t, module, library) in &declared.tests {
        scope.library = *library;
        model.tests.extend(scope.test(t, module, input.tables));
    }
    model.hierarchy = input.members.hierarchy().clone();
    model.overlaps = scope.overlaps;
    let diagnostics = scope.diagnostics;
    // What a parent says is checked with each of its heirs: the same complaint is told once.
    let mut told: Vec<Diagnostic> = Vec::new();
    for d in diagnostics {
        if !told.contains(&d) {
            told.push(d);
        }
    }
    let diagnostics = told;
    (model, diagnostics)
}

/// Declarations by kind, with the module they belong to and whether it is the library's.
#[derive(Default)]
struct Declared<'a> {
    axes: Vec<(&'a ast::Axis, String, bool)>,
    populations: Vec<(&'a ast::Population, String, bool)>,
    values: Vec<(&'a ast::Value, String, bool)>,
    brackets: Vec<(&'a ast::Bracket, String, bool)>,
    calendars: Vec<(&'a ast::Calendar, String, bool)>,
    elements: Vec<(&'a ast::Element, String, bool)>,
    data: Vec<(&'a ast::Data, String, bool)>,
    formulas: Vec<(&'a ast::Formula, String, bool)>,
    grids: Vec<(&'a ast::Grid, String, bool)>,
    scenarios: Vec<(&'a ast::Scenario, String, bool)>,
    tests: Vec<(&'a ast::Test, String, bool)>,
    reports: Vec<(&'a ast::Report, String, bool)>,
    /// Envelopes, forms, interfaces, analyses.
    others: Vec<(&'a ast::Detail, bool)>,
}

impl<'a> Declared<'a> {
    /// Sorts declarations and declares their names.
    fn read(units: &[Unit<'a>], scope: &mut Scope<'_>, model: &mut Model) -> Self {
        let mut out = Declared::default();
        // Levels first: formulas are declared with the grain their words name.
        for d in units.iter().flat_map(|u| &u.file.declarations) {
            if let Declaration::Axis(axis) = d {
                scope.level_words.extend(crate::aggregates::axis_levels(axis));
            }
        }
        for unit in units {
            let mut module = String::new();
            for d in &unit.file.declarations {
                if let Declaration::Module(m) = d {
                    module.clone_from(&m.name.value);
                    model.modules.push(Module { name: m.name.value.clone(), version: m.version.value.clone(), library: unit.library });
                }
            }
            for d in &unit.file.declarations {
                out.take(d, &module, unit.library, scope);
            }
        }
        out
    }

    fn take(&mut self, d: &'a Declaration, module: &str, library: bool, scope: &mut Scope<'_>) {
        let here = || (module.to_owned(), library);
        macro_rules! keep {
            ($list:ident, $item:expr, $symbol:expr) => {{
                if scope.declare(&$item.name, $symbol) {
                    let (module, library) = here();
                    self.$list.push(($item, module, library));
                }
            }};
        }
        match d {
            Declaration::Module(_) | Declaration::Import(_) | Declaration::Silence(_) => {}
            Declaration::Axis(a) => keep!(axes, a, Symbol::Axis),
            Declaration::Population(p) => keep!(populations, p, Symbol::Population),
            Declaration::Value(v) => keep!(values, &**v, Symbol::Parameter(ParameterId::at(self.values.len()))),
            Declaration::Bracket(b) => keep!(brackets, b, Symbol::Bracket(BracketId::at(self.brackets.len()))),
            Declaration::Calendar(c) => keep!(calendars, c, Symbol::Calendar(CalendarId::at(self.calendars.len()))),
            Declaration::Formula(f) => {
                if scope.declare(&f.name, Symbol::Formula(FormulaId::at(self.formulas.len()))) {
                    let header = scope.header_of(f);
                    scope.headers.push(header);
                    let (module, library) = here();
                    self.formulas.push((f, module, library));
                }
            }
            Declaration::Data(d) => match Scope::profile_column(&d.name.value) {
                // A name is declared once per layer: the establishment completes a datum of the library.
                Some(_) if !library && self.data.iter().any(|(o, _, l)| *l && fold(&o.name.value) == fold(&d.name.value)) => {
                    let again = self.data.iter().find(|(o, _, l)| !*l && fold(&o.name.value) == fold(&d.name.value));
                    if let Some((first, _, _)) = again {
                        scope.complain(
                            Diagnostic::new(Code::N02, format!("`{}` est complétée deux fois", d.name.value), d.name.span)
                                .here("ici encore")
                                .label(first.name.span, "déjà complétée ici")
                                .help("réunissez les clauses dans une seule `donnée`"),
                        );
                    } else if let Some(mode) = &d.mode {
                        scope.complain(
                            Diagnostic::new(Code::N02, format!("l'agrégation de `{}` est dite par le socle", d.name.value), mode.span)
                                .help("retirez `agrégation` : l'établissement complète la donnée par `obligatoire` ou `à défaut`"),
                        );
                    } else {
                        self.data.push((&**d, module.to_owned(), library));
                    }
                }
                Some(column) => {
                    if let Some(mode) = &d.mode {
                        scope.column_modes.insert(column, mode.clone());
                    }
                    keep!(data, &**d, Symbol::Column(column));
                }
                None => {
                    let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
                    scope.complain(
                        Diagnostic::new(Code::V01, format!("rien ne fournit la donnée `{}`", d.name.value), d.name.span)
                            .help(format!("données fournies : {}", names.join(", "))),
                    );
                    scope.poison(&d.name.value, d.name.span);
                }
            },
            Declaration::Grid(g) => keep!(grids, g, Symbol::Grid),
            Declaration::Scenario(s) => keep!(scenarios, s, if s.variant { Symbol::Variant } else { Symbol::Scenario }),
            Declaration::Element(e) => {
                let (module, library) = here();
                self.elements.push((e, module, library));
            }
            Declaration::Test(t) => {
                let (module, library) = here();
                self.tests.push((t, module, library));
            }
            Declaration::Unsupported(ast::Unsupported { detail: ast::Detail::Report(r), .. }) => keep!(reports, &**r, Symbol::Report),
            Declaration::Unsupported(u) if !matches!(u.detail, ast::Detail::Role(_) | ast::Detail::Reclassification(_)) => {
                if u.name.as_ref().is_none_or(|name| scope.declare(name, Symbol::Other)) {
                    self.others.push((&u.detail, library));
                }
            }
            Declaration::Unsupported(u) => {
                scope.complain(
                    Diagnostic::new(Code::V99, format!("`{}` : lu, mais pas encore calculé par cette version", u.construct), u.span)
                        .help("retirez ce bloc ; `cadrage aide V99` dit pourquoi il n'est pas ignoré"),
                );
                if let Some(name) = &u.name {
                    scope.poison(&name.value, name.span);
                }
            }
            Declaration::Invalid(i) => {
                if let Some(name) = &i.name {
                    scope.poison(name, i.span);
                }
            }
        }
    }
}

/// What values are before they are read: units, bases, calendars.
fn values(input: &Input<'_>, declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) {
    scope.parameter_units = declared.values.iter().map(|(v, _, _)| (units::resolve(&v.unit).0, units::text(&v.unit))).collect();
    for (c, _, _) in &declared.calendars {
        model.calendars.push(scope.calendar(c));
    }
    for (e, _, _) in &declared.elements {
        let element = scope.element(e, &mut model.bases);
        model.elements.push(element);
    }
    if let Some((elements, bases)) = input.elements {
        model.elements.clone_from(elements);
        model.bases.clone_from(bases);
    }
    scope.bases = model.bases.iter().map(|b| b.code.clone()).collect();
    let axes = declared.axes.iter().filter(|(a, _, _)| a.docs.source.is_none());
    for (a, _, _) in axes {
        scope.complain(
            Diagnostic::new(Code::V02, format!("l'axe `{}` ne dit pas où sont ses membres", a.name.value), a.name.span)
                .help("ajoutez `source \"referentiels/….csv\"`"),
        );
    }
    for (a, _, _) in &declared.axes {
        if let Some(source) = &a.docs.source
            && let Some(Err(why)) = input.tables.get(&source.value)
        {
            scope.complain(Diagnostic::new(Code::V03, why.clone(), source.span).help("vérifiez le chemin, relatif au dossier"));
        }
    }
}

/// Named populations, each in terms of those already known; a name that goes round stays unknown and is complained about.
fn populations(declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) {
    let names: Vec<String> = declared.populations.iter().map(|(p, _, _)| fold(&p.name.value)).collect();
    let mut pending: Vec<&ast::Population> = declared.populations.iter().map(|(p, _, _)| *p).collect();
    while !pending.is_empty() {
        let ready = |p: &&ast::Population, known: &BTreeMap<String, Selection>| {
            p.selection.criteria.iter().all(|c| match &c.kind {
                ast::CriterionKind::Named(n) => known.contains_key(&fold(&n.value)) || !names.contains(&fold(&n.value)),
                _ => true,
            })
        };
        let (now, later): (Vec<&ast::Population>, Vec<&ast::Population>) =
            pending.iter().copied().partition(|p| ready(p, &scope.populations));
        if now.is_empty() {
            for p in later {
                scope.complain(
                    Diagnostic::new(Code::C01, format!("la population `{}` se définit par elle-même", p.name.value), p.name.span)
                        .help("écrivez ses critères"),
                );
                scope.poison(&p.name.value, p.name.span);
            }
            break;
        }
        for p in now {
            scope.library = declared.populations.iter().any(|(q, _, library)| *library && q.name.span == p.name.span);
            match scope.selection(&p.selection) {
                Some(selection) => drop(scope.populations.insert(fold(&p.name.value), selection)),
                None => scope.poison(&p.name.value, p.name.span),
            }
        }
        pending = later;
        // A population whose criteria were refused is poisoned: those that name it are refused in their turn.
        let poisoned: Vec<&ast::Population> = pending
            .iter()
            .copied()
            .filter(|p| {
                p.selection
                    .criteria
                    .iter()
                    .any(|c| matches!(&c.kind, ast::CriterionKind::Named(n) if scope.get(&n.value) == Some(Symbol::Poisoned)))
            })
            .collect();
        for p in &poisoned {
            scope.poison(&p.name.value, p.name.span);
        }
        pending.retain(|p| !poisoned.iter().any(|q| q.name.span == p.name.span));
    }
    model.populations.clone_from(&scope.populations);
}

/// Constants, hypotheses and scales with their values.
fn checked_values(
    input: &Input<'_>,
    declared: &Declared<'_>,
    scope: &mut Scope<'_>,
    model: &mut Model,
) -> BTreeMap<ParameterId, Visibility> {
    let mut visibility = BTreeMap::new();
    for (k, (v, _, library)) in declared.values.iter().enumerate() {
        scope.library = *library;
        let parameter = scope.parameter(v, *library, input.tables);
        for d in parameter.cases.iter().flat_map(|c| &c.timeline) {
            scope.too_precise(&parameter, &d.value, d.span);
        }
        model.parameters.push(parameter);
        if let Some(found) = &v.docs.visibility {
            visibility.insert(ParameterId::at(k), found.value);
        }
    }
    let boxes = |p: &cadrage_ir::Parameter| p.cases.iter().map(|c| c.selection.clone()).filter(|s| !s.is_all()).collect();
    scope.parameter_boxes = model.parameters.iter().map(|p| (p.name.clone(), boxes(p))).collect();
    for (b, _, _) in &declared.brackets {
        let bracket = scope.bracket(b, &model.parameters);
        model.brackets.push(bracket);
    }
    visibility
}

/// A datum says the unit and grain its provider gives it.
fn data(d: &ast::Data, scope: &mut Scope<'_>, model: &mut Model) {
    let Some(column) = Scope::profile_column(&d.name.value) else { return };
    let Some(spec) = COLUMNS.get(ColumnId::index(column)) else { return };
    let unit = d.unit.as_ref().map_or_else(cadrage_ir::Unit::pure, |u| units::resolve(u).0);
    if unit != column_unit(column) {
        let span = d.unit.as_ref().map_or(d.name.span, |u| u.span);
        scope.complain(
            Diagnostic::new(Code::U03, format!("`{}` est fournie en {}, pas en {unit}", spec.name, column_unit(column)), span)
                .help("déclarez l'unité fournie"),
        );
    }
    if let Some(grain) = &d.grain
        && scope.grain_named(&grain.value) != spec.grain
    {
        scope.complain(
            Diagnostic::new(
                Code::G01,
                format!("`{}` est fournie {}, pas {}", spec.name, spec.grain, scope.grain_named(&grain.value)),
                grain.span,
            )
            .help(format!("écrivez `{}`", spec.grain)),
        );
    }
    if let Some(mode) = &d.mode {
        let rule = scope.rule_of(Some(mode), &unit);
        scope.same_grain_as_weight(rule, &spec.grain, mode.span);
    }
    model.data.extend(scope.data_rule(d, column));
}

fn formulas(declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) {
    let mut whole = true;
    let mut checked: Vec<Formula> = Vec::new();
    for (f, module, library) in &declared.formulas {
        scope.library = *library;
        match scope.formula(f, module) {
            Some(found) => checked.push(found),
            None => whole = false,
        }
    }
    same_rubrique_twice(&checked, scope);
    let axes: Vec<&ast::Axis> = declared.axes.iter().map(|(a, _, _)| *a).collect();
    for (r, _, library) in &declared.reports {
        scope.library = *library;
        model.reports.extend(scope.report(r, &axes));
    }
    if whole {
        // Ids are positions of declarations, then of the hidden formulas: only a whole list can be ordered and run.
        checked.append(&mut scope.hidden);
        let crossings = graph::Crossings { aggregates: &scope.aggregates, distributions: &scope.distributions };
        match graph::order(&checked, &model.bases, crossings) {
            Ok(_) => {
                model.formulas = checked;
                model.aggregates.clone_from(&scope.aggregates);
                model.distributions.clone_from(&scope.distributions);
            }
            Err(complaints) => scope.diagnostics.extend(complaints),
        }
    }
}

/// V04: two `par agent` formulas that feed one rubrique for people in common.
fn same_rubrique_twice(checked: &[Formula], scope: &mut Scope<'_>) {
    for (i, a) in checked.iter().enumerate() {
        for b in checked.iter().skip(i + 1) {
            let (Some(Feed::Rubriques(x, _)), Some(Feed::Rubriques(y, _))) = (&a.feeds, &b.feeds) else { continue };
            if a.grain != Grain::Agent || b.grain != Grain::Agent || x != y {
                continue;
            }
            let both = scope.members.refine(&a.scope).intersect(&scope.members.refine(&b.scope));
            if !both.is_empty() {
                let rubrique = x.first().map_or("", String::as_str);
                scope.complain(
                    Diagnostic::new(
                        Code::V04,
                        format!("`{}` et `{}` alimentent toutes deux la rubrique {rubrique}", a.name, b.name),
                        b.span,
                    )
                    .here("ici encore")
                    .label(a.span, "déjà alimentée ici")
                    .help("séparez-les par `pour …` : chaque agent ne doit relever que d'une formule"),
                );
            }
        }
    }
}
