//! The values of expressions, as clang has them for a machine.
use super::declared::clang;
use crate::workspace::{run, target};
use std::{collections::BTreeSet, fs};

const HEADERS: &str = "#include \"ntddk.h\"\n#include \"windef.h\"\n#include \"ks.h\"\n";

/// Writes a file with one line for each expression and says in which line the first is.
fn file(name: &str, lines: impl Iterator<Item = String>) -> Result<(std::path::PathBuf, usize), String> {
    let path = target().join("oracle").join(name);
    let text = lines.fold(HEADERS.to_owned() + "const long long values[] = {\n", |text, line| text + &line + "\n");
    fs::write(&path, text + "};\n").map_err(|e| e.to_string())?;
    Ok((path, HEADERS.lines().count() + 2))
}

/// The lines of a file that a compiler complains about.
pub fn complaints(output: &str, path: &str) -> BTreeSet<usize> {
    let line = |text: &str| {
        let (_, rest) = text.split_once(path)?;
        let mut parts = rest.strip_prefix(':')?.split(':');
        let number = parts.next()?.parse().ok()?;
        text.contains("error:").then_some(number)
    };
    output.lines().filter_map(line).collect()
}

/// Which of these macros are integer constants.
pub fn constants(names: &[&str]) -> Result<Vec<bool>, String> {
    let path = target().join("oracle/constants.c");
    let text = names
        .iter()
        .fold(HEADERS.to_owned(), |text, name| text + &format!("_Static_assert(({name}) == ({name}), \"\");\n"));
    fs::write(&path, text).map_err(|e| e.to_string())?;
    let mut clang = clang("x86_64");
    clang.args(["-fsyntax-only", "-ferror-limit=0"]).arg(&path);
    let output = clang.output().map_err(|e| format!("{clang:?}: {e}"))?;
    let wrong = complaints(&String::from_utf8_lossy(&output.stderr), &path.display().to_string());
    let first = HEADERS.lines().count() + 1;
    Ok((0..names.len()).map(|i| !wrong.contains(&(first + i))).collect())
}

/// The values of constant expressions.
pub fn of(machine: &str, expressions: &[String]) -> Result<Vec<i64>, String> {
    let (path, _) = file(&format!("values-{machine}.c"), expressions.iter().map(|e| format!("(long long)({e}),")))?;
    let code = run(clang(machine).args(["-S", "-emit-llvm", "-w", "-o", "-"]).arg(&path))?;
    let line = code.lines().find(|line| line.starts_with("@values = ")).ok_or("clang: no values")?;
    let (_, list) = line.split_once(" x i64] [").ok_or("clang: no list of values")?;
    let list = list.split(']').next().unwrap_or_default();
    let values: Option<Vec<_>> = list.split(", ").map(|v| v.strip_prefix("i64 ")?.parse().ok()).collect();
    values
        .filter(|values| values.len() == expressions.len())
        .ok_or_else(|| format!("clang has not all values of {}", path.display()))
}

/// What the preprocessor makes of macros.
pub fn expansions(names: &[&str]) -> Result<Vec<String>, String> {
    let path = target().join("oracle/expansions.c");
    let text = names.iter().fold(HEADERS.to_owned(), |text, name| text + &format!("oracle_expansion {name}\n"));
    fs::write(&path, text).map_err(|e| e.to_string())?;
    let text = run(clang("x86_64").args(["-E", "-P"]).arg(&path))?;
    let found: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("oracle_expansion")).collect();
    if found.len() != names.len() {
        return Err(format!("{} expansions of {} macros", found.len(), names.len()));
    }
    Ok(found.iter().map(|text| text.trim().to_owned()).collect())
}
