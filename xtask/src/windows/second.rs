//! A driver that links our archive and somebody else's Rust library, too.
use super::{
    link, out,
    rust::Compiler,
    target::{Flavour, Target},
};
use crate::workspace::{program, root, run};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Calls into both libraries. _fltused is what the compiler support of a Rust library wants (ours has none of it).
const DRIVER: &str = "\
unsigned long SfaVersion(void);
unsigned Second(unsigned a, unsigned b);
#if defined(THIRD)
unsigned Third(unsigned a, unsigned b);
#else
#define Third(a, b) 0
#endif
int _fltused = 0x9875;
long DriverEntry(void *Driver, void *Path)
{
    (void)Driver;
    (void)Path;
    return (long)(Second(SfaVersion(), 7) + Third(8, 2));
}
";

/// Builds the other library under one of its two names.
fn library(target: &Target, name: &str, dir: &Path) -> Result<PathBuf, String> {
    let from = root().join("xtask/second");
    let mut cargo = Compiler::find(target.triple)?.cargo(&from, "rustc", target.triple)?;
    // A folder of its own: its core is not the one of our profile.
    cargo.env("CARGO_TARGET_DIR", dir.join("cargo")).args(["--lib", "--release", "--locked"]);
    run(cargo.args(["--", "--cfg", name]))?;
    let made = dir.join("cargo").join(target.triple).join("release/second.lib");
    let library = dir.join(name).with_extension("lib");
    fs::copy(&made, &library).map_err(|e| format!("{}: {e}", made.display()))?;
    Ok(library)
}

fn driver(target: &Target, name: &str, more: &str, inputs: &[PathBuf], dir: &Path) -> Result<(), String> {
    let (file, object) = (dir.join(name).with_extension("c"), dir.join(name).with_extension("obj"));
    fs::write(&file, DRIVER).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut clang = program("clang-19");
    clang.args([&format!("--target={}", target.triple), "-O2", "-Wall", "-Werror", more, "-c"]);
    run(clang.arg(&file).arg("-o").arg(&object))?;
    // SfaVersion needs nothing of nt.c, but its object comes along as a whole.
    let nt = link::nt(target, Flavour::Release)?;
    link::driver(target, &dir.join(name).with_extension("sys"), "DriverEntry", &nt, &[&[object], inputs].concat())
}

/// Links the two; then a third that does clash with the second, to see that a clash would be noticed.
pub fn check(target: &Target, archive: &Path) -> Result<(), String> {
    let dir = out(target, Flavour::Release).join("two");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let (second, third) = (library(target, "second", &dir)?, library(target, "third", &dir)?);
    driver(target, "two", "-DTWO", &[archive.to_owned(), second.clone()], &dir)?;
    match driver(target, "three", "-DTHIRD", &[archive.to_owned(), second, third], &dir) {
        Err(text) if text.contains("duplicate symbol") && text.contains("rust_begin_unwind") => Ok(()),
        Err(text) => Err(format!("two libraries that clash: failed in another way\n{text}")),
        Ok(()) => Err("two libraries with a visible panic handler each do link".into()),
    }
}
