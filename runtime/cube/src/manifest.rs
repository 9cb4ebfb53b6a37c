//! `manifeste.csv`: what a delivery says it holds, checked against what it holds (interfaces.md §2).

use std::path::{Path, PathBuf};

use cadrage_value::{Date, Money, Month};
use sha2::{Digest, Sha256};

use crate::{CubeError, FlatFile, field};

/// The seven types of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    MouvementsConstates,
    MouvementsPrevisionnels,
    MultiAffectations,
    RetourDePaie,
    HorsPsop,
    ImputationsPrevisionnelles,
    Competences,
}

impl Kind {
    /// All types, in the order they are read: people first, so that pay finds them.
    pub(crate) const ALL: [Kind; 7] = [
        Kind::MouvementsConstates,
        Kind::MultiAffectations,
        Kind::RetourDePaie,
        Kind::HorsPsop,
        Kind::MouvementsPrevisionnels,
        Kind::ImputationsPrevisionnelles,
        Kind::Competences,
    ];

    /// As the manifest writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::MouvementsConstates => "mouvements_constates",
            Kind::MouvementsPrevisionnels => "mouvements_previsionnels",
            Kind::MultiAffectations => "multi_affectations",
            Kind::RetourDePaie => "retour_de_paie",
            Kind::HorsPsop => "hors_psop",
            Kind::ImputationsPrevisionnelles => "imputations_previsionnelles",
            Kind::Competences => "competences",
        }
    }

    pub(crate) fn find(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Does it carry amounts?
    pub(crate) fn is_pay(self) -> bool {
        matches!(self, Kind::RetourDePaie | Kind::HorsPsop)
    }
}

/// One line of a manifest, its file read and checked.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) kind: Kind,
    pub(crate) remise: i64,
    pub(crate) sha256: String,
    pub(crate) total: Option<Money>,
    pub(crate) file: FlatFile,
}

/// A delivery whose files are those its manifest announces.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    /// Name of the folder.
    pub(crate) delivery: String,
    /// SHA-256 of the manifest itself: the identity of the delivery.
    pub(crate) fingerprint: String,
    pub(crate) uai: String,
    pub(crate) month: Month,
    pub(crate) observed: Date,
    pub(crate) files: Vec<Announced>,
    /// Files of the folder that the manifest does not name.
    pub(crate) strangers: Vec<String>,
}

const COLUMNS: [&str; 12] = [
    "fichier",
    "type",
    "uai",
    "mois",
    "date_observation",
    "no_remise",
    "lignes",
    "montant_total",
    "encodage",
    "disposition",
    "version",
    "sha256",
];

