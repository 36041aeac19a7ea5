//! `cargo xtask demo --requests`: clients of an allocator object, whose requests wait and are cancelled.
use super::{
    near, program, read,
    report::Report,
    selftest::{ensure, output},
};
use crate::{
    timeline,
    workspace::{root, target},
};
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

/// Runs that must succeed, options that must not, and a worker broken on purpose.
pub fn selftest() -> Result<String, String> {
    let program = program::REQUESTS.build()?;
    let dir = target().join("demo/selftest");
    let passes = |options: &[&str]| {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let run = Run::new(&options, &dir);
        let output = run.start(&program)?;
        if !output.status.success() {
            return Err(format!("{options:?}: {output:?}"));
        }
        Ok((run.report()?, run))
    };
    let (report, run) = passes(&[])?;
    for (key, least) in [("served", 1), ("cancelled", 1), ("dismissed", 1), ("events", 1)] {
        ensure(report.number(key)? >= least, &format!("{key}: at least {least}"))?;
    }
    ensure(report.number("delivered")? == 120 && report.number("peak_out")? == 3, "120 pictures in three frames")?;
    let picture = run.draw(&report)?;
    let shows = |what: &str| picture.contains(&format!("class=\"{what}\""));
    ensure(["wait", "serve", "cancel", "event", "refusal"].into_iter().all(shows), "the picture shows it all")?;
    passes(&["--frames", "1"])?;
    let (report, _) = passes(&["--frames", "64", "--pictures", "20"])?;
    ensure(report.text("waits") == "1", "with 64 frames nobody waits but the last one")?;

    let options: [(&[&str], &str); 8] = [
        (&["--inputs", "x"], "unknown option \"--inputs\""),
        (&["--requests"], "unknown option \"--requests\""),
        (&["--frames"], "--frames needs a value"),
        (&["--frames", "0"], "--frames: \"0\""),
        (&["--frames", "65"], "from 1 to 64"),
        (&["--pictures", "3x"], "--pictures: \"3x\""),
        (&["--report", "no/such/report.txt"], "no/such/report.txt: cannot be written"),
        (&["--records", "/dev/full"], "/dev/full: could not be written to its end"),
    ];
    for (arguments, says) in options {
        let output = Command::new(&program).args(arguments).output().map_err(|e| e.to_string())?;
        ensure(output.status.code() == Some(2) && one_line(&output, says), &format!("{arguments:?}: {output:?}"))?;
    }

    let forgets = output(&program::REQUESTS.broken("forgets_the_turn", "SfaTakeTurn")?)?;
    // The turn that nobody takes keeps the allocator, with its three frames.
    let lost = forgets.status.code() == Some(1) && one_line(&forgets, "frames leaked: 3, ");
    ensure(lost, &format!("a worker that forgets to serve: {forgets:?}"))?;
    let twice = output(&program::REQUESTS.broken("frees_twice", "SfaFreeFrameAndServe")?)?;
    let caught = twice.status.code() == Some(1) && one_line(&twice, "sfa-requests: ");
    ensure(caught, &format!("a driver that frees twice: {twice:?}"))?;
    Ok(format!("requests: 3 runs, {} bad options, 2 broken drivers", options.len()))
}

/// Says nothing but one line, which contains `says`.
fn one_line(output: &Output, says: &str) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    output.stdout.is_empty() && text.ends_with('\n') && text.lines().count() == 1 && text.contains(says)
}
