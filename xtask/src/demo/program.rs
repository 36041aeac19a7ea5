//! The samples as programs: their files, the test kernel, the library's C half, and the archive.
use crate::{
    archive,
    cbuild::{self, CBuild},
    workspace::{root, target},
};
use std::path::PathBuf;

/// A sample that makes a program.
pub struct Sample {
    /// What its programs' names begin with.
    name: &'static str,
    /// Where its files are; a variant's are below.
    folder: &'static str,
    /// Files of others that it needs.
    borrowed: &'static [&'static str],
}

/// The capture pin.
pub const CAPTURE: Sample = Sample { name: "demo", folder: "samples/host", borrowed: &[] };
/// The clients of an allocator object.
pub const REQUESTS: Sample = Sample {
    name: "requests",
    folder: "samples/requests",
    borrowed: &[
        "samples/pureks/driver.c",
        "samples/host/option.c",
        "samples/host/text.c",
        "samples/host/tape.c",
        "c-tests/client.c",
        "c-tests/check.c",
        "c-tests/worker.c",
    ],
};

impl Sample {
    /// Builds the sample.
    pub fn build(&self) -> Result<PathBuf, String> {
        self.link(self.name, &[], &[])
    }

    /// Builds it with one more file, `broken/NAME.c`, whose function stands in for the one of this name.
    pub fn broken(&self, name: &str, instead_of: &str) -> Result<PathBuf, String> {
        let file = root().join(self.folder).join("broken").join(name).with_extension("c");
        self.link(&format!("{}-{name}", self.name), &[file], &[format!("-Wl,--wrap={instead_of}")])
    }

    fn link(&self, name: &str, more: &[PathBuf], ldflags: &[String]) -> Result<PathBuf, String> {
        let archive = archive::build()?;
        let mut build = CBuild::from_environment();
        build.ldflags = ldflags.to_vec();
        let includes = ["include", "c-tests/testkernel/include", "c-tests/testkernel", "c-tests", "samples"];
        build.includes = includes.map(|dir| root().join(dir)).to_vec();
        let mut files = Vec::new();
        for dir in [self.folder, "c-tests/testkernel", "c-tests/testkernel/ks", "src/os"] {
            files.extend(cbuild::c_files(&root().join(dir))?);
        }
        files.extend(self.borrowed.iter().map(|file| root().join(file)));
        files.extend_from_slice(more);
        build.program(name, &files, &[archive], &target().join("demo"))
    }
}
