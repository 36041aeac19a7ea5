//! Which C tests run in kernel mode: all that are about the library, but those that c-tests/windows/left-out.toml names,
//! with the reason.
use crate::cbuild::c_files;
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// The framework and the runner of the host.
const HOST: [&str; 2] = ["check", "main"];

struct Test {
    file: String,
    name: String,
    /// What the report of the bug check begins with, quoted; of a TEST_BUGCHECK.
    bug_check: Option<String>,
    breach: bool,
    /// How a TEST_BREACH or TEST_BUGCHECK is told from others, quoted.
    detail: String,
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or(String::new(), |s| s.to_string_lossy().into_owned())
}

fn parse(file: &str, line: &str) -> Option<Test> {
    let (kind, rest) = line.split_once('(').filter(|_| line.starts_with("TEST"))?;
    let (arguments, _) = rest.rsplit_once(')')?;
    let (name, detail) = arguments.split_once(',').map_or((arguments, ""), |(name, detail)| (name, detail.trim()));
    let bug_check = (kind == "TEST_BUGCHECK").then(|| detail.to_owned());
    Some(Test {
        file: file.into(),
        name: name.trim().into(),
        bug_check,
        breach: kind == "TEST_BREACH",
        detail: detail.into(),
    })
}

/// A star stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => {
            let Some(rest) = name.strip_prefix(head) else { return false };
            (0..=rest.len()).any(|i| rest.is_char_boundary(i) && matches(tail, &rest[i..]))
        }
    }
}

fn patterns(from: &Path) -> Result<Vec<String>, String> {
    let file = "c-tests/windows/left-out.toml";
    let text = fs::read_to_string(from.join(file)).map_err(|e| format!("{file}: {e}"))?;
    let table: toml::Table = text.parse().map_err(|e| format!("{file}: {e}"))?;
    let mut all = Vec::new();
    for entry in table.get("left-out").and_then(toml::Value::as_array).into_iter().flatten() {
        let why = entry.get("why").and_then(toml::Value::as_str).unwrap_or("");
        let tests = entry.get("tests").and_then(toml::Value::as_array).filter(|_| !why.is_empty());
        let tests = tests.ok_or_else(|| format!("{file}: an entry without `why` or `tests`"))?;
        all.extend(tests.iter().filter_map(toml::Value::as_str).map(String::from));
    }
    Ok(all)
}

/// The files with tests or helpers, in order, and the tests of each.
fn files(from: &Path) -> Result<Vec<(PathBuf, Vec<Test>)>, String> {
    let mut files = Vec::new();
    for path in c_files(&from.join("c-tests"))? {
        let file = stem(&path);
        if HOST.contains(&file.as_str()) {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        files.push((path, text.lines().filter_map(|line| parse(&file, line)).collect()));
    }
    Ok(files)
}

/// Of these, what is about the library.
fn every(from: &Path) -> Result<Vec<(PathBuf, Vec<Test>)>, String> {
    let mut files = files(from)?;
    files.retain(|(path, _)| !stem(path).starts_with("kernel_"));
    Ok(files)
}

/// The text of tests.inc, as CMake writes it: a line RUN(file, name, how, detail) for each test there is.
pub fn all(from: &Path) -> Result<String, String> {
    let line = |test: Test| {
        let how = match (test.breach, test.bug_check) {
            (true, _) => format!("TEST_BREACHES, {}", test.detail),
            (false, Some(_)) => format!("TEST_BUGCHECKS, {}", test.detail),
            (false, None) => "TEST_PASSES, \"\"".into(),
        };
        format!("RUN({}, {}, {how})\n", test.file, test.name)
    };
    Ok(files(from)?.into_iter().flat_map(|(_, tests)| tests.into_iter().map(line)).collect())
}

fn full_name(test: &Test) -> String {
    format!("{}::{}", test.file, test.name)
}

/// How many of the C tests run in kernel mode, and why the others do not.
pub struct Counts {
    pub run: usize,
    all: usize,
    of_the_test_kernel: usize,
    breaches: usize,
    left_out: usize,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { run, all, of_the_test_kernel, breaches, left_out } = self;
        write!(
            f,
            "{run} of {all} C tests ({of_the_test_kernel} are about the test kernel, {breaches} about a breach of "
        )?;
        write!(f, "its rules, {left_out} are left out)")
    }
}

/// Counts them. Each pattern must be of use.
pub fn counts(from: &Path) -> Result<Counts, String> {
    let patterns = patterns(from)?;
    let all = files(from)?.iter().map(|(_, tests)| tests.len()).sum();
    let ours = every(from)?;
    let ours: Vec<_> = ours.iter().flat_map(|(_, tests)| tests).collect();
    let names: Vec<_> = ours.iter().filter(|test| !test.breach).map(|test| full_name(test)).collect();
    if let Some(idle) = patterns.iter().find(|p| !names.iter().any(|name| matches(p, name))) {
        return Err(format!("c-tests/windows/left-out.toml: there is no test {idle}"));
    }
    let left_out = names.iter().filter(|name| patterns.iter().any(|p| matches(p, name))).count();
    let counts = Counts {
        run: tests(from)?.1.lines().count(),
        all,
        of_the_test_kernel: all - ours.len(),
        breaches: ours.len() - names.len(),
        left_out,
    };
    if counts.run + counts.left_out != names.len() {
        return Err(format!("some tests neither run nor are left out: {counts}"));
    }
    Ok(counts)
}

/// The files to compile, and the text of tests.h: a line RUN(file, name, how, detail) for each test. A file whose tests
/// are all left out is not compiled, nor a helper that only such files and kernel_* include.
pub fn tests(from: &Path) -> Result<(Vec<PathBuf>, String), String> {
    let patterns = patterns(from)?;
    let (mut files, mut helpers, mut text) = (Vec::new(), Vec::new(), String::new());
    for (path, tests) in every(from)? {
        if tests.is_empty() {
            helpers.push(path);
            continue;
        }
        let kept = |test: &&Test| !test.breach && !patterns.iter().any(|p| matches(p, &full_name(test)));
        let kept: Vec<_> = tests.iter().filter(kept).collect();
        if kept.is_empty() {
            continue;
        }
        for test in kept {
            let how = test.bug_check.as_ref().map_or("TEST_PASSES, \"\"".into(), |d| format!("TEST_BUGCHECKS, {d}"));
            text.push_str(&format!("RUN({}, {}, {how})\n", test.file, test.name));
        }
        files.push(path);
    }
    // Helpers that are needed, and what these need.
    let includes = |path: &Path, helper: &Path| {
        let text = fs::read_to_string(path).unwrap_or_default() + &header_text(path);
        text.contains(&format!("\"{}.h\"", stem(helper)))
    };
    while let Some(i) = helpers.iter().position(|helper| files.iter().any(|file| includes(file, helper))) {
        files.push(helpers.remove(i));
    }
    Ok((files, text))
}

/// The header that belongs to a file.
fn header_text(path: &Path) -> String {
    fs::read_to_string(path.with_extension("h")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("pool::*", "pool::a"));
        assert!(matches("a*c*", "abcd") && !matches("a*c", "abcd"));
        assert!(!matches("pool::", "pool::a"));
    }

    #[test]
    fn a_line_is_a_test() {
        let test = parse("f", "TEST_BUGCHECK(stops, \"0x1 (0x2,\")").unwrap();
        assert_eq!((full_name(&test).as_str(), test.bug_check.as_deref()), ("f::stops", Some("\"0x1 (0x2,\"")));
        assert!(parse("f", "    TEST(no)").is_none() && !parse("f", "TEST(yes)").unwrap().breach);
    }
}
