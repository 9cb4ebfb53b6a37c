//! What is written is read back, to the cent.

#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::io::{Cursor, Read as _};
use std::str::FromStr as _;

use cadrage_export::{Cell, Chart, Column, Document, Drawing, Form, Heat, Point, Reader, Row, Table, Tone, csv, html, json, svg, text};
use cadrage_value::Exact;
use calamine::{Data, Reader as _, Xlsx};

/// `-12.50`, or `1/3`.
fn exact(text: &str) -> Exact {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.is_empty() {
        return Exact::from_str(text).expect("a fraction");
    }
    let power = 10_i64.pow(u32::try_from(decimals.len()).expect("few decimals"));
    let units = Exact::from_str(&format!("{whole}{decimals}")).expect("digits");
    &units * &Exact::ratio(1, power).expect("a power of ten")
}

fn row(level: &str, depth: usize, code: &str, label: &str, values: &[&str]) -> Row {
    let cells = values.iter().map(|v| if *v == "–" { Cell::Nothing } else { Cell::Number(exact(v)) });
    Row { level: level.to_owned(), depth, code: code.to_owned(), label: label.to_owned(), cells: cells.collect() }
}

/// Two measures over two periods, three levels, and codes that look like formulas.
fn document() -> Document {
    let column = |measure: &str, unit: &str, decimals, period: &str, projected| Column {
        measure: measure.to_owned(),
        unit: unit.to_owned(),
        decimals,
        scenario: "atterrissage".to_owned(),
        period: period.to_owned(),
        member: String::new(),
        projected,
    };
    let table = Table {
        title: "Suivi".to_owned(),
        columns: vec![
            column("masse_salariale", "€", 2, "09/2026", false),
            column("masse_salariale", "€", 2, "10/2026", true),
            column("etpt", "ETPT", 4, "09/2026", false),
            column("etpt", "ETPT", 4, "10/2026", true),
        ],
        rows: vec![
            row("établissement", 0, "", "Total", &["148250000.12", "9999999999999.99", "1801.25", "1/3"]),
            row("composante", 1, "DROIT", "UFR Droit & sciences <po>", &["-0.01", "0.07", "12", "–"]),
            row("agent", 2, "=1+1", "@SOMME(A1)", &["10000000000000.01", "-1234.56", "0", "0.0833"]),
        ],
    };
    Document {
        name: "suivi".to_owned(),
        title: "Suivi par composante".to_owned(),
        notes: vec!["scénario atterrissage, constaté jusqu'à 09/2026".to_owned()],
        tables: vec![table],
        ..Document::default()
    }
}

fn sheets() -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = Form::Xlsx.bytes(&document()).expect("a workbook");
    Xlsx::new(Cursor::new(bytes)).expect("calamine reads it")
}

/// The row of a sheet that holds this label, from the label on.
fn found(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str, label: &str) -> Vec<Data> {
    let range = book.worksheet_range(sheet).expect("the sheet is there");
    let line = range.rows().find(|r| r.get(2).is_some_and(|c| *c == Data::String(label.to_owned())));
    line.unwrap_or_else(|| panic!("{label} is not in {sheet}")).iter().skip(3).cloned().collect()
}

/// The cents of a cell, from the decimal digits of its float.
fn to_the_cent(data: &Data) -> Exact {
    let Data::Float(x) = data else { panic!("{data:?} is no number") };
    exact(&exact(&format!("{x}")).to_plain(2))
}

#[test]
fn a_workbook_gives_the_cents_back() {
    let mut book = sheets();
    let total = found(&mut book, "Ensemble", "Total");
    assert_eq!(to_the_cent(&total[0]), exact("148250000.12"));
    assert_eq!(to_the_cent(&total[1]), exact("9999999999999.99"), "the greatest amount that a float holds to the cent");
    assert_eq!(total[2], Data::Float(1801.25));
    assert_eq!(total[3], Data::Float(0.333_333));
    let composante = found(&mut book, "Ensemble", "UFR Droit & sciences <po>");
    assert_eq!(to_the_cent(&composante[0]), exact("-0.01"));
    assert_eq!(to_the_cent(&composante[1]), exact("0.07"));
    assert_eq!(composante[3], Data::Empty, "sans objet is an empty cell");
}

