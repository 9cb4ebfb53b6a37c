//! What the loads found wrong, by who and which month it touches.

use std::collections::BTreeMap;

use cadrage_cube::{Cube, Finding, Kind};
use cadrage_value::{Money, Month};

/// Codes of situations that change what a rule reads.
const OF_SITUATIONS: [&str; 5] = ["Q03", "Q08", "Q09", "Q11", "Q15"];

/// A pay line of which something is wrong.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) place: String,
    /// What the line says; `None` when it is in quarantine, its amount unreadable.
    pub(super) kept: Option<(String, Month, Money)>,
    /// The month it was paid in.
    pub(super) month: Month,
}

/// Findings by matricule.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Situations of a delivery month: code and place.
    situations: BTreeMap<(String, Month), (String, String)>,
    /// In activity without pay.
    unpaid: BTreeMap<(String, Month), String>,
    lines: BTreeMap<String, Vec<Line>>,
}

impl Touched {
    pub(super) fn of(findings: &[(Month, Kind, Finding)], cube: &Cube) -> Self {
        let mut out = Touched::default();
        for (month, kind, finding) in findings {
            let code = finding.code.to_string();
            let place = format!("{}_{month} ligne {}", kind.name(), finding.line);
            let who = (finding.key.clone(), *month);
            match kind {
                Kind::MouvementsConstates if OF_SITUATIONS.contains(&code.as_str()) => {
                    out.situations.entry(who).or_insert((code, place));
                }
                Kind::MouvementsConstates if code == "Q02" => {
                    out.unpaid.entry(who).or_insert(place);
                }
                Kind::RetourDePaie if matches!(code.as_str(), "Q07" | "Q15") => {
                    // Lines of files count the header, numbers of facts do not.
                    let facts = cube.months.get(month).map_or(&[][..], |m| m.pay.as_slice());
                    let number = finding.line.saturating_sub(1);
                    let fact = facts.iter().find(|p| u32::try_from(number).is_ok_and(|n| p.number == n) && !p.is_manual());
                    let kept = fact.map(|p| (p.rubrique.to_string(), p.right(), p.amount));
                    out.lines.entry(finding.key.clone()).or_default().push(Line { code, place, kept, month: *month });
                }
                _ => {}
            }
        }
        out
    }

    /// What is wrong in an agent's situations of a month.
    pub(super) fn situation(&self, matricule: &str, month: Month) -> Option<String> {
        self.situations.get(&(matricule.to_owned(), month)).map(|(code, place)| format!("{code} : {place}"))
    }

    /// The finding of an agent in activity and unpaid.
    pub(super) fn unpaid(&self, matricule: &str, month: Month) -> Option<String> {
        self.unpaid.get(&(matricule.to_owned(), month)).map(|place| format!("Q02 : {place}"))
    }

    /// The line that makes a gap: one that is for this month of right for lack of its own, or that is missing from it.
    pub(super) fn line(&self, matricule: &str, month: Month, rubrique: &str, gap: Money) -> Option<String> {
        let makes = |l: &&Line| match (&l.kept, l.code.as_str()) {
            // Set aside: short of what it would have paid.
            (None, "Q15") => l.month == month && gap < Money::ZERO,
            (Some((own, right, amount)), "Q07") => {
                own == rubrique && ((*right == month && gap == *amount) || (month < *right && gap + *amount == Money::ZERO))
            }
            _ => false,
        };
        self.lines.get(matricule)?.iter().find(makes).map(|l| format!("{} : {}", l.code, l.place))
    }
}
