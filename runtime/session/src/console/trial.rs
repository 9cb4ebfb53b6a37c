//! `essayer`, `annuler`: what a change does, in euros and in ETPT, before anything is written.
//!
//! A trial is a scenario that inherits from the current one. When it only changes values, the current scenario's study computes again what
//! it reaches; when it changes who is there, or which formula runs, it is a scenario of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cadrage_driver::{Compiled, Scenario, fold};
use cadrage_export::{Cell, Column, Document, Row, Table};
use cadrage_ir::Layer;
use cadrage_source::Code;
use cadrage_value::{Exact, Money};

use super::answer::{Answer, Manner};
use super::desk::Desk;
use super::refusals::Line;
use super::waiting::Unanswered;
use super::{Console, SANDBOX, run};
use crate::study::Totals;

/// Words that begin a sentence of a scenario.
const SENTENCES: &[&str] = &[
    "modifier",
    "appliquer",
    "remplacer",
    "recruter",
    "faire",
    "promouvoir",
    "muter",
    "transformer",
    "changer",
    "annuler",
    "decaler",
    "fusionner",
    "projeter",
    "rappels",
];

impl Console {
    /// `essayer taux_départ = 8 %/an`, `essayer recruter 3 agents …`
    pub(super) fn attempt(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        if rest.is_empty() {
            return line.refuse(
                Code::S01,
                "essayer quoi ?",
                "",
                "écrivez `essayer valeur_du_point majorer de 1,5 %`, ou une phrase de scénario",
            );
        }
        let Some(base) = self.scenario.clone() else {
            return line.refuse(
                Code::N01,
                "il n'y a pas de scénario sur lequel essayer",
                "",
                "écrivez un `scénario`, ici ou dans un script",
            );
        };
        let mut scripts = self.scripts.clone();
        scripts.base = Some(base.clone());
        scripts.trials.push(sentence(rest));
        let compiled = match self.sound(&scripts, None) {
            Ok(compiled) => compiled,
            Err(refusal) => return refusal,
        };
        let before = match self.so_far() {
            Ok(totals) => totals,
            Err(refusal) => return refusal,
        };
        let base_totals = match self.of_base() {
            Ok(totals) => totals,
            Err(refusal) => return refusal,
        };
        let notes = self.notes(&compiled);
        // The state comes back whole when the trial cannot be computed.
        let (kept_scripts, kept_compiled, kept_desk) = (self.scripts.clone(), Arc::clone(&self.compiled), self.tried.take());
        self.install(scripts, compiled);
        let after = self.of_trials(&base);
        let told = after.and_then(|after| self.told_of_enough(line, (&kept_compiled, kept_desk.as_ref())).map(|()| after));
        let after = match told {
            Ok(totals) => totals,
            Err(refusal) => {
                (self.scripts, self.compiled, self.tried) = (kept_scripts, kept_compiled, kept_desk);
                return refusal;
            }
        };
        self.totals.push(after.clone());
        let count = self.scripts.trials.len();
        let head = format!("bac à sable (non enregistré) : {count} essai{} sur {base}", if count > 1 { "s" } else { "" });
        let mut out = Answer::figure(head).then(self.difference(&before, &after));
        if count > 1 {
            out = out.aside(format!("depuis {base} : {}", summed(&base_totals, &after)));
        }
        for note in self.said_of_movements() {
            out = out.aside(note);
        }
        if let Some(mark) = self.marks() {
            out = out.with(Manner::Warning, mark);
        }
        out.then(notes)
    }

    /// `annuler`
    pub(super) fn undo(&mut self, line: &Line<'_>, rest: &str) -> Answer {
        if !rest.is_empty() {
            let help = format!("`annuler` seul défait le dernier essai ; pour une phrase de scénario : `essayer annuler {rest}`");
            return line.refuse(Code::S01, "annuler quoi ?", rest, help);
        }
        let mut scripts = self.scripts.clone();
        let Some(undone) = scripts.trials.pop() else { return Answer::silent().aside("aucun essai à annuler") };
        if scripts.trials.is_empty() {
            scripts.forget_trials();
        }
        let compiled = match self.sound(&scripts, None) {
            Ok(compiled) => compiled,
            Err(refusal) => return refusal,
        };
        self.install(scripts, compiled);
        let lost = self.totals.pop();
        let out = Answer::figure(format!("annulé : {undone}"));
        match (lost, self.so_far()) {
            (Some(lost), Ok(now)) => {
                let left = self.scripts.trials.len();
                let left = match left {
                    0 => "plus aucun essai".to_owned(),
                    1 => "1 essai en cours".to_owned(),
                    n => format!("{n} essais en cours"),
                };
                out.then(self.difference(&lost, &now)).aside(left)
            }
            _ => out,
        }
    }

