//! The Debian packages that the checks need.
use crate::workspace::{program, run};

/// What must be there, as seen from a folder of the path, and the package that has it.
type Needed = (&'static str, &'static str);

const HOST: [Needed; 10] = [
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
];

/// To build for Windows. Rust of Debian, because it comes with the sources of core for its own compiler; whole paths,
/// because rustup has programs of the same names elsewhere.
const WINDOWS: [Needed; 12] = [
    ("clang-19", "clang-19"),
    ("cmake", "cmake"),
    ("make", "make"),
    ("x86_64-w64-mingw32-gcc-win32", "gcc-mingw-w64-x86-64-win32"),
    ("i686-w64-mingw32-gcc-win32", "gcc-mingw-w64-i686-win32"),
    ("/usr/bin/rustc", "rustc-web"),
    ("/usr/bin/cargo", "cargo-web"),
    ("/usr/lib/rustlib/src/rust/library/Cargo.lock", "rust-web-src"),
    ("lld-link-19", "lld-19"),
    ("llvm-ar-19", "llvm-19"),
    ("/usr/lib/wine/wine64", "wine64"),
    ("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/ntoskrnl.exe", "libwine"),
];

fn found(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|p| std::env::split_paths(&p).any(|dir| dir.join(name).exists()))
}

/// For the checks on this machine.
pub fn host() -> Result<String, String> {
    ensure(&HOST)
}

/// For the checks of what is built for Windows.
pub fn windows() -> Result<String, String> {
    ensure(&WINDOWS)
}

/// Sees to it that they are there: as root installs what is missing, otherwise says how.
fn ensure(needed: &[Needed]) -> Result<String, String> {
    let missing: Vec<_> = needed.iter().filter(|(program, _)| !found(program)).map(|(_, package)| *package).collect();
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
