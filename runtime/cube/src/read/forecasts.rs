//! `mouvements_previsionnels` and `competences` (interfaces.md §4, §8).

use cadrage_value::Money;

use super::{Cells, Reader, structure};
use crate::field;
use crate::load::{Context, Count};
use crate::quality::{Finding, Level};
use crate::{Change, Competence, CubeError, Forecast};

const COLUMNS: [&str; 25] = [
    "matricule",
    "date_effet",
    "type_mouvement",
    "motif",
    "certitude",
    "date_connaissance",
    "nom",
    "prenom",
    "date_naissance",
    "statut",
    "grade",
    "echelon",
    "chevron",
    "date_entree_echelon",
    "anciennete_conservee",
    "inm",
    "position",
    "quotite",
    "quotite_remuneree",
    "remuneration",
    "montant_forfait",
    "contrat_fin_exclue",
    "structure",
    "enfants",
    "nbi_points",
];

pub(crate) fn forecasts(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Forecast>) -> Result<Count, CubeError> {
    let columns = reader.columns(&COLUMNS, &["matricule", "date_effet", "type_mouvement", "certitude"])?;
    let mut quarantined = 0;
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let matricule = field::code(cells.raw("matricule")).unwrap_or_default();
        cells.key.clone_from(&matricule);
        let findings = &mut reader.findings;
        let (date, kind) =
            (field::date(cells.raw("date_effet")).ok().flatten(), field::code(cells.raw("type_mouvement")).unwrap_or_default());
        let (Some(date), false, false) = (date, matricule.is_empty(), kind.is_empty()) else {
            findings.push(cells.finding("Q15", Level::Warning, "date_effet", "une clé lisible", "ligne en quarantaine"));
            quarantined += 1;
            continue;
        };
        out.push(Forecast {
            date,
            motif: cells.code(findings, "motif"),
            certitude: cells.code(findings, "certitude"),
            known: cells.get(findings, "date_connaissance", "AAAA-MM-JJ", field::date),
            change: change(&cells, findings, context),
            matricule,
            kind,
        });
    }
    Ok(Count { set_aside: 0, quarantined, accepted_amount: Money::ZERO, unknown_columns: columns.unknown })
}

fn change(cells: &Cells<'_>, findings: &mut Vec<Finding>, context: &Context<'_>) -> Change {
    let filled = |c: String| if c.is_empty() { None } else { Some(c) };
    let echelon = cells.code(findings, "echelon");
    let contract = cells.raw("contrat_fin_exclue");
    let contract_end = if field::is_open_end(contract) {
        Some(None)
    } else {
        cells.get(findings, "contrat_fin_exclue", "AAAA-MM-JJ", field::date).map(Some)
    };
    let place = if cells.raw("structure").is_empty() { None } else { Some(structure(cells, findings, context, "structure")) };
    Change {
        birth: cells.get(findings, "date_naissance", "AAAA-MM-JJ", field::date),
        statut: filled(cells.code(findings, "statut")),
        grade: filled(cells.code(findings, "grade")),
        step: if echelon.is_empty() { None } else { Some((echelon, cells.code(findings, "chevron"))) },
        step_entry: cells.get(findings, "date_entree_echelon", "AAAA-MM-JJ", field::date),
        step_kept_months: cells
            .get(findings, "anciennete_conservee", "un nombre de mois", field::integer)
            .and_then(|n| i32::try_from(n).ok()),
        inm: cells.get(findings, "inm", "un entier", field::integer),
        position: filled(cells.code(findings, "position")),
        quotite: cells.get(findings, "quotite", "une fraction", field::rational),
        quotite_remuneree: cells.get(findings, "quotite_remuneree", "une fraction", field::rational),
        remuneration: filled(cells.code(findings, "remuneration")),
        montant_forfait: cells.get(findings, "montant_forfait", "un montant", field::money).map(|(m, _)| m),
        contract_end,
        structure: place,
        enfants: cells.get(findings, "enfants", "un entier", field::integer),
        nbi_points: cells.get(findings, "nbi_points", "un entier", field::integer),
    }
}

pub(crate) fn competences(reader: &mut Reader<'_>, out: &mut Vec<Competence>) -> Result<Count, CubeError> {
    let columns = reader
        .columns(&["matricule", "competence", "niveau", "date_debut", "date_fin_exclue"], &["matricule", "competence", "date_debut"])?;
    let mut quarantined = 0;
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let matricule = field::code(cells.raw("matricule")).unwrap_or_default();
        cells.key.clone_from(&matricule);
        let findings = &mut reader.findings;
        let (competence, start) =
            (field::code(cells.raw("competence")).unwrap_or_default(), field::date(cells.raw("date_debut")).ok().flatten());
        let (Some(start), false, false) = (start, matricule.is_empty(), competence.is_empty()) else {
            findings.push(cells.finding("Q15", Level::Warning, "competence", "une clé lisible", "ligne en quarantaine"));
            quarantined += 1;
            continue;
        };
        out.push(Competence {
            niveau: cells.get(findings, "niveau", "de 1 à 5", field::integer),
            end: cells.get(findings, "date_fin_exclue", "AAAA-MM-JJ", field::end),
            matricule,
            competence,
            start,
        });
    }
    Ok(Count { set_aside: 0, quarantined, accepted_amount: Money::ZERO, unknown_columns: columns.unknown })
}
