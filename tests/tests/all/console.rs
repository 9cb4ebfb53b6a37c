//! The console without a terminal: transcripts, and what its figures must be.

use std::path::Path;
use std::sync::Arc;

use cadrage_session::{Answer, Console, Engine, Summary, Workspace};
use cadrage_source::{Diagnostic, SourceMap};
use suite::AllEngines;

use super::support::{calculate, copy_tree, dossier, open, root};

/// A session on a dossier that is imported.
pub(super) fn session(folder: &Path) -> (Console, Answer) {
    session_of(folder, None)
}

/// The same for a role.
pub(super) fn session_of(folder: &Path, role: Option<&str>) -> (Console, Answer) {
    let mut workspace = Workspace::open(folder, &[]).expect("dossier").for_role(role.map(str::to_owned));
    workspace.import_pending(&mut |_, _, _| {}).expect("import");
    let engine: Engine = Arc::new(|| Box::new(AllEngines));
    Console::open(workspace, engine).expect("console")
}

pub(super) fn example() -> tempfile::TempDir {
    dossier(&root().join("examples/01-valmont"))
}

pub(super) fn drawn(answer: &Answer, width: usize) -> String {
    let complain = |d: &Diagnostic, sources: &SourceMap| suite::render(d, sources);
    answer.lines(width, &complain).into_iter().map(|(_, l)| format!("{l}\n")).collect()
}

/// What one sees who types these lines; folders made for the test are not part of it.
pub fn transcript(folder: &Path, lines: &[&str], width: usize) -> String {
    let (mut console, greeting) = session(folder);
    let mut out = drawn(&greeting, width);
    for line in lines {
        let prompt = console.prompt();
        for (k, one) in line.lines().enumerate() {
            out.push_str(&format!("{}{one}\n", if k == 0 { prompt.clone() } else { "     ... ".to_owned() }));
        }
        out.push_str(&drawn(&console.answer(line), width));
    }
    out.replace(&*folder.to_string_lossy(), "<dossier>")
}

/// The first line of an answer that is not refused.
pub(super) fn first(console: &mut Console, line: &str) -> String {
    let answer = console.answer(line);
    assert!(!answer.refused, "{line}\n{}", drawn(&answer, 140));
    drawn(&answer, 140).lines().next().unwrap_or("").trim().to_owned()
}

#[test]
fn questions_give_the_figures_of_a_run() {
    let folder = example();
    let (mut workspace, compiled) = open(folder.path());
    let (mut console, _) = session(folder.path());
    for scenario in ["atterrissage_2026", "budget_2027"] {
        let run = calculate(&mut workspace, &compiled, scenario);
        let summary = Summary::of(&run);
        console.answer(&format!("scénario {scenario}"));
        for year in &summary.years {
            let (y, paid, etpt) = (year.year, year.masse_salariale.to_french(), year.etpt.to_french(4));
            assert_eq!(first(&mut console, &format!("masse_salariale sur {y}")), format!("{paid} €"));
            assert_eq!(first(&mut console, &format!("somme de etpt sur {y}")), format!("{etpt} ETPT"));
        }
        for month in &summary.months {
            let asked = format!("masse_salariale en {}", month.month.to_french());
            assert_eq!(first(&mut console, &asked), format!("{} €", month.masse_salariale.to_french()), "{scenario}");
        }
        // What composantes have adds up to the whole.
        let answer = console.answer("masse_salariale par composante sur 2026");
        let table = drawn(&answer, 140);
        assert!(table.contains(&summary.years[0].masse_salariale.to_french()), "{table}");
    }
}

#[test]
fn a_question_by_composante_is_the_report_of_the_same() {
    let folder = example();
    let (mut workspace, compiled) = open(folder.path());
    let report = workspace.report(&compiled, "suivi_des_corps", &["budget_2027".to_owned()], &AllEngines).expect("report");
    let (mut console, _) = session(folder.path());
    console.answer("scénario budget_2027");
    let of = |measure: &str| report.measures.iter().position(|(text, _, _)| text == measure).expect("measure");
    for (measure, asked) in [("masse_salariale", "masse_salariale"), ("inm", "inm"), ("masse_salariale / etpt", "masse_salariale / etpt")] {
        for row in report.rows.iter().filter(|r| r.level == "corps").take(4) {
            let shown = first(&mut console, &format!("{asked} pour corps {} sur 2027", row.code));
            let column = report.columns.iter().position(|c| c.period.label() == "2027").expect("2027");
            let expected = row.values[of(measure)][column].as_ref().map_or("sans objet".to_owned(), |x| x.to_french(2));
            assert!(shown.starts_with(&expected), "{measure} {} : {shown} au lieu de {expected}", row.code);
        }
    }
}

