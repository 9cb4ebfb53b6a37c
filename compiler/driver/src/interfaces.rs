//! The interfaces of a world, whatever else its scripts say: an import must not wait for a formula to be mended.

use cadrage_semantics::{Interface, interface};
use cadrage_source::{Diagnostic, SourceMap};
use cadrage_syntax::ast::{Declaration, Detail};

use crate::{World, modules};

/// An interface that is declared and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenInterface {
    /// As declared.
    pub name: String,
    /// What manifests call it.
    pub disposition: String,
    /// What is wrong with it, in French.
    pub why: String,
}

/// The interfaces of the scripts that take part: those that are sound, and the others.
#[must_use]
pub fn interfaces(world: &dyn World) -> (Vec<Interface>, Vec<BrokenInterface>) {
    cadrage_syntax::on_a_deep_stack(|| interfaces_here(world))
}

fn interfaces_here(world: &dyn World) -> (Vec<Interface>, Vec<BrokenInterface>) {
    let resolved = modules::resolve(world, &mut SourceMap::new());
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for d in resolved.files.iter().flat_map(|f| &f.declarations) {
        let Declaration::Detailed(detailed) = d else { continue };
        let Detail::Interface(i) = &detailed.detail else { continue };
        let mut complaints: Vec<Diagnostic> = Vec::new();
        match interface(i, &mut complaints) {
            Some(one) => sound.push(one),
            None => broken.push(BrokenInterface {
                name: i.name.value.clone(),
                disposition: i.disposition.as_ref().unwrap_or(&i.name).value.clone(),
                why: complaints.first().map_or_else(|| "l'une de ses lignes ne se lit pas".to_owned(), |c| c.message.clone()),
            }),
        }
    }
    (sound, broken)
}
