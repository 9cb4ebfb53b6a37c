//! Who may do what (decision D29): roles are checked where they are declared, and what is written outside modules against the role
//! a check is made for.

use cadrage_source::{Code, Diagnostic, FileId, Span, Spanned};
use cadrage_syntax::ast::{self, Clause, Declaration, Role};
use cadrage_syntax::fold;

use crate::scope::{Scope, Symbol};
use crate::suggest;

/// A kind of thing a right can be given on: as written, and how messages name one.
struct Kind {
    word: &'static str,
    one: &'static str,
}

const KINDS: &[Kind] = &[
    Kind { word: "hypothèses", one: "l'hypothèse" },
    Kind { word: "constantes", one: "la constante" },
    Kind { word: "barèmes", one: "le barème" },
    Kind { word: "calendriers", one: "le calendrier" },
    Kind { word: "grilles", one: "la grille" },
    Kind { word: "populations", one: "la population" },
    Kind { word: "formules", one: "la formule" },
    Kind { word: "mouvements", one: "le mouvement" },
    Kind { word: "scénarios", one: "le scénario" },
    Kind { word: "enveloppes", one: "l'enveloppe" },
    Kind { word: "référentiels", one: "le référentiel" },
];

/// What a role is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Declares it, outside modules: `modifier` only.
    Declare,
    /// Changes it in a scenario: `modifier` or `simuler`.
    Change,
}

