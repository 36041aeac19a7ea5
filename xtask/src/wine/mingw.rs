//! The drivers under test once more, by mingw-w64's gcc and ld, with the archive for them. What they import from stays
//! what clang built: gcc knows no structured exceptions, without which ks.sys cannot look at a program's memory.
use super::{
    drivers::{self, Drivers, HEADERS, MINGW_GCC, library_files, mingw, sample_files},
    list,
};
use crate::{
    cbuild::{CBuild, c_files},
    windows::{
        rust,
        target::{Flavour, X64_GNU},
    },
    workspace::{program, root, run},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Warnings are errors as for clang. What is left out are complaints about mingw-w64's own headers, and about types that
/// wdk.h declares anew.
const FLAGS: &str = "-ffreestanding -fms-extensions -mno-stack-arg-probe -O2 -g -Wall -Wextra -Werror -Wno-multichar \
    -Wno-cpp -Wno-attributes -Wno-missing-braces -Wno-strict-aliasing -D_WIN32_WINNT=0x0A00 \
    -DNTDDI_VERSION=0x0A000008 -DTESTKERNEL_BUILD=1";

/// The C tests that are built: those where most passes between library, C half and kernel.
const TESTS: [&str; 8] = ["minimal", "wait", "cancelling", "event", "handle", "teardown", "silent", "default"];

/// What it makes; beside that lie copies of what else is loaded, and the clients.
pub const MADE: [&str; 4] = ["pureks", "forward", "before", "sfatests"];
const COPIED: [&str; 7] =
    ["ks.sys", "wineshim.sys", "gate.sys", "tests.exe", "sample.exe", "hostile.exe", "forward.exe"];

fn objects(out: &Path, part: &str, files: &[PathBuf], more: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut build = CBuild::from_environment();
    build.compiler = MINGW_GCC.into();
    build.cflags = FLAGS.split_whitespace().chain(more.iter().copied()).map(String::from).collect();
    build.cflags.extend(["-isystem".into(), format!("{HEADERS}/ddk")]);
    let control = root().join("c-tests/testkernel/include");
    build.cflags.extend(["-iquote".into(), control.display().to_string()]);
    let first = root().join("c-tests/windows/include/wdk.h");
    build.cflags.extend(["-include".into(), first.display().to_string()]);
    build.includes = ["include", "c-tests", "c-tests/windows/include"].map(|dir| root().join(dir)).to_vec();
    build.includes.push(out.join("lists"));
    build.objects(files, &out.join(part))
}

/// An import library that mingw's ld understands: one of llvm-dlltool would link, and leave the calls unbound.
fn import_library(out: &Path, name: &str, exports: &str) -> Result<PathBuf, String> {
    let library = out.join(format!("lib{name}.a"));
    let mut dlltool = program("x86_64-w64-mingw32-dlltool");
    dlltool.arg("-d").arg(root().join("c-tests/windows").join(exports)).arg("-l").arg(&library);
    run(&mut dlltool)?;
    Ok(library)
}

fn link(out: &Path, name: &str, objects: &[PathBuf], more: &[PathBuf]) -> Result<(), String> {
    let mut gcc = program(MINGW_GCC);
    gcc.args(["-nostdlib", "-nostartfiles", "-shared", "-Wl,--subsystem,native", "-Wl,--dynamicbase"]);
    gcc.arg("-Wl,-e,DriverEntry").arg(format!("-Wl,-Map={}", out.join(format!("{name}.map")).display()));
    gcc.arg("-o").arg(out.join(format!("{name}.sys"))).args(objects).args(more);
    run(gcc.args(["ksguid", "uuid", "ntoskrnl", "hal"].map(mingw))).map(drop)
}

/// Builds them beside what clang built; their folder.
pub fn build(clang: &Drivers) -> Result<PathBuf, String> {
    let out = clang.folder().join("mingw");
    let lists = out.join("lists");
    fs::create_dir_all(&lists).map_err(|e| format!("{}: {e}", lists.display()))?;
    for name in COPIED {
        fs::copy(clang.folder().join(name), out.join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    let imports = [import_library(&out, "ks", "ks/ks.def")?, import_library(&out, "wineshim", "shim/wineshim.def")?];
    let libraries: Vec<_> = [rust::ours(&X64_GNU, Flavour::Release)?].into_iter().chain(imports).collect();
    for (name, files) in sample_files(root())? {
        link(&out, name, &objects(&out, name, &files, &[])?, &libraries)?;
    }
    let (mut files, text) = list::tests_of(root(), &TESTS)?;
    drivers::write_if_new(&lists.join("tests.h"), &text)?;
    files.extend(c_files(&root().join("c-tests/windows/kernel"))?);
    files.extend(library_files(root()));
    // Warnings are clang's business here: gcc has some that nobody can turn off.
    link(&out, "sfatests", &objects(&out, "tests", &files, &["-w"])?, &libraries)?;
    Ok(out)
}
