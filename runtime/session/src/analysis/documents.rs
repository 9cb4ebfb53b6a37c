//! Analyses as documents: what a `restitution` that names one shows, writes and draws (decision 0181).

use std::collections::{BTreeMap, BTreeSet};

use cadrage_analysis::{Kind, Rule};
use cadrage_cube::{FindingGroup, QUALITY_CODES, References};
use cadrage_export::{Cell, Chart, Column, Drawing, Row, Table};
use cadrage_value::{Exact, Money, Month};

use super::{Costs, EapStudy, Gvt, GvtOfPopulation, JobPlans};
use crate::confidentiality::Sight;
use crate::labels::{holder, label};
use crate::observed::{KINDS, Movements, Observed, motive, named};

/// What an analysis gives to a document.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    pub(crate) notes: Vec<String>,
    pub(crate) charts: Vec<Chart>,
    pub(crate) tables: Vec<Table>,
}

/// Changes of a year that last, in the order printed: as files name them, as people read them.
pub const EAP_LINES: [(Kind, &str, &str); 8] = [
    (Kind::Entry, "entrees", "entrées"),
    (Kind::Exit, "sorties", "sorties"),
    (Kind::TransferIn, "arrivees_de_population", "venus d'autres populations"),
    (Kind::TransferOut, "departs_de_population", "partis vers d'autres"),
    (Kind::Promotion, "promotions", "promotions (grade)"),
    (Kind::Step, "echelons", "échelons"),
    (Kind::Index, "indices", "indices (grilles)"),
    (Kind::WorkingTime, "quotites", "quotités"),
];

/// How many changes, and what they change in the ETP.
type EachMonth = BTreeMap<Month, (usize, Exact)>;

fn column(measure: &str, unit: &str, decimals: u32) -> Column {
    Column { measure: measure.to_owned(), unit: unit.to_owned(), decimals, ..Column::default() }
}

fn count(n: usize) -> Exact {
    Exact::from_int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn row(level: &str, depth: usize, code: &str, label: &str, cells: Vec<Cell>) -> Row {
    Row { level: level.to_owned(), depth, code: code.to_owned(), label: label.to_owned(), cells }
}

fn numbers(values: impl IntoIterator<Item = Exact>) -> Vec<Cell> {
    values.into_iter().map(Cell::Number).collect()
}

/// A change of the ETP of a population.
struct Flow<'m> {
    month: Month,
    kind: &'static str,
    motif: &'m str,
    etp: Exact,
}

/// Who comes into a population from another, and who goes to another: what its ETP also moves by.
const TRANSFERS: [&str; 2] = ["ARRIVEE", "DEPART"];

/// What changed in the files of people, month by month, by kind then by motive; the ETP at the end of each month above them. Cut by a
/// level of grades, the same of each of its members.
pub(crate) fn movements(m: &Movements, level: Option<&str>, references: &References) -> Pages {
    let months: Vec<Month> = m.from.plus(1).through(m.to).collect();
    let of_months = |measure: &str, unit: &str, decimals: u32| {
        let each = months.iter().map(|month| Column { period: month.to_french(), ..column(measure, unit, decimals) });
        each.chain([Column { period: "total".to_owned(), ..column(measure, unit, decimals) }]).collect::<Vec<_>>()
    };
    let columns = [of_months("nombre", "", 0), of_months("etp", "ETP", 2)].concat();
    let period = format!("de la fin de {} à la fin de {}", m.from.to_french(), m.to.to_french());
    let flow = |o: &'_ Observed| (o.month, o.kind, o.etp.clone());
    let all: Vec<Flow<'_>> = m
        .observed
        .iter()
        .map(|o| {
            let (month, kind, etp) = flow(o);
            Flow { month, kind, motif: &o.motif, etp }
        })
        .collect();
    let rows = flows("établissement", "", "ETP en fin de mois", &months, &m.etp_before, &all);
    let mut tables = vec![Table { title: format!("Mouvements constatés, {period}"), columns: columns.clone(), rows }];
    if let Some(level) = level {
        let member = |grade: &str| holder(references, level, "grade", grade);
        let mut standing: BTreeMap<String, Exact> = BTreeMap::new();
        for (grade, etp) in &m.etp_by_grade {
            let sum = standing.entry(member(grade)).or_insert(Exact::ZERO);
            *sum = &*sum + etp;
        }
        let mut of_members: BTreeMap<String, Vec<Flow<'_>>> = standing.keys().map(|k| (k.clone(), Vec::new())).collect();
        for o in &m.observed {
            let (month, kind, etp) = flow(o);
            let (was, is) = (member(&o.grades.0), member(&o.grades.1));
            let own = Flow { month, kind, motif: &o.motif, etp };
            if was == is {
                of_members.entry(was).or_default().push(own);
            } else {
                let [came, left] = TRANSFERS;
                of_members.entry(was).or_default().push(Flow { kind: left, etp: -o.standing.clone(), ..own });
                of_members.entry(is).or_default().push(Flow { month, kind: came, motif: &o.motif, etp: o.standing.clone() });
            }
        }
        let mut rows = Vec::new();
        for (code, own) in &of_members {
            let label = if code.is_empty() { "non renseigné".to_owned() } else { label(references, level, code) };
            let before = standing.get(code).cloned().unwrap_or(Exact::ZERO);
            rows.extend(flows(level, code, &format!("{label} : ETP en fin de mois"), &months, &before, own));
        }
        tables.push(Table { title: format!("Mouvements constatés par {level}, {period}"), columns, rows });
    }
    Pages { tables, ..Pages::default() }
}

