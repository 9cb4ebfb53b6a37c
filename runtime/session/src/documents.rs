//! Computed reports and envelopes as documents that `cadrage-export` writes and draws.

use cadrage_driver::Envelope;
use cadrage_export::{Cell, Chart, Column, Document, Drawing, Heat, Point, Row, Table, Tone};
use cadrage_value::{Exact, Month};

use crate::ceilings::{CeilingRow, CeilingState};
use crate::reports::{ReportPeriod, ReportTable};

impl ReportTable {
    /// This report, ready to be written in any form; what it says month by month is drawn.
    #[must_use]
    pub fn document(&self) -> Document {
        let notes = self.scenarios.iter().map(|(name, last)| format!("scénario {name}, constaté jusqu'à {}", last.to_french()));
        Document {
            name: self.name.clone(),
            title: self.label.clone(),
            notes: notes.collect(),
            charts: self.curves(),
            tables: vec![self.table()],
        }
    }

    fn table(&self) -> Table {
        let mut columns = Vec::new();
        for (measure, unit, decimals) in &self.measures {
            columns.extend(self.columns.iter().map(|c| Column {
                measure: measure.clone(),
                unit: unit.clone(),
                decimals: *decimals,
                scenario: c.scenario.clone(),
                period: c.period.label(),
                member: c.split.clone(),
                projected: c.projected,
            }));
        }
        let rows = self.rows.iter().map(|row| Row {
            level: row.level.clone(),
            depth: row.depth,
            code: row.code.clone(),
            label: row.label.clone(),
            cells: row.values.iter().flatten().map(|x| Cell::number(x.clone())).collect(),
        });
        Table { title: self.label.clone(), columns, rows: rows.collect() }
    }

    /// The whole, month by month: a curve for each measure, scenario and member in columns.
    fn curves(&self) -> Vec<Chart> {
        let mut out = Vec::new();
        let Some(whole) = self.rows.iter().find(|r| r.depth == 0) else { return out };
        let mut series: Vec<(&str, &str)> = Vec::new();
        for c in self.columns.iter().filter(|c| matches!(c.period, ReportPeriod::Month(_))) {
            if !series.contains(&(&c.scenario, &c.split)) {
                series.push((&c.scenario, &c.split));
            }
        }
        for ((measure, unit, decimals), values) in self.measures.iter().zip(&whole.values) {
            for (scenario, split) in &series {
                let points: Vec<Point> = self
                    .columns
                    .iter()
                    .zip(values)
                    .filter(|(c, _)| matches!(c.period, ReportPeriod::Month(_)) && c.scenario == *scenario && c.split == *split)
                    .filter_map(|(c, x)| Some(Point { period: c.period.label(), projected: c.projected, value: x.clone()?, ceiling: None }))
                    .collect();
                if points.len() < 2 {
                    continue;
                }
                let mut title = measure.clone();
                if !split.is_empty() {
                    title = format!("{title}, {split}");
                }
                if self.scenarios.len() > 1 {
                    title = format!("{title}, {scenario}");
                }
                out.push(Chart { title, unit: unit.clone(), decimals: *decimals, drawing: Drawing::Curve(points) });
            }
        }
        out
    }
}

impl CeilingState {
    /// As people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CeilingState::NoCeiling => "sans plafond",
            CeilingState::Held => "respecté",
            CeilingState::Information => "information",
            CeilingState::Alert => "alerte",
            CeilingState::Exceeded => "dépassé",
            CeilingState::Block => "BLOCAGE",
        }
    }
}

/// A scenario's envelopes: its name, its last constaté month, its rows.
pub type ScenarioCeilings = (String, Month, Vec<CeilingRow>);

/// Envelopes as a document: for each scenario, envelope and exercice, a table, the curve under its ceiling, and how hot each part is.
#[must_use]
pub fn ceilings_document(all: &[ScenarioCeilings], envelopes: &[Envelope]) -> Document {
    let mut out =
        Document { name: "enveloppes".to_owned(), title: "Enveloppes : plafonds et consommation".to_owned(), ..Document::default() };
    for (scenario, last, rows) in all {
        out.notes.push(format!("scénario {scenario}, constaté jusqu'à {}", last.to_french()));
        let mut from = 0;
        while let Some(first) = rows.get(from) {
            let same = |row: &&CeilingRow| row.envelope == first.envelope && row.year == first.year;
            let count = rows.iter().skip(from).take_while(same).count();
            let block: Vec<&CeilingRow> = rows.iter().skip(from).take(count).collect();
            from += count;
            let of = if all.len() > 1 { format!(" — {scenario}") } else { String::new() };
            let envelope = envelopes.iter().find(|e| e.name == first.envelope);
            let board = Board { rows: &block, title: format!("{}, exercice {}{of}", first.envelope, first.year), last: *last, envelope };
            out.charts.extend(board.curve());
            out.charts.extend(board.heat_map());
            out.tables.push(board.table(scenario));
        }
    }
    out
}

