//! Files by number, and lines and columns from bytes.

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A text and the name users know it by.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as shown to users, relative to the dossier; `socle/…` for the library.
    pub name: String,
    /// The text spans refer to (NFC, without byte-order mark).
    pub text: String,
    line_starts: Vec<usize>,
}

/// Line and column, both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl SourceFile {
    /// Where byte `offset` is.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|s| *s <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |t| t.chars().count()) + 1;
        Position { line, column }
    }
}

/// All files of one check.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// No file yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text that is already normalised (see `cadrage_syntax::normalise`).
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(k, _)| k + 1)).collect();
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file, when it is one of this map.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&SourceFile> {
        self.files.get(file.0 as usize)
    }

    /// The text a span covers; empty when it is out of range.
    #[must_use]
    pub fn text(&self, span: crate::Span) -> &str {
        self.get(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// `file.cadrage:12` of the start of a span.
    #[must_use]
    pub fn place(&self, span: crate::Span) -> String {
        self.get(span.file).map_or_else(String::new, |f| format!("{}:{}", f.name, f.position(span.start as usize).line))
    }

    /// The whole line a span begins on.
    #[must_use]
    pub fn line_of(&self, span: crate::Span) -> &str {
        let Some(file) = self.get(span.file) else { return "" };
        let at = (span.start as usize).min(file.text.len());
        let start = file.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |k| k + 1);
        file.text.get(start..).and_then(|t| t.lines().next()).unwrap_or("")
    }

    /// All files in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(k, f)| (FileId(u32::try_from(k).unwrap_or(u32::MAX)), f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut map = SourceMap::new();
        let id = map.add("a", "été\nà b");
        let file = map.get(id).unwrap();
        let b = file.text.find('b').unwrap();
        assert_eq!(map.line_of(crate::Span::new(id, b, b + 1)), "à b");
        let file = map.get(id).unwrap();
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(file.text.find('b').unwrap()), Position { line: 2, column: 3 });
    }
}
