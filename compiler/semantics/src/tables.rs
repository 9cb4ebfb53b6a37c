//! Reference lists that declarations read (`valeurs de "…"`): rows of text, with their line numbers.

use std::collections::BTreeMap;

/// A flat file as rows of named cells. The compiler is given it; it never opens a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Path as scripts name it.
    pub path: String,
    /// Rows: line number and cells by column name.
    pub rows: Vec<(usize, BTreeMap<String, String>)>,
}

/// The reference lists given to a check, by path.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    lists: BTreeMap<String, Result<Table, String>>,
    /// Files of cases, with what separates their columns.
    cases: BTreeMap<(String, char), Result<Table, String>>,
    /// What people typed, where they typed something.
    entries: BTreeMap<String, Result<Table, String>>,
}

impl Tables {
    /// Adds a list, or the French sentence that says why it cannot be read.
    pub fn add(&mut self, path: &str, table: Result<Table, String>) {
        self.lists.insert(path.to_owned(), table);
    }

    /// The list at `path`; `None` when nobody provided it.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Result<Table, String>> {
        self.lists.get(path)
    }

    /// Adds what people typed, or the French sentence that says why it cannot be read.
    pub fn add_entries(&mut self, path: &str, table: Result<Table, String>) {
        self.entries.insert(path.to_owned(), table);
    }

    /// What people typed at `path`; `None` where they typed nothing.
    #[must_use]
    pub fn entries(&self, path: &str) -> Option<&Result<Table, String>> {
        self.entries.get(path)
    }

    /// Adds a file of cases of a test, or the French sentence that says why it cannot be read.
    pub fn add_cases(&mut self, path: &str, separator: char, table: Result<Table, String>) {
        self.cases.insert((path.to_owned(), separator), table);
    }

    /// The cases at `path`; `None` when nobody provided them.
    #[must_use]
    pub fn cases(&self, path: &str, separator: char) -> Option<&Result<Table, String>> {
        self.cases.get(&(path.to_owned(), separator))
    }
}

impl Table {
    /// A cell, empty when absent.
    #[must_use]
    pub fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> &'a str {
        row.get(column).map_or("", String::as_str)
    }
}
