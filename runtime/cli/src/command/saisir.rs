//! `cadrage saisir`: a file to fill for a `saisie`, and the filled file checked and taken.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_driver::{Form, FormKey, fold};
use cadrage_export::WriteError;
use cadrage_session::{Fate, MOVEMENTS, TypingError, Workspace, movements_csv, movements_workbook};

use super::{Context, DONE, MACHINE, MISUSE, WRONG};
use crate::arguments::Format;
use crate::output;

/// Months of a file to fill when nobody says: the rest of a year of campaign.
const MONTHS: u32 = 12;

pub(crate) fn run(context: &Context, name: Option<&str>, file: Option<&Path>, model: Option<&Path>) -> Result<u8, u8> {
    let mut workspace = context.open(&[])?;
    // A form whose file is wrong is what this verb mends: the scripts need not be sound.
    let compiled = context.checked(&mut workspace)?;
    let forms = &compiled.model.forms;
    let Some(name) = name else {
        output::data(&list(forms));
        return Ok(DONE);
    };
    let form = forms.iter().find(|f| fold(&f.name) == fold(name));
    if form.is_none() && fold(name) == MOVEMENTS {
        return movements(context, &mut workspace, file, model);
    }
    let Some(form) = form else {
        let known: Vec<&str> = forms.iter().map(|f| f.name.as_str()).collect();
        let help = if known.is_empty() {
            "aucune dans ce dossier : écrivez `saisie hors_psop : par composante ; mois … fin`".to_owned()
        } else {
            format!("saisies : {}", known.join(", "))
        };
        eprintln!("cadrage : la saisie `{name}` est inconnue ; {help}");
        return Err(WRONG);
    };
    let_write(file, model)?;
    match (file, model) {
        (None, Some(path)) => {
            let last = workspace.cube().map_err(|e| context.refuse(&e))?.months.keys().next_back().copied();
            let from = last.map_or_else(|| cadrage_value::Month::new(2026, 1), |m| Some(m.plus(1)));
            let Some(from) = from else { return Err(MISUSE) };
            let blank = workspace.form_to_fill(form, from, MONTHS).map_err(|e| context.refuse(&e))?;
            write_model(path, || blank.workbook(), || blank.csv())?;
            context.say(&format!("{} ligne(s) à remplir dans `{}`, à partir de {}", blank.rows.len(), path.display(), from.to_french()));
            for field in form.fields.iter().filter(|f| !f.choices.is_empty()) {
                context.say(&format!("  {} : {}", field.name, field.choices.join(", ")));
            }
            context.say(&format!("  puis : cadrage saisir {} {}", form.name, path.display()));
            Ok(DONE)
        }
        (Some(path), _) => match workspace.type_in(form, path, crate::today::today()) {
            Ok(done) => {
                output::data(&told(&done, context.common.format));
                Ok(DONE)
            }
            Err(e) => Err(told_wrong(context, e)),
        },
        (None, None) => {
            eprintln!("cadrage : dites quoi faire : `--modèle {0}.csv` pour un fichier à remplir, ou le fichier rempli", form.name);
            Err(MISUSE)
        }
    }
}

/// Refuses what is no form, filled or to fill, and a model over something.
fn let_write(file: Option<&Path>, model: Option<&Path>) -> Result<(), u8> {
    if let Some(path) = file.filter(|path| !is(path, &["csv", "xlsx"])) {
        eprintln!("cadrage : `{}` : une saisie remplie est un .csv ou un .xlsx", path.display());
        return Err(MISUSE);
    }
    if let Some(path) = model.filter(|path| !is(path, &["csv", "xlsx"])) {
        eprintln!("cadrage : `{}` : un modèle s'écrit en .csv ou en .xlsx", path.display());
        return Err(MISUSE);
    }
    if let Some(path) = model.filter(|path| path.exists()) {
        eprintln!("cadrage : `{}` existe déjà : un modèle n'écrase rien", path.display());
        return Err(MISUSE);
    }
    Ok(())
}

fn is(path: &Path, forms: &[&str]) -> bool {
    forms.iter().any(|form| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(form)))
}

/// A workbook or a text, as the name asks.
fn write_model(path: &Path, workbook: impl FnOnce() -> Result<Vec<u8>, WriteError>, text: impl FnOnce() -> String) -> Result<(), u8> {
    let bytes = if is(path, &["xlsx"]) {
        workbook().map_err(|e| {
            eprintln!("cadrage : {}", e.why);
            MISUSE
        })?
    } else {
        text().into_bytes()
    };
    cadrage_export::write_whole(path, &bytes).map_err(|e| {
        eprintln!("cadrage : `{}` ne s'écrit pas ({e})", path.display());
        MACHINE
    })
}

