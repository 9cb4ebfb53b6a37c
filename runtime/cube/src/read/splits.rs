//! `multi_affectations` and `imputations_previsionnelles` (interfaces.md §5, §7): sets of parts that sum to 100.

use std::collections::BTreeMap;

use cadrage_value::{Date, Exact, Money};

use super::{Cells, Reader, structure};
use crate::field;
use crate::load::{Context, Count};
use crate::quality::{Finding, Level};
use crate::{Affectation, CubeError, Imputation};

/// A set whose parts must sum to 100: where its parts are, and the line of the first.
struct Set {
    rows: Vec<usize>,
    line: usize,
}

/// Q04, Q05: a gap of 0,05 at most goes to rank 1; a greater one stands, and the split is relative to the sum.
fn repair(reader: &mut Reader<'_>, code: &'static str, column: &'static str, key: &str, line: usize, shares: &mut [(u32, &mut Exact)]) {
    let total: Exact = shares.iter().map(|(_, s)| (**s).clone()).sum();
    let gap = &Exact::from_int(100) - &total;
    if gap.is_zero() {
        return;
    }
    let small = Exact::ratio(5, 100).is_some_and(|limit| gap <= limit && -gap.clone() <= limit);
    if small && let Some((_, first)) = shares.iter_mut().min_by_key(|(rank, _)| *rank) {
        **first = &**first + &gap;
    }
    reader.findings.push(Finding {
        code,
        level: Level::Warning,
        file: reader.file.name.clone(),
        line,
        column,
        key: key.to_owned(),
        value: total.to_shortest(),
        expected: "100".to_owned(),
        action: if small { "réparé : écart au rang 1" } else { "accepté, ventilé au prorata" },
        amount: Money::ZERO,
    });
}

pub(crate) fn affectations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Affectation>) -> Result<Count, CubeError> {
    let known = ["matricule", "structure", "rang", "taux", "principale", "type_affectation", "date_debut", "date_fin_exclue", "origine"];
    let columns = reader.columns(&known, &["matricule", "structure", "rang", "taux", "date_debut", "origine"])?;
    let (mut quarantined, mut set_aside) = (0, 0);
    let mut sets: BTreeMap<(String, Date), Set> = BTreeMap::new();
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let matricule = field::code(cells.raw("matricule")).unwrap_or_default();
        cells.key.clone_from(&matricule);
        let findings = &mut reader.findings;
        let (start, rank) = (field::date(cells.raw("date_debut")).ok().flatten(), field::integer(cells.raw("rang")).ok().flatten());
        let rate = field::rational(cells.raw("taux")).ok().flatten();
        let (Some(start), Some(rank), Some(rate), false) = (start, rank.and_then(|r| u32::try_from(r).ok()), rate, matricule.is_empty())
        else {
            findings.push(cells.finding("Q15", Level::Warning, "matricule", "une clé et un taux lisibles", "ligne en quarantaine"));
            quarantined += 1;
            continue;
        };
        if cells.code(findings, "type_affectation") == "HIERARCHIQUE" {
            set_aside += 1;
            continue;
        }
        let affectation = Affectation {
            structure: structure(&cells, findings, context, "structure"),
            rank,
            rate,
            start,
            end: cells.get(findings, "date_fin_exclue", "AAAA-MM-JJ", field::end),
            forecast: cells.code(findings, "origine") == "PREVISIONNEL",
            matricule,
        };
        sets.entry((affectation.matricule.clone(), start)).or_insert(Set { rows: Vec::new(), line: row.line }).rows.push(out.len());
        out.push(affectation);
    }
    for ((matricule, _), set) in sets {
        let (rows, line) = (set.rows, set.line);
        let mut shares: Vec<(u32, &mut Exact)> =
            out.iter_mut().enumerate().filter(|(k, _)| rows.contains(k)).map(|(_, a)| (a.rank, &mut a.rate)).collect();
        repair(reader, "Q04", "taux", &matricule, line, &mut shares);
    }
    Ok(Count { set_aside, quarantined, accepted_amount: Money::ZERO, unknown_columns: columns.unknown })
}

pub(crate) fn imputations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Imputation>) -> Result<Count, CubeError> {
    let known = ["matricule", "rubrique", "date_debut", "date_fin_exclue", "rang", "centre_de_cout", "eotp", "pourcentage"];
    let columns = reader.columns(&known, &["matricule", "rubrique", "date_debut", "rang", "centre_de_cout", "pourcentage"])?;
    let mut quarantined = 0;
    let mut sets: BTreeMap<(String, String, Date), Set> = BTreeMap::new();
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let matricule = field::code(cells.raw("matricule")).unwrap_or_default();
        cells.key.clone_from(&matricule);
        let findings = &mut reader.findings;
        let rubrique = if cells.raw("rubrique") == "*" { "*".to_owned() } else { cells.code(findings, "rubrique") };
        let (start, rank) = (field::date(cells.raw("date_debut")).ok().flatten(), field::integer(cells.raw("rang")).ok().flatten());
        let share = field::rational(cells.raw("pourcentage")).ok().flatten();
        let (Some(start), Some(rank), Some(share), false) = (start, rank.and_then(|r| u32::try_from(r).ok()), share, matricule.is_empty())
        else {
            findings.push(cells.finding("Q15", Level::Warning, "matricule", "une clé et un pourcentage lisibles", "ligne en quarantaine"));
            quarantined += 1;
            continue;
        };
        let (mut centre, mut eotp) =
            (field::code(cells.raw("centre_de_cout")).unwrap_or_default(), field::code(cells.raw("eotp")).unwrap_or_default());
        if !context.references.analytique.is_empty() && !context.references.key_is_valid(&centre, &eotp, start.month()) {
            findings.push(cells.finding(
                "Q16",
                Level::Warning,
                "centre_de_cout",
                "une clé valide le 1er du mois",
                "accepté sur le centre de coût ?",
            ));
            (centre, eotp) = ("?".to_owned(), String::new());
        }
        let imputation = Imputation {
            end: cells.get(findings, "date_fin_exclue", "AAAA-MM-JJ", field::end),
            matricule,
            rubrique,
            start,
            rank,
            centre,
            eotp,
            share,
        };
        let key = (imputation.matricule.clone(), imputation.rubrique.clone(), start);
        sets.entry(key).or_insert(Set { rows: Vec::new(), line: row.line }).rows.push(out.len());
        out.push(imputation);
    }
    for ((matricule, _, _), set) in sets {
        let (rows, line) = (set.rows, set.line);
        let mut shares: Vec<(u32, &mut Exact)> = rows_mut(out, &rows);
        repair(reader, "Q05", "pourcentage", &matricule, line, &mut shares);
    }
    Ok(Count { set_aside: 0, quarantined, accepted_amount: Money::ZERO, unknown_columns: columns.unknown })
}

/// The rows of one set; they follow each other in most files, so the search starts where the set does.
fn rows_mut<'o>(out: &'o mut [Imputation], rows: &[usize]) -> Vec<(u32, &'o mut Exact)> {
    let (first, last) = (rows.iter().min().copied().unwrap_or(0), rows.iter().max().copied().unwrap_or(0));
    out.iter_mut().enumerate().take(last + 1).skip(first).filter(|(k, _)| rows.contains(k)).map(|(_, i)| (i.rank, &mut i.share)).collect()
}
