//! One reader per type of file: cells to facts, with the quality actions of interfaces.md §12.

mod forecasts;
mod parsed;
mod pay;
mod situations;
mod splits;

pub(crate) use forecasts::{competences, forecasts};
pub(crate) use pay::{hors_psop, pay};
pub(crate) use situations::situations;
pub(crate) use splits::{affectations, imputations};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Money, Month};

use crate::field::{self, Rubbish};
use crate::memory::Memory;
use crate::quality::{Finding, Level};
use crate::report::Accounts;
use crate::rows::FlatRow;
use crate::table::{Columns, Rows};
use crate::tally::{MASKED, Tally};
use crate::thresholds::Limits;
use crate::{CubeError, Kind, References};

/// Values of a list that a delivery learns: a file of rubbish is not a list.
const LEARNED: usize = 1_000;

/// What reading a file needs to know of the rest, and what it leaves to the files read next.
pub(crate) struct Context<'a> {
    pub(crate) references: &'a References,
    pub(crate) month: Month,
    pub(crate) limits: Limits,
    pub(crate) memory: Memory,
    /// Values met that no list knows, by list.
    pub(crate) learned: BTreeMap<&'static str, BTreeSet<String>>,
    /// Matricules written in the pay file, lines in quarantine included.
    pub(crate) paid: BTreeSet<String>,
}

impl Context<'_> {
    /// A code that its list does not have is learned; a list that is absent is not looked at.
    fn check_code(&mut self, list: &'static str, code: &str) -> bool {
        let lists = self.references;
        let known = match list {
            "corps_grades" => lists.grades.is_empty() || lists.grades.contains_key(code),
            "elements_paie" => lists.elements.is_empty() || lists.elements.contains_key(code),
            _ => lists.comptes.is_empty() || lists.comptes.contains_key(code),
        };
        let known = known || code.is_empty() || code == "?";
        if !known {
            let learned = self.learned.entry(list).or_default();
            if learned.len() < LEARNED {
                learned.insert(code.to_owned());
            }
        }
        known
    }
}

/// What became of the rows of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    pub(crate) set_aside: usize,
    pub(crate) quarantined: usize,
    /// Σ of the amounts that can be read.
    pub(crate) read_amount: Money,
    /// The same by account, with the lines read and those in quarantine.
    pub(crate) accounts: Accounts,
    pub(crate) unknown_columns: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// A file being read, and what is found on the way.
pub(crate) struct Reader<'a> {
    /// As users name it.
    pub(crate) file: &'a str,
    pub(crate) rows: Rows<'a>,
    /// Of the rows being read; they go to the tally now and then.
    pub(crate) findings: Vec<Finding>,
    pub(crate) tally: &'a mut Tally,
    pub(crate) progress: &'a mut dyn FnMut(u64),
}

impl Reader<'_> {
    /// Where the columns of a type of file are.
    pub(crate) fn columns(&self, kind: Kind) -> Result<Columns, CubeError> {
        let of = kind.file_type();
        let mut columns = Columns::find(self.file, &self.rows.header, &of.names(), &of.required())?;
        columns.origins = self.rows.origins();
        Ok(columns)
    }

    /// The next row, and where to say what is found in it. Says now and then how far it is, and counts what was found before.
    fn next(&mut self) -> Result<Option<(&FlatRow, &mut Vec<Finding>)>, CubeError> {
        if self.rows.given % 1000 == 999 {
            self.tally.take(&mut self.findings);
            (self.progress)(u64::try_from(self.rows.given + 1).unwrap_or(0));
        }
        Ok(self.rows.next()?.map(|row| (row, &mut self.findings)))
    }
}

/// A row being read.
pub(crate) struct Cells<'r> {
    file: &'r str,
    columns: &'r Columns,
    pub(crate) row: &'r FlatRow,
    pub(crate) key: Cow<'r, str>,
    pub(crate) amount: Money,
}

/// What a rational is expected to look like.
const RATIONAL: &str = "un nombre, virgule décimale, ou une fraction";

/// Columns whose values stay in the dossier.
const PERSONAL: [&str; 3] = ["nom", "prenom", "date_naissance"];

impl<'r> Cells<'r> {
    /// A row, and its matricule when the column can be read.
    fn new(file: &'r str, columns: &'r Columns, row: &'r FlatRow) -> Self {
        let key = field::code(columns.cell(row, "matricule")).unwrap_or_default();
        Cells { file, columns, row, key: Cow::Owned(key), amount: Money::ZERO }
    }

