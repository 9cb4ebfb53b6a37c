//! `retour_de_paie` and `hors_psop` (interfaces.md §6, §6bis). Money is never dropped.

use std::sync::Arc;

use cadrage_value::{Exact, Money};

use super::parsed::{Cache, List};
use super::{Cells, Context, Count, RATIONAL, Reader};
use crate::memory::{KeyState, UNKNOWN};
use crate::quality::{Finding, Level};
use crate::{CubeError, Kind, PayCommon, PayLine, field};

pub(crate) fn pay(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<PayLine>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::RetourDePaie)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut other_resource = 0_usize;
    let file = reader.file;
    let mut cache = Cache::new();
    let mut agent: Arc<str> = Arc::from("");
    let mut number = 0;
    while let Some((row, findings)) = reader.next()? {
        number += 1;
        let mut cells = Cells::of_line(file, &columns, row);
        check_month(&cells, context, "mois_paie", findings)?;
        cells.check_width(findings);
        let matricule = cache.code(cells.raw("matricule")).unwrap_or_default();
        // An agent's lines follow each other.
        if matricule != agent && !matricule.is_empty() && !context.paid.contains(&*matricule) {
            context.paid.insert(matricule.to_string());
        }
        agent = Arc::clone(&matricule);
        let account = cache.code(cells.raw("compte")).unwrap_or_default();
        let Some(amount) = amount(&mut cells, findings) else {
            count.accounts.read(&account, None);
            count.quarantined += 1;
            continue;
        };
        count.accounts.read(&account, Some(amount));
        count.read_amount += amount;
        let line = line(&cells, context, findings, &mut cache, matricule, amount, number);
        if !context.references.analytique.is_empty()
            && *line.centre != *UNKNOWN
            && context.references.resource_of(&line.centre) != &*line.plafond
        {
            other_resource += 1;
        }
        out.push(line);
    }
    if other_resource > 0 {
        count.notes.push(format!("{other_resource} ligne(s) dont le plafond n'est pas la ressource du centre de coût"));
    }
    Ok(count)
}

fn line(
    cells: &Cells<'_>,
    context: &mut Context<'_>,
    findings: &mut Vec<Finding>,
    cache: &mut Cache,
    matricule: Arc<str>,
    amount: Money,
    number: usize,
) -> PayLine {
    let known = context.memory.knows(&matricule);
    if !known {
        findings.push(cells.finding("Q01", Level::Warning, "matricule", "un agent du SIRH", "accepté sur l'agent ?"));
    }
    if amount < Money::ZERO {
        findings.push(cells.finding("Q06", Level::Information, "montant", "", "accepté, classé"));
    }
    cells.integer(findings, "no_ligne");
    let mut code = |findings: &mut Vec<Finding>, column| cells.get(findings, column, "un code", |cell| cache.code(cell));
    let (rubrique, compte) = (code(findings, "rubrique"), code(findings, "compte"));
    for (column, value) in [("rubrique", &rubrique), ("compte", &compte)] {
        if value.is_empty() {
            cells.require(findings, column);
        }
    }
    let (rubrique_fine, compte_fine) =
        (cache.is_listed(context, List::Elements, &rubrique), cache.is_listed(context, List::Comptes, &compte));
    if !(rubrique_fine && compte_fine) {
        let column = if rubrique_fine { "compte" } else { "rubrique" };
        findings.push(cells.finding("Q10", Level::Information, column, "un code du référentiel", "accepté, appris"));
    }
    cells.require(findings, "nature_exercice");
    let anterieur = &*cells.closed(findings, cache, "nature_exercice", &["COURANT", "ANTERIEUR"]) == "ANTERIEUR";
    let before = findings.len();
    let origin = cells.get(findings, "periode_origine", "AAAA-MM ou AAAA", field::period);
    if anterieur && (cells.raw("periode_origine").is_empty() || findings.len() > before) {
        findings.push(cells.finding(
            "Q07",
            Level::Information,
            "periode_origine",
            "un mois ou une année",
            "accepté, antérieur indéterminé",
        ));
    }
    // No-one, nothing: the technical member, the same text for all lines.
    let unknown = cache.code(UNKNOWN).unwrap_or_default();
    let or_unknown = |code: Arc<str>| if code.is_empty() { Arc::clone(&unknown) } else { code };
    let mut written = |column| cache.code(cells.raw(column)).unwrap_or_else(|_| Arc::clone(&unknown));
    let (centre, eotp) = (or_unknown(written("centre_de_cout")), written("eotp"));
    let plafond = plafond(cells, context, findings, cache, &centre);
    let agent = if known { &*matricule } else { UNKNOWN };
    let key = [&matricule, &plafond, &centre, &eotp].map(Arc::clone);
    // An agent's lines are often on the same key.
    let state = if cache.valid_key.as_ref() == Some(&key) {
        KeyState::Valid
    } else {
        context.memory.key(context.references, context.month, agent, &plafond, &centre, &eotp)
    };
    let action = match state {
        KeyState::Valid => {
            cache.valid_key = Some(key);
            None
        }
        KeyState::Last(_) => Some("accepté sur la dernière clé valide"),
        KeyState::Unknown => Some("accepté sur le centre de coût ?"),
    };
    if let Some(action) = action {
        let column = if eotp.is_empty() { "centre_de_cout" } else { "eotp" };
        findings.push(cells.finding("Q16", Level::Warning, column, "une clé valide le 1er du mois", action));
    }
    let structure = if cells.raw("structure").is_empty() { String::new() } else { cells.structure(findings, context, context.month) };
    let structure = cache.code(&structure).unwrap_or_default();
    let mut rational = |column| cells.number(findings, column, RATIONAL, |cell| cache.rational(cell));
    let (units, unit_rate, share) = (rational("nombre"), rational("taux"), rational("pourcentage"));
    let (etpt, etpf) = (rational("etpt"), rational("etpf"));
    let mut whole = |text| cache.rational(text).ok().flatten().unwrap_or_default();
    let common = PayCommon {
        matricule: or_unknown(matricule),
        structure,
        plafond,
        units,
        unit_rate,
        centre,
        eotp,
        share: share.unwrap_or_else(|| whole("100")),
        etpt: etpt.unwrap_or_else(|| whole("0")),
        etpf: etpf.unwrap_or_else(|| whole("0")),
    };
    PayLine {
        month: context.month,
        number: u32::try_from(number).unwrap_or(u32::MAX),
        common: cache.common(common),
        rubrique: or_unknown(rubrique),
        compte: or_unknown(compte),
        anterieur,
        origin,
        amount,
    }
}