#[test]
fn an_amount_that_a_float_would_bend_is_written_as_words() {
    let mut book = sheets();
    let agent = found(&mut book, "agent", "@SOMME(A1)");
    let Data::String(whole) = &agent[0] else { panic!("{:?} should be words", agent[0]) };
    assert_eq!(whole.replace('\u{202F}', ""), "10000000000000,01");
    assert_eq!(to_the_cent(&agent[1]), exact("-1234.56"));
}

#[test]
fn every_cent_of_a_random_walk_comes_back() {
    let mut cents: i64 = 7;
    let mut rows = Vec::new();
    for k in 0..2_000_i64 {
        cents = (cents.wrapping_mul(6_364_136_223_846_793) ^ k).rem_euclid(1_000_000_000_000_000);
        let value = Exact::ratio(if k % 2 == 0 { cents } else { -cents }, 100).expect("cents");
        rows.push(Row {
            level: "agent".to_owned(),
            depth: 1,
            code: k.to_string(),
            label: format!("a{k}"),
            cells: vec![Cell::Number(value)],
        });
    }
    let column = Column { measure: "montant".to_owned(), unit: "€".to_owned(), decimals: 2, ..Column::default() };
    let table = Table { title: "t".to_owned(), columns: vec![column], rows: rows.clone() };
    let document = Document { name: "t".to_owned(), title: "t".to_owned(), tables: vec![table], ..Document::default() };
    let mut book = Xlsx::new(Cursor::new(Form::Xlsx.bytes(&document).expect("a workbook"))).expect("read");
    let range = book.worksheet_range("Ensemble").expect("sheet");
    let read: Vec<Exact> = range.rows().filter_map(|r| r.get(3)).filter(|d| matches!(d, Data::Float(_))).map(to_the_cent).collect();
    let written: Vec<Exact> = rows.iter().filter_map(|r| if let Cell::Number(x) = &r.cells[0] { Some(x.clone()) } else { None }).collect();
    assert_eq!(read, written);
}

#[test]
fn there_is_a_sheet_for_each_level_and_headings_stay_in_sight() {
    let book = sheets();
    assert_eq!(book.sheet_names(), ["Ensemble", "composante", "agent"]);
    let xml = part(&Form::Xlsx.bytes(&document()).expect("a workbook"), "xl/worksheets/sheet1.xml");
    assert!(xml.contains("<pane xSplit=\"3\" ySplit=\"5\"") && xml.contains("state=\"frozen\""), "{xml}");
    assert!(xml.contains("<autoFilter ref="), "{xml}");
    let styles = part(&Form::Xlsx.bytes(&document()).expect("a workbook"), "xl/styles.xml");
    assert!(styles.contains("[$-40C]#,##0.00") && styles.contains("[$-40C]#,##0.0000"), "{styles}");
}

#[test]
fn what_looks_like_a_formula_is_words() {
    let bytes = Form::Xlsx.bytes(&document()).expect("a workbook");
    for sheet in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml"] {
        assert!(!part(&bytes, sheet).contains("<f>"), "{sheet} holds a formula");
    }
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
    let people = csv(&document(), Reader::Person);
    assert!(people.contains("agent;'=1+1;'@SOMME(A1);atterrissage;09/2026;;masse_salariale;10000000000000,010000\n"), "{people}");
    assert!(people.contains(";-0,010000\n"), "a negative number stays a number: {people}");
    let programs = csv(&document(), Reader::Program);
    assert!(programs.contains("agent,=1+1,@SOMME(A1),atterrissage,09/2026,,masse_salariale,10000000000000.010000\n"), "{programs}");
}

#[test]
fn json_holds_exact_decimals() {
    let value: serde_json::Value = serde_json::from_str(&json(&document())).expect("json");
    assert_eq!(value["cellules"][1]["valeur"], "9999999999999.990000");
    assert_eq!(value["cellules"][7]["valeur"], serde_json::Value::Null);
}

#[test]
fn a_terminal_sees_blocks_that_fit() {
    let shown = text(&document(), 60);
    assert!(shown.starts_with("suivi — Suivi par composante\nscénario atterrissage, constaté jusqu'à 09/2026\n"), "{shown}");
    assert!(shown.contains("\netpt (ETPT)\n") && shown.contains("–"), "{shown}");
}

