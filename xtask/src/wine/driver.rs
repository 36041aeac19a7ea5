//! What each driver is made of.
use super::list;
use crate::{
    cbuild::{c_files, write_if_new},
    workspace::root,
};
use std::path::{Path, PathBuf};

/// A driver, and how it is linked.
pub struct Driver {
    pub name: &'static str,
    pub files: Vec<PathBuf>,
    /// More flags for its files.
    pub flags: &'static [&'static str],
    /// The other drivers that it imports from.
    pub imports: &'static [&'static str],
    /// If others import from it: the list of what they may, below c-tests/windows.
    pub exports: Option<&'static str>,
    /// Import libraries of Wine's besides the kernel's, last: only what the kernel lacks.
    pub more: &'static [&'static str],
    /// The library, or who could be ported to it: built by both compilers.
    pub under_test: bool,
}

const OURS: &[&str] = &["ks", "wineshim"];

fn windows(name: &str) -> PathBuf {
    root().join("c-tests/windows").join(name)
}

/// The half of the library that a driver compiles.
fn library() -> [PathBuf; 2] {
    ["src/os/nt.c", "src/os/ks.c"].map(|file| root().join(file))
}

fn under_test(name: &'static str, files: Vec<PathBuf>) -> Driver {
    Driver { name, files, flags: &[], imports: OURS, exports: None, more: &[], under_test: true }
}

/// What others import from, first; the Plug and Play manager of the samples.
fn around() -> Result<[Driver; 3], String> {
    let mut ks = c_files(&root().join("c-tests/testkernel/ks"))?;
    ks.push(windows("ks/entry.c"));
    Ok([
        Driver {
            name: "wineshim",
            files: c_files(&windows("shim"))?,
            flags: &[],
            imports: &[],
            exports: Some("shim/wineshim.def"),
            more: &["ntdll"],
            under_test: false,
        },
        Driver {
            name: "ks",
            files: ks,
            flags: &["-D_KSDDK_"],
            imports: &["wineshim"],
            exports: Some("ks/ks.def"),
            more: &[],
            under_test: false,
        },
        Driver {
            name: "gate",
            files: c_files(&windows("gate"))?,
            flags: &[],
            imports: OURS,
            exports: None,
            more: &[],
            under_test: false,
        },
    ])
}

/// samples/pureks, samples/forward after it was ported to the library and before, and the C tests.
fn tested() -> Result<[Driver; 4], String> {
    let with = |mut files: Vec<PathBuf>| {
        files.extend(library());
        files
    };
    let forward = |version: &str| {
        let mut files = c_files(&root().join("samples/forward"))?;
        files.retain(|file| !file.ends_with("host.c"));
        files.extend(c_files(&root().join("samples/forward").join(version))?);
        Ok::<_, String>(files)
    };
    let (mut tests, _) = list::tests(root())?;
    tests.extend(c_files(&windows("kernel"))?);
    Ok([
        under_test("pureks", with(vec![root().join("samples/pureks/driver.c")])),
        under_test("forward", with(forward("after")?)),
        under_test("before", forward("before")?),
        under_test("sfatests", with(tests)),
    ])
}

/// Every driver that is loaded; who is imported from comes first.
pub fn all() -> Result<Vec<Driver>, String> {
    Ok(around()?.into_iter().chain(tested()?).collect())
}

/// One that imports what none may, and is never loaded.
pub fn hollow() -> Driver {
    Driver {
        name: "hollow",
        files: vec![windows("broken/hollow.c")],
        flags: &[],
        imports: &[],
        exports: None,
        more: &["ntdll"],
        under_test: false,
    }
}

/// The lists that a driver is compiled with go there.
pub fn write_lists(out: &Path) -> Result<(), String> {
    let (_, text) = list::tests(root())?;
    write_if_new(&out.join("tests.h"), &text)
}
