//! Which engine computes: the one place where engines are known by name.

use cadrage_driver::fold;
use cadrage_engine::Backend;
use cadrage_interpreter::Interpreter;

use crate::command::MISUSE;

/// The engine when nobody says which.
pub(crate) const USUAL: &str = "auto";

/// The engine of `--moteur`; a misuse when there is none so named.
pub(crate) fn backend(name: &str) -> Result<Box<dyn Backend>, u8> {
    match fold(name).as_str() {
        // The fastest one there is; today they are one.
        USUAL | "interprete" => Ok(Box::new(Interpreter)),
        _ => {
            eprintln!("cadrage : le moteur `{name}` n'existe pas dans cette version ; moteurs : auto, interprète");
            Err(MISUSE)
        }
    }
}
