//! Runs the stages of architecture.md §2 for a dossier: check, careers, formulas, split, aggregate.
//!
//! Takes a dossier's folder and a backend; gives checked scripts, projections, test verdicts and their summaries as plain
//! data. Turns checked grids and movements into plain data for careers. Names no backend, draws nothing, knows no terminal.

mod alerts;
mod analysis;
mod attributes;
mod backtest;
mod careers;
mod ceilings;
mod clock;
mod comparison;
mod confidentiality;
mod console;
mod constate;
mod corrections;
mod coverage;
mod data;
mod documents;
mod dossier_world;
mod entries;
mod explain;
mod faults;
mod findings;
mod frames;
mod grids;
mod guessing;
mod history;
mod hors_psop;
mod intern;
mod keys;
mod labels;
mod layouts;
mod levels;
mod lines;
mod masking;
mod messages;
mod movements;
mod national;
mod observed;
mod overlaps;
mod people;
mod presence;
mod profiles;
mod quarantine;
mod questions;
mod report_documents;
mod reports;
mod representatives;
mod run;
mod shelf;
mod stage;
mod study;
mod summary;
mod test_tables;
mod testing;
mod testing_careers;
mod testing_levels;
mod thresholds;
mod trials;
mod typed_movements;
mod typing;
mod unrolling;
mod upgrade;
mod views;
mod why;
mod why_page;
mod workspace;

pub use alerts::Alert;
pub use analysis::{
    AnalysisOptions, CostOptions, CostRow, Costs, EAP_LINES, EapOfPopulation, EapStudy, Gvt, GvtOfPopulation, JobPlanRow, JobPlans,
    PlanForTarget, PricedPost,
};
pub use backtest::{BackTest, Cause, Gap, Period, RuleRow, WithoutRule};
pub use ceilings::{CeilingRow, CeilingState, NO_ENVELOPE, Remedy};
pub use clock::{Listener, Phase, Phases};
pub use comparison::{
    ComparedLevel, ComparedMeasure, ComparedMember, Comparison, ComparisonRequest, DeclaredComparison, Effect as ComparedEffect,
    EffectPart, Leg, comparison_document, declared_comparisons,
};
pub use confidentiality::Sight;
pub use console::{Answer, Candidate, Console, Engine, Glossary, Manner, Piece, Waiting};
pub use corrections::CorrectedFile;
pub use coverage::{Coverage, Share};
pub use documents::{ScenarioCeilings, ceilings_document};
pub use explain::{
    Choice, Entry as ExplainedEntry, ExplainRequest, Explainer, Explanation, MOST as MOST_CONTRIBUTORS, Mark, Rule as ExplainedRule, Shown,
    declared_explanations, explain_gap, explain_made_up, explanations_document,
};
pub use faults::diagnostic_of;
pub use guessing::draft_interface;
pub use history::MovedBack;
pub use messages::diagnostics_json;
pub use national::{National, NationalValue, OtherList};
pub use observed::{
    Announced, KINDS as MOVEMENT_KINDS, KindCount, Movements, NothingToCompare, Observed, Unseen, motive as movement_motive,
    named as movement_named, observed,
};
pub use profiles::ProfileCounts;
pub use quarantine::{corrections, exported};
pub use reports::{ReportHeading, ReportPeriod, ReportRow, ReportTable};
pub use run::{Projection, RunError};
pub use shelf::{Freshness, ShelfGap, ShelfGrid, ShelfModule, ShelfValue, shelf};
pub use study::{Ground, Study, Totals};
pub use summary::{MonthSummary, Summary, YearSummary};
pub use test_tables::{Apart, Difference, MeasureReport, TableReport};
pub use testing::{TestReport, TestVerdict};
pub use trials::{
    SeekAnswer, SeekRequest, SeekTrial, Sought, SweepRequest, Swept, SweptAxis, SweptCell, SweptMeasure, declared_seeks, declared_sweeps,
    sweeps_document,
};
pub use typed_movements::{MOVEMENTS, TypedMovements, movements_csv, movements_workbook};
pub use typing::{Fate, FillColumn, FormToFill, Typed, TypingError};
pub use upgrade::{Effect, Upgrade, UpgradeError, ValueDifference};
pub use views::{AxisTotal, View};
pub use why::{Verdict, Why, WhySentence, why};
pub use workspace::Workspace;

pub use cadrage_analysis::{
    ByFlows, ByMass, Eap, EapLine, Effects, IndexMass, Item, JobPlan, Kind, Noria, PointEffect, Rule, Stayers, StayersPay, Waterfall,
};
pub use cadrage_cube::{CubeError, LoadReport, LoadState};
pub use cadrage_driver::{Compiled, Control, Correction, Replaced, STAGES};
