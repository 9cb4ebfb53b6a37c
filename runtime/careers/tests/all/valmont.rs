//! The outside check: the deliveries of the fictitious Université de Valmont, made without defects, and the truth beside them.
//!
//! Skipped, saying so, where the deliveries are not. Nothing here knows how the rows are made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cadrage_careers::{Careers, Change, Forecast, Grids, Input, Movement, RowOrigin, Situation, State, Step, unroll};
use cadrage_value::{Date, Exact, Month};

type Table = Vec<BTreeMap<String, String>>;

/// The deliveries present on this machine.
fn deliveries() -> Vec<PathBuf> {
    let found: Vec<PathBuf> = ["v1", "v21", "v7", "v42", "v99"]
        .iter()
        .map(|v| Path::new("/work/tmp").join(v))
        .filter(|p| p.join("livraisons").is_dir())
        .collect();
    if found.is_empty() {
        println!("sauté : pas de livraison de Valmont dans /work/tmp");
    }
    found
}

fn table(path: &Path) -> Table {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// The data rows of `kind` in the delivery of `month`; none when it has no such file.
fn delivered(root: &Path, month: Month, kind: &str) -> Table {
    let path = root.join(format!("livraisons/{month}/{kind}_{month}.csv"));
    if path.is_file() { table(&path) } else { Vec::new() }
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn text(row: &BTreeMap<String, String>, column: &str) -> Option<String> {
    Some(row[column].clone()).filter(|t| !t.is_empty())
}

fn date(row: &BTreeMap<String, String>, column: &str) -> Option<Date> {
    text(row, column).map(|t| Date::parse(&t).unwrap())
}

fn parsed<T: std::str::FromStr>(row: &BTreeMap<String, String>, column: &str) -> Option<T> {
    text(row, column).map(|t| t.parse().ok().unwrap())
}

fn situation(r: &BTreeMap<String, String>) -> Situation {
    let s = |c: &str| r[c].clone();
    Situation {
        matricule: s("matricule"),
        start: date(r, "date_debut").unwrap(),
        segment: parsed(r, "no_segment").unwrap(),
        end: date(r, "date_fin_exclue"),
        entry: date(r, "date_entree").unwrap(),
        state: State {
            birth: date(r, "date_naissance"),
            statut: s("statut"),
            grade: s("grade"),
            echelon: s("echelon"),
            chevron: s("chevron"),
            step_entry: date(r, "date_entree_echelon"),
            step_kept_months: parsed(r, "anciennete_conservee").unwrap_or(0),
            ib: s("ib"),
            inm: parsed(r, "inm"),
            position: s("position"),
            modalite: s("modalite"),
            quotite: parsed(r, "quotite"),
            quotite_remuneree: parsed(r, "quotite_remuneree"),
            remuneration: s("remuneration"),
            montant_forfait: parsed(r, "montant_forfait"),
            contract_end: date(r, "contrat_fin_exclue"),
            structure: s("structure"),
            enfants: parsed(r, "enfants").unwrap_or(0),
            nbi_points: parsed(r, "nbi_points").unwrap_or(0),
            specialite: s("specialite"),
            post: None,
        },
        departure: date(r, "depart_date").map(|d| (d, s("depart_motif"))),
    }
}

fn forecast(r: &BTreeMap<String, String>) -> Forecast {
    let open_ended = Date::parse("2999-12-31").unwrap();
    Forecast {
        matricule: r["matricule"].clone(),
        date: date(r, "date_effet").unwrap(),
        kind: r["type_mouvement"].clone(),
        motif: r["motif"].clone(),
        change: Change {
            birth: date(r, "date_naissance"),
            statut: text(r, "statut"),
            grade: text(r, "grade"),
            step: text(r, "echelon").map(|e| (e, r["chevron"].clone())),
            step_entry: date(r, "date_entree_echelon"),
            step_kept_months: parsed(r, "anciennete_conservee"),
            inm: parsed(r, "inm"),
            position: text(r, "position"),
            quotite: parsed(r, "quotite"),
            quotite_remuneree: parsed(r, "quotite_remuneree"),
            remuneration: text(r, "remuneration"),
            montant_forfait: parsed(r, "montant_forfait"),
            contract_end: date(r, "contrat_fin_exclue").map(|d| Some(d).filter(|d| *d != open_ended)),
            structure: text(r, "structure"),
            enfants: parsed(r, "enfants"),
            nbi_points: parsed(r, "nbi_points"),
            post: cadrage_careers::Post::default(),
        },
    }
}

fn grids(root: &Path) -> Grids {
    /// Grade, first day, first day after.
    type Version = (String, Date, Option<Date>);
    let mut versions: BTreeMap<Version, Vec<(u32, Step)>> = BTreeMap::new();
    for r in table(&root.join("referentiels/grilles.csv")) {
        let key = (r["grade"].clone(), date(&r, "date_debut").unwrap(), date(&r, "date_fin_exclue"));
        let step = Step {
            echelon: r["echelon"].clone(),
            chevron: r["chevron"].clone(),
            ib: r["ib"].clone(),
            inm: parsed(&r, "inm"),
            months: parsed(&r, "duree_mois"),
            unknown: false,
            terminal: false,
        };
        versions.entry(key).or_default().push((parsed(&r, "rang").unwrap(), step));
    }
    let mut grids = Grids::new();
    for ((grade, start, end), mut steps) in versions {
        steps.sort_by_key(|(rank, _)| *rank);
        grids.add(&grade, start, end, steps.into_iter().map(|(_, step)| step).collect());
    }
    grids
}

/// A delivery, read once.
struct World {
    root: PathBuf,
    constate: BTreeMap<Month, Vec<Situation>>,
    forecasts: Vec<Forecast>,
    grids: Grids,
}

const OBSERVATION: &str = "2026-09";

impl World {
    fn read(root: PathBuf) -> World {
        let months = month("2025-01").through(month(OBSERVATION));
        let constate = months.map(|m| (m, delivered(&root, m, "mouvements_constates").iter().map(situation).collect())).collect();
        let forecasts = delivered(&root, month(OBSERVATION), "mouvements_previsionnels").iter().map(forecast).collect();
        World { constate, forecasts, grids: grids(&root), root }
    }

    fn name(&self) -> String {
        self.root.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn unroll(&self, last: &str, horizon: &str, forecasts: &[Forecast], movements: &[Movement]) -> Careers {
        unroll(&Input {
            constate: &self.constate,
            forecasts,
            last_constate: month(last),
            until: month("2026-12"),
            forecast_horizon: month(horizon),
            grids: &self.grids,
            movements,
        })
    }

    fn reference(&self) -> Careers {
        self.unroll(OBSERVATION, "2026-12", &self.forecasts, &[])
    }

    /// Share of each plafond in the jobs of an agent-month, from the announced imputations (`Landing.valid` of check_landing.py).
    fn shares(&self) -> impl Fn(&str, Month) -> BTreeMap<String, Exact> {
        let resource: BTreeMap<String, String> =
            table(&self.root.join("referentiels/analytique.csv")).iter().map(|r| (r["code"].clone(), r["ressource"].clone())).collect();
        let mut imputed: BTreeMap<String, Table> = BTreeMap::new();
        for r in delivered(&self.root, month(OBSERVATION), "imputations_previsionnelles") {
            imputed.entry(r["matricule"].clone()).or_default().push(r);
        }
        move |matricule, m| {
            let touches = |r: &&BTreeMap<String, String>| {
                date(r, "date_debut").unwrap() <= m.last_day() && date(r, "date_fin_exclue").is_none_or(|d| d > m.first_day())
            };
            let rows: Vec<_> = imputed.get(matricule).map(|rows| rows.iter().filter(touches).collect()).unwrap_or_default();
            let newest = rows.iter().map(|r| r["date_debut"].clone()).max();
            let mut shares = BTreeMap::new();
            for r in rows.iter().filter(|r| Some(&r["date_debut"]) == newest.as_ref()) {
                let share: Exact = parsed(r, "pourcentage").unwrap_or(Exact::from_int(100));
                let total = shares.entry(resource[&r["centre_de_cout"]].clone()).or_insert(Exact::ZERO);
                *total = &*total + &(&share / &Exact::from_int(100));
            }
            shares
        }
    }

    /// ETPT by month and plafond: ours for who is paid by the month, the same month of the year before for who is paid by the hour.
    fn jobs(&self, careers: &Careers, shares: &impl Fn(&str, Month) -> BTreeMap<String, Exact>) -> BTreeMap<(Month, String), Exact> {
        let mut jobs: BTreeMap<(Month, String), Exact> = BTreeMap::new();
        let mut add = |m: Month, plafond: &str, etpt: Exact| {
            let total = jobs.entry((m, plafond.to_owned())).or_insert(Exact::ZERO);
            *total = &*total + &etpt;
        };
        for agent in &careers.agents {
            for row in agent.rows.iter().filter(|r| !r.constate && ["INDICIAIRE", "FORFAIT"].contains(&r.state.remuneration.as_str())) {
                let etpt = row.state.quotite.as_ref().unwrap() * &Exact::ratio(i64::from(row.thirtieths), 360).unwrap();
                let split = shares(&agent.matricule, row.month);
                assert_eq!(split.values().cloned().sum::<Exact>(), Exact::ONE, "{} {}", agent.matricule, row.month);
                split.iter().for_each(|(plafond, share)| add(row.month, plafond, &etpt * share));
            }
        }
        for m in month(OBSERVATION).plus(1).through(month("2026-12")) {
            let before = m.plus(-12);
            let hourly: BTreeSet<&str> =
                self.constate[&before].iter().filter(|s| s.state.remuneration == "HORAIRE").map(|s| s.matricule.as_str()).collect();
            for line in delivered(&self.root, before, "retour_de_paie") {
                if hourly.contains(line["matricule"].as_str()) {
                    add(m, &line["plafond"], parsed(&line, "etpt").unwrap_or(Exact::ZERO));
                }
            }
        }
        jobs
    }

    /// `verite/simulations.csv`: (month, plafond) → ETPT of one what-if.
    fn truth(&self, code: &str) -> BTreeMap<(Month, String), Exact> {
        let rows = table(&self.root.join("verite/simulations.csv"));
        let rows = rows.iter().filter(|r| r["code"] == code && r["plafond"] != "HORS_PSOP");
        rows.map(|r| ((month(&r["mois"]), r["plafond"].clone()), parsed(r, "etpt").unwrap())).collect()
    }
}

#[test]
fn jobs_are_those_of_the_reference_projection() {
    for root in deliveries() {
        let world = World::read(root);
        let shares = world.shares();
        let careers = world.reference();
        assert_eq!(world.jobs(&careers, &shares), world.truth("REFERENCE"), "{}", world.name());
        assert_eq!(careers.notes, [], "{}", world.name());

        // The known arrivals cancelled, and the working times of 80 % brought to 100 % one month later.
        let frozen: Vec<Forecast> = world.forecasts.iter().filter(|f| f.kind != "ENTREE").cloned().collect();
        let arrivals: BTreeSet<&str> = world.forecasts.iter().filter(|f| f.kind == "ENTREE").map(|f| f.matricule.as_str()).collect();
        let frozen: Vec<Forecast> = frozen.into_iter().filter(|f| !arrivals.contains(f.matricule.as_str())).collect();
        let careers = world.unroll(OBSERVATION, "2026-12", &frozen, &[]);
        assert_eq!(world.jobs(&careers, &shares), world.truth("GEL"), "{}", world.name());

        let full = full_time(&world.reference(), Date::parse("2026-11-01").unwrap());
        let careers = world.unroll(OBSERVATION, "2026-12", &world.forecasts, &full);
        assert_eq!(world.jobs(&careers, &shares), world.truth("TEMPS_PLEIN"), "{}", world.name());
        println!(
            "{} : {} agents, {} lignes, {} prévisions ; ETPT de REFERENCE, GEL et TEMPS_PLEIN exacts ({} passages à temps plein)",
            world.name(),
            careers.agents.len(),
            careers.agents.iter().map(|a| a.rows.len()).sum::<usize>(),
            world.forecasts.len(),
            full.len()
        );
    }
}

/// A movement for every 4/5 met from `day` on.
fn full_time(careers: &Careers, day: Date) -> Vec<Movement> {
    let four_fifths = Exact::ratio(4, 5);
    let mut movements = Vec::new();
    for agent in &careers.agents {
        let mut part_time = false;
        for row in agent.rows.iter().filter(|r| r.month >= day.month()) {
            let now = row.state.quotite == four_fifths;
            if now && !part_time {
                movements.push(Movement::Change {
                    id: format!("M001/{}", movements.len() + 1),
                    matricule: agent.matricule.clone(),
                    from: Date::new(row.month.year(), row.month.number(), row.start_thirtieth + 1).unwrap(),
                    change: Change { quotite: Some(Exact::ONE), ..Change::default() },
                });
            }
            part_time = now;
        }
    }
    movements
}

#[test]
fn automatic_echelons_are_the_announced_ones() {
    for root in deliveries() {
        let world = World::read(root);
        let announced = world.reference();
        let others: Vec<Forecast> = world.forecasts.iter().filter(|f| f.kind != "ECHELON").cloned().collect();
        let automatic = world.unroll(OBSERVATION, OBSERVATION, &others, &[]);
        let mut steps = 0;
        assert_eq!(announced.agents.len(), automatic.agents.len());
        for (a, b) in announced.agents.iter().zip(&automatic.agents) {
            assert_eq!(a.rows.len(), b.rows.len(), "{} {}", world.name(), a.matricule);
            for (x, y) in a.rows.iter().zip(&b.rows) {
                let mut y = y.clone();
                if y.origin == RowOrigin::Automatic && x.origin == RowOrigin::Announced {
                    steps += u32::from(x.state.step_entry.is_some_and(|d| d.month() == x.month) && x.month > month(OBSERVATION));
                    y.origin = RowOrigin::Announced;
                }
                assert_eq!(*x, y, "{} {}", world.name(), a.matricule);
            }
        }
        let rows = world.forecasts.len() - others.len();
        println!("{} : {rows} lignes ECHELON annoncées, {steps} échelons automatiques identiques (date, échelon, indice)", world.name());
        assert!(steps > 0);
    }
}

/// From January 2025, with no announcement at all: 23 months of échelons of those to whom nothing else happens.
#[test]
fn two_years_of_echelons_follow_the_grid() {
    for root in deliveries() {
        let world = World::read(root);
        let switch = "2025-01";
        let moved: BTreeSet<String> = table(&world.root.join("verite/evenements.csv"))
            .iter()
            .filter(|r| date(r, "date_effet").unwrap() > month(switch).last_day())
            .map(|r| r["matricule"].clone())
            .collect();
        let careers = world.unroll(switch, switch, &[], &[]);
        let mut expected = BTreeSet::new();
        for r in table(&world.root.join("verite/echelons.csv")) {
            let day = date(&r, "date_effet").unwrap();
            if day > month(switch).last_day()
                && !moved.contains(&r["matricule"])
                && careers.agents.iter().any(|a| a.matricule == r["matricule"])
            {
                expected.insert((
                    r["matricule"].clone(),
                    day,
                    r["echelon_apres"].clone(),
                    r["chevron_apres"].clone(),
                    parsed::<i64>(&r, "inm_apres"),
                ));
            }
        }
        let mut found = BTreeSet::new();
        for agent in careers.agents.iter().filter(|a| !moved.contains(&a.matricule)) {
            for row in agent.rows.iter().filter(|r| r.origin == RowOrigin::Automatic) {
                let s = &row.state;
                found.insert((agent.matricule.clone(), s.step_entry.unwrap(), s.echelon.clone(), s.chevron.clone(), s.inm));
            }
        }
        assert_eq!(found, expected, "{}", world.name());
        println!("{} : {} échelons de 2025-02 à 2026-12, tous à leur date ({} agents)", world.name(), found.len(), careers.agents.len());
    }
}
