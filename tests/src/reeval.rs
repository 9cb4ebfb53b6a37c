//! Computes a printed explanation again from what it prints: the words of each sentence, in which the words of each entry stand for the
//! value printed beside it, then the rounding printed. Knows nothing of the engines, nor of what the values were made of.

use cadrage_session::{ExplainedEntry, ExplainedRule};
use cadrage_source::FileId;
use cadrage_syntax::ast::{Aggregate, BinaryOperator, Expr, ExprKind, Shift, UnitExpr, UnitFactor};
use cadrage_syntax::{fold, parse_expression};
use cadrage_value::{Exact, Rounding, THIN_SPACE};

/// A printed value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Printed {
    Number(Exact),
    Flag(bool),
    Nothing,
    Missing,
}

use Printed::{Flag, Missing, Nothing, Number};

/// Computes every figure of a tree again; how many were, or the first that is not what is printed.
///
/// # Errors
/// What is printed and what its entries give.
pub fn reevaluate(entry: &ExplainedEntry) -> Result<usize, String> {
    let mut count = 0;
    for child in &entry.entries {
        count += reevaluate(child)?;
    }
    let Some(given) = computed(entry).map_err(|why| format!("{} : {why}", entry.name))? else { return Ok(count) };
    let printed = read(&entry.value.text)?;
    if given == printed {
        return Ok(count + 1);
    }
    Err(format!("{} = {} : « {} » redonne {given:?}, de {:#?}", entry.name, entry.value.text, entry.sentence, operands(entry)))
}

fn operands(entry: &ExplainedEntry) -> Vec<(&str, &str)> {
    entry.entries.iter().map(|e| (e.words.as_str(), e.value.text.as_str())).collect()
}

/// What the entries of a figure make of it; nothing when it does not follow from them.
fn computed(entry: &ExplainedEntry) -> Result<Option<Printed>, String> {
    let values = || entry.entries.iter().map(|e| read(&e.value.text)).collect::<Result<Vec<Printed>, String>>();
    Ok(Some(match entry.rule {
        ExplainedRule::Given | ExplainedRule::Heads | ExplainedRule::Weighted | ExplainedRule::Gap => return Ok(None),
        ExplainedRule::Sum => sum(&values()?),
        ExplainedRule::Slices => sum(values()?.get(1..).unwrap_or(&[])),
        ExplainedRule::Mean => match (sum(&values()?), i64::try_from(entry.entries.len())) {
            (Number(x), Ok(n)) => Number(&x / &Exact::from_int(n.max(1))),
            (other, _) => other,
        },
        ExplainedRule::Last => match values()?.as_slice() {
            [] => Nothing,
            all if all.contains(&Missing) => Missing,
            [.., Nothing] if entry.value.text == "0" || entry.value.text.starts_with("0,00") => Number(Exact::ZERO),
            [.., last] => last.clone(),
        },
        ExplainedRule::Quotient => match values()?.as_slice() {
            [Number(a), Number(b)] => a.checked_div(b).map_or(Nothing, Number),
            [a, b] if *a == Missing || *b == Missing => Missing,
            _ => Nothing,
        },
        ExplainedRule::Cuts => {
            let printed = read(&entry.value.text)?;
            for cut in entry.entries.iter().filter(|e| !e.value.text.is_empty()) {
                if read(&cut.value.text)? != printed {
                    return Err(format!("« {} » fait {} et non {}", cut.name, cut.value.text, entry.value.text));
                }
            }
            return Ok(None);
        }
        ExplainedRule::Sentence => sentence(entry)?,
    }))
}

fn sum(values: &[Printed]) -> Printed {
    let mut total = Exact::ZERO;
    for value in values {
        match value {
            Number(x) => total = &total + x,
            Nothing => {}
            Missing | Flag(_) => return Missing,
        }
    }
    Number(total)
}

fn sentence(entry: &ExplainedEntry) -> Result<Printed, String> {
    let text = if entry.sentence.is_empty() { &entry.words } else { &entry.sentence };
    let parsed = parse_expression(FileId(0), text).map_err(|d| format!("« {text} » ne se lit pas : {d:?}"))?;
    let words: Vec<(String, Printed)> =
        entry.entries.iter().map(|e| Ok((bare(&e.words), read(&e.value.text)?))).collect::<Result<_, String>>()?;
    let mut value = Reader { text, words }.value(&parsed)?;
    for rounded in &entry.rounded {
        value = round(value, rounded)?;
    }
    Ok(value)
}

