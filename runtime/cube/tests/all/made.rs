//! Small dossiers and deliveries made in a temporary folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cadrage_cube::{CubeError, Dossier, LoadReport, fingerprint_of};
use tempfile::TempDir;

pub(crate) const LISTS: &[(&str, &str)] = &[
    (
        "structure.csv",
        "structure;libelle;niveau;parent;zone;date_debut;date_fin_exclue\n\
         UNIV;Université;ETABLISSEMENT;;;2020-01-01;\n\
         SCI;Sciences;COMPOSANTE;UNIV;2;2020-01-01;\n\
         SCI_MATH;Maths;DEPARTEMENT;SCI;;2020-01-01;\n\
         ECO;Économie;COMPOSANTE;UNIV;2;2020-01-01;\n\
         VIEUX;Fermée;COMPOSANTE;UNIV;;2020-01-01;2025-01-01\n",
    ),
    (
        "corps_grades.csv",
        "grade;libelle;corps;groupe;categorie;grade_bcn;corps_bcn;remuneration;grade_suivant\n\
         MCF_CN;Maître de conférences;MCF;ENSEIGNANTS;A;3014;301;INDICIAIRE;MCF_HC\n\
         MCF_HC;Hors classe;MCF;ENSEIGNANTS;A;3013;301;INDICIAIRE;\n\
         VACATAIRE;Vacataire;VAC;VACATAIRES;A;;;HORAIRE;\n",
    ),
    (
        "elements_paie.csv",
        "rubrique;libelle;famille;regularite;calendrier;compte_titulaire;compte_contractuel;assiettes\n\
         101000;Traitement;REMUNERATION;PERMANENT;01-12;641110;641120;PC\n\
         202251;Heures;REMUNERATION;VARIABLE;01-12;641160;641160;\n\
         HORS_PSOP;Hors PSOP;REMUNERATION;EXCEPTIONNEL;01-12;6478;6478;\n",
    ),
    ("comptes.csv", "compte;libelle;parent;origine\n641110;Titulaires;;M9-5\n641160;Heures;;M9-5\n6478;Divers;;M9-5\n"),
    (
        "analytique.csv",
        "code;libelle;niveau;parent;ressource;structure;date_debut;date_fin_exclue\n\
         CC_E;État;CENTRE_DE_COUT;;ETAT;SCI;2020-01-01;\n\
         CC_P;Propre;CENTRE_DE_COUT;;INTERNE;SCI;2020-01-01;\n\
         ANR00;Fermé;EOTP;CC_P;INTERNE;SCI;2020-01-01;2025-01-01\n\
         ANR01;Ouvert;EOTP;CC_P;INTERNE;SCI;2020-01-01;\n",
    ),
    (
        "grilles.csv",
        "grade;rang;echelon;chevron;ib;inm;duree_mois;date_debut;date_fin_exclue;source\n\
         MCF_CN;1;1;;532;464;12;2024-01-01;;x\nMCF_CN;2;2;;600;523;34;2024-01-01;;x\n",
    ),
];

pub(crate) const PEOPLE: &str = "matricule;no_segment;nom;prenom;date_naissance;date_entree;statut;grade;echelon;chevron;date_entree_echelon;anciennete_conservee;inm;position;quotite;quotite_remuneree;remuneration;montant_forfait;contrat_fin_exclue;structure;enfants;nbi_points;date_debut;date_fin_exclue\n\
A1;1;DURAND;ANNE;1980-02-03;2010-09-01;TITULAIRE;MCF_CN;2;;2024-09-01;0;523;AC;1;1;INDICIAIRE;;;SCI_MATH;1;;2024-09-01;\n\
A2;1;MARTIN;PAUL;1985-04-05;2015-09-01;TITULAIRE;MCF_CN;1;;2025-09-01;0;464;AC;4/5;6/7;INDICIAIRE;;;ECO;0;;2025-09-01;\n\
V1;1;PETIT;LUC;1990-01-01;2025-09-01;VACATAIRE;VACATAIRE;;;;;;AC;;;HORAIRE;;;SCI;;;2025-09-01;\n";

pub(crate) const SPLITS: &str = "matricule;structure;rang;taux;principale;type_affectation;date_debut;date_fin_exclue;origine\n\
A1;SCI_MATH;1;66,67;O;FONCTIONNELLE;2024-09-01;;CONSTATE\n\
A1;ECO;2;33,33;N;FONCTIONNELLE;2024-09-01;;CONSTATE\n";

pub(crate) const PAY: &str = "mois_paie;no_ligne;matricule;structure;plafond;rubrique;nature_exercice;periode_origine;compte;montant;nombre;taux;centre_de_cout;eotp;pourcentage;etpt;etpf\n\
2026-01;1;A1;;ETAT;101000;COURANT;;641110;2500,01;;;CC_E;;;1/12;1/12\n\
2026-01;2;A2;;ETAT;101000;COURANT;;641110;2000,00;;;CC_E;;60,00;1/25;3/70\n\
2026-01;3;A2;;INTERNE;101000;COURANT;;641110;1000,00;;;CC_P;ANR01;40,00;2/75;1/35\n\
2026-01;4;A1;;ETAT;101000;ANTERIEUR;2025-12;641110;-37,09;;;CC_E;;;;\n\
2026-01;5;V1;;INTERNE;202251;COURANT;;641160;435,00;10,00;43,50;CC_P;;;5/96;5/96\n";

pub(crate) const OTHER: &str = "mois;structure;motif;montant;commentaire\n2026-01;SCI;CHOMAGE;100,00;\n";

