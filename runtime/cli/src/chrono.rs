//! `--chronométrer`: where the time went, one line a phase, and the memory at its highest.

use std::fmt::Write as _;
use std::time::Duration;

use cadrage_session::Phase;

/// The lines, for the error output.
pub(crate) fn table(spent: &[(Phase, Duration)], peak: Option<u64>) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(out, "  {label:<36} {value:>10}");
    };
    for (phase, time) in spent {
        line(phase.label(), &milliseconds(*time));
    }
    line("total", &milliseconds(spent.iter().map(|(_, time)| *time).sum()));
    line("mémoire au plus haut", &peak.map_or_else(|| "inconnue".to_owned(), |bytes| format!("{} Mo", bytes / 1_000_000)));
    out
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// The most memory this process has held, in bytes, where the system tells.
pub(crate) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_its_line() {
        let spent: Vec<(Phase, Duration)> =
            Phase::ALL.into_iter().zip([120, 45, 3, 1_250, 310, 7]).map(|(p, ms)| (p, Duration::from_millis(ms))).collect();
        let expected = "  lecture                                  120 ms
  carrières                                 45 ms
  compilation                                3 ms
  noyaux                                  1250 ms
  agrégation (ventilation et lignes)       310 ms
  écriture                                   7 ms
  total                                   1735 ms
  mémoire au plus haut                     512 Mo
";
        assert_eq!(table(&spent, Some(512_345_678)), expected);
        assert!(table(&spent, None).ends_with("mémoire au plus haut                   inconnue\n"));
    }
}
