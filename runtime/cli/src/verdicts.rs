//! What `cadrage tester` says: verdicts, worst differences, coverage, in 80 columns or as JSON.

use std::fmt::Write as _;

use cadrage_session::{Compiled, Coverage, MeasureReport, TableReport, TestReport, TestVerdict};
use serde_json::{Value, json};

/// How wide a line may be.
const WIDTH: usize = 80;

/// One test.
pub(crate) fn verdict(v: &TestVerdict) -> String {
    let mark = if v.failures.is_empty() { "tenu " } else { "ÉCHEC" };
    let mut out = wrapped(&format!("{mark}  {}", v.title), 7);
    if let Some(table) = &v.table {
        for m in &table.measures {
            out.push_str(&measure(table, m));
        }
    }
    out
}

fn measure(table: &TableReport, m: &MeasureReport) -> String {
    let mut out = String::new();
    let mut counts = format!("{} : {} sur {} à {} {} près", m.name, m.within, m.compared, m.tolerance, m.unit);
    for (n, what) in [(m.apart_rows, "à part"), (m.unsaid, "sans attendu"), (m.uncomputed, "non calculées")] {
        if n > 0 {
            let _ = write!(counts, ", {n} {what}");
        }
    }
    out.push_str(&wrapped(&format!("         {counts}"), 11));
    for d in &m.worst {
        let key = if d.key.is_empty() { String::new() } else { format!(" {}", d.key) };
        out.push_str(&wrapped(
            &format!("           {}:{}{key} : attendu {}, trouvé {}, écart {}", table.path, d.line, d.expected, d.found, d.gap_shown),
            13,
        ));
    }
    for (reason, a) in &m.apart {
        let worst = if a.worst.is_zero() { String::new() } else { format!(", écart au plus {}", a.worst_shown) };
        out.push_str(&wrapped(&format!("           à part {reason} : {}, dont {} à {} près{worst}", a.rows, a.within, m.tolerance), 13));
    }
    out
}

/// The last line.
pub(crate) fn count(passed: usize, failed: usize) -> String {
    let tests = if passed == 1 { "1 test tenu" } else { &format!("{passed} tests tenus") };
    format!("{tests}, {failed} en échec\n")
}

/// What no test reaches, kind by kind.
pub(crate) fn coverage(c: &Coverage) -> String {
    let mut out = String::from("couverture\n");
    if c.shares.is_empty() {
        out.push_str("  rien à couvrir\n");
    }
    for s in &c.shares {
        let _ = writeln!(out, "  {:<31} {:>4} sur {:>4}  {:>3} %", s.kind, s.all - s.missed.len(), s.all, s.percent());
    }
    for s in c.shares.iter().filter(|s| !s.missed.is_empty()) {
        out.push_str(&wrapped(&format!("{} sans test : {}", s.kind, s.missed.join(", ")), 2));
    }
    out
}

/// Everything, for programs. Coverage is that of the first run: the dossier, or the library without its options.
pub(crate) fn json(runs: &[(Compiled, TestReport)], (passed, failed): (usize, usize), with_coverage: bool) -> String {
    let tests: Vec<Value> = runs.iter().flat_map(|(compiled, report)| report.verdicts.iter().map(|v| one(v, compiled))).collect();
    let mut out = json!({ "tenus": passed, "echecs": failed, "tests": tests });
    if let (Some(object), Some((_, report))) = (out.as_object_mut().filter(|_| with_coverage), runs.first()) {
        let share = |s: &cadrage_session::Share| json!({ "sorte": s.kind, "total": s.all, "pourcent": s.percent(), "sans_test": s.missed });
        object.insert("couverture".to_owned(), report.coverage.shares.iter().map(share).collect());
    }
    format!("{out:#}\n")
}

fn one(v: &TestVerdict, compiled: &Compiled) -> Value {
    let failure = |d: &cadrage_source::Diagnostic| {
        let place = d.labels.first().map(|l| compiled.sources.place(l.span));
        json!({ "code": d.code.name(), "message": d.message, "lieu": place })
    };
    let failures: Vec<Value> = v.failures.iter().map(failure).collect();
    let table = v.table.as_ref().map(|t| {
        let measures: Vec<Value> = t.measures.iter().map(measure_json).collect();
        json!({ "fichier": t.path, "lignes": t.rows, "mesures": measures })
    });
    json!({ "titre": v.title, "module": v.module, "tenu": v.failures.is_empty(), "echecs": failures, "cas": table })
}

fn measure_json(m: &MeasureReport) -> Value {
    let worst = |d: &cadrage_session::Difference| json!({ "ligne": d.line, "repere": d.key, "attendu": d.expected, "trouve": d.found, "ecart": d.gap.to_plain(6) });
    let apart = |(reason, a): (&String, &cadrage_session::Apart)| json!({ "motif": reason, "lignes": a.rows, "tenues": a.within, "ecart_max": a.worst.to_plain(6) });
    json!({
        "mesure": m.name, "unite": m.unit, "tolerance": m.tolerance, "comparees": m.compared, "tenues": m.within,
        "sans_attendu": m.unsaid, "non_calculees": m.uncomputed, "a_part": m.apart_rows,
        "pires_ecarts": m.worst.iter().map(worst).collect::<Vec<_>>(), "motifs": m.apart.iter().map(apart).collect::<Vec<_>>(),
    })
}

/// A line cut between words; what goes on is pushed right.
fn wrapped(text: &str, indent: usize) -> String {
    let margin = text.len() - text.trim_start().len();
    let mut lines = vec![" ".repeat(margin)];
    for word in text.trim_start().split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let empty = line.trim().is_empty();
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{}{word}", " ".repeat(indent)));
        } else {
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_words() {
        let text = wrapped(&format!("tenu   {}", "mot ".repeat(40).trim()), 7);
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.matches("mot").count(), 40);
        assert!(text.starts_with("tenu   mot mot"), "{text}");
        assert!(text.lines().nth(1).is_some_and(|l| l.starts_with("       mot")));
    }
}
