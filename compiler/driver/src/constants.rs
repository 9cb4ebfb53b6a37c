//! Constants that loads read: those that the scripts declare, else the library's, whatever else the scripts say. An import must not
//! wait for a formula to be mended.

use std::collections::BTreeMap;

use cadrage_ir::Parameter;
use cadrage_semantics::{Input, Members, SourceUnit, Tables, analyse};
use cadrage_source::{Diagnostic, FileId, SourceMap};
use cadrage_syntax::ast::{Declaration, File, Value};
use cadrage_syntax::{fold, normalise, parse};
use cadrage_value::{Date, Exact};

use crate::{World, modules};

/// Values of a constant, in base units, in order of date; `None` = since ever.
pub type DatedValues = Vec<(Option<Date>, Exact)>;

/// A constant that is declared and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenConstant {
    /// As declared.
    pub name: String,
    /// What is wrong with it, in French.
    pub why: String,
}

/// The values of constants of the library, or of the scripts that declare them too.
///
/// # Errors
/// A declaration of the scripts that is not sound, or that is not of the same unit.
pub fn constants<const N: usize>(world: &dyn World, names: [&str; N]) -> Result<[DatedValues; N], BrokenConstant> {
    cadrage_syntax::on_a_deep_stack(|| {
        let resolved = modules::resolve(world, &mut SourceMap::new());
        let scripts = resolved.files.iter().zip(&resolved.library).filter(|(_, library)| !**library).map(|(file, _)| file);
        let own: Vec<&Value> = scripts.flat_map(values).collect();
        let library: Vec<(String, File)> = world
            .library()
            .into_iter()
            .filter(|(_, text)| names.iter().any(|name| text.contains(*name)))
            .map(|(name, text)| (name, parse(FileId(0), &normalise(&text)).0))
            .collect();
        let national: Vec<&Value> = library.iter().flat_map(|(_, file)| values(file)).collect();
        let mut out = names.map(|_| DatedValues::new());
        for (slot, name) in out.iter_mut().zip(names) {
            let named =
                |all: &[&Value]| -> Vec<Value> { all.iter().filter(|v| fold(&v.name.value) == fold(name)).map(|v| (*v).clone()).collect() };
            let usual = named(&national).first().map(|v| checked(v, true)).transpose().ok().flatten();
            let chosen = match named(&own).as_slice() {
                [] => usual,
                [one] => {
                    let found = checked(one, false).map_err(|why| BrokenConstant { name: one.name.value.clone(), why })?;
                    if usual.is_some_and(|usual| usual.unit != found.unit) {
                        return Err(BrokenConstant {
                            name: one.name.value.clone(),
                            why: "elle n'a pas l'unité de celle du socle".to_owned(),
                        });
                    }
                    Some(found)
                }
                _ => return Err(BrokenConstant { name: name.to_owned(), why: "elle est déclarée deux fois".to_owned() }),
            };
            let Some(parameter) = chosen else { continue };
            let [case] = parameter.cases.as_slice() else {
                let why = "elle doit valoir pour tout le monde, sans `pour` ni `sauf pour`".to_owned();
                return Err(BrokenConstant { name: parameter.name, why });
            };
            *slot = case.timeline.iter().map(|d| (d.from, d.value.clone())).collect();
        }
        Ok(out)
    })
}

fn values(file: &File) -> impl Iterator<Item = &Value> {
    file.declarations.iter().filter_map(|d| if let Declaration::Value(v) = d { Some(&**v) } else { None })
}

/// A constant checked alone; what is wrong with it.
fn checked(value: &Value, library: bool) -> Result<Parameter, String> {
    if value.damaged {
        return Err("l'une de ses lignes ne se lit pas".to_owned());
    }
    let file = File { declarations: vec![Declaration::Value(Box::new(value.clone()))] };
    let units = [SourceUnit { file: &file, library }];
    let (sources, members, tables, populations) = (SourceMap::new(), Members::default(), Tables::default(), BTreeMap::new());
    let input = Input {
        units: &units,
        tables: &tables,
        members: &members,
        elements: None,
        populations: &populations,
        role: None,
        sources: &sources,
        question: None,
    };
    let (model, found) = analyse(input);
    if let Some(wrong) = found.into_iter().find(Diagnostic::is_error) {
        return Err(wrong.message);
    }
    let parameter = model.parameters.into_iter().next().filter(|p| p.cases.iter().any(|c| !c.timeline.is_empty()));
    parameter.ok_or_else(|| "elle n'a aucune valeur".to_owned())
}
