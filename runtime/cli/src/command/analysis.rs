//! What the verbs that analyse a scenario share: their options, and the scenario they look at.

use std::path::PathBuf;

use cadrage_session::{Alert, AnalysisOptions, Compiled};

use super::{Context, MISUSE};
use crate::arguments::Study;

/// What was asked for on the command line.
pub(crate) struct Asked<'a> {
    pub(crate) scenario: Option<&'a str>,
    pub(crate) exercice: Option<&'a str>,
    pub(crate) populations: &'a [String],
    pub(crate) point: &'a str,
    pub(crate) extra: &'a [PathBuf],
}

impl Study {
    /// What they ask.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            scenario: self.scenario.as_deref(),
            exercice: self.exercice.as_deref(),
            populations: &self.populations,
            point: &self.point,
            extra: &self.avec,
        }
    }
}

impl Asked<'_> {
    /// Read.
    pub(crate) fn options(&self) -> Result<AnalysisOptions, u8> {
        let year = self.exercice.map(year).transpose()?;
        Ok(AnalysisOptions { year, populations: self.populations.to_vec(), point: self.point.to_owned() })
    }

    /// The scenario named, else the first of the dossier.
    pub(crate) fn scenario(&self, compiled: &Compiled) -> Result<String, u8> {
        let first = || compiled.model.scenarios.first().map(|s| s.name.clone());
        self.scenario.map(str::to_owned).or_else(first).ok_or_else(|| {
            eprintln!("cadrage : aucun scénario dans ce dossier : écrivez `scénario … : constaté jusqu'à … fin`");
            MISUSE
        })
    }
}

/// An exercice as people type it.
pub(crate) fn year(text: &str) -> Result<i32, u8> {
    text.parse().ok().filter(|y| (1900..=2200).contains(y)).ok_or_else(|| {
        eprintln!("cadrage : `{text}` n'est pas un exercice ; écrivez `--exercice 2026`");
        MISUSE
    })
}

/// Says what there is to know of a result.
pub(crate) fn say(context: &Context, alerts: &[Alert]) {
    for alert in alerts {
        context.say(&format!("  note [{}] {}", alert.code, alert.message));
    }
}
