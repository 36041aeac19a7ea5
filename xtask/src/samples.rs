//! The sample drivers run, broken ones are noticed, and the driver guide shows what really changes in samples/forward.
use crate::{
    archive,
    cbuild::{self, CBuild},
    copy::Copy,
    workspace::{root, target},
};
use std::{fs, path::Path, process::Command};

/// A driver and its client: its name, and the folders of its C files.
type Sample = (&'static str, &'static [&'static str]);

const PUREKS: Sample = ("pureks", &["samples/pureks"]);
const BEFORE: Sample = ("before", &["samples/forward", "samples/forward/before"]);
const AFTER: Sample = ("after", &["samples/forward", "samples/forward/after"]);

/// Builds a sample of the repository below `from`, with everything else from this one, and runs it.
fn run(from: &Path, (name, folders): Sample) -> Result<String, String> {
    let archive = archive::build()?;
    let mut build = CBuild::from_environment();
    let includes = ["include", "c-tests", "c-tests/testkernel", "c-tests/testkernel/include"];
    build.includes = includes.map(|dir| root().join(dir)).to_vec();
    build.includes.extend(folders.iter().map(|dir| from.join(dir)));
    let mut files = vec![root().join("c-tests/check.c"), root().join("c-tests/client.c")];
    for dir in ["c-tests/testkernel", "c-tests/testkernel/ks", "src/os"] {
        files.extend(cbuild::c_files(&root().join(dir))?);
    }
    for dir in folders {
        files.extend(cbuild::c_files(&from.join(dir))?);
    }
    // One folder for good ones and broken ones, so that only what differs is compiled again.
    let program = build.program(name, &files, &[archive], &target().join("samples"))?;
    crate::workspace::run(&mut Command::new(program)).map_err(|text| format!("{name}: {text}"))
}

/// A sample in which something is broken, and what its client or the test kernel must say then.
struct Bug {
    sample: Sample,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    says: &'static str,
}

const BUGS: [Bug; 4] = [
    Bug {
        sample: BEFORE,
        file: "samples/forward/before/pin.c",
        from: "        PinSignalFreeFrame(Capture);\n",
        to: "        (void)Capture;\n",
        says: "CHECK(heard()) failed",
    },
    // The handler does not forward: the event is on the pin, but the library knows nothing of it.
    Bug {
        sample: AFTER,
        file: "samples/forward/after/events.c",
        from: "SfaAddEvent(((PCAPTURE_PIN)pin->Context)->Allocator, Irp, EventData, Entry)",
        to: "KsDefaultAddEventHandler(Irp, EventData, Entry)",
        says: "CHECK(heard()) failed",
    },
    // The pin is not attached: events go to the allocator's own list, which AVStream does not free.
    Bug {
        sample: AFTER,
        file: "samples/forward/after/pin.c",
        from: "status = SfaAttachPin(capture->Allocator, Pin);",
        to: "status = STATUS_SUCCESS;",
        says: "FREEFRAME fired 0 times",
    },
    Bug {
        sample: AFTER,
        file: "samples/forward/after/pin.c",
        from: "if (SfaDestroy(capture->Allocator) == STATUS_DEVICE_BUSY) {",
        to: "if (FALSE) {",
        says: "breach: ",
    },
];

/// Runs the samples, then the broken ones.
pub fn check() -> Result<String, String> {
    shown()?;
    for sample in [PUREKS, BEFORE, AFTER] {
        run(root(), sample)?;
    }
    for bug in &BUGS {
        let copy = Copy::new("samples")?;
        copy.replace(bug.file, bug.from, bug.to)?;
        match run(copy.dir(), bug.sample) {
            Err(text) if text.contains(bug.says) => {}
            Err(text) => return Err(format!("{}: failed in another way\n{text}", bug.file)),
            Ok(_) => return Err(format!("{}: passes although it says {:?}", bug.file, bug.to)),
        }
    }
    Ok(format!("3 drivers run, {} broken ones do not", BUGS.len()))
}

const GUIDE: &str = "docs/driver-guide.md";
const BEGIN: &str = "<!-- forward diff -->\n";
const END: &str = "<!-- end -->";

/// What a program prints that compares: 1 means that it found a difference.
fn compare(program: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.current_dir(root().join("samples/forward")).args(arguments);
    let output = command.output().map_err(|e| format!("{program}: {e}"))?;
    match output.status.code() {
        Some(1) => String::from_utf8(output.stdout).map_err(|e| e.to_string()),
        _ => Err(format!("{command:?}: {output:?}")),
    }
}

/// The numbers, and the pin before and after.
fn diff() -> Result<String, String> {
    let stat = compare("git", &["diff", "--no-index", "--stat=80", "before", "after"])?;
    let mut text = format!("```text\n{stat}```\n");
    for file in ["pin.c", "events.c"] {
        let (before, after) = (format!("before/{file}"), format!("after/{file}"));
        let hunks = compare("diff", &["-u", "--label", &before, "--label", &after, &before, &after])?;
        text += &format!("\n```diff\n{hunks}```\n");
    }
    Ok(text)
}

/// The guide in three parts: before the diff, the diff, and the rest.
fn guide() -> Result<(String, String, String), String> {
    let text = fs::read_to_string(root().join(GUIDE)).map_err(|e| format!("{GUIDE}: {e}"))?;
    let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (diff, after) = rest.split_once(END)?;
        Some((before.to_owned(), diff.to_owned(), after.to_owned()))
    });
    parts.ok_or_else(|| format!("{GUIDE}: the marks of the diff are missing"))
}

/// Compares.
fn shown() -> Result<(), String> {
    let (_, written, _) = guide()?;
    if written == diff()? {
        Ok(())
    } else {
        Err(format!("{GUIDE} does not show samples/forward: run `cargo xtask samples` and read the diff"))
    }
}

/// Writes the diff into the guide.
pub fn write() -> Result<(), String> {
    let (before, _, after) = guide()?;
    fs::write(root().join(GUIDE), [&before, BEGIN, &diff()?, END, &after].concat()).map_err(|e| format!("{GUIDE}: {e}"))
}

#[test]
fn the_guide_shows_the_driver_before_and_after() {
    shown().unwrap();
}
