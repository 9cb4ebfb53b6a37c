//! HR's view (pay elements, families) and finance's view (accounts, cost centres) of the same euros: each axis is summed on its own and
//! set against the masse salariale; what has no member on an axis, or an account that is not the declared one, is told.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cadrage_cube::Cube;
use cadrage_driver::Compiled;
use cadrage_engine::{Line, Origin};
use cadrage_ir::{AttributeId, Feed, Program, attribute};
use cadrage_source::Code;
use cadrage_value::{Money, Month};

use crate::alerts::Alert;
use crate::lines::is_titulaire;
use crate::run::Projection;

/// The families of personnel expenditure (decree n° 2012-1246, art. 178).
const FAMILIES: [&str; 3] = ["REMUNERATION", "COTISATION", "PRESTATION"];

/// The money of hors PSOP has no cost centre by nature: it is outside the payroll that splits it.
const HORS_PSOP: &str = "HORS_PSOP";

/// The axis that an agent says, where the others are said by a rubrique.
const CENTRE: &str = "centre de coût";

/// Notes of one kind before « … et n autres ».
const SHOWN: usize = 5;

/// One exercice, constaté or projected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The year.
    pub year: i32,
    /// Known pay.
    pub constate: bool,
    /// Everything paid.
    pub total: Money,
    /// By pay element, those the list of elements knows.
    pub elements: BTreeMap<String, Money>,
    /// By family of the GBCP.
    pub familles: BTreeMap<String, Money>,
    /// By account.
    pub comptes: BTreeMap<String, Money>,
    /// By cost centre.
    pub centres: BTreeMap<String, Money>,
    /// Hors PSOP, that no cost centre has to bear.
    pub hors_psop: Money,
}

/// An axis of a view: its name, the total of its members, what no member bears.
pub type AxisTotal = (&'static str, Money, Money);

impl View {
    /// The four axes; what no member bears is the masse salariale less their total.
    #[must_use]
    pub fn axes(&self) -> [AxisTotal; 4] {
        let of = |name, members: &BTreeMap<String, Money>, apart: Money| {
            let total = members.values().copied().sum::<Money>() + apart;
            (name, total, self.total - total)
        };
        [
            of("élément", &self.elements, Money::ZERO),
            of("famille", &self.familles, Money::ZERO),
            of("compte", &self.comptes, Money::ZERO),
            of(CENTRE, &self.centres, self.hors_psop),
        ]
    }

    /// Has every euro its member on every axis?
    #[must_use]
    pub fn meets(&self) -> bool {
        self.axes().iter().all(|(_, _, without)| *without == Money::ZERO)
    }
}

/// What lines say alike: a few thousand for millions of lines.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    /// Addresses of the shared texts of the attributes read.
    texts: [usize; 6],
    year: i32,
    constate: bool,
    origin: Origin,
}

/// The lines of a key.
struct Tally {
    amount: Money,
    lines: usize,
    first: usize,
}

/// A fact told once for all the lines it is true of.
#[derive(Default)]
struct Fact {
    amount: Money,
    lines: usize,
    first: usize,
}

impl Fact {
    fn add(&mut self, tally: &Tally) {
        self.first = if self.lines == 0 { tally.first } else { self.first.min(tally.first) };
        self.amount += tally.amount;
        self.lines += tally.lines;
    }
}

/// What is amiss, by what it is amiss of.
#[derive(Default)]
struct Facts {
    /// By axis then rubrique: no member.
    without: BTreeMap<(&'static str, String), Fact>,
    /// By rubrique, account borne and accounts declared.
    other_account: BTreeMap<(String, String, String), Fact>,
    /// By account: not in the plan of accounts.
    unknown_account: BTreeMap<(String, String), Fact>,
}

/// Sums each axis of the exercices of a projection, and says what is amiss.
pub(crate) fn add(compiled: &Compiled, program: &Program, cube: &Cube, out: &mut Projection) {
    let reader = Reader { program, cube, known: ["rubrique", "famille", "compte", "centre_de_coût", "plafond", "statut"].map(attribute) };
    let mut facts = Facts::default();
    let mut views: BTreeMap<(i32, bool), View> = BTreeMap::new();
    for (key, tally) in reader.tallies(&out.lines, out.last) {
        let Some(line) = out.lines.get(tally.first) else { continue };
        let view = views.entry((key.year, !key.constate)).or_insert_with(|| empty(key.year, key.constate));
        reader.enter(line, &tally, view, &mut facts);
    }
    out.views = views.into_values().collect();
    let told = Told { compiled, program, cube, lines: &out.lines };
    let notes = told.all(&facts);
    out.alerts.extend(notes);
}

fn empty(year: i32, constate: bool) -> View {
    View {
        year,
        constate,
        total: Money::ZERO,
        elements: BTreeMap::new(),
        familles: BTreeMap::new(),
        comptes: BTreeMap::new(),
        centres: BTreeMap::new(),
        hors_psop: Money::ZERO,
    }
}

struct Reader<'a> {
    program: &'a Program,
    cube: &'a Cube,
    /// Rubrique, famille, compte, centre, plafond, statut.
    known: [Option<AttributeId>; 6],
}

