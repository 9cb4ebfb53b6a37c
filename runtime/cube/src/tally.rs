//! Findings in bounded memory: the first of each group are listed, all are counted.
//!
//! A group is what a person corrects at once: same file, code, column, kind of value, and same thing done. A file with a million
//! bad rows thus makes a report of some pages, whose counts and euros are those of the million.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use cadrage_value::Money;
use serde::{Deserialize, Serialize};

use crate::plain;
use crate::quality::{Finding, QualityTotal};
use crate::quarantine::Held;

/// Findings of a group that are listed one by one.
pub const LISTED: usize = 5_000;

/// Findings alike: how many, for how much, and how many of them are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingGroup {
    /// `Q01` to `Q16`.
    pub code: String,
    /// File.
    #[serde(rename = "fichier")]
    pub file: String,
    /// Column.
    #[serde(rename = "colonne")]
    pub column: String,
    /// What the values have in common, where it helps to correct them; may be empty.
    #[serde(rename = "valeurs")]
    pub class: String,
    /// What was done.
    pub action: String,
    /// How many.
    #[serde(rename = "nombre")]
    pub count: usize,
    /// Euros of all of them.
    #[serde(rename = "montant", with = "plain::money")]
    pub amount: Money,
    /// How many are among the findings of the report, the first ones.
    #[serde(rename = "cites")]
    pub listed: usize,
    /// Euros of those that are not.
    #[serde(rename = "montant_non_cite", with = "plain::money")]
    pub unlisted_amount: Money,
}

/// A set of lines of a file, a bit each.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    bits: Vec<u64>,
    count: usize,
}

impl Lines {
    /// Adds a line; `false` when it was there.
    fn insert(&mut self, line: usize) -> bool {
        let (word, bit) = (line / 64, 1_u64 << (line % 64));
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        let Some(slot) = self.bits.get_mut(word) else { return false };
        let new = *slot & bit == 0;
        *slot |= bit;
        self.count += usize::from(new);
        new
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn clear(&mut self) {
        *self = Lines::default();
    }
}

/// What makes findings alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    code: Cow<'static, str>,
    file: String,
    column: Cow<'static, str>,
    class: &'static str,
    action: Cow<'static, str>,
}

impl Key {
    fn of(f: &Finding) -> Key {
        let class = if f.code == "Q15" { class_of(&f.value) } else { "" };
        Key { code: f.code.clone(), file: f.file.clone(), column: f.column.clone(), class, action: f.action.clone() }
    }
}

#[derive(Debug, Default)]
struct Group {
    count: usize,
    listed: usize,
    /// Euros of those that are not listed.
    unlisted: Money,
    /// Agents of those that are not listed and whose euros are known once pay is read.
    waiting: BTreeMap<String, usize>,
}

/// Codes whose euros are the agent's pay of the month, known last.
const OF_THE_AGENT: [&str; 5] = ["Q03", "Q04", "Q08", "Q09", "Q11"];

/// Everything found in a delivery.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kept: Vec<Finding>,
    groups: BTreeMap<Key, Group>,
    /// Lines of the file being read that were repaired.
    pub(crate) repaired: Lines,
    /// Lines of the file being read that have a field in quarantine.
    pub(crate) fields: Lines,
    /// Lines of the file being read that are in quarantine, whole or by a field.
    pub(crate) held: Held,
    /// Lines of the file being read that have a field that does not parse.
    rubbish: Lines,
    /// Those of all files, and their euros: Q15 is counted by row, however many of its fields do not parse.
    rubbish_rows: (usize, Money),
}

impl Tally {
    /// Another file is read.
    pub(crate) fn begin(&mut self) {
        self.held = Held::default();
        for lines in [&mut self.repaired, &mut self.fields, &mut self.rubbish] {
            lines.clear();
        }
    }

    /// Takes in what was found of whole rows: a row's findings come together.
    pub(crate) fn take(&mut self, found: &mut Vec<Finding>) {
        // Euros of a row are those of its findings that know them: its first fields are read before its amount.
        let mut row: Option<(usize, Money)> = None;
        for f in found.drain(..) {
            if f.action.starts_with("réparé") {
                self.repaired.insert(f.line);
            }
            if f.action.contains("champ en quarantaine") {
                self.fields.insert(f.line);
            }
            self.held.take(&f);
            if f.code == "Q15" {
                if self.rubbish.insert(f.line) {
                    self.rubbish_rows.0 += 1;
                    self.rubbish_rows.1 += f.amount;
                    row = Some((f.line, f.amount));
                } else if row == Some((f.line, Money::ZERO)) {
                    self.rubbish_rows.1 += f.amount;
                    row = Some((f.line, f.amount));
                }
            }
            self.add(f);
        }
    }

    fn add(&mut self, f: Finding) {
        let group = self.groups.entry(Key::of(&f)).or_default();
        group.count += 1;
        if group.listed < LISTED {
            group.listed += 1;
            self.kept.push(f);
        } else if f.amount == Money::ZERO && OF_THE_AGENT.contains(&f.code.as_ref()) {
            *group.waiting.entry(f.key).or_default() += 1;
        } else {
            group.unlisted += f.amount;
        }
    }

