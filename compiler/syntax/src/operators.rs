//! Operators in one table: spelling, how tightly each binds, how it chains. The grammar reads operands and operators as one flat
//! list; `build/expression.rs` and `print/expression.rs` both read this table.

use crate::ast::BinaryOperator;

/// What happens when two operators of one level meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chain {
    /// `a - b - c` is `(a - b) - c`.
    Left,
    /// `a < b < c` is refused.
    Never,
}

/// A line of the table.
pub(crate) struct Operator {
    /// The operator.
    pub(crate) operator: BinaryOperator,
    /// Spellings, the canonical one first.
    pub(crate) spellings: &'static [&'static str],
    /// The higher, the tighter.
    pub(crate) precedence: u8,
    /// How it chains.
    pub(crate) chain: Chain,
}

const fn line(operator: BinaryOperator, spellings: &'static [&'static str], precedence: u8, chain: Chain) -> Operator {
    Operator { operator, spellings, precedence, chain }
}

/// Prefix `non`: looser than a comparison.
pub(crate) const NOT: u8 = 3;
/// Comparisons, `entre`, `dans`.
pub(crate) const COMPARISON: u8 = 4;
/// Postfix `en k€`: converts the whole sum on its left.
pub(crate) const CONVERT: u8 = 5;
/// Sums.
pub(crate) const SUM: u8 = 6;
/// The sign, and everything tighter: `du mois précédent`, `à défaut`…
pub(crate) const SIGN: u8 = 8;
/// Suffixes and what needs no parentheses anywhere.
pub(crate) const TIGHT: u8 = 9;

const TABLE: &[Operator] = &[
    line(BinaryOperator::Or, &["ou"], 1, Chain::Left),
    line(BinaryOperator::And, &["et"], 2, Chain::Left),
    line(BinaryOperator::Equal, &["="], COMPARISON, Chain::Never),
    line(BinaryOperator::Different, &["<>", "≠"], COMPARISON, Chain::Never),
    line(BinaryOperator::LessOrEqual, &["<=", "≤"], COMPARISON, Chain::Never),
    line(BinaryOperator::GreaterOrEqual, &[">=", "≥"], COMPARISON, Chain::Never),
    line(BinaryOperator::Less, &["<"], COMPARISON, Chain::Never),
    line(BinaryOperator::Greater, &[">"], COMPARISON, Chain::Never),
    line(BinaryOperator::Add, &["+"], SUM, Chain::Left),
    line(BinaryOperator::Subtract, &["-"], SUM, Chain::Left),
    line(BinaryOperator::Multiply, &["*", "×"], 7, Chain::Left),
    line(BinaryOperator::Divide, &["/", "÷"], 7, Chain::Left),
];

/// The line of an operator; every operator has one.
pub(crate) fn entry(operator: BinaryOperator) -> Option<&'static Operator> {
    TABLE.iter().find(|o| o.operator == operator)
}

/// How tightly an operator binds.
pub(crate) fn precedence(operator: BinaryOperator) -> u8 {
    entry(operator).map_or(TIGHT, |o| o.precedence)
}

/// Canonical spelling.
pub(crate) fn symbol(operator: BinaryOperator) -> &'static str {
    entry(operator).and_then(|o| o.spellings.first().copied()).unwrap_or("")
}

/// The operator a spelling stands for.
pub(crate) fn read(text: &str) -> Option<BinaryOperator> {
    TABLE.iter().find(|o| o.spellings.contains(&text)).map(|o| o.operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back() {
        for line in TABLE {
            for spelling in line.spellings {
                assert_eq!(read(spelling), Some(line.operator), "{spelling}");
            }
            assert_eq!(symbol(line.operator), line.spellings[0]);
        }
    }
}
