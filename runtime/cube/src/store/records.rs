//! How each kind of fact is laid out in columns: names, order, types. Read back in the same order.

use super::columns::{Cell, Cursor, Type};
use crate::{Affectation, Change, Competence, Forecast, Imputation, PayLine, Situation, State};

/// A fact that can be written as columns.
pub(crate) trait Record: Sized {
    const COLUMNS: &'static [(&'static str, Type)];
    fn cells(&self) -> Vec<Cell>;
    fn read(c: &mut Cursor<'_>) -> Option<Self>;
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

    fn cells(&self) -> Vec<Cell> {
        let s = &self.state;
        vec![
            Cell::month(Some(self.month)), Cell::text(&self.matricule), Cell::Int(Some(i64::from(self.segment))), Cell::Date(Some(self.start)),
            Cell::Date(self.end), Cell::Date(Some(self.entry)), Cell::Date(self.next_step.as_ref().map(|n| n.0)),
            Cell::Text(self.next_step.as_ref().map(|n| n.1.clone())), Cell::Text(self.next_step.as_ref().map(|n| n.2.clone())),
            Cell::Date(self.departure.as_ref().map(|d| d.0)), Cell::Text(self.departure.as_ref().map(|d| d.1.clone())), Cell::Date(s.birth),
            Cell::text(&s.statut), Cell::text(&s.grade), Cell::text(&s.echelon), Cell::text(&s.chevron), Cell::Date(s.step_entry),
            Cell::Int(Some(i64::from(s.step_kept_months))), Cell::text(&s.ib), Cell::Int(s.inm), Cell::text(&s.position), Cell::text(&s.modalite),
            Cell::ratio(s.quotite.as_ref()), Cell::ratio(s.quotite_remuneree.as_ref()), Cell::text(&s.remuneration), Cell::money(s.montant_forfait),
            Cell::Date(s.contract_end), Cell::text(&s.structure), Cell::Int(Some(s.enfants)), Cell::Int(Some(s.nbi_points)), Cell::text(&s.specialite),
        ]
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

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.matricule),
            Cell::text(&self.structure),
            Cell::Int(Some(i64::from(self.rank))),
            Cell::ratio(Some(&self.rate)),
            Cell::Date(Some(self.start)),
            Cell::Date(self.end),
            Cell::Int(Some(i64::from(self.forecast))),
        ]
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
impl Record for PayLine {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("mois_paie", M), ("no_ligne", I), ("matricule", T), ("structure", T), ("plafond", T), ("rubrique", T), ("anterieur", I), ("mois_origine", M),
        ("compte", T), ("montant_centimes", I), ("nombre", T), ("taux", T), ("centre_de_cout", T), ("eotp", T), ("pourcentage", T), ("etpt", T), ("etpf", T),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::month(Some(self.month)), Cell::Int(Some(i64::from(self.number))), Cell::text(&self.matricule), Cell::text(&self.structure),
            Cell::text(&self.plafond), Cell::text(&self.rubrique), Cell::Int(Some(i64::from(self.anterieur))), Cell::month(self.origin),
            Cell::text(&self.compte), Cell::money(Some(self.amount)), Cell::ratio(self.units.as_ref()), Cell::ratio(self.unit_rate.as_ref()),
            Cell::text(&self.centre), Cell::text(&self.eotp), Cell::ratio(Some(&self.share)), Cell::ratio(Some(&self.etpt)), Cell::ratio(Some(&self.etpf)),
        ]
    }

    fn read(c: &mut Cursor<'_>) -> Option<Self> {
        Some(PayLine {
            month: c.month()?, number: u32::try_from(c.int()?).ok()?, matricule: c.shared(), structure: c.shared(), plafond: c.shared(),
            rubrique: c.shared(), anterieur: c.int() == Some(1), origin: c.month(), compte: c.shared(), amount: c.money()?, units: c.ratio(),
            unit_rate: c.ratio(), centre: c.shared(), eotp: c.shared(), share: c.ratio()?, etpt: c.ratio()?, etpf: c.ratio()?,
        })
    }
}

#[rustfmt::skip]
impl Record for Imputation {
    const COLUMNS: &'static [(&'static str, Type)] = &[
        ("matricule", T), ("rubrique", T), ("date_debut", D), ("date_fin_exclue", D), ("rang", I), ("centre_de_cout", T), ("eotp", T), ("pourcentage", T),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.matricule), Cell::text(&self.rubrique), Cell::Date(Some(self.start)), Cell::Date(self.end),
            Cell::Int(Some(i64::from(self.rank))), Cell::text(&self.centre), Cell::text(&self.eotp), Cell::ratio(Some(&self.share)),
        ]
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

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::text(&self.matricule),
            Cell::text(&self.competence),
            Cell::Int(self.niveau),
            Cell::Date(Some(self.start)),
            Cell::Date(self.end),
        ]
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

    fn cells(&self) -> Vec<Cell> {
        let c = &self.change;
        vec![
            Cell::text(&self.matricule), Cell::Date(Some(self.date)), Cell::text(&self.kind), Cell::text(&self.motif), Cell::text(&self.certitude),
            Cell::Date(self.known), Cell::Date(c.birth), Cell::Text(c.statut.clone()), Cell::Text(c.grade.clone()),
            Cell::Text(c.step.as_ref().map(|s| s.0.clone())), Cell::Text(c.step.as_ref().map(|s| s.1.clone())), Cell::Date(c.step_entry),
            Cell::Int(c.step_kept_months.map(i64::from)), Cell::Int(c.inm), Cell::Text(c.position.clone()), Cell::ratio(c.quotite.as_ref()),
            Cell::ratio(c.quotite_remuneree.as_ref()), Cell::Text(c.remuneration.clone()), Cell::money(c.montant_forfait),
            Cell::Int(Some(i64::from(c.contract_end.is_some()))), Cell::Date(c.contract_end.flatten()), Cell::Text(c.structure.clone()),
            Cell::Int(c.enfants), Cell::Int(c.nbi_points),
        ]
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
