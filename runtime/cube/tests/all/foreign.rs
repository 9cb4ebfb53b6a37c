//! Files of other systems: fixed width, filters, parts of cells, packed texts, spreadsheets; and hostile ones.

use std::io::Write as _;
use std::path::Path;

use cadrage_cube::{
    CubeError, Dossier, Kind, Layout, LayoutCell, LayoutColumn, LayoutCut, LayoutFilter, LayoutOrigin, Layouts, LoadReport, fingerprint_of,
};

use crate::made::{Made, PAY, count};

fn named(name: &'static str, header: &str) -> LayoutColumn {
    from(name, LayoutOrigin::Cell(LayoutCell::Named(header.to_owned())))
}

fn from(name: &'static str, origin: LayoutOrigin) -> LayoutColumn {
    LayoutColumn { name, origin, cut: None, last_day: false, mapping: Vec::new(), fallback: None }
}

fn at(name: &'static str, first: usize, last: usize) -> LayoutColumn {
    from(name, LayoutOrigin::Cell(LayoutCell::At(first, last)))
}

fn codes(mut column: LayoutColumn, codes: &[(&str, &str)]) -> LayoutColumn {
    column.mapping = codes.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    column
}

fn cut(mut column: LayoutColumn, cut: LayoutCut) -> LayoutColumn {
    column.cut = Some(cut);
    column
}

fn layout(separator: Option<char>, columns: Vec<LayoutColumn>) -> Layout {
    Layout {
        name: "paie_locale".into(),
        disposition: "local".into(),
        kind: Kind::RetourDePaie,
        file: "KX*".into(),
        encoding: None,
        separator,
        headless: separator.is_none(),
        skip: 0,
        dates: vec!["JJ/MM/AAAA".into()],
        months: vec!["MM/AAAA".into()],
        point: true,
        trailing_sign: true,
        open: Vec::new(),
        empty: vec!["NULL".into()],
        filters: Vec::new(),
        columns,
    }
}

/// What is written to disk, what the manifest says of it, and how it is read.
struct Foreign<'a> {
    file: &'a str,
    bytes: &'a [u8],
    lines: usize,
    total: &'a str,
    layout: Option<Layout>,
}

/// Loads the usual delivery with this file in place of its pay.
fn load(f: &Foreign<'_>) -> Result<(LoadReport, Vec<cadrage_cube::PayLine>), CubeError> {
    let made = Made::new();
    let delivery = made.write("2026-01");
    std::fs::write(delivery.join(f.file), f.bytes).unwrap();
    let path = delivery.join("manifeste.csv");
    let disposition = if f.layout.is_some() { "local" } else { "canonique" };
    let text: Vec<String> = std::fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(|line| {
            if !line.contains(";retour_de_paie;") {
                return line.to_owned();
            }
            let sha = fingerprint_of(f.bytes);
            let (file, lines, total) = (f.file, f.lines, f.total);
            format!("{file};retour_de_paie;0999999Z;2026-01;2026-01-28;1;{lines};{total};utf-8;{disposition};pms-csv/1;{sha}")
        })
        .collect();
    std::fs::write(&path, text.join("\n") + "\n").unwrap();
    std::fs::remove_file(delivery.join("retour_de_paie.csv")).unwrap();
    let mut dossier = Dossier::open(made.root()).unwrap();
    dossier.set_layouts(Layouts::new(f.layout.clone().into_iter().collect(), Vec::new()));
    let report = dossier.import(&delivery, &mut |_, _, _| {});
    if report.is_err() {
        assert!(made.store().is_empty(), "{report:?} left something in the store");
    }
    let report = report?;
    let pay = dossier.cube().unwrap().months.values().flat_map(|m| m.pay.clone()).filter(|p| &*p.plafond != "HORS_PSOP").collect();
    Ok((report, pay))
}

fn amounts(pay: &[cadrage_cube::PayLine]) -> Vec<String> {
    pay.iter().map(|p| p.amount.to_string().replace('.', ",")).collect()
}

