//! Integer graphs as Cranelift functions: two rows at a time, in lanes of exact floating point where bounds allow, of 64-bit integers
//! elsewhere (kernels.md §3 and §4).

mod rounding;
mod sums;

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, F64X2, I64, I64X2};
use cranelift_codegen::ir::{AbiParam, Endianness, Function, InstBuilder, MemFlagsData, Signature, SourceLoc, UserFuncName, Value};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

use crate::graph::{Graph, LaneOp, MaskOp, Node};
use crate::inputs::{CellId, Inputs, Scalar};
use crate::layout::{Form, Layout, STRIDE, Where};
use crate::piece::{Left, Piece, Store, needed, of_month};
use crate::signature::field;
use crate::sketch::MonthSketch;

/// 1.5 × 2^52: added to a small number, its last bits are the nearest whole number.
const MAGIC: u64 = 0x4338_0000_0000_0000;

/// Emits one function.
pub(crate) fn function(isa: &dyn TargetIsa, month: &MonthSketch, inputs: &Inputs, layout: &Layout, piece: &Piece) -> Function {
    let mut signature = Signature::new(isa.default_call_conv());
    signature.params.push(AbiParam::new(I64));
    signature.returns.push(AbiParam::new(I64));
    let mut function = Function::with_name_signature(UserFuncName::default(), signature);
    let mut context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut function, &mut context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let frame = b.block_params(entry).first().copied().unwrap_or(Value::from_u32(0));
    let stable = MemFlagsData::trusted().with_readonly().with_can_move();
    let pointer = |b: &mut FunctionBuilder<'_>, offset: i32| b.ins().load(I64, stable, frame, offset);
    let bases = Bases {
        steady: pointer(&mut b, field::STEADY),
        monthly: pointer(&mut b, field::MONTHLY),
        kept: pointer(&mut b, field::KEPT),
        kept_1: pointer(&mut b, field::KEPT_1),
        kept_12: pointer(&mut b, field::KEPT_12),
        scratch: pointer(&mut b, field::SCRATCH),
        scalars: pointer(&mut b, field::SCALARS),
        tables: pointer(&mut b, field::TABLES),
        sums: pointer(&mut b, field::SUMS),
    };
    // A step is eight bytes of the list, or the sixteen of two rows.
    let (steps, step) = if piece.picked { (field::COUNT, 8) } else { (field::ROWS, 16) };
    let steps = pointer(&mut b, steps);
    let end = b.ins().imul_imm_s(steps, 8);
    let pairs = piece.picked.then(|| pointer(&mut b, field::PAIRS));

    let needed = needed(&month.graph, piece);
    let fma = isa.isa_flags().iter().any(|f| f.name == "has_fma" && f.as_bool() == Some(true));
    let mut emitter = Emitter {
        b,
        g: &month.graph,
        inputs,
        layout,
        piece,
        bases,
        at: None,
        lanes: BTreeMap::new(),
        masks: BTreeMap::new(),
        fma,
        owners: owners(month),
    };
    // What does not depend on the row is computed once.
    let of_month = of_month(&month.graph);
    for id in needed.iter().filter(|id| of_month.contains(id)) {
        emitter.node(*id);
    }
    let body = emitter.b.create_block();
    let done = emitter.b.create_block();
    let position = emitter.b.append_block_param(body, I64);
    let guard = emitter.b.append_block_param(body, I64X2);
    let result = emitter.b.append_block_param(done, I64X2);
    let zero = emitter.b.ins().iconst(I64, 0);
    let none = emitter.b.ins().splat(I64X2, zero);
    emitter.b.ins().jump(body, &[zero.into(), none.into()]);
    emitter.b.switch_to_block(body);
    let at = match pairs {
        Some(pairs) => {
            let address = emitter.b.ins().iadd(pairs, position);
            emitter.b.ins().load(I64, stable, address, 0)
        }
        None => position,
    };
    emitter.at = Some(at);
    for id in needed.iter().filter(|id| !of_month.contains(id)) {
        emitter.node(*id);
    }
    emitter.b.set_srcloc(location(None));
    for store in &piece.outputs {
        emitter.store(*store);
    }
    emitter.sums();
    let mut word = guard;
    for mask in &piece.flagged {
        let mask = emitter.mask(*mask);
        word = emitter.b.ins().bor(word, mask);
    }
    let guard = word;
    let mut b = emitter.b;
    let next = b.ins().iadd_imm_s(position, step);
    let more = b.ins().icmp(IntCC::UnsignedLessThan, next, end);
    b.ins().brif(more, body, &[next.into(), guard.into()], done, &[guard.into()]);
    b.seal_block(body);
    b.switch_to_block(done);
    b.seal_block(done);
    let (first, second) = (b.ins().extractlane(result, 0), b.ins().extractlane(result, 1));
    let word = b.ins().bor(first, second);
    b.ins().return_(&[word]);
    b.finalize(isa.frontend_config());
    function
}

