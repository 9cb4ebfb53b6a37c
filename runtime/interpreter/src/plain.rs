//! What does not depend on where the row comes from: choice of a case, parameters, operations on values alone.

use cadrage_engine::{Parameters, Row, Value};
use cadrage_ir::{Aggregation, AttributeId, Case, FaultKind, Formula, Op, Operator, Program};
use cadrage_value::{Exact, Month};

/// The member of a level a row belongs to; the whole institution is the empty code.
pub(crate) fn member(level: Option<AttributeId>, row: &Row) -> &str {
    level.map_or("", |a| row.code(a))
}

/// Values of the months of a period as one, by the measure's rule (decision D12). « Sans objet » counts for 0 in a sum, and « manquant » is contagious.
pub(crate) fn over_months(rule: Aggregation, values: &[Value]) -> Value {
    let Some(known) = values.iter().map(Value::or_zero).collect::<Option<Vec<Exact>>>() else { return Value::Missing };
    let count = i64::try_from(known.len()).unwrap_or(1).max(1);
    match rule {
        Aggregation::Sum => Value::Known(known.into_iter().sum()),
        Aggregation::SumThenMean => Value::Known(&known.into_iter().sum::<Exact>() / &Exact::from_int(count)),
        Aggregation::SumThenLast | Aggregation::Distinct => known.into_iter().next_back().map_or(Value::NotApplicable, Value::Known),
        Aggregation::Mean(_) | Aggregation::Ratio(..) | Aggregation::None => Value::Missing,
    }
}

/// The first case whose box holds the row: they go from the most specific to the default.
pub(crate) fn chosen<'f>(formula: &'f Formula, row: &Row) -> Option<&'f Case> {
    formula.cases.iter().find(|c| row.is_in(&c.selection))
}

pub(crate) fn rounded(formula: &Formula, value: Value) -> Value {
    match (value, formula.rounding) {
        (Value::Known(x), Some(r)) => Value::Known(r.rule.apply(&x, r.digits)),
        (value, _) => value,
    }
}

pub(crate) fn parameter(
    program: &Program,
    parameters: &Parameters,
    id: cadrage_ir::ParameterId,
    month: Month,
    row: Option<&Row>,
) -> Result<Value, FaultKind> {
    match parameters.value(id, month, row) {
        Some(value) => Ok(Value::Known(value)),
        None => {
            let declared = parameters.get(id).or_else(|| program.parameter(id));
            let first = declared.and_then(|p| p.cases.iter().flat_map(|c| &c.timeline).filter_map(|d| d.from).min());
            Err(FaultKind::NoValue {
                parameter: declared.map_or_else(String::new, |p| p.name.clone()),
                first: first.filter(|f| *f > month.first_day()),
            })
        }
    }
}

/// What a plain operation may look at besides its operands.
pub(crate) struct At<'a> {
    pub(crate) program: &'a Program,
    pub(crate) parameters: &'a Parameters,
    pub(crate) month: Month,
    pub(crate) row: Option<&'a Row>,
}

/// Operations on values alone.
pub(crate) fn plain(op: &Op, values: &[Value], at: &At<'_>) -> Result<Value, FaultKind> {
    let first = values.first().cloned().unwrap_or(Value::Missing);
    let second = values.get(1).cloned().unwrap_or(Value::Missing);
    let number = |v: Value, f: &dyn Fn(&Exact) -> Exact| match v {
        Value::Known(x) => Value::Known(f(&x)),
        other => other,
    };
    Ok(match op {
        Op::Literal(x) => Value::Known(x.clone()),
        Op::Flag(b) => Value::Flag(*b),
        Op::MonthNumber => Value::Known(Exact::from_int(i64::from(at.month.number()))),
        Op::Year => Value::Known(Exact::from_int(i64::from(at.month.year()))),
        Op::Calendar(c) => at.parameters.share(*c, at.month).map_or(Value::Missing, |s| Value::Known(s.clone())),
        Op::Negate(_) => number(first, &|x| -x.clone()),
        Op::Absolute(_) => number(first, &|x| if x.is_negative() { -x.clone() } else { x.clone() }),
        Op::Round(_, r) => number(first, &|x| r.rule.apply(x, r.digits)),
        Op::Not(_) => match first {
            Value::Flag(b) => Value::Flag(!b),
            other => other,
        },
        Op::Min(_) => extreme(values, std::cmp::Ordering::Less),
        Op::Max(_) => extreme(values, std::cmp::Ordering::Greater),
        Op::Binary(operator, ..) => binary(*operator, first, second)?,
        Op::Brackets(id, _, which) => match first {
            Value::Known(base) => brackets(*id, &base, *which, at)?,
            other => other,
        },
        _ => Value::Missing,
    })
}

