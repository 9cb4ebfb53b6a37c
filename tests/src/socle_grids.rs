//! The grids of the library, made from the reference data that developers share: `stdlib/modules/grilles_*.cadrage` and
//! `indices.cadrage` are this program's output, and a test holds them to it. Not: reading the language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::flat::{self, Row};

/// Module file and its text.
pub type Written = (String, String);

/// A family of corps: file, module, what it says at its head, and its grids.
struct Family {
    file: &'static str,
    head: &'static str,
    grids: &'static [Wanted],
    /// Written after the grids.
    tail: &'static str,
}

/// A grid: name, corps, grade as the data name them, national codes (empty: those of its type), label.
struct Wanted {
    name: &'static str,
    corps: &'static str,
    grade: &'static str,
    codes: &'static str,
    label: &'static str,
}

const fn grid(name: &'static str, corps: &'static str, grade: &'static str, codes: &'static str, label: &'static str) -> Wanted {
    Wanted { name, corps, grade, codes, label }
}

const PR: &str = "Professeurs des universités";
const MCF: &str = "Maîtres de conférences";
const PRAG: &str = "Professeurs agrégés (PRAG)";
const PRCE: &str = "Professeurs certifiés (PRCE)";
const IGR: &str = "Ingénieurs de recherche (ITRF)";
const IGE: &str = "Ingénieurs d’études (ITRF)";
const B: &str = "Grille type catégorie B (NES)";
const C: &str = "Grille type catégorie C";
const AAE: &str = "Attachés d’administration de l’État";
const CB: &str = "Conservateurs des bibliothèques";

