//! The dependency rule of the house: who may import whom, and where the heavy packages live.

use std::collections::{BTreeMap, BTreeSet};

/// Crate → ours it may depend on. A new edge is a decision: explain it in the commit.
const ALLOWED: &[(&str, &[&str])] = &[
    ("cadrage-grammar", &[]),
    ("cadrage-source", &[]),
    ("cadrage-value", &[]),
    ("cadrage-stdlib", &[]),
    ("cadrage-syntax", &["cadrage-grammar", "cadrage-source", "cadrage-value"]),
    ("cadrage-ir", &["cadrage-source", "cadrage-value"]),
    ("cadrage-semantics", &["cadrage-syntax", "cadrage-ir", "cadrage-source", "cadrage-value"]),
    ("cadrage-lower", &["cadrage-semantics", "cadrage-ir", "cadrage-source", "cadrage-value"]),
    (
        "cadrage-driver",
        &["cadrage-syntax", "cadrage-semantics", "cadrage-lower", "cadrage-stdlib", "cadrage-ir", "cadrage-source", "cadrage-value"],
    ),
    ("cadrage-cube", &["cadrage-value", "cadrage-source"]),
    ("cadrage-careers", &["cadrage-cube", "cadrage-value"]),
    ("cadrage-analysis", &["cadrage-value"]),
    ("cadrage-export", &["cadrage-value"]),
    ("cadrage-engine", &["cadrage-ir", "cadrage-value", "cadrage-source"]),
    ("cadrage-interpreter", &["cadrage-engine", "cadrage-ir", "cadrage-value", "cadrage-source"]),
    ("cadrage-codegen", &["cadrage-ir", "cadrage-value"]),
    ("cadrage-jit", &["cadrage-engine", "cadrage-codegen", "cadrage-ir", "cadrage-value", "cadrage-source"]),
    ("cadrage-repl", &["cadrage-session"]),
    (
        "cadrage-session",
        &[
            "cadrage-driver",
            "cadrage-engine",
            "cadrage-careers",
            "cadrage-analysis",
            "cadrage-export",
            "cadrage-cube",
            "cadrage-ir",
            "cadrage-source",
            "cadrage-value",
        ],
    ),
];

/// Heavy package → the only crates that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("pest", &["cadrage-grammar", "cadrage-syntax"]),
    ("pest_derive", &["cadrage-grammar"]),
    ("clap", &["cadrage-cli"]),
    ("rustyline", &["cadrage-repl"]),
    ("miette", &["cadrage-cli", "suite"]),
    // what is kept, and what is given away (decimals for DuckDB, Polars, Spark)
    ("parquet", &["cadrage-cube", "cadrage-export"]),
    ("arrow-array", &["cadrage-cube", "cadrage-export"]),
    ("rust_xlsxwriter", &["cadrage-export", "cadrage-cli"]),
    ("rusqlite", &["cadrage-cube"]),
    ("num-rational", &["cadrage-value"]),
    ("cranelift-codegen", &["cadrage-codegen", "cadrage-jit"]),
    ("cranelift-frontend", &["cadrage-codegen"]),
    ("cranelift-native", &["cadrage-codegen"]),
    ("cranelift-module", &["cadrage-jit"]),
    ("cranelift-jit", &["cadrage-jit"]),
    ("rayon", &["cadrage-jit", "suite"]),
];

#[test]
fn nobody_imports_upward() {
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    let allowed: BTreeMap<&str, BTreeSet<&str>> = ALLOWED.iter().map(|(c, list)| (*c, list.iter().copied().collect())).collect();
    let ours: BTreeSet<String> = metadata.packages.iter().map(|p| p.name.to_string()).collect();
    let mut broken = Vec::new();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let runtime = dependency.kind == cargo_metadata::DependencyKind::Normal;
            if let Some((_, homes)) = HOMES.iter().find(|(heavy, _)| *heavy == dependency.name)
                && !homes.contains(&package.name.as_str())
            {
                broken.push(format!("{} names {}, whose home is {homes:?}", package.name, dependency.name));
            }
            if runtime && ours.contains(&dependency.name) {
                let free = matches!(package.name.as_str(), "cadrage-cli" | "suite" | "benches");
                if !free && !allowed.get(package.name.as_str()).is_some_and(|list| list.contains(dependency.name.as_str())) {
                    broken.push(format!("{} -> {}", package.name, dependency.name));
                }
                if matches!(dependency.name.as_str(), "cadrage-cli" | "suite") {
                    broken.push(format!("{} imports a program, {}", package.name, dependency.name));
                }
            }
        }
    }
    assert!(broken.is_empty(), "edges that the house forbids:\n{}", broken.join("\n"));
}

#[test]
fn unsafe_is_forbidden_everywhere() {
    let root = crate::support::root();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("workspace manifest");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec().expect("cargo metadata");
    for package in &metadata.packages {
        let text = std::fs::read_to_string(&package.manifest_path).expect("manifest");
        // A table of lints cannot be inherited in part: the one crate that calls machine code has its own.
        let own = package.name.as_str() == "cadrage-jit" && text.contains("unsafe_code = \"deny\"");
        assert!(own || text.contains("[lints]\nworkspace = true"), "{} does not inherit the lints", package.name);
    }
}
