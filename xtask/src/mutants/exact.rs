//! `cargo xtask mutants --exact`: for each security check of docs/checks.md the mutants that are marked with it, under
//! which the test that they name must fail and every other C test of the library pass. So a check has a test of its own,
//! and a failure names what is broken. It is written down in docs/exact.txt, whose age a test looks at.
use super::{Bench, Mutant, list};
use crate::workspace::{program, root, run};
use std::{collections::BTreeMap, fmt::Write as _, fs};

/// A test that failed once is run again, alone, for so long: a loaded machine is no failure.
const PATIENT_SECONDS: u64 = 30;
const REPORT: &str = "docs/exact.txt";
const HEAD: &str = "\
Written by `cargo xtask mutants --exact`: for each security check of docs/checks.md, mutants of c-tests/mutants.toml (with
a mark of what they break) and the C test that fails under each. All other C tests of the library passed. Not counted are
two that ask for everything once more (behaviour::*, hostile::no_request_brings_it_down), and the test kernel's own tests,
kernel_*.
";

/// The checks of docs/checks.md, in order.
fn checks() -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/checks.md")).unwrap_or_default();
    let row = |line: &str| Some(line.strip_prefix("| C")?.split_once(" |")?.0.to_owned());
    text.lines().filter_map(row).filter(|n| n.parse::<u32>().is_ok()).map(|n| format!("C{n}")).collect()
}

/// The marked mutants, by check.
fn marked(mutants: &[Mutant]) -> BTreeMap<&str, Vec<&Mutant>> {
    let mut marked = BTreeMap::<_, Vec<_>>::new();
    for m in mutants {
        for check in m.checks.iter() {
            marked.entry(check.as_str()).or_default().push(m);
        }
    }
    marked
}

fn report(mutants: &[Mutant]) -> String {
    let (marked, mut text) = (marked(mutants), HEAD.to_owned());
    for check in checks() {
        for m in marked.get(check.as_str()).into_iter().flatten() {
            let _ = write!(text, "\n{check:<4}{}", m.title());
        }
    }
    text + "\n"
}

/// Whether it is a test of the library that is about something.
fn counts(test: &str) -> bool {
    !["kernel_", "behaviour::", "hostile::no_request_"].iter().any(|start| test.starts_with(start))
}

/// Runs all of the library's tests under each marked mutant, or under those of the checks that are named.
pub fn run_all(words: &[String]) -> Result<(), String> {
    let bench = Bench::new("mutants")?;
    let runner = bench.begin()?;
    let tests = run(program(&runner).arg("--list"))?;
    let tests: Vec<String> = tests.lines().filter(|t| counts(t)).map(str::to_owned).collect();
    let mutants = list()?;
    let wanted = |m: &&Mutant| !m.checks.is_empty() && (words.is_empty() || m.checks.iter().any(|c| words.contains(c)));
    let mut wrong = Vec::new();
    for m in mutants.iter().filter(wanted) {
        let failed = bench.with(&runner, m, || {
            let mut failed = bench.failures(&runner, &tests);
            failed.retain(|test| bench.failure(PATIENT_SECONDS, &runner, test).is_some());
            failed
        })?;
        let good = failed == [m.test.clone()];
        println!("{:<8} {:<6} {}", m.checks.join(" "), if good { "ok" } else { "FAILED" }, m.title());
        if !good {
            let first: Vec<_> = failed.iter().take(8).map(String::as_str).collect();
            println!("    {} fail: {}", failed.len(), first.join(" "));
            wrong.push(m.title());
        }
    }
    if wrong.is_empty() && words.is_empty() {
        fs::write(root().join(REPORT), report(&mutants)).map_err(|e| format!("{REPORT}: {e}"))?;
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("not exactly the named test:\n{}", wrong.join("\n"))) }
}

#[test]
fn each_security_check_has_a_mutant_under_which_one_test_fails() {
    let mutants = list().unwrap();
    let known = marked(&mutants);
    let checks = checks();
    assert_eq!(checks.len(), 34);
    for check in &checks {
        assert!(known.contains_key(check.as_str()), "{check}: no mutant is marked with it");
    }
    let text = fs::read_to_string(root().join("docs/checks.md")).unwrap();
    for (check, mutants) in &known {
        let row = text.lines().find(|line| line.starts_with(&format!("| {check} |")));
        let row = row.unwrap_or_else(|| panic!("{check}: no such check"));
        for m in mutants {
            let file = m.test.split("::").next().unwrap_or_default();
            let named = row.contains(&m.test) || row.contains(&format!("{file}::*"));
            assert!(named, "docs/checks.md does not name {} for {check}", m.test);
        }
    }
    assert_eq!(fs::read_to_string(root().join(REPORT)).unwrap(), report(&mutants), "run `cargo xtask mutants --exact`");
}