#[test]
fn the_session_of_the_design_on_the_example() {
    let folder = example();
    std::fs::copy(root().join("examples/30-et-si/25-plafond_interne.cadrage"), folder.path().join("plafonds.cadrage")).expect("script");
    let lines = [
        "scénario budget_2027_haut",
        "somme de etpt pour composante SCIENCES sur 2027",
        "etp pour composante SCIENCES sur 2027",
        "unité de coût_moyen",
        "inm * ? * quotité_rémunérée * présence en €",
        "essayer taux_pension_civile à compter du 01/01/2027 = 82,28 %",
        "annuler",
        "contrôler enveloppes",
        "masse_salariale / etpt pour composante SCIENCES sur 2027",
        "masse_salariale par composante sur 2027",
        "etpt par mois sur 2027",
        "pourquoi valeur_du_point en 10/2027",
        "décrire coût_moyen",
        "expliquer pension_civile pour agent VAL000000001 en 10/2027",
        "constante prime_de_noël en € = 50 €",
        "formule coût_de_noël en € par établissement :\n  = somme de effectif * prime_de_noël / 1 agent\nfin",
        "coût_de_noël en 12/2027",
        "graphique masse_salariale par mois",
        "enregistrer session \"essais_sciences.cadrage\"",
        "quitter",
    ];
    insta::assert_snapshot!("console_design", transcript(folder.path(), &lines, 80));
    let saved = std::fs::read_to_string(folder.path().join("essais_sciences.cadrage")).expect("saved");
    assert!(
        saved.replace('\u{202f}', " ").contains("constante prime_de_noël en € = 50 €")
            && saved.contains("utiliser valmont version \"2026.3\""),
        "{saved}"
    );
}

#[test]
fn a_refused_line_changes_nothing() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    let before = drawn(&console.answer("lister scénarios"), 140) + &first(&mut console, "masse_salariale sur 2026");
    for line in [
        "constante x en € = 3 points",
        "formule f en € par agent :\n  = inconnu\nfin",
        "essayer valeur_du_pont majorer de 1 %",
        "essayer recruter 3 agents grade INCONNU à compter du 01/11/2026",
        "scénario inconnu",
        "charger \"absent.cadrage\"",
        "masse_salariale pour composante INCONNUE",
        "masse_salariale sur 2031",
        "exporter \"rien.docx\"",
    ] {
        let answer = console.answer(line);
        assert!(answer.refused, "{line}\n{}", drawn(&answer, 80));
        let now = drawn(&console.answer("lister scénarios"), 140) + &first(&mut console, "masse_salariale sur 2026");
        assert_eq!(before, now, "after {line}");
    }
    assert!(console.answer("x").refused, "a refused constant is not declared");
}

#[test]
fn a_trial_gives_what_the_scenario_declared_gives() {
    let folder = example();
    let (mut workspace, compiled) = open(folder.path());
    let (mut console, _) = session(folder.path());
    for (base, trial, declared) in [
        ("atterrissage_2026", "valeur_du_point à compter du 01/10/2026 majorer de 1,5 %", "point_1_5"),
        ("atterrissage_2026", "modifier taux_pension_civile à compter du 01/10/2026 = 78,28 % + 4 %", "cas_4_points"),
        ("atterrissage_2026", "annuler les entrées", "gel_des_arrivées"),
        ("atterrissage_2026", "changer la quotité pour quotité = 80 % à 100 % à compter du 01/11/2026", "temps_plein"),
        ("budget_2027", "appliquer point_et_sciences", "budget_2027_haut"),
    ] {
        console.answer(&format!("scénario {base}"));
        let (own, run) = (calculate(&mut workspace, &compiled, base), calculate(&mut workspace, &compiled, declared));
        let (before, after) = (Summary::of(&own), Summary::of(&run));
        let year = after.years.last().expect("year").year;
        let of = |s: &Summary| s.years.iter().find(|y| y.year == year).expect("year").clone();
        let answer = console.answer(&format!("essayer {trial}"));
        let shown = drawn(&answer, 140);
        assert!(!answer.refused, "{trial}\n{shown}");
        let (own, tried) = (of(&before).masse_salariale, of(&after).masse_salariale);
        if own == tried && of(&before).etpt == of(&after).etpt {
            assert!(shown.contains("rien ne change") && shown.contains("[M03]"), "{trial}\n{shown}");
        } else {
            assert!(shown.contains(&own.to_french()) && shown.contains(&tried.to_french()), "{trial} : {own} {tried}\n{shown}");
        }
        // Questions are asked of the trial while it lasts.
        let asked = first(&mut console, &format!("masse_salariale sur {year}"));
        assert_eq!(asked, format!("{} €", of(&after).masse_salariale.to_french()), "{trial}");
        assert_eq!(shown.contains("hors textes en vigueur"), !after.beyond_texts.is_empty(), "{trial}\n{shown}");
        console.answer("annuler");
        let asked = first(&mut console, &format!("masse_salariale sur {year}"));
        assert_eq!(asked, format!("{} €", of(&before).masse_salariale.to_french()), "{trial}");
    }
}

