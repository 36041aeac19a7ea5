//! The demo, end to end: clips that go through, clips that must not, and a sample broken on purpose.
use super::{Run, program, read, report::Report, requests};
use crate::{timeline, workspace::target};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The exit code of the test kernel when a rule of the kernel is broken.
pub(super) const BREACH: i32 = 70;
/// What a well-formed clip begins with; its pictures have 6 bytes.
const TINY: &str = "YUV4MPEG2 W2 H2 F25:1 C420\n";

/// Runs all of it; says what was left out.
pub fn selftest() -> Result<String, String> {
    let bench = Bench { program: program::CAPTURE.build()?, dir: target().join("demo/selftest") };
    fs::create_dir_all(&bench.dir).map_err(|e| e.to_string())?;
    bench.three_frames_are_enough()?;
    bench.a_slow_consumer_drops_what_is_named()?;
    bench.odd_clips_go_through()?;
    let clips = bench.clips_of_ffmpeg()?;
    let bad = bench.bad_clips_are_named()? + bench.bad_options_are_named()?;
    broken_on_purpose()?;
    let requests = requests::selftest()?;
    let ffmpeg = if clips == 0 { "no ffmpeg: its clips skipped".into() } else { format!("{clips} clips of ffmpeg") };
    Ok(format!("{ffmpeg}, {bad} bad clips and options, 2 broken drivers; {requests}"))
}

struct Bench {
    program: PathBuf,
    dir: PathBuf,
}

