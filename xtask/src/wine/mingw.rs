//! The drivers under test once more, by mingw-w64's gcc and ld, with the archive for them. What they import from stays
//! what clang built: gcc knows no structured exceptions, without which ks.sys cannot look at a program's memory.
use super::{
    clang::{self, Built, HEADERS, MINGW_GCC, mingw},
    driver::Driver,
};
use crate::{
    cbuild::CBuild,
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

fn objects(clang: &Built, out: &Path, driver: &Driver) -> Result<Vec<PathBuf>, String> {
    let mut build = CBuild::from_environment();
    build.compiler = MINGW_GCC.into();
    build.cflags = FLAGS.split_whitespace().map(String::from).collect();
    build.cflags.extend(["-isystem".into(), format!("{HEADERS}/ddk")]);
    build.cflags.extend(clang::quoted());
    if driver.name == "sfatests" {
        build.cflags.push("-w".into()); // clang's business there: gcc has some that nobody can turn off
    }
    build.includes = clang::includes(&clang.lists());
    build.objects(&driver.files, &out.join(driver.name))
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
pub fn build(clang: &Built) -> Result<PathBuf, String> {
    let out = clang.folder().join("mingw");
    fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    clang.copy_rest(&out, |driver| driver.under_test)?;
    let others = clang.drivers().iter().filter_map(|driver| Some((driver.name, driver.exports?)));
    let imports: Vec<_> =
        others.map(|(name, exports)| import_library(&out, name, exports)).collect::<Result<_, _>>()?;
    let libraries: Vec<_> = [rust::ours(&X64_GNU, Flavour::Release)?].into_iter().chain(imports).collect();
    for driver in clang.drivers().iter().filter(|driver| driver.under_test) {
        link(&out, driver.name, &objects(clang, &out, driver)?, &libraries)?;
    }
    Ok(out)
}
