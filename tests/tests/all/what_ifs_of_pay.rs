//! What-ifs on pay, imputations and periods, on the example institution: the check that each script announces, held to figures.

use cadrage_engine::{Line, Origin};
use cadrage_session::{Compiled, Projection, Workspace};
use cadrage_value::{Exact, Month};

use super::support::{BACKEND, calculate, dossier, open, root};

/// The example and one script of `examples/30-et-si`.
pub struct World {
    folder: tempfile::TempDir,
    pub workspace: Workspace,
    pub compiled: Compiled,
}

pub fn world(number: &str) -> World {
    let folder = dossier(&root().join("examples/01-valmont"));
    let script = std::fs::read_dir(root().join("examples/30-et-si"))
        .expect("what-ifs")
        .flatten()
        .find(|e| e.file_name().to_string_lossy().starts_with(&format!("{number}-")))
        .expect("script");
    let text = std::fs::read_to_string(script.path()).expect("text");
    assert!(text.starts_with("-- contrôle : "), "{number} does not say how one sees that its figure makes sense");
    std::fs::copy(script.path(), folder.path().join(script.file_name())).expect("copy");
    let (workspace, compiled) = open(folder.path());
    World { folder, workspace, compiled }
}

impl World {
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn run(&mut self, scenario: &str) -> Projection {
        calculate(&mut self.workspace, &self.compiled, scenario)
    }
}

fn month(text: &str) -> Month {
    text.parse().expect("month")
}

pub fn cents(p: &Projection, keep: impl Fn(&Line) -> bool) -> i64 {
    p.lines.iter().filter(|l| keep(l)).map(|l| l.amount.cents()).sum()
}

fn etpt(p: &Projection, keep: impl Fn(&Line) -> bool) -> Exact {
    p.lines.iter().filter(|l| keep(l)).map(|l| l.etpt().clone()).sum()
}

fn in_year(year: i32) -> impl Fn(&Line) -> bool {
    move |l| l.right.year() == year
}

#[test]
fn six_posts_of_a_for_ten_of_c() {
    let mut w = world("07");
    let (base, p) = (w.run("budget_2027"), w.run("postes_de_c_en_a"));
    let fewer = &etpt(&base, in_year(2027)) - &etpt(&p, in_year(2027));
    assert!(fewer > Exact::ZERO && fewer <= Exact::from_int(4), "{fewer}");
    let (before, after) = (cents(&base, in_year(2027)), cents(&p, in_year(2027)));
    assert!((after - before).abs() * 50 < before, "{before} -> {after}: more than 2 %");
    println!("7 : {fewer} ETPT de moins, {} centimes", after - before);
}

#[test]
fn a_contract_moves_to_another_imputation_and_costs_the_same() {
    let mut w = world("22");
    let (base, p) = (w.run("budget_2027"), w.run("contrat_bascule"));
    assert_eq!(cents(&base, |_| true), cents(&p, |_| true));
    let quarter = |l: &Line| l.month >= month("2027-01") && l.month <= month("2027-03") && matches!(l.origin, Origin::Computed(_));
    let moved = |l: &Line| quarter(l) && l.code("eotp") == "SHS-ANR03";
    let (before, after) = (cents(&base, moved), cents(&p, moved));
    assert!(before > 0 && after == 0, "{before} -> {after}");
    let centre = |l: &Line| quarter(l) && l.code("centre_de_coût") == "CC_SHS_P";
    assert_eq!(cents(&base, centre), cents(&p, centre), "the project's centre is the one it moves to");
}