    /// What careers say of the trials that they do not say of the scenario: who is concerned, who is not found.
    fn said_of_movements(&self) -> Vec<String> {
        let of = |desk: &Option<Desk>| desk.as_ref().and_then(|d| d.notes().ok()).unwrap_or_default();
        let before = of(&self.desk);
        let new = of(&self.tried).into_iter().filter(|a| a.code.starts_with('M') && !before.contains(a));
        new.map(|a| format!("note [{}] {}", a.code, a.message)).collect()
    }

    /// What the trials made so far give; the scenario itself when there is none.
    fn so_far(&mut self) -> Result<Totals, Answer> {
        match self.totals.last() {
            Some(totals) if !self.scripts.trials.is_empty() => Ok(totals.clone()),
            _ => self.of_base(),
        }
    }

    fn of_base(&mut self) -> Result<Totals, Answer> {
        let Some(base) = self.scenario.clone() else { return Err(Answer::silent()) };
        if self.desk.as_ref().is_none_or(Desk::is_left) {
            self.desk = Some(self.desk_of(&base)?);
        }
        let Some(desk) = &self.desk else { return Err(Answer::silent()) };
        desk.with(Vec::new()).map_err(|why| why.told(&self.compiled))
    }

    /// What the trials of the session give, laid over the base when they only change values.
    fn of_trials(&mut self, base: &str) -> Result<Totals, Answer> {
        let compiled = Arc::clone(&self.compiled);
        let (Some(own), Some(tried)) = (run::find(&compiled, base), run::find(&compiled, SANDBOX)) else {
            return Err(Answer::silent());
        };
        if let Some(layers) = only_values(&compiled, own, tried) {
            self.of_base()?;
            let Some(desk) = &self.desk else { return Err(Answer::silent()) };
            return desk.with(layers).map_err(|why| why.told(&compiled));
        }
        self.tried = Some(self.desk_of(SANDBOX)?);
        let Some(desk) = &self.tried else { return Err(Answer::silent()) };
        desk.with(Vec::new()).map_err(|why| why.told(&compiled))
    }

    /// Refuses a trial of too few agents to who may not see them: what it changes would be what one of them is paid (decision 0191).
    /// `before` is the session without it. The posts that a trial opens are nobody's.
    fn told_of_enough(&mut self, line: &Line<'_>, before: (&Arc<Compiled>, Option<&Desk>)) -> Result<(), Answer> {
        let (compiled, sandbox) = before;
        let sight = self.sight(compiled)?;
        if sight.tells_agents() {
            return Ok(());
        }
        let told = |why: Unanswered| why.told(compiled);
        let then = match sandbox {
            Some(desk) => desk.individuals().map_err(told)?,
            None if self.scripts.trials.len() > 1 => self.desk_for(Arc::clone(compiled), SANDBOX)?.individuals().map_err(told)?,
            None => {
                self.of_base()?;
                self.desk.as_ref().ok_or_else(Answer::silent)?.individuals().map_err(told)?
            }
        };
        let now = self.seated(line)?.individuals().map_err(told)?;
        let mut concerned: BTreeMap<i32, usize> = BTreeMap::new();
        let everybody: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
        for matricule in everybody {
            let (a, b) = (then.get(matricule), now.get(matricule));
            let years: BTreeSet<i32> = a.into_iter().chain(b).flat_map(|years| years.keys().copied()).collect();
            let of =
                |years: Option<&BTreeMap<i32, (Money, Exact)>>, year: i32| years.and_then(|y| y.get(&year)).cloned().unwrap_or_default();
            years.into_iter().filter(|y| of(a, *y) != of(b, *y)).for_each(|y| *concerned.entry(y).or_default() += 1);
        }
        match concerned.into_iter().find(|(_, agents)| !sight.tells(*agents)) {
            None => Ok(()),
            Some((year, agents)) => {
                let s = if agents > 1 { "s" } else { "" };
                let message = format!(
                    "cet essai ne change {year} que pour {agents} agent{s} : l'établissement ne montre rien à moins de {} agents",
                    sight.minimum()
                );
                let help = "essayez-le pour plus d'agents, ou ouvrez la console avec un rôle qui « peut voir agents » : `--rôle …`";
                Err(line.refuse(Code::D04, message, "", help))
            }
        }
    }

