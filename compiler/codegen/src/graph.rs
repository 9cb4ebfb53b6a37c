//! The integer graph: what a block of rows computes for one month, on whole numbers only.
//!
//! Every lane has an interval proved from the bounds of what it reads, so no operation needs a check. Nodes are shared: the same operation
//! on the same operands is one node, and operands always come before their users.

use std::collections::HashMap;

use cadrage_value::Rounding;

use crate::inputs::{CellId, Predicate, ScalarId, TableId};

/// A whole number of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(pub u32);

/// A truth value of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mask(pub u32);

/// What a lane computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LaneOp {
    /// The same for all rows.
    Constant(i64),
    /// A column of the block.
    Cell(CellId),
    /// The same for all rows of a month.
    Scalar(ScalarId),
    /// A table by class of the row; `key` chooses the line when the table has several.
    Lookup {
        /// The table.
        table: TableId,
        /// The column of classes.
        class: Option<CellId>,
        /// A number within the table's lines, from 0.
        line: Option<Lane>,
    },
    /// +
    Add(Lane, Lane),
    /// −
    Subtract(Lane, Lane),
    /// ×
    Multiply(Lane, Lane),
    /// The smaller.
    Min(Lane, Lane),
    /// The larger.
    Max(Lane, Lane),
    /// Without sign.
    Absolute(Lane),
    /// One or the other.
    Select(Mask, Lane, Lane),
    /// Divided by a constant above 1 and rounded to a whole number.
    Round(Lane, i64, RoundBy),
    /// Divided by a lane above 0 and rounded to a whole number.
    RoundOver(Lane, Lane, RoundBy),
}

/// [`Rounding`], with a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoundBy {
    /// Ties go away from zero.
    HalfUp,
    /// Toward minus infinity.
    Down,
    /// Toward plus infinity.
    Up,
}

impl From<Rounding> for RoundBy {
    fn from(rule: Rounding) -> Self {
        match rule {
            Rounding::HalfUp => RoundBy::HalfUp,
            Rounding::Down => RoundBy::Down,
            Rounding::Up => RoundBy::Up,
        }
    }
}

/// What a mask computes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MaskOp {
    /// The same for all rows.
    Always(bool),
    /// A fact about the row that the runner prepares.
    Row(Predicate),
    /// The same for all rows of a month: is this scalar not 0?
    Month(ScalarId),
    /// A column of truth values kept from another month.
    Cell(CellId),
    /// a < b
    Less(Lane, Lane),
    /// a = b
    Equal(Lane, Lane),
    /// Both.
    And(Mask, Mask),
    /// Either.
    Or(Mask, Mask),
    /// Neither true.
    Not(Mask),
}

/// A node: lanes and masks stand in one order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A number.
    Lane(LaneOp),
    /// A truth value.
    Mask(MaskOp),
}

/// Bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Smallest.
    pub low: i128,
    /// Largest.
    pub high: i128,
}

/// Beyond, a number does not fit in 64 bits.
pub const WIDEST: i128 = 1 << 62;
/// Within, numbers and their sums are exact in the lanes of floating point (kernels.md §4).
pub const EXACT: i128 = (1 << 51) - 2;

impl Bounds {
    /// One number.
    #[must_use]
    pub fn only(x: i64) -> Self {
        Bounds { low: i128::from(x), high: i128::from(x) }
    }

    /// From one to another.
    #[must_use]
    pub fn between(low: i64, high: i64) -> Self {
        Bounds { low: i128::from(low), high: i128::from(high) }
    }

    /// The smallest that holds both.
    #[must_use]
    pub fn union(self, other: Bounds) -> Self {
        Bounds { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The largest magnitude.
    #[must_use]
    pub fn magnitude(self) -> i128 {
        self.low.abs().max(self.high.abs())
    }

    /// Is `other` inside?
    #[must_use]
    pub fn holds(self, other: Bounds) -> bool {
        self.low <= other.low && other.high <= self.high
    }
}

/// A lane would leave 64 bits: the formula cannot be compiled for these data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooWide;

/// The graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    bounds: Vec<Bounds>,
    known: HashMap<Node, u32>,
}

impl Graph {
    /// All nodes, operands first.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The bounds of a lane.
    #[must_use]
    pub fn bounds(&self, lane: Lane) -> Bounds {
        self.bounds.get(lane.0 as usize).copied().unwrap_or(Bounds { low: 0, high: 0 })
    }

