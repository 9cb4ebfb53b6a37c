//! A scenario's movements: checked sentences as orders, and who answers their selections.

use cadrage_careers::{Change, Flow, HowMany, Judge, Order, Post, Standing, State, What, Whom};
use cadrage_cube::References;
use cadrage_driver::{ChooseBy, Movement, MovementKind, Profile, Scenario};
use cadrage_engine::Row;
use cadrage_ir::{COLUMNS, ColumnId, Selection};
use cadrage_value::{Exact, Rounding};

use crate::attributes::Coder;
use crate::frames;
use crate::keys::KeyBook;
use crate::representatives::{Representative, Representatives};

/// The orders of a scenario, in the order written; `found`: the grade and step of the posts whose sentence says none.
pub(crate) fn orders(scenario: &Scenario, found: &Representatives, references: &References) -> Vec<Order> {
    let order = |(k, m): (usize, &Movement)| Order { id: m.id.clone(), what: what(&m.kind, found.get(&k), references) };
    scenario.movements.iter().enumerate().map(order).collect()
}

fn what(kind: &MovementKind, found: Option<&Representative>, references: &References) -> What {
    let changed = |profile: &Profile| Box::new(change(profile, references));
    match kind {
        MovementKind::Hire { posts, profile, from, until } => {
            let profile = found.map_or_else(|| profile.clone(), |found| found.fill(profile));
            let posts = posts.iter().map(|quotite| post(&profile, quotite, references)).collect();
            What::Hire { from: *from, until: *until, posts }
        }
        MovementKind::Leave { whom, on, motif } => What::Leave { whom: who(whom), on: *on, motif: motif.clone() },
        MovementKind::Change { whom, from, profile } => {
            What::Change { whom: who(whom), from: *from, ages: kind.group().is_some_and(|(s, _)| ages(s)), change: changed(profile) }
        }
        MovementKind::LeaveWhen { when: w, reach, motif } => What::LeaveWhen { when: when(*w), from: reach.from, motif: motif.clone() },
        MovementKind::ChangeWhen { when: w, reach, profile } => {
            What::ChangeWhen { when: when(*w), from: reach.from, change: changed(profile) }
        }
        MovementKind::Flow { exits, reach, shift: s } => What::Flow {
            flow: if *exits { Flow::Exits } else { Flow::Entries },
            from: reach.from,
            until: reach.until,
            motif: reach.motif.clone(),
            shift: shift(*s),
        },
        MovementKind::Replace { ratio, reach, after, profile } => {
            let mut change = changed(profile);
            if change.grade.is_some() && change.statut.is_none() {
                change.statut = change.grade.as_ref().map(|g| usual_statut(g, references).to_owned());
            }
            What::Replace { ratio: *ratio, from: reach.from, motif: reach.motif.clone(), after: *after, change }
        }
    }
}

fn who(whom: &cadrage_driver::Whom) -> Whom {
    match whom {
        cadrage_driver::Whom::Agent(matricule) => Whom::Agent(matricule.clone()),
        cadrage_driver::Whom::Selected(_, many) => Whom::Selected(match many {
            cadrage_driver::HowMany::All => HowMany::All,
            cadrage_driver::HowMany::People(n, choice) => HowMany::People(*n, choice.descending),
            cadrage_driver::HowMany::Share(share, choice) => HowMany::Share(share.clone(), choice.descending),
            cadrage_driver::HowMany::Etp(etp) => HowMany::Etp(etp.clone()),
        }),
    }
}

fn when(when: cadrage_driver::When) -> cadrage_careers::When {
    match when {
        cadrage_driver::When::Age(months) => cadrage_careers::When::Age(months),
        cadrage_driver::When::Seniority(months) => cadrage_careers::When::Seniority(months),
        cadrage_driver::When::Term => cadrage_careers::When::Term,
    }
}

fn shift(shift: cadrage_driver::Shift) -> cadrage_careers::Shift {
    match shift {
        cadrage_driver::Shift::Cancel => cadrage_careers::Shift::Cancel,
        cadrage_driver::Shift::By(months) => cadrage_careers::Shift::By(months),
        cadrage_driver::Shift::To(day) => cadrage_careers::Shift::To(day),
    }
}

/// Does the selection change its mind with time alone?
fn ages(selection: &Selection) -> bool {
    let moving = |c: &ColumnId| COLUMNS.get(c.index()).is_some_and(|c| matches!(c.name, "âge" | "ancienneté"));
    selection.ranges.keys().any(moving)
}

