//! A long answer, a screen at a time.

use std::io::Write;

/// Writes lines, and waits at the bottom of each screen for what `keys` reads after a prompt; `q`, or nobody there, leaves the rest out.
pub(crate) fn paged(
    lines: &[String],
    height: usize,
    out: &mut dyn Write,
    keys: &mut dyn FnMut(&str) -> Option<String>,
) -> std::io::Result<()> {
    let screen = height.saturating_sub(2).max(5);
    let mut rest = lines;
    loop {
        let (now, after) = rest.split_at(screen.min(rest.len()));
        for line in now {
            writeln!(out, "{line}")?;
        }
        if after.is_empty() {
            return Ok(());
        }
        out.flush()?;
        let key = keys(&format!("-- encore {} lignes : Entrée pour la suite, q pour arrêter -- ", after.len()));
        if key.is_none_or(|key| key.trim().eq_ignore_ascii_case("q")) {
            return Ok(());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_then_the_next_until_one_has_had_enough() {
        let lines: Vec<String> = (0..25).map(|k| k.to_string()).collect();
        let shown = |keys: &[&str]| {
            let (mut out, mut keys, mut prompts) = (Vec::new(), keys.iter(), String::new());
            let mut read = |prompt: &str| {
                prompts.push_str(prompt);
                keys.next().map(|k| (*k).to_owned())
            };
            paged(&lines, 12, &mut out, &mut read).unwrap();
            (String::from_utf8(out).unwrap(), prompts)
        };
        let (all, prompts) = shown(&["", ""]);
        assert!(all.lines().count() == 25 && prompts.contains("encore 15 lignes") && prompts.contains("encore 5 lignes"));
        assert_eq!(shown(&["", "q"]).0.lines().count(), 20);
        // Nobody there: the rest is left out rather than poured.
        assert_eq!(shown(&[]).0.lines().count(), 10);
    }
}
