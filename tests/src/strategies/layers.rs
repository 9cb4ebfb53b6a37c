//! A scenario: what it lays over constants, scales, calendars and formulas.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::boxes::{Asked, selection};
use super::declarations::{calendar_parts, rate};
use super::quantities::literal;
use super::writer::{At, Writer};

impl Writer<'_> {
    /// The scenario of the script: up to five sentences.
    pub(super) fn scenario_declaration(&mut self) -> String {
        let mut out = "scénario essai :\n  constaté jusqu'à 12/2025 observé au 31/12/2025\n  projeter jusqu'à 12/2027\n".to_owned();
        let mut said = BTreeSet::new();
        for _ in 0..5 {
            let start = self.choices.taken().len();
            if !self.choices.chance(55) {
                break;
            }
            // A scenario says one thing of a name at one date.
            if let Some((name, sentence)) = self.sentence()
                && said.insert(name)
            {
                let _ = writeln!(out, "  {sentence}");
            }
            self.choices.mark(start);
        }
        out.push_str("fin\n");
        out
    }

    fn period(&mut self) -> &'static str {
        let list = [
            " à compter du 01/01/2026",
            " à compter du 01/04/2026",
            " du 01/02/2026 au 30/06/2026",
            " à compter du 01/07/2027",
            " du 01/01/2027 au 31/12/2027",
        ];
        self.choices.pick(&list).copied().unwrap_or(" à compter du 01/01/2026")
    }

    fn sentence(&mut self) -> Option<(String, String)> {
        match self.choices.weighted(&[(6, 0), (1, 1), (1, 2), (1, 3), (2, 4)]).unwrap_or(0) {
            1 => {
                let calendar = self.choices.pick(&self.calendars).cloned()?;
                let sentence = format!("modifier {calendar}{} = {}", self.period(), calendar_parts(self.choices));
                Some((calendar, sentence))
            }
            2 => {
                let scale = self.choices.pick(&self.scales).cloned()?;
                let period = self.period();
                let sentence = format!("modifier {} tranche 1{period} = {}", scale.name, rate(self.choices));
                Some((scale.name, sentence))
            }
            3 => {
                let scale = self.choices.pick(&self.scales).cloned()?;
                let period = self.period();
                let (low, high) = (rate(self.choices), rate(self.choices));
                let sentence = format!("modifier {}{period} = jusqu'à 5 {} : {low} ; au-delà : {high}", scale.name, scale.unit);
                Some((scale.name, sentence))
            }
            4 => self.replacement(),
            _ => {
                let value = self.choices.pick(&self.values.clone()).cloned()?;
                let mut words = String::new();
                if self.choices.chance(25) {
                    if let Some((who, columns)) = selection(self.choices, Asked::Rows) {
                        self.data.extend(columns);
                        words = format!(" pour {who}");
                    }
                } else if self.choices.chance(30) {
                    words = " partout".to_owned();
                }
                let period = self.period();
                let how = match self.choices.below(5) {
                    0 if value.precise => format!("= 17 {}", value.of.written()),
                    0 => format!("= {}", literal(self.choices, value.of)),
                    1 => "majorer de 1,5 %".to_owned(),
                    2 if !value.precise => format!("minorer de 0,005 {}", value.of.written()),
                    3 => format!("au moins 12 {}", value.of.written()),
                    _ => format!("au plus 20 {}", value.of.written()),
                };
                // A constant read at a level must not begin to change with a code.
                (words.is_empty() || words == " partout" || !value.asks.is_empty()).then(|| {
                    (
                        if words.starts_with(" pour") { format!("{} pour", value.name) } else { format!("{}{period}", value.name) },
                        format!("modifier {}{words}{period} {how}", value.name),
                    )
                })
            }
        }
    }

    /// `remplacer f par g`: same quantity, grain and rounding; g feeds nothing, and does not read f.
    fn replacement(&mut self) -> Option<(String, String)> {
        let mut pairs = Vec::new();
        for (old, f) in self.formulas.iter().enumerate().filter(|(_, f)| !matches!(f.at, At::Level(_))) {
            for (new, g) in self.formulas.iter().enumerate() {
                let fits = g.of == f.of && g.at == f.at && !g.crosses && g.rubrique.is_none();
                let rounded = g.rounding.is_none() || g.rounding == f.rounding;
                if old != new && fits && rounded && !g.reads.contains(&old) {
                    pairs.push((old, new));
                }
            }
        }
        let (old, new) = self.choices.pick(&pairs).copied()?;
        // What reads the old one now reads what the new one does: no later replacement may close a circle.
        let below = self.formulas.get(new)?.reads.clone();
        for f in self.formulas.iter_mut().filter(|f| f.reads.contains(&old)) {
            f.reads.extend(below.iter().copied());
        }
        let name = |k: usize| self.formulas.get(k).map_or_else(String::new, |f| f.name.clone());
        let (old, new) = (name(old), name(new));
        let sentence = format!("remplacer {old} par {new}{}", self.period());
        Some((old, sentence))
    }
}
