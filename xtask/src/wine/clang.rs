//! Builds the .sys files by clang and lld for the MSVC ABI, against mingw-w64's DDK headers; and their clients by gcc.
use super::driver::{self, Driver};
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

/// The user programs, and the files that they share.
const CLIENTS: [&str; 4] = ["tests", "sample", "hostile", "forward"];
const SHARED: [&str; 4] = ["service", "request", "gateway", "allocator"];

/// The drivers, and where the compiler's and the linker's products are.
pub struct Built {
    out: PathBuf,
    library: PathBuf,
    drivers: Vec<Driver>,
}

pub fn mingw(library: &str) -> PathBuf {
    Path::new(LIBRARIES).join(format!("lib{library}.a"))
}

/// Where headers of both compilers' files are.
pub fn includes(lists: &Path) -> Vec<PathBuf> {
    let ours = ["include", "c-tests", "c-tests/windows/include"].map(|dir| root().join(dir));
    ours.into_iter().chain([lists.into()]).collect()
}

/// Flags of both compilers: the test kernel's headers for tests, but not its ntddk.h, which only <> would find.
pub fn quoted() -> [String; 4] {
    let path = |name: &str| root().join(name).display().to_string();
    let [control, first] = ["c-tests/testkernel/include", "c-tests/windows/include/wdk.h"].map(path);
    ["-iquote".into(), control, "-include".into(), first]
}

impl Built {
    /// Compiles and links what is not up to date: every driver and every client.
    pub fn new(out: &Path) -> Result<Self, String> {
        let built = Self { out: out.into(), library: rust::ours(&X64, Flavour::Release)?, drivers: driver::all()? };
        fs::create_dir_all(built.lists()).map_err(|e| format!("{}: {e}", out.display()))?;
        driver::write_lists(&built.lists())?;
        for driver in &built.drivers {
            built.link(driver, &built.objects(driver)?, out)?;
        }
        CLIENTS.iter().try_for_each(|name| built.client(name))?;
        Ok(built)
    }

    /// Where the products are.
    pub fn folder(&self) -> &Path {
        &self.out
    }

    /// Those that are loaded.
    pub fn drivers(&self) -> &[Driver] {
        &self.drivers
    }

    pub fn lists(&self) -> PathBuf {
        self.out.join("lists")
    }

    fn compiler(&self, driver: &Driver) -> CBuild {
        let mut build = CBuild::from_environment();
        build.compiler = "clang-19".into();
        build.cflags = FLAGS.split_whitespace().chain(driver.flags.iter().copied()).map(String::from).collect();
        build.cflags.extend(["-isystem".into(), format!("{HEADERS}/ddk"), "-idirafter".into(), HEADERS.into()]);
        build.cflags.extend(quoted());
        build.includes = includes(&self.lists());
        build
    }

    fn objects(&self, driver: &Driver) -> Result<Vec<PathBuf>, String> {
        self.compiler(driver).objects(&driver.files, &self.out.join(driver.name))
    }

    /// Into a folder; the import libraries are those of the whole build.
    fn link(&self, driver: &Driver, objects: &[PathBuf], to: &Path) -> Result<(), String> {
        let name = driver.name;
        let mut lld = program("lld-link-19");
        lld.args(["/nologo", "/driver", "/subsystem:native", "/entry:DriverEntry", "/nodefaultlib", "/opt:ref,icf"]);
        lld.arg("/ignore:longsections").arg("/debug");
        let file = |ending: &str| to.join(format!("{name}.{ending}")).display().to_string();
        lld.arg(format!("/out:{}", file("sys"))).arg(format!("/map:{}", file("map")));
        if let Some(exports) = driver.exports {
            let list = root().join("c-tests/windows").join(exports);
            lld.arg(format!("/def:{}", list.display())).arg(format!("/implib:{}", file("lib")));
        }
        lld.args(objects).args(driver.under_test.then_some(&self.library));
        lld.args(driver.imports.iter().map(|other| self.out.join(format!("{other}.lib"))));
        lld.args(["ksguid", "uuid", "ntoskrnl", "hal"].iter().chain(driver.more).map(|library| mingw(library)));
        run(&mut lld).map(drop)
    }

    /// A user program: its file, those that begin with its name, and what all of them share.
    fn client(&self, name: &str) -> Result<(), String> {
        let windows = root().join("c-tests/windows");
        let own = |stem: &str| stem == name || stem.starts_with(&format!("{name}_")) || SHARED.contains(&stem);
        let mut files = c_files(&windows.join("client"))?;
        files.retain(|file| file.file_stem().is_some_and(|stem| own(&stem.to_string_lossy())));
        let mut build = CBuild::from_environment();
        build.compiler = MINGW_GCC.into();
        build.cflags = ["-O2", "-Wall", "-Wextra", "-Werror", "-Wno-multichar"].map(String::from).to_vec();
        build.includes = ["include", "client"].map(|dir| windows.join(dir)).to_vec();
        let objects = build.objects(&files, &self.out.join("client"))?;
        run(program(MINGW_GCC).arg("-o").arg(self.out.join(format!("{name}.exe"))).args(objects)).map(drop)
    }

    /// Copies what a folder of other drivers needs beside them: the rest of the drivers, and the clients.
    pub fn copy_rest(&self, to: &Path, made: impl Fn(&Driver) -> bool) -> Result<(), String> {
        let rest = self.drivers.iter().filter(|driver| !made(driver)).map(|driver| format!("{}.sys", driver.name));
        for name in rest.chain(CLIENTS.map(|name| format!("{name}.exe"))) {
            fs::copy(self.out.join(&name), to.join(&name)).map_err(|e| format!("{name}: {e}"))?;
        }
        Ok(())
    }

    /// The same drivers in another folder, one C file of theirs taken from a copy of the repository, in which it is broken.
    pub fn with(&self, unit: &Path, copy: &Path, to: &Path) -> Result<(), String> {
        let ours = root().join(unit);
        let place = |driver: &Driver| driver.files.iter().position(|file| *file == ours);
        if self.drivers.iter().all(|driver| place(driver).is_none()) {
            return Err(format!("{}: no part of a driver", unit.display()));
        }
        fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
        self.copy_rest(to, |driver| place(driver).is_some())?;
        for driver in &self.drivers {
            let Some(i) = place(driver) else { continue };
            let mut objects = self.objects(driver)?;
            let mut compiler = self.compiler(driver);
            compiler.cflags.push("-w".into()); // what is broken may leave something unused
            objects[i] = compiler.objects(&[copy.join(unit)], &to.join(driver.name))?.remove(0);
            self.link(driver, &objects, to)?;
        }
        Ok(())
    }

    /// One that is not among the drivers.
    pub fn hollow(&self) -> Result<PathBuf, String> {
        let hollow = driver::hollow();
        self.link(&hollow, &self.objects(&hollow)?, &self.out)?;
        Ok(self.out.join("hollow.sys"))
    }
}
