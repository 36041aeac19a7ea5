//! SHA256SUMS: the sum of every file but itself, as `sha256sum -c` reads it.
use super::tree;
use crate::workspace::{program, run};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fs, path::Path};

pub const NAME: &str = "SHA256SUMS";

/// The sum of a file in hexadecimal.
pub fn of(path: &Path) -> Result<String, String> {
    let content = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes it: after everything else.
pub fn write(dist: &Path) -> Result<(), String> {
    let mut text = String::new();
    for file in tree::files(dist)?.iter().filter(|file| *file != NAME) {
        text += &format!("{}  {file}\n", of(&dist.join(file))?);
    }
    tree::write(&dist.join(NAME), text.as_bytes())
}

/// Files that changed, and those that are not named.
pub fn faults(dist: &Path) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    if let Err(text) = run(program("sha256sum").current_dir(dist).args(["-c", "--quiet", "--strict", NAME])) {
        faults.push(format!("sha256sum -c: {text}"));
    }
    let text = tree::text(dist, NAME)?;
    let named: BTreeSet<_> = text.lines().filter_map(|line| Some(line.split_once("  ")?.1.to_owned())).collect();
    let there: BTreeSet<_> = tree::files(dist)?.into_iter().filter(|file| file != NAME).collect();
    faults.extend(there.difference(&named).map(|file| format!("{NAME} does not name {file}")));
    Ok(faults)
}
