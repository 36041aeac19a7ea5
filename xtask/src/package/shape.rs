//! What the SBOM must be like: the part of CycloneDX 1.5 that is used, complete, and true of the files beside it.
use super::{licenses, sbom, sums, tree};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

/// What the archives hold beside our own crates. A new one is a decision: a licence comes with it.
const FOREIGN: [&str; 3] = ["bitflags", "core", "static_assertions"];
/// Members of the document, all of them: none that tells a time or a number of its own.
const MEMBERS: [&str; 7] = ["$schema", "bomFormat", "specVersion", "version", "metadata", "components", "dependencies"];

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn sum(component: &Value) -> Option<&str> {
    let hash = list(&component["hashes"]).iter().find(|hash| hash["alg"] == "SHA-256")?;
    hash["content"].as_str().filter(|sum| sum.len() == 64)
}

/// The document by itself.
fn document(bom: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let members: Vec<_> = bom.as_object().map(|o| o.keys().map(String::as_str).collect()).unwrap_or_default();
    if members != MEMBERS || bom["bomFormat"] != "CycloneDX" || bom["specVersion"] != "1.5" || bom["version"] != 1 {
        faults.push(format!("the SBOM is no CycloneDX 1.5 as written here: {members:?}"));
    }
    let whole = &bom["metadata"]["component"];
    let all: Vec<_> = [whole].into_iter().chain(list(&whole["components"])).chain(list(&bom["components"])).collect();
    let references: BTreeSet<_> = all.iter().map(|c| word(c, "bom-ref")).collect();
    if references.len() != all.len() || references.contains("") {
        faults.push("two components of the SBOM have one bom-ref".into());
    }
    for c in &all {
        let name = word(c, "name");
        let file = c["type"] == "file";
        let licensed = !word(&c["licenses"][0], "expression").is_empty();
        if name.is_empty() || !(file || (licensed && !word(c, "version").is_empty())) {
            faults.push(format!("the SBOM lacks name, version or licence of {:?}", word(c, "bom-ref")));
        }
        if (file || !word(c, "purl").is_empty()) && sum(c).is_none() {
            faults.push(format!("the SBOM has no SHA-256 of {name}"));
        }
    }
    let needed = list(&bom["dependencies"]).iter().flat_map(|d| {
        let needs = list(&d["dependsOn"]).iter().filter_map(Value::as_str);
        needs.chain([word(d, "ref")]).collect::<Vec<_>>()
    });
    let needed: BTreeSet<_> = needed.collect();
    for c in all.iter().filter(|c| c["type"] == "library" && !needed.contains(word(c, "bom-ref"))) {
        faults.push(format!("nothing in the SBOM depends on {}", word(c, "name")));
    }
    faults.extend(needed.difference(&references).map(|name| format!("the SBOM depends on {name}, which it lacks")));
    faults
}

/// What is wrong with that of a package.
pub fn faults(dist: &Path) -> Result<Vec<String>, String> {
    let bom: Value =
        serde_json::from_str(&tree::text(dist, sbom::NAME)?).map_err(|e| format!("{}: {e}", sbom::NAME))?;
    let mut faults = document(&bom);
    let files = list(&bom["metadata"]["component"]["components"]);
    for name in tree::archives() {
        let there = files.iter().find(|file| word(file, "name") == name);
        let right = sums::of(&dist.join(&name)).ok();
        if right.is_none() || there.and_then(sum) != right.as_deref() {
            faults.push(format!("the SBOM has another {name}"));
        }
    }
    let ours: Vec<_> = sbom::crates()?.into_iter().filter(|c| !c.foreign()).map(|c| c.name).collect();
    let mut foreign = Vec::new();
    for c in list(&bom["components"]).iter().filter(|c| ours.iter().all(|name| c["name"] != **name)) {
        foreign.push(word(c, "name"));
        if !dist.join(licenses::folder(word(c, "name"), word(c, "version"))).is_dir() {
            faults.push(format!("there is no licence of {}", word(c, "name")));
        }
    }
    foreign.sort_unstable();
    if foreign != FOREIGN {
        faults.push(format!("the archives hold {foreign:?}, not {FOREIGN:?}"));
    }
    Ok(faults)
}

#[test]
fn a_document_is_looked_at_all_over() {
    let good = r#"{"$schema": "x", "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "library", "bom-ref": "a", "name": "a", "version": "1",
            "licenses": [{"expression": "MIT"}]}},
        "components": [{"type": "library", "bom-ref": "b", "name": "b", "version": "1",
            "licenses": [{"expression": "MIT"}]}],
        "dependencies": [{"ref": "a", "dependsOn": ["b"]}]}"#;
    let read = |text: &str| document(&serde_json::from_str(text).unwrap());
    assert_eq!(read(good), Vec::<String>::new());
    for (from, to, says) in [
        ("\"version\": 1,", "\"serialNumber\": \"1\",", "no CycloneDX"),
        ("\"bom-ref\": \"b\"", "\"bom-ref\": \"a\"", "two components"),
        ("\"name\": \"b\", ", "\"name\": \"\", ", "lacks name"),
        ("\"name\": \"b\", ", "\"name\": \"b\", \"purl\": \"x\", ", "no SHA-256"),
        ("[\"b\"]", "[]", "nothing in the SBOM depends on b"),
        ("[\"b\"]", "[\"b\", \"c\"]", "depends on c"),
    ] {
        let faults = read(&good.replace(from, to));
        assert!(faults.iter().any(|fault| fault.contains(says)), "{says}: {faults:?}");
    }
}
