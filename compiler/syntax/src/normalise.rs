//! Texts from anywhere, in one form: spans refer to the result.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Canonical composition (NFC), no byte-order mark, `\n` line ends.
#[must_use]
pub fn normalise(text: &str) -> String {
    if !text.starts_with('\u{FEFF}') && !text.contains('\r') && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}
