//! `interface`: how a foreign file is read, checked against the file types of `pms-csv/1`. The import reads it (and refuses a
//! delivery whose manifest names one until it does: I07).

use cadrage_source::{Code, Diagnostic, Span, Spanned};
use cadrage_syntax::{ast, fold};

use crate::scope::Scope;
use crate::suggest;

/// A checked interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// As declared: what `disposition` of a manifest names.
    pub name: String,
    /// Displayed.
    pub label: String,
    /// The type of file it gives.
    pub kind: &'static str,
    /// Pattern of the file name: `AAAA` and `MM` stand for the month.
    pub file: String,
    /// `utf-8`, `iso-8859-15` or `cp1252`.
    pub encoding: &'static str,
    /// Between columns.
    pub separator: char,
    /// How days are written: `AAAA`, `MM`, `JJ` in any order.
    pub dates: String,
    /// Lines before the header.
    pub skip: u32,
    /// In the order written.
    pub columns: Vec<InterfaceColumn>,
    /// Where its name is declared.
    pub span: Span,
}

/// Where a canonical column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceColumn {
    /// The canonical column.
    pub name: &'static str,
    /// Its name in the file.
    pub header: String,
    /// Text of the file, and canonical code.
    pub mapping: Vec<(String, String)>,
    /// Read where the cell is empty.
    pub fallback: Option<String>,
}

/// A type of file: its name, its columns, those that every row needs.
struct FileType {
    name: &'static str,
    columns: &'static [&'static str],
    required: &'static [&'static str],
}

/// The types of design `pms-csv/1`, the same as the loader's.
const TYPES: &[FileType] = &[
    FileType {
        name: "mouvements_constates",
        columns: &[
            "matricule",
            "no_segment",
            "nom",
            "prenom",
            "date_naissance",
            "date_entree",
            "statut",
            "grade",
            "echelon",
            "chevron",
            "date_entree_echelon",
            "anciennete_conservee",
            "ib",
            "inm",
            "prochain_echelon",
            "prochain_chevron",
            "date_prochain",
            "position",
            "modalite",
            "quotite",
            "quotite_remuneree",
            "remuneration",
            "montant_forfait",
            "contrat_fin_exclue",
            "structure",
            "enfants",
            "nbi_points",
            "specialite",
            "date_debut",
            "date_fin_exclue",
            "depart_date",
            "depart_motif",
        ],
        required: &[
            "matricule",
            "no_segment",
            "date_naissance",
            "date_entree",
            "statut",
            "grade",
            "position",
            "quotite",
            "quotite_remuneree",
            "remuneration",
            "structure",
            "date_debut",
        ],
    },
    FileType {
        name: "mouvements_previsionnels",
        columns: &[
            "matricule",
            "date_effet",
            "type_mouvement",
            "motif",
            "certitude",
            "date_connaissance",
            "nom",
            "prenom",
            "date_naissance",
            "statut",
            "grade",
            "echelon",
            "chevron",
            "date_entree_echelon",
            "anciennete_conservee",
            "inm",
            "position",
            "quotite",
            "quotite_remuneree",
            "remuneration",
            "montant_forfait",
            "contrat_fin_exclue",
            "structure",
            "enfants",
            "nbi_points",
        ],
        required: &["matricule", "date_effet", "type_mouvement", "certitude"],
    },
    FileType {
        name: "multi_affectations",
        columns: &["matricule", "structure", "rang", "taux", "principale", "type_affectation", "date_debut", "date_fin_exclue", "origine"],
        required: &["matricule", "structure", "rang", "taux", "principale", "date_debut", "origine"],
    },
    FileType {
        name: "retour_de_paie",
        columns: &[
            "mois_paie",
            "no_ligne",
            "matricule",
            "structure",
            "plafond",
            "rubrique",
            "nature_exercice",
            "periode_origine",
            "compte",
            "montant",
            "nombre",
            "taux",
            "centre_de_cout",
            "eotp",
            "pourcentage",
            "etpt",
            "etpf",
        ],
        required: &["mois_paie", "no_ligne", "matricule", "plafond", "rubrique", "nature_exercice", "compte", "montant", "centre_de_cout"],
    },
    FileType {
        name: "hors_psop",
        columns: &["mois", "structure", "motif", "montant", "commentaire"],
        required: &["mois", "structure", "motif", "montant"],
    },
    FileType {
        name: "imputations_previsionnelles",
        columns: &["matricule", "rubrique", "date_debut", "date_fin_exclue", "rang", "centre_de_cout", "eotp", "pourcentage"],
        required: &["matricule", "rubrique", "date_debut", "rang", "centre_de_cout", "pourcentage"],
    },
    FileType {
        name: "competences",
        columns: &["matricule", "competence", "niveau", "date_debut", "date_fin_exclue"],
        required: &["matricule", "competence", "date_debut"],
    },
];

