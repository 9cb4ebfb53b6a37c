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

    pub(super) fn number(&mut self, pair: &P<'_>) -> Exact {
        let digits: String = pair.as_str().chars().filter(|c| c.is_ascii_digit() || *c == ',').collect();
        let (whole, decimals) = digits.split_once(',').unwrap_or((digits.as_str(), ""));
        if whole.trim_start_matches('0').len() > 15 || decimals.len() > 12 {
            let span = self.span(pair);
            self.complain(
                Diagnostic::new(Code::S06, format!("le nombre `{}` dépasse ce que le langage accepte", pair.as_str()), span)
                    .help("au plus 15 chiffres avant la virgule et 12 après"),
            );
            return Exact::ZERO;
        }
        digits.parse().unwrap_or(Exact::ZERO)
    }

    pub(super) fn unit(&self, pair: &P<'_>) -> UnitExpr {
        let text: String = pair.as_str().chars().filter(|c| !c.is_whitespace()).collect();
        let factors = text.split('/').filter_map(factor).collect();
        UnitExpr { factors, span: self.span(pair) }
    }

    pub(super) fn date(&mut self, pair: &P<'_>) -> Date {
        Date::parse(pair.as_str()).unwrap_or_else(|| {
            let span = self.span(pair);
            self.complain(
                Diagnostic::new(Code::S08, format!("la date `{}` n'existe pas", pair.as_str()), span)
                    .help("une date s'écrit `JJ/MM/AAAA` : `01/09/2026`"),
            );
            Date::DEFAULT
        })
    }

    pub(super) fn month(&mut self, pair: &P<'_>) -> Month {
        read_month(pair.as_str()).unwrap_or_else(|| {
            let span = self.span(pair);
            self.complain(
                Diagnostic::new(Code::S08, format!("le mois `{}` n'existe pas", pair.as_str()), span)
                    .help("un mois s'écrit `MM/AAAA`, de `01` à `12`"),
            );
            Date::DEFAULT.month()
        })
    }

    /// A day, or the first day of a month.
    pub(super) fn day(&mut self, pair: &P<'_>) -> Date {
        match pair.as_rule() {
            Rule::mois => self.month(pair).first_day(),
            _ => self.date(pair),
        }
    }

    pub(super) fn decimal_point(&mut self, pair: &P<'_>) {
        let (written, span) = (pair.as_str(), self.span(pair));
        let number: String = written.chars().take_while(|c| c.is_ascii_digit() || *c == '.' || c.is_whitespace()).collect();
        let number = number.trim_end();
        self.complain(
            Diagnostic::new(Code::S02, format!("`{number}` n'est pas un nombre ici : la décimale s'écrit avec une virgule"), span)
                .here("point décimal")
                .help(format!("écrivez `{}`", number.replace('.', ","))),
        );
    }

    pub(super) fn broken_thousands(&mut self, pair: &P<'_>) {
        let span = self.span(pair);
        let digits: String = pair.as_str().chars().filter(char::is_ascii_digit).collect();
        let grouped = digits.parse::<Exact>().map_or_else(|_| digits.clone(), |x| x.to_french(0).replace('\u{202F}', " "));
        self.complain(
            Diagnostic::new(Code::S04, format!("`{}` : les milliers se groupent par trois", pair.as_str().trim()), span)
                .help(format!("écrivez `{grouped}` si c'est un seul nombre, ou séparez les deux par « ; »")),
        );
    }
}

fn read_month(text: &str) -> Option<Month> {
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
