//! `test` by table: `cas "…"`, one case a row of a file.

use std::collections::{BTreeMap, BTreeSet};

use cadrage_ir::{AttributeId, ColumnId, FormulaId, Unit};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Expected, Member};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Date, Exact, Month};

use crate::bounds::column_unit;
use crate::model::{Period, TestSituation};
use crate::scope::{Scope, Symbol};
use crate::tables::{Table, Tables};
use crate::{cells, units};

/// The cases of a test, read and checked.
#[derive(Clone, Debug)]
pub struct CaseTable {
    /// The file, as the script names it.
    pub path: String,
    /// What is compared, in the order written.
    pub measures: Vec<CaseMeasure>,
    /// In the order of the file.
    pub rows: Vec<CaseRow>,
}

/// One measure compared on every case.
#[derive(Clone, Debug)]
pub struct CaseMeasure {
    /// The formula.
    pub formula: FormulaId,
    /// `à … près`, base units.
    pub tolerance: Exact,
    /// Where.
    pub span: Span,
}

/// One case.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// Its line in the file.
    pub line: usize,
    /// What `colonne repère` says, may be empty.
    pub key: String,
    /// Its agent.
    pub situation: TestSituation,
    /// By measure.
    pub expected: Vec<CaseExpected>,
}

/// What a case expects of a measure.
#[derive(Clone, Debug)]
pub struct CaseExpected {
    /// When.
    pub period: Period,
    /// Its value in base units; nothing where the cell is empty.
    pub value: Option<Exact>,
    /// Why the case is looked at apart; empty = it must hold.
    pub reasons: Vec<String>,
}

/// What a column of the file is for us.
enum Target {
    Month,
    Year,
    From,
    Until,
    Key,
    Number(ColumnId, Exact),
    Supplied(FormulaId, Exact),
    Code(AttributeId),
}

/// A measure before its rows are read.
struct Measure<'t> {
    written: &'t ast::Expect,
    value: Option<Exact>,
    /// Header and factor, its sign included.
    column: Option<(&'t Spanned<String>, Exact)>,
}

/// At most so many bad cells are told, then how many more.
const TOLD: usize = 5;

/// Complaints about cells of one file.
struct Cells<'t> {
    path: &'t str,
    complaints: Vec<Diagnostic>,
    more: usize,
}

impl Cells<'_> {
    fn refuse(&mut self, line: usize, why: &str, span: Span) {
        if self.complaints.len() < TOLD {
            self.complaints.push(
                Diagnostic::new(Code::V20, format!("{}:{line} : {why}", self.path), span)
                    .here("colonne demandée ici")
                    .help(format!("corrigez la ligne {line} de `{}`, ou la clause qui la lit", self.path)),
            );
        } else {
            self.more += 1;
        }
    }
}

