//! The stage: names first, then values, populations, formulas, and what stands on them.

use std::collections::BTreeMap;

use cadrage_ir::{Base, BracketId, COLUMNS, CalendarId, ColumnId, Element, Feed, FormulaId, Grain, ParameterId, Selection};
use cadrage_source::{Code, Diagnostic, SourceMap};
use cadrage_syntax::ast::{self, Declaration, Visibility};
use cadrage_syntax::fold;

use crate::bounds::column_unit;
use crate::layers::{Ground, Openness};
use crate::model::{DeclaredName, Formula, Grid, Model, Module};
use crate::others::{self, Around};
use crate::overlay::Reclassification;
use crate::scenarios::Written;
use crate::scope::{Scope, Symbol};
use crate::tables::Tables;
use crate::{Members, graph, index_tables, units};

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
    /// Populations as a scenario has them, by folded name; none for the declarations as they stand.
    pub populations: &'a BTreeMap<String, Selection>,
    /// The role of who writes the scripts, when the check is made for one.
    pub role: Option<&'a str>,
    /// Texts, for the sentences kept with changes and movements.
    pub sources: &'a SourceMap,
    /// What the console asks of them.
    pub question: Option<&'a ast::Question>,
}

/// Checks everything. The model holds what is sound; errors are among the diagnostics.
#[must_use]
pub fn analyse(input: Input<'_>) -> (Model, Vec<Diagnostic>) {
    let mut scope = Scope::new(input.members);
    let mut model = Model::default();
    let declared = Declared::read(input.units, &mut scope, &mut model);
    values(&input, &declared, &mut scope, &mut model);
    populations(&input, &declared, &mut scope, &mut model);
    checked_values(&input, &declared, &mut scope, &mut model);
    for (d, _, library) in &declared.data {
        scope.library = *library;
        data(d, &mut scope, &mut model);
    }
    formulas(&declared, input.question, &mut scope, &mut model);
    if let Some((elements, _)) = input.elements {
        unlisted_rubriques(&model.formulas, elements, &mut scope);
    }
    let (grids, reclassifications) = grids(&declared, &mut scope, &mut model);
    scope.library = false;
    let written: Written<'_> = declared.scenarios.iter().map(|(s, _, _)| (fold(&s.name.value), *s)).collect();
    let text = |span| input.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let ground = Ground {
        parameters: &model.parameters,
        brackets: &model.brackets,
        calendars: &model.calendars,
        formulas: &model.formulas,
        bases: &model.bases,
        crossings: graph::Crossings { aggregates: &model.aggregates, distributions: &model.distributions },
        grids,
        index_tables: model.index_tables.iter().map(|t| fold(&t.name)).collect(),
        reclassifications,
        openness: openness(&declared),
    };
    let mut scenarios = Vec::new();
    for (s, _, _) in declared.scenarios.iter().filter(|(s, _, _)| !s.variant) {
        let found = scope.scenario(s, &written, &ground, &text);
        if let Some(found) = &found {
            let changes: Vec<_> = found.layers.iter().filter_map(|laid| laid.value()).collect();
            scope.scenario_dates(found, &changes, &model.parameters);
        }
        scenarios.extend(found);
    }
    for (v, _, _) in declared.scenarios.iter().filter(|(s, _, _)| s.variant) {
        scope.variant(v, &written, &ground, &text);
    }
    model.scenarios = scenarios;
    others::check(&declared.others, Around { visibility: &openness(&declared).parameters, tables: input.tables }, &mut scope, &mut model);
    for (t, module, library) in &declared.tests {
        scope.library = *library;
        model.tests.extend(scope.test(t, module, input.tables));
    }
    model.hierarchy = input.members.hierarchy().clone();
    model.overlaps = std::mem::take(&mut scope.overlaps);
    model.declared = names(&declared);
    scope.hypotheses = model.parameters.iter().map(|p| p.hypothesis).collect();
    scope.roles(&declared.roles);
    if let Some(role) = input.role {
        let files: Vec<&ast::File> = input.units.iter().map(|u| u.file).collect();
        scope.within_role(role, &declared.roles, &files);
    }
    // What a variant or a parent says is checked with each scenario that takes it: the same complaint is told once.
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for d in scope.diagnostics {
        if !diagnostics.contains(&d) {
            diagnostics.push(d);
        }
    }
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
    reclassifications: Vec<(&'a ast::Reclassification, String, bool)>,
    roles: Vec<(&'a ast::Role, String, bool)>,
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
            Declaration::Reclassification(r) => keep!(reclassifications, &**r, Symbol::Reclassification),
            Declaration::Role(r) => {
                let (module, library) = here();
                self.roles.push((r, module, library));
            }
            Declaration::Scenario(s) => keep!(scenarios, s, if s.variant { Symbol::Variant } else { Symbol::Scenario }),
            Declaration::Element(e) => {
                let (module, library) = here();
                self.elements.push((e, module, library));
            }
            Declaration::Test(t) => {
                let (module, library) = here();
                self.tests.push((t, module, library));
            }
            Declaration::Detailed(ast::Detailed { detail: ast::Detail::Report(r), .. }) => keep!(reports, &**r, Symbol::Report),
            Declaration::Detailed(u) => {
                if u.name.as_ref().is_none_or(|name| scope.declare(name, Symbol::Other)) {
                    self.others.push((&u.detail, library));
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
    // An axis of the library names the list of a dossier, which may not be at hand: its levels are what reports need.
    for (a, _, _) in declared.axes.iter().filter(|(_, _, library)| !library) {
        if let Some(source) = &a.docs.source
            && let Some(Err(why)) = input.tables.get(&source.value)
        {
            scope.complain(Diagnostic::new(Code::V03, why.clone(), source.span).help("vérifiez le chemin, relatif au dossier"));
        }
    }
}

/// Named populations, each in terms of those already known; a name that goes round stays unknown and is complained about.
fn populations(input: &Input<'_>, declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) {
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
            let given = input.populations.get(&fold(&p.name.value)).cloned();
            match scope.selection(&p.selection).map(|declared| given.unwrap_or(declared)) {
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
fn checked_values(input: &Input<'_>, declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) {
    for (v, _, library) in &declared.values {
        scope.library = *library;
        let parameter = scope.parameter(v, *library, input.tables);
        for d in parameter.cases.iter().flat_map(|c| &c.timeline) {
            scope.too_precise(&parameter, &d.value, d.span);
        }
        model.parameters.push(parameter);
    }
    let boxes = |p: &cadrage_ir::Parameter| p.cases.iter().map(|c| c.selection.clone()).filter(|s| !s.is_all()).collect();
    scope.parameter_boxes = model.parameters.iter().map(|p| (p.name.clone(), boxes(p))).collect();
    for (b, _, _) in &declared.brackets {
        let bracket = scope.bracket(b, &model.parameters);
        model.brackets.push(bracket);
    }
}

/// Who may change what: as declared, else simulable for a constant and open for a hypothesis (decision D29).
fn openness(declared: &Declared<'_>) -> Openness {
    let mut out = Openness::default();
    for (k, (v, _, _)) in declared.values.iter().enumerate() {
        let usual = if v.kind == ast::ValueKind::Hypothesis { Visibility::Open } else { Visibility::Simulable };
        out.parameters.insert(ParameterId::at(k), v.docs.visibility.as_ref().map_or(usual, |found| found.value));
    }
    for (k, (b, _, _)) in declared.brackets.iter().enumerate() {
        out.brackets.insert(BracketId::at(k), b.docs.visibility.as_ref().map_or(Visibility::Simulable, |found| found.value));
    }
    for (k, (f, _, _)) in declared.formulas.iter().enumerate() {
        out.formulas.insert(FormulaId::at(k), f.docs.visibility.as_ref().map_or(Visibility::Simulable, |found| found.value));
    }
    for (g, _, _) in &declared.grids {
        out.grids.insert(fold(&g.name.value), g.docs.visibility.as_ref().map_or(Visibility::Simulable, |found| found.value));
    }
    out
}

/// What a scenario may change, with who may.
fn names(declared: &Declared<'_>) -> BTreeMap<String, DeclaredName> {
    let mut out = BTreeMap::new();
    let mut put = |name: &cadrage_source::Spanned<String>, kind, openness: Option<Visibility>, module: &String, library: &bool| {
        let openness = match openness {
            Some(Visibility::Locked) => "verrouillée",
            Some(Visibility::Open) => "ouverte",
            Some(Visibility::Simulable) | None => "simulable",
        };
        let found = DeclaredName { name: name.value.clone(), kind, openness, module: module.clone(), library: *library, span: name.span };
        out.insert(fold(&name.value), found);
    };
    let of = |docs: &ast::Docs| docs.visibility.as_ref().map(|v| v.value);
    for (v, module, library) in &declared.values {
        let hypothesis = v.kind == ast::ValueKind::Hypothesis;
        let usual = if hypothesis { Visibility::Open } else { Visibility::Simulable };
        put(&v.name, if hypothesis { "hypothèse" } else { "constante" }, of(&v.docs).or(Some(usual)), module, library);
    }
    declared.brackets.iter().for_each(|(b, m, l)| put(&b.name, "barème", of(&b.docs), m, l));
    declared.calendars.iter().for_each(|(c, m, l)| put(&c.name, "calendrier", Some(Visibility::Open), m, l));
    declared.formulas.iter().for_each(|(f, m, l)| put(&f.name, "formule", of(&f.docs), m, l));
    declared.grids.iter().for_each(|(g, m, l)| put(&g.name, "grille", of(&g.docs), m, l));
    declared.reclassifications.iter().for_each(|(r, m, l)| put(&r.name, "reclassement", of(&r.docs), m, l));
    declared.populations.iter().for_each(|(p, m, l)| put(&p.name, "population", Some(Visibility::Open), m, l));
    out
}

type Planned<T> = BTreeMap<String, (T, bool)>;

/// Grids and reclassements, in force or `en projet`.
fn grids(declared: &Declared<'_>, scope: &mut Scope<'_>, model: &mut Model) -> (Planned<Grid>, Planned<Reclassification>) {
    let (mut grids, mut reclassifications) = (BTreeMap::new(), BTreeMap::new());
    let (tables, steps): (Vec<_>, Vec<_>) = declared.grids.iter().partition(|(g, _, _)| index_tables::is_one(g));
    for (g, _, library) in tables {
        scope.library = *library;
        model.index_tables.extend(scope.index_table(g));
    }
    for (g, _, library) in steps {
        scope.library = *library;
        let Some(mut found) = scope.grid(g) else { continue };
        index_tables::fill(&mut found, &model.index_tables);
        if !g.planned {
            model.grids.push(found.clone());
        }
        grids.insert(fold(&found.name), (found, g.planned));
    }
    for (r, _, library) in &declared.reclassifications {
        scope.library = *library;
        let Some(found) = scope.reclassification(r) else { continue };
        if !r.planned {
            model.reclassifications.push(found.clone());
        }
        reclassifications.insert(fold(&found.name), (found, r.planned));
    }
    (grids, reclassifications)
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

fn formulas(declared: &Declared<'_>, question: Option<&ast::Question>, scope: &mut Scope<'_>, model: &mut Model) {
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
    for (detail, library) in &declared.others {
        if let ast::Detail::Envelope(e) = detail {
            scope.library = *library;
            if let Some(cells) = scope.envelope_cells(e) {
                scope.envelope_cells.insert(e.name.value.clone(), cells);
            }
        }
        if let ast::Detail::Comparison(c) = detail {
            scope.library = *library;
            let cells = scope.comparison_cells(c);
            scope.comparison_cells.insert(c.span, cells);
        }
        scope.library = *library;
        scope.trial_cells_of(detail);
    }
    if let Some(asked) = question {
        // Last: what it adds moves the place of nothing.
        scope.library = false;
        model.question = scope.question(asked);
        // A value is shown as it was written.
        if let (Some(found), ast::ExprKind::Name(name)) = (&mut model.question, &asked.subject.kind)
            && let Some(Symbol::Parameter(p)) = scope.get(name)
            && let Some(parameter) = model.parameters.get(p.index())
        {
            found.measure.shown.clone_from(&parameter.written);
        }
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

/// N06: a formula, of the library or not, that feeds what the dossier's list of pay elements does not have.
fn unlisted_rubriques(formulas: &[Formula], elements: &[Element], scope: &mut Scope<'_>) {
    for f in formulas {
        let Some(Feed::Rubriques(codes, _)) = &f.feeds else { continue };
        let unlisted = codes.iter().filter(|code| !elements.iter().any(|e| e.rubrique == **code));
        for code in unlisted {
            scope.complain(
                Diagnostic::new(
                    Code::N06,
                    format!("`{}` alimente la rubrique {code}, absente de la liste des éléments de paie du dossier", f.name),
                    f.span,
                )
                .here("alimentée ici")
                .help(format!("ajoutez {code} à `referentiels/elements_paie.csv`, avec sa famille, ses comptes et ses assiettes")),
            );
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
            if !both.is_empty() && !a.scope.intersect(&b.scope).is_empty() {
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
