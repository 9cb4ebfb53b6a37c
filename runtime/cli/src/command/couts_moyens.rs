//! `cadrage coûts-moyens`: what a full-time year costs by grade and step, and what posts not filled yet would.

use std::fmt::Write as _;

use cadrage_driver::{canonical_code, fold};
use cadrage_session::{CostOptions, CostRow, Costs, PricedPost};
use cadrage_value::{Exact, Rounding};

use super::analysis::{self, Asked};
use super::{Context, DONE, MISUSE, WRONG};
use crate::arguments::Format;
use crate::cells::{self, Cell, shown, signed};
use crate::columns::cut;
use crate::output;

/// What was asked for beside the scenario.
pub(crate) struct Posts<'a> {
    pub(crate) minimum: usize,
    pub(crate) without: &'a [String],
    pub(crate) posts: &'a [String],
    pub(crate) against: Option<&'a str>,
    pub(crate) engine: &'a str,
}

/// Posts to price: how many, at which level, which code, which step.
struct Post {
    text: String,
    count: Exact,
    level: &'static str,
    code: String,
    step: Option<String>,
}

const LEVELS: [&str; 3] = ["catégorie", "corps", "grade"];

pub(crate) fn run(context: &Context, asked: &Asked<'_>, wanted: &Posts<'_>) -> Result<u8, u8> {
    let backend = crate::engine::backend(wanted.engine)?;
    let posts = wanted.posts.iter().map(|p| post(p)).collect::<Result<Vec<_>, u8>>()?;
    let against = wanted.against.map(post).transpose()?;
    let year = asked.exercice.map(analysis::year).transpose()?;
    let mut workspace = context.open(asked.extra)?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let scenario = asked.scenario(&compiled)?;
    let projection = context
        .wait(&scenario, |_| workspace.calculate(&compiled, &scenario, &*backend))
        .map_err(|e| context.run_refused(&e, &compiled))?;
    analysis::say(context, &projection.alerts);
    let options =
        CostOptions { year: year.unwrap_or_else(|| projection.last.year()), minimum: wanted.minimum, without: wanted.without.to_vec() };
    let costs = workspace.costs(&compiled, &projection, &options).map_err(|e| context.run_refused(&e, &compiled))?;
    if costs.rows.is_empty() {
        context.say(&format!("  aucun coût en {} : ce scénario n'y paie personne", options.year));
    }
    if !posts.is_empty() {
        return priced(context, &costs, &posts, against.as_ref());
    }
    let heads = ["niveau", "categorie", "corps", "grade", "echelon", "indicateur"];
    let text = match context.common.format {
        Format::Table => table(&projection.scenario, &costs),
        Format::Json => {
            let value = serde_json::json!({"scenario": projection.scenario, "exercice": costs.year, "minimum": costs.minimum, "cellules": cells::json(&heads, &figures(&costs))});
            format!("{value:#}\n")
        }
        format => cells::csv(&heads, &figures(&costs), format),
    };
    output::data(&text);
    Ok(DONE)
}

/// `10 catégorie C`, `grade MCF_CN échelon 2`.
fn post(text: &str) -> Result<Post, u8> {
    let mut words = text.split_whitespace().peekable();
    let count = words.next_if(|w| w.parse::<Exact>().is_ok()).and_then(|w| w.parse().ok()).unwrap_or(Exact::ONE);
    let mut level = None;
    let mut step = None;
    while let Some(word) = words.next() {
        let code = words.next().map(str::to_owned);
        let named = LEVELS.into_iter().find(|l| fold(l) == fold(word));
        match (named, fold(word).as_str(), code) {
            (Some(found), _, Some(code)) => level = Some((found, canonical_code(&code))),
            (None, "echelon", Some(code)) => step = Some(code),
            _ => {
                level = None;
                break;
            }
        }
    }
    match level {
        Some((level, code)) if step.is_none() || level == "grade" => Ok(Post { text: text.to_owned(), count, level, code, step }),
        _ => {
            eprintln!(
                "cadrage : `{text}` n'est pas un poste ; écrivez `\"grade MCF_CN échelon 2\"`, `\"10 catégorie C\"` ou `\"corps PR\"`"
            );
            Err(MISUSE)
        }
    }
}

