//! Shared texts: a code that appears on a million lines is held once.

use std::sync::Arc;

use ahash::AHashMap;

/// A set of shared texts, each with its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    numbers: AHashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Interner {
    /// The shared form of `text`.
    pub(crate) fn get(&mut self, text: &str) -> Arc<str> {
        let number = self.number(text);
        self.texts.get(number as usize).cloned().unwrap_or_else(|| Arc::from(text))
    }

    /// The number of `text`: the same text has the same number.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let new: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&new));
        self.numbers.insert(new, number);
        number
    }

    /// The number of `text`, guessed: neighbours often have the same.
    pub(crate) fn number_like(&mut self, text: &str, guess: &mut u32) -> u32 {
        if self.texts.get(*guess as usize).is_none_or(|known| &**known != text) {
            *guess = self.number(text);
        }
        *guess
    }
}
