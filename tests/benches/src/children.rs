//! The hand-written version as programs of its own: compiled by `rustc` with several flags, measured in turn.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::clock::Took;

/// Flags of the hand-written version, and how the table names them.
pub const BUILDS: &[Build] = &[
    Build { label: "rust à la main", flags: "", skips: false },
    Build { label: "… sans convertisseur cmov", flags: "-C llvm-args=-x86-cmov-converter=false", skips: false },
    Build { label: "… et pour ce processeur", flags: "-C llvm-args=-x86-cmov-converter=false -C target-cpu=native", skips: false },
    Build { label: "… qui saute les mois inchangés", flags: "", skips: true },
];

/// One hand-written program.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// As the table shows it.
    pub label: &'static str,
    /// Of `rustc`.
    pub flags: &'static str,
    /// It does not compute again a month like the one before.
    pub skips: bool,
}

/// The command that builds one, as it is documented.
#[must_use]
pub fn command(flags: &str, output: &Path) -> String {
    let flags = if flags.is_empty() { String::new() } else { format!(" {flags}") };
    format!("rustc --edition 2024 -C opt-level=3 -C codegen-units=1{flags} -o {} {}", output.display(), source().display())
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/by_hand.rs")
}

/// One of them, with its population loaded, waiting for requests.
#[derive(Debug)]
pub struct HandProgram {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl HandProgram {
    /// Compiles one and gives it its population (a folder, or a number of agents to make up).
    ///
    /// # Errors
    /// What `rustc` says, or why it does not start.
    pub fn build(name: &str, build: &Build, population: &str, folder: &Path) -> Result<HandProgram, String> {
        let output = folder.join(name);
        let written = command(build.flags, &output);
        let mut words = written.split(' ');
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| words.clone().next().unwrap_or_default().to_owned());
        words.next();
        let done = Command::new(rustc).args(words).output().map_err(|e| format!("rustc : {e}"))?;
        if !done.status.success() {
            return Err(format!("{written} : {}", String::from_utf8_lossy(&done.stderr)));
        }
        let mut child = Command::new(&output)
            .args([population, "1", if build.skips { "sauts" } else { "tout" }])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{} : {e}", output.display()))?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else { return Err("sans tube".into()) };
        Ok(HandProgram { child, requests: Some(requests), answers: BufReader::new(answers) })
    }

    fn ask(&mut self, request: &str) -> Result<String, String> {
        let pipe = self.requests.as_mut().ok_or("le programme est fermé")?;
        writeln!(pipe, "{request}").and_then(|()| pipe.flush()).map_err(|e| e.to_string())?;
        self.line()
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err("le programme écrit à la main s'est arrêté".into()),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(e) => Err(e.to_string()),
        }
    }

    /// What one run took.
    ///
    /// # Errors
    /// When it stopped.
    pub fn time(&mut self, threads: usize) -> Result<Took, String> {
        let answer = self.ask(&format!("base {threads}"))?;
        let read = |text: &str| text.parse::<u64>().map_err(|_| "un temps n'est pas un nombre".to_owned());
        let (wall, processor) = answer.split_once(' ').ok_or("un temps manque")?;
        Ok(Took { wall: read(wall)?, processor: read(processor)? })
    }

    /// Its table for a scenario.
    ///
    /// # Errors
    /// When it stopped.
    pub fn table(&mut self, scenario: &str) -> Result<String, String> {
        let mut lines = Vec::new();
        let mut line = self.ask(&format!("table {scenario}"))?;
        while line != "." {
            lines.push(line);
            line = self.line()?;
        }
        Ok(lines.join("\n"))
    }
}

impl Drop for HandProgram {
    fn drop(&mut self) {
        // Its input closed, it ends by itself.
        self.requests = None;
        let _ = self.child.wait();
    }
}