/// The smallest or largest; « sans objet » is left out, « manquant » is contagious.
fn extreme(values: &[Value], wanted: std::cmp::Ordering) -> Value {
    let mut best: Option<Exact> = None;
    for value in values {
        match value {
            Value::Known(x) if best.as_ref().is_none_or(|b| x.cmp(b) == wanted) => best = Some(x.clone()),
            Value::Known(_) | Value::NotApplicable => {}
            Value::Missing | Value::Flag(_) => return Value::Missing,
        }
    }
    best.map_or(Value::NotApplicable, Value::Known)
}

fn binary(operator: Operator, left: Value, right: Value) -> Result<Value, FaultKind> {
    use Value::{Flag, Known, Missing, NotApplicable};
    Ok(match (operator, left, right) {
        (Operator::And, Flag(a), Flag(b)) => Flag(a && b),
        (Operator::Or, Flag(a), Flag(b)) => Flag(a || b),
        (_, Missing, _) | (_, _, Missing) => Missing,
        // « sans objet » is 0 in a sum, and makes a product or a comparison sans objet.
        (Operator::Add | Operator::Subtract, NotApplicable, NotApplicable) => NotApplicable,
        (Operator::Add, NotApplicable, Known(x)) | (Operator::Add | Operator::Subtract, Known(x), NotApplicable) => Known(x),
        (Operator::Subtract, NotApplicable, Known(x)) => Known(-x),
        (_, NotApplicable, _) | (_, _, NotApplicable) => NotApplicable,
        (Operator::Add, Known(a), Known(b)) => Known(&a + &b),
        (Operator::Subtract, Known(a), Known(b)) => Known(&a - &b),
        (Operator::Multiply, Known(a), Known(b)) => Known(&a * &b),
        (Operator::Divide, Known(a), Known(b)) => Known(a.checked_div(&b).ok_or(FaultKind::DivisionByZero)?),
        (Operator::Ratio, Known(a), Known(b)) => a.checked_div(&b).map_or(NotApplicable, Known),
        (Operator::Equal, Known(a), Known(b)) => Flag(a == b),
        (Operator::Different, Known(a), Known(b)) => Flag(a != b),
        (Operator::Less, Known(a), Known(b)) => Flag(a < b),
        (Operator::LessOrEqual, Known(a), Known(b)) => Flag(a <= b),
        (Operator::Greater, Known(a), Known(b)) => Flag(a > b),
        (Operator::GreaterOrEqual, Known(a), Known(b)) => Flag(a >= b),
        (Operator::Equal, Flag(a), Flag(b)) => Flag(a == b),
        (Operator::Different, Flag(a), Flag(b)) => Flag(a != b),
        _ => Missing,
    })
}

/// What is inside a bracket of a scale.
pub(crate) struct Slice {
    pub(crate) low: Exact,
    pub(crate) high: Option<Exact>,
    pub(crate) part: Exact,
    pub(crate) rate: Exact,
}

/// Σ over the brackets of rate × the part of the base inside, or one bracket only.
fn brackets(id: cadrage_ir::BracketId, base: &Exact, which: Option<usize>, at: &At<'_>) -> Result<Value, FaultKind> {
    Ok(match slices(id, base, which, at)? {
        Ok(slices) => Value::Known(slices.into_iter().map(|s| &s.part * &s.rate).sum()),
        Err(nothing) => nothing,
    })
}

/// The parts of a base that count in a scale, or the value there is instead of any.
pub(crate) fn slices(
    id: cadrage_ir::BracketId,
    base: &Exact,
    which: Option<usize>,
    at: &At<'_>,
) -> Result<Result<Vec<Slice>, Value>, FaultKind> {
    let Some(scale) = at.parameters.bracket(id) else { return Ok(Err(Value::Missing)) };
    let unit = match scale.scale {
        None => Exact::ONE,
        Some(p) => match parameter(at.program, at.parameters, p, at.month, at.row)? {
            Value::Known(x) => x,
            other => return Ok(Err(other)),
        },
    };
    let day = at.month.first_day();
    let Some(version) = scale.versions.iter().rev().find(|v| v.from <= day) else {
        return Err(FaultKind::NoValue { parameter: scale.name.clone(), first: scale.versions.first().map(|v| v.from) });
    };
    let mut low = Exact::ZERO;
    let mut out = Vec::new();
    for (k, (bound, rate)) in version.brackets.iter().enumerate() {
        let high = bound.as_ref().map(|b| b * &unit);
        let top = high.as_ref().map_or_else(|| base.clone(), |h| if base < h { base.clone() } else { h.clone() });
        let part = &top - &low;
        // A negative base stays in the first bracket, as a refund does.
        let counts = !part.is_negative() || k == 0;
        if counts && which.is_none_or(|w| w == k + 1) {
            out.push(Slice { low: low.clone(), high: high.clone(), part, rate: rate.clone() });
        }
        match high {
            Some(h) => low = h,
            None => break,
        }
    }
    Ok(Ok(out))
}
