//! The day it is, for what depends on it: ages of values, day of an observation. The clock is read here and nowhere else.

use cadrage_value::Date;

pub(crate) fn today() -> Date {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    i32::try_from(seconds / 86_400).ok().and_then(Date::from_epoch_days).unwrap_or(Date::DEFAULT)
}
