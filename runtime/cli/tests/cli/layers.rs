//! Roles, marks, `pourquoi`, `mise-à-niveau`.

use std::path::Path;

use super::{cadrage, demo, text};

/// What was drawn, without the breaks of its lines.
fn drawn(bytes: &[u8]) -> String {
    text(bytes).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(folder: &Path, name: &str, script: &str) {
    std::fs::write(folder.join("valmont").join(name), script).expect("script");
}

fn with_role(folder: &Path) {
    let settings = folder.join("valmont/établissement.cadrage");
    let mut script = std::fs::read_to_string(&settings).expect("settings");
    script.push_str(
        "\nrôle contrôleur :\n  peut modifier hypothèses ; mouvements ; scénarios\n  peut simuler valeur_du_point ; grilles\nfin\n",
    );
    std::fs::write(&settings, script).expect("settings");
}

#[test]
fn a_role_is_refused_what_oversteps_it_before_anything_is_computed() {
    let folder = demo();
    with_role(folder.path());
    // The example changes the CAS rate, which this role may not.
    for arguments in [["vérifier", "--rôle", "contrôleur"], ["calculer", "--role", "Controleur"]] {
        let done = cadrage(folder.path(), &[&["-C", "valmont"], &arguments[..]].concat());
        assert_eq!(done.status.code(), Some(1), "{arguments:?}");
        let said = drawn(&done.stderr);
        assert!(said.contains("[D03] le rôle `contrôleur` ne peut pas changer la constante `taux_pension_civile`"), "{said}");
        assert!(said.contains("et_si.cadrage:19") && said.contains("`peut simuler constantes`"), "{said}");
        assert_eq!(said.matches("[D03]").count(), 1, "{said}");
        assert!(done.stdout.is_empty());
    }
    assert_eq!(cadrage(folder.path(), &["-C", "valmont", "vérifier"]).status.code(), Some(0), "without a role nothing is refused");
    write(
        folder.path(),
        "essai.cadrage",
        "constante à_moi en € = 3 €   source \"moi\"\nformule neuve en € par agent :\n  = 1 €\nfin\nscénario s hérite de budget_2027 :\n  modifier grilles à compter du 01/01/2027 majorer de 1 point\n  remplacer ifse par neuve\nfin\n",
    );
    let said = drawn(&cadrage(folder.path(), &["-C", "valmont", "vérifier", "--rôle", "contrôleur"]).stderr);
    assert_eq!(said.matches("[D03]").count(), 3, "{said}");
    assert!(said.contains("déclarer la constante `à_moi`") && said.contains("changer la formule `ifse`"), "{said}");
    let unknown = cadrage(folder.path(), &["-C", "valmont", "vérifier", "--rôle", "stagiaire"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(drawn(&unknown.stderr).contains("le rôle `stagiaire` est inconnu"), "{}", text(&unknown.stderr));
    assert!(drawn(&unknown.stderr).contains("rôles déclarés : contrôleur"));
}

#[test]
fn what_departs_from_the_texts_is_marked_in_every_output() {
    let folder = demo();
    let table = cadrage(folder.path(), &["-C", "valmont", "calculer", "point_1_5"]);
    assert!(text(&table.stdout).contains("hypothèse hors textes en vigueur : valeur_du_point"), "{}", text(&table.stdout));
    assert!(text(&table.stderr).contains("note [D02] hypothèse hors textes en vigueur : valeur_du_point"));
    let json = cadrage(folder.path(), &["-C", "valmont", "calculer", "point_1_5", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("json");
    assert_eq!(value["hors_textes"], serde_json::json!(["valeur_du_point"]));
    assert!(value["alertes"].as_array().expect("alerts").iter().any(|a| a["code"] == "D02"));
    let csv = cadrage(folder.path(), &["-C", "valmont", "calculer", "point_1_5", "--format", "csv"]);
    assert!(text(&csv.stdout).lines().skip(1).all(|l| l.ends_with(";valeur_du_point")));
    let plain = cadrage(folder.path(), &["-C", "valmont", "calculer", "atterrissage_2026"]);
    assert!(!text(&plain.stdout).contains("hors textes"));
}

#[test]
fn pourquoi_prints_the_stack_and_says_which_wins() {
    let folder = demo();
    write(
        folder.path(),
        "pile.cadrage",
        "hypothèse taux_essai en % :\n  par défaut 1 %\n  sauf pour corps PR : 4 %   source \"bilan social\"\nfin\nscénario parent_essai hérite de budget_2027 :\n  modifier taux_essai = 2 %   source \"lettre de cadrage\"\nfin\nvariante point_haut :\n  modifier valeur_du_point à compter du 01/01/2027 majorer de 1 %\nfin\nscénario enfant_essai hérite de parent_essai :\n  appliquer point_haut\n  modifier taux_essai à compter du 01/07/2027 = 3 %\nfin\n",
    );
    let run = |arguments: &[&str]| {
        let done = cadrage(folder.path(), &[&["-C", "valmont", "pourquoi"], arguments].concat());
        assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    let june = run(&["taux_essai", "--scénario", "enfant_essai", "--en", "06/2027"]);
    let order: Vec<usize> = ["par défaut  : 1 %", "corps PR", "parent parent_essai", "scénario enfant_essai"]
        .iter()
        .map(|words| june.find(words).unwrap_or_else(|| panic!("{words}\n{june}")))
        .collect();
    assert!(order.windows(2).all(|w| w[0] < w[1]), "{june}");
    assert!(june.contains("par défaut : 2 %   pile.cadrage:6"), "{june}");
    assert!(june.contains("sans elle : 1 % (pile.cadrage:2)"), "{june}");
    assert!(june.contains("pour corps PR : 4 %   pile.cadrage:3") && june.contains("la précision passe avant la couche"), "{june}");
    let december = run(&["taux_essai", "--scenario", "enfant_essai"]);
    assert!(december.contains("en vigueur en 12/2027") && december.contains("par défaut : 3 %   pile.cadrage:13"), "{december}");
    let point = run(&["valeur_du_point", "--scénario", "enfant_essai"]);
    assert!(point.contains("socle (socle.point)") && point.contains("variante point_haut") && point.contains("59,6641"), "{point}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&["valeur_du_point", "--scénario", "enfant_essai", "--format", "json"])).expect("json");
    assert_eq!(json["ouverture"], "simulable");
    assert_eq!(json["pile"].as_array().expect("stack").last().expect("last")["couche"], "variante point_haut");
    let unknown = cadrage(folder.path(), &["-C", "valmont", "pourquoi", "valeur_du_pont"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(drawn(&unknown.stderr).contains("vouliez-vous `valeur_du_point` ?"), "{}", text(&unknown.stderr));
    let month = cadrage(folder.path(), &["-C", "valmont", "pourquoi", "valeur_du_point", "--en", "13/2027"]);
    assert_eq!(month.status.code(), Some(2));
}

#[test]
fn an_upgrade_is_shown_in_euros_and_changes_nothing_until_accepted() {
    let folder = demo();
    let national = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib/modules/point.cadrage");
    let text_of = std::fs::read_to_string(national).expect("module");
    let newer = text_of.replacen("version \"2026.1\"", "version \"2027.1\"", 1).replacen(
        "  précision 4",
        "  à compter du 01/07/2027 : 60   source \"décret fictif\"\n  précision 4",
        1,
    );
    assert!(newer.contains("2027.1") && newer.contains("décret fictif"));
    let file = folder.path().join("point_2027.cadrage");
    std::fs::write(&file, &newer).expect("file");
    let settings = folder.path().join("valmont/établissement.cadrage");
    let before = std::fs::read_to_string(&settings).expect("settings");
    let arguments = ["-C", "valmont", "mise-à-niveau", "socle.point", "--fichier", "point_2027.cadrage"];
    let shown = cadrage(folder.path(), &arguments);
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
    let said = text(&shown.stdout);
    assert!(said.contains("mise à niveau de socle.point : 2026.1 → 2027.1"), "{said}");
    assert!(said.contains("valeur_du_point à compter du 01/07/2027 : rien → 60 €/point/an   (décret fictif)"), "{said}");
    assert!(text(&shown.stderr).contains("rien n'a été changé"));
    assert_eq!(std::fs::read_to_string(&settings).expect("settings"), before);
    assert!(!folder.path().join("valmont/point_2027.cadrage").exists());
    // Before 2027 nothing moves; in 2027 the effect is what the scenario then computes.
    let row = |scenario: &str, year: &str| -> Vec<String> {
        let csv = cadrage(folder.path(), &[&arguments[..], &["--format", "csv"]].concat());
        let wanted = format!("{scenario};{year};");
        let line = text(&csv.stdout).lines().find(|l| l.starts_with(&wanted)).unwrap_or_else(|| panic!("{}", text(&csv.stdout))).to_owned();
        line.split(';').map(str::to_owned).collect()
    };
    assert_eq!(row("budget_2027", "2026")[4], "0,00");
    let promised = row("budget_2027", "2027");
    assert!(!promised[4].starts_with('-') && promised[4] != "0,00", "{promised:?}");
    let accepted = cadrage(folder.path(), &[&arguments[..], &["--accepter"]].concat());
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted.stderr));
    let after = std::fs::read_to_string(&settings).expect("settings");
    assert_eq!(after, before.replace("utiliser socle.point version \"2026.1\"", "utiliser socle.point version \"2027.1\""));
    let computed = cadrage(folder.path(), &["-C", "valmont", "calculer", "budget_2027", "--format", "json"]);
    assert_eq!(computed.status.code(), Some(0), "{}", text(&computed.stderr));
    let value: serde_json::Value = serde_json::from_slice(&computed.stdout).expect("json");
    assert_eq!(value["exercices"][1]["masse_salariale"].as_str().expect("amount").replace('.', ","), promised[3]);
    // And back: the library still has the older one.
    let back = cadrage(folder.path(), &["-C", "valmont", "mise-a-niveau", "socle.point", "2026.1", "--accepter"]);
    assert_eq!(back.status.code(), Some(0), "{}", text(&back.stderr));
    assert_eq!(std::fs::read_to_string(&settings).expect("settings"), before);
}

#[test]
fn an_upgrade_that_makes_no_sense_says_what_exists() {
    let folder = demo();
    std::fs::write(folder.path().join("autre.cadrage"), "module ailleurs version \"1\"\n").expect("file");
    std::fs::write(folder.path().join("casse.cadrage"), "module socle.point version \"2027.1\"\n").expect("file");
    for (arguments, said) in [
        (vec!["socle.pont", "2027.1"], "ce dossier n'emploie pas le module `socle.pont`"),
        (vec!["socle.point", "2031.1"], "versions connues : 2026.1 ; une autre se donne par `--fichier`"),
        (vec!["socle.point", "2026.1"], "est déjà en version 2026.1"),
        (vec!["socle.point"], "dites vers quelle version"),
        (vec!["socle.point", "--fichier", "autre.cadrage"], "ne déclare pas le module `socle.point`"),
        (vec!["socle.point", "2028.1", "--fichier", "casse.cadrage"], "est la version 2027.1 de `socle.point`, pas 2028.1"),
        (vec!["socle.point", "--fichier", "casse.cadrage"], "`valeur_du_point` est inconnu"),
    ] {
        let done = cadrage(folder.path(), &[&["-C", "valmont", "mise-à-niveau"], &arguments[..]].concat());
        assert_eq!(done.status.code(), Some(1), "{arguments:?} {}", text(&done.stderr));
        assert!(drawn(&done.stderr).contains(said), "{arguments:?} : {}", text(&done.stderr));
        assert!(done.stdout.is_empty());
    }
    let pin = folder.path().join("valmont/essai.cadrage");
    std::fs::write(&pin, "utiliser valmont version \"2025.1\"\n").expect("script");
    let done = cadrage(folder.path(), &["-C", "valmont", "vérifier"]);
    let said = drawn(&done.stderr);
    assert_eq!(done.status.code(), Some(1));
    assert!(said.contains("`valmont` est demandé en version 2025.1 et en version 2026.3"), "{said}");
    assert!(said.contains("`valmont` est en version 2026.3, pas 2025.1"), "{said}");
}
