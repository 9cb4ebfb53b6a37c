//! `cadrage nouveau` and `cadrage démo`: a dossier to fill, or the example.

use std::path::Path;

use super::{Context, DONE, MACHINE, MISUSE};
use crate::demo;

/// Refuses to write over something.
fn fresh(path: &Path) -> Result<(), u8> {
    let taken = path.exists() && std::fs::read_dir(path).map_or(true, |mut d| d.next().is_some());
    if taken {
        eprintln!("cadrage : `{}` existe déjà et n'est pas vide ; donnez un autre nom", path.display());
        return Err(MISUSE);
    }
    Ok(())
}

fn write(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), u8> {
    for (name, content) in files {
        let path = folder.join(name);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, content));
        if let Err(e) = written {
            eprintln!("cadrage : `{}` ne s'écrit pas : {e}", path.display());
            return Err(MACHINE);
        }
    }
    Ok(())
}

pub(crate) fn run(context: &Context, path: &Path) -> Result<u8, u8> {
    fresh(path)?;
    write(path, demo::TEMPLATE)?;
    context.say(&format!(
        "dossier `{0}` prêt :\n  établissement.cadrage   vos paramètres\n  atterrissage.cadrage    un premier scénario\n  referentiels/           des en-têtes à remplir\n  livraisons/             une livraison par mois (pms-csv/1)\nensuite : cadrage -C {0} vérifier",
        path.display()
    ));
    Ok(DONE)
}

pub(crate) fn demo(context: &Context, path: &Path) -> Result<u8, u8> {
    fresh(path)?;
    write(path, demo::FILES)?;
    let inside = Context { dossier: path.to_owned(), common: copy(&context.common), seen_on: None };
    let mut workspace = inside.open(&[])?;
    inside.import_pending(&mut workspace)?;
    context.say(&format!("l'exemple est prêt : cadrage -C {} calculer", path.display()));
    Ok(DONE)
}

fn copy(common: &crate::arguments::Common) -> crate::arguments::Common {
    crate::arguments::Common::of(common.format, common.couleur, common.silencieux)
}
