//! Numbers, units, dates, texts.

use cadrage_grammar::Rule;
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_value::{Date, Exact, Month};

use super::{Builder, P};
use crate::ast::{UnitExpr, UnitFactor};

impl Builder<'_> {
    /// `"…"` without its quotes.
    pub(super) fn text_of(&self, pair: &P<'_>) -> Spanned<String> {
        Spanned::new(pair.as_str().trim_matches('"').to_owned(), self.span(pair))
    }

    /// A number, its mistakes complained about and mended: the rest of the file is checked with the number that was meant.
    pub(super) fn number(&mut self, pair: &P<'_>) -> Exact {
        let (written, span) = (pair.as_str().trim(), self.span(pair));
        let meant = meant(written);
        match pair.as_rule() {
            Rule::err_point => {
                let complaint =
                    Diagnostic::new(Code::S02, format!("`{written}` n'est pas un nombre ici : la décimale s'écrit avec une virgule"), span)
                        .here("point");
                self.complain(match point(written) {
                    Point::Decimal | Point::Thousands => {
                        complaint.help(format!("écrivez `{}`", grouped(&meant))).fix(span, grouped(&meant))
                    }
                    Point::Either => complaint.help(format!(
                        "écrivez `{}` si le point est une décimale, `{}` s'il sépare des milliers",
                        grouped(&meant),
                        grouped(&meant.replace(',', ""))
                    )),
                    Point::Unclear => complaint.help("une virgule pour les décimales, une espace entre les milliers : `1 234,56`"),
                });
            }
            Rule::err_milliers => {
                let complaint = Diagnostic::new(Code::S04, format!("`{written}` : les milliers se groupent par trois"), span)
                    .here("chiffres mal groupés");
                // Only a space is missing or doubled: the digits say one thing.
                let certain = written.split(',').next().is_some_and(|w| w.split_whitespace().skip(1).all(|group| group.len() == 3));
                self.complain(if certain {
                    complaint.help(format!("écrivez `{}`", grouped(&meant))).fix(span, grouped(&meant))
                } else {
                    complaint.help(format!("écrivez `{}` si c'est un seul nombre, ou séparez-les par « ; »", grouped(&meant)))
                });
            }
            _ => {}
        }
        let (whole, decimals) = meant.split_once(',').unwrap_or((meant.as_str(), ""));
        if whole.trim_start_matches('0').len() > 15 || decimals.len() > 12 {
            let shown: String = written.chars().take(30).collect();
            self.complain(
                Diagnostic::new(Code::S06, format!("le nombre `{shown}` dépasse ce que le langage accepte"), span)
                    .help("au plus 15 chiffres avant la virgule et 12 après"),
            );
            return Exact::ZERO;
        }
        meant.trim_start_matches('0').parse().or_else(|_| meant.parse()).unwrap_or(Exact::ZERO)
    }

    /// A year of four digits.
    pub(super) fn year(&self, pair: &P<'_>) -> i32 {
        pair.as_str().trim().parse().unwrap_or(0)
    }

    pub(super) fn unit(&self, pair: &P<'_>) -> UnitExpr {
        let text: String = pair.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        let factors = text.split('/').filter_map(factor).collect();
        UnitExpr { factors, span: self.span(pair) }
    }

    pub(super) fn date(&mut self, pair: &P<'_>) -> Date {
        let (written, span) = (pair.as_str().trim(), self.span(pair));
        if let Some(date) = Date::parse(written) {
            return date;
        }
        let meant = meant_date(written);
        let complaint = match meant {
            Some(d) => {
                let help = format!("écrivez `{}`", d.to_french());
                let complaint = Diagnostic::new(Code::S08, format!("la date `{written}` n'est pas écrite en entier"), span).help(help);
                // « 85 » may be 1985 or 2085: a year of two digits is for its author to complete.
                let whole = written.rsplit(['/', '.', '-']).next().is_some_and(|year| year.len() == 4);
                if whole { complaint.fix(span, d.to_french()) } else { complaint }
            }
            None => Diagnostic::new(Code::S08, format!("la date `{written}` n'existe pas"), span).help(why_no_date(written)),
        };
        self.complain(complaint.here("date"));
        meant.unwrap_or(Date::DEFAULT)
    }

    pub(super) fn month(&mut self, pair: &P<'_>) -> Month {
        let (written, span) = (pair.as_str().trim(), self.span(pair));
        let month = read_month(written);
        match month {
            Some(m) if written.find('/') == Some(1) => self.complain(
                Diagnostic::new(Code::S08, format!("le mois `{written}` n'est pas écrit en entier"), span)
                    .here("mois")
                    .help(format!("écrivez `{}`", m.to_french()))
                    .fix(span, m.to_french()),
            ),
            Some(_) => {}
            None => self.complain(
                Diagnostic::new(Code::S08, format!("le mois `{written}` n'existe pas"), span)
                    .here("mois")
                    .help("un mois s'écrit `MM/AAAA`, de `01` à `12`"),
            ),
        }
        month.unwrap_or_else(|| Date::DEFAULT.month())
    }

    /// A day, or the first day of a month.
    pub(super) fn day(&mut self, pair: &P<'_>) -> Date {
        match pair.as_rule() {
            Rule::mois => self.month(pair).first_day(),
            _ => self.date(pair),
        }
    }
}

