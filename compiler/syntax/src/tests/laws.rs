//! Laws on generated trees: what is printed reads the same; names fold.

use cadrage_source::{FileId, Span, Spanned};
use cadrage_value::{Date, Exact, Month};
use proptest::prelude::*;
use proptest::sample::select;

use super::{codes, shape};
use crate::ast::{Aggregate, BinaryOperator, Criterion, CriterionKind, Expr, ExprKind, Member, Selection, Shift, UnitExpr, UnitFactor};
use crate::{fold, normalise, parse_expression, print_expression};

const HERE: Span = Span { file: FileId(0), start: 0, end: 0 };

fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, HERE)
}

fn node(kind: ExprKind) -> Expr {
    Expr { kind, span: HERE }
}

fn name() -> impl Strategy<Value = String> {
    select(vec!["inm", "socle.point", "âge", "hors-quota", "sinon_total", "Prime", "quotité_rémunérée", "cumul", "x1"])
        .prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = Spanned<String>> {
    select(vec!["composante", "corps", "grade_bcn", "âge", "seniors_pr"]).prop_map(|w| at(w.to_owned()))
}

fn unit() -> impl Strategy<Value = UnitExpr> {
    use UnitFactor::{Agent, Emploi, Etpt, Euro, GrossPoint, Htd, KiloEuro, Month, Percent, Point, Year};
    let factors = select(vec![
        vec![Euro],
        vec![Percent, Year],
        vec![Euro, Point, Year],
        vec![Agent],
        vec![Emploi, Month],
        vec![Etpt],
        vec![KiloEuro],
        vec![Htd],
        vec![GrossPoint],
    ]);
    factors.prop_map(|factors| UnitExpr { factors, span: HERE })
}

fn number() -> impl Strategy<Value = Exact> {
    (0_i64..1_000_000_000, 0_u32..5).prop_map(|(n, d)| Exact::ratio(n, 10_i64.pow(d)).unwrap())
}

fn quantity() -> impl Strategy<Value = Expr> {
    (number(), proptest::option::of(unit()), any::<bool>())
        .prop_map(|(x, u, minus)| node(ExprKind::Number(if minus && !x.is_zero() { -x } else { x }, u)))
}

fn member() -> impl Strategy<Value = Member> {
    prop_oneof![
        select(vec!["PR", "MCF_CN", "00184213", "HORS_PSOP", "A1.2"]).prop_map(|c| Member::Code(at(c.to_owned()))),
        select(vec!["Maître de conférences", "a ; b (c) -- d"]).prop_map(|c| Member::Label(at(c.to_owned()))),
        (0_i64..20, 0_i64..20).prop_map(|(a, b)| Member::Range(a, b, HERE)),
    ]
}

pub(super) fn selection() -> impl Strategy<Value = Selection> {
    let kind = prop_oneof![
        (word(), prop::collection::vec(member(), 1..4)).prop_map(|(a, m)| CriterionKind::Members(a, m)),
        (word(), comparison(), quantity()).prop_map(|(a, o, q)| CriterionKind::Compare(a, o, Box::new(q))),
        (word(), quantity(), quantity()).prop_map(|(a, l, h)| CriterionKind::Between(a, Box::new(l), Box::new(h))),
        Just(CriterionKind::Compare(at("date_de_signature".to_owned()), BinaryOperator::Less, Box::new(node(ExprKind::Date(day())))),),
        word().prop_map(CriterionKind::Named),
    ];
    let criterion = (any::<bool>(), kind).prop_map(|(negated, kind)| Criterion { negated, kind, span: HERE });
    prop::collection::vec(criterion, 1..4).prop_map(|criteria| Selection { criteria, span: HERE })
}

fn comparison() -> impl Strategy<Value = BinaryOperator> {
    use BinaryOperator::{Different, Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    select(vec![Equal, Different, Less, LessOrEqual, Greater, GreaterOrEqual])
}

fn operator() -> impl Strategy<Value = BinaryOperator> {
    use BinaryOperator::{Add, And, Divide, Equal, Less, Multiply, Or, Subtract};
    select(vec![Add, Subtract, Multiply, Divide, Equal, Less, And, Or])
}

fn day() -> Date {
    Date::new(2026, 2, 28).unwrap()
}

fn month() -> Month {
    Month::new(2026, 12).unwrap()
}

fn shift() -> impl Strategy<Value = Shift> {
    use Shift::{EndOfMonth, InMonth, InYear, LastPaid, OverYear, PreviousMonth, PreviousYear};
    select(vec![PreviousMonth, PreviousYear, LastPaid, EndOfMonth, InMonth(month()), InYear(2026), OverYear(2027)])
}

/// Any tree of an expression the language can write.
pub(super) fn expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        4 => name().prop_map(|n| node(ExprKind::Name(n))),
        4 => (number(), proptest::option::of(unit())).prop_map(|(x, u)| node(ExprKind::Number(x, u))),
        1 => Just(node(ExprKind::Date(day()))),
        1 => Just(node(ExprKind::Month(month()))),
        1 => Just(node(ExprKind::Hole)),
        1 => Just(node(ExprKind::Text("a (b".to_owned()))),
        1 => Just(node(ExprKind::Distribute(at("a1".to_owned()), at("b1".to_owned())))),
    ];
    leaf.prop_recursive(5, 60, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            6 => (operator(), boxed(), boxed()).prop_map(|(o, a, b)| node(ExprKind::Binary(o, a, b))),
            1 => boxed().prop_map(|a| node(ExprKind::Negate(a))),
            1 => boxed().prop_map(|a| node(ExprKind::Not(a))),
            1 => (boxed(), boxed(), boxed()).prop_map(|(a, b, c)| node(ExprKind::Between(a, b, c))),
            1 => (boxed(), prop::collection::vec(member(), 1..3)).prop_map(|(a, m)| node(ExprKind::InList(a, m))),
            1 => (boxed(), boxed(), boxed()).prop_map(|(a, b, c)| node(ExprKind::If(a, b, c))),
            1 => (prop::collection::vec((inner.clone(), inner.clone()), 1..3), boxed()).prop_map(|(c, l)| node(ExprKind::Select(c, l))),
            1 => (select(vec!["min", "ARRONDI", "abs", "constaté"]), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(n, arguments)| node(ExprKind::Call { name: at(n.to_owned()), arguments })),
            2 => (select(vec![Aggregate::Sum, Aggregate::Total, Aggregate::Mean, Aggregate::Cumulative, Aggregate::Share]), boxed(),
                  proptest::option::of(word()), proptest::option::of(word()), proptest::option::of(selection()))
                .prop_map(|(kind, operand, weight, within, selection)| node(ExprKind::Aggregate { kind, operand, weight, within, selection })),
            1 => (boxed(), shift()).prop_map(|(a, s)| node(ExprKind::Shifted(a, s))),
            1 => (boxed(), boxed()).prop_map(|(a, b)| node(ExprKind::OrElse(a, b))),
            1 => (boxed(), word()).prop_map(|(a, w)| node(ExprKind::AtLevel(a, w))),
            1 => (boxed(), selection()).prop_map(|(a, s)| node(ExprKind::Filtered(a, s))),
            1 => (boxed(), unit()).prop_map(|(a, u)| node(ExprKind::Convert(a, u))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_printed_reads_the_same(tree in expression()) {
        let printed = print_expression(&tree);
        let read = parse_expression(FileId(0), &printed).map_err(|d| TestCaseError::fail(format!("{printed}\n{d:?}")))?;
        prop_assert_eq!(shape(&read), shape(&tree), "{}", printed);
        prop_assert_eq!(print_expression(&read), printed);
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in "\\PC{0,80}") {
        let _ = codes(&text);
    }

    #[test]
    fn no_mixture_of_words_makes_the_reader_fall(words in prop::collection::vec(select(vec![
        "formule", "x", "en", "€", "par", "agent", ":", "\n", "fin", "=", "(", ")", "si", "alors", "sinon", "selon", "12", ",5", "1 200",
        "somme", "de", "l'", "à", "défaut", "pour", "corps", "PR", ";", "\"", "--", "scénario", "constante", "01/01/2026", "  ",
    ]), 0..60)) {
        let _ = codes(&words.join(" "));
    }

    #[test]
    fn keywords_fold(word in select(vec!["HYPOTHÈSE", "hypothese", "Hypothèse"])) {
        let text = format!("{word} x en mois = 4 mois\n");
        prop_assert!(codes(&text).is_empty());
        prop_assert_eq!(fold(word), "hypothese");
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "[\\PC\r\n\u{FEFF}]{0,40}") {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once.clone());
    }
}
