//! The Rust half for Windows: one object, in an archive of its own.
use super::{
    coff,
    target::{Abi, Flavour, Target},
};
use crate::{
    paths,
    workspace::{program, root, run, target},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Debian's compiler (rustc-web), beside which rust-web-src puts the sources of core for it.
pub const DEBIAN: &str = "/usr/bin/rustc";

/// A compiler for a target, and whether it has core for it or must build it along.
pub struct Compiler {
    rustc: String,
    has_core: bool,
}

impl Compiler {
    /// The compiler of the day where it has the target (`rustup target add`), else Debian's.
    pub fn find(triple: &str) -> Result<Self, String> {
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        let folder = run(program(&rustc).args(["--print", "target-libdir", "--target", triple])).unwrap_or_default();
        let core = |dir: fs::ReadDir| dir.flatten().any(|e| e.file_name().to_string_lossy().starts_with("libcore-"));
        if fs::read_dir(folder.trim()).is_ok_and(core) {
            return Ok(Self { rustc, has_core: true });
        }
        if !Path::new(DEBIAN).exists() {
            return Err(format!("no compiler for {triple}: `rustup target add {triple}`, or Debian's rustc-web"));
        }
        Ok(Self { rustc: DEBIAN.into(), has_core: false })
    }

    /// Its version, which is that of its core.
    pub fn version(&self) -> Result<String, String> {
        let text = run(program(&self.rustc).arg("-vV"))?;
        let release = text.lines().find_map(|line| line.strip_prefix("release: "));
        release.map(str::to_owned).ok_or_else(|| format!("{}: says no release", self.rustc))
    }

    /// A cargo command that builds in `from`.
    pub fn cargo(&self, from: &Path, subcommand: &str, triple: &str) -> Result<Command, String> {
        let mut cargo = crate::workspace::cargo();
        cargo.current_dir(from).args([subcommand, "-q", "--target", triple]);
        cargo.env("CARGO_TARGET_DIR", folder()).env("CARGO_ENCODED_RUSTFLAGS", paths::remap(&self.rustc)?);
        if !self.has_core {
            let rustdoc = self.rustc.replace("rustc", "rustdoc");
            cargo.env("RUSTC", &self.rustc).env("RUSTDOC", rustdoc).env("RUSTC_BOOTSTRAP", "1");
            cargo.arg("-Zbuild-std=core,compiler_builtins");
        }
        Ok(cargo)
    }
}

/// Where cargo builds for Windows: a folder of its own, whose flags differ from those of the host.
fn folder() -> PathBuf {
    target().join("windows/cargo")
}

/// What cargo makes from the sources below `from`: our object, and Rust's compiler support.
pub fn whole(from: &Path, target: &Target, flavour: Flavour) -> Result<PathBuf, String> {
    let mut cargo = Compiler::find(target.triple)?.cargo(from, "build", target.triple)?;
    run(cargo.args(["-p", "sfa", "--profile", flavour.profile()]))?;
    Ok(folder().join(target.triple).join(flavour.profile()).join(target.library()))
}

/// Packs objects into an archive for Microsoft's linker or mingw's. No times, owners or folders: the same objects, the
/// same archive.
pub fn pack(archive: &Path, abi: Abi, objects: &[PathBuf]) -> Result<(), String> {
    let _ = fs::remove_file(archive); // there may be none, and ar would add to it
    if cfg!(windows) {
        // lib.exe names members as it is told of them.
        let names = objects.iter().filter_map(|o| o.file_name());
        let dir = objects.first().and_then(|o| o.parent()).unwrap_or(root());
        let mut lib = program("lib");
        lib.current_dir(dir).arg("/nologo").arg(format!("/out:{}", archive.display()));
        return run(lib.args(names)).map(drop);
    }
    let format = if abi == Abi::Msvc { "--format=coff" } else { "--format=gnu" };
    run(program("llvm-ar-19").args(["rcsD", format]).arg(archive).args(objects)).map(drop)
}

/// Builds the archive that a driver links into `out`: our object alone. Rust's compiler support is not needed, since
/// the object imports nothing of it (a check), and without it no second Rust library can clash with it.
pub fn library(from: &Path, target: &Target, flavour: Flavour, out: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
    let whole = whole(from, target, flavour)?;
    let mut ours = coff::members(&whole)?;
    ours.retain(|member| member.name.starts_with("sfa"));
    let [ours] = &ours[..] else {
        return Err(format!("{}: {} objects of ours; is fat LTO off?", whole.display(), ours.len()));
    };
    let object = out.join("sfa").with_extension(target.object());
    fs::write(&object, &ours.data).map_err(|e| format!("{}: {e}", object.display()))?;
    let archive = out.join(target.library());
    pack(&archive, target.abi, &[object])?;
    Ok(archive)
}

/// The archive of this repository, in the folder of its flavour.
pub fn ours(target: &Target, flavour: Flavour) -> Result<PathBuf, String> {
    library(root(), target, flavour, &super::out(target, flavour))
}