#[test]
fn a_merged_composante_is_seen_as_the_other_one_in_every_month() {
    let mut w = world("23");
    let (base, p) = (w.run("budget_2027"), w.run("fusion"));
    assert_eq!(cents(&base, |_| true), cents(&p, |_| true));
    // History and projection alike: each month of the one that stays is what both were.
    let months: std::collections::BTreeSet<Month> = base.lines.iter().map(|l| l.month).collect();
    assert!(months.contains(&month("2025-01")) && months.contains(&month("2027-12")));
    for m in months {
        let of = |p: &Projection, code: &str| cents(p, |l| l.month == m && l.code("composante") == code);
        assert_eq!(of(&p, "LETTRES"), 0, "{m}");
        assert!(of(&base, "LETTRES") > 0, "{m}");
        assert_eq!(of(&p, "SHS"), of(&base, "SHS") + of(&base, "LETTRES"), "{m}");
    }
    let jobs = |p: &Projection, code: &str| etpt(p, |l| l.right.year() == 2026 && l.code("composante") == code);
    assert_eq!(jobs(&p, "SHS"), &jobs(&base, "SHS") + &jobs(&base, "LETTRES"));
    assert!(p.alerts.iter().any(|a| a.code == "M10" && a.message.contains("LETTRES")) && base.alerts.iter().all(|a| a.code != "M10"));
    // The same in a report, beside the scenario that does not merge.
    let both = ["budget_2027".to_owned(), "fusion".to_owned()];
    let table = w.workspace.report(&w.compiled, "par_composante", &both, &BACKEND).expect("report");
    let half = table.columns.len() / 2;
    assert!(table.columns[..half].iter().all(|c| c.scenario == "budget_2027"), "{:?}", table.columns);
    let zero = Exact::ZERO;
    let row = |code: &str| table.rows.iter().find(|r| r.code == code).unwrap_or_else(|| panic!("{code}"));
    for measure in 0..2 {
        let cell = |code: &str, k: usize| row(code).values[measure][k].clone().unwrap_or_else(|| zero.clone());
        for k in 0..half {
            assert_eq!(cell("SHS", half + k), &cell("SHS", k) + &cell("LETTRES", k));
            assert_eq!(cell("LETTRES", half + k), zero);
            assert_ne!(cell("LETTRES", k), zero);
        }
    }
    // Its departments come under the one that stays.
    let table = w.workspace.report(&w.compiled, "par_département", &both[1..], &BACKEND).expect("report");
    let at = |code: &str| table.rows.iter().position(|r| r.code == code).unwrap_or_else(|| panic!("{code}"));
    assert!(table.rows.iter().all(|r| r.code != "LETTRES" || r.level == "structure"));
    let under = table.rows.iter().enumerate().filter(|(_, r)| r.code.starts_with("LET_")).map(|(k, _)| k);
    let next =
        table.rows.iter().enumerate().skip(at("SHS") + 1).find(|(_, r)| r.level == "composante").map_or(table.rows.len(), |(k, _)| k);
    let places: Vec<usize> = under.collect();
    assert!(!places.is_empty() && places.iter().all(|k| (at("SHS")..next).contains(k)), "{places:?} {next}");
}

#[test]
fn the_entries_to_decide_add_to_the_jobs_of_the_state() {
    let mut w = world("24");
    let p = w.run("schéma_d_emplois");
    let table = w.workspace.report(&w.compiled, "schéma", &["schéma_d_emplois".into()], &BACKEND).expect("report");
    let [aimed, known] = table.rows[0].values.as_slice() else { panic!("two measures") };
    let state = |year| etpt(&p, |l| l.right.year() == year && l.code("plafond") == "ETAT");
    for (k, (year, more)) in [(2026, 0), (2027, 2)].into_iter().enumerate() {
        assert_eq!(known[k], Some(state(year)), "{year}");
        assert_eq!(aimed[k], Some(&state(year) + &Exact::from_int(more)), "{year}");
    }
    assert_eq!(w.compiled.model.analyses.len(), 2, "the searches are checked and kept");
}

#[test]
fn a_reserve_is_what_the_parts_leave() {
    let mut w = world("26");
    let envelope = w.compiled.model.envelopes.iter().find(|e| e.name == "crédits_2027").expect("envelope");
    let year = envelope.years.first().expect("exercice");
    assert_eq!(year.unallocated, Exact::from_int(90_000));
    assert_eq!(&year.unallocated / &year.total, Exact::ratio(1, 100).expect("one per cent"));
    let (base, p) = (w.run("budget_2027"), w.run("budget_avec_réserve"));
    assert_eq!(cents(&base, |_| true), cents(&p, |_| true), "an envelope changes no figure");
    let table = w.workspace.report(&w.compiled, "par_composante", &["budget_avec_réserve".into()], &BACKEND).expect("report");
    let paid = cents(&p, |l| l.month.year() == 2027 && l.code("plafond") != "HORS_PSOP");
    assert_eq!(table.rows[0].values[0][1], Exact::ratio(paid, 100));
}

