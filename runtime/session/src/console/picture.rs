//! `graphique`: a measure month by month, drawn here, or in a file.

use cadrage_export::{Cell, Chart, Document, Drawing, html, svg_file, write_whole};
use cadrage_source::Code;
use cadrage_value::Exact;

use super::Console;
use super::answer::{Answer, Piece};
use super::refusals::Line;

impl Console {
    /// `graphique masse_salariale par mois pour composante SCIENCES vers "courbe.svg"`
    pub(super) fn draw(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        let (subject, target) = match target(rest) {
            Some((subject, target)) => (subject, Some(target)),
            None => (rest, None),
        };
        if subject.trim().is_empty() {
            return line.refuse(Code::S01, "le graphique de quoi ?", "", "écrivez `graphique masse_salariale par mois`");
        }
        // A drawing without a period of its own is of all the months.
        let monthly = cadrage_driver::fold(subject).contains(" par ") || asks_one_month(subject);
        let question = if monthly { subject.to_owned() } else { format!("{subject} par mois") };
        let (question, asked) = match self.asked(&question, line.text) {
            Ok(found) => found,
            Err(refusal) => return refusal,
        };
        let document = asked.document();
        let Some(chart) = chart(&document, asked.table.columns.len(), question.levels.len()) else {
            let help = "une courbe se lit `par mois`, des barres par niveau : `graphique masse_salariale par composante`";
            return line.refuse(Code::V21, "il faut plusieurs valeurs pour un dessin", subject.trim(), help);
        };
        let Some(target) = target else {
            let drawn = Document { charts: vec![chart.clone()], ..document };
            return Answer::silent().piece(Piece::Chart(chart)).aside(self.scenario_shown()).keeping(drawn);
        };
        let path = self.path(&target);
        let bytes = match path.extension().and_then(|x| x.to_str()).map(str::to_lowercase).as_deref() {
            Some("svg") => svg_file(&chart),
            Some("html" | "htm") => html(&Document { charts: vec![chart.clone()], ..document.clone() }),
            _ => {
                return line.refuse(
                    Code::V21,
                    format!("`{target}` : un dessin s'écrit en .svg ou en .html"),
                    &target,
                    "écrivez `vers \"courbe.svg\"`",
                );
            }
        };
        match write_whole(&path, bytes.as_bytes()) {
            Ok(()) => Answer::silent().aside(format!("écrit : {}", path.display())).keeping(document),
            Err(why) => line.failed(&target, &why),
        }
    }
}

/// What comes before `vers "fichier"` or `--sortie fichier`, and the file.
fn target(rest: &str) -> Option<(&str, String)> {
    for word in ["vers \"", "vers «", "--sortie "] {
        if let Some(at) = rest.rfind(word) {
            let path = rest.get(at + word.len()..)?.trim_matches([' ', '"', '»', '«', '\u{A0}', '\u{202F}']);
            return Some((rest.get(..at)?, path.to_owned()));
        }
    }
    None
}

/// « en 10/2027 » is one month: nothing to draw, and the refusal says so.
fn asks_one_month(subject: &str) -> bool {
    let words: Vec<&str> = subject.split_whitespace().collect();
    words.windows(2).any(|w| matches!(w, [en, month] if *en == "en" && month.contains('/')))
}

/// The curve of a measure, or a bar for each member.
fn chart(document: &Document, periods: usize, levels: usize) -> Option<Chart> {
    if periods > 1 && levels == 1 {
        return document.charts.first().cloned();
    }
    let table = document.tables.first()?;
    let column = table.columns.len().checked_sub(1)?;
    let shown = table.columns.get(column)?;
    let points: Vec<(String, Exact)> = table
        .rows
        .iter()
        .filter(|r| r.depth > 0)
        .filter_map(|r| match r.cells.get(column)? {
            Cell::Number(x) => Some((r.label.clone(), x.clone())),
            _ => None,
        })
        .collect();
    if points.len() < 2 {
        return None;
    }
    let drawing = Drawing::Bars(points);
    let title = if shown.period.is_empty() { shown.measure.clone() } else { format!("{}, {}", shown.measure, shown.period) };
    Some(Chart { title, unit: shown.unit.clone(), decimals: shown.decimals, drawing })
}