/// The SHA-256 of bytes, in hexadecimal, as a manifest carries it.
#[must_use]
pub fn fingerprint_of(bytes: &[u8]) -> String {
    sha256(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The identity of a delivery: the SHA-256 of its manifest, when it has one.
pub(crate) fn fingerprint(delivery: &Path) -> Option<String> {
    std::fs::read(delivery.join("manifeste.csv")).ok().map(|bytes| sha256(&bytes))
}

pub(crate) fn read(delivery: &Path) -> Result<Manifest, CubeError> {
    let name = delivery.file_name().map_or_else(|| delivery.display().to_string(), |n| n.to_string_lossy().into_owned());
    let shown = format!("{name}/manifeste.csv");
    let bytes = std::fs::read(delivery.join("manifeste.csv")).map_err(|e| {
        let why = if e.kind() == std::io::ErrorKind::NotFound {
            "ce dossier n'a pas de manifeste".to_owned()
        } else {
            format!("le manifeste ne se lit pas ({e})")
        };
        CubeError::new("I01", why, "une livraison est un dossier qui contient `manifeste.csv` et les fichiers qu'il annonce")
            .at(&shown, None, None)
    })?;
    let table = FlatFile::read(&shown, &bytes, "utf-8")?;
    let columns = table.columns(&COLUMNS, &COLUMNS)?;
    let mut out: Option<Manifest> = None;
    let mut named = Vec::new();
    for row in &table.rows {
        let cell = |c: &str| columns.cell(row, c);
        let bad = |c: &str, what: &str, help: &str| {
            CubeError::new("I05", format!("`{}` n'est pas {what} (colonne `{c}`)", cell(c)), help).at(&shown, Some(row.line), Some(c))
        };
        let kind = Kind::find(cell("type")).ok_or_else(|| {
            let all: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
            bad("type", "un type de fichier connu", &format!("types : {}", all.join(", ")))
        })?;
        let month = field::month(cell("mois")).ok().flatten().ok_or_else(|| bad("mois", "un mois", "écrivez AAAA-MM"))?;
        let observed = field::date(cell("date_observation"))
            .ok()
            .flatten()
            .ok_or_else(|| bad("date_observation", "une date", "écrivez AAAA-MM-JJ"))?;
        let remise = field::integer(cell("no_remise"))
            .ok()
            .flatten()
            .filter(|n| *n > 0)
            .ok_or_else(|| bad("no_remise", "un numéro de remise", "écrivez 1, 2…"))?;
        let lines =
            field::integer(cell("lignes")).ok().flatten().ok_or_else(|| bad("lignes", "un nombre de lignes", "écrivez un entier"))?;
        let total = field::money(cell("montant_total")).map_err(|_| bad("montant_total", "un montant", "écrivez 1234,56"))?.map(|(m, _)| m);
        if kind.is_pay() && total.is_none() {
            return Err(bad("montant_total", "le total de ce fichier de paie", "donnez la somme de la colonne `montant`"));
        }
        if cell("version") != "pms-csv/1" || cell("disposition") != "canonique" {
            let what = format!("version `{}`, disposition `{}`", cell("version"), cell("disposition"));
            return Err(CubeError::new(
                "I07",
                format!("{what} : pas encore lues"),
                "cette version lit `pms-csv/1` en disposition `canonique`",
            )
            .at(&shown, Some(row.line), Some("version")));
        }
        let uai = cell("uai").to_uppercase();
        let manifest = out.get_or_insert_with(|| Manifest {
            delivery: name.clone(),
            fingerprint: sha256(&bytes),
            uai: uai.clone(),
            month,
            observed,
            files: Vec::new(),
            strangers: Vec::new(),
        });
        if manifest.uai != uai || manifest.month != month {
            return Err(CubeError::new(
                "I08",
                "la livraison mêle plusieurs établissements ou plusieurs mois",
                "une livraison par établissement et par mois",
            )
            .at(&shown, Some(row.line), None));
        }
        let file_name = cell("fichier").to_owned();
        if file_name.contains(['/', '\\']) || file_name.is_empty() {
            return Err(bad("fichier", "un nom de fichier", "un nom simple, dans le dossier de la livraison"));
        }
        let shown_file = format!("{name}/{file_name}");
        let content = std::fs::read(delivery.join(&file_name)).map_err(|_| {
            CubeError::new("I02", format!("`{file_name}` est annoncé et absent"), "redemandez la livraison complète").at(
                &shown,
                Some(row.line),
                Some("fichier"),
            )
        })?;
        let digest = sha256(&content);
        let file = FlatFile::read(&shown_file, &content, cell("encodage"))?;
        let count = i64::try_from(file.rows.len()).unwrap_or(i64::MAX);
        if count != lines {
            return Err(CubeError::new(
                "I03",
                format!("{count} lignes lues, {lines} annoncées : le fichier a été tronqué ou modifié"),
                "redéposez le fichier tel que le SIRH l'a produit",
            )
            .at(&shown_file, Some(file.rows.last().map_or(1, |r| r.line)), None));
        }
        if digest != cell("sha256").to_ascii_lowercase() {
            return Err(CubeError::new(
                "I03",
                "l'empreinte du fichier n'est pas celle du manifeste : il a été modifié",
                "redéposez le fichier tel que le SIRH l'a produit",
            )
            .at(&shown_file, None, None));
        }
        named.push(file_name);
        manifest.files.push(Announced { kind, remise, sha256: digest, total, file });
    }
    let mut manifest = out.ok_or_else(|| {
        CubeError::new("I01", "le manifeste n'annonce aucun fichier", "une ligne par fichier de la livraison").at(&shown, Some(1), None)
    })?;
    manifest.strangers = strangers(delivery, &named);
    Ok(manifest)
}

fn strangers(delivery: &Path, named: &[String]) -> Vec<String> {
    let mut out: Vec<String> = std::fs::read_dir(delivery)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p: &PathBuf| p.is_file())
        .filter_map(|p| p.file_name().map(|n| n.to_string_lossy().into_owned()))
        .filter(|n| n != "manifeste.csv" && !n.starts_with('.') && !named.contains(n))
        .collect();
    out.sort();
    out
}