const FAMILIES: &[Family] = &[
    Family {
        file: "grilles_enseignants",
        head: "Enseignants-chercheurs, et enseignants du second degré affectés dans le supérieur.",
        grids: &[
            grid("PR_2C", PR, "2e classe", "3001", "Professeurs des universités, 2e classe"),
            grid("PR_1C", PR, "1re classe", "3002", "Professeurs des universités, 1re classe"),
            grid("PR_CE", PR, "classe exceptionnelle", "3005", "Professeurs des universités, classe exceptionnelle"),
            grid("MCF_CN", MCF, "classe normale", "3014", "Maîtres de conférences, classe normale"),
            grid("MCF_HC", MCF, "hors classe", "3013", "Maîtres de conférences, hors classe"),
            grid("PRAG_CN", PRAG, "classe normale", "5512", "Professeurs agrégés (PRAG), classe normale"),
            grid("PRAG_HC", PRAG, "hors classe", "5511", "Professeurs agrégés (PRAG), hors classe"),
            grid("PRAG_CE", PRAG, "classe exceptionnelle", "5513", "Professeurs agrégés (PRAG), classe exceptionnelle"),
            grid("PRCE_CN", PRCE, "classe normale", "5531", "Professeurs certifiés (PRCE), classe normale"),
            grid("PRCE_HC", PRCE, "hors classe", "5532", "Professeurs certifiés (PRCE), hors classe"),
            grid("PRCE_CE", PRCE, "classe exceptionnelle", "5534", "Professeurs certifiés (PRCE), classe exceptionnelle"),
        ],
        tail: "",
    },
    Family {
        file: "grilles_ingénieurs",
        head: "Ingénieurs de recherche et d'études (ITRF). Le grade unique d'ingénieur de recherche de 2023 n'a pas de code national dans les
-- nomenclatures vues : sa grille va aux grades dont la colonne grade_bcn du référentiel porte « IGR ».",
        grids: &[
            grid("ITRF_IGR", IGR, "ingénieur de recherche (grade unique 2023)", "IGR", "Ingénieurs de recherche"),
            grid("ITRF_IGR_HC", IGR, "hors classe", "8363", "Ingénieurs de recherche, hors classe"),
            grid("ITRF_IGE", IGE, "classe normale", "8331", "Ingénieurs d'études, classe normale"),
            grid("ITRF_IGE_HC", IGE, "hors classe", "8332", "Ingénieurs d'études, hors classe"),
        ],
        tail: "-- Deux échelons ajoutés en bas : l'ancien échelon n devient n+2, à l'ancienneté près (renumérotation, mesures_generales.csv).
reclassement ITRF_IGE_HC_2025 de grade_bcn 8332 vers grade_bcn 8332 à compter du 01/01/2025 source \"décrets n° 2024-525 et 2024-526 du 07/06/2024\" :
  échelon ; nouvel échelon ; ancienneté conservée
  1       ; 3              ; totalité
  2       ; 4              ; totalité
  3       ; 5              ; totalité
  4       ; 6              ; totalité
  5       ; 7              ; totalité
  6       ; 8              ; totalité
  7       ; 9              ; totalité
  8       ; 10             ; totalité
  9       ; 11             ; totalité
  10      ; 12             ; totalité
fin
",
    },
    Family {
        file: "grilles_b_et_c",
        head: "Grilles types des catégories B et C : techniciens et adjoints techniques (ITRF), secrétaires et adjoints administratifs,
-- bibliothécaires assistants spécialisés et magasiniers.",
        grids: &[
            grid("TYPE_B1", B, "B1 (classe normale)", "", "Catégorie B, classe normale"),
            grid("TYPE_B2", B, "B2 (classe supérieure)", "", "Catégorie B, classe supérieure"),
            grid("TYPE_B3", B, "B3 (classe exceptionnelle)", "", "Catégorie B, classe exceptionnelle"),
            grid("TYPE_C1", C, "C1", "", "Catégorie C, échelle C1"),
            grid("TYPE_C2", C, "C2", "", "Catégorie C, échelle C2"),
            grid("TYPE_C3", C, "C3", "", "Catégorie C, échelle C3"),
        ],
        tail: "",
    },
    Family {
        file: "grilles_attachés",
        head: "Attachés d'administration de l'État.",
        grids: &[
            grid("AAE", AAE, "attaché", "0511", "Attachés d'administration de l'État, attaché"),
            grid("APAE", AAE, "attaché principal", "0512", "Attachés d'administration de l'État, attaché principal"),
            grid("AHC", AAE, "attaché hors classe", "0514", "Attachés d'administration de l'État, attaché hors classe"),
        ],
        tail: "",
    },
    Family {
        file: "grilles_bibliothèques",
        head: "Conservateurs et bibliothécaires. Rien dans la source sur les bibliothécaires après 2018.",
        grids: &[
            grid("BIB_CONSERVATEUR", CB, "conservateur", "8016", "Conservateurs des bibliothèques, conservateur"),
            grid("BIB_CONSERVATEUR_EN_CHEF", CB, "conservateur en chef", "8013", "Conservateurs des bibliothèques, conservateur en chef"),
            grid(
                "BIB_CONSERVATEUR_GÉNÉRAL",
                "Conservateurs généraux des bibliothèques",
                "conservateur général",
                "8001",
                "Conservateurs généraux des bibliothèques",
            ),
            grid("BIB_BIBLIOTHÉCAIRE", "Bibliothécaires", "classe normale", "8063", "Bibliothécaires, classe normale"),
            grid("BIB_BIBLIOTHÉCAIRE_HC", "Bibliothécaires", "hors classe", "8064", "Bibliothécaires, hors classe"),
        ],
        tail: "",
    },
];

/// All the modules made from the data of a folder.
///
/// # Errors
/// A file that cannot be read, or that holds what no grid here takes.
pub fn modules(data: &Path) -> Result<Vec<Written>, String> {
    let steps = flat::rows(&data.join("grilles_indiciaires.csv"), ',')?;
    let types = flat::rows(&data.join("grades_grille_type.csv"), ',')?;
    let mut seen = 0;
    let mut out = Vec::new();
    for family in FAMILIES {
        let mut text = format!(
            "-- {}\n-- Écrit par programme d'après les données de référence (stdlib/PROVENANCE.md) : ne se corrige pas ici.\n-- « - » : il n'y en a pas ; « ? » : il y en a, et la source ne le dit pas.\nmodule socle.{} version \"2026.1\"\n",
            family.head, family.file
        );
        for wanted in family.grids {
            let mine: Vec<&Row> = steps.iter().filter(|r| cell(r, "corps") == wanted.corps && cell(r, "grade") == wanted.grade).collect();
            seen += mine.len();
            text.push('\n');
            text.push_str(&grid_text(wanted, &mine, &types)?);
        }
        if !family.tail.is_empty() {
            let _ = write!(text, "\n{}", family.tail);
        }
        out.push((format!("{}.cadrage", unaccented(family.file)), text));
    }
    if seen != steps.len() {
        return Err(format!("{} rows of grilles_indiciaires.csv, {seen} taken by a grid", steps.len()));
    }
    out.push(("indices.cadrage".to_owned(), indices(data)?));
    Ok(out)
}

