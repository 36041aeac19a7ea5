//! What the pages about checks, tests and debugging must name, read off the code.
#![cfg(test)]
use crate::workspace::{files, root};
use std::{collections::BTreeSet, fs};

/// The rows of a table in a page that begin with a name in backticks and a number: `NAME` 7.
fn numbered(text: &str, name: &str) -> BTreeSet<(String, u32)> {
    let row = |line: &str| {
        let (known, rest) = line.strip_prefix("| `")?.split_once("` ")?;
        Some((known.to_owned(), rest.split(' ').next()?.parse().ok()?))
    };
    text.lines().filter_map(row).filter(|(known, _)| known.starts_with(name)).collect()
}

#[test]
fn the_page_of_debugging_has_every_kind_of_record_and_every_tag() {
    let page = fs::read_to_string(root().join("docs/debugging.md")).unwrap();
    let header = fs::read_to_string(root().join("include/sfa.h")).unwrap();
    let define = |line: &str| {
        let (name, number) = line.strip_prefix("#define SFA_RECORD_")?.split_once(' ')?;
        Some((format!("SFA_RECORD_{name}"), number.parse().ok()?))
    };
    let kinds: BTreeSet<(String, u32)> = header.lines().filter_map(define).collect();
    assert!(kinds.len() >= 20);
    assert_eq!(numbered(&page, "SFA_RECORD_"), kinds);
    let code = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let object = code("src/allocator/object.rs");
    let state = code("src/os/ks/state.h");
    let named = |text: &str, before: &str| -> Vec<String> {
        text.split(before).skip(1).map(|rest| rest.chars().take(4).collect()).collect()
    };
    let tags: BTreeSet<String> =
        named(&object, "from_le_bytes(*b\"").into_iter().chain(named(&state, "/* '")).collect();
    let shown = page.lines().filter_map(|l| l.strip_prefix("| `Sfa")?.split_once('`'));
    assert_eq!(shown.filter(|(t, _)| t.len() == 1).map(|(t, _)| format!("Sfa{t}")).collect::<BTreeSet<_>>(), tags);
}

/// The names `file::test` in the tables of a page.
fn tests_named(page: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let quoted = rows.flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter_map(|q| q.split_once("::")).map(|(file, name)| (file.to_owned(), name.to_owned())).collect()
}

/// Whether a table of a page has a row that begins so and names a test.
fn has_row(text: &str, begin: &str) -> bool {
    text.lines().any(|line| line.starts_with(&format!("| {begin} |")) && line.contains("::"))
}

fn assert_exist(page: &str) {
    for (file, name) in tests_named(page) {
        let code =
            fs::read_to_string(root().join(format!("c-tests/{file}.c"))).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert!(name == "*" || code.contains(&format!("TEST({name})")), "{page}: there is no test {file}::{name}");
    }
}

#[test]
fn the_page_of_the_c_tests_names_a_test_for_each_promise_kind_and_plug_in() {
    let text = fs::read_to_string(root().join("c-tests/README.md")).unwrap();
    let promises = (1..=19).map(|n| format!("S{n}"));
    // One for each notification that KSEVENTDATA knows, as the headers of the test kernel have them.
    let header = fs::read_to_string(root().join("c-tests/testkernel/include/ks/event.h")).unwrap();
    let mut kinds: Vec<String> = header
        .lines()
        .filter_map(|l| l.strip_prefix("#define KSEVENTF_")?.split_whitespace().next())
        .map(|kind| format!("KSEVENTF_{kind}"))
        .collect();
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    kinds.extend(promises.chain(["0", "A", "B", "C", "D"].map(str::to_owned)));
    for row in kinds {
        assert!(has_row(&text, &row), "no test is named for {row}");
    }
    assert_exist("c-tests/README.md");
}

#[test]
fn the_page_of_the_c_tests_says_what_each_file_is_for() {
    let page = fs::read_to_string(root().join("c-tests/README.md")).unwrap();
    let first = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let named: BTreeSet<&str> = first.flat_map(|names| names.split(", ")).collect();
    let has_tests = |file: &std::path::PathBuf| fs::read_to_string(root().join(file)).unwrap().contains("\nTEST");
    let stems = files("c-tests", &[".c"]).into_iter().filter(|file| file.parent() == Some("c-tests".as_ref()));
    let stems: Vec<String> =
        stems.filter(has_tests).map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert!(stems.len() > 80, "{stems:?}");
    for stem in stems.iter().filter(|stem| !stem.starts_with("kernel_")) {
        assert!(named.contains(stem.as_str()), "c-tests/README.md does not say what {stem}.c is for");
    }
}

#[test]
fn the_page_of_checks_names_every_check_and_tests_that_exist() {
    let text = fs::read_to_string(root().join("docs/checks.md")).unwrap();
    for n in 1..=34 {
        assert!(text.contains(&format!("\n| C{n} |")), "C{n} is missing");
    }
    assert_exist("docs/checks.md");
}
