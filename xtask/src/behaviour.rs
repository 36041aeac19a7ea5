//! docs/behaviour.md: the table of every request in every state is what the C test of that name prints.
use crate::workspace::{cargo, root, run};
use std::fs;

const PAGE: &str = "docs/behaviour.md";
const TEST: &str = "behaviour::every_request_in_every_state";
const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- end -->";

/// What the test prints.
fn table() -> Result<String, String> {
    let text = run(cargo().args(["test", "-q", "-p", "c-tests", "--test", "c", "--", "--exact", TEST]))?;
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    if rows.len() < 10 { Err(format!("{TEST} prints {} rows\n{text}", rows.len())) } else { Ok(rows.join("\n") + "\n") }
}

/// The page in three parts: before the table, the table, and the rest.
fn page() -> Result<(String, String, String), String> {
    let text = fs::read_to_string(root().join(PAGE)).map_err(|e| format!("{PAGE}: {e}"))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (table, after) = rest.split_once(END)?;
        Some((before.to_owned(), table.to_owned(), after.to_owned()))
    });
    parts.ok_or_else(|| format!("{PAGE}: the marks of the table are missing"))
}

/// Compares.
pub fn check() -> Result<String, String> {
    let (_, written, _) = page()?;
    let table = table()?;
    if written == table {
        Ok(format!("{} rows as the code answers", table.lines().count() - 2))
    } else {
        Err(format!("{PAGE} is not what the code does: run `cargo xtask behaviour` and read the diff\n{table}"))
    }
}

/// Writes the table into the page.
pub fn write() -> Result<(), String> {
    let (before, _, after) = page()?;
    fs::write(root().join(PAGE), [&before, BEGIN, &table()?, END, &after].concat()).map_err(|e| format!("{PAGE}: {e}"))
}
