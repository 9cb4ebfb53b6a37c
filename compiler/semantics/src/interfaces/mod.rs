//! `interface`: how a foreign file is read, checked against the file types of `pms-csv/1`. The import reads files through it.

mod columns;
mod forms;

use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::{ast, fold};
use cadrage_value::exchange::{FILE_TYPES, FileType};
use cadrage_value::layout::{LayoutColumn, LayoutFilter};

use crate::scope::Scope;
use crate::suggest;

/// A checked interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// As declared.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// What `disposition` of a manifest names: the interface itself, or the family it belongs to.
    pub disposition: String,
    /// The type of file it gives.
    pub kind: &'static str,
    /// Pattern of the file name: `AAAA` and `MM` stand for the month, `*` for anything.
    pub file: String,
    /// `utf-8`, `iso-8859-15` or `cp1252`; what the manifest says when the interface says nothing.
    pub encoding: Option<&'static str>,
    /// Between columns; none in a file of fixed width.
    pub separator: Option<char>,
    /// The first row is data: its columns have no name.
    pub headless: bool,
    /// How days are written: `AAAA`, `MM`, `JJ` in any order.
    pub dates: Vec<String>,
    /// How months are written: `AAAA`, `MM` in any order.
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
    /// Lines before the header; before the first row in a file of fixed width.
    pub skip: u32,
    /// In the order written.
    pub columns: Vec<LayoutColumn>,
    /// Where its name is declared.
    pub span: Span,
}

impl Scope<'_> {
    /// The checked interface; `None` when it was complained about.
    pub(crate) fn interface(&mut self, i: &ast::Interface) -> Option<Interface> {
        let mut complaints = Vec::new();
        let out = interface(i, &mut complaints);
        for complaint in complaints {
            self.complain(complaint);
        }
        out
    }
}

/// Checks an interface alone: nothing of what surrounds it matters. `None` when it is complained about.
pub fn interface(i: &ast::Interface, complaints: &mut Vec<Diagnostic>) -> Option<Interface> {
    let before = complaints.len();
    if i.damaged {
        return None;
    }
    let kind = file_type(i, complaints)?;
    let mut check = Check { i, fixed: i.fixed.is_some(), headless: i.headless.is_some(), complaints };
    check.no_header();
    let columns = check.columns(kind);
    let filters = i.filters.iter().map(|f| check.filter(f)).collect();
    let Some(file) = &i.file else {
        complaints.push(
            Diagnostic::new(Code::V02, format!("l'interface `{}` ne dit pas son fichier", i.name.value), i.name.span)
                .help("ajoutez `fichier \"KX_AAAAMM.txt\"` : AAAA et MM tiennent la place du mois"),
        );
        return None;
    };
    let encoding = check.encoding();
    let separator = check.separator();
    let (dates, months) = (check.dates(), check.months());
    let point = check.point();
    if complaints.len() > before {
        return None;
    }
    let label = i.label.as_ref().or(i.docs.label.as_ref()).map_or_else(|| i.name.value.clone(), |l| l.value.clone());
    let texts = |all: &[Spanned<String>]| all.iter().map(|t| t.value.clone()).collect();
    Some(Interface {
        name: i.name.value.clone(),
        label,
        disposition: i.disposition.as_ref().unwrap_or(&i.name).value.clone(),
        kind: kind.name,
        file: file.value.clone(),
        encoding,
        separator,
        headless: i.headless.is_some() || i.fixed.is_some(),
        dates,
        months,
        point,
        trailing_sign: i.trailing_sign.is_some(),
        open: texts(&i.open),
        empty: texts(&i.empty),
        filters,
        skip: i.skip.as_ref().map_or(0, |n| n.value),
        columns,
        span: i.name.span,
    })
}

/// An interface being checked.
struct Check<'c> {
    i: &'c ast::Interface,
    /// Of fixed width.
    fixed: bool,
    /// Said to have no header.
    headless: bool,
    complaints: &'c mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn malformed(&mut self, message: String, span: Span, help: impl Into<String>) {
        self.complaints.push(Diagnostic::new(Code::V21, message, span).help(help.into()));
    }
}

fn file_type(i: &ast::Interface, complaints: &mut Vec<Diagnostic>) -> Option<&'static FileType> {
    let names = || FILE_TYPES.iter().map(|t| t.name);
    let Some(model) = &i.model else {
        complaints.push(
            Diagnostic::new(Code::V02, format!("l'interface `{}` ne dit pas ce qu'elle donne", i.name.value), i.name.span)
                .help(format!("écrivez `interface {} pour retour_de_paie : …`", i.name.value)),
        );
        return None;
    };
    let found = FILE_TYPES.iter().find(|t| fold(t.name) == fold(&model.value));
    if found.is_none() {
        let help = suggest::nearest(&model.value, names())
            .map_or_else(|| format!("types de fichier : {}", names().collect::<Vec<_>>().join(", ")), |n| format!("vouliez-vous `{n}` ?"));
        complaints.push(
            Diagnostic::new(Code::N01, format!("`{}` n'est pas un type de fichier", model.value), model.span)
                .here("type inconnu")
                .help(help),
        );
    }
    found
}
