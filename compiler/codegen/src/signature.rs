//! The one shape of a compiled kernel: a pointer to a [`Frame`] in, a guard word out.

/// What a kernel is given for a block and a month. Every pointer is to eight-byte cells.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Frame {
    /// Columns that are the same every month of the block.
    pub steady: *const u64,
    /// Columns of the month.
    pub monthly: *const u64,
    /// What is kept for the months after.
    pub kept: *mut u64,
    /// What was kept one month before.
    pub kept_1: *const u64,
    /// What was kept twelve months before.
    pub kept_12: *const u64,
    /// Outputs.
    pub scratch: *mut u64,
    /// Values of the month.
    pub scalars: *const u64,
    /// Tables of the month.
    pub tables: *const u64,
    /// Rows, an even number above 0.
    pub rows: u64,
    /// Sums by code, one line of [`crate::Sums::width`] cells each.
    pub sums: *mut u64,
    /// Where the pairs of rows to value lie from the first row, in bytes: multiples of 16 below `8 × rows`.
    pub pairs: *const u64,
    /// How many pairs, above 0.
    pub count: u64,
}

/// Offsets of the fields of [`Frame`].
pub(crate) mod field {
    pub const STEADY: i32 = 0;
    pub const MONTHLY: i32 = 8;
    pub const KEPT: i32 = 16;
    pub const KEPT_1: i32 = 24;
    pub const KEPT_12: i32 = 32;
    pub const SCRATCH: i32 = 40;
    pub const SCALARS: i32 = 48;
    pub const TABLES: i32 = 56;
    pub const ROWS: i32 = 64;
    pub const SUMS: i32 = 72;
    pub const PAIRS: i32 = 80;
    pub const COUNT: i32 = 88;
}
