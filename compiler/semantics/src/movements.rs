//! Movements: who, towards what, when (decision D24).

use cadrage_ir::{Dimension, Unit};
use cadrage_source::{Code, Diagnostic, Span};
use cadrage_syntax::ast::{FlowClause, MovementClause, ReplacementClause, Target, Verb};
use cadrage_syntax::{canonical_code, fold};
use cadrage_value::{Exact, Month};

use crate::movement::{HowMany, MovementKind, Profile, When, Whom};
use crate::movement_words::Said;
use crate::scope::Scope;
use crate::units;

/// A sentence that moves people.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sentence<'t> {
    Movement(&'t MovementClause),
    Flow(&'t FlowClause),
    Replacement(&'t ReplacementClause),
}

impl Sentence<'_> {
    pub(crate) fn span(self) -> Span {
        match self {
            Sentence::Movement(m) => m.span,
            Sentence::Flow(f) => f.span,
            Sentence::Replacement(r) => r.span,
        }
    }
}

impl Scope<'_> {
    /// The checked movement; `last` is the last constaté month.
    pub(crate) fn sentence(&mut self, sentence: &Sentence<'_>, last: Month) -> Option<MovementKind> {
        match *sentence {
            Sentence::Movement(m) => {
                let kind = if m.verb.value == Verb::Hire { self.hire(m) } else { self.group(m) }?;
                self.after_the_constate(&kind, m.span, last)?;
                Some(kind)
            }
            Sentence::Flow(f) => self.flow(f),
            Sentence::Replacement(r) => self.replacement(r),
        }
    }

    /// T03: a movement on a day of the constaté months.
    fn after_the_constate(&mut self, kind: &MovementKind, span: Span, last: Month) -> Option<()> {
        let (date, first, verb) = match kind {
            MovementKind::Hire { from, .. } => (*from, *from, "recruter"),
            MovementKind::Leave { on, .. } => (*on, on.next(), "faire partir quelqu'un"),
            MovementKind::Change { from, .. } => (*from, *from, "changer une situation"),
            _ => return Some(()),
        };
        if first.month() > last {
            return Some(());
        }
        self.complain(
            Diagnostic::new(
                Code::T03,
                format!("{} est constaté : la paie est connue, on ne peut plus y {verb}", date.month().to_french()),
                span,
            )
            .help(format!(
                "le premier mois projeté est {} ; si le mouvement a déjà eu lieu, il doit figurer dans l'import, sinon corrigez la date",
                last.plus(1).to_french()
            )),
        );
        None
    }

    fn hire(&mut self, m: &MovementClause) -> Option<MovementKind> {
        let said = self.said("recruter", &m.complements, &["à compter du", "au", "jusqu'au", "motif"], m.span)?;
        let Some(Target::Profile(written)) = &m.target else {
            self.incomplete(m.span, "recruter qui ?", "donnez un profil : `grade MCF_CN échelon 2 composante SCIENCES plafond ÉTAT`");
            return None;
        };
        let profile = self.post_profile(written)?;
        let posts = self.posts(m, &profile)?;
        self.one_rank(m.span, &profile)?;
        if profile.code("composante").is_none() && profile.code("structure").is_none() {
            self.incomplete(m.span, "il manque l'affectation", "ajoutez `composante SCIENCES`");
            return None;
        }
        if profile.code("plafond").is_none() && profile.code("centre_de_coût").is_none() {
            self.incomplete(m.span, "il manque le plafond", "ajoutez `plafond ÉTAT` ou `plafond INTERNE`");
            return None;
        }
        let Some(from) = said.from else {
            self.incomplete(m.span, "il manque la date", "ajoutez `à compter du 01/09/2027`");
            return None;
        };
        let until = said.until.or(said.on);
        self.in_order(Some(from), until, m.span)?;
        Some(MovementKind::Hire { posts, profile, from, until })
    }

    /// A post has a grade, or is known by one of those that hold it: its corps, its catégorie, its statut.
    fn one_rank(&mut self, span: Span, profile: &Profile) -> Option<()> {
        let says = |name: &str| profile.code(name).is_some();
        let (grade, corps, category) = (says("grade"), says("corps"), says("catégorie"));
        if grade && (corps || category) {
            self.incomplete(span, "un grade et ce qui le contient", "le grade dit son corps et sa catégorie : gardez le grade");
            return None;
        }
        if corps && category {
            self.incomplete(span, "un corps et une catégorie", "le corps dit sa catégorie : gardez le corps");
            return None;
        }
        if grade {
            return Some(());
        }
        if !corps && !category && !says("statut") {
            self.incomplete(
                span,
                "il manque le grade",
                "ajoutez `grade MCF_CN` ; si seul le corps ou la catégorie est connu, `corps MCF` ou `catégorie A` : le grade et l'échelon représentatifs sont lus dans la paie constatée",
            );
            return None;
        }
        let of_a_grade = [
            ("échelon", says("échelon")),
            ("rémunération", says("rémunération")),
            ("inm", profile.inm.is_some()),
            ("montant_forfait", profile.forfait.is_some()),
        ];
        if let Some((name, _)) = of_a_grade.iter().find(|(_, said)| *said) {
            self.incomplete(
                span,
                format!("`{name}` ne se donne qu'avec un grade"),
                format!("ajoutez le grade, ou retirez `{name}` : le grade et l'échelon représentatifs sont lus dans la paie constatée"),
            );
            return None;
        }
        Some(())
    }

    /// The working time of each post: so many whole ones, or so many ETP with a fraction at the end.
    fn posts(&mut self, m: &MovementClause, profile: &Profile) -> Option<Vec<Exact>> {
        let quotite = profile.quotite.clone().unwrap_or(Exact::ONE);
        let Some((n, unit)) = &m.quantity else { return Some(vec![quotite]) };
        let unit = unit.as_ref().map(units::resolve).map_or_else(Unit::pure, |(u, _)| u);
        let whole = n.floor();
        let rest = n - &whole;
        let count = whole.to_int().and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= 10_000 && !n_is_zero(&whole, &rest));
        if unit == Unit::of(Dimension::Etp) {
            if profile.quotite.is_some() {
                self.incomplete(m.span, "des ETP et une quotité : lequel des deux ?", "écrivez `1,5 ETP`, ou `3 agents … quotité 50 %`");
                return None;
            }
            if let Some(count) = count {
                let mut posts = vec![Exact::ONE; count];
                if !rest.is_zero() {
                    posts.push(rest);
                }
                return Some(posts);
            }
        }
        let people = unit == Unit::of(Dimension::Agent) || unit == Unit::of(Dimension::Emploi) || unit.is_pure();
        match count.filter(|_| rest.is_zero() && people) {
            Some(count) => Some(vec![quotite; count]),
            None => {
                self.incomplete(
                    m.span,
                    "on recrute un nombre entier d'agents, de 1 à 10 000, ou des ETP",
                    "pour une fraction, écrivez `1,5 ETP`, ou une quotité : `3 agents … quotité 50 %`",
                );
                None
            }
        }
    }

    /// Any verb but `recruter`: who, when, towards what.
    fn group(&mut self, m: &MovementClause) -> Option<MovementKind> {
        let verb = m.verb.value;
        let takes: &[&str] = match verb {
            Verb::Leave => &["pour", "au", "à", "au terme de leur contrat", "à compter du", "choisis par", "motif"],
            Verb::ChangeTime => &["pour", "à", "à compter du", "choisis par", "motif"],
            _ => &["pour", "vers", "à", "à compter du", "choisis par", "motif"],
        };
        let said = self.said(verb_name(verb), &m.complements, takes, m.span)?;
        let when = if verb == Verb::ChangeTime { None } else { self.when(&said, m.span)? };
        let profile = self.towards(verb, &said, m.span)?;
        if let Some(when) = when {
            return self.rule(m, &said, when, profile);
        }
        let whom = self.whom(m, &said)?;
        if verb == Verb::Leave {
            if said.from.is_some() {
                self.incomplete(m.span, "on part à la fin d'un jour", "dites `au 31/08/2027`, dernier jour d'activité");
                return None;
            }
            let Some(on) = said.on else {
                self.incomplete(m.span, "il manque la date", "ajoutez `au 31/08/2027`, dernier jour d'activité, ou `à 67 ans`");
                return None;
            };
            return Some(MovementKind::Leave { whom, on, motif: said.motif.unwrap_or_default() });
        }
        let Some(from) = said.from else {
            self.incomplete(m.span, "il manque la date", "ajoutez `à compter du 01/09/2027`");
            return None;
        };
        Some(MovementKind::Change { whom, from, profile })
    }

    /// `à 67 ans`, `au terme de leur contrat`: no date of its own, and everybody selected.
    fn rule(&mut self, m: &MovementClause, said: &Said<'_>, when: When, profile: Profile) -> Option<MovementKind> {
        if m.quantity.is_some()
            || said.chosen.is_some()
            || said.on.is_some()
            || matches!(m.target, Some(Target::Member(..) | Target::Profile(_)))
        {
            self.incomplete(
                m.span,
                "une règle dans le temps vaut pour tous ceux de sa sélection",
                "écrivez `faire partir les agents pour corps PR à 67 ans` ; pour une personne, donnez la date",
            );
            return None;
        }
        if said.whom.is_none() && m.target.is_none() {
            self.incomplete(m.span, "qui ?", "écrivez `les agents`, ou `pour corps PR`");
            return None;
        }
        let mut reach = self.reach(said, m.span)?;
        reach.motif = None;
        if m.verb.value == Verb::Leave {
            let usual = if when == When::Term { "FIN_CONTRAT" } else { "" };
            let motif = said.motif.clone().unwrap_or_else(|| usual.to_owned());
            return Some(MovementKind::LeaveWhen { when, reach, motif });
        }
        Some(MovementKind::ChangeWhen { when, reach, profile })
    }

    /// What changes, and that it is what the verb says.
    fn towards(&mut self, verb: Verb, said: &Said<'_>, span: Span) -> Option<Profile> {
        match verb {
            Verb::Leave => return Some(Profile::default()),
            Verb::ChangeTime => {
                let Some((x, unit)) = said.at.filter(|_| said.at_of.is_none()) else {
                    self.incomplete(span, "à quelle quotité ?", "ajoutez `à 80 %`");
                    return None;
                };
                return Some(Profile { quotite: Some(self.quotite(x, unit, span)?), ..Profile::default() });
            }
            _ => {}
        }
        let Some(written) = said.to else {
            self.incomplete(span, "vers quoi ?", "ajoutez `vers grade MCF_HC`");
            return None;
        };
        let profile = self.movement_profile(written)?;
        let says = |names: &[&str]| names.iter().any(|n| profile.code(n).is_some());
        let (missing, help) = match verb {
            Verb::Promote if !says(&["grade", "échelon"]) && profile.inm.is_none() => {
                ("une promotion change de grade ou d'échelon", "dites `vers grade MCF_HC` ; sinon employez `transformer` ou `muter`")
            }
            Verb::Move if !says(&["structure", "composante", "plafond", "centre_de_coût"]) => (
                "une mutation change d'affectation ou d'imputation",
                "dites `vers composante DROIT` ; sinon employez `promouvoir` ou `transformer`",
            ),
            _ => return Some(profile),
        };
        self.incomplete(span, missing, help);
        None
    }

    fn whom(&mut self, m: &MovementClause, said: &Said<'_>) -> Option<Whom> {
        match &m.target {
            Some(Target::Member(axis, code)) => {
                if fold(&axis.value) != "agent" {
                    self.incomplete(
                        m.span,
                        "un mouvement désigne un agent",
                        "écrivez `l'agent VAL000000123`, ou `pour composante SCIENCES`",
                    );
                    return None;
                }
                if said.whom.is_some() || m.quantity.is_some() || said.chosen.is_some() {
                    self.incomplete(m.span, "un agent, ou plusieurs ?", "gardez `l'agent …`, ou le nombre et `pour …`");
                    return None;
                }
                return Some(Whom::Agent(canonical_code(&code.value)));
            }
            Some(Target::Profile(_)) => {
                self.incomplete(m.span, "qui ?", "dites qui par `pour` : `pour grade ATER`, et ce qu'ils deviennent par `vers`");
                return None;
            }
            Some(Target::Everyone) | None => {}
        }
        if said.whom.is_none() {
            self.incomplete(
                m.span,
                format!("{} qui ?", verb_name(m.verb.value)),
                "désignez l'agent : `l'agent VAL000000123`, ou une sélection : `pour corps PR`",
            );
            return None;
        }
        let selection = self.people(said.whom)?;
        let Some((n, written)) = &m.quantity else {
            if said.chosen.is_some() {
                self.incomplete(m.span, "combien ?", "dites combien : `3 agents`, `15 %` ; sans nombre, tous sont concernés");
                return None;
            }
            return Some(Whom::Selected(selection, HowMany::All));
        };
        let unit = written.as_ref().map(units::resolve).map_or_else(Unit::pure, |(u, _)| u);
        if n.is_negative() || n.is_zero() {
            self.incomplete(m.span, "un nombre plus grand que zéro était attendu", "écrivez `3 agents`, `15 %` ou `1,5 ETP`");
            return None;
        }
        if unit == Unit::of(Dimension::Etp) {
            if said.chosen.is_some() {
                self.incomplete(
                    m.span,
                    "des ETP se répartissent sur toute la sélection, sans désigner personne",
                    "retirez `choisis par …`, ou comptez en agents : `3 agents`",
                );
                return None;
            }
            return Some(Whom::Selected(selection, HowMany::Etp(n.clone())));
        }
        if written.as_ref().is_some_and(units::is_percent) {
            let share = n * &units::resolve(written.as_ref()?).1;
            if share > Exact::ONE {
                self.incomplete(m.span, "une part va jusqu'à 100 %", "écrivez `15 %`");
                return None;
            }
            let choice = self.choice(said.chosen, &format!("{} %", n.to_shortest()), m.span)?;
            return Some(Whom::Selected(selection, HowMany::Share(share, choice)));
        }
        let people = unit == Unit::of(Dimension::Agent) || unit == Unit::of(Dimension::Emploi);
        match n.to_int().and_then(|n| u32::try_from(n).ok()).filter(|_| people) {
            Some(count) => {
                let choice = self.choice(said.chosen, &format!("{count} agents"), m.span)?;
                Some(Whom::Selected(selection, HowMany::People(count, choice)))
            }
            None => {
                self.incomplete(m.span, "des personnes entières, une part ou des ETP", "écrivez `3 agents`, `15 %` ou `1,5 ETP`");
                None
            }
        }
    }
}

fn n_is_zero(whole: &Exact, rest: &Exact) -> bool {
    whole.is_negative() || (whole.is_zero() && rest.is_zero())
}

fn verb_name(verb: Verb) -> &'static str {
    if verb == Verb::ChangeTime { "changer la quotité" } else { verb.text() }
}
