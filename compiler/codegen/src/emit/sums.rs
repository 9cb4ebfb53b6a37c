//! Sums by code, added in the loop.

use cranelift_codegen::ir::types::{F64, F64X2};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData};

use super::Emitter;
use crate::layout::Form;

impl Emitter<'_> {
    /// Adds the values of two rows to the lines of their codes, two sums at a time.
    pub(super) fn sums(&mut self) {
        let (Some(layout), false) = (self.layout.sums.clone(), self.piece.sums.is_empty()) else { return };
        let line = |this: &mut Self, lane: i32| {
            let code = this.class(layout.code, lane);
            let width = i64::try_from(layout.width).unwrap_or(0);
            let at = this.b.ins().imul_imm_s(code, width);
            this.b.ins().iadd(this.bases.sums, at)
        };
        let lines = [line(self, 0), line(self, 1)];
        let flags = MemFlagsData::new().with_notrap();
        let mut sums = self.piece.sums.clone();
        sums.sort_by_key(|(_, k)| *k);
        let mut pending = sums.into_iter().peekable();
        while let Some((node, k)) = pending.next() {
            let offset = i32::try_from(8 * k).unwrap_or(i32::MAX);
            let a = self.lane(node, Form::Floating);
            let pair = pending.next_if(|(_, next)| k % 2 == 0 && *next == k + 1);
            match pair {
                Some((other, _)) => {
                    let b = self.lane(other, Form::Floating);
                    // (a0, a1), (b0, b1) to (a0, b0), (a1, b1): a line holds the two sums side by side.
                    let b0 = self.b.ins().extractlane(b, 0);
                    let first = self.b.ins().insertlane(a, b0, 1);
                    let a1 = self.b.ins().extractlane(a, 1);
                    let second = self.b.ins().insertlane(b, a1, 0);
                    for (line, value) in lines.into_iter().zip([first, second]) {
                        let before = self.b.ins().load(F64X2, flags, line, offset);
                        let after = self.b.ins().fadd(before, value);
                        self.b.ins().store(flags, after, line, offset);
                    }
                }
                None => {
                    for (line, lane) in lines.into_iter().zip([0_u8, 1]) {
                        let value = self.b.ins().extractlane(a, lane);
                        let before = self.b.ins().load(F64, flags, line, offset);
                        let after = self.b.ins().fadd(before, value);
                        self.b.ins().store(flags, after, line, offset);
                    }
                }
            }
        }
    }
}
