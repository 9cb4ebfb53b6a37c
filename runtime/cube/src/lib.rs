//! What is imported and kept: deliveries in, facts out.
//!
//! Takes folders of flat files (design `pms-csv/1`) and reference lists; gives typed facts by month, each repaired and its
//! defects listed, and a compte rendu that ties out to the cent. The store it writes is immutable columns and a catalogue.
//! Money is never dropped. Never computes pay.

mod attribution;
mod carried;
mod cube;
mod error;
mod facts;
mod field;
mod guess;
mod input;
mod kind;
mod layout;
mod load;
mod manifest;
mod memory;
mod plain;
mod quality;
mod quarantine;
mod read;
mod references;
mod report;
mod rows;
mod store;
mod table;
mod tally;
mod thresholds;

pub use attribution::{PayPart, PayPiece};
pub use cadrage_value::layout::{LayoutCell, LayoutColumn, LayoutCut, LayoutFilter, LayoutOrigin};
pub use cube::{Cube, MonthFacts};
pub use error::{CubeError, ERROR_CODES};
pub use facts::{Affectation, Change, Competence, Forecast, Imputation, PayCommon, PayLine, Situation, State};
pub use guess::{Guess, GuessColumn, guess};
pub use kind::Kind;
pub use layout::{BrokenLayout, Layout, Layouts};
pub use manifest::fingerprint_of;
pub use quality::{Finding, Level, QUALITY_CODES, QualityTotal};
pub use quarantine::{MOST_LINES, QuarantinedLine};
pub use references::{Analytic, BaremeRow, Element, Grade, GridRow, PlafondRow, References, Structure};
pub use report::{AccountTotal, FileCount, JobTotal, LoadReport, LoadState, PlafondTotal, UnknownTotal};
pub use rows::FlatRow;
pub use store::{
    Asked, Blocking, CorrectedLine, Dossier, FrozenGap, JournalLine, KeptReport, LEDGER, LearnedValue, Ledger, LedgerAccount, LoadSummary,
    LoadedFile, Replay, TieOut, TypedExpense, TypedLoad, Validation, cells_of, list_sizes,
};
pub use table::FlatFile;
pub use tally::{FindingGroup, LISTED};
pub use thresholds::{Dated, Thresholds};
