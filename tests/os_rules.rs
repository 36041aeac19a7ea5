//! Rules of the source that no compiler checks: the os layer keeps raw pointers to itself, its C half does not know the
//! tests, and no file is too long to be read at a sitting.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Most lines of one file.
const MOST_LINES: usize = 300;

/// What a plain number may be where os is called: a length, or a value that a bug check only shows.
const NUMBERS: &[&str] = &["bytes", "len", "size", "stride", "detail", "allocator"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder whose names end so, with their text.
fn files(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "no files in {folder}");
    found.sort();
    found
}

/// The signatures of the functions that other layers can call without `unsafe`.
fn safe_signatures(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let rest = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub "));
        let rest = rest.map(|rest| rest.strip_prefix("const ").unwrap_or(rest));
        if rest.is_some_and(|rest| rest.starts_with("fn ")) {
            let mut signature = String::new();
            for line in &lines[i..] {
                signature.push_str(line);
                signature.push(' ');
                if line.ends_with(['{', ';', '}']) {
                    break;
                }
            }
            found.push(signature.split(" {").next().unwrap_or_default().to_owned());
        }
    }
    found
}

/// What is wrong with a signature.
fn fault(signature: &str) -> Option<&'static str> {
    if ["*mut ", "*const ", "NonNull"].iter().any(|raw| signature.contains(raw)) {
        return Some("takes or returns a raw pointer");
    }
    let answer = signature.split_once("->").map_or("", |(_, answer)| answer);
    if answer.contains("usize") {
        return Some("returns a number that may be an address");
    }
    let named = |before: &str| NUMBERS.iter().any(|name| before.trim_end_matches(": ").ends_with(name));
    let numbers = signature.match_indices("usize").filter(|(at, _)| !named(&signature[..*at]));
    (numbers.count() > 0).then_some("takes a number that may be an address")
}

#[test]
fn no_safe_function_of_os_deals_in_raw_pointers() {
    let mut seen = 0;
    for (path, text) in files("src/os", &[".rs"]) {
        if path.ends_with("sys.rs") {
            continue; // the seam itself: every function there is unsafe to call
        }
        for signature in safe_signatures(&text) {
            seen += 1;
            assert_eq!(fault(&signature), None, "{}: {signature}", path.display());
        }
    }
    assert!(seen > 20, "only {seen} functions found: does this test still read the source?");
}

#[test]
fn the_rule_about_raw_pointers_can_fail() {
    let bad = [
        "pub fn a(p: *mut u8) {",
        "pub(crate) fn b() -> NonNull<u8> {",
        "pub fn c() -> usize {",
        "pub fn d(at: usize) {",
    ];
    for line in bad {
        assert!(safe_signatures(line).iter().all(|s| fault(s).is_some()) && safe_signatures(line).len() == 1, "{line}");
    }
    assert_eq!(safe_signatures("pub unsafe fn e(p: *mut u8) {"), [""; 0]);
    assert_eq!(fault("pub fn f(bytes: usize) -> bool"), None);
}

#[test]
fn the_c_half_of_os_does_not_know_the_tests() {
    for (path, text) in files("src/os", &[".c", ".h"]) {
        for line in text.lines().map(str::trim).filter(|line| line.starts_with('#')) {
            let lower = line.to_lowercase();
            let telling = ["test", "tk", "host", "mock", "__linux__", "__gnuc__", "__clang__"];
            assert!(!telling.iter().any(|word| lower.contains(word)), "{}: {line}", path.display());
        }
    }
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    for folder in ["src", "c-tests", "samples", "xtask", "tests"] {
        for (path, text) in files(folder, &[".rs", ".c", ".h", ".in", ".sh", ".py", ".html", ".js", ".css"]) {
            if text.lines().take(3).any(|line| line.contains("Written by `cargo xtask")) {
                continue; // nobody reads it from top to bottom
            }
            let lines = text.lines().count();
            assert!(lines <= MOST_LINES, "{}: {lines} lines", path.display());
        }
    }
}