    /// A table of exercices, before and after.
    fn difference(&self, before: &Totals, after: &Totals) -> Answer {
        let (Some(first), Some(until)) = self.current().map_or((None, None), |s| (Some(s.constate.year()), Some(s.until.year()))) else {
            return Answer::silent();
        };
        let (old, new) = (by_year(before), by_year(after));
        let mut rows = Vec::new();
        for year in first..=until {
            let of = |t: &BTreeMap<i32, Sums>| t.get(&year).cloned().unwrap_or_default();
            let (a, b) = (of(&old), of(&new));
            if a == b {
                continue;
            }
            rows.push(row(&format!("masse_salariale {year} (€)"), 2, &a.paid.to_exact(), &b.paid.to_exact()));
            if a.etpt != b.etpt {
                rows.push(row(&format!("etpt {year}"), 4, &a.etpt, &b.etpt));
            }
        }
        if rows.is_empty() {
            return Answer::silent().aside("rien ne change, ni la masse salariale ni les ETPT, d'aucun exercice du scénario");
        }
        let columns = ["avant", "après", "écart"].map(|m| Column { measure: m.to_owned(), ..Column::default() }).to_vec();
        let table = Table { title: "essai".to_owned(), columns, rows };
        let document = Document { name: "essai".to_owned(), title: "Essai".to_owned(), tables: vec![table], ..Document::default() };
        Answer::silent().documented(document)
    }
}

/// What an exercice comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums {
    paid: Money,
    etpt: Exact,
}

fn by_year(totals: &Totals) -> BTreeMap<i32, Sums> {
    let mut out: BTreeMap<i32, Sums> = BTreeMap::new();
    for ((month, _), amount) in &totals.paid {
        out.entry(month.year()).or_default().paid += *amount;
    }
    for (month, x) in &totals.etpt {
        let slot = &mut out.entry(month.year()).or_default().etpt;
        *slot = &*slot + x;
    }
    out
}

fn row(label: &str, decimals: u32, before: &Exact, after: &Exact) -> Row {
    let cells = [before.to_french(decimals), after.to_french(decimals), signed(&(after - before), decimals)];
    Row {
        level: "exercice".to_owned(),
        depth: 0,
        code: label.to_owned(),
        label: label.to_owned(),
        cells: cells.into_iter().map(Cell::Words).collect(),
    }
}

/// `+1 234,56`, `−58,00`
pub(super) fn signed(x: &Exact, decimals: u32) -> String {
    if x.is_negative() { format!("−{}", (-x.clone()).to_french(decimals)) } else { format!("+{}", x.to_french(decimals)) }
}

/// `2027 : +12 000,00 €, +1,0000 ETPT`
fn summed(before: &Totals, after: &Totals) -> String {
    let (old, new) = (by_year(before), by_year(after));
    let years: std::collections::BTreeSet<i32> = old.keys().chain(new.keys()).copied().collect();
    let mut out = Vec::new();
    for year in years {
        let of = |t: &BTreeMap<i32, Sums>| t.get(&year).cloned().unwrap_or_default();
        let (a, b) = (of(&old), of(&new));
        if a != b {
            let money = signed(&(b.paid - a.paid).to_exact(), 2);
            out.push(format!("{year} : {money} €, {} ETPT", signed(&(&b.etpt - &a.etpt), 4)));
        }
    }
    if out.is_empty() { "rien n'a changé".to_owned() } else { out.join(" ; ") }
}

/// The sentence of a scenario that a trial is: a change of a value says its name first.
pub(super) fn sentence(rest: &str) -> String {
    let first = fold(rest.split(|c: char| c.is_whitespace()).next().unwrap_or(""));
    if SENTENCES.contains(&first.as_str()) { rest.to_owned() } else { format!("modifier {rest}") }
}

/// What a scenario lays over another, when it changes values and nothing else.
fn only_values(compiled: &Compiled, base: &Scenario, tried: &Scenario) -> Option<Vec<Layer>> {
    let same = base.grids.len() == tried.grids.len()
        && base.reclassifications.len() == tried.reclassifications.len()
        && base.populations.len() == tried.populations.len()
        && base.movements.len() == tried.movements.len()
        && base.merges == tried.merges
        && (base.constate, base.observed, base.until, base.rappels) == (tried.constate, tried.observed, tried.until, tried.rappels);
    let (inherited, own) = tried.layers.split_at_checked(base.layers.len())?;
    let layers: Vec<Layer> = own.iter().map(|laid| laid.what.clone()).collect();
    let values = layers.iter().all(|l| !matches!(l, Layer::Formula(_)));
    (same && inherited == base.layers.as_slice() && values && std::ptr::eq(compiled.runs(base).1, &raw const compiled.program))
        .then_some(layers)
}
