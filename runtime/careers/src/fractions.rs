//! Movements in ETP: nobody is designated, a fraction of everybody selected moves (D24).

use std::sync::Arc;

use cadrage_value::{Date, Exact};

use crate::RowOrigin;
use crate::months::Span;

/// Spans cut where a fraction leaves or changes, each with the share of the agent that is there.
///
/// `kept`: on each of these days what is there is multiplied. `part`: the line is itself a fraction, there from its day on.
pub(crate) fn cut(spans: Vec<Span>, kept: &[(Date, Exact)], part: Option<(Date, &Exact, &str)>) -> Vec<Span> {
    let mut days: Vec<Date> = kept.iter().map(|(day, _)| *day).chain(part.map(|(day, ..)| day)).collect();
    days.sort_unstable();
    days.dedup();
    let mut out = Vec::new();
    for span in spans {
        let inside: Vec<Date> = days.iter().copied().filter(|d| span.start < *d && span.end.is_none_or(|end| *d < end)).collect();
        let starts = std::iter::once(span.start).chain(inside.iter().copied());
        let ends = inside.iter().copied().map(Some).chain(std::iter::once(span.end));
        for (start, end) in starts.zip(ends) {
            let mut piece = Span { start, end, ..span.clone() };
            for (_, factor) in kept.iter().filter(|(day, _)| *day <= start) {
                piece.share = &piece.share * factor;
            }
            if let Some((from, share, id)) = part {
                if start < from {
                    continue;
                }
                piece.share = &piece.share * share;
                piece.origin = RowOrigin::Movement(Arc::from(id));
            }
            if !piece.share.is_zero() {
                out.push(piece);
            }
        }
    }
    out
}
