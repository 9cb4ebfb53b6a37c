//! `taire`: messages their author has read and accepts, by name, with a reason (decision 0018 of grammar/decisions). Errors are never
//! silenced; a silence that silences nothing is itself told.

use cadrage_source::{Code, Diagnostic, FileId, Severity, Span};
use cadrage_syntax::ast::{Declaration, File, Silence};
use cadrage_syntax::fold;

/// The complaints left once silences are heeded, with what there is to say of the silences themselves.
pub(crate) fn heed(files: &[File], diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut left = diagnostics;
    let mut told = Vec::new();
    for file in files {
        for d in &file.declarations {
            let Declaration::Silence(silence) = d else { continue };
            match target(file, silence) {
                Ok((code, place)) => {
                    let before = left.len();
                    left.retain(|d| d.code != code || !d.labels.first().is_some_and(|l| place.covers(l.span)));
                    if left.len() == before {
                        told.push(useless(silence, code));
                    }
                }
                Err(refusal) => told.push(refusal),
            }
        }
    }
    left.extend(told);
    left
}

/// Where a silence holds.
enum Place {
    File(FileId),
    Declaration(Span),
}

impl Place {
    fn covers(&self, span: Span) -> bool {
        match self {
            Place::File(file) => span.file == *file,
            Place::Declaration(words) => span.file == words.file && span.start >= words.start && span.end <= words.end,
        }
    }
}

fn target(file: &File, silence: &Silence) -> Result<(Code, Place), Diagnostic> {
    let written = &silence.code;
    let refuse = |message: String, help: String| Diagnostic::new(Code::D07, message, written.span).help(help);
    let Some(code) = Code::find(&written.value) else {
        return Err(refuse(
            format!("`{}` n'est le code d'aucun message", written.value),
            "recopiez le code entre crochets du message à taire : `taire D06 \"…\"`".to_owned(),
        ));
    };
    if code.severity() == Severity::Error {
        return Err(refuse(
            format!("`{}` est une erreur : elle ne se tait pas", code.name()),
            format!("corrigez-la ; `cadrage aide {}` dit comment", code.name()),
        ));
    }
    if !code.can_be_silenced() {
        return Err(refuse(format!("`{}` ne se tait pas : il dit ce qu'un résultat vaut", code.name()), "retirez cette ligne".to_owned()));
    }
    if silence.reason.value.trim().is_empty() {
        return Err(Diagnostic::new(Code::D07, format!("rien ne dit pourquoi `{}` se tait", code.name()), silence.reason.span)
            .help("écrivez la raison entre les guillemets : celui qui relira la lira"));
    }
    let Some(name) = &silence.within else { return Ok((code, Place::File(silence.span.file))) };
    let wanted = fold(&name.value);
    let found = file.declarations.iter().find_map(|d| extent(d).filter(|(declared, _)| fold(declared) == wanted));
    match found {
        Some((_, span)) => Ok((code, Place::Declaration(span))),
        None => Err(Diagnostic::new(Code::D07, format!("`{}` n'est pas déclaré dans ce fichier", name.value), name.span)
            .help(format!("nommez une déclaration de ce fichier, ou taisez dans tout le fichier : `taire {} \"…\"`", code.name()))),
    }
}

fn useless(silence: &Silence, code: Code) -> Diagnostic {
    let place = silence.within.as_ref().map_or_else(|| "ce fichier".to_owned(), |w| format!("`{}`", w.value));
    Diagnostic::new(Code::D08, format!("`taire {}` ne tait rien : {place} n'a pas ce message", code.name()), silence.span)
        .help("retirez cette ligne")
}

/// The name a declaration gives and the words of all of it.
fn extent(d: &Declaration) -> Option<(&str, Span)> {
    Some(match d {
        Declaration::Axis(x) => (&x.name.value, x.span),
        Declaration::Population(x) => (&x.name.value, x.span),
        Declaration::Value(x) => (&x.name.value, x.span),
        Declaration::Bracket(x) => (&x.name.value, x.span),
        Declaration::Grid(x) => (&x.name.value, x.span),
        Declaration::Calendar(x) => (&x.name.value, x.span),
        Declaration::Data(x) => (&x.name.value, x.span),
        Declaration::Formula(x) => (&x.name.value, x.span),
        Declaration::Scenario(x) => (&x.name.value, x.span),
        Declaration::Test(x) => (&x.title.value, x.span),
        _ => return None,
    })
}
