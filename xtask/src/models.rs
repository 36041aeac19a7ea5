//! The concurrency models (tests/models), each in a process of its own: loom gives each thread of each execution a stack,
//! and threads of one process would wait for each other at every one.
use crate::{
    two::all_by_two,
    workspace::{cargo, program, run},
};
use serde_json::Value;
use std::path::PathBuf;

/// Their test program.
pub const MODELS: &str = "models";

/// Builds it.
fn build() -> Result<PathBuf, String> {
    let text = run(cargo().args(["test", "-q", "--no-run", "--test", MODELS, "--message-format", "json"]))?;
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut ours = messages.filter(|message| message["target"]["name"] == MODELS);
    ours.find_map(|message| message["executable"].as_str().map(PathBuf::from)).ok_or("no models were built".into())
}

/// Runs them, as far as SFA_MODELS says (tests/models/main.rs); how many ran.
pub fn check(reach: &str) -> Result<String, String> {
    let models = build()?;
    let list = run(program(&models).args(["--list", "--format", "terse"]))?;
    let names: Vec<&str> = list.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let ran = all_by_two(&names, |_, name| {
        let text = run(program(&models).args(["--exact", name]).env("SFA_MODELS", reach))?;
        let (ran, ignored) = (text.contains(" 1 passed; 0 failed"), text.contains(" 0 passed; 0 failed; 1 ignored"));
        if ran || ignored { Ok(ran) } else { Err(format!("{name}: neither ran nor is ignored\n{text}")) }
    })?;
    let ran = ran.into_iter().filter(|ran| *ran).count();
    if ran == 0 { Err("no model ran".into()) } else { Ok(format!("{ran} tests, {} ignored", names.len() - ran)) }
}
