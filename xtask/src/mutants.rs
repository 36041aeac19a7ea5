//! `cargo xtask test mutants`: breaks the library as c-tests/mutants.toml says, one way after the other, and wants the named
//! C test to fail. One copy for all, put right again after each: so only what a mutant touches is compiled.
//!
//! That check runs the named test alone. `cargo xtask mutants --spread` runs all of them under each mutant, which takes
//! several times as long, and writes down in docs/mutants.txt how many others fail, and where.
use crate::{
    copy::Copy,
    runner,
    workspace::{files, program, root, run, target},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

/// A test that takes longer hangs, which is a failure, too.
const SECONDS: &str = "60";
/// The same where many tests are run.
const FEW_SECONDS: &str = "10";
/// What takes longest, by the beginning of its name.
const SLOW: [&str; 6] = [
    "threads::",
    "crowd::a_hundred_thousand",
    "crowd::requests_that_free",
    "pin_race::",
    "changing::the_last_free_may_race",
    "framing_ex::what_the_samples_declare",
];

const REPORT: &str = "docs/mutants.txt";
const HEAD: &str = "\
Written by `cargo xtask mutants --spread`: the mutants of c-tests/mutants.toml, where each is (with a mark of what it
breaks), the test that it was made for, and how many other C tests fail under it, by file. Not counted: tests of the test
kernel itself, kernel_*, under mutants of the library, which they do not use; and the slowest tests (threads, pin_race, and
one or two of changing, crowd and framing_ex). `cargo xtask test mutants` replays the named test alone.
";

struct Mutant {
    test: String,
    file: String,
    from: String,
    to: String,
}

impl Mutant {
    /// What tells it from others, and from what it was before it was edited.
    fn title(&self) -> String {
        let text = [&self.from, "\n", &self.to].concat();
        let mark = text.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)); // FNV-1a
        format!("{} {mark:08x} {}", self.file, self.test)
    }
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

/// The copy and how its tests are built: by CMake and gcc, against its own archive.
struct Bench {
    copy: Copy,
}

impl Bench {
    /// The archive, made in a hurry: nobody ships it.
    fn archive(&self) -> Result<PathBuf, String> {
        let mut cargo = self.copy.cargo();
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        cargo.env("CARGO_TARGET_DIR", target().join("copies/mutants-target"));
        run(cargo.args(["build", "-q", "-p", "sfa", "--release"]))?;
        Ok(target().join("copies/mutants-target/release/libsfa.a"))
    }

    /// Builds everything; answers the runner. A mutant may leave something unused: no warnings.
    fn begin(&self) -> Result<PathBuf, String> {
        runner::build(self.copy.dir(), "mutants", "gcc", "-w", &self.archive()?)
    }

    /// Builds what is out of date.
    fn build(&self, runner: &Path) -> Result<(), String> {
        self.archive()?;
        let dir = runner.parent().unwrap_or(runner);
        run(program("cmake").arg("--build").arg(dir).args(["-j", "2"])).map(drop)
    }

    /// None where the test passes, else what it says.
    fn failure(&self, runner: &Path, test: &str) -> Option<String> {
        self.failure_within(SECONDS, runner, test)
    }

    fn failure_within(&self, seconds: &str, runner: &Path, test: &str) -> Option<String> {
        run(program("timeout").arg(seconds).arg(runner).args(["--apart", test])).err()
    }

    /// Plants a mutant, builds, does `then`, and puts everything right again.
    fn with<T>(&self, runner: &Path, m: &Mutant, then: impl FnOnce() -> T) -> Result<T, String> {
        let path = self.copy.dir().join(&m.file);
        let before = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        self.copy.replace(&m.file, &m.from, &m.to)?;
        let answer = self.build(runner).map(|()| then());
        fs::write(&path, before).map_err(|e| format!("{}: {e}", path.display()))?;
        answer.map_err(|text| format!("{}: its mutant does not build\n{text}", m.test))
    }

    /// Those of the tests that fail, by two at a time.
    fn failures(&self, runner: &Path, tests: &[String]) -> Vec<String> {
        let (queue, failed) = (Mutex::new(tests.iter()), Mutex::new(Vec::new()));
        let next = || queue.lock().map_or(None, |mut tests| tests.next());
        let work = || {
            while let Some(test) = next() {
                if self.failure_within(FEW_SECONDS, runner, test).is_some()
                    && let Ok(mut failed) = failed.lock()
                {
                    failed.push(test.clone());
                }
            }
        };
        thread::scope(|s| {
            s.spawn(work);
            s.spawn(work);
        });
        failed.into_inner().unwrap_or_default()
    }

    /// Plants a mutant and runs its test.
    fn try_one(&self, runner: &Path, m: &Mutant) -> Result<(), String> {
        match self.with(runner, m, || self.failure(runner, &m.test))? {
            Some(text) if text.contains("... FAILED") || text.contains("exit status: 124") => Ok(()),
            Some(text) => Err(format!("{}: failed in another way\n{text}", m.test)),
            None => Err(format!("{}: passes although {} says {:?} instead of {:?}", m.test, m.file, m.to, m.from)),
        }
    }
}

