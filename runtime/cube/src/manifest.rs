//! `manifeste.csv`: what a delivery says it holds, checked against what it holds (interfaces.md §2).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cadrage_value::{Date, Money, Month};
use sha2::{Digest, Sha256};

use crate::error::why_unread;
use crate::input::{self, Shape};
use crate::layout::{self, Layout, Layouts, Mapped};
use crate::quarantine::{Held, QuarantinedLine};
use crate::rows::{self, FlatRow, Records};
use crate::table::{self, Columns, Rows};
use crate::{CubeError, FlatFile, Kind, field};

/// One line of a manifest, whose file was found as announced.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) kind: Kind,
    /// Name in the folder.
    pub(crate) file: String,
    /// As users name it: folder and file.
    pub(crate) shown: String,
    pub(crate) remise: i64,
    pub(crate) sha256: String,
    pub(crate) lines: usize,
    pub(crate) total: Option<Money>,
    pub(crate) encoding: String,
    /// How it becomes ours; none when it is already.
    layout: Option<Arc<Layout>>,
}

impl Announced {
    /// The interface it is read through.
    pub(crate) fn interface(&self) -> Option<&str> {
        self.layout.as_ref().filter(|l| !l.is_canonical()).map(|l| l.name.as_str())
    }

    /// How it is cut.
    pub(crate) fn shape(&self) -> Shape {
        self.layout.as_ref().map_or(Shape::CANONICAL, |layout| Shape {
            separator: layout.separator.map(|c| u8::try_from(c).unwrap_or(b';')),
            skip: usize::try_from(layout.skip).unwrap_or(0),
            headless: layout.headless,
        })
    }
}

/// A delivery whose files are those its manifest announces.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) folder: PathBuf,
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

/// The file that says what a delivery is.
pub(crate) const NAME: &str = "manifeste.csv";
const VERSION: &str = "pms-csv/1";
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
    rows::hexadecimal(&Sha256::digest(bytes))
}

/// Identity, month and smallest remise of a delivery that is not opened yet; nothing when the folder has no manifest.
pub(crate) fn peek(delivery: &Path) -> Option<(String, Option<(Month, i64)>)> {
    let bytes = std::fs::read(delivery.join(NAME)).ok()?;
    let first = FlatFile::read(NAME, &bytes, "utf-8").ok().and_then(|table| {
        let columns = table.columns(&COLUMNS, &COLUMNS).ok()?;
        let month = |row: &FlatRow| field::month(columns.cell(row, "mois")).ok().flatten();
        let remise = |row: &FlatRow| field::integer(columns.cell(row, "no_remise")).ok().flatten();
        Some((table.rows.first().and_then(month)?, table.rows.iter().filter_map(remise).min()?))
    });
    Some((fingerprint_of(&bytes), first))
}