    /// The operation of a lane.
    #[must_use]
    pub fn lane(&self, lane: Lane) -> Option<&LaneOp> {
        match self.nodes.get(lane.0 as usize) {
            Some(Node::Lane(op)) => Some(op),
            _ => None,
        }
    }

    /// The operation of a mask.
    #[must_use]
    pub fn mask(&self, mask: Mask) -> Option<&MaskOp> {
        match self.nodes.get(mask.0 as usize) {
            Some(Node::Mask(op)) => Some(op),
            _ => None,
        }
    }

    /// The number a lane always is.
    #[must_use]
    pub fn constant_of(&self, lane: Lane) -> Option<i64> {
        match self.lane(lane) {
            Some(LaneOp::Constant(x)) => Some(*x),
            _ => None,
        }
    }

    fn put(&mut self, node: Node, bounds: Bounds) -> u32 {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.known.insert(node.clone(), id);
        self.nodes.push(node);
        self.bounds.push(bounds);
        id
    }

    fn put_lane(&mut self, op: LaneOp, bounds: Bounds) -> Result<Lane, TooWide> {
        if bounds.magnitude() >= WIDEST {
            return Err(TooWide);
        }
        if bounds.low == bounds.high
            && let Ok(x) = i64::try_from(bounds.low)
        {
            return Ok(self.constant(x));
        }
        Ok(Lane(self.put(Node::Lane(op), bounds)))
    }

    fn put_mask(&mut self, op: MaskOp) -> Mask {
        Mask(self.put(Node::Mask(op), Bounds { low: 0, high: 1 }))
    }

    /// A number.
    pub fn constant(&mut self, x: i64) -> Lane {
        Lane(self.put(Node::Lane(LaneOp::Constant(x)), Bounds::only(x)))
    }

    /// What is read from outside, within bounds that the runner checks.
    ///
    /// # Errors
    /// When the bounds are beyond 64 bits.
    pub fn read(&mut self, op: LaneOp, bounds: Bounds) -> Result<Lane, TooWide> {
        self.put_lane(op, bounds)
    }

    /// a + b
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn add(&mut self, a: Lane, b: Lane) -> Result<Lane, TooWide> {
        match (self.constant_of(a), self.constant_of(b)) {
            (Some(0), _) => return Ok(b),
            (_, Some(0)) => return Ok(a),
            _ => {}
        }
        let (x, y) = (self.bounds(a), self.bounds(b));
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.put_lane(LaneOp::Add(a, b), Bounds { low: x.low + y.low, high: x.high + y.high })
    }

    /// a − b
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn subtract(&mut self, a: Lane, b: Lane) -> Result<Lane, TooWide> {
        if self.constant_of(b) == Some(0) {
            return Ok(a);
        }
        if a == b {
            return Ok(self.constant(0));
        }
        let (x, y) = (self.bounds(a), self.bounds(b));
        self.put_lane(LaneOp::Subtract(a, b), Bounds { low: x.low - y.high, high: x.high - y.low })
    }

    /// a × b
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn multiply(&mut self, a: Lane, b: Lane) -> Result<Lane, TooWide> {
        match (self.constant_of(a), self.constant_of(b)) {
            (Some(0), _) | (_, Some(0)) => return Ok(self.constant(0)),
            (Some(1), _) => return Ok(b),
            (_, Some(1)) => return Ok(a),
            _ => {}
        }
        let (x, y) = (self.bounds(a), self.bounds(b));
        let mut products = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high];
        products.sort_unstable();
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.put_lane(LaneOp::Multiply(a, b), Bounds { low: products[0], high: products[3] })
    }

    /// a × a constant.
    ///
    /// # Errors
    /// Beyond 64 bits.
    pub fn scale(&mut self, a: Lane, by: i64) -> Result<Lane, TooWide> {
        let by = self.constant(by);
        self.multiply(a, by)
    }

    /// The smaller of two.
    pub fn min(&mut self, a: Lane, b: Lane) -> Lane {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if a == b || x.high <= y.low {
            return a;
        }
        if y.high <= x.low {
            return b;
        }
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let bounds = Bounds { low: x.low.min(y.low), high: x.high.min(y.high) };
        self.put_lane(LaneOp::Min(a, b), bounds).unwrap_or(a)
    }

