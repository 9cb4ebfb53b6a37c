//! Terminal: measures of one column each side by side, numbers to the right and words to the left; columns that do not fit go below.

use std::fmt::Write as _;

use crate::model::{Cell, Column, Row, Table};
use crate::text::rows;

/// Longest cell of words, and longest label, shown in full.
const LONGEST: usize = 36;

/// Shortest that a column of words is made.
const SHORTEST: usize = 12;

/// Narrowest that the title of a column is cut to.
const NARROWEST: usize = 12;

/// A table as text of at most `width` columns where a label and one column fit.
#[must_use]
pub fn aligned(table: &Table, width: usize) -> String {
    let bare = table.columns.iter().all(|c| c.period.is_empty() && c.member.is_empty());
    let apart = table.groups().iter().all(|group| group.len() == 1) && !table.several_scenarios();
    if apart && (bare || table.columns.len() == 1) { side_by_side(table, width) } else { rows(table, width) }
}

fn side_by_side(t: &Table, width: usize) -> String {
    let shown: Vec<Vec<String>> =
        t.rows.iter().map(|r| t.columns.iter().zip(&r.cells).map(|(c, x)| cut(&x.shown(c.decimals), LONGEST)).collect()).collect();
    let wordy: Vec<bool> =
        (0..t.columns.len()).map(|k| t.rows.iter().any(|r| matches!(r.cells.get(k), Some(Cell::Words(w)) if !w.is_empty()))).collect();
    let titles: Vec<String> = t.columns.iter().map(titled).collect();
    let widths: Vec<usize> = titles
        .iter()
        .enumerate()
        .map(|(k, title)| {
            let body = shown.iter().filter_map(|row| row.get(k)).map(|c| c.chars().count());
            body.chain([title.chars().count()]).max().unwrap_or(1)
        })
        .collect();
    // One column leaves room for whole sentences.
    let one = t.columns.len() == 1;
    let names: Vec<String> = t.rows.iter().map(|r| cut(&name(r), if one { width } else { LONGEST })).collect();
    let longest = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    let beside = |widths: &[usize]| width.saturating_sub(widths.first().copied().unwrap_or(0) + 4);
    // In a narrow window the title of one column is cut before the labels are: what it is of is told beside the table too.
    let figures = shown.iter().filter_map(|row| row.first()).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths = if one && longest > beside(&widths) {
        widths.iter().map(|w| (*w).min(figures.max(width.saturating_sub(longest + 4)).max(NARROWEST))).collect()
    } else {
        widths
    };
    let share = if one { beside(&widths) } else { width / 2 };
    let label = longest.min(share.max(8));
    let widths = narrowed(widths, &wordy, width.saturating_sub(label + 2));
    let (mut out, mut from) = (String::new(), 0);
    while from < widths.len() {
        let (mut used, mut to) = (label + 2, from);
        while let Some(w) = widths.get(to).filter(|w| to == from || used + *w + 2 <= width) {
            used += w + 2;
            to += 1;
        }
        if from > 0 {
            out.push('\n');
        }
        // One column alone may still be too wide for the window.
        let room = |k: usize| widths.get(k).copied().unwrap_or(0).min(width.saturating_sub(label + 4).max(4));
        let mut line = |name: &str, cells: &[String]| {
            let mut row = format!("  {}{}", cut(name, label), pad(name, label));
            for k in from..to {
                let text = cut(cells.get(k).map_or("", String::as_str), room(k));
                let left = wordy.get(k).copied().unwrap_or(false);
                let gap = pad(&text, room(k));
                let _ = if left { write!(row, "  {text}{gap}") } else { write!(row, "  {gap}{text}") };
            }
            let _ = writeln!(out, "{}", row.trim_end());
        };
        line("", &titles);
        for (name, cells) in names.iter().zip(&shown) {
            line(name, cells);
        }
        from = to;
    }
    out
}

/// Columns of words made shorter, the widest first, when that is enough to put all columns side by side; numbers are never cut.
fn narrowed(widths: Vec<usize>, wordy: &[bool], room: usize) -> Vec<usize> {
    let mut out = widths.clone();
    while out.iter().map(|w| w + 2).sum::<usize>() > room {
        let widest = out.iter().zip(wordy).enumerate().filter(|(_, (w, wordy))| **wordy && **w > SHORTEST).max_by_key(|(_, (w, _))| **w);
        let Some((at, _)) = widest else { return widths };
        if let Some(w) = out.get_mut(at) {
            *w -= 1;
        }
    }
    out
}

/// Measure, unit, and what the column is of.
fn titled(c: &Column) -> String {
    c.heading(false).into_iter().fold(c.title(), |title, of| format!("{title}, {of}"))
}

fn name(r: &Row) -> String {
    format!("{}{}", "  ".repeat(r.depth), r.label)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_value::Exact;

    #[test]
    fn numbers_go_right_words_left_and_nothing_is_wider_than_the_window() {
        let column = |measure: &str| Column { measure: measure.to_owned(), decimals: 2, ..Column::default() };
        let row = |label: &str, x: i64, word: &str| Row {
            label: label.to_owned(),
            cells: vec![Cell::Number(Exact::from_int(x)), Cell::Words(word.to_owned())],
            ..Row::default()
        };
        let rows = vec![row("plafond_état 2026", 112, "respecté"), row("un nom bien plus long que la moitié d'une fenêtre", 5, "BLOCAGE")];
        let table = Table { title: String::new(), columns: vec![column("plafond"), column("état")], rows };
        for width in [40, 80, 140] {
            let text = aligned(&table, width);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}\n{text}");
        }
        assert!(aligned(&table, 80).contains("112,00  respecté"), "{}", aligned(&table, 80));
    }
    #[test]
    fn labels_are_read_before_the_title_of_their_column() {
        let column = Column { measure: "masse_salariale (€), 10/2026".to_owned(), decimals: 2, ..Column::default() };
        let row = |label: &str| Row { label: label.to_owned(), cells: vec![Cell::Number(Exact::from_int(52_375))], ..Row::default() };
        let rows = vec![row("UFR Sciences"), row("UFR Sciences humaines")];
        let text = aligned(&Table { title: String::new(), columns: vec![column], rows }, 40);
        assert!(text.contains("UFR Sciences humaines") && text.lines().all(|l| l.chars().count() <= 40), "{text}");
        assert!(text.lines().next().is_some_and(|l| l.trim().starts_with("masse_") && l.ends_with('…')), "{text}");
    }
}
