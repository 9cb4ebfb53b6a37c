//! GVT, waterfall of the traitement, EAP, job plan and mean costs of scenarios: the truth of whole years, as exact fractions, and what
//! is refused.

use std::collections::BTreeMap;
use std::path::Path;

use cadrage_session::{
    AnalysisOptions, Compiled, CostOptions, Costs, EapStudy, Gvt, GvtOfPopulation, JobPlans, Kind, Noria, Rule, RunError, Workspace,
};
use cadrage_value::{Exact, Month};
use suite::rows;

use super::support::{calculate, closed_year, open, with};

fn options(year: Option<i32>, populations: &[&str]) -> AnalysisOptions {
    AnalysisOptions { year, populations: populations.iter().map(|p| (*p).to_owned()).collect(), point: "valeur_du_point".to_owned() }
}

/// `12/1` is written `12` by us.
fn fraction(text: &str) -> String {
    text.strip_suffix("/1").unwrap_or(text).to_owned()
}

fn text(x: Option<Exact>) -> String {
    x.map_or_else(|| "–".to_owned(), |x| x.to_string())
}

fn count(n: usize) -> Option<Exact> {
    i64::try_from(n).ok().map(Exact::from_int)
}

/// The value a row of `gvt.csv` names.
fn indicator(p: &GvtOfPopulation, method: &str, rule: &str, name: &str) -> Option<Exact> {
    let (before, after) = (&p.by_mass.before, &p.by_mass.after);
    let balance = p.by_mass.rate();
    let at = ["MOIS", "STRICT", "STRICT_QUOTITE", "DATES"].iter().position(|r| *r == rule);
    if method == "2" {
        let Some(s) = at.map(|k| &p.stayers[k]) else {
            return match name {
                "masse_indiciaire_n_1" => Some(before.mass.clone()),
                "masse_indiciaire_n" => Some(after.mass.clone()),
                "etpr_n_1" => Some(before.etpr.clone()),
                "etpr_n" => Some(after.etpr.clone()),
                "inm_moyen_n_1" => before.mean(),
                "inm_moyen_n" => after.mean(),
                "ecart_indiciaire" => p.by_mass.gap(),
                other => panic!("{other}"),
            };
        };
        let positive = s.masses.rate();
        return match name {
            "effectif" => count(s.heads),
            "masse_indiciaire_pp_n_1" => Some(s.masses.before.mass.clone()),
            "masse_indiciaire_pp_n" => Some(s.masses.after.mass.clone()),
            "inm_pp_n_1" => s.masses.before.mean(),
            "inm_pp_n" => s.masses.after.mean(),
            "gvt_positif" => positive,
            "gvt_solde" => balance,
            "noria_multiplicative" => Noria::Multiplicative.of(balance.as_ref(), positive.as_ref()),
            "noria_difference" => Noria::Difference.of(balance.as_ref(), positive.as_ref()),
            other => panic!("{other}"),
        };
    }
    let (f, pay) = (&p.flows, &p.pay[at.expect("rule")]);
    match name {
        "entrants" => count(f.entrants),
        "sortants" => count(f.leavers),
        "passages" => count(f.passing),
        "traitement_moyen_entrants" => f.pay_of_entrants.clone(),
        "traitement_moyen_sortants" => f.pay_of_leavers.clone(),
        "fraction_travaillee_entrants" => f.worked_by_entrants.clone(),
        "fraction_non_travaillee_sortants" => f.unworked_by_leavers.clone(),
        "noria" => f.noria(),
        "variation_effectifs" => f.headcount(),
        "vacances" => f.vacancies(),
        "somme" => Some(f.sum()),
        "rmpp_n_1" => pay.mean_before(),
        "rmpp_n" => pay.mean_after(),
        "gvt_positif_taux" => pay.positive_rate(),
        "gvt_positif_euros" => Some(pay.positive()),
        other => panic!("{other}"),
    }
}