/// The highest node of each formula, never below the one before.
fn owners(month: &MonthSketch) -> Vec<u32> {
    let mut highest = 0;
    let of = |valued: &crate::sketch::Valued| {
        highest = crate::cut::nodes(&valued.value).max().unwrap_or(0).max(highest);
        highest
    };
    month.formulas.iter().map(of).collect()
}

struct Bases {
    steady: Value,
    monthly: Value,
    kept: Value,
    kept_1: Value,
    kept_12: Value,
    scratch: Value,
    scalars: Value,
    tables: Value,
    sums: Value,
}

struct Emitter<'a> {
    b: FunctionBuilder<'a>,
    g: &'a Graph,
    inputs: &'a Inputs,
    layout: &'a Layout,
    piece: &'a Piece,
    bases: Bases,
    /// Eight times the row, inside the loop.
    at: Option<Value>,
    lanes: BTreeMap<(u32, bool), Value>,
    masks: BTreeMap<u32, Value>,
    fma: bool,
    /// By formula in order of evaluation: its highest node, so that each operation is known by the first formula that needs it.
    owners: Vec<u32>,
}

/// The source location that stands for a formula of the month, by its position; for what belongs to none.
pub(crate) fn location(formula: Option<usize>) -> SourceLoc {
    SourceLoc::new(formula.and_then(|k| u32::try_from(k + 1).ok()).unwrap_or(0))
}

fn offset(column: usize) -> i32 {
    i32::try_from(column * STRIDE * 8).unwrap_or(i32::MAX)
}

