//! A checked delivery to facts and findings: types in the order people, splits, pay, forecasts.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Exact, Money, Month};

use crate::manifest::{Announced, Kind, Manifest};
use crate::quality::{Finding, Level};
use crate::read::{self, Reader};
use crate::report::{FileCount, LoadReport};
use crate::{Cube, CubeError, MonthFacts, References};

/// What a delivery brings, ready to be written.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) facts: MonthFacts,
    pub(crate) kinds: BTreeSet<Kind>,
    pub(crate) report: LoadReport,
}

/// Values met that no list knows, by list.
pub(crate) type Learned = BTreeMap<&'static str, BTreeSet<String>>;

/// What reading a file needs to know of the rest.
pub(crate) struct Context<'a> {
    pub(crate) references: &'a References,
    pub(crate) month: Month,
    /// Matricules of this month's people or of an earlier month's.
    pub(crate) known: BTreeSet<String>,
    /// Last quotités of each agent in earlier months (Q08).
    pub(crate) quotites: BTreeMap<String, (Option<Exact>, Option<Exact>)>,
    /// Last valid key of each agent, by resource (Q16).
    pub(crate) keys: BTreeMap<(String, String), (String, String)>,
    pub(crate) learned: Learned,
}

impl<'a> Context<'a> {
    fn new(manifest: &Manifest, references: &'a References, before: &Cube) -> Self {
        let mut out = Context {
            references,
            month: manifest.month,
            known: BTreeSet::new(),
            quotites: BTreeMap::new(),
            keys: BTreeMap::new(),
            learned: Learned::new(),
        };
        for facts in before.months.range(..manifest.month).map(|(_, f)| f) {
            for s in &facts.situations {
                out.known.insert(s.matricule.clone());
                out.quotites.insert(s.matricule.clone(), (s.state.quotite.clone(), s.state.quotite_remuneree.clone()));
            }
            for p in facts.pay.iter().filter(|p| p.matricule != "?" && p.centre != "?") {
                out.keys.insert((p.matricule.clone(), p.plafond.clone()), (p.centre.clone(), p.eotp.clone()));
            }
        }
        out
    }

    pub(crate) fn learn(&mut self, list: &'static str, value: &str) {
        self.learned.entry(list).or_default().insert(value.to_owned());
    }
}

