//! Names compared: dispositions without case or accents, file names with a pattern.

use cadrage_value::Month;

/// Without case and accents, as names of scripts are compared.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(plain).collect()
}

fn plain(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' | 'á' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' => 'i',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        'ç' => 'c',
        c => c,
    }
}

/// Does a file name follow a pattern? `AAAA` and `MM` are those of the month, `*` is anything.
pub(crate) fn matches(pattern: &str, name: &str, month: Month) -> bool {
    let pattern = pattern.replace("AAAA", &format!("{:04}", month.year())).replace("MM", &format!("{:02}", month.number()));
    let (pattern, name) = (folded(&pattern), folded(name));
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut last: Option<&str> = None;
    for part in parts {
        // The part before this one stands wherever it is first met; the last one must end the name.
        if let Some(middle) = last {
            let Some((_, after)) = rest.split_once(middle) else { return false };
            rest = after;
        }
        last = Some(part);
    }
    last.map_or(rest.is_empty(), |end| rest.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_the_month_and_anything() {
        let month: Month = "2026-09".parse().unwrap();
        assert!(matches("KX_AAAAMM.txt", "kx_202609.TXT", month));
        assert!(!matches("KX_AAAAMM.txt", "KX_202608.txt", month));
        assert!(matches("KX_AAAAMM*.txt", "KX_202609_2.txt", month));
        assert!(matches("*", "n'importe", month));
        assert!(matches("a*b*c", "a-b-b-c", month));
        assert!(!matches("a*b*c", "a-c", month));
        assert!(!matches("ab*b", "ab", month));
        assert_eq!(folded("Harpège"), "harpege");
    }
}
