//! `cargo xtask test mutants`: breaks the library as c-tests/mutants.toml says, one way after the other, and wants the named
//! C test to fail. One copy for all, put right again after each: so only what a mutant touches is compiled.
//!
//! That check runs the named test alone. `cargo xtask mutants --spread` runs all of them under each mutant, which takes
//! several times as long, and writes down in docs/mutants.txt which others fail.
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
    time::Instant,
};

/// A test that takes longer hangs, which is a failure, too.
const SECONDS: &str = "60";
/// The same where all tests are run that take at most SLOW seconds on the unchanged code.
const FEW_SECONDS: &str = "10";
const SLOW: f32 = 0.8;

const REPORT: &str = "docs/mutants.txt";
const HEAD: &str = "\
Written by `cargo xtask mutants --spread`: each mutant of c-tests/mutants.toml, where it is, the test that it was made
for, and how many other C tests fail under it, by file. (Tests of the test kernel itself, kernel_*, are run for its own
mutants only: the others are not in what they test.) `cargo xtask test mutants` replays the named test alone. Left out
where they are not the named one are the slowest tests:
";

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

/// `cargo xtask mutants --spread`: which other tests fail under each mutant.
pub fn spread() -> Result<(), String> {
    let bench = Bench { copy: Copy::new("mutants")? };
    let runner = bench.begin()?;
    let list_of_tests = run(program(&runner).arg("--list"))?;
    let is_slow = |test: &str| {
        let begin = Instant::now();
        let _ = bench.failure(&runner, test);
        begin.elapsed().as_secs_f32() > SLOW
    };
    let (slow, tests): (Vec<_>, Vec<_>) = list_of_tests.lines().map(str::to_owned).partition(|t| is_slow(t));
    let (of_kernel, of_library): (Vec<_>, Vec<_>) = tests.into_iter().partition(|t| t.starts_with("kernel_"));
    let mutants = list()?;
    let (mut text, mut alone, mut missed) = (HEAD.to_owned() + &by_file(&slow) + ".\n", 0, Vec::new());
    for m in &mutants {
        let tests = if m.file.starts_with("src/") { &of_library } else { &[&of_library[..], &of_kernel].concat() };
        let (caught, mut others) =
            bench.with(&runner, m, || (bench.failure(&runner, &m.test).is_some(), bench.failures(&runner, tests)))?;
        others.retain(|t| *t != m.test);
        if !caught {
            missed.push(m.test.clone());
        }
        alone += u32::from(others.is_empty());
        let colon = if others.is_empty() { "" } else { ": " };
        let line = format!("{:<36} {}\n    and {}{colon}{}\n", m.file, m.test, others.len(), by_file(&others));
        print!("{line}");
        let _ = write!(text, "\n{line}");
    }
    let _ = write!(text, "\n{} mutants; under {alone} of them no other test fails.\n", mutants.len());
    fs::write(root().join(REPORT), text).map_err(|e| format!("{REPORT}: {e}"))?;
    if missed.is_empty() { Ok(()) } else { Err(format!("not caught: {missed:?}")) }
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
