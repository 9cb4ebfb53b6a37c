//! Lists the example's files so that `cadrage démo` carries them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if entry.is_dir() {
            if name != "verite" && name != "sorties" && !name.starts_with('.') {
                walk(&entry, out);
            }
        } else if !name.starts_with('.') {
            out.push(entry);
        }
    }
}

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../examples/01-valmont");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    walk(&root, &mut files);
    let mut text = String::from("&[\n");
    for file in &files {
        if let (Ok(name), Ok(full)) = (file.strip_prefix(&root), file.canonicalize()) {
            let _ = writeln!(text, "    ({:?}, include_bytes!({:?})),", name.display().to_string(), full.display().to_string());
        }
    }
    text.push_str("]\n");
    let target = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("demo.rs");
    if let Err(e) = std::fs::write(&target, text) {
        println!("cargo::error=the list of the example's files cannot be written: {e}");
    }
}
