//! The exchange files `pms-csv/1` (design/interfaces.md §3 to §8): types of file, their columns, what a column holds.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Free text.
    Text,
    /// A code.
    Code,
    /// A code of a closed list.
    Member(&'static [&'static str]),
    /// A day.
    Day,
    /// An excluded end: empty and sentinels are open.
    End,
    /// A month.
    Month,
    /// A month, or a year.
    Period,
    /// An integer.
    Integer,
    /// A decimal or a fraction.
    Number,
    /// Euros with exactly two decimals.
    Amount,
}

/// A column of a type of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the header writes it.
    pub name: &'static str,
    /// No file goes without it.
    pub required: bool,
    /// What it holds.
    pub form: Form,
}

/// A type of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    /// As a manifest writes it.
    pub name: &'static str,
    /// In the usual order.
    pub columns: &'static [Column],
}

impl FileType {
    /// The type of this name, whatever its case.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static FileType> {
        FILE_TYPES.iter().find(|t| t.name.eq_ignore_ascii_case(name))
    }

    /// The names of its columns.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|c| c.name).collect()
    }

    /// The names of the columns no file goes without.
    #[must_use]
    pub fn required(&self) -> Vec<&'static str> {
        self.columns.iter().filter(|c| c.required).map(|c| c.name).collect()
    }
}

const STATUTS: &[&str] = &["TITULAIRE", "STAGIAIRE", "CDI", "CDD", "VACATAIRE", "HEBERGE"];
const POSITIONS: &[&str] = &["AC", "DISPO", "CPAR", "DETACHE", "MAD"];
const MODALITES: &[&str] = &["TC", "TP", "TI"];
const REMUNERATIONS: &[&str] = &["INDICIAIRE", "FORFAIT", "HORAIRE", "AUCUNE"];
const MOVEMENTS: &[&str] = &["ENTREE", "SORTIE", "ECHELON", "GRADE", "QUOTITE", "POSITION", "CONTRAT", "STRUCTURE", "STATUT"];

const fn column(name: &'static str, form: Form) -> Column {
    Column { name, required: false, form }
}

const fn required(name: &'static str, form: Form) -> Column {
    Column { name, required: true, form }
}

/// The types of file.
pub const FILE_TYPES: &[FileType] = &[
    FileType {
        name: "mouvements_constates",
        columns: &[
            required("matricule", Form::Code),
            required("no_segment", Form::Integer),
            column("nom", Form::Text),
            column("prenom", Form::Text),
            required("date_naissance", Form::Day),
            required("date_entree", Form::Day),
            required("statut", Form::Member(STATUTS)),
            required("grade", Form::Code),
            column("echelon", Form::Text),
            column("chevron", Form::Text),
            column("date_entree_echelon", Form::Day),
            column("anciennete_conservee", Form::Integer),
            column("ib", Form::Text),
            column("inm", Form::Integer),
            column("prochain_echelon", Form::Text),
            column("prochain_chevron", Form::Text),
            column("date_prochain", Form::Day),
            required("position", Form::Member(POSITIONS)),
            column("modalite", Form::Member(MODALITES)),
            required("quotite", Form::Number),
            required("quotite_remuneree", Form::Number),
            required("remuneration", Form::Member(REMUNERATIONS)),
            column("montant_forfait", Form::Amount),
            column("contrat_fin_exclue", Form::End),
            required("structure", Form::Code),
            column("enfants", Form::Integer),
            column("nbi_points", Form::Integer),
            column("specialite", Form::Text),
            required("date_debut", Form::Day),
            column("date_fin_exclue", Form::End),
            column("depart_date", Form::Day),
            column("depart_motif", Form::Code),
        ],
    },
    FileType {
        name: "mouvements_previsionnels",
        columns: &[
            required("matricule", Form::Code),
            required("date_effet", Form::Day),
            required("type_mouvement", Form::Member(MOVEMENTS)),
            column("motif", Form::Code),
            required("certitude", Form::Member(&["SIGNE", "PREVU", "CALCULE"])),
            column("date_connaissance", Form::Day),
            column("nom", Form::Text),
            column("prenom", Form::Text),
            column("date_naissance", Form::Day),
            column("statut", Form::Member(STATUTS)),
            column("grade", Form::Code),
            column("echelon", Form::Text),
            column("chevron", Form::Text),
            column("date_entree_echelon", Form::Day),
            column("anciennete_conservee", Form::Integer),
            column("inm", Form::Integer),
            column("position", Form::Member(POSITIONS)),
            column("quotite", Form::Number),
            column("quotite_remuneree", Form::Number),
            column("remuneration", Form::Member(REMUNERATIONS)),
            column("montant_forfait", Form::Amount),
            column("contrat_fin_exclue", Form::End),
            column("structure", Form::Code),
            column("enfants", Form::Integer),
            column("nbi_points", Form::Integer),
        ],
    },
    FileType {
        name: "multi_affectations",
        columns: &[
            required("matricule", Form::Code),
            required("structure", Form::Code),
            required("rang", Form::Integer),
            required("taux", Form::Number),
            required("principale", Form::Member(&["O", "N"])),
            column("type_affectation", Form::Member(&["FONCTIONNELLE", "HIERARCHIQUE"])),
            required("date_debut", Form::Day),
            column("date_fin_exclue", Form::End),
            required("origine", Form::Member(&["CONSTATE", "PREVISIONNEL"])),
        ],
    },
    FileType {
        name: "retour_de_paie",
        columns: &[
            required("mois_paie", Form::Month),
            required("no_ligne", Form::Integer),
            required("matricule", Form::Code),
            column("structure", Form::Code),
            required("plafond", Form::Member(&["ETAT", "INTERNE", "HORS_PSOP"])),
            required("rubrique", Form::Code),
            required("nature_exercice", Form::Member(&["COURANT", "ANTERIEUR"])),
            column("periode_origine", Form::Period),
            required("compte", Form::Code),
            required("montant", Form::Amount),
            column("nombre", Form::Number),
            column("taux", Form::Number),
            required("centre_de_cout", Form::Code),
            column("eotp", Form::Code),
            column("pourcentage", Form::Number),
            column("etpt", Form::Number),
            column("etpf", Form::Number),
        ],
    },
    FileType {
        name: "hors_psop",
        columns: &[
            required("mois", Form::Month),
            required("structure", Form::Code),
            required("motif", Form::Member(&["CHOMAGE", "MISE_A_DISPOSITION", "PRESTATIONS_SOCIALES", "AUTRE"])),
            required("montant", Form::Amount),
            column("commentaire", Form::Text),
        ],
    },
    FileType {
        name: "imputations_previsionnelles",
        columns: &[
            required("matricule", Form::Code),
            required("rubrique", Form::Code),
            required("date_debut", Form::Day),
            column("date_fin_exclue", Form::End),
            required("rang", Form::Integer),
            required("centre_de_cout", Form::Code),
            column("eotp", Form::Code),
            required("pourcentage", Form::Number),
        ],
    },
    FileType {
        name: "competences",
        columns: &[
            required("matricule", Form::Code),
            required("competence", Form::Code),
            column("niveau", Form::Integer),
            required("date_debut", Form::Day),
            column("date_fin_exclue", Form::End),
        ],
    },
];
