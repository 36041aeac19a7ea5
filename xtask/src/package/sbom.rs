//! What the archives are made of, as a CycloneDX document. It has neither time nor serial number (both may be left out),
//! so it is the same for the same sources and compiler.
use super::{sums, tree};
use crate::{
    windows::{rust::Compiler, target::TARGETS},
    workspace::{cargo, root, run},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

pub const NAME: &str = "sfa.cdx.json";
/// The crate that cargo makes the archive of.
const ARCHIVE: &str = "sfa";

/// A crate that is linked into the archives.
pub struct Crate {
    pub name: String,
    pub version: String,
    pub license: String,
    /// The folder of its sources.
    pub dir: PathBuf,
    /// Of the package in the registry; none for a crate of this repository.
    checksum: Option<String>,
    /// Names of what it depends on.
    needs: Vec<String>,
}

impl Crate {
    pub fn foreign(&self) -> bool {
        self.checksum.is_some()
    }

    fn reference(&self) -> String {
        if self.foreign() { format!("pkg:cargo/{}@{}", self.name, self.version) } else { self.name.clone() }
    }
}

fn string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Checksums of Cargo.lock by name and version.
fn checksums() -> Result<BTreeMap<(String, String), String>, String> {
    let text = fs::read_to_string(root().join("Cargo.lock")).map_err(|e| format!("Cargo.lock: {e}"))?;
    let lock: toml::Table = text.parse().map_err(|e| format!("Cargo.lock: {e}"))?;
    let packages = lock.get("package").and_then(toml::Value::as_array).ok_or("Cargo.lock: no packages")?;
    let word = |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_owned());
    Ok(packages.iter().filter_map(|p| Some(((word(p, "name")?, word(p, "version")?), word(p, "checksum")?))).collect())
}

/// The crates of the archive, itself first.
pub fn crates() -> Result<Vec<Crate>, String> {
    let text = run(cargo().args(["metadata", "-q", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let sums = checksums()?;
    let mut ids: Vec<String> =
        list(&metadata["packages"]).filter(|p| p["name"] == ARCHIVE).map(|p| string(p, "id")).collect();
    let mut found = Vec::new();
    // Grows as it is gone through.
    let mut next = 0;
    while let Some(id) = ids.get(next).cloned() {
        next += 1;
        let package = list(&metadata["packages"]).find(|p| p["id"] == *id).ok_or_else(|| format!("no crate {id}"))?;
        let node = list(&metadata["resolve"]["nodes"]).find(|n| n["id"] == *id).ok_or_else(|| format!("no {id}"))?;
        let normal = |dep: &&Value| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null());
        let mut needs = Vec::new();
        for dep in list(&node["deps"]).filter(normal) {
            let dep = string(dep, "pkg");
            let name = list(&metadata["packages"]).find(|p| p["id"] == *dep).map(|p| string(p, "name"));
            needs.push(name.unwrap_or_default());
            if !ids.contains(&dep) {
                ids.push(dep);
            }
        }
        needs.sort();
        let (name, version) = (string(package, "name"), string(package, "version"));
        let manifest = PathBuf::from(string(package, "manifest_path"));
        found.push(Crate {
            checksum: sums.get(&(name.clone(), version.clone())).cloned(),
            license: string(package, "license").replace('/', " OR "),
            dir: manifest.parent().unwrap_or(&manifest).to_owned(),
            name,
            version,
            needs,
        });
    }
    if found.is_empty() { Err(format!("there is no crate {ARCHIVE}")) } else { Ok(found) }
}

/// The compiler, whose core is in every archive: one for all.
pub fn rustc() -> Result<String, String> {
    let versions = TARGETS.iter().map(|t| Compiler::find(t.triple)?.version()).collect::<Result<Vec<_>, _>>()?;
    if versions.iter().any(|version| *version != versions[0]) {
        return Err(format!("the archives are made by different compilers: {versions:?}"));
    }
    Ok(versions[0].clone())
}

fn component(c: &Crate) -> Value {
    let mut value = json!({ "type": "library", "bom-ref": c.reference(), "name": c.name, "version": c.version });
    if let Some(checksum) = &c.checksum {
        value["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        value["purl"] = json!(c.reference());
    }
    value["licenses"] = json!([{ "expression": c.license }]);
    value
}

/// Writes it: the archives must be there.
pub fn write(dist: &Path) -> Result<(), String> {
    let (crates, rustc) = (crates()?, rustc()?);
    let core = format!("core@{rustc}");
    let mut files = Vec::new();
    for name in tree::archives() {
        let sum = sums::of(&dist.join(&name))?;
        files.push(json!({ "type": "file", "bom-ref": name, "name": name,
            "hashes": [{ "alg": "SHA-256", "content": sum }] }));
    }
    let mut whole = component(&crates[0]);
    whole["components"] = json!(files);
    let mut components: Vec<_> = crates[1..].iter().map(component).collect();
    components.push(json!({
        "type": "library", "bom-ref": core, "name": "core", "version": rustc,
        "description": "the library of the Rust compiler that made the archives",
        "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        "externalReferences": [{ "type": "vcs", "url": "https://github.com/rust-lang/rust" }],
    }));
    let reference = |name: &String| crates.iter().find(|c| c.name == *name).map_or(String::new(), Crate::reference);
    let mut dependencies = Vec::new();
    for c in &crates {
        let needs = c.needs.iter().map(reference).chain([core.clone()]);
        dependencies.push(json!({ "ref": c.reference(), "dependsOn": needs.collect::<Vec<_>>() }));
    }
    dependencies.push(json!({ "ref": core, "dependsOn": [] }));
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": { "component": whole },
        "components": components,
        "dependencies": dependencies,
    });
    let text = serde_json::to_string_pretty(&document).map_err(|e| e.to_string())?;
    tree::write(&dist.join(NAME), format!("{text}\n").as_bytes())
}
