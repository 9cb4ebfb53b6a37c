//! Formulas that read formulas, as deep as the text and the months make them, without the depth of the stack.
//!
//! An evaluation that is already deep does not go on: it says which value it needs first, and stops. That value is computed on
//! a stack of its own, kept, and the evaluation begins again, which finds all it had computed. A chain of n formulas costs at most twice its
//! work, and a recurrence over fifty years no more stack than one over a year.

use cadrage_engine::Value;
use cadrage_ir::{Fault, FaultKind};
use cadrage_value::Exact;

/// Nodes one below the other before an evaluation stops. A formula has at most some five hundred, and two may stand one below the other
/// whatever their depth: a sum of hundreds of formulas would begin again for each of them.
const DEEPEST: usize = 200;

/// How far below its beginning an evaluation is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Depth {
    /// Nodes.
    nodes: usize,
    /// Formulas being evaluated.
    formulas: usize,
}

/// Why an evaluation stops.
pub(crate) enum Stop<C> {
    /// There is no value.
    Fault(Box<Fault>),
    /// This must be computed first.
    First(C),
}

/// A value, or what was in its way.
pub(crate) type Evaluated<C> = Result<Value, Stop<C>>;

/// What is kept of a computed formula: faults too, or what `à défaut` catches would be computed again by each reader.
pub(crate) type Kept = Result<Value, Box<Fault>>;

/// Something that evaluates formulas, each once.
pub(crate) trait Descent {
    /// A formula where it is evaluated.
    type Call: Clone + PartialEq;

    /// The value, from what is kept when it is.
    fn value(&mut self, call: &Self::Call) -> Evaluated<Self::Call>;

    /// How deep the evaluation at hand is.
    fn depth(&mut self) -> &mut Depth;

    /// The fault of a formula that reads itself.
    fn circular(&self, call: &Self::Call) -> Fault;
}

/// The value of an evaluation, once what it asks for first is computed; or why there is none. What was in its way is kept once known, a
/// fault included: the evaluation goes further each time.
pub(crate) fn settled<D: Descent>(it: &mut D, evaluate: impl Fn(&mut D) -> Evaluated<D::Call>) -> Result<Value, FaultKind> {
    loop {
        *it.depth() = Depth::default();
        match evaluate(it) {
            Ok(value) => return Ok(value),
            Err(Stop::Fault(fault)) => return Err(fault.kind),
            Err(Stop::First(call)) => {
                if let Err(fault) = descend(it, call)
                    && fault.kind == FaultKind::Circular
                {
                    return Err(fault.kind);
                }
            }
        }
    }
}

/// Computes a formula, and before it what must be.
pub(crate) fn descend<D: Descent>(it: &mut D, call: D::Call) -> Result<Value, Fault> {
    let mut pending = vec![call];
    let mut last = Ok(Value::Missing);
    while let Some(call) = pending.last().cloned() {
        *it.depth() = Depth::default();
        match it.value(&call) {
            Ok(value) => last = Ok(value),
            Err(Stop::Fault(fault)) => last = Err(*fault),
            // The checker refused circles: should one escape it, this ends all the same.
            Err(Stop::First(needed)) if pending.contains(&needed) => return Err(it.circular(&needed)),
            Err(Stop::First(needed)) => {
                pending.push(needed);
                continue;
            }
        }
        pending.pop();
    }
    last
}

/// Is the evaluation at hand so deep that another formula must wait?
pub(crate) fn too_deep<D: Descent>(it: &mut D) -> bool {
    let depth = *it.depth();
    depth.formulas > 1 && depth.nodes > DEEPEST
}

/// Evaluates a node one level below.
pub(crate) fn below<D: Descent>(it: &mut D, node: impl FnOnce(&mut D) -> Evaluated<D::Call>) -> Evaluated<D::Call> {
    let depth = *it.depth();
    it.depth().nodes += 1;
    let value = node(it);
    *it.depth() = depth;
    value
}

/// Evaluates a formula that another reads.
pub(crate) fn within<D: Descent>(it: &mut D, formula: impl FnOnce(&mut D) -> Evaluated<D::Call>) -> Evaluated<D::Call> {
    let depth = *it.depth();
    it.depth().formulas += 1;
    let value = formula(it);
    *it.depth() = depth;
    value
}

/// Does `à défaut` take over from this?
pub(crate) fn falls_back<C>(value: &Evaluated<C>) -> bool {
    match value {
        Ok(Value::Missing | Value::NotApplicable) => true,
        Err(Stop::Fault(fault)) => matches!(fault.kind, FaultKind::NoValue { .. }),
        _ => false,
    }
}

/// A number so long that it could not be computed with much further is a fault, not a run without end.
pub(crate) fn short(value: Value) -> Result<Value, FaultKind> {
    match &value {
        Value::Known(x) if x.is_longer_than(Exact::LONGEST) => Err(FaultKind::TooLong),
        _ => Ok(value),
    }
}
