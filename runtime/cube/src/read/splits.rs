//! `multi_affectations` and `imputations_previsionnelles` (interfaces.md §5, §7): sets of parts that sum to 100.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cadrage_value::{Date, Exact, Money};

use super::situations::DAY;
use super::{Cells, Context, Count, Reader};
use crate::memory::KeyState;
use crate::quality::{Finding, Level};
use crate::{Affectation, CubeError, Imputation, Kind, field};

/// A set whose parts must sum to 100: where its parts are in the output, and the line of the first.
struct Set {
    rows: Vec<usize>,
    line: usize,
}

/// A part of a set.
trait Part {
    fn rank(&self) -> u32;
    fn share(&mut self) -> &mut Exact;
}

impl Part for Affectation {
    fn rank(&self) -> u32 {
        self.rank
    }
    fn share(&mut self) -> &mut Exact {
        &mut self.rate
    }
}

impl Part for Imputation {
    fn rank(&self) -> u32 {
        self.rank
    }
    fn share(&mut self) -> &mut Exact {
        &mut self.share
    }
}

/// Where the parts that are repaired come from.
struct Source<'a> {
    file: &'a str,
    code: &'static str,
    column: Cow<'static, str>,
    /// The gap that is repaired.
    limit: &'a Exact,
}

/// Q04, Q05: a small gap (0,05 unless the establishment says otherwise) goes to rank 1; a greater one stands, and the split is
/// relative to the sum.
fn repair<P: Part>(source: &Source<'_>, key: &str, set: &Set, out: &mut [P]) -> Option<Finding> {
    let mut total = Exact::ZERO;
    let mut first: Option<(u32, usize)> = None;
    for k in &set.rows {
        let part = out.get_mut(*k)?;
        total = &total + part.share();
        if first.is_none_or(|(rank, _)| part.rank() < rank) {
            first = Some((part.rank(), *k));
        }
    }
    let gap = &Exact::from_int(100) - &total;
    if gap.is_zero() {
        return None;
    }
    let small = gap <= *source.limit && -gap.clone() <= *source.limit;
    if small && let Some(part) = first.and_then(|(_, k)| out.get_mut(k)) {
        let share = part.share();
        *share = &*share + &gap;
    }
    Some(Finding {
        code: Cow::Borrowed(source.code),
        level: Level::Warning,
        file: source.file.to_owned(),
        line: set.line,
        column: source.column.clone(),
        key: key.to_owned(),
        value: total.to_french(2),
        expected: "100,00".to_owned(),
        action: Cow::Borrowed(if small { "réparé : écart au rang 1" } else { "accepté, ventilé au prorata" }),
        amount: Money::ZERO,
    })
}

/// Key, rank and share of a row; without them it goes to quarantine.
fn part(cells: &Cells<'_>, findings: &mut Vec<Finding>, share: &'static str) -> Option<(Date, u32, Exact)> {
    let start = field::date(cells.raw("date_debut")).ok().flatten();
    let rank = field::integer(cells.raw("rang")).ok().flatten().and_then(|r| u32::try_from(r).ok());
    let rate = field::rational(cells.raw(share)).ok().flatten().filter(|r| !r.is_negative());
    let wrong = [("matricule", cells.key.is_empty()), ("date_debut", start.is_none()), ("rang", rank.is_none()), (share, rate.is_none())];
    if let Some((column, _)) = wrong.into_iter().find(|(_, wrong)| *wrong) {
        findings.push(cells.finding("Q15", Level::Warning, column, "une clé et une part lisibles", "ligne en quarantaine"));
        return None;
    }
    Some((start?, rank?, rate?))
}

