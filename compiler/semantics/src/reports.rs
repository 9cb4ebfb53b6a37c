//! `restitution`: levels in rows, periods in columns, measures in cells (decision D33).
//!
//! A measure in a report is aggregated by its own rule in each cell, so a report cannot average averages. Each cell is a hidden
//! formula of its level: the engines run it like any other, over a month or over a period.

use cadrage_ir::{Aggregation, Grain, Selection, WHOLE, attribute};
use cadrage_source::{Code, Diagnostic, Spanned};
use cadrage_syntax::ast::{self, Expr};
use cadrage_syntax::{fold, print_expression};

use crate::graph::walk;
use crate::model::{Expression, Kind, Report, ReportColumn, ReportLevel, ReportMeasure};
use crate::scope::{Scope, Symbol};

/// Axes whose members are few and closed: they may stand in columns.
const CLOSED: &[(&str, &[&str])] = &[
    ("plafond", &["ETAT", "INTERNE", "HORS_PSOP"]),
    ("nature", &["COURANT", "ANTERIEUR"]),
    ("famille", &["REMUNERATION", "COTISATION", "PRESTATION"]),
    ("catégorie", &["A", "B", "C"]),
];

/// Axes whose members a list of the dossier gives: they may stand in columns too, with one more for what is in none.
const LISTED: &[&str] = &["composante", "groupe", "corps", "centre_de_coût"];

/// How many members are read side by side.
const MOST: usize = 60;

/// The column, or the member, of what is in none of those listed.
const OTHERS: &str = "autres";

/// The attribute of one agent.
const MATRICULE: &str = "matricule";

/// The level of one agent, as people name it.
const AGENT: &str = "agent";

/// A level in rows, and what of the one before it its rows are within.
struct Tier {
    grain: Grain,
    depth: usize,
    within: Option<(String, Selection)>,
}