impl Bench {
    fn sample(&self, arguments: &[&str]) -> Result<Output, String> {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.dir).args(arguments).output().map_err(|e| format!("{}: {e}", self.program.display()))
    }

    /// A run that must succeed, whose output must be its input without the dropped pictures.
    fn passes(&self, options: &[&str]) -> Result<(Report, Run), String> {
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        let run = Run::new(&options, &self.dir);
        let output = run.start(&self.program)?;
        if !output.status.success() {
            return Err(format!("{options:?}: {output:?}"));
        }
        let report = run.report()?;
        run.compare(&report).map_err(|e| format!("{options:?}: {e}"))?;
        Ok((report, run))
    }

    fn clip(&self, name: &str, bytes: &[u8]) -> Result<String, String> {
        let path = self.dir.join(name);
        fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path.to_string_lossy().into_owned())
    }

    fn three_frames_are_enough(&self) -> Result<(), String> {
        let (report, run) = self.passes(&["--frames", "3", "--pictures", "300"])?;
        let count = |key| report.number(key);
        ensure(count("delivered")? == 300 && count("dropped")? == 0, "300 pictures arrive")?;
        ensure(count("distinct_addresses")? <= 3, "three frames have three addresses")?;
        ensure(fs::read(&run.sent).ok() == fs::read(&run.arrived).ok(), "output is input")?;
        let records = timeline::records::parse(&read(&run.records)?)?;
        ensure(records.len() as u64 >= count("records")?, "every record is on the tape")?;
        let picture = timeline::draw(&records, count("frame_bytes")?);
        ensure(picture.matches(">frame ").count() == 3, "the picture has three lanes")?;
        // The clip that was saved is an input like any other.
        let sent = self.clip("again.y4m", &fs::read(&run.sent).map_err(|e| e.to_string())?)?;
        self.passes(&["--input", &sent, "--frames", "64"]).map(|_| ())
    }

    fn a_slow_consumer_drops_what_is_named(&self) -> Result<(), String> {
        let slow: [&[&str]; 3] = [&["--consumer-delay-ms", "130"], &["--consumer-jitter"], &["--frames", "1"]];
        for options in slow {
            let (report, _) = self.passes(options)?;
            let dropped = report.dropped()?.len() as u64;
            ensure(dropped > 0 && dropped == report.number("dropped")?, "a slow consumer makes drops")?;
            ensure(report.number("delivered")? + dropped == 300, "no picture is forgotten")?;
        }
        Ok(())
    }

    fn odd_clips_go_through(&self) -> Result<(), String> {
        let clips: [(&str, &str, usize); 8] = [
            ("W1 H1", "FRAME", 3),
            ("W3 H3 C420jpeg", "FRAME", 17),
            ("W3 H3 C420mpeg2", "FRAME Ippb", 17),
            ("W5 H3 C420paldv", "FRAME", 27),
            ("W5 H2 F30000:1001 Ip A1:1 C422", "FRAME", 22),
            ("W5 H2 C411 XCOMMENT=x XMORE", "FRAME", 18),
            ("H7 W3 F0:0 I? A0:0 C444", "FRAME", 63),
            ("W4 H2 F2000:1 Cmono", "FRAME XA  XB", 8),
        ];
        for (tags, line, bytes) in clips {
            let mut clip = format!("YUV4MPEG2 {tags}\n").into_bytes();
            for picture in 0..50u8 {
                clip.extend(format!("{line}\n").bytes());
                clip.extend((0..bytes).map(|i| picture.wrapping_mul(37).wrapping_add(i as u8)));
            }
            let clip = self.clip("odd.y4m", &clip)?;
            let (report, _) = self.passes(&["--input", &clip]).map_err(|e| format!("{tags}: {e}"))?;
            ensure(report.number("delivered")? == 50, tags)?;
        }
        Ok(())
    }

    fn clips_of_ffmpeg(&self) -> Result<usize, String> {
        if Command::new("ffmpeg").arg("-version").output().is_err() {
            return Ok(0);
        }
        let clips = [
            ("352x288", "yuv420p"),
            ("352x288", "yuv422p"),
            ("352x288", "yuv444p"),
            ("175x99", "yuv420p"),
            ("175x99", "yuv422p"),
            ("175x99", "yuv411p"),
            ("175x99", "gray"),
        ];
        for (size, format) in clips {
            let clip = self.dir.join("ffmpeg.y4m").to_string_lossy().into_owned();
            let source = format!("testsrc2=size={size}:rate=25:duration=2");
            let mut ffmpeg = Command::new("ffmpeg");
            ffmpeg.args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-pix_fmt", format, &clip]);
            crate::workspace::run(&mut ffmpeg)?;
            let (report, _) = self.passes(&["--input", &clip])?;
            ensure(report.number("delivered")? == 50, "50 pictures of ffmpeg arrive")?;
        }
        Ok(clips.len())
    }

    /// Exit code 2, one line on standard error that contains `says`, and no output file.
    fn refuses(&self, arguments: &[&str], says: &str) -> Result<(), String> {
        let written = self.dir.join("never.y4m");
        let _ = fs::remove_file(&written);
        let mut all = arguments.to_vec();
        if !arguments.contains(&"--output") {
            all.splice(0..0, ["--output", "never.y4m"]);
        }
        let output = self.sample(&all)?;
        let text = String::from_utf8_lossy(&output.stderr);
        let one_line = text.ends_with('\n') && text.lines().count() == 1 && output.stdout.is_empty();
        if output.status.code() != Some(2) || !one_line || !text.contains(says) || written.exists() {
            return Err(format!("{arguments:?} should be refused with {says:?}: {output:?}"));
        }
        Ok(())
    }

    fn bad_clips_are_named(&self) -> Result<usize, String> {
        let header = |tags: &str| format!("YUV4MPEG2 {tags}\nFRAME\nabcdef");
        let pictures = |rest: &str| format!("{TINY}FRAME\nabcdef{rest}");
        let clips = [
            (String::new(), "byte 0: the file is empty"),
            ("RIFFxxxxAVI ".into(), "byte 0: expected \"YUV4MPEG2 \", found \"RIFFxxxxAV\""),
            ("YUV4MPEG".into(), "byte 0: expected"),
            ("YUV4MPEG2 W2 H2".into(), "byte 15: the header line has not ended"),
            (format!("YUV4MPEG2 X{}", "x".repeat(5000)), "byte 1024: the header line has not ended"),
            (header("H2"), "no width"),
            (header("W2"), "no height"),
            (header("W0 H0"), "byte 11: width \"0\""),
            (header("W2 H0"), "byte 14: height \"0\""),
            (header("W2147483648 H2"), "byte 11: width \"2147483648\""),
            (header("W2 H99999999999999999999999999"), "byte 14: height \"999"),
            (header("W-2 H2"), "byte 11: width \"-2\""),
            (header("W2 H"), "byte 14: height \"\""),
            (header("W2 H2 W2"), "byte 16: tag \"W2\" is the second"),
            (header("W2 H2 F25"), "byte 17: frame rate \"25\""),
            (header("W2 H2 F0:1"), "frame rate"),
            (header("W2 H2 F25:0"), "frame rate"),
            (header("W2 H2 F99999999999:1"), "frame rate"),
            (header("W2 H2 C420p10"), "byte 17: colour space \"420p10\""),
            (header("W2 H2 Cmono16"), "colour space \"mono16\""),
            (header("W2 H2 C"), "colour space \"\""),
            (header("W2 H2 C4200"), "colour space"),
            (header("W2 H2 Q7"), "byte 16: tag \"Q7\""),
            (header("W2 H2 \x01\x7f"), "byte 16: tag \"..\""),
            (TINY.into(), "byte 27: the clip ends before its first picture"),
            (format!("{TINY}FRAME\nabc"), "byte 33: picture 0: the clip ends after 3 of 6 bytes"),
            (pictures("FRAME\nabcde"), "picture 1: the clip ends after 5 of 6 bytes"),
            (pictures("FRAME"), "picture 1: expected FRAME"),
            (pictures("FRAME X"), "picture 1: the FRAME line does not end"),
            (pictures("FRAMEabcdef"), "picture 1: expected FRAME, found \"FRAMEabc\""),
            (pictures("x"), "byte 39: picture 1: expected FRAME, found \"x\""),
            // Labelled 4:4:4, but 4:2:0 inside.
            (header("W2 H2 C444"), "picture 0: the clip ends after 6 of 12 bytes"),
        ];
        for (clip, says) in &clips {
            let path = self.clip("bad.y4m", clip.as_bytes())?;
            self.refuses(&["--input", &path], says)?;
        }
        Ok(clips.len())
    }

    fn bad_options_are_named(&self) -> Result<usize, String> {
        let tiny = self.clip("tiny.y4m", format!("{TINY}FRAME\nabcdef").as_bytes())?;
        let options: [(&[&str], &str); 18] = [
            (&["--inputs", "x"], "unknown option \"--inputs\""),
            (&["clip.y4m"], "unknown option \"clip.y4m\""),
            (&["bad\noption"], "unknown option \"bad.option\""),
            (&["--input"], "--input needs a value"),
            (&["--frames"], "--frames needs a value"),
            (&["--frames", "0"], "--frames: \"0\""),
            (&["--frames", "4097"], "from 1 to 4096"),
            (&["--frames", "3x"], "--frames: \"3x\""),
            (&["--pictures", "99999999999999999999"], "--pictures"),
            (&["--size", "320"], "--size: \"320\""),
            (&["--size", "0x180"], "--size: \"0x180\""),
            (&["--size", "16384x16384", "--frames", "4096"], "more than 2 GiB"),
            (&["--consumer-delay-ms", "-1"], "--consumer-delay-ms: \"-1\""),
            (&["--input", &tiny, "--pictures", "3"], "--input replaces"),
            (&["--input", "no/such.y4m"], "no/such.y4m: cannot be opened"),
            (&["--output", "no/such/folder.y4m"], "no/such/folder.y4m: cannot be written"),
            (&["--report", "no/such/report.txt"], "no/such/report.txt: cannot be written"),
            (&["--output", "/dev/full"], "/dev/full: could not be written to its end"),
        ];
        for (arguments, says) in options {
            self.refuses(arguments, says)?;
        }
        Ok(options.len())
    }
}

/// The run must notice a library that frees nothing, and the test kernel a driver that waits where it must not.
fn broken_on_purpose() -> Result<(), String> {
    let frees_nothing = program::CAPTURE.broken("frees_nothing", "SfaFreeFrame")?;
    let output = output(&frees_nothing)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.code() == Some(1) && text.contains("frames still out: 3"), &format!("{output:?}"))?;

    let output = self::output(&program::CAPTURE.broken("waits_in_dpc", "KeStallExecutionProcessor")?)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let named = text.starts_with("breach: ") && text.contains("KeDelayExecutionThread");
    ensure(output.status.code() == Some(BREACH) && named, &format!("{output:?}"))
}

pub(super) fn output(program: &Path) -> Result<Output, String> {
    Command::new(program).output().map_err(|e| format!("{}: {e}", program.display()))
}

pub(super) fn ensure(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("does not hold: {what}")) }
}
