//! Expenses typed by hand for a month whose pay is known: a delivery of `hors_psop` like another, made here from the rows.
//!
//! So all that a load guarantees holds of them: whole or not at all, tied out, kept, replaced by a later one, refused in a frozen month.

use cadrage_value::{Date, Money, Month};

use super::Dossier;
use super::made::Made;
use crate::quarantine::joined;
use crate::{CubeError, Kind, LoadReport, fingerprint_of, manifest};

/// A row of `hors_psop` (interfaces.md §6bis).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedExpense {
    /// Code, normally of a composante.
    pub structure: String,
    /// `CHOMAGE MISE_A_DISPOSITION PRESTATIONS_SOCIALES AUTRE`.
    pub motif: String,
    /// Signed, to the cent.
    pub amount: Money,
    /// May be empty.
    pub comment: String,
}

/// What became of the rows of a month.
#[derive(Clone, Debug)]
pub enum TypedLoad {
    /// They are a new remise.
    Loaded(Box<LoadReport>),
    /// The store holds these very rows.
    Same,
    /// The month has its `hors_psop` from this delivery, which stands.
    Delivered(String),
}

/// What rows of a month come to before anything is loaded.
enum Prepared {
    Delivery(Made),
    Nothing(TypedLoad),
}

/// Marks the deliveries made here.
const TYPED: &str = "-saisie-";

const HEADER: &str = "fichier;type;uai;mois;date_observation;no_remise;lignes;montant_total;encodage;disposition;version;sha256";

impl Dossier {
    /// Loads rows typed for known months; `today` is the day they are observed. All the months are checked before one is loaded.
    ///
    /// # Errors
    /// All that refuses a load, a frozen month first of all (`I12`); `I11` when the delivery does not write.
    pub fn load_typed(&mut self, months: &[(Month, Vec<TypedExpense>)], today: Date) -> Result<Vec<(Month, TypedLoad)>, CubeError> {
        self.connect()?;
        let prepare = |(month, rows): &(Month, Vec<TypedExpense>)| Ok((*month, self.prepare(*month, rows, today)?));
        let prepared = months.iter().map(prepare).collect::<Result<Vec<_>, CubeError>>()?;
        for (_, one) in &prepared {
            if let Prepared::Delivery(made) = one {
                self.check(&made.folder, &mut |_, _, _| {})?;
            }
        }
        let load = |(month, one)| {
            let load = match one {
                Prepared::Nothing(why) => why,
                Prepared::Delivery(made) => TypedLoad::Loaded(Box::new(self.load_made(&made)?)),
            };
            Ok((month, load))
        };
        prepared.into_iter().map(load).collect()
    }

    /// The delivery of a month, or why there is nothing to load.
    fn prepare(&self, month: Month, rows: &[TypedExpense], today: Date) -> Result<Prepared, CubeError> {
        let Some(catalogue) = &self.catalogue else { return Err(super::unread()) };
        let current = catalogue.current(month)?;
        let of_kind = current.iter().find(|c| c.kind == Kind::HorsPsop);
        if let Some(other) = of_kind.filter(|c| !c.delivery.contains(TYPED)) {
            return Ok(Prepared::Nothing(TypedLoad::Delivered(other.delivery.clone())));
        }
        let text = text_of(month, rows);
        let print = fingerprint_of(text.as_bytes());
        if of_kind.is_some_and(|c| c.sha256 == print) {
            return Ok(Prepared::Nothing(TypedLoad::Same));
        }
        let observed = catalogue.selection(None)?.get(&month).and_then(|files| files.values().map(|f| f.observed).max());
        let uai = catalogue.uai()?.unwrap_or_default();
        let remise = of_kind.map_or(1, |c| c.remise + 1);
        let total: Money = rows.iter().map(|r| r.amount).sum();
        let (file, seen) = (format!("hors_psop_{month}.csv"), observed.map_or(today, |seen| seen.max(today)));
        let line = format!(
            "{file};{};{uai};{month};{seen};{remise};{};{};utf-8;{};pms-csv/1;{print}",
            Kind::HorsPsop.name(),
            rows.len(),
            total.to_string().replace('.', ","),
            crate::layout::CANONICAL
        );
        let made = Made::new(self.root(), &month.to_string(), TYPED)?;
        made.write(&file, text.as_bytes())?;
        made.write(manifest::NAME, format!("{HEADER}\n{line}\n").as_bytes())?;
        Ok(Prepared::Delivery(made))
    }
}

fn text_of(month: Month, rows: &[TypedExpense]) -> String {
    let mut out = "mois;structure;motif;montant;commentaire\n".to_owned();
    for r in rows {
        let cells = [month.to_string(), r.structure.clone(), r.motif.clone(), r.amount.to_string().replace('.', ","), r.comment.clone()];
        out.push_str(&joined(&cells, b';'));
        out.push('\n');
    }
    out
}
