//! What makes a whole delivery or store unusable: nothing is loaded, the store stays as it was.

use std::fmt;

/// Code, title and long explanation of each refusal (`cadrage aide I04`).
pub const ERROR_CODES: &[(&str, &str, &str)] = &[
    (
        "I01",
        "manifeste absent ou illisible",
        "Une livraison est un dossier qui contient `manifeste.csv` et les fichiers qu'il annonce, séparés par « ; », avec les colonnes de la spécification pms-csv/1.",
    ),
    ("I02", "fichier annoncé absent", "Le manifeste annonce un fichier que le dossier ne contient pas. Redemandez la livraison complète."),
    (
        "I03",
        "fichier différent de ce que le manifeste annonce",
        "Le nombre de lignes ou l'empreinte ne sont pas ceux du manifeste : le fichier a été tronqué ou modifié. Redéposez-le tel que le SIRH l'a produit.",
    ),
    (
        "I04",
        "colonne obligatoire absente",
        "La première ligne d'un fichier porte les noms de ses colonnes. Une colonne obligatoire manque : vérifiez l'en-tête.",
    ),
    ("I05", "valeur du manifeste illisible", "Une case du manifeste n'a pas la forme attendue."),
    ("I06", "encodage inconnu", "Encodages lus : utf-8, iso-8859-15, cp1252."),
    (
        "I07",
        "version ou disposition inconnue",
        "Cette version lit `pms-csv/1`. Un fichier d'un autre système est lu si un script du dossier déclare une `interface` pour son type, dont la `disposition` (ou à défaut le nom) est celle que le manifeste écrit. `cadrage importer --deviner fichier` propose cette interface d'après le fichier.",
    ),
    ("I08", "livraison incohérente", "Une livraison porte sur un seul établissement et un seul mois."),
    ("I09", "référentiel illisible", "Une liste de `referentiels/` a une case illisible."),
    (
        "I10",
        "le compte rendu ne boucle pas",
        "Les montants lus, acceptés et mis de côté ne se recoupent pas : c'est un défaut du programme, rien n'a été chargé. Signalez-le.",
    ),
    (
        "I11",
        "magasin illisible ou occupé",
        "Le dossier `.cadrage` ne se lit pas ou ne s'écrit pas : droits, disque plein, ou autre programme en cours.",
    ),
    (
        "I12",
        "mois validé",
        "Un mois validé ne change plus. Pour le corriger, `cadrage rouvrir <mois> --motif \"…\"` l'écrit au journal, puis une livraison dont la `date_observation` vient après celle qui a été validée est acceptée : ce qu'on savait avant reste lisible, avec `--vu-au`.",
    ),
    (
        "I13",
        "chiffres d'un mois validé qui ont bougé",
        "Les codes sont résolus à chaque lecture avec les listes de `referentiels/`. Une liste a changé depuis la validation, et déplace des euros d'un mois validé d'un membre à l'autre ; le total n'a pas bougé. Remettez la liste, datez le changement (`date_debut`, `date_fin_exclue`), ou rouvrez le mois et validez-le de nouveau.",
    ),
    (
        "I14",
        "mois qui ne se valide pas",
        "Un mois se valide quand il est chargé, que ses fichiers de paie bouclent avec leur manifeste, que rien ne le bloque (Q13, Q15 sur un montant) et, si un fichier de comptabilité est donné, que chaque compte y est au centime. Ce qui bloque se lève par son nom, avec un motif gardé au journal.",
    ),
    (
        "I15",
        "fichier de comptabilité illisible",
        "Le fichier donné à `--comptabilité` a une colonne `compte` et une colonne `montant`, séparées par « ; », une ligne ou plusieurs par compte : les mandats de la paie du mois, sans ce qui est hors PSOP.",
    ),
    (
        "I16",
        "correction refusée",
        "Une ligne du fichier de corrections ne désigne pas une ligne en quarantaine, ou n'a pas les colonnes de l'export. Exportez de nouveau (`cadrage quarantaine --exporter corrections.csv`), corrigez dans ce fichier sans toucher aux premières colonnes, puis rejouez.",
    ),
    (
        "I17",
        "ligne trop longue",
        "Une ligne d'un fichier plat a plus d'un million d'octets ou plus de 4 096 cases. Un guillemet ouvert et jamais refermé avale la suite du fichier ; ou le fichier n'a pas de fins de ligne.",
    ),
    (
        "I18",
        "classeur ou fichier compressé illisible, ou démesuré",
        "Un fichier `.xlsx` ou `.gz` se décompresse en mémoire ou au fil de la lecture, dans une limite : 256 Mio pour un classeur, 2 Gio pour un texte. Au-delà, ou si l'archive est abîmée, rien n'est chargé. Redemandez l'extraction, au besoin au format CSV.",
    ),
    (
        "I19",
        "seuil des contrôles inutilisable",
        "Les scripts du dossier déclarent une constante que les contrôles d'un chargement lisent (`écart_de_répartition_réparé`, `etpt_annuel_au_plus`), et elle ne se lit pas, a une autre unité que celle du socle, ou ne vaut pas pour tout le monde. Corrigez-la, ou retirez-la : celle du socle vaut alors.",
    ),
];

