//! Compiles the C tests and writes the list of them for `c.rs`.
use std::{collections::BTreeSet, env, fs, path::Path};

/// Compiled by CMake only: the same tests behind a `main` of C.
const RUNNER: &str = "main";

/// A test in a line of C, and as a literal how it must end.
fn test(line: &str) -> Option<(&str, String)> {
    let (macro_name, rest) = line.split_once('(').filter(|_| line.starts_with("TEST"))?;
    let (arguments, _) = rest.rsplit_once(')').unwrap_or_else(|| panic!("a test must begin on one line: {line}"));
    let (name, detail) = arguments.split_once(',').map_or((arguments, ""), |(name, detail)| (name, detail.trim()));
    let end = match macro_name {
        "TEST" => "End::Pass".to_owned(),
        "TEST_BREACH" => format!("End::Breach({detail})"),
        "TEST_BUGCHECK" => format!("End::BugCheck({detail})"),
        _ => return None,
    };
    Some((name.trim(), end))
}

fn main() {
    let mut build = cc::Build::new();
    build.include(".").include("testkernel").include("testkernel/include").include("../include").std("c11");
    build.warnings(true).extra_warnings(true).warnings_into_errors(true).flag_if_supported("-Wpedantic").opt_level(1);
    let (mut names, mut functions, mut entries) = (BTreeSet::new(), String::new(), String::new());
    let mut files: Vec<_> = fs::read_dir(".").unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "c")) {
        let file = path.file_stem().unwrap().to_str().unwrap();
        if file == RUNNER {
            continue;
        }
        build.file(path);
        for (name, end) in fs::read_to_string(path).unwrap().lines().filter_map(test) {
            assert!(names.insert(name.to_owned()), "{file}.c: there is a test {name} already");
            functions.push_str(&format!("    safe fn {name}();\n"));
            entries.push_str(&format!("    Test {{ name: \"{file}::{name}\", entry: {name}, end: {end} }},\n"));
        }
    }
    let list = format!("unsafe extern \"C\" {{\n{functions}}}\nstatic TESTS: &[Test] = &[\n{entries}];\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("tests.rs"), list).unwrap();
    build.compile("c_tests_c");
    for path in [".", "testkernel/include", "testkernel/host.h", "../include"] {
        println!("cargo::rerun-if-changed={path}");
    }
}