#[test]
fn lines_of_fixed_width_are_cut_at_positions() {
    let columns = vec![
        from("mois_paie", LayoutOrigin::Month),
        from("no_ligne", LayoutOrigin::LineNumber),
        at("matricule", 1, 4),
        codes(at("plafond", 5, 5), &[("1", "ETAT"), ("2", "INTERNE")]),
        at("rubrique", 6, 11),
        codes(at("nature_exercice", 12, 12), &[("1", "COURANT"), ("2", "ANTERIEUR")]),
        at("compte", 13, 18),
        at("montant", 19, 27),
        from("centre_de_cout", LayoutOrigin::Value("CC_E".into())),
    ];
    let text =
        "ENTÊTE DU SYSTÈME\r\nA1  11010001641110  2500.01\r\nA2  11010001641110    37.9-\r\n\r\nA2  1101000X641110   XX.00 \r\n\u{1A}";
    let mut layout = layout(None, columns);
    layout.skip = 1;
    let (report, pay) =
        load(&Foreign { file: "KX_1.txt", bytes: text.as_bytes(), lines: 3, total: "2462,11", layout: Some(layout) }).unwrap();
    assert_eq!(amounts(&pay), ["2500,01", "-37,90"]);
    assert_eq!(pay.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(count(&report, "Q15"), 1);
    let bad = report.findings.iter().find(|f| f.code == "Q15").unwrap();
    assert_eq!((bad.line, bad.column.as_ref(), bad.value.as_str()), (5, "positions 19 à 27", "XX.00"));
    assert!(report.text().contains("interfaces paie_locale") || report.text().contains("paie_locale"), "{}", report.text());
}

#[test]
fn a_separated_file_without_a_header_is_read_by_the_rank_of_its_cells() {
    let nth = |name, n| from(name, LayoutOrigin::Cell(LayoutCell::Nth(n)));
    let columns = vec![
        from("mois_paie", LayoutOrigin::Month),
        from("no_ligne", LayoutOrigin::LineNumber),
        nth("matricule", 1),
        codes(nth("plafond", 2), &[("1", "ETAT"), ("2", "INTERNE")]),
        nth("rubrique", 3),
        from("nature_exercice", LayoutOrigin::Value("COURANT".into())),
        nth("compte", 4),
        nth("montant", 5),
        from("centre_de_cout", LayoutOrigin::Value("CC_E".into())),
    ];
    let mut headless = layout(Some('|'), columns);
    headless.headless = true;
    let text = "A1|1|101000|641110|2500.01\nA2|1|101000|641110|37.9-\nA2|1|101000|641110|12.00|de trop\n";
    let file = |text, lines, total| Foreign { file: "KX_1.txt", bytes: text, lines, total, layout: Some(headless.clone()) };
    let (report, pay) = load(&file(text.as_bytes(), 3, "2474,11")).unwrap();
    // The first row is data; the last one has not as many cells as the first: its money is kept, and its values may be under wrong names.
    assert_eq!(amounts(&pay), ["2500,01", "-37,90", "12,00"]);
    assert!(report.findings.iter().any(|f| f.line == 3) && report.findings.iter().all(|f| f.line != 1), "{}", report.text());
    // An empty file has no rows, and a cell that no row has is not another one.
    assert_eq!(load(&file(b"", 0, "0,00")).unwrap().1.len(), 0);
    let (report, pay) = load(&file(b"A1|1|101000|641110\n", 1, "12,00")).unwrap();
    assert!(pay.is_empty() && count(&report, "Q15") > 0, "{}", report.text());
}

fn piped() -> Layout {
    let mut out = layout(
        Some('|'),
        vec![
            named("mois_paie", "MOIS"),
            from("no_ligne", LayoutOrigin::LineNumber),
            named("matricule", "DOSSIER"),
            codes(named("plafond", "BUDGET"), &[("1", "ETAT"), ("2", "INTERNE")]),
            named("rubrique", "ELT"),
            from("nature_exercice", LayoutOrigin::Value("COURANT".into())),
            named("compte", "CPT"),
            named("montant", "MT"),
            cut(named("centre_de_cout", "CLE"), LayoutCut::Before("/".into())),
            cut(named("eotp", "CLE"), LayoutCut::After("/".into())),
            from("etpt", LayoutOrigin::Ratio(LayoutCell::Named("N".into()), LayoutCell::Named("D".into()))),
        ],
    );
    out.filters = vec![LayoutFilter { keep: false, cell: LayoutCell::Named("ANNULE".into()), values: vec!["O".into()] }];
    out
}

const PIPED: &str = "MOIS|DOSSIER|BUDGET|ELT|CPT|MT|CLE|N|D|ANNULE|AUTRE\n\
    01/2026|=\"A1\"|1|101000|641110|2500.01|CC_E|1|12|N|x\n\
    01/2026|A2|2|101000|641110|1000|CC_P/ANR01|NULL||N|y\n\
    01/2026|A2|2|101000|641110|999.99|CC_P/ANR01|1|12|O|z\n";

#[test]
fn cells_are_split_rows_ignored_and_ratios_made() {
    let f = Foreign { file: "KX.csv", bytes: PIPED.as_bytes(), lines: 3, total: "3500,01", layout: Some(piped()) };
    let (report, pay) = load(&f).unwrap();
    assert_eq!(amounts(&pay), ["2500,01", "1000,00"]);
    assert_eq!((&*pay[0].matricule, &*pay[0].centre, &*pay[0].eotp, pay[0].etpt.to_string().as_str()), ("A1", "CC_E", "", "1/12"));
    assert_eq!((&*pay[1].centre, &*pay[1].eotp), ("CC_P", "ANR01"));
    assert!(
        report.notes.iter().any(|n| n.contains("1 ligne(s) que l'interface `paie_locale` ne garde pas, 999,99 €")),
        "{:?}",
        report.notes
    );
    assert_eq!(report.files.iter().find(|f| f.kind == Kind::RetourDePaie).unwrap().read, 2);
    assert!(report.blocking().is_empty(), "{:?}", report.findings);
}

#[test]
fn a_row_out_of_line_with_its_header_is_said() {
    let text = PIPED.replace("|N|y", "|N");
    let f = Foreign { file: "KX.csv", bytes: text.as_bytes(), lines: 3, total: "3500,01", layout: Some(piped()) };
    let (report, _) = load(&f).unwrap();
    assert!(report.findings.iter().any(|f| f.code == "Q15" && f.line == 3), "{:?}", report.findings);
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

#[test]
fn packed_texts_are_read_under_our_names_and_others() {
    let bytes = packed(PAY.as_bytes());
    let own = load(&Foreign { file: "paie.csv.gz", bytes: &bytes, lines: 5, total: "5897,92", layout: None }).unwrap();
    assert_eq!(amounts(&own.1), ["2500,01", "2000,00", "1000,00", "-37,09", "435,00"]);
    assert!(own.0.text().contains("disposition canonique"), "{}", own.0.text());
    let bytes = packed(PIPED.as_bytes());
    let other = load(&Foreign { file: "KX.csv.GZ", bytes: &bytes, lines: 3, total: "3500,01", layout: Some(piped()) }).unwrap();
    assert_eq!(amounts(&other.1), ["2500,01", "1000,00"]);
    for bytes in [&packed(PAY.as_bytes())[..40], b"pas un gz".as_slice()] {
        let e = load(&Foreign { file: "paie.csv.gz", bytes, lines: 5, total: "5897,92", layout: None }).unwrap_err();
        assert_eq!((e.code, e.file.as_deref()), ("I02", Some("2026-01/paie.csv.gz")), "{e}");
    }
}

/// A spreadsheet of one sheet; numbers are numbers, the rest are texts.
fn sheet(rows: &[Vec<&str>]) -> Vec<u8> {
    let mut xml =
        String::from("<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    for (r, row) in rows.iter().enumerate() {
        xml += &format!("<row r=\"{}\">", r + 1);
        for (c, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(c).unwrap()), r + 1);
            xml += &if cell.parse::<f64>().is_ok() {
                format!("<c r=\"{place}\"><v>{cell}</v></c>")
            } else {
                format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>")
            };
        }
        xml += "</row>";
    }
    xml += "</sheetData></worksheet>";
    archive(&[
        (
            "[Content_Types].xml",
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Paie\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", &xml),
    ])
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Our own pay file as a spreadsheet writes it: numbers with a point and without the zeros of money.
fn spreadsheet() -> Vec<u8> {
    let rows: Vec<Vec<String>> = PAY
        .lines()
        .enumerate()
        .map(|(k, line)| {
            let number = |cell: &str| cell.replace(',', ".").trim_end_matches(".00").to_owned();
            line.split(';').map(|cell| if k == 0 { cell.to_owned() } else { number(cell) }).collect()
        })
        .collect();
    sheet(&rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect::<Vec<_>>())
}

#[test]
fn spreadsheets_are_read_under_our_names_and_others() {
    let bytes = spreadsheet();
    let (report, pay) = load(&Foreign { file: "paie.xlsx", bytes: &bytes, lines: 5, total: "5897,92", layout: None }).unwrap();
    assert_eq!(amounts(&pay), ["2500,01", "2000,00", "1000,00", "-37,09", "435,00"]);
    assert_eq!((&*pay[0].rubrique, &*pay[0].compte), ("101000", "641110"));
    assert_eq!(pay[2].share.to_string(), "40");
    assert!(report.blocking().is_empty(), "{:?}", report.findings);
    let rows: Vec<Vec<&str>> = PIPED.lines().map(|l| l.split('|').map(|c| if c == "=\"A1\"" { "A1" } else { c }).collect()).collect();
    let mut layout = piped();
    layout.point = false;
    let bytes = sheet(&rows);
    let (_, pay) = load(&Foreign { file: "KX.xlsx", bytes: &bytes, lines: 3, total: "3500,01", layout: Some(layout) }).unwrap();
    assert_eq!(amounts(&pay), ["2500,01", "1000,00"]);
}

#[test]
fn hostile_spreadsheets_are_refused_with_a_place() {
    let far = "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
    let mut bomb = spreadsheet();
    let whole = bomb.len();
    bomb.truncate(whole - 30);
    let wide = {
        let text = String::from_utf8_lossy(far.as_bytes()).into_owned();
        let parts: Vec<(String, String)> = read_archive(&spreadsheet())
            .into_iter()
            .map(|(name, old)| if name.ends_with("sheet1.xml") { (name, text.clone()) } else { (name, old) })
            .collect();
        archive(&parts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>())
    };
    let zeros = "0".repeat(300 << 20);
    let heavy = archive(&[("xl/workbook.xml", &zeros)]);
    drop(zeros);
    for (name, bytes, code) in
        [("tronqué", bomb, "I18"), ("texte", b"a;b\n1;2\n".to_vec(), "I18"), ("large", wide, "I17"), ("bombe", heavy, "I18")]
    {
        let e = load(&Foreign { file: "paie.xlsx", bytes: &bytes, lines: 5, total: "5897,92", layout: None }).unwrap_err();
        assert_eq!((e.code, e.file.as_deref()), (code, Some("2026-01/paie.xlsx")), "{name} : {e}");
        assert!(!e.help.is_empty(), "{name}");
    }
}

fn read_archive(bytes: &[u8]) -> Vec<(String, String)> {
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|k| {
            let mut part = zip.by_index(k).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().to_owned(), text)
        })
        .collect()
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    for name in ["../paie.csv", "/etc/passwd", "..\\paie.csv", ".."] {
        let made = Made::new();
        let delivery = made.write("2026-01");
        let path = delivery.join("manifeste.csv");
        let text = std::fs::read_to_string(&path).unwrap().replacen("retour_de_paie.csv;", &format!("{name};"), 1);
        std::fs::write(&path, text).unwrap();
        let e = made.dossier().import(&delivery, &mut |_, _, _| {}).unwrap_err();
        assert_eq!((e.code, e.column.as_deref()), ("I05", Some("fichier")), "{name} : {e}");
        assert!(e.line.is_some() && Path::new(e.file.as_deref().unwrap()).ends_with("manifeste.csv"));
    }
}

