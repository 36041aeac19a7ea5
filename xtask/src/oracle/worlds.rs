//! The compilers, machines and headers that the claims are compiled with.
use super::{claims::Claim, values::complaints};
use crate::workspace::{program, run, target};
use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

/// One of them.
pub struct World {
    /// For people.
    pub name: &'static str,
    compiler: &'static str,
    /// Microsoft's names from mingw-w64, or the test kernel's.
    pub ddk: bool,
    bits: u32,
    /// C++.
    pub cpp: bool,
    /// Where long has 32 bits.
    windows: bool,
    flags: &'static [&'static str],
}

const fn world(name: &'static str, compiler: &'static str, flags: &'static [&'static str]) -> World {
    World { name, compiler, ddk: false, bits: 64, cpp: false, windows: true, flags }
}

const CPP: &[&str] = &["-x", "c++", "-std=c++17"];
/// mingw-w64 has two intrinsics twice for C++.
const CPP_DDK: &[&str] = &[
    "-x",
    "c++",
    "-std=c++17",
    "-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet",
    "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset",
];
/// mingw-w64's headers believe in gcc only.
const MSVC_DDK: &[&str] = &[
    "--target=x86_64-pc-windows-msvc",
    "-fgnuc-version=12.0.0",
    "-U_MSC_VER",
    "-D__MINGW32__",
    "-D__MINGW64__",
    "-ffreestanding",
    "-fms-extensions",
    "-std=c11",
    "-idirafter",
    "/usr/share/mingw-w64/include",
];

/// All worlds.
pub const WORLDS: [World; 12] = [
    World { ddk: true, ..world("DDK, x64, gcc", "x86_64-w64-mingw32-gcc-win32", &["-std=c11"]) },
    World { ddk: true, ..world("DDK, x64, clang", "clang-19", MSVC_DDK) },
    World { ddk: true, cpp: true, ..world("DDK, x64, g++", "x86_64-w64-mingw32-g++-win32", CPP_DDK) },
    World { ddk: true, bits: 32, ..world("DDK, x86, gcc", "i686-w64-mingw32-gcc-win32", &["-std=c11"]) },
    World { ddk: true, bits: 32, cpp: true, ..world("DDK, x86, g++", "i686-w64-mingw32-g++-win32", CPP_DDK) },
    world("test kernel, x64", "clang-19", &["--target=x86_64-pc-windows-msvc", "-ffreestanding", "-std=c11"]),
    world("test kernel, ARM64", "clang-19", &["--target=aarch64-pc-windows-msvc", "-ffreestanding", "-std=c11"]),
    World {
        bits: 32,
        ..world("test kernel, x86", "clang-19", &["--target=i686-pc-windows-msvc", "-ffreestanding", "-std=c11"])
    },
    world("test kernel, x64, mingw", "x86_64-w64-mingw32-gcc-win32", &["-std=c11"]),
    World { windows: false, ..world("test kernel, host, gcc", "gcc", &["-std=c11"]) },
    World { windows: false, ..world("test kernel, host, clang", "clang-19", &["-std=c11"]) },
    World { windows: false, cpp: true, ..world("test kernel, host, g++", "g++", CPP) },
];

impl World {
    fn command(&self, path: &PathBuf) -> Command {
        let mut command = program(self.compiler);
        command.args(["-fsyntax-only", "-Werror=implicit-function-declaration", "-Werror=int-conversion"]);
        command.args(["-Werror=incompatible-pointer-types", "-Ic-tests/oracle"]).args(self.flags);
        if self.cpp {
            // C's options are unknown to g++; it is strict without them.
            command = program(self.compiler);
            command.args(["-fsyntax-only", "-Ic-tests/oracle"]).args(self.flags);
        }
        match self.compiler.contains("clang") {
            true => command.args(["-ferror-limit=0", "-w"]),
            false => command.args(["-fmax-errors=0", "-ftrack-macro-expansion=0", "-w"]),
        };
        if self.ddk {
            command.args(["-DORACLE_DDK", "-D_WIN32_WINNT=0x0A00", "-DNTDDI_VERSION=0x0A000008"]);
            command.args(["-isystem", "/usr/share/mingw-w64/include/ddk"]);
        } else {
            command.args(["-isystem", "c-tests/testkernel/include"]);
        }
        command.arg(path);
        command
    }

    /// Compiles a file that must be right.
    pub fn compile(&self, path: &PathBuf) -> Result<(), String> {
        run(&mut self.command(path)).map(drop).map_err(|e| format!("{}: {e}", self.name))
    }

    /// Compiles these lines alone; which of them are wrong.
    pub fn wrong(&self, lines: &[String]) -> Result<Vec<bool>, String> {
        let path = target().join("oracle/lines.c");
        fs::write(&path, format!("#include \"world.h\"\n{}\n", lines.join("\n"))).map_err(|e| e.to_string())?;
        let mut command = self.command(&path);
        let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
        let text = String::from_utf8_lossy(&output.stderr);
        let numbers: BTreeSet<usize> = complaints(&text, &path.display().to_string());
        if output.status.success() == numbers.is_empty() && numbers.iter().all(|n| (2..lines.len() + 2).contains(n)) {
            Ok((0..lines.len()).map(|i| numbers.contains(&(i + 2))).collect())
        } else {
            Err(format!("{}: {command:?}\n{text}", self.name))
        }
    }

    /// Whether it is a 32-bit machine.
    pub fn x86(&self) -> bool {
        self.bits == 32
    }

    /// Whether this kind of claim says anything here.
    pub fn asserts(&self, claim: &Claim) -> bool {
        let here = match claim.kind {
            "GUID_IS" => self.cpp,
            "STRING_IS" | "VALUE" | "SIZE" | "FIELD" | "FIELD64" | "FIELD32" => true,
            "ALIAS" | "ALIAS64" | "ALIAS32" => !self.cpp && self.windows,
            _ => !self.cpp,
        };
        here && !claim.kind.ends_with(if self.bits == 64 { "32" } else { "64" })
    }
}
