//! How each kind of fact is laid out in columns: names, order, types. Read back in the same order.

use super::cells::Column;
use super::columns::{Cursor, Sink, Type};
use crate::{Affectation, Change, Competence, Forecast, Imputation, Situation, State};

/// A fact that can be written as columns.
pub(crate) trait Record: Sized {
    const COLUMNS: &'static [(&'static str, Type)];
    fn write(&self, w: &mut Sink);
    fn read(c: &mut Cursor<'_>) -> Option<Self>;

    /// Reads `rows` rows after those in `out`; `None` when one has not the form of a record.
    fn read_batch(columns: &[Column<'_>], rows: usize, out: &mut Vec<Self>) -> Option<()> {
        let mut cursor = Cursor { columns, row: 0, next: 0 };
        for row in 0..rows {
            (cursor.row, cursor.next) = (row, 0);
            out.push(Self::read(&mut cursor)?);
        }
        Some(())
    }
}

use Type::{Date as D, Int as I, Month as M, Text as T};

fn small(n: Option<i64>) -> i32 {
    n.and_then(|n| i32::try_from(n).ok()).unwrap_or(0)
}

#[rustfmt::skip]
impl Record for Situation {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("mois", M), ("matricule", T), ("no_segment", I), ("date_debut", D), ("date_fin_exclue", D), ("date_entree", D), ("date_prochain", D),
        ("prochain_echelon", T), ("prochain_chevron", T), ("depart_date", D), ("depart_motif", T), ("date_naissance", D), ("statut", T), ("grade", T),
        ("echelon", T), ("chevron", T), ("date_entree_echelon", D), ("anciennete_conservee", I), ("ib", T), ("inm", I), ("position", T), ("modalite", T),
        ("quotite", T), ("quotite_remuneree", T), ("remuneration", T), ("montant_forfait_centimes", I), ("contrat_fin_exclue", D), ("structure", T),
        ("enfants", I), ("nbi_points", I), ("specialite", T),
    ];

    fn write(&self, w: &mut Sink) {
        let s = &self.state;
            w.month(Some(self.month)); w.text(&self.matricule); w.int(Some(i64::from(self.segment))); w.date(Some(self.start));
            w.date(self.end); w.date(Some(self.entry)); w.date(self.next_step.as_ref().map(|n| n.0));
            w.maybe_text(self.next_step.as_ref().map(|n| n.1.as_str())); w.maybe_text(self.next_step.as_ref().map(|n| n.2.as_str()));
            w.date(self.departure.as_ref().map(|d| d.0)); w.maybe_text(self.departure.as_ref().map(|d| d.1.as_str())); w.date(s.birth);
            w.text(&s.statut); w.text(&s.grade); w.text(&s.echelon); w.text(&s.chevron); w.date(s.step_entry);
            w.int(Some(i64::from(s.step_kept_months))); w.text(&s.ib); w.int(s.inm); w.text(&s.position); w.text(&s.modalite);
            w.ratio(s.quotite.as_ref()); w.ratio(s.quotite_remuneree.as_ref()); w.text(&s.remuneration); w.money(s.montant_forfait);
            w.date(s.contract_end); w.text(&s.structure); w.int(Some(s.enfants)); w.int(Some(s.nbi_points)); w.text(&s.specialite);
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        let (month, matricule, segment) = (c.month()?, c.text(), c.int()?);
        let (start, end, entry) = (c.date()?, c.date(), c.date()?);
        let (next, next_echelon, next_chevron) = (c.date(), c.text(), c.text());
        let (departure, motif) = (c.date(), c.text());
        let state = State {
            birth: c.date(), statut: c.text(), grade: c.text(), echelon: c.text(), chevron: c.text(), step_entry: c.date(),
            step_kept_months: small(c.int()), ib: c.text(), inm: c.int(), position: c.text(), modalite: c.text(), quotite: c.ratio(),
            quotite_remuneree: c.ratio(), remuneration: c.text(), montant_forfait: c.money(), contract_end: c.date(), structure: c.text(),
            enfants: c.int().unwrap_or(0), nbi_points: c.int().unwrap_or(0), specialite: c.text(),
        };
        Some(Situation {
            month, matricule, segment: u32::try_from(segment).ok()?, start, end, entry, state,
            next_step: next.map(|d| (d, next_echelon, next_chevron)), departure: departure.map(|d| (d, motif)),
        })
    }
}