impl Emitter<'_> {
    fn node(&mut self, id: u32) {
        let owner = self.owners.partition_point(|highest| *highest < id);
        self.b.set_srcloc(location(Some(owner).filter(|k| *k < self.owners.len())));
        if let Some((column, form)) = self.piece.loaded.get(&id).copied() {
            let (base, column) = match column {
                Left::Scratch(column) => (self.bases.scratch, column),
                Left::Kept(column) => (self.bases.kept, column),
            };
            let value = self.load_column(base, column, form, false);
            match self.g.nodes().get(id as usize) {
                Some(Node::Mask(_)) => {
                    self.masks.insert(id, value);
                }
                _ => {
                    self.lanes.insert((id, form == Form::Floating), value);
                }
            }
            return;
        }
        match self.g.nodes().get(id as usize) {
            Some(Node::Lane(op)) => {
                let op = op.clone();
                let (form, value) = self.lane_op(id, &op);
                self.lanes.insert((id, form == Form::Floating), value);
            }
            Some(Node::Mask(op)) => {
                let op = op.clone();
                let value = self.mask_op(&op);
                self.masks.insert(id, value);
            }
            None => {}
        }
    }

    fn form(&self, id: u32) -> Form {
        Form::of(self.g.bounds(crate::graph::Lane(id)))
    }

    fn float_bits(&mut self, bits: u64) -> Value {
        let x = self.b.ins().f64const(f64::from_bits(bits));
        self.b.ins().splat(F64X2, x)
    }

    fn whole(&mut self, x: i64) -> Value {
        let x = self.b.ins().iconst(I64, x);
        self.b.ins().splat(I64X2, x)
    }

    fn as_whole(&mut self, x: Value) -> Value {
        self.b.ins().bitcast(I64X2, MemFlagsData::new().with_endianness(Endianness::Little), x)
    }

    fn as_floating(&mut self, x: Value) -> Value {
        self.b.ins().bitcast(F64X2, MemFlagsData::new().with_endianness(Endianness::Little), x)
    }

    /// A lane in a form, converted when it is in the other.
    fn lane(&mut self, id: u32, form: Form) -> Value {
        let wanted = form == Form::Floating;
        if let Some(value) = self.lanes.get(&(id, wanted)) {
            return *value;
        }
        let Some(other) = self.lanes.get(&(id, !wanted)).copied() else {
            // Every operand comes before its user.
            return self.whole(0);
        };
        let magic = self.float_bits(MAGIC);
        let value = if wanted {
            let bits = self.as_whole(magic);
            let sum = self.b.ins().iadd(other, bits);
            let sum = self.as_floating(sum);
            self.b.ins().fsub(sum, magic)
        } else {
            let sum = self.b.ins().fadd(other, magic);
            let (sum, bits) = (self.as_whole(sum), self.as_whole(magic));
            self.b.ins().isub(sum, bits)
        };
        self.lanes.insert((id, wanted), value);
        value
    }

    fn mask(&mut self, id: u32) -> Value {
        match self.masks.get(&id) {
            Some(value) => *value,
            None => self.whole(0),
        }
    }

    fn load_column(&mut self, base: Value, column: usize, form: Form, readonly: bool) -> Value {
        let Some(at) = self.at else { return self.whole(0) };
        let flags = if readonly { MemFlagsData::trusted().with_readonly().with_can_move() } else { MemFlagsData::new().with_notrap() };
        let flags = flags_unaligned(flags, readonly);
        let address = self.b.ins().iadd(base, at);
        self.b.ins().load(if form == Form::Floating { F64X2 } else { I64X2 }, flags, address, offset(column))
    }

    fn cell_base(&self, cell: CellId) -> (Value, usize) {
        match self.layout.place(cell) {
            Where::Steady(c) => (self.bases.steady, c),
            Where::Monthly(c) => (self.bases.monthly, c),
            Where::Kept { column, before: 1 } => (self.bases.kept_1, column),
            Where::Kept { column, .. } => (self.bases.kept_12, column),
        }
    }

    /// The class of one of the two rows, times 8.
    fn class(&mut self, cell: CellId, lane: i32) -> Value {
        let (base, column) = self.cell_base(cell);
        let Some(at) = self.at else { return self.bases.steady };
        let address = self.b.ins().iadd(base, at);
        let flags = flags_unaligned(MemFlagsData::trusted().with_readonly().with_can_move(), true);
        self.b.ins().load(I64, flags, address, offset(column) + 8 * lane)
    }

    fn scalar(&mut self, wanted: &Scalar) -> Value {
        let position = self.inputs.known_scalar(wanted).map_or(0, crate::inputs::ScalarId::index);
        let flags = MemFlagsData::trusted().with_readonly().with_can_move();
        self.b.ins().load(I64, flags, self.bases.scalars, i32::try_from(8 * position).unwrap_or(i32::MAX))
    }

    fn lane_op(&mut self, id: u32, op: &LaneOp) -> (Form, Value) {
        let own = self.form(id);
        match op {
            LaneOp::Constant(x) => {
                let value = match own {
                    Form::Floating => self.float_bits(crate::exact::bits(*x)),
                    Form::Whole => self.whole(*x),
                };
                (own, value)
            }
            LaneOp::Cell(cell) => {
                let (base, column) = self.cell_base(*cell);
                let form = self.layout.form(*cell);
                let readonly = !matches!(self.layout.place(*cell), Where::Kept { .. });
                (form, self.load_column(base, column, form, readonly))
            }
            LaneOp::Scalar(scalar) => {
                let form = self.layout.scalar_form(*scalar);
                let flags = MemFlagsData::trusted().with_readonly().with_can_move();
                let at = i32::try_from(8 * scalar.index()).unwrap_or(i32::MAX);
                let value = match form {
                    Form::Floating => {
                        let x = self.b.ins().load(F64, flags, self.bases.scalars, at);
                        self.b.ins().splat(F64X2, x)
                    }
                    Form::Whole => {
                        let x = self.b.ins().load(I64, flags, self.bases.scalars, at);
                        self.b.ins().splat(I64X2, x)
                    }
                };
                (form, value)
            }
            LaneOp::Lookup { table, class, line } => (own, self.lookup(*table, *class, line.map(|l| l.0), own)),
            LaneOp::Add(a, b) | LaneOp::Subtract(a, b) | LaneOp::Multiply(a, b) => {
                // A number beyond floating lanes may come back within them, less a constant: it is not converted before.
                let own = if own == Form::Floating { self.common(a.0, b.0) } else { own };
                let (x, y) = (self.lane(a.0, own), self.lane(b.0, own));
                let value = match (op, own) {
                    (LaneOp::Add(..), Form::Floating) => self.b.ins().fadd(x, y),
                    (LaneOp::Subtract(..), Form::Floating) => self.b.ins().fsub(x, y),
                    (_, Form::Floating) => self.b.ins().fmul(x, y),
                    (LaneOp::Add(..), Form::Whole) => self.b.ins().iadd(x, y),
                    (LaneOp::Subtract(..), Form::Whole) => self.b.ins().isub(x, y),
                    (_, Form::Whole) => self.b.ins().imul(x, y),
                };
                (own, value)
            }
            LaneOp::Min(a, b) | LaneOp::Max(a, b) => {
                let form = self.common(a.0, b.0);
                let (x, y) = (self.lane(a.0, form), self.lane(b.0, form));
                // The comparison that becomes one instruction has the smaller value first (kernels.md §6).
                let (x, y) = if matches!(op, LaneOp::Min(..)) { (x, y) } else { (y, x) };
                let less = self.less(x, y, form);
                let (keep, other) = if matches!(op, LaneOp::Min(..)) { (x, y) } else { (y, x) };
                (form, self.choose(less, keep, other, form))
            }
            LaneOp::Absolute(a) => {
                let form = self.form(a.0);
                let x = self.lane(a.0, form);
                let value = match form {
                    Form::Floating => self.b.ins().fabs(x),
                    Form::Whole => {
                        let zero = self.whole(0);
                        let minus = self.b.ins().isub(zero, x);
                        let negative = self.b.ins().icmp(IntCC::SignedLessThan, x, zero);
                        self.b.ins().bitselect(negative, minus, x)
                    }
                };
                (form, value)
            }
            LaneOp::Select(mask, a, b) => {
                let form = self.common(a.0, b.0);
                let mask = self.mask(mask.0);
                // The bits of 0 are all zeros in both forms: no need to choose.
                if self.g.constant_of(*b) == Some(0) || self.g.constant_of(*a) == Some(0) {
                    let keep_first = self.g.constant_of(*b) == Some(0);
                    let x = self.lane(if keep_first { a.0 } else { b.0 }, form);
                    let mask = if form == Form::Floating { self.as_floating(mask) } else { mask };
                    let value = if keep_first { self.b.ins().band(x, mask) } else { self.b.ins().band_not(x, mask) };
                    return (form, value);
                }
                let (x, y) = (self.lane(a.0, form), self.lane(b.0, form));
                (form, self.choose(mask, x, y, form))
            }
            LaneOp::Round(a, divisor, rule) => self.round(a.0, *divisor, *rule),
            LaneOp::RoundOver(a, divisor, rule) => {
                let (x, y) = (self.lane(a.0, Form::Whole), self.lane(divisor.0, Form::Whole));
                (Form::Whole, self.by_row(x, y, |this, x, y| this.round_row(x, y, *rule)))
            }
        }
    }

    /// Floating when both are.
    fn common(&self, a: u32, b: u32) -> Form {
        if self.form(a) == Form::Floating && self.form(b) == Form::Floating { Form::Floating } else { Form::Whole }
    }

    fn less(&mut self, x: Value, y: Value, form: Form) -> Value {
        match form {
            Form::Floating => self.b.ins().fcmp(FloatCC::LessThan, x, y),
            Form::Whole => self.b.ins().icmp(IntCC::SignedLessThan, x, y),
        }
    }

    fn choose(&mut self, mask: Value, x: Value, y: Value, form: Form) -> Value {
        match form {
            Form::Floating => {
                let mask = self.as_floating(mask);
                self.b.ins().bitselect(mask, x, y)
            }
            Form::Whole => self.b.ins().bitselect(mask, x, y),
        }
    }
    fn lookup(&mut self, table: crate::inputs::TableId, class: Option<CellId>, line: Option<u32>, form: Form) -> Value {
        let start = self.scalar(&Scalar::Start(table));
        let width = line.map(|_| self.scalar(&Scalar::Width(table)));
        let flags = MemFlagsData::trusted().with_readonly().with_can_move();
        let tables = self.b.ins().iadd(self.bases.tables, start);
        let line = line.map(|l| self.lane(l, Form::Whole));
        let row = |this: &mut Self, lane: u8| {
            let mut address = tables;
            if let (Some(line), Some(width)) = (line, width) {
                let line = this.b.ins().extractlane(line, lane);
                let by = this.b.ins().imul(line, width);
                address = this.b.ins().iadd(address, by);
            }
            if let Some(class) = class {
                let class = this.class(class, i32::from(lane));
                address = this.b.ins().iadd(address, class);
            }
            this.b.ins().load(if form == Form::Floating { F64 } else { I64 }, flags, address, 0)
        };
        let vector = if form == Form::Floating { F64X2 } else { I64X2 };
        let first = row(self, 0);
        if class.is_none() && line.is_none() {
            return self.b.ins().splat(vector, first);
        }
        let second = row(self, 1);
        let both = self.b.ins().splat(vector, first);
        self.b.ins().insertlane(both, second, 1)
    }
    fn mask_op(&mut self, op: &MaskOp) -> Value {
        match op {
            MaskOp::Always(x) => self.whole(if *x { -1 } else { 0 }),
            MaskOp::Row(predicate) => {
                let Some((cell, bit)) = self.inputs.fact(predicate) else { return self.whole(0) };
                let (base, column) = self.cell_base(cell);
                let word = self.load_column(base, column, Form::Whole, true);
                let bit = self.whole(1_i64.wrapping_shl(bit));
                let own = self.b.ins().band(word, bit);
                self.b.ins().icmp(IntCC::Equal, own, bit)
            }
            MaskOp::Month(scalar) => {
                let flags = MemFlagsData::trusted().with_readonly().with_can_move();
                let at = i32::try_from(8 * scalar.index()).unwrap_or(i32::MAX);
                let x = self.b.ins().load(I64, flags, self.bases.scalars, at);
                let x = self.b.ins().ineg(x);
                self.b.ins().splat(I64X2, x)
            }
            MaskOp::Cell(cell) => {
                let (base, column) = self.cell_base(*cell);
                self.load_column(base, column, Form::Whole, false)
            }
            MaskOp::Less(a, b) => {
                let form = self.common(a.0, b.0);
                let (x, y) = (self.lane(a.0, form), self.lane(b.0, form));
                self.less(x, y, form)
            }
            MaskOp::Equal(a, b) => {
                let form = self.common(a.0, b.0);
                let (x, y) = (self.lane(a.0, form), self.lane(b.0, form));
                match form {
                    Form::Floating => self.b.ins().fcmp(FloatCC::Equal, x, y),
                    Form::Whole => self.b.ins().icmp(IntCC::Equal, x, y),
                }
            }
            MaskOp::And(a, b) => {
                let (x, y) = (self.mask(a.0), self.mask(b.0));
                self.b.ins().band(x, y)
            }
            MaskOp::Or(a, b) => {
                let (x, y) = (self.mask(a.0), self.mask(b.0));
                self.b.ins().bor(x, y)
            }
            MaskOp::Not(a) => {
                let x = self.mask(a.0);
                self.b.ins().bnot(x)
            }
        }
    }
    fn store(&mut self, store: Store) {
        let value = match store.form {
            Some(form) => self.lane(store.node, form),
            None => self.mask(store.node),
        };
        let Some(at) = self.at else { return };
        let base = if store.kept { self.bases.kept } else { self.bases.scratch };
        let address = self.b.ins().iadd(base, at);
        self.b.ins().store(MemFlagsData::new().with_notrap(), value, address, offset(store.column));
    }
}

/// Columns are aligned to eight bytes, not sixteen.
fn flags_unaligned(flags: MemFlagsData, readonly: bool) -> MemFlagsData {
    let unaligned = MemFlagsData::new().with_notrap();
    if readonly { unaligned.with_readonly().with_can_move() } else { unaligned.with_trap_code(flags.trap_code()).with_notrap() }
}
