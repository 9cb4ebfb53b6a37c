//! `retour_de_paie` and `hors_psop` (interfaces.md §6, §6bis). Money is never dropped.

use cadrage_value::{Exact, Money};

use super::{Cells, Reader, structure};
use crate::field;
use crate::load::{Context, Count};
use crate::quality::Level;
use crate::{CubeError, PayLine};

const COLUMNS: [&str; 17] = [
    "mois_paie",
    "no_ligne",
    "matricule",
    "structure",
    "plafond",
    "rubrique",
    "nature_exercice",
    "periode_origine",
    "compte",
    "montant",
    "nombre",
    "taux",
    "centre_de_cout",
    "eotp",
    "pourcentage",
    "etpt",
    "etpf",
];
const REQUIRED: [&str; 9] =
    ["mois_paie", "no_ligne", "matricule", "plafond", "rubrique", "nature_exercice", "compte", "montant", "centre_de_cout"];

pub(crate) fn pay(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<PayLine>) -> Result<Count, CubeError> {
    let columns = reader.columns(&COLUMNS, &REQUIRED)?;
    let mut quarantined = 0;
    let mut total = Money::ZERO;
    for (k, row) in reader.file.rows.iter().enumerate() {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let findings = &mut reader.findings;
        let written = field::code(cells.raw("matricule"));
        cells.key = cells.raw("matricule").to_owned();
        let amount = match field::money(cells.raw("montant")) {
            Ok(Some((amount, repaired))) => {
                cells.amount = amount;
                if repaired {
                    findings.push(cells.finding(
                        "Q15",
                        Level::Warning,
                        "montant",
                        "sans espace entre les milliers",
                        "réparé : espaces retirées",
                    ));
                }
                amount
            }
            _ => {
                findings.push(cells.finding("Q15", Level::Blocking, "montant", "1234,56", "ligne en quarantaine"));
                quarantined += 1;
                continue;
            }
        };
        total += amount;
        let matricule = match written {
            Ok(code) if context.known.contains(&code) => code,
            _ => {
                findings.push(cells.finding("Q01", Level::Warning, "matricule", "un agent du SIRH", "accepté sur l'agent ?"));
                "?".to_owned()
            }
        };
        if amount < Money::ZERO {
            findings.push(cells.finding("Q06", Level::Information, "montant", "", "accepté, classé"));
        }
        let rubrique = cells.code(findings, "rubrique");
        let compte = cells.code(findings, "compte");
        let lists = context.references;
        let strange =
            (!lists.elements.is_empty() && lists.element(&rubrique).is_none()).then_some(("elements_paie", "rubrique", &rubrique));
        let strange = strange
            .or_else(|| (!lists.comptes.is_empty() && !lists.comptes.contains_key(&compte)).then_some(("comptes", "compte", &compte)));
        if let Some((list, column, value)) = strange {
            findings.push(cells.finding("Q10", Level::Information, column, "un code du référentiel", "accepté, appris"));
            context.learn(list, value);
        }
        let anterieur = cells.code(findings, "nature_exercice") == "ANTERIEUR";
        let origin_text = cells.raw("periode_origine");
        if anterieur && origin_text.is_empty() {
            findings.push(cells.finding(
                "Q07",
                Level::Information,
                "periode_origine",
                "un mois ou une année",
                "accepté, antérieur indéterminé",
            ));
        }
        let is_year = origin_text.len() == 4 && origin_text.bytes().all(|b| b.is_ascii_digit());
        let origin = if is_year { None } else { cells.get(findings, "periode_origine", "AAAA-MM ou AAAA", field::month) };
        let plafond = cells.code(findings, "plafond");
        let (centre, eotp) = key(&cells, findings, context, &matricule, &plafond);
        let structure = if cells.raw("structure").is_empty() { String::new() } else { structure(&cells, findings, context, "structure") };
        out.push(PayLine {
            month: context.month,
            number: u32::try_from(k + 1).unwrap_or(u32::MAX),
            matricule,
            structure,
            plafond: if plafond.is_empty() { "?".to_owned() } else { plafond },
            rubrique: if rubrique.is_empty() { "?".to_owned() } else { rubrique },
            anterieur,
            origin,
            compte: if compte.is_empty() { "?".to_owned() } else { compte },
            amount,
            units: cells.get(findings, "nombre", "un nombre", field::rational),
            unit_rate: cells.get(findings, "taux", "un taux", field::rational),
            centre,
            eotp,
            share: cells.get(findings, "pourcentage", "un pourcentage", field::rational).unwrap_or_else(|| Exact::from_int(100)),
            etpt: cells.get(findings, "etpt", "un nombre exact", field::rational).unwrap_or(Exact::ZERO),
            etpf: cells.get(findings, "etpf", "un nombre exact", field::rational).unwrap_or(Exact::ZERO),
        });
    }
    Ok(Count { set_aside: 0, quarantined, accepted_amount: total, unknown_columns: columns.unknown })
}

