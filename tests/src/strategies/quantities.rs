//! Units of made-up values, and numbers written in them: round ones, ties of roundings, fractions without end, huge ones.

use super::Choices;

/// What a value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A pure number.
    Number,
    /// €
    Euro,
    /// €/mois
    Monthly,
    /// mois
    Months,
    /// point
    Points,
    /// €/point/mois
    PointValue,
    /// ETP
    Jobs,
    /// ETPT
    Worked,
    /// agent
    Heads,
}

/// The quantities that constants and formulas are declared in, the most usual first.
pub const DECLARED: &[(u32, Quantity)] = &[
    (6, Quantity::Euro),
    (4, Quantity::Number),
    (2, Quantity::Monthly),
    (1, Quantity::Months),
    (1, Quantity::Points),
    (1, Quantity::PointValue),
    (1, Quantity::Jobs),
];

impl Quantity {
    /// As a declaration writes it.
    #[must_use]
    pub fn written(self) -> &'static str {
        match self {
            Quantity::Number => "%",
            Quantity::Euro => "€",
            Quantity::Monthly => "€/mois",
            Quantity::Months => "mois",
            Quantity::Points => "point",
            Quantity::PointValue => "€/point/mois",
            Quantity::Jobs => "ETP",
            Quantity::Worked => "ETPT",
            Quantity::Heads => "agent",
        }
    }

    /// Two quantities whose product it is.
    #[must_use]
    pub fn factors(self) -> &'static [(Quantity, Quantity)] {
        use Quantity::{Euro, Jobs, Monthly, Months, Number, PointValue, Points};
        match self {
            Euro => &[(Euro, Number), (Monthly, Months)],
            Monthly => &[(Monthly, Number), (PointValue, Points)],
            Number => &[(Number, Number)],
            Months => &[(Months, Number)],
            Points => &[(Points, Number)],
            PointValue => &[(PointValue, Number)],
            Jobs => &[(Jobs, Number)],
            Quantity::Worked => &[(Quantity::Worked, Number)],
            Quantity::Heads => &[(Quantity::Heads, Number)],
        }
    }

    /// Two quantities whose quotient it is.
    #[must_use]
    pub fn quotients(self) -> &'static [(Quantity, Quantity)] {
        use Quantity::{Euro, Monthly, Months, Number, PointValue, Points};
        match self {
            Euro => &[(Euro, Number)],
            Monthly => &[(Monthly, Number), (Euro, Months)],
            Number => &[(Euro, Euro), (Number, Number), (Months, Months), (Points, Points), (Monthly, Monthly)],
            Months => &[(Months, Number), (Euro, Monthly)],
            Points => &[(Points, Number), (Monthly, PointValue)],
            PointValue => &[(PointValue, Number), (Monthly, Points)],
            other => match other {
                Quantity::Jobs => &[(Quantity::Jobs, Number)],
                Quantity::Worked => &[(Quantity::Worked, Number)],
                _ => &[(Quantity::Heads, Number)],
            },
        }
    }
}

const USUAL: &[&str] = &["1", "2", "3", "10", "100", "1 000", "12", "0", "7", "30"];
const TIES: &[&str] = &["0,5", "0,005", "0,015", "2,5", "0,25", "1,005", "0,0005", "12,345", "0,00005", "0,0000005", "1234,565"];
const ODD: &[&str] = &["0,01", "59,0734", "4,92278", "0,7828", "1,0001", "0,000001", "33,33", "2461,39"];
/// Near 2^31 cents, 2^51 cents, and the most digits the language accepts.
const HUGE: &[&str] = &["21474836,47", "21474836,48", "22517998136852,48", "999999999999999", "4294967296", "1 000 000"];

/// Decimal digits.
fn digits(choices: &mut Choices) -> &'static str {
    let list = choices.weighted(&[(12, USUAL), (5, TIES), (4, ODD), (1, HUGE)]).unwrap_or(USUAL);
    choices.pick(list).copied().unwrap_or("1")
}

/// A literal of a quantity, safe as an operand.
pub fn literal(choices: &mut Choices, of: Quantity) -> String {
    let shape = choices.weighted(&[(10, 0), (2, 1), (2, 2), (2, 3)]).unwrap_or(0);
    let plain = match of {
        Quantity::Number => match choices.below(4) {
            0 => digits(choices).to_owned(),
            1 | 2 => format!("{} %", digits(choices)),
            _ => format!("{} ‰", digits(choices)),
        },
        _ => format!("{} {}", digits(choices), of.written()),
    };
    match shape {
        // Near 2^63 and 2^63 cents, beyond the digits of one literal.
        _ if plain.starts_with("999999999999999") => {
            format!("({plain} * {})", choices.pick(&["9", "92,233", "9224", "1"]).copied().unwrap_or("9"))
        }
        1 => format!("(-{plain})"),
        2 => {
            let by = choices.pick(&["3", "7", "12", "35", "30", "11"]).copied().unwrap_or("3");
            format!("({plain} / {by})")
        }
        3 if of == Quantity::Number => {
            choices.pick(&["(6 / 7)", "(1 / 3)", "(32 / 35)", "(1 / 100)", "(1 / 1000003)"]).copied().unwrap_or("(6 / 7)").to_owned()
        }
        _ => plain,
    }
}