impl Reader<'_> {
    fn text<'l>(&self, line: &'l Line, k: usize) -> &'l str {
        let id = self.known.get(k).copied().flatten();
        id.and_then(|a| line.codes.get(a.index())).map_or("", |code| code)
    }

    /// The lines that say the same, in the order of the first of each.
    fn tallies(&self, lines: &[Line], last: Month) -> Vec<(Key, Tally)> {
        let mut found: HashMap<Key, usize> = HashMap::new();
        let mut out: Vec<(Key, Tally)> = Vec::new();
        let mut before: Option<usize> = None;
        let from = last.january();
        for (k, line) in lines.iter().enumerate().filter(|(_, l)| l.month >= from && l.amount != Money::ZERO) {
            let address = |id: &Option<AttributeId>| {
                id.and_then(|a| line.codes.get(a.index())).map_or(0, |code| Arc::as_ptr(code).cast::<u8>() as usize)
            };
            let key = Key {
                texts: self.known.each_ref().map(address),
                year: line.month.year(),
                constate: line.month <= last,
                origin: line.origin,
            };
            let same = before.filter(|at| out.get(*at).is_some_and(|(other, _)| *other == key));
            let at = same.unwrap_or_else(|| {
                *found.entry(key).or_insert_with(|| {
                    out.push((key, Tally { amount: Money::ZERO, lines: 0, first: k }));
                    out.len() - 1
                })
            });
            before = Some(at);
            if let Some((_, tally)) = out.get_mut(at) {
                tally.amount += line.amount;
                tally.lines += 1;
            }
        }
        out
    }

    fn enter(&self, line: &Line, tally: &Tally, view: &mut View, facts: &mut Facts) {
        let [rubrique, famille, compte, centre, plafond, _] = std::array::from_fn(|k| self.text(line, k));
        view.total += tally.amount;
        let mut put = |axis: &'static str, member: Option<&str>, members: &mut BTreeMap<String, Money>| match member {
            Some(member) => *members.entry(member.to_owned()).or_default() += tally.amount,
            // A centre is the agent's: all his elements lack it together.
            None if axis == CENTRE => facts.without.entry((axis, String::new())).or_default().add(tally),
            None => facts.without.entry((axis, rubrique.to_owned())).or_default().add(tally),
        };
        let is = |code: &str| !matches!(code, "" | "?");
        put("élément", Some(rubrique).filter(|r| self.program.element(r).is_some()), &mut view.elements);
        put("famille", Some(famille).filter(|f| FAMILIES.contains(f)), &mut view.familles);
        put("compte", Some(compte).filter(|c| is(c)), &mut view.comptes);
        if !is(centre) && plafond == HORS_PSOP {
            view.hors_psop += tally.amount;
        } else {
            put(CENTRE, Some(centre).filter(|c| is(c)), &mut view.centres);
        }
        if !is(compte) {
            return;
        }
        let plan = &self.cube.references.comptes;
        if !plan.is_empty() && !plan.contains_key(compte) {
            facts.unknown_account.entry((compte.to_owned(), rubrique.to_owned())).or_default().add(tally);
        }
        if let Some(declared) = self.declared(line, rubrique).filter(|declared| !declared.iter().any(|d| d == compte)) {
            let declared = declared.join(" ou ");
            facts.other_account.entry((rubrique.to_owned(), compte.to_owned(), declared)).or_default().add(tally);
        }
    }

    /// The accounts a line may bear: the formula's own, else those of its element and statut; `None` when nothing is declared.
    fn declared(&self, line: &Line, rubrique: &str) -> Option<Vec<String>> {
        if let Origin::Computed(id) | Origin::Rappel(id) = line.origin
            && let Some(Feed::Rubriques(_, Some(account))) = self.program.formula(id).and_then(|f| f.feeds.as_ref())
        {
            return Some(vec![account.clone()]);
        }
        let element = self.program.element(rubrique)?;
        let mut accounts = match self.text(line, 5) {
            // Nobody knows the statut of whom the SIRH does not have: either account is right.
            "" | "?" => vec![element.account(true).to_owned(), element.account(false).to_owned()],
            statut => vec![element.account(is_titulaire(statut)).to_owned()],
        };
        accounts.dedup();
        accounts.retain(|a| !a.is_empty());
        (!accounts.is_empty()).then_some(accounts)
    }
}

/// Puts facts in words.
struct Told<'a> {
    compiled: &'a Compiled,
    program: &'a Program,
    cube: &'a Cube,
    lines: &'a [Line],
}

