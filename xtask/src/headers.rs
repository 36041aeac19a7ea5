//! The public headers compile alone: in every language they are for, with every compiler at hand.
use crate::{
    two::all_by_two,
    workspace::{program, root, run, target},
};
use std::{fs, path::PathBuf};

const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
const C: [&str; 3] = ["c99", "c11", "c17"];
const CPP: [&str; 2] = ["c++11", "c++17"];

/// Compiler, language, standard, file, more options.
type Compilation<'a> = (&'a str, &'a str, &'a str, PathBuf, Vec<&'a str>);

fn compile((compiler, language, standard, file, more): &Compilation) -> Result<(), String> {
    let mut command = program(compiler);
    command.args(STRICT).args(["-fsyntax-only", "-x", language, &format!("-std={standard}"), "-Iinclude"]);
    run(command.args(more).arg(file)).map(drop)
}

/// Compiles each header alone, twice included, in all worlds; says how many compilations it were.
pub fn check() -> Result<String, String> {
    let dir = target().join("headers");
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let mut all = Vec::new();
    for header in
        ["sfa.h", "sfa_attach.h", "sfa_os.h", "sfa_platform.h", "sfa_ks.h", "sfa_ks_event.h", "sfa_ks_object.h"]
    {
        let file = dir.join(header).with_extension("c");
        let text = format!("#include \"{header}\"\n#include \"{header}\"\ntypedef int nothing_else_is_needed;\n");
        fs::write(&file, text).map_err(|e| e.to_string())?;
        let kernel = ["-isystem", "c-tests/testkernel/include"];
        let mut worlds: Vec<(&str, &str, &[&str], Vec<&str>)> = Vec::new();
        // sfa_ks*.h name ks.h's types: they are for drivers only.
        let alone = (!header.starts_with("sfa_ks")).then(Vec::new);
        for more in alone.into_iter().chain([kernel.to_vec()]) {
            worlds.push(("gcc", "c", &C, more.clone()));
            worlds.push(("clang-19", "c", &C, more.clone()));
            worlds.push(("g++", "c++", &CPP, more.clone()));
            worlds.push(("clang++-19", "c++", &CPP, more));
        }
        // Microsoft's names from the DDK headers of mingw-w64; two of its intrinsics clash with themselves in C++.
        let ddk = ["-isystem", "/usr/share/mingw-w64/include/ddk"];
        let cpp =
            ["-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet", "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset"];
        for machine in ["x86_64", "i686"] {
            let (gcc, gpp) = match machine {
                "x86_64" => ("x86_64-w64-mingw32-gcc-win32", "x86_64-w64-mingw32-g++-win32"),
                _ => ("i686-w64-mingw32-gcc-win32", "i686-w64-mingw32-g++-win32"),
            };
            worlds.push((gcc, "c", &C, ddk.to_vec()));
            worlds.push((gpp, "c++", &CPP, [ddk, cpp].concat()));
        }
        for (compiler, language, standards, more) in worlds {
            for standard in standards {
                all.push((compiler, language, *standard, file.clone(), more.clone()));
            }
        }
    }
    // What a driver compiles of ours, against Microsoft's names as mingw-w64 has them.
    for file in ["src/os/nt.c", "src/os/ks.c"] {
        let more = ["-isystem", "/usr/share/mingw-w64/include/ddk", "-Wno-missing-braces"];
        all.push(("x86_64-w64-mingw32-gcc-win32", "c", "c11", file.into(), more.to_vec()));
    }
    Ok(format!("{} compilations", all_by_two(&all, |_, one| compile(one))?.len()))
}

/// Every C file is accepted in the dialect of Microsoft's compiler.
pub fn dialect() -> Result<String, String> {
    let mut files: Vec<_> =
        ["c-tests", "samples", "src/os"].iter().flat_map(|dir| crate::workspace::files(dir, &[".c"])).collect();
    // Parts of ks.c; and what is compiled for Windows itself, with its headers.
    files.retain(|file| !file.starts_with("src/os/ks") && !file.starts_with("c-tests/windows"));
    // The runner's list of tests is made by CMake; any line will do here.
    let list = target().join("dialect");
    fs::create_dir_all(&list).map_err(|e| e.to_string())?;
    fs::write(list.join("tests.inc"), "RUN(file, name, TEST_PASSES, \"\")\n").map_err(|e| e.to_string())?;
    let accept = |_, file: &PathBuf| {
        let folder = root().join(file);
        let folder = folder.parent().unwrap_or(root());
        let mut command = program("clang-19");
        command.args([
            "--driver-mode=cl",
            "--target=x86_64-pc-windows-msvc",
            "/std:c11",
            "/W4",
            "/WX",
            "/Zs",
            "/nologo",
        ]);
        for dir in ["include", "c-tests", "c-tests/testkernel", "c-tests/testkernel/include"] {
            command.arg("/I").arg(dir);
        }
        run(command.arg("/I").arg(folder).arg("/I").arg(&list).arg(file))
    };
    Ok(format!("{} files", all_by_two(&files, accept)?.len()))
}

/// Every C file is laid out by clang-format.
pub fn format() -> Result<String, String> {
    let files: Vec<_> =
        ["c-tests", "samples", "src/os"].iter().flat_map(|dir| crate::workspace::files(dir, &[".c", ".h"])).collect();
    run(program("clang-format-19").args(["--dry-run", "-Werror"]).args(&files))?;
    Ok(format!("{} files", files.len()))
}
