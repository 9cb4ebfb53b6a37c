//! Every finding as CSV, for a spreadsheet.

use std::fmt::Write as _;

use super::LoadReport;

impl LoadReport {
    /// `fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant`, UTF-8, decimal comma.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = String::from("fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant\n");
        for f in &self.findings {
            let cells = [
                &f.file,
                &f.line.to_string(),
                f.column.as_ref(),
                f.code.as_ref(),
                f.level.name(),
                &f.key,
                &f.value,
                &f.expected,
                f.action.as_ref(),
            ];
            for cell in cells {
                let _ = write!(out, "{};", quoted(cell));
            }
            let _ = writeln!(out, "{}", f.amount.to_string().replace('.', ","));
        }
        out
    }
}

/// Quoted when needed; what a spreadsheet would run as a formula is turned into text.
fn quoted(cell: &str) -> String {
    let formula =
        cell.starts_with(['=', '@', '+', '\t']) || (cell.starts_with('-') && cell.as_bytes().get(1).is_none_or(|b| !b.is_ascii_digit()));
    let guarded = if formula && cell.len() > 1 { format!("'{cell}") } else { cell.to_owned() };
    if guarded.contains([';', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}