/// `cargo xtask mutants WORDS`: those whose test contains one of the words.
pub fn some(words: &[String]) -> Result<(), String> {
    let mutants: Vec<_> = list()?.into_iter().filter(|m| words.iter().any(|w| m.test.contains(w.as_str()))).collect();
    let bench = Bench { copy: Copy::new("mutants")? };
    let runner = bench.begin()?;
    let tests: BTreeSet<&str> = mutants.iter().map(|m| m.test.as_str()).collect();
    if let Some((test, text)) = tests.iter().find_map(|t| Some((t, bench.failure(&runner, t)?))) {
        return Err(format!("{test}: fails without a mutant\n{text}"));
    }
    let wrong: Vec<_> = mutants.iter().filter_map(|m| bench.try_one(&runner, m).err()).collect();
    println!("{} of {} mutants caught", mutants.len() - wrong.len(), mutants.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// How many of the tests are in each file.
fn by_file(tests: &[String]) -> String {
    let mut files = BTreeMap::new();
    for test in tests {
        *files.entry(test.split("::").next().unwrap_or_default()).or_insert(0_u32) += 1;
    }
    files.iter().map(|(file, n)| format!("{file} {n}")).collect::<Vec<_>>().join(", ")
}

/// The reports that are in docs/mutants.txt, by mutant.
fn reports() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join(REPORT)).unwrap_or_default();
    let parts = text.split("\n\n").filter_map(|part| {
        let (title, found) = part.trim_end().split_once("\n    and ")?;
        Some((title.to_owned(), found.to_owned()))
    });
    parts.collect()
}

fn write_reports(mutants: &[Mutant], reports: &BTreeMap<String, String>) -> Result<(), String> {
    let known: Vec<_> = mutants.iter().filter_map(|m| reports.get_key_value(&m.title())).collect();
    let alone = known.iter().filter(|(_, found)| *found == "0 others").count();
    let mut text = HEAD.to_owned();
    for (title, found) in &known {
        let _ = write!(text, "\n{title}\n    and {found}\n");
    }
    let _ = writeln!(text, "\n{} of {} mutants; under {alone} no other test fails.", known.len(), mutants.len());
    fs::write(root().join(REPORT), text).map_err(|e| format!("{REPORT}: {e}"))
}

/// `cargo xtask mutants --spread`: which other tests fail under each mutant. It may be broken off, and goes on with what
/// is missing.
pub fn spread() -> Result<(), String> {
    let bench = Bench { copy: Copy::new("mutants")? };
    let runner = bench.begin()?;
    let list_of_tests = run(program(&runner).arg("--list"))?;
    let quick = list_of_tests.lines().filter(|test| !SLOW.iter().any(|slow| test.starts_with(slow)));
    let tests: Vec<String> = quick.map(str::to_owned).collect();
    let of_library: Vec<_> = tests.iter().filter(|test| !test.starts_with("kernel_")).cloned().collect();
    let mutants = list()?;
    let mut reports = reports();
    for m in &mutants {
        if reports.contains_key(&m.title()) {
            continue;
        }
        let tests = if m.file.starts_with("src/") { &of_library } else { &tests };
        let (caught, mut others) =
            bench.with(&runner, m, || (bench.failure(&runner, &m.test).is_some(), bench.failures(&runner, tests)))?;
        if !caught {
            return Err(format!("{}: not caught", m.title()));
        }
        others.retain(|test| *test != m.test);
        let colon = if others.is_empty() { "" } else { ": " };
        let found = format!("{} others{colon}{}", others.len(), by_file(&others));
        println!("{}\n    and {found}", m.title());
        reports.insert(m.title(), found);
        write_reports(&mutants, &reports)?;
    }
    Ok(())
}

/// Plants each mutant. Goes on after one that is not caught, so that all of them are known at once.
pub fn all() -> Result<String, String> {
    let mutants = list()?;
    let bench = Bench { copy: Copy::new("mutants")? };
    let runner = bench.begin()?;
    // A test that fails on the unchanged code would catch everything.
    let tests: BTreeSet<&str> = mutants.iter().map(|m| m.test.as_str()).collect();
    if let Some((test, text)) = tests.iter().find_map(|t| Some((t, bench.failure(&runner, t)?))) {
        return Err(format!("{test}: fails without a mutant\n{text}"));
    }
    let wrong: Vec<_> = mutants.iter().filter_map(|m| bench.try_one(&runner, m).err()).collect();
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let caught: BTreeSet<_> = tests.iter().filter_map(|t| t.split("::").next()).collect();
    let all: BTreeSet<String> = files("c-tests", &[".c"])
        .iter()
        .filter(|f| fs::read_to_string(root().join(f)).is_ok_and(|t| t.lines().any(|l| l.starts_with("TEST"))))
        .filter_map(|f| Some(f.file_stem()?.to_str()?.to_owned()))
        .collect();
    let without: Vec<_> = all.iter().filter(|f| !caught.contains(f.as_str())).collect();
    if !without.is_empty() {
        return Err(format!("no mutant for {without:?}"));
    }
    Ok(format!("{} mutants caught, each of {} test files catches one", mutants.len(), all.len()))
}