/// A line of another system is corrected in its own columns, and replayed in its own form: separator, preamble, encoding.
/// The columns of a file of pay that says no more than agent, account and amount.
fn short(agent: LayoutColumn, account: LayoutColumn, amount: LayoutColumn) -> Vec<LayoutColumn> {
    vec![
        from("mois_paie", LayoutOrigin::Month),
        from("no_ligne", LayoutOrigin::LineNumber),
        agent,
        from("plafond", LayoutOrigin::Value("ETAT".into())),
        from("rubrique", LayoutOrigin::Value("101000".into())),
        from("nature_exercice", LayoutOrigin::Value("COURANT".into())),
        account,
        amount,
        from("centre_de_cout", LayoutOrigin::Value("CC_E".into())),
    ]
}

/// Loads a file of pay of three lines, one of which cannot be read, and corrects a cell of it: the manifest is then met.
fn corrected_in_its_form(file: &str, bytes: &[u8], layout: Layout, held_as: (usize, &str, &str), change: impl Fn(&mut Vec<String>)) {
    let made = Made::new();
    let delivery = made.write("2026-01");
    std::fs::write(delivery.join(file), bytes).unwrap();
    std::fs::remove_file(delivery.join("retour_de_paie.csv")).unwrap();
    let path = delivery.join("manifeste.csv");
    let lines: Vec<String> = std::fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(|line| {
            if !line.contains(";retour_de_paie;") {
                return line.to_owned();
            }
            let sha = fingerprint_of(bytes);
            format!("{file};retour_de_paie;0999999Z;2026-01;2026-01-28;1;3;2530,01;cp1252;local;pms-csv/1;{sha}")
        })
        .collect();
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let mut dossier = Dossier::open(made.root()).unwrap();
    dossier.set_layouts(Layouts::new(vec![layout], Vec::new()));
    let report = dossier.import(&delivery, &mut |_, _, _| {}).unwrap();
    assert_eq!((count(&report, "Q13"), count(&report, "Q15")), (1, 1), "{}", report.text());
    let [held] = dossier.quarantine().unwrap().try_into().unwrap();
    assert_eq!((held.line, held.header.as_str(), held.raw.as_deref()), (held_as.0, held_as.1, Some(held_as.2)));
    let mut cells = cadrage_cube::cells_of(held.raw.as_deref().unwrap());
    change(&mut cells);
    let corrected = cadrage_cube::CorrectedLine {
        at: 2,
        delivery: held.delivery.clone(),
        file: held.file.clone(),
        line: held.line,
        print: held.print(),
        cells,
    };
    let done = dossier.replay(std::slice::from_ref(&corrected)).unwrap();
    assert_eq!((done.loaded.len(), done.wrong.len(), done.reports.len()), (1, 0, 1));
    assert_eq!((count(&done.reports[0], "Q13"), count(&done.reports[0], "Q15")), (0, 0), "the manifest is met");
}

