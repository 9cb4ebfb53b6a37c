//! A pay file in which every row is wrong, loaded: how long, how much memory, how long a page.
//!
//!     cargo run --release -p cadrage-cube --example a_million_errors -- 1000000
//!
//! A quarter of the rows has an amount that cannot be read, half are nobody's, all have hours that do not parse.

#![allow(clippy::unwrap_used, reason = "a measure")]

use std::io::Write as _;
use std::time::Instant;

use cadrage_cube::{Dossier, LoadReport, fingerprint_of};

fn main() {
    let rows: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("referentiels")).unwrap();
    let list = "structure;libelle;niveau;parent;zone;date_debut;date_fin_exclue\nUNIV;Université;ETABLISSEMENT;;;2020-01-01;\n";
    std::fs::write(folder.path().join("referentiels/structure.csv"), list).unwrap();
    let delivery = folder.path().join("livraisons/2026-01");
    std::fs::create_dir_all(&delivery).unwrap();
    let path = delivery.join("retour_de_paie.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "mois_paie;no_ligne;matricule;structure;plafond;rubrique;nature_exercice;periode_origine;compte;montant;nombre;taux;centre_de_cout;eotp;pourcentage;etpt;etpf").unwrap();
    for n in 0..rows {
        let amount = if n % 4 == 0 { "12.50" } else { "10,00" };
        writeln!(file, "2026-01;{n};Z{};;ETAT;101000;COURANT;;641110;{amount};rien;;CC_E;;;;", n % 20_000).unwrap();
    }
    drop(file);
    let print = fingerprint_of(&std::fs::read(&path).unwrap());
    let total = 10 * (rows - rows.div_ceil(4));
    let manifest = format!(
        "fichier;type;uai;mois;date_observation;no_remise;lignes;montant_total;encodage;disposition;version;sha256\n\
         retour_de_paie.csv;retour_de_paie;0999999Z;2026-01;2026-01-31;1;{rows};{total},00;utf-8;canonique;pms-csv/1;{print}\n"
    );
    std::fs::write(delivery.join("manifeste.csv"), manifest).unwrap();
    let start = Instant::now();
    let report = Dossier::open(folder.path()).unwrap().import(&delivery, &mut |_, _, _| {}).unwrap();
    let elapsed = start.elapsed();
    println!("{}", report.text());
    println!("{rows} lignes, {} constats, {} cités, en {} ms", report.found(), report.findings.len(), elapsed.as_millis());
    println!("page de {} lignes, CSV de {} lignes", report.text().lines().count(), report.csv().lines().count());
    println!("page HTML de {} ko", LoadReport::html(std::slice::from_ref(&report)).len() / 1024);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("mémoire au plus haut : inconnue");
    println!("{}", peak.replace("VmHWM:", "mémoire au plus haut :"));
}