fn waterfall_line(p: &GvtOfPopulation, name: &str) -> Exact {
    let (w, e) = (&p.waterfall, &p.waterfall.effects);
    match name {
        "traitement_n_1" => w.before.clone(),
        "entrees_eap" => e.entries_eap.clone(),
        "sorties_eap" => e.exits_eap.clone(),
        "entrees_n" => e.entries_n.clone(),
        "sorties_n" => e.exits_n.clone(),
        "carriere_eap" => e.career_eap.clone(),
        "carriere_n" => e.career_n.clone(),
        "mesures_generales" => w.general.clone(),
        "traitement_n" => w.after.clone(),
        "residu" => w.residue(),
        other => panic!("{other}"),
    }
}

/// Every row of the four files; how many there were.
fn compared(g: &Gvt, world: &Path) -> [usize; 4] {
    let truth = |file: &str| rows(&world.join("verite").join(file));
    let of = |name: &str| g.populations.iter().find(|p| p.name == name).expect("population");
    let masses = truth("masse_indiciaire.csv");
    for row in &masses {
        let month: Month = row["mois"].parse().expect("month");
        let (_, m) = of(&row["population"]).months.iter().find(|(at, _)| *at == month).expect("month");
        let found = [m.heads.to_string(), m.etpr.to_string(), m.mass.to_string(), text(m.mean())];
        let wanted = ["effectif", "etpr", "masse_indiciaire", "inm_moyen"].map(|k| fraction(&row[k]));
        assert_eq!(found, wanted, "{} {}", row["mois"], row["population"]);
    }
    let indicators = truth("gvt.csv");
    for row in &indicators {
        let found = indicator(of(&row["population"]), &row["methode"], &row["regle_pp"], &row["indicateur"]);
        assert_eq!(text(found), fraction(&row["fraction"]), "{row:?}");
    }
    let lines = truth("cascade_traitement.csv");
    for row in &lines {
        let found = waterfall_line(of(&row["population"]), &row["ligne"]);
        assert_eq!(found.to_string(), fraction(&row["fraction"]), "{row:?}");
    }
    let present = truth("presents_presents.csv");
    let all: BTreeMap<&str, &Vec<usize>> = of("INDICIAIRES").agents.iter().map(|(who, by_rule)| (&**who, by_rule)).collect();
    let civil: Vec<&str> = of("TITULAIRES").agents.iter().map(|(who, _)| &**who).collect();
    assert_eq!(all.len(), present.len());
    for row in &present {
        let by_rule = all[row["matricule"].as_str()];
        let shown: Vec<&str> = by_rule[1..].iter().map(|n| if *n > 0 { "O" } else { "N" }).collect();
        let wanted = ["strict", "strict_quotite", "dates"].map(|k| row[k].as_str());
        assert_eq!((by_rule[0].to_string(), shown), (row["mois_communs"].clone(), wanted.to_vec()), "{row:?}");
        assert_eq!(civil.contains(&row["matricule"].as_str()), row["population"] == "TITULAIRES", "{row:?}");
    }
    [masses.len(), indicators.len(), lines.len(), present.len()]
}

#[test]
fn the_truth_of_a_whole_year_row_by_row_as_exact_fractions() {
    for (agents, seed) in [("400", "1"), ("150", "33")] {
        let Some(world) = closed_year(agents, seed) else { return };
        let (world, folder) = (world.truth, world.folder);
        let (mut workspace, compiled) = open(folder.path());
        let gvt = workspace.gvt(&compiled, "année_close", &options(None, &[])).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(gvt.year, 2026);
        let [months, indicators, lines, people] = compared(&gvt, world.path());
        println!(
            "gvt : {agents} agents, graine {seed} : {months} lignes de masse indiciaire, {indicators} de GVT, {lines} de cascade, \
             {people} présents, égales en fractions exactes"
        );
        // The jobs paid by the month are those of the truth, vacataires left out.
        let plans = workspace.job_plan(&compiled, "année_close", &options(None, &[]), Some("corps")).unwrap_or_else(|e| panic!("{e:?}"));
        let permanent: Exact = rows(&world.path().join("verite/emplois.csv"))
            .iter()
            .filter(|r| r["mois"].starts_with("2026") && r["grade"] != "VACATAIRE")
            .map(|r| r["etpt"].parse::<Exact>().expect("fraction"))
            .sum();
        assert_eq!(plans.rows[0].plan.after, permanent);
        holds(&plans);
    }
}

