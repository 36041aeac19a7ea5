//! Rules that every function of the public headers keeps, read off the committed headers.
#![cfg(test)]
use crate::workspace::root;
use std::{collections::BTreeSet, fs};

/// What the archive has.
const GENERATED: [&str; 2] = ["sfa.h", "sfa_attach.h"];
/// What ks.c has.
const WRITTEN: [&str; 3] = ["sfa_ks.h", "sfa_ks_event.h", "sfa_ks_object.h"];

/// A function with what stands before it.
struct Function {
    comment: String,
    annotations: String,
    name: String,
    parameters: String,
    returns_status: bool,
}

fn functions() -> Vec<Function> {
    let found: Vec<_> = GENERATED.into_iter().chain(WRITTEN).flat_map(functions_of).collect();
    assert!(found.len() >= 42, "only {} functions were recognised", found.len());
    found
}

fn functions_of(header: &str) -> Vec<Function> {
    let text = fs::read_to_string(root().join("include").join(header)).unwrap();
    let (_, body) = text.split_once("extern \"C\" {").unwrap();
    let mut found = Vec::new();
    for part in body.split("/**").skip(1) {
        let Some((comment, rest)) = part.split_once("*/") else { continue };
        let Some((declaration, _)) = rest.split_once(");") else { continue };
        let declaration = declaration.split_whitespace().collect::<Vec<_>>().join(" ");
        // Handlers for the tables of ks.sys, macros and data have no SFAAPI; ks.sys says what they get.
        let Some((head, parameters)) = declaration.split_once(" SFAAPI ") else { continue };
        let (name, parameters) = parameters.split_once('(').unwrap();
        let (annotations, result) = head.trim().rsplit_once(['\n', ' ']).unwrap_or(("", head.trim()));
        found.push(Function {
            comment: comment.replace("\n * ", "\n").replace("\n *\n", "\n\n"),
            annotations: annotations.trim().to_owned(),
            name: name.to_owned(),
            parameters: parameters.to_owned(),
            returns_status: result == "NTSTATUS",
        });
    }
    found
}

#[test]
fn the_irql_in_the_text_is_the_irql_in_the_annotation() {
    for f in functions() {
        let line = f.comment.lines().find_map(|l| l.trim().strip_prefix("IRQL: ")).unwrap_or_else(|| {
            panic!("{} does not say its IRQL", f.name);
        });
        let expected = match line.split(['.', ';', ',']).next().unwrap() {
            "any" | "any at which nonpaged memory can be touched" => "",
            "PASSIVE_LEVEL" => "_IRQL_requires_(PASSIVE_LEVEL)",
            "<= DISPATCH_LEVEL" => "_IRQL_requires_max_(DISPATCH_LEVEL)",
            other => panic!("{}: unknown IRQL {other:?}", f.name),
        };
        let rest = f.annotations.strip_prefix(expected).unwrap_or_else(|| panic!("{}: {}", f.name, f.annotations));
        assert!(["", "_Must_inspect_result_"].contains(&rest.trim()), "{}: annotation {rest:?}", f.name);
    }
}

#[test]
fn every_function_says_which_locks_may_be_held_and_whether_requests_are_completed() {
    for f in functions() {
        let text = f.comment.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, line) = text.split_once("IRQL: ").unwrap();
        let (_, end) = line.split_once("Locks").unwrap_or_else(|| panic!("{} says nothing of locks", f.name));
        assert!(end.contains("ompletes") || end.contains("completion: as for"), "{}: nothing of completion", f.name);
    }
}

#[test]
fn every_parameter_is_described_with_its_direction() {
    const FORMS: [(&str, &str); 10] = [
        ("_In_ ", "in"),
        ("_In_opt_ ", "in"),
        ("_In_reads_(Count) ", "in"),
        ("_In_reads_bytes_(Bytes) ", "in"),
        ("_Inout_ ", "in,out"),
        ("_Out_ ", "out"),
        ("_Out_opt_ ", "out"),
        ("_Outptr_result_nullonfailure_ ", "out"),
        ("_Out_writes_all_(Count) ", "out"),
        ("_Out_writes_to_(Count, *Returned) ", "out"),
    ];
    for f in functions() {
        // Commas inside an annotation separate nothing.
        let list = f.parameters.replace("(Count, *Returned)", "(Count; *Returned)");
        for parameter in list.split(',').map(str::trim).filter(|p| *p != "void") {
            let parameter = parameter.replace("(Count; *Returned)", "(Count, *Returned)");
            let (form, direction) = FORMS
                .iter()
                .find(|(form, _)| parameter.starts_with(form))
                .unwrap_or_else(|| panic!("{}: {parameter:?} has no known annotation", f.name));
            let name = parameter[form.len()..].rsplit([' ', '*']).next().unwrap();
            let described = f.comment.lines().any(|l| {
                l.trim()
                    .strip_prefix(&format!("@param[{direction}]"))
                    .is_some_and(|l| l.trim().split(' ').next() == Some(name))
            });
            assert!(described, "{}: no @param[{direction}] {name}", f.name);
        }
    }
}

