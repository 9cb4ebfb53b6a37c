//! Files that a verb writes: their form, and why they cannot be written.

use std::io::ErrorKind;
use std::path::Path;

use cadrage_export::{Document, Form, Reader, write_whole};

use crate::arguments::Format;
use crate::command::{Context, MACHINE, MISUSE, WRONG};

/// The form that a file's name asks for; `--format csv-brut` makes a CSV one for programs.
pub(crate) fn form(path: &Path, asked: Format) -> Result<Form, u8> {
    match Form::of(path) {
        Some(Form::Csv(_)) if asked == Format::CsvBrut => Ok(Form::Csv(Reader::Program)),
        Some(form) => Ok(form),
        None => {
            eprintln!("cadrage : `{}` : cette forme de fichier n'est pas connue ; écrivez en {}", path.display(), Form::EXTENSIONS);
            Err(MISUSE)
        }
    }
}

/// Writes a document in a file that the command line names, whole or not at all.
pub(crate) fn write(context: &Context, path: &Path, form: Form, document: &Document) -> Result<(), u8> {
    let bytes = form.bytes(document).map_err(|e| {
        eprintln!("cadrage : `{}` : {}", path.display(), e.why);
        WRONG
    })?;
    put(context, path, &bytes)
}

/// Writes bytes in a file that the command line names, whole or not at all.
pub(crate) fn put(context: &Context, path: &Path, bytes: &[u8]) -> Result<(), u8> {
    write_whole(path, bytes).map_err(|e| {
        eprintln!("cadrage : `{}` ne s'écrit pas : {}", path.display(), why(&e));
        MACHINE
    })?;
    context.say(&format!("  écrit : {}", path.display()));
    Ok(())
}

/// Why the machine did not write, and what to do.
pub(crate) fn why(e: &std::io::Error) -> String {
    match e.kind() {
        ErrorKind::NotFound => "son dossier n'existe pas ; créez-le, ou choisissez-en un autre".to_owned(),
        ErrorKind::PermissionDenied => {
            "l'écriture y est interdite ; fermez le fichier s'il est ouvert, ou choisissez un autre dossier".to_owned()
        }
        ErrorKind::IsADirectory => "c'est un dossier ; donnez un nom de fichier".to_owned(),
        ErrorKind::StorageFull => "le disque est plein".to_owned(),
        ErrorKind::NotADirectory => "son dossier est un fichier ; choisissez un autre dossier".to_owned(),
        _ => format!("{e} ; choisissez un autre fichier"),
    }
}
