//! `cadrage gvt`: index mass, GVT by both methods, présents-présents, and the waterfall of the traitement.

use std::fmt::Write as _;

use cadrage_driver::fold;
use cadrage_session::{Gvt, GvtOfPopulation, IndexMass, Item, Noria, Rule, Stayers};
use cadrage_value::Exact;

use super::analysis::{self, Asked};
use super::{Context, DONE, MISUSE};
use crate::arguments::Format;
use crate::cells::{self, Cell, percent, shown, signed};
use crate::columns::cut;
use crate::output;

/// What may be looked at closely.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Months,
    Present,
}

pub(crate) fn run(context: &Context, asked: &Asked<'_>, rule: &str, noria: &str, detail: Option<&str>) -> Result<u8, u8> {
    let (rule, noria) = (rule_named(rule)?, noria_named(noria)?);
    let detail = detail.map(detail_named).transpose()?;
    let options = asked.options()?;
    let mut workspace = context.open(asked.extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let scenario = asked.scenario(&compiled)?;
    let gvt = context.wait("gvt", |_| workspace.gvt(&compiled, &scenario, &options)).map_err(|e| context.run_refused(&e, &compiled))?;
    analysis::say(context, &gvt.alerts);
    let (heads, figures) = match detail {
        None => (&["population", "methode", "regle_pp", "indicateur"][..], figures(&gvt)),
        Some(Detail::Months) => (&["population", "mois", "indicateur"][..], months(&gvt)),
        Some(Detail::Present) => (&["population", "matricule", "regle_pp"][..], present(&gvt)),
    };
    let text = match (context.common.format, detail) {
        (Format::Table, None) => table(&gvt, rule, noria),
        (Format::Table, Some(Detail::Months)) => months_table(&gvt),
        (Format::Table, Some(Detail::Present)) => present_table(&gvt),
        (Format::Json, _) => {
            let value = serde_json::json!({"scenario": gvt.scenario, "exercice": gvt.year, "cellules": cells::json(heads, &figures)});
            format!("{value:#}\n")
        }
        (format, _) => cells::csv(heads, &figures, format),
    };
    output::data(&text);
    Ok(DONE)
}

/// As files write it.
fn code(rule: Rule) -> &'static str {
    match rule {
        Rule::Months => "MOIS",
        Rule::Strict => "STRICT",
        Rule::StrictFraction => "STRICT_QUOTITE",
        Rule::Dates => "DATES",
    }
}

/// As people read it.
fn said(rule: Rule) -> &'static str {
    match rule {
        Rule::Months => "mois présents les deux années",
        Rule::Strict => "présents 24 mois entiers",
        Rule::StrictFraction => "présents 24 mois, quotité constante",
        Rule::Dates => "présents au 31/12 des deux bouts",
    }
}

fn rule_named(word: &str) -> Result<Rule, u8> {
    let wanted = fold(word).to_uppercase().replace([' ', '-'], "_");
    Rule::ALL.into_iter().find(|r| code(*r) == wanted).ok_or_else(|| {
        eprintln!("cadrage : `{word}` n'est pas une règle de présents-présents ; règles : mois, strict, strict-quotité, dates");
        MISUSE
    })
}

fn noria_named(word: &str) -> Result<Noria, u8> {
    match fold(word).as_str() {
        "multiplicative" => Ok(Noria::Multiplicative),
        "difference" => Ok(Noria::Difference),
        _ => {
            eprintln!("cadrage : `{word}` n'est pas une noria ; écrivez `--noria multiplicative` ou `--noria différence`");
            Err(MISUSE)
        }
    }
}

fn detail_named(word: &str) -> Result<Detail, u8> {
    match fold(word).as_str() {
        "mois" => Ok(Detail::Months),
        "presents" | "présents" => Ok(Detail::Present),
        _ => {
            eprintln!("cadrage : `{word}` n'est pas un détail du GVT ; écrivez `--détail mois` ou `--détail présents`");
            Err(MISUSE)
        }
    }
}

