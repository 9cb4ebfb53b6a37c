//! `mouvements_constates` (interfaces.md §3).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cadrage_value::{Date, Exact, Money};

use super::{Cells, Context, Count, Reader};
use crate::quality::{Finding, Level};
use crate::{CubeError, Kind, Situation, State, field};

pub(super) const STATUTS: [&str; 6] = ["TITULAIRE", "STAGIAIRE", "CDI", "CDD", "VACATAIRE", "HEBERGE"];
pub(super) const POSITIONS: [&str; 5] = ["AC", "DISPO", "CPAR", "DETACHE", "MAD"];
pub(super) const REMUNERATIONS: [&str; 4] = ["INDICIAIRE", "FORFAIT", "HORAIRE", "AUCUNE"];
pub(super) const DAY: &str = "AAAA-MM-JJ ou JJ/MM/AAAA";

pub(crate) fn situations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Situation>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::MouvementsConstates)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut rows: Vec<(usize, Situation)> = Vec::new();
    let file = reader.file;
    while let Some((row, findings)) = reader.next()? {
        let cells = Cells::new(file, &columns, row);
        cells.check_width(findings);
        let segment = field::integer(cells.raw("no_segment")).ok().flatten().and_then(|n| u32::try_from(n).ok());
        let (Some(segment), false) = (segment, cells.key.is_empty()) else {
            let column = if cells.key.is_empty() { "matricule" } else { "no_segment" };
            findings.push(cells.finding("Q15", Level::Warning, column, "une clé lisible", "ligne en quarantaine"));
            count.quarantined += 1;
            continue;
        };
        cells.require(findings, "date_debut");
        let first = context.month.first_day();
        let start = cells.get(findings, "date_debut", DAY, field::date);
        let end = cells.get(findings, "date_fin_exclue", DAY, field::end);
        if let (Some(start), Some(end)) = (start, end)
            && end <= start
        {
            findings.push(cells.finding("Q09", Level::Warning, "date_fin_exclue", "une fin après le début", "ligne annulée, écartée"));
            count.set_aside += 1;
            continue;
        }
        // In force in the month in any case: without a start, since its first day.
        let start = start.unwrap_or(first);
        let next = cells.get(findings, "date_prochain", DAY, field::date);
        let (echelon, chevron) = (step(&cells, findings, "prochain_echelon"), step(&cells, findings, "prochain_chevron"));
        let departure = cells.get(findings, "depart_date", DAY, field::date);
        let motif = cells.code(findings, "depart_motif");
        cells.require(findings, "date_entree");
        let situation = Situation {
            month: context.month,
            segment,
            start,
            end,
            entry: cells.get(findings, "date_entree", DAY, field::date).unwrap_or(start),
            next_step: next.map(|d| (d, echelon, chevron)),
            departure: departure.map(|d| (d, motif)),
            state: state(&cells, findings, context, start),
            matricule: cells.key.to_string(),
        };
        rows.push((row.line, situation));
    }
    count.set_aside += disjoint((file, &columns.name("date_fin_exclue")), &mut reader.findings, rows, out);
    context.memory.meet(out);
    Ok(count)
}

fn step(cells: &Cells<'_>, findings: &mut Vec<Finding>, column: &'static str) -> String {
    cells.get(findings, column, "un échelon", field::label)
}

