//! The town of a structure: read in the list of structures, it decides of local levies (decision 0070).

use cadrage_session::Workspace;

use super::support::BACKEND;

const STRUCTURES: &str = "structure;libelle;niveau;parent;zone;commune;date_debut;date_fin_exclue\n\
    U;Université;ETABLISSEMENT;;;67482;2015-01-01;\n\
    DROIT;Droit;COMPOSANTE;U;2;;2015-01-01;\n\
    IUT;IUT;COMPOSANTE;U;2;54395;2015-01-01;\n";

const SCRIPT: &str = "utiliser socle.paie_nette version \"2026.1\"\n\
    utiliser socle.versement_mobilité version \"2026.1\"\n\
    constante prime en €/mois :\n  par défaut 10 €/mois source \"x\"\n  sauf pour commune 54395 : 20 €/mois source \"x\"\nfin\n\
    formule prime_locale en € par agent :\n  = somme de (prime * présence)\nfin\n\
    test \"la commune de la structure, ou de celle qui la contient\" :\n\
    \x20 soit un agent statut CDD rémunération FORFAIT montant_forfait 3 150 €/mois structure DROIT du 01/01/2025 au 31/01/2025\n\
    \x20 puis structure IUT du 01/02/2025 au 28/02/2025\n\
    \x20 en 01/2025 attendre maladie_régime_local = 40,95 €\n\
    \x20 en 01/2025 attendre taux_versement_mobilité_agent = 2 %\n\
    \x20 en 01/2025 attendre prime_locale = 10 €\n\
    \x20 en 02/2025 attendre maladie_régime_local = 0 €\n\
    \x20 en 02/2025 attendre prime_locale = 20 €\n\
    fin\n";

fn dossier(script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::create_dir(folder.path().join("referentiels")).expect("folder");
    std::fs::write(folder.path().join("referentiels/structure.csv"), STRUCTURES).expect("structures");
    std::fs::write(folder.path().join("essai.cadrage"), script).expect("script");
    folder
}

#[test]
fn the_town_is_that_of_the_structure_or_of_what_holds_it() {
    let folder = dossier(SCRIPT);
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    let report = workspace.test(&compiled, &BACKEND).expect("tests");
    assert_eq!(report.verdicts.len(), 1);
    for v in &report.verdicts {
        assert!(v.failures.is_empty(), "{}", suite::render_all(&v.failures, &compiled.sources));
    }
}

#[test]
fn a_town_that_no_structure_has_is_told() {
    let folder = dossier(&SCRIPT.replace("sauf pour commune 54395", "sauf pour commune 54000"));
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    let codes: Vec<_> = compiled.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [cadrage_source::Code::N04], "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
}

#[test]
fn an_option_of_the_library_counts_only_where_it_is_used() {
    let bare = SCRIPT.replace("utiliser socle.versement_mobilité version \"2026.1\"\n", "");
    let folder = dossier(&bare);
    let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
    let compiled = workspace.compile().expect("scripts");
    let codes: Vec<_> = compiled.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [cadrage_source::Code::N01], "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
}

#[test]
fn an_option_that_feeds_an_element_the_dossier_does_not_list_is_told() {
    let script = "utiliser socle.taxe_sur_les_salaires version \"2026.1\"\n";
    let told = |rows: &str| {
        let folder = dossier(script);
        let list = format!(
            "rubrique;libelle;famille;regularite;calendrier;compte_titulaire;compte_contractuel;assiettes\n{}{rows}",
            ["101000", "101070", "101100", "102000", "104000", "202300", "202400"]
                .map(|code| format!("{code};x;REMUNERATION;PERMANENT;01-12;641110;641120;RG\n"))
                .concat()
        );
        std::fs::write(folder.path().join("referentiels/elements_paie.csv"), list).expect("list");
        let mut workspace = Workspace::open(folder.path(), &[]).expect("dossier");
        let compiled = workspace.compile().expect("scripts");
        assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        compiled.diagnostics.iter().map(|d| (d.code, d.message.clone())).collect::<Vec<_>>()
    };
    let found = told("");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, cadrage_source::Code::N06);
    assert!(found[0].1.contains("`taxe_salaires`") && found[0].1.contains("401710"), "{found:?}");
    assert_eq!(told("401710;Taxe sur les salaires;COTISATION;PERMANENT;01-12;631100;631100;\n"), []);
}
