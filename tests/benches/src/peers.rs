//! Python engines on the same population, when they are there.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Another engine.
#[derive(Clone, Debug)]
pub struct Peer {
    /// As the table shows it.
    pub label: &'static str,
    /// Threads, as it says.
    pub threads: &'static str,
    script: PathBuf,
    arguments: &'static [&'static str],
}

/// What one gave.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Median, in nanoseconds.
    pub nanoseconds: u64,
    /// First digits of its SHA-256.
    pub sha: String,
}

/// The folder of the shared scripts, beside the checkout; `None` where it is absent.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    Some(root.join("shared/bench")).filter(|p| p.join("make_population.py").is_file())
}

/// Those known: two of the shared folder, one of this crate.
#[must_use]
pub fn peers(shared: &Path) -> Vec<Peer> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/duckdb_landing.py");
    vec![
        Peer { label: "numba", threads: "1", script: shared.join("numba_landing.py"), arguments: &[] },
        Peer { label: "numba", threads: "tous", script: shared.join("numba_landing.py"), arguments: &["--parallel"] },
        Peer { label: "polars (lecture comprise)", threads: "tous", script: shared.join("polars_landing.py"), arguments: &[] },
        Peer { label: "DuckDB", threads: "tous", script: own, arguments: &[] },
    ]
}

impl Peer {
    /// DuckDB reading the files of an institution.
    #[must_use]
    pub fn import() -> Peer {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/duckdb_import.py");
        Peer { label: "DuckDB", threads: "tous", script, arguments: &[] }
    }

    /// Runs it a few times; what it printed as its median.
    ///
    /// # Errors
    /// Why it is skipped: the last line it said.
    pub fn run(&self, python: &str, population: &Path, runs: usize) -> Result<Measured, String> {
        let done = Command::new(python)
            .arg(&self.script)
            .arg(population)
            .args(["--runs", &runs.to_string()])
            .args(self.arguments)
            .output()
            .map_err(|e| format!("{python} : {e}"))?;
        let text = String::from_utf8_lossy(&done.stdout);
        let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest.split_whitespace().next().unwrap_or("").to_owned());
        let nanoseconds = after("median=").and_then(|t| seconds(t.trim_end_matches('s')));
        match (done.status.success(), nanoseconds, after("sha=")) {
            (true, Some(nanoseconds), Some(sha)) => Ok(Measured { nanoseconds, sha }),
            _ => Err(String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or("rien de lisible").to_owned()),
        }
    }
}

/// `0.0543` as nanoseconds.
fn seconds(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<9}");
    Some(whole.parse::<u64>().ok()? * 1_000_000_000 + part.get(..9)?.parse::<u64>().ok()?)
}

/// Writes a population with the shared script, in both formats when it can.
///
/// # Errors
/// What Python said.
pub fn make_population(shared: &Path, python: &str, agents: usize, folder: &Path) -> Result<(), String> {
    let mut last = String::new();
    for format in ["both", "csv"] {
        let run = Command::new(python)
            .arg(shared.join("make_population.py"))
            .arg(agents.to_string())
            .arg(folder)
            .args(["--format", format])
            .output()
            .map_err(|e| format!("{python} : {e}"))?;
        if run.status.success() {
            return Ok(());
        }
        last = String::from_utf8_lossy(&run.stderr).lines().last().unwrap_or("sans message").to_owned();
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    #[test]
    fn printed_seconds_are_read() {
        assert_eq!(super::seconds("0.0543"), Some(54_300_000));
        assert_eq!(super::seconds("12"), Some(12_000_000_000));
    }
}