/// The identity of each row, and the members that sum to the whole, transfers between them aside.
fn holds(plans: &JobPlans) {
    for row in &plans.rows {
        assert_eq!(row.plan.residue(), Exact::ZERO, "{}", row.label);
    }
    let sum = |read: fn(&cadrage_session::JobPlan) -> Exact| plans.rows[1..].iter().map(|r| read(&r.plan)).sum::<Exact>();
    let whole = &plans.rows[0].plan;
    assert_eq!(sum(|p| p.after.clone()), whole.after);
    assert_eq!(sum(|p| p.before.clone()), whole.before);
    assert_eq!(sum(|p| p.entries.clone()), whole.entries);
    assert_eq!(sum(|p| p.exits.clone()), whole.exits);
    assert_eq!(sum(|p| &p.extension + &p.own), whole.impact());
    // A transfer out of one is a transfer into another, whatever the working time on either side.
    assert_eq!(sum(|p| &p.transfers + &p.working_time), &whole.transfers + &whole.working_time);
}

fn eap(workspace: &mut Workspace, compiled: &Compiled, scenario: &str, year: i32, populations: &[&str]) -> EapStudy {
    workspace.eap(compiled, scenario, &options(Some(year), populations)).unwrap_or_else(|e| panic!("{e:?}"))
}

/// What-if 27: the full year, in N+1, of the recruitments of the second semester.
#[test]
fn recruitments_of_the_second_semester_cost_the_rest_of_their_year_later() {
    let (_folder, mut workspace, compiled) = with(
        "scénario sans_recrues :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 12/2027\nfin\n\
         scénario avec_recrues hérite de sans_recrues :\n\
         \x20 recruter 4 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/10/2026\n\
         \x20 recruter 2 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 16/11/2026\n\
         fin\n",
    );
    let entries = |study: &EapStudy| study.populations[0].years[1].lines[&Kind::Entry].clone();
    let without = entries(&eap(&mut workspace, &compiled, "sans_recrues", 2026, &["INDICIAIRES"]));
    let study = eap(&mut workspace, &compiled, "avec_recrues", 2026, &["INDICIAIRES"]);
    let with = entries(&study);
    assert_eq!(with.count, without.count + 6);
    // The grade's second step is worth the same to all six: 9/12 of four, 315/360 of two.
    let one = (&with.full_year - &without.full_year) / Exact::from_int(6);
    let parts = &(&one * &Exact::from_int(4)) * &Exact::ratio(9, 12).expect("part");
    let more = &(&one * &Exact::from_int(2)) * &Exact::ratio(315, 360).expect("part");
    assert_eq!(&with.extension() - &without.extension(), parts + more);
    for p in &study.populations {
        assert!(p.years.iter().all(|e| e.residue().is_zero()));
    }
    // The same posts in the job plan: six entries, an impact this year, the rest the next.
    let mut plan = |scenario: &str, year: i32| {
        let plans = workspace.job_plan(&compiled, scenario, &options(Some(year), &[]), Some("grade")).unwrap_or_else(|e| panic!("{e:?}"));
        holds(&plans);
        plans.rows[0].plan.clone()
    };
    let (a, b) = (plan("sans_recrues", 2026), plan("avec_recrues", 2026));
    assert_eq!(&b.entries - &a.entries, Exact::from_int(6));
    assert_eq!(&b.own - &a.own, Exact::ratio(4 * 90 + 2 * 45, 360).expect("part"));
    let (a, b) = (plan("sans_recrues", 2027), plan("avec_recrues", 2027));
    assert_eq!(&b.extension - &a.extension, Exact::ratio(4 * 270 + 2 * 315, 360).expect("part"));
}

/// What-if 24: the plan that ends at a number of ETPT, done by a scenario, ends there exactly.
#[test]
fn the_plan_asked_for_ends_at_the_jobs_aimed_at() {
    let (_folder, mut workspace, compiled) = with(
        "scénario trois_de_plus hérite de atterrissage_2026 :\n\
         \x20 recruter 3 agents grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT à compter du 01/10/2026\nfin\n",
    );
    let mut plans =
        |scenario: &str| workspace.job_plan(&compiled, scenario, &options(Some(2026), &[]), None).unwrap_or_else(|e| panic!("{e:?}"));
    let (before, after) = (plans("atterrissage_2026"), plans("trois_de_plus"));
    let target = &after.rows[0].plan.after;
    assert_eq!(target - &before.rows[0].plan.after, Exact::ratio(3, 4).expect("part"));
    let needed = before.for_target(target).expect("months to come");
    assert_eq!((needed.more, needed.plan), (Exact::from_int(3), after.rows[0].plan.plan()));
    assert_eq!(needed.from, "2026-10".parse::<Month>().expect("month"));
}

