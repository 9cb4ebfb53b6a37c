//! What the loads of a dossier accept: constants of the socle, or of the dossier's scripts (decision 0123).

use cadrage_cube::{CubeError, Thresholds};
use cadrage_driver::{World, constants};
use cadrage_value::Exact;

/// The gap to 100 that is repaired, and the most ETPT of an agent in a year.
const NAMES: [&str; 2] = ["écart_de_répartition_réparé", "etpt_annuel_au_plus"];

/// Those of a world.
///
/// # Errors
/// `I19` for a constant that is declared and cannot be used.
pub(crate) fn thresholds(world: &dyn World) -> Result<Thresholds, CubeError> {
    let refused = |name: &str, why: &str| CubeError {
        code: "I19",
        message: format!("le seuil `{name}` ne peut pas servir : {why}"),
        file: None,
        line: None,
        column: None,
        help: "corrigez cette constante, ou retirez-la : celle du socle vaut alors".to_owned(),
    };
    let [split, jobs] = constants(world, NAMES).map_err(|broken| refused(&broken.name, &broken.why))?;
    for ((values, name), (least, most)) in
        [&split, &jobs].into_iter().zip(NAMES).zip([(Exact::ZERO, Exact::ONE), (Exact::ZERO, Exact::from_int(12))])
    {
        if values.iter().any(|(_, value)| *value < least || *value >= most) {
            return Err(refused(name, "une valeur est hors de ce qui a un sens"));
        }
    }
    Ok(Thresholds::new(split, jobs))
}