#[test]
fn recruitments_on_own_resources_fill_their_ceiling_month_by_month() {
    let mut w = world("25");
    let (base, p) = (w.run("budget_2027"), w.run("tout_recruté"));
    for m in month("2027-01").through(month("2027-12")) {
        let own = |l: &Line| l.right == m && l.code("plafond") == "INTERNE";
        let more = &etpt(&p, own) - &etpt(&base, own);
        let wanted = if m < month("2027-03") { Exact::ZERO } else { Exact::ratio(5, 12).expect("five twelfths") };
        assert_eq!(more, wanted, "{m}");
    }
    assert!(!p.alerts.iter().any(|a| a.code == "V08"), "{:?}", p.alerts);
}

#[test]
fn a_full_year_is_three_times_four_months() {
    let mut w = world("27");
    let (base, p) = (w.run("sans_recrutement"), w.run("recrutements_de_septembre"));
    let more = |year| &etpt(&p, in_year(year)) - &etpt(&base, in_year(year));
    assert_eq!(more(2027), Exact::ONE);
    assert_eq!(more(2028), Exact::from_int(3));
    let table = w.workspace.report(&w.compiled, "année_pleine", &[], &BACKEND).expect("report");
    let shown = &table.rows[0].values[0];
    let years: Vec<i64> = [2027, 2028].iter().map(|y| cents(&p, |l| l.month.year() == *y)).collect();
    for cents in years {
        assert!(shown.contains(&Exact::ratio(cents, 100)), "{cents} is not in the report: {shown:?}");
    }
}

#[test]
fn looking_further_back_only_adds_older_months_of_right() {
    let mut w = world("28");
    let (base, p) = (w.run("atterrissage_2026"), w.run("rattrapage"));
    let rappel = |l: &Line, from: &str| matches!(l.origin, Origin::Rappel(_)) && l.right >= month(from);
    assert_eq!(cents(&base, |l| rappel(l, "2026-04")), cents(&p, |l| rappel(l, "2026-04")));
    let older = cents(&p, |l| rappel(l, "2026-01")) - cents(&p, |l| rappel(l, "2026-04"));
    assert_eq!(cents(&p, |_| true) - cents(&base, |_| true), older);
    assert!(p.lines.iter().filter(|l| rappel(l, "2026-01")).all(|l| l.month == month("2026-10")));
}

#[test]
fn three_budgets_share_their_constate() {
    let mut w = world("29");
    let (base, p) = (w.run("atterrissage_2026"), w.run("br_1"));
    assert_eq!(cents(&base, |l| l.month <= base.last), cents(&p, |l| l.month <= p.last));
    assert_eq!(cents(&base, |l| l.month == month("2026-10")), cents(&p, |l| l.month == month("2026-10")));
    assert!(cents(&p, |l| l.month > month("2026-10")) > cents(&base, |l| l.month > month("2026-10")));
    let table = w.workspace.report(&w.compiled, "trois_budgets", &["budget_2027".into(), "br_1".into()], &BACKEND).expect("report");
    assert!(table.columns.iter().any(|c| c.scenario == "br_1" && c.period.label() == "cumul 2026"));
}

#[test]
fn days_of_cet_come_back_and_leave_the_base_alone() {
    let mut w = world("30");
    let p = w.run("cet_reconduit");
    let cet = |l: &Line, year| l.code("rubrique") == "201578" && l.month.year() == year;
    assert_eq!(cents(&p, |l| cet(l, 2027)), cents(&p, |l| cet(l, 2026)));
    let mut plain = dossier_alone();
    let base = plain.run("budget_2027");
    assert_eq!(cents(&p, |_| true) - cents(&base, |_| true), cents(&p, |l| l.month > p.last && l.code("rubrique") == "201578"));
    let table = w.workspace.report(&w.compiled, "socle", &["cet_reconduit".into()], &BACKEND).expect("report");
    let [with, without] = table.rows[0].values.as_slice() else { panic!("two measures") };
    for (k, year) in [2026, 2027].into_iter().enumerate() {
        let gap = with[k].as_ref().zip(without[k].as_ref()).map(|(a, b)| a - b);
        assert_eq!(gap, Exact::ratio(cents(&p, |l| cet(l, year)), 100), "{year}");
    }
}

/// The example without any what-if.
fn dossier_alone() -> World {
    let folder = dossier(&root().join("examples/01-valmont"));
    let (workspace, compiled) = open(folder.path());
    World { folder, workspace, compiled }
}
