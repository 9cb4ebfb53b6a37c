//! Findings as CSV, for a spreadsheet, and the accounts of pay files.

use std::fmt::Write as _;

use super::LoadReport;

impl LoadReport {
    /// `fichier;ligne;colonne;code;niveau;cle;valeur;attendu;action;montant`, UTF-8, decimal comma. A line without number stands for
    /// the findings of a group that are not listed; those of level `bouclage` give each account of a pay file.
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
        for g in self.groups.iter().filter(|g| g.count > g.listed) {
            let said = format!("{} de plus, non cités ici", g.count - g.listed);
            let level = self.findings.iter().find(|f| f.code == g.code && f.action == g.action).map_or("", |f| f.level.name());
            let cells = [&g.file, "", &g.column, &g.code, level, "", &said, &g.class, &g.action].map(quoted);
            let _ = writeln!(out, "{};{}", cells.join(";"), g.unlisted_amount.to_string().replace('.', ","));
        }
        for (file, a) in self.files.iter().flat_map(|f| f.accounts.iter().map(move |a| (f, a))) {
            let plain = |m: cadrage_value::Money| m.to_string().replace('.', ",");
            let (read, kept) = (
                format!("lu {}", plain(a.read_amount)),
                format!("accepté + quarantaine {}", plain(a.accepted_amount + a.quarantined_amount)),
            );
            let cells = [&file.name, "0", "compte", "R10", "bouclage", &a.account, &read, &kept, "boucle"].map(quoted);
            let _ = writeln!(out, "{};{}", cells.join(";"), plain(a.accepted_amount));
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