impl Scope<'_> {
    /// The cases of a test; `None` when something was complained about.
    pub(crate) fn case_table(&mut self, t: &ast::Test, tables: &Tables) -> Option<CaseTable> {
        let file = t.files.first()?;
        let table = self.case_file(t, file, tables)?;
        let mut whole = true;
        let mut targets = Vec::new();
        for c in &t.columns {
            whole &= self.header_exists(table, &c.header, &file.path.value);
            match self.target(c) {
                Some(target) => targets.push((c, target)),
                None => whole = false,
            }
        }
        for aside in t.asides.iter().chain(t.expectations.iter().filter_map(|e| e.aside.as_ref())) {
            whole &= self.header_exists(table, &aside.header, &file.path.value);
        }
        let mut measures = Vec::new();
        let mut compared = Vec::new();
        for e in &t.expectations {
            match self.measure(e, table, &file.path.value) {
                Some((measure, checked)) => {
                    measures.push(measure);
                    compared.push(checked);
                }
                None => whole = false,
            }
            let dated = targets.iter().any(|(_, t)| matches!(t, Target::Month | Target::Year));
            if e.period.is_none() && !dated {
                self.complain(
                    Diagnostic::new(Code::V02, "ce test ne dit pas quand regarder", e.span)
                        .help("ajoutez `colonne mois = \"…\"` ou `colonne exercice = \"…\"`, ou écrivez `en MM/AAAA attendre …`"),
                );
                whole = false;
            }
        }
        let model = self.constant_part(t)?;
        if !whole {
            return None;
        }
        let mut cells = Cells { path: &file.path.value, complaints: Vec::new(), more: 0 };
        let mut unknown: BTreeMap<(AttributeId, String), bool> = BTreeMap::new();
        let mut rows = Vec::new();
        for (line, row) in &table.rows {
            rows.extend(self.case_row((*line, row), t, (&targets, &measures), &model, &mut cells, &mut unknown));
        }
        let sound = cells.complaints.is_empty() && unknown.values().all(|known| *known);
        if let Some(last) = cells.complaints.last_mut().filter(|_| cells.more > 0) {
            last.help = Some(format!("corrigez ces lignes de `{}` ; {} autres cellules sont refusées", file.path.value, cells.more));
        }
        self.diagnostics.append(&mut cells.complaints);
        sound.then(|| CaseTable { path: file.path.value.clone(), measures: compared, rows })
    }

    fn case_file<'t>(&mut self, t: &ast::Test, file: &ast::CaseFile, tables: &'t Tables) -> Option<&'t Table> {
        if let Some(second) = t.files.get(1) {
            self.complain(
                Diagnostic::new(Code::N02, "ce test a deux fichiers de cas", second.span)
                    .here("ici encore")
                    .label(file.span, "déjà donné ici")
                    .help("écrivez un second bloc `test`"),
            );
            return None;
        }
        let separator = match &file.separator {
            None => ';',
            Some(s) => match (s.value.as_str(), s.value.chars().next(), s.value.chars().nth(1)) {
                ("tabulation", ..) => '\t',
                (_, Some(c), None) if c.is_ascii() => c,
                _ => {
                    self.complain(
                        Diagnostic::new(Code::V20, format!("`{}` n'est pas un séparateur", s.value), s.span)
                            .help("un seul signe : `séparateur \",\"`, ou `séparateur \"tabulation\"`"),
                    );
                    return None;
                }
            },
        };
        match tables.cases(&file.path.value, separator) {
            Some(Ok(table)) if !table.rows.is_empty() => return Some(table),
            Some(Ok(_)) => self.complain(
                Diagnostic::new(Code::V20, format!("`{}` n'a aucune ligne", file.path.value), file.path.span)
                    .help("la première ligne porte les noms des colonnes, les suivantes un cas chacune"),
            ),
            Some(Err(why)) => {
                self.complain(Diagnostic::new(Code::V03, why.clone(), file.path.span).help("vérifiez le chemin, relatif au dossier"))
            }
            None => self.complain(
                Diagnostic::new(Code::V03, format!("le fichier `{}` est absent du dossier", file.path.value), file.path.span)
                    .help("vérifiez le chemin, relatif au dossier"),
            ),
        }
        None
    }

    /// Is there a column of this name? A row that is too short lacks its last ones: all rows are asked.
    fn header_exists(&mut self, table: &Table, header: &Spanned<String>, path: &str) -> bool {
        if table.rows.iter().any(|(_, row)| row.contains_key(&header.value)) {
            return true;
        }
        let headers: BTreeSet<&str> = table.rows.iter().flat_map(|(_, row)| row.keys()).map(String::as_str).collect();
        let help = match headers.iter().next() {
            Some(only) if headers.len() == 1 && only.contains([',', '\t', '|']) => {
                "le fichier n'a qu'une colonne : dites ce qui les sépare, `cas \"…\" séparateur \",\"`".to_owned()
            }
            _ => match crate::suggest::nearest(&header.value, headers.iter().copied()) {
                Some(near) => format!("vouliez-vous `{near}` ?"),
                None => format!("colonnes : {}", headers.into_iter().take(12).collect::<Vec<_>>().join(", ")),
            },
        };
        self.complain(
            Diagnostic::new(Code::V20, format!("`{path}` n'a pas de colonne `{}`", header.value), header.span).here("absente").help(help),
        );
        false
    }

    fn target(&mut self, c: &ast::CaseColumn) -> Option<Target> {
        let own = match fold(&c.name.value).as_str() {
            "mois" => Some(Target::Month),
            "exercice" => Some(Target::Year),
            "debut" => Some(Target::From),
            "fin" => Some(Target::Until),
            "repere" => Some(Target::Key),
            _ => None,
        };
        if let Some(target) = own {
            return self.without_unit(c).then_some(target);
        }
        let found = if let Some(column) = Self::profile_column(&c.name.value) {
            let factor = self.factor(c.unit.as_ref(), &column_unit(column), &c.name)?;
            Target::Number(column, factor)
        } else if let Some(Symbol::Formula(f)) = self.get(&c.name.value) {
            let unit = self.header(f).map_or_else(Unit::pure, |h| h.unit.clone());
            Target::Supplied(f, self.factor(c.unit.as_ref(), &unit, &c.name)?)
        } else if let Some(attribute) = self.attribute(&c.name.value) {
            return self.without_unit(c).then_some(Target::Code(attribute));
        } else {
            if self.get(&c.name.value) != Some(Symbol::Poisoned) {
                self.unknown(&c.name.value, c.name.span);
            }
            return None;
        };
        Some(found)
    }

    fn without_unit(&mut self, c: &ast::CaseColumn) -> bool {
        let Some(unit) = &c.unit else { return true };
        self.complain(Diagnostic::new(Code::U03, format!("`{}` n'a pas d'unité", c.name.value), unit.span).help("retirez `en …`"));
        false
    }

    /// What one of the file is worth in base units; without `en …`, the file is in the base unit.
    fn factor(&mut self, written: Option<&ast::UnitExpr>, unit: &Unit, name: &Spanned<String>) -> Option<Exact> {
        let Some(u) = written else { return Some(Exact::ONE) };
        let (given, factor) = units::resolve(u);
        if given == *unit {
            return Some(factor);
        }
        self.complain(
            Diagnostic::new(Code::U03, format!("`{}` est en {unit}, pas en {given}", name.value), u.span)
                .help(format!("donnez la colonne en {unit}")),
        );
        None
    }

    fn measure<'t>(&mut self, e: &'t ast::Expect, table: &Table, path: &str) -> Option<(Measure<'t>, CaseMeasure)> {
        let formula = self.expected_formula(&e.name)?;
        let unit = self.header(formula).map_or_else(Unit::pure, |h| h.unit.clone());
        let tolerance = e.tolerance.as_ref().map_or(Some(Exact::ZERO), |t| self.declared_value(t, &unit, &Exact::ONE))?;
        let (value, column) = match &e.value {
            Expected::Value(x) => (Some(self.declared_value(x, &unit, &Exact::ONE)?), None),
            Expected::Column { negative, header, unit: written } => {
                let factor = self.factor(written.as_ref(), &unit, &e.name)?;
                if !self.header_exists(table, header, path) {
                    return None;
                }
                (None, Some((header, if *negative { -factor } else { factor })))
            }
        };
        Some((Measure { written: e, value, column }, CaseMeasure { formula, tolerance, span: e.span }))
    }

    /// `soit un agent …`: what all cases have in common; its dates may come from columns.
    fn constant_part(&mut self, t: &ast::Test) -> Option<(TestSituation, bool)> {
        if let Some(second) = t.situations.get(1) {
            self.complain(
                Diagnostic::new(Code::V02, "un test par fichier de cas n'a qu'un agent, qui varie d'une ligne à l'autre", second.span)
                    .help("gardez un seul `soit un agent …`, sans `puis`"),
            );
            return None;
        }
        let mut out = TestSituation {
            agent: 0,
            codes: BTreeMap::new(),
            numbers: BTreeMap::new(),
            supplied: BTreeMap::new(),
            from: Date::DEFAULT,
            until: Date::DEFAULT,
        };
        let Some(s) = t.situations.first() else { return Some((out, false)) };
        let mut whole = true;
        for (name, value) in &s.profile {
            whole &= self.profile_pair(name, value, &mut out).is_some();
        }
        if let (Some(from), Some(until)) = (s.from, s.until) {
            (out.from, out.until) = (from, until);
        }
        whole.then_some((out, s.from.is_some() && s.until.is_some()))
    }

    fn case_row(
        &mut self,
        (line, row): (usize, &BTreeMap<String, String>),
        t: &ast::Test,
        (targets, measures): (&[(&ast::CaseColumn, Target)], &[Measure<'_>]),
        (common, dated): &(TestSituation, bool),
        cells: &mut Cells<'_>,
        unknown: &mut BTreeMap<(AttributeId, String), bool>,
    ) -> Option<CaseRow> {
        let told = cells.complaints.len() + cells.more;
        let mut situation = common.clone();
        let (mut key, mut when, mut from, mut until) = (String::new(), None, None, None);
        for (c, target) in targets {
            let Some(text) = self.cell(c, (line, row), cells) else { continue };
            match target {
                Target::Key => key = text,
                Target::Month => match cells::month(&text) {
                    Some(m) => when = Some(Period::Month(m)),
                    None => cells.refuse(line, &format!("`{text}` n'est pas un mois (`03/2026` ou `2026-03`)"), c.span),
                },
                Target::Year => match text.parse().ok().filter(|_| text.len() == 4).and_then(|y| Month::new(y, 1)) {
                    Some(january) => when = Some(Period::Year(january.year())),
                    None => cells.refuse(line, &format!("`{text}` n'est pas un exercice (`2026`)"), c.span),
                },
                Target::From | Target::Until => match Date::parse(&text) {
                    Some(day) if matches!(target, Target::From) => from = Some(day),
                    Some(day) => until = Some(day),
                    None => cells.refuse(line, &format!("`{text}` n'est pas une date (`31/12/2026` ou `2026-12-31`)"), c.span),
                },
                Target::Number(column, _) if cadrage_ir::COLUMNS.get(column.index()).is_some_and(|c| c.date) => match Date::parse(&text) {
                    Some(day) => drop(situation.numbers.insert(*column, crate::bounds::day_number(day))),
                    None => cells.refuse(line, &format!("`{text}` n'est pas une date (`31/12/2026` ou `2026-12-31`)"), c.span),
                },
                Target::Number(column, factor) => match cells::number(&text) {
                    Some(x) => drop(situation.numbers.insert(*column, &x * factor)),
                    None => cells.refuse(line, &format!("`{text}` n'est pas un nombre"), c.span),
                },
                Target::Supplied(formula, factor) => match cells::number(&text) {
                    Some(x) => drop(situation.supplied.insert(*formula, &x * factor)),
                    None => cells.refuse(line, &format!("`{text}` n'est pas un nombre"), c.span),
                },
                Target::Code(attribute) => {
                    let seen = (*attribute, text.clone());
                    let known = match unknown.get(&seen) {
                        Some(known) => *known,
                        None => {
                            // The same unknown code on a thousand rows is one mistake.
                            let known = self.code(*attribute, &Spanned::new(text.clone(), c.span)).is_some();
                            if let Some(complaint) = self.diagnostics.last_mut().filter(|_| !known) {
                                complaint.message = format!("{}:{line} : {}", cells.path, complaint.message);
                            }
                            unknown.insert(seen, known);
                            known
                        }
                    };
                    if known {
                        situation.codes.insert(*attribute, canonical_code(&text));
                    }
                }
            }
        }
        let mut expected = Vec::new();
        for m in measures {
            let period = match m.written.period {
                Some(ast::TestPeriod::Month(month)) => Period::Month(month),
                Some(ast::TestPeriod::Year(year)) => Period::Year(year),
                None => match when {
                    Some(period) => period,
                    // A month that cannot be read is told already.
                    None if cells.complaints.len() + cells.more > told => continue,
                    None => {
                        cells.refuse(line, "ni mois ni exercice : rien ne dit quand regarder", m.written.span);
                        continue;
                    }
                },
            };
            let value = match &m.column {
                None => m.value.clone(),
                Some((header, factor)) => match row.get(&header.value).map(String::as_str) {
                    None | Some("") => None,
                    Some(text) => match cells::number(text) {
                        Some(x) => Some(&x * factor),
                        None => {
                            cells.refuse(line, &format!("`{text}` n'est pas un nombre"), header.span);
                            None
                        }
                    },
                },
            };
            let reasons = t.asides.iter().chain(&m.written.aside).flat_map(|a| reasons(a, row)).collect::<BTreeSet<_>>();
            expected.push(CaseExpected { period, value, reasons: reasons.into_iter().collect() });
        }
        if !dated {
            // Unsaid, the agent is there all the time looked at.
            let looked = expected.iter().map(|e| bounds(e.period));
            let (first, last) = looked.fold((None, None), |(a, b): (Option<Date>, Option<Date>), (from, until)| {
                (Some(a.map_or(from, |a| a.min(from))), Some(b.map_or(until, |b| b.max(until))))
            });
            situation.from = from.or(first).unwrap_or(Date::DEFAULT);
            situation.until = until.or(last).unwrap_or(Date::DEFAULT);
        } else {
            situation.from = from.unwrap_or(situation.from);
            situation.until = until.unwrap_or(situation.until);
        }
        (cells.complaints.len() + cells.more == told).then_some(CaseRow { line, key, situation, expected })
    }

    /// The cell of a column, mapped; nothing when it is empty and has no fallback.
    fn cell(&self, c: &ast::CaseColumn, (line, row): (usize, &BTreeMap<String, String>), cells: &mut Cells<'_>) -> Option<String> {
        let text = match row.get(&c.header.value).map(String::as_str) {
            None => {
                cells.refuse(line, &format!("cette ligne s'arrête avant la colonne `{}`", c.header.value), c.span);
                return None;
            }
            Some("") => c.fallback.as_ref()?.value.as_str(),
            Some(text) => text,
        };
        if c.mapping.is_empty() {
            return Some(text.to_owned());
        }
        let found = c.mapping.iter().find(|(written, _)| written.value == text).map(|(_, code)| code.value.clone());
        // A fallback may be a code of ours rather than a text of the file.
        let own = || c.fallback.as_ref().filter(|f| f.value == text).map(|f| f.value.clone());
        let found = found.or_else(own);
        if found.is_none() {
            cells.refuse(line, &format!("`selon` ne dit rien de `{text}` dans la colonne `{}`", c.header.value), c.span);
        }
        found
    }
}

/// Why a row is apart: the texts of the cell, separated by `|`, that the clause names.
fn reasons(aside: &ast::SetAside, row: &BTreeMap<String, String>) -> Vec<String> {
    let cell = row.get(&aside.header.value).map_or("", String::as_str);
    let named = |text: &str| {
        aside.reasons.is_empty()
            || aside.reasons.iter().any(|m| match m {
                Member::Code(c) => fold(&c.value) == fold(text),
                Member::Label(l) => l.value == text,
                Member::Range(a, b, _) => text.parse::<i64>().is_ok_and(|n| (*a..=*b).contains(&n)),
            })
    };
    cell.split('|').map(str::trim).filter(|t| !t.is_empty() && named(t)).map(str::to_owned).collect()
}

fn bounds(period: Period) -> (Date, Date) {
    match period {
        Period::Month(m) => (m.first_day(), m.last_day()),
        Period::Year(y) => Month::new(y, 1).map_or((Date::DEFAULT, Date::DEFAULT), |m| (m.first_day(), m.december().last_day())),
    }
}
