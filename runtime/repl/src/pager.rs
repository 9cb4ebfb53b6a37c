//! A long answer, a screen at a time.

use std::io::{BufRead, Write};

/// Writes lines, and waits at the bottom of each screen; `q` leaves the rest out.
pub(crate) fn paged(lines: &[String], height: usize, out: &mut dyn Write, keys: &mut dyn BufRead) -> std::io::Result<()> {
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
        write!(out, "-- encore {} lignes : Entrée pour la suite, q pour arrêter -- ", after.len())?;
        out.flush()?;
        let mut key = String::new();
        if keys.read_line(&mut key)? == 0 || key.trim().eq_ignore_ascii_case("q") {
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
        let shown = |keys: &str| {
            let mut out = Vec::new();
            paged(&lines, 12, &mut out, &mut keys.as_bytes()).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(shown("\n\n").lines().any(|l| l == "24" || l.ends_with("-- 20")), "{}", shown("\n\n"));
        assert!(shown("\nq\n").contains("encore 5 lignes") && !shown("\nq\n").contains("24"));
        // Nobody there: the rest is left out rather than poured.
        assert_eq!(shown("").matches("encore").count(), 1);
    }
}
