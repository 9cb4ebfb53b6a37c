//! `cadrage aide`: general, of a verb, a page of the manual, or that of a message: what it means, what to do, an example and its correction.

use cadrage_cube::QUALITY_CODES;

use super::{DONE, MISUSE};
use crate::{help, manual, output, report};

/// The page of codes, made from the one list of codes and the cases of the suite.
const PAGE: &str = include_str!("../../../../grammar/manual/codes.md");

pub(crate) fn run(subject: Option<&str>) -> Result<u8, u8> {
    let Some(subject) = subject else {
        output::data(&help::text(None).unwrap_or_default());
        return Ok(DONE);
    };
    if let Some(text) = page(subject) {
        output::data(&text);
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
    if let Some(text) = manual::text(subject) {
        output::data(&text);
        return Ok(DONE);
    }
    eprintln!(
        "cadrage : `{subject}` n'est ni un verbe, ni un code de message, ni un sujet du manuel ; `cadrage aide` liste les verbes, `cadrage aide manuel` les pages"
    );
    Err(MISUSE)
}

/// The section of a code, for a terminal: prose wrapped, examples indented.
fn page(code: &str) -> Option<String> {
    let section = PAGE.split("\n## ").skip(1).find(|s| s.split(' ').next().is_some_and(|c| c.eq_ignore_ascii_case(code)))?;
    let section = section.split("\n# ").next().unwrap_or(section);
    let mut out = String::new();
    let mut example = false;
    for line in section.trim_end().lines() {
        if line.starts_with("```") {
            example = !example;
        } else if example {
            out.push_str("    ");
            out.push_str(line);
            out.push('\n');
        } else {
            out.push_str(&report::paragraph(line.trim_matches('*')));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cadrage_source::Code;

    #[test]
    fn every_code_has_its_page() {
        for code in Code::ALL {
            let text = page(&code.name().to_lowercase()).unwrap_or_default();
            assert!(text.starts_with(&format!("{} — {}\n\n{}\n", code.name(), code.title(), code.severity().name())), "{text}");
        }
        assert!(page("I04").is_some_and(|t| t.starts_with("I04 — ")));
        assert!(page("U99").is_none());
    }

    #[test]
    fn a_page_shows_what_is_refused_and_what_is_right() {
        let text = page("S02").unwrap_or_default();
        let (wrong, right) = text.split_once("Corrigé :").unwrap_or_default();
        assert!(wrong.contains("Refusé :") && !wrong.contains("```"), "{text}");
        assert!(right.lines().any(|l| l.starts_with("    ")), "{text}");
        assert!(text.lines().filter(|l| !l.starts_with("    ")).all(|l| l.chars().count() <= 80), "{text}");
    }
}