impl Scope<'_> {
    /// The checked report; `None` when something in it was complained about.
    pub(crate) fn report(&mut self, r: &ast::Report, axes: &[&ast::Axis]) -> Option<Report> {
        if r.damaged {
            return None;
        }
        if let Some((word, level)) = &r.analysis {
            return self.report_of_analysis(r, word, level.as_ref());
        }
        let scope = self.optional_selection(r.scope.as_ref());
        let levels = self.report_levels(r, axes);
        let columns = self.report_columns(r);
        if r.measures.is_empty() {
            self.complain(
                Diagnostic::new(Code::V02, format!("`{}` ne montre aucune mesure", r.name.value), r.name.span)
                    .help("ajoutez `mesures masse_salariale ; etpt`, ou nommez une analyse : `analyse gvt`"),
            );
            return None;
        }
        if !r.export.as_ref().is_none_or(|path| self.exportable(path)) {
            return None;
        }
        let (scope, levels, columns) = (scope?, levels?, columns?);
        let splits = splits(&columns);
        let periods = columns.iter().any(|c| matches!(c, ReportColumn::Cumulative | ReportColumn::Year));
        let mut out: Vec<ReportLevel> = Vec::new();
        let mut units = Vec::new();
        let all: Vec<Grain> = levels.iter().map(|l| l.grain.clone()).collect();
        for Tier { grain: level, depth, within } in levels {
            let mut formulas = Vec::new();
            for (_, split) in &splits {
                let selection = scope.intersect(split);
                let selection = within.as_ref().map_or(selection.clone(), |(_, of)| selection.intersect(of));
                let mut row = Vec::new();
                for e in &r.measures {
                    let x = match self.of_one_level(e, &level, &all) {
                        Some(unit) => nothing(unit, e.span),
                        None => self.report_cell(e, &level, &selection, periods)?,
                    };
                    if units.len() < r.measures.len() {
                        units.push(x.ty.unit().cloned().unwrap_or_default());
                    }
                    row.push(self.hide_named(x, format!("{}·{}·{}", r.name.value, level_word(&level), self.hidden.len()), level.clone()));
                }
                formulas.push(row);
            }
            let word = if level_word(&level) == MATRICULE { AGENT } else { level_word(&level) };
            let within = within.map(|(code, _)| code);
            out.push(ReportLevel { attribute: level.attribute(), word: word.to_owned(), depth, within, formulas });
        }
        let measures = r
            .measures
            .iter()
            .zip(units)
            .map(|(e, unit)| ReportMeasure { text: print_expression(e), shown: self.shown_in(e, &unit), unit })
            .collect();
        Some(Report {
            name: r.name.value.clone(),
            label: title(r),
            levels: out,
            columns,
            splits: splits.into_iter().map(|(name, _)| name).collect(),
            measures,
            analysis: None,
            analysis_level: None,
            export: r.export.clone(),
            span: r.name.span,
        })
    }

    /// A measure that lives at one level of the report and does not regroup is « – » at the others; its unit when that is so here.
    fn of_one_level(&self, e: &Expr, level: &Grain, levels: &[Grain]) -> Option<cadrage_ir::Unit> {
        let ast::ExprKind::Name(name) = &e.kind else { return None };
        let Some(Symbol::Formula(f)) = self.get(name) else { return None };
        let header = self.header(f)?;
        let regroups = header.mode.as_ref().is_some_and(|m| matches!(m.space, ast::ModeKind::Ratio(..)));
        let elsewhere = header.grain != *level && levels.contains(&header.grain);
        (matches!(header.grain, Grain::Level(_)) && elsewhere && !regroups).then(|| header.unit.clone())
    }

    /// The unit that a measure is shown in: the one it asks for, the one its formula declares, else the base unit.
    pub(crate) fn shown_in(&self, e: &Expr, unit: &cadrage_ir::Unit) -> (String, cadrage_value::Exact) {
        match &e.kind {
            ast::ExprKind::Convert(_, written) => (crate::units::text(written), crate::units::resolve(written).1),
            ast::ExprKind::Name(name) => match self.get(name) {
                Some(Symbol::Formula(f)) => self.header(f).and_then(|h| h.written.clone()),
                _ => None,
            }
            .unwrap_or_else(|| (unit.to_string(), cadrage_value::Exact::ONE)),
            _ => (unit.to_string(), cadrage_value::Exact::ONE),
        }
    }

    /// The levels in rows, the whole institution first.
    fn report_levels(&mut self, r: &ast::Report, axes: &[&ast::Axis]) -> Option<Vec<Tier>> {
        let tiers = |grains: Vec<Grain>| grains.into_iter().enumerate().map(|(depth, grain)| Tier { grain, depth, within: None }).collect();
        let whole = Grain::Level(WHOLE.to_owned());
        let Some((axis, below)) = &r.rows else { return Some(tiers(vec![whole])) };
        let agent = || Grain::Level(MATRICULE.to_owned());
        if fold(&axis.value) == AGENT && below.is_none() {
            return Some(tiers(vec![whole, agent()]));
        }
        let to_agents = below.as_ref().filter(|word| fold(&word.value) == AGENT);
        let declared = axes.iter().find(|a| fold(&a.name.value) == fold(&axis.value));
        let Some(declared) = declared else {
            if attribute_word(&axis.value).is_some() && (below.is_none() || to_agents.is_some()) {
                let grains = vec![whole, self.level(axis)?];
                return match to_agents {
                    Some(word) => self.down_to_agents(tiers(grains), word),
                    None => Some(tiers(grains)),
                };
            }
            let names: Vec<&str> = axes.iter().map(|a| a.name.value.as_str()).collect();
            let near = crate::suggest::nearest(&axis.value, names.iter().copied());
            let help = near.map_or_else(|| format!("axes déclarés : {}", names.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
            self.complain(
                Diagnostic::new(Code::N01, format!("`{}` n'est pas un axe", axis.value), axis.span).here("axe inconnu").help(help),
            );
            return None;
        };
        let words: Vec<&Spanned<String>> = declared.levels.iter().collect();
        let end = match below {
            None => words.len(),
            Some(_) if to_agents.is_some() => words.len(),
            Some(word) => match words.iter().position(|w| fold(&w.value) == fold(&word.value)) {
                Some(k) => k + 1,
                None => {
                    let listed: Vec<&str> = words.iter().map(|w| w.value.as_str()).collect();
                    self.complain(
                        Diagnostic::new(Code::G02, format!("`{}` n'est pas un niveau de l'axe {}", word.value, axis.value), word.span)
                            .here("niveau inconnu")
                            .help(format!("ses niveaux : {}", listed.join(" > "))),
                    );
                    return None;
                }
            },
        };
        let mut out = vec![whole.clone()];
        for word in words.into_iter().take(end) {
            // A report goes down to agents when it says so, and only then.
            if fold(&word.value) == AGENT {
                continue;
            }
            let level = self.level(word)?;
            if !out.contains(&level) {
                out.push(level);
            }
        }
        match to_agents {
            Some(word) => self.down_to_agents(tiers(out), word),
            None => Some(tiers(out)),
        }
    }

    /// Agents under each member of the finest level: no list puts an agent under a member, since one may be in several; each row is what
    /// the agent has in that member, so that the rows add up to it.
    fn down_to_agents(&mut self, mut tiers: Vec<Tier>, word: &Spanned<String>) -> Option<Vec<Tier>> {
        let (finest, depth) = (tiers.last()?.grain.clone(), tiers.len());
        let attribute = finest.attribute()?;
        let known: Vec<String> = self.members.of(attribute).into_iter().flatten().cloned().collect();
        let name = level_word(&finest).to_owned();
        if (known.is_empty() && !self.library) || known.len() > MOST {
            let why =
                if known.is_empty() { "aucune liste n'en donne les membres".to_owned() } else { format!("il a {} membres", known.len()) };
            self.complain(
                Diagnostic::new(Code::G02, format!("le détail par agent ne se place pas sous `{name}` : {why}"), word.span)
                    .here(format!("{MOST} membres au plus"))
                    .help(format!(
                        "écrivez `lignes agent` et `pour {name} …`, ou partez d'un niveau plus large : `lignes composante jusqu'à agent`"
                    )),
            );
            return None;
        }
        for (code, selection) in parts(attribute, &known) {
            tiers.push(Tier { grain: Grain::Level(MATRICULE.to_owned()), depth, within: Some((code, selection)) });
        }
        Some(tiers)
    }

    fn report_columns(&mut self, r: &ast::Report) -> Option<Vec<ReportColumn>> {
        let mut out = Vec::new();
        for word in &r.columns {
            let column = match fold(&word.value).as_str() {
                "mois" => ReportColumn::Month,
                "cumul" => ReportColumn::Cumulative,
                "exercice" => ReportColumn::Year,
                "scenario" => ReportColumn::Scenario,
                folded => match CLOSED.iter().find(|(name, _)| fold(name) == *folded) {
                    Some((name, members)) => ReportColumn::Members(attribute(name)?, members.iter().map(|m| (*m).to_owned()).collect()),
                    None if LISTED.iter().any(|name| fold(name) == *folded) => self.listed_column(word)?,
                    None => {
                        self.complain(
                            Diagnostic::new(Code::G02, format!("`{}` ne se met pas en colonnes", word.value), word.span)
                                .help("colonnes : mois, cumul, exercice, scénario, plafond, nature, famille, catégorie, composante, groupe, corps, centre_de_coût ; les autres axes vont en lignes"),
                        );
                        return None;
                    }
                },
            };
            out.push(column);
        }
        if !out.iter().any(|c| matches!(c, ReportColumn::Month | ReportColumn::Cumulative | ReportColumn::Year)) {
            out.push(ReportColumn::Year);
        }
        Some(out)
    }

    /// A column for each member that the lists of the dossier give.
    fn listed_column(&mut self, word: &Spanned<String>) -> Option<ReportColumn> {
        let a = attribute(attribute_word(&word.value)?)?;
        let known: Vec<String> = self.members.of(a).into_iter().flatten().cloned().collect();
        if (known.is_empty() && !self.library) || known.len() > MOST {
            let why =
                if known.is_empty() { "aucune liste n'en donne les membres".to_owned() } else { format!("il a {} membres", known.len()) };
            self.complain(
                Diagnostic::new(Code::G02, format!("`{}` ne se met pas en colonnes : {why}", word.value), word.span)
                    .here(format!("{MOST} colonnes au plus"))
                    .help(format!("mettez-le en lignes : `lignes {}`", word.value)),
            );
            return None;
        }
        Some(ReportColumn::Members(a, known))
    }

    /// A measure in the cells of a level: names are aggregated by their own rules, for the agents and lines of the report.
    pub(crate) fn report_cell(&mut self, e: &Expr, level: &Grain, selection: &Selection, periods: bool) -> Option<Expression> {
        self.cell = Some((level.clone(), selection.clone()));
        let x = self.number(e, level);
        self.cell = None;
        let x = x?;
        let mut wrong = None;
        walk(&x, &mut |kind| match kind {
            Kind::Aggregate(_) | Kind::Literal(_) | Kind::Binary(..) | Kind::Negate(_) | Kind::Absolute(_) | Kind::Round(..) => {}
            Kind::Min(_) | Kind::Max(_) | Kind::If(..) | Kind::OrElse(..) | Kind::Flag(_) | Kind::Not(_) => {}
            Kind::Formula(f) if matches!(self.header(*f).map(|h| &h.grain), Some(Grain::Level(_))) => {
                let own = self.headers.get(f.index()).is_some_and(|h| h.mode.is_some());
                if periods && !own {
                    wrong = Some("se lit un mois à la fois : sa déclaration ne dit pas comment les mois s'agrègent");
                }
            }
            _ => wrong = Some("n'est pas faite de mesures : une restitution montre des mesures et leurs rapports"),
        });
        if let Some(why) = wrong {
            self.complain(Diagnostic::new(Code::A02, format!("`{}` {why}", print_expression(e)), e.span).help(
                "nommez des formules, leurs sommes, leurs rapports : `masse_salariale / etpt` ; ou donnez une `agrégation` à la formule",
            ));
            return None;
        }
        Some(x)
    }

    /// Inside a report, a name is its measure in the cell at hand.
    pub(crate) fn name_in_cell(&mut self, name: &str, e: &Expr) -> Option<Option<Expression>> {
        let (level, selection) = self.cell.clone()?;
        if !matches!(self.get(name), Some(Symbol::Formula(_) | Symbol::Column(_))) {
            return None;
        }
        let cell = self.cell.take();
        let found = self.measured(e).and_then(|m| {
            // A formula of the very level of the cell is itself, when it cannot be rebuilt from what it is made of.
            if let Aggregation::Ratio(a, b) = m.rule {
                return self.quotient((a, b), &level, &selection, &level, e.span);
            }
            let own = m.grain == level;
            let chosen = if own { Selection::all() } else { selection };
            self.by_its_rule(&m, &level, &chosen, &level, e.span)
        });
        self.cell = cell;
        Some(found)
    }
}

/// What a report is called.
pub(crate) fn title(r: &ast::Report) -> String {
    r.label.as_ref().or(r.docs.label.as_ref()).map_or_else(|| r.name.value.clone(), |l| l.value.clone())
}

/// « Sans objet », as an expression: a ratio over nothing.
fn nothing(unit: cadrage_ir::Unit, span: cadrage_source::Span) -> Expression {
    let zero = || {
        let kind = Kind::Literal(cadrage_value::Exact::ZERO);
        Box::new(crate::expressions::quantity(kind, cadrage_ir::Unit::pure(), Grain::Constant, span))
    };
    crate::expressions::quantity(Kind::Binary(cadrage_ir::Operator::Ratio, zero(), zero()), unit, Grain::Constant, span)
}

fn attribute_word(word: &str) -> Option<&'static str> {
    cadrage_ir::ATTRIBUTES.iter().find(|a| fold(a.name) == fold(word)).map(|a| a.name)
}

