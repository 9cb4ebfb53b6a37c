//! What the months loaded leave to the next one: all that a load needs of the past, so that it never holds the past itself.

use std::sync::Arc;

use cadrage_value::Month;

use crate::attribution::Holders;
use crate::memory::Memory;
use crate::{MonthFacts, References};

/// What is known after some months, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    pub(crate) memory: Memory,
    /// Every agent as last seen.
    pub(crate) holders: Holders<Arc<str>>,
}

impl Carried {
    /// Takes in the next month, as delivered.
    pub(crate) fn take_in(&mut self, lists: &References, month: Month, mut facts: MonthFacts) {
        self.memory.resolve(lists, month, &mut facts);
        self.holders.advance(month, &facts);
    }
}
