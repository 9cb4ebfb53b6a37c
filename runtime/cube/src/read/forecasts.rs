//! `mouvements_previsionnels` and `competences` (interfaces.md §4, §8).

use super::situations::{DAY, POSITIONS, REMUNERATIONS, STATUTS, months, natural};
use super::splits::note_strangers;
use super::{Cells, Context, Count, Reader};
use crate::field::{self, Rubbish};
use crate::quality::{Finding, Level};
use crate::{Change, Competence, CubeError, Forecast, Kind};

const KINDS: [&str; 9] = ["ENTREE", "SORTIE", "ECHELON", "GRADE", "QUOTITE", "POSITION", "CONTRAT", "STRUCTURE", "STATUT"];

pub(crate) fn forecasts(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Forecast>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::MouvementsPrevisionnels)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut strangers = 0_usize;
    let file = reader.file;
    while let Some((row, findings)) = reader.next()? {
        let cells = Cells::new(file, &columns, row);
        cells.check_width(findings);
        let date = field::date(cells.raw("date_effet")).ok().flatten();
        let kind = field::code(cells.raw("type_mouvement")).ok().filter(|k| KINDS.contains(&k.as_str()));
        let wrong = [("matricule", cells.key.is_empty()), ("date_effet", date.is_none()), ("type_mouvement", kind.is_none())];
        let (None, Some(date), Some(kind)) = (wrong.iter().find(|(_, wrong)| *wrong), date, kind) else {
            let column = wrong.iter().find(|(_, wrong)| *wrong).map_or("matricule", |(column, _)| *column);
            findings.push(cells.finding("Q15", Level::Warning, column, "une clé lisible", "ligne en quarantaine"));
            count.quarantined += 1;
            continue;
        };
        strangers += usize::from(kind != "ENTREE" && !context.memory.knows(&cells.key));
        cells.require(findings, "certitude");
        out.push(Forecast {
            date,
            motif: cells.code(findings, "motif"),
            certitude: cells.member(findings, "certitude", &["SIGNE", "PREVU", "CALCULE"]),
            known: cells.get(findings, "date_connaissance", DAY, field::date),
            change: change(&cells, findings, context, date),
            matricule: cells.key.to_string(),
            kind,
        });
    }
    note_strangers(&mut count, strangers);
    Ok(count)
}

fn change(cells: &Cells<'_>, findings: &mut Vec<Finding>, context: &mut Context<'_>, date: cadrage_value::Date) -> Change {
    let filled = |c: String| if c.is_empty() { None } else { Some(c) };
    let echelon = cells.get(findings, "echelon", "un échelon", field::label);
    let chevron = cells.get(findings, "chevron", "un chevron", field::label);
    let grade = cells.code(findings, "grade");
    if !context.check_code("corps_grades", &grade) {
        findings.push(cells.finding("Q10", Level::Information, "grade", "un grade du référentiel", "accepté, appris"));
    }
    let contract_end = if field::is_open_end(cells.raw("contrat_fin_exclue")) {
        Some(None)
    } else {
        cells.get(findings, "contrat_fin_exclue", DAY, field::date).map(Some)
    };
    // An impossible quotité does not parse: the movement leaves the quotité as it was.
    let quotite = |cell: &str| {
        field::rational(cell).and_then(|q| match q {
            Some(q) if q.is_zero() || q.is_negative() || q > cadrage_value::Exact::ONE => Err(Rubbish),
            other => Ok(other),
        })
    };
    let place =
        if cells.raw("structure").is_empty() { None } else { Some(cells.structure(findings, context, context.month.max(date.month()))) };
    Change {
        birth: cells.get(findings, "date_naissance", DAY, field::date),
        statut: filled(cells.member(findings, "statut", &STATUTS)),
        grade: filled(grade),
        step: filled(echelon).map(|e| (e, chevron)),
        step_entry: cells.get(findings, "date_entree_echelon", DAY, field::date),
        step_kept_months: months(cells, findings),
        inm: cells.integer(findings, "inm"),
        position: filled(cells.member(findings, "position", &POSITIONS)),
        quotite: cells.get(findings, "quotite", "plus de 0, au plus 1", quotite),
        quotite_remuneree: cells.get(findings, "quotite_remuneree", "plus de 0, au plus 1", quotite),
        remuneration: filled(cells.member(findings, "remuneration", &REMUNERATIONS)),
        montant_forfait: cells.number(findings, "montant_forfait", "un montant", field::money),
        contract_end,
        structure: place,
        enfants: natural(cells, findings, "enfants"),
        nbi_points: natural(cells, findings, "nbi_points"),
    }
}

pub(crate) fn competences(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Competence>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::Competences)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut strangers = 0_usize;
    let file = reader.file;
    while let Some((row, findings)) = reader.next()? {
        let cells = Cells::new(file, &columns, row);
        cells.check_width(findings);
        let competence = field::code(cells.raw("competence")).ok().filter(|c| !c.is_empty());
        let start = field::date(cells.raw("date_debut")).ok().flatten();
        let (Some(start), Some(competence), false) = (start, competence, cells.key.is_empty()) else {
            let column = if cells.key.is_empty() {
                "matricule"
            } else if start.is_none() {
                "date_debut"
            } else {
                "competence"
            };
            findings.push(cells.finding("Q15", Level::Warning, column, "une clé lisible", "ligne en quarantaine"));
            count.quarantined += 1;
            continue;
        };
        strangers += usize::from(!context.memory.knows(&cells.key));
        let niveau =
            |cell: &str| field::integer(cell).and_then(|n| if n.is_some_and(|n| !(1..=5).contains(&n)) { Err(Rubbish) } else { Ok(n) });
        out.push(Competence {
            niveau: cells.get(findings, "niveau", "de 1 à 5", niveau),
            end: cells.get(findings, "date_fin_exclue", DAY, field::end),
            matricule: cells.key.to_string(),
            competence,
            start,
        });
    }
    note_strangers(&mut count, strangers);
    Ok(count)
}
