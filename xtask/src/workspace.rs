//! Where things are, and running programs.
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The top folder of the repository: where cargo runs this, else where it was compiled. So a copy needs no xtask of its
/// own (`Copy::xtask`).
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&here).parent().expect("xtask lies in the top folder").into()
    })
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs this.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A program, started in the top folder.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Runs a program; what it printed, or that and how it ended.
pub fn run(command: &mut Command) -> Result<String, String> {
    let out = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let text = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if out.status.success() { Ok(text) } else { Err(format!("{command:?}: {}\n{text}", out.status)) }
}

/// The files that git would commit below a folder, with one of these endings. Nothing can be checked without git.
pub fn files(below: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut git = program("git");
    git.args(["ls-files", "-co", "--exclude-standard", below]);
    let list = run(&mut git).unwrap_or_else(|text| panic!("{text}"));
    let ends = |name: &str| endings.iter().any(|e| name.ends_with(e));
    list.lines().filter(|name| ends(name)).map(PathBuf::from).filter(|p| root().join(p).exists()).collect()
}
