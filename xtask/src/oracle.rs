//! c-tests/oracle/oracle.c: a claim about each constant, size, offset and prototype that the test kernel's headers declare,
//! compiled over them and over other headers of the same names (docs/oracle.md).
mod breaks;
mod claims;
mod declared;
mod exceptions;
mod microsoft;
mod values;
mod worlds;

use crate::{two::all_by_two, workspace::root};
use claims::{Claim, Claims};
use exceptions::Exceptions;
use microsoft::{Bindings, wdk};
use std::{collections::BTreeSet, fs};
use worlds::{WORLDS, World};

const FILE: &str = "c-tests/oracle/oracle.c";
const WDK: &str = "wdk-oracle/src/lib.rs";
const RUST: &str = "src/oracle/microsoft.rs";

/// What is generated: files and their contents.
fn generated(claims: &Claims, exceptions: &Exceptions) -> Result<Vec<(&'static str, String)>, String> {
    let bindings = Bindings::read()?;
    Ok(vec![
        (FILE, claims.c(exceptions)),
        (RUST, bindings.rust(claims, exceptions)),
        (WDK, wdk(&bindings, claims, exceptions)),
    ])
}

fn all() -> Result<(Claims, Exceptions), String> {
    let exceptions = Exceptions::read()?;
    let mut claims = Claims::of_headers()?;
    claims.add_calls(&exceptions);
    let about_nothing = |name: &&String| !claims.all.iter().any(|claim| claim.is_about(name));
    match exceptions.0.iter().flat_map(|e| &e.about).find(about_nothing) {
        Some(name) => Err(format!("exceptions.toml: nothing is called {name}")),
        None => Ok((claims, exceptions)),
    }
}

/// Writes what is generated.
pub fn write() -> Result<(), String> {
    let (claims, exceptions) = all()?;
    for (file, text) in generated(&claims, &exceptions)? {
        fs::write(root().join(file), text).map_err(|e| format!("{file}: {e}"))?;
    }
    println!("{}", claims.counts(|_| true));
    println!("{} names are excepted; no values: {}", exceptions.names(), claims.valueless.join(" "));
    for world in &WORLDS {
        println!(
            "{}: {}",
            world.name,
            claims.counts(|claim| world.asserts(claim) && !excepted(world, claim, &exceptions))
        );
    }
    Ok(())
}

fn excepted(world: &World, claim: &Claim, exceptions: &Exceptions) -> bool {
    exceptions.of(claim).is_some_and(|exception| world.ddk && (!exception.x86 || world.x86()))
}

/// Compares what is generated, compiles it in all worlds, sees to it that no exception is needless, and breaks one claim of
/// each kind.
pub fn check() -> Result<String, String> {
    let (claims, exceptions) = all()?;
    for (file, text) in generated(&claims, &exceptions)? {
        if fs::read_to_string(root().join(file)).ok().as_ref() != Some(&text) {
            return Err(format!("{file} is not what the headers declare: run `cargo xtask oracle` and read the diff"));
        }
    }
    all_by_two(&WORLDS, |_, world| world.compile(&root().join(FILE)))?;
    let needless = needless(&claims, &breaks::with_needless(&exceptions))?;
    let broken = breaks::check(&claims, &exceptions)?;
    if let Some(name) = needless.iter().find(|name| !breaks::NEEDLESS.contains(&name.as_str())) {
        return Err(format!("exceptions.toml: {name} needs no exception any more"));
    }
    if needless != breaks::NEEDLESS {
        return Err(format!("needless exceptions go unnoticed: only {needless:?} were seen"));
    }
    let broken = broken + needless.len();
    Ok(format!(
        "{} claims in {} worlds, {} names excepted, {broken} breaks seen",
        claims.all.len(),
        WORLDS.len(),
        exceptions.names()
    ))
}

/// The names of exceptions without which everything would compile, too.
fn needless(claims: &Claims, exceptions: &Exceptions) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for x86 in [false, true] {
        let entries = exceptions.0.iter().filter(|exception| !exception.windows_sys && exception.x86 == x86);
        let abouts: Vec<_> = entries.flat_map(|exception| &exception.about).collect();
        let about = |name: &String| {
            let claims = claims.all.iter().filter(|c| c.is_about(name) && !c.kind.starts_with("CALLABLE"));
            claims.map(|claim| (name.clone(), claim.line())).collect::<Vec<_>>()
        };
        let (of, lines): (Vec<_>, Vec<_>) = abouts.iter().flat_map(|name| about(name)).unzip();
        let mut needed = BTreeSet::new();
        for world in WORLDS.iter().filter(|world| world.ddk && world.x86() == x86) {
            let wrong = world.wrong(&lines)?;
            needed.extend(of.iter().zip(wrong).filter(|(_, wrong)| *wrong).map(|(name, _)| name));
        }
        names.extend(abouts.into_iter().filter(|name| !needed.contains(name)).cloned());
    }
    Ok(names)
}