fn plural(n: usize, one: &str) -> String {
    if n < 2 { format!("{n} {one}") } else { format!("{n} {one}s") }
}

fn count(n: usize) -> Exact {
    Exact::from_int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Every figure, by population, method, rule and indicator.
fn figures(g: &Gvt) -> Vec<Cell> {
    let mut out = Vec::new();
    for p in &g.populations {
        let mut add = |method: &str, rule: &str, name: &str, value: Option<Exact>| {
            out.push(Cell { keys: [&p.name, method, rule, name].map(str::to_owned).to_vec(), value });
        };
        let (before, after) = (&p.by_mass.before, &p.by_mass.after);
        let balance = p.by_mass.rate();
        for (name, value) in [
            ("masse_indiciaire_n_1", Some(before.mass.clone())),
            ("masse_indiciaire_n", Some(after.mass.clone())),
            ("etpr_n_1", Some(before.etpr.clone())),
            ("etpr_n", Some(after.etpr.clone())),
            ("inm_moyen_n_1", before.mean()),
            ("inm_moyen_n", after.mean()),
            ("ecart_indiciaire", p.by_mass.gap()),
            ("smpt_n_1", before.pay_per_head()),
            ("smpt_n", after.pay_per_head()),
        ] {
            add("2", "", name, value);
        }
        for s in &p.stayers {
            let positive = s.masses.rate();
            for (name, value) in [
                ("effectif", Some(count(s.heads))),
                ("masse_indiciaire_pp_n_1", Some(s.masses.before.mass.clone())),
                ("masse_indiciaire_pp_n", Some(s.masses.after.mass.clone())),
                ("inm_pp_n_1", s.masses.before.mean()),
                ("inm_pp_n", s.masses.after.mean()),
                ("gvt_positif", positive.clone()),
                ("gvt_solde", balance.clone()),
                ("noria_multiplicative", Noria::Multiplicative.of(balance.as_ref(), positive.as_ref())),
                ("noria_difference", Noria::Difference.of(balance.as_ref(), positive.as_ref())),
            ] {
                add("2", code(s.rule), name, value);
            }
        }
        let (f, rule) = (&p.flows, code(Rule::Strict));
        for (name, value) in [
            ("entrants", Some(count(f.entrants))),
            ("sortants", Some(count(f.leavers))),
            ("passages", Some(count(f.passing))),
            ("traitement_moyen_entrants", f.pay_of_entrants.clone()),
            ("traitement_moyen_sortants", f.pay_of_leavers.clone()),
            ("fraction_travaillee_entrants", f.worked_by_entrants.clone()),
            ("fraction_non_travaillee_sortants", f.unworked_by_leavers.clone()),
            ("noria", f.noria()),
            ("variation_effectifs", f.headcount()),
            ("vacances", f.vacancies()),
            ("somme", Some(f.sum())),
        ] {
            add("1", rule, name, value);
        }
        if let Some(pay) = p.pay.get(1) {
            for (name, value) in [
                ("rmpp_n_1", pay.mean_before()),
                ("rmpp_n", pay.mean_after()),
                ("mesures_generales_pp", Some(pay.general.clone())),
                ("mesures_indiciaires_pp", Some(pay.grids.clone())),
                ("gvt_positif_taux", pay.positive_rate()),
                ("gvt_positif_euros", Some(pay.positive())),
            ] {
                add("1", rule, name, value);
            }
        }
        for (name, _, value) in p.steps(g.year) {
            add("cascade", "", name, Some(value));
        }
    }
    out
}

fn months(g: &Gvt) -> Vec<Cell> {
    let mut out = Vec::new();
    for p in &g.populations {
        for (month, m) in &p.months {
            for (name, value) in [
                ("effectif", Some(count(m.heads))),
                ("etpr", Some(m.etpr.clone())),
                ("masse_indiciaire", Some(m.mass.clone())),
                ("inm_moyen", m.mean()),
            ] {
                out.push(Cell { keys: vec![p.name.clone(), month.to_string(), name.to_owned()], value });
            }
        }
    }
    out
}

fn present(g: &Gvt) -> Vec<Cell> {
    let mut out = Vec::new();
    for p in &g.populations {
        for (who, by_rule) in &p.agents {
            for (rule, n) in Rule::ALL.into_iter().zip(by_rule) {
                out.push(Cell { keys: vec![p.name.clone(), who.to_string(), code(rule).to_owned()], value: Some(count(*n)) });
            }
        }
    }
    out
}

fn title(g: &Gvt) -> String {
    cut(&format!("{} — {}", g.scenario, g.label), 80) + "\n"
}

fn table(g: &Gvt, rule: Rule, noria: Noria) -> String {
    let mut out = title(g);
    let how = match noria {
        Noria::Multiplicative => "multiplicative : (1 + solde) / (1 + positif) - 1",
        Noria::Difference => "par différence : solde - positif",
    };
    let _ = writeln!(out, "GVT de {} à {}, traitement indiciaire dû", g.year - 1, g.year);
    let _ = writeln!(out, "  présents-présents : {} ({})", said(rule), code(rule));
    let _ = writeln!(out, "  noria {how}");
    for p in &g.populations {
        population(&mut out, p, g.year, rule, noria);
    }
    out
}

fn population(out: &mut String, p: &GvtOfPopulation, year: i32, rule: Rule, noria: Noria) {
    let none = Stayers { rule, heads: 0, masses: cadrage_session::ByMass { before: IndexMass::default(), after: IndexMass::default() } };
    let stayers = p.stayers.iter().find(|s| s.rule == rule).unwrap_or(&none);
    let (before, after) = (&p.by_mass.before, &p.by_mass.after);
    let _ = writeln!(out, "\n{}\n  {:<34} {:>13} {:>13} {:>13}", p.name, "", year - 1, year, "écart");
    let mut line = |name: String, a: Option<Exact>, b: Option<Exact>, digits: u32| {
        let gap = a.as_ref().zip(b.as_ref()).map(|(a, b)| b - a);
        let [a, b] = [a, b].map(|x| shown(x.as_ref(), digits));
        let _ = writeln!(out, "  {name:<34} {a:>13} {b:>13} {:>13}", signed(gap.as_ref(), digits));
    };
    line("masse indiciaire (points)".to_owned(), Some(before.mass.clone()), Some(after.mass.clone()), 2);
    line("ETPR".to_owned(), Some(before.etpr.clone()), Some(after.etpr.clone()), 4);
    line("INM moyen".to_owned(), before.mean(), after.mean(), 4);
    line("SMPT (€)".to_owned(), before.pay_per_head(), after.pay_per_head(), 2);
    let (pb, pa) = (&stayers.masses.before, &stayers.masses.after);
    line(format!("INM moyen des présents ({})", stayers.heads), pb.mean(), pa.mean(), 4);
    let strict = p.pay.get(1);
    if let Some(pay) = strict {
        line(format!("RMPP (€), {} présents 24 mois", pay.heads), pay.mean_before(), pay.mean_after(), 2);
    }
    let (positive, balance) = (stayers.masses.rate(), p.by_mass.rate());
    let negative = noria.of(balance.as_ref(), positive.as_ref());
    let _ = writeln!(out, "\n  par la masse indiciaire");
    for (name, x) in [("GVT positif", &positive), ("GVT négatif (noria)", &negative), ("GVT solde", &balance)] {
        let _ = writeln!(out, "    {name:<32} {:>13}", percent(x.as_ref()));
    }
    let f = &p.flows;
    let _ = writeln!(
        out,
        "\n  par les flux : {}, {}, {}",
        plural(f.entrants, "entrant"),
        plural(f.leavers, "sortant"),
        plural(f.passing, "passage")
    );
    for (name, x) in [
        ("traitement moyen des entrants (€)", f.pay_of_entrants.clone()),
        ("traitement moyen des sortants (€)", f.pay_of_leavers.clone()),
        ("part travaillée des entrants", f.worked_by_entrants.clone()),
        ("part non travaillée des sortants", f.unworked_by_leavers.clone()),
    ] {
        let _ = writeln!(out, "    {name:<46} {:>16}", shown(x.as_ref(), if name.starts_with("part") { 4 } else { 2 }));
    }
    for (name, x) in [
        ("noria (€)", f.noria()),
        ("variation d'effectifs (€)", f.headcount()),
        ("vacances (€)", f.vacancies()),
        ("somme (€)", Some(f.sum())),
    ] {
        let _ = writeln!(out, "    {name:<46} {:>16}", signed(x.as_ref(), 2));
    }
    if let Some(pay) = strict {
        let rate = percent(pay.positive_rate().as_ref());
        let _ = writeln!(out, "    {:<46} {:>16}", "mesures générales des présents (€)", signed(Some(&pay.general), 2));
        let _ = writeln!(out, "    {:<46} {:>16}", "changements d'indice sans échelon ni grade (€)", signed(Some(&pay.grids), 2));
        let _ = writeln!(out, "    {:<46} {:>16}  {rate}", "GVT positif, ces mesures retirées (€)", signed(Some(&pay.positive()), 2));
    }
    let _ = writeln!(out, "\n  du traitement indiciaire {} à celui de {year} (€)", year - 1);
    for line in cascade(p, year).printed(2) {
        let label = "  ".repeat(line.depth.saturating_sub(1)) + &line.label;
        let _ = writeln!(out, "    {label:<46} {:>16}", line.value);
        if let Some(sum) = &line.parts_sum {
            let _ = writeln!(out, "      (les lignes font {sum})");
        }
    }
}

/// The waterfall as items that make the traitement of the year.
fn cascade(p: &GvtOfPopulation, year: i32) -> Item {
    let all = p.steps(year);
    let of = |wanted: &str| {
        let found = all.iter().find(|(name, _, _)| *name == wanted);
        found.map_or_else(|| Item::new(wanted, Exact::ZERO), |(_, label, x)| Item::new(label.clone(), x.clone()))
    };
    let parts =
        ["traitement_n_1", "entrees_eap", "sorties_eap", "entrees_n", "sorties_n", "carriere_eap", "carriere_n", "mesures_generales"]
            .map(of);
    let total = of("traitement_n");
    Item::of(total.label, total.value, parts.to_vec())
}

fn months_table(g: &Gvt) -> String {
    let mut out = title(g);
    for p in &g.populations {
        let _ = writeln!(
            out,
            "\n{}\n  {:<10} {:>9} {:>14} {:>18} {:>12}",
            p.name, "mois", "effectif", "ETPR (× 12)", "masse indiciaire", "INM moyen"
        );
        for (month, m) in &p.months {
            let etpr = &m.etpr * &Exact::from_int(12);
            let bar = if *month == g.constate { "  constaté" } else { "" };
            let _ = writeln!(
                out,
                "  {:<10} {:>9} {:>14} {:>18} {:>12}{bar}",
                month.to_french(),
                m.heads,
                etpr.to_french(4),
                m.mass.to_french(4),
                shown(m.mean().as_ref(), 4)
            );
        }
    }
    out
}

fn present_table(g: &Gvt) -> String {
    let mut out = title(g);
    for p in &g.populations {
        let _ = writeln!(
            out,
            "\n{}\n  {:<16} {:>12} {:>8} {:>15} {:>7}",
            p.name, "matricule", "mois communs", "strict", "strict quotité", "dates"
        );
        for (who, by_rule) in &p.agents {
            let mut of = by_rule.iter();
            let months = of.next().copied().unwrap_or(0);
            let yes: Vec<&str> = of.map(|n| if *n > 0 { "oui" } else { "–" }).collect();
            let [strict, fraction, dates] = [yes.first(), yes.get(1), yes.get(2)].map(|x| x.copied().unwrap_or("–"));
            let _ = writeln!(out, "  {:<16} {months:>12} {strict:>8} {fraction:>15} {dates:>7}", cut(who, 16));
        }
    }
    out
}
