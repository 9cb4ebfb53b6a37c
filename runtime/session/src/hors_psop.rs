//! A `saisie` of expenses out of payroll, as rows of the file type `hors_psop` (interfaces.md §6bis).

use std::collections::BTreeMap;

use cadrage_cube::TypedExpense;
use cadrage_driver::{Form, FormKey, FormRow, canonical_code, fold};
use cadrage_ir::{ATTRIBUTES, AttributeId};

const HORS_PSOP: &str = "HORS_PSOP";

/// Levels that are structures.
const STRUCTURES: [&str; 4] = ["etablissement", "composante", "departement", "structure"];

/// A form whose rows can be loaded.
pub(crate) struct Expenses {
    motif: Option<String>,
    comment: Option<String>,
}

impl Expenses {
    /// `None` for a form that feeds anything else, or whose rows name no structure.
    pub(crate) fn of(form: &Form) -> Option<Expenses> {
        let feeds = form.feeds.iter().any(|(a, code)| name_of(*a) == "rubrique" && code == HORS_PSOP);
        let placed = form.keys.iter().any(|k| matches!(k, FormKey::Level(level) if level.attribute.is_some_and(is_structure)));
        let field = |name: &str| form.fields.iter().find(|f| fold(&f.name) == name).map(|f| f.name.clone());
        (feeds && placed).then(|| Expenses { motif: field("motif"), comment: field("commentaire") })
    }

    /// A row, with what was written in its cells. A motive that the file type does not have is another one.
    pub(crate) fn expense(&self, row: &FormRow, cells: &BTreeMap<String, String>) -> Option<TypedExpense> {
        let structure = row.codes.iter().find(|(a, _)| is_structure(*a)).map(|(_, code)| code.clone())?;
        let cell = |name: &Option<String>| {
            let name = name.as_deref()?;
            cells.iter().find(|(column, _)| fold(column) == fold(name)).map(|(_, cell)| cell.clone())
        };
        let known = ["CHOMAGE", "MISE_A_DISPOSITION", "PRESTATIONS_SOCIALES"];
        let written = cell(&self.motif).map(|m| canonical_code(&m)).unwrap_or_default();
        let motif = known.iter().find(|k| **k == written).map_or_else(|| "AUTRE".to_owned(), |k| (*k).to_owned());
        Some(TypedExpense { structure, motif, amount: row.amount, comment: cell(&self.comment).unwrap_or_default() })
    }
}

fn name_of(attribute: AttributeId) -> &'static str {
    ATTRIBUTES.get(attribute.index()).map_or("", |spec| spec.name)
}

fn is_structure(attribute: AttributeId) -> bool {
    STRUCTURES.contains(&name_of(attribute))
}