    /// The larger of two.
    pub fn max(&mut self, a: Lane, b: Lane) -> Lane {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if a == b || x.low >= y.high {
            return a;
        }
        if y.low >= x.high {
            return b;
        }
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let bounds = Bounds { low: x.low.max(y.low), high: x.high.max(y.high) };
        self.put_lane(LaneOp::Max(a, b), bounds).unwrap_or(a)
    }

    /// Without sign.
    pub fn absolute(&mut self, a: Lane) -> Lane {
        let x = self.bounds(a);
        if x.low >= 0 {
            return a;
        }
        let low = if x.high >= 0 { 0 } else { -x.high };
        self.put_lane(LaneOp::Absolute(a), Bounds { low, high: x.magnitude() }).unwrap_or(a)
    }

    /// `a` where the mask is true, `b` elsewhere.
    pub fn select(&mut self, mask: Mask, a: Lane, b: Lane) -> Lane {
        match self.mask(mask) {
            Some(MaskOp::Always(true)) => return a,
            Some(MaskOp::Always(false)) => return b,
            _ if a == b => return a,
            Some(MaskOp::Not(inner)) => {
                let inner = *inner;
                return self.select(inner, b, a);
            }
            _ => {}
        }
        let bounds = self.bounds(a).union(self.bounds(b));
        self.put_lane(LaneOp::Select(mask, a, b), bounds).unwrap_or(a)
    }

    /// Divided by a constant above 0 and rounded.
    ///
    /// # Errors
    /// When the operands are too wide to round.
    pub fn round(&mut self, a: Lane, divisor: i64, rule: RoundBy) -> Result<Lane, TooWide> {
        if divisor == 1 {
            return Ok(a);
        }
        let (x, d) = (self.bounds(a), i128::from(divisor));
        // Twice the number plus the divisor is what rounding computes on the way.
        if 2 * (x.magnitude() + d) >= WIDEST {
            return Err(TooWide);
        }
        self.put_lane(LaneOp::Round(a, divisor, rule), Bounds { low: rounded(x.low, d, rule), high: rounded(x.high, d, rule) })
    }

    /// Divided by a lane above 0 and rounded.
    ///
    /// # Errors
    /// When the operands are too wide to round.
    pub fn round_over(&mut self, a: Lane, divisor: Lane, rule: RoundBy) -> Result<Lane, TooWide> {
        if let Some(d) = self.constant_of(divisor) {
            return self.round(a, d.max(1), rule);
        }
        let (x, d) = (self.bounds(a), self.bounds(divisor));
        if 2 * (x.magnitude() + d.magnitude()) >= WIDEST {
            return Err(TooWide);
        }
        let smallest = d.low.max(1);
        let bounds = Bounds { low: (x.low / smallest).min(0) - 1, high: (x.high / smallest).max(0) + 1 };
        self.put_lane(LaneOp::RoundOver(a, divisor, rule), bounds)
    }

    /// True or false everywhere.
    pub fn always(&mut self, value: bool) -> Mask {
        self.put_mask(MaskOp::Always(value))
    }

    /// A fact about the row.
    pub fn row(&mut self, predicate: Predicate) -> Mask {
        self.put_mask(MaskOp::Row(predicate))
    }

    /// A fact about the month.
    pub fn month(&mut self, scalar: ScalarId) -> Mask {
        self.put_mask(MaskOp::Month(scalar))
    }

    /// A truth value kept from another month.
    pub fn kept(&mut self, cell: CellId) -> Mask {
        self.put_mask(MaskOp::Cell(cell))
    }

    /// a < b
    pub fn less(&mut self, a: Lane, b: Lane) -> Mask {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if x.high < y.low {
            return self.always(true);
        }
        if a == b || x.low >= y.high {
            return self.always(false);
        }
        self.put_mask(MaskOp::Less(a, b))
    }

    /// a = b
    pub fn equal(&mut self, a: Lane, b: Lane) -> Mask {
        let (x, y) = (self.bounds(a), self.bounds(b));
        if a == b {
            return self.always(true);
        }
        if x.high < y.low || y.high < x.low {
            return self.always(false);
        }
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.put_mask(MaskOp::Equal(a, b))
    }

