//! What a change of hypotheses reaches: formulas and months, through months, totals, levels and what was paid.

use cadrage_driver::{Compiled, Texts, compile};
use cadrage_engine::{Mode, Parameters, Reach};
use cadrage_ir::{Change, Layer, Modification, ParameterId, Replacement, Selection};
use cadrage_source::{FileId, Span};
use cadrage_value::{Date, Month};

const SCRIPT: &str = "constante taux en % :
  à compter du 01/01/2014 : 10 %   source \"décret n° 2012-1507\"
fin
constante autre_taux en % :
  à compter du 01/01/2014 : 20 %   source \"décret n° 2012-1507\"
fin
formule prime en € par agent :
  = 1 000 € * taux
  arrondi au centime
  alimente rubrique 200001
fin
formule prime_double en € par agent :
  = 2 000 € * taux
fin
formule voisine en € par agent :
  = 1 000 € * autre_taux
fin
formule suivante en € par agent :
  = (prime_double du mois précédent à défaut 0 €) + (voisine à défaut 0 €)
fin
formule depuis_janvier en € par agent :
  = cumul de prime_double
fin
formule revue en € par agent :
  = recalculé(prime)
fin
formule vue_à_la_paie en € par agent :
  = constaté(prime)
fin
formule lue en € par agent :
  = prime * 2
fin
formule ensemble en € par établissement :
  = somme de prime_double
fin
";

fn compiled() -> Compiled {
    let compiled = compile(&Texts { scripts: vec![("portée.cadrage".into(), SCRIPT.into())], ..Texts::default() }, None);
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    compiled
}

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

fn change(compiled: &Compiled, name: &str, from: &str, until: Option<&str>) -> Layer {
    let parameter = compiled.program.parameters.iter().position(|p| p.name == name).expect("parameter");
    Layer::Value(Modification {
        parameter: ParameterId::at(parameter),
        selection: Selection::all(),
        whom: String::new(),
        everywhere: false,
        from: Date::parse(from),
        until: until.and_then(Date::parse),
        change: Change::Scale("2".parse().expect("number")),
        paid: None,
        text: String::new(),
        span: span(),
    })
}

/// October 2026 to March 2027, the first two months known.
fn months() -> Vec<(Month, bool)> {
    let first: Month = "2026-10".parse().expect("month");
    first.through(first.plus(5)).map(|m| (m, m < first.plus(2))).collect()
}

/// The months in which a formula is reached, `x` or `.`.
fn reached(compiled: &Compiled, layers: &[Layer], name: &str, mode: Mode) -> String {
    let before = Parameters::of(&compiled.program);
    let mut after = before.clone();
    layers.iter().for_each(|l| after.lay(l));
    let reach = Reach::of(&compiled.program, &months(), &before, &after, layers);
    let id = compiled.program.find(name).expect("formula");
    let marks: String = (0..6).map(|m| if reach.formula(id, m, mode) { 'x' } else { '.' }).collect();
    assert_eq!(reach.span(id, mode).map(|s| s.start), marks.find('x'));
    assert_eq!(reach.span(id, mode).map(|s| s.end), marks.rfind('x').map(|k| k + 1));
    marks
}

#[test]
fn a_change_reaches_its_readers_in_their_months() {
    let compiled = compiled();
    let december = [change(&compiled, "taux", "01/12/2026", Some("01/02/2027"))];
    for (name, expected) in [
        ("prime", "..xx.."),
        ("prime_double", "..xx.."),
        ("voisine", "......"),
        ("suivante", "...xx."),
        // A total since January forgets December in January, and keeps January until the end.
        ("depuis_janvier", "..xxxx"),
        ("revue", "..xx.."),
        ("vue_à_la_paie", "......"),
        ("lue", "..xx.."),
        ("ensemble", "..xx.."),
    ] {
        assert_eq!(reached(&compiled, &december, name, Mode::Paid), expected, "{name}");
    }
    assert_eq!(reached(&compiled, &[], "prime", Mode::Paid), "......");
}

#[test]
fn what_was_paid_is_not_reached_but_what_it_should_have_been_is() {
    let compiled = compiled();
    let october = [change(&compiled, "taux", "01/10/2026", None)];
    assert_eq!(reached(&compiled, &october, "prime", Mode::Paid), "..xxxx");
    assert_eq!(reached(&compiled, &october, "prime", Mode::Recomputed), "xxxxxx");
    assert_eq!(reached(&compiled, &october, "lue", Mode::Paid), "..xxxx");
    assert_eq!(reached(&compiled, &october, "revue", Mode::Paid), "xxxxxx");
    // Nothing feeds from it: computed in known months too.
    assert_eq!(reached(&compiled, &october, "prime_double", Mode::Paid), "xxxxxx");
}

#[test]
fn a_formula_replaced_is_reached_while_it_is_and_reads_what_stands_for_it() {
    let compiled = compiled();
    let id = |name: &str| compiled.program.find(name).expect("formula");
    let layer = Layer::Formula(Replacement {
        old: id("prime_double"),
        new: id("voisine"),
        from: Date::parse("01/01/2027").expect("day"),
        until: Date::parse("01/03/2027"),
        text: String::new(),
        span: span(),
    });
    assert_eq!(reached(&compiled, std::slice::from_ref(&layer), "prime_double", Mode::Paid), "...xx.");
    assert_eq!(reached(&compiled, std::slice::from_ref(&layer), "ensemble", Mode::Paid), "...xx.");
    let both = [layer, change(&compiled, "autre_taux", "01/03/2027", None)];
    assert_eq!(reached(&compiled, &both, "prime_double", Mode::Paid), "...xx.", "by March it is itself again");
    assert_eq!(reached(&compiled, &both, "voisine", Mode::Paid), ".....x");
}
