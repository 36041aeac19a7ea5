//! Links drivers out of objects and archives: Microsoft's ABI by lld-link, mingw's by gcc.
use super::{
    c::{self, Headers},
    out,
    target::{Abi, Flavour, Target},
};
use crate::workspace::{program, run};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The kernel's import libraries. (KeQueryPerformanceCounter of nt.c is in the second, as in the WDK's until lately.)
const KERNEL: [&str; 2] = ["/usr/x86_64-w64-mingw32/lib/libntoskrnl.a", "/usr/x86_64-w64-mingw32/lib/libhal.a"];
const IMAGES: [&str; 2] = ["ntoskrnl.exe", "hal.dll"];

/// Links a driver for x64 that takes from the kernel alone, beside what is given. With Microsoft's ABI a PDB lies next
/// to it.
pub fn driver(abi: Abi, sys: &Path, entry: &str, inputs: &[PathBuf]) -> Result<(), String> {
    let mut link = match abi {
        Abi::Msvc => program("lld-link-19"),
        Abi::Gnu => program("x86_64-w64-mingw32-gcc-win32"),
    };
    match abi {
        Abi::Msvc => {
            link.args(["/nologo", "/driver", "/subsystem:native", "/nodefaultlib", "/opt:ref", "/debug"]);
            link.arg(format!("/entry:{entry}")).arg(format!("/out:{}", sys.display()));
        }
        Abi::Gnu => {
            link.args(["-nostdlib", "-nostartfiles", "-shared", "-Wl,--subsystem,native", "-Wl,--dynamicbase"]);
            link.arg(format!("-Wl,-e,{entry}")).arg("-o").arg(sys);
        }
    };
    run(link.args(inputs).args(KERNEL)).map(drop)
}

/// The images that a driver imports from.
pub fn imported(sys: &Path) -> Result<Vec<String>, String> {
    let text = run(program("llvm-readobj-19").arg("--coff-imports").arg(sys))?;
    Ok(text.lines().filter_map(|line| line.strip_prefix("  Name: ")).map(str::to_owned).collect())
}

/// Links samples/pool with nt.c and an archive: no ks.lib. The driver.
pub fn pool_only(target: &Target, flavour: Flavour, archive: &Path) -> Result<PathBuf, String> {
    let dir = out(target, flavour).join("pool");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let object = |name: &str| dir.join(name).with_extension(target.object());
    // Without debug information of its own: what the PDB shows is then the archive's. A main would be started by the CRT.
    let more = ["-g0", "-Dmain=Main"];
    for (file, name) in [("samples/pool/pool.c", "pool"), (c::UNITS[0], "nt")] {
        c::compile(target, flavour, &Headers::Ddk, &more, Path::new(file), &object(name))?;
    }
    let sys = dir.join(target.library()).with_extension("sys");
    driver(target.abi, &sys, "Main", &[object("pool"), object("nt"), archive.to_owned()])?;
    let images = imported(&sys)?;
    if images.is_empty() || images.iter().any(|image| !IMAGES.contains(&image.to_lowercase().as_str())) {
        return Err(format!("{} imports from {images:?}", sys.display()));
    }
    Ok(sys)
}

/// What a debugger shows of our types, by the driver's PDB.
pub fn types(sys: &Path) -> Result<usize, String> {
    let text = run(program("llvm-pdbutil-19").args(["dump", "-types"]).arg(sys.with_extension("pdb")))?;
    for name in ["stream_frame_allocator::allocator::object::Allocator", "SFA_CONFIG"] {
        if !text.lines().any(|line| line.contains("LF_STRUCTURE") && line.contains(&format!("{name}`"))) {
            return Err(format!("the PDB shows no {name}"));
        }
    }
    Ok(text.lines().filter(|line| line.contains("LF_STRUCTURE")).count())
}
