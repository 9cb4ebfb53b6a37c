//! The tests of the analyses: the worked example of the domain, properties over random populations, nobody at all.

#[cfg(test)]
mod all {
    pub mod golden;
    pub mod nobody;
    pub mod people;
    pub mod properties;
    pub mod published;
    pub mod smaller;
}
