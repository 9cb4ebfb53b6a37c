//! `mouvements_constates` (interfaces.md §3).

use std::collections::BTreeMap;

use cadrage_value::{Exact, Money};

use super::{Cells, Reader, structure};
use crate::field;
use crate::load::{Context, Count, reference_day};
use crate::quality::{Finding, Level};
use crate::{CubeError, Situation, State};

const COLUMNS: [&str; 32] = [
    "matricule",
    "no_segment",
    "nom",
    "prenom",
    "date_naissance",
    "date_entree",
    "statut",
    "grade",
    "echelon",
    "chevron",
    "date_entree_echelon",
    "anciennete_conservee",
    "ib",
    "inm",
    "prochain_echelon",
    "prochain_chevron",
    "date_prochain",
    "position",
    "modalite",
    "quotite",
    "quotite_remuneree",
    "remuneration",
    "montant_forfait",
    "contrat_fin_exclue",
    "structure",
    "enfants",
    "nbi_points",
    "specialite",
    "date_debut",
    "date_fin_exclue",
    "depart_date",
    "depart_motif",
];
const REQUIRED: [&str; 12] = [
    "matricule",
    "no_segment",
    "date_naissance",
    "date_entree",
    "statut",
    "grade",
    "position",
    "quotite",
    "quotite_remuneree",
    "remuneration",
    "structure",
    "date_debut",
];

pub(crate) fn situations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Situation>) -> Result<Count, CubeError> {
    let columns = reader.columns(&COLUMNS, &REQUIRED)?;
    let (mut quarantined, mut set_aside) = (0, 0);
    let mut lines: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for row in &reader.file.rows {
        let mut cells = Cells { file: &reader.file.name, columns: &columns, row, key: String::new(), amount: Money::ZERO };
        let findings = &mut reader.findings;
        let matricule = field::code(cells.raw("matricule")).unwrap_or_default();
        cells.key.clone_from(&matricule);
        let start = field::date(cells.raw("date_debut")).ok().flatten();
        let (Some(start), false) = (start, matricule.is_empty()) else {
            findings.push(cells.finding(
                "Q15",
                Level::Warning,
                if matricule.is_empty() { "matricule" } else { "date_debut" },
                "une clé lisible",
                "ligne en quarantaine",
            ));
            quarantined += 1;
            continue;
        };
        let end = cells.get(findings, "date_fin_exclue", "AAAA-MM-JJ", field::end);
        if end.is_some_and(|e| e <= start) {
            findings.push(cells.finding("Q09", Level::Warning, "date_fin_exclue", "une fin après le début", "ligne écartée"));
            set_aside += 1;
            continue;
        }
        let state = state(&cells, findings, context, start);
        let entry = cells.get(findings, "date_entree", "AAAA-MM-JJ", field::date).unwrap_or(start);
        let next = cells.get(findings, "date_prochain", "AAAA-MM-JJ", field::date);
        let departure = cells.get(findings, "depart_date", "AAAA-MM-JJ", field::date);
        let situation = Situation {
            month: context.month,
            segment: cells.get(findings, "no_segment", "1, 2…", field::integer).and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            start,
            end,
            entry,
            next_step: next.map(|d| (d, cells.raw("prochain_echelon").to_owned(), cells.raw("prochain_chevron").to_owned())),
            departure: departure.map(|d| (d, cells.code(findings, "depart_motif"))),
            state,
            matricule,
        };
        context.known.insert(situation.matricule.clone());
        lines.insert((situation.matricule.clone(), out.len()), row.line);
        out.push(situation);
    }
    overlaps(reader, out, &lines);
    Ok(Count { set_aside, quarantined, accepted_amount: Money::ZERO, unknown_columns: columns.unknown })
}

