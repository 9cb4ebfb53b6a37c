//! Where things are written, as an explanation says it.

use cadrage_driver::{Compiled, Laid, Scenario};
use cadrage_source::Span;

/// `socle.point:8`, `et_si:7`: the module, or the script, and the line.
pub(super) fn short(compiled: &Compiled, span: Span) -> String {
    let Some(file) = compiled.sources.get(span.file) else { return String::new() };
    let line = file.position(span.start as usize).line;
    let name = match compiled.module_at(span) {
        "" => file.name.strip_suffix(".cadrage").unwrap_or(&file.name),
        module => module,
    };
    format!("{name}:{line}")
}

/// `budget_2027`, `variante point_et_sciences (budget_2027_haut)`.
pub(super) fn layer<T>(laid: &Laid<T>, scenario: &Scenario) -> String {
    match &laid.variant {
        Some(variant) if laid.scenario == scenario.name => format!("variante {variant}"),
        Some(variant) => format!("variante {variant} ({})", laid.scenario),
        None => laid.scenario.clone(),
    }
}
