//! What a row of each grain can answer: the members it belongs to, the attributes and columns it has.

use cadrage_ir::{ATTRIBUTES, AttributeId, COLUMNS, Grain, Selection, groups};
use cadrage_source::{Code, Diagnostic, Span};

use crate::graph::walk;
use crate::model::{Expression, Kind};
use crate::scope::Scope;

impl Scope<'_> {
    /// May a row of `reader` read the member of a level it belongs to?
    pub(crate) fn readable(&mut self, level: Option<AttributeId>, reader: &Grain, span: Span) -> Option<()> {
        let Some(a) = level else { return Some(()) };
        let spec = ATTRIBUTES.get(a.index())?;
        let name = spec.name;
        let help = match reader {
            Grain::Situation | Grain::Agent if spec.situation => return Some(()),
            Grain::Line if spec.line => return Some(()),
            Grain::Level(_) if reader.attribute().is_some_and(|own| groups(a, own)) => return Some(()),
            Grain::Level(own) => {
                format!("une valeur par {own} ne relève pas d'un seul membre du niveau {name} : prenez un niveau qui la contient")
            }
            _ => format!("un agent peut relever de plusieurs membres du niveau {name} : faites une formule `par ligne` ou `par {name}`"),
        };
        self.complain(Diagnostic::new(Code::G01, format!("le niveau {name} ne se lit pas d'ici"), span).help(help));
        None
    }

    /// G01 for what an expression of a level or of lines asks of its rows and they do not know: a code of agents, a bound on a
    /// column, a constant that has exceptions for such a code. Silently taking the default would give a wrong figure.
    pub(crate) fn answerable(&mut self, x: &Expression, grain: &Grain) -> bool {
        if matches!(grain, Grain::Situation | Grain::Agent | Grain::Constant) {
            return true;
        }
        let mut asked: Vec<(Option<String>, Selection)> = Vec::new();
        walk(x, &mut |kind| match kind {
            Kind::CodeIs(a, _) => {
                let mut selection = Selection::all();
                selection.restrict(*a, cadrage_ir::Constraint::NotIn(std::collections::BTreeSet::new()));
                asked.push((None, selection));
            }
            Kind::In(selection) => asked.push((None, selection.clone())),
            Kind::Parameter(p) => {
                if let Some((name, selections)) = self.parameter_boxes.get(p.index()) {
                    asked.extend(selections.iter().map(|s| (Some(name.clone()), s.clone())));
                }
            }
            _ => {}
        });
        asked.iter().all(|(parameter, selection)| self.selection_answerable(selection, grain, parameter.as_deref(), x.span))
    }

    /// The same for the box of a `pour` or of an exception.
    pub(crate) fn selection_answerable(&mut self, selection: &Selection, grain: &Grain, parameter: Option<&str>, span: Span) -> bool {
        let attribute = selection.codes.keys().copied().find(|a| !has_attribute(*a, grain));
        let column = selection.ranges.keys().copied().find(|c| COLUMNS.get(c.index()).is_none_or(|c| c.grain != *grain));
        let name = match (attribute, column) {
            (Some(a), _) if !matches!(grain, Grain::Situation | Grain::Agent) => ATTRIBUTES.get(a.index()).map_or("", |a| a.name),
            (None, Some(c)) if !matches!(grain, Grain::Situation | Grain::Agent) => COLUMNS.get(c.index()).map_or("", |c| c.name),
            _ => return true,
        };
        let (message, help) = match parameter {
            Some(parameter) => (
                format!("`{parameter}` change avec {name} : une valeur {grain} ne dit pas laquelle prendre"),
                "employez-la dans une formule `par agent`, puis rassemblez : `somme de …`".to_owned(),
            ),
            None => (
                format!("une valeur {grain} n'a pas de {name}"),
                format!("choisissez les agents en les rassemblant : `somme de … pour {name} …`"),
            ),
        };
        self.complain(Diagnostic::new(Code::G01, message, span).help(help));
        false
    }
}

/// Does a row of this grain have the attribute?
fn has_attribute(a: AttributeId, grain: &Grain) -> bool {
    match grain {
        Grain::Level(_) => grain.attribute().is_some_and(|own| groups(a, own)),
        Grain::Line => ATTRIBUTES.get(a.index()).is_some_and(|spec| spec.line),
        _ => true,
    }
}
