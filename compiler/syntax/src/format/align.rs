//! Columns of neighbouring lines under one another: cells of tables, values of dates, sources, comments at the end of lines.

use super::lines::Line;
use super::tokens::{Gap, Mark};

/// Lines more different than this are left as they are: the gap would read worse than the stagger.
const SPREAD: usize = 16;
/// For what comes last on a line, the eye has to travel anyway.
const FAR: usize = 48;
/// Spaces before a comment at the end of a line, or a source.
const WIDE: usize = 3;

/// Pads lines so that their columns stand under one another.
pub(super) fn columns(lines: &mut [Line]) {
    tables(lines);
    for (mark, spread) in [(Mark::Equal, SPREAD), (Mark::Colon, SPREAD), (Mark::Tail, SPREAD), (Mark::Source, FAR)] {
        for run in runs(lines, |l| l.pieces.iter().any(|p| p.mark == Some(mark))) {
            let widths: Vec<(usize, usize)> = run.into_iter().map(|k| (k, lines.get(k).map_or(0, |l| width_before(l, mark)))).collect();
            for (k, padding) in paddings(&widths, spread) {
                if let Some(piece) = lines.get_mut(k).and_then(|l| l.pieces.iter_mut().find(|p| p.mark == Some(mark))) {
                    piece.padding = padding;
                }
            }
        }
    }
    for run in runs(lines, |l| l.comment.is_some() && !l.pieces.is_empty()) {
        let widths: Vec<(usize, usize)> = run.into_iter().map(|k| (k, lines.get(k).map_or(0, width))).collect();
        for (k, padding) in paddings(&widths, FAR) {
            if let Some(line) = lines.get_mut(k) {
                line.padding = padding;
            }
        }
    }
}

/// Rows of tables: each cell as wide as the widest of its column; the last of a row is not padded.
fn tables(lines: &mut [Line]) {
    for run in runs(lines, |l| l.pieces.iter().any(|p| p.mark == Some(Mark::Cell))) {
        let cells =
            |l: &Line| -> Vec<usize> { l.pieces.iter().filter(|p| p.mark != Some(Mark::Cell)).map(|p| p.text.chars().count()).collect() };
        let mut widest: Vec<usize> = Vec::new();
        for k in &run {
            let row = lines.get(*k).map(cells).unwrap_or_default();
            for (column, width) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
                match widest.get_mut(column) {
                    Some(known) => *known = (*known).max(*width),
                    None => widest.push(*width),
                }
            }
        }
        for k in run {
            let Some(line) = lines.get_mut(k) else { continue };
            let row = cells(line);
            let separators = line.pieces.iter_mut().filter(|p| p.mark == Some(Mark::Cell));
            for ((piece, width), widest) in separators.zip(&row).zip(&widest) {
                piece.padding = widest.saturating_sub(*width);
            }
        }
    }
}

/// Lines in a row of one block; comments between them do not count, blank lines and other lines part them.
fn runs(lines: &[Line], wanted: impl Fn(&Line) -> bool) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut open: Option<usize> = None;
    for (k, line) in lines.iter().enumerate() {
        if line.blank || open.is_some_and(|group| group != line.group) {
            open = None;
        }
        if line.pieces.is_empty() {
            continue;
        }
        if !wanted(line) {
            open = None;
            continue;
        }
        match (open, out.last_mut()) {
            (Some(_), Some(run)) => run.push(k),
            _ => out.push(vec![k]),
        }
        open = Some(line.group);
    }
    out
}

/// What each line lacks to reach the longest; nothing when they differ too much.
fn paddings(widths: &[(usize, usize)], spread: usize) -> Vec<(usize, usize)> {
    let longest = widths.iter().map(|(_, w)| *w).max().unwrap_or(0);
    let shortest = widths.iter().map(|(_, w)| *w).min().unwrap_or(0);
    if longest - shortest > spread {
        return Vec::new();
    }
    widths.iter().map(|(k, w)| (*k, longest - w)).collect()
}

fn gap(before: Gap) -> usize {
    match before {
        Gap::None => 0,
        Gap::Space | Gap::Narrow => 1,
        Gap::Wide => WIDE,
    }
}

/// Columns before the first word that opens a column.
fn width_before(line: &Line, mark: Mark) -> usize {
    let before = line.pieces.iter().take_while(|p| p.mark != Some(mark));
    line.indent + before.map(|p| gap(p.before) + p.padding + p.text.chars().count()).sum::<usize>()
}

fn width(line: &Line) -> usize {
    line.indent + line.pieces.iter().map(|p| gap(p.before) + p.padding + p.text.chars().count()).sum::<usize>()
}

/// The text of lines.
pub(super) fn render(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        if line.blank {
            out.push('\n');
        }
        let mut text = " ".repeat(line.indent);
        for piece in &line.pieces {
            text.push_str(&" ".repeat(piece.padding));
            text.push_str(match piece.before {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Narrow => "\u{202F}",
                Gap::Wide => "   ",
            });
            text.push_str(&piece.text);
        }
        if let Some(comment) = &line.comment {
            if !line.pieces.is_empty() {
                text.push_str(&" ".repeat(line.padding + WIDE));
            }
            text.push_str(comment);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}
