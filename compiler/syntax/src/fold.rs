//! Identity of names: accents and case do not count (decision D3).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form under which two spellings of a name are equal.
#[must_use]
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The form of member codes: ASCII capitals (interfaces.md §1, "codes").
#[must_use]
pub fn canonical_code(code: &str) -> String {
    code.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_and_case_do_not_count() {
        assert_eq!(fold("Départ_Été"), "depart_ete");
        assert_eq!(canonical_code("état"), "ETAT");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(name in "\\PC{0,20}") {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn case_never_makes_a_second_name(name in "[a-zéèêàâôûç_]{1,12}") {
            prop_assert_eq!(fold(&name.to_uppercase()), fold(&name));
        }
    }
}
