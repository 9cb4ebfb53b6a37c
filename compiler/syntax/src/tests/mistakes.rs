//! Each mistake gets its code, its place and the text to write.

use cadrage_source::{Code, FileId, SourceMap};

use super::codes;
use crate::parse;

#[test]
fn five_faults_give_five_complaints() {
    let text = "constante va en €/point/an :\n  à compter du 01/01/2025 : 59.0734 source \"x\"\nfin\n\
                formule b en € par agent :\n  = MAX(x, y)\nfin\n\
                formule c en € par agent :\n  = si ancienneté > 3 alors 1 €\nfin\n\
                population d = corps (PR, MCF)\n\
                constante e en € :\n  à compter du 31/02/2025 : 12 00 €\nfin\n";
    assert_eq!(codes(text), [(Code::S02, 2), (Code::S03, 5), (Code::S01, 8), (Code::S03, 10), (Code::S08, 12), (Code::S04, 12)]);
}

#[test]
fn the_missing_word_is_named() {
    let text = "formule c en € par agent :\n  = si ancienneté > 3 alors 1 €\nfin\n";
    let (_, diagnostics) = parse(FileId(0), text);
    assert_eq!(diagnostics[0].help.as_deref(), Some("il manque « sinon »"));
}

#[test]
fn an_open_block_says_where_fin_is_missing() {
    let text = "formule va en € par agent :\n  = 1 €\n\nformule b en € par agent :\n  = 2 €\nfin\n";
    let (file, diagnostics) = parse(FileId(0), text);
    assert_eq!(file.declarations.len(), 2);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].code, Code::S05);
    assert_eq!(diagnostics[0].help.as_deref(), Some("d'après l'alignement, il manque « fin » ligne 3"));
}

#[test]
fn a_preposition_is_no_name() {
    let (_, diagnostics) = parse(FileId(0), "constante a en € = 1 €\n");
    assert_eq!(diagnostics[0].message, "`a` est lu comme « à » : ce n'est pas un nom");
}

/// A mistake in a formula: the line, then code, column, and what the help says.
const IN_A_FORMULA: &[(&str, Code, usize, &str)] = &[
    ("= MAX(x, y)", Code::S03, 10, "écrivez `MAX(x ; y)`"),
    ("= x * 59.0734", Code::S02, 9, "écrivez `59,0734`"),
    ("= x * 1.234.567,89 €", Code::S02, 9, "écrivez `1 234 567,89`"),
    ("= 12 00 €", Code::S04, 5, "écrivez `1 200`"),
    ("= 1 234 56 €", Code::S04, 5, "écrivez `123 456`"),
    ("= 1234567890123456 €", Code::S06, 5, "15 chiffres"),
    ("= x en 13/2026", Code::S08, 10, "de `01` à `12`"),
    ("= x en 1/2026", Code::S08, 10, "écrivez `01/2026`"),
    ("= x * (y + z", Code::S01, 14, "il manque « ) »"),
    ("= si x > 3 alors 1 €", Code::S01, 22, "il manque « sinon »"),
    ("= si x > 3 1 € sinon 0 €", Code::S01, 14, "il manque « alors »"),
    ("= x + * 2", Code::S01, 9, "une valeur"),
    ("= x == 2", Code::S01, 8, "l'égalité s'écrit `=`"),
    ("= x != 2", Code::S01, 7, "`<>`"),
    ("= [Masse salariale]", Code::S01, 5, "sans crochets"),
    ("= SUM(x)", Code::S01, 5, "vouliez-vous `SOMME(…)`"),
    ("= IF(x ; 1 ; 2)", Code::S01, 5, "vouliez-vous `SI("),
    ("= RECHERCHEV(x ; y)", Code::S01, 5, "se lit par son nom"),
    ("= 1 < x < 3", Code::S01, 11, "entre"),
    ("= x + a", Code::S01, 9, "choisissez un autre nom"),
    ("= x du mois précédant", Code::S01, 10, "vouliez-vous `mois précédent`"),
    ("arondi au centime", Code::S01, 3, "vouliez-vous `arrondi`"),
    ("arrondi au centimes", Code::S01, 14, "vouliez-vous `centime`"),
    ("alimente rubrik 101000", Code::S01, 12, "« rubrique »"),
    ("sans rapel", Code::S01, 3, "vouliez-vous `sans rappel`"),
    ("pour statut TITULAIRE arrondi au centime", Code::S01, 25, "passez à la ligne"),
    ("pour corps (PR, MCF)", Code::S03, 17, "écrivez `(PR ; MCF)`"),
    ("note \"sans fin", Code::S01, 8, "sur la même ligne"),
    ("= x # remarque", Code::S01, 7, "commence par `--`"),
    ("= x {", Code::S01, 7, "se ferme par « fin »"),
];

#[test]
fn each_mistake_of_a_formula_gets_its_code_place_and_help() {
    for (line, code, column, help) in IN_A_FORMULA {
        let text = format!("formule f en € par agent :\n  {line}\nfin\n");
        only(&text, *code, (2, *column), help);
    }
}

