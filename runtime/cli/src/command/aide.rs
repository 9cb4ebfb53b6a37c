//! `cadrage aide`: general, of a verb, or the long explanation of a message.

use cadrage_cube::{ERROR_CODES, QUALITY_CODES};
use cadrage_source::Code;

use super::{DONE, MISUSE};
use crate::{help, output};

pub(crate) fn run(subject: Option<&str>) -> Result<u8, u8> {
    let Some(subject) = subject else {
        output::data(&help::text(None).unwrap_or_default());
        return Ok(DONE);
    };
    if let Some(code) = Code::find(subject) {
        output::data(&format!("{} — {}\n\n{}\n", code.name(), code.title(), code.explanation()));
        return Ok(DONE);
    }
    if let Some((code, title, long)) = ERROR_CODES.iter().find(|(c, _, _)| c.eq_ignore_ascii_case(subject)) {
        output::data(&format!("{code} — {title}\n\n{long}\n"));
        return Ok(DONE);
    }
    if let Some((code, title)) = QUALITY_CODES.iter().find(|(c, _)| c.eq_ignore_ascii_case(subject)) {
        output::data(&format!(
            "{code} — {title}\n\nCode de qualité d'un import : le compte rendu dit ce qui a été lu, attendu et fait. Aucun euro n'est jamais perdu.\n"
        ));
        return Ok(DONE);
    }
    if let Some(text) = help::text(Some(subject)) {
        output::data(&text);
        return Ok(DONE);
    }
    eprintln!("cadrage : `{subject}` n'est ni un verbe, ni un code de message ; `cadrage aide` liste les verbes");
    Err(MISUSE)
}
