//! Links drivers out of objects and archives: Microsoft's ABI by lld-link, mingw's by gcc.
use super::{
    c::{self, Headers},
    coff, out,
    target::{ARM64, Abi, Flavour, Target},
};
use crate::workspace::{program, run};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The kernel's import libraries. (KeQueryPerformanceCounter of nt.c is in the second, as in the WDK's until lately.)
const KERNEL: [&str; 2] = ["/usr/x86_64-w64-mingw32/lib/libntoskrnl.a", "/usr/x86_64-w64-mingw32/lib/libhal.a"];
const IMAGES: [&str; 2] = ["ntoskrnl.exe", "hal.dll"];

/// What the kernel for ARM64 has besides: a function that is newer than those libraries, one that is inline for x64. And
/// where the test kernel's headers, which nt.c is compiled with, note who calls.
const ARM64_TOO: [&str; 3] = ["ExAllocatePool2", "KeInitializeSpinLock", "TkSite"];

/// The import libraries of the kernel of a target. For ARM64 there is none at hand: it is made of the names of x64's.
fn kernel(target: &Target, nt: &Path) -> Result<Vec<PathBuf>, String> {
    if target.arch != ARM64.arch {
        return Ok(KERNEL.map(PathBuf::from).to_vec());
    }
    let mut names: BTreeSet<_> = ARM64_TOO.map(String::from).into();
    for library in KERNEL {
        names.append(&mut coff::offered(Path::new(library))?);
    }
    let lib = nt.with_extension("lib");
    import_library(target, "ntoskrnl.exe", &Vec::from_iter(names).join("\n"), &lib)?;
    Ok(vec![lib])
}

/// Makes an import library for functions of an image, one a line.
pub fn import_library(target: &Target, image: &str, names: &str, lib: &Path) -> Result<(), String> {
    let def = lib.with_extension("def");
    fs::write(&def, format!("LIBRARY {image}\nEXPORTS\n{names}\n")).map_err(|e| format!("{}: {e}", def.display()))?;
    let machine = if target.arch == ARM64.arch { "arm64" } else { "i386:x86-64" };
    run(program("llvm-dlltool-19").args(["-m", machine, "-d"]).arg(&def).arg("-l").arg(lib)).map(drop)
}

/// Links a driver from the kernel alone what it does not find in nt.c and the other inputs. With Microsoft's ABI a
/// PDB lies next to it.
pub fn driver(target: &Target, sys: &Path, entry: &str, nt: &Path, inputs: &[PathBuf]) -> Result<(), String> {
    let mut link = match target.abi {
        Abi::Msvc => program("lld-link-19"),
        Abi::Gnu => program("x86_64-w64-mingw32-gcc-win32"),
    };
    match target.abi {
        Abi::Msvc => {
            link.args(["/nologo", "/driver", "/subsystem:native", "/nodefaultlib", "/opt:ref", "/debug"]);
            link.arg(format!("/entry:{entry}")).arg(format!("/out:{}", sys.display()));
        }
        Abi::Gnu => {
            link.args(["-nostdlib", "-nostartfiles", "-shared", "-Wl,--subsystem,native", "-Wl,--dynamicbase"]);
            link.arg(format!("-Wl,-e,{entry}")).arg("-o").arg(sys);
        }
    };
    run(link.arg(nt).args(inputs).args(kernel(target, nt)?)).map(drop)
}

/// The images that a driver imports from.
pub fn imported(sys: &Path) -> Result<Vec<String>, String> {
    let text = run(program("llvm-readobj-19").arg("--coff-imports").arg(sys))?;
    Ok(text.lines().filter_map(|line| line.strip_prefix("  Name: ")).map(str::to_owned).collect())
}

/// Compiles a part of the pool-only driver; the object.
fn part(target: &Target, flavour: Flavour, file: &str) -> Result<PathBuf, String> {
    // Without debug information of its own: what the PDB shows is then the archive's. A main would be started by the CRT.
    // (clang in the place of Microsoft's compiler knows no -g0; the names that are looked for are Rust's. Its check of
    // the stack is in a library of the WDK.)
    let headers = Headers::of(target);
    let more = if matches!(headers, Headers::Ddk) { ["-Dmain=Main", "-g0"] } else { ["-Dmain=Main", "/GS-"] };
    let file = Path::new(file);
    let object = out(target, flavour).join("pool").join(file.file_stem().unwrap_or_default());
    let object = object.with_extension(target.object());
    c::compile(target, flavour, &headers, &more, file, &object)?;
    Ok(object)
}

/// nt.c, for a driver that is linked here.
pub fn nt(target: &Target, flavour: Flavour) -> Result<PathBuf, String> {
    part(target, flavour, c::UNITS[0])
}

/// Links samples/pool with nt.c and an archive: no ks.lib. The driver.
pub fn pool_only(target: &Target, flavour: Flavour, archive: &Path) -> Result<PathBuf, String> {
    let (pool, nt) = (part(target, flavour, "samples/pool/pool.c")?, nt(target, flavour)?);
    let sys = out(target, flavour).join("pool").join(target.library()).with_extension("sys");
    driver(target, &sys, "Main", &nt, &[pool, archive.to_owned()])?;
    let images = imported(&sys)?;
    if images.is_empty() || images.iter().any(|image| !IMAGES.contains(&image.to_lowercase().as_str())) {
        return Err(format!("{} imports from {images:?}", sys.display()));
    }
    Ok(sys)
}

/// What a debugger shows of our types, by the driver's PDB.
pub fn types(sys: &Path) -> Result<usize, String> {
    let text = run(program("llvm-pdbutil-19").args(["dump", "-types"]).arg(sys.with_extension("pdb")))?;
    for name in ["allocator::object::Allocator", "ffi::types::SFA_CONFIG"] {
        if !text
            .lines()
            .any(|line| line.contains("LF_STRUCTURE") && line.contains(&format!("`stream_frame_allocator::{name}`")))
        {
            return Err(format!("the PDB shows no {name}"));
        }
    }
    Ok(text.lines().filter(|line| line.contains("LF_STRUCTURE")).count())
}
