//! What is imported and kept: deliveries in, facts out.
//!
//! Takes folders of flat files (design `pms-csv/1`) and reference lists; gives typed facts by month, each repaired and its
//! defects listed, and a compte rendu that ties out to the cent. The store it writes is immutable columns and a catalogue.
//! Money is never dropped. Never computes pay.

mod attribution;
mod cube;
mod error;
mod facts;
mod field;
mod load;
mod manifest;
mod quality;
mod read;
mod references;
mod report;
mod store;
mod table;

pub use attribution::PayPart;
pub use cube::{Cube, MonthFacts};
pub use error::{CubeError, ERROR_CODES};
pub use facts::{Affectation, Change, Competence, Forecast, Imputation, PayLine, Situation, State};
pub use manifest::{Kind, fingerprint_of};
pub use quality::{Finding, Level, QUALITY_CODES};
pub use references::{Analytic, Element, Grade, GridRow, References, Structure};
pub use report::{FileCount, LoadReport, LoadState};
pub use store::{Dossier, LoadSummary};
pub use table::{FlatFile, FlatRow};