/// What-if 6: the professors who leave replaced by MCF of the second step: the noria by flows falls, the plan does not move.
#[test]
fn cheaper_replacements_weigh_on_the_noria_and_not_on_the_plan() {
    let (_folder, mut workspace, compiled) = with(
        "scénario départs :\n  constaté jusqu'à 09/2026 observé au 30/09/2026\n  projeter jusqu'à 12/2027\n\
         \x20 faire partir 2 agents pour corps PR choisis par âge décroissant au 31/08/2027 motif retraite\nfin\n\
         scénario remplacés hérite de départs :\n\
         \x20 remplacer les sorties pour corps PR par grade MCF_CN échelon 2 motif retraite à compter du 01/01/2027\nfin\n",
    );
    let mut run = |scenario: &str| {
        let gvt = workspace.gvt(&compiled, scenario, &options(Some(2027), &["INDICIAIRES"])).unwrap_or_else(|e| panic!("{e:?}"));
        let plans = workspace.job_plan(&compiled, scenario, &options(Some(2027), &[]), None).unwrap_or_else(|e| panic!("{e:?}"));
        (gvt.populations[0].clone(), plans.rows[0].plan.clone())
    };
    let ((before, plan_before), (after, plan_after)) = (run("départs"), run("remplacés"));
    let replaced = after.flows.entrants - before.flows.entrants;
    assert!(replaced >= 2, "{replaced}");
    assert_eq!(&plan_after.entries - &plan_before.entries, count(replaced).expect("few"));
    assert_eq!(plan_after.exits, plan_before.exits);
    assert!(after.by_mass.after.mean() < before.by_mass.after.mean(), "the same people and MCF of the second step: a lower mean");
    assert!(after.waterfall.residue().is_zero());
}

#[test]
fn mean_costs_fall_back_and_price_posts_to_come() {
    let (_folder, mut workspace, compiled) = with("");
    let projection = calculate(&mut workspace, &compiled, "atterrissage_2026");
    let mut costs = |minimum: usize, without: &[&str]| -> Costs {
        let without = without.iter().map(|r| (*r).to_owned()).collect();
        workspace.costs(&compiled, &projection, &CostOptions { year: 2026, minimum, without }).expect("lists")
    };
    let (all, large) = (costs(1, &[]), costs(5, &[]));
    // A category is its corps, all that is paid to them and all their jobs: each cell sums those it holds.
    let of = |costs: &Costs, level: &str| -> Exact { costs.rows.iter().filter(|r| r.level == level).map(|r| r.years.clone()).sum() };
    assert_eq!(of(&all, "catégorie"), of(&all, "corps"));
    assert_eq!(of(&all, "corps"), of(&all, "grade"));
    // Those on a grid are at a step each month of the exercice, constaté or not.
    let steps: Exact = all.rows.iter().filter(|r| r.level == "échelon" && &*r.cell[2] == "MCF_CN").map(|r| r.years.clone()).sum();
    assert_eq!(all.rows.iter().find(|r| r.level == "grade" && &*r.cell[2] == "MCF_CN").map(|r| r.years.clone()), Some(steps));
    let small = large.rows.iter().find(|r| r.level == "échelon" && r.heads < 5).expect("a small cell");
    assert_eq!(small.mean, None);
    let (grade, step) = (&small.cell[2], &small.cell[3]);
    let wide = large.price("grade", grade, Some(step)).expect("a wider one");
    assert!(wide.wider && wide.level != "échelon" && wide.heads >= 5);
    let fine = all.price("grade", grade, Some(step)).expect("its own");
    assert!(!fine.wider && fine.level == "échelon" && fine.heads == small.heads);
    assert_eq!(large.price("grade", "INCONNU", None), None);
    assert_eq!(large.price("catégorie", "C", None).map(|p| p.level), Some("catégorie"));
    // What-if 7: ten posts of category C, as posts of category A, at constant cost.
    let price = |code: &str| large.price("catégorie", code, None).expect("category").mean;
    let exchange = (&price("C") * &Exact::from_int(10)) / price("A");
    assert!(exchange > Exact::ZERO && exchange < Exact::from_int(10));
    // Hours are not what a post costs.
    let without = costs(5, &["200204"]).price("corps", "MCF", None).expect("corps").mean;
    assert!(without < large.price("corps", "MCF", None).expect("corps").mean);
    assert!(
        workspace
            .costs(&compiled, &projection, &CostOptions { year: 2031, minimum: 1, without: Vec::new() })
            .expect("lists")
            .rows
            .is_empty()
    );
}

