//! `cadrage valider`, `cadrage rouvrir`: a month is checked, frozen, opened again.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_cube::{Asked, Ledger, Validation};
use cadrage_value::{Money, Month};

use super::{Context, DONE, MISUSE, WRONG};
use crate::arguments::Format;
use crate::csv::cell;
use crate::{months, output, report};

pub(crate) fn run(context: &Context, month: &str, ledger: Option<&Path>, waived: Vec<String>, reason: &str) -> Result<u8, u8> {
    let Some(found) = months::read(month) else {
        eprintln!("cadrage : `{month}` n'est pas un mois ; `cadrage valider 09/2026` fige un mois, et un scénario ne se scelle pas encore");
        return Err(MISUSE);
    };
    if !waived.is_empty() {
        needs_a_reason(reason, "--lever")?;
    } else if !reason.trim().is_empty() {
        eprintln!("cadrage : `--motif` dit pourquoi on lève ce qui bloque : ajoutez `--lever Q13`, ou retirez-le");
        return Err(MISUSE);
    }
    let ledger = ledger.map(Ledger::read).transpose().map_err(|e| context.refuse(&e))?;
    let mut workspace = context.open(&[])?;
    context.import_pending(&mut workspace)?;
    let asked = Asked { month: found, waived, reason: reason.trim().to_owned(), ledger };
    let v = workspace.dossier().validate(&asked).map_err(|e| context.refuse(&e))?;
    match context.common.format {
        Format::Table => output::data(&table(&v)),
        Format::Csv => output::data(&csv(&v, ";", ",")),
        Format::CsvBrut => output::data(&csv(&v, ",", ".")),
        Format::Json => output::data(&format!("{:#}\n", json(&v))),
    }
    for obstacle in &v.obstacles {
        eprint!("{}", report::filled(obstacle, "  × ", "    "));
    }
    if v.obstacles.is_empty() {
        context.say(&format!("{} est validé : ses chiffres ne changent plus", found.to_french()));
        return Ok(DONE);
    }
    eprintln!("  {} n'est pas validé ; `cadrage aide I14` en dit plus", found.to_french());
    Ok(WRONG)
}

pub(crate) fn reopen(context: &Context, month: &str, reason: &str) -> Result<u8, u8> {
    let Some(found) = months::read(month) else {
        eprintln!("cadrage : `{month}` n'est pas un mois ; écrivez `cadrage rouvrir 09/2026 --motif \"…\"`");
        return Err(MISUSE);
    };
    needs_a_reason(reason, "rouvrir")?;
    let mut workspace = context.open(&[])?;
    workspace.dossier().reopen(found, reason.trim()).map_err(|e| context.refuse(&e))?;
    context.say(&format!("{} est rouvert ; une livraison observée plus tard peut le corriger", found.to_french()));
    Ok(DONE)
}

fn needs_a_reason(reason: &str, what: &str) -> Result<(), u8> {
    if reason.trim().is_empty() {
        eprintln!("cadrage : `{what}` veut un motif qui dise quelque chose, il est gardé au journal : `--motif \"…\"`");
        return Err(MISUSE);
    }
    Ok(())
}

fn plain(m: Money) -> String {
    m.to_exact().to_plain(2)
}

fn table(v: &Validation) -> String {
    let mut out = format!("{} — validation\n\n", v.month.to_french());
    let mut line = |what: &str, a: &str, b: &str, c: &str| {
        let _ = writeln!(out, "  {what:<26} {a:>16} {b:>16} {c:>15}");
    };
    line("Fichier de paie", "Manifeste (€)", "Magasin (€)", "Écart (€)");
    for f in &v.files {
        let gap = f.announced - f.kept;
        line(&format!("{}, remise {}", f.kind.name(), f.remise), &f.announced.to_french(), &f.kept.to_french(), &gap.to_french());
    }
    if let Some((name, accounts)) = &v.accounts {
        line("", "", "", "");
        let title: String = name.chars().take(26).collect();
        line(&title, "Mandats (€)", "Paie (€)", "Écart (€)");
        for a in accounts {
            line(&a.account, &a.ledger.to_french(), &a.pay.to_french(), &(a.ledger - a.pay).to_french());
        }
        let (ledger, pay): (Money, Money) = (accounts.iter().map(|a| a.ledger).sum(), accounts.iter().map(|a| a.pay).sum());
        line("Total", &ledger.to_french(), &pay.to_french(), &(ledger - pay).to_french());
        if v.manual != Money::ZERO {
            line("hors PSOP, non compris", "", &v.manual.to_french(), "");
        }
    }
    let text: String = out.lines().map(|l| l.trim_end().to_owned() + "\n").collect();
    let mut out = text;
    out.push('\n');
    if v.blocking.is_empty() {
        out.push_str("  aucun constat bloquant\n");
    }
    for b in &v.blocking {
        let state = if b.waived { "levé" } else { "bloque" };
        let _ = writeln!(out, "  {} : {} constat(s), {} €, {state}", b.code, b.count, b.amount.to_french());
    }
    out
}

fn csv(v: &Validation, separator: &str, decimal: &str) -> String {
    let mut out = ["controle", "objet", "attendu", "trouve", "ecart"].join(separator) + "\n";
    let mut line = |control: &str, object: &str, expected: Money, found: Money| {
        let money = |m: Money| plain(m).replace('.', decimal);
        let cells = [control.to_owned(), cell(object, separator), money(expected), money(found), money(expected - found)];
        out.push_str(&(cells.join(separator) + "\n"));
    };
    for f in &v.files {
        line("manifeste", f.kind.name(), f.announced, f.kept);
    }
    for a in v.accounts.iter().flat_map(|(_, accounts)| accounts) {
        line("comptabilite", &a.account, a.ledger, a.pay);
    }
    out
}

fn json(v: &Validation) -> serde_json::Value {
    let file = |f: &cadrage_cube::TieOut| {
        serde_json::json!({
            "type": f.kind.name(), "remise": f.remise, "manifeste": plain(f.announced), "magasin": plain(f.kept),
            "ecart": plain(f.announced - f.kept),
        })
    };
    let account = |a: &cadrage_cube::LedgerAccount| serde_json::json!({"compte": a.account, "mandats": plain(a.ledger), "paie": plain(a.pay), "ecart": plain(a.ledger - a.pay)});
    let blocking =
        |b: &cadrage_cube::Blocking| serde_json::json!({"code": b.code, "nombre": b.count, "montant": plain(b.amount), "leve": b.waived});
    serde_json::json!({
        "mois": Month::to_string(&v.month),
        "valide": v.obstacles.is_empty(),
        "fichiers": v.files.iter().map(file).collect::<Vec<_>>(),
        "comptabilite": v.accounts.as_ref().map(|(_, accounts)| accounts.iter().map(account).collect::<Vec<_>>()),
        "bloquants": v.blocking.iter().map(blocking).collect::<Vec<_>>(),
        "obstacles": v.obstacles,
    })
}
