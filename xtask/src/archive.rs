//! What is in the archive that drivers link, and what is not.
use crate::{
    copy::Copy,
    paths,
    workspace::{cargo, program, root, run, target},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What the object may import beside the seam: the compiler's own, which every kernel exports.
pub const MEMORY: [&str; 3] = ["memcpy", "memmove", "memset"];
/// The service that only a panic calls.
pub const FATAL: &str = "SfaOsFatal";

/// Builds the Release archive for this machine.
pub fn build() -> Result<PathBuf, String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let mut cargo = cargo();
    cargo.args(["build", "-q", "-p", "sfa", "--release"]);
    run(cargo.env("CARGO_ENCODED_RUSTFLAGS", paths::remap(&rustc)?))?;
    Ok(target().join("release/libsfa.a"))
}

/// The functions that a header declares.
pub fn declared(header: &str) -> Result<BTreeSet<String>, String> {
    let text = fs::read_to_string(root().join("include").join(header)).map_err(|e| e.to_string())?;
    let name = |line: &str| Some(line.split_once("SFAAPI Sfa")?.1.split_once('(')?.0.to_owned());
    Ok(text.lines().filter(|l| !l.trim_start().starts_with('*')).filter_map(name).map(|n| format!("Sfa{n}")).collect())
}

/// Symbols of our own object (not of Rust's compiler support), of the kinds that nm marks with these letters.
fn symbols(archive: &Path, kinds: &str) -> Result<BTreeSet<String>, String> {
    let text = run(program("nm").args(["-A", "-g"]).arg(archive))?;
    let ours = |line: &str| line.split(':').nth(1).is_some_and(|member| member.starts_with("sfa-"));
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| ours(line)) {
        let words: Vec<&str> = line.split_whitespace().rev().take(2).collect();
        match words[..] {
            [name, kind] if kinds.contains(kind) => found.insert(name.to_owned()),
            _ => false,
        };
    }
    Ok(found)
}

/// Exports are the public list, imports are the seam, nothing that can panic is left.
pub fn check() -> Result<String, String> {
    let archive = build()?;
    let (mut public, exports) = (declared("sfa.h")?, symbols(&archive, "TDBR")?);
    public.extend(declared("sfa_attach.h")?);
    if public != exports {
        let odd: Vec<_> = public.symmetric_difference(&exports).collect();
        return Err(format!("header and archive differ in {odd:?}"));
    }
    let (mut seam, imports) = (declared("sfa_os.h")?, symbols(&archive, "U")?);
    seam.remove(FATAL);
    if imports.contains(FATAL) {
        return Err("the release archive can panic".into());
    }
    let odd: Vec<_> = imports.iter().filter(|n| !seam.contains(*n) && !MEMORY.contains(&n.as_str())).collect();
    if !odd.is_empty() {
        return Err(format!("the archive imports {odd:?}"));
    }
    let named = paths::named(&fs::read(&archive).map_err(|e| format!("{}: {e}", archive.display()))?);
    if !named.is_empty() {
        return Err(format!("the archive names folders of this machine: {named:?}"));
    }
    Ok(format!("{} exports, {} imports, no panic path, no build path", exports.len(), imports.len()))
}

/// A driver that uses the pool alone links without ks.c and ks.lib; it would not if Rust named a function of ks.c.
pub fn pool_only() -> Result<String, String> {
    let dir = target().join("pool-only");
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let link = |archive: &Path| {
        let mut gcc = program("gcc");
        gcc.args([
            "-std=c11",
            "-Wl,--gc-sections",
            "-Iinclude",
            "-Ic-tests/testkernel/include",
            "-Ic-tests/testkernel",
        ]);
        let mut kernel = crate::workspace::files("c-tests/testkernel", &[".c"]);
        kernel.retain(|p| !p.components().any(|c| c.as_os_str() == "ks"));
        gcc.arg("samples/pool/pool.c").args(kernel);
        gcc.arg("src/os/nt.c").arg(archive).arg("-lpthread").arg("-o").arg(dir.join("pool"));
        run(&mut gcc)
    };
    link(&build()?)?;
    run(&mut program(dir.join("pool")))?;
    let copy = Copy::new("names-ks")?;
    copy.replace(
        "src/os/mod.rs",
        "pub(crate) fn time() -> u64 {\n",
        "pub(crate) fn time() -> u64 {\n    unsafe extern \"C\" { fn SfaKsServe(); }\n    \
         // SAFETY: never runs.\n    unsafe { SfaKsServe() };\n",
    )?;
    run(copy.cargo().args(["build", "-q", "-p", "sfa", "--release"]))?;
    match link(&target().join("copies/target/release/libsfa.a")) {
        Err(text) if text.contains("undefined reference to `SfaKsServe'") => {
            Ok("links without ks.c; does not when Rust names it".into())
        }
        Err(text) => Err(text),
        Ok(_) => Err("Rust names a function of ks.c and the program links all the same".into()),
    }
}
