//! Drawings inside a page: no script, no colour needed, and words for who cannot see them.

use std::fmt::Write as _;

use cadrage_value::Exact;

use crate::charts::{Bar, Chart, Drawing, Heat, Point, Tone, bars};
use crate::html::escaped;
use crate::scale::Scale;

/// A drawing as an SVG element; `id` makes the names of its parts its own.
#[must_use]
pub fn svg(chart: &Chart, id: &str) -> String {
    let (width, height, body) = match &chart.drawing {
        Drawing::Curve(points) => curve(chart, points),
        Drawing::Waterfall { start, steps, end } => waterfall(chart, &bars(start, steps, end), id),
        Drawing::Bars(list) => members(chart, list),
        Drawing::HeatMap { periods, rows } => heat_map(periods, rows, id),
    };
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{body}</svg>",
        escaped(&chart.title),
        escaped(&described(chart))
    );
    out
}

/// How the parts of drawings look, in a page as in a file of their own.
pub(crate) const STYLE: &str = "svg text{font:12px system-ui,sans-serif;fill:#1b1f24}svg .t{font-size:11.5px}svg .s{font-weight:700}svg .v{font-size:11px}svg .w{font-size:11px;font-weight:700;fill:#fff}\
svg .g{stroke:#d5dae0}svg .b{stroke:#555;stroke-width:.7}svg .k{fill:none;stroke:#1d3f72;stroke-width:2.4}svg .p{fill:none;stroke:#1d3f72;stroke-width:2;stroke-dasharray:6 4}\
svg .c{fill:none;stroke:#8a1c1c;stroke-width:1.6;stroke-dasharray:2 3}svg .d{fill:#1d3f72}svg .o{fill:#fff;stroke:#1d3f72;stroke-width:1.6}";

/// A drawing as a file of its own, with how it looks.
#[must_use]
pub fn svg_file(chart: &Chart) -> String {
    let drawn = svg(chart, "graphique");
    let at = drawn.find('>').map_or(0, |k| k + 1);
    let (head, body) = drawn.split_at(at);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{head}<style>{STYLE}</style>{body}\n")
}

/// The drawing in words.
pub(crate) fn described(chart: &Chart) -> String {
    let value = |x: &Exact| format!("{}{}{}", x.to_french(chart.decimals), if chart.unit.is_empty() { "" } else { " " }, chart.unit);
    match &chart.drawing {
        Drawing::Curve(points) => {
            let (Some(first), Some(last)) = (points.first(), points.last()) else { return "aucune valeur".to_owned() };
            let known = points.iter().filter(|p| !p.projected).count();
            let mut out = format!(
                "de {} ({}) à {} ({}) ; {known} période(s) constatée(s), {} projetée(s)",
                value(&first.value),
                first.period,
                value(&last.value),
                last.period,
                points.len() - known
            );
            if points.iter().any(|p| p.ceiling.is_some()) {
                let over = points.iter().find(|p| p.ceiling.as_ref().is_some_and(|c| p.value > *c));
                out.push_str(&over.map_or_else(|| " ; plafond tenu".to_owned(), |p| format!(" ; plafond dépassé en {}", p.period)));
            }
            out
        }
        Drawing::Waterfall { start, steps, end } => {
            let list: Vec<String> = steps.iter().map(|(label, x)| format!("{label} {}", signed(x, chart.decimals))).collect();
            format!("de {} ({}) à {} ({}) : {}", value(&start.1), start.0, value(&end.1), end.0, list.join(" ; "))
        }
        Drawing::Bars(list) => {
            let most = list.iter().max_by(|a, b| a.1.cmp(&b.1));
            let most = most.map_or_else(String::new, |(label, x)| format!(", le plus grand {label} ({})", value(x)));
            format!("{} valeur(s){most}", list.len())
        }
        Drawing::HeatMap { rows, .. } => {
            let count = |tone: Tone| rows.iter().filter(|(_, cells)| cells.iter().any(|c| c.tone == tone)).count();
            format!("{} ligne(s), dont {} au-delà du plafond et {} au-delà d'un seuil", rows.len(), count(Tone::Over), count(Tone::Near))
        }
    }
}

fn signed(x: &Exact, decimals: u32) -> String {
    format!("{}{}", if *x > Exact::ZERO { "+" } else { "" }, x.to_french(decimals))
}

/// Words at a place.
fn words(out: &mut String, (x, y): (i64, i64), anchor: &str, class: &str, text: &str) {
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>", escaped(text));
}