/// Reads the manifest, and checks each file it names: there, its rows counted, its fingerprint.
pub(crate) fn read(delivery: &Path, layouts: &Layouts) -> Result<Manifest, CubeError> {
    let real = delivery.canonicalize().unwrap_or_else(|_| delivery.to_owned());
    let name = real.file_name().map_or_else(|| "livraison".to_owned(), |n| n.to_string_lossy().into_owned());
    let shown = format!("{name}/{NAME}");
    let bytes = std::fs::read(delivery.join(NAME)).map_err(|e| {
        let missing = e.kind() == std::io::ErrorKind::NotFound;
        let why = if missing { "ce dossier n'a pas de manifeste".to_owned() } else { format!("le manifeste ne se lit pas ({e})") };
        let help = "une livraison est un dossier qui contient `manifeste.csv` et les fichiers qu'il annonce";
        CubeError::new("I01", why, help).at(&shown, None, None)
    })?;
    let table = FlatFile::read(&shown, &bytes, "utf-8")?;
    let columns = table.columns(&COLUMNS, &COLUMNS)?;
    let mut out: Option<Manifest> = None;
    for row in &table.rows {
        let line = Line { shown: &shown, columns: &columns, row };
        let (uai, month, observed) = line.head()?;
        let manifest = out.get_or_insert_with(|| Manifest {
            folder: delivery.to_owned(),
            delivery: name.clone(),
            fingerprint: fingerprint_of(&bytes),
            uai: uai.clone(),
            month,
            observed,
            files: Vec::new(),
            strangers: Vec::new(),
        });
        let same = [
            ("uai", "établissement", &uai, &manifest.uai),
            ("mois", "mois", &month.to_string(), &manifest.month.to_string()),
            ("date_observation", "date d'observation", &observed.to_string(), &manifest.observed.to_string()),
        ];
        for (column, what, here, before) in same {
            if here != before {
                let message = format!("la livraison mêle plusieurs valeurs : {what} `{here}` après `{before}`");
                return Err(CubeError::new("I08", message, "une livraison par établissement et par mois").at(
                    &shown,
                    Some(row.line),
                    Some(column),
                ));
            }
        }
        let announced = line.announced(delivery, &name, layouts)?;
        let others = manifest.files.iter();
        if let Some(other) = others.clone().find(|f| f.file == announced.file && f.kind != announced.kind) {
            let message =
                format!("`{}` est annoncé avec deux types, `{}` et `{}`", announced.file, other.kind.name(), announced.kind.name());
            return Err(CubeError::new("I08", message, "un fichier a un seul type").at(&shown, Some(row.line), Some("type")));
        }
        if others.clone().any(|f| f.kind == announced.kind && f.remise == announced.remise && f.sha256 != announced.sha256) {
            let message = format!("deux fichiers différents de type `{}` portent la remise {}", announced.kind.name(), announced.remise);
            let help = "une remise corrigée porte un `no_remise` plus grand";
            return Err(CubeError::new("I08", message, help).at(&shown, Some(row.line), Some("no_remise")));
        }
        manifest.files.push(announced);
    }
    let mut manifest = out.ok_or_else(|| {
        CubeError::new("I01", "le manifeste n'annonce aucun fichier", "une ligne par fichier de la livraison").at(&shown, Some(1), None)
    })?;
    manifest.strangers = strangers(delivery, &manifest.files);
    Ok(manifest)
}

impl Manifest {
    /// The rows of an announced file. When all are read, [`Manifest::unchanged`] says whether they are those that were checked.
    pub(crate) fn open(&self, announced: &Announced) -> Result<Rows<'static>, CubeError> {
        let records = records(&self.folder, announced)?;
        let records = match &announced.layout {
            Some(layout) => Box::new(Mapped::new(Arc::clone(layout), self.month, &announced.shown, records)),
            None => records,
        };
        Rows::new(&announced.shown, records)
    }

    /// Says that a name does not follow the pattern of its interface: the manifest prevails.
    pub(crate) fn misnamed(&self, announced: &Announced) -> Option<String> {
        let layout = announced.layout.as_ref()?;
        let follows = layout::matches(&layout.file, &announced.file, self.month);
        (!follows).then(|| format!("le nom ne suit pas `{}`, qu'annonce l'interface `{}` ; lu tout de même", layout.file, layout.name))
    }

    /// The lines of a file that are in quarantine, with their text.
    pub(crate) fn quarantined(&self, announced: &Announced, held: Held) -> Result<Vec<QuarantinedLine>, CubeError> {
        let encoding = table::encoding_of(&announced.encoding).ok_or_else(|| table::unknown_encoding(&announced.encoding))?;
        let of = (self.month, announced.kind, self.delivery.as_str(), announced.file.as_str());
        let path = self.folder.join(&announced.file);
        held.lines(of, Some((path.as_path(), announced.shape())), encoding)
    }

    /// Refuses rows, all read, of a file that is no longer the one that was checked.
    pub(crate) fn unchanged(announced: &Announced, rows: &mut Rows<'_>) -> Result<(), CubeError> {
        if rows.fingerprint() == announced.sha256 {
            return Ok(());
        }
        let message = "le fichier a changé pendant l'import";
        Err(CubeError::new("I03", message, "recommencez quand la livraison est complète").at(&announced.shown, None, None))
    }
}

