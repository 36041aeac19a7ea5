//! Builds the .sys files and their clients: clang and lld for the MSVC ABI, against mingw-w64's DDK headers.
use super::list;
use crate::{
    cbuild::{CBuild, c_files},
    windows::{
        rust,
        target::{Flavour, X64},
    },
    workspace::{program, root, run},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub const HEADERS: &str = "/usr/share/mingw-w64/include";
const LIBRARIES: &str = "/usr/x86_64-w64-mingw32/lib";

/// For drivers. The first line makes mingw-w64's headers take clang for gcc although it compiles for MSVC's ABI;
/// -fasync-exceptions lets `__except` see a fault in the function itself; WDK drivers bring their own stack probe.
const FLAGS: &str = "--target=x86_64-pc-windows-msvc -fgnuc-version=12.0.0 -U_MSC_VER -D__MINGW32__ -D__MINGW64__ \
    -ffreestanding -fms-extensions -fasync-exceptions -mno-stack-arg-probe -O2 -g \
    -Wall -Wextra -Werror -Wno-multichar -Wno-#warnings -Wno-ignored-attributes -Wno-missing-braces \
    -Wno-braced-scalar-init -D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=0x0A000008 -DTESTKERNEL_BUILD=1";

pub const MINGW_GCC: &str = "x86_64-w64-mingw32-gcc-win32";

/// The user programs, but the one that has the C tests run; and the files that they share.
const CLIENTS: [&str; 3] = ["sample", "hostile", "forward"];
const SHARED: [&str; 3] = ["service", "gateway", "allocator"];

/// Where the compiler's and the linker's products are, and from which repository they come.
pub struct Drivers {
    from: PathBuf,
    out: PathBuf,
    library: PathBuf,
}

/// The Rust half.
pub fn library() -> Result<PathBuf, String> {
    rust::ours(&X64, Flavour::Release)
}

impl Drivers {
    /// The two that others import from come first.
    pub fn new(from: &Path, out: &Path, library: &Path) -> Result<Self, String> {
        fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
        let drivers = Self { from: from.into(), out: out.into(), library: library.into() };
        let shim = drivers.objects("shim", &c_files(&drivers.windows("shim"))?, &[])?;
        drivers.link("wineshim", &shim, &[], Some("shim/wineshim.def"))?;
        let mut files = c_files(&from.join("c-tests/testkernel/ks"))?;
        files.push(drivers.windows("ks/entry.c"));
        let ks = drivers.objects("ks", &files, &["-D_KSDDK_"])?;
        drivers.link("ks", &ks, &[drivers.made("wineshim.lib"), mingw("ksguid")], Some("ks/ks.def"))?;
        Ok(drivers)
    }

    /// Where the products are.
    pub fn folder(&self) -> &Path {
        &self.out
    }

    fn made(&self, name: &str) -> PathBuf {
        self.out.join(name)
    }

    fn windows(&self, name: &str) -> PathBuf {
        self.from.join("c-tests/windows").join(name)
    }

    fn objects(&self, part: &str, files: &[PathBuf], more: &[&str]) -> Result<Vec<PathBuf>, String> {
        let mut build = CBuild::from_environment();
        build.compiler = "clang-19".into();
        build.cflags = FLAGS.split_whitespace().chain(more.iter().copied()).map(String::from).collect();
        build.cflags.extend(["-isystem".into(), format!("{HEADERS}/ddk"), "-idirafter".into(), HEADERS.into()]);
        if self.from != root() {
            build.cflags.push("-w".into()); // a mutant may leave something unused
        }
        // The test kernel's headers for tests, but not its ntddk.h, which only <> would find.
        let control = self.from.join("c-tests/testkernel/include");
        build.cflags.extend(["-iquote".into(), control.display().to_string()]);
        let first = self.windows("include/wdk.h");
        build.cflags.extend(["-include".into(), first.display().to_string()]);
        build.includes = ["include", "c-tests", "c-tests/windows/include"].map(|dir| self.from.join(dir)).to_vec();
        build.includes.push(self.made("lists"));
        build.objects(files, &self.made(part))
    }

    fn link(&self, name: &str, objects: &[PathBuf], more: &[PathBuf], exports: Option<&str>) -> Result<(), String> {
        let mut lld = program("lld-link-19");
        lld.args(["/nologo", "/driver", "/subsystem:native", "/entry:DriverEntry", "/nodefaultlib", "/opt:ref,icf"]);
        lld.arg("/ignore:longsections").arg("/debug");
        let file = |ending: &str| self.made(&format!("{name}.{ending}")).display().to_string();
        lld.arg(format!("/out:{}", file("sys"))).arg(format!("/map:{}", file("map")));
        if let Some(exports) = exports {
            lld.arg(format!("/def:{}", self.windows(exports).display())).arg(format!("/implib:{}", file("lib")));
        }
        lld.args(objects).args(more).args([mingw("ntoskrnl"), mingw("hal")]);
        lld.args((name == "wineshim").then(|| mingw("ntdll"))); // last: only what the kernel lacks
        run(&mut lld).map(drop)
    }

    /// What every driver with the whole library is linked with.
    fn libraries(&self) -> Vec<PathBuf> {
        let ours = ["ks.lib", "wineshim.lib"].map(|name| self.made(name));
        [self.library.clone()].into_iter().chain(ours).chain(["ksguid", "uuid"].map(mingw)).collect()
    }

    /// The C tests, and their client.
    pub fn test_driver(&self) -> Result<(), String> {
        let (files, text) = list::tests(&self.from)?;
        let lists = self.made("lists");
        fs::create_dir_all(&lists).map_err(|e| format!("{}: {e}", lists.display()))?;
        write_if_new(&lists.join("tests.h"), &text)?;
        let mut files = files;
        files.extend(c_files(&self.windows("kernel"))?);
        files.extend(library_files(&self.from));
        let objects = self.objects("tests", &files, &[])?;
        self.link("sfatests", &objects, &self.libraries(), None)?;
        self.client("tests")
    }

    /// The gate, the samples behind it, and the clients of all of them.
    pub fn samples(&self) -> Result<(), String> {
        let gate = self.objects("gate", &c_files(&self.windows("gate"))?, &[])?;
        self.link("gate", &gate, &[self.made("ks.lib"), self.made("wineshim.lib")], None)?;
        for (name, files) in sample_files(&self.from)? {
            self.link(name, &self.objects(name, &files, &[])?, &self.libraries(), None)?;
        }
        CLIENTS.iter().try_for_each(|name| self.client(name))
    }

    /// A user program: its file, those that begin with its name, and what all of them share.
    fn client(&self, name: &str) -> Result<(), String> {
        let own = |stem: &str| stem == name || stem.starts_with(&format!("{name}_")) || SHARED.contains(&stem);
        let mut files = c_files(&self.windows("client"))?;
        files.retain(|file| file.file_stem().is_some_and(|stem| own(&stem.to_string_lossy())));
        let mut build = CBuild::from_environment();
        build.compiler = MINGW_GCC.into();
        build.cflags = ["-O2", "-Wall", "-Wextra", "-Werror", "-Wno-multichar"].map(String::from).to_vec();
        build.includes = ["include", "client"].map(|dir| self.windows(dir)).to_vec();
        let objects = build.objects(&files, &self.made("client"))?;
        run(program(MINGW_GCC).arg("-o").arg(self.made(&format!("{name}.exe"))).args(objects)).map(drop)
    }

    /// One that calls hollow services, and is not among all().
    pub fn broken(&self) -> Result<PathBuf, String> {
        let objects = self.objects("broken", &[self.windows("broken/hollow.c")], &[])?;
        self.link("hollow", &objects, &[], None)?;
        Ok(self.made("hollow.sys"))
    }

    /// Every driver that is loaded.
    pub fn all(&self) -> Vec<PathBuf> {
        ["wineshim", "ks", "gate", "pureks", "forward", "before", "sfatests"]
            .map(|name| self.made(&format!("{name}.sys")))
            .to_vec()
    }

    /// No driver holds an object of the test kernel's NT half, and only ks.sys one of its KS half.
    pub fn link_map(&self) -> Result<(), String> {
        link_map(&self.out, &["ks", "gate", "pureks", "forward", "before", "sfatests"])
    }
}

/// The same of the drivers in a folder. The parts of the library are in those that are ported to it.
pub fn link_map(dir: &Path, names: &[&str]) -> Result<(), String> {
    for &name in names {
        let path = dir.join(format!("{name}.map"));
        let map = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file = |word: &'_ str| word.rsplit('/').next().unwrap_or(word).to_owned();
        let words: Vec<String> = map.split_whitespace().map(file).collect();
        let wrong = |word: &str| word.starts_with("testkernel-") || word.starts_with("tk_");
        let half = |word: &str| name != "ks" && word.starts_with("ks-");
        if let Some(word) = words.iter().find(|word| wrong(word) || half(word)) {
            return Err(format!("{name}.sys holds {word} of the test kernel"));
        }
        let parts = if ["ks", "gate", "before"].contains(&name) { &[][..] } else { &["os-nt.o", "os-ks.o"] };
        if let Some(part) = parts.iter().find(|part| !words.iter().any(|word| word.contains(*part))) {
            return Err(format!("{name}.map does not name {part}: the check is blind"));
        }
    }
    Ok(())
}

/// The half of the library that a driver compiles.
pub fn library_files(from: &Path) -> [PathBuf; 2] {
    ["src/os/nt.c", "src/os/ks.c"].map(|file| from.join(file))
}

/// The samples, each with its files: samples/pureks, samples/forward after it was ported to the library and before.
pub fn sample_files(from: &Path) -> Result<[(&'static str, Vec<PathBuf>); 3], String> {
    let mut pureks = library_files(from).to_vec();
    pureks.push(from.join("samples/pureks/driver.c"));
    let forward = |version: &str| {
        let mut files = c_files(&from.join("samples/forward"))?;
        files.retain(|file| !file.ends_with("host.c"));
        files.extend(c_files(&from.join("samples/forward").join(version))?);
        Ok::<_, String>(files)
    };
    let mut after = forward("after")?;
    after.extend(library_files(from));
    Ok([("pureks", pureks), ("forward", after), ("before", forward("before")?)])
}

pub fn mingw(library: &str) -> PathBuf {
    Path::new(LIBRARIES).join(format!("lib{library}.a"))
}

/// A file that is as it was stays as old as it was.
pub fn write_if_new(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, text: &str) -> Result<(), String> {
        let dir = std::env::temp_dir().join(format!("sfa-maps-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join(format!("{name}.map")), text).unwrap();
        link_map(&dir, &[name])
    }

    #[test]
    fn maps_of_both_linkers_are_read() {
        let lld = "0001:0 SfaHookCleanup 0x1000 os-ks.o\n0001:9 SfaOsFree 0x1009 os-nt.o\n";
        let ld = " .text 0x1000 0x10 /w/mingw/pureks/os-nt.o\n .text 0x1010 0x10 /w/mingw/pureks/os-ks.o\n";
        look("pureks", lld).unwrap();
        look("pureks", ld).unwrap();
        assert!(look("pureks", &format!("{lld}0001:12 tk_lock 0x1012 testkernel-irp.o\n")).is_err());
        assert!(look("pureks", &format!("{ld} .text 0x1020 0x10 /w/mingw/pureks/ks-queue.o\n")).is_err());
        assert!(look("pureks", "").unwrap_err().contains("blind"));
        look("ks", "0001:0 KsDispatchIrp 0x1000 ks-dispatch.o\n").unwrap();
    }
}