/// The digits of a number as it was meant: a point before three digits, or one of several, groups thousands; else it is the
/// decimal mark.
fn meant(written: &str) -> String {
    let digits: String = written.chars().filter(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
    if digits.contains(',') || digits.matches('.').count() > 1 { digits.replace('.', "") } else { digits.replace('.', ",") }
}

/// What the points of a number can have meant.
enum Point {
    /// The decimal mark.
    Decimal,
    /// The separator of thousands.
    Thousands,
    /// One or the other: `1.234`.
    Either,
    /// Neither: `1.2.3`.
    Unclear,
}

fn point(written: &str) -> Point {
    let (whole, decimals) = written.split_once(',').map_or((written, None), |(w, d)| (w, Some(d)));
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    let by_three = (1..=3).contains(&first.len()) && !first.starts_with('0') && rest.iter().all(|g| g.len() == 3);
    match (rest.len(), decimals) {
        (1, None) if by_three => Point::Either,
        (1, None) => Point::Decimal,
        _ if by_three => Point::Thousands,
        _ => Point::Unclear,
    }
}

/// Those digits as the language writes them.
fn grouped(digits: &str) -> String {
    let (whole, decimals) = digits.split_once(',').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let mut out = String::new();
    for (k, c) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    if out.is_empty() {
        out.push('0');
    }
    if decimals.is_empty() { out } else { format!("{out},{decimals}") }
}

/// The day of `1/9/2026`, `01.09.2026` or `01/09/26`.
fn meant_date(written: &str) -> Option<Date> {
    let mut parts = written.split(['/', '.', '-']).map(|p| (p.len(), p.parse::<u32>().ok()));
    let ((_, day), (_, month), (width, year)) = (parts.next()?, parts.next()?, parts.next()?);
    let year = i32::try_from(year?).ok()?;
    Date::new(if width == 2 { 2000 + year } else { year }, month?, day?)
}

/// What is wrong with a day that does not exist.
fn why_no_date(written: &str) -> String {
    let parts: Vec<u32> = written.split(['/', '.', '-']).filter_map(|p| p.parse().ok()).collect();
    if let [day, month, year] = parts.as_slice()
        && let (Ok(year), true) = (i32::try_from(*year), written.contains('/') && *year > 999)
    {
        if Date::new(year, *day, *month).is_some() {
            return format!("le jour vient d'abord : écrivez `{month:02}/{day:02}/{year}`");
        }
        if let Some(last) = (28..=31).rev().find_map(|d| Date::new(year, *month, d)) {
            return format!("le dernier jour de ce mois est le `{}`", last.to_french());
        }
    }
    "une date s'écrit `JJ/MM/AAAA` et doit exister : `01/09/2026`".to_owned()
}

/// A month in any of its spellings.
pub(crate) fn read_month(text: &str) -> Option<Month> {
    if let Some((m, y)) = text.split_once('/') {
        return Month::new(y.parse().ok()?, m.parse().ok()?);
    }
    if let Ok(month) = text.parse() {
        return Some(month);
    }
    let mut words = text.split_whitespace();
    let (name, year) = (crate::fold(words.next()?), words.next()?.parse().ok()?);
    const NAMES: [&str; 12] = ["janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"];
    let position = NAMES.iter().position(|n| name.starts_with(n))?;
    Month::new(year, u32::try_from(position + 1).ok()?)
}

fn factor(text: &str) -> Option<UnitFactor> {
    let folded = crate::fold(text);
    Some(match text {
        "€" => UnitFactor::Euro,
        "k€" => UnitFactor::KiloEuro,
        "M€" => UnitFactor::MegaEuro,
        "%" => UnitFactor::Percent,
        "‰" => UnitFactor::PerMille,
        _ => match folded.as_str() {
            "point" | "points" => UnitFactor::Point,
            "ib" => UnitFactor::GrossPoint,
            "etp" => UnitFactor::Etp,
            "etpt" => UnitFactor::Etpt,
            "etpf" => UnitFactor::Etpf,
            "agent" | "agents" => UnitFactor::Agent,
            "emploi" | "emplois" => UnitFactor::Emploi,
            "mois" => UnitFactor::Month,
            "an" | "ans" | "annee" | "annees" => UnitFactor::Year,
            "jour" | "jours" => UnitFactor::Day,
            "h" | "heure" | "heures" => UnitFactor::Hour,
            "htd" => UnitFactor::Htd,
            "pmss" => UnitFactor::Pmss,
            _ => return None,
        },
    })
}
