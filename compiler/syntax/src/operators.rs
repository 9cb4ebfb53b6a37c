//! Operators in one table: loosest first, all left-associative except comparisons, which do not chain.

use crate::ast::BinaryOperator;

/// How tightly an operator binds.
pub(crate) fn precedence(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal
        | BinaryOperator::Different
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide => 6,
    }
}

/// Canonical spelling.
pub(crate) fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "ou",
        BinaryOperator::And => "et",
        BinaryOperator::Equal => "=",
        BinaryOperator::Different => "<>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
    }
}

/// The operator a spelling stands for.
pub(crate) fn read(text: &str) -> Option<BinaryOperator> {
    Some(match text {
        "=" => BinaryOperator::Equal,
        "<>" | "≠" => BinaryOperator::Different,
        "<" => BinaryOperator::Less,
        "<=" | "≤" => BinaryOperator::LessOrEqual,
        ">" => BinaryOperator::Greater,
        ">=" | "≥" => BinaryOperator::GreaterOrEqual,
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" | "×" => BinaryOperator::Multiply,
        "/" | "÷" => BinaryOperator::Divide,
        _ => return None,
    })
}
