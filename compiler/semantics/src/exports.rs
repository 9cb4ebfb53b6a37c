//! Where a report is written: in the dossier, in a form that exists.

use cadrage_source::{Code, Diagnostic, Spanned};

use cadrage_syntax::fold;

use crate::scope::Scope;

/// Where lists, deliveries and loads are.
const READ: &[&str] = &["referentiels", "livraisons", ".cadrage"];

impl Scope<'_> {
    /// A file inside the dossier, of a form that can be written.
    pub(crate) fn exportable(&mut self, path: &Spanned<String>) -> bool {
        let text = path.value.as_str();
        let outside = text.starts_with(['/', '\\']) || text.contains(':') || text.split(['/', '\\']).any(|p| p == ".." || p.is_empty());
        // Folders that the dossier is read from: a report there would be taken for data.
        let read = text.split(['/', '\\']).next().is_some_and(|first| READ.contains(&fold(first).as_str()) && text.contains(['/', '\\']));
        let known = [".csv", ".xlsx", ".json", ".html", ".parquet"].iter().any(|x| text.to_lowercase().ends_with(x));
        let why = match (outside, read, known) {
            (false, false, true) => return true,
            (true, _, _) => "ce fichier n'est pas dans le dossier",
            (false, true, _) => "ce qui est dans ce dossier-là est lu comme des données",
            (false, false, false) => "cette forme de fichier n'est pas connue",
        };
        self.complain(
            Diagnostic::new(Code::V21, format!("`{text}` : {why}"), path.span)
                .help("écrivez un nom simple : `exporter \"suivi.xlsx\"`, `.html`, `.csv`, `.parquet` ou `.json`"),
        );
        false
    }
}