impl Told<'_> {
    fn all(&self, facts: &Facts) -> Vec<Alert> {
        let mut out = Vec::new();
        for axis in ["élément", "famille", "compte", CENTRE] {
            // What the list of elements does not know has no family either: said once.
            let told = |rubrique: &String| axis != "famille" || !facts.without.contains_key(&("élément", rubrique.clone()));
            let own = facts.without.iter().filter(|((a, rubrique), _)| *a == axis && told(rubrique));
            let notes = own.map(|((_, rubrique), fact)| self.without(axis, rubrique, fact)).collect();
            shown(&mut out, Code::V30, notes);
        }
        let notes = facts.other_account.iter().map(|((rubrique, compte, declared), fact)| {
            format!("rubrique {rubrique} : {} au compte {compte}, le compte déclaré est {declared} ; {}", size(fact), self.place(fact))
        });
        shown(&mut out, Code::V31, notes.collect());
        let notes = facts.unknown_account.iter().map(|((compte, rubrique), fact)| {
            format!(
                "compte {compte} : {} de la rubrique {rubrique}, absent de `referentiels/comptes.csv` ; {}",
                size(fact),
                self.place(fact)
            )
        });
        shown(&mut out, Code::V32, notes.collect());
        out
    }

    fn without(&self, axis: &str, rubrique: &str, fact: &Fact) -> String {
        let what = match rubrique {
            _ if axis == CENTRE => String::new(),
            "" | "?" => "sans rubrique : ".to_owned(),
            code => format!("rubrique {code} : "),
        };
        let lack = match axis {
            "élément" => "qu'aucun élément ne déclare, donc sans famille".to_owned(),
            _ => format!("sans {axis}"),
        };
        let element = self.program.element(rubrique);
        let help = match (axis, element.and_then(|e| e.span)) {
            (CENTRE, _) => self.agent(fact),
            // The declaration is whole: it is the line that says nothing.
            ("compte", _) if element.is_some_and(|e| !e.account(true).is_empty()) => self.place(fact),
            (_, Some(span)) => format!("à dire dans `élément {rubrique}` ({})", self.compiled.sources.place(span)),
            (_, None) if self.cube.references.elements.is_empty() => format!("{} ; écrivez `élément {rubrique} …`", self.place(fact)),
            (_, None) => format!("{} ; à dire dans `referentiels/elements_paie.csv`", self.place(fact)),
        };
        format!("{what}{} {lack} ; {help}", size(fact))
    }

    /// Whose the first line is.
    fn agent(&self, fact: &Fact) -> String {
        let Some(line) = self.lines.get(fact.first) else { return String::new() };
        let place = self.file_line(line).filter(|_| line.origin == Origin::Constate).unwrap_or_else(|| line.month.to_french());
        format!("la première : agent {}, {place}", line.code("matricule"))
    }

    /// Where the first line comes from.
    fn place(&self, fact: &Fact) -> String {
        let Some(line) = self.lines.get(fact.first) else { return String::new() };
        let of = |id| self.program.formula(id).map(|f| format!("formule `{}` ({})", f.name, self.compiled.sources.place(f.span)));
        let said = match line.origin {
            Origin::Constate => self.file_line(line),
            Origin::Computed(id) | Origin::Rappel(id) | Origin::Carried(id) => of(id),
            Origin::Entered(k) => self.compiled.model.forms.get(k as usize).map(|f| format!("saisie `{}`", f.name)),
        };
        said.unwrap_or_else(|| format!("mois {}", line.month.to_french()))
    }

    /// File and line of a delivered line.
    fn file_line(&self, line: &Line) -> Option<String> {
        let same = |name: &str, code: &str| line.code(name) == code;
        let pay = self.cube.months.get(&line.month)?.pay.iter().find(|p| {
            same("matricule", &p.matricule)
                && same("rubrique", &p.rubrique)
                && same("compte", &p.compte)
                && same("centre_de_coût", &p.centre)
        })?;
        let file = if pay.is_manual() { "hors_psop" } else { "retour_de_paie" };
        // Lines of files count the header.
        Some(format!("{file}_{} ligne {}", line.month, u64::from(pay.number) + 1))
    }
}

fn shown(out: &mut Vec<Alert>, code: Code, notes: Vec<String>) {
    let rest = notes.len().saturating_sub(SHOWN);
    out.extend(notes.into_iter().take(SHOWN).map(|message| Alert { code: code.name(), message }));
    if rest > 0 {
        out.push(Alert { code: code.name(), message: format!("… et {rest} autres de ce genre") });
    }
}

fn size(fact: &Fact) -> String {
    let lines = if fact.lines == 1 { "1 ligne".to_owned() } else { format!("{} lignes", fact.lines) };
    format!("{} € ({lines})", fact.amount.to_french())
}
