//! What is in the package, and where.
use crate::{
    windows::{
        self, rust,
        target::{Abi, FLAVOURS, Flavour, TARGETS, Target},
    },
    workspace::root,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files of the repository, or all those in a folder with one of these endings, and the folder of the package that they
/// go into. Not read off git: a tree without it makes the same package. No sample's host.c: they need the test kernel.
const TAKEN: [(&str, &[&str], &str); 14] = [
    (".", &["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"], ""),
    ("include", &[".h"], "include"),
    ("src/os", &["nt.c", "ks.c"], "src/os"),
    ("src/os/ks", &[".c", ".h"], "src/os/ks"),
    ("docs", &["abi.md", "behaviour.md", "building.md", "debugging.md", "design.md", "driver-guide.md"], "docs"),
    ("samples/pool", &["pool.c"], "samples/pool"),
    ("samples/pureks", &["driver.c", "driver.h"], "samples/pureks"),
    ("samples/object", &["driver.c", "object.c", "object.h"], "samples/object"),
    ("samples/forward", &["delivery.c", "device.c", "filter.c", "forward.h", "hardware.c"], "samples/forward"),
    ("samples/forward/before", &[".c", ".h"], "samples/forward/before"),
    ("samples/forward/after", &[".c", ".h"], "samples/forward/after"),
    ("package", &["README.md", "sfa.props"], ""),
    ("package/cmake", &[".cmake"], "lib/cmake/sfa"),
    ("package/samples/mingw", &[".cmake", ".h"], "samples/mingw"),
];

/// The version of the library, which is xtask's, too.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Major and minor.
pub fn series() -> &'static str {
    VERSION.rsplit_once('.').map_or(VERSION, |(series, _)| series)
}

/// The folder of an archive, and its name. `$(Platform)` is Microsoft's linker's; mingw's has a name of its own.
pub fn archive(target: &Target, flavour: Flavour) -> String {
    let place = if target.abi == Abi::Gnu { format!("{}-gnu", target.arch) } else { target.arch.into() };
    format!("lib/{place}/{}/{}", flavour.name(), target.library())
}

/// All archives, as the package names them.
pub fn archives() -> Vec<String> {
    TARGETS.iter().flat_map(|target| FLAVOURS.map(|flavour| archive(target, flavour))).collect()
}

/// Writes a file of the package, and the folders above it.
pub fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    let dir = path.parent().unwrap_or(path);
    fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))
}

/// What a file of the package says in the end.
pub fn filled(text: &str) -> String {
    text.replace("@VERSION@", VERSION).replace("@SERIES@", series())
}

/// Copies one, and fills in what the templates below `package` leave open.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let content = fs::read(from).map_err(|e| format!("{}: {e}", from.display()))?;
    if !from.starts_with(root().join("package")) {
        return write(to, &content);
    }
    let text = String::from_utf8(content).map_err(|e| format!("{}: {e}", from.display()))?;
    write(to, filled(&text).as_bytes())
}

/// Copies what is there, and builds the archives.
pub fn make(dist: &Path) -> Result<(), String> {
    windows::build_all()?;
    for (folder, names, to) in TAKEN {
        let from = root().join(folder);
        let entries = fs::read_dir(&from).map_err(|e| format!("{}: {e}", from.display()))?;
        let all: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        for name in names {
            let fits = |file: &&String| if name.starts_with('.') { file.ends_with(name) } else { file == name };
            let files: Vec<_> = all.iter().filter(fits).collect();
            if files.is_empty() {
                return Err(format!("{folder}: there is no {name}"));
            }
            for file in files {
                copy(&from.join(file), &dist.join(to).join(file))?;
            }
        }
    }
    copy(&root().join("package/samples/CMakeLists.txt"), &dist.join("samples/CMakeLists.txt"))?;
    for target in &TARGETS {
        for flavour in FLAVOURS {
            let built = rust::ours(target, flavour)?;
            let content = fs::read(&built).map_err(|e| format!("{}: {e}", built.display()))?;
            write(&dist.join(archive(target, flavour)), &content)?;
        }
    }
    Ok(())
}

/// All files below a folder, as the package names them, in order.
pub fn files(dist: &Path) -> Result<Vec<String>, String> {
    fn walk(top: &Path, dir: &Path, found: &mut Vec<String>) -> Result<(), String> {
        let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                walk(top, &path, found)?;
            } else {
                let name = path.strip_prefix(top).map_err(|e| e.to_string())?;
                found.push(name.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(dist, dist, &mut found)?;
    found.sort();
    Ok(found)
}

/// A file of the package as text.
pub fn text(dist: &Path, name: &str) -> Result<String, String> {
    fs::read_to_string(dist.join(name)).map_err(|e| format!("{name}: {e}"))
}
