//! Newtyped positions in the tables of a [`crate::Program`].

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of position `index`.
            #[must_use]
            pub fn at(index: usize) -> Self {
                $name(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// A numeric column of the cube or of careers (see [`crate::COLUMNS`]).
    ColumnId
    /// A coded attribute of a row (see [`crate::ATTRIBUTES`]).
    AttributeId
    /// A constant or a hypothesis.
    ParameterId
    /// A bracketed scale.
    BracketId
    /// A calendar of payment months.
    CalendarId
    /// A formula.
    FormulaId
    /// A node of the expression graph.
    NodeId
    /// What many rows make together (see [`crate::Aggregate`]).
    AggregateId
    /// An amount shared between agents (see [`crate::Distribution`]).
    DistributionId
}
