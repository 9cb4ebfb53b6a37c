//! Cells parsed once: the rows of a pay file share most of their codes and numbers.

use std::sync::Arc;

use ahash::{AHashMap, AHashSet};
use cadrage_value::Exact;

use super::Context;
use crate::PayCommon;
use crate::field::{self, Rubbish};

/// What each text gave, so that rows that write the same share it.
struct Parsed<T>(AHashMap<String, Result<T, Rubbish>>);

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
    /// Codes found in a list, by list.
    listed: [AHashSet<Arc<str>>; 2],
    /// Agent, plafond, centre and eOTP of the last line whose key is valid.
    pub(super) valid_key: Option<[Arc<str>; 4]>,
    /// What the last line has in common with those around it.
    common: Option<Arc<PayCommon>>,
}

/// Lists that the codes of a pay line are looked for in.
#[derive(Clone, Copy, Debug)]
pub(super) enum List {
    Elements,
    Comptes,
}

impl Cache {
    pub(super) fn new() -> Self {
        Cache {
            codes: Parsed(AHashMap::new()),
            numbers: Parsed(AHashMap::new()),
            listed: [AHashSet::new(), AHashSet::new()],
            valid_key: None,
            common: None,
        }
    }

    /// See [`field::code`].
    pub(super) fn code(&mut self, cell: &str) -> Result<Arc<str>, Rubbish> {
        self.codes.get(cell, |cell| field::code(cell).map(Arc::from))
    }

    /// See [`field::rational`].
    pub(super) fn rational(&mut self, cell: &str) -> Result<Option<Arc<Exact>>, Rubbish> {
        self.numbers.get(cell, |cell| field::rational(cell).map(|value| value.map(Arc::new)))
    }

    /// The same as the last line's when they say the same.
    pub(super) fn common(&mut self, common: PayCommon) -> Arc<PayCommon> {
        match &self.common {
            Some(last) if **last == common => Arc::clone(last),
            _ => Arc::clone(self.common.insert(Arc::new(common))),
        }
    }

    /// See [`Context::check_code`].
    pub(super) fn is_listed(&mut self, context: &mut Context<'_>, list: List, code: &Arc<str>) -> bool {
        let [elements, comptes] = &mut self.listed;
        let (seen, name) = match list {
            List::Elements => (elements, "elements_paie"),
            List::Comptes => (comptes, "comptes"),
        };
        if seen.contains(code) {
            return true;
        }
        let known = context.check_code(name, code);
        if known {
            seen.insert(Arc::clone(code));
        }
        known
    }
}