/// A grade with a national code is a corps of titulaires; the others are contracts.
fn usual_statut(grade: &str, references: &References) -> &'static str {
    if references.grade(grade).is_some_and(|g| !g.grade_bcn.is_empty()) { "TITULAIRE" } else { "CDD" }
}

/// What a new post is.
fn post(profile: &Profile, quotite: &Exact, references: &References) -> State {
    let change = change(profile, references);
    let grade = change.grade.clone().unwrap_or_default();
    let (echelon, chevron) = change.step.clone().unwrap_or_default();
    State {
        statut: change.statut.clone().unwrap_or_else(|| usual_statut(&grade, references).to_owned()),
        echelon,
        chevron,
        inm: change.inm,
        position: "AC".to_owned(),
        quotite: Some(quotite.clone()),
        remuneration: change.remuneration.clone().unwrap_or_else(|| "INDICIAIRE".to_owned()),
        montant_forfait: change.montant_forfait,
        structure: change.structure.clone().unwrap_or_default(),
        modalite: if *quotite == Exact::ONE { "TC" } else { "TP" }.to_owned(),
        post: Some(std::sync::Arc::new(Post { placed: true, ..change.post })),
        grade,
        ..State::default()
    }
}

/// The columns a profile changes, with the pay its grade implies.
fn change(profile: &Profile, references: &References) -> Change {
    let code = |name: &str| profile.code(name).cloned();
    let grade = code("grade");
    let of_grade = grade.as_ref().and_then(|g| references.grade(g)).map(|g| g.remuneration.clone());
    let statut = code("statut");
    let permanent = statut.as_ref().is_some_and(|s| matches!(s.as_str(), "TITULAIRE" | "STAGIAIRE" | "CDI"));
    Change {
        contract_end: permanent.then_some(None),
        statut,
        step: code("échelon").map(|e| (e, code("chevron").unwrap_or_default())),
        inm: profile.inm,
        quotite: profile.quotite.clone(),
        remuneration: code("rémunération").or(of_grade).filter(|r| !r.is_empty()),
        montant_forfait: profile.forfait.as_ref().and_then(|x| Rounding::HalfUp.to_money(x)),
        structure: code("structure").or_else(|| code("composante")),
        post: Post { plafond: code("plafond"), centre: code("centre_de_coût"), eotp: code("eotp"), placed: false },
        grade,
        ..Change::default()
    }
}

/// Reads people as formulas do, and says who answers.
pub(crate) struct Selector<'a, 'c> {
    groups: Vec<Option<(&'c Selection, Option<ChooseBy>)>>,
    keys: &'c KeyBook<'a>,
    coder: &'c mut Coder<'a>,
}

impl<'a, 'c> Selector<'a, 'c> {
    pub(crate) fn new(movements: &'c [Movement], keys: &'c KeyBook<'a>, coder: &'c mut Coder<'a>) -> Self {
        Selector { groups: movements.iter().map(|m| m.kind.group()).collect(), keys, coder }
    }

    /// Somebody as a row, with his main imputation.
    fn row(&mut self, who: &Standing<'_>) -> Row {
        let month = who.day.month();
        let mut row = frames::row(who.matricule, who.state, &Exact::ONE, who.entry, month, self.coder);
        let keys = self.keys.agent(who.seat.unwrap_or(who.matricule)).of(&who.state.structure, month, who.state.post.as_deref());
        if let Some(main) = keys.imputations.first() {
            self.coder.set(&mut row.codes, "plafond", &main.plafond);
            self.coder.set(&mut row.codes, "centre_de_coût", &main.centre);
            self.coder.set(&mut row.codes, "eotp", &main.eotp);
        }
        row
    }
}

impl Judge for Selector<'_, '_> {
    fn accepts(&mut self, order: usize, who: &Standing<'_>) -> bool {
        let Some((selection, _)) = self.groups.get(order).copied().flatten() else { return false };
        selection.is_all() || self.row(who).is_in(selection)
    }

    fn rank(&mut self, order: usize, who: &Standing<'_>) -> Option<Exact> {
        match self.groups.get(order).copied().flatten()?.1? {
            ChooseBy::Column(column) => self.row(who).number(column).cloned(),
            ChooseBy::Step => who.state.echelon.parse().ok(),
        }
    }
}