/// Reads a delivery; `before` is what earlier loads hold.
pub(crate) fn load(
    manifest: &Manifest,
    references: &References,
    before: &Cube,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Loaded, CubeError> {
    let mut context = Context::new(manifest, references, before);
    let mut facts = MonthFacts::new(manifest.observed);
    let mut report = LoadReport::new(manifest);
    let mut kinds = BTreeSet::new();
    for kind in Kind::ALL {
        let mut versions: Vec<&Announced> = manifest.files.iter().filter(|f| f.kind == kind).collect();
        versions.sort_by_key(|f| f.remise);
        let Some(last) = versions.pop() else { continue };
        for other in versions {
            let same = other.sha256 == last.sha256;
            report.findings.push(Finding {
                code: "Q12",
                level: Level::Information,
                file: other.file.name.clone(),
                line: 0,
                column: "no_remise",
                key: kind.name().to_owned(),
                value: other.remise.to_string(),
                expected: last.remise.to_string(),
                action: if same { "doublon ignoré" } else { "remise remplacée" },
                amount: Money::ZERO,
            });
        }
        progress(kind.name(), 0, u64::try_from(last.file.rows.len()).unwrap_or(0));
        let mut reader = Reader::new(&last.file);
        let count = read_kind(kind, &mut reader, &mut context, &mut facts)?;
        progress(kind.name(), u64::try_from(last.file.rows.len()).unwrap_or(0), u64::try_from(last.file.rows.len()).unwrap_or(0));
        for column in &count.unknown_columns {
            report.notes.push(format!("{} : colonne `{column}` inconnue, ignorée", last.file.name));
        }
        report.findings.append(&mut reader.findings);
        totals(kind, last, &count, &mut report)?;
        kinds.insert(kind);
    }
    across_files(manifest, &facts, &mut report);
    report.finish(&facts, &context.learned);
    Ok(Loaded { facts, kinds, report })
}

/// What reading one file gave.
pub(crate) struct Count {
    pub(crate) set_aside: usize,
    pub(crate) quarantined: usize,
    pub(crate) accepted_amount: Money,
    pub(crate) unknown_columns: Vec<String>,
}

fn read_kind(kind: Kind, reader: &mut Reader<'_>, context: &mut Context<'_>, facts: &mut MonthFacts) -> Result<Count, CubeError> {
    match kind {
        Kind::MouvementsConstates => read::situations(reader, context, &mut facts.situations),
        Kind::MultiAffectations => read::affectations(reader, context, &mut facts.affectations),
        Kind::RetourDePaie => read::pay(reader, context, &mut facts.pay),
        Kind::HorsPsop => read::hors_psop(reader, context, &mut facts.pay),
        Kind::MouvementsPrevisionnels => read::forecasts(reader, context, &mut facts.forecasts),
        Kind::ImputationsPrevisionnelles => read::imputations(reader, context, &mut facts.imputations),
        Kind::Competences => read::competences(reader, &mut facts.competences),
    }
}

/// Tie-out of one file: read = accepted + quarantined + set aside, and the manifest's total (Q13).
fn totals(kind: Kind, announced: &Announced, count: &Count, report: &mut LoadReport) -> Result<(), CubeError> {
    let lines = announced.file.rows.len();
    let of_file: Vec<&Finding> = report.findings.iter().filter(|f| f.file == announced.file.name).collect();
    let repaired_lines: BTreeSet<usize> = of_file.iter().filter(|f| f.action.starts_with("réparé")).map(|f| f.line).collect();
    let field_lines: BTreeSet<usize> = of_file.iter().filter(|f| f.action.contains("champ")).map(|f| f.line).collect();
    let accepted = lines.checked_sub(count.set_aside + count.quarantined).ok_or_else(|| {
        CubeError::new("I10", "plus de lignes mises de côté que de lignes lues", "rien n'a été chargé ; signalez ce défaut").at(
            &announced.file.name,
            None,
            None,
        )
    })?;
    let read_amount = count.accepted_amount;
    if let Some(total) = announced.total.filter(|_| kind.is_pay()) {
        let gap = total - read_amount;
        if gap != Money::ZERO {
            report.findings.push(Finding {
                code: "Q13",
                level: Level::Blocking,
                file: announced.file.name.clone(),
                line: 0,
                column: "montant",
                key: kind.name().to_owned(),
                value: read_amount.to_french(),
                expected: total.to_french(),
                action: "accepté ; le mois ne peut être validé",
                amount: gap,
            });
        }
    }
    report.files.push(FileCount {
        name: announced.file.name.clone(),
        kind: kind.name(),
        remise: announced.remise,
        sha256: announced.sha256.clone(),
        read: lines,
        accepted,
        repaired: repaired_lines.len(),
        fields_quarantined: field_lines.len(),
        quarantined: count.quarantined,
        set_aside: count.set_aside,
        announced_amount: announced.total.filter(|_| kind.is_pay()),
        read_amount: kind.is_pay().then_some(read_amount),
        accepted_amount: None,
    });
    Ok(())
}

/// Rules across files: R12 (Q02) and R11 (Q14).
fn across_files(manifest: &Manifest, facts: &MonthFacts, report: &mut LoadReport) {
    let people = manifest.files.iter().find(|f| f.kind == Kind::MouvementsConstates).map_or_else(String::new, |f| f.file.name.clone());
    let paid: BTreeSet<&str> = facts.pay.iter().map(|p| p.matricule.as_str()).collect();
    let mut unpaid: BTreeSet<&str> = BTreeSet::new();
    for s in &facts.situations {
        let owed = matches!(s.state.remuneration.as_str(), "INDICIAIRE" | "FORFAIT") && s.state.position == "AC";
        if owed && !paid.contains(s.matricule.as_str()) && unpaid.insert(&s.matricule) {
            report.findings.push(Finding {
                code: "Q02",
                level: Level::Warning,
                file: people.clone(),
                line: 0,
                column: "matricule",
                key: s.matricule.clone(),
                value: String::new(),
                expected: "une ligne de paie".to_owned(),
                action: "accepté, signalé",
                amount: Money::ZERO,
            });
        }
    }
    let pay_file = manifest.files.iter().find(|f| f.kind == Kind::RetourDePaie).map_or_else(String::new, |f| f.file.name.clone());
    let hourly: BTreeSet<&str> =
        facts.situations.iter().filter(|s| s.state.remuneration == "HORAIRE").map(|s| s.matricule.as_str()).collect();
    let mut jobs: BTreeMap<(&str, Month), (Exact, Money)> = BTreeMap::new();
    for p in facts.pay.iter().filter(|p| p.matricule != "?" && !hourly.contains(p.matricule.as_str())) {
        let entry = jobs.entry((&p.matricule, p.right())).or_insert((Exact::ZERO, Money::ZERO));
        entry.0 = &entry.0 + &p.etpt;
        entry.1 += p.amount;
    }
    let limit = Exact::ratio(1, 12).map_or(Exact::ONE, |x| &x + &Exact::ratio(1, 100_000).unwrap_or(Exact::ZERO));
    for ((matricule, right), (etpt, amount)) in jobs {
        if etpt > limit {
            report.findings.push(Finding {
                code: "Q14",
                level: Level::Warning,
                file: pay_file.clone(),
                line: 0,
                column: "etpt",
                key: format!("{matricule} {right}"),
                value: etpt.to_string(),
                expected: "1/12 au plus".to_owned(),
                action: "accepté, signalé",
                amount,
            });
        }
    }
}

/// The day a structure, a grade or a key is looked at for a situation: its start, or the first of the month when it is later.
pub(crate) fn reference_day(start: Date, month: Month) -> Date {
    start.max(month.first_day())
}
