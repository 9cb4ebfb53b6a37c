//! A sweep as people and programs read it.

use cadrage_export::{Cell, Chart, Column, Document, Drawing, Heat, Point, Row, Table, Tone};
use cadrage_value::Exact;

use super::sweep::{Swept, SweptAxis, SweptCell, SweptMeasure};
use super::written::wrapped;

/// The longest bar of a picture in characters.
const BAR: i64 = 20;
/// The longest title that stands beside the others.
const LONG: usize = 16;
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

/// A column of words.
struct Text {
    title: String,
    cells: Vec<String>,
}

impl Text {
    fn width(&self) -> usize {
        self.cells.iter().chain([&self.title]).map(|c| c.chars().count()).max().unwrap_or(0)
    }

    fn at(&self, k: usize) -> &str {
        self.cells.get(k).map_or("", String::as_str)
    }
}

impl SweptMeasure {
    fn in_unit(&self, name: &str) -> String {
        if self.unit.is_empty() { name.to_owned() } else { format!("{name} ({})", self.unit) }
    }

    /// `151 000 000,00 €`
    fn figure(&self, x: &Exact) -> String {
        format!("{} {}", x.to_french(self.decimals), self.unit).trim_end().to_owned()
    }
}

impl Swept {
    /// As lines of a terminal that wide.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
        let mut out = Vec::new();
        for axis in self.axes.iter().filter(|a| a.described != a.name) {
            out.extend(wrapped(&format!("  {}", axis.described), width));
        }
        out.extend(wrapped(&format!("  {} dans `{}`", self.title(), self.scenario), width));
        let own: Vec<String> = self.measures.iter().zip(&self.own).map(|(m, x)| m.figure(x)).collect();
        out.extend(wrapped(&format!("  aujourd'hui {}", own.join(" ; ")), width));
        match self.axes.as_slice() {
            [one] => self.list(one, width, &mut out),
            [rows, columns] => (0..self.measures.len()).for_each(|m| self.map((rows, columns), m, width, &mut out)),
            _ => {}
        }
        out.extend(self.notes.iter().flat_map(|n| wrapped(&format!("  note : {n}"), width)));
        out
    }

    /// `masse_salariale et etpt de 2027`
    fn title(&self) -> String {
        let one = self.measures.first().is_some_and(|first| self.measures.iter().all(|m| m.period == first.period));
        let each = |m: &SweptMeasure| if one || m.is_dated() { m.name.clone() } else { format!("{} de {}", m.name, m.period) };
        let list: Vec<String> = self.measures.iter().map(each).collect();
        let said = match list.as_slice() {
            [before @ .., last] if !before.is_empty() => format!("{} et {last}", before.join(", ")),
            other => other.concat(),
        };
        match self.measures.first().filter(|m| one && !m.is_dated()) {
            Some(m) => format!("{said} de {}", m.period),
            None => said,
        }
    }

    fn figure(&self, cell: &SweptCell, m: usize) -> Exact {
        cell.figures.get(m).cloned().unwrap_or(Exact::ZERO)
    }

    /// What a cell adds to the first one.
    fn more(&self, cell: &SweptCell, m: usize) -> Exact {
        self.cells.first().map_or(Exact::ZERO, |first| &self.figure(cell, m) - &self.figure(first, m))
    }

    fn cell(&self, at: &[usize]) -> Option<&SweptCell> {
        self.cells.iter().find(|cell| cell.at == at)
    }

    /// A row for each value, as many columns as the window holds, then the others below; a bar for what the first measure gains or loses.
    fn list(&self, axis: &SweptAxis, width: usize, out: &mut Vec<String>) {
        let value = |cell: &SweptCell| axis.value(cell.at.first().copied().unwrap_or(0)).to_owned();
        let mut columns: Vec<Text> = Vec::new();
        for (k, m) in self.measures.iter().enumerate() {
            let cells = self.cells.iter().map(|c| self.figure(c, k).to_french(m.decimals)).collect();
            columns.push(Text { title: m.in_unit(&m.name), cells });
            if k == 0 {
                let cells = self.cells.iter().map(|c| self.more(c, k).to_french(m.decimals)).collect();
                columns.push(Text { title: m.in_unit("écart au 1er"), cells });
            }
        }
        // A long title stands above its column.
        let mut first = Text { title: axis.title(), cells: self.cells.iter().map(value).collect() };
        if first.title.chars().count() > LONG {
            out.push(format!("  {}", std::mem::take(&mut first.title)));
        }
        let most = self.cells.iter().map(|c| size(self.more(c, 0))).max().unwrap_or(Exact::ZERO);
        let head = first.width();
        let mut left = columns.as_slice();
        let mut again = false;
        while !left.is_empty() {
            let mut room = head + 2;
            let fit = left.iter().take_while(|c| {
                room += c.width() + 2;
                room <= width
            });
            let (block, rest) = left.split_at(fit.count().max(1).min(left.len()));
            let titles: String = block.iter().map(|c| format!("  {:>1$}", c.title, c.width())).collect();
            out.push(format!("  {:>head$}{titles}", first.title));
            for (k, cell) in self.cells.iter().enumerate() {
                let cells: String = block.iter().map(|c| format!("  {:>1$}", c.at(k), c.width())).collect();
                out.push(format!("  {:>head$}{cells}", first.at(k)));
                let more = self.more(cell, 0);
                let length = (&size(more.clone()) * &Exact::from_int(BAR)).checked_div(&most).and_then(|x| x.floor().to_int());
                let length = length.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                if length > 0 && !again {
                    let mark = if more.is_negative() { "▒" } else { "█" };
                    out.push(format!("  {:>head$}  {}", "", mark.repeat(length)));
                }
            }
            (left, again) = (rest, true);
        }
    }

    fn map(&self, (rows, columns): (&SweptAxis, &SweptAxis), m: usize, width: usize, out: &mut Vec<String>) {
        let Some(measure) = self.measures.get(m) else { return };
        // Euros by thousands: a column is narrow.
        let thousands = measure.unit == "€";
        let unit = if thousands { measure.in_unit(&measure.name).replace('€', "k€") } else { measure.in_unit(&measure.name) };
        let title = format!("  en lignes {} ; en colonnes {} ; {unit}, du plus bas · au plus haut █", rows.title(), columns.title());
        out.extend(wrapped(&title, width));
        let scale = Exact::from_int(if thousands { 1000 } else { 1 });
        let decimals = if thousands { 1 } else { measure.decimals };
        let shown = |x: &Exact| x.checked_div(&scale).unwrap_or(Exact::ZERO).to_french(decimals);
        let figures = || self.cells.iter().map(|c| self.figure(c, m));
        let (low, high) = (figures().min(), figures().max());
        let shade = |x: &Exact| {
            let (low, high) = (low.as_ref()?, high.as_ref()?);
            let rank = (&(x - low) * &Exact::from_int(4)).checked_div(&(high - low))?;
            SHADES.get(usize::try_from(rank.floor().to_int()?).ok()?).copied()
        };
        let longest = figures().map(|x| shown(&x)).chain(columns.values.iter().cloned()).map(|t| t.chars().count()).max().unwrap_or(0);
        let head = rows.values.iter().map(|v| v.chars().count()).max().unwrap_or(0);
        let each = width.saturating_sub(head + 2).checked_div(longest + 4).unwrap_or(1).max(1);
        let all: Vec<usize> = (0..columns.values.len()).collect();
        for block in all.chunks(each) {
            out.push(format!(
                "  {:>head$}{}",
                "",
                block.iter().map(|k| format!("  {:>longest$}  ", columns.value(*k))).collect::<String>()
            ));
            for k in 0..rows.values.len() {
                let cells = block.iter().map(|c| match self.cell(&[k, *c]) {
                    Some(cell) => {
                        let x = self.figure(cell, m);
                        format!("  {:>longest$} {}", shown(&x), shade(&x).unwrap_or(" "))
                    }
                    None => format!("  {:>longest$}  ", "–"),
                });
                out.push(format!("  {:>head$}{}", rows.value(k), cells.collect::<String>()).trim_end().to_owned());
            }
        }
    }

    fn table(&self) -> Table {
        let column = |m: &SweptMeasure, name: &str| Column {
            measure: name.to_owned(),
            unit: m.unit.clone(),
            decimals: m.decimals,
            period: m.period.clone(),
            projected: true,
            ..Column::default()
        };
        let words = |name: String| Column { measure: name, ..Column::default() };
        let mut columns: Vec<Column> = self.axes.iter().map(|a| words(a.title())).collect();
        for (k, m) in self.measures.iter().enumerate() {
            columns.push(column(m, &m.name));
            if k == 0 {
                columns.push(column(m, "écart au premier"));
            }
        }
        let row = |cell: &SweptCell| {
            let values: Vec<String> = self.axes.iter().zip(&cell.at).map(|(a, k)| a.value(*k).to_owned()).collect();
            let mut numbers = cell.figures.clone();
            numbers.insert(1.min(numbers.len()), self.more(cell, 0));
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

    /// One for each measure.
    fn charts(&self) -> Vec<Chart> {
        (0..self.measures.len()).filter_map(|m| self.chart(m)).collect()
    }

    fn chart(&self, m: usize) -> Option<Chart> {
        let measure = self.measures.get(m)?;
        let drawing = match self.axes.as_slice() {
            [one] => {
                let point = |cell: &SweptCell| Point {
                    period: one.value(cell.at.first().copied().unwrap_or(0)).to_owned(),
                    projected: true,
                    value: self.figure(cell, m),
                    ceiling: None,
                };
                Drawing::Curve(self.cells.iter().map(point).collect())
            }
            [rows, columns] => {
                let first = self.cells.first().map(|c| self.figure(c, m))?;
                let heat = |k: usize, c: usize| {
                    let rate = self.cell(&[k, c]).and_then(|cell| self.figure(cell, m).checked_div(&first));
                    Heat { rate, tone: Tone::Calm }
                };
                let row = |k: usize| (rows.value(k).to_owned(), (0..columns.values.len()).map(|c| heat(k, c)).collect());
                Drawing::HeatMap { periods: columns.values.clone(), rows: (0..rows.values.len()).map(row).collect() }
            }
            _ => return None,
        };
        let titles: Vec<String> = self.axes.iter().map(SweptAxis::title).collect();
        let share = if self.axes.len() > 1 { ", en part du premier essai," } else { "" };
        let decimals = if measure.unit == "€" { 0 } else { measure.decimals };
        let title = format!("{}{share} {} selon {}", measure.name, measure.period, titles.join(" et "));
        Some(Chart { title, unit: measure.unit.clone(), decimals, drawing })
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let axis = |a: &SweptAxis| serde_json::json!({"nom": a.name, "compris": a.described, "maniere": a.word, "valeurs": a.values, "phrases": a.sentences});
        let figures = |list: &[Exact]| {
            let mut out = serde_json::Map::new();
            for (m, x) in self.measures.iter().zip(list) {
                let decimals = if m.unit == "€" { 2 } else { 6 };
                out.insert(m.name.clone(), x.to_plain(decimals).into());
            }
            out
        };
        let cell = |c: &SweptCell| {
            let values: Vec<&str> = self.axes.iter().zip(&c.at).map(|(a, k)| a.value(*k)).collect();
            let mut out = figures(&c.figures);
            out.insert("valeurs".to_owned(), values.into());
            out.insert("ecart_au_premier".to_owned(), self.more(c, 0).to_plain(6).into());
            serde_json::Value::Object(out)
        };
        let measure = |m: &SweptMeasure| serde_json::json!({"nom": m.name, "unite": m.unit, "periode": m.period});
        serde_json::json!({
            "question": self.question, "scenario": self.scenario, "mesures": self.measures.iter().map(measure).collect::<Vec<_>>(),
            "en_vigueur": figures(&self.own),
            "axes": self.axes.iter().map(axis).collect::<Vec<_>>(), "essais": self.cells.iter().map(cell).collect::<Vec<_>>(),
            "complet": self.cells.len() == self.total, "notes": self.notes,
        })
    }
}

impl SweptMeasure {
    /// Does its name say when?
    fn is_dated(&self) -> bool {
        self.name.contains(&self.period)
    }
}

/// Sweeps as pages and workbooks: a curve or a map for each measure, and a table.
#[must_use]
pub fn sweeps_document(sweeps: &[Swept]) -> Document {
    let title = match sweeps {
        [one] => one.question.clone(),
        _ => "Balayages".to_owned(),
    };
    let mut notes: Vec<String> = Vec::new();
    for s in sweeps {
        let own: Vec<String> = s.measures.iter().zip(&s.own).map(|(m, x)| format!("{} en {}", m.figure(x), m.period)).collect();
        notes.push(format!("{} : {} aujourd'hui, {}.", s.question, s.scenario, own.join(" ; ")));
        notes.extend(s.axes.iter().filter(|a| a.described != a.name).map(|a| format!("{}.", a.described)));
        notes.extend(s.notes.iter().cloned());
    }
    notes.dedup();
    Document {
        name: "balayage".to_owned(),
        title,
        notes,
        charts: sweeps.iter().flat_map(Swept::charts).collect(),
        tables: sweeps.iter().map(Swept::table).collect(),
    }
}

fn size(x: Exact) -> Exact {
    if x.is_negative() { -x } else { x }
}