fn curve(chart: &Chart, points: &[Point]) -> (i64, i64, String) {
    const WIDE: i64 = 720;
    const HIGH: i64 = 210;
    const LEFT: i64 = 96;
    const TOP: i64 = 30;
    let values = points.iter().flat_map(|p| std::iter::once(&p.value).chain(p.ceiling.as_ref()));
    let scale = Scale::over(values, 6, false);
    let mut out = String::new();
    let y = |x: &Exact| TOP + HIGH - scale.dots(x, HIGH);
    let count = i64::try_from(points.len()).unwrap_or(1).max(1);
    let x = |k: usize| LEFT + (2 * i64::try_from(k).unwrap_or(0) + 1) * WIDE / (2 * count);
    for tick in scale.ticks() {
        let at = y(&tick);
        let _ = write!(out, "<line x1=\"{LEFT}\" y1=\"{at}\" x2=\"{}\" y2=\"{at}\" class=\"g\"/>", LEFT + WIDE);
        words(&mut out, (LEFT - 6, at + 4), "end", "t", &tick.to_french(scale.decimals));
    }
    let unit = if scale.is_cut() { format!("{} (l'axe ne part pas de zéro)", chart.unit) } else { chart.unit.clone() };
    words(&mut out, (LEFT, 16), "start", "t", &unit);
    // Every label when there is room for it, else one in two, three, six.
    let every = [1, 2, 3, 6, 12].into_iter().find(|n| WIDE / count * n >= 56).unwrap_or(24);
    for (k, point) in points.iter().enumerate() {
        if (i64::try_from(k).unwrap_or(0)) % every == 0 {
            words(&mut out, (x(k), TOP + HIGH + 18), "middle", "t", &point.period);
        }
    }
    let line = |from: usize, to: usize, of: &dyn Fn(&Point) -> Option<i64>, class: &str| {
        let dots: Vec<String> = (from..to).filter_map(|k| Some(format!("{},{}", x(k), of(points.get(k)?)?))).collect();
        if dots.len() < 2 { String::new() } else { format!("<polyline points=\"{}\" class=\"{class}\"/>", dots.join(" ")) }
    };
    let known = points.iter().take_while(|p| !p.projected).count();
    let ceiling = |p: &Point| p.ceiling.as_ref().map(&y);
    out.push_str(&line(0, points.len(), &ceiling, "c"));
    out.push_str(&line(0, known, &|p| Some(y(&p.value)), "k"));
    out.push_str(&line(known.saturating_sub(1), points.len(), &|p| Some(y(&p.value)), "p"));
    for (k, point) in points.iter().enumerate() {
        let class = if point.projected { "o" } else { "d" };
        let _ = write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"3\" class=\"{class}\"/>", x(k), y(&point.value));
    }
    let legend = TOP + HIGH + 40;
    let mut entry = LEFT;
    let has = |wanted: bool| points.iter().any(|p| p.projected == wanted);
    let entries =
        [("k", "constaté", has(false)), ("p", "projeté", has(true)), ("c", "plafond", points.iter().any(|p| p.ceiling.is_some()))];
    for (class, text, _) in entries.into_iter().filter(|(_, _, shown)| *shown) {
        let _ = write!(out, "<line x1=\"{entry}\" y1=\"{legend}\" x2=\"{}\" y2=\"{legend}\" class=\"{class}\"/>", entry + 30);
        words(&mut out, (entry + 36, legend + 4), "start", "t", text);
        entry += 120;
    }
    (LEFT + WIDE + 20, legend + 14, out)
}

fn waterfall(chart: &Chart, list: &[Bar<'_>], id: &str) -> (i64, i64, String) {
    const WIDE: i64 = 400;
    const LEFT: i64 = 330;
    const STEP: i64 = 24;
    const TOP: i64 = 26;
    // The ends are totals: the axis shows what moves, and says that it does not start at zero.
    let moving = list.iter().filter(|b| b.step.is_some()).flat_map(|b| [&b.from, &b.to]);
    let ends = list.iter().filter(|b| b.step.is_none()).map(|b| &b.to);
    let scale = Scale::over(moving.chain(ends), 5, false);
    let x = |v: &Exact| LEFT + scale.dots(v, WIDE);
    let mut out = format!(
        "<defs><pattern id=\"{id}-h\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"6\" height=\"6\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#333\" stroke-width=\"2\"/></pattern></defs>"
    );
    let unit = if scale.is_cut() { format!("{} (l'axe ne part pas de zéro)", chart.unit) } else { chart.unit.clone() };
    words(&mut out, (LEFT, 16), "start", "t", &unit);
    for (k, bar) in list.iter().enumerate() {
        let top = TOP + STEP * i64::try_from(k).unwrap_or(0);
        let from = if bar.step.is_none() && bar.from.is_zero() { x(&scale.low().clone().max(Exact::ZERO)) } else { x(&bar.from) };
        let to = x(&bar.to);
        let fill = match bar.step {
            None => "#444".to_owned(),
            Some(amount) if amount.is_negative() => format!("url(#{id}-h)"),
            Some(_) => "#cfd8e3".to_owned(),
        };
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{top}\" width=\"{}\" height=\"16\" fill=\"{fill}\" class=\"b\"/>",
            from.min(to),
            (from - to).abs().max(1)
        );
        if k + 1 < list.len() {
            let _ = write!(out, "<line x1=\"{to}\" y1=\"{}\" x2=\"{to}\" y2=\"{}\" class=\"g\"/>", top + 16, top + STEP);
        }
        words(&mut out, (LEFT - 8, top + 12), "end", if bar.step.is_none() { "s" } else { "t" }, &shortened(bar.label, 46));
        let text = bar.step.map_or_else(|| bar.to.to_french(chart.decimals), |amount| signed(amount, chart.decimals));
        words(&mut out, (from.max(to) + 6, top + 12), "start", if bar.step.is_none() { "s" } else { "t" }, &text);
    }
    let legend = TOP + STEP * i64::try_from(list.len()).unwrap_or(0) + 12;
    let _ = write!(
        out,
        "<rect x=\"{LEFT}\" y=\"{}\" width=\"26\" height=\"12\" fill=\"#cfd8e3\" class=\"b\"/><rect x=\"{}\" y=\"{}\" width=\"26\" height=\"12\" fill=\"url(#{id}-h)\" class=\"b\"/>",
        legend - 10,
        LEFT + 110,
        legend - 10
    );
    words(&mut out, (LEFT + 32, legend), "start", "t", "en plus");
    words(&mut out, (LEFT + 142, legend), "start", "t", "en moins");
    (LEFT + WIDE + 150, legend + 12, out)
}

