//! `cargo xtask demo`: builds the library and the sample capture pin, plays a clip through them, draws what happened.
mod clip;
mod program;
mod report;
mod requests;
mod selftest;

use crate::{timeline, workspace::root};
use report::Report;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output},
};

pub use selftest::selftest;

/// Runs the demo; options are those of the sample. `--requests` before them is for the other sample, and `--selftest`
/// alone runs what `cargo xtask test` does of both.
pub fn run(options: &[String]) -> ExitCode {
    let result = if options == ["--selftest"] {
        selftest().map(|text| {
            println!("{text}");
            0
        })
    } else if let Some(("--requests", rest)) = options.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        requests::demo(rest)
    } else {
        demo(options)
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            eprintln!("demo: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The sample's exit code, or what went wrong around it.
fn demo(options: &[String]) -> Result<u8, String> {
    let program = program::CAPTURE.build()?;
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
            let verdict = run.compare(&report);
            let picture = out.join("timeline.svg");
            run.draw(&report, &picture)?;
            print!("{}", run.summary(&report, verdict.is_ok(), &picture));
            verdict.map(|()| 0)
        }
        Some(code) => Ok(u8::try_from(code).unwrap_or(1)),
        None => Err(format!("the sample ended with {}", output.status)),
    }
}

/// One run of the sample, and the files that it reads and writes.
struct Run {
    arguments: Vec<String>,
    sent: PathBuf,
    arrived: PathBuf,
    report: PathBuf,
    records: PathBuf,
}

impl Run {
    /// Files that the options do not name go into the folder `out`.
    fn new(options: &[String], out: &Path) -> Self {
        let mut arguments = Vec::new();
        let mut file = |option: &str, name: &str| self::file(&mut arguments, options, option, out.join(name));
        let input = if options.iter().any(|o| o == "--input") { "--input" } else { "--save-input" };
        let sent = file(input, "input.y4m");
        let (arrived, report) = (file("--output", "output.y4m"), file("--report", "report.txt"));
        let records = file("--records", "records.txt");
        // Ours come first: a value that is missing at the end must stay missing.
        arguments.extend_from_slice(options);
        Self { arguments, sent, arrived, report, records }
    }

    fn start(&self, program: &Path) -> Result<Output, String> {
        for file in [&self.sent, &self.arrived] {
            if let Some(dir) = file.parent().filter(|dir| dir.starts_with(root())) {
                let _ = fs::create_dir_all(dir);
            }
        }
        let mut command = Command::new(program);
        command.args(&self.arguments).output().map_err(|e| format!("{}: {e}", program.display()))
    }

    fn report(&self) -> Result<Report, String> {
        Report::parse(&read(&self.report)?)
    }

    /// What arrived must be what was sent, without the pictures that the report names.
    fn compare(&self, report: &Report) -> Result<(), String> {
        let bytes = |path: &Path| fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
        let frame = usize::try_from(report.number("frame_bytes")?).map_err(|e| e.to_string())?;
        clip::compare(&bytes(&self.sent)?, &bytes(&self.arrived)?, frame, &report.dropped()?)
            .map_err(|e| format!("{} does not match {}: {e}", self.arrived.display(), self.sent.display()))
    }

    fn draw(&self, report: &Report, picture: &Path) -> Result<(), String> {
        let records = timeline::records::parse(&read(&self.records)?)?;
        let svg = timeline::draw(&records, report.number("frame_bytes")?);
        fs::create_dir_all(picture.parent().unwrap_or(root())).map_err(|e| e.to_string())?;
        fs::write(picture, svg).map_err(|e| format!("{}: {e}", picture.display()))
    }

    /// A table of ten lines.
    fn summary(&self, report: &Report, same: bool, picture: &Path) -> String {
        let value = |key: &str| report.text(key).to_owned();
        let verdict = match (same, report.text("dropped")) {
            (false, _) => "DIFFERS from the input",
            (true, "0") => "the input, byte for byte",
            (true, _) => "the input without the dropped pictures, byte for byte",
        };
        let lines = [
            ("clip", format!("{} x {}, a picture every {} ms", value("width"), value("height"), value("period_ms"))),
            ("pictures", value("pictures")),
            ("delivered", value("delivered")),
            ("dropped", report.dropped_in_short()),
            ("frames", format!("{} of {} bytes", value("frames"), value("frame_bytes"))),
            ("addresses seen", value("distinct_addresses")),
            ("most frames out", value("peak_out")),
            ("allocated, freed", format!("{}, {}", value("allocations"), value("frees"))),
            ("output", format!("{}: {verdict}", near(&self.arrived))),
            ("timeline", format!("{}, from {} records", near(picture), value("records"))),
        ];
        lines.map(|(key, value)| format!("{key:<18}{value}\n")).concat()
    }
}

/// The file that an option names; where none does, `or`, with the option put to the arguments.
fn file(arguments: &mut Vec<String>, options: &[String], option: &str, or: PathBuf) -> PathBuf {
    if let Some(place) = options.iter().position(|o| o == option) {
        return options.get(place + 1).map(PathBuf::from).unwrap_or_default();
    }
    arguments.extend([option.to_owned(), or.to_string_lossy().into_owned()]);
    or
}

fn near(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_a_name_go_to_out() {
        let options = ["--frames", "4", "--output", "mine.y4m"].map(String::from);
        let run = Run::new(&options, Path::new("out"));
        assert_eq!(run.arrived, Path::new("mine.y4m"));
        assert_eq!(run.sent, Path::new("out/input.y4m"));
        assert_eq!(run.arguments[..2], ["--save-input", "out/input.y4m"]);
        assert!(run.arguments.ends_with(&options));
        // A value that is missing is the sample's to complain about: nothing may take its place.
        let run = Run::new(&["--output".to_owned()], Path::new("out"));
        assert_eq!(run.arguments.last().map(String::as_str), Some("--output"));
    }
}
