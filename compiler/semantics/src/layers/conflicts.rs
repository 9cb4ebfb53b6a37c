//! Two sentences of one layer that say the same thing twice (E05), and two changes of one layer that cross without nesting (E01).

use std::collections::BTreeSet;

use cadrage_ir::{BracketEdit, Change, Constraint, Layer, Modification, Selection, attribute};
use cadrage_source::{Code, Diagnostic};
use cadrage_value::Date;

use super::{Checked, Ground, Sentence};
use crate::model::GridKey;
use crate::overlay::{GridEdit, GridTarget};
use crate::scope::Scope;
use crate::{Members, specificity};

/// What a sentence fixes: which thing, for whom, when.
#[derive(Clone, Debug)]
struct Claim {
    thing: String,
    /// One bracket of a scale; `None` = all of the thing.
    part: Option<usize>,
    /// Says what it is, rather than by how much it moves.
    absolute: bool,
    selection: Selection,
    from: Option<Date>,
    until: Option<Date>,
}

impl Claim {
    /// What both fix, when they fix something in common.
    fn meets(&self, other: &Claim, members: &Members) -> Option<Claim> {
        let parts = matches!((self.part, other.part), (Some(a), Some(b)) if a != b);
        if self.thing != other.thing || parts {
            return None;
        }
        let selection = members.refine(&self.selection).intersect(&members.refine(&other.selection));
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let empty = selection.is_empty() || matches!((from, until), (Some(from), Some(until)) if until <= from);
        (!empty).then(|| Claim { part: self.part.or(other.part), selection, from, until, ..self.clone() })
    }

    /// Does it fix all that `part` does?
    fn covers(&self, part: &Claim, members: &Members) -> bool {
        self.thing == part.thing
            && (self.part.is_none() || self.part == part.part)
            && members.refine(&part.selection).included_in(&members.refine(&self.selection))
            && self.from <= part.from
            && match (self.until, part.until) {
                (None, _) => true,
                (Some(mine), Some(its)) => its <= mine,
                (Some(_), None) => false,
            }
    }
}

fn claim(checked: &Checked) -> Claim {
    let whole = |thing: String, from, until| Claim { thing, part: None, absolute: true, selection: Selection::all(), from, until };
    match checked {
        Checked::Layer(Layer::Value(m)) => Claim {
            selection: m.selection.clone(),
            absolute: matches!(m.change, Change::Set(_)),
            ..whole(format!("v{}", m.parameter.index()), m.from, m.until)
        },
        Checked::Layer(Layer::Calendar(c)) => whole(format!("c{}", c.calendar.index()), c.from, c.until),
        Checked::Layer(Layer::Bracket(c)) => {
            let (part, absolute) = match &c.edit {
                BracketEdit::Version(_) => (None, true),
                BracketEdit::Rates(part, change) => (*part, matches!(change, Change::Set(_))),
            };
            Claim { part, absolute, ..whole(format!("b{}", c.bracket.index()), c.from, c.until) }
        }
        Checked::Layer(Layer::Formula(r)) => whole(format!("f{}", r.old.index()), Some(r.from), r.until),
        Checked::Grid(g) => match &g.edit {
            GridEdit::Index(_) => Claim { absolute: false, selection: grades(&g.target), ..whole("gi".to_owned(), g.from, g.until) },
            GridEdit::Versions(list) => {
                Claim { selection: grades(&g.target), ..whole("gv".to_owned(), list.first().map(|v| v.from), g.until) }
            }
        },
        Checked::Reclassification(r) => {
            let target = GridTarget::Grades(Constraint::In(BTreeSet::from([r.from.clone()])));
            Claim { absolute: false, selection: grades(&target), ..whole("r".to_owned(), Some(r.date), Some(r.date.next())) }
        }
        Checked::Population(p) => whole(format!("p{}", cadrage_syntax::fold(&p.name)), None, None),
    }
}

/// The grades of a grid as a box. A list says none: it may hold any.
fn grades(target: &GridTarget) -> Selection {
    let mut out = Selection::all();
    let (axis, constraint) = match target {
        GridTarget::Grades(c) => ("grade", c.clone()),
        GridTarget::Declared(GridKey::Grades(set)) => ("grade", Constraint::In(set.clone())),
        GridTarget::Declared(GridKey::National(set)) => ("grade_bcn", Constraint::In(set.clone())),
        GridTarget::All | GridTarget::Declared(GridKey::Table(_)) => return out,
    };
    if let Some(a) = attribute(axis) {
        out.restrict(a, constraint);
    }
    out
}

/// As messages name what is fixed.
fn thing(checked: &Checked, ground: &Ground<'_>) -> String {
    let quoted = |name: Option<&String>| format!("`{}`", name.map_or("?", String::as_str));
    match checked {
        Checked::Layer(Layer::Value(m)) => quoted(ground.parameters.get(m.parameter.index()).map(|p| &p.name)),
        Checked::Layer(Layer::Calendar(c)) => quoted(ground.calendars.get(c.calendar.index()).map(|c| &c.name)),
        Checked::Layer(Layer::Bracket(b)) => quoted(ground.brackets.get(b.bracket.index()).map(|b| &b.name)),
        Checked::Layer(Layer::Formula(r)) => quoted(ground.formulas.get(r.old.index()).map(|f| &f.name)),
        Checked::Grid(_) => "les mêmes grilles".to_owned(),
        Checked::Reclassification(r) => format!("le reclassement du grade {}", r.from),
        Checked::Population(p) => format!("la population `{}`", p.name),
    }
}

/// Does this sentence of the scenario settle what two variants dispute?
fn settles(own: &Claim, both: &Claim, disputed: [&Claim; 2], members: &Members) -> bool {
    own.covers(both, members) && (own.absolute || disputed.iter().all(|d| own.covers(d, members)))
}