#[test]
fn a_file_is_whole_or_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    cadrage_export::write_whole(&path, b"avant").expect("written");
    cadrage_export::write_whole(&path, b"apres").expect("written again");
    assert_eq!(std::fs::read(&path).expect("read"), b"apres");
    assert!(cadrage_export::write_whole(&folder.path().join("absent").join("a.csv"), b"x").is_err());
    assert!(cadrage_export::write_whole(folder.path(), b"x").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing is left beside");
}

/// A part of a workbook, as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
    let mut out = String::new();
    archive.by_name(name).expect("the part is there").read_to_string(&mut out).expect("utf-8");
    out
}

#[test]
fn parquet_holds_exact_decimals() {
    use arrow_array::cast::AsArray as _;
    use arrow_array::types::Decimal128Type;
    let bytes = Form::Parquet.bytes(&document()).expect("a file");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, bytes).expect("written");
    let file = std::fs::File::open(&path).expect("opened");
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("a reader").build().expect("built");
    let batches: Vec<_> = reader.map(|b| b.expect("a batch")).collect();
    let batch = &batches[0];
    assert_eq!(batch.num_rows(), 12);
    let values = batch.column_by_name("valeur").expect("valeur").as_primitive::<Decimal128Type>();
    assert_eq!((values.precision(), values.scale()), (38, 6));
    let cents: Vec<i128> = [0, 1, 4, 5].into_iter().map(|k| values.value(k) / 10_000).collect();
    assert_eq!(cents, [14_825_000_012, 999_999_999_999_999, -1, 7]);
    assert_eq!(values.value(0) % 10_000, 0, "nothing beyond the cent");
    assert!(arrow_array::Array::is_null(values, 7), "sans objet is null");
    let codes = batch.column_by_name("code").expect("code").as_string::<i32>();
    assert_eq!(codes.value(8), "=1+1", "data are as they are");
}

fn charts() -> Vec<Chart> {
    let point = |period: &str, projected, value: &str| Point {
        period: period.to_owned(),
        projected,
        value: exact(value),
        ceiling: Some(exact("12.5")),
    };
    let step = |label: &str, value: &str| (label.to_owned(), exact(value));
    let heat = |rate: &str, tone| Heat { rate: Some(exact(rate)), tone };
    let chart = |title: &str, unit: &str, drawing| Chart { title: title.to_owned(), unit: unit.to_owned(), decimals: 2, drawing };
    vec![
        chart(
            "Plafond <État>",
            "ETPT",
            Drawing::Curve(vec![point("08/2026", false, "11"), point("09/2026", false, "12.25"), point("10/2026", true, "12.75")]),
        ),
        chart(
            "De 2026 à 2027",
            "€",
            Drawing::Waterfall {
                start: step("2026", "1000.00"),
                steps: vec![step("point d'indice", "25.10"), step("sorties", "-40.00"), step("résidu", "0.00")],
                end: step("2027", "985.10"),
            },
        ),
        chart(
            "Taux",
            "",
            Drawing::HeatMap {
                periods: vec!["09/2026".to_owned(), "10/2026".to_owned()],
                rows: vec![
                    ("Total".to_owned(), vec![heat("0.9", Tone::Calm), heat("1.02", Tone::Over)]),
                    ("DROIT".to_owned(), vec![heat("0.99", Tone::Near), Heat::default()]),
                ],
            },
        ),
    ]
}

