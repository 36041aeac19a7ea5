//! Compiles the test kernel, and the C half of the library (src/os/*.c) against its headers, as a driver compiles that
//! half against the WDK's. The build script of c-tests/testkernel, which is where it runs.
use std::{fs, path::PathBuf};

fn c_files(dir: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap_or_else(|e| panic!("{dir}: {e}"));
    let mut files: Vec<_> =
        entries.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "c")).collect();
    files.sort();
    files
}

fn build() -> cc::Build {
    let mut build = cc::Build::new();
    build.include("include").include("../../include").std("c11");
    build.warnings(true).extra_warnings(true).warnings_into_errors(true).flag_if_supported("-Wpedantic");
    build
}

fn main() {
    for path in ["../../build.rs", ".", "../../src/os", "../../include"] {
        println!("cargo::rerun-if-changed={path}");
    }
    // One archive, so that the two halves may refer to each other in any order.
    build().files(c_files(".")).files(c_files("ks")).files(c_files("../../src/os")).compile("testkernel_c");
    println!("cargo::rustc-link-lib=pthread");
}