/// An envelope over an exercice, in a scenario.
struct Board<'c> {
    rows: &'c [&'c CeilingRow],
    title: String,
    last: Month,
    envelope: Option<&'c Envelope>,
}

impl Board<'_> {
    fn label(row: &CeilingRow) -> String {
        match row.member.as_str() {
            "" => "Total".to_owned(),
            _ => row.member_label.clone(),
        }
    }

    fn curve(&self) -> Option<Chart> {
        let row = self.rows.iter().find(|r| r.member.is_empty()).filter(|r| r.months.len() > 1)?;
        let points = row.months.iter().map(|(month, x)| Point {
            period: month.to_french(),
            projected: *month > self.last,
            value: x.clone(),
            ceiling: row.ceiling.clone(),
        });
        let title = format!("{} — {}", self.title, row.label);
        Some(Chart { title, unit: row.unit.to_string(), decimals: 2, drawing: Drawing::Curve(points.collect()) })
    }

    /// Only where there is something to set side by side.
    fn heat_map(&self) -> Option<Chart> {
        let first = self.rows.first().filter(|_| self.rows.len() > 1)?;
        let periods = first.months.iter().map(|(m, _)| m.to_french()).collect();
        let rows = self.rows.iter().map(|row| {
            let cells = row.months.iter().map(|(_, x)| {
                let rate = row.ceiling.as_ref().and_then(|c| x.checked_div(c));
                Heat { tone: rate.as_ref().map_or(Tone::Calm, |r| self.tone(r)), rate }
            });
            (Self::label(row), cells.collect())
        });
        let drawing = Drawing::HeatMap { periods, rows: rows.collect() };
        Some(Chart { title: format!("{} : taux par membre et par mois", self.title), unit: String::new(), decimals: 1, drawing })
    }

    /// By the thresholds that the envelope declares; beyond the ceiling when it declares none.
    fn tone(&self, rate: &Exact) -> Tone {
        let reached = |threshold: Option<&Exact>| threshold.is_some_and(|t| rate > t);
        let block = self.envelope.and_then(|e| e.block.as_ref());
        if reached(block.or(Some(&Exact::ONE))) {
            Tone::Over
        } else if reached(self.envelope.and_then(|e| e.alert.as_ref())) || reached(self.envelope.and_then(|e| e.information.as_ref())) {
            Tone::Near
        } else {
            Tone::Calm
        }
    }

    fn table(&self, scenario: &str) -> Table {
        let Some(first) = self.rows.first() else { return Table::default() };
        let unit = first.unit.to_string();
        let column = |measure: &str, unit: &str, decimals| Column {
            measure: measure.to_owned(),
            unit: unit.to_owned(),
            decimals,
            scenario: scenario.to_owned(),
            ..Column::default()
        };
        let mut columns = vec![
            column("plafond", &unit, 2),
            column("constaté", &unit, 2),
            column("projeté", &unit, 2),
            column("marge", &unit, 2),
            column("taux", "%", 1),
            column("état", "", 0),
            column("premier mois", "", 0),
        ];
        columns.extend(first.months.iter().map(|(month, _)| Column {
            period: month.to_french(),
            projected: *month > self.last,
            ..column("mois par mois", &unit, 2)
        }));
        let hundred = Exact::from_int(100);
        let rows = self.rows.iter().map(|row| {
            let mut cells = vec![
                Cell::number(row.ceiling.clone()),
                Cell::number(row.consumed.clone()),
                Cell::Number(row.landing.clone()),
                Cell::number(row.margin.clone()),
                Cell::number(row.rate().map(|r| &r * &hundred)),
                Cell::Words(row.state.word().to_owned()),
                row.first_month.map_or(Cell::Nothing, |m| Cell::Words(m.to_french())),
            ];
            cells.extend(row.months.iter().map(|(_, x)| Cell::Number(x.clone())));
            let depth = usize::from(!row.member.is_empty());
            Row { level: row.level.clone(), depth, code: row.member.clone(), label: Self::label(row), cells }
        });
        Table { title: self.title.clone(), columns, rows: rows.collect() }
    }
}
