//! What the command line asks.

use std::path::PathBuf;

/// How it is called.
pub const USAGE: &str = "\
cargo run --release -p benches -- landing [options]
cargo run --release -p benches -- et-si DOSSIER [scénario]
cargo run --release -p benches -- comparer DOSSIER SCÉNARIO RÉFÉRENCE [--tours K] [--interprète]
cargo run --release -p benches -- expliquer DOSSIER SCÉNARIO [--tours K] [--interprète]
cargo run --release -p benches -- import DOSSIER [--tours K] [--python P]

  --agents N        combien d'agents (100000)
  --tours K         combien de tours entrelacés (15) ; --rounds convient aussi
  --python P        le python des moteurs de comparaison (python3)
  --population D    un dossier déjà écrit par make_population.py
  --sans-pairs      ni numba, ni polars, ni DuckDB
  --sans-million    ni le million d'agents, ni la mémoire";

/// The options, read.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// How many agents.
    pub agents: usize,
    /// How many interleaved rounds.
    pub rounds: usize,
    /// The Python of the peers.
    pub python: String,
    /// A folder of `make_population.py`.
    pub population: Option<PathBuf>,
    /// Run the Python engines.
    pub peers: bool,
    /// Measure a million agents.
    pub million: bool,
}

impl Arguments {
    /// Reads the words after `landing`.
    ///
    /// # Errors
    /// What is not understood, in French.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut out = Arguments { agents: 100_000, rounds: 15, python: "python3".into(), population: None, peers: true, million: true };
        let mut words = words;
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("il manque une valeur après `{word}`"));
            let number =
                |text: String| text.parse::<usize>().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{text}` n'est pas un nombre"));
            match word.as_str() {
                "--agents" => out.agents = number(value()?)?,
                "--tours" | "--rounds" => out.rounds = number(value()?)?,
                "--python" => out.python = value()?,
                "--population" => out.population = Some(PathBuf::from(value()?)),
                "--sans-pairs" => out.peers = false,
                "--sans-million" => out.million = false,
                _ => return Err(format!("`{word}` n'est pas compris\n\n{USAGE}")),
            }
        }
        Ok(out)
    }
}