pub(crate) fn level_word(level: &Grain) -> &str {
    match level {
        Grain::Level(name) => name,
        _ => WHOLE,
    }
}

/// A selection for each code, and one for all others.
fn parts(a: cadrage_ir::AttributeId, codes: &[String]) -> Vec<(String, Selection)> {
    let of = |constraint| {
        let mut one = Selection::all();
        one.restrict(a, constraint);
        one
    };
    let each = codes.iter().map(|code| (code.clone(), of(cadrage_ir::Constraint::In([code.clone()].into()))));
    let others = of(cadrage_ir::Constraint::NotIn(codes.iter().cloned().collect()));
    each.chain([(OTHERS.to_owned(), others)]).collect()
}

/// Every combination of members of the columns that are axes, with its name.
fn splits(columns: &[ReportColumn]) -> Vec<(String, Selection)> {
    let mut out = vec![(String::new(), Selection::all())];
    for column in columns {
        let ReportColumn::Members(a, codes) = column else { continue };
        let mut next = Vec::new();
        for (name, selection) in &out {
            let closed = CLOSED.iter().any(|(name, _)| attribute(name) == Some(*a));
            for (code, part) in parts(*a, codes).into_iter().filter(|(code, _)| !closed || code != OTHERS) {
                let named = if name.is_empty() { code } else { format!("{name} {code}") };
                next.push((named, selection.intersect(&part)));
            }
        }
        out = next;
    }
    out
}
