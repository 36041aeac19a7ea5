//! The licences of what is linked into the archives beside our own.
use super::{sbom, tree};
use crate::workspace::root;
use std::{fs, path::Path};

/// What the names of such files begin with.
const NAMES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "NOTICE"];

/// The folder of a component.
pub fn folder(name: &str, version: &str) -> String {
    format!("licenses/{name}-{version}")
}

/// Copies those that each crate brings; core's sources bring none.
pub fn write(dist: &Path) -> Result<(), String> {
    for part in sbom::crates()?.iter().filter(|part| part.foreign()) {
        let entries = fs::read_dir(&part.dir).map_err(|e| format!("{}: {e}", part.dir.display()))?;
        let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
        let names: Vec<_> = names.filter(|name| NAMES.iter().any(|begin| name.starts_with(begin))).collect();
        if names.is_empty() {
            return Err(format!("{} has no file with its licence", part.name));
        }
        for name in names {
            let content = fs::read(part.dir.join(&name)).map_err(|e| format!("{}: {name}: {e}", part.name))?;
            tree::write(&dist.join(folder(&part.name, &part.version)).join(name), &content)?;
        }
    }
    let rustc = sbom::rustc()?;
    let text = fs::read_to_string(root().join("package/licenses/core.txt")).map_err(|e| format!("core.txt: {e}"))?;
    tree::write(&dist.join(folder("core", &rustc)).join("NOTICE"), text.replace("@RUSTC@", &rustc).as_bytes())
}