/// The rows of a population: its ETP at the end of each month, then what moved it, by kind and by motive.
fn flows(level: &str, member: &str, standing: &str, months: &[Month], before: &Exact, all: &[Flow<'_>]) -> Vec<Row> {
    // By kind and motive, then all motives of a kind together.
    let mut sums: BTreeMap<(&str, Option<&str>), EachMonth> = BTreeMap::new();
    for flow in all {
        for code in [None, Some(flow.motif)] {
            let slot = sums.entry((flow.kind, code)).or_default().entry(flow.month).or_insert((0, Exact::ZERO));
            *slot = (slot.0 + 1, &slot.1 + &flow.etp);
        }
    }
    let cells = |key: (&str, Option<&str>)| {
        let of = |month: &Month| sums.get(&key).and_then(|s| s.get(month)).cloned().unwrap_or((0, Exact::ZERO));
        let (counts, etp): (Vec<Exact>, Vec<Exact>) = months.iter().map(of).map(|(n, etp)| (count(n), etp)).unzip();
        let with_total = |values: Vec<Exact>| {
            let total = values.iter().cloned().sum();
            numbers(values.into_iter().chain([total]))
        };
        [with_total(counts), with_total(etp)].concat()
    };
    let mut at_the_end = before.clone();
    let mut ends = Vec::new();
    for month in months {
        let moved = all.iter().filter(|flow| flow.month == *month).map(|flow| flow.etp.clone()).sum::<Exact>();
        at_the_end = &at_the_end + &moved;
        ends.push(Cell::Number(at_the_end.clone()));
    }
    ends.push(Cell::Number(at_the_end));
    let nothing = vec![Cell::Nothing; months.len() + 1];
    let mut rows = vec![row(level, 0, member, standing, [nothing, ends].concat())];
    let code_of = |codes: &[&str]| [&[member], codes].concat().into_iter().filter(|c| !c.is_empty()).collect::<Vec<_>>().join("/");
    for kind in KINDS.iter().take(2).chain(&TRANSFERS).chain(KINDS.iter().skip(2)).copied() {
        let motives: BTreeSet<&str> = all.iter().filter(|flow| flow.kind == kind).map(|flow| flow.motif).collect();
        if motives.is_empty() && !matches!(kind, "ENTREE" | "SORTIE") {
            continue;
        }
        let label = match kind {
            "ARRIVEE" => "venus d'ailleurs (changement de grade)",
            "DEPART" => "partis ailleurs (changement de grade)",
            kind => named(kind),
        };
        rows.push(row("mouvement", 1, &code_of(&[kind]), label, cells((kind, None))));
        // Where nobody says why, that is the line above again.
        for motif in motives.iter().filter(|_| motives.iter().any(|m| !m.is_empty())) {
            // A code of motive alone where there is one population, as the verb has it.
            let code = if member.is_empty() { (*motif).to_owned() } else { code_of(&[kind, motif]) };
            rows.push(row("motif", 2, &code, &motive(motif), cells((kind, Some(motif)))));
        }
    }
    rows
}

/// For each population and each of the two years, what its changes still cost the year after; no amount of too few agents (decision 0191).
pub(crate) fn eap(study: &EapStudy, sight: &Sight) -> Pages {
    let mut out = Pages::default();
    for population in &study.populations {
        for e in &population.years {
            let (year, next) = (e.year, e.year + 1);
            let line = |code: &str, label: &str, l: &cadrage_analysis::EapLine, hidden: bool| {
                let amounts = [&l.in_year, &l.full_year, &l.extension()].map(|x| Cell::number((!hidden).then(|| x.clone())));
                row("changement", 1, code, label, [vec![Cell::Number(count(l.count))], amounts.to_vec()].concat())
            };
            let found = EAP_LINES.map(|(kind, code, label)| (code, label, e.lines.get(&kind).cloned().unwrap_or_default()));
            let hidden = sight.hidden(&found.each_ref().map(|(_, _, l)| l.count));
            let all: Vec<_> = e.lines.values().chain([&e.general]).collect();
            let sum = |of: fn(&cadrage_analysis::EapLine) -> Exact| all.iter().map(|l| of(l)).sum::<Exact>();
            let total =
                numbers([sum(|l| count(l.count)), sum(|l| l.in_year.clone()), sum(|l| l.full_year.clone()), sum(|l| l.extension())]);
            let mut rows = vec![row("établissement", 0, "", "Ensemble des changements", total)];
            rows.extend(found.iter().zip(hidden).map(|((code, label, l), hidden)| line(code, label, l, hidden)));
            rows.push(line("mesures_generales", "mesures générales (point)", &e.general, false));
            let columns = vec![
                column("nombre", "", 0),
                column(&format!("dans {year}"), "€", 2),
                column("en année pleine", "€", 2),
                column(&format!("reste sur {next}"), "€", 2),
            ];
            out.tables.push(Table { title: format!("{} — changements de {year}, reportés sur {next}", population.name), columns, rows });
        }
    }
    out.notes.push("traitement indiciaire dû, au point de décembre".to_owned());
    out
}

impl GvtOfPopulation {
    /// The lines of the waterfall of the traitement, as files name them and as people read them.
    #[must_use]
    pub fn steps(&self, year: i32) -> Vec<(&'static str, String, Exact)> {
        let (w, before) = (&self.waterfall, year - 1);
        let e = &w.effects;
        vec![
            ("traitement_n_1", format!("traitement indiciaire {before}"), w.before.clone()),
            ("entrees_eap", format!("entrées : EAP de {before}"), e.entries_eap.clone()),
            ("sorties_eap", format!("sorties : EAP de {before}"), e.exits_eap.clone()),
            ("entrees_n", format!("entrées de {year}"), e.entries_n.clone()),
            ("sorties_n", format!("sorties de {year}"), e.exits_n.clone()),
            ("carriere_eap", format!("carrières : EAP de {before}"), e.career_eap.clone()),
            ("carriere_n", format!("carrières de {year}"), e.career_n.clone()),
            ("mesures_generales", "mesures générales (point)".to_owned(), w.general.clone()),
            ("traitement_n", format!("traitement indiciaire {year}"), w.after.clone()),
            ("residu", "reste non expliqué".to_owned(), w.residue()),
        ]
    }
}

/// For each population: masses, means and rates of both exercices, GVT by both methods, and the waterfall of the traitement.
pub(crate) fn gvt(g: &Gvt) -> Pages {
    let mut out = Pages::default();
    let hundred = Exact::from_int(100);
    for p in &g.populations {
        let (before, after) = (&p.by_mass.before, &p.by_mass.after);
        let strict = p.pay.get(1);
        let stayers = p.stayers.iter().find(|s| s.rule == Rule::Months);
        let both = |code: &str, label: &str, a: Option<Exact>, b: Option<Exact>| {
            let gap = a.as_ref().zip(b.as_ref()).map(|(a, b)| b - a);
            row("indicateur", 1, code, label, [a, b, gap].map(Cell::number).to_vec())
        };
        let rows = vec![
            both("masse_indiciaire", "masse indiciaire (points)", Some(before.mass.clone()), Some(after.mass.clone())),
            both("etpr", "ETPR", Some(before.etpr.clone()), Some(after.etpr.clone())),
            both("inm_moyen", "INM moyen", before.mean(), after.mean()),
            both(
                "inm_pp",
                "INM moyen des présents-présents",
                stayers.and_then(|s| s.masses.before.mean()),
                stayers.and_then(|s| s.masses.after.mean()),
            ),
        ];
        let years = |unit: &str, decimals: u32| {
            let names = [(g.year - 1).to_string(), g.year.to_string(), "écart".to_owned()];
            names.iter().map(|name| column(name, unit, decimals)).collect::<Vec<_>>()
        };
        out.tables.push(Table { title: format!("{} — masse indiciaire et indices moyens", p.name), columns: years("", 4), rows });
        let rows = vec![
            both("smpt", "SMPT", before.pay_per_head(), after.pay_per_head()),
            both("rmpp", "RMPP, présents 24 mois", strict.and_then(|p| p.mean_before()), strict.and_then(|p| p.mean_after())),
        ];
        out.tables.push(Table { title: format!("{} — traitements moyens", p.name), columns: years("€", 2), rows });

        let (positive, balance) = (stayers.and_then(|s| s.masses.rate()), p.by_mass.rate());
        let noria = cadrage_analysis::Noria::Multiplicative.of(balance.as_ref(), positive.as_ref());
        let rate = |code: &str, label: &str, x: Option<Exact>| {
            row("indicateur", 1, code, label, vec![Cell::number(x.map(|x| &x * &hundred)), Cell::Nothing])
        };
        let euros = |code: &str, label: &str, x: Option<Exact>| row("indicateur", 1, code, label, vec![Cell::Nothing, Cell::number(x)]);
        let f = &p.flows;
        let mut rows = vec![
            rate("gvt_positif", "GVT positif, par la masse indiciaire", positive),
            rate("noria_multiplicative", "GVT négatif (noria), par la masse indiciaire", noria),
            rate("gvt_solde", "GVT solde, par la masse indiciaire", balance),
            euros("noria", "noria, par les flux", f.noria()),
            euros("variation_effectifs", "variation d'effectifs, par les flux", f.headcount()),
            euros("vacances", "vacances, par les flux", f.vacancies()),
        ];
        if let Some(pay) = strict {
            let cells = [pay.positive_rate().map(|x| &x * &hundred), Some(pay.positive())];
            rows.push(row("indicateur", 1, "gvt_positif_flux", "GVT positif, par les flux", cells.map(Cell::number).to_vec()));
        }
        let columns = vec![column("taux", "%", 4), column("montant", "€", 2)];
        out.tables.push(Table { title: format!("{} — GVT par les deux méthodes", p.name), columns, rows });

        let steps = p.steps(g.year);
        let rows = steps.iter().map(|(code, label, x)| row("ligne", 1, code, label, vec![Cell::Number(x.clone())])).collect();
        let title = format!("{} — du traitement indiciaire de {} à celui de {}", p.name, g.year - 1, g.year);
        out.tables.push(Table { title: title.clone(), columns: vec![column("montant", "€", 2)], rows });
        let drawn = |wanted: &str| steps.iter().find(|(code, _, _)| *code == wanted).map(|(_, label, x)| (label.clone(), x.clone()));
        if let (Some(start), Some(end)) = (drawn("traitement_n_1"), drawn("traitement_n")) {
            let inside = steps.iter().filter(|(code, _, _)| !matches!(*code, "traitement_n_1" | "traitement_n"));
            let drawing = Drawing::Waterfall { start, steps: inside.map(|(_, label, x)| (label.clone(), x.clone())).collect(), end };
            out.charts.push(Chart { title, unit: "€".to_owned(), decimals: 0, drawing });
        }
    }
    out.notes.push("traitement indiciaire dû ; présents-présents : mois présents les deux années ; noria multiplicative".to_owned());
    out
}

/// The official identity, for the whole and for each member of a level.
pub(crate) fn job_plan(p: &JobPlans) -> Pages {
    let (before, year) = (p.year - 1, p.year);
    let etpt = |name: String| column(&name, "ETPT", 4);
    let etp = |name: &str| column(name, "ETP", 2);
    let columns = vec![
        etpt(format!("etpt {before}")),
        etpt(format!("EAP du schéma {before}")),
        etpt(format!("schéma {year}")),
        etpt("transferts".to_owned()),
        etpt("quotités".to_owned()),
        etpt(format!("etpt {year}")),
        etpt("résidu".to_owned()),
        etp("entrées"),
        etp("sorties"),
        etp("schéma d'emplois"),
    ];
    let rows = p.rows.iter().map(|r| {
        let j = &r.plan;
        let cells = numbers([
            j.before.clone(),
            j.extension.clone(),
            j.own.clone(),
            j.transfers.clone(),
            j.working_time.clone(),
            j.after.clone(),
            j.residue(),
            j.entries.clone(),
            j.exits.clone(),
            j.plan(),
        ]);
        let (level, depth) = if r.member.is_some() { (p.level.as_str(), 1) } else { ("établissement", 0) };
        row(level, depth, r.member.as_deref().unwrap_or_default(), &r.label, cells)
    });
    let table = Table { title: format!("Schéma d'emplois {year}"), columns, rows: rows.collect() };
    Pages { notes: vec!["emplois payés au mois".to_owned()], tables: vec![table], ..Pages::default() }
}

/// What a full-time year costs, from the category to the step; « – » where too few people stand behind a figure.
pub(crate) fn costs(costs: &Costs) -> Pages {
    let columns = vec![column("agents", "", 0), column("etpt", "ETPT", 2), column("coût moyen", "€/ETPT", 2)];
    let rows = costs.rows.iter().map(|r| {
        let cells = vec![Cell::Number(count(r.heads)), Cell::Number(r.years.clone()), Cell::number(r.mean.clone())];
        let code = r.cell.last().map_or("", |c| c);
        // A code alone does not say what it is a code of.
        let label = if r.cell.len() < 3 { format!("{} {}", r.level, r.label) } else { r.label.clone() };
        row(r.level, r.cell.len().saturating_sub(1), code, &label, cells)
    });
    let title = format!("Coûts moyens {}, charges comprises, pour un ETPT", costs.year);
    let note = format!("hors PSOP ; « – » : moins de {} agents", costs.minimum);
    Pages { notes: vec![note], tables: vec![Table { title, columns, rows: rows.collect() }], ..Pages::default() }
}

/// What loads found, by code and by month, with the euros concerned.
pub(crate) fn quality(findings: &[(Month, FindingGroup)]) -> Pages {
    let months: BTreeSet<Month> = findings.iter().map(|(month, _)| *month).collect();
    let of_months = |measure: &str, unit: &str, decimals: u32| {
        let each = months.iter().map(|m| Column { period: m.to_french(), ..column(measure, unit, decimals) });
        [Column { period: "total".to_owned(), ..column(measure, unit, decimals) }].into_iter().chain(each).collect::<Vec<_>>()
    };
    let cells = |code: Option<&str>| {
        let own = |month: Option<Month>| {
            let kept = findings.iter().filter(move |(m, g)| month.is_none_or(|wanted| *m == wanted) && code.is_none_or(|c| g.code == c));
            kept.map(|(_, g)| g)
        };
        let counted = |month| own(month).map(|g| count(g.count)).sum::<Exact>();
        let euros = |month| own(month).map(|g| g.amount).sum::<Money>().to_exact();
        let all = || [None].into_iter().chain(months.iter().copied().map(Some));
        numbers(all().map(counted).chain(all().map(euros)))
    };
    let mut rows = vec![row("établissement", 0, "", "Anomalies", cells(None))];
    for (code, label) in QUALITY_CODES.iter().filter(|(code, _)| findings.iter().any(|(_, g)| g.code == *code)) {
        rows.push(row("code", 1, code, label, cells(Some(code))));
    }
    let columns = [of_months("nombre", "", 0), of_months("montant concerné", "€", 2)].concat();
    let table = Table { title: "Qualité des données chargées, par code".to_owned(), columns, rows };
    Pages {
        notes: vec!["le détail de chaque livraison : `cadrage charges <livraison>`".to_owned()],
        tables: vec![table],
        ..Pages::default()
    }
}
