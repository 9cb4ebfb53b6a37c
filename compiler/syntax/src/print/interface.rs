//! How a flat file is read.

use cadrage_source::Spanned;

use super::block::Block;
use super::{label, quoted};
use crate::ast::{Interface, InterfaceCell, InterfaceColumn, InterfaceCut, InterfaceOrigin};

pub(super) fn interface(i: &Interface) -> String {
    let model = i.model.as_ref().map_or_else(String::new, |m| format!(" pour {}", m.value));
    let mut block = Block::new(&format!("interface {}{model}{}", i.name.value, label(i.label.as_ref())));
    if let Some(d) = &i.disposition {
        block.line(&format!("disposition {}", d.value));
    }
    for (word, text) in [("fichier", &i.file), ("encodage", &i.encoding), ("séparateur", &i.separator)] {
        if let Some(t) = text {
            block.line(&format!("{word} {}", quoted(&t.value)));
        }
    }
    if i.fixed.is_some() {
        block.line("largeur fixe");
    }
    if i.headless.is_some() {
        block.line("sans en-tête");
    }
    for (word, texts) in [("dates", &i.dates), ("mois", &i.months)] {
        block.line(&several(word, texts));
    }
    if let Some(t) = &i.decimal {
        block.line(&format!("décimale {}", quoted(&t.value)));
    }
    if i.trailing_sign.is_some() {
        block.line("signe à droite");
    }
    for (word, texts) in [("ouverte", &i.open), ("vide", &i.empty)] {
        block.line(&several(word, texts));
    }
    if let Some(n) = &i.skip {
        block.line(&format!("ignorer {} lignes", n.value));
    }
    for f in &i.filters {
        let word = if f.keep { "garder" } else { "ignorer" };
        block.line(&several(&format!("{word} si {} =", cell(&f.cell)), &f.values));
    }
    for c in &i.columns {
        block.line(&column(c));
    }
    block.docs(&i.docs);
    block.close()
}

/// A word and quoted texts; nothing without one.
fn several(word: &str, texts: &[Spanned<String>]) -> String {
    let all: Vec<String> = texts.iter().map(|t| quoted(&t.value)).collect();
    if all.is_empty() { String::new() } else { format!("{word} {}", all.join(" ; ")) }
}

fn cell(c: &InterfaceCell) -> String {
    match c {
        InterfaceCell::Named(name) => quoted(&name.value),
        InterfaceCell::At(range) => format!("positions {} à {}", range.value.0, range.value.1),
        InterfaceCell::Nth(n) => format!("case {}", n.value),
    }
}

fn column(c: &InterfaceColumn) -> String {
    let origin = match &c.origin {
        InterfaceOrigin::Cell(one) => cell(one),
        InterfaceOrigin::Ratio(a, b) => format!("{} / {}", cell(a), cell(b)),
        InterfaceOrigin::Value(text) => format!("valeur {}", quoted(&text.value)),
        InterfaceOrigin::LineNumber(_) => "numéro de ligne".to_owned(),
        InterfaceOrigin::Month(_) => "mois du manifeste".to_owned(),
    };
    let cut = match &c.cut {
        None => String::new(),
        Some(InterfaceCut::Before(sign)) => format!(" avant {}", quoted(&sign.value)),
        Some(InterfaceCut::After(sign)) => format!(" après {}", quoted(&sign.value)),
        Some(InterfaceCut::Characters(range)) => format!(" caractères {} à {}", range.value.0, range.value.1),
    };
    let last_day = if c.last_day.is_some() { " dernier jour inclus" } else { "" };
    let cases: Vec<String> = c.mapping.iter().map(|(text, code)| format!("{} : {}", quoted(&text.value), code.value)).collect();
    let mapping = if cases.is_empty() { String::new() } else { format!(" selon {}", cases.join(" ; ")) };
    let fallback = c.fallback.as_ref().map_or_else(String::new, |t| format!(" à défaut {}", quoted(&t.value)));
    format!("colonne {} = {origin}{cut}{last_day}{mapping}{fallback}", c.name.value)
}
