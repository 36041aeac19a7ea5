//! `cargo xtask orderings`: weakens each memory ordering of `src/core`, one at a time, and asks the models whether they
//! notice. What they say is written to docs/orderings.txt. An ordering whose weakening no model notices is an error: it
//! is stronger than it has to be, or a model is missing.
use crate::{
    copy::Copy,
    workspace::{files, root, run},
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const REPORT: &str = "docs/orderings.txt";
const HEAD: &str = "\
Written by `cargo xtask orderings`: each memory ordering of src/core weakened, one at a time, and the first model
(tests/models, fewest executions first) that fails because of it. `loads`, `rmws` and `mixed` say what the model's
loads are; tests/models/main.rs explains. The numbers of executions are those of `cargo test --test models`.
";

/// A memory ordering in the source.
struct Site {
    file: PathBuf,
    line: usize,
    function: String,
    ordering: &'static str,
    begin: usize,
}

/// What an ordering may be weakened to.
fn weaker(ordering: &str) -> &'static [&'static str] {
    match ordering {
        "SeqCst" => &["AcqRel"],
        "AcqRel" => &["Acquire", "Release"],
        _ => &["Relaxed"],
    }
}

/// The orderings of one file, without comments, imports and tests.
fn sites(file: &Path, text: &str) -> Vec<Site> {
    let (mut found, mut function, mut begin) = (Vec::new(), String::new(), 0);
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    for (number, line) in code.split_inclusive('\n').enumerate() {
        if let Some((_, name)) = line.split_once("fn ") {
            function = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        }
        let start = line.trim_start();
        for ordering in ["SeqCst", "AcqRel", "Acquire", "Release"] {
            let places = line.match_indices(ordering).filter(|_| !start.starts_with("//") && !start.starts_with("use"));
            for (at, _) in places {
                let (file, function) = (file.to_owned(), function.clone());
                found.push(Site { file, line: number + 1, function, ordering, begin: begin + at });
            }
        }
        begin += line.len();
    }
    found.sort_by_key(|site| site.begin);
    found
}

/// Compiles the models in the copy; answers the program.
fn build(copy: &Copy) -> Result<PathBuf, String> {
    let text = run(copy.cargo().args(["test", "-p", "stream-frame-allocator", "--test", "models", "--no-run"]))?;
    let line = text.lines().rev().find(|line| line.contains("Executable")).ok_or(text.clone())?;
    let path = line.rsplit_once('(').and_then(|(_, path)| path.strip_suffix(')')).ok_or(line)?;
    Ok(copy.dir().join(path))
}

/// Runs one model; its number of executions, or None where it fails.
fn explore(program: &Path, model: &str) -> Option<u64> {
    let mut command = Command::new(program);
    command.args(["--exact", model, "--nocapture", "--test-threads=1"]).env_remove("SFA_MODELS");
    let text = run(&mut command).ok()?;
    let line = text.lines().find_map(|line| line.split_once(" executions"))?.0;
    line.rsplit_once(' ')?.1.parse().ok()
}

/// The models that must pass, the ones with fewest executions first.
fn models(program: &Path) -> Result<Vec<(u64, String)>, String> {
    let list = run(Command::new(program).args(["--list", "--format", "terse"]))?;
    let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
    let mut models = Vec::new();
    let failing = ["planted::", "sloppy::", "overdrawn::", "pure::"];
    for name in names.filter(|name| !failing.iter().any(|module| name.starts_with(module))) {
        if run(Command::new(program).args(["--list", "--ignored", "--exact", name]))?.contains(name) {
            continue;
        }
        let executions = explore(program, name).ok_or(format!("{name} fails on the unchanged code"))?;
        models.push((executions, name.to_owned()));
    }
    models.sort();
    if models.is_empty() { Err("there are no models".into()) } else { Ok(models) }
}

/// Weakens one ordering in the copy and says what notices.
fn weaken(copy: &Copy, text: &str, site: &Site, to: &str, models: &[(u64, String)]) -> Result<Option<String>, String> {
    let path = copy.dir().join(&site.file);
    let (before, rest) = text.split_at(site.begin);
    let prefix = if before.ends_with("::") { "" } else { "core::sync::atomic::Ordering::" };
    let changed = [before, prefix, to, &rest[site.ordering.len()..]].concat();
    fs::write(&path, changed).map_err(|e| format!("{}: {e}", path.display()))?;
    let program = build(copy)?;
    let caught = models.iter().find(|(_, name)| explore(&program, name).is_none()).map(|(_, name)| name.clone());
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(caught)
}

fn survey() -> Result<bool, String> {
    let copy = Copy::new("orderings")?;
    let models = models(&build(&copy)?)?;
    println!("{} models pass on the unchanged code", models.len());
    let (mut report, mut good) = (format!("{HEAD}\n"), true);
    for file in files("src/core", &[".rs"]) {
        let path = root().join(&file);
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        for site in sites(&file, &text) {
            for to in weaker(site.ordering) {
                let caught = weaken(&copy, &text, &site, to, &models)?;
                good &= caught.is_some();
                let outcome = caught.map_or("SURVIVES".into(), |model| format!("caught by {model}"));
                let place = format!("{}:{} {}", site.file.display(), site.line, site.function);
                let line = format!("{place:<36} {:>7} -> {to:<7}: {outcome}", site.ordering);
                println!("{line}");
                let _ = writeln!(report, "{line}"); // into a String: cannot fail
            }
        }
    }
    report.push_str("\nExecutions of each model on the unchanged code:\n\n");
    let mut by_name: Vec<_> = models.iter().map(|(executions, name)| (name, executions)).collect();
    by_name.sort();
    for (name, executions) in by_name {
        let _ = writeln!(report, "{executions:>8}  {name}");
    }
    let path = root().join(REPORT);
    fs::write(&path, report).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(good)
}

/// Runs the survey.
pub fn all() -> ExitCode {
    match survey() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written when the orderings were weakened last is about the orderings as they are now.
    #[test]
    fn the_report_names_each_ordering_of_the_source() {
        let report = fs::read_to_string(root().join(REPORT)).unwrap();
        // Lines move with every comment: the file, the function and the ordering count.
        let entry = |l: &str| -> Option<Vec<String>> {
            let (place, rest) = l.split_once(" -> ")?.0.split_once(':')?;
            Some([place].into_iter().chain(rest.split_whitespace().skip(1)).map(str::to_owned).collect())
        };
        let mut told: Vec<_> = report.lines().filter_map(entry).collect();
        told.dedup(); // AcqRel is weakened twice
        let mut now = Vec::new();
        for file in files("src/core", &[".rs"]) {
            let text = fs::read_to_string(root().join(&file)).unwrap();
            for s in sites(&file, &text) {
                now.push(vec![file.display().to_string(), s.function, s.ordering.to_owned()]);
            }
        }
        assert!(!now.is_empty());
        assert_eq!(told, now, "run `cargo xtask orderings`");
        assert!(!report.contains("SURVIVES"));
    }
}
