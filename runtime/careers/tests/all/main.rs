//! The one test program of the crate.

#[cfg(test)]
mod made;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod scale;
#[cfg(test)]
mod valmont;
