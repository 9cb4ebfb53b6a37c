//! A checked delivery to facts, findings and compte rendu: types in the order people, splits, pay, forecasts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use cadrage_value::{Exact, Money, Month};

use crate::carried::Carried;
use crate::manifest::{Announced, Manifest};
use crate::memory::UNKNOWN;
use crate::quality::{Finding, Level};
use crate::quarantine::QuarantinedLine;
use crate::read::{self, Context, Count, Reader};
use crate::report::{FileCount, LoadReport, PayTotals};
use crate::tally::Tally;
use crate::thresholds::Thresholds;
use crate::{CubeError, Kind, MonthFacts, PayLine, References, Situation};

/// What earlier loads hold that a delivery needs.
pub(crate) struct Before {
    /// What the months before this one leave.
    pub(crate) carried: Carried,
    /// The current facts of this very month, as delivered.
    pub(crate) month: Option<MonthFacts>,
    /// Current files of this month.
    pub(crate) current: Vec<Current>,
}

/// A file that is current in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Current {
    pub(crate) kind: Kind,
    pub(crate) remise: i64,
    pub(crate) sha256: String,
    pub(crate) delivery: String,
}

/// What a delivery brings, as delivered, ready to be written.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// `pay` holds `retour_de_paie` only.
    pub(crate) facts: MonthFacts,
    pub(crate) hors_psop: Vec<PayLine>,
    /// Announced files that become current.
    pub(crate) files: Vec<Announced>,
    pub(crate) report: LoadReport,
    /// Lines in quarantine, whole or by a field, with their text.
    pub(crate) quarantined: Vec<QuarantinedLine>,
    /// What the months up to this one leave.
    pub(crate) carried: Carried,
}

impl Loaded {
    fn has(&self, kind: Kind) -> bool {
        self.files.iter().any(|f| f.kind == kind)
    }
}

