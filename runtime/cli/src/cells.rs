//! Figures of an analysis one by one, as files carry them: exact, then rounded for reading.

use cadrage_value::Exact;

use crate::arguments::Format;
use crate::csv::cell;

/// A figure: what says which it is, and its value; none for « – ».
pub(crate) struct Cell {
    pub(crate) keys: Vec<String>,
    pub(crate) value: Option<Exact>,
}

/// One line a figure, with the names of the keys as headings.
pub(crate) fn csv(heads: &[&str], cells: &[Cell], format: Format) -> String {
    let (separator, decimal) = if format == Format::CsvBrut { (",", ".") } else { (";", ",") };
    let heads: Vec<&str> = heads.iter().copied().chain(["fraction", "valeur"]).collect();
    let mut out = heads.join(separator) + "\n";
    for one in cells {
        let fraction = one.value.as_ref().map_or_else(String::new, Exact::to_string);
        let value = one.value.as_ref().map_or_else(String::new, |x| x.to_plain(8).replace('.', decimal));
        let line: Vec<String> = one.keys.iter().chain([&fraction, &value]).map(|text| cell(text, separator)).collect();
        out += &(line.join(separator) + "\n");
    }
    out
}

/// The same as JSON.
pub(crate) fn json(heads: &[&str], cells: &[Cell]) -> serde_json::Value {
    let one = |c: &Cell| {
        let keys = heads.iter().map(|h| (*h).to_owned()).zip(c.keys.iter().map(|k| k.clone().into()));
        let value = c.value.as_ref().map(Exact::to_string);
        keys.chain([("valeur".to_owned(), value.into())]).collect::<serde_json::Map<_, _>>().into()
    };
    serde_json::Value::Array(cells.iter().map(one).collect())
}

/// « – » where nothing is known.
pub(crate) fn shown(x: Option<&Exact>, digits: u32) -> String {
    x.map_or_else(|| "–".to_owned(), |x| x.to_french(digits))
}

/// With its sign, « – » where nothing is known.
pub(crate) fn signed(x: Option<&Exact>, digits: u32) -> String {
    match x {
        Some(x) if *x > Exact::ZERO => format!("+{}", x.to_french(digits)),
        _ => shown(x, digits),
    }
}

/// As a percentage with its sign.
pub(crate) fn percent(x: Option<&Exact>) -> String {
    x.map_or_else(|| "–".to_owned(), |x| format!("{} %", signed(Some(&(x * &Exact::from_int(100))), 4)))
}