impl Record for Affectation {
    const COLUMNS: &'static [(&'static str, Type)] =
        &[("matricule", T), ("structure", T), ("rang", I), ("taux", T), ("date_debut", D), ("date_fin_exclue", D), ("previsionnel", I)];

    fn write(&self, w: &mut Sink) {
        w.text(&self.matricule);
        w.text(&self.structure);
        w.int(Some(i64::from(self.rank)));
        w.ratio(Some(&self.rate));
        w.date(Some(self.start));
        w.date(self.end);
        w.int(Some(i64::from(self.forecast)));
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Affectation {
            matricule: c.text(),
            structure: c.text(),
            rank: u32::try_from(c.int()?).ok()?,
            rate: c.ratio()?,
            start: c.date()?,
            end: c.date(),
            forecast: c.int() == Some(1),
        })
    }
}

#[rustfmt::skip]
impl Record for Imputation {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("matricule", T), ("rubrique", T), ("date_debut", D), ("date_fin_exclue", D), ("rang", I), ("centre_de_cout", T), ("eotp", T), ("pourcentage", T),
    ];

    fn write(&self, w: &mut Sink) {
            w.text(&self.matricule); w.text(&self.rubrique); w.date(Some(self.start)); w.date(self.end);
            w.int(Some(i64::from(self.rank))); w.text(&self.centre); w.text(&self.eotp); w.ratio(Some(&self.share));
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Imputation {
            matricule: c.text(), rubrique: c.text(), start: c.date()?, end: c.date(), rank: u32::try_from(c.int()?).ok()?,
            centre: c.text(), eotp: c.text(), share: c.ratio()?,
        })
    }
}

impl Record for Competence {
    const COLUMNS: &'static [(&'static str, Type)] =
        &[("matricule", T), ("competence", T), ("niveau", I), ("date_debut", D), ("date_fin_exclue", D)];

    fn write(&self, w: &mut Sink) {
        w.text(&self.matricule);
        w.text(&self.competence);
        w.int(self.niveau);
        w.date(Some(self.start));
        w.date(self.end);
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(Competence { matricule: c.text(), competence: c.text(), niveau: c.int(), start: c.date()?, end: c.date() })
    }
}

#[rustfmt::skip]
impl Record for Forecast {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("matricule", T), ("date_effet", D), ("type_mouvement", T), ("motif", T), ("certitude", T), ("date_connaissance", D), ("date_naissance", D),
        ("statut", T), ("grade", T), ("echelon", T), ("chevron", T), ("date_entree_echelon", D), ("anciennete_conservee", I), ("inm", I), ("position", T),
        ("quotite", T), ("quotite_remuneree", T), ("remuneration", T), ("montant_forfait_centimes", I), ("contrat_change", I), ("contrat_fin_exclue", D),
        ("structure", T), ("enfants", I), ("nbi_points", I),
    ];

    fn write(&self, w: &mut Sink) {
        let c = &self.change;
            w.text(&self.matricule); w.date(Some(self.date)); w.text(&self.kind); w.text(&self.motif); w.text(&self.certitude);
            w.date(self.known); w.date(c.birth); w.maybe_text(c.statut.as_deref()); w.maybe_text(c.grade.as_deref());
            w.maybe_text(c.step.as_ref().map(|s| s.0.as_str())); w.maybe_text(c.step.as_ref().map(|s| s.1.as_str())); w.date(c.step_entry);
            w.int(c.step_kept_months.map(i64::from)); w.int(c.inm); w.maybe_text(c.position.as_deref()); w.ratio(c.quotite.as_ref());
            w.ratio(c.quotite_remuneree.as_ref()); w.maybe_text(c.remuneration.as_deref()); w.money(c.montant_forfait);
            w.int(Some(i64::from(c.contract_end.is_some()))); w.date(c.contract_end.flatten()); w.maybe_text(c.structure.as_deref());
            w.int(c.enfants); w.int(c.nbi_points);
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        let (matricule, date, kind, motif, certitude, known) = (c.text(), c.date()?, c.text(), c.text(), c.text(), c.date());
        let (birth, statut, grade, echelon, chevron) = (c.date(), c.maybe_text(), c.maybe_text(), c.maybe_text(), c.text());
        let (step_entry, kept, inm, position) = (c.date(), c.int(), c.int(), c.maybe_text());
        let (quotite, quotite_remuneree, remuneration, montant_forfait) = (c.ratio(), c.ratio(), c.maybe_text(), c.money());
        let (contract_changes, contract) = (c.int() == Some(1), c.date());
        let change = Change {
            birth, statut, grade, step: echelon.map(|e| (e, chevron)), step_entry,
            step_kept_months: kept.and_then(|n| i32::try_from(n).ok()), inm, position, quotite, quotite_remuneree, remuneration, montant_forfait,
            contract_end: contract_changes.then_some(contract), structure: c.maybe_text(), enfants: c.int(), nbi_points: c.int(),
        };
        Some(Forecast { matricule, date, kind, motif, certitude, known, change })
    }
}
