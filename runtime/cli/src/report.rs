//! Where miette draws: diagnostics of scripts, refusals of the store, on stderr.

use std::fmt;

use cadrage_cube::CubeError;
use cadrage_source::{Diagnostic, Severity, SourceMap};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::arguments::Colour;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawing {
    pub(crate) colour: Colour,
    pub(crate) quiet: bool,
}

impl Drawing {
    fn handler(self) -> GraphicalReportHandler {
        use std::io::IsTerminal as _;
        let coloured = self.colour == Colour::Auto && std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme = if coloured { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100).with_context_lines(1)
    }

    /// Draws diagnostics; notes and warnings are left out when quiet.
    pub(crate) fn diagnostics(self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        let handler = self.handler();
        for d in diagnostics.iter().filter(|d| !self.quiet || d.is_error()) {
            let file = d.labels.first().and_then(|l| sources.get(l.span.file));
            let drawn = Drawn { diagnostic: d, source: file.map(|f| NamedSource::new(&f.name, f.text.clone())), sources };
            let mut out = String::new();
            match handler.render_report(&mut out, &drawn) {
                Ok(()) => eprintln!("{}", out.replace("  help: ", "  aide : ").trim_end()),
                Err(fmt::Error) => eprintln!("[{}] {}", d.code.name(), d.message),
            }
        }
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
        eprintln!("  aide : {}\n  rien n'a été chargé ; `cadrage aide {}` en dit plus", e.help, e.code);
    }
}

struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<NamedSource<String>>,
    sources: &'a SourceMap,
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.diagnostic.code.name(), self.diagnostic.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        // Labels of other files have no place in the drawing: they are said in words.
        let main = self.diagnostic.labels.first().map(|l| l.span.file);
        let elsewhere: Vec<String> = self
            .diagnostic
            .labels
            .iter()
            .filter(|l| Some(l.span.file) != main)
            .map(|l| format!("{} : {}", self.sources.place(l.span), if l.text.is_empty() { "ici" } else { &l.text }))
            .collect();
        let mut lines = elsewhere;
        lines.extend(self.diagnostic.help.clone());
        if lines.is_empty() { None } else { Some(Box::new(lines.join("\n"))) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let main = self.diagnostic.labels.first()?.span.file;
        self.source.as_ref()?;
        Some(Box::new(self.diagnostic.labels.iter().filter(move |l| l.span.file == main).map(|l| {
            let length = (l.span.end - l.span.start) as usize;
            let text = if l.text.is_empty() { None } else { Some(l.text.clone()) };
            LabeledSpan::new(text, l.span.start as usize, length)
        })))
    }
}