/// A dossier with reference lists and one delivery to spoil.
pub(crate) struct Made {
    folder: TempDir,
    /// File texts of the delivery by type.
    pub(crate) files: BTreeMap<&'static str, Vec<u8>>,
    pub(crate) remises: BTreeMap<&'static str, u32>,
    pub(crate) month: &'static str,
    /// `2026-02-10`; empty = the 28th of the month.
    pub(crate) observed: &'static str,
}

impl Made {
    pub(crate) fn new() -> Made {
        let folder = tempfile::tempdir().unwrap();
        let lists = folder.path().join("referentiels");
        std::fs::create_dir_all(&lists).unwrap();
        for (name, text) in LISTS {
            std::fs::write(lists.join(name), text).unwrap();
        }
        let mut made = Made { folder, files: BTreeMap::new(), remises: BTreeMap::new(), month: "2026-01", observed: "" };
        for (kind, text) in
            [("mouvements_constates", PEOPLE), ("multi_affectations", SPLITS), ("retour_de_paie", PAY), ("hors_psop", OTHER)]
        {
            made.files.insert(kind, text.as_bytes().to_vec());
        }
        made
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn text(&self, kind: &str) -> String {
        String::from_utf8(self.files[kind].clone()).unwrap()
    }

    /// Replaces a text that must be there.
    pub(crate) fn change(&mut self, kind: &'static str, from: &str, to: &str) -> &mut Made {
        let text = self.text(kind);
        assert!(text.contains(from), "{from}");
        self.files.insert(kind, text.replacen(from, to, 1).into_bytes());
        self
    }

    pub(crate) fn add(&mut self, kind: &'static str, row: &str) -> &mut Made {
        let text = self.text(kind) + row + "\n";
        self.files.insert(kind, text.into_bytes());
        self
    }

    /// Writes the delivery, its manifest in accord.
    pub(crate) fn write(&self, name: &str) -> PathBuf {
        let delivery = self.root().join("livraisons").join(name);
        std::fs::create_dir_all(&delivery).unwrap();
        let mut rows =
            String::from("fichier;type;uai;mois;date_observation;no_remise;lignes;montant_total;encodage;disposition;version;sha256\n");
        for (kind, bytes) in &self.files {
            std::fs::write(delivery.join(format!("{kind}.csv")), bytes).unwrap();
            let lines = cadrage_cube::FlatFile::read(kind, bytes, "utf-8").map_or(0, |f| f.rows.len());
            let total = if matches!(*kind, "retour_de_paie" | "hors_psop") { total(bytes) } else { String::new() };
            let remise = self.remises.get(kind).copied().unwrap_or(1);
            let (month, sha) = (self.month, fingerprint_of(bytes));
            let observed = if self.observed.is_empty() { format!("{month}-28") } else { self.observed.to_owned() };
            rows += &format!("{kind}.csv;{kind};0999999Z;{month};{observed};{remise};{lines};{total};utf-8;canonique;pms-csv/1;{sha}\n");
        }
        std::fs::write(delivery.join("manifeste.csv"), rows).unwrap();
        delivery
    }

    pub(crate) fn dossier(&self) -> Dossier {
        Dossier::open(self.root()).unwrap()
    }

    pub(crate) fn import(&self, name: &str) -> Result<LoadReport, CubeError> {
        self.dossier().import(&self.write(name), &mut |_, _, _| {})
    }

    /// Name and content of everything in the store.
    pub(crate) fn store(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for folder in [self.root().join(".cadrage"), self.root().join(".cadrage/faits")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|e| e.path().is_file()) {
                let bytes = std::fs::read(entry.path()).unwrap();
                out.insert(entry.file_name().to_string_lossy().into_owned(), fingerprint_of(&bytes));
            }
        }
        out
    }
}

/// Σ of the readable amounts of a file, as a manifest writes it.
fn total(bytes: &[u8]) -> String {
    let Ok(file) = cadrage_cube::FlatFile::read("x", bytes, "utf-8") else { return "0,00".to_owned() };
    let amounts = file.named_rows().filter_map(|(_, row)| row.get("montant")?.replace('\u{A0}', "").parse::<cadrage_value::Money>().ok());
    amounts.sum::<cadrage_value::Money>().to_string().replace('.', ",")
}

/// Count of findings of a code.
pub(crate) fn count(report: &LoadReport, code: &str) -> usize {
    report.quality.iter().find(|q| q.code == code).map_or(0, |q| q.count)
}

/// Bytes spoiled one way or another: flipped bits, a cut, a doubled stretch, strange characters.
pub(crate) fn fuzz_bytes(sound: &[u8], random: &mut u64) -> Vec<u8> {
    let mut next = |below: usize| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        usize::try_from(*random >> 16).unwrap() % below.max(1)
    };
    let mut bytes = sound.to_vec();
    // The header is spared half of the time, else everything is refused before it is read.
    let from = if next(2) == 0 { bytes.iter().position(|b| *b == b'\n').unwrap_or(0) } else { 0 };
    for _ in 0..=next(6) {
        let at = from + next(bytes.len().saturating_sub(from));
        match next(5) {
            0 | 1 => {
                if let Some(b) = bytes.get_mut(at) {
                    *b ^= 1 << next(8);
                }
            }
            2 => bytes.truncate(at.max(1)),
            3 => {
                let to = (at + next(80)).min(bytes.len());
                let again = bytes[at.min(to)..to].to_vec();
                bytes.splice(to..to, again);
            }
            _ => {
                let strange: &[&[u8]] =
                    &[b"\"", b";", b"\r", b"\0", b"\xFF", "\u{202F}".as_bytes(), b"9999999999999999999", b"-", b"/0", b"="];
                let strange = strange[next(strange.len())];
                let at = at.min(bytes.len());
                bytes.splice(at..at, strange.iter().copied());
            }
        }
    }
    bytes
}
