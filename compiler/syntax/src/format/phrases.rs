//! The spreadsheet's calls that read better as phrases (decision D6): `SI(a ; b ; c)`, `ET(a ; b)`, `OU(a ; b)`, `SOMME(x)`,
//! `MOYENNE(x)`. A call is rewritten only where its phrase needs no parentheses of its own: elsewhere it is the shorter of the two.

use cadrage_grammar::Rule;

use crate::build::{P, own_words};

/// The phrase a call stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phrase {
    If,
    And,
    Or,
    Sum,
    Mean,
}

impl Phrase {
    /// What replaces the name, the first and the second `;`.
    pub(super) fn words(self) -> (&'static str, [&'static str; 2]) {
        match self {
            Phrase::If => ("si", ["alors", "sinon"]),
            Phrase::And => ("", ["et", "et"]),
            Phrase::Or => ("", ["ou", "ou"]),
            Phrase::Sum => ("somme de", ["", ""]),
            Phrase::Mean => ("moyenne de", ["", ""]),
        }
    }
}

/// The call that a whole `expr`, `operation` or `suffixe` consists of.
pub(super) fn sole_call<'i>(pair: &P<'i>) -> Option<P<'i>> {
    let mut at = pair.clone();
    loop {
        if at.as_rule() == Rule::appel {
            return Some(at);
        }
        if !matches!(at.as_rule(), Rule::expr | Rule::operation | Rule::suffixe | Rule::atome) {
            return None;
        }
        let mut inside = at.into_inner();
        let only = inside.next()?;
        if inside.next().is_some() {
            return None;
        }
        at = only;
    }
}

/// `SI(…)` where a bare `si … alors … sinon` may stand.
pub(super) fn conditional(text: &str, call: &P<'_>) -> bool {
    let arguments = arguments(call);
    let [condition, _, _] = arguments.as_slice() else { return false };
    named(call, "si") && on_its_line(text, call) && !takes_words(condition) && sole_call(condition).is_none_or(|c| !named(&c, "si"))
}

/// Is it a call of `SI`?
pub(super) fn is_conditional(pair: &P<'_>) -> bool {
    pair.as_rule() == Rule::appel && named(pair, "si")
}

/// `ET(…)` or `OU(…)` where operands of `et` and `ou` may stand.
pub(super) fn logical(text: &str, call: &P<'_>) -> Option<Phrase> {
    let phrase = if named(call, "et") {
        Phrase::And
    } else if named(call, "ou") {
        Phrase::Or
    } else {
        return None;
    };
    let arguments = arguments(call);
    let plain = |a: &P<'_>| !takes_words(a) && !joined(a) && !filtered(a) && sole_call(a).is_none_or(|c| !named(&c, "si"));
    (arguments.len() > 1 && on_its_line(text, call) && arguments.iter().all(plain)).then_some(phrase)
}

/// Is this a call of `SOMME` or `MOYENNE` with one argument?
pub(super) fn total(call: &P<'_>) -> Option<Phrase> {
    let phrase = if named(call, "somme") {
        Phrase::Sum
    } else if named(call, "moyenne") {
        Phrase::Mean
    } else {
        return None;
    };
    (arguments(call).len() == 1).then_some(phrase)
}

/// Is the only argument a name, on the line of its parentheses?
pub(super) fn of_a_name(text: &str, call: &P<'_>) -> bool {
    let arguments = arguments(call);
    let [only] = arguments.as_slice() else { return false };
    let mut at = only.clone();
    while matches!(at.as_rule(), Rule::expr | Rule::operation | Rule::suffixe | Rule::atome) {
        let mut inside = at.into_inner();
        let (Some(first), None) = (inside.next(), inside.next()) else { return false };
        at = first;
    }
    at.as_rule() == Rule::chemin && on_its_line(text, call)
}

/// The expressions between the parentheses; nothing when one of them is a word of rounding.
fn arguments<'i>(call: &P<'i>) -> Vec<P<'i>> {
    let all: Vec<Option<P<'i>>> = call
        .clone()
        .into_inner()
        .filter(|p| p.as_rule() == Rule::argument)
        .map(|a| a.into_inner().find(|p| p.as_rule() == Rule::expr))
        .collect();
    all.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn named(call: &P<'_>, name: &str) -> bool {
    call.clone().into_inner().next().is_some_and(|p| crate::fold(p.as_str()) == name)
}

/// A line may not begin right after `si`, nor end a phrase: no line break just inside the parentheses.
fn on_its_line(text: &str, call: &P<'_>) -> bool {
    let arguments = arguments(call);
    let (Some(first), Some(last)) = (arguments.first(), arguments.last()) else { return false };
    let from = call.clone().into_inner().find(|p| p.as_rule() == Rule::ouvre).map_or(0, |p| p.as_span().end());
    let to = call.clone().into_inner().filter(|p| p.as_rule() == Rule::ferme).last().map_or(0, |p| p.as_span().start());
    let last_end = last.as_span().start() + own_words(last.as_str()).len();
    let broken = |a: usize, b: usize| text.get(a..b).is_none_or(|t| t.contains('\n'));
    !broken(from, first.as_span().start()) && !broken(last_end, to)
}

/// Is it a `si` or a `selon` without parentheses?
fn takes_words(expr: &P<'_>) -> bool {
    expr.clone().into_inner().next().is_some_and(|p| p.as_rule() != Rule::operation)
}

/// Does it hold an `et` or an `ou` outside parentheses?
fn joined(expr: &P<'_>) -> bool {
    let operation = expr.clone().into_inner().next();
    operation.is_some_and(|o| o.into_inner().any(|p| matches!(p.as_rule(), Rule::k_et | Rule::k_ou)))
        || sole_call(expr).is_some_and(|c| named(&c, "et") || named(&c, "ou"))
}

/// Does a `pour <sélection>` stand outside parentheses? A following `et` would be one more criterion.
fn filtered(pair: &P<'_>) -> bool {
    pair.clone().into_inner().any(|p| match p.as_rule() {
        Rule::filtre => true,
        Rule::parenthese | Rule::appel | Rule::liste => false,
        _ => filtered(&p),
    })
}
