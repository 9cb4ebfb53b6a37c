//! Runs the `test` blocks: a synthetic agent, one imputation, the same formulas and splits as a real one. Tests by table are
//! in `test_tables.rs`, what tests reach in `coverage.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use cadrage_careers::{Grids, Note, paid_fraction};
use cadrage_cube::References;
use cadrage_driver::{Compiled, Period, Test, TestSituation};
use cadrage_engine::{AgentFrame, AgentMonth, Backend, Environment, Kernel, Line, Mode, Origin, Parameters, Row, Value, pay_formulas};
use cadrage_ir::{Aggregation, COLUMNS, Feed, FormulaId, Grain, Job, Program, attribute, column};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_value::{Exact, Money, Month, Rounding, thirtieths};

use crate::attributes::Coder;
use crate::coverage::{Coverage, Reached};
use crate::faults::diagnostic_of;
use crate::summary::line_measure;
use crate::test_tables::{TableReport, run_cases};
use crate::testing_careers::{Stretch, goes_on, grade_of, live};

/// What became of one test.
#[derive(Clone, Debug)]
pub struct TestVerdict {
    /// Its title.
    pub title: String,
    /// Its module, or empty for a script.
    pub module: String,
    /// Nothing when it passed.
    pub failures: Vec<Diagnostic>,
    /// What the cases of a test by table gave, measure by measure.
    pub table: Option<TableReport>,
}

/// What became of all tests.
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// In the order written.
    pub verdicts: Vec<TestVerdict>,
    /// What tests reach: what `--couverture` shows.
    pub coverage: Coverage,
}

impl TestReport {
    /// How many passed and failed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let failed = self.verdicts.iter().filter(|v| !v.failures.is_empty()).count();
        (self.verdicts.len() - failed, failed)
    }
}

impl TestReport {
    /// Runs the tests of a checked set of scripts: those of the scripts, or of the library when it is alone. The library's
    /// own tests state national figures, which local formulas would change.
    #[must_use]
    pub fn run(compiled: &Compiled, references: &References, backend: &dyn Backend) -> TestReport {
        // A script that is no module is a script all the same.
        let library_alone = compiled.files.len() == compiled.model.modules.iter().filter(|m| m.library).count();
        let from_library = |module: &str| compiled.model.modules.iter().any(|m| m.library && m.name == module);
        let program = &compiled.program;
        let kernel = backend.prepare(program);
        let parameters = Parameters::of(program);
        let mut bench = Bench {
            program,
            kernel: &*kernel,
            parameters: &parameters,
            coder: Coder::new(references),
            reached: Reached::new(program),
            rules: &compiled.model.data,
            grids: crate::grids::of_tests(&compiled.model, references),
            notes: Vec::new(),
        };
        let verdicts = compiled
            .model
            .tests
            .iter()
            .filter(|test| library_alone || !from_library(&test.module))
            .map(|test| {
                let (failures, table) = match &test.cases {
                    Some(cases) => {
                        let (failures, table) = run_cases(&test.title, cases, &mut bench);
                        (failures, Some(table))
                    }
                    None => {
                        let mut failures = run_one(test, &mut bench);
                        // What a grid does not know is why the rest is missing.
                        let unknown = crate::grids::unknown_indices(&std::mem::take(&mut bench.notes), &compiled.model, references);
                        if !unknown.is_empty() {
                            failures = unknown;
                        }
                        (failures, None)
                    }
                };
                TestVerdict { title: test.title.clone(), module: test.module.clone(), failures, table }
            })
            .collect();
        let coverage = bench.reached.coverage(compiled, &|module| library_alone || !from_library(module));
        TestReport { verdicts, coverage }
    }
}

/// What all tests of a run share.
pub(crate) struct Bench<'a> {
    pub(crate) program: &'a Program,
    kernel: &'a dyn Kernel,
    parameters: &'a Parameters,
    coder: Coder<'a>,
    reached: Reached,
    rules: &'a [cadrage_driver::DataRule],
    grids: Grids,
    /// What the careers of the test had to say.
    notes: Vec<Note>,
}

