//! Drawings of a workbook: native charts over a sheet of their values, which a reader may change.

use cadrage_value::Exact;
use rust_xlsxwriter::{
    Chart as Native, ChartFont, ChartFormat, ChartLine, ChartLineDashType, ChartPatternFill, ChartPatternFillType, ChartSolidFill,
    ChartType, Color, Format, FormatBorder, FormatPattern, Worksheet, XlsxError,
};

use crate::charts::{Chart, Drawing, Heat, Point, Tone, bars};
use crate::model::{Cell, Document};
use crate::svg::described;
use crate::xlsx::{Looks, digits, head, value, words};

/// Rows that a drawing covers.
const TALL: u32 = 19;

/// Where the drawings are, beside their values.
const DRAWN_AT: u16 = 6;

/// Columns that rates by period may take.
const MOST_PERIODS: u16 = 40;

/// Where the values are that join what is constaté to what is projected.
const JOIN: u16 = 4;

/// Pixels of a row.
const ROW: u32 = 20;

/// What a drawing names.
fn labels(chart: &Chart) -> Vec<&str> {
    match &chart.drawing {
        Drawing::Curve(points) => points.iter().map(|p| p.period.as_str()).collect(),
        Drawing::Waterfall { start, steps, end } => [start].into_iter().chain(steps).chain([end]).map(|(l, _)| l.as_str()).collect(),
        Drawing::Bars(list) => list.iter().map(|(l, _)| l.as_str()).collect(),
        Drawing::HeatMap { rows, .. } => rows.iter().map(|(l, _)| l.as_str()).collect(),
    }
}

/// All drawings of a document, one under the other.
pub(crate) fn sheet(sheet: &mut Worksheet, name: &str, document: &Document) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let looks = Looks::new();
    let mut at = head(sheet, document, &looks)? + 1;
    let widest = document.charts.iter().flat_map(labels).map(|l| l.chars().count()).max().unwrap_or(0).clamp(24, 56);
    sheet.set_column_width(0, u32::try_from(widest + 2).unwrap_or(26))?;
    for column in 1..DRAWN_AT - 1 {
        sheet.set_column_width(column, 16)?;
    }
    // Rates with their mark in bold: `■ 103,8 %`.
    for column in DRAWN_AT - 1..MOST_PERIODS {
        sheet.set_column_width(column, 11)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    for chart in &document.charts {
        words(sheet, at, 0, &chart.title, &Format::new().set_bold())?;
        at = match &chart.drawing {
            Drawing::Curve(points) => curve(sheet, name, chart, points, at + 1, &looks)?,
            Drawing::Waterfall { start, steps, end } => waterfall(sheet, name, chart, (start, steps, end), at + 1, &looks)?,
            Drawing::Bars(list) => members(sheet, name, chart, list, at + 1, &looks)?,
            Drawing::HeatMap { periods, rows } => heat_map(sheet, periods, rows, at + 1, &looks)?,
        };
    }
    Ok(())
}

fn headings(sheet: &mut Worksheet, row: u32, list: &[String], looks: &Looks) -> Result<(), XlsxError> {
    for (column, word) in (0..).zip(list) {
        sheet.write_string_with_format(row, column, word, &looks.heading)?;
    }
    Ok(())
}

fn line(colour: u32, dash: ChartLineDashType) -> ChartFormat {
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(colour)).set_width(2.0).set_dash_type(dash);
    let mut format = ChartFormat::new();
    format.set_line(&line);
    format
}