fn grid_text(wanted: &Wanted, rows: &[&Row], types: &[Row]) -> Result<String, String> {
    let mut out = format!("grille {} pour grade_bcn {} \"{}\" :\n", wanted.name, codes(wanted, types), wanted.label);
    let mut versions: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        versions.entry(cell(row, "date_debut")).or_default().push(row);
    }
    let starts: Vec<&str> = versions.keys().copied().collect();
    for (from, mut steps) in versions {
        steps.sort_by_key(|r| cell(r, "rang").parse::<u32>().unwrap_or(u32::MAX));
        let last = steps.first().map_or("", |r| cell(r, "date_fin"));
        let followed = !last.is_empty() && starts.iter().any(|s| *s > from && next_day(last).as_deref() == Some(*s));
        let source = sources(&steps);
        let period = if last.is_empty() || followed {
            format!("à compter du {}", french(from)?)
        } else {
            format!("du {} au {}", french(from)?, french(last)?)
        };
        let _ = writeln!(out, "  {period} source \"{source}\" :");
        let mut table = vec![["échelon", "chevron", "IB", "IM", "durée"].map(str::to_owned).to_vec()];
        table.extend(steps.iter().map(|r| {
            let or = |column: &str, absent: &str| Some(cell(r, column)).filter(|c| !c.is_empty()).unwrap_or(absent).to_owned();
            let duration = match (cell(r, "duree_mois"), cell(r, "terminal")) {
                ("", "oui") => "-".to_owned(),
                ("", _) => "?".to_owned(),
                (months, _) => format!("{months} mois"),
            };
            vec![or("echelon", "-"), or("chevron", "-"), or("indice_brut", "-"), or("indice_majore", "?"), duration]
        }));
        out.push_str(&aligned(&table));
    }
    out.push_str("fin\n");
    Ok(out)
}

/// The sources of a version, each once, as the data word them.
fn sources(steps: &[&Row]) -> String {
    let mut list: Vec<String> = Vec::new();
    for row in steps {
        let text = cell(row, "source").replace(" data/indices_1963-2024.csv", "").replace('"', "'").replace("décret 2", "décret n° 2");
        let text = match cell(row, "methode") {
            m if m.contains("derive_-5") => format!("{text} (moins 5 points, hypothèse de la source)"),
            m if m.contains("derive_+5") && !text.contains("2023-519") => format!("{text} ; décret n° 2023-519"),
            _ => text,
        };
        if !list.contains(&text) {
            list.push(text);
        }
    }
    list.join(" ; ")
}

fn codes(wanted: &Wanted, types: &[Row]) -> String {
    if !wanted.codes.is_empty() {
        return wanted.codes.to_owned();
    }
    let mine = types.iter().filter(|r| cell(r, "grille_type") == wanted.corps && cell(r, "grade_grille") == wanted.grade);
    format!("({})", mine.map(|r| cell(r, "code_grade_bcn")).collect::<Vec<_>>().join(" ; "))
}