/// Which sentences of variants give way: two of them dispute something that their scenario moves by itself, as it stood before them.
pub(super) fn settled(checked: &[(&Sentence<'_>, Checked)], members: &Members) -> Vec<bool> {
    let claims: Vec<Claim> = checked.iter().map(|(_, c)| claim(c)).collect();
    let all = || checked.iter().map(|(s, _)| *s).zip(&claims);
    all()
        .map(|(s, mine)| {
            s.variant.is_some()
                && all().any(|(o, other)| {
                    o.rank == s.rank
                        && o.variant != s.variant
                        && mine.meets(other, members).is_some()
                        && all().any(|(w, own)| {
                            w.variant.is_none()
                                && w.rank == s.rank + 1
                                && !own.absolute
                                && own.covers(mine, members)
                                && own.covers(other, members)
                        })
                })
        })
        .collect()
}

impl Scope<'_> {
    /// E05: blocks of one layer that fix the same thing, unless the scenario settles it itself.
    pub(super) fn conflicts(&mut self, checked: &[(&Sentence<'_>, Checked)], ground: &Ground<'_>) -> Option<()> {
        let claims: Vec<Claim> = checked.iter().map(|(_, c)| claim(c)).collect();
        let mut found = Vec::new();
        for (i, ((a, ca), x)) in checked.iter().zip(&claims).enumerate() {
            for ((b, cb), y) in checked.iter().zip(&claims).skip(i + 1) {
                if a.rank != b.rank || a.scenario != b.scenario || a.variant.is_some() != b.variant.is_some() {
                    continue;
                }
                let Some(both) = x.meets(y, self.members) else { continue };
                let what = thing(ca, ground);
                if a.variant == b.variant {
                    // In one block dates follow each other and exceptions nest: only the very same place is said twice.
                    let same =
                        x.from == y.from && x.part == y.part && self.members.refine(&x.selection) == self.members.refine(&y.selection);
                    let kinds = std::mem::discriminant(ca) == std::mem::discriminant(cb);
                    if same && kinds {
                        found.push(
                            Diagnostic::new(Code::E05, format!("{} fixe deux fois {what} à la même date", a.block()), b.span())
                                .here("ici encore")
                                .label(a.span(), "déjà ici")
                                .help("gardez l'une des deux phrases : leur ordre ne compte pas"),
                        );
                    }
                    continue;
                }
                let by_the_scenario = |((o, _), own): (&(&Sentence<'_>, Checked), &Claim)| {
                    o.variant.is_none() && o.rank == a.rank + 1 && settles(own, &both, [x, y], self.members)
                };
                if checked.iter().zip(&claims).any(by_the_scenario) {
                    continue;
                }
                let (va, vb) = (a.variant.unwrap_or_default(), b.variant.unwrap_or_default());
                let when = both.from.map_or_else(String::new, |d| format!(" à compter du {}", d.to_french()));
                found.push(
                    Diagnostic::new(
                        Code::E05,
                        format!("les variantes `{va}` et `{vb}` fixent toutes deux {what}{when} dans `{}`", a.scenario),
                        b.span(),
                    )
                    .here(format!("par `{vb}`"))
                    .label(a.span(), format!("par `{va}`"))
                    .help(format!("retirez l'une, ou tranchez dans le scénario `{}` par une phrase qui couvre les deux", a.scenario)),
                );
            }
        }
        let none = found.is_empty();
        for diagnostic in found {
            self.complain(diagnostic);
        }
        none.then_some(())
    }

    /// E01: two changes of one layer whose selections cross without nesting. Over a declared exception, or over an older layer, the
    /// change goes first where it is not less specific (decision 0023): only sentences of one layer have no order between them.
    pub(super) fn crossing_changes(&mut self, checked: &[(&Sentence<'_>, Checked)], ground: &Ground<'_>) -> Option<()> {
        let mut whole = true;
        let groups: BTreeSet<_> = checked
            .iter()
            .filter_map(|(s, c)| if let Checked::Layer(Layer::Value(m)) = c { Some((m.parameter, s.rank)) } else { None })
            .collect();
        for (id, rank) in groups {
            let Some(parameter) = ground.parameters.get(id.index()) else { continue };
            let own: Vec<&Modification> = checked
                .iter()
                .filter(|(s, _)| s.rank == rank)
                .filter_map(|(_, c)| if let Checked::Layer(Layer::Value(m)) = c { Some(m) } else { None })
                .filter(|m| m.parameter == id)
                .collect();
            let boxes: Vec<Selection> = own.iter().map(|m| m.selection.clone()).collect();
            let harmless = |i: usize, j: usize| match (own.get(i), own.get(j)) {
                (Some(a), Some(b)) => {
                    a.selection == b.selection
                        || a.until.is_some_and(|u| b.from.is_some_and(|f| f >= u))
                        || b.until.is_some_and(|u| a.from.is_some_and(|f| f >= u))
                }
                _ => true,
            };
            let (_, overlaps) = specificity::order(&boxes, self.members, &harmless);
            for o in overlaps {
                let (Some(a), Some(b)) = (own.get(o.first), own.get(o.second)) else { continue };
                whole = false;
                self.complain(
                    Diagnostic::new(
                        Code::E01,
                        format!("`{}` : « {} » et « {} » se recouvrent sans que l'un précise l'autre", parameter.name, a.whom, b.whom),
                        b.span,
                    )
                    .here(format!("pour {}", b.whom))
                    .label(a.span, format!("pour {}", a.whom))
                    .help(format!("ajoutez la phrase qui tranche : `modifier {} pour {} et {} …`", parameter.name, a.whom, b.whom)),
                );
            }
        }
        whole.then_some(())
    }
}