/// Mistakes of whole declarations: text, code, line and column, help.
const OF_DECLARATIONS: &[(&str, Code, (usize, usize), &str)] = &[
    ("formul f en € par agent :\n  = 1 €\nfin\n", Code::S01, (1, 1), "vouliez-vous `formule`"),
    ("formule f en € par agent\n  = 1 €\nfin\n", Code::S01, (1, 24), "il manque « : »"),
    ("formule f en € :\n  = 1 €\nfin\n", Code::S01, (1, 16), "`par agent`"),
    ("formule f par agent :\n  = 1 €\nfin\n", Code::S01, (1, 11), "il manque « en »"),
    ("formule f en € par agent :\n  = 1 €\nfn\n", Code::S05, (3, 1), "vouliez-vous `fin`"),
    ("formule f en € par agent :\n  = 1 €\n", Code::S05, (1, 1), "« fin » ligne 3"),
    ("constante x en € = 5 € ouvert\n", Code::S01, (1, 24), "vouliez-vous `ouverte`"),
    ("constante source en € = 5 €\n", Code::S01, (1, 11), "choisissez un autre nom"),
    ("constante x en € = 5 €\nfin\n", Code::S01, (2, 1), "retirez-le"),
    ("hypothèse x en € = 5 € entre 1 € 3 €\n", Code::S01, (1, 34), "il manque « et »"),
    ("constante x en € :\n  à compter du 1/7/2022 : 5 €\nfin\n", Code::S08, (2, 16), "écrivez `01/07/2022`"),
    ("constante x en € :\n  à compter du 01.07.2022 : 5 €\nfin\n", Code::S08, (2, 16), "écrivez `01/07/2022`"),
    ("constante x en € :\n  à compter du 30/02/2022 : 5 €\nfin\n", Code::S08, (2, 16), "le dernier jour de ce mois est le `28/02/2022`"),
    ("constante x en € :\n  à compter du 12/31/2022 : 5 €\nfin\n", Code::S08, (2, 16), "écrivez `31/12/2022`"),
    ("constante x en € :\n  a compter 01/02/2022 : 5 €\nfin\n", Code::S01, (2, 13), "il manque « de »"),
    // The place is a letter of the phrase, whatever the comment after it ends with.
    ("constante va en € --= 12 €\n", Code::S01, (1, 17), "« : »"),
    ("module x version 2026\n", Code::S01, (1, 18), "entre guillemets"),
    ("scénario s :\n  projeter jusque 12/2026\nfin\n", Code::S01, (2, 12), "vouliez-vous `jusqu'à`"),
    ("test \"t\" :\n  en 05/2026 attendre x 48 €\nfin\n", Code::S01, (2, 25), "il manque « = »"),
    ("grille g :\n    x ; y\n    1 ; 2\n    2 ; 3\nfin\n", Code::S01, (2, 5), "à compter du"),
    ("barème b en % :\n    jusqu'à 1 PMSS : 1 %\n    au-delà : 2 %\nfin\n", Code::S01, (2, 5), "à compter du"),
    ("grille g :\n  à compter du 01/01/2024 :\n    x ; y\n    1, 2\n    2 ; 3\nfin\n", Code::S03, (4, 5), "remplacez les virgules"),
    ("grille g :\n  à compter du 01/01/2024 :\n    x ; y\n    1 ; 57.5\nfin\n", Code::S02, (4, 9), "écrivez `57,5`"),
    ("formule f en € par agent :\n  = selon\n      x = 1 : 2\n      sinon : 4\n  arrondi au centime\nfin\n", Code::S05, (2, 5), "ligne 5"),
    (
        "formule f en € par agent :\n  = selon\n      x = 1 2\n      sinon : 4\n    fin\n  arrondi au centime\nfin\n",
        Code::S01,
        (3, 13),
        "il manque « : »",
    ),
    (
        "formule f en € par agent :\n  = selon\n      x = 1\n      sinon : 4\n    fin\n  arrondi au centime\nfin\n",
        Code::S01,
        (3, 11),
        "il manque « : »",
    ),
];

#[test]
fn each_mistake_of_a_declaration_gets_its_code_place_and_help() {
    for (text, code, place, help) in OF_DECLARATIONS {
        only(text, *code, *place, help);
    }
}

/// One complaint, this one.
fn only(text: &str, code: Code, place: (usize, usize), help: &str) {
    let mut map = SourceMap::new();
    let id = map.add("t", text);
    let (_, complaints) = parse(id, text);
    let [complaint] = complaints.as_slice() else { panic!("{text}{complaints:#?}") };
    let at = map.get(id).unwrap().position(complaint.labels[0].span.start as usize);
    let said = complaint.help.clone().unwrap_or_default();
    assert_eq!((complaint.code, (at.line, at.column)), (code, place), "{text}{said}");
    assert!(said.contains(help), "{text}{said}");
    for sentence in [&complaint.message, &said] {
        assert!(!sentence.ends_with('.') && !sentence.contains("k_"), "{sentence}");
        let first = sentence.chars().next().unwrap();
        assert!(!first.is_uppercase(), "{sentence}");
    }
}
