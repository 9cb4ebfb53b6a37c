//! Crossings between people: `somme de` over a level, `moyenne … pondérée par`, `au niveau`, `pour <membre>`, `part de … dans`,
//! `répartir … au prorata de` (decisions D12 and D18, and 0050 of grammar/decisions).
//!
//! What is gathered is always a formula: an expression between parentheses becomes a hidden one, so that both engines have
//! one thing to run on rows.

use cadrage_ir::{
    ATTRIBUTES, Aggregate, AggregateId, Aggregation, AttributeId, Dimension, Distribution, DistributionId, FormulaId, Gathering, Grain,
    Operator, OverMonths, Selection, Unit, attribute,
};
use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::ast::{self, Expr, ExprKind};
use cadrage_syntax::{fold, print_expression};

use crate::expressions::quantity;
use crate::model::{Expression, Formula, Kind};
use crate::scope::{Header, Scope, Symbol};

/// Attributes of a line that the split of an agent's month knows too.
const SPLIT: &[&str] = &["plafond", "centre_de_coût", "eotp"];

/// Something that can be seen from a level: a formula and how it aggregates.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    pub(crate) formula: FormulaId,
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) grain: Grain,
    pub(crate) rule: Aggregation,
}

impl Scope<'_> {
    /// The measure that an expression names; a calculation becomes a hidden formula that adds up.
    pub(crate) fn measured(&mut self, operand: &Expr) -> Option<Measure> {
        if let ExprKind::Name(name) = &operand.kind {
            match self.get(name) {
                Some(Symbol::Formula(formula)) => return self.measure_of(formula),
                Some(Symbol::Column(column)) => {
                    let x = self.number(operand, &Grain::Situation)?;
                    let rule = self.column_rule(column);
                    let (unit, grain) = (x.ty.unit().cloned().unwrap_or_default(), x.grain.clone());
                    let formula = self.hide(x, operand);
                    return Some(Measure { formula, name: name.clone(), unit, grain, rule });
                }
                _ => {}
            }
        }
        let hint = self.grain_inside(operand);
        let x = self.number(operand, &hint)?;
        if x.grain == Grain::Constant {
            self.complain(
                Diagnostic::new(Code::G01, "rien ici ne dépend des agents : il n'y a pas de valeurs à rassembler", operand.span)
                    .here("une seule valeur pour tous")
                    .help("nommez une donnée ou une formule par agent ; pour compter des personnes : `somme de effectif`"),
            );
            return None;
        }
        let (unit, grain) = (x.ty.unit().cloned().unwrap_or_default(), x.grain.clone());
        let formula = self.hide(x, operand);
        Some(Measure { formula, name: print_expression(operand), unit, grain, rule: Aggregation::Sum })
    }

    /// A formula with its rule.
    pub(crate) fn measure_of(&mut self, formula: FormulaId) -> Option<Measure> {
        let header = self.header(formula)?.clone();
        let rule = self.rule_of(header.mode.as_ref(), &header.unit);
        Some(Measure { formula, name: header.name, unit: header.unit, grain: header.grain, rule })
    }

    /// The finest grain of what an expression reads.
    pub(crate) fn grain_inside(&self, e: &Expr) -> Grain {
        let mut finest = Grain::Constant;
        crate::names::each(e, &mut |name| {
            let found = match self.get(name) {
                Some(Symbol::Column(c)) => cadrage_ir::COLUMNS.get(c.index()).map(|c| c.grain.clone()),
                Some(Symbol::Formula(f)) => self.header(f).map(|h| h.grain.clone()),
                _ => None,
            };
            if let Some(grain) = found
                && (finest == Grain::Constant || grain == Grain::Line || (grain == Grain::Situation && finest != Grain::Line))
            {
                finest = grain;
            }
        });
        finest
    }

    /// A formula that nobody declared, for an expression inside another. The same words make the same formula.
    pub(crate) fn hide(&mut self, x: Expression, words: &Expr) -> FormulaId {
        let name = print_expression(words);
        let key = (name.clone(), x.grain.clone());
        if let Some(known) = self.hidden_by_words.get(&key) {
            return *known;
        }
        let grain = if x.grain == Grain::Constant { Grain::Level(cadrage_ir::WHOLE.to_owned()) } else { x.grain.clone() };
        let id = self.hide_named(x, name, grain);
        self.hidden_by_words.insert(key, id);
        id
    }

    /// A hidden formula of a grain, under a name of its own.
    pub(crate) fn hide_named(&mut self, x: Expression, name: String, grain: Grain) -> FormulaId {
        let id = FormulaId::at(self.headers.len());
        let unit = x.ty.unit().cloned().unwrap_or_default();
        self.headers.push(Header { name: name.clone(), unit: unit.clone(), grain: grain.clone(), fed: false, written: None, mode: None });
        self.hidden.push(Formula {
            name: name.clone(),
            label: name,
            module: String::new(),
            unit,
            grain,
            scope: Selection::all(),
            span: x.span,
            cases: vec![(Selection::all(), x)],
            rounding: None,
            feeds: None,
            final_when_paid: false,
            aggregation: Aggregation::Sum,
            source: None,
            hidden: true,
        });
        id
    }

    /// The level a word names.
    pub(crate) fn level(&mut self, word: &Spanned<String>) -> Option<Grain> {
        let grain = self.grain_named(&word.value);
        match &grain {
            Grain::Level(name) if cadrage_ir::level(name).is_none() => {
                self.unknown_level(word);
                None
            }
            Grain::Level(_) => Some(grain),
            _ => {
                self.complain(
                    Diagnostic::new(Code::G01, format!("`{}` n'est pas un niveau qui rassemble des agents", word.value), word.span)
                        .help("niveaux : établissement, composante, structure, groupe, corps, grade, plafond…"),
                );
                None
            }
        }
    }

    pub(crate) fn unknown_level(&mut self, word: &Spanned<String>) {
        let names = || ATTRIBUTES.iter().map(|a| a.name).chain([cadrage_ir::WHOLE]);
        let help = crate::suggest::nearest(&word.value, names()).map_or_else(
            || "niveaux : établissement, composante, structure, groupe, corps, grade, plafond, famille, rubrique, compte…".to_owned(),
            |n| format!("vouliez-vous `{n}` ?"),
        );
        self.complain(
            Diagnostic::new(Code::G02, format!("`{}` n'est le niveau d'aucun axe", word.value), word.span)
                .here("niveau inconnu")
                .help(help),
        );
    }

    /// The value of a measure for a level, by its own rule; `None` level = the whole institution.
    pub(crate) fn by_its_rule(
        &mut self,
        m: &Measure,
        level: &Grain,
        selection: &Selection,
        reader: &Grain,
        span: Span,
    ) -> Option<Expression> {
        if let Grain::Level(own) = &m.grain {
            if m.grain == *level && selection.is_all() {
                return Some(quantity(Kind::Formula(m.formula), m.unit.clone(), seen(level, reader), span));
            }
            if !matches!(m.rule, Aggregation::Ratio(..)) {
                let own = own.clone();
                self.complain(
                    Diagnostic::new(Code::G01, format!("`{}` est déjà une valeur par {own} : elle ne se regroupe pas", m.name), span)
                        .help(format!("lisez-la à son niveau, `{} au niveau {own}`, ou donnez-lui `agrégation rapport … / …`", m.name)),
                );
                return None;
            }
        }
        let gathering = match m.rule {
            Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast => Gathering::Sum(m.formula),
            Aggregation::Distinct => Gathering::Heads(m.formula),
            Aggregation::Mean(weight) => Gathering::Mean { value: m.formula, weight: Some(weight) },
            Aggregation::Ratio(a, b) => {
                return self.quotient((a, b), level, selection, reader, span);
            }
            Aggregation::None => {
                self.never_aggregated(m, span);
                return None;
            }
        };
        self.gathered(gathering, m, level, selection, reader, span)
    }

    /// A quotient is that of its two measures, each by its own rule: over a period too, where its months would not add up.
    pub(crate) fn quotient(
        &mut self,
        (a, b): (FormulaId, FormulaId),
        level: &Grain,
        selection: &Selection,
        reader: &Grain,
        span: Span,
    ) -> Option<Expression> {
        let (a, b) = (self.measure_of(a)?, self.measure_of(b)?);
        let (a, b) = (self.by_its_rule(&a, level, selection, reader, span)?, self.by_its_rule(&b, level, selection, reader, span)?);
        let unit = a.ty.unit()?.divide(b.ty.unit()?);
        let grain = a.grain.clone();
        Some(quantity(Kind::Binary(Operator::Ratio, Box::new(a), Box::new(b)), unit, grain, span))
    }

    /// A01: what has no sum, with what may be meant.
    pub(crate) fn never_aggregated(&mut self, m: &Measure, span: Span) {
        let point = m.unit == Unit::of(Dimension::Point);
        let (message, help) = match m.rule {
            Aggregation::Mean(_) if point => (
                "des indices ne s'additionnent pas : leur somme n'est l'indice de personne".to_owned(),
                format!("voulez-vous `moyenne de {0} pondérée par etpr`, ou la masse indiciaire `somme de ({0} * etpr)` ?", m.name),
            ),
            Aggregation::Ratio(..) | Aggregation::Mean(_) => (
                format!("`{}` est un rapport : il ne s'additionne pas", m.name),
                format!("lisez-le par sa propre règle : `{} au niveau composante`", m.name),
            ),
            _ => (
                format!("`{}` ne s'additionne pas d'un agent à l'autre", m.name),
                format!(
                    "multipliez par la durée ou par l'effectif, `somme de ({0} * présence)`, ou prenez `moyenne de {0} pondérée par etpr`",
                    m.name
                ),
            ),
        };
        self.complain(Diagnostic::new(Code::A01, message, span).help(help));
    }

    /// An aggregate read by `reader`, once its level can be read from there and its rows have the codes it asks for.
    pub(crate) fn gathered(
        &mut self,
        gathering: Gathering,
        m: &Measure,
        level: &Grain,
        selection: &Selection,
        reader: &Grain,
        span: Span,
    ) -> Option<Expression> {
        let attribute = level.attribute();
        self.readable(attribute, reader, span)?;
        if m.grain != Grain::Line {
            let known = |a: AttributeId| ATTRIBUTES.get(a.index()).is_none_or(|spec| spec.situation || SPLIT.contains(&spec.name));
            if let Some(a) = attribute.into_iter().chain(selection.codes.keys().copied()).find(|a| !known(*a)) {
                let name = ATTRIBUTES.get(a.index()).map_or("", |spec| spec.name);
                self.complain(
                    Diagnostic::new(Code::G01, format!("`{}` n'a pas de {name} : c'est une valeur {}", m.name, m.grain), span)
                        .help("prenez une mesure par ligne, comme `masse_salariale`"),
                );
                return None;
            }
        }
        let unit = if matches!(gathering, Gathering::Heads(_)) { Unit::of(Dimension::Agent) } else { m.unit.clone() };
        let over = match m.rule {
            Aggregation::SumThenMean => OverMonths::Mean,
            Aggregation::SumThenLast | Aggregation::Distinct => OverMonths::Last,
            _ => OverMonths::Sum,
        };
        let new = Aggregate { gathering, level: attribute, selection: selection.clone(), over, span };
        let same = |a: &Aggregate| Aggregate { span, ..a.clone() } == new;
        let id = match self.aggregates.iter().position(same) {
            Some(k) => AggregateId::at(k),
            None => {
                self.aggregates.push(new);
                AggregateId::at(self.aggregates.len() - 1)
            }
        };
        Some(quantity(Kind::Aggregate(id), unit, seen(level, reader), span))
    }

    /// `x au niveau composante`, `x pour composante DROIT`, and both.
    pub(crate) fn seen_from(&mut self, e: &Expr, reader: &Grain) -> Option<Expression> {
        let (mut at, mut level, mut selection) = (e, None, Selection::all());
        loop {
            match &at.kind {
                ExprKind::AtLevel(inner, word) if level.is_none() => {
                    level = Some(self.level(word)?);
                    at = inner;
                }
                ExprKind::Filtered(inner, written) => {
                    selection = selection.intersect(&self.selection(written)?);
                    at = inner;
                }
                _ => break,
            }
        }
        let level = level.unwrap_or_else(|| Grain::Level(cadrage_ir::WHOLE.to_owned()));
        let m = self.measured(at)?;
        self.by_its_rule(&m, &level, &selection, reader, e.span)
    }

    /// `somme de x`, in a formula of a level: over the rows of the member at hand.
    pub(crate) fn sum_over(&mut self, operand: &Expr, selection: &Selection, reader: &Grain, span: Span) -> Option<Expression> {
        let m = self.measured(operand)?;
        match m.rule {
            Aggregation::Sum | Aggregation::SumThenMean | Aggregation::SumThenLast if !matches!(m.grain, Grain::Level(_)) => {
                self.gathered(Gathering::Sum(m.formula), &m, reader, selection, reader, span)
            }
            Aggregation::Distinct => self.gathered(Gathering::Heads(m.formula), &m, reader, selection, reader, span),
            _ if matches!(m.grain, Grain::Level(_)) => {
                self.complain(
                    Diagnostic::new(
                        Code::G01,
                        format!("`{}` est déjà une valeur {} : il n'y a pas d'agents à additionner", m.name, m.grain),
                        span,
                    )
                    .help("additionnez la mesure dont elle est faite"),
                );
                None
            }
            _ => {
                self.never_aggregated(&m, span);
                None
            }
        }
    }

    /// `moyenne de x [pondérée par w]`, in a formula of a level.
    pub(crate) fn mean_over(
        &mut self,
        operand: &Expr,
        weight: Option<&Spanned<String>>,
        selection: &Selection,
        reader: &Grain,
        span: Span,
    ) -> Option<Expression> {
        if !matches!(reader, Grain::Level(_)) {
            self.complain(
                Diagnostic::new(Code::G01, format!("`moyenne de` rassemble plusieurs agents ; la formule est {reader}"), span)
                    .help("annoncez la formule `par composante`, `par grade`…, ou lisez la moyenne `au niveau composante`"),
            );
            return None;
        }
        let m = self.measured(operand)?;
        if matches!(m.grain, Grain::Level(_)) {
            self.complain(
                Diagnostic::new(Code::G01, format!("`{}` est déjà une valeur {}", m.name, m.grain), span)
                    .help("faites la moyenne de la mesure dont elle est faite"),
            );
            return None;
        }
        let weight = match weight {
            None if m.grain == Grain::Situation => {
                self.complain(
                    Diagnostic::new(Code::A01, "une moyenne de situations sans poids compterait un jour comme un mois", span)
                        .help(format!("écrivez `moyenne de {} pondérée par etpr`", print_expression(operand))),
                );
                return None;
            }
            None => None,
            Some(word) => {
                let name = Expr { kind: ExprKind::Name(word.value.clone()), span: word.span };
                let w = self.measured(&name)?;
                if w.grain != m.grain {
                    self.complain(
                        Diagnostic::new(Code::G01, "la valeur et son poids n'ont pas le même grain", span)
                            .label(operand.span, format!("{} ici", m.grain))
                            .label(word.span, format!("{} ici", w.grain))
                            .help("par situation, le poids usuel est `etpr` (fraction payée × présence)"),
                    );
                    return None;
                }
                Some(w.formula)
            }
        };
        self.gathered(Gathering::Mean { value: m.formula, weight }, &m, reader, selection, reader, span)
    }

    /// `part de x [dans la composante]`: x over x seen from a wider level.
    pub(crate) fn share(&mut self, operand: &Expr, within: Option<&Spanned<String>>, reader: &Grain, span: Span) -> Option<Expression> {
        let level = match within {
            Some(word) => self.level(word)?,
            None => Grain::Level(cadrage_ir::WHOLE.to_owned()),
        };
        let m = self.measured(operand)?;
        if m.rule != Aggregation::Sum && m.rule != Aggregation::SumThenMean {
            self.never_aggregated(&m, span);
            return None;
        }
        let all = Selection::all();
        let own = if matches!(reader, Grain::Level(_)) {
            if *reader == level {
                self.complain(
                    Diagnostic::new(Code::G01, format!("la part de `{}` dans son propre niveau vaut toujours 100 %", m.name), span)
                        .help("nommez un niveau plus large : `dans l'établissement`"),
                );
                return None;
            }
            self.by_its_rule(&m, reader, &all, reader, span)?
        } else if m.grain == *reader {
            quantity(Kind::Formula(m.formula), m.unit.clone(), m.grain.clone(), span)
        } else {
            self.complain(
                Diagnostic::new(Code::G01, format!("la formule est {reader}, `{}` est {}", m.name, m.grain), span)
                    .help(format!("annoncez la formule `{}`, ou prenez une mesure {reader}", m.grain)),
            );
            return None;
        };
        let whole = self.by_its_rule(&m, &level, &all, reader, span)?;
        let grain = own.grain.clone();
        Some(quantity(Kind::Binary(Operator::Ratio, Box::new(own), Box::new(whole)), Unit::pure(), grain, span))
    }

    /// `répartir x au prorata de y`.
    pub(crate) fn distribute(
        &mut self,
        amount: &Spanned<String>,
        weight: &Spanned<String>,
        reader: &Grain,
        span: Span,
    ) -> Option<Expression> {
        let named = |w: &Spanned<String>| Expr { kind: ExprKind::Name(w.value.clone()), span: w.span };
        if *reader != Grain::Agent {
            self.complain(
                Diagnostic::new(Code::G01, format!("`répartir` donne une part à chaque agent ; la formule est {reader}"), span)
                    .help("annoncez la formule `par agent`"),
            );
            return None;
        }
        let x = self.number(&named(amount), reader)?;
        let (formula, level) = match (&x.kind, &x.grain) {
            (Kind::Formula(f), Grain::Level(_)) => (*f, x.grain.clone()),
            (_, Grain::Constant) => {
                let x = x.clone();
                (self.hide(x, &named(amount)), Grain::Level(cadrage_ir::WHOLE.to_owned()))
            }
            (_, grain) => {
                let help = "répartissez une constante, une hypothèse ou une formule d'un niveau (`par composante`)";
                self.complain(
                    Diagnostic::new(Code::G01, format!("`{}` est {grain} : c'est déjà une valeur de chacun", amount.value), amount.span)
                        .help(help),
                );
                return None;
            }
        };
        self.readable(level.attribute(), reader, span)?;
        let w = self.number(&named(weight), reader)?;
        let by = match (&w.kind, &w.grain) {
            (Kind::Formula(f), Grain::Agent) => *f,
            _ => {
                self.complain(
                    Diagnostic::new(
                        Code::G01,
                        format!("le poids d'une répartition est une formule par agent ; `{}` est {}", weight.value, w.grain),
                        weight.span,
                    )
                    .help("faites-en une formule `par agent`, par exemple `présence_du_mois`"),
                );
                return None;
            }
        };
        let unit = x.ty.unit().cloned().unwrap_or_default();
        let cents = unit == Unit::of(Dimension::Euro);
        self.distributions.push(Distribution { amount: formula, weight: by, level: level.attribute(), cents, span });
        Some(quantity(Kind::Distributed(DistributionId::at(self.distributions.len() - 1)), unit, Grain::Agent, span))
    }

    /// The rule a mode says, else the usual one of the unit (decision D12). Complains about what it names and does not find.
    pub(crate) fn rule_of(&mut self, mode: Option<&ast::Mode>, unit: &Unit) -> Aggregation {
        use ast::ModeKind;
        let Some(mode) = mode else {
            let adds = unit.has_any(&[Dimension::Euro, Dimension::Etpt, Dimension::Etpf])
                && unit.exponent(Dimension::Month) == 0
                && is_amount(unit);
            return if adds { Aggregation::Sum } else { Aggregation::None };
        };
        match (&mode.space, &mode.time) {
            (ModeKind::Sum, None | Some(ModeKind::Sum)) => Aggregation::Sum,
            (ModeKind::Sum, Some(ModeKind::Mean(None))) => Aggregation::SumThenMean,
            (ModeKind::Sum, Some(ModeKind::Last)) => Aggregation::SumThenLast,
            (ModeKind::None, None) => Aggregation::None,
            (ModeKind::Distinct, None | Some(ModeKind::Last)) => Aggregation::Distinct,
            (ModeKind::Mean(Some(weight)), None) => self.measure_named(weight).map_or(Aggregation::None, Aggregation::Mean),
            (ModeKind::Ratio(a, b), None) => match (self.measure_named(a), self.measure_named(b)) {
                (Some(a), Some(b)) => Aggregation::Ratio(a, b),
                _ => Aggregation::None,
            },
            _ => {
                self.complain(Diagnostic::new(Code::A02, "cette agrégation n'existe pas", mode.span).help(
                    "écrivez `somme`, `somme ; temps moyenne`, `somme ; temps dernier`, `distincte ; temps dernier`, `moyenne pondérée par x`, `rapport a / b` ou `aucune`",
                ));
                Aggregation::None
            }
        }
    }

    /// A mean and its weight are taken on the same rows.
    pub(crate) fn same_grain_as_weight(&mut self, rule: Aggregation, grain: &Grain, span: Span) {
        let Aggregation::Mean(weight) = rule else { return };
        let Some(header) = self.header(weight).cloned() else { return };
        if header.grain != *grain {
            self.complain(
                Diagnostic::new(Code::G01, format!("le poids `{}` est {}, la valeur {grain}", header.name, header.grain), span)
                    .help("une moyenne et son poids ont le même grain ; par situation, le poids usuel est `etpr`"),
            );
        }
    }

    /// The formula a mode names.
    fn measure_named(&mut self, name: &Spanned<String>) -> Option<FormulaId> {
        match self.get(&name.value) {
            Some(Symbol::Formula(f)) => Some(f),
            Some(Symbol::Column(_)) => {
                let e = Expr { kind: ExprKind::Name(name.value.clone()), span: name.span };
                let x = self.number(&e, &Grain::Situation)?;
                Some(self.hide(x, &e))
            }
            Some(Symbol::Poisoned) => None,
            Some(_) => {
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas une mesure", name.value), name.span)
                        .help("une agrégation nomme une formule ou une donnée"),
                );
                None
            }
            None => {
                self.unknown(&name.value, name.span);
                None
            }
        }
    }

    fn column_rule(&mut self, column: cadrage_ir::ColumnId) -> Aggregation {
        let mode = self.column_modes.get(&column).cloned();
        let unit = crate::bounds::column_unit(column);
        // Complained about where the datum is declared.
        let before = self.diagnostics.len();
        let rule = self.rule_of(mode.as_ref(), &unit);
        self.diagnostics.truncate(before);
        rule
    }
}

/// € or ETPT alone, not €/ETPT: a ratio has no sum.
fn is_amount(unit: &Unit) -> bool {
    [Dimension::Euro, Dimension::Etpt, Dimension::Etpf].iter().any(|d| *unit == Unit::of(*d))
}

/// The grain at which a reader has the value of a level: his own when he is a level, one value among others otherwise.
fn seen(level: &Grain, reader: &Grain) -> Grain {
    if level == reader { reader.clone() } else { Grain::Constant }
}

/// The level words may also be those of a declared axis: its last level is the axis's own attribute (`département` for `structure`).
pub(crate) fn axis_levels(axis: &ast::Axis) -> Vec<(String, String)> {
    let own = fold(&axis.name.value);
    let attribute_of = |word: &str| ATTRIBUTES.iter().find(|a| fold(a.name) == word).map(|a| a.name.to_owned());
    let last = axis.levels.last().map(|l| fold(&l.value));
    match (last, attribute_of(&own)) {
        (Some(last), Some(name)) if attribute_of(&last).is_none() && attribute(&name).is_some() => vec![(last, name)],
        _ => Vec::new(),
    }
}
