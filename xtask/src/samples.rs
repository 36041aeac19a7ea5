//! The sample drivers run, broken ones are noticed, and the driver guide shows what they really say.
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
const OBJECT: Sample = ("object", &["samples/object"]);
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

const BUGS: [Bug; 8] = [
    // CLOSE destroys at once, though it came inside a completion and at APC_LEVEL.
    Bug {
        sample: OBJECT,
        file: "samples/object/object.c",
        from: "    IoQueueWorkItem(object->Teardown, ObjectTeardown, DelayedWorkQueue, object);\n",
        to: "    ObjectTeardown(DeviceObject, object);\n",
        says: "irql-too-high: KsFreeEventList",
    },
    // CLEANUP completes no request.
    Bug {
        sample: OBJECT,
        file: "samples/object/object.c",
        from: "    (void)SfaShutdown(allocator, STATUS_CANCELLED);",
        to: "",
        says: "CHECK(ClientEnd(&fourth) == STATUS_CANCELLED) failed",
    },
    // Disabling looks at no list.
    Bug {
        sample: OBJECT,
        file: "samples/object/object.c",
        from: "status = SfaDisableEvent(AllocatorOfIrp(Irp), Irp);",
        to: "status = STATUS_SUCCESS;",
        says: "CHECK(ClientDisable(File, &data) == STATUS_UNSUCCESSFUL) failed",
    },
    // No row that says that INTERNAL_FREEFRAME is not for clients.
    Bug {
        sample: OBJECT,
        file: "samples/object/object.c",
        from: "SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME,",
        to: "",
        says: "CHECK(ClientEnable(File, KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME",
    },
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
    for sample in [PUREKS, OBJECT, BEFORE, AFTER] {
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
    Ok(format!("4 drivers run, {} broken ones do not", BUGS.len()))
}

const GUIDE: &str = "docs/driver-guide.md";
/// A mark in the guide, and what makes the text between it and the next end.
type Part = (&'static str, fn() -> Result<String, String>);

const PARTS: [Part; 2] = [("<!-- object listing -->\n", listing), ("<!-- forward diff -->\n", diff)];
const END: &str = "<!-- end -->";

/// What stands in the sample of plug-in D between its two marks.
fn listing() -> Result<String, String> {
    let file = "samples/object/object.c";
    let text = fs::read_to_string(root().join(file)).map_err(|e| format!("{file}: {e}"))?;
    let part = text.split_once("/* [guide */\n").and_then(|(_, rest)| rest.split_once("/* guide] */\n"));
    let (part, _) = part.ok_or_else(|| format!("{file}: the marks of the listing are missing"))?;
    Ok(format!("```c\n{part}```\n"))
}

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

/// The guide as it is, and as it ought to be.
fn guide() -> Result<(String, String), String> {
    let written = fs::read_to_string(root().join(GUIDE)).map_err(|e| format!("{GUIDE}: {e}"))?;
    let mut right = written.clone();
    for (mark, make) in PARTS {
        let cut = right.split_once(mark).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = cut.ok_or_else(|| format!("{GUIDE}: no {mark:?} with an end"))?;
        right = [before, mark, &make()?, END, after].concat();
    }
    Ok((written, right))
}

/// Compares.
fn shown() -> Result<(), String> {
    let (written, right) = guide()?;
    if written == right {
        Ok(())
    } else {
        Err(format!("{GUIDE} does not show the samples: run `cargo xtask samples` and read the diff"))
    }
}

/// Writes listing and diff into the guide.
pub fn write() -> Result<(), String> {
    fs::write(root().join(GUIDE), guide()?.1).map_err(|e| format!("{GUIDE}: {e}"))
}

#[test]
fn the_guide_shows_the_samples_as_they_are() {
    shown().unwrap();
}
