//! What is drawn: chosen by who makes the document, drawn the same in a page and in a workbook.

use cadrage_value::Exact;

/// A drawing, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Displayed.
    pub title: String,
    /// Unit of its values; empty for rates.
    pub unit: String,
    /// How many decimals its values are read with.
    pub decimals: u32,
    /// What is drawn.
    pub drawing: Drawing,
}

/// The kinds of drawings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Months constatés then projetés, under a ceiling when there is one.
    Curve(Vec<Point>),
    /// From a value to another by what makes the difference.
    Waterfall {
        /// Where it starts.
        start: (String, Exact),
        /// What is added or taken off, in order; the last are the residual and what is not explained, never left out.
        steps: Vec<(String, Exact)>,
        /// Where it ends: the start and all steps, which the drawing checks.
        end: (String, Exact),
    },
    /// A value for each member, side by side.
    Bars(Vec<(String, Exact)>),
    /// Members × periods, as rates of a ceiling.
    HeatMap {
        /// Above the columns.
        periods: Vec<String>,
        /// A member, and its rate in each period.
        rows: Vec<(String, Vec<Heat>)>,
    },
}

/// A period of a curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// `03/2026`
    pub period: String,
    /// Is it expected rather than known?
    pub projected: bool,
    /// Its value.
    pub value: Exact,
    /// The ceiling of that period.
    pub ceiling: Option<Exact>,
}

/// A rate of a ceiling; `None` = no ceiling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// Consumption over ceiling.
    pub rate: Option<Exact>,
    /// How it is shown.
    pub tone: Tone,
}

/// How far a rate goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Under every threshold.
    #[default]
    Calm,
    /// A threshold is reached.
    Near,
    /// Beyond the ceiling, or blocked.
    Over,
}

impl Tone {
    /// A mark that needs no colour.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Tone::Calm => "",
            Tone::Near => "▲ ",
            Tone::Over => "■ ",
        }
    }
}

impl Heat {
    /// `98,2 %`, or « – ».
    pub(crate) fn shown(&self) -> String {
        self.rate.as_ref().map_or_else(|| "–".to_owned(), |rate| format!("{} %", (rate * &Exact::from_int(100)).to_french(1)))
    }
}

/// A step of a waterfall as it is drawn: from where, to where.
pub(crate) struct Bar<'c> {
    pub(crate) label: &'c str,
    /// `None` for the two ends.
    pub(crate) step: Option<&'c Exact>,
    pub(crate) from: Exact,
    pub(crate) to: Exact,
}

/// The bars of a waterfall; a last one says what is missing when the steps do not lead to the end.
pub(crate) fn bars<'c>(start: &'c (String, Exact), steps: &'c [(String, Exact)], end: &'c (String, Exact)) -> Vec<Bar<'c>> {
    let mut at = start.1.clone();
    let mut out = vec![Bar { label: &start.0, step: None, from: Exact::ZERO, to: at.clone() }];
    for (label, amount) in steps {
        let to = &at + amount;
        out.push(Bar { label, step: Some(amount), from: at, to: to.clone() });
        at = to;
    }
    if at != end.1 {
        out.push(Bar { label: "non expliqué", step: None, from: at, to: end.1.clone() });
    }
    out.push(Bar { label: &end.0, step: None, from: Exact::ZERO, to: end.1.clone() });
    out
}
