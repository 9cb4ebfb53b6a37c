//! Drawings in characters: what is known and what is expected are two marks, so that nothing depends on a colour.

use std::fmt::Write as _;

use cadrage_value::Exact;

use crate::charts::{Chart, Drawing, Point, bars};
use crate::scale::Scale;

/// Rows of a curve.
const HEIGHT: i64 = 10;
/// Columns of a month, at most.
const WIDEST: usize = 5;

/// A drawing as text of at most `width` columns, above all where a label and a value leave room; empty for what is read as a table.
#[must_use]
pub fn plot(chart: &Chart, width: usize) -> String {
    match &chart.drawing {
        Drawing::Curve(points) => curve(chart, points, width),
        Drawing::Waterfall { start, steps, end } => {
            let bars = bars(start, steps, end);
            let values = || bars.iter().flat_map(|b| [&b.from, &b.to]);
            let shown: Vec<Stroke> = bars
                .iter()
                .map(|b| Stroke {
                    label: b.label.to_owned(),
                    from: b.from.clone(),
                    to: b.to.clone(),
                    mark: if b.step.is_some_and(Exact::is_negative) { '▒' } else { '█' },
                    value: b.step.unwrap_or(&b.to).to_french(chart.decimals),
                })
                .collect();
            strokes(chart, &shown, &Scale::over(values(), 6, true), width, "█ en plus, ▒ en moins")
        }
        Drawing::Bars(list) => {
            let shown: Vec<Stroke> = list
                .iter()
                .map(|(label, x)| Stroke {
                    label: label.clone(),
                    from: Exact::ZERO,
                    to: x.clone(),
                    mark: if x.is_negative() { '▒' } else { '█' },
                    value: x.to_french(chart.decimals),
                })
                .collect();
            strokes(chart, &shown, &Scale::over(list.iter().map(|(_, x)| x), 6, true), width, "")
        }
        Drawing::HeatMap { .. } => String::new(),
    }
}

/// Title, with the unit.
fn title(chart: &Chart) -> String {
    if chart.unit.is_empty() { chart.title.clone() } else { format!("{} ({})", chart.title, chart.unit) }
}

