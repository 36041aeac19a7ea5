//! `cargo xtask test`: every check, one line each, the output of the first that fails.
use crate::{
    archive, behaviour, demo, headers, mutants, oracle, package, packages, runner, samples, windows, wine,
    workspace::{cargo, run},
};
use std::{process::ExitCode, time::Instant};

type Check = (&'static str, fn() -> Result<String, String>);

const CHECKS: &[Check] = &[
    ("packages", packages::host),
    ("rustfmt", || run(cargo().args(["fmt", "--all", "--check"])).map(|_| String::new())),
    ("clang-format", headers::format),
    ("clippy", || {
        run(cargo().args(["clippy", "-q", "--workspace", "--all-targets", "--", "-D", "warnings"]))
            .map(|_| String::new())
    }),
    ("headers alone", headers::check),
    ("MSVC dialect", headers::dialect),
    ("oracle", oracle::check),
    ("archive", archive::check),
    ("archive, pool only", archive::pool_only),
    ("demo", demo::selftest),
    ("samples", samples::check),
    ("C tests, gcc", runner::gcc),
    ("C tests, clang", runner::clang),
    ("C tests, address", runner::address),
    ("C tests, thread", runner::thread),
    ("models, full", || {
        let mut models = cargo();
        models.args(["test", "-q", "--test", "models"]).env("SFA_MODELS", "full");
        run(&mut models).map(|text| summary(&text))
    }),
    ("behaviour", behaviour::check),
    ("mutants", mutants::all),
    ("cargo test", || run(cargo().args(["test", "--workspace"])).map(|text| summary(&text))),
];

/// What is built for Windows, with the packages that it needs: where `--windows` or a word asks for it.
const WINDOWS: &[Check] = &[
    ("packages, Windows", packages::windows),
    ("Windows libraries", windows::libraries),
    ("Windows archive", windows::archives),
    ("Windows, user mode", wine::user::check),
    ("Windows package", package::check),
    ("Windows, kernel mode", wine::check),
];

/// The numbers of all closing lines of cargo test.
fn summary(text: &str) -> String {
    let passed = |line: &str| line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<u32>().ok();
    let counts: Vec<u32> = text.lines().filter_map(passed).collect();
    format!("{} tests in {} programs", counts.iter().sum::<u32>(), counts.iter().filter(|n| **n > 0).count())
}

/// Runs the checks whose names contain one of the words, all of them without words.
pub fn all(arguments: &[String]) -> ExitCode {
    let start = Instant::now();
    let (options, words): (Vec<_>, Vec<_>) = arguments.iter().partition(|a| a.starts_with("--"));
    if let Some(unknown) = options.iter().find(|o| **o != "--windows") {
        eprintln!("cargo xtask test [--windows] [words]: what is {unknown}?");
        return ExitCode::from(2);
    }
    let windows = if options.is_empty() && words.is_empty() { &[] } else { WINDOWS };
    let named = |(name, _): &&Check| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let (mut passed, mut failed) = (0, 0);
    for group in [CHECKS, windows] {
        // The packages come first, if anything of the group runs.
        let first = group.first().filter(|first| !named(first) && group.iter().any(|check| named(&check)));
        for (name, check) in first.into_iter().chain(group.iter().filter(named)) {
            let begin = Instant::now();
            let result = check();
            let (word, text) = match &result {
                Ok(text) => ("ok", text.as_str()),
                Err(_) => ("FAILED", ""),
            };
            println!("{name:<24} {word:<6} {:>5} s  {text}", begin.elapsed().as_secs());
            if let Err(text) = result {
                println!("{text}");
                failed += 1;
            } else {
                passed += 1;
            }
        }
    }
    println!("{} s in all\n{passed} passed, {failed} failed", start.elapsed().as_secs());
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
