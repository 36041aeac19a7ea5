//! Archives with something wrong, to see that each check of an archive notices.
use super::{
    archive, link, out,
    rust::{self, library},
    target::{Abi, Flavour, Target, X64, X64_GNU},
};
use crate::{
    copy::Copy,
    two::all_by_two,
    workspace::{program, run},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// An object that does not belong into the archive, what it is compiled with, and what must be said of it.
struct Object {
    name: &'static str,
    code: &'static str,
    flags: &'static [&'static str],
    says: &'static str,
}

const OBJECTS: [Object; 8] = [
    Object { name: "member", code: "int only;\n", flags: &[], says: "members beside sfa.obj: [\"member.obj\"]" },
    Object { name: "export", code: "int Stray(void) { return 1; }\n", flags: &[], says: "differ in [\"Stray\"]" },
    Object {
        name: "import",
        code: "int KsStray(void);\nint Stray(void) { return KsStray(); }\n",
        flags: &[],
        says: "it imports [\"KsStray\"]",
    },
    Object {
        name: "directive",
        code: "#pragma comment(lib, \"stray\")\nint only;\n",
        flags: &[],
        says: "it tells the linker [\"/DEFAULTLIB:stray.lib\"]",
    },
    Object {
        name: "path",
        code: "int Stray(void) { return 1; }\n",
        flags: &["-g"],
        says: "it names folders of this machine",
    },
    Object {
        name: "text",
        code: "__asm__(\".text\\n.fill 16384, 1, 0x90\\n\");\n",
        flags: &[],
        says: "bytes of code are more than 49152",
    },
    Object {
        name: "unwind",
        code: "void SfaOsPause(void);\nvoid Stray(void) { SfaOsPause(); SfaOsPause(); }\n",
        flags: &["-fno-asynchronous-unwind-tables"],
        says: "Stray calls, but has no unwind information",
    },
    // Neither function takes too much alone.
    Object {
        name: "stack",
        code: "void SfaOsPause(void);\nvoid SfaOsEventClear(void *);\n\
               static __attribute__((noinline)) void Below(void) { char a[300]; SfaOsEventClear(a); SfaOsPause(); }\n\
               void Stray(void) { char a[300]; SfaOsEventClear(a); Below(); SfaOsEventClear(a); }\n",
        flags: &["-funwind-tables"],
        says: "Stray takes 704 bytes of stack",
    },
];

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

/// Our object and a stray one.
fn strays(target: &Target, ours: &Path, dir: &Path) -> Result<(), String> {
    for stray in &OBJECTS {
        let (file, object) = (dir.join(stray.name).with_extension("c"), dir.join(stray.name).with_extension("obj"));
        write(&file, stray.code)?;
        let mut clang = program("clang-19");
        clang.args([&format!("--target={}", target.triple), "-O1", "-ffreestanding", "-c"]).args(stray.flags);
        run(clang.arg(&file).arg("-o").arg(&object))?;
        let archive = dir.join(stray.name).with_extension("lib");
        rust::pack(&archive, target.abi, &[ours.to_owned(), object])?;
        noticed(&archive, target, Flavour::Release, stray.says)?;
    }
    Ok(())
}

/// Rust that can panic, names a function of ks.c, and exports something of its own. A pool-only driver does not link.
fn panics(dir: &Path) -> Result<(), String> {
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
    all_by_two(&[&X64, &X64_GNU], |_, target| {
        let archive = library(copy.dir(), target, Flavour::Release, dir)?;
        for says in ["it can panic", "it imports [\"SfaKsServe\"]", "differ in [\"Stray\"]"] {
            noticed(&archive, target, Flavour::Release, says)?;
        }
        match link::pool_only(target, Flavour::Release, &archive) {
            Err(text) if text.contains("SfaKsServe") => Ok(()),
            Err(text) => Err(format!("a pool that needs ks.c: failed in another way\n{text}")),
            Ok(_) => Err("a pool that needs ks.c links without it".into()),
        }
    })
    .map(drop)
}

/// Without debug information a PDB shows nothing.
fn bare(ours: &Path, dir: &Path) -> Result<(), String> {
    let object = dir.join("sfa.obj");
    run(program("llvm-objcopy-19").arg("--strip-debug").arg(ours).arg(&object))?;
    let archive = dir.join("bare.lib");
    rust::pack(&archive, Abi::Msvc, &[object])?;
    match link::types(&link::pool_only(&X64, Flavour::Release, &archive)?) {
        Err(text) if text.contains("the PDB shows no ") => Ok(()),
        Err(text) => Err(format!("no debug information: failed in another way\n{text}")),
        Ok(_) => Err("a PDB shows types of an archive that has none".into()),
    }
}

/// Breaks the archive in every way; says how many. Needs the good archives to be built.
pub fn all() -> Result<usize, String> {
    let dir: PathBuf = out(&X64, Flavour::Release).join("broken");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let ours = out(&X64, Flavour::Release).join("sfa.obj");
    strays(&X64, &ours, &dir)?;
    // What cargo makes, as it is.
    let whole = rust::whole(crate::workspace::root(), &X64, Flavour::Release)?;
    noticed(&whole, &X64, Flavour::Release, "compiler_builtins")?;
    // The Debug archive may panic; a Release one like it may not.
    noticed(&out(&X64, Flavour::Debug).join("sfa.lib"), &X64, Flavour::Release, "it can panic")?;
    bare(&ours, &dir)?;
    panics(&dir)?;
    Ok(OBJECTS.len() + 5)
}