#[test]
fn trials_stack_are_undone_one_by_one_and_kept_where_the_scenario_is() {
    let folder = example();
    let script = folder.path().join("et_si.cadrage");
    let before = std::fs::read_to_string(&script).expect("script");
    let lines = [
        "scénario point_1_5",
        "essayer valeur_du_point a compter du 01/11/2026 majorer de 1 %",
        "essayer recruter 2 agents grade IGE_CN échelon 1 composante SCIENCES plafond ETAT à compter du 01/11/2026",
        "masse_salariale sur 2026",
        "annuler",
        "essayer muter l'agent 00000 vers composante DROIT à compter du 01/11/2026",
        "garder",
        "masse_salariale sur 2026",
        "annuler",
        "essayer taux_pension_civile à compter du 01/12/2026 = 80 %",
        "garder comme pension_80",
        "lister scénarios",
    ];
    insta::assert_snapshot!("console_trials", transcript(folder.path(), &lines, 80));
    let after = std::fs::read_to_string(&script).expect("script");
    // Nothing of the file moved but for what was added.
    let mut left = after.lines();
    for line in before.lines() {
        assert!(left.any(|l| l == line), "{line} is gone\n{after}");
    }
    assert!(after.contains("  modifier valeur_du_point à compter du 01/11/2026 majorer de 1\u{202f}%\n"), "{after}");
    assert!(after.trim_end().ends_with("fin") && after.contains("scénario pension_80"), "{after}");
    open(folder.path());
}

#[test]
fn what_cannot_be_kept_is_not_lost() {
    let folder = example();
    let script = folder.path().join("et_si.cadrage");
    let before = std::fs::read_to_string(&script).expect("script");
    let (mut console, _) = session(folder.path());
    console.answer("scénario point_1_5");
    console.answer("essayer valeur_du_point à compter du 01/11/2026 majorer de 1 %");
    let tried = first(&mut console, "masse_salariale sur 2026");
    // The place where the new text is written first is taken: the disk refuses.
    let beside = folder.path().join(format!(".et_si.cadrage.{}", std::process::id()));
    std::fs::write(&beside, "").expect("file");
    assert!(console.answer("garder").refused);
    assert_eq!(std::fs::read_to_string(&script).expect("script"), before);
    assert_eq!(first(&mut console, "masse_salariale sur 2026"), tried);
    std::fs::remove_file(&beside).ok();
    // Somebody else wrote in it since.
    std::fs::write(&script, format!("{before}\n-- une autre main\n")).expect("script");
    let refused = drawn(&console.answer("garder"), 80);
    assert!(refused.contains("a changé depuis") && refused.contains("recharger"), "{refused}");
    assert!(!console.answer("recharger").refused);
    assert_eq!(first(&mut console, "masse_salariale sur 2026"), tried, "trials outlive a reload");
    assert!(!console.answer("garder").refused);
    let after = std::fs::read_to_string(&script).expect("script");
    assert!(after.contains("majorer de 1\u{202f}%") && after.contains("une autre main"), "{after}");
    // A session is never written over a file.
    assert!(console.answer("constante y en € = 1 €\nenregistrer session \"et_si.cadrage\"").refused);
    assert_eq!(std::fs::read_to_string(&script).expect("script"), after);
}

#[test]
fn ten_mistakes_of_a_newcomer() {
    let folder = example();
    let lines = [
        "masse salariale",
        "masse_salarial sur 2026",
        "etpt pour composante SCIENCE",
        "59.07 * 12",
        "MAX(etpt, etp)",
        "etp + etpt",
        "inm + 3 €",
        "masse_salariale sur 2035",
        "essayer valeur_du_point + 1,5 %",
        "lister formule de paie",
        "charger essais",
        "comparer budget_2027 à atterrissage_2026",
    ];
    insta::assert_snapshot!("console_newcomer", transcript(folder.path(), &lines, 80));
}

