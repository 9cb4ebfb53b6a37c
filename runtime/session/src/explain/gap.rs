//! Why a figure is not the same in two scenarios: members, then agents, in decreasing order of what they part; for each agent shown, the
//! sentences that differ, down to the first values that do.

use std::collections::BTreeMap;

use cadrage_driver::Subject;
use cadrage_engine::{Member, Value};
use cadrage_ir::{ATTRIBUTES, Aggregation, FormulaId};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Exact;

use super::aggregate::{Asked, Cut, others, people};
use super::ground::Explainer;
use super::shown::Writing;
use super::steps::writing_of_formula;
use super::{Entry, ExplainRequest, Explanation, Rule, Shown};
use crate::labels::label;
use crate::run::RunError;

/// How many agents are opened.
const OPENED: usize = 3;

/// Explains the difference of a figure from one scenario to another.
///
/// # Errors
/// As for either of them; a measure that does not add up.
pub fn explain_gap(from: &Explainer<'_>, to: &Explainer<'_>, request: &ExplainRequest) -> Result<Explanation, RunError> {
    let months = from.months(request)?;
    let after = to.months(request)?;
    let names = vec![from.scenario.name.clone(), to.scenario.name.clone()];
    let understood = |what: &str, unit: &str| {
        let both = to.understood(what, unit, &after);
        let (before, _) = both.rsplit_once(" ; scénario ").unwrap_or((both.as_str(), ""));
        format!("{before} ; de {} à {}", from.scenario.name, to.scenario.name)
    };
    let explanation = |root: Entry, understood: String, missing: usize, notes: Vec<String>| Explanation {
        question: request.text.clone(),
        scenarios: names.clone(),
        understood,
        root,
        carriers: Vec::new(),
        missing,
        notes,
    };
    if from.agent_of(&request.scope).is_some() || !matches!(request.subject, Subject::Formula(_)) {
        let (a, b) = (from.explain(request)?, to.explain(request)?);
        let root = parted(&a.root, &b.root).unwrap_or_else(|| same(&b.root));
        let what = b.understood.split([',', ';']).next().unwrap_or("").trim().to_owned();
        let mut notes = b.notes;
        a.notes.into_iter().filter(|n| !notes.contains(n)).collect::<Vec<_>>().into_iter().for_each(|n| notes.push(n));
        return Ok(explanation(root, understood(&what, &b.root.value.unit), a.missing.max(b.missing), notes));
    }
    let Subject::Formula(id) = request.subject else { return from.explain(request) };
    let Some(formula) = from.program.formula(id) else { return from.explain(request) };
    if !matches!(formula.aggregation, Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast) {
        let message = format!("l'écart de `{}` ne se découpe pas : elle ne s'additionne pas", formula.name);
        let help = "expliquez-la dans chaque scénario, ou demandez l'écart de ce dont elle est faite";
        return Err(RunError::Diagnostics(vec![Diagnostic::new(Code::A01, message, request.span).help(help)]));
    }
    let levels = from.levels_of(request, formula);
    let asked = Asked { formula: id, scope: &request.scope, months: &months, levels: &levels, most: request.most, span: request.span };
    let a = from.gather(asked, formula)?;
    let b = to.gather(Asked { months: &after, ..asked }, formula)?;
    let agents = a.agents.max(b.agents);
    if !to.sight.tells(a.agents) || !to.sight.tells(b.agents) {
        return Err(to.sight.refusal(&format!("`{}` n'est ici que de {}", formula.name, people(agents)), request.span));
    }
    let told = to.compiled.formula_words(formula.span);
    let writing = writing_of_formula(formula, told.as_ref());
    let mut root = Entry { name: format!("écart de {}", formula.name), words: formula.name.clone(), ..Entry::default() };
    root.label.clone_from(&formula.label);
    root.value = signed(&writing, &difference(&a.total, &b.total));
    root.rule = Rule::Cuts;
    root.remarks.push(from_to(&writing.value(&a.total), &writing.value(&b.total)));
    for (before, after) in a.cuts.iter().zip(&b.cuts) {
        root.entries.push(cut((from, to), request, (before, after), &writing, id)?);
    }
    let notes = if root.entries.iter().all(|e| e.entries.is_empty()) && root.value.exact.as_ref().is_some_and(Exact::is_zero) {
        vec!["les deux scénarios donnent le même chiffre, membre par membre".to_owned()]
    } else {
        Vec::new()
    };
    let what = format!("écart, {}", people(agents));
    Ok(explanation(root, understood(&what, &writing.text), a.missing.max(b.missing), notes))
}