impl Scope<'_> {
    /// The checked interface; `None` when it was complained about.
    pub(crate) fn interface(&mut self, i: &ast::Interface) -> Option<Interface> {
        if i.damaged {
            return None;
        }
        let kind = self.file_type(i)?;
        let columns = self.interface_columns(i, kind);
        let Some(file) = &i.file else {
            self.complain(
                Diagnostic::new(Code::V02, format!("l'interface `{}` ne dit pas son fichier", i.name.value), i.name.span)
                    .help("ajoutez `fichier \"KX_AAAAMM.txt\"` : AAAA et MM tiennent la place du mois"),
            );
            return None;
        };
        let encoding = match &i.encoding {
            None => Some("utf-8"),
            Some(e) => {
                let found = match e.value.to_lowercase().as_str() {
                    "utf-8" | "utf8" => Some("utf-8"),
                    "iso-8859-15" => Some("iso-8859-15"),
                    "cp1252" | "windows-1252" => Some("cp1252"),
                    _ => None,
                };
                self.known(found, &format!("l'encodage `{}`", e.value), e.span, "`UTF-8`, `ISO-8859-15` ou `CP1252`")
            }
        };
        let separator = match &i.separator {
            None => Some(';'),
            Some(s) => {
                let mut signs = s.value.chars();
                let found = match (signs.next(), signs.next()) {
                    _ if fold(&s.value) == "tabulation" => Some('\t'),
                    (Some(c), None) if c.is_ascii() && !c.is_alphanumeric() && c != '"' => Some(c),
                    _ => None,
                };
                self.known(found, &format!("le séparateur `{}`", s.value), s.span, "un seul signe, `\"|\"`, ou `\"tabulation\"`")
            }
        };
        let dates = match &i.dates {
            None => Some("AAAA-MM-JJ".to_owned()),
            Some(d) => {
                let counts = ["AAAA", "MM", "JJ"].map(|part| d.value.matches(part).count());
                let rest: String = d.value.replace("AAAA", "").replace("MM", "").replace("JJ", "");
                let found = (counts == [1, 1, 1] && rest.chars().all(|c| !c.is_alphanumeric())).then(|| d.value.clone());
                self.known(found, &format!("la forme de date `{}`", d.value), d.span, "AAAA, MM et JJ une fois chacun : `JJ/MM/AAAA`")
            }
        };
        let label = i.label.as_ref().or(i.docs.label.as_ref()).map_or_else(|| i.name.value.clone(), |l| l.value.clone());
        Some(Interface {
            name: i.name.value.clone(),
            label,
            kind: kind.name,
            file: file.value.clone(),
            encoding: encoding?,
            separator: separator?,
            dates: dates?,
            skip: i.skip.as_ref().map_or(0, |n| n.value),
            columns: columns?,
            span: i.name.span,
        })
    }

    fn known<T>(&mut self, found: Option<T>, what: &str, span: Span, help: &str) -> Option<T> {
        if found.is_none() {
            self.complain(Diagnostic::new(Code::V21, format!("l'import ne connaît pas {what}"), span).help(format!("écrivez {help}")));
        }
        found
    }

    fn file_type(&mut self, i: &ast::Interface) -> Option<&'static FileType> {
        let names = || TYPES.iter().map(|t| t.name);
        let Some(model) = &i.model else {
            self.complain(
                Diagnostic::new(Code::V02, format!("l'interface `{}` ne dit pas ce qu'elle donne", i.name.value), i.name.span)
                    .help(format!("écrivez `interface {} pour retour_de_paie : …`", i.name.value)),
            );
            return None;
        };
        let found = TYPES.iter().find(|t| fold(t.name) == fold(&model.value));
        if found.is_none() {
            let help = suggest::nearest(&model.value, names()).map_or_else(
                || format!("types de fichier : {}", names().collect::<Vec<_>>().join(", ")),
                |n| format!("vouliez-vous `{n}` ?"),
            );
            self.complain(
                Diagnostic::new(Code::N01, format!("`{}` n'est pas un type de fichier", model.value), model.span)
                    .here("type inconnu")
                    .help(help),
            );
        }
        found
    }

    fn interface_columns(&mut self, i: &ast::Interface, kind: &FileType) -> Option<Vec<InterfaceColumn>> {
        let mut out: Vec<InterfaceColumn> = Vec::new();
        let mut whole = true;
        for c in &i.columns {
            let Some(name) = kind.columns.iter().find(|n| fold(n) == fold(&c.name.value)) else {
                let help = suggest::nearest(&c.name.value, kind.columns.iter().copied()).map_or_else(
                    || format!("colonnes de `{}` : {}", kind.name, kind.columns.join(", ")),
                    |n| format!("vouliez-vous `{n}` ?"),
                );
                self.complain(
                    Diagnostic::new(Code::N01, format!("`{}` n'est pas une colonne de `{}`", c.name.value, kind.name), c.name.span)
                        .here("colonne inconnue")
                        .help(help),
                );
                whole = false;
                continue;
            };
            if out.iter().any(|o| o.name == *name) {
                self.complain(
                    Diagnostic::new(Code::N02, format!("la colonne `{name}` est lue deux fois"), c.span)
                        .here("ici encore")
                        .help("gardez-en une"),
                );
                whole = false;
            }
            if let Some(twice) = second(&c.mapping) {
                self.complain(
                    Diagnostic::new(Code::N02, format!("`selon` dit deux choses de `{}`", twice.value), twice.span)
                        .here("ici encore")
                        .help("gardez l'une des deux"),
                );
                whole = false;
            }
            out.push(InterfaceColumn {
                name,
                header: c.header.value.clone(),
                mapping: c.mapping.iter().map(|(a, b)| (a.value.clone(), cadrage_syntax::canonical_code(&b.value))).collect(),
                fallback: c.fallback.as_ref().map(|f| f.value.clone()),
            });
        }
        let missing: Vec<&str> = kind.required.iter().copied().filter(|r| !out.iter().any(|o| o.name == *r)).collect();
        if whole && !missing.is_empty() {
            self.complain(
                Diagnostic::new(
                    Code::V02,
                    format!("l'interface `{}` ne dit pas où lire {}", i.name.value, missing.join(", ")),
                    i.name.span,
                )
                .help(format!("ajoutez `colonne {} = \"…\"`", missing.first().copied().unwrap_or_default())),
            );
            whole = false;
        }
        whole.then_some(out)
    }
}

/// The second mention of a text.
fn second(mapping: &[(Spanned<String>, Spanned<String>)]) -> Option<&Spanned<String>> {
    mapping.iter().enumerate().find(|(k, (a, _))| mapping.iter().take(*k).any(|(b, _)| b.value == a.value)).map(|(_, (a, _))| a)
}