pub(crate) fn affectations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Affectation>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::MultiAffectations)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut sets: BTreeMap<(String, Date), Set> = BTreeMap::new();
    let (mut hierarchical, mut strangers) = (0_usize, 0_usize);
    let file = reader.file;
    while let Some((row, findings)) = reader.next()? {
        let cells = Cells::new(file, &columns, row);
        cells.check_width(findings);
        let Some((start, rank, rate)) = part(&cells, findings, "taux") else {
            count.quarantined += 1;
            continue;
        };
        if cells.member(findings, "type_affectation", &["FONCTIONNELLE", "HIERARCHIQUE"]) == "HIERARCHIQUE" {
            hierarchical += 1;
            continue;
        }
        strangers += usize::from(!context.memory.knows(&cells.key));
        sets.entry((cells.key.to_string(), start)).or_insert(Set { rows: Vec::new(), line: row.line }).rows.push(out.len());
        out.push(Affectation {
            structure: cells.structure(findings, context, context.month.max(start.month())),
            rank,
            rate,
            start,
            end: cells.get(findings, "date_fin_exclue", DAY, field::end),
            forecast: cells.member(findings, "origine", &["CONSTATE", "PREVISIONNEL"]) == "PREVISIONNEL",
            matricule: cells.key.to_string(),
        });
    }
    let source = Source { file, code: "Q04", column: columns.name("taux"), limit: &context.limits.split };
    for ((matricule, _), set) in &sets {
        reader.findings.extend(repair(&source, matricule, set, out));
    }
    if hierarchical > 0 {
        count.notes.push(format!("{hierarchical} affectation(s) hiérarchique(s), non utilisée(s)"));
    }
    note_strangers(&mut count, strangers);
    Ok(count)
}

pub(crate) fn imputations(reader: &mut Reader<'_>, context: &mut Context<'_>, out: &mut Vec<Imputation>) -> Result<Count, CubeError> {
    let columns = reader.columns(Kind::ImputationsPrevisionnelles)?;
    let mut count = Count { unknown_columns: columns.unknown.clone(), ..Count::default() };
    let mut sets: BTreeMap<(String, String, Date), Set> = BTreeMap::new();
    let mut strangers = 0_usize;
    let file = reader.file;
    while let Some((row, findings)) = reader.next()? {
        let cells = Cells::new(file, &columns, row);
        cells.check_width(findings);
        let rubrique = if cells.raw("rubrique") == "*" { "*".to_owned() } else { field::code(cells.raw("rubrique")).unwrap_or_default() };
        if rubrique.is_empty() {
            findings.push(cells.finding("Q15", Level::Warning, "rubrique", "un élément, ou *", "ligne en quarantaine"));
            count.quarantined += 1;
            continue;
        }
        let Some((start, rank, share)) = part(&cells, findings, "pourcentage") else {
            count.quarantined += 1;
            continue;
        };
        if rubrique != "*" && !context.check_code("elements_paie", &rubrique) {
            findings.push(cells.finding("Q10", Level::Information, "rubrique", "un code du référentiel", "accepté, appris"));
        }
        let or_unknown = |text: Result<String, field::Rubbish>| text.unwrap_or_else(|_| "?".to_owned());
        let (centre, eotp) = (or_unknown(field::code(cells.raw("centre_de_cout"))), or_unknown(field::code(cells.raw("eotp"))));
        let centre = if centre.is_empty() { "?".to_owned() } else { centre };
        let action = match context.memory.expected_key(context.references, &cells.key, start.month(), &centre, &eotp) {
            KeyState::Valid => None,
            KeyState::Last(_) => Some("accepté sur la dernière clé valide"),
            KeyState::Unknown => Some("accepté sur le centre de coût ?"),
        };
        if let Some(action) = action {
            let column = if eotp.is_empty() { "centre_de_cout" } else { "eotp" };
            findings.push(cells.finding("Q16", Level::Warning, column, "une clé valide le 1er du mois", action));
        }
        strangers += usize::from(!context.memory.knows(&cells.key));
        let key = (cells.key.to_string(), rubrique.clone(), start);
        sets.entry(key).or_insert(Set { rows: Vec::new(), line: row.line }).rows.push(out.len());
        out.push(Imputation {
            end: cells.get(findings, "date_fin_exclue", DAY, field::end),
            matricule: cells.key.to_string(),
            rubrique,
            start,
            rank,
            centre,
            eotp,
            share,
        });
    }
    let source = Source { file, code: "Q05", column: columns.name("pourcentage"), limit: &context.limits.split };
    for ((matricule, _, _), set) in &sets {
        reader.findings.extend(repair(&source, matricule, set, out));
    }
    note_strangers(&mut count, strangers);
    Ok(count)
}

/// R1: rows of agents the SIRH file does not have are kept, and said.
pub(super) fn note_strangers(count: &mut Count, strangers: usize) {
    if strangers > 0 {
        count.notes.push(format!("{strangers} ligne(s) d'agents absents de mouvements_constates, gardée(s)"));
    }
}
