//! The package as a driver author meets it: unpacked somewhere, found by CMake, its samples built against it alone.
use super::zip;
use crate::{
    windows::link,
    workspace::{program, run, target},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sample drivers, and what they import from.
pub const DRIVERS: [(&str, &[&str]); 4] = [
    ("pool", &["hal.dll", "ntoskrnl.exe"]),
    ("pureks", &["hal.dll", "ks.sys", "ntoskrnl.exe"]),
    ("object", &["hal.dll", "ks.sys", "ntoskrnl.exe"]),
    ("forward", &["hal.dll", "ks.sys", "ntoskrnl.exe"]),
];

/// A compiler, the configuration, and the archive that it should get.
type World = (&'static str, &'static str, &'static str);

const WORLDS: [World; 5] = [
    ("gcc", "Release", "lib/x64-gnu/Release/libsfa.a"),
    ("gcc", "Debug", "lib/x64-gnu/Debug/libsfa.a"),
    ("clang", "Release", "lib/x64/Release/sfa.lib"),
    ("clang", "Debug", "lib/x64/Debug/sfa.lib"),
    ("clang", "RelWithDebInfo", "lib/x64/Release/sfa.lib"),
];

/// An empty folder of this check.
pub fn fresh(name: &str) -> Result<PathBuf, String> {
    let dir = target().join("package").join(name);
    let _ = fs::remove_dir_all(&dir); // there may be none
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    Ok(dir)
}

/// Unpacks it; the folder.
pub fn unpack(file: &Path) -> Result<PathBuf, String> {
    let dir = fresh("unpacked")?;
    run(program("cmake").current_dir(&dir).args(["-E", "tar", "xf"]).arg(file))?;
    Ok(dir.join(zip::top()))
}

/// Configures; what CMake said.
fn configure(from: &Path, build: &Path, more: &[String]) -> Result<String, String> {
    let mut cmake = program("cmake");
    cmake.arg("-S").arg(from).arg("-B").arg(build).args(more);
    run(&mut cmake)
}

/// Builds samples, the first of which is pool, as the README of the package says, and looks at the drivers.
pub fn samples(
    dist: &Path,
    (compiler, configuration, archive): World,
    drivers: &[(&str, &[&str])],
) -> Result<(), String> {
    let build = fresh(&format!("build/{compiler}-{configuration}"))?;
    let toolchain = dist.join(format!("samples/mingw/{compiler}.cmake"));
    let more = [
        format!("-DCMAKE_TOOLCHAIN_FILE={}", toolchain.display()),
        format!("-DCMAKE_BUILD_TYPE={configuration}"),
        "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON".to_owned(),
    ];
    configure(&dist.join("samples"), &build, &more)?;
    let names = drivers.iter().map(|(driver, _)| driver);
    run(program("cmake").arg("--build").arg(&build).args(["-j", "2", "--target"]).args(names))?;
    let linked = ["link.txt", "linkLibs.rsp"].map(|file| build.join("CMakeFiles/pool.dir").join(file));
    if !linked.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(archive))) {
        return Err(format!("{compiler}, {configuration}: not linked with {archive}"));
    }
    for (driver, wanted) in drivers {
        let mut images = link::imported(&build.join(driver).with_extension("sys"))?;
        images.iter_mut().for_each(|image| image.make_ascii_lowercase());
        images.sort();
        let image = build.join(driver).with_extension("sys");
        if !run(program("llvm-readobj-19").arg("--file-headers").arg(image))?.contains("IMAGE_SUBSYSTEM_NATIVE") {
            return Err(format!("{compiler}, {configuration}: {driver}.sys is no driver"));
        }
        if images != *wanted {
            return Err(format!("{compiler}, {configuration}: {driver}.sys imports from {images:?}, not {wanted:?}"));
        }
    }
    Ok(())
}

/// A project of somebody else's, elsewhere, that wants the package.
fn project(dist: &Path, name: &str, list: &str, more: &[&str]) -> Result<String, String> {
    let dir = fresh(&format!("projects/{name}"))?;
    let text = format!("cmake_minimum_required(VERSION 3.20)\n{list}\n");
    fs::write(dir.join("CMakeLists.txt"), text).map_err(|e| format!("{}: {e}", dir.display()))?;
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", dist.display());
    let more: Vec<_> = [prefix].into_iter().chain(more.iter().map(|m| (*m).to_owned())).collect();
    configure(&dir, &dir.join("build"), &more)
}

/// Projects that cannot have it, and why.
const REFUSED: [(&str, &str, &[&str], &str); 5] = [
    ("host", "project(x C)\nfind_package(sfa REQUIRED)", &[], "for drivers for Windows, not for Linux"),
    ("no-c", "project(x NONE)\nfind_package(sfa REQUIRED)", &[], "the project must enable C"),
    (
        "x86",
        "project(x C)\nfind_package(sfa REQUIRED)",
        &[
            "-DCMAKE_SYSTEM_NAME=Windows",
            "-DCMAKE_SYSTEM_PROCESSOR=x86",
            "-DCMAKE_C_COMPILER=i686-w64-mingw32-gcc-win32",
        ],
        "no archive for x86",
    ),
    ("newer", "project(x C)\nfind_package(sfa 0.1.99 REQUIRED)", &[], "version: 0.1.0"),
    ("next", "project(x C)\nfind_package(sfa 0.2 REQUIRED)", &[], "version: 0.1.0"),
];

/// One that has it, for a machine whose drivers cannot be linked here.
const ARM64: (&str, &[&str]) = (
    "project(x C)\nfind_package(sfa REQUIRED)\n\
     get_target_property(archive sfa::sfa IMPORTED_LOCATION_RELEASE)\nmessage(STATUS ${archive})",
    &[
        "-DCMAKE_SYSTEM_NAME=Windows",
        "-DCMAKE_SYSTEM_PROCESSOR=ARM64",
        "-DCMAKE_C_COMPILER=clang-19",
        "-DCMAKE_C_COMPILER_TARGET=aarch64-pc-windows-msvc",
        "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY",
    ],
);

/// Who finds it, and who does not.
pub fn found(dist: &Path) -> Result<(), String> {
    for (name, list, more, says) in REFUSED {
        match project(dist, name, list, more) {
            Err(text) if text.contains(says) => {}
            Err(text) => return Err(format!("{name}: refused in another way\n{text}")),
            Ok(text) => return Err(format!("{name}: CMake finds the package\n{text}")),
        }
    }
    let said = project(dist, "arm64", ARM64.0, ARM64.1)?;
    if !said.contains(&format!("{}/lib/ARM64/Release/sfa.lib", dist.display())) {
        return Err(format!("ARM64: another archive\n{said}"));
    }
    Ok(())
}

/// Everything that CMake does with it; how many drivers were linked.
pub fn check(dist: &Path) -> Result<usize, String> {
    found(dist)?;
    for world in WORLDS {
        samples(dist, world, &DRIVERS)?;
    }
    Ok(WORLDS.len() * DRIVERS.len())
}

/// For the check that it can fail.
pub const ANY: World = WORLDS[0];
