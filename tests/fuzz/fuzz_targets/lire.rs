//! No text makes the reader fall; what reads is formatted to what reads the same, and formatting again changes nothing.

#![no_main]

use cadrage_source::FileId;
use cadrage_syntax::{canonical_code, format, normalise, parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text = normalise(text);
    let (tree, complaints) = parse(FileId(0), &text);
    assert!(complaints.len() <= 20);
    for label in complaints.iter().flat_map(|d| &d.labels) {
        let (start, end) = (label.span.start as usize, label.span.end as usize);
        assert!(start <= end && end <= text.len() && text.is_char_boundary(start) && text.is_char_boundary(end), "a label outside words");
    }
    match format(FileId(0), &text) {
        Ok(once) => {
            assert!(complaints.is_empty());
            let (again, complaints) = parse(FileId(0), &once);
            assert!(complaints.is_empty(), "{complaints:?}\n{once}");
            // Codes of members are written in capitals; accents and case do not count for them.
            assert_eq!(canonical_code(&print(&again)), canonical_code(&print(&tree)), "{once}");
            assert_eq!(format(FileId(0), &once).as_deref(), Ok(once.as_str()));
        }
        Err(found) => assert!(!found.is_empty() && !complaints.is_empty()),
    }
});