/// The analytic key of a line; an invalid one gives way to the agent's last valid key of the same resource, else `?` (Q16).
fn key(
    cells: &Cells<'_>,
    findings: &mut Vec<crate::quality::Finding>,
    context: &mut Context<'_>,
    matricule: &str,
    plafond: &str,
) -> (String, String) {
    let (centre, eotp) = (field::code(cells.raw("centre_de_cout")), field::code(cells.raw("eotp")));
    let slot = (matricule.to_owned(), plafond.to_owned());
    if let (Ok(centre), Ok(eotp)) = (&centre, &eotp)
        && (context.references.analytique.is_empty() || context.references.key_is_valid(centre, eotp, context.month))
    {
        if matricule != "?" {
            context.keys.insert(slot, (centre.clone(), eotp.clone()));
        }
        let centre = if centre.is_empty() { "?".to_owned() } else { centre.clone() };
        return (centre, eotp.clone());
    }
    let last = context.keys.get(&slot).filter(|(c, e)| context.references.key_is_valid(c, e, context.month)).cloned();
    let column = if eotp.as_ref().is_ok_and(|e| !e.is_empty()) { "eotp" } else { "centre_de_cout" };
    let action = if last.is_some() { "accepté sur la dernière clé valide" } else { "accepté sur le centre de coût ?" };
    findings.push(cells.finding("Q16", Level::Warning, column, "une clé valide le 1er du mois", action));
    last.unwrap_or_else(|| ("?".to_owned(), String::new()))
}

pub(crate) fn hors_psop(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<PayLine>) -> Result<Count, CubeError> {
    let columns = reader.columns(&["mois", "structure", "motif", "montant", "commentaire"], &["mois", "structure", "motif", "montant"])?;
    let (mut quarantined, mut total) = (0, Money::ZERO);
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        cells.key = cells.raw("motif").to_owned();
        let findings = &mut reader.findings;
        let Ok(Some((amount, repaired))) = field::money(cells.raw("montant")) else {
            findings.push(cells.finding("Q15", Level::Blocking, "montant", "1234,56", "ligne en quarantaine"));
            quarantined += 1;
            continue;
        };
        cells.amount = amount;
        if repaired {
            findings.push(cells.finding("Q15", Level::Warning, "montant", "sans espace entre les milliers", "réparé : espaces retirées"));
        }
        total += amount;
        out.push(PayLine {
            month: context.month,
            number: u32::try_from(out.len() + 1).unwrap_or(u32::MAX),
            matricule: "?".to_owned(),
            structure: structure(&cells, findings, context, "structure"),
            plafond: "HORS_PSOP".to_owned(),
            rubrique: "HORS_PSOP".to_owned(),
            anterieur: false,
            origin: None,
            compte: context.references.element("HORS_PSOP").map_or_else(|| "?".to_owned(), |e| e.compte_titulaire.clone()),
            amount,
            units: None,
            unit_rate: None,
            centre: String::new(),
            eotp: String::new(),
            share: Exact::from_int(100),
            etpt: Exact::ZERO,
            etpf: Exact::ZERO,
        });
    }
    Ok(Count { set_aside: 0, quarantined, accepted_amount: total, unknown_columns: columns.unknown })
}