/// Reads a delivery; nothing is written.
pub(crate) fn load(
    manifest: &Manifest,
    references: &References,
    thresholds: &Thresholds,
    before: Before,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Loaded, CubeError> {
    let memory = before.carried.memory.clone();
    let limits = thresholds.on(manifest.month);
    let mut context = Context { references, month: manifest.month, limits, memory, learned: BTreeMap::new(), paid: BTreeSet::new() };
    let mut out = Loaded {
        facts: MonthFacts::new(manifest.observed),
        hors_psop: Vec::new(),
        files: Vec::new(),
        report: LoadReport::new(manifest),
        quarantined: Vec::new(),
        carried: before.carried,
    };
    let stored = before.month;
    let mut tally = Tally::default();
    note_missing_lists(references, &mut out.report);
    out.report.notes.extend(context.limits.note());
    for kind in Kind::ALL {
        let chosen = choose(manifest, kind, &before.current, &mut out.report, &mut tally)?;
        // Without a new file of people, those of the store are the month's.
        if kind == Kind::MouvementsConstates && chosen.is_none() {
            context.memory.meet(stored.as_ref().map_or(&[], |m| m.situations.as_slice()));
        }
        if kind == Kind::RetourDePaie && chosen.is_none() {
            context.paid.extend(stored.iter().flat_map(|m| &m.pay).map(|p| p.matricule.to_string()));
        }
        let Some(announced) = chosen else { continue };
        let rows = manifest.open(announced)?;
        let total = u64::try_from(announced.lines).unwrap_or(0);
        progress(kind.name(), 0, total);
        let mut advance = |done: u64| progress(kind.name(), done, total);
        tally.begin();
        let mut reader = Reader { file: &announced.shown, rows, findings: Vec::new(), tally: &mut tally, progress: &mut advance };
        let count = read_kind(kind, &mut reader, &mut context, &mut out)?;
        Manifest::unchanged(announced, &mut reader.rows)?;
        let said = reader.rows.notes();
        let (read, mut findings) = (reader.rows.given, std::mem::take(&mut reader.findings));
        drop(reader);
        tally.take(&mut findings);
        progress(kind.name(), total, total);
        let notes = count
            .unknown_columns
            .iter()
            .map(|c| format!("colonne `{c}` inconnue, ignorée"))
            .chain(count.notes.clone())
            .chain(said)
            .chain(manifest.misnamed(announced));
        out.report.notes.extend(notes.map(|note| format!("{} : {note}", announced.shown)));
        let held = std::mem::take(&mut tally.held);
        out.quarantined.extend(manifest.quarantined(announced, held)?);
        let counted = totals(announced, read, &count, &mut tally)?;
        out.report.files.push(counted);
        out.files.push(announced.clone());
    }
    finish(out, stored, &context, tally)
}

/// The file of a type that is read: the greatest remise, unless the store already holds it or a greater one (Q12).
fn choose<'m>(
    manifest: &'m Manifest,
    kind: Kind,
    current: &[Current],
    report: &mut LoadReport,
    tally: &mut Tally,
) -> Result<Option<&'m Announced>, CubeError> {
    let mut versions: Vec<&Announced> = manifest.files.iter().filter(|f| f.kind == kind).collect();
    versions.sort_by_key(|f| f.remise);
    let Some(last) = versions.pop() else { return Ok(None) };
    let mut replaced = |file: &Announced, expected: String, action: &'static str, amount: Option<Money>| {
        tally.take(&mut vec![Finding {
            code: Cow::Borrowed("Q12"),
            level: Level::Information,
            file: file.shown.clone(),
            line: 0,
            column: Cow::Borrowed("no_remise"),
            key: kind.name().to_owned(),
            value: format!("remise {}", file.remise),
            expected,
            action: Cow::Borrowed(action),
            amount: amount.unwrap_or_default(),
        }]);
    };
    for other in versions {
        let action = if other.sha256 == last.sha256 { "doublon ignoré" } else { "remplacée" };
        replaced(other, format!("remise {}", last.remise), action, last.total);
    }
    let Some(stored) = current.iter().find(|c| c.kind == kind) else { return Ok(Some(last)) };
    let expected = format!("remise {} chargée avec {}", stored.remise, stored.delivery);
    if stored.sha256 == last.sha256 {
        replaced(last, expected, "même fichier, ignoré", last.total);
        return Ok(None);
    }
    match last.remise.cmp(&stored.remise) {
        std::cmp::Ordering::Greater => {
            report.replaces = Some(stored.delivery.clone());
            replaced(last, expected, "remplace la remise chargée", last.total);
            Ok(Some(last))
        }
        std::cmp::Ordering::Less => {
            replaced(last, expected, "remise plus ancienne, ignorée", last.total);
            Ok(None)
        }
        std::cmp::Ordering::Equal => {
            let month = manifest.month.to_french();
            let message =
                format!("la remise {} de `{}` pour {month} n'est pas celle qui est chargée sous ce numéro", last.remise, kind.name());
            Err(CubeError::new("I08", message, "une remise corrigée porte un `no_remise` plus grand").at(
                &last.shown,
                None,
                Some("no_remise"),
            ))
        }
    }
}

fn read_kind(kind: Kind, reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Loaded) -> Result<Count, CubeError> {
    let facts = &mut out.facts;
    match kind {
        Kind::MouvementsConstates => read::situations(reader, context, &mut facts.situations),
        Kind::MultiAffectations => read::affectations(reader, context, &mut facts.affectations),
        Kind::RetourDePaie => read::pay(reader, context, &mut facts.pay),
        Kind::HorsPsop => read::hors_psop(reader, context, &mut out.hors_psop),
        Kind::MouvementsPrevisionnels => read::forecasts(reader, context, &mut facts.forecasts),
        Kind::ImputationsPrevisionnelles => read::imputations(reader, context, &mut facts.imputations),
        Kind::Competences => read::competences(reader, context, &mut facts.competences),
    }
}