    /// The pay of the agent follows what is wrong with him; a pay line has its own amount.
    pub(crate) fn give_pay<'p>(&mut self, by_agent: impl FnOnce() -> HashMap<&'p str, Money>) {
        let follows = |f: &&mut Finding| f.amount == Money::ZERO && OF_THE_AGENT.contains(&f.code.as_ref());
        let mut listed = self.kept.iter_mut().filter(follows).peekable();
        if listed.peek().is_none() && self.groups.values().all(|g| g.waiting.is_empty()) {
            return;
        }
        let by_agent = by_agent();
        let pay = |key: &str| by_agent.get(key).copied().unwrap_or_default();
        for f in listed {
            f.amount = pay(&f.key);
        }
        for group in self.groups.values_mut() {
            for (key, times) in std::mem::take(&mut group.waiting) {
                group.unlisted += (0..times).map(|_| pay(&key)).sum();
            }
        }
    }

    /// The findings listed, in order; the groups; and the totals by code.
    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<FindingGroup>, Vec<QualityTotal>) {
        let Tally { mut kept, groups, rubbish_rows, .. } = self;
        kept.sort_by(|a, b| (&a.code, &a.file, a.line, &a.key, &a.column).cmp(&(&b.code, &b.file, b.line, &b.key, &b.column)));
        let mut listed: BTreeMap<Key, Money> = BTreeMap::new();
        for f in &kept {
            *listed.entry(Key::of(f)).or_default() += f.amount;
        }
        let mut totals: BTreeMap<String, (usize, Money)> = BTreeMap::new();
        let mut out = Vec::new();
        for (key, group) in groups {
            let amount = listed.get(&key).copied().unwrap_or_default() + group.unlisted;
            let total = totals.entry(key.code.to_string()).or_default();
            total.0 += group.count;
            total.1 += amount;
            out.push(FindingGroup {
                code: key.code.into_owned(),
                file: key.file,
                column: key.column.into_owned(),
                class: key.class.to_owned(),
                action: key.action.into_owned(),
                count: group.count,
                amount,
                listed: group.listed,
                unlisted_amount: group.unlisted,
            });
        }
        if let Some(total) = totals.get_mut("Q15") {
            *total = rubbish_rows;
        }
        let quality = totals.into_iter().map(|(code, (count, amount))| QualityTotal { code, count, amount }).collect();
        (kept, out, quality)
    }
}

/// What a value that does not parse looks like: values alike are corrected alike.
fn class_of(value: &str) -> &'static str {
    let has = |f: &dyn Fn(char) -> bool| value.chars().any(f);
    let digits = has(&|c| c.is_ascii_digit());
    let only = |allowed: &[char]| value.chars().all(|c| c.is_ascii_digit() || allowed.contains(&c));
    if value.is_empty() {
        "vide"
    } else if value == MASKED {
        "masqué"
    } else if has(&|c| c == '\u{FFFD}' || c.is_control()) {
        "caractère illisible"
    } else if value.starts_with('#') || value.eq_ignore_ascii_case("null") || value.chars().all(|c| c == '*') {
        "erreur de tableur"
    } else if digits && value.contains('.') && only(&['.', '-', ',']) {
        "point décimal"
    } else if digits && only(&[' ', '\u{A0}', '\u{202F}', ',', '-', '+']) {
        "nombre"
    } else if digits && only(&['/', '-', '.']) {
        "date ou fraction"
    } else {
        "texte"
    }
}

/// What stands for a value that stays in the dossier.
pub(crate) const MASKED: &str = "(masqué)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Level;

    fn finding(line: usize, value: &str, cents: i64) -> Finding {
        Finding {
            code: Cow::Borrowed("Q15"),
            level: Level::Warning,
            file: "f".to_owned(),
            line,
            column: Cow::Borrowed("nombre"),
            key: "A1".to_owned(),
            value: value.to_owned(),
            expected: String::new(),
            action: Cow::Borrowed("champ en quarantaine"),
            amount: Money::from_cents(cents),
        }
    }

    #[test]
    fn all_are_counted_and_the_first_are_listed() {
        let mut tally = Tally::default();
        for line in 1..=3 * LISTED {
            tally.take(&mut vec![finding(line, "1.5", 100), finding(line, "rien", 100)]);
        }
        let (kept, groups, quality) = tally.finish();
        assert_eq!((kept.len(), groups.len()), (2 * LISTED, 2));
        let counts: Vec<_> = groups.iter().map(|g| (g.class.as_str(), g.count, g.listed)).collect();
        assert_eq!(counts, [("point décimal", 3 * LISTED, LISTED), ("texte", 3 * LISTED, LISTED)]);
        let listed: Money = kept.iter().map(|f| f.amount).sum();
        let unlisted: Money = groups.iter().map(|g| g.unlisted_amount).sum();
        assert_eq!(listed + unlisted, groups.iter().map(|g| g.amount).sum());
        // A row counts once, with its euros.
        assert_eq!((quality[0].count, quality[0].amount.cents()), (3 * LISTED, i64::try_from(300 * LISTED).unwrap()));
    }

    #[test]
    fn a_row_has_the_euros_of_the_finding_that_knows_them() {
        let mut tally = Tally::default();
        tally.take(&mut vec![finding(2, "x", 0), finding(2, "y", 700), finding(2, "z", 700)]);
        let (_, _, quality) = tally.finish();
        assert_eq!((quality[0].count, quality[0].amount.cents()), (1, 700));
    }

    #[test]
    fn values_are_told_apart() {
        for (value, class) in [
            ("", "vide"),
            ("12.50", "point décimal"),
            ("2 500,01", "nombre"),
            ("3/14/24", "date ou fraction"),
            ("#VALEURMULTI", "erreur de tableur"),
            ("***", "erreur de tableur"),
            ("a\u{FFFD}", "caractère illisible"),
            ("presque", "texte"),
        ] {
            assert_eq!(class_of(value), class, "{value}");
        }
    }
}
