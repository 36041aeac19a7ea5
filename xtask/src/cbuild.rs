//! Compiles and links C programs with nothing but a compiler: for the demo, samples, drivers and their clients.
use crate::two::all_by_two;
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// How to compile. Everything is passed to gcc or clang as it stands.
pub struct CBuild {
    /// The compiler, which also links.
    pub compiler: String,
    /// For compiling only.
    pub cflags: Vec<String>,
    /// For linking only, before the objects.
    pub ldflags: Vec<String>,
    /// Folders of headers. A newer header in one of them compiles everything again.
    pub includes: Vec<PathBuf>,
}

impl CBuild {
    /// The compiler that `CC` names, or gcc; C11, all warnings, optimised for debugging.
    pub fn from_environment() -> Self {
        let flags = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Og", "-g"];
        Self {
            compiler: std::env::var("CC").ok().filter(|cc| !cc.is_empty()).unwrap_or_else(|| "gcc".into()),
            cflags: flags.map(String::from).to_vec(),
            ldflags: Vec::new(),
            includes: Vec::new(),
        }
    }

    /// Builds a program from C files and archives into the folder `out`, and returns its path.
    pub fn program(&self, name: &str, files: &[PathBuf], archives: &[PathBuf], out: &Path) -> Result<PathBuf, String> {
        let objects = self.objects(files, out)?;
        let program = out.join(name);
        let inputs: Vec<_> = objects.iter().chain(archives).cloned().collect();
        if !older(&program, newest(&inputs)) && self.same_command(&program, &self.link(&program, &inputs)) {
            return Ok(program);
        }
        self.execute(&program, self.link(&program, &inputs))?;
        Ok(program)
    }

    /// Compiles what is not up to date, two files at a time, and returns all objects.
    pub fn objects(&self, files: &[PathBuf], out: &Path) -> Result<Vec<PathBuf>, String> {
        fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
        let headers = newest(&self.includes.iter().flat_map(|dir| headers(dir)).collect::<Vec<_>>());
        let objects: Vec<_> = files.iter().map(|file| out.join(object_name(file))).collect();
        let work: Vec<_> = files.iter().zip(&objects).collect();
        all_by_two(&work, |_, (file, object)| self.object(file, object, headers))?;
        Ok(objects)
    }

    fn object(&self, file: &Path, object: &Path, headers: Option<SystemTime>) -> Result<(), String> {
        let mut arguments: Vec<OsString> = self.cflags.iter().map(OsString::from).collect();
        for dir in &self.includes {
            arguments.extend(["-I".into(), dir.into()]);
        }
        arguments.extend(["-c".into(), file.into(), "-o".into(), object.into()]);
        let source = fs::metadata(file).and_then(|m| m.modified()).map_err(|e| format!("{}: {e}", file.display()))?;
        // A file that includes its parts has them in a folder of its name, as src/os/ks.c.
        let parts = newest(&c_files(&file.with_extension("")).unwrap_or_default());
        if !older(object, headers.max(parts).max(Some(source))) && self.same_command(object, &arguments) {
            return Ok(());
        }
        self.execute(object, arguments)
    }

    fn link(&self, program: &Path, inputs: &[PathBuf]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = self.ldflags.iter().map(OsString::from).collect();
        arguments.extend(inputs.iter().map(OsString::from));
        arguments.extend(["-lpthread".into(), "-o".into(), program.into()]);
        arguments
    }

    /// The command that made a file lies next to it: other flags make another file.
    fn same_command(&self, product: &Path, arguments: &[OsString]) -> bool {
        fs::read_to_string(note(product)).is_ok_and(|text| text == self.command_line(arguments))
    }

    fn command_line(&self, arguments: &[OsString]) -> String {
        let words = arguments.iter().map(|a| a.to_string_lossy());
        std::iter::once(self.compiler.as_str().into()).chain(words).collect::<Vec<_>>().join(" ")
    }

    fn execute(&self, product: &Path, arguments: Vec<OsString>) -> Result<(), String> {
        let line = self.command_line(&arguments);
        let output = Command::new(&self.compiler).args(&arguments).output().map_err(|e| format!("{line}\n{e}"))?;
        if !output.status.success() {
            let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            return Err(format!("{line}\n{}", said.concat()));
        }
        fs::write(note(product), line).map_err(|e| format!("{}: {e}", product.display()))
    }
}

/// A file that is as it was stays as old as it was.
pub fn write_if_new(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The files of a folder that end in `.c`, sorted.
pub fn c_files(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let mut files: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "c")).collect();
    files.sort();
    Ok(files)
}

fn note(product: &Path) -> PathBuf {
    let mut name = product.as_os_str().to_owned();
    name.push(".command");
    name.into()
}

/// Files of one name in two folders make two objects.
fn object_name(file: &Path) -> String {
    let part = |p: Option<&std::ffi::OsStr>| p.map_or(String::new(), |s| s.to_string_lossy().into_owned());
    format!("{}-{}.o", part(file.parent().and_then(Path::file_name)), part(file.file_stem()))
}

fn headers(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()) {
        if path.is_dir() {
            found.extend(headers(&path));
        } else if path.extension().is_some_and(|e| e == "h") {
            found.push(path);
        }
    }
    found
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|m| m.modified()).ok()
}

fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|p| modified(p)).max()
}

/// Also true where there is no such file.
fn older(product: &Path, than: Option<SystemTime>) -> bool {
    modified(product).is_none_or(|made| than.is_some_and(|t| made <= t))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(out: &Path, text: &str) -> Result<PathBuf, String> {
        fs::create_dir_all(out).unwrap();
        let file = out.join("answer.c");
        fs::write(&file, text).unwrap();
        CBuild::from_environment().program("answer", &[file], &[], out)
    }

    #[test]
    fn builds_runs_and_reports() {
        let out = std::env::temp_dir().join(format!("sfa-cbuild-{}", std::process::id()));
        let program = build(&out, "int main(void) { return 42; }\n").unwrap();
        assert_eq!(Command::new(&program).status().unwrap().code(), Some(42));
        let made = modified(&program);
        let files = [out.join("answer.c")];
        CBuild::from_environment().program("answer", &files, &[], &out).unwrap();
        assert_eq!(modified(&program), made, "it was up to date");
        let error = build(&out, "int main(void) { return x; }\n").unwrap_err();
        assert!(error.contains("-c") && error.contains("answer.c") && error.contains("undeclared"), "{error}");
        fs::remove_dir_all(out).unwrap();
    }
}