/// An amount as people read it in its unit, which says nothing of months of months.
pub(crate) fn shown(x: &Exact, unit: &cadrage_ir::Unit) -> String {
    let euros = *unit == cadrage_ir::Unit::of(cadrage_ir::Dimension::Euro);
    if euros && x.denominator().is_some_and(|d| 100 % d == 0) { x.to_french(2) } else { x.to_shortest() }
}

fn run_one(test: &Test, bench: &mut Bench<'_>) -> Vec<Diagnostic> {
    let agents = test.situations.iter().map(|s| s.agent).max().unwrap_or(0);
    let of = |k: usize| test.situations.iter().filter(|s| s.agent == k).collect::<Vec<_>>();
    let frames: Vec<AgentFrame> =
        (0..=agents).map(|k| AgentFrame { matricule: Arc::from(format!("test/{}", k + 1).as_str()), ..bench.frame(&of(k)) }).collect();
    let mut failures = Vec::new();
    for e in &test.expectations {
        let mut found = Exact::ZERO;
        let mut whole = true;
        // A formula of a level is expected once, for the member of the first agent.
        let of_level = bench.program.formula(e.formula).is_some_and(|f| matches!(f.grain, Grain::Level(_)));
        for frame in frames.iter().take(if of_level { 1 } else { usize::MAX }) {
            match bench.value(e.formula, e.period, e.span, frame, &frames) {
                Ok(x) => found = &found + &x,
                Err(diagnostic) => {
                    failures.push(diagnostic);
                    whole = false;
                }
            }
        }
        let Some(formula) = bench.program.formula(e.formula).filter(|_| whole) else { continue };
        if gap(&found, &e.value) > e.tolerance {
            let (found, expected) = (shown(&found, &formula.unit), shown(&e.value, &formula.unit));
            failures.push(
                Diagnostic::new(
                    Code::V07,
                    format!("« {} » : `{}` vaut {found} {}, et non {expected}", test.title, formula.name, formula.unit),
                    e.span,
                )
                .here("attendu ici")
                .label(formula.span, "calculé par cette formule")
                .help("corrigez la formule, la valeur de la constante, ou l'attendu du test"),
            );
        }
    }
    failures
}

/// Without sign.
pub(crate) fn gap(found: &Exact, expected: &Exact) -> Exact {
    let gap = found - expected;
    if gap.is_negative() { -gap } else { gap }
}

impl Bench<'_> {
    /// What an expectation looks at, for one agent among those of his test.
    pub(crate) fn value(
        &mut self,
        asked_for: FormulaId,
        period: Period,
        span: Span,
        frame: &AgentFrame,
        agents: &[AgentFrame],
    ) -> Result<Exact, Diagnostic> {
        let (program, kernel, parameters) = (self.program, self.kernel, self.parameters);
        let levels = crate::testing_levels::levels(&[asked_for], agents, program, parameters, kernel, &mut self.coder)
            .map_err(|fault| diagnostic_of(&fault))?;
        let environment = Environment { parameters, levels: &levels };
        let Some(formula) = program.formula(asked_for) else { return Ok(Exact::ZERO) };
        let months: Vec<Month> = match period {
            Period::Month(m) => vec![m],
            Period::Year(y) => Month::new(y, 1).map_or_else(Vec::new, |m| m.through(m.december()).collect()),
        };
        for month in &months {
            self.reached.formula(program, asked_for, frame, *month);
        }
        // Only what the test asks for is computed: another formula's missing rate is another test's matter.
        let asked = |formulas: &[FormulaId]| {
            months
                .iter()
                .filter_map(|m| frame.position(*m))
                .map(|k| {
                    kernel
                        .agent(frame, environment, formulas, k..k + 1, Mode::Paid)
                        .map(|rows| (k, rows.into_iter().next().unwrap_or_default()))
                })
                .collect::<Result<Vec<_>, _>>()
                .map_err(|fault| diagnostic_of(&fault))
        };
        match formula.grain {
            Grain::Line => {
                let formulas = pay_formulas(program);
                let rows = asked(&formulas)?;
                let lines = lines(frame, &formulas, &rows, program, &mut self.coder);
                let by_month = line_measure(kernel, program, environment, asked_for, &lines).map_err(|fault| diagnostic_of(&fault))?;
                Ok(months.iter().filter_map(|m| by_month.get(m).cloned()).sum())
            }
            Grain::Agent => {
                let values: Vec<Value> = asked(&[asked_for])?.into_iter().filter_map(|(_, row)| row.into_iter().next()).collect();
                if values.contains(&Value::Missing) {
                    return Err(Diagnostic::new(Code::V07, format!("`{}` manque d'une donnée pour cet agent", formula.name), span)
                        .help("complétez le profil du test : `inm 500`, `quotité 80 %`…"));
                }
                Ok(aggregate(formula.aggregation, values.iter().filter_map(Value::or_zero).collect()))
            }
            Grain::Level(_) => crate::testing_levels::value(asked_for, formula, frame, &months, &levels, span),
            _ => Err(Diagnostic::new(Code::G01, format!("`{}` est par situation : un test regarde un mois entier", formula.name), span)
                .help("attendez une formule par agent qui la lit")),
        }
    }

    /// An agent made of these situations.
    pub(crate) fn frame(&mut self, situations: &[&TestSituation]) -> AgentFrame {
        let lived = lived(situations, &self.grids, &mut self.notes);
        let mut made = frame(situations, &lived, &mut self.coder);
        // What must be there is asked of the dossier's agents: a test gives what its formulas read, and no more.
        drop(crate::data::complete(&mut made, self.rules));
        made
    }
}

