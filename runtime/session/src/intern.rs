//! Shared texts: a code that appears on a million lines is held once.

use std::collections::BTreeSet;
use std::sync::Arc;

/// A set of shared texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner(BTreeSet<Arc<str>>);

impl Interner {
    /// The shared form of `text`.
    pub(crate) fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let new: Arc<str> = Arc::from(text);
        self.0.insert(new.clone());
        new
    }
}