fn state(cells: &Cells<'_>, findings: &mut Vec<Finding>, context: &mut Context<'_>, start: Date) -> State {
    cells.require(findings, "date_naissance");
    for column in ["statut", "grade", "position", "remuneration"] {
        cells.require(findings, column);
    }
    let remuneration = cells.member(findings, "remuneration", &REMUNERATIONS);
    let needed: &[&'static str] = match remuneration.as_str() {
        "INDICIAIRE" => &["quotite", "quotite_remuneree", "inm"],
        "FORFAIT" => &["quotite", "quotite_remuneree", "montant_forfait"],
        _ => &[],
    };
    for column in needed {
        cells.require(findings, column);
    }
    let before = context.memory.quotites(&cells.key).cloned();
    let (last_worked, last_paid) = before.unwrap_or_default();
    let quotite_read = quotite(cells, findings, "quotite", last_worked);
    let quotite_remuneree = quotite(cells, findings, "quotite_remuneree", last_paid);
    let grade = cells.code(findings, "grade");
    if !context.check_code("corps_grades", &grade) {
        findings.push(cells.finding("Q10", Level::Information, "grade", "un grade du référentiel", "accepté, appris"));
    }
    let (echelon, chevron) = (step(cells, findings, "echelon"), step(cells, findings, "chevron"));
    let inm = cells.integer(findings, "inm");
    check_index(cells, findings, context, (&grade, &echelon, &chevron), inm, start);
    State {
        birth: cells.get(findings, "date_naissance", DAY, field::date),
        statut: cells.member(findings, "statut", &STATUTS),
        grade: if grade.is_empty() { "?".to_owned() } else { grade },
        echelon,
        chevron,
        step_entry: cells.get(findings, "date_entree_echelon", DAY, field::date),
        step_kept_months: months(cells, findings).unwrap_or(0),
        ib: cells.get(findings, "ib", "un indice ou un groupe", field::label),
        inm,
        position: cells.member(findings, "position", &POSITIONS),
        modalite: cells.member(findings, "modalite", &["TC", "TP", "TI"]),
        quotite: quotite_read,
        quotite_remuneree,
        remuneration,
        montant_forfait: cells.number(findings, "montant_forfait", "un montant", field::money),
        contract_end: cells.get(findings, "contrat_fin_exclue", DAY, field::end),
        structure: cells.structure(findings, context, context.month),
        enfants: natural(cells, findings, "enfants").unwrap_or(0),
        nbi_points: natural(cells, findings, "nbi_points").unwrap_or(0),
        specialite: cells.get(findings, "specialite", "un texte", field::text),
    }
}

/// Months of seniority kept.
pub(super) fn months(cells: &Cells<'_>, findings: &mut Vec<Finding>) -> Option<i32> {
    let parse = |cell: &str| field::integer(cell).and_then(|n| n.map(|n| i32::try_from(n).map_err(|_| field::Rubbish)).transpose());
    cells.number(findings, "anciennete_conservee", "un nombre de mois", parse)
}

/// An integer that is not negative.
pub(super) fn natural(cells: &Cells<'_>, findings: &mut Vec<Finding>, column: &'static str) -> Option<i64> {
    let parse = |cell: &str| field::integer(cell).and_then(|n| if n.is_some_and(|n| n < 0) { Err(field::Rubbish) } else { Ok(n) });
    cells.number(findings, column, "un entier, 0 ou plus", parse)
}

/// Q11: the index and the grid's, on the later of the start and the first of the month.
fn check_index(
    cells: &Cells<'_>,
    findings: &mut Vec<Finding>,
    context: &Context<'_>,
    step: (&str, &str, &str),
    inm: Option<i64>,
    start: Date,
) {
    let ((grade, echelon, chevron), Some(inm)) = (step, inm) else { return };
    if echelon.is_empty() {
        return;
    }
    let day = start.max(context.month.first_day());
    let action = "accepté ; la grille vaut pour la projection";
    match context.references.inm_of(grade, echelon, chevron, day) {
        Some(expected) if expected != inm => {
            let gap = format!("{expected} selon la grille ({:+} points)", inm - expected);
            findings.push(cells.finding("Q11", Level::Warning, "inm", &gap, action));
        }
        None if context.references.has_grid(grade, day) => {
            findings.push(cells.finding("Q11", Level::Warning, "echelon", "un échelon de la grille du grade", action));
        }
        _ => {}
    }
}