fn state(cells: &Cells<'_>, findings: &mut Vec<Finding>, context: &mut Context<'_>, start: cadrage_value::Date) -> State {
    let grade = cells.code(findings, "grade");
    if !context.references.grades.is_empty() && context.references.grade(&grade).is_none() {
        findings.push(cells.finding("Q10", Level::Information, "grade", "un grade du référentiel", "accepté, appris"));
        context.learn("corps_grades", &grade);
    }
    let (echelon, chevron) = (cells.code(findings, "echelon"), cells.code(findings, "chevron"));
    let inm = cells.get(findings, "inm", "un entier", field::integer);
    if !echelon.is_empty()
        && let Some(expected) = context.references.inm_of(&grade, &echelon, &chevron, reference_day(start, context.month))
        && inm.is_some_and(|i| i != expected)
    {
        findings.push(cells.finding(
            "Q11",
            Level::Warning,
            "inm",
            &format!("{expected} selon la grille"),
            "accepté ; la grille vaut pour la projection",
        ));
    }
    let quotites = [quotite(cells, findings, "quotite"), quotite(cells, findings, "quotite_remuneree")];
    let [(worked, bad), (paid, bad_paid)] = quotites;
    let before = context.quotites.get(cells.key.as_str()).cloned();
    let fallback = |x: Option<Exact>, bad: bool, before: Option<Exact>| if bad { before.or(Some(Exact::ONE)) } else { x };
    let (last_worked, last_paid) = before.unwrap_or((None, None));
    State {
        birth: cells.get(findings, "date_naissance", "AAAA-MM-JJ", field::date),
        statut: cells.code(findings, "statut"),
        grade: if grade.is_empty() { "?".to_owned() } else { grade },
        echelon,
        chevron,
        step_entry: cells.get(findings, "date_entree_echelon", "AAAA-MM-JJ", field::date),
        step_kept_months: cells
            .get(findings, "anciennete_conservee", "un nombre de mois", field::integer)
            .and_then(|n| i32::try_from(n).ok())
            .unwrap_or(0),
        ib: cells.code(findings, "ib"),
        inm,
        position: cells.code(findings, "position"),
        modalite: cells.code(findings, "modalite"),
        quotite: fallback(worked, bad, last_worked),
        quotite_remuneree: fallback(paid, bad_paid, last_paid),
        remuneration: cells.code(findings, "remuneration"),
        montant_forfait: cells.get(findings, "montant_forfait", "un montant", field::money).map(|(m, _)| m),
        contract_end: cells.get(findings, "contrat_fin_exclue", "AAAA-MM-JJ", field::end),
        structure: structure(cells, findings, context, "structure"),
        enfants: cells.get(findings, "enfants", "un entier", field::integer).unwrap_or(0).max(0),
        nbi_points: cells.get(findings, "nbi_points", "un entier", field::integer).unwrap_or(0).max(0),
        specialite: cells.get(findings, "specialite", "un texte", field::text),
    }
}

/// A quotité, and whether it was impossible (Q08).
fn quotite(cells: &Cells<'_>, findings: &mut Vec<Finding>, column: &'static str) -> (Option<Exact>, bool) {
    let raw = cells.raw(column);
    match field::rational(raw) {
        Ok(None) => (None, false),
        Ok(Some(q)) if !q.is_negative() && !q.is_zero() && q <= Exact::ONE => (Some(q), false),
        _ => {
            // One finding per row: the paid fraction follows the quotité it was made from.
            let already = findings.iter().any(|f| f.code == "Q08" && f.line == cells.row.line);
            if !already {
                findings.push(cells.finding(
                    "Q08",
                    Level::Warning,
                    column,
                    "plus de 0, au plus 1",
                    "champ en quarantaine ; quotité précédente reprise",
                ));
            }
            (None, true)
        }
    }
}

/// Q09: rows of one agent that overlap. The latest start wins on the common days, the other row is cut.
fn overlaps(reader: &mut Reader<'_>, out: &mut [Situation], lines: &BTreeMap<(String, usize), usize>) {
    let mut by_agent: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (k, s) in out.iter().enumerate() {
        by_agent.entry(s.matricule.clone()).or_default().push(k);
    }
    for (matricule, mut rows) in by_agent.into_iter().filter(|(_, r)| r.len() > 1) {
        rows.sort_by_key(|k| out.get(*k).map(|s| (s.start, s.segment)));
        for pair in rows.windows(2) {
            let [a, b] = pair else { continue };
            let Some(next) = out.get(*b).map(|s| s.start) else { continue };
            let Some(row) = out.get_mut(*a) else { continue };
            if row.end.is_none_or(|e| e > next) {
                row.end = Some(next);
                reader.findings.push(Finding {
                    code: "Q09",
                    level: Level::Warning,
                    file: reader.file.name.clone(),
                    line: lines.get(&(matricule.clone(), *a)).copied().unwrap_or(0),
                    column: "date_fin_exclue",
                    key: matricule.clone(),
                    value: "chevauchement".to_owned(),
                    expected: next.to_string(),
                    action: "réparé : la situation la plus récente l'emporte",
                    amount: Money::ZERO,
                });
            }
        }
    }
}