#[test]
fn a_paste_of_two_thousand_lines_is_answered_whole() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    let mut paste = String::new();
    for k in 0..650 {
        paste.push_str(&format!("-- ligne {k}\nconstante collée_{k} en € = {k} €\nformule double_{k} en € par établissement :\n"));
        // One in a hundred is wrong.
        paste.push_str(&if k % 100 == 7 { "  = inconnu_de_tous\nfin\n".to_owned() } else { format!("  = 2 * collée_{k}\nfin\n") });
    }
    assert!(paste.lines().count() > 2_000);
    let answer = console.answer(&paste);
    let shown = drawn(&answer, 80);
    assert_eq!(shown.matches("déclaré : ").count(), 2 * 650 - 7, "{shown}");
    assert_eq!(shown.matches("inconnu_de_tous` est inconnu").count(), 7, "{shown}");
    assert_eq!(first(&mut console, "double_8 en 10/2026"), "16,00 €");
    assert!(console.answer("double_7 en 10/2026").refused);
}

#[test]
fn nothing_is_wider_than_the_window() {
    let folder = example();
    let lines = [
        "aide",
        "lister formules",
        "masse_salariale par composante par mois sur 2026",
        "graphique etpt par mois",
        "graphique etpt par composante",
        "essayer recruter 2 agents grade IGE_CN échelon 1 composante SCIENCES plafond ÉTAT à compter du 01/11/2026",
        "contrôler",
        "restituer suivi_des_corps",
    ];
    for width in [40, 80, 140] {
        let text = transcript(folder.path(), &lines, width);
        let typed = |l: &&str| l.contains("> ");
        let wide: Vec<&str> = text.lines().filter(|l| l.chars().count() > width && !typed(l)).collect();
        assert!(wide.is_empty(), "{width}\n{}", wide.join("\n"));
        if width != 80 {
            insta::assert_snapshot!(format!("console_{width}"), text);
        }
    }
}

#[test]
fn drawings_and_tables_go_to_files() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    assert!(console.answer("exporter \"trop_tôt.csv\"").refused);
    for line in [
        "graphique masse_salariale par mois vers \"courbe.svg\"",
        "graphique etpt par composante --sortie barres.html",
        "masse_salariale par composante sur 2026\nexporter \"tableau.csv\"\nexporter \"tableau.xlsx\"",
    ] {
        let answer = console.answer(line);
        assert!(!answer.refused, "{line}\n{}", drawn(&answer, 80));
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let svg = String::from_utf8(read("courbe.svg")).expect("utf-8");
    assert!(svg.starts_with("<?xml") && svg.contains("<style>") && svg.contains("</svg>"), "{svg}");
    assert!(String::from_utf8_lossy(&read("barres.html")).contains("<svg"));
    assert!(String::from_utf8_lossy(&read("tableau.csv")).contains("SCIENCES"));
    assert!(read("tableau.xlsx").starts_with(b"PK"));
}

#[test]
fn words_are_completed_with_what_they_are() {
    let folder = example();
    let (mut console, _) = session(folder.path());
    console.answer("scénario budget_2027");
    let glossary = console.glossary();
    let texts = |line: &str| glossary.complete(line).1.into_iter().map(|c| c.text).collect::<Vec<_>>();
    assert_eq!(texts("essay")[0], "essayer");
    assert!(texts("masse_sal").contains(&"masse_salariale".to_owned()));
    // By code and by label, accents aside.
    assert_eq!(texts("etpt pour composante SCI")[0], "SCIENCES");
    assert!(texts("etpt pour composante lettres").contains(&"LETTRES".to_owned()));
    assert!(texts("etpt pour composante langues").contains(&"LETTRES".to_owned()), "{:?}", texts("etpt pour composante langues"));
    assert!(texts("masse_salariale en k").contains(&"k€".to_owned()));
    assert!(texts("masse_salariale en 10").contains(&"10/2027".to_owned()));
    assert!(texts("scénario atter").contains(&"atterrissage_2026".to_owned()));
    assert!(texts("etpt par com").contains(&"composante".to_owned()));
    let (start, found) = glossary.complete("etpt pour composante SCI");
    assert_eq!((start, found[0].label.as_str()), ("etpt pour composante ".len(), "UFR Sciences"));
    assert_eq!(glossary.hint("3 * coût_moyen").as_deref(), Some("  €/ETPT, rapport"));
    assert!(glossary.hint("essayer ").is_some_and(|h| h.contains("modification")));
    assert_eq!(glossary.hint("rien_de_tel"), None);
}

