//! What can be seen of a package without building anything with it.
use super::{links, props, shape, sums, tree, zip};
use crate::paths;
use std::{collections::BTreeSet, fs, path::Path};

/// Files that are named in README.md, or that whoever unpacks it looks for.
const WANTED: [&str; 16] = [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "docs/driver-guide.md",
    "include/sfa.h",
    "include/sfa_ks.h",
    "lib/cmake/sfa/sfaConfig.cmake",
    "lib/cmake/sfa/sfaConfigVersion.cmake",
    "samples/pool/pool.c",
    "samples/pureks/driver.c",
    "sfa.cdx.json",
    "sfa.props",
    "src/os/ks.c",
    "src/os/ks/state.h",
    "src/os/nt.c",
];

/// Something is missing, or left open.
fn incomplete(dist: &Path) -> Result<Vec<String>, String> {
    let there: BTreeSet<_> = tree::files(dist)?.into_iter().collect();
    let wanted = WANTED.iter().map(|name| (*name).to_owned()).chain(tree::archives());
    let mut faults: Vec<_> = wanted.filter(|n| !there.contains(n)).map(|n| format!("there is no {n}")).collect();
    for name in &there {
        let content = fs::read(dist.join(name)).map_err(|e| format!("{name}: {e}"))?;
        let named = paths::named(&content);
        if !named.is_empty() {
            faults.push(format!("{name} names folders of this machine: {named:?}"));
        }
        if String::from_utf8(content).is_ok_and(|text| text.contains("@VERSION@") || text.contains("@RUSTC@")) {
            faults.push(format!("{name}: a place is not filled in"));
        }
    }
    Ok(faults)
}

/// All faults, each a sentence.
pub fn look(dist: &Path, zip: &Path) -> Result<Vec<String>, String> {
    let mut faults = incomplete(dist)?;
    faults.extend(sums::faults(dist)?);
    faults.extend(links::faults(dist)?);
    faults.extend(props::faults(dist)?);
    faults.extend(shape::faults(dist)?);
    faults.extend(zip::faults(dist, zip)?);
    Ok(faults)
}

/// Where two packages differ.
pub fn differences(one: &Path, other: &Path) -> Result<Vec<String>, String> {
    let (ours, theirs) = (tree::files(one)?, tree::files(other)?);
    let all: BTreeSet<_> = ours.iter().chain(&theirs).collect();
    Ok(all.into_iter().filter(|f| fs::read(one.join(f)).ok() != fs::read(other.join(f)).ok()).cloned().collect())
}