/// A cut of both: who differs, the most first.
fn cut(
    (from, to): (&Explainer<'_>, &Explainer<'_>),
    request: &ExplainRequest,
    (before, after): (&Cut, &Cut),
    writing: &Writing,
    formula: FormulaId,
) -> Result<Entry, RunError> {
    let name = ATTRIBUTES.get(after.level.index()).map_or("", |a| a.name);
    let agents = name == "matricule";
    let word = if agents { "agent" } else { name };
    let mut out = Entry { name: format!("par {word}"), words: format!("par {word}"), rule: Rule::Sum, ..Entry::default() };
    let mut both: BTreeMap<&Member, (Value, Value, usize)> = BTreeMap::new();
    for (member, value, heads) in &before.members {
        both.insert(member, (value.clone(), Value::NotApplicable, *heads));
    }
    for (member, value, heads) in &after.members {
        let slot = both.entry(member).or_insert((Value::NotApplicable, Value::NotApplicable, 0));
        // The smaller side is the one that would tell somebody.
        let fewest = if slot.2 == 0 { *heads } else { slot.2.min(*heads) };
        *slot = (slot.0.clone(), value.clone(), fewest);
    }
    let rows: Vec<(&Member, Value, Value, usize)> = both.into_iter().map(|(m, (a, b, n))| (m, a, b, n)).collect();
    let total = rows.iter().filter_map(|(_, a, b, _)| difference(a, b)).sum::<Exact>();
    out.value = signed(writing, &Some(total));
    if agents && !to.sight.tells_agents() {
        out.rule = Rule::Given;
        out.remarks.push("agents montrés un à un à qui « peut voir agents » (`--rôle …`)".to_owned());
        return Ok(out);
    }
    let heads: Vec<usize> = rows.iter().map(|r| r.3).collect();
    let hidden = if agents { vec![false; heads.len()] } else { to.sight.hidden(&heads) };
    let mut shown: Vec<(&Member, &Value, &Value, Exact)> = Vec::new();
    let mut kept = (Exact::ZERO, 0_usize);
    for ((member, a, b, _), hidden) in rows.iter().zip(hidden) {
        let Some(gap) = difference(a, b).filter(|x| !x.is_zero()) else { continue };
        if hidden {
            kept = (&kept.0 + &gap, kept.1 + 1);
        } else {
            shown.push((member, a, b, gap));
        }
    }
    let size = |x: &Exact| if x.is_negative() { -x.clone() } else { x.clone() };
    shown.sort_by(|x, y| size(&y.3).cmp(&size(&x.3)).then_with(|| x.0.cmp(y.0)));
    let mut open = 0;
    for (member, a, b, gap) in shown.iter().take(request.most) {
        let mut one =
            Entry { words: member.to_string(), name: member.to_string(), value: signed(writing, &Some(gap.clone())), ..Entry::default() };
        if !agents {
            let text = label(&to.cube.references, name, member);
            if text != ***member {
                one.label = text;
            }
        }
        one.remarks.push(from_to(&writing.value(a), &writing.value(b)));
        if agents && open < OPENED {
            let (found, both) = opened((from, to), request, member, formula)?;
            one.entries.extend(found);
            one.rule = Rule::Gap;
            // Who is in one scenario only is opened at no cost to the others.
            open += usize::from(both);
        }
        out.entries.push(one);
    }
    let rest = shown.len().saturating_sub(request.most);
    if rest > 0 {
        let sum: Exact = shown.iter().skip(request.most).map(|r| r.3.clone()).sum();
        let name = others(rest, agents);
        out.entries.push(Entry { words: name.clone(), name, value: signed(writing, &Some(sum)), ..Entry::default() });
    }
    if kept.1 > 0 {
        let name = format!("{} membres réunis", kept.1);
        let why = "trop peu d'agents pour être montrés un à un".to_owned();
        out.entries.push(Entry {
            words: name.clone(),
            name,
            value: signed(writing, &Some(kept.0)),
            remarks: vec![why],
            ..Entry::default()
        });
    }
    Ok(out)
}

/// What parts an agent: the sentences of both that differ; is he in both?
fn opened(
    (from, to): (&Explainer<'_>, &Explainer<'_>),
    request: &ExplainRequest,
    matricule: &str,
    formula: FormulaId,
) -> Result<(Vec<Entry>, bool), RunError> {
    let Some(attribute) = cadrage_ir::attribute("matricule") else { return Ok((Vec::new(), false)) };
    let mut scope = request.scope.clone();
    scope.restrict(attribute, cadrage_ir::Constraint::In([matricule.to_owned()].into()));
    let mut own = ExplainRequest { subject: Subject::Formula(formula), scope, ..request.clone() };
    let side = |explainer: &Explainer<'_>, own: &ExplainRequest| explainer.explain(own).map(|e| e.root);
    // Over several months, the last one in which the two part is opened.
    let months = to.months(request)?;
    let here = (from.agent(matricule)?.is_some(), to.agent(matricule)?.is_some());
    if here != (true, true) {
        let found = if here.0 { only(from, matricule) } else { only(to, matricule) };
        return Ok((vec![found], false));
    }
    let mut found = (side(from, &own)?, side(to, &own)?);
    if months.len() > 1 {
        for month in months.iter().rev() {
            own.period = Some(cadrage_driver::Period::Month(*month));
            let both = (side(from, &own)?, side(to, &own)?);
            if both.0.value != both.1.value {
                found = both;
                break;
            }
        }
    }
    Ok(match parted(&found.0, &found.1) {
        Some(gap) if gap.entries.is_empty() => (vec![gap], true),
        Some(gap) => (gap.entries, true),
        None => (Vec::new(), true),
    })
}

