//! Single faults in the samples, through the reader *and* the checker: no panic, and hardly ever a cascade.

use std::collections::BTreeMap;

use cadrage_cube::References;
use cadrage_driver::{Compiled, Members, Table, World, compile};
use cadrage_session::TestReport;

use super::support::BACKEND;
use suite::world;

const FAULTS: usize = 1500;

/// The samples of the reference design, together: they name one another.
const SAMPLES: [(&str, &str); 4] = [
    ("etablissement", include_str!("../../../compiler/syntax/samples/etablissement.cadrage")),
    ("national", include_str!("../../../compiler/syntax/samples/national.cadrage")),
    ("et-si", include_str!("../../../compiler/syntax/samples/et-si.cadrage")),
    ("autres", include_str!("../../../compiler/syntax/samples/autres.cadrage")),
];

/// Scripts without the library, which the samples replace.
struct Alone(Vec<(String, String)>);

impl World for Alone {
    fn scripts(&self) -> Vec<(String, String)> {
        self.0.clone()
    }

    fn library(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn table(&self, path: &str) -> Result<Table, String> {
        Err(format!("le fichier `{path}` est absent du dossier"))
    }

    fn cases(&self, path: &str, _: char) -> Result<Table, String> {
        self.table(path)
    }

    fn members(&self) -> Members {
        Members::default()
    }
}

/// Codes and messages, each with how many times.
fn said(compiled: &Compiled) -> BTreeMap<(String, String), usize> {
    let mut out = BTreeMap::new();
    for d in &compiled.diagnostics {
        *out.entry((d.code.name().to_owned(), d.message.clone())).or_default() += 1;
    }
    out
}

fn check(samples: &[(&str, String)]) -> Compiled {
    compile(&Alone(samples.iter().map(|(n, t)| ((*n).to_owned(), t.clone())).collect()), None)
}

/// The text with one character removed or inserted, or one line removed.
fn broken(text: &str, random: &mut impl FnMut(usize) -> usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = random(chars.len());
    match random(3) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, ['é', '(', ';', '.', 'x', '"', ',', ' ', '3'][random(9)]),
        _ => {
            let start = chars[..at].iter().rposition(|c| *c == '\n').map_or(0, |k| k + 1);
            let end = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |k| at + k);
            chars.drain(start..end);
        }
    }
    chars.into_iter().collect()
}

/// How many faults made 0, 1, 2 or more complaints that the samples do not make, and the worst ones.
fn count(seed: u64, faults: usize) -> ([usize; 4], Vec<String>) {
    let mut state = seed;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n
    };
    let sound: Vec<(&str, String)> = SAMPLES.iter().map(|(n, t)| (*n, (*t).to_owned())).collect();
    let before = said(&check(&sound));
    let (mut counts, mut worst) = ([0; 4], Vec::new());
    for k in 0..faults {
        let mut samples = sound.clone();
        let which = k % samples.len();
        samples[which].1 = broken(&samples[which].1, &mut random);
        let after = said(&check(&samples));
        let new: Vec<&(String, String)> =
            after.iter().flat_map(|(m, n)| std::iter::repeat_n(m, n.saturating_sub(before.get(m).copied().unwrap_or(0)))).collect();
        counts[new.len().min(3)] += 1;
        if new.len() > 2 {
            let line = samples[which].1.lines().zip(SAMPLES[which].1.lines()).find(|(a, b)| a != b).map_or("", |(a, _)| a);
            worst.push(format!("{}: {line}\n{}", new.len(), new.iter().map(|(c, m)| format!("    {c} {m}\n")).collect::<String>()));
        }
    }
    (counts, worst)
}

#[test]
fn one_fault_rarely_makes_more_than_two_complaints() {
    let parts = std::thread::scope(|scope| {
        let run = |seed| scope.spawn(move || count(seed, FAULTS / 2));
        [run(20_261_126), run(6_112_620)].map(|t| t.join().expect("no fault makes the checker fall"))
    });
    let mut counts = [0; 4];
    for (part, worst) in &parts {
        for (total, n) in counts.iter_mut().zip(part) {
            *total += n;
        }
        for w in worst {
            println!("{w}");
        }
    }
    println!(
        "{FAULTS} fautes, lecture et contrôle : {} sans message, {} avec un, {} avec deux, {} avec plus",
        counts[0], counts[1], counts[2], counts[3]
    );
    assert!(counts[3] * 20 <= FAULTS, "more than two complaints on more than 5 %: {counts:?}");
}

/// As deep as the language accepts: read, checked, computed, on the small stack of a test's thread.
#[test]
fn the_deepest_phrase_is_read_checked_and_computed() {
    let depth = 200;
    for (open, inside, close, value) in [
        ("(", "1 €", ")", "1 €"),
        ("(1 € + ", "1 €", ")", "201 €"),
        ("min(500 € ; 1 € + ", "1 €", ")", "201 €"),
        ("si 1 = 2 alors 2 € sinon ", "1 €", "", "1 €"),
        ("SI(1 = 2 ; 2 € ; ", "1 €", ")", "1 €"),
    ] {
        let text = |depth: usize| {
            format!(
                "formule f en € par agent :\n  = {}{inside}{}\n  arrondi au centime\n  agrégation somme\nfin\n\n\
             test \"au fond\" :\n  soit un agent statut TITULAIRE grade MCF_CN inm 500 du 01/01/2026 au 31/01/2026\n  \
             en 01/2026 attendre f = {value}\nfin\n",
                open.repeat(depth),
                close.repeat(depth)
            )
        };
        let deeper = text(depth + 1);
        let text = text(depth);
        let compiled = compile(&world(&text), None);
        assert!(compiled.is_sound(), "{open}\n{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
        let report = TestReport::run(&compiled, &References::default(), &BACKEND);
        assert_eq!(report.counts(), (1, 0), "{open}");
        let once = cadrage_syntax::format(cadrage_source::FileId(0), &text).expect("reads without complaint");
        assert!(compile(&world(&once), None).is_sound(), "{open}");
        let codes: Vec<&str> = compile(&world(&deeper), None).diagnostics.iter().map(|d| d.code.name()).collect();
        assert_eq!(codes, ["S07"], "{open}");
    }
}
