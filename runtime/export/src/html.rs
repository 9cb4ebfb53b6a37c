//! A page: drawings and the tables they come from, in one file, to read, print or send.

use std::fmt::Write as _;

use crate::charts::{Chart, Drawing};
use crate::model::{Cell, Column, Document, Row, Table};
use crate::svg::{STYLE as SVG, svg};

/// Light, in sober greys: what it says never depends on a colour.
const STYLE: &str = "\
:root{color-scheme:light}body{font:15px/1.45 system-ui,sans-serif;color:#1b1f24;background:#fff;margin:2rem auto;max-width:78rem;padding:0 1rem}\
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p.note{margin:.1rem 0;color:#444}\
.scroll{overflow-x:auto;margin:0 0 1rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.86rem}\
caption{text-align:left;font-weight:600;padding:.4rem 0}th,td{padding:.22rem .55rem;border-bottom:1px solid #d5dae0;white-space:nowrap}\
thead th{border-bottom:2px solid #555;vertical-align:bottom;text-align:right;background:#f3f5f7;white-space:normal;max-width:9em}thead th.l{text-align:left}tbody th{text-align:left;font-weight:400}\
td{text-align:right}th[scope=row]{white-space:normal;max-width:24em}td.m{text-align:left}tr.d0 td,tr.d0 th{font-weight:700;background:#f3f5f7}.i{font-style:italic}.code{color:#555;white-space:normal}\
figure{margin:1rem 0 1.5rem;break-inside:avoid}figcaption{font-weight:600;margin-bottom:.3rem}figure svg{max-width:100%;height:auto}\
figure details{font-size:.86rem}";

/// On paper.
const PRINT: &str = "\
@media print{@page{size:A4 landscape;margin:12mm}body{margin:0;max-width:none;font-size:9pt}.scroll{overflow:visible}table{font-size:7pt}\
thead{display:table-header-group}tr{break-inside:avoid}th,td{padding:.1rem .25rem}}";

