//! Tree to checked model: names, units, grain, dates, exceptions, layers.
//!
//! Takes the trees of all modules and scripts, the reference lists and the members of the axes; gives a [`Model`] and every
//! complaint of the stage. Never evaluates a row, never opens a file. A declaration that is refused is left out and its name
//! poisoned, so that one mistake makes one message.

mod aggregates;
mod analyse;
mod analyses;
mod announced;
mod bounds;
mod boxes;
mod calls;
mod cells;
mod changes;
mod circles;
mod crossings;
mod data;
mod dates;
mod envelopes;
mod exports;
mod expressions;
mod form_rows;
mod forms;
mod formulas;
mod graph;
mod grids;
mod holes;
mod index_tables;
mod interfaces;
mod layers;
mod level_cells;
mod measures;
mod members;
mod merges;
mod model;
mod moved;
mod movement;
mod movement_profile;
mod movement_words;
mod movements;
mod names;
mod others;
mod overlay;
mod question;
mod readable;
mod reclassifications;
mod report_analyses;
mod reports;
mod roles;
mod rows;
mod scenarios;
mod scope;
mod selections;
mod specificity;
mod suggest;
mod tables;
mod test_tables;
mod tests_of_scripts;
mod timelines;
mod trial_values;
mod trials;
mod units;
mod values;

pub use analyse::{Input, Unit as SourceUnit, analyse};
pub use analyses::{Analysis, EFFECTS, Subject};
pub use data::DataRule;
pub use envelopes::{Envelope, EnvelopeShare, EnvelopeYear};
pub use form_rows::FormRow;
pub use forms::{Form, FormAmount, FormField, FormKey};
pub use interfaces::{Interface, interface};
pub use level_cells::LevelCell;
pub use measures::{Level, Measure};
pub use members::Members;
pub use model::{
    DeclaredName, Expectation, Expression, Formula, Grid, GridKey, GridStep, GridVersion, IndexTable, IndexVersion, Kind, Model, Module,
    Period, Report, ReportColumn, ReportLevel, ReportMeasure, Scenario, Stated, Test, TestSituation, UnsettledOverlap,
};
pub use moved::{Moved, MovedMovement, MovedPart, Pace};
pub use movement::{Choice, ChooseBy, HowMany, Movement, MovementKind, Profile, Reach, Shift, When, Whom};
pub use overlay::{BeyondTexts, GridChange, GridEdit, GridTarget, Laid, PopulationChange, Reclassification, ReclassificationRow};
pub use question::{AskedPeriod, Nature, Question};
pub use report_analyses::ReportAnalysis;
pub use suggest::nearest;
pub use tables::{Table, Tables};
pub use test_tables::{CaseExpected, CaseMeasure, CaseRow, CaseTable};
pub use trials::{Measured, SweptAxis};
