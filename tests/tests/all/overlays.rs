//! A study's what-ifs against whole runs: the same sums to the cent, whatever a change of hypotheses reaches.

use std::collections::BTreeSet;

use cadrage_driver::Laid;
use cadrage_ir::{
    Bracket, BracketChange, BracketEdit, BracketId, CalendarChange, CalendarId, Change, Layer, Modification, ParameterId, Selection,
};
use cadrage_session::{Compiled, Ground, Projection, Study, Totals, Workspace};
use cadrage_source::{FileId, Span};
use cadrage_value::{Date, Exact};

use super::support::{BACKEND, calculate, dossier, open, root};

/// The what-ifs of the examples that change values, scales, calendars or formulas and nothing else.
const SCRIPTS: [&str; 7] = ["02-", "08-", "13-", "14-", "15-", "16-", "29-"];

fn world() -> (tempfile::TempDir, Workspace, Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    for entry in std::fs::read_dir(root().join("examples/30-et-si")).expect("what-ifs").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if SCRIPTS.iter().any(|s| name.starts_with(s)) {
            std::fs::copy(entry.path(), folder.path().join(name)).expect("script");
        }
    }
    let (workspace, compiled) = open(folder.path());
    (folder, workspace, compiled)
}

/// What a run says of the same things as a study. Measures that read lines are a run's alone.
fn of_run(run: &Projection, study: &Totals) -> Totals {
    let mut out = Totals::of(&run.lines);
    out.measures = run.measures.iter().filter(|(key, _)| study.measures.contains_key(*key)).map(|(k, x)| (k.clone(), x.clone())).collect();
    out
}

