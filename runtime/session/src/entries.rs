//! What people typed as lines of the projected months. It adds to what formulas give, and says so; it replaces nothing.

use std::collections::BTreeMap;

use cadrage_driver::Compiled;
use cadrage_engine::{Line, Origin};
use cadrage_ir::{ATTRIBUTES, Feed, attribute};
use cadrage_value::{Money, Month};

use crate::alerts::Alert;
use crate::attributes::Coder;
use crate::run::Projection;

/// Adds the rows of every form to a projection.
pub(crate) fn add(compiled: &Compiled, coder: &mut Coder<'_>, out: &mut Projection) {
    for (k, form) in compiled.model.forms.iter().enumerate() {
        let before = form.rows.iter().filter(|row| row.month <= out.last && !is_held(row, out)).count();
        let after = form.rows.iter().filter(|row| row.month > out.until).count();
        let mut made = of_form(compiled, k, (out.last, out.until), coder);
        out.alerts.extend(beside(compiled, &form.name, &made, out));
        if before > 0 {
            out.alerts.push(Alert {
                code: "I20",
                message: format!(
                    "saisie `{}` : {} de mois constatés ne comptent pas, la paie y est connue ; `cadrage saisir {} {}` charge ce qui peut l'être",
                    form.name,
                    lines(before),
                    form.name,
                    form.path()
                ),
            });
        }
        if after > 0 {
            out.alerts.push(Alert {
                code: "I20",
                message: format!("saisie `{}` : {} d'après {} ne comptent pas", form.name, lines(after), out.until.to_french()),
            });
        }
        out.lines.append(&mut made);
    }
}

/// Is the row among the expenses of a known month? Then it was loaded, and counts once.
fn is_held(row: &cadrage_driver::FormRow, out: &Projection) -> bool {
    let has = |line: &Line, code: &str| ["structure", "composante"].iter().any(|level| line.code(level) == code);
    let is_it = |line: &&Line| line.month == row.month && line.amount == row.amount && line.code("rubrique") == "HORS_PSOP";
    out.lines.iter().filter(is_it).any(|line| row.codes.iter().any(|(_, code)| has(line, code)))
}

/// The lines that the rows of every form make after `last`, up to `until`.
pub(crate) fn all(compiled: &Compiled, last: Month, until: Month, coder: &mut Coder<'_>) -> Vec<Line> {
    (0..compiled.model.forms.len()).flat_map(|k| of_form(compiled, k, (last, until), coder)).collect()
}

fn of_form(compiled: &Compiled, form: usize, (last, until): (Month, Month), coder: &mut Coder<'_>) -> Vec<Line> {
    let mut made: Vec<Line> = Vec::new();
    let rows = compiled.model.forms.get(form).map_or(&[][..], |f| f.rows.as_slice());
    for row in rows.iter().filter(|row| row.month > last && row.month <= until) {
        let mut codes = coder.row(&[("statut", ""), ("nature", "COURANT")]);
        for (a, code) in &row.codes {
            let name = ATTRIBUTES.get(a.index()).map_or("", |spec| spec.name);
            // A composante is a structure, which says its zone too.
            coder.set(&mut codes, if name == "composante" { "structure" } else { name }, code);
        }
        if attribute("compte").and_then(|a| codes.get(a.index())).is_some_and(|c| c.is_empty()) {
            let rubrique = attribute("rubrique").and_then(|a| codes.get(a.index())).map_or("", |c| &**c);
            let account = compiled
                .program
                .element(rubrique)
                .map(|e| if e.compte_contractuel.is_empty() { e.compte_titulaire.clone() } else { e.compte_contractuel.clone() });
            coder.set(&mut codes, "compte", account.as_deref().filter(|a| !a.is_empty()).unwrap_or("?"));
        }
        let origin = Origin::Entered(u32::try_from(form).unwrap_or(u32::MAX));
        made.push(Line::paid(row.month, codes.into(), row.amount, origin));
    }
    made
}

fn lines(n: usize) -> String {
    if n == 1 { "1 ligne".to_owned() } else { format!("{n} lignes") }
}

/// What formulas put on the same rubriques in the same months: both count, which a person must know.
fn beside(compiled: &Compiled, form: &str, made: &[Line], out: &Projection) -> Vec<Alert> {
    let mut both: BTreeMap<String, (Money, Money)> = BTreeMap::new();
    for line in made {
        both.entry(line.code("rubrique").to_owned()).or_default().0 += line.amount;
    }
    for line in out.lines.iter().filter(|l| made.iter().any(|m| m.month == l.month && m.code("rubrique") == l.code("rubrique"))) {
        if let Some(slot) = both.get_mut(line.code("rubrique")) {
            slot.1 += line.amount;
        }
    }
    let feeds = |rubrique: &str| {
        let fed = |f: &&cadrage_ir::Formula| matches!(&f.feeds, Some(Feed::Rubriques(list, _)) if list.iter().any(|r| r == rubrique));
        compiled.program.formulas.iter().find(fed).map_or("d'autres lignes", |f| f.name.as_str()).to_owned()
    };
    both.into_iter()
        .filter(|(_, (_, other))| *other != Money::ZERO)
        .map(|(rubrique, (typed, other))| Alert {
            code: "I20",
            message: format!(
                "saisie `{form}` : {} € sur la rubrique {rubrique} s'ajoutent aux {} € que `{}` y met les mêmes mois",
                typed.to_french(),
                other.to_french(),
                feeds(&rubrique)
            ),
        })
        .collect()
}
