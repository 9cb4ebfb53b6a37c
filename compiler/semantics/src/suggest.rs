//! "Vouliez-vous …": the nearest known name.

use cadrage_syntax::fold;

/// The known name nearest to `written`, when it is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(written);
    // A name of one or two letters is near everything.
    let limit = if wanted.chars().count() < 3 { 0 } else { (wanted.chars().count() / 3).clamp(1, 3) };
    known
        .map(|k| (strsim::damerau_levenshtein(&wanted, &fold(k)), k))
        .filter(|(d, _)| *d <= limit)
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, k)| k)
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
    }
}