/// Who is in one scenario only, and the movement that put him there.
fn only(there: &Explainer<'_>, matricule: &str) -> Entry {
    let movement = there.scenario.movements.iter().find(|m| matricule.split('/').next() == Some(m.id.as_str()));
    let name = format!("seulement dans {}", there.scenario.name);
    let mut out = Entry { words: name.clone(), name, ..Entry::default() };
    if let Some(m) = movement {
        out.remarks.push(m.text.clone());
        out.place = super::place::short(there.compiled, m.span);
        out.location = there.compiled.sources.place(m.span);
    }
    out
}

/// The entry of what differs in two trees, what is the same left out; `None` when nothing does.
fn parted(a: &Entry, b: &Entry) -> Option<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for after in &b.entries {
        match a.entries.iter().find(|e| e.words == after.words && e.name == after.name) {
            Some(before) => entries.extend(parted(before, after)),
            None => entries.push(Entry { remarks: vec!["nouveau".to_owned()], ..leaf(after) }),
        }
    }
    for before in a.entries.iter().filter(|e| !b.entries.iter().any(|x| x.words == e.words && x.name == e.name)) {
        entries.push(Entry { remarks: vec!["disparu".to_owned()], ..leaf(before) });
    }
    let rewritten = a.sentence != b.sentence;
    if a.value == b.value && !rewritten && (entries.is_empty() || b.rule == Rule::Given) {
        return None;
    }
    let mut out = Entry {
        words: b.words.clone(),
        name: b.name.clone(),
        label: b.label.clone(),
        rule: Rule::Gap,
        place: b.place.clone(),
        location: b.location.clone(),
        layer: if b.layer.is_empty() { a.layer.clone() } else { b.layer.clone() },
        mark: a.mark.max(b.mark),
        ..Entry::default()
    };
    out.value = gap(&a.value, &b.value);
    out.remarks.push(from_to(&a.value, &b.value));
    if rewritten {
        let said = |e: &Entry| if e.sentence.is_empty() { "rien ne le calcule".to_owned() } else { format!("« {} »", e.sentence) };
        out.remarks.push(format!("le calcul change : {} devient {}", said(a), said(b)));
    }
    // What an operand is made of is told; where a value comes from is told by the value itself.
    if b.rule == Rule::Given && a.rule == Rule::Given {
        out.remarks.extend(b.remarks.iter().filter(|r| !a.remarks.contains(r)).cloned());
        out.source = if b.source == a.source { String::new() } else { b.source.clone() };
    }
    out.entries = entries;
    Some(out)
}

fn leaf(e: &Entry) -> Entry {
    Entry {
        words: e.words.clone(),
        name: e.name.clone(),
        label: e.label.clone(),
        value: e.value.clone(),
        place: e.place.clone(),
        location: e.location.clone(),
        layer: e.layer.clone(),
        mark: e.mark,
        ..Entry::default()
    }
}

fn same(e: &Entry) -> Entry {
    let mut out = leaf(e);
    out.rule = Rule::Gap;
    out.remarks.push("le même dans les deux scénarios".to_owned());
    out
}

/// `b - a`, « sans objet » counting for 0.
fn difference(a: &Value, b: &Value) -> Option<Exact> {
    Some(&b.or_zero()? - &a.or_zero()?)
}

fn gap(a: &Shown, b: &Shown) -> Shown {
    let (Some(x), Some(y)) = (a.exact.as_ref(), b.exact.as_ref()) else { return Shown::default() };
    let exact = Some(y - x);
    // Between what is read, when both are decimals of one unit; fractions are only told one after the other.
    let (Some(before), Some(after)) = (read(a), read(b)) else { return Shown { exact, ..Shown::default() } };
    let told = &after - &before;
    let sign = if told.is_negative() { "" } else { "+" };
    let number = if b.unit == "€" { told.to_french(2) } else { told.to_shortest() };
    let text = if b.unit.is_empty() { format!("{sign}{number}") } else { format!("{sign}{number} {}", b.unit) };
    Shown { text, about: String::new(), exact, unit: b.unit.clone() }
}

/// The number that a value shows.
fn read(shown: &Shown) -> Option<Exact> {
    let number = shown.text.strip_suffix(shown.unit.as_str()).unwrap_or(&shown.text);
    let number: String = number.chars().filter(|c| !c.is_whitespace() && *c != cadrage_value::THIN_SPACE).collect();
    if number.contains('/') { None } else { number.parse().ok() }
}

fn signed(writing: &Writing, x: &Option<Exact>) -> Shown {
    let Some(x) = x else { return writing.value(&Value::Missing) };
    let mut out = writing.number(x);
    if !x.is_negative() {
        out.text = format!("+{}", out.text);
    }
    out
}

fn from_to(a: &Shown, b: &Shown) -> String {
    let text = |s: &Shown| if s.about.is_empty() { s.text.clone() } else { s.about.clone() };
    format!("{} → {}", text(a), text(b))
}
