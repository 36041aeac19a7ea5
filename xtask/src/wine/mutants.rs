//! Breaks what is tested as c-tests/windows/mutants.toml says: the named test, or client, must fail in kernel mode.
use super::{Drivers, drivers, folder, session};
use crate::{copy::Copy, workspace::root};
use std::fs;

/// A test that takes longer hangs.
const SECONDS: &str = "20";

pub struct Mutant {
    pub test: String,
    pub file: String,
    pub from: String,
    pub to: String,
    pub says: String,
}

fn list() -> Result<Vec<Mutant>, String> {
    read("mutants.toml")
}

/// The mutants in a file of c-tests/windows.
pub fn read(name: &str) -> Result<Vec<Mutant>, String> {
    let file = &format!("c-tests/windows/{name}");
    let text = fs::read_to_string(root().join(file)).map_err(|e| format!("{file}: {e}"))?;
    let table: toml::Table = text.parse().map_err(|e| format!("{file}: {e}"))?;
    let read = |entry: &toml::Value| {
        let field = |name: &str| Some(entry.get(name)?.as_str()?.to_owned());
        Some(Mutant {
            test: field("test")?,
            file: field("file")?,
            from: field("from")?,
            to: field("to")?,
            says: field("says")?,
        })
    };
    let entries = table.get("mutant").and_then(toml::Value::as_array).into_iter().flatten();
    entries.map(|e| read(e).ok_or_else(|| format!("{file}: incomplete: {e:?}"))).collect()
}

/// Runs the test, or the client: what it printed, and whether it failed.
fn run(drivers: &Drivers, test: &str) -> Result<(String, bool), String> {
    let mut words = test.split_whitespace().map(String::from);
    let client = words.next().filter(|word| word.ends_with(".exe"));
    let Some(client) = client else {
        drivers.test_driver()?;
        let (text, _) =
            session::output(drivers.folder(), "tests.exe", &["--seconds", SECONDS, test].map(String::from), 300)?;
        let failed = text.contains(&format!("test {test} ... FAILED"));
        return Ok((text, failed));
    };
    drivers.samples()?;
    let (text, code) = session::output(drivers.folder(), &client, &words.collect::<Vec<_>>(), 300)?;
    Ok((text, code == Some(1)))
}

/// Plants each, or those whose tests contain one of the words, and has its test run.
pub fn all(words: &[String]) -> Result<String, String> {
    let (mut mutants, library) = (list()?, drivers::library()?);
    mutants.retain(|m| words.is_empty() || words.iter().any(|word| m.test.contains(word)));
    let copy = Copy::new("wine")?;
    let mut wrong = Vec::new();
    for m in &mutants {
        let built = copy.planted(&m.file, &m.from, &m.to, || {
            run(&Drivers::new(copy.dir(), &folder().join("mutants"), &library)?, &m.test)
        });
        let (text, failed) = built.map_err(|text| format!("{}: its mutant does not build\n{text}", m.test))?;
        if !failed || !text.contains(&m.says) {
            wrong.push(format!("{}: not caught, or in another way, where {} says {:?}\n{text}", m.test, m.file, m.to));
        }
    }
    if wrong.is_empty() { Ok(format!("{} mutants caught", mutants.len())) } else { Err(wrong.join("\n")) }
}
