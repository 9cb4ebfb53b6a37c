//! `interface`: how a flat file is read.

use cadrage_source::{Span, Spanned};

use super::Docs;

/// `interface x pour modèle`: how a flat file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: Spanned<String>,
    /// The contents it delivers.
    pub model: Option<Spanned<String>>,
    /// Its label.
    pub label: Option<Spanned<String>>,
    /// `disposition x`: what manifests call it.
    pub disposition: Option<Spanned<String>>,
    /// `fichier "…"`
    pub file: Option<Spanned<String>>,
    /// `encodage "…"`
    pub encoding: Option<Spanned<String>>,
    /// `séparateur "…"`
    pub separator: Option<Spanned<String>>,
    /// `largeur fixe`
    pub fixed: Option<Span>,
    /// `sans en-tête`
    pub headless: Option<Span>,
    /// `dates "…" ; "…"`
    pub dates: Vec<Spanned<String>>,
    /// `mois "…" ; "…"`
    pub months: Vec<Spanned<String>>,
    /// `décimale "…"`
    pub decimal: Option<Spanned<String>>,
    /// `signe à droite`
    pub trailing_sign: Option<Span>,
    /// `ouvert "…" ; "…"`: days that stand for no end.
    pub open: Vec<Spanned<String>>,
    /// `vide "…" ; "…"`: texts that stand for nothing.
    pub empty: Vec<Spanned<String>>,
    /// `garder si …`, `ignorer si …`, in the order written.
    pub filters: Vec<InterfaceFilter>,
    /// `ignorer n lignes`
    pub skip: Option<Spanned<u32>>,
    /// In the order written.
    pub columns: Vec<InterfaceColumn>,
    /// Its documentation.
    pub docs: Docs,
    /// A clause of it was unreadable: already complained about.
    pub damaged: bool,
    /// The words.
    pub span: Span,
}

/// `colonne x = "EN_TETE" selon "1" : courant à défaut "?"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceColumn {
    /// What it is for us.
    pub name: Spanned<String>,
    /// Where it comes from.
    pub origin: InterfaceOrigin,
    /// The part of the cell that is read.
    pub cut: Option<InterfaceCut>,
    /// `dernier jour inclus`
    pub last_day: Option<Span>,
    /// `selon "1" : courant ; …`: text of the file, and code.
    pub mapping: Vec<(Spanned<String>, Spanned<String>)>,
    /// `à défaut "…"`
    pub fallback: Option<Spanned<String>>,
    /// The words.
    pub span: Span,
}

/// Where a column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceOrigin {
    /// A cell of the file.
    Cell(InterfaceCell),
    /// `"NUM" / "DEN"`
    Ratio(InterfaceCell, InterfaceCell),
    /// `valeur "…"`
    Value(Spanned<String>),
    /// `numéro de ligne`
    LineNumber(Span),
    /// `mois du manifeste`
    Month(Span),
}

/// A cell of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceCell {
    /// What the header calls it.
    Named(Spanned<String>),
    /// `positions 1 à 12`: characters of the line, from 1, both included.
    At(Spanned<(u32, u32)>),
    /// `case 3`: the nth cell between separators, from 1.
    Nth(Spanned<u32>),
}

/// The part of a cell that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceCut {
    /// `avant "…"`
    Before(Spanned<String>),
    /// `après "…"`
    After(Spanned<String>),
    /// `caractères 1 à 6`
    Characters(Spanned<(u32, u32)>),
}

/// `garder si "TYPE" = "A" ; "B"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceFilter {
    /// `garder`, not `ignorer`.
    pub keep: bool,
    /// The cell looked at.
    pub cell: InterfaceCell,
    /// One of these.
    pub values: Vec<Spanned<String>>,
    /// The words.
    pub span: Span,
}
