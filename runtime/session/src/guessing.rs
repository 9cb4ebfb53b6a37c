//! A draft of `interface` for a file that no script reads yet.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_cube::{CubeError, Guess, GuessColumn, Kind, guess};
use cadrage_driver::format;
use cadrage_source::FileId;

/// A draft of the interface that would read a file, in canonical form: it parses, and what is not sure is said in a comment.
///
/// # Errors
/// An unknown type of file, a file that does not read, no header.
pub fn draft_interface(path: &Path, kind: Option<&str>) -> Result<String, CubeError> {
    let kind = match kind {
        Some(name) => Some(Kind::named(name)?),
        None => None,
    };
    let guessed = guess(path, kind)?;
    let text = text_of(&guessed, kind.is_some());
    // The block is well formed whatever is in the file; a name that no quotes can hold is left out, and said.
    Ok(format(FileId(0), &text).unwrap_or(text))
}

fn quotable(text: &str) -> bool {
    !text.contains('"') && !text.contains(char::is_control)
}

fn text_of(g: &Guess, kind_given: bool) -> String {
    let mut out = String::new();
    let total = g.columns.len();
    let unsure = g.columns.iter().filter(|c| !c.sure).count();
    let _ = writeln!(
        out,
        "-- Brouillon : {total} colonne(s) trouvée(s), dont {unsure} à vérifier ; {} obligatoire(s) manquante(s).",
        g.missing.len()
    );
    if !kind_given {
        let _ = writeln!(out, "-- Type de fichier deviné : {} ; `--type` en impose un autre.", g.kind.name());
    }
    let _ = writeln!(out, "interface mon_{0} pour {0} :", g.kind.name());
    let _ = writeln!(out, "  disposition mon_systeme");
    let _ = writeln!(out, "  fichier \"{}\"", g.file.replace('"', "'"));
    let doubt = if g.encoding_sure { "" } else { " -- à vérifier : ou ISO-8859-15" };
    let _ = writeln!(out, "  encodage \"{}\"{doubt}", g.encoding.to_uppercase());
    let separator = if g.separator == '\t' { "tabulation".to_owned() } else { g.separator.to_string() };
    let _ = writeln!(out, "  séparateur \"{separator}\"");
    forms(&mut out, "dates", &g.dates, "AAAA-MM-JJ");
    forms(&mut out, "mois", &g.months, "AAAA-MM");
    if g.point {
        let _ = writeln!(out, "  décimale \".\"");
    }
    if g.trailing_sign {
        let _ = writeln!(out, "  signe à droite");
    }
    if g.skip > 0 {
        let _ = writeln!(out, "  ignorer {} lignes", g.skip);
    }
    for c in &g.columns {
        column(&mut out, c);
    }
    for name in &g.missing {
        let _ = writeln!(out, "  -- colonne {name} = \"…\" : obligatoire, non trouvée");
    }
    let unread: Vec<&str> = g.unread.iter().map(String::as_str).filter(|n| quotable(n)).collect();
    if !unread.is_empty() {
        let _ = writeln!(out, "  -- colonnes du fichier que rien ne lit : {}", unread.join(", "));
    }
    out.push_str("fin\n");
    out
}

fn forms(out: &mut String, word: &str, forms: &[&str], usual: &str) {
    if !forms.is_empty() && forms != [usual] {
        let all: Vec<String> = forms.iter().map(|f| format!("\"{f}\"")).collect();
        let _ = writeln!(out, "  {word} {}", all.join(" ; "));
    }
}

fn column(out: &mut String, c: &GuessColumn) {
    if !c.cells.iter().all(|cell| quotable(cell)) {
        let _ = writeln!(out, "  -- colonne {} : son nom dans le fichier contient des guillemets", c.name);
        return;
    }
    let cells: Vec<String> = c.cells.iter().map(|cell| format!("\"{cell}\"")).collect();
    let last_day = if c.last_day { " dernier jour inclus" } else { "" };
    let codes = c.codes.iter().filter(|(text, _)| quotable(text));
    let (known, unknown): (Vec<_>, Vec<_>) = codes.partition(|(_, meant)| meant.is_some());
    let cases: Vec<String> = known.iter().map(|(text, meant)| format!("\"{text}\" : {}", meant.unwrap_or_default())).collect();
    let mapping = if cases.is_empty() { String::new() } else { format!(" selon {}", cases.join(" ; ")) };
    let mut doubts: Vec<String> = Vec::new();
    if !c.sure {
        doubts.push("à vérifier".to_owned());
    }
    if c.last_day {
        doubts.push("à vérifier : le dernier jour, ou le premier jour dehors ?".to_owned());
    }
    if !unknown.is_empty() {
        let met: Vec<String> = unknown.iter().map(|(text, _)| format!("\"{text}\"")).collect();
        doubts.push(format!("codes à traduire par selon : {}", met.join(", ")));
    } else if !cases.is_empty() {
        doubts.push("codes à vérifier".to_owned());
    }
    let doubt = if doubts.is_empty() { String::new() } else { format!(" -- {}", doubts.join(" ; ")) };
    let _ = writeln!(out, "  colonne {} = {}{last_day}{mapping}{doubt}", c.name, cells.join(" / "));
}