/// From indice brut, or letter and chevron, to indice majoré.
fn indices(data: &Path) -> Result<String, String> {
    let letters = flat::rows(&data.join("hors_echelle_lettres.csv"), ',')?;
    let gross = flat::rows(&data.join("indices_bruts_majores_partiel.csv"), ',')?;
    let mut out = "-- De l'indice brut à l'indice majoré, par date : ce qu'en disent les sources, en partie seulement (environ 150 indices bruts sur 930).
-- Un indice sans ligne n'est pas connu. Une grille de grade qui donne un indice brut et « ? » pour indice majoré lit ces grilles-ci.
-- Écrit par programme d'après les données de référence (stdlib/PROVENANCE.md) : ne se corrige pas ici.
module socle.indices version \"2026.1\"
"
    .to_owned();
    let letters: Vec<&Row> = letters.iter().filter(|r| !cell(r, "indice_majore").is_empty()).collect();
    let key = |r: &Row| vec![cell(r, "lettre").to_owned(), cell(r, "chevron").to_owned()];
    let source = |_: &str| {
        "décret n° 85-1148, art. 6 ; syndicat-ia.fr ; knhd/Salaires ; cgt.fercsup.net, grilles PU et MCF ; emploitheque.org ; décret n° 2023-519".to_owned()
    };
    out.push_str(&index_table(
        "hors_échelle",
        "Groupes hors échelle, par lettre et chevron",
        &["IB", "chevron", "IM"],
        &letters,
        &key,
        &source,
    )?);
    // Those that moved on 1 July 2023 changed often; the others at 1 January 2024 only.
    let low = |r: &&Row| cell(r, "indice_brut").parse::<u32>().is_ok_and(|ib| ib < 419);
    let key = |r: &Row| vec![cell(r, "indice_brut").to_owned()];
    let source = |from: &str| {
        let decree = if from >= "2023-07-01" { "décret n° 2023-519 ; " } else { "" };
        format!("décret n° 82-1105 ; {decree}union de pages vues, indices_bruts_majores_partiel.csv")
    };
    let below: Vec<&Row> = gross.iter().filter(low).collect();
    out.push_str(&index_table("indices_bruts_bas", "Indices bruts 359 à 418", &["IB", "IM"], &below, &key, &source)?);
    let above: Vec<&Row> = gross.iter().filter(|r| !low(r)).collect();
    out.push_str(&index_table("indices_bruts", "Indices bruts 419 et plus", &["IB", "IM"], &above, &key, &source)?);
    Ok(out)
}

fn index_table(
    name: &str,
    label: &str,
    header: &[&str],
    rows: &[&Row],
    key: &dyn Fn(&Row) -> Vec<String>,
    source: &dyn Fn(&str) -> String,
) -> Result<String, String> {
    let mut out = format!("\ngrille {name} \"{label}\" :\n");
    let ends = rows.iter().filter_map(|r| next_day(cell(r, "date_fin")));
    let days: BTreeSet<String> = rows.iter().map(|r| cell(r, "date_debut").to_owned()).chain(ends).collect();
    for from in &days {
        let now =
            |r: &&&Row| cell(r, "date_debut") <= from.as_str() && (cell(r, "date_fin").is_empty() || from.as_str() <= cell(r, "date_fin"));
        let mut table = vec![header.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>()];
        table.extend(rows.iter().filter(now).map(|r| {
            let mut cells = key(r);
            cells.push(cell(r, "indice_majore").to_owned());
            cells
        }));
        let _ = writeln!(out, "  à compter du {} source \"{}\" :", french(from)?, source(from));
        out.push_str(&aligned(&table));
    }
    out.push_str("fin\n");
    Ok(out)
}

/// Cells one under the other, as the formatter would put them.
fn aligned(table: &[Vec<String>]) -> String {
    let columns = table.first().map_or(0, Vec::len);
    let width = |k: usize| table.iter().filter_map(|row| row.get(k)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in table {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}")).collect();
        let _ = writeln!(out, "    {}", cells.join(" ; ").trim_end());
    }
    out
}

fn french(iso: &str) -> Result<String, String> {
    cadrage_value::Date::parse(iso).map(cadrage_value::Date::to_french).ok_or_else(|| format!("`{iso}` is no date"))
}

fn next_day(iso: &str) -> Option<String> {
    cadrage_value::Date::parse(iso).map(|d| d.next().to_string())
}

fn unaccented(text: &str) -> String {
    text.replace(['é', 'è'], "e")
}

fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}
