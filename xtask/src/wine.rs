//! `cargo xtask wine`: the C tests and the samples as .sys files, loaded by Wine's service manager, called through Wine's
//! kernel. docs/windows.md says what runs where, and what Wine cannot show.
mod clang;
mod driver;
mod imports;
mod link_map;
mod list;
mod mingw;
mod mutants;
mod session;
pub mod user;

use crate::{
    two::all_by,
    workspace::{root, target},
};
use clang::Built;
use session::{ALL, Session};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Everything of this check lies below.
fn folder() -> PathBuf {
    target().join("wine")
}

/// The drivers of both compilers.
struct Both {
    clang: Built,
    mingw: PathBuf,
}

fn build() -> Result<Both, String> {
    let clang = Built::new(&folder().join("drivers"))?;
    let mingw = mingw::build(&clang)?;
    Ok(Both { clang, mingw })
}

fn of(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.sys"))
}

/// Every driver that is loaded.
fn files(both: &Both) -> Vec<PathBuf> {
    let all = both.clang.drivers().iter();
    let tested = all.clone().filter(|driver| driver.under_test).map(|driver| of(&both.mingw, driver.name));
    all.map(|driver| of(both.clang.folder(), driver.name)).chain(tested).collect()
}

/// What is linked: nothing hollow is called, and the test kernel's NT half is not there.
fn linked(both: &Both) -> Result<String, String> {
    let all = both.clang.drivers();
    let exporters = all.iter().filter(|driver| driver.exports.is_some());
    let exporters: Vec<_> = exporters.map(|driver| of(both.clang.folder(), driver.name)).collect();
    let text = imports::check(&exporters, &files(both))?;
    imports::refuses(&exporters, &both.clang.hollow()?)?;
    link_map::check(both.clang.folder(), all.iter())?;
    link_map::check(&both.mingw, all.iter().filter(|driver| driver.under_test))?;
    Ok(text)
}

/// The clients of the samples, their arguments, and the driver that each is for.
const CLIENTS: [(&str, &str, &str); 4] = [
    ("sample.exe", "", "pureks.sys"),
    ("hostile.exe", "", "pureks.sys under attack"),
    ("forward.exe", "forward", "forward.sys"),
    ("forward.exe", "before", "before.sys"),
];

/// Runs them with the drivers of a folder.
fn clients(session: &Session, dir: &Path) -> Result<String, String> {
    let mut lines = Vec::new();
    for (client, argument, driver) in CLIENTS {
        let words: Vec<String> = argument.split_whitespace().map(String::from).collect();
        lines.push(format!("{driver}: {} passed", session.run(dir, client, &words, 300)?));
    }
    Ok(lines.join("; "))
}

fn some_tests(session: &Session, dir: &Path, words: &[String]) -> Result<String, String> {
    session.run(dir, "tests.exe", words, 900).map(|passed| format!("{passed} passed"))
}

/// All that there are.
fn tests(session: &Session, dir: &Path, count: usize) -> Result<String, String> {
    let passed = session.run(dir, "tests.exe", &[], 900)?;
    if passed == count { Ok(format!("{passed} passed")) } else { Err(format!("only {passed} of {count} tests ran")) }
}

type Part<'a> = &'a (dyn Fn(&Session, &Path) -> Result<String, String> + Sync);

/// Does the same with the drivers of both compilers: all parts of both at a time, each in a session of its own.
fn with_both<const N: usize>(both: &Both, parts: [Part; N]) -> Result<String, String> {
    let compilers = [("by clang", both.clang.folder()), ("by mingw", &both.mingw)];
    let work: Vec<_> = compilers.iter().flat_map(|compiler| parts.map(|part| (compiler, part))).collect();
    let lines = all_by(ALL.len(), &work, |me, ((whose, dir), part)| {
        part(&ALL[me], dir).map_err(|text| format!("{whose}: {text}"))
    });
    session::end();
    let lines = lines?;
    let of_each =
        compilers.iter().zip(lines.chunks(N)).map(|((whose, _), lines)| format!("{whose}: {}", lines.join("; ")));
    Ok(of_each.collect::<Vec<_>>().join("; "))
}

/// All of it, for `cargo xtask test`.
pub fn check() -> Result<String, String> {
    let counts = list::counts(root())?;
    let both = build()?;
    let gate = linked(&both)?;
    let lines = with_both(&both, [&|session, dir| tests(session, dir, counts.run), &clients])?;
    let mutants = mutants::all(&both.clang, &[])?;
    Ok(format!("{counts}; {lines}; {gate}; {mutants}"))
}

/// `cargo xtask wine [--imports | --mutants [WORD...] | --samples | --user [NAME...] | WORD...]`: words choose tests.
pub fn run(words: &[String]) -> ExitCode {
    let result = match words.first().map(String::as_str) {
        Some("--imports") => build().and_then(|both| imports::tables(&files(&both))),
        Some("--mutants") => build().and_then(|both| mutants::all(&both.clang, &words[1..])),
        Some("--samples") => build().and_then(|both| with_both(&both, [&clients])),
        Some("--user") => user::run_some(&words[1..]),
        Some(_) => build().and_then(|both| with_both(&both, [&|session, dir| some_tests(session, dir, words)])),
        None => check(),
    };
    let good = result.is_ok();
    println!("{}", result.unwrap_or_else(|text| text));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
