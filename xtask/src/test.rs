//! `cargo xtask test`: every check, one line each, the output of the first that fails.
use crate::{
    archive, behaviour, demo, headers,
    models::{self, MODELS},
    mutants, oracle, package, packages, runner, samples, windows, wine,
    workspace::{cargo, run},
};
use serde_json::Value;
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
    ("models", || models::check("more")),
    ("behaviour", behaviour::check),
    ("mutants", mutants::all),
    ("cargo test", all_but_models),
];

/// What takes longer than anybody waits for who has changed something else: where `--long` asks for it.
const LONG: &[Check] = &[
    ("models, full", || models::check("full")),
    ("mutants, exact", || mutants::exact::run_all(&[]).map(|()| "docs/exact.txt".into())),
];

/// What is built for Windows, and run by Wine, with the packages that it needs: `--host` leaves it out.
const WINDOWS: &[Check] = &[
    ("packages, Windows", packages::windows),
    ("Windows libraries", windows::libraries),
    ("Windows archive", windows::archives),
    ("Windows, user mode", wine::user::check),
    ("Windows package", package::check),
    ("Windows, kernel mode", wine::check),
];

/// What `cargo test --workspace` runs, without the models: they have a check of their own, which runs more of them.
fn all_but_models() -> Result<String, String> {
    let metadata = run(cargo().args(["metadata", "-q", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let tests = targets.filter(|t| t["kind"][0] == "test").filter_map(|t| t["name"].as_str());
    let mut names: Vec<&str> = tests.collect();
    let all = names.len();
    names.retain(|name| *name != MODELS);
    if names.len() + 1 != all {
        return Err(format!("of {all} test programs {} are the models", all - names.len()));
    }
    let mut programs = cargo();
    programs.args(["test", "--workspace", "--lib", "--bins", "--examples"]);
    for name in names {
        programs.args(["--test", name]);
    }
    let text = run(&mut programs)? + &run(cargo().args(["test", "--workspace", "--doc"]))?;
    Ok(summary(&text))
}

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
    if let Some(unknown) = options.iter().find(|o| !["--host", "--long"].contains(&o.as_str())) {
        eprintln!("cargo xtask test [--host] [--long] [words]: what is {unknown}?");
        return ExitCode::from(2);
    }
    let asked = |option: &str| options.iter().any(|o| *o == option);
    let windows = if asked("--host") { &[] } else { WINDOWS };
    let long = if asked("--long") { LONG } else { &[] };
    let named = |(name, _): &&Check| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let (mut passed, mut failed) = (0, 0);
    for group in [CHECKS, long, windows] {
        // The packages come first, if anything of the group runs.
        let packages = group.first().filter(|(name, _)| name.starts_with("packages"));
        let first = packages.filter(|first| !named(first) && group.iter().any(|check| named(&check)));
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
