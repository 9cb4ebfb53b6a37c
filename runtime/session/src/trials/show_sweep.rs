//! A sweep as people and programs read it.

use cadrage_export::{Cell, Chart, Column, Document, Drawing, Heat, Point, Row, Table, Tone};
use cadrage_value::{Exact, Money};

use super::sweep::{Swept, SweptAxis, SweptCell};
use super::written::wrapped;

/// The longest bar of a picture in characters.
const BAR: i64 = 20;
/// Shades of a map in characters, from the lowest to the highest.
const SHADES: [&str; 5] = ["·", "░", "▒", "▓", "█"];

impl SweptAxis {
    fn title(&self) -> String {
        if self.word.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.word) }
    }

    fn value(&self, k: usize) -> &str {
        self.values.get(k).map_or("", String::as_str)
    }
}

impl Swept {
    /// As lines of a terminal that wide.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
        let (paid, etpt) = &self.own;
        let mut out = vec![
            format!("  masse salariale et ETPT de {} dans `{}`", self.year, self.scenario),
            format!("  aujourd'hui {} €, {} ETPT", paid.to_french(), etpt.to_french(4)),
        ];
        match self.axes.as_slice() {
            [one] => self.list(one, &mut out),
            [rows, columns] => self.map(rows, columns, width, &mut out),
            _ => {}
        }
        out.extend(self.notes.iter().flat_map(|n| wrapped(&format!("  note : {n}"), width)));
        out
    }

    /// What a cell adds to the first one.
    fn more(&self, cell: &SweptCell) -> Money {
        self.cells.first().map_or(Money::ZERO, |first| cell.paid - first.paid)
    }

    fn list(&self, axis: &SweptAxis, out: &mut Vec<String>) {
        let title = axis.title();
        out.push(format!("  {title}"));
        out.push(format!("  {:>14}  {:>18}  {:>16}  {:>12}", "", "masse (€)", "écart au 1er (€)", "ETPT"));
        let most = self.cells.iter().map(|c| size(self.more(c))).max().unwrap_or(Money::ZERO);
        for cell in &self.cells {
            let more = self.more(cell);
            let length =
                if most == Money::ZERO { None } else { (&size(more).to_exact() * &Exact::from_int(BAR)).checked_div(&most.to_exact()) };
            let length = length.and_then(|x| x.floor().to_int()).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let value = axis.value(cell.at.first().copied().unwrap_or(0));
            out.push(format!("  {value:>14}  {:>18}  {:>16}  {:>12}", cell.paid.to_french(), more.to_french(), cell.etpt.to_french(4)));
            if length > 0 {
                let mark = if more < Money::ZERO { "▒" } else { "█" };
                out.push(format!("  {:>14}  {}", "", mark.repeat(length)));
            }
        }
    }

    fn map(&self, rows: &SweptAxis, columns: &SweptAxis, width: usize, out: &mut Vec<String>) {
        let title =
            format!("  en lignes {} ; en colonnes {} ; masse salariale en k€, du plus bas · au plus haut █", rows.title(), columns.title());
        out.extend(wrapped(&title, width));
        let shown = |paid: Money| paid.to_exact().checked_div(&Exact::from_int(1000)).unwrap_or(Exact::ZERO).to_french(1);
        let (low, high) = (self.cells.iter().map(|c| c.paid).min(), self.cells.iter().map(|c| c.paid).max());
        let shade = |paid: Money| {
            let (low, high) = (low?, high?);
            let rank = (&(paid - low).to_exact() * &Exact::from_int(4)).checked_div(&(high - low).to_exact())?;
            SHADES.get(usize::try_from(rank.floor().to_int()?).ok()?).copied()
        };
        let each = width.saturating_sub(16).checked_div(15).unwrap_or(1).max(1);
        let all: Vec<usize> = (0..columns.values.len()).collect();
        for block in all.chunks(each) {
            out.push(format!("  {:>12}{}", "", block.iter().map(|k| format!("{:>15}", columns.value(*k))).collect::<String>()));
            for k in 0..rows.values.len() {
                let cells = block.iter().map(|c| match self.cells.iter().find(|cell| cell.at == [k, *c]) {
                    Some(cell) => format!("{:>13} {}", shown(cell.paid), shade(cell.paid).unwrap_or(" ")),
                    None => format!("{:>15}", "–"),
                });
                out.push(format!("  {:>12}{}", rows.value(k), cells.collect::<String>()).trim_end().to_owned());
            }
        }
    }

    fn table(&self) -> Table {
        let column = |measure: &str, unit: &str, decimals| Column {
            measure: measure.to_owned(),
            unit: unit.to_owned(),
            decimals,
            period: self.year.to_string(),
            projected: true,
            ..Column::default()
        };
        let words = |name: String| Column { measure: name, ..Column::default() };
        let mut columns: Vec<Column> = self.axes.iter().map(|a| words(a.title())).collect();
        columns.extend([column("masse_salariale", "€", 2), column("écart au premier", "€", 2), column("etpt", "ETPT", 4)]);
        let row = |cell: &SweptCell| {
            let values: Vec<String> = self.axes.iter().zip(&cell.at).map(|(a, k)| a.value(*k).to_owned()).collect();
            let numbers = [cell.paid.to_exact(), self.more(cell).to_exact(), cell.etpt.clone()];
            Row {
                level: "essai".to_owned(),
                depth: 0,
                code: values.join(" ; "),
                label: values.join(" ; "),
                cells: values.iter().cloned().map(Cell::Words).chain(numbers.into_iter().map(Cell::Number)).collect(),
            }
        };
        Table { title: self.question.clone(), columns, rows: self.cells.iter().map(row).collect() }
    }

    fn chart(&self) -> Option<Chart> {
        let drawing = match self.axes.as_slice() {
            [one] => {
                let point = |cell: &SweptCell| Point {
                    period: one.value(cell.at.first().copied().unwrap_or(0)).to_owned(),
                    projected: true,
                    value: cell.paid.to_exact(),
                    ceiling: None,
                };
                Drawing::Curve(self.cells.iter().map(point).collect())
            }
            [rows, columns] => {
                let first = self.cells.first()?.paid.to_exact();
                let heat = |k: usize, c: usize| {
                    let rate = self.cells.iter().find(|cell| cell.at == [k, c]).and_then(|cell| cell.paid.to_exact().checked_div(&first));
                    Heat { rate, tone: Tone::Calm }
                };
                let row = |k: usize| (rows.value(k).to_owned(), (0..columns.values.len()).map(|c| heat(k, c)).collect());
                Drawing::HeatMap { periods: columns.values.clone(), rows: (0..rows.values.len()).map(row).collect() }
            }
            _ => return None,
        };
        let titles: Vec<String> = self.axes.iter().map(SweptAxis::title).collect();
        let what = if self.axes.len() > 1 { "masse salariale, en part du premier essai" } else { "masse salariale" };
        Some(Chart { title: format!("{what} {} selon {}", self.year, titles.join(" et ")), unit: "€".to_owned(), decimals: 0, drawing })
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let axis = |a: &SweptAxis| serde_json::json!({"nom": a.name, "maniere": a.word, "valeurs": a.values});
        let cell = |c: &SweptCell| {
            let values: Vec<&str> = self.axes.iter().zip(&c.at).map(|(a, k)| a.value(*k)).collect();
            serde_json::json!({
                "valeurs": values, "masse_salariale": c.paid.to_string(), "ecart_au_premier": self.more(c).to_string(),
                "etpt": c.etpt.to_plain(6),
            })
        };
        serde_json::json!({
            "question": self.question, "scenario": self.scenario, "exercice": self.year,
            "en_vigueur": {"masse_salariale": self.own.0.to_string(), "etpt": self.own.1.to_plain(6)},
            "axes": self.axes.iter().map(axis).collect::<Vec<_>>(), "essais": self.cells.iter().map(cell).collect::<Vec<_>>(),
            "complet": self.cells.len() == self.total, "notes": self.notes,
        })
    }
}

/// Sweeps as pages and workbooks: a curve or a map for each, and its table.
#[must_use]
pub fn sweeps_document(sweeps: &[Swept]) -> Document {
    let title = match sweeps {
        [one] => one.question.clone(),
        _ => "Balayages".to_owned(),
    };
    let mut notes: Vec<String> = Vec::new();
    for s in sweeps {
        notes.push(format!(
            "{} : {} aujourd'hui, {} € et {} ETPT en {}.",
            s.question,
            s.scenario,
            s.own.0.to_french(),
            s.own.1.to_french(4),
            s.year
        ));
        notes.extend(s.notes.iter().cloned());
    }
    notes.dedup();
    Document {
        name: "balayage".to_owned(),
        title,
        notes,
        charts: sweeps.iter().filter_map(Swept::chart).collect(),
        tables: sweeps.iter().map(Swept::table).collect(),
    }
}

fn size(m: Money) -> Money {
    if m < Money::ZERO { Money::ZERO - m } else { m }
}
