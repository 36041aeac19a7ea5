//! `cargo xtask test mutants`: breaks the library as c-tests/mutants.toml says, one way after the other, and wants the named
//! C test to fail. Two copies, in which two mutants are tried at a time, each put right again after: so only what a mutant
//! touches is compiled.
//!
//! That check runs the named test alone. mutants/exact.rs: the mutants of the security checks, under which no other test
//! fails.
pub mod exact;

use crate::{
    copy::Copy,
    runner,
    two::{all_by_two, by_two},
    workspace::{files, program, root, run, target},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// A test that takes longer hangs, which is a failure, too.
const SECONDS: u64 = 10;
/// The same on the unchanged code, where nothing hangs, but the machine may be busy.
const MANY_SECONDS: u64 = 300;
/// A test that took its time on the unchanged code has so many times as long, and SECONDS.
const PATIENCE: u64 = 20;

struct Mutant {
    test: String,
    file: String,
    from: String,
    to: String,
    /// The security checks that it takes out, and no other.
    checks: Vec<String>,
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
        let checks = field("check").map_or(vec![], |checks| checks.split(' ').map(str::to_owned).collect());
        Some(Mutant { test: field("test")?, file: field("file")?, from: field("from")?, to: field("to")?, checks })
    };
    entries.iter().map(|e| read(e).ok_or_else(|| format!("c-tests/mutants.toml: incomplete: {e:?}"))).collect()
}

/// A copy and how its tests are built: by CMake and gcc, against its own archive.
struct Bench {
    copy: Copy,
    name: &'static str,
}

impl Bench {
    fn new(name: &'static str) -> Result<Self, String> {
        Ok(Self { copy: Copy::new(name)?, name })
    }

    /// The archive, made in a hurry: nobody ships it.
    fn archive(&self) -> Result<PathBuf, String> {
        let mut cargo = self.copy.cargo();
        let dir = target().join("copies").join([self.name, "-target"].concat());
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_INCREMENTAL", "1").env("CARGO_TARGET_DIR", &dir);
        run(cargo.args(["build", "-q", "-p", "sfa", "--release"]))?;
        Ok(dir.join("release/libsfa.a"))
    }

    /// Builds everything; answers the runner. A mutant may leave something unused: no warnings.
    fn begin(&self) -> Result<PathBuf, String> {
        // Without optimisation Rust's core library is there as it came, compiled for unwinding, which nobody does here.
        let link = "-Wl,--defsym=rust_eh_personality=0";
        runner::build_with(self.copy.dir(), self.name, "gcc", "-w -g0", link, &self.archive()?)
    }

    /// Builds what is out of date.
    fn build(&self, runner: &Path) -> Result<(), String> {
        self.archive()?;
        let dir = runner.parent().unwrap_or(runner);
        run(program("cmake").arg("--build").arg(dir).args(["-j", "2"])).map(drop)
    }

    /// None where the test passes, else what it says.
    fn failure(&self, seconds: u64, runner: &Path, test: &str) -> Option<String> {
        run(program("timeout").arg(seconds.to_string()).arg(runner).args(["--apart", test])).err()
    }

    /// Plants a mutant, builds, does `then`, and puts everything right again.
    fn with<T>(&self, runner: &Path, m: &Mutant, then: impl FnOnce() -> T) -> Result<T, String> {
        let answer = self.copy.planted(&m.file, &m.from, &m.to, || self.build(runner).map(|()| then()));
        answer.map_err(|text| format!("{}: its mutant does not build\n{text}", m.test))
    }

    /// Those of the tests that fail.
    fn failures(&self, runner: &Path, tests: &[String]) -> Vec<String> {
        by_two(tests, |_, test| self.failure(SECONDS, runner, test).map(|_| test.clone()))
            .into_iter()
            .flatten()
            .collect()
    }

    /// Plants a mutant and runs its test.
    fn try_one(&self, seconds: u64, runner: &Path, m: &Mutant) -> Result<(), String> {
        match self.with(runner, m, || self.failure(seconds, runner, &m.test))? {
            Some(text) if text.contains("... FAILED") || text.contains("exit status: 124") => Ok(()),
            Some(text) => Err(format!("{}: failed in another way\n{text}", m.test)),
            None => Err(format!("{}: passes although {} says {:?} instead of {:?}", m.test, m.file, m.to, m.from)),
        }
    }
}

/// Plants mutants and runs their tests; says which are not caught. A test that fails on the unchanged code would catch
/// everything: so all of them are run on that first.
fn try_all(mutants: &[Mutant]) -> Result<Vec<String>, String> {
    let benches = [Bench::new("mutants")?, Bench::new("mutants-2")?];
    let runners = all_by_two(&benches, |_, bench| bench.begin())?;
    let pair = |me: usize| (&benches[me], &runners[me]);
    let tests: BTreeSet<&str> = mutants.iter().map(|m| m.test.as_str()).collect();
    let tests: Vec<&str> = tests.into_iter().collect();
    let tried = by_two(&tests, |me, test| {
        let (bench, runner) = pair(me);
        let start = Instant::now();
        let failure = bench.failure(MANY_SECONDS, runner, test);
        (*test, (SECONDS + PATIENCE * start.elapsed().as_millis() as u64 / 1000, failure))
    });
    if let Some((test, text)) = tried.iter().find_map(|(test, (_, failure))| Some((test, failure.as_ref()?))) {
        return Err(format!("{test}: fails without a mutant\n{text}"));
    }
    let limits: BTreeMap<&str, _> = tried.into_iter().collect();
    let wrong = by_two(mutants, |me, m| {
        let (bench, runner) = pair(me);
        match limits.get(m.test.as_str()) {
            Some((seconds, _)) => bench.try_one(*seconds, runner, m).err(),
            None => Some(format!("{}: was not tried without a mutant", m.test)),
        }
    });
    Ok(wrong.into_iter().flatten().collect())
}

/// `cargo xtask mutants WORDS`: those whose test contains one of the words.
pub fn some(words: &[String]) -> Result<(), String> {
    let mutants: Vec<_> = list()?.into_iter().filter(|m| words.iter().any(|w| m.test.contains(w.as_str()))).collect();
    let wrong = try_all(&mutants)?;
    println!("{} of {} mutants caught", mutants.len() - wrong.len(), mutants.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Plants each mutant. Goes on after one that is not caught, so that all of them are known at once.
pub fn all() -> Result<String, String> {
    let mutants = list()?;
    let wrong = try_all(&mutants)?;
    if !wrong.is_empty() {
        return Err(wrong.join("\n"));
    }
    let caught: BTreeSet<_> = mutants.iter().filter_map(|m| m.test.split("::").next()).collect();
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
