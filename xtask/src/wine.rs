//! `cargo xtask wine`: the C tests and the samples as .sys files, loaded by Wine's service manager, called through Wine's
//! kernel. docs/windows.md says what runs where, and what Wine cannot show.
mod drivers;
mod imports;
mod list;
mod mingw;
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

/// The same drivers by mingw's compiler; their folder.
fn build_mingw(drivers: &Drivers) -> Result<PathBuf, String> {
    let dir = mingw::build(drivers)?;
    drivers::link_map(&dir, &mingw::MADE)?;
    Ok(dir)
}

/// Every driver that is loaded, of both compilers.
fn all(drivers: &Drivers, mingw: &Path) -> Vec<PathBuf> {
    let made = mingw::MADE.map(|name| mingw.join(format!("{name}.sys")));
    drivers.all().into_iter().chain(made).collect()
}

/// What is linked: nothing hollow is called, and the test kernel's NT half is not there.
fn linked(drivers: &Drivers, mingw: &Path) -> Result<String, String> {
    let text = imports::check(&all(drivers, mingw))?;
    imports::refuses(&drivers.broken()?)?;
    drivers.link_map()?;
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
fn clients(dir: &Path) -> Result<String, String> {
    let mut lines = Vec::new();
    for (client, argument, driver) in CLIENTS {
        let words: Vec<String> = argument.split_whitespace().map(String::from).collect();
        lines.push(format!("{driver}: {}", session::run(dir, client, &words, 300)?));
    }
    Ok(lines.join("; "))
}

fn tests(drivers: &Drivers, words: &[String]) -> Result<String, String> {
    let left = list::left_out(root())?;
    let line = session::run(drivers.folder(), "tests.exe", words, 900)?;
    Ok(format!("{line}, {left} left out"))
}

/// The import lists, for people.
pub fn imports() -> Result<String, String> {
    let drivers = build(root(), &folder().join("drivers"))?;
    let mingw = build_mingw(&drivers)?;
    imports::tables(&all(&drivers, &mingw))
}

/// The samples and their clients, with the drivers of both compilers, and some of the C tests with those of the second.
fn samples(drivers: &Drivers) -> Result<String, String> {
    let mingw = build_mingw(drivers)?;
    let gate = linked(drivers, &mingw)?;
    let few = session::run(&mingw, "tests.exe", &[], 300)?;
    Ok(format!("{}; by mingw: {few}; {}; {gate}", clients(drivers.folder())?, clients(&mingw)?))
}

/// All of it, for `cargo xtask test`.
pub fn check() -> Result<String, String> {
    let drivers = build(root(), &folder().join("drivers"))?;
    let tests = tests(&drivers, &[])?;
    let samples = samples(&drivers)?;
    let mutants = mutants::all(&[])?;
    session::end();
    Ok(format!("kernel mode: {tests}; {samples}; {mutants}"))
}

/// `cargo xtask wine [--imports | --mutants [WORD...] | --samples | --user [NAME...] | WORD...]`: words choose tests.
pub fn run(words: &[String]) -> ExitCode {
    let result = match words.first().map(String::as_str) {
        Some("--imports") => imports(),
        Some("--mutants") => mutants::all(&words[1..]),
        Some("--samples") => build(root(), &folder().join("drivers")).and_then(|drivers| samples(&drivers)),
        Some("--user") => user::run_some(&words[1..]),
        Some(_) => build(root(), &folder().join("drivers")).and_then(|drivers| tests(&drivers, words)),
        None => check(),
    };
    let good = result.is_ok();
    println!("{}", result.unwrap_or_else(|text| text));
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