fn members(chart: &Chart, list: &[(String, Exact)]) -> (i64, i64, String) {
    const WIDE: i64 = 400;
    const LEFT: i64 = 330;
    const STEP: i64 = 24;
    const TOP: i64 = 26;
    let scale = Scale::over(list.iter().map(|(_, x)| x), 5, true);
    let x = |v: &Exact| LEFT + scale.dots(v, WIDE);
    let mut out = String::new();
    words(&mut out, (LEFT, 16), "start", "t", &chart.unit);
    for (k, (label, value)) in list.iter().enumerate() {
        let top = TOP + STEP * i64::try_from(k).unwrap_or(0);
        let (from, to) = (x(&Exact::ZERO), x(value));
        let (left, wide) = (from.min(to), (from - to).abs().max(1));
        let _ = write!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"16\" fill=\"#cfd8e3\" class=\"b\"/>");
        words(&mut out, (LEFT - 8, top + 12), "end", "t", &shortened(label, 46));
        words(&mut out, (from.max(to) + 6, top + 12), "start", "t", &value.to_french(chart.decimals));
    }
    (LEFT + WIDE + 150, TOP + STEP * i64::try_from(list.len()).unwrap_or(0) + 8, out)
}

fn heat_map(periods: &[String], rows: &[(String, Vec<Heat>)], id: &str) -> (i64, i64, String) {
    const CELL: i64 = 72;
    const STEP: i64 = 24;
    const LEFT: i64 = 250;
    const TOP: i64 = 26;
    let mut out = format!(
        "<defs><pattern id=\"{id}-n\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"#f3e3b3\"/>\
         <circle cx=\"1\" cy=\"1\" r=\"0.8\" fill=\"#8a6d1a\"/></pattern></defs>"
    );
    for (k, period) in periods.iter().enumerate() {
        words(&mut out, (LEFT + CELL * i64::try_from(k).unwrap_or(0) + CELL / 2, 18), "middle", "t", period);
    }
    for (r, (label, cells)) in rows.iter().enumerate() {
        let top = TOP + STEP * i64::try_from(r).unwrap_or(0);
        words(&mut out, (LEFT - 8, top + 16), "end", if r == 0 { "s" } else { "t" }, &shortened(label, 38));
        for (k, heat) in cells.iter().enumerate() {
            let left = LEFT + CELL * i64::try_from(k).unwrap_or(0);
            let (fill, class) = match heat.tone {
                Tone::Calm => ("#fff".to_owned(), "v"),
                Tone::Near => (format!("url(#{id}-n)"), "v"),
                Tone::Over => ("#7a1f1f".to_owned(), "w"),
            };
            let _ = write!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{CELL}\" height=\"{STEP}\" fill=\"{fill}\" class=\"b\"/>");
            words(&mut out, (left + CELL / 2, top + 16), "middle", class, &format!("{}{}", heat.tone.mark(), heat.shown()));
        }
    }
    let bottom = TOP + STEP * i64::try_from(rows.len()).unwrap_or(0) + 20;
    words(&mut out, (LEFT, bottom), "start", "t", "taux de consommation du plafond ; ▲ un seuil est atteint ; ■ le plafond est dépassé");
    let wide = LEFT + CELL * i64::try_from(periods.len()).unwrap_or(0) + 10;
    (wide.max(LEFT + 520), bottom + 12, out)
}

/// At most that many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(std::iter::once('…')).collect() }
}