fn refusal(found: Result<Gvt, RunError>) -> String {
    match found {
        Err(RunError::Diagnostics(list)) => {
            list.iter().map(|d| format!("{} {} / {}", d.code.name(), d.message, d.help.clone().unwrap_or_default())).collect()
        }
        other => panic!("{:?}", other.map(|g| g.year)),
    }
}

#[test]
fn what_cannot_be_analysed_is_refused_in_words_and_nobody_is_no_number() {
    let (_folder, mut workspace, compiled) = with("population personne = statut HEBERGE et corps PR\n");
    let mut gvt = |year: Option<i32>, populations: &[&str]| workspace.gvt(&compiled, "atterrissage_2026", &options(year, populations));
    assert!(refusal(gvt(Some(2031), &[])).starts_with("T14 "), "no such exercice");
    assert!(refusal(gvt(Some(2025), &[])).contains("exercices couverts avec celui d'avant : 2026"));
    let unknown = refusal(gvt(None, &["titulaire"]));
    assert!(unknown.starts_with("N01 ") && unknown.contains("TITULAIRES"), "{unknown}");
    let nobody = gvt(None, &["personne"]).unwrap_or_else(|e| panic!("{e:?}"));
    let p = &nobody.populations[0];
    assert_eq!((p.by_mass.rate(), p.by_mass.gap(), p.flows.pay_of_entrants.clone(), p.pay[1].mean_after()), (None, None, None, None));
    assert!(p.waterfall.residue().is_zero() && p.agents.is_empty());
    for rule in Rule::ALL {
        assert_eq!(p.stayers.iter().find(|s| s.rule == rule).map(|s| s.heads), Some(0));
    }
    let plans = workspace
        .job_plan(&compiled, "atterrissage_2026", &options(None, &["personne"]), Some("corps"))
        .unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!((plans.rows.len(), plans.rows[0].plan.plan()), (1, Exact::ZERO));
    let level = workspace.job_plan(&compiled, "atterrissage_2026", &options(None, &[]), Some("rubrique"));
    assert!(matches!(level, Err(RunError::Diagnostics(list)) if list[0].code.name() == "G02"));
    let mut other = options(None, &[]);
    other.point = "valeur_de_rien".to_owned();
    assert!(refusal(workspace.gvt(&compiled, "atterrissage_2026", &other)).starts_with("N01 "));
}

#[test]
fn a_merged_composante_holds_no_job_of_its_own() {
    let (_folder, mut workspace, compiled) =
        with("scénario réunies hérite de budget_2027 :\n  fusionner composante LETTRES dans composante SHS\nfin\n");
    let mut plans = |scenario: &str| {
        let asked = options(Some(2026), &[]);
        workspace.job_plan(&compiled, scenario, &asked, Some("composante")).unwrap_or_else(|e| panic!("{e:?}"))
    };
    let (apart, together) = (plans("budget_2027"), plans("réunies"));
    let of = |plans: &JobPlans, member: &str| {
        plans.rows.iter().find(|r| r.member.as_deref() == Some(member)).map_or(Exact::ZERO, |r| r.plan.after.clone())
    };
    assert!(of(&apart, "LETTRES") > Exact::ZERO);
    assert_eq!(of(&together, "LETTRES"), Exact::ZERO);
    assert_eq!(of(&together, "SHS"), &of(&apart, "SHS") + &of(&apart, "LETTRES"));
}
