//! `cargo xtask windows`: the library for Windows, built anywhere, and what is checked of it.
mod archive;
mod broken;
pub mod c;
pub mod coff;
pub mod link;
pub mod rust;
mod second;
mod stack;
mod strays;
pub mod target;
mod unwind;

use crate::{two::all_by_two, workspace::target as folder};
use c::Headers;
use std::{
    fs,
    path::{Path, PathBuf},
};
use target::{Abi, FLAVOURS, Flavour, TARGETS, Target};

/// Where what is built for a flavour lies.
pub fn out(target: &Target, flavour: Flavour) -> PathBuf {
    folder().join("windows").join(target.arch).join(flavour.name())
}

/// Archive and C objects of one target in one flavour, with the headers that every machine has.
fn build_one(target: &Target, flavour: Flavour) -> Result<PathBuf, String> {
    let archive = rust::ours(target, flavour)?;
    c::units(target, flavour, &Headers::of(target), &out(target, flavour))?;
    Ok(archive)
}

/// All archives and C objects, both flavours at a time: cargo keeps them apart, and one compiler builds core for minutes.
pub fn build_all() -> Result<Vec<PathBuf>, String> {
    let of = |_, flavour: &_| TARGETS.iter().map(|target| build_one(target, *flavour)).collect::<Result<Vec<_>, _>>();
    Ok(all_by_two(&FLAVOURS, of)?.concat())
}

/// The C objects with Microsoft's headers, for both machines that they know.
fn with_wdk(dir: &Path) -> Result<(), String> {
    let headers = Headers::wdk(dir)?;
    for target in TARGETS.iter().filter(|t| t.abi == Abi::Msvc) {
        for flavour in FLAVOURS {
            c::units(target, flavour, &headers, &out(target, flavour).join("wdk"))?;
        }
    }
    Ok(())
}

/// On Windows: what the compiler of this prompt is for, with the WDK that it announces.
fn native() -> Result<(), String> {
    let machine = std::env::var("VSCMD_ARG_TGT_ARCH").unwrap_or_else(|_| "x64".into());
    let target = TARGETS.iter().find(|t| t.abi == Abi::Msvc && t.arch.eq_ignore_ascii_case(&machine));
    let target = target.ok_or_else(|| format!("no library is made for {machine}"))?;
    for flavour in FLAVOURS {
        println!("{}", rust::ours(target, flavour)?.display());
        c::units(target, flavour, &Headers::announced()?, &out(target, flavour))?;
    }
    Ok(())
}

/// The command.
pub fn build(args: &[String]) -> Result<(), String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [] if cfg!(windows) => return native(),
        [] => {}
        ["--wdk-headers", dir] => with_wdk(Path::new(dir))?,
        _ => return Err("cargo xtask windows [--wdk-headers DIR]".into()),
    }
    for archive in build_all()? {
        println!("{}", archive.display());
    }
    Ok(())
}

/// A folder laid out as a WDK, with the test kernel's headers in it: that the way to Microsoft's is open can be seen
/// without them.
fn stand_in() -> Result<PathBuf, String> {
    let dir = folder().join("windows/stand-in");
    for (from, to) in [("", "km"), ("ks", "km/ks"), ("nt", "km/nt"), ("", "shared")] {
        let to = dir.join(to);
        fs::create_dir_all(&to).map_err(|e| format!("{}: {e}", to.display()))?;
        let from = crate::workspace::root().join("c-tests/testkernel/include").join(from);
        let entries = fs::read_dir(&from).map_err(|e| format!("{}: {e}", from.display()))?;
        for file in entries.flatten().map(|e| e.path()).filter(|p| p.is_file()) {
            fs::copy(&file, to.join(file.file_name().unwrap_or_default())).map_err(|e| e.to_string())?;
        }
    }
    Ok(dir)
}

/// Careless C is refused with each kind of headers.
fn careless(wdk: &Path) -> Result<(), String> {
    let dir = folder().join("windows/careless");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let file = dir.join("careless.c");
    fs::write(&file, "#include <ntddk.h>\nint Careless(void)\n{\n    int unused;\n    return 1;\n}\n")
        .map_err(|e| format!("{}: {e}", file.display()))?;
    for target in &TARGETS {
        for headers in [Headers::of(target), Headers::wdk(wdk)?] {
            if target.abi == Abi::Gnu && matches!(headers, Headers::Wdk(_)) {
                continue;
            }
            match c::compile(target, Flavour::Release, &headers, &[], &file, &dir.join("careless.obj")) {
                Err(text) if text.contains("unused") => {}
                Err(text) => return Err(format!("careless C: refused in another way\n{text}")),
                Ok(()) => return Err(format!("careless C is accepted for {}", target.triple)),
            }
        }
    }
    Ok(())
}

/// All archives and all C objects can be built.
pub fn libraries() -> Result<String, String> {
    build_all()?;
    let wdk = stand_in()?;
    with_wdk(&wdk)?;
    careless(&wdk)?;
    Ok(format!("{} archives, {} objects of C", TARGETS.len() * 2, c::UNITS.len() * (TARGETS.len() + 2) * 2))
}

/// What is in the archives, what drivers link with them, and what is noticed when one is broken.
pub fn archives() -> Result<String, String> {
    let all: Vec<_> = TARGETS.iter().flat_map(|target| FLAVOURS.map(|flavour| (target, flavour))).collect();
    let lines = all_by_two(&all, |_, (target, flavour)| figures(target, *flavour))?;
    let microsofts: Vec<_> = TARGETS.iter().filter(|target| target.abi == Abi::Msvc).collect();
    all_by_two(&microsofts, |_, target| second::check(target, &out(target, Flavour::Release).join(target.library())))?;
    Ok(format!(
        "a pool-only driver and one with two Rust libraries link; {} broken ones noticed{}",
        broken::all()?,
        lines.concat()
    ))
}

/// A line of what an archive is like, if it is sound.
fn figures(target: &Target, flavour: Flavour) -> Result<String, String> {
    let archive = build_one(target, flavour)?;
    let f = archive::sound(&archive, target, flavour)?;
    let deepest: Vec<_> = f.stack.iter().take(2).map(|call| format!("{} {}", call.name, call.bytes)).collect();
    let mut line = format!(
        "\n    {:<24} {:<8} {} exports, {} imports, {} bytes of code; stack: {}",
        target.triple,
        flavour.name(),
        f.exports,
        f.imports,
        f.text,
        deepest.join(", ")
    );
    let sys = link::pool_only(target, flavour, &archive)?;
    if target.abi == Abi::Msvc {
        line += &format!("; {} structures in the PDB", link::types(&sys)?);
    }
    Ok(line)
}