/// The amount of a line; one that cannot be read puts the line in quarantine, and blocks the month (Q15).
fn amount(cells: &mut Cells<'_>, findings: &mut Vec<Finding>) -> Option<Money> {
    let bare = field::unspaced(cells.raw("montant"));
    let read = field::money(bare.as_deref().unwrap_or_else(|| cells.raw("montant"))).ok().flatten();
    let Some(amount) = read else {
        findings.push(cells.finding("Q15", Level::Blocking, "montant", "1234,56", "ligne en quarantaine"));
        return None;
    };
    cells.amount = amount;
    if bare.is_some() {
        findings.push(cells.finding("Q15", Level::Warning, "montant", "sans espace entre les milliers", "réparé : espaces retirées"));
    }
    Some(amount)
}

/// The plafond of a line; one that cannot be read is that of its cost centre.
fn plafond(cells: &Cells<'_>, context: &Context<'_>, findings: &mut Vec<Finding>, cache: &mut Cache, centre: &str) -> Arc<str> {
    cells.require(findings, "plafond");
    let plafond = cells.closed(findings, cache, "plafond", &["ETAT", "INTERNE", "HORS_PSOP"]);
    if plafond.is_empty() { context.references.resource_of(centre).into() } else { plafond }
}

impl Cells<'_> {
    /// As [`Cells::member`], parsed once.
    fn closed(&self, findings: &mut Vec<Finding>, cache: &mut Cache, column: &'static str, of: &[&str]) -> Arc<str> {
        match cache.code(self.raw(column)) {
            Ok(code) if code.is_empty() || of.contains(&&*code) => code,
            _ => self.get(findings, column, &of.join(", "), |_| Err(field::Rubbish)),
        }
    }
}

/// A file of another month than its manifest's would land in the wrong month: refused. A month that cannot be read is not one.
fn check_month(cells: &Cells<'_>, context: &Context<'_>, column: &'static str, findings: &mut Vec<Finding>) -> Result<(), CubeError> {
    cells.require(findings, column);
    match cells.get(findings, column, "AAAA-MM", field::month) {
        Some(month) if month != context.month => {
            let message = format!("la ligne est de {}, le manifeste annonce {}", month.to_french(), context.month.to_french());
            let help = "une livraison porte sur un seul mois : vérifiez l'extraction";
            Err(CubeError::new("I08", message, help).at(cells.file, Some(cells.row.line), Some(&cells.columns.name(column))))
        }
        _ => Ok(()),
    }
}

pub(crate) fn hors_psop(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<PayLine>) -> Result<Count, CubeError> {
    let account = context.references.element("HORS_PSOP").map_or(UNKNOWN, |e| &e.compte_titulaire);
    let columns = reader.columns(Kind::HorsPsop)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let file = reader.file;
    let mut number = 0;
    while let Some((row, findings)) = reader.next()? {
        number += 1;
        let mut cells = Cells::new(file, &columns, row);
        check_month(&cells, context, "mois", findings)?;
        cells.check_width(findings);
        cells.key = cells.raw("motif").into();
        cells.member(findings, "motif", &["CHOMAGE", "MISE_A_DISPOSITION", "PRESTATIONS_SOCIALES", "AUTRE"]);
        let Some(amount) = amount(&mut cells, findings) else {
            count.accounts.read(account, None);
            count.quarantined += 1;
            continue;
        };
        count.accounts.read(account, Some(amount));
        count.read_amount += amount;
        let common = PayCommon {
            matricule: UNKNOWN.into(),
            structure: cells.structure(findings, context, context.month).into(),
            plafond: "HORS_PSOP".into(),
            units: None,
            unit_rate: None,
            centre: "".into(),
            eotp: "".into(),
            share: Arc::new(Exact::from_int(100)),
            etpt: Arc::default(),
            etpf: Arc::default(),
        };
        out.push(PayLine {
            month: context.month,
            number: u32::try_from(number).unwrap_or(u32::MAX),
            common: Arc::new(common),
            rubrique: "HORS_PSOP".into(),
            compte: account.into(),
            anterieur: false,
            origin: None,
            amount,
        });
    }
    Ok(count)
}
