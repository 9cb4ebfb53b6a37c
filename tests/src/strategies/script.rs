//! A whole script.

use std::collections::BTreeSet;

use super::Choices;
use super::boxes::{Asked, selection};
use super::declarations::elements;
use super::writer::{At, Writer};

/// The data a script may read, as it declares them.
const DATA: &[(&str, &str)] = &[
    ("inm", "inm en point par situation"),
    ("quotité", "quotité par situation"),
    ("quotité_rémunérée", "quotité_rémunérée par situation"),
    ("présence", "présence en mois par situation"),
    ("enfants", "enfants par situation"),
    ("nbi_points", "nbi_points en point par situation"),
    ("montant_forfait", "montant_forfait en €/mois par situation"),
    ("ancienneté", "ancienneté en mois par situation"),
    ("âge", "âge en mois par situation"),
    ("date_entrée", "date_entrée par situation"),
    ("date_naissance", "date_naissance par situation"),
    ("fin_de_contrat", "fin_de_contrat par situation"),
    ("montant", "montant en € par ligne"),
    ("etpt_imputé", "etpt_imputé en ETPT par ligne"),
];

/// Writes a script: constants, scales, calendars, then formulas from what reads rows to what gathers them, then a scenario.
pub fn script(choices: &mut Choices) -> String {
    let mut writer = Writer {
        choices,
        values: Vec::new(),
        scales: Vec::new(),
        calendars: Vec::new(),
        formulas: Vec::new(),
        data: BTreeSet::new(),
        closed: BTreeSet::new(),
        lines_closed: false,
        reading: BTreeSet::new(),
        crossing: false,
        feeding: None,
        own: None,
        population: false,
    };
    let mut out = String::new();
    writer.some(4, 65, |w| w.value_declaration(), &mut out);
    if writer.choices.chance(25)
        && let Some((words, columns)) = selection(writer.choices, Asked::Rows)
    {
        writer.data.extend(columns);
        writer.population = true;
        out.push_str(&format!("population p1 = {words}\n"));
    }
    writer.some(1, 30, |w| w.scale_declaration(), &mut out);
    writer.some(1, 30, |w| w.calendar_declaration(), &mut out);
    writer.some(3, 50, |w| w.formula_declaration(At::Situation), &mut out);
    out.push_str(&writer.formula_declaration(At::Agent));
    writer.some(5, 70, |w| w.formula_declaration(At::Agent), &mut out);
    if writer.choices.chance(40) {
        writer.some(
            3,
            70,
            |w| {
                let level = w.some_level();
                w.formula_declaration(level)
            },
            &mut out,
        );
        writer.some(2, 60, |w| w.formula_declaration(At::Agent), &mut out);
    }
    if writer.choices.chance(25) {
        writer.some(2, 70, |w| w.formula_declaration(At::Line), &mut out);
        writer.some(
            2,
            50,
            |w| {
                let level = w.some_level();
                w.formula_declaration(level)
            },
            &mut out,
        );
        writer.some(1, 50, |w| w.formula_declaration(At::Agent), &mut out);
    }
    let scenario = writer.scenario_declaration();
    let mut head = String::new();
    for (name, words) in DATA {
        if writer.data.contains(name) {
            head.push_str(&format!("donnée {words}\n"));
        }
    }
    if writer.formulas.iter().any(|f| f.rubrique.is_some()) || out.contains("assiette(") {
        head.push_str(&elements());
    }
    format!("{head}{out}{scenario}")
}

impl Writer<'_> {
    /// Up to `most` declarations, each of which shrinking may take out.
    fn some(&mut self, most: usize, percent: u32, mut one: impl FnMut(&mut Self) -> String, out: &mut String) {
        for _ in 0..most {
            let start = self.choices.taken().len();
            if !self.choices.chance(percent) {
                break;
            }
            out.push_str(&one(self));
            self.choices.mark(start);
        }
    }
}
