//! `cadrage formater`: scripts rewritten in canonical form, or the list of those that would be.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use cadrage_source::SourceMap;

use super::{Context, DONE, MACHINE, MISUSE, WRONG};
use crate::output;

/// What became of a script.
enum Outcome {
    Same,
    Changed(String),
    /// Not a script that reads: its complaints are drawn.
    Unread,
}

pub(crate) fn run(context: &Context, files: &[PathBuf], check: bool) -> Result<u8, u8> {
    if let [only] = files
        && only.as_os_str() == "-"
    {
        return stream(context, check);
    }
    let paths = if files.is_empty() { scripts(context)? } else { files.to_vec() };
    for path in &paths {
        if !path.is_file() {
            eprintln!("cadrage : `{}` n'est pas un fichier", path.display());
            return Err(MISUSE);
        }
    }
    let (mut changed, mut unread) = (0, 0);
    for path in &paths {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|e| {
            eprintln!("cadrage : `{name}` ne se lit pas : {e}");
            MACHINE
        })?;
        match outcome(context, &name, &bytes) {
            Outcome::Same => {}
            Outcome::Changed(text) => {
                changed += 1;
                if check {
                    output::data(&format!("{name}\n"));
                } else {
                    replace(path, &text)?;
                    context.say(&format!("  {name}"));
                }
            }
            Outcome::Unread => {
                unread += 1;
                eprintln!("cadrage : `{name}` n'est pas réécrit : corrigez d'abord ce qui précède");
            }
        }
    }
    let left = paths.len() - changed - unread;
    context.say(&match (check, changed) {
        (true, 0) => format!("{left} script(s) en forme"),
        (true, n) => format!("{n} script(s) à mettre en forme, {left} en forme ; lancez `cadrage formater`"),
        (false, n) => format!("{n} script(s) réécrit(s), {left} déjà en forme"),
    });
    Ok(if unread > 0 || (check && changed > 0) { WRONG } else { DONE })
}

/// From the input to the output.
fn stream(context: &Context, check: bool) -> Result<u8, u8> {
    let mut bytes = Vec::new();
    if let Err(e) = std::io::stdin().lock().read_to_end(&mut bytes) {
        eprintln!("cadrage : l'entrée ne se lit pas : {e}");
        return Err(MACHINE);
    }
    Ok(match outcome(context, "entrée", &bytes) {
        Outcome::Unread => WRONG,
        Outcome::Changed(_) if check => {
            output::data("entrée\n");
            WRONG
        }
        Outcome::Same if check => DONE,
        Outcome::Changed(text) => {
            output::data(&text);
            DONE
        }
        Outcome::Same => {
            output::data(&String::from_utf8_lossy(&bytes));
            DONE
        }
    })
}

/// The scripts of the dossier, in order of name.
fn scripts(context: &Context) -> Result<Vec<PathBuf>, u8> {
    let entries = fs::read_dir(&context.dossier).map_err(|_| {
        eprintln!("cadrage : `{}` n'est pas un dossier ; `cadrage démo <dossier>` en fait un d'exemple", context.dossier.display());
        MISUSE
    })?;
    let mut paths: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.is_file() && p.extension().is_some_and(|x| x == "cadrage")).collect();
    paths.sort();
    if paths.is_empty() {
        eprintln!("cadrage : aucun script `.cadrage` dans `{}`", context.dossier.display());
        return Err(WRONG);
    }
    Ok(paths)
}

fn outcome(context: &Context, name: &str, bytes: &[u8]) -> Outcome {
    let Ok(written) = std::str::from_utf8(bytes) else {
        eprintln!("cadrage : `{name}` n'est pas un texte en UTF-8 ; enregistrez-le dans ce codage");
        return Outcome::Unread;
    };
    let text = cadrage_driver::normalise(written);
    let mut sources = SourceMap::new();
    let file = sources.add(name, text.clone());
    match cadrage_driver::format(file, &text) {
        Ok(formatted) if formatted == written => Outcome::Same,
        Ok(formatted) => Outcome::Changed(formatted),
        Err(complaints) => {
            context.drawing().diagnostics(&complaints, &sources);
            Outcome::Unread
        }
    }
}

/// Writes beside, then puts in place: the script is the old one or the new one, never half of one. A link stays a link.
fn replace(path: &Path, text: &str) -> Result<(), u8> {
    let refused = |e: std::io::Error| {
        eprintln!("cadrage : `{}` ne s'écrit pas : {e}", path.display());
        MACHINE
    };
    let target = path.canonicalize().map_err(refused)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile_beside(folder, &target);
    let written = (|| {
        let mut out = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        fs::set_permissions(&beside, fs::metadata(&target)?.permissions())?;
        fs::rename(&beside, &target)
    })();
    written.map_err(|e| {
        let _ = fs::remove_file(std::mem::take(&mut beside));
        refused(e)
    })
}

fn tempfile_beside(folder: &Path, target: &Path) -> PathBuf {
    let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    folder.join(format!(".{name}.{}.tmp", std::process::id()))
}