/// What a machine says in English when it fails, what it is, and what to do. SQLite, Parquet and the system each have their words.
const MACHINE: &[(&[&str], &str, &str)] = &[
    (
        &["No space left on device", "(os error 28)", "database or disk is full", "disk quota exceeded", "(os error 122)"],
        "le disque est plein",
        "libérez de la place, puis recommencez : le magasin est comme avant",
    ),
    (
        &["Read-only file system", "(os error 30)", "readonly database"],
        "le dossier est en lecture seule",
        "copiez le dossier là où vous pouvez écrire, ou demandez le droit d'y écrire",
    ),
    (
        &["Permission denied", "(os error 13)", "unable to open database file", "access permission denied"],
        "vous n'avez pas le droit d'y écrire",
        "demandez ce droit, ou copiez le dossier là où vous l'avez",
    ),
    (
        &["database is locked", "database table is locked"],
        "un autre programme charge des livraisons dans ce dossier",
        "recommencez quand il a fini",
    ),
];

/// What to do otherwise.
const USUAL: &str = "vérifiez les droits, la place sur le disque, et qu'aucun autre programme n'ouvre ce dossier";

/// Why a file does not read, in the words of who gave it.
pub(crate) fn why_unread(kind: std::io::ErrorKind) -> &'static str {
    use std::io::ErrorKind as K;
    match kind {
        K::NotFound => "il n'est pas là",
        K::PermissionDenied => "vous n'avez pas le droit de le lire",
        K::IsADirectory => "c'est un dossier",
        K::InvalidData | K::InvalidInput => "ce qu'il contient ne se décompresse pas",
        K::UnexpectedEof => "il est tronqué",
        _ => "le système ne le donne pas",
    }
}

/// Why nothing was loaded. Texts are French, lower case, without final period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CubeError {
    /// One of [`ERROR_CODES`].
    pub code: &'static str,
    /// What was read and understood.
    pub message: String,
    /// File, as the user names it.
    pub file: Option<String>,
    /// Line of the file, from 1, the header included.
    pub line: Option<usize>,
    /// Column name.
    pub column: Option<String>,
    /// What to do.
    pub help: String,
}

impl CubeError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        CubeError { code, message: message.into(), file: None, line: None, column: None, help: help.into() }
    }

    pub(crate) fn at(mut self, file: &str, line: Option<usize>, column: Option<&str>) -> Self {
        self.file = Some(file.to_owned());
        self.line = line;
        self.column = column.map(str::to_owned);
        self
    }

    /// The disk or the catalogue failed, not the data.
    pub(crate) fn store(what: &str, cause: &dyn fmt::Display) -> Self {
        let cause = cause.to_string();
        let known = MACHINE.iter().find(|(signs, _, _)| signs.iter().any(|sign| cause.contains(sign)));
        let (cause, help) = known.map_or((cause.as_str(), USUAL), |(_, cause, help)| (*cause, *help));
        CubeError::new("I11", format!("{what} : {cause}"), help)
    }

    /// Did the machine fail rather than the data?
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.code == "I11"
    }
}

impl fmt::Display for CubeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, " : ")?;
        }
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for CubeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_meaning() {
        let codes: Vec<&str> = ERROR_CODES.iter().map(|(code, _, _)| *code).collect();
        assert!(codes.is_sorted() && codes.windows(2).all(|w| w[0] != w[1]), "{codes:?}");
    }
}