/// Rows and euros of one file, and the manifest's total (Q13).
fn totals(announced: &Announced, read: usize, count: &Count, tally: &mut Tally) -> Result<FileCount, CubeError> {
    let (repaired, fields) = (tally.repaired.len(), tally.fields.len());
    let accepted = read.checked_sub(count.set_aside + count.quarantined).ok_or_else(|| {
        let help = "rien n'a été chargé ; signalez ce défaut du programme";
        CubeError::new("I10", "plus de lignes mises de côté que de lignes lues", help).at(&announced.shown, None, None)
    })?;
    let is_pay = announced.kind.is_pay();
    if let Some(total) = announced.total.filter(|t| is_pay && *t != count.read_amount) {
        tally.take(&mut vec![Finding {
            code: Cow::Borrowed("Q13"),
            level: Level::Blocking,
            file: announced.shown.clone(),
            line: 0,
            column: Cow::Borrowed("montant"),
            key: announced.kind.name().to_owned(),
            value: count.read_amount.to_french(),
            expected: format!("{} au manifeste", total.to_french()),
            action: Cow::Borrowed("accepté ; le mois ne peut être validé"),
            amount: total - count.read_amount,
        }]);
    }
    Ok(FileCount {
        name: announced.shown.clone(),
        kind: announced.kind,
        interface: announced.interface().map(str::to_owned),
        remise: announced.remise,
        sha256: announced.sha256.clone(),
        read,
        accepted,
        repaired,
        fields_quarantined: fields,
        quarantined: count.quarantined,
        set_aside: count.set_aside,
        announced_amount: announced.total.filter(|_| is_pay),
        read_amount: is_pay.then_some(count.read_amount),
        accepted_amount: None,
        quarantined_amount: is_pay.then_some(Money::ZERO),
        accounts: count.accounts.totals(),
    })
}

/// Rules across files, euros of the findings, totals of the page: on the facts of the month once this load is current.
fn finish(mut out: Loaded, stored: Option<MonthFacts>, context: &Context<'_>, mut tally: Tally) -> Result<Loaded, CubeError> {
    let (references, month) = (context.references, context.month);
    let stored = stored.unwrap_or_else(|| MonthFacts::new(out.facts.observed));
    let mut people = MonthFacts::new(out.facts.observed);
    let situations = if out.has(Kind::MouvementsConstates) { &out.facts.situations } else { &stored.situations };
    let affectations = if out.has(Kind::MultiAffectations) { &out.facts.affectations } else { &stored.affectations };
    people.situations.clone_from(situations);
    people.affectations.clone_from(affectations);
    let of_store = |manual: bool| stored.pay.iter().filter(move |p| p.is_manual() == manual);
    let retour: Vec<&PayLine> = if out.has(Kind::RetourDePaie) { out.facts.pay.iter().collect() } else { of_store(false).collect() };
    let hors_psop: Vec<&PayLine> = if out.has(Kind::HorsPsop) { out.hors_psop.iter().collect() } else { of_store(true).collect() };

    tally.give_pay(|| {
        let mut by_agent: HashMap<&str, Money> = HashMap::new();
        for p in retour.iter().chain(&hors_psop) {
            *by_agent.entry(&p.matricule).or_default() += p.amount;
        }
        by_agent
    });
    across_files(&out.files, &people.situations, &retour, context, &mut tally);
    out.carried.memory.resolve_people(references, month, &mut people);
    out.carried.holders.advance(month, &people);
    // Only the lines of this delivery: those of a file already loaded are in its own compte rendu.
    for (kind, lines) in [(Kind::RetourDePaie, retour), (Kind::HorsPsop, hors_psop)] {
        let mut resolved: BTreeMap<usize, PayLine> = BTreeMap::new();
        for (k, p) in lines.iter().enumerate() {
            resolved.extend(out.carried.memory.resolved(references, month, p).map(|line| (k, line)));
        }
        if out.files.iter().any(|f| f.kind == kind) {
            let mut totals = PayTotals::new(references, kind);
            let lines = || lines.iter().enumerate().map(|(k, p)| resolved.get(&k).unwrap_or(p));
            lines().for_each(|p| totals.line(p));
            out.carried.holders.pieces(month, lines(), |text| &**text, &mut |piece| totals.piece(&piece));
            totals.add_to(&mut out.report);
        }
    }
    out.report.finish(&context.learned, tally);
    if !out.report.foots() {
        let help = "rien n'a été chargé ; signalez ce défaut du programme";
        return Err(CubeError::new("I10", "le compte rendu ne boucle pas", help).at(&out.report.delivery, None, None));
    }
    Ok(out)
}

