//! `cargo xtask wine`: the C tests and a sample as .sys files, loaded by Wine's service manager, called through Wine's
//! kernel. docs/windows.md says what runs where, and what Wine cannot show.
mod drivers;
mod imports;
mod list;
mod mutants;
mod session;
pub mod user;

use crate::workspace::{root, target};
use drivers::Drivers;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Everything of this check lies below.
fn folder() -> PathBuf {
    target().join("wine")
}

/// Builds the drivers and their clients from a repository, into a folder.
fn build(from: &Path, out: &Path) -> Result<Drivers, String> {
    let drivers = Drivers::new(from, out, &drivers::library()?)?;
    drivers.test_driver()?;
    drivers.samples()?;
    Ok(drivers)
}

/// What is linked: nothing hollow is called, and the test kernel's NT half is not there.
fn linked(drivers: &Drivers) -> Result<String, String> {
    let text = imports::check(&drivers.all())?;
    imports::refuses(&drivers.broken()?)?;
    drivers.link_map()?;
    Ok(text)
}

fn tests(drivers: &Drivers, words: &[String]) -> Result<String, String> {
    let left = list::left_out(root())?;
    let line = session::run(drivers.folder(), "tests.exe", words, 900)?;
    Ok(format!("{line}, {left} left out"))
}

/// The import lists, for people.
pub fn imports() -> Result<String, String> {
    let drivers = build(root(), &folder().join("drivers"))?;
    imports::tables(&drivers.all())
}

/// All of it, for `cargo xtask test`.
pub fn check() -> Result<String, String> {
    let drivers = build(root(), &folder().join("drivers"))?;
    let gate = linked(&drivers)?;
    let tests = tests(&drivers, &[])?;
    let sample = session::run(drivers.folder(), "sample.exe", &[], 120)?;
    let mutants = mutants::all()?;
    session::end();
    Ok(format!("kernel mode: {tests}; pureks.sys: {sample}; {gate}; {mutants}"))
}

/// `cargo xtask wine [--imports | --mutants | --user | WORD...]`: words choose tests.
pub fn run(words: &[String]) -> ExitCode {
    let result = match words.first().map(String::as_str) {
        Some("--imports") => imports(),
        Some("--mutants") => mutants::all(),
        Some("--user") => user::run_some(&words[1..]),
        Some(_) => build(root(), &folder().join("drivers")).and_then(|drivers| tests(&drivers, words)),
        None => check(),
    };
    let good = result.is_ok();
    println!("{}", result.unwrap_or_else(|text| text));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
