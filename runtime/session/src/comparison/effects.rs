//! The effects a difference is made of, in the order they are printed (domain.md §B.5), and the ledger they are entered in, agent by agent.

use std::collections::BTreeMap;

use cadrage_value::Exact;

use super::EffectPart;

/// A volume effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    EntriesBefore,
    ExitsBefore,
    Entries,
    Exits,
    CareersBefore,
    Careers,
}

/// What money moved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// Atypical elements of the first end, taken out.
    AtypicalOut,
    /// Who is there, how long, in which situation.
    Volume(Part),
    /// Premiums and scales of pay.
    Category,
    /// The point.
    General,
    /// Scales, calendars, formulas.
    Rules,
    /// Atypical elements of the second end, put back.
    AtypicalIn,
    /// The same between two constatés of the same months: nothing is taken out of one exercice and put back in another.
    Atypical,
    /// Rates and ceilings of contributions.
    Rates,
    /// Hours of permanent agents.
    Hours,
    /// Who is paid by the hour.
    Vacations,
    /// Paid less owed.
    BackPay,
    /// Regular elements without a rule.
    Ruleless,
    /// Outside the payroll.
    HorsPsop,
}

impl Effect {
    /// The same over the same months: no full-year effect to tell apart, no exercice to take atypical elements out of.
    pub(crate) fn over_the_same_months(self) -> Effect {
        match self {
            Effect::AtypicalOut | Effect::AtypicalIn => Effect::Atypical,
            Effect::Volume(Part::EntriesBefore) => Effect::Volume(Part::Entries),
            Effect::Volume(Part::ExitsBefore) => Effect::Volume(Part::Exits),
            Effect::Volume(Part::CareersBefore) => Effect::Volume(Part::Careers),
            other => other,
        }
    }

    /// What `décomposé en …` counts it in (language.md D33); what it has no word for is `autres`.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Effect::Volume(Part::Entries | Part::Exits) => "effectifs",
            Effect::Volume(Part::EntriesBefore | Part::ExitsBefore) => "eap",
            Effect::Volume(Part::Careers | Part::CareersBefore) => "gvt",
            Effect::General => "point",
            Effect::Rates => "cotisations",
            Effect::Category | Effect::Rules => "règles",
            Effect::AtypicalOut
            | Effect::AtypicalIn
            | Effect::Atypical
            | Effect::Hours
            | Effect::Vacations
            | Effect::BackPay
            | Effect::Ruleless
            | Effect::HorsPsop => "autres",
        }
    }

    /// Rank in the waterfall (domain.md §B.5), key for programs, label for people.
    pub(crate) fn said(self) -> (u32, &'static str, &'static str) {
        match self {
            Effect::AtypicalOut => (3, "debasage_atypiques", "Débasage des dépenses atypiques"),
            Effect::Volume(Part::EntriesBefore) => (4, "entrees_eap", "Entrées, extension en année pleine"),
            Effect::Volume(Part::ExitsBefore) => (4, "sorties_eap", "Sorties, extension en année pleine"),
            Effect::Volume(Part::Entries) => (4, "entrees_n", "Entrées"),
            Effect::Volume(Part::Exits) => (4, "sorties_n", "Sorties"),
            Effect::Category => (5, "mesures_categorielles", "Mesures catégorielles"),
            Effect::General => (6, "mesures_generales", "Mesures générales (point d'indice)"),
            Effect::Volume(Part::CareersBefore) => (7, "carriere_eap", "Carrières, extension en année pleine"),
            Effect::Volume(Part::Careers) => (7, "carriere_n", "Carrières"),
            Effect::AtypicalIn => (8, "rebasage_atypiques", "Rebasage des dépenses atypiques"),
            Effect::Atypical => (8, "depenses_atypiques", "Dépenses atypiques"),
            Effect::Rates => (9, "autres_taux_de_cotisation", "Taux et plafonds de cotisation"),
            Effect::Rules => (9, "autres_regles", "Règles de calcul (barèmes, calendriers, formules)"),
            Effect::Hours => (9, "autres_heures_complementaires", "Heures complémentaires et éléments variables"),
            Effect::Vacations => (9, "autres_vacations", "Vacations"),
            Effect::BackPay => (9, "autres_decalage_des_rappels", "Décalage des rappels"),
            Effect::Ruleless => (9, "autres_sans_regle", "Éléments réguliers sans règle de calcul"),
            Effect::HorsPsop => (9, "autres_hors_psop", "Hors PSOP"),
        }
    }
}

/// Amounts, by agent.
type OfAgents = BTreeMap<String, Exact>;

/// What effects are made of.
type Parts = BTreeMap<Effect, Vec<EffectPart>>;

/// Effects, by agent.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    amounts: BTreeMap<Effect, OfAgents>,
    parts: Parts,
}

impl Ledger {
    pub(crate) fn add(&mut self, effect: Effect, matricule: &str, amount: &Exact) {
        if amount.is_zero() {
            return;
        }
        add(self.amounts.entry(effect).or_default(), matricule, amount);
    }

    /// What one constant makes of an effect that is entered agent by agent.
    pub(crate) fn part(&mut self, effect: Effect, label: String, amount: Exact) {
        self.parts.entry(effect).or_default().push(EffectPart { label, amount });
    }

    /// Effects in the order printed, those that moved anything for anybody; and what some are made of.
    pub(crate) fn into_effects(self) -> (Vec<(Effect, OfAgents)>, Parts) {
        let mut out: Vec<(Effect, OfAgents)> = self.amounts.into_iter().collect();
        out.sort_by_key(|(effect, _)| (effect.said().0, *effect));
        for (_, agents) in &mut out {
            agents.retain(|_, x| !x.is_zero());
        }
        out.retain(|(_, agents)| !agents.is_empty());
        (out, self.parts)
    }
}

/// Adds an amount to that of an agent or a member.
pub(crate) fn add(amounts: &mut BTreeMap<String, Exact>, key: &str, amount: &Exact) {
    match amounts.get_mut(key) {
        Some(slot) => *slot = &*slot + amount,
        None => drop(amounts.insert(key.to_owned(), amount.clone())),
    }
}

/// Adds amounts to others, one by one.
pub(crate) fn add_all(amounts: &mut BTreeMap<String, Exact>, more: &BTreeMap<String, Exact>) {
    more.iter().for_each(|(key, x)| add(amounts, key, x));
}
