//! The folders of the machine that builds, and what stands for them in what is built: an archive must not tell where it
//! was made, nor differ because of it.
use crate::{
    windows::rust::DEBIAN,
    workspace::{root, run, target},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Where copies are broken on purpose.
pub fn copies() -> PathBuf {
    target().join("copies")
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|dir| dir.is_absolute() && dir.components().count() > 1)
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cargo")))
}

/// Where a compiler has the sources of core, under both names where one is a link.
pub fn rust_source(rustc: &str) -> Result<Vec<PathBuf>, String> {
    let sysroot = run(Command::new(rustc).args(["--print", "sysroot"]))?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
    let real = source.canonicalize().ok().filter(|real| *real != source);
    Ok([source].into_iter().chain(real).collect())
}

/// The same of every compiler that an archive may be made by.
pub fn rust_sources() -> &'static [PathBuf] {
    static SOURCES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        // A compiler that is not there makes no archive.
        [&rustc, DEBIAN].into_iter().filter_map(|rustc| rust_source(rustc).ok()).flatten().collect()
    })
}

/// Flags for rustc, in the form of CARGO_ENCODED_RUSTFLAGS. The last that fits counts, so the most special stands last.
pub fn remap(rustc: &str) -> Result<String, String> {
    let mut flags = Vec::new();
    let mut map = |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    if let Some(dir) = cargo_home() {
        map(&dir.join("registry/src"), "/cargo");
    }
    for dir in rust_source(rustc)? {
        map(&dir, "/rustc");
    }
    map(root(), "/sfa");
    map(&target(), "/sfa/target");
    // Any copy is the workspace to its compiler: with flags of its own it would need a core of its own.
    map(&copies().join("windows"), "/sfa");
    Ok(flags.join("\x1f"))
}

/// The folders of this machine that a file names.
pub fn named(file: &[u8]) -> Vec<String> {
    let folders = [Some(root().to_owned()), Some(target()), cargo_home(), home()];
    let folders = folders.into_iter().flatten().chain(rust_sources().iter().cloned());
    // A folder is text, whatever is around it.
    let file = String::from_utf8_lossy(file);
    folders.map(|dir| dir.display().to_string()).filter(|dir| file.contains(dir)).collect()
}

#[test]
fn the_workspace_is_found_in_a_file() {
    let path = root().join("src/lib.rs").display().to_string();
    assert!(named(format!("\0{path}\0").as_bytes()).contains(&root().display().to_string()));
    assert_eq!(named(b"\0/sfa/src/lib.rs\0"), Vec::<String>::new());
}

#[test]
fn the_sources_of_core_are_found_in_a_file() {
    assert!(!rust_sources().is_empty());
    for source in rust_sources() {
        let path = source.join("library/core/src/lib.rs").display().to_string();
        assert!(named(format!("\0{path}\0").as_bytes()).contains(&source.display().to_string()));
    }
}