impl Scope<'_> {
    /// Roles by themselves: verbs and things known, each role once, in a module only.
    pub(crate) fn roles(&mut self, roles: &[(&Role, String, bool)]) {
        for (k, (role, module, _)) in roles.iter().enumerate() {
            if let Some((first, _, _)) = roles.iter().take(k).find(|(r, _, _)| fold(&r.name.value) == fold(&role.name.value)) {
                self.complain(
                    Diagnostic::new(Code::N02, format!("le rôle `{}` est déclaré deux fois", role.name.value), role.name.span)
                        .here("ici encore")
                        .label(first.name.span, "déjà déclaré ici")
                        .help("réunissez leurs droits dans un seul bloc"),
                );
            }
            if module.is_empty() {
                self.complain(
                    Diagnostic::new(Code::D03, format!("le rôle `{}` est déclaré hors d'un module", role.name.value), role.name.span)
                        .here("chacun se donnerait ses droits")
                        .help("déclarez-le dans le fichier du module de l'établissement"),
                );
            }
            for right in &role.rights {
                if fold(&right.verb.value) == "voir" {
                    self.things_seen(&right.targets);
                    continue;
                }
                if !matches!(fold(&right.verb.value).as_str(), "modifier" | "simuler") {
                    self.complain(
                        Diagnostic::new(Code::N01, format!("`peut {}` n'est pas un droit", right.verb.value), right.verb.span)
                            .here("droit inconnu")
                            .help("écrivez `peut modifier …`, `peut simuler …` ou `peut voir agents`"),
                    );
                }
                for target in &right.targets {
                    self.thing_granted(target);
                }
            }
        }
    }

    /// What may be seen is agents one by one, below the `effectif_minimal` of the institution (decision 0191).
    fn things_seen(&mut self, targets: &[Spanned<String>]) {
        for target in targets.iter().filter(|t| fold(&t.value) != "agents") {
            self.complain(
                Diagnostic::new(Code::N01, format!("`peut voir {}` : seuls les agents se voient ou non", target.value), target.span)
                    .here("inconnu")
                    .help("écrivez `peut voir agents` ; tout le reste se voit"),
            );
        }
    }

    fn thing_granted(&mut self, target: &Spanned<String>) {
        let folded = fold(&target.value);
        let declared = matches!(
            self.get(&target.value),
            Some(
                Symbol::Parameter(_)
                    | Symbol::Formula(_)
                    | Symbol::Calendar(_)
                    | Symbol::Bracket(_)
                    | Symbol::Population
                    | Symbol::Grid
                    | Symbol::Reclassification
                    | Symbol::Poisoned
            )
        );
        if declared || KINDS.iter().any(|k| fold(k.word) == folded) {
            return;
        }
        let near = suggest::nearest(&target.value, KINDS.iter().map(|k| k.word)).map(str::to_owned);
        let words: Vec<&str> = KINDS.iter().map(|k| k.word).collect();
        let help = near
            .map_or_else(|| format!("un droit porte sur {}, ou sur un nom déclaré", words.join(", ")), |n| format!("vouliez-vous `{n}` ?"));
        self.complain(
            Diagnostic::new(Code::N01, format!("`{}` : ce droit ne porte sur rien de connu", target.value), target.span)
                .here("inconnu")
                .help(help),
        );
    }

    /// D03: what oversteps the role this check is made for.
    pub(crate) fn within_role(&mut self, wanted: &str, roles: &[(&Role, String, bool)], files: &[&ast::File]) {
        let Some((role, _, _)) = roles.iter().find(|(r, _, _)| fold(&r.name.value) == fold(wanted)) else {
            let known: Vec<&str> = roles.iter().map(|(r, _, _)| r.name.value.as_str()).collect();
            let nowhere = Span::new(FileId(u32::MAX), 0, 0);
            let help = if known.is_empty() {
                "aucun `rôle` n'est déclaré dans les modules de ce dossier".to_owned()
            } else {
                format!("rôles déclarés : {}", known.join(", "))
            };
            self.complain(Diagnostic::new(Code::N01, format!("le rôle `{wanted}` est inconnu"), nowhere).help(help));
            return;
        };
        // Modules are the configurator's; a role writes scripts.
        for file in files.iter().filter(|f| !f.declarations.iter().any(|d| matches!(d, Declaration::Module(_)))) {
            for declaration in &file.declarations {
                self.declaration_within(role, declaration);
            }
        }
    }

    fn declaration_within(&mut self, role: &Role, declaration: &Declaration) {
        let declared = |scope: &mut Self, kind, name: &Spanned<String>| scope.may(role, Act::Declare, kind, Some(&name.value), name.span);
        match declaration {
            Declaration::Value(v) if v.kind == ast::ValueKind::Hypothesis => declared(self, "hypothèses", &v.name),
            Declaration::Value(v) => declared(self, "constantes", &v.name),
            Declaration::Bracket(b) => declared(self, "barèmes", &b.name),
            Declaration::Calendar(c) => declared(self, "calendriers", &c.name),
            Declaration::Grid(g) => declared(self, "grilles", &g.name),
            Declaration::Reclassification(r) => declared(self, "grilles", &r.name),
            // A new name that feeds nothing changes no figure of anyone (decision D26).
            Declaration::Formula(f) if f.feeds.is_some() => declared(self, "formules", &f.name),
            Declaration::Axis(a) => declared(self, "référentiels", &a.name),
            Declaration::Element(e) => declared(self, "référentiels", &e.code),
            Declaration::Data(d) => declared(self, "référentiels", &d.name),
            Declaration::Detailed(u) if u.construct == "enveloppe" => {
                if let Some(name) = &u.name {
                    declared(self, "enveloppes", name);
                }
            }
            Declaration::Scenario(s) => {
                declared(self, "scénarios", &s.name);
                for clause in &s.clauses {
                    self.clause_within(role, clause);
                }
            }
            _ => {}
        }
    }

    fn clause_within(&mut self, role: &Role, clause: &Clause) {
        let mut change = |kind, name: &str, span| self.may(role, Act::Change, kind, Some(name), span);
        match clause {
            Clause::Population(p) => change("populations", &p.name.value, p.span),
            Clause::Replace(r) => change("formules", &r.old.value, r.span),
            Clause::Movement(m) => self.may(role, Act::Change, "mouvements", None, m.span),
            Clause::Flow(f) => self.may(role, Act::Change, "mouvements", None, f.span),
            Clause::Replacement(r) => self.may(role, Act::Change, "mouvements", None, r.span),
            Clause::Merge(m) => self.may(role, Act::Change, "mouvements", None, m.span),
            Clause::Apply(name) if matches!(self.get(&name.value), Some(Symbol::Grid | Symbol::Reclassification)) => {
                self.may(role, Act::Change, "grilles", Some(&name.value), name.span);
            }
            Clause::Modify(m) => {
                let kind = match self.get(&m.target.value) {
                    Some(Symbol::Parameter(p)) if self.hypotheses.get(p.index()).copied().unwrap_or(false) => "hypothèses",
                    Some(Symbol::Parameter(_)) => "constantes",
                    Some(Symbol::Bracket(_)) => "barèmes",
                    Some(Symbol::Calendar(_)) => "calendriers",
                    Some(Symbol::Grid) => "grilles",
                    None if fold(&m.target.value) == "grilles" => "grilles",
                    // Refused elsewhere: nothing to grant.
                    _ => return,
                };
                self.may(role, Act::Change, kind, Some(&m.target.value), m.span);
            }
            Clause::Constate(..) | Clause::Project(_) | Clause::Rappels(_) | Clause::Apply(_) => {}
        }
    }

    fn may(&mut self, role: &Role, act: Act, kind: &'static str, name: Option<&str>, span: Span) {
        let covers = |target: &Spanned<String>| {
            let folded = fold(&target.value);
            folded == fold(kind) || name.is_some_and(|n| folded == fold(n))
        };
        let enough = |verb: &str| verb == "modifier" || (verb == "simuler" && act == Act::Change);
        if role.rights.iter().any(|r| enough(&fold(&r.verb.value)) && r.targets.iter().any(covers)) {
            return;
        }
        let one = KINDS.iter().find(|k| k.word == kind).map_or("", |k| k.one);
        let (verb, what) = match (act, name) {
            (Act::Declare, Some(name)) => ("déclarer", format!("{one} `{name}`")),
            (Act::Change, Some(name)) => ("changer", format!("{one} `{name}`")),
            (_, None) => ("écrire", "ce mouvement".to_owned()),
        };
        let grant = if act == Act::Declare || matches!(kind, "hypothèses" | "mouvements") { "modifier" } else { "simuler" };
        self.complain(
            Diagnostic::new(Code::D03, format!("le rôle `{}` ne peut pas {verb} {what}", role.name.value), span)
                .here("dépasse ses droits")
                .label(role.name.span, "rôle déclaré ici")
                .help(format!("retirez cette phrase, ou faites ajouter au rôle : `peut {grant} {kind}`")),
        );
    }
}
