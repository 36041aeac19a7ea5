//! All C tests in user mode: the runner of CMake's build as a program for Windows, with mingw-w64's ABI and with
//! Microsoft's, on the test kernel. Nothing is left out.
use super::{
    list, mutants,
    session::{self, Session},
};
use crate::{
    cbuild::{CBuild, c_files, write_if_new},
    copy::Copy,
    windows::{
        rust,
        target::{Abi, Flavour, Target, X64, X64_GNU},
    },
    workspace::{program, root, run, target},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Far more than one of them needs: half a minute on two cores.
const SECONDS: u32 = 600;
const SESSION: &Session = session::FIRST;
const LIBRARIES: &str = "/usr/x86_64-w64-mingw32/lib";

/// A program and what it is made of.
struct Runner {
    target: &'static Target,
    archive: PathBuf,
    build: CBuild,
    /// Where it and its objects are.
    out: PathBuf,
    /// The C files, and their objects in the same order.
    files: Vec<PathBuf>,
    objects: Vec<PathBuf>,
}

fn folder() -> PathBuf {
    target().join("windows/user")
}

fn name(target: &Target) -> &'static str {
    match target.abi {
        Abi::Msvc => "user-msvc.exe",
        Abi::Gnu => "user-gnu.exe",
    }
}

/// How many tests at a time.
fn jobs() -> String {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(64)).to_string()
}

impl Runner {
    /// Compiles what is not up to date, and links.
    fn new(target: &'static Target) -> Result<Self, String> {
        let (from, out) = (root(), folder().join(target.triple));
        fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
        write_if_new(&out.join("tests.inc"), &list::all(from)?)?;
        let mut build = CBuild::from_environment();
        let (compiler, flags) = match target.abi {
            Abi::Msvc => ("clang-19", "--target=x86_64-pc-windows-msvc -std=c11 -O1 -Wall -Wextra -Werror"),
            Abi::Gnu => ("x86_64-w64-mingw32-gcc-win32", "-std=c11 -O1 -Wall -Wextra -Wpedantic -Werror"),
        };
        build.compiler = compiler.into();
        build.cflags = flags.split(' ').map(String::from).collect();
        let headers = ["c-tests", "c-tests/testkernel", "c-tests/testkernel/include", "include"];
        build.includes = headers.iter().map(|dir| from.join(dir)).chain([out.clone()]).collect();
        let mut files = Vec::new();
        for dir in ["c-tests", "c-tests/testkernel", "c-tests/testkernel/ks", "src/os"] {
            files.extend(c_files(&from.join(dir))?);
        }
        if target.abi == Abi::Msvc {
            files.extend(c_files(&from.join("c-tests/windows/user"))?);
        }
        let objects = build.objects(&files, &out)?;
        let archive = rust::ours(target, Flavour::Release)?;
        let runner = Self { target, archive, build, out, files, objects };
        runner.link(&runner.objects)?;
        Ok(runner)
    }

    /// With Microsoft's ABI there is no C run-time but msvcrt.dll, and nothing of mingw-w64 but import libraries.
    fn link(&self, objects: &[PathBuf]) -> Result<(), String> {
        let exe = self.out.join(name(self.target));
        if self.target.abi == Abi::Gnu {
            let mut gcc = program("x86_64-w64-mingw32-gcc-win32");
            return run(gcc.arg("-o").arg(exe).args(objects).arg(&self.archive)).map(drop);
        }
        let stack = self.out.join("ntdll.lib");
        let mut dlltool = program("llvm-dlltool-19");
        dlltool.args(["-m", "i386:x86-64", "-d", "c-tests/windows/user/ntdll.def", "-l"]);
        run(dlltool.arg(&stack))?;
        let mut lld = program("lld-link-19");
        lld.args(["/nologo", "/subsystem:console", "/entry:start", "/nodefaultlib", "/opt:ref"]);
        lld.arg(format!("/out:{}", exe.display())).args(objects).arg(&self.archive).arg(stack);
        run(lld.args(["kernel32", "msvcrt"].map(|library| format!("{LIBRARIES}/lib{library}.a")))).map(drop)
    }