/// A quotité; an impossible one (Q08) or one that does not parse (Q15) gives way to the agent's previous month's, else 1.
fn quotite(cells: &Cells<'_>, findings: &mut Vec<Finding>, column: &'static str, last: Option<Exact>) -> Option<Exact> {
    let raw = cells.raw(column);
    let possible = |q: &Exact| !q.is_negative() && !q.is_zero() && *q <= Exact::ONE;
    let code = match field::rational(raw) {
        Ok(None) => return None,
        Ok(Some(q)) if possible(&q) => return Some(q),
        Ok(Some(_)) => "Q08",
        Err(_) if field::divides_by_zero(raw) => "Q08",
        Err(_) => "Q15",
    };
    // One finding per row: the paid fraction follows the quotité it was made from.
    if !findings.iter().rev().take_while(|f| f.line == cells.row.line).any(|f| f.code == "Q08" && code == "Q08") {
        findings.push(cells.finding(
            code,
            Level::Warning,
            column,
            "plus de 0, au plus 1",
            "champ en quarantaine ; quotité précédente reprise",
        ));
    }
    Some(last.unwrap_or(Exact::ONE))
}

/// A file, and the column that says where a situation ends.
type Place<'a> = (&'a str, &'a Cow<'static, str>);

/// Q09: rows of one agent that overlap. The latest start wins on the common days, the other row is cut; how many vanish.
fn disjoint(at: Place<'_>, findings: &mut Vec<Finding>, rows: Vec<(usize, Situation)>, out: &mut Vec<Situation>) -> usize {
    let mut by_agent: BTreeMap<String, Vec<(usize, Situation)>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (line, s) in rows {
        let of_agent = by_agent.entry(s.matricule.clone()).or_default();
        if of_agent.is_empty() {
            order.push(s.matricule.clone());
        }
        of_agent.push((line, s));
    }
    let mut vanished = 0;
    for matricule in order {
        let Some(mut rows) = by_agent.remove(&matricule) else { continue };
        rows.sort_by_key(|(line, s)| (s.start, s.segment, *line));
        let mut pieces: Vec<(usize, Situation)> = Vec::new();
        let mut reported = BTreeSet::new();
        for (line, row) in rows {
            let mut kept: Vec<(usize, Situation)> = Vec::new();
            let mut cut = BTreeSet::new();
            for (l, piece) in pieces {
                let overlaps = piece.end.is_none_or(|e| e > row.start) && row.end.is_none_or(|e| e > piece.start);
                if overlaps {
                    cut.insert(l);
                    kept.extend(outside(&piece, &row).into_iter().map(|p| (l, p)));
                } else {
                    kept.push((l, piece));
                }
            }
            for l in cut {
                let remains = kept.iter().any(|(other, _)| *other == l);
                if !remains {
                    vanished += 1;
                }
                if reported.insert(l) {
                    let action = if remains {
                        "réparé : la situation la plus récente l'emporte"
                    } else {
                        "écartée : la situation suivante la recouvre"
                    };
                    findings.push(overlap(at, l, &matricule, &row, action));
                }
            }
            kept.push((line, row));
            pieces = kept;
        }
        pieces.sort_by_key(|(_, s)| (s.start, s.segment));
        out.extend(pieces.into_iter().map(|(_, s)| s));
    }
    vanished
}

/// The parts of a situation outside another one: before it, and after.
fn outside(piece: &Situation, row: &Situation) -> Vec<Situation> {
    let mut parts = Vec::new();
    if piece.start < row.start {
        parts.push(Situation { end: Some(row.start), ..piece.clone() });
    }
    if let Some(end) = row.end
        && piece.end.is_none_or(|e| e > end)
    {
        parts.push(Situation { start: end, ..piece.clone() });
    }
    parts
}

fn overlap((file, column): Place<'_>, line: usize, matricule: &str, winner: &Situation, action: &'static str) -> Finding {
    Finding {
        code: Cow::Borrowed("Q09"),
        level: Level::Warning,
        file: file.to_owned(),
        line,
        column: column.clone(),
        key: matricule.to_owned(),
        value: "chevauchement".to_owned(),
        expected: format!("fin au {} au plus tard", winner.start.to_french()),
        action: Cow::Borrowed(action),
        amount: Money::ZERO,
    }
}
