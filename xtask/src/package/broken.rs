//! Packages with something wrong, to see that each check of a package notices.
use super::{consumer, sbom, sound, sums, tree};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is done to a file of the package, and what must be said of it.
enum Change {
    /// A text that occurs once becomes another.
    Says(&'static str, &'static str),
    /// It is gone.
    Gone,
    /// It is there.
    New(&'static str),
}
use Change::{Gone, New, Says};

const BREAKS: [(&str, Change, &str); 13] = [
    ("src/os/nt.c", Says("SFA_BUGCHECK 0x53464100", "SFA_BUGCHECK 0"), "sha256sum -c"),
    ("stray.txt", New("stray"), "SHA256SUMS does not name stray.txt"),
    ("include/sfa_ks.h", Gone, "there is no include/sfa_ks.h"),
    ("lib/ARM64/Debug/sfa.lib", Gone, "sfa.props names lib\\ARM64\\Debug\\sfa.lib"),
    ("docs/debugging.md", Gone, "a link leads to debugging.md"),
    ("docs/driver-guide.md", Says("## Plug-in C: the whole object", "## Plug-in C"), "#plug-in-c-the-whole-object"),
    ("docs/behaviour.md", Gone, "speaks of docs/behaviour.md"),
    ("README.md", Says("# Stream", "@VERSION@ # Stream"), "README.md: a place is not filled in"),
    ("sfa.props", Says("src\\os\\ks.c", "src\\ks.c"), "sfa.props names src\\ks.c"),
    ("sfa.props", Says("'$(SfaKs)' == ''\">true", "'$(SfaKs)' == ''\">false"), "sfa.props gives"),
    (sbom::NAME, Says("\"specVersion\": \"1.5\"", "\"specVersion\": \"1.4\""), "no CycloneDX 1.5"),
    (sbom::NAME, Says("\"name\": \"bitflags\"", "\"name\": \"flags\""), "the archives hold [\"core\", \"flags\""),
    ("README.md", Says("# Stream", "# stream"), "the zip has another sfa-"),
];

/// A copy of a package.
fn copy(dist: &Path, name: &str) -> Result<PathBuf, String> {
    let to = consumer::fresh(name)?;
    for file in tree::files(dist)? {
        tree::write(&to.join(&file), &fs::read(dist.join(&file)).map_err(|e| format!("{file}: {e}"))?)?;
    }
    Ok(to)
}

fn replace(dist: &Path, file: &str, from: &str, to: &str) -> Result<(), String> {
    let text = tree::text(dist, file)?;
    match text.matches(from).count() {
        1 => tree::write(&dist.join(file), text.replace(from, to).as_bytes()),
        n => Err(format!("{file}: {n} places say {from:?}")),
    }
}

fn noticed(faults: &[String], says: &str) -> Result<(), String> {
    if faults.iter().any(|fault| fault.contains(says)) {
        return Ok(());
    }
    Err(format!("nobody says {says:?}, but {faults:?}"))
}

/// Breaks what can be seen of it; says in how many ways.
pub fn seen(dist: &Path, zip: &Path) -> Result<usize, String> {
    for (file, change, says) in &BREAKS {
        let broken = copy(dist, "broken")?;
        match change {
            Says(from, to) => replace(&broken, file, from, to)?,
            Gone => fs::remove_file(broken.join(file)).map_err(|e| format!("{file}: {e}"))?,
            New(text) => tree::write(&broken.join(file), text.as_bytes())?,
        }
        // Of sums the first two speak; the others would be seen by nothing else.
        if !says.contains("sha256sum") && !says.contains("SHA256SUMS") {
            sums::write(&broken)?;
        }
        noticed(&sound::look(&broken, zip)?, says)?;
    }
    // A folder of this machine, and another archive than the SBOM knows.
    let broken = copy(dist, "broken")?;
    let archive = &tree::archives()[0];
    let mut content = fs::read(broken.join(archive)).map_err(|e| format!("{archive}: {e}"))?;
    content.extend(crate::workspace::root().display().to_string().bytes());
    tree::write(&broken.join(archive), &content)?;
    let faults = sound::look(&broken, zip)?;
    noticed(&faults, &format!("{archive} names folders of this machine"))?;
    noticed(&faults, &format!("the SBOM has another {archive}"))?;
    if sound::differences(dist, &broken)? != [archive.as_str()] {
        return Err("two packages with one difference have none".into());
    }
    Ok(BREAKS.len() + 3)
}

/// What CMake says of it, and the compiler, and the linker.
const BUILDS: [(&str, &str, &str, &str); 4] = [
    (
        "lib/cmake/sfa/sfaConfig.cmake",
        "INTERFACE_SOURCES \"${_sfa_root}/src/os/nt.c\"",
        "IMPORTED_NO_SONAME TRUE",
        "SfaOs",
    ),
    ("lib/cmake/sfa/sfaConfig.cmake", "${_sfa_root}/src/os/ks.c", "${_sfa_root}/src/ks.c", "src/ks.c"),
    (
        "lib/cmake/sfa/sfaConfig.cmake",
        "IMPORTED_LOCATION_RELEASE \"${_sfa_root}/lib",
        "IMPORTED_LOCATION_RELEASE \"${_sfa_root}",
        "libsfa.a",
    ),
    ("src/os/ks.c", "#include \"ks/object.c\"\n", "", "used but never defined"),
];

/// What is said of a pool that links, but is no good.
const LINKS: [(&str, &str, &str, &str); 3] = [
    (
        "lib/cmake/sfa/sfaConfig.cmake",
        "${_sfa_place}/Release/",
        "${_sfa_place}/Debug/",
        "not linked with lib/x64-gnu/Release",
    ),
    ("samples/mingw/gcc.cmake", "--subsystem,native", "--subsystem,console", "pool.sys is no driver"),
    (
        "samples/CMakeLists.txt",
        "driver(pool sfa::nt",
        "driver(pool sfa::ks",
        "pool.sys imports from [\"hal.dll\", \"ks.sys\"",
    ),
];

/// What CMake says that it finds.
const FINDS: [(&str, &str, &str, &str); 4] = [
    ("sfaConfig.cmake", "elseif(NOT WIN32)", "elseif(FALSE)", "host: CMake finds the package"),
    ("sfaConfig.cmake", "set(_sfa_place \"ARM64\")", "set(_sfa_place \"x64\")", "ARM64: another archive"),
    ("sfaConfig.cmake", "if(NOT CMAKE_C_COMPILER_LOADED)", "if(FALSE)", "no-c: refused in another way"),
    (
        "sfaConfigVersion.cmake",
        "AND NOT PACKAGE_VERSION VERSION_LESS",
        "AND PACKAGE_VERSION VERSION_LESS",
        "newer: refused in another way",
    ),
];

fn fails(result: Result<(), String>, file: &str, to: &str, says: &str) -> Result<(), String> {
    match result {
        Err(text) if text.contains(says) => Ok(()),
        Err(text) => Err(format!("{file} with {to:?}: fails in another way\n{text}")),
        Ok(()) => Err(format!("{file} with {to:?}: nobody minds")),
    }
}

/// Breaks what is found and built with it; says in how many ways.
pub fn built(dist: &Path) -> Result<usize, String> {
    for (file, from, to, says) in FINDS {
        let broken = copy(dist, "broken")?;
        replace(&broken, &format!("lib/cmake/sfa/{file}"), from, to)?;
        fails(consumer::found(&broken), file, to, says)?;
    }
    let all = BUILDS.map(|b| (b, &consumer::DRIVERS[..])).into_iter();
    for ((file, from, to, says), drivers) in all.chain(LINKS.map(|b| (b, &consumer::DRIVERS[..1]))) {
        let broken = copy(dist, "broken")?;
        replace(&broken, file, from, to)?;
        fails(consumer::samples(&broken, consumer::ANY, drivers), file, to, says)?;
    }
    Ok(FINDS.len() + BUILDS.len() + LINKS.len())
}
