//! Lines of the console.

use cadrage_source::{Code, FileId};

use crate::ast::When;
use crate::{normalise, parse_question, print_expression, print_selection};

/// Subject, selection, period, levels.
fn read(text: &str) -> (String, String, String, String) {
    let q = parse_question(FileId(0), &normalise(text)).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    let when = q.when.map_or_else(String::new, |w| match w.value {
        When::Month(m) => m.to_french(),
        When::Year(y) => y.to_string(),
    });
    let levels: Vec<String> = q.levels.into_iter().map(|l| l.value).collect();
    (print_expression(&q.subject), q.selection.map_or_else(String::new, |s| print_selection(&s)), when, levels.join(" "))
}

fn of(subject: &str, selection: &str, when: &str, levels: &str) -> (String, String, String, String) {
    (subject.to_owned(), selection.to_owned(), when.to_owned(), levels.to_owned())
}

#[test]
fn what_ends_a_question_is_of_the_whole_of_it() {
    assert_eq!(read("etpt"), of("etpt", "", "", ""));
    assert_eq!(read("= mm / ee pour composante X sur 2027"), of("mm / ee", "composante X", "2027", ""));
    assert_eq!(read("mm - ee en 10/2027"), of("mm - ee", "", "10/2027", ""));
    assert_eq!(read("somme de etpt pour composante X sur 2027"), of("somme de etpt", "composante X", "2027", ""));
    assert_eq!(read("mm sur 2027 pour composante X et corps Y"), of("mm", "composante X et corps Y", "2027", ""));
    assert_eq!(read("mm par mois pour composante X sur 2027"), of("mm", "composante X", "2027", "mois"));
    assert_eq!(read("mm par composante par mois"), of("mm", "", "", "composante mois"));
    assert_eq!(read("mm en k€ sur 2027 par corps"), of("mm en k€", "", "2027", "corps"));
    assert_eq!(read("(mm / ee) pour composante X"), of("mm / ee", "composante X", "", ""));
}

#[test]
fn between_parentheses_it_is_of_what_is_there() {
    assert_eq!(read("mm / (ee pour composante X)"), of("mm / (ee pour composante X)", "", "", ""));
    assert_eq!(read("mm - (mm sur 2026) sur 2027"), of("mm - mm sur 2026", "", "2027", ""));
}

#[test]
fn a_period_said_twice_is_refused() {
    let found = parse_question(FileId(0), "mm sur 2026 par corps sur 2027").unwrap_err();
    assert_eq!(found[0].code, Code::S01);
    assert_eq!(found[0].labels.len(), 2, "{found:?}");
}