/// Over the months of an exercice (decision D12).
pub(crate) fn aggregate(aggregation: Aggregation, values: Vec<Exact>) -> Exact {
    let count = i64::try_from(values.len()).unwrap_or(1).max(1);
    let total: Exact = values.into_iter().sum();
    if aggregation == Aggregation::SumThenMean { &total / &Exact::from_int(count) } else { total }
}

/// What the grids make of each situation that does not give its index; nothing for the others.
fn lived(situations: &[&TestSituation], grids: &Grids, notes: &mut Vec<Note>) -> Vec<Option<Vec<Stretch>>> {
    let mut out: Vec<Option<Vec<Stretch>>> = Vec::new();
    for (k, s) in situations.iter().enumerate() {
        let before = k.checked_sub(1).and_then(|k| situations.get(k)).filter(|b| goes_on(s, b));
        let reached = out.last().and_then(|l| l.as_ref()?.last()).filter(|_| before.is_some()).map(|stretch| stretch.of.clone());
        out.push(grade_of(s, grids).map(|grade| {
            let lived = live(s, grade, reached.as_ref(), grids);
            notes.extend(lived.notes);
            lived.stretches
        }));
    }
    out
}

fn frame(situations: &[&TestSituation], lived: &[Option<Vec<Stretch>>], coder: &mut Coder<'_>) -> AgentFrame {
    let own = || situations.iter().copied();
    let first = own().map(|s| s.from.month()).min().map_or_else(|| Month::january(cadrage_value::Date::DEFAULT.month()), Month::january);
    let last = own().map(|s| s.until.month()).max().map_or(first, Month::december);
    let entry = own().map(|s| s.from).min().unwrap_or(cadrage_value::Date::DEFAULT);
    // Tests are about years, not centuries.
    let last = last.min(first.plus(12 * 60));
    let months = first
        .through(last)
        .map(|month| AgentMonth {
            month,
            constate: false,
            situations: own()
                .zip(lived)
                .filter(|(s, _)| s.from <= month.last_day() && s.until >= month.first_day())
                .flat_map(|(s, lived)| match lived {
                    Some(list) => {
                        let now = list.iter().filter(|l| l.month == month);
                        now.map(|l| row(&l.of, l.thirtieths, entry, month, coder)).collect::<Vec<Row>>()
                    }
                    None => {
                        let t = thirtieths(s.from, Some(s.until.next()), month);
                        (t > 0).then(|| row(s, t, entry, month, coder)).into_iter().collect()
                    }
                })
                .collect(),
            observed: BTreeMap::new(),
        })
        .collect();
    let supplied = own().flat_map(|s| s.supplied.iter().map(|(f, x)| (*f, x.clone()))).collect();
    AgentFrame { matricule: Arc::from("test"), months, last_paid: BTreeMap::new(), end_row: None, supplied }
}

