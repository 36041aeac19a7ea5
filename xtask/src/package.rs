//! `cargo xtask package`: what a driver author unpacks and builds with, as a folder and as a zip.
mod broken;
mod consumer;
mod licenses;
mod links;
mod props;
mod sbom;
mod shape;
mod sound;
mod sums;
mod tree;
mod zip;

use crate::{
    copy::Copy,
    workspace::{root, run, target},
};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

/// Makes the folder anew, and the zip beside it.
fn make(dist: &Path) -> Result<PathBuf, String> {
    let _ = fs::remove_dir_all(dist); // there may be none
    tree::make(dist)?;
    licenses::write(dist)?;
    sbom::write(dist)?;
    sums::write(dist)?;
    let file = dist.with_file_name(format!("{}.zip", zip::top()));
    zip::write(dist, &file)?;
    Ok(file)
}

fn no_fault(dist: &Path, file: &Path) -> Result<(), String> {
    let faults = sound::look(dist, file)?;
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn bytes(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |data| data.len())
}

/// The command.
pub fn build() -> Result<(), String> {
    let dist = root().join("dist");
    let file = make(&dist)?;
    no_fault(&dist, &file)?;
    let files = tree::files(&dist)?;
    let all: u64 = files.iter().map(|name| bytes(&dist.join(name))).sum();
    println!("{}: {} files, {all} bytes", dist.display(), files.len());
    println!("{}: {} bytes", file.display(), bytes(&file));
    Ok(())
}

/// The same command, in a copy of the repository and with a target folder of its own.
fn elsewhere() -> Result<PathBuf, String> {
    let copy = Copy::new("package")?;
    run(copy.xtask(&target().join("copies/package-target"))?.arg("package"))?;
    Ok(copy.dir().join("dist"))
}

/// Without a fault, and good to build with: how many drivers were linked, and how many broken packages were noticed.
fn usable(dist: &Path, file: &Path) -> Result<(usize, usize), String> {
    no_fault(dist, file)?;
    let seen = broken::seen(dist, file)?;
    let drivers = consumer::check(&consumer::unpack(file)?)?;
    Ok((drivers, seen + broken::built(dist)?))
}

/// The package is complete and usable, is the same from another folder, and each check of it can fail.
pub fn check() -> Result<String, String> {
    let dist = target().join("package/dist");
    let file = make(&dist)?;
    // The second build takes as long as everything that is done with the first.
    let (used, other) = thread::scope(|s| {
        let other = s.spawn(elsewhere);
        (usable(&dist, &file), other.join().unwrap_or_else(|_| Err("the thread of the second build ended".into())))
    });
    let ((drivers, broken), other) = (used?, other?);
    let mut differences = sound::differences(&dist, &other)?;
    let theirs = other.with_file_name(file.file_name().unwrap_or_default());
    if fs::read(&file).ok() != fs::read(&theirs).ok() {
        differences.push("the zip".into());
    }
    if !differences.is_empty() {
        return Err(format!("a second build, in another folder, makes others of {differences:?}"));
    }
    Ok(format!(
        "{} files, {} bytes zipped, twice the same; {drivers} drivers link against it; {broken} broken ones noticed",
        tree::files(&dist)?.len(),
        bytes(&file)
    ))
}
