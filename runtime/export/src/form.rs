//! The forms of a file, and how a document is made into one.

use std::path::Path;

use crate::csv::Reader;
use crate::model::Document;

/// A form of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.csv`
    Csv(Reader),
    /// `.html`
    Html,
    /// `.json`
    Json,
    /// `.parquet`
    Parquet,
    /// `.xlsx`
    Xlsx,
}

/// Why a document cannot be written in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// In French, what and why.
    pub why: String,
}

impl Form {
    /// The extensions there are, as a sentence.
    pub const EXTENSIONS: &'static str = ".xlsx, .html, .csv, .parquet ou .json";

    /// The form that an extension asks for, whatever its case.
    #[must_use]
    pub fn of(path: &Path) -> Option<Form> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "csv" => Some(Form::Csv(Reader::Person)),
            "html" | "htm" => Some(Form::Html),
            "json" => Some(Form::Json),
            "parquet" => Some(Form::Parquet),
            "xlsx" => Some(Form::Xlsx),
            _ => None,
        }
    }

    /// The whole file.
    ///
    /// # Errors
    /// When the form cannot hold the document: too many rows, a value too great.
    pub fn bytes(self, document: &Document) -> Result<Vec<u8>, WriteError> {
        match self {
            Form::Csv(reader) => Ok(crate::csv::csv(document, reader).into_bytes()),
            Form::Html => Ok(crate::html::html(document).into_bytes()),
            Form::Json => Ok(crate::json::json(document).into_bytes()),
            Form::Parquet => crate::parquet::parquet(document),
            Form::Xlsx => crate::xlsx::workbook(document),
        }
    }
}
