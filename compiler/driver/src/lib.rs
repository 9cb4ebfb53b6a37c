//! The facade of the compiler: check, compile, print a stage. The only compiler crate that applications import from.
//!
//! Takes a [`World`] (texts, lists, members), gives a [`Compiled`]: sources, diagnostics, checked model, program. Never reads
//! the outside itself, never runs a program.

mod constants;
mod correct;
mod declarations;
mod interfaces;
mod modules;
mod outputs;
mod sentences;
mod silence;
mod stage;
mod world;

pub use cadrage_semantics::{
    Analysis, AskedPeriod, DataRule, EFFECTS, Envelope, EnvelopeShare, EnvelopeYear, Form, FormAmount, FormField, FormKey, FormRow,
    Interface, Level, LevelCell, Measure, Measured, Moved, MovedMovement, MovedPart, Nature, Pace, Question, ReportAnalysis, Subject,
    SweptAxis,
};
pub use cadrage_semantics::{
    BeyondTexts, CaseExpected, CaseMeasure, CaseRow, CaseTable, ChooseBy, DeclaredName, Expectation, Grid, GridChange, GridEdit, GridKey,
    GridStep, GridTarget, GridVersion, HowMany, IndexTable, IndexVersion, Laid, Members, Model, Movement, MovementKind, Period, Profile,
    Reach, Reclassification, Report, ReportColumn, ReportLevel, ReportMeasure, Scenario, Shift, Stated, Table, Test, TestSituation,
    UnsettledOverlap, When, Whom, nearest,
};
pub use cadrage_stdlib::LISTS as NATIONAL_LISTS;
pub use cadrage_syntax::ast::{Control, SweepKind};
pub use cadrage_syntax::{canonical_code, fold, format, head_word, is_word, normalise, statements, unfinished};
pub use constants::{BrokenConstant, DatedValues, constants};
pub use correct::{Correction, Replaced, correct};
pub use declarations::declarations;
pub use interfaces::{BrokenInterface, interfaces};
pub use modules::{module_of, pinned_to, versions_of};
pub use sentences::FormulaWords;
pub use stage::{STAGES, emit};
pub use world::{Library, Texts, World};

use std::collections::BTreeMap;

use cadrage_ir::{Base, Element, Program};
use cadrage_semantics::{Input, SourceUnit, Tables, analyse};
use cadrage_source::{Diagnostic, SourceMap, Span, ordered};
use cadrage_syntax::ast::{Declaration, File};
use cadrage_syntax::parse_question;

/// Everything a check gives.
#[derive(Debug)]
pub struct Compiled {
    /// Texts, for messages.
    pub sources: SourceMap,
    /// Trees of the files that take part, the library's first.
    pub files: Vec<File>,
    /// Complaints in reading order: by file, errors first, syntax before meaning, then by place; each once.
    pub diagnostics: Vec<Diagnostic>,
    /// What is sound.
    pub model: Model,
    /// What runs; empty when a formula was refused.
    pub program: Program,
    /// Scenarios that change who a population is, compiled with it: by name.
    reshaped: BTreeMap<String, (Scenario, Program)>,
}

impl Compiled {
    /// A scenario and the program it runs: its own when it changes who a population is.
    #[must_use]
    pub fn runs<'c>(&'c self, scenario: &'c Scenario) -> (&'c Scenario, &'c Program) {
        self.reshaped.get(&scenario.name).map_or((scenario, &self.program), |(own, program)| (own, program))
    }

    /// All scenarios, to be looked at from another day.
    pub fn scenarios_mut(&mut self) -> impl Iterator<Item = &mut Scenario> {
        self.model.scenarios.iter_mut().chain(self.reshaped.values_mut().map(|(own, _)| own))
    }

    /// Is there no error?
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The module of the file that holds a place; empty for a script that is none.
    #[must_use]
    pub fn module_at(&self, span: Span) -> &str {
        let modules = self.files.iter().flat_map(|f| &f.declarations).filter_map(|d| match d {
            Declaration::Module(m) => Some(m),
            _ => None,
        });
        modules.into_iter().find(|m| m.span.file == span.file).map_or("", |m| &m.name.value)
    }
}

/// Checks the scripts of a world, with the library modules they use, and compiles what is sound.
#[must_use]
pub fn compile(world: &dyn World, elements: Option<&(Vec<Element>, Vec<Base>)>) -> Compiled {
    cadrage_syntax::on_a_deep_stack(|| compile_here(world, elements))
}

fn compile_here(world: &dyn World, elements: Option<&(Vec<Element>, Vec<Base>)>) -> Compiled {
    let mut sources = SourceMap::new();
    let resolved = modules::resolve(world, &mut sources);
    let mut diagnostics = resolved.diagnostics;
    let mut tables = Tables::default();
    for path in modules::tables_named(&resolved.files) {
        tables.add(&path, world.table(&path));
    }
    for (path, separator) in modules::cases_named(&resolved.files) {
        tables.add_cases(&path, separator, world.cases(&path, separator));
    }
    for path in modules::forms_named(&resolved.files) {
        if let Some(table) = world.entries(&path) {
            tables.add_entries(&path, table);
        }
    }
    let members = world.members();
    let units: Vec<SourceUnit<'_>> =
        resolved.files.iter().zip(&resolved.library).map(|(file, library)| SourceUnit { file, library: *library }).collect();
    let declared = BTreeMap::new();
    let asked = world.question().and_then(|(name, text)| {
        let text = cadrage_syntax::normalise(&text);
        let id = sources.add(name, text.clone());
        parse_question(id, &text).map_err(|found| diagnostics.extend(found)).ok()
    });
    let role = world.role();
    let input = Input {
        units: &units,
        tables: &tables,
        members: &members,
        elements,
        populations: &declared,
        role: role.as_deref(),
        sources: &sources,
        question: asked.as_ref(),
    };
    let (model, found) = analyse(input);
    diagnostics.extend(found);
    let mut reshaped = BTreeMap::new();
    for scenario in model.scenarios.iter().filter(|s| !s.populations.is_empty()) {
        let populations = scenario.populations.iter().map(|laid| (fold(&laid.what.name), laid.what.selection.clone())).collect();
        let (own, found) = analyse(Input { populations: &populations, ..input });
        // Boxes that part as declared may cross once a population is another.
        for complaint in found.into_iter().filter(Diagnostic::is_error) {
            if !diagnostics.contains(&complaint) {
                let why = scenario.populations.first().map_or(scenario.span, |laid| laid.span);
                diagnostics.push(complaint.label(why, format!("quand `{}` change cette population", scenario.name)));
            }
        }
        let program = cadrage_lower::lower(&own);
        reshaped.extend(own.scenarios.into_iter().find(|s| s.name == scenario.name).map(|s| (s.name.clone(), (s, program))));
    }
    let mut diagnostics = silence::heed(&resolved.files, diagnostics);
    diagnostics = ordered(&diagnostics).into_iter().cloned().collect();
    let program = cadrage_lower::lower(&model);
    Compiled { sources, files: resolved.files, diagnostics, model, program, reshaped }
}