fn told_wrong(context: &Context, wrong: TypingError) -> u8 {
    match wrong {
        TypingError::Store(e) => context.refuse(&e),
        TypingError::Wrong(compiled, wrong) => {
            context.drawing().diagnostics(&wrong, &compiled.sources);
            context.drawing().count(&wrong);
            WRONG
        }
    }
}

/// Movements that the SIRH does not know: no declaration is needed, their columns are those of the sentences.
fn movements(context: &Context, workspace: &mut Workspace, file: Option<&Path>, model: Option<&Path>) -> Result<u8, u8> {
    let_write(file, model)?;
    if let Some(path) = model {
        write_model(path, movements_workbook, movements_csv)?;
        context.say(&format!("une ligne par mouvement dans `{}`, puis : cadrage saisir {MOVEMENTS} {0}", path.display()));
        return Ok(DONE);
    }
    let Some(path) = file else {
        eprintln!("cadrage : dites quoi faire : `--modèle {MOVEMENTS}.xlsx` pour un fichier à remplir, ou le fichier rempli");
        return Err(MISUSE);
    };
    let done = workspace.type_movements(path).map_err(|e| told_wrong(context, e))?;
    if context.common.format == Format::Json {
        let value = serde_json::json!({"fichier": done.path, "remplace": done.before, "lignes_vides": done.empty, "variante": done.variant,
                                       "mouvements": done.sentences, "scenarios": done.applied});
        output::data(&format!("{value:#}\n"));
        return Ok(DONE);
    }
    let mut out = format!("mouvements pris : {}, variante {}\n", done.path, done.variant);
    if let Some(before) = &done.before {
        let _ = writeln!(out, "  remplace la précédente, gardée dans {before}");
    }
    for sentence in &done.sentences {
        let _ = writeln!(out, "  {sentence}");
    }
    if done.applied.is_empty() {
        let _ = writeln!(out, "\naucun scénario ne l'applique : écrivez `appliquer {}` dans le vôtre", done.variant);
    } else {
        let _ = writeln!(out, "\nappliquée par : {}", done.applied.join(", "));
    }
    output::data(&out);
    Ok(DONE)
}

fn list(forms: &[Form]) -> String {
    let always = "mouvements — Mouvements que le SIRH ne connaît pas (sans déclaration)\n";
    if forms.is_empty() {
        return format!("aucune saisie déclarée dans ce dossier\n{always}");
    }
    let mut out = always.to_owned();
    for f in forms {
        let keys = f.keys.iter().map(|k| match k {
            FormKey::Month => "mois",
            FormKey::Level(level) => level.name.as_str(),
        });
        let _ = writeln!(out, "{} — {}", f.name, f.label);
        let _ = writeln!(out, "  par {} ; {} ligne(s) saisie(s) dans {}", keys.collect::<Vec<_>>().join(" ; "), f.rows.len(), f.path());
    }
    out
}

fn told(done: &cadrage_session::Typed, format: Format) -> String {
    let months = || done.months.iter();
    if format == Format::Json {
        let rows: Vec<serde_json::Value> = months()
            .map(|(m, rows, amount, fate)| {
                let loaded = if let Fate::Loaded(delivery) = fate { Some(delivery) } else { None };
                serde_json::json!({"mois": m.to_string(), "lignes": rows, "montant": amount.to_string(), "constate": *fate != Fate::Projected,
                                   "livraison": loaded})
            })
            .collect();
        let value = serde_json::json!({"fichier": done.path, "remplace": done.before, "lignes_vides": done.empty, "mois": rows});
        return format!("{value:#}\n");
    }
    let mut out = format!("saisie prise : {}\n", done.path);
    if let Some(before) = &done.before {
        let _ = writeln!(out, "  remplace la précédente, gardée dans {before}");
    }
    let _ = writeln!(out, "\n  {:<9}{:>8}{:>20}", "Mois", "lignes", "euros");
    for (month, rows, amount, fate) in months() {
        let note = match fate {
            Fate::Projected => String::new(),
            Fate::Loaded(delivery) => format!("  constaté : chargé ce jour, {delivery}"),
            Fate::Held => "  constaté : déjà chargé".to_owned(),
            Fate::Delivered(delivery) => format!("  constaté : ne compte pas, {delivery} le dit"),
            Fate::Known => "  constaté : ne compte pas, la paie y est connue".to_owned(),
        };
        let _ = writeln!(out, "  {:<9}{rows:>8}{:>20}{note}", month.to_french(), amount.to_french());
    }
    let rows: usize = months().map(|(_, rows, _, _)| rows).sum();
    let total: cadrage_value::Money = months().map(|(_, _, amount, _)| *amount).sum();
    let _ = writeln!(out, "  {:<9}{rows:>8}{:>20}", "total", total.to_french());
    if done.empty > 0 {
        let _ = writeln!(out, "\n{} ligne(s) du fichier laissée(s) vides", done.empty);
    }
    out
}
