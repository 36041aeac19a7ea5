//! Breaks what is tested as c-tests/windows/mutants.toml says: the named test, or client, must fail in kernel mode.
use super::{
    clang::Built,
    folder,
    session::{self, ALL, Session},
};
use crate::{copy::Copy, two::all_by, workspace::root};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A test that takes longer hangs.
const SECONDS: &str = "20";

/// What the kernel-mode tests are there for: the pending mark, the count of who is cancelled, the wait for a pin.
const DEMANDED: [&str; 3] = [
    "wait::alloc_waits_until_free",
    "wait::a_cancelled_request_gets_no_frame",
    "pin_race::detaching_waits_for_a_free_that_is_firing",
];

pub struct Mutant {
    pub test: String,
    pub file: String,
    pub from: String,
    pub to: String,
    pub says: String,
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
    let mutants: Vec<_> =
        entries.map(|e| read(e).ok_or_else(|| format!("{file}: incomplete: {e:?}"))).collect::<Result<_, _>>()?;
    if mutants.is_empty() { Err(format!("{file}: no [[mutant]]")) } else { Ok(mutants) }
}

/// The C file that a file is compiled with: one that includes its parts has them in a folder of its name.
pub fn unit(file: &str) -> PathBuf {
    let whole = Path::new(file).parent().unwrap_or(Path::new("")).with_extension("c");
    if root().join(&whole).exists() { whole } else { file.into() }
}

/// Runs the test, or the client, with the drivers of a folder: what it printed, and whether it failed.
fn run(session: &Session, dir: &Path, test: &str) -> Result<(String, bool), String> {
    let mut words = test.split_whitespace().map(String::from);
    let client = words.next().filter(|word| word.ends_with(".exe"));
    let Some(client) = client else {
        let words = ["--seconds", SECONDS, test].map(String::from);
        let (text, _) = session.output(dir, "tests.exe", &words, 300)?;
        let failed = text.contains(&format!("test {test} ... FAILED"));
        return Ok((text, failed));
    };
    let (text, code) = session.output(dir, &client, &words.collect::<Vec<_>>(), 300)?;
    Ok((text, code == Some(1)))
}

/// Plants one mutant in a copy and looks whether it is noticed; what is wrong if it is not.
fn plant(m: &Mutant, drivers: &Built, copy: &Copy, session: &Session, dir: &Path) -> Result<Option<String>, String> {
    let built = copy.planted(&m.file, &m.from, &m.to, || {
        drivers.with(&unit(&m.file), copy.dir(), dir)?;
        run(session, dir, &m.test)
    });
    let (text, failed) = built.map_err(|text| format!("{}: its mutant does not build\n{text}", m.test))?;
    let wrong = || format!("{}: not caught, or in another way, where {} says {:?}\n{text}", m.test, m.file, m.to);
    Ok((!failed || !text.contains(&m.says)).then(wrong))
}

/// Plants each, or those whose tests contain one of the words, and has its test run; as many at a time as there are
/// sessions, each with a copy and a folder of its own.
pub fn all(drivers: &Built, words: &[String]) -> Result<String, String> {
    let mut mutants = read("mutants.toml")?;
    if let Some(test) = DEMANDED.iter().find(|test| !mutants.iter().any(|m| m.test == **test)) {
        return Err(format!("mutants.toml: none is for {test}"));
    }
    mutants.retain(|m| words.is_empty() || words.iter().any(|word| m.test.contains(word)));
    if mutants.is_empty() {
        return Err(format!("no mutant is for {words:?}"));
    }
    let copies = (0..ALL.len()).map(|me| Copy::new(&format!("wine-{me}"))).collect::<Result<Vec<_>, _>>()?;
    let wrong = all_by(ALL.len(), &mutants, |me, m| {
        plant(m, drivers, &copies[me], &ALL[me], &folder().join("mutants").join(me.to_string()))
    });
    session::end();
    let wrong: Vec<_> = wrong?.into_iter().flatten().collect();
    if wrong.is_empty() { Ok(format!("{} mutants caught", mutants.len())) } else { Err(wrong.join("\n")) }
}

#[test]
fn a_part_belongs_to_a_file() {
    assert_eq!(unit("src/os/ks/waiters.c"), Path::new("src/os/ks.c"));
    assert_eq!(unit("src/os/nt.c"), Path::new("src/os/nt.c"));
}
