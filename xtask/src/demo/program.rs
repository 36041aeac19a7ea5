//! The sample as a program: its driver and its other half, the test kernel, the library's C half, and the archive.
use crate::{
    archive,
    cbuild::{self, CBuild},
    workspace::{root, target},
};
use std::path::PathBuf;

/// Builds the sample. A variant has a name of its own, more C files and more flags for the linker.
pub fn build(name: &str, more: &[&str], ldflags: &[&str]) -> Result<PathBuf, String> {
    let archive = archive::build()?;
    let mut build = CBuild::from_environment();
    build.ldflags = ldflags.iter().map(ToString::to_string).collect();
    let includes = ["include", "c-tests/testkernel/include", "c-tests/testkernel", "samples/host"];
    build.includes = includes.map(|dir| root().join(dir)).to_vec();
    let mut files = Vec::new();
    for dir in ["samples/host", "c-tests/testkernel", "c-tests/testkernel/ks", "src/os"] {
        files.extend(cbuild::c_files(&root().join(dir))?);
    }
    files.extend(more.iter().map(|file| root().join("samples/host").join(file)));
    build.program(name, &files, &[archive], &target().join("demo"))
}