fn curve(chart: &Chart, points: &[Point], width: usize) -> String {
    let scale = Scale::over(points.iter().flat_map(|p| std::iter::once(&p.value).chain(&p.ceiling)), HEIGHT, false);
    let ticks: Vec<(i64, String)> = scale.ticks().iter().map(|t| (scale.dots(t, HEIGHT), t.to_french(scale.decimals))).collect();
    let axis = ticks.iter().map(|(_, t)| t.chars().count()).max().unwrap_or(0);
    let each = (width.saturating_sub(axis + 5) / points.len().max(1)).min(WIDEST);
    let known = points.iter().any(|p| !p.projected) && points.iter().any(|p| p.projected);
    if each < 2 || points.len() < 3 {
        let shown: Vec<Stroke> = points
            .iter()
            .map(|p| Stroke {
                label: p.period.clone(),
                from: Exact::ZERO,
                to: p.value.clone(),
                mark: if p.projected { '▒' } else { '█' },
                value: p.value.to_french(chart.decimals),
            })
            .collect();
        // Bars say how long, so they stand on zero.
        let whole = Scale::over(points.iter().map(|p| &p.value), HEIGHT, true);
        return strokes(chart, &shown, &whole, width, if known { "█ constaté, ▒ projeté" } else { "" });
    }
    let mut out = format!("  {}\n", title(chart));
    for row in (0..=HEIGHT).rev() {
        let label = ticks.iter().find(|(at, _)| *at == row).map_or("", |(_, t)| t.as_str());
        let mut line =
            format!("  {}{label} {}", " ".repeat(axis.saturating_sub(label.chars().count())), if label.is_empty() { '│' } else { '┤' });
        for point in points {
            let at = scale.dots(&point.value, HEIGHT);
            let ceiling = point.ceiling.as_ref().map(|c| scale.dots(c, HEIGHT));
            let mark = match (at == row, ceiling == Some(row)) {
                (true, _) if point.projected => '○',
                (true, _) => '●',
                (false, true) => '═',
                _ => ' ',
            };
            line.push_str(&" ".repeat(each - 1));
            line.push(mark);
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(out, "  {} └{}", " ".repeat(axis), "─".repeat(each * points.len() + 1));
    out.push_str(&under(points, axis + 4, each));
    let mut legend = Vec::new();
    if points.iter().any(|p| !p.projected) {
        legend.push("● constaté");
    }
    if points.iter().any(|p| p.projected) {
        legend.push("○ projeté");
    }
    if points.iter().any(|p| p.ceiling.is_some()) {
        legend.push("═ plafond");
    }
    out.push_str(&foot(&legend.join(", "), scale.is_cut().then_some(&scale), width));
    out
}

/// The marks, and where the axis starts when it is not at zero: on one line when there is room.
fn foot(marks: &str, cut: Option<&Scale>, width: usize) -> String {
    let cut = cut.map_or_else(String::new, |scale| format!("l'axe commence à {}", scale.low().to_french(scale.decimals)));
    let parts: Vec<&str> = [marks, &cut].into_iter().filter(|t| !t.is_empty()).collect();
    let one = format!("  {}\n", parts.join(" ; "));
    match parts.is_empty() {
        true => String::new(),
        false if one.chars().count() <= width + 1 => one,
        false => parts.iter().map(|p| format!("  {p}\n")).collect(),
    }
}

/// Months under the axis, the year under the first of each; what would touch its neighbour is left out.
fn under(points: &[Point], from: usize, each: usize) -> String {
    let (mut months, mut years) = (String::new(), String::new());
    let mut before = "";
    for (k, point) in points.iter().enumerate() {
        let (month, year) = point.period.split_once('/').unwrap_or((&point.period, ""));
        let end = from + (k + 1) * each;
        put(&mut months, end, month);
        if year != before {
            put(&mut years, end + 2, year);
            before = year;
        }
    }
    let years = if years.trim().is_empty() { String::new() } else { format!("{years}\n") };
    format!("{months}\n{years}")
}

/// Writes a word that ends at a column, when the line leaves room for it.
fn put(line: &mut String, end: usize, word: &str) {
    let used = line.chars().count();
    let start = end.saturating_sub(word.chars().count());
    if used == 0 || start > used {
        line.push_str(&" ".repeat(start - used));
        line.push_str(word);
    }
}

/// A bar beside its label and its value.
struct Stroke {
    label: String,
    from: Exact,
    to: Exact,
    mark: char,
    value: String,
}

fn strokes(chart: &Chart, strokes: &[Stroke], scale: &Scale, width: usize, legend: &str) -> String {
    let longest = |text: fn(&Stroke) -> &str| strokes.iter().map(|s| text(s).chars().count()).max().unwrap_or(0);
    let values = longest(|s| &s.value);
    let label = longest(|s| &s.label).min((width / 2).saturating_sub(values).max(8));
    let room = width.saturating_sub(label + values + 6).max(4);
    let mut out = format!("  {}\n", title(chart));
    for s in strokes {
        let name: String = s.label.chars().take(label).collect();
        let length = i64::try_from(room).unwrap_or(40);
        let (a, b) = (scale.dots(&s.from, length), scale.dots(&s.to, length));
        let (first, last) = (usize::try_from(a.min(b)).unwrap_or(0), usize::try_from(a.max(b)).unwrap_or(0));
        // A change too small for a column is still seen.
        let long = if s.from == s.to { 0 } else { (last - first).max(1) };
        let bar: String = std::iter::repeat_n(s.mark, long).collect();
        let body = format!("{}{bar}", " ".repeat(first.min(room.saturating_sub(1))));
        let _ = writeln!(
            out,
            "  {name}{} {}{} {body}",
            " ".repeat(label.saturating_sub(name.chars().count())),
            " ".repeat(values.saturating_sub(s.value.chars().count())),
            s.value
        );
    }
    out.push_str(&foot(legend, scale.is_cut().then_some(scale), width));
    // Ends of lines say nothing.
    out.lines().map(str::trim_end).fold(String::new(), |all, line| all + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months() -> Chart {
        let points = (1..=12).map(|m: i64| Point {
            period: format!("{m:02}/2026"),
            projected: m > 9,
            value: Exact::from_int(700_000 + (m % 4) * 25_000),
            ceiling: None,
        });
        Chart { title: "masse_salariale".to_owned(), unit: "€".to_owned(), decimals: 0, drawing: Drawing::Curve(points.collect()) }
    }

    #[test]
    fn a_curve_fits_and_says_what_is_expected() {
        for width in [40, 80, 140] {
            let text = plot(&months(), width);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}\n{text}");
            assert!(text.contains("constaté") && text.contains("projeté"), "{text}");
        }
        let wide = plot(&months(), 80);
        assert_eq!((wide.matches('●').count(), wide.matches('○').count()), (9 + 1, 3 + 1), "{wide}");
        assert!(wide.contains("l'axe commence à"), "{wide}");
        let narrow = plot(&months(), 30);
        assert_eq!(narrow.lines().filter(|l| l.contains('▒')).count(), 3 + 1, "{narrow}");
        assert!(!narrow.contains("l'axe commence à"), "{narrow}");
    }
}
