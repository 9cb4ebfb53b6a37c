//! No text makes the checker fall, with the library when the text uses it; what is sound lowers to a sound program, and its
//! formatted text is as sound.

#![no_main]

use std::sync::LazyLock;

use cadrage_driver::{Compiled, Texts, World, compile, format, normalise};
use cadrage_source::FileId;
use libfuzzer_sys::fuzz_target;

/// A module of the library, by the name it gives itself.
struct Module {
    name: &'static str,
    text: &'static str,
}

static LIBRARY: LazyLock<Vec<Module>> = LazyLock::new(|| {
    let name = |text: &'static str| text.lines().find_map(|l| l.strip_prefix("module ")?.split(' ').next());
    cadrage_stdlib::MODULES.iter().filter_map(|(_, text)| Some(Module { name: name(text)?, text })).collect()
});

/// A script and the modules it names: reading the whole library each time would leave no time for scripts.
struct Script(Texts);

impl World for Script {
    fn scripts(&self) -> Vec<(String, String)> {
        self.0.scripts()
    }

    fn library(&self) -> Vec<(String, String)> {
        let mut wanted: Vec<&Module> = Vec::new();
        let mut pending: Vec<&str> = self.0.scripts.iter().map(|(_, text)| text.as_str()).collect();
        while let Some(text) = pending.pop() {
            for module in LIBRARY.iter().filter(|m| text.contains(m.name)) {
                if !wanted.iter().any(|w| w.name == module.name) {
                    wanted.push(module);
                    pending.push(module.text);
                }
            }
        }
        wanted.into_iter().map(|m| (format!("socle/{}", m.name), m.text.to_owned())).collect()
    }

    fn table(&self, path: &str) -> Result<cadrage_driver::Table, String> {
        self.0.table(path)
    }

    fn cases(&self, path: &str, separator: char) -> Result<cadrage_driver::Table, String> {
        self.0.cases(path, separator)
    }

    fn members(&self) -> cadrage_driver::Members {
        self.0.members()
    }
}

fn check(text: &str) -> Compiled {
    compile(&Script(Texts { scripts: vec![("essai.cadrage".to_owned(), text.to_owned())], ..Texts::default() }), None)
}

/// What is said, places aside.
fn said(compiled: &Compiled) -> Vec<(&'static str, usize)> {
    let mut out: Vec<(&'static str, usize)> = Vec::new();
    for d in &compiled.diagnostics {
        match out.iter_mut().find(|(code, _)| *code == d.code.name()) {
            Some((_, n)) => *n += 1,
            None => out.push((d.code.name(), 1)),
        }
    }
    out.sort_unstable();
    out
}

fuzz_target!(|text: &str| {
    let text = normalise(text);
    let compiled = check(&text);
    if let Ok(once) = format(FileId(0), &text) {
        assert_eq!(format(FileId(0), &once).as_deref(), Ok(once.as_str()));
        assert_eq!(said(&check(&once)), said(&compiled), "{once}");
    }
});