#[test]
fn a_workbook_draws_native_charts_over_their_values() {
    let bytes = Form::Xlsx.bytes(&Document { charts: charts(), ..document() }).expect("a workbook");
    let curve = part(&bytes, "xl/charts/chart1.xml");
    assert!(curve.contains("<c:lineChart>") && curve.matches("<c:ser>").count() == 4, "{curve}");
    // What joins the last constaté value to the first projected one is drawn, and not named.
    assert!(curve.contains("<c:pt idx=\"1\"><c:v>12.25</c:v></c:pt><c:pt idx=\"2\"><c:v>12.75</c:v></c:pt>"), "{curve}");
    assert!(curve.contains("<c:legendEntry><c:idx val=\"3\"/><c:delete val=\"1\"/></c:legendEntry>"), "{curve}");
    assert!(curve.contains("<c:f>Graphiques!$B$6:$B$8</c:f>"), "{curve}");
    let fall = part(&bytes, "xl/charts/chart2.xml");
    assert!(fall.contains("<c:barDir val=\"bar\"/>") && fall.contains("<c:orientation val=\"maxMin\"/>"), "{fall}");
    // The language of a number's look comes before its mark: after it, it would be read as words.
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("\"[$-40C]&quot;▲ &quot;0.0%\"") && styles.contains("\"[$-40C]&quot;■ &quot;0.0%\""), "{styles}");
    assert!(fall.contains("<c:grouping val=\"stacked\"/>") && fall.matches("<c:ser>").count() == 4, "{fall}");
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("calamine reads it");
    let range = book.worksheet_range("Graphiques").expect("the sheet is there");
    let rate = range.rows().find(|r| r[0] == Data::String("Total".to_owned())).expect("the heat map");
    assert_eq!((&rate[1], &rate[2]), (&Data::Float(0.9), &Data::Float(1.02)));
    let bar = range.rows().find(|r| r[0] == Data::String("sorties".to_owned())).expect("the waterfall");
    assert_eq!((&bar[1], &bar[2], &bar[5]), (&Data::Float(-40.0), &Data::Float(985.1), &Data::Float(40.0)));
}

#[test]
fn a_page_escapes_all_it_shows_and_needs_nothing_else() {
    let page = html(&Document { charts: charts(), ..document() });
    assert!(page.contains("UFR Droit &amp; sciences &lt;po&gt;") && !page.contains("<po>"));
    assert!(page.contains("Plafond &lt;État&gt;") && !page.contains("<État>"));
    for outside in ["<script", "http://", "https://", "src=", "@import", "url(h"] {
        let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!page.contains(outside), "{outside} in the page");
    }
    assert!(page.contains("9\u{202F}999\u{202F}999\u{202F}999\u{202F}999,99"), "amounts to the cent");
}

#[test]
fn drawings_are_always_the_same() {
    for (chart, name) in charts().iter().zip(["courbe", "cascade", "carte"]) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawings").join(format!("{name}.svg"));
        let drawn = svg(chart, "g1").replace("><", ">\n<") + "\n";
        if std::env::var_os("CADRAGE_WRITE").is_some() {
            std::fs::write(&path, &drawn).expect("written");
        }
        assert_eq!(drawn, std::fs::read_to_string(&path).unwrap_or_default(), "{name}: CADRAGE_WRITE=1 to accept");
    }
}

#[test]
fn a_waterfall_says_what_its_steps_do_not_explain() {
    let step = |label: &str, value: &str| (label.to_owned(), exact(value));
    let drawing = Drawing::Waterfall { start: step("a", "10"), steps: vec![step("b", "1")], end: step("c", "12") };
    let drawn = svg(&Chart { title: "t".to_owned(), unit: "€".to_owned(), decimals: 2, drawing }, "g1");
    assert!(drawn.contains("non expliqué"), "{drawn}");
}

/// A file to fill: its first sheet reads back as written, words stay words, and closed lists are in their cells.
#[test]
fn a_workbook_to_fill_reads_back() {
    use cadrage_export::{Blank, BlankColumn};
    let column = |heading: &str, choices: &[&str], key: bool| BlankColumn {
        heading: heading.to_owned(),
        note: "note".to_owned(),
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
        key,
    };
    let blank = Blank {
        title: "primes [locales]".to_owned(),
        columns: vec![column("composante", &[], true), column("mois", &[], true), column("motif", &["chômage", "autre"], false)],
        rows: vec![vec!["DROIT".to_owned(), "10/2026".to_owned()], vec!["=SOMME".to_owned(), "11/2026".to_owned()]],
    };
    let bytes = blank.workbook().expect("workbook");
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes.clone())).expect("workbook");
    let range = calamine::Reader::worksheet_range_at(&mut book, 0).expect("sheet").expect("sheet");
    let rows: Vec<Vec<String>> = range.rows().map(|r| r.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows, [vec!["composante", "mois", "motif"], vec!["DROIT", "10/2026", ""], vec!["=SOMME", "11/2026", ""]]);
    assert!(range.rows().skip(1).flatten().all(|c| !matches!(c, calamine::Data::DateTime(_) | calamine::Data::Float(_))));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("archive");
    let mut xml = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").expect("sheet"), &mut xml).expect("xml");
    assert!(xml.contains("chômage,autre") && xml.contains("sqref=\"C2:C1003\""), "{xml}");
}
