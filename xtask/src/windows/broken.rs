//! Archives with something wrong, to see that each check of an archive notices.
use super::{
    archive, link, out,
    rust::{self, library},
    strays::{OBJECTS, filled},
    target::{ARM64, Abi, FLAVOURS, Flavour, TARGETS, Target},
};
use crate::{
    copy::Copy,
    two::all_by_two,
    workspace::{program, root, run},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// What is wrong with an archive must be among what is found.
fn noticed(archive: &Path, target: &Target, flavour: Flavour, says: &str) -> Result<(), String> {
    let (_, faults) = archive::look(archive, target, flavour)?;
    if faults.iter().any(|fault| fault.contains(says)) {
        return Ok(());
    }
    Err(format!("{}: nobody says {says:?}, but {faults:?}", archive.display()))
}

/// Where the broken archives of a flavour lie.
fn folder(target: &Target, flavour: Flavour) -> Result<PathBuf, String> {
    let dir = out(target, flavour).join("broken");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    Ok(dir)
}

/// Our object.
fn ours(target: &Target, flavour: Flavour) -> PathBuf {
    out(target, flavour).join("sfa").with_extension(target.object())
}

/// A C file of one text, compiled; the object.
fn compiled(target: &Target, file: &Path, code: &str, flags: &[&str]) -> Result<PathBuf, String> {
    write(file, code)?;
    let object = file.with_extension(target.object());
    let mut clang = program("clang-19");
    clang.args([&format!("--target={}", target.triple), "-O1", "-ffreestanding", "-c"]).args(flags);
    run(clang.arg(file).arg("-o").arg(&object))?;
    Ok(object)
}

/// Our object and a stray one; how many.
fn strays(target: &Target, flavour: Flavour) -> Result<usize, String> {
    let dir = folder(target, flavour)?;
    let objects: Vec<_> = OBJECTS.iter().filter(|stray| flavour == Flavour::Release || !stray.release).collect();
    for stray in &objects {
        let file = dir.join(stray.name).with_extension("c");
        let object = compiled(target, &file, &filled(stray.code, target), stray.flags)?;
        let archive = file.with_extension("lib");
        rust::pack(&archive, target.abi, &[ours(target, flavour), object])?;
        noticed(&archive, target, flavour, &filled(stray.says, target))?;
    }
    Ok(objects.len())
}

/// Something that must not link, or not be taken for good.
fn refused<T>(what: &str, result: Result<T, String>, says: &str) -> Result<(), String> {
    match result {
        Err(text) if text.contains(says) => Ok(()),
        Err(text) => Err(format!("{what}: failed in another way\n{text}")),
        Ok(_) => Err(format!("{what}: nobody minds")),
    }
}

/// Rust that can panic, names a function of ks.c, and exports something of its own. A pool-only driver does not link. How many.
fn panics() -> Result<usize, String> {
    let copy = Copy::new("windows")?;
    // Another version, or cargo would take what it makes of the copy for what it makes of the original: both build into
    // one folder, so that there is one core.
    copy.replace("Cargo.toml", "[workspace.package]\nversion = \"", "[workspace.package]\nversion = \"9")?;
    copy.replace(
        "staticlib/src/lib.rs",
        "pub use stream_frame_allocator::ffi::*;\n",
        "pub use stream_frame_allocator::ffi::*;\n\
         /// Panics.\n#[expect(unsafe_code)]\n#[unsafe(no_mangle)]\n\
         pub extern \"C\" fn Stray(i: usize) -> u8 {\n    [1, 2, 3][i]\n}\n",
    )?;
    copy.replace(
        "src/os/mod.rs",
        "pub(crate) fn time() -> u64 {\n",
        "pub(crate) fn time() -> u64 {\n    unsafe extern \"C\" { fn SfaKsServe(); }\n    \
         // SAFETY: never runs.\n    unsafe { SfaKsServe() };\n",
    )?;
    all_by_two(&TARGETS, |_, target| {
        let archive = library(copy.dir(), target, Flavour::Release, &folder(target, Flavour::Release)?)?;
        for says in ["it can panic", "it imports [\"SfaKsServe\"]", "differ in [\"Stray\"]"] {
            noticed(&archive, target, Flavour::Release, says)?;
        }
        refused("a pool that needs ks.c", link::pool_only(target, Flavour::Release, &archive), "SfaKsServe")
    })
    .map(|all| all.len())
}

/// Without debug information a PDB shows nothing.
fn bare(target: &Target, dir: &Path) -> Result<(), String> {
    let object = dir.join("sfa.obj");
    run(program("llvm-objcopy-19").arg("--strip-debug").arg(ours(target, Flavour::Release)).arg(&object))?;
    let archive = dir.join("bare.lib");
    rust::pack(&archive, target.abi, &[object])?;
    let types = link::types(&link::pool_only(target, Flavour::Release, &archive)?);
    refused("no debug information", types, "the PDB shows no ")
}

/// A pool that links, but takes a service from ks.sys.
fn foreign(target: &Target, dir: &Path) -> Result<(), String> {
    let (lib, object) = (dir.join("ks.lib"), dir.join("foreign").with_extension(target.object()));
    link::import_library(target, "ks.sys", "KsStray", &lib)?;
    let mut objcopy = program("llvm-objcopy-19");
    objcopy.arg("--redefine-sym=SfaOsAllocate=KsStray").arg(ours(target, Flavour::Release));
    run(objcopy.arg(&object))?;
    let archive = dir.join("foreign.lib");
    rust::pack(&archive, target.abi, &[object])?;
    // All members of the other library, too.
    run(program("llvm-ar-19").arg("qcsL").arg(&archive).arg(lib))?;
    refused("a pool that needs ks.sys", link::pool_only(target, Flavour::Release, &archive), "\"ks.sys\"")
}

/// The kernel for ARM64, whose import library is made here, has no function of ks.sys.
fn no_such_import(dir: &Path) -> Result<(), String> {
    let code = "int KsGetFirstChild(void);\nint Main(void) { return KsGetFirstChild(); }\n";
    let nt = compiled(&ARM64, &dir.join("kernel.c"), code, &[])?;
    let linked = link::driver(&ARM64, &dir.join("kernel.sys"), "Main", &nt, &[]);
    refused("a function of ks.sys from the kernel", linked, "undefined symbol: KsGetFirstChild")
}

/// Archives of a target that are broken as a whole, and drivers; how many.
fn wholes(target: &Target) -> Result<usize, String> {
    let dir = folder(target, Flavour::Release)?;
    // What cargo makes, as it is.
    let whole = rust::whole(root(), target, Flavour::Release)?;
    noticed(&whole, target, Flavour::Release, "compiler_builtins")?;
    // The Debug archive may panic; a Release one like it may not.
    noticed(&out(target, Flavour::Debug).join(target.library()), target, Flavour::Release, "it can panic")?;
    foreign(target, &dir)?;
    let mut broken = 3;
    if target.abi == Abi::Msvc {
        bare(target, &dir)?;
        broken += 1;
    }
    if target.arch == ARM64.arch {
        no_such_import(&dir)?;
        broken += 1;
    }
    Ok(broken)
}

/// Breaks the archives in every way; says how many. Needs the good archives to be built.
pub fn all() -> Result<usize, String> {
    let archives: Vec<_> = TARGETS.iter().flat_map(|target| FLAVOURS.map(|flavour| (target, flavour))).collect();
    let strays = all_by_two(&archives, |_, (target, flavour)| strays(target, *flavour))?;
    let wholes = all_by_two(&TARGETS, |_, target| wholes(target))?;
    Ok(strays.into_iter().chain(wholes).sum::<usize>() + panics()?)
}
