//! What part-time work is paid.

use cadrage_value::Exact;

/// The paid fraction of a working time.
///
/// Temps partiel of a fonctionnaire (titulaire or stagiaire): 4/5 is paid 6/7 and 9/10 is paid 32/35 (décret 83-1267 art. 33; the
/// quotités are those of décret 82-624 art. 1). Any other quotité, temps incomplet and contract staff: pro rata (domain.md §C).
/// An empty `modalite` is read as temps partiel.
#[must_use]
pub fn paid_fraction(quotite: &Exact, statut: &str, modalite: &str) -> Exact {
    let fonctionnaire = matches!(statut, "TITULAIRE" | "STAGIAIRE");
    if fonctionnaire && modalite != "TI" {
        match quotite.parts() {
            Some((4, 5)) => return Exact::ratio(6, 7).unwrap_or(Exact::ONE),
            Some((9, 10)) => return Exact::ratio(32, 35).unwrap_or(Exact::ONE),
            _ => {}
        }
    }
    quotite.clone()
}

/// The modality a new working time implies, since forecast rows carry none (interfaces.md §4): `TC` at full time; below, what it
/// already was, else `TP` for a fonctionnaire and `TI` for contract staff.
#[must_use]
pub fn modality(quotite: &Exact, statut: &str, before: &str) -> String {
    let fonctionnaire = matches!(statut, "TITULAIRE" | "STAGIAIRE");
    match before {
        _ if *quotite == Exact::ONE => "TC",
        "TP" | "TI" => before,
        _ if fonctionnaire => "TP",
        _ => "TI",
    }
    .to_owned()
}