fn row(s: &TestSituation, thirtieths: u32, entry: cadrage_value::Date, month: Month, coder: &mut Coder<'_>) -> Row {
    let mut codes =
        coder.row(&[("matricule", "test"), ("position", "AC"), ("rémunération", "INDICIAIRE"), ("plafond", "ETAT"), ("nature", "COURANT")]);
    // The finest first: a grade says its corps, and what the test says besides prevails.
    for name in ["grade", "structure"] {
        if let Some(code) = attribute(name).and_then(|a| s.codes.get(&a)) {
            coder.set(&mut codes, name, code);
        }
    }
    for (a, code) in &s.codes {
        if let Some(spec) = cadrage_ir::ATTRIBUTES.get(a.index()).filter(|spec| !matches!(spec.name, "grade" | "structure")) {
            coder.set(&mut codes, spec.name, code);
        }
    }
    let statut = attribute("statut").and_then(|a| codes.get(a.index())).map_or_else(String::new, ToString::to_string);
    let modalite = attribute("modalité").and_then(|a| codes.get(a.index())).map_or_else(String::new, ToString::to_string);
    let mut numbers: Vec<Option<Exact>> = vec![None; COLUMNS.len()];
    let given = |name: &str| column(name).and_then(|c| s.numbers.get(&c)).cloned();
    let quotite = given("quotité").unwrap_or(Exact::ONE);
    let mut put = |name: &str, value: Option<Exact>| {
        if let Some(slot) = column(name).and_then(|c| numbers.get_mut(c.index())) {
            *slot = value;
        }
    };
    put("inm", given("inm"));
    put("quotité_rémunérée", given("quotité_rémunérée").or_else(|| Some(paid_fraction(&quotite, &statut, &modalite))));
    put("quotité", Some(quotite));
    put("présence", Exact::ratio(i64::from(thirtieths), 30));
    put("enfants", Some(given("enfants").unwrap_or(Exact::ZERO)));
    put("nbi_points", Some(given("nbi_points").unwrap_or(Exact::ZERO)));
    let said = given("date_entrée").and_then(|x| x.to_int()).and_then(|n| i32::try_from(n).ok());
    let entry = said.and_then(cadrage_value::Date::from_epoch_days).unwrap_or(entry);
    let seniority = Exact::from_int(i64::from(entry.whole_months_until(month.first_day())));
    put("ancienneté", Some(given("ancienneté").unwrap_or(seniority)));
    put("âge", given("âge"));
    put("montant_forfait", given("montant_forfait"));
    put("date_entrée", given("date_entrée").or_else(|| Some(Exact::from_int(i64::from(entry.to_epoch_days())))));
    for name in ["date_entrée_échelon", "date_naissance", "fin_de_contrat"] {
        put(name, given(name));
    }
    Row { numbers, codes }
}

/// The agent's lines, on one imputation.
pub(crate) fn lines(
    frame: &AgentFrame,
    formulas: &[FormulaId],
    values: &[(usize, Vec<Value>)],
    program: &Program,
    coder: &mut Coder<'_>,
) -> Vec<Line> {
    let mut out = Vec::new();
    for (k, row) in values {
        let Some(slot) = frame.months.get(*k) else { continue };
        let Some(situation) = slot.situations.last() else { continue };
        for (id, value) in formulas.iter().zip(row) {
            let (Some(feed), Value::Known(x)) = (program.formula(*id).and_then(|f| f.feeds.as_ref()), value) else { continue };
            let list = match feed {
                Feed::Rubriques(list, _) => list,
                Feed::Job(job) => {
                    let zero = Exact::ZERO;
                    let (etpt, etpf) = if *job == Job::Etpt { (x.clone(), zero) } else { (zero, x.clone()) };
                    out.push(Line::worked(slot.month, situation.codes.as_slice().into(), etpt, etpf, Origin::Computed(*id)));
                    continue;
                }
            };
            let mut codes = situation.codes.clone();
            let rubrique = list.first().map_or("?", String::as_str);
            coder.set(&mut codes, "rubrique", rubrique);
            if let Some(e) = program.element(rubrique) {
                coder.set(&mut codes, "famille", &e.famille);
            }
            let amount = Rounding::HalfUp.to_money(x).unwrap_or(Money::ZERO);
            out.push(Line::paid(slot.month, codes.into(), amount, Origin::Computed(*id)));
        }
    }
    out
}