/// Rules across files: R12 (Q02) and R11 (Q14), on what this delivery changes.
fn across_files(files: &[Announced], situations: &[Situation], retour: &[&PayLine], context: &Context<'_>, tally: &mut Tally) {
    let mut found = |finding: Finding| tally.take(&mut vec![finding]);
    let name = |kind: Kind| files.iter().find(|f| f.kind == kind).map(|f| f.shown.clone());
    let (people_file, pay_file) = (name(Kind::MouvementsConstates), name(Kind::RetourDePaie));
    if let Some(file) = people_file.or_else(|| pay_file.clone()) {
        let mut unpaid: BTreeSet<&str> = BTreeSet::new();
        for s in situations {
            let owed = matches!(s.state.remuneration.as_str(), "INDICIAIRE" | "FORFAIT") && s.state.position == "AC";
            if owed && !context.paid.contains(&s.matricule) && unpaid.insert(&s.matricule) {
                let expected = "une ligne de paie dans le mois".to_owned();
                found(across("Q02", &file, "matricule", s.matricule.clone(), String::new(), expected, Money::ZERO));
            }
        }
    }
    let Some(file) = pay_file else { return };
    let mut jobs: BTreeMap<(&str, Month), (Exact, Money)> = BTreeMap::new();
    let aside = |p: &PayLine| *p.matricule == *UNKNOWN || !context.memory.knows(&p.matricule) || context.memory.is_hourly(&p.matricule);
    for p in retour.iter().filter(|p| !p.etpt.is_zero() && !aside(p)) {
        let (etpt, amount) = jobs.entry((&p.matricule, p.right())).or_insert((Exact::ZERO, Money::ZERO));
        *etpt = &*etpt + &p.etpt;
        *amount += p.amount;
    }
    let limit = context.limits.most_jobs();
    for ((matricule, right), (etpt, amount)) in jobs.into_iter().filter(|(_, (etpt, _))| *etpt > limit) {
        let (value, expected) = (format!("{etpt} en {}", right.to_french()), format!("{} au plus", context.limits.jobs));
        found(across("Q14", &file, "etpt", matricule.to_owned(), value, expected, amount));
    }
}

fn across(code: &'static str, file: &str, column: &'static str, key: String, value: String, expected: String, amount: Money) -> Finding {
    Finding {
        code: Cow::Borrowed(code),
        level: Level::Warning,
        file: file.to_owned(),
        line: 0,
        column: Cow::Borrowed(column),
        key,
        value,
        expected,
        action: Cow::Borrowed("accepté, signalé"),
        amount,
    }
}

/// A list that the dossier does not have is not looked at: say so once rather than on every line.
fn note_missing_lists(references: &References, report: &mut LoadReport) {
    let lists = [
        ("corps_grades.csv", references.grades.is_empty()),
        ("elements_paie.csv", references.elements.is_empty()),
        ("comptes.csv", references.comptes.is_empty()),
        ("analytique.csv", references.analytique.is_empty()),
    ];
    for (list, _) in lists.iter().filter(|(_, missing)| *missing) {
        report.notes.push(format!("referentiels/{list} absent ou vide : ces codes ne sont pas vérifiés"));
    }
}