    /// Both.
    pub fn and(&mut self, a: Mask, b: Mask) -> Mask {
        match (self.mask(a), self.mask(b)) {
            (Some(MaskOp::Always(true)), _) => return b,
            (_, Some(MaskOp::Always(true))) => return a,
            (Some(MaskOp::Always(false)), _) => return a,
            (_, Some(MaskOp::Always(false))) => return b,
            (Some(MaskOp::Not(x)), _) if *x == b => return self.always(false),
            (_, Some(MaskOp::Not(x))) if *x == a => return self.always(false),
            (Some(MaskOp::And(x, y)), _) if *x == b || *y == b => return a,
            (_, Some(MaskOp::And(x, y))) if *x == a || *y == a => return b,
            (Some(MaskOp::Or(x, y)), _) if *x == b || *y == b => return b,
            (_, Some(MaskOp::Or(x, y))) if *x == a || *y == a => return a,
            _ if a == b => return a,
            _ => {}
        }
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.put_mask(MaskOp::And(a, b))
    }

    /// Either.
    pub fn or(&mut self, a: Mask, b: Mask) -> Mask {
        match (self.mask(a), self.mask(b)) {
            (Some(MaskOp::Always(false)), _) => return b,
            (_, Some(MaskOp::Always(false))) => return a,
            (Some(MaskOp::Always(true)), _) => return a,
            (_, Some(MaskOp::Always(true))) => return b,
            (Some(MaskOp::Not(x)), _) if *x == b => return self.always(true),
            (_, Some(MaskOp::Not(x))) if *x == a => return self.always(true),
            (Some(MaskOp::Or(x, y)), _) if *x == b || *y == b => return a,
            (_, Some(MaskOp::Or(x, y))) if *x == a || *y == a => return b,
            (Some(MaskOp::And(x, y)), _) if *x == b || *y == b => return b,
            (_, Some(MaskOp::And(x, y))) if *x == a || *y == a => return a,
            _ if a == b => return a,
            _ => {}
        }
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.put_mask(MaskOp::Or(a, b))
    }

    /// Not true.
    pub fn not(&mut self, a: Mask) -> Mask {
        match self.mask(a) {
            Some(MaskOp::Always(x)) => {
                let x = !*x;
                self.always(x)
            }
            Some(MaskOp::Not(x)) => *x,
            _ => self.put_mask(MaskOp::Not(a)),
        }
    }

    /// Is the mask false everywhere?
    #[must_use]
    pub fn is_never(&self, mask: Mask) -> bool {
        matches!(self.mask(mask), Some(MaskOp::Always(false)))
    }
}

impl Node {
    /// The nodes it reads, by position.
    pub fn operands(&self) -> impl Iterator<Item = u32> {
        let list: [Option<u32>; 3] = match self {
            Node::Lane(op) => match op {
                LaneOp::Constant(_) | LaneOp::Cell(_) | LaneOp::Scalar(_) => [None, None, None],
                LaneOp::Lookup { line, .. } => [line.map(|l| l.0), None, None],
                LaneOp::Add(a, b)
                | LaneOp::Subtract(a, b)
                | LaneOp::Multiply(a, b)
                | LaneOp::Min(a, b)
                | LaneOp::Max(a, b)
                | LaneOp::RoundOver(a, b, _) => [Some(a.0), Some(b.0), None],
                LaneOp::Absolute(a) | LaneOp::Round(a, ..) => [Some(a.0), None, None],
                LaneOp::Select(m, a, b) => [Some(m.0), Some(a.0), Some(b.0)],
            },
            Node::Mask(op) => match op {
                MaskOp::Always(_) | MaskOp::Row(_) | MaskOp::Month(_) | MaskOp::Cell(_) => [None, None, None],
                MaskOp::Less(a, b) | MaskOp::Equal(a, b) => [Some(a.0), Some(b.0), None],
                MaskOp::And(a, b) | MaskOp::Or(a, b) => [Some(a.0), Some(b.0), None],
                MaskOp::Not(a) => [Some(a.0), None, None],
            },
        };
        list.into_iter().flatten()
    }
}

/// `x / d` rounded, `d` above 0.
fn rounded(x: i128, d: i128, rule: RoundBy) -> i128 {
    match rule {
        RoundBy::Down => x.div_euclid(d),
        RoundBy::Up => -(-x).div_euclid(d),
        RoundBy::HalfUp => {
            let magnitude = (2 * x.abs() + d) / (2 * d);
            if x < 0 { -magnitude } else { magnitude }
        }
    }
}
