//! Files of other systems: how each canonical column is made from a source record, one record at a time (interfaces.md §9).
//!
//! Takes a [`Layout`], made from a checked `interface` of the scripts; gives records under canonical names, followed by the source
//! cells they came from, so that what is said of them is said in the words of the file.

mod convert;
mod mapped;
mod names;
mod plan;

use std::sync::Arc;

use cadrage_value::exchange::{FileType, Form};
use cadrage_value::layout::{LayoutCell, LayoutColumn, LayoutFilter, LayoutOrigin};

use crate::{CubeError, Kind};

pub(crate) use convert::Pattern;
pub(crate) use mapped::Mapped;
pub(crate) use names::{folded, matches};
pub(crate) use plan::{Origins, SOURCE};

/// How a file of another system is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The interface, as declared.
    pub name: String,
    /// What manifests call it.
    pub disposition: String,
    /// The type of file it gives.
    pub kind: Kind,
    /// Pattern of the file name: `AAAA` and `MM` stand for the month, `*` for anything.
    pub file: String,
    /// The encoding, when it says one.
    pub encoding: Option<String>,
    /// Between cells; none in a file of fixed width.
    pub separator: Option<char>,
    /// The first row is data.
    pub headless: bool,
    /// Lines before the header; before the first row of a file of fixed width.
    pub skip: u32,
    /// Forms of days: `AAAA`, `MM`, `JJ` in any order.
    pub dates: Vec<String>,
    /// Forms of months: `AAAA`, `MM` in any order.
    pub months: Vec<String>,
    /// Decimals come after a point, not a comma.
    pub point: bool,
    /// The minus sign comes last.
    pub trailing_sign: bool,
    /// Days that stand for no end, as written.
    pub open: Vec<String>,
    /// Texts that stand for nothing.
    pub empty: Vec<String>,
    /// Rows that are read, or not.
    pub filters: Vec<LayoutFilter>,
    /// What fills each canonical column.
    pub columns: Vec<LayoutColumn>,
}

impl Layout {
    /// A spreadsheet under our own names: its numbers lose the zeros that money is written with.
    pub(crate) fn canonical(kind: Kind) -> Layout {
        let own = |name: &'static str| LayoutColumn {
            name,
            origin: LayoutOrigin::Cell(LayoutCell::Named(name.to_owned())),
            cut: None,
            last_day: false,
            mapping: Vec::new(),
            fallback: None,
        };
        Layout {
            name: CANONICAL.to_owned(),
            disposition: CANONICAL.to_owned(),
            kind,
            file: "*".to_owned(),
            encoding: None,
            separator: Some(';'),
            headless: false,
            skip: 0,
            dates: vec!["AAAA-MM-JJ".to_owned(), "JJ/MM/AAAA".to_owned()],
            months: vec!["AAAA-MM".to_owned()],
            point: false,
            trailing_sign: false,
            open: Vec::new(),
            empty: Vec::new(),
            filters: Vec::new(),
            columns: kind.file_type().names().into_iter().map(own).collect(),
        }
    }

    /// Is it ours, under our own names?
    pub(crate) fn is_canonical(&self) -> bool {
        self.name == CANONICAL
    }

    fn form(&self, column: &str) -> Form {
        let kind: &FileType = self.kind.file_type();
        kind.columns.iter().find(|c| c.name == column).map_or(Form::Text, |c| c.form)
    }
}

/// The disposition of files under our own names.
pub(crate) const CANONICAL: &str = "canonique";

/// The interfaces of a dossier.
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    sound: Vec<Arc<Layout>>,
    broken: Vec<BrokenLayout>,
}

/// An interface that is declared and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLayout {
    /// As declared.
    pub name: String,
    /// What manifests call it.
    pub disposition: String,
    /// What is wrong with it.
    pub why: String,
}

impl Layouts {
    /// Those that are sound, and those that are not.
    #[must_use]
    pub fn new(sound: Vec<Layout>, broken: Vec<BrokenLayout>) -> Layouts {
        Layouts { sound: sound.into_iter().map(Arc::new).collect(), broken }
    }

    /// The one that a manifest names for a type of file.
    ///
    /// # Errors
    /// `I07` when there is none, several, or one that is wrong.
    pub(crate) fn find(&self, disposition: &str, kind: Kind) -> Result<Arc<Layout>, CubeError> {
        let wanted = folded(disposition);
        let of_family = || self.sound.iter().filter(|l| folded(&l.disposition) == wanted);
        let mut found = of_family().filter(|l| l.kind == kind);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(Arc::clone(one)),
            (Some(one), Some(other)) => {
                let message =
                    format!("deux interfaces lisent `{}` en disposition `{disposition}` : `{}` et `{}`", kind.name(), one.name, other.name);
                Err(CubeError::new("I07", message, "gardez-en une, ou donnez-leur deux dispositions"))
            }
            (None, _) => Err(self.missing(disposition, kind)),
        }
    }

    fn missing(&self, disposition: &str, kind: Kind) -> CubeError {
        let wanted = folded(disposition);
        if let Some(broken) = self.broken.iter().find(|b| folded(&b.disposition) == wanted) {
            let message = format!("l'interface `{}` est fausse : {}", broken.name, broken.why);
            return CubeError::new("I07", message, "`cadrage vérifier` dit où ; corrigez-la, puis recommencez");
        }
        let message = format!("aucune interface ne lit `{}` en disposition `{disposition}`", kind.name());
        let declare = format!("écrivez `interface … pour {} : disposition {disposition} …`", kind.name());
        let mut known: Vec<&str> = self.sound.iter().filter(|l| l.kind == kind).map(|l| l.disposition.as_str()).collect();
        known.sort_unstable();
        let guess = "`cadrage importer --deviner <fichier>` en propose une";
        let help = if known.is_empty() {
            format!("{declare} ; {guess}")
        } else {
            format!("dispositions lues pour ce type : {CANONICAL}, {} ; sinon {declare} ; {guess}", known.join(", "))
        };
        CubeError::new("I07", message, help)
    }
}