/// A document as a page that needs nothing else.
#[must_use]
pub fn html(document: &Document) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = write!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>{0}</title>\n<style>{STYLE}{SVG}{PRINT}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
        escaped(&document.title)
    );
    for note in &document.notes {
        let _ = writeln!(out, "<p class=\"note\">{}</p>", escaped(note));
    }
    let projected = document.tables.iter().flat_map(|t| &t.columns).any(|c| c.projected);
    if projected {
        out.push_str("<p class=\"note\"><span class=\"i\">En italique : projeté, en tout ou partie.</span></p>\n");
    }
    for (k, chart) in document.charts.iter().enumerate() {
        figure(&mut out, chart, k + 1, &document.title);
    }
    for t in &document.tables {
        let several = document.tables.len() > 1;
        if several {
            let _ = writeln!(out, "<h2>{}</h2>", escaped(&t.title));
        }
        table(&mut out, t, if several { &t.title } else { &document.title });
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// Text that a page shows as it is, in an element or in a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

fn figure(out: &mut String, chart: &Chart, number: usize, above: &str) {
    // What the title of the page says is not said again.
    let caption = if chart.title == above { String::new() } else { format!("<figcaption>{}</figcaption>\n", escaped(&chart.title)) };
    let _ = write!(out, "<figure>\n{caption}{}\n<details><summary>Les valeurs de ce dessin</summary>\n", svg(chart, &format!("g{number}")));
    values(out, chart);
    out.push_str("</details>\n</figure>\n");
}

/// The values of a drawing, for who reads rather than looks.
fn values(out: &mut String, chart: &Chart) {
    let mut line = |cells: &[String], head: bool| {
        out.push_str(if head { "<div class=\"scroll\"><table>\n<thead><tr>" } else { "<tr>" });
        for (k, cell) in cells.iter().enumerate() {
            let (tag, class) = match (head, k) {
                (true, 0) => ("th scope=\"col\"", " class=\"l\""),
                (true, _) => ("th scope=\"col\"", ""),
                (false, 0) => ("th scope=\"row\"", ""),
                (false, _) => ("td", ""),
            };
            let end = if tag.starts_with("th") { "th" } else { "td" };
            let _ = write!(out, "<{tag}{class}>{}</{end}>", escaped(cell));
        }
        out.push_str(if head { "</tr></thead>\n<tbody>\n" } else { "</tr>\n" });
    };
    let text = |t: &str| t.to_owned();
    let mut lines: Vec<Vec<String>> = Vec::new();
    match &chart.drawing {
        Drawing::Curve(points) => {
            lines.push([text("période"), text("origine"), format!("valeur ({})", chart.unit), text("plafond")].into());
            lines.extend(points.iter().map(|p| {
                let ceiling = p.ceiling.as_ref().map_or_else(|| text("–"), |c| c.to_french(chart.decimals));
                vec![p.period.clone(), text(if p.projected { "projeté" } else { "constaté" }), p.value.to_french(chart.decimals), ceiling]
            }));
        }
        Drawing::Waterfall { start, steps, end } => {
            lines.push([text("effet"), format!("montant ({})", chart.unit)].into());
            lines.extend(std::iter::once(start).chain(steps).chain([end]).map(|(l, x)| vec![l.clone(), x.to_french(chart.decimals)]));
        }
        Drawing::Bars(list) => {
            lines.push([text("membre"), format!("valeur ({})", chart.unit)].into());
            lines.extend(list.iter().map(|(l, x)| vec![l.clone(), x.to_french(chart.decimals)]));
        }
        Drawing::HeatMap { periods, rows } => {
            lines.push(std::iter::once(text("membre")).chain(periods.iter().cloned()).collect());
            lines.extend(rows.iter().map(|(l, cells)| {
                std::iter::once(l.clone()).chain(cells.iter().map(|c| format!("{}{}", c.tone.mark(), c.shown()))).collect()
            }));
        }
    }
    for (k, cells) in lines.iter().enumerate() {
        line(cells, k == 0);
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// A table for each measure, what is beside being comparable; measures of one column each share one. `above`: the title they are under.
fn table(out: &mut String, t: &Table, above: &str) {
    let scenarios = t.several_scenarios();
    for (group, shared) in t.blocks() {
        let columns = t.columns.get(group.clone()).unwrap_or(&[]);
        let Some(first) = columns.first() else { continue };
        let caption = if shared { t.title.clone() } else { first.title() };
        let caption = if caption == above { String::new() } else { format!("<caption>{}</caption>\n", escaped(&caption)) };
        let _ = write!(out, "<div class=\"scroll\"><table>\n{caption}<thead>");
        let over = |c: &Column| {
            let measure = if shared { Some(c.title()) } else { None };
            measure.into_iter().chain(c.heading(scenarios).into_iter().map(str::to_owned)).collect::<Vec<String>>()
        };
        let lines = columns.iter().map(|c| over(c).len()).max().unwrap_or(0).max(1);
        for line in 0..lines {
            out.push_str("<tr>");
            if line == 0 {
                for word in ["Code", "Libellé"] {
                    let _ = write!(out, "<th scope=\"col\" rowspan=\"{lines}\" class=\"l\">{word}</th>");
                }
            }
            for column in columns {
                let word = over(column).into_iter().nth(line).unwrap_or_default();
                let class = if column.projected { " class=\"i\"" } else { "" };
                let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escaped(&word));
            }
            out.push_str("</tr>");
        }
        out.push_str("</thead>\n<tbody>\n");
        for row in &t.rows {
            line_of(out, row, t, group.clone());
        }
        out.push_str("</tbody>\n</table></div>\n");
    }
}

fn line_of(out: &mut String, row: &Row, t: &Table, group: std::ops::Range<usize>) {
    let _ = write!(
        out,
        "<tr class=\"d{}\"><td class=\"m code\">{}</td><th scope=\"row\" style=\"padding-left:{}em\">{}</th>",
        row.depth,
        // A code of several may go to the next line after each.
        escaped(&row.code).replace('/', "/<wbr>"),
        row.depth + 1,
        escaped(&row.label)
    );
    for (column, cell) in t.columns.iter().zip(&row.cells).skip(group.start).take(group.len()) {
        let class = match (cell, column.projected) {
            (Cell::Words(_), _) => " class=\"m\"",
            (_, true) => " class=\"i\"",
            _ => "",
        };
        let _ = write!(out, "<td{class}>{}</td>", escaped(&cell.shown(column.decimals)));
    }
    out.push_str("</tr>\n");
}