#[test]
fn a_foreign_line_is_corrected_in_its_own_form() {
    let mut piped = layout(Some('|'), short(named("matricule", "AGENT"), named("compte", "COMPTE"), named("montant", "BRUT")));
    piped.skip = 1;
    // The preamble holds a quote that nothing closes.
    let text =
        "extraction \"KX\r\nAGENT|BRUT|COMPTE|LIBELLÉ\r\nA1|2500.01|641110|été\r\nA2|XX.00|641110|\"a|b\"\r\nA2|10.00|641110|c;d\r\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let held = (4, "AGENT;BRUT;COMPTE;LIBELLÉ", "A2;XX.00;641110;a|b");
    let mend = |cells: &mut Vec<String>| cells[1] = "20.00".to_owned();
    corrected_in_its_form("KX_1.txt", &bytes, piped.clone(), held, mend);
    corrected_in_its_form("KX_1.txt.gz", &packed(&bytes), piped, held, mend);

    let nth = |name, n| from(name, LayoutOrigin::Cell(LayoutCell::Nth(n)));
    let mut headless = layout(Some(';'), short(nth("matricule", 1), nth("compte", 3), nth("montant", 2)));
    headless.headless = true;
    let text = "A1;2500.01;641110\nA2;XX.00;641110\nA2;10.00;641110\n";
    corrected_in_its_form("KX_1.txt", text.as_bytes(), headless, (2, "case 1;case 2;case 3", "A2;XX.00;641110"), mend);

    // A line of fixed width is corrected whole; a quote in it is a sign like another, and blanks before it count.
    let fixed = layout(None, short(at("matricule", 3, 4), at("compte", 5, 10), at("montant", 11, 18)));
    let text = "  A1641110 2500.01\n \"A2641110   XX.00\n  A2641110   10.00\n";
    let held = (2, "texte de la ligne", "\" \"\"A2641110   XX.00\"");
    corrected_in_its_form("KX_1.txt", text.as_bytes(), fixed, held, |cells| cells[0] = cells[0].replace("XX.00", "20.00"));
}