#[test]
fn the_console_reads_what_was_loaded_and_says_what_is_wrong() {
    let folder = example();
    let outside = tempfile::tempdir().expect("folder");
    copy_tree(&root().join("examples/30-et-si"), outside.path());
    let script = outside.path().join("02-point_en_juillet.cadrage");
    let (mut console, _) = session(folder.path());
    let loaded = drawn(&console.answer(&format!("charger \"{}\"", script.display())), 140);
    assert!(loaded.contains("scénario courant : point_en_juillet ← budget_2027"), "{loaded}");
    // A dossier with a mistake is opened, told, and reread once it is mended.
    std::fs::write(folder.path().join("faute.cadrage"), "constante z en € = 3 points\n").expect("script");
    let (mut console, greeting) = session(folder.path());
    assert!(drawn(&greeting, 140).contains("1 erreur"), "{}", drawn(&greeting, 140));
    assert!(console.answer("masse_salariale sur 2026").refused);
    std::fs::write(folder.path().join("faute.cadrage"), "constante z en € = 3 €\n").expect("script");
    assert!(!console.answer("recharger").refused);
    assert_eq!(first(&mut console, "z"), "3 €");
}

#[test]
fn who_may_not_see_individuals_is_not_told_of_them() {
    let folder = example();
    let module = folder.path().join("établissement.cadrage");
    let text = std::fs::read_to_string(&module).expect("script");
    std::fs::write(&module, format!("{text}\nconstante effectif_minimal en agent = 15 agents\n")).expect("script");
    let (mut console, _) = session(folder.path());
    let told = first(&mut console, "masse_salariale sur 2026");
    assert_eq!(told, "9\u{202f}461\u{202f}460,69 €");
    for line in [
        "masse_salariale par agent sur 2026",
        "traitement_brut pour corps PR et composante SCIENCES en 10/2026",
        "graphique masse_salariale par agent",
        "masse_salariale pour composante DROIT sur 2025",
    ] {
        let answer = console.answer(line);
        assert!(answer.refused && drawn(&answer, 80).contains("[D04]"), "{line}\n{}", drawn(&answer, 80));
    }
    let shown = drawn(&console.answer("masse_salariale par corps en 10/2026"), 80);
    assert!(shown.contains("membres réunis"), "{shown}");
    console.answer("exporter \"corps.csv\"");
    let file = std::fs::read_to_string(folder.path().join("corps.csv")).expect("file");
    assert!(file.contains("membres réunis"), "{file}");
}

/// What-ifs 20, 25 and 26 of the reference design, asked at the prompt.
#[test]
fn what_ifs_of_the_design_at_the_prompt() {
    let folder = example();
    let whatifs = root().join("examples/30-et-si");
    for name in ["20-cdisation.cadrage", "25-plafond_interne.cadrage", "26-reserve.cadrage"] {
        std::fs::copy(whatifs.join(name), folder.path().join(name)).expect("script");
    }
    let lines = [
        "scénario sans_cdisation",
        "essayer transformer les agents pour statut CDD vers statut CDI à 6 ans d'ancienneté",
        "annuler",
        "scénario budget_2027",
        "contrôler plafond_2",
        "essayer recruter 5 agents grade IGE_CN composante SCIENCES plafond INTERNE à compter du 01/03/2027",
        "contrôler plafond_2",
        "annuler",
        "scénario budget_avec_réserve",
        "contrôler crédits_2027",
    ];
    insta::assert_snapshot!("console_what_ifs", transcript(folder.path(), &lines, 80));
}

/// A goal and a sweep at the prompt answer as their verbs do, and keep nothing.
#[test]
fn values_are_looked_for_and_swept_at_the_prompt() {
    let folder = example();
    let lines = [
        "scénario atterrissage_2026",
        "chercher valeur_du_point dans atterrissage_2026 tel que masse_salariale sur 2026 = 9 465 000 €",
        "balayer valeur_du_point dans atterrissage_2026 majorer de 0 % à 2 % pas 1 %",
        "chercher valeur_du_pint dans atterrissage_2026 tel que masse_salariale sur 2026 = 1 €",
        "masse_salariale sur 2026",
    ];
    insta::assert_snapshot!("console_values", transcript(folder.path(), &lines, 80));
}
