//! Texts from anywhere, in one form: spans refer to the result.

use unicode_normalization::UnicodeNormalization;

/// Canonical composition (NFC), no byte-order mark, `\n` line ends.
#[must_use]
pub fn normalise(text: &str) -> String {
    text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}
