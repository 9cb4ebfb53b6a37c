//! Folders, dossiers made for a test, the backend.

use std::path::{Path, PathBuf};

use cadrage_session::{Compiled, Projection, Workspace};
use suite::AllEngines;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the suite is one folder below the root").to_owned()
}

/// The folder shared with the developers, when it is there.
pub fn shared() -> Option<PathBuf> {
    let found = root().parent().map(|p| p.join("shared")).filter(|p| p.join("data/valmont").is_dir());
    if found.is_none() {
        println!("sauté : le dossier partagé est absent");
    }
    found
}

/// All engines in agreement: a figure of the suite is a figure of each of them.
pub const BACKEND: AllEngines = AllEngines;

pub fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::write(&target, std::fs::read(entry.path()).expect("file")).expect("file");
        }
    }
}

/// A dossier of the institution whose files are in `world`, with the scripts of the example.
pub fn dossier(world: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    for part in ["livraisons", "referentiels"] {
        copy_tree(&world.join(part), &folder.path().join(part));
    }
    for entry in std::fs::read_dir(root().join("examples/01-valmont")).expect("example").flatten() {
        if entry.path().extension().is_some_and(|x| x == "cadrage") {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("script");
        }
    }
    folder
}

/// Imports everything and compiles; no error.
pub fn open(folder: &Path) -> (Workspace, Compiled) {
    let mut workspace = Workspace::open(folder, &[]).expect("dossier");
    let reports = workspace.import_pending(&mut |_, _, _| {}).expect("import");
    for report in &reports {
        assert!(report.foots(), "{}", report.delivery);
    }
    let compiled = workspace.compile().expect("scripts");
    assert!(compiled.is_sound(), "{}", suite::render_all(&compiled.diagnostics, &compiled.sources));
    (workspace, compiled)
}

/// Runs a scenario.
pub fn calculate(workspace: &mut Workspace, compiled: &Compiled, scenario: &str) -> Projection {
    workspace.calculate(compiled, scenario, &BACKEND).unwrap_or_else(|e| panic!("{scenario}: {e:?}"))
}

/// The example and a script of its own, imported and checked.
pub fn with(script: &str) -> (tempfile::TempDir, Workspace, Compiled) {
    let folder = dossier(&root().join("examples/01-valmont"));
    std::fs::write(folder.path().join("essai.cadrage"), format!("utiliser valmont version \"2026.3\"\n{script}")).expect("script");
    let (workspace, compiled) = open(folder.path());
    (folder, workspace, compiled)
}

/// A generated institution whose whole exercice 2026 is known, paid on time, and the dossier made of it.
pub struct World {
    pub truth: tempfile::TempDir,
    pub folder: tempfile::TempDir,
}

/// Makes one, with the settings of the example and a scenario `année_close`; `None`, said, where the generator is absent.
pub fn closed_year(agents: &str, seed: &str) -> Option<World> {
    let tools = shared()?.join("tools/make_institution.py");
    let truth = tempfile::tempdir().expect("folder");
    let done = std::process::Command::new("python3")
        .args([tools.as_os_str(), agents.as_ref(), truth.path().as_os_str()])
        .args(["--graine", seed, "--observation", "2026-12", "--a-temps"])
        .output();
    if !done.is_ok_and(|o| o.status.success()) {
        println!("python3 ou le générateur ne répond pas, sauté");
        return None;
    }
    let folder = dossier(truth.path());
    for entry in std::fs::read_dir(folder.path()).expect("folder").flatten() {
        // The scenarios of the example stop at another month.
        if entry.path().extension().is_some_and(|e| e == "cadrage") && entry.file_name() != "établissement.cadrage" {
            std::fs::remove_file(entry.path()).expect("script");
        }
    }
    let script = "utiliser valmont version \"2026.3\"\nscénario année_close :\n  constaté jusqu'à 12/2026 observé au 31/12/2026\n  projeter jusqu'à 01/2027\nfin\n";
    std::fs::write(folder.path().join("année_close.cadrage"), script).expect("script");
    Some(World { truth, folder })
}