/// A line of the manifest being read.
struct Line<'a> {
    shown: &'a str,
    columns: &'a Columns,
    row: &'a FlatRow,
}

impl Line<'_> {
    fn cell(&self, column: &str) -> &str {
        self.columns.cell(self.row, column)
    }

    fn bad(&self, column: &str, what: &str, help: &str) -> CubeError {
        CubeError::new("I05", format!("`{}` n'est pas {what} (colonne `{column}`)", self.cell(column)), help).at(
            self.shown,
            Some(self.row.line),
            Some(column),
        )
    }

    /// Establishment, month, observation date.
    fn head(&self) -> Result<(String, Month, Date), CubeError> {
        let uai = self.cell("uai").to_ascii_uppercase();
        let (digits, letter) = uai.split_at_checked(7).unwrap_or(("", ""));
        if !(digits.bytes().all(|b| b.is_ascii_digit()) && letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(self.bad("uai", "un UAI", "sept chiffres et une lettre, `0999999Z`"));
        }
        let month = field::month(self.cell("mois")).ok().flatten().ok_or_else(|| self.bad("mois", "un mois", "écrivez AAAA-MM"))?;
        let observed = field::date(self.cell("date_observation")).ok().flatten();
        let observed = observed.ok_or_else(|| self.bad("date_observation", "une date", "écrivez AAAA-MM-JJ"))?;
        Ok((uai, month, observed))
    }

    /// The file announced, checked against the one in the folder.
    fn announced(&self, delivery: &Path, name: &str, layouts: &Layouts) -> Result<Announced, CubeError> {
        let kind = Kind::find(self.cell("type")).ok_or_else(|| {
            let all: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
            self.bad("type", "un type de fichier connu", &format!("types : {}", all.join(", ")))
        })?;
        let integer = |column: &str| field::integer(self.cell(column)).ok().flatten();
        let remise =
            integer("no_remise").filter(|n| *n > 0).ok_or_else(|| self.bad("no_remise", "un numéro de remise", "écrivez 1, 2…"))?;
        let lines = integer("lignes").and_then(|n| usize::try_from(n).ok());
        let lines = lines.ok_or_else(|| self.bad("lignes", "un nombre de lignes", "écrivez un entier"))?;
        let total = match self.cell("montant_total") {
            "" if kind.is_pay() => {
                return Err(self.bad("montant_total", "le total de ce fichier de paie", "donnez la somme de la colonne `montant`"));
            }
            "" => None,
            text => Some(text.parse().map_err(|_| self.bad("montant_total", "un montant", "écrivez 1234,56"))?),
        };
        if !self.cell("version").eq_ignore_ascii_case(VERSION) {
            let what = format!("la version `{}` n'est pas encore lue", self.cell("version"));
            return Err(CubeError::new("I07", what, "cette version lit `pms-csv/1`").at(self.shown, Some(self.row.line), Some("version")));
        }
        let layout = self.layout(kind, layouts)?;
        let encoding = self.encoding(layout.as_deref())?;
        let file = self.cell("fichier").to_owned();
        if file.is_empty() || file.contains(['/', '\\']) || file == ".." || file == "." {
            return Err(self.bad("fichier", "un nom de fichier", "un nom simple, dans le dossier de la livraison"));
        }
        let shown = format!("{name}/{file}");
        let help = "redéposez le fichier tel que le SIRH l'a produit";
        // Our own spreadsheets are read through a layout too, which writes money as money is written.
        let layout = layout.or_else(|| input::is_sheet(&file).then(|| Arc::new(Layout::canonical(kind))));
        let mut announced = Announced { kind, file, shown, remise, sha256: String::new(), lines, total, encoding, layout };
        let measured = match &announced.layout {
            None => {
                let input = content(delivery, &announced.file, input::open);
                input.map_err(|e| e.at(self.shown, Some(self.row.line), Some("fichier"))).and_then(|i| rows::measure(&announced.shown, i))
            }
            Some(layout) => {
                let headed = !layout.headless;
                let there = content(delivery, &announced.file, rows::Hashed::open);
                there.map_err(|e| e.at(self.shown, Some(self.row.line), Some("fichier")))?;
                records(delivery, &announced).and_then(|records| rows::count(records, headed))
            }
        };
        let (count, digest) = measured?;
        let shown = announced.shown.clone();
        let count = count.ok_or_else(|| table::empty().at(&shown, Some(1), None))?;
        if count != lines {
            let message = format!("{count} lignes lues, {lines} annoncées : le fichier a été tronqué ou modifié");
            return Err(CubeError::new("I03", message, help).at(&shown, Some(count + 1), None));
        }
        if !digest.eq_ignore_ascii_case(self.cell("sha256")) {
            let message = "l'empreinte du fichier n'est pas celle du manifeste : il a été modifié";
            return Err(CubeError::new("I03", message, help).at(&shown, None, None));
        }
        announced.sha256 = digest;
        Ok(announced)
    }

    /// How the file becomes ours; none when it is already.
    fn layout(&self, kind: Kind, layouts: &Layouts) -> Result<Option<Arc<Layout>>, CubeError> {
        let disposition = self.cell("disposition");
        if disposition.eq_ignore_ascii_case(layout::CANONICAL) {
            return Ok(None);
        }
        layouts.find(disposition, kind).map(Some).map_err(|e| e.at(self.shown, Some(self.row.line), Some("disposition")))
    }

    /// What the bytes of the file mean: the manifest says it, the interface may, and they agree.
    fn encoding(&self, layout: Option<&Layout>) -> Result<String, CubeError> {
        let here = |e: CubeError| e.at(self.shown, Some(self.row.line), Some("encodage"));
        let written = self.cell("encodage");
        let Some(encoding) = table::encoding_of(written) else { return Err(here(table::unknown_encoding(written))) };
        if let Some(layout) = layout
            && let Some(other) = layout.encoding.as_deref().filter(|other| table::encoding_of(other) != Some(encoding))
        {
            let message = format!("le manifeste dit `{written}`, et l'interface `{}` dit `{other}`", layout.name);
            return Err(here(CubeError::new("I06", message, "corrigez celui des deux qui se trompe")));
        }
        Ok(written.to_owned())
    }
}

