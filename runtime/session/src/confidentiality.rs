//! What may be told of individuals (decision 0191).
//!
//! An institution declares the smallest number of agents that a figure may be of: `constante effectif_minimal en agent`. Below it, and
//! for agents one by one, nothing is told but to who has a role that says `peut voir agents`. Without that constant everything is told:
//! the dossier is on the machine of who reads it, and the threshold is there for what is shown, sent and printed.

use cadrage_driver::{Compiled, fold};
use cadrage_source::{Code, Diagnostic, FileId, Span};

use crate::run::RunError;

/// The constant that institutions declare.
const MINIMUM: &str = "effectif_minimal";

/// Who looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    minimum: usize,
    individuals: bool,
}

impl Sight {
    /// Of a dossier in which nothing is hidden.
    #[must_use]
    pub fn open() -> Sight {
        Sight::default()
    }

    /// Of checked scripts, for a role.
    ///
    /// # Errors
    /// A role that is not declared, a threshold that cannot be used.
    pub fn of(compiled: &Compiled, role: Option<&str>) -> Result<Sight, RunError> {
        let individuals = match role {
            None => false,
            Some(role) => compiled.sees_agents(role).ok_or_else(|| unknown(compiled, role))?,
        };
        Ok(Sight { minimum: minimum(compiled)?, individuals })
    }

    /// May agents be told one by one?
    #[must_use]
    pub fn tells_agents(&self) -> bool {
        self.minimum == 0 || self.individuals
    }

    /// May a figure of so many agents be told? One of nobody may.
    #[must_use]
    pub fn tells(&self, agents: usize) -> bool {
        self.tells_agents() || agents == 0 || agents >= self.minimum
    }

    /// The smallest number of agents of a figure.
    #[must_use]
    pub fn minimum(&self) -> usize {
        self.minimum
    }

    /// Which of these members may not be told, by how many agents each is of. One alone would be told by what is left of the total, so
    /// the smallest of the others are hidden with it until there are enough agents behind what is hidden.
    #[must_use]
    pub fn hidden(&self, agents: &[usize]) -> Vec<bool> {
        let mut out: Vec<bool> = agents.iter().map(|n| !self.tells(*n)).collect();
        if !out.contains(&true) {
            return out;
        }
        let mut rest: Vec<usize> = (0..agents.len()).filter(|k| out.get(*k) == Some(&false)).collect();
        rest.sort_by_key(|k| agents.get(*k).copied().filter(|n| *n > 0).unwrap_or(usize::MAX));
        let mut rest = rest.into_iter();
        loop {
            let behind: usize = agents.iter().zip(&out).filter(|(_, hidden)| **hidden).map(|(n, _)| *n).sum();
            let members = out.iter().filter(|hidden| **hidden).count();
            if behind >= self.minimum && members > 1 {
                return out;
            }
            match rest.next() {
                Some(k) => out.get_mut(k).into_iter().for_each(|hidden| *hidden = true),
                None => return out,
            }
        }
    }

    /// D04: why something is not told.
    #[must_use]
    pub fn refusal(&self, what: &str, span: Span) -> RunError {
        RunError::Diagnostics(vec![
            Diagnostic::new(Code::D04, format!("{what} : l'établissement ne montre rien à moins de {} agents", self.minimum), span)
                .help("regroupez (`par composante`, `par corps`), ou nommez un rôle qui « peut voir agents » : `--rôle …`"),
        ])
    }
}

fn unknown(compiled: &Compiled, role: &str) -> RunError {
    let known = compiled.role_names();
    let help = if known.is_empty() {
        "aucun `rôle` n'est déclaré dans les modules de ce dossier".to_owned()
    } else {
        format!("rôles déclarés : {}", known.join(", "))
    };
    RunError::Diagnostics(vec![Diagnostic::new(Code::N01, format!("le rôle `{role}` est inconnu"), nowhere()).help(help)])
}

/// The threshold that the modules declare, 0 without any. Scripts and scenarios may not move it: nobody grants himself sight.
pub(crate) fn minimum(compiled: &Compiled) -> Result<usize, RunError> {
    let Some(parameter) = compiled.model.parameters.iter().find(|p| fold(&p.name) == MINIMUM) else { return Ok(0) };
    let refused = |why: &str, help: &str| {
        RunError::Diagnostics(vec![Diagnostic::new(Code::D04, format!("`{MINIMUM}` {why}"), parameter.span).help(help.to_owned())])
    };
    if compiled.module_at(parameter.span).is_empty() {
        return Err(refused("est déclaré hors d'un module", "déclarez-le dans le fichier du module de l'établissement"));
    }
    let [case] = parameter.cases.as_slice() else {
        return Err(refused("doit valoir pour tout le monde", "une seule valeur, sans `pour` ni `sauf pour`"));
    };
    let value = case.timeline.last().and_then(|d| d.value.to_int()).and_then(|n| usize::try_from(n).ok());
    value.ok_or_else(|| refused("doit être un nombre entier d'agents", "écrivez `constante effectif_minimal en agent = 5 agents`"))
}

fn nowhere() -> Span {
    Span::new(FileId(u32::MAX), 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five() -> Sight {
        Sight { minimum: 5, individuals: false }
    }

    #[test]
    fn one_member_alone_takes_another_with_it() {
        assert_eq!(five().hidden(&[40, 3, 12, 7]), [false, true, false, true]);
        assert_eq!(five().hidden(&[40, 3, 2, 7]), [false, true, true, false]);
        assert_eq!(five().hidden(&[40, 1, 1, 7]), [false, true, true, true]);
        assert_eq!(five().hidden(&[40, 12]), [false, false]);
        assert_eq!(five().hidden(&[3]), [true]);
        // Nobody is nobody: a member without agents hides nothing.
        assert_eq!(five().hidden(&[0, 3, 9]), [false, true, true]);
    }

    #[test]
    fn who_may_see_sees() {
        assert!(Sight { individuals: true, ..five() }.tells(1));
        assert!(!five().tells(4) && five().tells(5) && five().tells(0) && Sight::open().tells(1));
        assert_eq!(Sight { individuals: true, ..five() }.hidden(&[3, 9]), [false, false]);
    }
}
