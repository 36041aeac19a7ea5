//! The C tests as a program of their own, built by CMake: with other compilers, and with sanitizers in both halves.
use crate::{
    archive,
    copy::Copy,
    workspace::{program, root, run, target},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Builds the runner from the sources below `from`; answers the program.
pub fn build(from: &Path, name: &str, compiler: &str, flags: &str, archive: &Path) -> Result<PathBuf, String> {
    build_with(from, name, compiler, flags, "", archive)
}

/// The same with flags for the linker.
pub fn build_with(
    from: &Path,
    name: &str,
    compiler: &str,
    flags: &str,
    link: &str,
    archive: &Path,
) -> Result<PathBuf, String> {
    let dir = target().join("runner").join(name);
    // CMake does not put up with another compiler, or another source, in an old folder.
    let cache = std::fs::read_to_string(dir.join("CMakeCache.txt")).unwrap_or_default();
    let source = format!("CMAKE_HOME_DIRECTORY:INTERNAL={}\n", from.join("c-tests").display());
    if !cache.contains(&format!("/{compiler}\n")) || !cache.contains(&source) {
        let _ = std::fs::remove_dir_all(&dir); // there may be none
    }
    let mut cmake = program("cmake");
    cmake.arg("-S").arg(from.join("c-tests")).arg("-B").arg(&dir).arg("-DCMAKE_BUILD_TYPE=Debug");
    cmake.arg(format!("-DCMAKE_C_COMPILER={compiler}")).arg(format!("-DCMAKE_C_FLAGS={flags}"));
    cmake.arg(format!("-DCMAKE_EXE_LINKER_FLAGS={link}"));
    run(cmake.arg(format!("-DSFA_LIBRARY={}", archive.display())))?;
    run(program("cmake").arg("--build").arg(&dir).args(["-j", "2"]))?;
    Ok(dir.join("sfa_c_tests"))
}

/// The closing line `N passed, N failed` of a run that passed.
fn result(runner: &mut Command) -> Result<String, String> {
    let text = run(runner)?;
    let closing = text.lines().rev().find(|line| line.contains(" passed, "));
    match closing {
        Some(line) if line.contains(" 0 failed") && !line.starts_with("0 ") => Ok(line.to_owned()),
        _ => Err(format!("no test passed\n{text}")),
    }
}

/// Runs the tests through ctest, as a user of CMake would, two at a time.
fn by_ctest(runner: &Path) -> Result<String, String> {
    let dir = runner.parent().unwrap_or(runner);
    let text = run(program("ctest").arg("--test-dir").arg(dir).args(["-j", "2", "--output-on-failure"]))?;
    match text.lines().find(|line| line.contains(" tests failed out of ")) {
        Some(line) if line.starts_with("100% ") && !line.ends_with(" of 0") => Ok(line.to_owned()),
        _ => Err(format!("no test passed\n{text}")),
    }
}

/// CMake and gcc; the program runs its tests itself, one after the other, with the machine to itself.
pub fn gcc() -> Result<String, String> {
    let runner = build(root(), "gcc", "gcc", "", &archive::build()?)?;
    result(&mut program(runner))
}

/// CMake, clang and ctest.
pub fn clang() -> Result<String, String> {
    by_ctest(&build(root(), "clang-19", "clang-19", "", &archive::build()?)?)
}

/// A sanitizer, as both compilers call it.
struct Sanitizer {
    rust: &'static str,
    c: &'static str,
    /// What its reports say.
    report: &'static str,
}

const ADDRESS: Sanitizer = Sanitizer {
    rust: "address",
    c: "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all",
    report: "AddressSanitizer",
};
const THREAD: Sanitizer =
    Sanitizer { rust: "thread", c: "-g -O1 -fsanitize=thread", report: "ThreadSanitizer: data race" };

impl Sanitizer {
    /// The archive, instrumented. Only the compiler of the day knows how, so it has to be told to dare.
    fn archive(&self, mut cargo: Command, dir: &Path) -> Result<PathBuf, String> {
        const TRIPLE: &str = "x86_64-unknown-linux-gnu";
        let flags = format!("-Zsanitizer={} -Cunsafe-allow-abi-mismatch=sanitizer", self.rust);
        cargo.args(["build", "-q", "-p", "sfa", "--release", "--target", TRIPLE]);
        run(cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", flags).env("CARGO_TARGET_DIR", dir))?;
        Ok(dir.join(TRIPLE).join("release/libsfa.a"))
    }

    /// Builds archive and runner from a copy, as far as they are out of date.
    fn build(&self, copy: &Copy) -> Result<PathBuf, String> {
        let archive = self.archive(copy.cargo(), &target().join("sanitizer").join(self.rust))?;
        build(copy.dir(), self.rust, "clang-19", self.c, &archive)
    }

    /// Plants a bug and runs one test, which must end with a report.
    fn catches(&self, copy: &Copy, bug: &Bug) -> Result<(), String> {
        // One report is enough; each of a thousand takes its time.
        let first = |runner| run(program(runner).arg(bug.test).env("TSAN_OPTIONS", "halt_on_error=1"));
        let runner = |copy| self.build(copy).map(first);
        match copy.planted(bug.file, bug.from, bug.to, || runner(copy))? {
            Err(text) if text.contains(self.report) => Ok(()),
            Err(text) => Err(format!("{}: failed, but without a report\n{text}", bug.name)),
            Ok(_) => Err(format!("{}: not caught", bug.name)),
        }
    }
}

/// A bug that a sanitizer must report.
struct Bug {
    name: &'static str,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    test: &'static str,
}

const OVERFLOWS: [Bug; 2] = [
    Bug {
        name: "overflow-in-rust",
        file: "src/os/slab.rs",
        from: "(i & self.last) as usize",
        to: "(i & self.last) as usize + 2", // one is within the slack
        test: "minimal::create_commit_allocate_free_destroy",
    },
    Bug {
        name: "overflow-in-c",
        file: "src/os/nt.c",
        from: "KeInitializeEvent((PKEVENT)Event, NotificationEvent, FALSE);",
        to: "KeInitializeEvent((PKEVENT)((char *)Event + 16), NotificationEvent, FALSE);",
        test: "minimal::create_commit_allocate_free_destroy",
    },
];
/// The two lock services of nt.c, and a pair that raises the IRQL and locks nothing.
const NT_LOCK: &str = "    KeAcquireSpinLock((PKSPIN_LOCK)Lock, &irql);
    return irql;
}

_Use_decl_annotations_ void SFAAPI SfaOsLockRelease(SIZE_T *Lock, UCHAR Irql)
{
    KeReleaseSpinLock((PKSPIN_LOCK)Lock, Irql);";
const NT_NO_LOCK: &str = "    (void)Lock;
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    return irql;
}

_Use_decl_annotations_ void SFAAPI SfaOsLockRelease(SIZE_T *Lock, UCHAR Irql)
{
    (void)Lock;
    KeLowerIrql(Irql);";
const RACES: [Bug; 3] = [
    Bug {
        name: "race-in-rust",
        file: "src/core/pool.rs",
        from: "match word.cas(old, old | bit, Release, Relaxed) {",
        to: "match word.cas(old, old | bit, Relaxed, Relaxed) {",
        test: "threads::four_threads_share_a_hundred_frames",
    },
    Bug {
        name: "race-in-c",
        file: "src/os/nt.c",
        from: NT_LOCK,
        to: NT_NO_LOCK,
        test: "threads::levels_checks_and_statistics_come_in_between",
    },
    Bug {
        name: "race-for-the-pin",
        file: "src/os/ks/fire.c",
        from: "(void)InterlockedExchangePointer((PVOID *)&State->Pin, Pin);",
        to: "State->Pin = Pin;",
        test: "pin_race::a_free_that_is_late_fires_at_the_pin_that_came",
    },
];

/// All tests, in a copy; then the bugs, one after the other, in the same copy: only what they touch is compiled again.
fn sanitized(sanitizer: &Sanitizer, bugs: &[Bug]) -> Result<String, String> {
    let copy = Copy::new(&["sanitizer-", sanitizer.rust].concat())?;
    let line = by_ctest(&sanitizer.build(&copy)?)?;
    for bug in bugs {
        sanitizer.catches(&copy, bug)?;
    }
    Ok(format!("{line}; {} planted bugs reported", bugs.len()))
}

/// AddressSanitizer and UndefinedBehaviorSanitizer over both halves.
pub fn address() -> Result<String, String> {
    sanitized(&ADDRESS, &OVERFLOWS)
}

/// ThreadSanitizer over both halves.
pub fn thread() -> Result<String, String> {
    sanitized(&THREAD, &RACES)
}
