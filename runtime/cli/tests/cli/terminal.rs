//! `cadrage console` in a real terminal: keys are typed in tmux, and what a person sees is read back. Where tmux is not installed, says so.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{demo, is_kept};

/// A window, its keys and its screen.
struct Screen {
    socket: String,
}

impl Screen {
    /// Opens the console in a window of so many columns; nothing without tmux.
    fn open(folder: &Path, columns: u32, arguments: &str) -> Option<Screen> {
        let socket = format!("cadrage-{}-{columns}-{}", std::process::id(), arguments.len());
        let screen = Screen { socket };
        let program = env!("CARGO_BIN_EXE_cadrage");
        let data = folder.join("données");
        let command = format!(
            "cd '{}' && LC_ALL=C.UTF-8 XDG_DATA_HOME='{}' '{program}' -C valmont console --couleur jamais {arguments}; echo terminé; sleep 600",
            folder.display(),
            data.display()
        );
        let (columns, rows) = (columns.to_string(), "60");
        let begun = screen.tmux(&["-u", "-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", rows, "sh", "-c", &command]);
        if begun.is_none() {
            println!("sauté : tmux n'est pas installé");
        }
        begun.map(|_| screen)
    }

    fn tmux(&self, arguments: &[&str]) -> Option<String> {
        let done = Command::new("tmux").arg("-L").arg(&self.socket).args(arguments).output().ok()?;
        assert!(done.status.success(), "tmux {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        Some(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    fn seen(&self) -> String {
        let text = self.tmux(&["capture-pane", "-p"]).expect("tmux");
        let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
        lines.join("\n")
    }

    /// What is on the screen once it is as wanted.
    fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let seen = self.seen();
            if wanted(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < Duration::from_secs(240), "the screen stays so:\n{seen}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Types keys as tmux names them; words are typed as they are.
    fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat()).expect("tmux");
    }

    /// Types a line, and waits for the prompt below its answer.
    fn line(&self, text: &str) -> String {
        let before = prompts(&self.seen());
        self.keys(&[text, "Enter"]);
        self.until(|seen| prompts(seen) > before && seen.lines().last().is_some_and(is_prompt))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-L", &self.socket, "kill-server"]).output();
    }
}

fn is_prompt(line: &str) -> bool {
    line.ends_with('>') && !line.starts_with(' ')
}

/// How many lines were begun.
fn prompts(seen: &str) -> usize {
    seen.lines().filter(|l| !l.starts_with(' ') && (l.contains("> ") || l.ends_with('>'))).count()
}

#[test]
fn a_session_in_a_window_of_80_and_of_140_columns() {
    for columns in [80, 140] {
        let folder = demo();
        let Some(screen) = Screen::open(folder.path(), columns, "") else { return };
        screen.until(|seen| seen.lines().last().is_some_and(is_prompt));
        // What loading the deliveries said is not of the dialogue.
        screen.keys(&["C-l"]);
        screen.line("scénario budget_2027");
        screen.keys(&["masse_salariale pour composante SCI", "Tab"]);
        screen.until(|seen| seen.ends_with("composante SCIENCES"));
        screen.line(" sur 2027");
        screen.line("essayer valeur_du_point à compter du 01/07/2027 majorer de 1,5 %");
        screen.line("etpt par composante sur 2027");
        screen.line("masse_salarial sur 2027");
        let seen = screen.line("annuler");
        assert!(seen.lines().all(|l| l.chars().count() <= columns as usize), "{seen}");
        is_kept(&format!("{seen}\n"), &format!("terminal-{columns}.txt"));
        // The line typed last comes back, and an end of file leaves.
        screen.keys(&["Up"]);
        screen.until(|seen| seen.ends_with("budget_2027> annuler"));
        screen.keys(&["C-c"]);
        screen.until(|seen| seen.contains("ligne abandonnée"));
        screen.keys(&["C-d"]);
        screen.until(|seen| seen.ends_with("terminé"));
        let history = std::fs::read_to_string(folder.path().join("données/cadrage/historique")).expect("history");
        assert!(history.contains("masse_salariale pour composante SCIENCES sur 2027"), "{history}");
    }
}

#[test]
fn ctrl_c_gives_a_computation_up_and_keeps_the_session() {
    let folder = demo();
    let Some(screen) = Screen::open(folder.path(), 100, "--moteur interprète") else { return };
    screen.until(|seen| seen.lines().last().is_some_and(is_prompt));
    screen.line("constante prime_de_noël en € = 50 €");
    screen.line("essayer valeur_du_point à compter du 01/10/2026 majorer de 1,5 %");
    let tried = screen.line("masse_salariale sur 2026");
    // Hundreds of values: nobody would wait for them all.
    screen.keys(&["balayer valeur_du_point dans atterrissage_2026 majorer de 0 % à 9 % pas 0,01 %", "Enter"]);
    screen.until(|seen| seen.contains("calcul… "));
    screen.keys(&["C-c"]);
    // A quick machine may have made more rows than the window has: it is told a screen at a time.
    let is_paged = |seen: &str| seen.lines().last().is_some_and(|l| l.starts_with("-- encore"));
    let mut seen = screen.until(|seen| is_paged(seen) || seen.lines().last().is_some_and(is_prompt));
    while is_paged(&seen) {
        screen.keys(&["Enter"]);
        seen = screen.until(|now| now != seen && (is_paged(now) || now.lines().last().is_some_and(is_prompt)));
    }
    assert!(seen.contains("balayage interrompu") && !seen.contains("calcul… "), "{seen}");
    screen.keys(&["C-l"]);
    screen.line("prime_de_noël");
    let seen = screen.line("masse_salariale sur 2026");
    let figure = |text: &str| text.lines().rfind(|l| l.ends_with(" €")).map(str::to_owned);
    assert!(figure(&seen).is_some() && figure(&seen) == figure(&tried), "{tried}\n\n{seen}");
    assert!(seen.contains("50 €"), "{seen}");
    // What is not saved is said once.
    screen.keys(&["C-d"]);
    screen.until(|seen| seen.contains("pas enregistré"));
}
