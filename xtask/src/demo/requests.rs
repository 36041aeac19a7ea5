//! `cargo xtask demo --requests`: clients of an allocator object, whose requests wait and are cancelled.
use super::{near, program, read, report::Report};
use crate::{timeline, workspace::root};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The sample's exit code, or what went wrong around it. Options are the sample's.
pub fn demo(options: &[String]) -> Result<u8, String> {
    let program = program::REQUESTS.build()?;
    let out = root().join("out");
    let run = Run::new(options, &out);
    let output = run.start(&program)?;
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(0) if options.iter().any(|o| o == "--help") => {
            print!("{}", String::from_utf8_lossy(&output.stdout));
            Ok(0)
        }
        Some(0) => {
            let report = run.report()?;
            let picture = out.join("requests.svg");
            let svg = run.draw(&report)?;
            fs::write(&picture, svg).map_err(|e| format!("{}: {e}", picture.display()))?;
            print!("{}", summary(&report, &picture));
            Ok(0)
        }
        Some(code) => Ok(u8::try_from(code).unwrap_or(1)),
        None => Err(format!("the sample ended with {}", output.status)),
    }
}

/// One run of the sample, and the files that it writes.
pub struct Run {
    arguments: Vec<String>,
    report: PathBuf,
    records: PathBuf,
}

impl Run {
    /// Files that the options do not name go into the folder `out`.
    pub fn new(options: &[String], out: &Path) -> Self {
        let mut arguments = Vec::new();
        let mut file = |option: &str, name: &str| super::file(&mut arguments, options, option, out.join(name));
        let report = file("--report", "requests-report.txt");
        let records = file("--records", "requests-records.txt");
        arguments.extend_from_slice(options);
        Self { arguments, report, records }
    }

    /// Runs it.
    pub fn start(&self, program: &Path) -> Result<Output, String> {
        for file in [&self.report, &self.records] {
            if let Some(dir) = file.parent().filter(|dir| dir.starts_with(root())) {
                let _ = fs::create_dir_all(dir);
            }
        }
        let mut command = Command::new(program);
        command.args(&self.arguments).output().map_err(|e| format!("{}: {e}", program.display()))
    }

    /// What it counted.
    pub fn report(&self) -> Result<Report, String> {
        Report::parse(&read(&self.report)?)
    }

    /// The picture.
    pub fn draw(&self, report: &Report) -> Result<String, String> {
        let records = timeline::records::parse(&read(&self.records)?)?;
        Ok(timeline::draw(&records, report.number("frame_bytes")?))
    }
}

fn summary(report: &Report, picture: &Path) -> String {
    let value = |key: &str| report.text(key).to_owned();
    let lines = [
        ("pictures", format!("{}, one every {} ms", value("pictures"), value("period_ms"))),
        ("delivered", value("delivered")),
        ("frames", format!("{} of {} bytes", value("frames"), value("frame_bytes"))),
        ("most frames out", value("peak_out")),
        ("allocated, freed", format!("{}, {}", value("allocations"), value("frees"))),
        ("freed by", format!("{} requests, {} direct calls", value("frees_by_request"), value("frees_by_table"))),
        ("requests waited", value("waits")),
        (
            "and then",
            format!("{} served, {} cancelled, {} sent away", value("served"), value("cancelled"), value("dismissed")),
        ),
        (
            "direct calls",
            format!(
                "{} got a frame; {} found none, {} found one that requests wait for",
                value("direct"),
                value("direct_empty"),
                value("direct_barred")
            ),
        ),
        ("free-frame events", value("events")),
        ("timeline", format!("{}, from {} records", near(picture), value("records"))),
    ];
    lines.map(|(key, value)| format!("{key:<18}{value}\n")).concat()
}
