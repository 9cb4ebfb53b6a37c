//! Where a report is written: in the dossier, in a form that exists.

use cadrage_source::{Code, Diagnostic, Spanned};

use crate::scope::Scope;

impl Scope<'_> {
    /// A file inside the dossier, of a form that can be written.
    pub(crate) fn exportable(&mut self, path: &Spanned<String>) -> bool {
        let text = path.value.as_str();
        let outside = text.starts_with(['/', '\\']) || text.contains(':') || text.split(['/', '\\']).any(|p| p == ".." || p.is_empty());
        let known = [".csv", ".xlsx", ".json", ".html"].iter().any(|x| text.to_lowercase().ends_with(x));
        if !outside && known {
            return true;
        }
        let why = if outside { "ce fichier n'est pas dans le dossier" } else { "cette forme de fichier n'est pas connue" };
        self.complain(
            Diagnostic::new(Code::V21, format!("`{text}` : {why}"), path.span)
                .help("écrivez un nom simple : `exporter \"suivi.csv\"`, `.xlsx`, `.json` ou `.html`"),
        );
        false
    }
}