fn same(what: &str, study: &Totals, run: &Projection) {
    let run = of_run(run, study);
    let gaps: Vec<String> = study
        .paid
        .keys()
        .chain(run.paid.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter(|k| study.paid.get(*k) != run.paid.get(*k))
        .map(|k| format!("{k:?} : {:?} au lieu de {:?}", study.paid.get(k), run.paid.get(k)))
        .take(10)
        .collect();
    assert!(gaps.is_empty(), "{what}\n{}", gaps.join("\n"));
    assert_eq!((&study.etpt, &study.etpf), (&run.etpt, &run.etpf), "{what}");
    assert_eq!(study.measures, run.measures, "{what}");
}

#[test]
fn the_what_ifs_of_the_examples_are_what_runs_give() {
    let (_folder, mut workspace, compiled) = world();
    for (base, scenarios) in [
        ("budget_2027", &["point_en_juillet", "cas_en_2027", "ripec_400", "cia_réparti", "heures_à_90", "taux_hetd_44"][..]),
        ("atterrissage_2026", &["br_1", "point_1_5", "cas_4_points"]),
    ] {
        let runs: Vec<Projection> =
            std::iter::once(&base).chain(scenarios).map(|name| calculate(&mut workspace, &compiled, name)).collect();
        let of = |name: &str| compiled.model.scenarios.iter().find(|s| s.name == name).expect("scenario");
        let cube = workspace.cube().expect("cube");
        let ground = Ground::new(&compiled, of(base), cube, &BACKEND).expect("ground");
        let study = Study::new(&ground).expect("study");
        let own = study.base();
        same(base, &own, &runs[0]);
        assert!(own.measures.keys().any(|(name, _)| name == "etp"), "{:?}", own.measures.keys().next());
        for (name, run) in scenarios.iter().zip(&runs[1..]) {
            let layers = &of(name).layers;
            let inherited = of(base).layers.len();
            assert_eq!(layers[..inherited], of(base).layers[..], "{name} begins as {base}");
            let layers: Vec<Layer> = layers[inherited..].iter().map(|laid| laid.what.clone()).collect();
            let with = study.with(&layers).expect("what-if");
            same(name, &with, run);
            assert_ne!(with, own, "{name} moves something");
            let month = run.last.plus(1);
            let paid: cadrage_value::Money = run.lines.iter().filter(|l| l.month == month).map(|l| l.amount).sum();
            assert_eq!(with.masse_salariale(month), paid, "{name}");
        }
        // Nothing laid, nothing moved.
        assert_eq!(study.with(&[]).expect("base"), own);
    }
}

/// Each is a whole run.
const ROUNDS: usize = 12;

/// Numbers that look drawn and are the same every day.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).expect("small")
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

/// A change of any parameter, scale or calendar, in the past or to come, lasting or not, sometimes paid late.
fn any_layer(compiled: &Compiled, draw: &mut Draw) -> Layer {
    let program = &compiled.program;
    let from = draw.of(&[None, Date::parse("2026-03-01"), Date::parse("2026-08-01"), Date::parse("2026-11-01"), Date::parse("2027-04-16")]);
    let until = draw.of(&[None, None, Date::parse("2027-06-01"), Date::parse("2026-12-01")]).filter(|u| from.is_none_or(|f| f < *u));
    let kind = draw.below(8);
    if kind == 0 && !program.brackets.is_empty() {
        let k = draw.below(program.brackets.len());
        let scaled: &Bracket = &program.brackets[k];
        let which = draw.of(&[None, Some(1)]).filter(|_| !scaled.versions.is_empty());
        let edit = BracketEdit::Rates(which, Change::Scale("11/10".parse().expect("ratio")));
        return Layer::Bracket(BracketChange { bracket: BracketId::at(k), from, until, edit, text: "essai".into(), span: span() });
    }
    if kind == 1 && !program.calendars.is_empty() {
        let k = draw.below(program.calendars.len());
        let mut shares = program.calendars[k].shares.clone();
        shares.rotate_left(1 + draw.below(11));
        return Layer::Calendar(Box::new(CalendarChange { calendar: CalendarId::at(k), from, until, shares, span: span() }));
    }
    let k = draw.below(program.parameters.len());
    let value = |draw: &mut Draw| {
        let cases = &program.parameters[k].cases;
        let found = cases.iter().flat_map(|c| &c.timeline).map(|d| d.value.clone()).next();
        &found.unwrap_or(Exact::ONE) * &draw.of(&[1_i64, 2, 3]).to_string().parse().expect("number")
    };
    let change = match draw.below(3) {
        0 => Change::Set(value(draw)),
        _ => Change::Scale(draw.of(&["101/100", "9/10", "2"]).parse().expect("ratio")),
    };
    // Only a new value is paid later than its effect.
    let late = matches!(change, Change::Set(_)) && from.is_some() && draw.below(2) == 0;
    let paid = if late { Some(draw.of(&["2026-10", "2027-05"]).parse().expect("month")) } else { None };
    Layer::Value(Modification {
        parameter: ParameterId::at(k),
        selection: Selection::all(),
        whom: String::new(),
        everywhere: draw.below(2) == 0,
        from,
        until,
        change,
        paid,
        text: "essai".into(),
        span: span(),
    })
}

/// A whole run of a scenario that is not written, told like a study.
fn run_with(workspace: &mut Workspace, compiled: &mut Compiled, base: &str, layers: &[Layer]) -> Result<Projection, String> {
    let mut scenario = compiled.model.scenarios.iter().find(|s| s.name == base).expect("scenario").clone();
    scenario.name = "essai".to_owned();
    let laid = |what: &Layer| Laid {
        what: what.clone(),
        scenario: "essai".to_owned(),
        variant: None,
        text: String::new(),
        source: None,
        span: span(),
    };
    scenario.layers.extend(layers.iter().map(laid));
    compiled.model.scenarios.push(scenario);
    let run = workspace.calculate(compiled, "essai", &BACKEND).map_err(|e| format!("{e:?}"));
    compiled.model.scenarios.pop();
    run
}

#[test]
fn any_change_of_values_is_what_a_run_gives() {
    let (folder, mut workspace, compiled) = world();
    let (mut other, mut written) = open(folder.path());
    let cube = workspace.cube().expect("cube");
    let of = |name: &str| compiled.model.scenarios.iter().find(|s| s.name == name).expect("scenario");
    let bases = ["budget_2027", "atterrissage_2026"];
    let grounds = bases.map(|base| Ground::new(&compiled, of(base), cube, &BACKEND).expect("ground"));
    let studies = [0, 1].map(|k| Study::new(&grounds[k]).expect("study"));
    let mut draw = Draw(20_261_126);
    let (mut moved, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let k = draw.below(2);
        let layers: Vec<Layer> = (0..1 + draw.below(3)).map(|_| any_layer(&compiled, &mut draw)).collect();
        let run = run_with(&mut other, &mut written, bases[k], &layers);
        match (studies[k].with(&layers), run) {
            (Ok(with), Ok(run)) => {
                same(&format!("tour {round}, {} : {layers:?}", bases[k]), &with, &run);
                moved += usize::from(with != studies[k].base());
            }
            (Err(e), Err(run)) => {
                assert_eq!(format!("{e:?}"), run, "tour {round}");
                refused += 1;
            }
            (with, run) => panic!("tour {round} : {:?} et {:?}\n{layers:?}", with.map(|_| ()), run.map(|_| ())),
        }
    }
    println!("{ROUNDS} essais : {moved} déplacent quelque chose, {refused} sont refusés");
    assert!(2 * moved >= ROUNDS, "{moved}");
}
