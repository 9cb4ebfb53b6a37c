//! Computed tables, for people and for programs: terminal, CSV, JSON, workbook.
//!
//! Takes plain tables of exact values with what their cells mean (`Document`) and gives text or bytes. Computes nothing: no sum, no
//! mean, no rate is made here. A value is rounded once, when it is written, and never through binary floats before the file asks
//! for one. Knows no scenario, no envelope, no terminal.

mod aligned;
mod blank;
mod charts;
mod csv;
mod form;
mod html;
mod json;
mod model;
mod parquet;
mod plot;
mod save;
mod scale;
mod svg;
mod text;
mod xlsx;
mod xlsx_charts;

pub use aligned::aligned;
pub use blank::{Blank, BlankColumn};
pub use charts::{Chart, Drawing, Heat, Point, Tone};
pub use csv::{Reader, csv};
pub use form::{Form, WriteError};
pub use html::html;
pub use json::json;
pub use model::{Cell, Column, Document, Row, Table};
pub use plot::plot;
pub use save::write_whole;
pub use svg::{svg, svg_file};
pub use text::{rows, text};
