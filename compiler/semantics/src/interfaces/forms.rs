//! Encoding, separator, forms of days and months, decimal mark.

use cadrage_source::Spanned;
use cadrage_syntax::fold;

use super::Check;

impl Check<'_> {
    pub(super) fn encoding(&mut self) -> Option<&'static str> {
        let written = self.i.encoding.as_ref()?;
        let found = match written.value.to_lowercase().as_str() {
            "utf-8" | "utf8" => Some("utf-8"),
            "iso-8859-15" => Some("iso-8859-15"),
            "cp1252" | "windows-1252" => Some("cp1252"),
            _ => None,
        };
        if found.is_none() {
            let help = "écrivez `UTF-8`, `ISO-8859-15` ou `CP1252`";
            self.malformed(format!("l'import ne connaît pas l'encodage `{}`", written.value), written.span, help);
        }
        found
    }

    /// A file of fixed width never has a header: saying it twice is a doubt.
    pub(super) fn no_header(&mut self) {
        if let Some(span) = self.i.headless.filter(|_| self.fixed) {
            self.malformed("un fichier de largeur fixe n'a jamais d'en-tête".to_owned(), span, "retirez `sans en-tête`");
        }
    }

    /// What separates columns; none in a file of fixed width.
    pub(super) fn separator(&mut self) -> Option<char> {
        let Some(written) = &self.i.separator else { return if self.fixed { None } else { Some(';') } };
        if self.fixed {
            let help = "gardez `séparateur`, ou `largeur fixe`";
            self.malformed("un fichier de largeur fixe n'a pas de séparateur".to_owned(), written.span, help);
            return None;
        }
        let mut signs = written.value.chars();
        let found = match (signs.next(), signs.next()) {
            _ if fold(&written.value) == "tabulation" => Some('\t'),
            (Some(c), None) if c.is_ascii() && !c.is_alphanumeric() && c != '"' => Some(c),
            _ => None,
        };
        if found.is_none() {
            let help = "écrivez un seul signe, `\"|\"`, ou `\"tabulation\"`";
            self.malformed(format!("l'import ne connaît pas le séparateur `{}`", written.value), written.span, help);
        }
        found
    }

    pub(super) fn dates(&mut self) -> Vec<String> {
        let help = "écrivez AAAA, MM et JJ une fois chacun : `JJ/MM/AAAA`";
        self.moments(&self.i.dates, &["AAAA", "MM", "JJ"], ("AAAA-MM-JJ", "la forme de date", help))
    }

    pub(super) fn months(&mut self) -> Vec<String> {
        self.moments(&self.i.months, &["AAAA", "MM"], ("AAAA-MM", "la forme de mois", "écrivez AAAA et MM une fois chacun : `MM/AAAA`"))
    }

    fn moments(&mut self, written: &[Spanned<String>], parts: &[&str], (usual, what, help): (&str, &str, &str)) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for w in written {
            let once = parts.iter().all(|part| w.value.matches(part).count() == 1);
            let rest = parts.iter().fold(w.value.clone(), |rest, part| rest.replace(part, ""));
            if once && rest.chars().all(|c| !c.is_alphanumeric()) {
                out.push(w.value.clone());
            } else {
                self.malformed(format!("l'import ne connaît pas {what} `{}`", w.value), w.span, help);
            }
        }
        // `01/02/2026` cannot be both.
        if let Some(second) = written.iter().find(|w| parts.len() == 3 && reversed(&w.value, written)) {
            let message = format!("`{}` et une autre forme de cette interface liraient le même texte de deux façons", second.value);
            self.malformed(message, second.span, "gardez la forme que le fichier emploie");
        }
        if written.is_empty() {
            out.push(usual.to_owned());
        }
        out
    }

    /// Are decimals after a point?
    pub(super) fn point(&mut self) -> bool {
        let Some(written) = &self.i.decimal else { return false };
        if !matches!(written.value.as_str(), "," | ".") {
            let help = "écrivez `décimale \",\"` ou `décimale \".\"`";
            self.malformed(format!("l'import ne connaît pas la décimale `{}`", written.value), written.span, help);
        }
        written.value == "."
    }
}

/// Does an earlier form have the same signs and lengths at the same places, with day and month the other way round?
fn reversed(form: &str, all: &[Spanned<String>]) -> bool {
    let swapped = form.replace("JJ", "\u{1}").replace("MM", "JJ").replace('\u{1}', "MM");
    all.iter().take_while(|other| other.value != form).any(|other| other.value == swapped)
}
