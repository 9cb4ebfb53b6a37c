//! Data on stdout: a table people read, or CSV and JSON that programs read.

use std::fmt::Write as _;
use std::io::Write as _;

use cadrage_session::Summary;
use cadrage_value::{Exact, Money};

use crate::arguments::Format;

/// Columns of the terminal; 80 when nothing says.
pub(crate) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|w| *w >= 40).unwrap_or(80)
}

/// Writes data; a reader that has gone (a closed pipe) is no error.
pub(crate) fn data(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// A scenario, in the form asked for. Tables fit 80 columns.
pub(crate) fn summary(s: &Summary, format: Format) -> String {
    match format {
        Format::Table => table(s),
        Format::Csv => csv(s, ';', |m| m.to_exact().to_plain(2).replace('.', ","), |x| x.to_plain(6).replace('.', ",")),
        Format::CsvBrut => csv(s, ',', |m| m.to_exact().to_plain(2), |x| x.to_plain(6)),
        Format::Json => String::new(),
    }
}

fn table(s: &Summary) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} — {}", s.scenario, s.label);
    if !s.beyond_texts.is_empty() {
        let _ = writeln!(out, "  hypothèse hors textes en vigueur : {}", s.beyond_texts.join(", "));
    }
    let _ = writeln!(out, "\n  Mois      Origine      Masse salariale (€)          ETP         ETPT");
    for (k, m) in s.months.iter().enumerate() {
        // The switchover is a line of its own: above, what is known; below, what is expected.
        if k > 0 && s.months.get(k - 1).is_some_and(|before| before.constate) && !m.constate {
            let _ = writeln!(out, "  - - - - - - - - - - - - - - bascule - - - - - - - - - - - - - - - - -");
        }
        let origin = if m.constate { "constaté" } else { "projeté" };
        let _ = writeln!(
            out,
            "  {}   {origin:<10} {:>20} {:>12} {:>12}",
            m.month.to_french(),
            m.masse_salariale.to_french(),
            m.etp.to_french(2),
            m.etpt.to_french(4)
        );
    }
    let _ = writeln!(out, "\n  Exercice        Total (€)   dont constaté   dont rappels           ETPT");
    for y in &s.years {
        let _ = writeln!(
            out,
            "  {:<8} {:>16} {:>15} {:>14} {:>14}",
            y.year,
            y.masse_salariale.to_french(),
            y.constate.to_french(),
            y.rappels.to_french(),
            y.etpt.to_french(4)
        );
    }
    for y in &s.years {
        if let Some(naive) = y.run_rate {
            let gap = y.masse_salariale - naive;
            let sign = if gap < Money::ZERO { "" } else { "+" };
            let _ = writeln!(
                out,
                "  règle de trois {} : {} € (écart de la projection : {sign}{} €)",
                y.year,
                naive.to_french(),
                gap.to_french()
            );
        }
    }
    let gaps = s.view_gaps();
    if gaps.is_empty() {
        let _ = writeln!(out, "  vue RH = vue finance : par élément, famille, compte et centre de coût");
    }
    for (year, lacks) in gaps {
        let lacks: Vec<String> = lacks.iter().map(|(axis, amount)| format!("{} € sans {axis}", amount.to_french())).collect();
        let _ = writeln!(out, "  vue RH ≠ vue finance {year} :\n    {}", lacks.join("\n    "));
    }
    out
}

fn csv(s: &Summary, separator: char, money: impl Fn(Money) -> String, number: impl Fn(&Exact) -> String) -> String {
    let mut out =
        format!("scenario{separator}mois{separator}origine{separator}masse_salariale{separator}etp{separator}etpt{separator}hors_textes\n");
    for m in &s.months {
        let origin = if m.constate { "constate" } else { "projete" };
        let cells = [
            s.scenario.clone(),
            m.month.to_string(),
            origin.to_owned(),
            money(m.masse_salariale),
            number(&m.etp),
            number(&m.etpt),
            s.beyond_texts.join(" "),
        ];
        out.push_str(&cells.join(&separator.to_string()));
        out.push('\n');
    }
    out
}