    /// A line of pay: its key in findings is the matricule as written, since it may be that of nobody.
    fn of_line(file: &'r str, columns: &'r Columns, row: &'r FlatRow) -> Self {
        Cells { file, columns, row, key: Cow::Borrowed(columns.cell(row, "matricule")), amount: Money::ZERO }
    }

    pub(crate) fn raw(&self, column: &str) -> &'r str {
        self.columns.cell(self.row, column)
    }

    pub(crate) fn finding(&self, code: &'static str, level: Level, column: &'static str, expected: &str, action: &'static str) -> Finding {
        // Cells that do not line up with the header may hold a name under any column.
        let personal = PERSONAL.contains(&column) || (!self.columns.fits(self.row) && self.columns.names_people());
        let value = if personal { MASKED.to_owned() } else { self.columns.written(self.row, column) };
        Finding {
            code: Cow::Borrowed(code),
            level,
            file: self.file.to_owned(),
            line: self.row.line,
            column: self.columns.name(column),
            key: self.key.to_string(),
            value,
            expected: expected.to_owned(),
            action: Cow::Borrowed(action),
            amount: self.amount,
        }
    }

    /// A row whose cells do not line up with the header (Q15).
    fn check_width(&self, findings: &mut Vec<Finding>) {
        if !self.columns.fits(self.row) {
            findings.push(self.finding("Q15", Level::Warning, "", "autant de cases que l'en-tête", "accepté ; champ décalé possible"));
        }
    }

    /// A field that is neither key nor amount: rubbish is quarantined and counts as absent (Q15).
    pub(crate) fn get<T: Default>(
        &self,
        findings: &mut Vec<Finding>,
        column: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Result<T, Rubbish>,
    ) -> T {
        parse(self.raw(column)).unwrap_or_else(|Rubbish| {
            findings.push(self.finding("Q15", Level::Warning, column, expected, "champ en quarantaine"));
            T::default()
        })
    }

    /// A number; no-break spaces between its thousands are taken off, and counted (Q15).
    pub(crate) fn number<T: Default>(
        &self,
        findings: &mut Vec<Finding>,
        column: &'static str,
        expected: &str,
        mut parse: impl FnMut(&str) -> Result<T, Rubbish>,
    ) -> T {
        let cell = self.raw(column);
        if let Ok(value) = parse(cell) {
            return value;
        }
        let Some(Ok(value)) = field::unspaced(cell).map(|bare| parse(&bare)) else { return self.get(findings, column, expected, parse) };
        findings.push(self.finding("Q15", Level::Warning, column, expected, "réparé : espaces retirées"));
        value
    }

    pub(crate) fn integer(&self, findings: &mut Vec<Finding>, column: &'static str) -> Option<i64> {
        self.number(findings, column, "un entier", field::integer)
    }

    pub(crate) fn code(&self, findings: &mut Vec<Finding>, column: &'static str) -> String {
        self.get(findings, column, "un code", field::code)
    }

    /// A code of a closed list; another one does not parse.
    pub(crate) fn member(&self, findings: &mut Vec<Finding>, column: &'static str, of: &[&str]) -> String {
        let parse =
            |cell: &str| field::code(cell).and_then(|c| if c.is_empty() || of.contains(&c.as_str()) { Ok(c) } else { Err(Rubbish) });
        self.get(findings, column, &of.join(", "), parse)
    }

    /// Says that a column that must be filled is not (Q15).
    pub(crate) fn require(&self, findings: &mut Vec<Finding>, column: &'static str) {
        if self.raw(column).is_empty() {
            findings.push(self.finding("Q15", Level::Warning, column, "une valeur : colonne obligatoire", "champ absent, accepté"));
        }
    }

    /// A structure as delivered; one that is not known and open is reported (Q03), and resolved when read again.
    pub(crate) fn structure(&self, findings: &mut Vec<Finding>, context: &Context<'_>, month: Month) -> String {
        let code = field::code(self.raw("structure")).unwrap_or_default();
        if code.is_empty() || !context.references.is_open(&code, month) {
            findings.push(self.finding(
                "Q03",
                Level::Warning,
                "structure",
                "une structure ouverte du référentiel",
                "accepté sur la structure ?",
            ));
        }
        if code.is_empty() { "?".to_owned() } else { code }
    }
}
