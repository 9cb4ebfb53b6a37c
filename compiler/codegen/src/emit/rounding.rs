//! Quotients rounded to whole numbers.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I64, I64X2};
use cranelift_codegen::ir::{InstBuilder, Value};

use super::{Emitter, MAGIC};
use crate::graph::{EXACT, RoundBy};
use crate::layout::Form;

impl Emitter<'_> {
    /// Something done on each of the two rows.
    pub(super) fn by_row(&mut self, x: Value, y: Value, mut op: impl FnMut(&mut Self, Value, Value) -> Value) -> Value {
        let (x0, y0) = (self.b.ins().extractlane(x, 0), self.b.ins().extractlane(y, 0));
        let first = op(self, x0, y0);
        let (x1, y1) = (self.b.ins().extractlane(x, 1), self.b.ins().extractlane(y, 1));
        let second = op(self, x1, y1);
        let both = self.b.ins().splat(I64X2, first);
        self.b.ins().insertlane(both, second, 1)
    }

    /// Divided by a constant and rounded: three operations on floating lanes (kernels.md §4), integer division elsewhere.
    pub(super) fn round(&mut self, id: u32, divisor: i64, rule: RoundBy) -> (Form, Value) {
        let bounds = self.g.bounds(crate::graph::Lane(id));
        let (magnitude, d) = (bounds.magnitude(), i128::from(divisor));
        let fits = match rule {
            RoundBy::HalfUp => magnitude < EXACT && d < EXACT,
            // The floor of n / d is the nearest to (2n − d + 1) / 2d, which is never a tie.
            RoundBy::Down | RoundBy::Up => 2 * magnitude + d < EXACT,
        };
        if !fits {
            let x = self.lane(id, Form::Whole);
            let d = self.whole(divisor);
            return (Form::Whole, self.by_row(x, d, |this, x, d| this.round_row(x, d, rule)));
        }
        let n = self.lane(id, Form::Floating);
        let half = self.float_bits(0.5_f64.to_bits());
        let (x, over) = match rule {
            // Two operations, whatever the sign (README.md, "Rounding").
            RoundBy::HalfUp if self.fma => {
                let inverse = self.float_bits(crate::exact::rounding_inverse(divisor));
                let magic = self.float_bits(MAGIC);
                let near = self.b.ins().fma(n, inverse, magic);
                return (Form::Floating, self.b.ins().fsub(near, magic));
            }
            RoundBy::HalfUp if divisor % 2 != 0 => (n, divisor),
            RoundBy::HalfUp if bounds.low >= 0 => (self.b.ins().fadd(n, half), divisor),
            RoundBy::HalfUp => {
                let sign = self.float_bits(1 << 63);
                let sign = self.b.ins().band(n, sign);
                let half = self.b.ins().bor(sign, half);
                (self.b.ins().fadd(n, half), divisor)
            }
            RoundBy::Down | RoundBy::Up => {
                let twice = self.b.ins().fadd(n, n);
                let shift = self.float_bits(crate::exact::bits(divisor - 1));
                let x = if rule == RoundBy::Down { self.b.ins().fsub(twice, shift) } else { self.b.ins().fadd(twice, shift) };
                (x, 2 * divisor)
            }
        };
        let inverse = self.float_bits(crate::exact::inverse(over));
        let magic = self.float_bits(MAGIC);
        let near = if self.fma {
            self.b.ins().fma(x, inverse, magic)
        } else {
            let product = self.b.ins().fmul(x, inverse);
            self.b.ins().fadd(product, magic)
        };
        (Form::Floating, self.b.ins().fsub(near, magic))
    }

    /// The same on one row, in integers; `d` is above 0.
    pub(super) fn round_row(&mut self, x: Value, d: Value, rule: RoundBy) -> Value {
        let b = &mut self.b;
        let sign = b.ins().sshr_imm_s(x, 63);
        match rule {
            RoundBy::HalfUp => {
                let flipped = b.ins().bxor(x, sign);
                let magnitude = b.ins().isub(flipped, sign);
                let twice = b.ins().iadd(magnitude, magnitude);
                let top = b.ins().iadd(twice, d);
                let bottom = b.ins().iadd(d, d);
                let quotient = b.ins().udiv(top, bottom);
                let flipped = b.ins().bxor(quotient, sign);
                b.ins().isub(flipped, sign)
            }
            RoundBy::Down | RoundBy::Up => {
                // Toward zero, then one further when something is left on the side asked for.
                let quotient = b.ins().sdiv(x, d);
                let product = b.ins().imul(quotient, d);
                let rest = b.ins().isub(x, product);
                let (comparison, step) = if rule == RoundBy::Down { (IntCC::SignedLessThan, -1) } else { (IntCC::SignedGreaterThan, 1) };
                let zero = b.ins().iconst(I64, 0);
                let further = b.ins().icmp(comparison, rest, zero);
                let step = b.ins().iconst(I64, step);
                let step = b.ins().select(further, step, zero);
                b.ins().iadd(quotient, step)
            }
        }
    }
}
