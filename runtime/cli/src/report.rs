//! Where miette draws: diagnostics of scripts, refusals of the store, on stderr.

use std::fmt;

use cadrage_cube::CubeError;
use cadrage_source::{Diagnostic, FileId, Severity, SourceMap, digest};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::arguments::Colour;

/// Columns of a terminal nobody widened.
const WIDTH: usize = 80;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawing {
    pub(crate) colour: Colour,
    pub(crate) quiet: bool,
}

impl Drawing {
    fn handler(self, width: usize) -> GraphicalReportHandler {
        use std::io::IsTerminal as _;
        let coloured = self.colour == Colour::Auto && std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme = if coloured { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        GraphicalReportHandler::new_themed(theme).with_links(false).with_width(width).with_context_lines(1)
    }

    /// Draws diagnostics in reading order, no more than a screen per file; notes and warnings are left out when quiet.
    pub(crate) fn diagnostics(self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        let kept: Vec<Diagnostic> = diagnostics.iter().filter(|d| !self.quiet || d.is_error()).cloned().collect();
        let digest = digest(&kept);
        for d in digest.shown {
            eprintln!("{}", self.drawn(d, sources));
        }
        for (file, n) in digest.more {
            let name = sources.get(file).map_or("", |f| f.name.as_str());
            let plural = if n > 1 { "s" } else { "" };
            eprintln!("  … et {n} autre{plural} message{plural} dans {name} ; corrigez d'abord ceux-ci\n");
        }
    }

    /// One diagnostic: its place and labels, those of other files after, then what to do.
    fn drawn(self, d: &Diagnostic, sources: &SourceMap) -> String {
        self.drawn_in(d, sources, WIDTH)
    }

    /// The same in so many columns.
    pub(crate) fn drawn_in(self, d: &Diagnostic, sources: &SourceMap, width: usize) -> String {
        let handler = self.handler(width);
        let mut files: Vec<FileId> = Vec::new();
        for label in &d.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let mut out = String::new();
        if files.is_empty() {
            out = format!("  [{}] {}\n", d.code.name(), d.message);
        }
        for (k, file) in files.iter().enumerate() {
            let source = sources.get(*file).map(|f| NamedSource::new(&f.name, f.text.clone()));
            let headline = match (k, sources.get(*file)) {
                (0, _) | (_, None) => format!("[{}] {}", d.code.name(), d.message),
                (_, Some(f)) => format!("voir aussi {}", f.name),
            };
            let severity = if k == 0 { d.severity } else { Severity::Note };
            let drawn = Drawn { diagnostic: d, file: *file, headline, severity, source };
            let mut part = String::new();
            if handler.render_report(&mut part, &drawn).is_err() {
                part = format!("[{}] {}\n", d.code.name(), d.message);
            }
            out.push_str(part.trim_end());
            out.push('\n');
        }
        if let Some(help) = &d.help {
            out.push_str(&wrapped(help, width));
        }
        out
    }

    /// Says how many errors there were.
    pub(crate) fn count(self, diagnostics: &[Diagnostic]) {
        let n = |s: Severity| diagnostics.iter().filter(|d| d.severity == s).count();
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n > 1 { "s" } else { "" });
        if !self.quiet || n(Severity::Error) > 0 {
            eprintln!(
                "{}, {}, {}",
                plural(n(Severity::Error), "erreur"),
                plural(n(Severity::Warning), "avertissement"),
                plural(n(Severity::Note), "note")
            );
        }
    }

    /// A delivery or a store that cannot be used.
    pub(crate) fn refusal(self, e: &CubeError) {
        eprintln!("  × [{}] {e}", e.code);
        if let Some(column) = &e.column {
            eprintln!("    colonne `{column}`");
        }
        let nothing = if matches!(e.code, "I13" | "I14" | "I15") { "rien n'a changé" } else { "rien n'a été chargé" };
        eprintln!("  aide : {}\n  {nothing} ; `cadrage aide {}` en dit plus", e.help, e.code);
    }
}

/// The help on as many lines as it takes; what is between backticks is to be pasted, so it is never cut.
fn wrapped(help: &str, width: usize) -> String {
    let mut lead = "  aide : ";
    let mut out = String::new();
    for line in help.lines() {
        out.push_str(&filled_in(line, lead, "         ", width));
        lead = "         ";
    }
    out
}

/// A paragraph on as many lines as it takes.
pub(crate) fn paragraph(text: &str) -> String {
    filled(text, "", "")
}

/// Lines of at most eighty columns.
pub(crate) fn filled(text: &str, first: &str, next: &str) -> String {
    filled_in(text, first, next, WIDTH)
}

fn filled_in(text: &str, first: &str, next: &str, width: usize) -> String {
    let (mut out, mut line, mut empty) = (String::new(), String::from(first), true);
    for piece in pieces(text) {
        if !empty && line.chars().count() + 1 + piece.chars().count() > width {
            out.push_str(&line);
            out.push('\n');
            (line, empty) = (String::from(next), true);
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(piece);
        empty = false;
    }
    out.push_str(&line);
    out.push('\n');
    out
}

/// Words, and quoted code as one word with the punctuation that touches it.
fn pieces(text: &str) -> Vec<&str> {
    let (mut out, mut start, mut quoted) = (Vec::new(), 0, false);
    for (k, c) in text.char_indices() {
        match c {
            '`' => quoted = !quoted,
            ' ' if !quoted => {
                out.push(text.get(start..k).unwrap_or(""));
                start = k + 1;
            }
            _ => {}
        }
    }
    out.push(text.get(start..).unwrap_or(""));
    out.retain(|p| !p.is_empty());
    out
}

/// The labels of one file of a diagnostic.
struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    file: FileId,
    headline: String,
    severity: Severity,
    source: Option<NamedSource<String>>,
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        Some(Box::new(self.diagnostic.labels.iter().filter(move |l| l.span.file == self.file).map(|l| {
            let length = (l.span.end - l.span.start) as usize;
            let text = if l.text.is_empty() { None } else { Some(l.text.clone()) };
            LabeledSpan::new(text, l.span.start as usize, length)
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_source::{Code, Span};

    fn drawing() -> Drawing {
        Drawing { colour: Colour::Jamais, quiet: false }
    }

    #[test]
    fn labels_of_two_files_are_both_drawn() {
        let mut sources = SourceMap::new();
        let a = sources.add("essai.cadrage", "modifier seuil = 12 €\n");
        let b = sources.add("socle/seuils.cadrage", "\nconstante seuil en € :\n");
        let d = Diagnostic::new(Code::D01, "`seuil` est verrouillée", Span::new(a, 9, 14))
            .label(Span::new(b, 11, 16), "déclarée ici")
            .help("seul son module peut la changer");
        let text = drawing().drawn(&d, &sources);
        assert!(text.contains("[D01] `seuil` est verrouillée"), "{text}");
        assert!(text.contains("essai.cadrage:1:10") && text.contains("modifier seuil"), "{text}");
        assert!(text.contains("voir aussi socle/seuils.cadrage") && text.contains("déclarée ici"), "{text}");
        assert!(text.ends_with("  aide : seul son module peut la changer\n"), "{text}");
    }

    #[test]
    fn what_is_to_be_pasted_is_never_cut() {
        let code = "= somme de (inm * valeur_du_point * quotité_rémunérée * présence)";
        let text = wrapped(&format!("il manque une durée, sinon un agent parti le 15 serait payé le mois entier : `{code}`"), WIDTH);
        assert!(text.contains(&format!("`{code}`")), "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