fn priced(context: &Context, costs: &Costs, posts: &[Post], against: Option<&Post>) -> Result<u8, u8> {
    let price = |p: &Post| {
        costs.price(p.level, &p.code, p.step.as_deref()).ok_or_else(|| {
            eprintln!(
                "cadrage : pas de coût moyen pour « {} » en {} : moins de {} agents ; baissez `--minimum`",
                p.text, costs.year, costs.minimum
            );
            WRONG
        })
    };
    let mut found: Vec<(&Post, PricedPost)> = Vec::new();
    for p in posts.iter().chain(against) {
        let price = price(p)?;
        if price.wider {
            context.say(&format!("  note [V33] « {} » : coût moyen pris au niveau {} {}", p.text, price.level, price.member));
        }
        found.push((p, price));
    }
    let cost = |(p, x): &(&Post, PricedPost)| &p.count * &x.mean;
    let total: Exact = found.iter().take(posts.len()).map(cost).sum();
    let heads = ["poste", "niveau", "membre", "indicateur"];
    let mut figures = Vec::new();
    for (p, x) in &found {
        for (name, value) in
            [("nombre", p.count.clone()), ("agents", heads_of(x.heads)), ("cout_moyen", x.mean.clone()), ("cout", &p.count * &x.mean)]
        {
            figures
                .push(Cell { keys: vec![p.text.clone(), x.level.to_owned(), x.member.to_string(), name.to_owned()], value: Some(value) });
        }
    }
    // As many posts as the same money pays: whole ones, and what is left.
    let exchange = against.and(found.last()).and_then(|(_, other)| {
        let exact = total.checked_div(&other.mean)?;
        let whole = exact.floor();
        Some((exact, whole.clone(), &total - &(&whole * &other.mean)))
    });
    if let (Some((exact, whole, left)), Some(other)) = (&exchange, against) {
        for (name, value) in [("a_cout_constant", exact), ("postes_entiers", whole), ("reste", left)] {
            figures
                .push(Cell { keys: vec![other.text.clone(), String::new(), String::new(), name.to_owned()], value: Some(value.clone()) });
        }
    }
    let text = match context.common.format {
        Format::Table => {
            let mut out = format!("coûts moyens {}, charges comprises, par ETPT (au moins {} agents)\n", costs.year, costs.minimum);
            let _ = writeln!(out, "  {:<28} {:>8} {:>7} {:>14} {:>15}", "poste", "nombre", "agents", "coût moyen (€)", "coût (€)");
            for (p, x) in &found {
                let _ = writeln!(
                    out,
                    "  {:<28} {:>8} {:>7} {:>14} {:>15}",
                    cut(&p.text, 28),
                    p.count.to_french(2),
                    x.heads,
                    x.mean.to_french(2),
                    (&p.count * &x.mean).to_french(2)
                );
            }
            if let (Some((exact, whole, left)), Some(other)) = (&exchange, against) {
                // Without the number asked for: the one that costs as much stands in its place.
                let post = other.text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',' || c.is_whitespace());
                let _ = writeln!(out, "  à coût constant : {} poste(s) « {} »", exact.to_french(4), cut(post, 40));
                let _ = writeln!(out, "  soit {} postes entiers, et {} € de reste", whole.to_french(0), left.to_french(2));
                let asked = &other.count * &found.last().map_or(Exact::ZERO, |(_, x)| x.mean.clone());
                if other.count != Exact::ONE {
                    let gap = Rounding::HalfUp.apply(&(&asked - &total), 2);
                    let _ = writeln!(out, "  {} au lieu de cela : {} € en année pleine", other.count.to_french(2), signed(Some(&gap), 2));
                }
            }
            out
        }
        Format::Json => format!("{:#}\n", cells::json(&heads, &figures)),
        format => cells::csv(&heads, &figures, format),
    };
    output::data(&text);
    Ok(DONE)
}

fn heads_of(n: usize) -> Exact {
    Exact::from_int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn figures(costs: &Costs) -> Vec<Cell> {
    let mut out = Vec::new();
    for row in &costs.rows {
        let code = |k: usize| row.cell.get(k).map_or_else(String::new, ToString::to_string);
        for (name, value) in [("agents", Some(heads_of(row.heads))), ("etpt", Some(row.years.clone())), ("cout_moyen", row.mean.clone())] {
            out.push(Cell { keys: vec![fold(row.level), code(0), code(1), code(2), code(3), name.to_owned()], value });
        }
    }
    out
}

fn table(scenario: &str, costs: &Costs) -> String {
    let mut out = cut(&format!("{scenario} — coûts moyens {}", costs.year), 80) + "\n";
    let _ = writeln!(out, "charges comprises, hors PSOP, pour un ETPT ; « – » : moins de {} agents", costs.minimum);
    let _ = writeln!(out, "\n  {:<40} {:>8} {:>10} {:>16}", "", "agents", "ETPT", "coût moyen (€)");
    for row in &costs.rows {
        let _ = writeln!(
            out,
            "  {:<40} {:>8} {:>10} {:>16}",
            cut(&named(row), 40),
            row.heads,
            row.years.to_french(2),
            shown(row.mean.as_ref(), 2)
        );
    }
    out
}

fn named(row: &CostRow) -> String {
    let depth = row.cell.len().saturating_sub(1);
    let word = if depth < 2 { format!("{} ", row.level) } else { String::new() };
    format!("{}{word}{}", "  ".repeat(depth), row.label)
}
