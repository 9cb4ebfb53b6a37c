//! Pay lines as columns. There are millions of them, and those that follow each other mostly say the same: they are read column by
//! column, and what a run of lines has in common is made once.

use std::sync::Arc;

use super::cells::{Column, Texts, int, month_of};
use super::columns::{Cursor, Sink, Type};
use super::records::Record;
use crate::{PayCommon, PayLine};
use cadrage_value::{Money, Month};

use Type::{Int as I, Month as M, Text as T};

#[rustfmt::skip]
impl Record for PayLine {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("mois_paie", M), ("no_ligne", I), ("matricule", T), ("structure", T), ("plafond", T), ("rubrique", T), ("anterieur", I), ("mois_origine", M),
        ("compte", T), ("montant_centimes", I), ("nombre", T), ("taux", T), ("centre_de_cout", T), ("eotp", T), ("pourcentage", T), ("etpt", T), ("etpf", T),
    ];

    fn write(&self, w: &mut Sink) {
            w.month(Some(self.month)); w.int(Some(i64::from(self.number))); w.text(&self.matricule); w.text(&self.structure);
            w.text(&self.plafond); w.text(&self.rubrique); w.int(Some(i64::from(self.anterieur))); w.month(self.origin);
            w.text(&self.compte); w.money(Some(self.amount)); w.ratio(self.units.as_deref()); w.ratio(self.unit_rate.as_deref());
            w.text(&self.centre); w.text(&self.eotp); w.ratio(Some(&self.share)); w.ratio(Some(&self.etpt)); w.ratio(Some(&self.etpf));
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        let mut out = Vec::with_capacity(1);
        PayLine::read_rows(c.columns, c.row..c.row + 1, &mut out)?;
        out.pop()
    }

    fn read_batch(columns: &[Column<'_>], rows: usize, out: &mut Vec<Self>) -> Option<()> {
        PayLine::read_rows(columns, 0..rows, out)
    }
}

impl PayLine {
    fn read_rows(columns: &[Column<'_>], rows: std::ops::Range<usize>, out: &mut Vec<Self>) -> Option<()> {
        let [
            pay_month,
            number,
            matricule,
            structure,
            plafond,
            rubrique,
            anterieur,
            origin,
            compte,
            amount,
            units,
            unit_rate,
            centre,
            eotp,
            share,
            etpt,
            etpf,
        ] = columns
        else {
            return None;
        };
        let [matricule, structure, plafond] = [matricule.texts()?, structure.texts()?, plafond.texts()?];
        let [units, unit_rate, centre, eotp] = [units.texts()?, unit_rate.texts()?, centre.texts()?, eotp.texts()?];
        let [share, etpt, etpf] = [share.texts()?, etpt.texts()?, etpf.texts()?];
        let (rubrique, compte) = (rubrique.texts()?, compte.texts()?);
        let common = [matricule, structure, plafond, units, unit_rate, centre, eotp, share, etpt, etpf];
        let starts = starts_of_runs(&common, rows.end);
        let (mut pay_months, mut origins) = (Months::default(), Months::default());
        let mut recent = Recent::default();
        for row in rows {
            let new_run = starts.get(row) != Some(&false);
            if new_run && !recent.find(common.map(|column| column.key(row))) {
                recent.put(Arc::new(PayCommon {
                    matricule: matricule.shared(row).unwrap_or_default(),
                    structure: structure.shared(row).unwrap_or_default(),
                    plafond: plafond.shared(row).unwrap_or_default(),
                    units: units.ratio(row),
                    unit_rate: unit_rate.ratio(row),
                    centre: centre.shared(row).unwrap_or_default(),
                    eotp: eotp.shared(row).unwrap_or_default(),
                    share: share.ratio(row)?,
                    etpt: etpt.ratio(row)?,
                    etpf: etpf.ratio(row)?,
                }));
            }
            out.push(PayLine {
                month: pay_months.at(pay_month, row)?,
                number: u32::try_from(int(number, row)?).ok()?,
                common: recent.last()?,
                rubrique: rubrique.shared(row).unwrap_or_default(),
                compte: compte.shared(row).unwrap_or_default(),
                anterieur: int(anterieur, row) == Some(1),
                origin: origins.at(origin, row),
                amount: Money::from_cents(int(amount, row)?),
            });
        }
        Some(())
    }
}

/// Columns of what lines have in common.
const COMMON: usize = 10;

/// What the last runs had in common: an agent's lines come by element, then by key, so that few keys come back in turn.
#[derive(Default)]
struct Recent {
    held: Vec<([Option<usize>; COMMON], Arc<PayCommon>)>,
    /// Which of them the row has.
    at: usize,
    wanted: [Option<usize>; COMMON],
    /// The one made last.
    newest: usize,
}

/// Runs that are remembered.
const RECENT: usize = 8;

impl Recent {
    /// Goes to the run that has these texts; `false` when it is to be made.
    fn find(&mut self, texts: [Option<usize>; COMMON]) -> bool {
        self.wanted = texts;
        let found = self.held.iter().position(|(of, _)| *of == texts);
        self.at = found.unwrap_or(self.at);
        found.is_some()
    }

    /// What the texts looked for last make, in the place of the oldest.
    fn put(&mut self, common: Arc<PayCommon>) {
        let made = (self.wanted, common);
        if self.held.len() < RECENT {
            self.at = self.held.len();
            self.held.push(made);
        } else {
            self.at = (self.newest + 1) % RECENT;
            if let Some(oldest) = self.held.get_mut(self.at) {
                *oldest = made;
            }
        }
        self.newest = self.at;
    }

    fn last(&self) -> Option<Arc<PayCommon>> {
        self.held.get(self.at).map(|(_, common)| Arc::clone(common))
    }
}

/// For each row, whether it differs from the one before in one of these columns.
fn starts_of_runs(columns: &[&Texts<'_>], rows: usize) -> Vec<bool> {
    let mut starts = vec![false; rows];
    if let Some(first) = starts.first_mut() {
        *first = true;
    }
    for column in columns {
        column.mark_changes(&mut starts);
    }
    starts
}

/// The months of a column: a file has few different ones, and they follow each other.
#[derive(Default)]
struct Months(Option<(i64, Option<Month>)>);

impl Months {
    fn at(&mut self, column: &Column<'_>, row: usize) -> Option<Month> {
        let written = int(column, row)?;
        match self.0 {
            Some((same, month)) if same == written => month,
            _ => {
                let month = month_of(written);
                self.0 = Some((written, month));
                month
            }
        }
    }
}