/// The row after it.
fn curve(sheet: &mut Worksheet, name: &str, chart: &Chart, points: &[Point], at: u32, looks: &Looks) -> Result<u32, XlsxError> {
    let list = ["période".to_owned(), format!("constaté ({})", chart.unit), format!("projeté ({})", chart.unit), "plafond".to_owned()];
    headings(sheet, at, &list, looks)?;
    let format = Format::new().set_num_format(digits(chart.decimals));
    for (row, point) in (at + 1..).zip(points) {
        words(sheet, row, 0, &point.period, &Format::new())?;
        let column = if point.projected { 2 } else { 1 };
        value(sheet, row, column, &Cell::Number(point.value.clone()), chart.decimals, &format)?;
        value(sheet, row, 3, &Cell::number(point.ceiling.clone()), chart.decimals, &format)?;
    }
    // From the last constaté value to the first projected one: a line of its own, or the curve would be torn there.
    let torn = points.windows(2).position(|pair| matches!(pair, [before, after] if !before.projected && after.projected));
    if let Some(k) = torn {
        sheet.write_string_with_format(at, JOIN, "raccord", &looks.heading)?;
        for (row, point) in (at + 1..).zip(points).skip(k).take(2) {
            value(sheet, row, JOIN, &Cell::Number(point.value.clone()), chart.decimals, &format)?;
        }
    }
    let last = at + u32::try_from(points.len()).unwrap_or(0);
    let mut native = Native::new(ChartType::Line);
    let lines = [
        (1, 0x001D_3F72, ChartLineDashType::Solid),
        (2, 0x001D_3F72, ChartLineDashType::Dash),
        (3, 0x008A_1C1C, ChartLineDashType::RoundDot),
        (JOIN, 0x001D_3F72, ChartLineDashType::Dash),
    ];
    let mut drawn = 0;
    for (column, colour, dash) in lines {
        let filled = match column {
            1 => points.iter().any(|p| !p.projected),
            2 => points.iter().any(|p| p.projected),
            3 => points.iter().any(|p| p.ceiling.is_some()),
            _ => torn.is_some(),
        };
        if filled {
            native
                .add_series()
                .set_name((name, at, column))
                .set_categories((name, at + 1, 0, last, 0))
                .set_values((name, at + 1, column, last, column))
                .set_format(&mut line(colour, dash));
            if column == JOIN {
                native.legend().delete_entries(&[drawn]);
            }
            drawn += 1;
        }
    }
    native.y_axis().set_num_format(digits(0));
    place(sheet, native, chart, (at, TALL))?;
    Ok(last.max(at + TALL) + 2)
}

type Fall<'c> = (&'c (String, Exact), &'c [(String, Exact)], &'c (String, Exact));

/// Stacked bars over an invisible foot, the first one above: their names are read without turning one's head. Where a total is far above its steps, the foot is cut, as its title says.
fn waterfall(
    sheet: &mut Worksheet,
    name: &str,
    chart: &Chart,
    (start, steps, end): Fall<'_>,
    at: u32,
    looks: &Looks,
) -> Result<u32, XlsxError> {
    let list = ["effet", "montant", "socle (invisible)", "total", "en plus"].map(str::to_owned);
    headings(sheet, at, &list, looks)?;
    sheet.write_string_with_format(at, 5, "en moins", &looks.heading)?;
    let format = Format::new().set_num_format(digits(chart.decimals));
    let list = bars(start, steps, end);
    for (row, bar) in (at + 1..).zip(&list) {
        words(sheet, row, 0, bar.label, &Format::new())?;
        let whole = bar.step.is_none();
        let amount = bar.step.unwrap_or(&bar.to);
        let low = bar.from.clone().min(bar.to.clone());
        let size = &bar.from.clone().max(bar.to.clone()) - &low;
        let column = match bar.step {
            None => 3,
            Some(x) if x.is_negative() => 5,
            Some(_) => 4,
        };
        value(sheet, row, 1, &Cell::Number(amount.clone()), chart.decimals, &format)?;
        value(sheet, row, 2, &Cell::Number(if whole { bar.from.clone() } else { low }), chart.decimals, &format)?;
        value(sheet, row, column, &Cell::Number(if whole { bar.to.clone() } else { size }), chart.decimals, &format)?;
    }
    let last = at + u32::try_from(list.len()).unwrap_or(0);
    let mut native = Native::new(ChartType::BarStacked);
    let mut nothing = ChartFormat::new();
    nothing.set_no_fill().set_no_line();
    let mut dark = ChartFormat::new();
    dark.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(0x0044_4444)));
    let mut light = ChartFormat::new();
    light.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(0x00CF_D8E3)));
    let mut hatched = ChartFormat::new();
    let mut fill = ChartPatternFill::new();
    fill.set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
        .set_foreground_color(Color::RGB(0x0033_3333))
        .set_background_color(Color::White);
    hatched.set_pattern_fill(&fill);
    for (column, mut format) in [(2, nothing), (3, dark), (4, light), (5, hatched)] {
        let series = native.add_series();
        // The foot is not there to be seen: no name in the legend. Readers do not agree on which entry a deleted one is.
        if column == 2 {
            series.set_name(" ");
        } else {
            series.set_name((name, at, column));
        }
        series
            .set_categories((name, at + 1, 0, last, 0))
            .set_values((name, at + 1, column, last, column))
            .set_gap(40)
            .set_format(&mut format);
    }
    let least = list.iter().filter(|b| b.step.is_some()).flat_map(|b| [&b.from, &b.to]).min().cloned();
    // The axis starts under the least step, at a round value, or nothing that moves would be seen.
    if let Some(least) = least.filter(|x| *x > Exact::ZERO) {
        let values: Vec<Exact> =
            list.iter().filter(|b| b.step.is_some()).flat_map(|b| [b.from.clone(), b.to.clone()]).chain([least]).collect();
        let scale = crate::scale::Scale::over(values.iter(), 5, false);
        if let Some(from) = crate::xlsx::float(scale.low(), 0).filter(|_| scale.is_cut()) {
            native.x_axis().set_min(from);
        }
    }
    native.x_axis().set_num_format(digits(0));
    native.y_axis().set_reverse();
    let tall = TALL.max(u32::try_from(list.len()).unwrap_or(0) + 6);
    place(sheet, native, chart, (at, tall))?;
    Ok(last.max(at + tall) + 2)
}

