//! Scenarios: one parent, variants pasted, changes checked (decisions D22, D25, D26).

use std::collections::BTreeMap;

use cadrage_ir::{Change, Modification, Parameter, ParameterId};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, Clause, ExprKind, ModifyChange, Visibility};
use cadrage_syntax::fold;
use cadrage_value::Exact;

use crate::model::Scenario;
use crate::movement::Movement;
use crate::movements::Sentence;
use crate::scope::{Scope, Symbol};
use crate::units;

/// What is known of parameters when scenarios are checked.
pub(crate) struct Parameters<'p> {
    pub(crate) all: &'p [Parameter],
    pub(crate) visibility: &'p BTreeMap<ParameterId, Visibility>,
}

/// All written scenarios and variants by folded name.
pub(crate) type Written<'t> = BTreeMap<String, &'t ast::Scenario>;

/// What a scenario gathers while its parents, its variants and itself are read.
#[derive(Default)]
struct Gathered<'t> {
    constate: Option<(Spanned<cadrage_value::Month>, Spanned<cadrage_value::Date>)>,
    until: Option<Spanned<cadrage_value::Month>>,
    rappels: u32,
    /// Change, the variant it comes from, and whether it is inherited (complained about with its own scenario).
    changes: Vec<(&'t ast::Modify, Option<String>, bool)>,
    movements: Vec<(Sentence<'t>, bool)>,
    variants: Vec<String>,
}

impl Scope<'_> {
    /// The checked scenario; `None` when it was complained about.
    pub(crate) fn scenario(
        &mut self,
        s: &ast::Scenario,
        written: &Written<'_>,
        parameters: &Parameters<'_>,
        text: &dyn Fn(cadrage_source::Span) -> String,
    ) -> Option<Scenario> {
        let mut chain: Vec<&ast::Scenario> = vec![s];
        let mut parent = s.parent.as_ref();
        while let Some(name) = parent {
            let Some(found) = written.get(&fold(&name.value)).filter(|p| !p.variant).copied() else {
                self.unknown_scenario(name, written);
                return None;
            };
            if chain.iter().any(|c| c.name.span == found.name.span) {
                self.complain(
                    Diagnostic::new(Code::C01, format!("`{}` hérite de lui-même", s.name.value), s.name.span)
                        .here("héritage circulaire")
                        .help("retirez l'un des `hérite de`"),
                );
                return None;
            }
            chain.push(found);
            parent = found.parent.as_ref();
        }
        let mut all = Gathered::default();
        let mut whole = true;
        for (k, ancestor) in chain.iter().rev().enumerate() {
            let own = k + 1 == chain.len();
            whole &= self.gather(ancestor, own, written, &mut all);
        }
        self.conflicts(&all, s)?;
        let (Some((constate, observed)), Some(until)) = (&all.constate, &all.until) else {
            if chain.iter().any(|s| s.damaged) {
                return None;
            }
            self.complain(
                Diagnostic::new(Code::T05, format!("`{}` ne dit pas ses mois", s.name.value), s.name.span)
                    .help("ajoutez `constaté jusqu'à MM/AAAA observé au JJ/MM/AAAA` et `projeter jusqu'à MM/AAAA`, ou `hérite de` un scénario qui les dit"),
            );
            return None;
        };
        if until.value <= constate.value {
            self.complain(
                Diagnostic::new(
                    Code::T05,
                    format!("la projection finit en {}, avant la fin du constaté", until.value.to_french()),
                    until.span,
                )
                .here("fin de la projection")
                .label(constate.span, "fin du constaté")
                .help(format!("projetez au moins jusqu'à {}", constate.value.plus(1).to_french())),
            );
            return None;
        }
        let mut modifications = Vec::new();
        for (m, variant, own) in &all.changes {
            match self.modification(m, parameters, *own, text) {
                Some(found) => modifications.push(found),
                None => whole = false,
            }
            let _ = variant;
        }
        let mut movements = Vec::new();
        for (k, (m, own)) in all.movements.iter().enumerate() {
            let before = self.diagnostics.len();
            match self.sentence(m, constate.value) {
                Some(kind) => movements.push(Movement { id: format!("M{:03}", k + 1), kind, text: text(m.span()), span: m.span() }),
                None => whole = false,
            }
            if !own {
                self.diagnostics.truncate(before);
            }
        }
        if !whole {
            return None;
        }
        Some(Scenario {
            name: s.name.value.clone(),
            label: s.label.as_ref().map_or_else(|| s.name.value.clone(), |l| l.value.clone()),
            parent: s.parent.as_ref().map(|p| p.value.clone()),
            constate: constate.value,
            observed: observed.value,
            until: until.value,
            rappels: all.rappels,
            modifications,
            movements,
            variants: all.variants,
            span: s.name.span,
        })
    }

    fn unknown_scenario(&mut self, name: &Spanned<String>, written: &Written<'_>) {
        if self.get(&name.value) == Some(Symbol::Poisoned) {
            return;
        }
        let near = crate::suggest::nearest(&name.value, written.values().map(|s| s.name.value.as_str())).map(str::to_owned);
        let help = near.map_or_else(|| "déclarez ce scénario dans un fichier du dossier".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N01, format!("le scénario `{}` est inconnu", name.value), name.span).here("nom inconnu").help(help),
        );
    }

    fn gather<'t>(&mut self, s: &'t ast::Scenario, own: bool, written: &Written<'t>, all: &mut Gathered<'t>) -> bool {
        let mut whole = true;
        for clause in &s.clauses {
            match clause {
                Clause::Constate(month, day) => all.constate = Some((*month, *day)),
                Clause::Project(month) => all.until = Some(*month),
                Clause::Rappels(n) => all.rappels = n.value,
                Clause::Modify(m) => all.changes.push((m, None, own)),
                Clause::Movement(m) => all.movements.push((Sentence::Movement(m), own)),
                Clause::Flow(f) => all.movements.push((Sentence::Flow(f), own)),
                Clause::Replacement(r) => all.movements.push((Sentence::Replacement(r), own)),
                Clause::Apply(name) => match written.get(&fold(&name.value)).filter(|v| v.variant) {
                    Some(variant) => {
                        all.variants.push(variant.name.value.clone());
                        for clause in &variant.clauses {
                            match clause {
                                Clause::Modify(m) => all.changes.push((m, Some(variant.name.value.clone()), own)),
                                Clause::Movement(m) => all.movements.push((Sentence::Movement(m), own)),
                                Clause::Flow(f) => all.movements.push((Sentence::Flow(f), own)),
                                Clause::Replacement(r) => all.movements.push((Sentence::Replacement(r), own)),
                                _ => {}
                            }
                        }
                    }
                    None => {
                        if own {
                            self.unknown_variant(name, written);
                        }
                        whole = false;
                    }
                },
                Clause::Unsupported(construct, span) => {
                    if own {
                        self.complain(
                            Diagnostic::new(Code::V99, format!("`{construct}` : lu, mais pas encore calculé par cette version"), *span)
                                .help("retirez cette phrase ; `cadrage aide V99` dit pourquoi elle n'est pas ignorée"),
                        );
                    }
                    whole = false;
                }
            }
        }
        whole
    }

    fn unknown_variant(&mut self, name: &Spanned<String>, written: &Written<'_>) {
        let near =
            crate::suggest::nearest(&name.value, written.values().filter(|s| s.variant).map(|s| s.name.value.as_str())).map(str::to_owned);
        let help = near.map_or_else(|| "déclarez-la : `variante … : … fin`".to_owned(), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N01, format!("la variante `{}` est inconnue", name.value), name.span).here("nom inconnu").help(help),
        );
    }

    /// E05: two applied variants that set the same thing, unless the scenario itself settles it.
    fn conflicts(&mut self, all: &Gathered<'_>, s: &ast::Scenario) -> Option<()> {
        for (i, (a, va, _)) in all.changes.iter().enumerate() {
            for (b, vb, _) in all.changes.iter().skip(i + 1) {
                let (Some(va), Some(vb)) = (va, vb) else { continue };
                let same = fold(&a.target.value) == fold(&b.target.value);
                let settled = all.changes.iter().any(|(c, v, _)| v.is_none() && fold(&c.target.value) == fold(&a.target.value));
                let apart = match (a.until, b.from) {
                    (Some(end), Some(start)) => end < start,
                    _ => matches!((b.until, a.from), (Some(end), Some(start)) if end < start),
                };
                let boxes = (self.optional_selection(a.selection.as_ref()), self.optional_selection(b.selection.as_ref()));
                let meet = match boxes {
                    (Some(x), Some(y)) => !self.members.refine(&x).intersect(&self.members.refine(&y)).is_empty(),
                    _ => true,
                };
                if va != vb && same && meet && !apart && !settled {
                    self.complain(
                        Diagnostic::new(
                            Code::E05,
                            format!("les variantes `{va}` et `{vb}` fixent toutes deux `{}` dans `{}`", a.target.value, s.name.value),
                            b.span,
                        )
                        .here(format!("par `{vb}`"))
                        .label(a.span, format!("par `{va}`"))
                        .help(format!("retirez l'une, ou tranchez dans le scénario : `modifier {} …`", a.target.value)),
                    );
                    return None;
                }
            }
        }
        Some(())
    }

    fn modification(
        &mut self,
        m: &ast::Modify,
        parameters: &Parameters<'_>,
        own: bool,
        text: &dyn Fn(cadrage_source::Span) -> String,
    ) -> Option<Modification> {
        let before = self.diagnostics.len();
        let out = self.modification_checked(m, parameters, text);
        if !own {
            self.diagnostics.truncate(before);
        }
        out
    }

    fn modification_checked(
        &mut self,
        m: &ast::Modify,
        parameters: &Parameters<'_>,
        text: &dyn Fn(cadrage_source::Span) -> String,
    ) -> Option<Modification> {
        let id = match self.get(&m.target.value) {
            Some(Symbol::Parameter(p)) => p,
            Some(Symbol::Poisoned) => return None,
            None => {
                self.unknown(&m.target.value, m.target.span);
                return None;
            }
            Some(Symbol::Grid | Symbol::Population | Symbol::Calendar(_) | Symbol::Bracket(_)) => {
                self.complain(
                    Diagnostic::new(
                        Code::V99,
                        format!("modifier `{}` : lu, mais pas encore calculé par cette version", m.target.value),
                        m.target.span,
                    )
                    .help("se modifient aujourd'hui : les constantes et les hypothèses"),
                );
                return None;
            }
            Some(symbol) => {
                let what = match symbol {
                    Symbol::Formula(_) => "une formule",
                    Symbol::Column(_) => "une donnée",
                    Symbol::Axis => "un axe",
                    Symbol::Scenario => "un scénario",
                    _ => "une variante",
                };
                let complaint = Diagnostic::new(
                    Code::D01,
                    format!("`{}` est {what} : un scénario ne modifie que des constantes et des hypothèses", m.target.value),
                    m.target.span,
                );
                let complaint = match self.declared_at(&m.target.value) {
                    Some(span) if matches!(symbol, Symbol::Formula(_)) => {
                        complaint.label(span, "déclarée ici, par le module qui en répond")
                    }
                    Some(span) => complaint.label(span, "déclaré ici"),
                    None => complaint,
                };
                self.complain(complaint.help(match symbol {
                    Symbol::Formula(_) => {
                        "modifiez une constante ou une hypothèse qu'elle lit, ou remplacez la formule entière : `remplacer … par …`"
                    }
                    _ => "modifiez une constante ou une hypothèse",
                }));
                return None;
            }
        };
        let parameter = parameters.all.get(id.index())?;
        if parameters.visibility.get(&id) == Some(&Visibility::Locked) {
            self.complain(
                Diagnostic::new(Code::D01, format!("`{}` est verrouillée", parameter.name), m.target.span)
                    .label(parameter.span, "déclarée ici")
                    .help("seul son module peut la changer ; déclarez une autre constante, et la formule qui l'emploie"),
            );
            return None;
        }
        let selection = self.optional_selection(m.selection.as_ref())?;
        let factor = &parameter.written.1;
        let change = match &m.change {
            ModifyChange::Set(e) => {
                let value = self.declared_value(e, &parameter.unit, factor)?;
                if let Some((low, high)) = &parameter.bounds
                    && (value < *low || value > *high)
                {
                    let show = |x: &Exact| format!("{} {}", (x / factor).to_shortest(), parameter.written.0);
                    self.complain(
                        Diagnostic::new(Code::E06, format!("`{}` va de {} à {}", parameter.name, show(low), show(high)), e.span)
                            .here("hors des bornes")
                            .label(parameter.span, "bornes déclarées ici")
                            .help("corrigez la valeur, ou élargissez les bornes dans le module"),
                    );
                    return None;
                }
                Change::Set(value)
            }
            ModifyChange::Raise(e) => self.relative(e, parameter, false)?,
            ModifyChange::Lower(e) => self.relative(e, parameter, true)?,
        };
        let show = |x: &Exact| format!("{} {}", (x / factor).to_shortest(), parameter.written.0);
        let exceptions: Vec<String> = parameter
            .cases
            .iter()
            .filter(|c| !c.selection.is_all() && !c.text.is_empty())
            .map(|c| c.timeline.last().map_or_else(|| c.text.clone(), |d| format!("{} {}", c.text, show(&d.value))))
            .collect();
        if selection.is_all() && !m.everywhere && !exceptions.is_empty() {
            let listed = if exceptions.len() > 4 {
                format!("{}… ({} en tout)", exceptions.iter().take(4).cloned().collect::<Vec<_>>().join(", "), exceptions.len())
            } else {
                exceptions.join(", ")
            };
            self.complain(
                Diagnostic::new(
                    Code::E04,
                    format!("seule la valeur par défaut de `{}` change ; restent en vigueur : {listed}", parameter.name),
                    m.span,
                )
                .help(match &m.change {
                    ModifyChange::Set(e) => {
                        format!("pour tout remplacer : `modifier {} partout = {}`", parameter.name, cadrage_syntax::print_expression(e))
                    }
                    _ => format!("pour tout changer : `modifier {} partout …`", parameter.name),
                }),
            );
        }
        let until = m.until.map(cadrage_value::Date::next);
        let paid = self.payment_of_change(m);
        Some(Modification {
            parameter: id,
            selection,
            everywhere: m.everywhere,
            from: m.from,
            until,
            change,
            paid,
            text: text(m.span),
            span: m.span,
        })
    }

    /// `majorer de 1,5 %`, `majorer de 10 €/mois`.
    fn relative(&mut self, e: &ast::Expr, parameter: &Parameter, lower: bool) -> Option<Change> {
        let ExprKind::Number(x, unit) = &e.kind else { return None };
        let sign = |v: Exact| if lower { -v } else { v };
        match unit {
            Some(u) if units::is_percent(u) => {
                let rate = x * &units::resolve(u).1;
                if parameter.unit.is_pure() {
                    let (word, sign_word) = if lower { ("minoré", "-") } else { ("majoré", "+") };
                    let last = last_value(parameter);
                    let percent = |x: Exact| format!("{} %", (Exact::from_int(100) * x).to_shortest());
                    let scaled = &last * &(&Exact::ONE + &sign(rate.clone()));
                    let (from, by) = (percent(last.clone()), percent(rate.clone()));
                    self.complain(
                        Diagnostic::new(
                            Code::U07,
                            format!("`{}` est un taux : {from} {word} de {by} donne {}, en proportion", parameter.name, percent(scaled)),
                            e.span,
                        )
                        .help(format!("pour {}, en points, écrivez `= {from} {sign_word} {by}`", percent(&last + &sign(rate.clone())))),
                    );
                }
                Some(Change::Scale(&Exact::ONE + &sign(rate)))
            }
            _ => {
                let value = self.declared_value(e, &parameter.unit, &parameter.written.1)?;
                Some(Change::Shift(sign(value)))
            }
        }
    }
}

fn last_value(parameter: &Parameter) -> Exact {
    parameter.cases.last().and_then(|c| c.timeline.last()).map_or(Exact::ZERO, |d| d.value.clone())
}
