//! The C half for Windows: nt.c and ks.c, with the compilers and headers at hand.
use super::target::{ARM64, Abi, Flavour, Target};
use crate::workspace::{program, run};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a driver compiles of ours.
pub const UNITS: [&str; 2] = ["src/os/nt.c", "src/os/ks.c"];

/// Microsoft's names, as mingw-w64 has them.
const DDK: &str = "/usr/share/mingw-w64/include/ddk";
const INCLUDE: &str = "/usr/share/mingw-w64/include";

/// Where a file gets the kernel's names from.
pub enum Headers {
    /// The DDK of mingw-w64: x64 only, its wdm.h knows no ARM64.
    Ddk,
    /// The test kernel's.
    TestKernel,
    /// Microsoft's: a folder that has km and shared.
    Wdk(PathBuf),
}

impl Headers {
    /// The best that every machine has.
    pub fn of(target: &Target) -> Self {
        if target.arch == ARM64.arch { Self::TestKernel } else { Self::Ddk }
    }

    /// Microsoft's headers in a folder that the user names.
    pub fn wdk(dir: &Path) -> Result<Self, String> {
        let missing: Vec<_> =
            ["km/ntddk.h", "km/ks.h", "shared/ntdef.h"].iter().filter(|f| !dir.join(f).exists()).collect();
        if missing.is_empty() {
            return Ok(Self::Wdk(dir.to_owned()));
        }
        Err(format!("{}: no {missing:?}; what is wanted is Include/<version> of a WDK", dir.display()))
    }

    /// Microsoft's headers, as a prompt for developers or the EWDK announces them.
    pub fn announced() -> Result<Self, String> {
        let first = |names: [&str; 2]| names.iter().find_map(|name| env::var(name).ok());
        let kit = first(["WDKContentRoot", "WindowsSdkDir"]).ok_or("WDKContentRoot or WindowsSdkDir: not set")?;
        let version = first(["Version_Number", "WindowsSDKVersion"]).ok_or("WindowsSDKVersion: not set")?;
        Self::wdk(&Path::new(&kit).join("Include").join(version.trim_end_matches('\\')))
    }
}

/// gcc of mingw-w64, or clang with its headers and Microsoft's ABI. The headers take clang for Microsoft's compiler
/// unless told otherwise, and then hide __attribute__ from it; two of their intrinsics would be defined in every object.
fn gcc_style(target: &Target, flavour: Flavour) -> Command {
    let mut command = program(if target.abi == Abi::Gnu { "x86_64-w64-mingw32-gcc-win32" } else { "clang-19" });
    if target.abi == Abi::Msvc {
        command.args([&format!("--target={}", target.triple), "-fgnuc-version=12.0.0", "-U_MSC_VER"]);
        command.args(["-D__MINGW32__", "-D__MINGW64__", "-fms-extensions", "-gcodeview", "-Wno-#warnings"]);
        command.args([
            "-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet",
            "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset",
        ]);
    }
    command.args(["-std=c11", "-ffreestanding", "-g", "-Wall", "-Wextra", "-Werror"]);
    command.args(["-Wno-missing-braces", "-Wno-multichar", "-isystem", DDK, "-idirafter", INCLUDE, "-Iinclude"]);
    match flavour {
        Flavour::Debug => command.args(["-O0", "-DDBG=1"]),
        Flavour::Release => command.arg("-O2"),
    };
    command
}

/// Microsoft's compiler on Windows, clang in its place elsewhere.
fn cl_style(target: &Target, flavour: Flavour, headers: &[PathBuf], system: bool) -> Command {
    let mut command = program(if cfg!(windows) { "cl" } else { "clang-19" });
    if !cfg!(windows) {
        command.args(["--driver-mode=cl", &format!("--target={}", target.triple)]);
    }
    command.args(["/nologo", "/c", "/kernel", "/Zl", "/std:c11", "/W4", "/WX", "/Z7", "/I", "include"]);
    for dir in headers {
        command.arg(if system && !cfg!(windows) { "/imsvc" } else { "/I" }).arg(dir);
    }
    if system {
        command.args(["/D_WIN32_WINNT=0x0A00", "/DNTDDI_VERSION=0x0A000008"]); // Windows 10 2004: ExAllocatePool2
        command.arg(if target.arch == ARM64.arch { "/D_ARM64_" } else { "/D_AMD64_" });
        command.args((target.arch == ARM64.arch).then_some("/DARM64"));
    }
    match flavour {
        Flavour::Debug => command.args(["/Od", "/DDBG=1"]),
        Flavour::Release => command.arg("/O2"),
    };
    command
}

/// Compiles a file. `more` is passed as it stands.
pub fn compile(
    target: &Target,
    flavour: Flavour,
    headers: &Headers,
    more: &[&str],
    file: &Path,
    object: &Path,
) -> Result<(), String> {
    if let Some(dir) = object.parent() {
        fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    }
    let (mut command, output) = match headers {
        Headers::Ddk => (gcc_style(target, flavour), "-o"),
        Headers::TestKernel => (cl_style(target, flavour, &["c-tests/testkernel/include".into()], false), "/Fo"),
        Headers::Wdk(dir) => {
            let dirs = ["km", "km/crt", "shared"].map(|d| dir.join(d));
            (cl_style(target, flavour, &dirs, true), "/Fo")
        }
    };
    if output == "-o" {
        command.arg("-c").arg("-o").arg(object);
    } else {
        command.arg(format!("/Fo{}", object.display())).args(more);
        return run(command.arg("--").arg(file)).map(drop); // a path that begins with /w is an option else
    }
    run(command.args(more).arg(file)).map(drop)
}

/// Compiles what a driver compiles of ours into `out`; the objects.
pub fn units(target: &Target, flavour: Flavour, headers: &Headers, out: &Path) -> Result<Vec<PathBuf>, String> {
    let object = |unit: &&str| {
        let file = Path::new(unit);
        let object = out.join(file.file_stem().unwrap_or_default()).with_extension(target.object());
        compile(target, flavour, headers, &[], file, &object)?;
        Ok(object)
    };
    UNITS.iter().map(object).collect()
}
