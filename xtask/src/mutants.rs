//! `cargo xtask mutants`: breaks the library as c-tests/mutants.toml says, and wants the named C test to fail.
use crate::{
    copy::Copy,
    workspace::{root, run},
};
use std::{collections::BTreeSet, fs};

struct Mutant {
    test: String,
    file: String,
    from: String,
    to: String,
}

fn list() -> Result<Vec<Mutant>, String> {
    let text = fs::read_to_string(root().join("c-tests/mutants.toml")).map_err(|e| e.to_string())?;
    let table: toml::Table = text.parse().map_err(|e| format!("c-tests/mutants.toml: {e}"))?;
    let entries = table.get("mutant").and_then(toml::Value::as_array).ok_or("c-tests/mutants.toml: no [[mutant]]")?;
    let read = |entry: &toml::Value| {
        let field = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
        Some(Mutant { test: field("test")?, file: field("file")?, from: field("from")?, to: field("to")? })
    };
    entries.iter().map(|e| read(e).ok_or_else(|| format!("c-tests/mutants.toml: incomplete: {e:?}"))).collect()
}

/// Plants each mutant and runs its test.
pub fn all() -> Result<String, String> {
    let mutants = list()?;
    let mut files = BTreeSet::new();
    for Mutant { test, file, from, to } in &mutants {
        // One name for all: cargo then builds only what the mutant changes.
        let copy = Copy::new("mutant")?;
        copy.replace(file, from, to)?;
        let cargo =
            |arguments: &[&str]| run(copy.cargo().args(["test", "-q", "-p", "c-tests", "--test", "c"]).args(arguments));
        cargo(&["--no-run"]).map_err(|text| format!("{test}: its mutant does not build\n{text}"))?;
        match cargo(&["--", "--exact", test]) {
            Err(text) if text.contains(&format!("test {test} ... FAILED")) => {}
            Err(text) => return Err(format!("{test}: failed in another way\n{text}")),
            Ok(_) => return Err(format!("{test}: passes although {file} says {to:?} instead of {from:?}")),
        }
        files.insert(test.split("::").next().unwrap_or_default().to_owned());
    }
    let tests: BTreeSet<String> = crate::workspace::files("c-tests", &[".c"])
        .iter()
        .filter(|f| fs::read_to_string(root().join(f)).is_ok_and(|t| t.lines().any(|l| l.starts_with("TEST"))))
        .filter_map(|f| Some(f.file_stem()?.to_str()?.to_owned()))
        .collect();
    let without: Vec<_> = tests.difference(&files).collect();
    if !without.is_empty() {
        return Err(format!("no mutant for {without:?}"));
    }
    Ok(format!("{} mutants caught, each of {} test files catches one", mutants.len(), tests.len()))
}