#[test]
fn every_status_that_the_code_answers_is_in_the_header_and_the_other_way_round() {
    let constants = fs::read_to_string(root().join("src/os/status.rs")).unwrap();
    let known: BTreeSet<String> = constants
        .lines()
        .filter_map(|l| Some(format!("STATUS_{}", l.trim().split_once(" = 0x")?.0)))
        .chain(["STATUS_SUCCESS".to_owned()])
        .collect();
    let mut named = BTreeSet::new();
    for f in GENERATED.into_iter().flat_map(functions_of) {
        // What requests are completed with is no result of the function itself.
        named.extend(f.comment.split("with STATUS_").skip(1).map(|rest| {
            format!("STATUS_{}", rest.chars().take_while(|c| c.is_uppercase() || *c == '_').collect::<String>())
        }));
        let mine: Vec<_> = f.comment.lines().filter_map(|l| l.trim().strip_prefix("@retval ")).collect();
        assert_eq!(f.returns_status, !mine.is_empty(), "{}", f.name);
        named.extend(
            mine.iter().filter_map(|l| l.split(' ').next()).filter(|n| n.starts_with("STATUS_")).map(str::to_owned),
        );
    }
    assert_eq!(known, named);
}

/// The names of all statuses in a text.
fn statuses(text: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_uppercase() || *c == '_').collect::<String>();
    let after = |(at, _): (usize, &str)| format!("STATUS_{}", word(&text[at + "STATUS_".len()..]));
    text.match_indices("STATUS_").filter(|(at, _)| !text[..*at].ends_with('_')).map(after).collect()
}

#[test]
fn every_status_that_ks_c_names_is_in_its_headers() {
    let headers: String = WRITTEN.map(|h| fs::read_to_string(root().join("include").join(h)).unwrap()).concat();
    let known = statuses(&headers);
    for file in crate::workspace::files("src/os/ks", &[".c"]) {
        let code = fs::read_to_string(root().join(&file)).unwrap();
        let unknown: Vec<_> = statuses(&code).difference(&known).cloned().collect();
        // The first stays inside serve.c, the second is for the walk of ks.sys over a queue.
        let inside = ["STATUS_NOT_FOUND", "STATUS_NO_MATCH"];
        assert!(unknown.iter().all(|s| inside.contains(&s.as_str())), "{}: {unknown:?}", file.display());
    }
}

/// The names in quotes after each of these words.
fn quoted_after(text: &str, words: &[&str]) -> BTreeSet<String> {
    let after = |word: &&str| {
        let parts: Vec<_> = text.split(&format!("{word}(\"")).skip(1).map(str::to_owned).collect();
        parts.into_iter().filter_map(|part| Some(part.split_once('"')?.0.to_owned()))
    };
    words.iter().flat_map(after).collect()
}

#[test]
fn every_failable_function_that_ks_c_calls_fails_in_a_test() {
    let read = |folder: &str, ending: &str| {
        let texts = crate::workspace::files(folder, &[ending]).into_iter();
        texts.map(|file| fs::read_to_string(root().join(file)).unwrap()).collect::<String>()
    };
    let failable = quoted_after(&read("c-tests/testkernel", ".c"), &["tk_fail", "KS_FAILS"]);
    let calls = read("src/os/ks", ".c");
    let tests = read("c-tests", "faults_ks.c") + &read("c-tests", "faults_avs.c");
    let called: Vec<_> = failable.iter().filter(|f| calls.contains(&format!("{f}("))).collect();
    assert!(called.len() >= 11, "{called:?}");
    for function in called {
        assert!(tests.contains(&format!("\"{function}\"")), "{function} fails in no test");
    }
    // A function of the kernel that answers a status, and that the test kernel cannot fail, is one of these.
    const NEVER_FAIL: [&str; 4] = [
        "KsDefaultDeviceIoCompletion",
        "KsDispatchInvalidDeviceRequest",
        "KsDispatchQuerySecurity",
        "KsDispatchSetSecurity",
    ];
    for part in read("c-tests/testkernel/include/ks", ".h").split("NTSTATUS NTAPI ").skip(1) {
        let name = part.split('(').next().unwrap_or_default();
        let used = calls.contains(&format!(" {name}("));
        assert!(
            !used || failable.contains(name) || NEVER_FAIL.contains(&name),
            "{name} never fails in the test kernel"
        );
    }
}