/// `arrondi au centime`, `arrondi inférieur à 2 décimales`.
fn round(value: Printed, words: &str) -> Result<Printed, String> {
    let Number(x) = value else { return Ok(value) };
    if words.ends_with("(÷ 12)") {
        return Ok(Number(&x / &Exact::from_int(12)));
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    let rule = match words.get(1) {
        Some(&"inférieur") => Rounding::Down,
        Some(&"supérieur") => Rounding::Up,
        _ => Rounding::HalfUp,
    };
    let digits = match words.last() {
        Some(&"centime") => 2,
        Some(&"l'euro" | &"l'unité") => 0,
        _ => words.iter().rev().nth(1).and_then(|n| n.parse().ok()).ok_or_else(|| format!("arrondi illisible : {words:?}"))?,
    };
    Ok(Number(rule.apply(&x, digits)))
}

/// A printed value: a number and its unit, in base units.
fn read(text: &str) -> Result<Printed, String> {
    match text {
        "sans objet" => return Ok(Nothing),
        "manquant" | "sans valeur" => return Ok(Missing),
        "vrai" => return Ok(Flag(true)),
        "faux" => return Ok(Flag(false)),
        _ => {}
    }
    let ends = |c: char| !(c.is_ascii_digit() || matches!(c, ',' | '-' | '/' | '+') || c == THIN_SPACE);
    let (number, unit) = text.split_at(text.find(ends).unwrap_or(text.len()));
    // Days are read by conditions only.
    if number.matches('/').count() == 2 {
        return Ok(Nothing);
    }
    let digits: String = number.trim_start_matches('+').chars().filter(|c| *c != THIN_SPACE).collect();
    let x = number_of(&digits).ok_or_else(|| format!("« {text} » n'est pas un nombre"))?;
    let mut factor = Exact::ONE;
    for (k, part) in unit.trim().split('/').enumerate() {
        for word in part.split('·') {
            let one = match word {
                "%" => Exact::ratio(1, 100).unwrap_or(Exact::ONE),
                "‰" => Exact::ratio(1, 1000).unwrap_or(Exact::ONE),
                "k€" => Exact::from_int(1000),
                "M€" => Exact::from_int(1_000_000),
                "an" => Exact::from_int(12),
                _ => Exact::ONE,
            };
            factor = if k == 0 { &factor * &one } else { &factor / &one };
        }
    }
    Ok(Number(&x * &factor))
}

/// However long it is: made-up programs make fractions of hundreds of digits.
fn number_of(text: &str) -> Option<Exact> {
    if let Some((n, d)) = text.split_once('/') {
        return number_of(n)?.checked_div(&number_of(d)?);
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |d| (true, d));
    let (whole, decimals) = digits.split_once(',').unwrap_or((digits, ""));
    let mut out = Exact::ZERO;
    for c in whole.chars().chain(decimals.chars()) {
        out = &(&out * &Exact::from_int(10)) + &Exact::from_int(i64::from(c.to_digit(10)?));
    }
    for _ in decimals.chars() {
        out = &out / &Exact::from_int(10);
    }
    (!whole.is_empty()).then(|| if negative { -out } else { out })
}

/// Words without the spaces and the parentheses around them.
fn bare(words: &str) -> String {
    let mut text = words.split_whitespace().collect::<Vec<_>>().join(" ");
    while let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| balanced(t)) {
        text = inner.trim().to_owned();
    }
    text
}

fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for c in text.chars() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// A sentence, and the words that stand for values.
struct Reader<'t> {
    text: &'t str,
    words: Vec<(String, Printed)>,
}

impl Reader<'_> {
    fn value(&self, e: &Expr) -> Result<Printed, String> {
        let own = self.text.get(e.span.start as usize..e.span.end as usize).unwrap_or("");
        let own = bare(&closed(self.text, e.span.start as usize, e.span.end as usize).unwrap_or_else(|| own.to_owned()));
        if let Some((_, value)) = self.words.iter().find(|(words, _)| *words == own) {
            return Ok(value.clone());
        }
        Ok(match &e.kind {
            ExprKind::Number(x, unit) => Number(x * &unit.as_ref().map_or(Exact::ONE, factor)),
            ExprKind::Negate(x) => match self.value(x)? {
                Number(x) => Number(-x),
                other => other,
            },
            ExprKind::Not(x) => match self.value(x)? {
                Flag(b) => Flag(!b),
                other => other,
            },
            ExprKind::Binary(op, a, b) => binary(*op, self.value(a)?, self.value(b)?),
            ExprKind::Between(x, a, b) => {
                let x = self.value(x)?;
                let (low, high) = (
                    binary(BinaryOperator::GreaterOrEqual, x.clone(), self.value(a)?),
                    binary(BinaryOperator::LessOrEqual, x, self.value(b)?),
                );
                binary(BinaryOperator::And, low, high)
            }
            ExprKind::If(c, a, b) => match self.value(c)? {
                Flag(true) => self.value(a)?,
                Flag(false) => self.value(b)?,
                other => other,
            },
            ExprKind::Select(cases, last) => {
                for (condition, value) in cases {
                    match self.value(condition)? {
                        Flag(true) => return self.value(value),
                        Flag(false) => {}
                        other => return Ok(other),
                    }
                }
                self.value(last)?
            }
            ExprKind::OrElse(x, y) => match self.value(x)? {
                Missing | Nothing => self.value(y)?,
                known => known,
            },
            ExprKind::Convert(x, _) | ExprKind::Shifted(x, Shift::EndOfMonth) => self.value(x)?,
            // Of one situation, the sum is its value.
            ExprKind::Aggregate { kind: Aggregate::Sum | Aggregate::Total, operand, .. } => match self.value(operand)? {
                Nothing => Number(Exact::ZERO),
                other => other,
            },
            ExprKind::Call { name, arguments } => self.call(&fold(&name.value), arguments, &own)?,
            _ => return Err(format!("rien ne dit ce que vaut « {own} »")),
        })
    }

    fn call(&self, name: &str, arguments: &[Expr], own: &str) -> Result<Printed, String> {
        let digits = |e: &Expr| if let ExprKind::Number(n, None) = &e.kind { n.to_int().and_then(|n| u32::try_from(n).ok()) } else { None };
        match (name, arguments) {
            ("min" | "max", [_, ..]) => {
                let mut best: Option<Exact> = None;
                for argument in arguments {
                    match self.value(argument)? {
                        Number(x) => {
                            let better = best.as_ref().is_none_or(|b| if name == "min" { x < *b } else { x > *b });
                            best = if better { Some(x) } else { best };
                        }
                        Nothing => {}
                        Missing | Flag(_) => return Ok(Missing),
                    }
                }
                Ok(best.map_or(Nothing, Number))
            }
            ("abs", [x]) => Ok(match self.value(x)? {
                Number(x) if x.is_negative() => Number(-x),
                other => other,
            }),
            ("arrondi", [x, n]) => Ok(match (self.value(x)?, digits(n)) {
                (Number(x), Some(n)) => Number(Rounding::HalfUp.apply(&x, n)),
                (other, _) => other,
            }),
            _ => Err(format!("rien ne dit ce que vaut « {own} »")),
        }
    }
}