/// The records of an announced file, as the source writes them.
fn records(folder: &Path, announced: &Announced) -> Result<Box<dyn Records>, CubeError> {
    let encoding = table::encoding_of(&announced.encoding).ok_or_else(|| table::unknown_encoding(&announced.encoding))?;
    content(folder, &announced.file, rows::Hashed::open).map_err(|e| e.at(&announced.shown, None, None))?;
    input::records(&folder.join(&announced.file), &announced.shown, encoding, announced.shape())
}

/// Opens a file of the folder.
fn content<T>(folder: &Path, file: &str, open: impl Fn(&Path) -> std::io::Result<T>) -> Result<T, CubeError> {
    open(&folder.join(file)).map_err(|e| {
        if e.kind() == std::io::ErrorKind::NotFound {
            CubeError::new("I02", format!("`{file}` est annoncé et absent"), "redemandez la livraison complète")
        } else {
            CubeError::new(
                "I02",
                format!("`{file}` est annoncé et ne se lit pas : {}", why_unread(e.kind())),
                "vérifiez que c'est un fichier, et vos droits",
            )
        }
    })
}

fn strangers(delivery: &Path, announced: &[Announced]) -> Vec<String> {
    let mut out: Vec<String> = std::fs::read_dir(delivery)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p: &PathBuf| p.is_file())
        .filter_map(|p| p.file_name().map(|n| n.to_string_lossy().into_owned()))
        .filter(|n| n != NAME && !n.starts_with('.') && !announced.iter().any(|a| a.file == *n))
        .collect();
    out.sort();
    out
}
