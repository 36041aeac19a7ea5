//! The Debian packages that the checks need.
use crate::workspace::{program, run};

/// What must be there, as seen from a folder of the path, and the package that has it.
const NEEDED: [(&str, &str); 15] = [
    ("gcc", "gcc"),
    ("g++", "g++"),
    ("clang-19", "clang-19"),
    ("../lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.tsan-x86_64.a", "libclang-rt-19-dev"),
    ("clang-format-19", "clang-format-19"),
    ("cmake", "cmake"),
    ("make", "make"),
    ("ffmpeg", "ffmpeg"),
    ("x86_64-w64-mingw32-g++-win32", "g++-mingw-w64-x86-64-win32"),
    ("i686-w64-mingw32-g++-win32", "g++-mingw-w64-i686-win32"),
    ("lld-link-19", "lld-19"),
    ("../lib/rustlib/src/rust/library/core/src/lib.rs", "rust-web-src"),
    ("../lib/rustlib/x86_64-unknown-linux-gnu/lib", "rustc-web"), // not by name: rustup has a rustc, too
    ("../lib/wine/wine64", "wine64"),
    ("../lib/x86_64-linux-gnu/wine/x86_64-windows/ntoskrnl.exe", "libwine"),
];

fn found(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|p| std::env::split_paths(&p).any(|dir| dir.join(name).exists()))
}

/// Sees to it that they are there: as root installs what is missing, otherwise says how.
pub fn ensure() -> Result<String, String> {
    let missing: Vec<_> = NEEDED.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok("nothing to install".into());
    }
    let line = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    let root = run(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !found("apt-get") {
        return Err(format!("packages are missing; as root: apt-get update && {line}"));
    }
    run(program("apt-get").arg("update"))?;
    let words: Vec<_> = line.split(' ').skip(1).collect();
    run(program("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"))?;
    Ok(format!("installed {}", missing.join(" ")))
}