/// The text of a node, with the parentheses that its own span leaves out.
fn closed(text: &str, mut start: usize, mut end: usize) -> Option<String> {
    loop {
        let own = text.get(start..end)?;
        if balanced(own) {
            return Some(own.to_owned());
        }
        let (mut depth, mut lacking) = (0_i32, 0_i32);
        for c in own.chars() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => lacking += 1,
                ')' => depth -= 1,
                _ => {}
            }
        }
        if lacking > 0 {
            start = text.get(..start)?.trim_end().strip_suffix('(')?.len();
        } else {
            let rest = text.get(end..)?;
            end = text.len() - rest.trim_start().strip_prefix(')')?.len();
        }
    }
}

fn factor(unit: &UnitExpr) -> Exact {
    let mut out = Exact::ONE;
    for (k, f) in unit.factors.iter().enumerate() {
        let one = match f {
            UnitFactor::KiloEuro => Exact::from_int(1000),
            UnitFactor::MegaEuro => Exact::from_int(1_000_000),
            UnitFactor::Percent => Exact::ratio(1, 100).unwrap_or(Exact::ONE),
            UnitFactor::PerMille => Exact::ratio(1, 1000).unwrap_or(Exact::ONE),
            UnitFactor::Year => Exact::from_int(12),
            _ => Exact::ONE,
        };
        out = if k == 0 { &out * &one } else { &out / &one };
    }
    out
}

fn binary(op: BinaryOperator, a: Printed, b: Printed) -> Printed {
    use BinaryOperator as Op;
    match (op, a, b) {
        (Op::And, Flag(a), Flag(b)) => Flag(a && b),
        (Op::Or, Flag(a), Flag(b)) => Flag(a || b),
        (_, Missing, _) | (_, _, Missing) => Missing,
        (Op::Add | Op::Subtract, Nothing, Nothing) => Nothing,
        (Op::Add, Nothing, Number(x)) | (Op::Add | Op::Subtract, Number(x), Nothing) => Number(x),
        (Op::Subtract, Nothing, Number(x)) => Number(-x),
        (_, Nothing, _) | (_, _, Nothing) => Nothing,
        (Op::Add, Number(a), Number(b)) => Number(&a + &b),
        (Op::Subtract, Number(a), Number(b)) => Number(&a - &b),
        (Op::Multiply, Number(a), Number(b)) => Number(&a * &b),
        (Op::Divide, Number(a), Number(b)) => a.checked_div(&b).map_or(Nothing, Number),
        (Op::Equal, Number(a), Number(b)) => Flag(a == b),
        (Op::Different, Number(a), Number(b)) => Flag(a != b),
        (Op::Less, Number(a), Number(b)) => Flag(a < b),
        (Op::LessOrEqual, Number(a), Number(b)) => Flag(a <= b),
        (Op::Greater, Number(a), Number(b)) => Flag(a > b),
        (Op::GreaterOrEqual, Number(a), Number(b)) => Flag(a >= b),
        (Op::Equal, Flag(a), Flag(b)) => Flag(a == b),
        (Op::Different, Flag(a), Flag(b)) => Flag(a != b),
        _ => Missing,
    }
}
