//! `cadrage mise-à-niveau`: what another version of a module changes, before anything is changed.

use std::fmt::Write as _;
use std::path::Path;

use cadrage_session::{Upgrade, UpgradeError, ValueDifference};
use cadrage_value::Money;

use super::{Context, DONE, MACHINE, MISUSE, WRONG};
use crate::arguments::Format;
use crate::output;

pub(crate) fn run(context: &Context, module: &str, version: Option<&str>, file: Option<&Path>, accept: bool) -> Result<u8, u8> {
    if let Some(path) = file
        && !path.is_file()
    {
        eprintln!("cadrage : `{}` n'est pas un fichier", path.display());
        return Err(MISUSE);
    }
    let backend = crate::engine::backend(crate::engine::USUAL)?;
    let mut workspace = context.open(&[])?;
    let compiled = context.compile(&mut workspace)?;
    context.import_pending(&mut workspace)?;
    let refused = |e: UpgradeError| refused(context, &e, &compiled.sources);
    let upgrade = context.wait(module, |_| workspace.upgrade(&compiled, module, version, file, &*backend)).map_err(refused)?;
    match context.common.format {
        Format::Json => output::data(&format!("{:#}\n", upgrade.json(accept))),
        Format::Table => output::data(&table(&upgrade)),
        Format::Csv | Format::CsvBrut => {
            let separator = if context.common.format == Format::Csv { ";" } else { "," };
            output::data(&csv(&upgrade, separator));
        }
    }
    if !accept {
        context.say("rien n'a été changé ; `--accepter` récrit les lignes `utiliser`");
        return Ok(DONE);
    }
    for path in upgrade.accept().map_err(refused)? {
        context.say(&format!("  récrit : {}", path.display()));
    }
    Ok(DONE)
}

fn refused(context: &Context, e: &UpgradeError, sources: &cadrage_source::SourceMap) -> u8 {
    match e {
        UpgradeError::Diagnostics(list, own) => {
            let sources = if own.iter().next().is_some() { own } else { sources };
            context.drawing().diagnostics(list, sources);
            eprintln!("rien n'a été changé");
            WRONG
        }
        UpgradeError::Cube(e) => context.refuse(e),
        UpgradeError::File(path, e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            eprintln!("cadrage : `{}` existe déjà dans le dossier ; renommez le fichier apporté", path.display());
            WRONG
        }
        UpgradeError::File(path, e) => {
            eprintln!("cadrage : `{}` ne se lit ou ne s'écrit pas : {e}", path.display());
            MACHINE
        }
    }
}

fn line(v: &ValueDifference) -> String {
    let whom = if v.whom.is_empty() { String::new() } else { format!(" pour {}", v.whom) };
    let since = v.since.map_or_else(String::new, |d| format!(" à compter du {}", d.to_french()));
    let side = |s: &Option<(String, Option<String>)>| s.as_ref().map_or_else(|| "rien".to_owned(), |(value, _)| value.clone());
    let source = v.after.as_ref().or(v.before.as_ref()).and_then(|(_, s)| s.clone()).map_or_else(String::new, |s| format!("   ({s})"));
    format!("{}{whom}{since} : {} → {}{source}", v.name, side(&v.before), side(&v.after))
}

fn signed(m: Money) -> String {
    format!("{}{}", if m > Money::ZERO { "+" } else { "" }, m.to_french())
}

fn table(u: &Upgrade) -> String {
    let mut out = format!("mise à niveau de {} : {} → {}\n\n", u.module, u.from, u.to);
    out.push_str(if u.values.is_empty() { "  aucune valeur ne change\n" } else { "  valeurs qui changent\n" });
    for v in &u.values {
        let _ = writeln!(out, "    {}", line(v));
    }
    if !u.others.is_empty() {
        out.push_str("\n  autres déclarations\n");
        for (name, how) in &u.others {
            let _ = writeln!(out, "    {name} : {how}");
        }
    }
    out.push_str("\n  effet sur chaque scénario, masse salariale (€)\n");
    let _ = writeln!(out, "    {:<24} {:<8} {:>16} {:>16} {:>14}", "scénario", "exercice", "avant", "après", "écart");
    for e in &u.effects {
        let gap = signed(e.after - e.before);
        let _ = writeln!(out, "    {:<24} {:<8} {:>16} {:>16} {:>14}", e.scenario, e.year, e.before.to_french(), e.after.to_french(), gap);
    }
    out
}

fn csv(u: &Upgrade, separator: &str) -> String {
    let money = |m: Money| {
        let plain = m.to_exact().to_plain(2);
        if separator == ";" { plain.replace('.', ",") } else { plain }
    };
    let mut out = ["scenario", "exercice", "avant", "apres", "ecart"].join(separator) + "\n";
    for e in &u.effects {
        let cells = [e.scenario.clone(), e.year.to_string(), money(e.before), money(e.after), money(e.after - e.before)];
        out.push_str(&cells.join(separator));
        out.push('\n');
    }
    out
}
