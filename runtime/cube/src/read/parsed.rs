//! Cells parsed once: the rows of a pay file share most of their codes and numbers.

use std::collections::HashMap;
use std::sync::Arc;

use cadrage_value::Exact;

use crate::field::{self, Rubbish};

/// What each text gave, so that rows that write the same share it.
struct Parsed<T>(HashMap<String, Result<T, Rubbish>>);

impl<T: Clone> Parsed<T> {
    fn get(&mut self, cell: &str, parse: impl FnOnce(&str) -> Result<T, Rubbish>) -> Result<T, Rubbish> {
        if let Some(known) = self.0.get(cell) {
            return known.clone();
        }
        let value = parse(cell);
        self.0.insert(cell.to_owned(), value.clone());
        value
    }
}

/// The codes and the numbers of a file.
pub(super) struct Cache {
    codes: Parsed<Arc<str>>,
    numbers: Parsed<Option<Arc<Exact>>>,
}

impl Cache {
    pub(super) fn new() -> Self {
        Cache { codes: Parsed(HashMap::new()), numbers: Parsed(HashMap::new()) }
    }

    /// See [`field::code`].
    pub(super) fn code(&mut self, cell: &str) -> Result<Arc<str>, Rubbish> {
        self.codes.get(cell, |cell| field::code(cell).map(Arc::from))
    }

    /// See [`field::rational`].
    pub(super) fn rational(&mut self, cell: &str) -> Result<Option<Arc<Exact>>, Rubbish> {
        self.numbers.get(cell, |cell| field::rational(cell).map(|value| value.map(Arc::new)))
    }
}
