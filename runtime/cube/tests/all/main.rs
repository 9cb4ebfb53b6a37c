//! The loader, from outside: what it shows against the truth, what it refuses, what it leaves behind.

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod garbled;
#[cfg(test)]
mod history;
#[cfg(test)]
mod made;
#[cfg(test)]
mod many;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod remises;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod report;
#[cfg(test)]
mod store;
#[cfg(test)]
mod truth;
