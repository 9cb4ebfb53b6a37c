//! Lines that come from a pipe or a file: the same answers, with each question above its own.

use std::io::{BufRead, Write};

use cadrage_session::{Answer, Console};

/// How a session ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Lines that were refused.
    pub refused: usize,
}

/// Answers lines until there is none left, or one that ends the session. `draw` makes lines of an answer.
///
/// # Errors
/// When the lines cannot be read or the answers written; a reader that has gone is no error.
pub fn piped(
    console: &mut Console,
    lines: &mut dyn BufRead,
    out: &mut dyn Write,
    draw: &dyn Fn(&Answer) -> Vec<String>,
) -> std::io::Result<Ended> {
    let mut ended = Ended::default();
    let mut pending = String::new();
    loop {
        let mut bytes = Vec::new();
        let read = lines.read_until(b'\n', &mut bytes)?;
        pending.push_str(&String::from_utf8_lossy(&bytes));
        if read > 0 && Console::is_unfinished(&pending) {
            continue;
        }
        let text = std::mem::take(&mut pending);
        if !text.trim().is_empty() {
            for (k, line) in text.trim_end().lines().enumerate() {
                writeln!(out, "{}{line}", if k == 0 { "cadrage> " } else { "     ... " })?;
            }
            let answer = console.answer(&text);
            ended.refused += usize::from(answer.refused);
            for line in draw(&answer) {
                writeln!(out, "{line}")?;
            }
            out.flush()?;
            if answer.ends {
                return Ok(ended);
            }
        }
        if read == 0 {
            return Ok(ended);
        }
    }
}
