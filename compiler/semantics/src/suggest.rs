//! "Vouliez-vous …": the nearest known name.

use cadrage_syntax::fold;

/// The known name nearest to `written`, when it is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(written);
    // A name of one or two letters is near everything.
    let limit = if wanted.chars().count() < 3 { 0 } else { (wanted.chars().count() / 3).clamp(1, 3) };
    let known: Vec<&str> = known.collect();
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(&wanted, &fold(k)), *k))
        .filter(|(d, _)| *d <= limit)
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, k)| k);
    near.or_else(|| begun(&wanted, &known))
}

/// The only name that begins so: `SCI` for `SCIENCES`.
fn begun<'a>(wanted: &str, known: &[&'a str]) -> Option<&'a str> {
    let mut found = known.iter().filter(|k| wanted.chars().count() >= 3 && fold(k).starts_with(wanted));
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let known = ["traitement_brut", "inm", "présence"];
        assert_eq!(nearest("traitement_but", known.into_iter()), Some("traitement_brut"));
        assert_eq!(nearest("presense", known.into_iter()), Some("présence"));
        assert_eq!(nearest("zzz", known.into_iter()), None);
        assert_eq!(nearest("trait", known.into_iter()), Some("traitement_brut"));
        assert_eq!(nearest("tra", ["traitement_brut", "transport"].into_iter()), None);
    }
}
