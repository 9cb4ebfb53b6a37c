//! What is imported and kept: deliveries in, facts out.

mod error;
mod facts;
mod field;
mod references;
mod table;
pub use error::{CubeError, ERROR_CODES};
pub use facts::{Affectation, Change, Competence, Forecast, Imputation, PayLine, Situation, State};
pub use references::{Analytic, Element, Grade, GridRow, References, Structure};
pub use table::{FlatFile, FlatRow};
