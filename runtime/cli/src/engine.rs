//! Which engine computes: the one place where engines are known by name.

use cadrage_driver::fold;
use cadrage_engine::Backend;
use cadrage_interpreter::Interpreter;
use cadrage_jit::Jit;

use crate::command::MISUSE;

/// The engine when nobody says which: the compiled one, with the interpreter behind it.
pub(crate) const USUAL: &str = "auto";

/// The engine of `--moteur`; a misuse when there is none so named.
pub(crate) fn backend(name: &str) -> Result<Box<dyn Backend>, u8> {
    match fold(name).as_str() {
        "interprete" => Ok(Box::new(Interpreter)),
        // The fastest there is; it leaves to the interpreter what it does not do.
        "compile" | "auto" | "jit" => Ok(Box::new(Jit::new(Box::new(Interpreter)))),
        _ => {
            eprintln!("cadrage : le moteur `{name}` n'existe pas dans cette version ; moteurs : auto, compilé, interprète");
            Err(MISUSE)
        }
    }
}

/// The definition of right.
pub(crate) fn reference() -> Box<dyn Backend> {
    Box::new(Interpreter)
}