    fn output(&self, words: &[&str], seconds: u32) -> Result<(String, Option<i32>), String> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        SESSION.output(&self.out, name(self.target), &words, seconds)
    }

    /// All tests; how many passed.
    fn tests(&self) -> Result<usize, String> {
        let tests = list::all(root())?.lines().count();
        let (text, code) = self.output(&["--jobs", &jobs()], SECONDS)?;
        if code == Some(0) && text.lines().last() == Some(&format!("{tests} passed, 0 failed")) {
            return Ok(tests);
        }
        let rest: Vec<_> = text.lines().filter(|line| !line.ends_with(" ... ok")).collect();
        Err(format!("{}: ended with {code:?}\n{}", name(self.target), rest.join("\n")))
    }

    /// Has the named test run with a file of the copy in the place of ours; what it says.
    fn broken(&self, copy: &Path, m: &mutants::Mutant) -> Result<String, String> {
        let unit = unit(&m.file);
        let i = self.files.iter().position(|file| *file == root().join(&unit)).ok_or(format!("{}: no part", m.file))?;
        let mut objects = self.objects.clone();
        objects[i] = self.build.objects(&[copy.join(&unit)], &self.out.join("broken"))?.remove(0);
        self.link(&objects)?;
        let result = self.output(&["--apart", &m.test], 60);
        self.link(&self.objects)?;
        result.map(|(text, _)| text)
    }
}

/// The C file that a file is compiled with.
fn unit(file: &str) -> PathBuf {
    if file.ends_with(".h") { "c-tests/testkernel/host.c".into() } else { mutants::unit(file) }
}

/// Plants each break of user-mutants.toml in both programs: the named test must fail, and say so.
fn noticed(runners: &[Runner]) -> Result<usize, String> {
    let mutants = mutants::read("user-mutants.toml")?;
    let copy = Copy::new("user")?;
    let mut wrong = Vec::new();
    for m in &mutants {
        let said = copy.planted(&m.file, &m.from, &m.to, || {
            runners.iter().map(|runner| Ok((runner, runner.broken(copy.dir(), m)?))).collect::<Result<Vec<_>, String>>()
        })?;
        for (runner, text) in said {
            if !text.contains(&format!("test {} ... FAILED", m.test)) || !text.contains(&m.says) {
                let exe = name(runner.target);
                wrong.push(format!("{}: not caught by {exe}, or in another way\n{text}", m.test));
            }
        }
    }
    if wrong.is_empty() { Ok(mutants.len()) } else { Err(wrong.join("\n")) }
}

/// Both programs.
pub fn check() -> Result<String, String> {
    let runners = [Runner::new(&X64_GNU)?, Runner::new(&X64)?];
    let results = runners[0].tests().and_then(|gnu| Ok((gnu, runners[1].tests()?, noticed(&runners)?)));
    SESSION.end();
    let (gnu, msvc, mutants) = results?;
    Ok(format!("{gnu} passed with mingw-w64's ABI, {msvc} with Microsoft's; {mutants} mutants caught by both"))
}

/// `cargo xtask wine --user [NAME...]`: all tests, or some.
pub fn run_some(names: &[String]) -> Result<String, String> {
    if names.is_empty() {
        return check();
    }
    let (mut said, mut good) = (String::new(), true);
    for target in [&X64_GNU, &X64] {
        let runner = Runner::new(target)?;
        for test in names {
            let (text, code) = runner.output(&["--apart", test], 180)?;
            said += &format!("{}, {code:?}: {text}", name(target));
            good = good && code == Some(0);
        }
    }
    SESSION.end();
    if good { Ok(said) } else { Err(said) }
}

#[test]
fn the_host_is_one_file() {
    assert_eq!(unit("c-tests/testkernel/host_win32_memory.h"), Path::new("c-tests/testkernel/host.c"));
}
