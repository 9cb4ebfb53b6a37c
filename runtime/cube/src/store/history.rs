//! What was known on a day: of each month and type, the greatest remise among the deliveries observed by then.
//!
//! Nothing is ever rewritten, so what was known is still there. Reference lists are not dated by delivery: codes are resolved
//! with the lists of today (README, choice 1).

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_value::{Date, Month};

use super::catalogue::{MonthFiles, Selection};
use super::{Dossier, unread};
use crate::{Cube, CubeError};

/// The cube as it was, kept for the next scenario that asks for it.
#[derive(Debug)]
pub(super) struct Past {
    selection: Selection,
    cube: Arc<Cube>,
}

impl Dossier {
    /// What was known on a day; the months first observed later are in [`Cube::later`].
    ///
    /// # Errors
    /// `I11` for the store, `I09` for a reference list.
    pub fn cube_on(&mut self, day: Date) -> Result<&Cube, CubeError> {
        self.kept_on(day).map(|cube| &**cube)
    }

    pub(super) fn kept_on(&mut self, day: Date) -> Result<&Arc<Cube>, CubeError> {
        self.connect()?;
        let Some(catalogue) = &self.catalogue else { return self.kept() };
        let (then, now) = (catalogue.selection(Some(day))?, catalogue.selection(None)?);
        if then == now {
            return self.kept();
        }
        if self.past.as_ref().is_none_or(|past| past.selection != then) {
            let corrected = corrections(&then, &now);
            let later = catalogue.first_observed()?.into_iter().filter(|(_, first)| *first > day).collect();
            let mut cube = self.gather(&then)?;
            (cube.later, cube.corrected) = (later, corrected);
            self.past = Some(Past { selection: then, cube: Arc::new(cube) });
        }
        self.past.as_ref().map(|past| &past.cube).ok_or_else(unread)
    }
}

/// Months whose files are other ones now, and the day the newest of these was observed.
fn corrections(then: &Selection, now: &Selection) -> BTreeMap<Month, Date> {
    let newest = |month: &Month, before: &MonthFiles| {
        let other = now.get(month)?.iter().filter(|(kind, file)| before.get(kind) != Some(file));
        other.map(|(_, file)| file.observed).max()
    };
    then.iter().filter_map(|(month, before)| Some((*month, newest(month, before)?))).collect()
}