/// A bar for each member; the row after it.
fn members(sheet: &mut Worksheet, name: &str, chart: &Chart, list: &[(String, Exact)], at: u32, looks: &Looks) -> Result<u32, XlsxError> {
    headings(sheet, at, &["membre".to_owned(), format!("valeur ({})", chart.unit)], looks)?;
    let format = Format::new().set_num_format(digits(chart.decimals));
    for (row, (label, x)) in (at + 1..).zip(list) {
        words(sheet, row, 0, label, &Format::new())?;
        value(sheet, row, 1, &Cell::Number(x.clone()), chart.decimals, &format)?;
    }
    let last = at + u32::try_from(list.len()).unwrap_or(0);
    let mut native = Native::new(ChartType::Bar);
    native.add_series().set_name("valeur").set_categories((name, at + 1, 0, last, 0)).set_values((name, at + 1, 1, last, 1)).set_gap(40);
    native.x_axis().set_num_format(digits(0));
    native.y_axis().set_reverse();
    let tall = TALL.max(u32::try_from(list.len()).unwrap_or(0) + 6);
    place(sheet, native, chart, (at, tall))?;
    Ok(last.max(at + tall) + 2)
}

/// Rates in cells: the sheet itself is the drawing.
fn heat_map(sheet: &mut Worksheet, periods: &[String], rows: &[(String, Vec<Heat>)], at: u32, looks: &Looks) -> Result<u32, XlsxError> {
    let list: Vec<String> = std::iter::once("taux du plafond".to_owned()).chain(periods.iter().cloned()).collect();
    headings(sheet, at, &list, looks)?;
    for (row, (label, cells)) in (at + 1..).zip(rows) {
        words(sheet, row, 0, label, &Format::new())?;
        for (column, heat) in (1..).zip(cells) {
            // The mark is part of the number's look: the cell stays a number. The language comes first, or it is read as words.
            let format = match heat.tone.mark() {
                "" => Format::new().set_num_format("[$-40C]0.0%"),
                mark => Format::new().set_num_format(format!("[$-40C]\"{mark}\"0.0%")),
            };
            let format = format.set_border(FormatBorder::Thin);
            let format = match heat.tone {
                Tone::Calm => format,
                Tone::Near => format
                    .set_pattern(FormatPattern::Gray125)
                    .set_background_color(Color::RGB(0x00F3_E3B3))
                    .set_foreground_color(Color::RGB(0x008A_6D1A)),
                Tone::Over => format.set_bold().set_font_color(Color::White).set_background_color(Color::RGB(0x007A_1F1F)),
            };
            value(sheet, row, column, &Cell::number(heat.rate.clone()), 3, &format)?;
        }
    }
    let last = at + u32::try_from(rows.len()).unwrap_or(0);
    words(sheet, last + 1, 0, "▲ un seuil est atteint ; ■ le plafond est dépassé", &looks.note)?;
    Ok(last + 4)
}

/// A drawing beside its values, `tall` rows high.
fn place(sheet: &mut Worksheet, mut native: Native, chart: &Chart, (at, tall): (u32, u32)) -> Result<(), XlsxError> {
    // A title that starts with an equals sign would be taken for the address of a cell.
    let title = chart.title.trim_start_matches(['=', ' ']);
    let title = if chart.unit.is_empty() { title.to_owned() } else { format!("{title} ({})", chart.unit) };
    native.title().set_name(&title).set_font(ChartFont::new().set_size(11));
    native.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    native.set_width(860).set_height(ROW * (tall - 1)).set_alt_text(described(chart).chars().take(255).collect::<String>());
    sheet.insert_chart(at, DRAWN_AT + 1, &native)?;
    Ok(())
}
