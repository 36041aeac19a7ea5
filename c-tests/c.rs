//! Runs the C tests, one process each: a breach of the test kernel ends that test only, and no test sees another's pool,
//! IRQL or time. Speaks libtest's language as far as cargo, nextest and people use it.
#![expect(unsafe_code)] // UNSAFETY: the tests are C functions.

use c_tests as _; // carries the compiled C files
use std::{
    env,
    ffi::{CString, c_char},
    io::Read,
    process::{Child, Command, ExitCode, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use stream_frame_allocator as _; // the library under test
use testkernel as _; // what both are linked against

/// A test that takes longer hangs. Far above what any of them needs on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);
/// Exit codes of the test kernel, see tk.h.
const BREACH: i32 = 70;
const BUGCHECK: i32 = 71;
/// How the runner starts itself for one test.
const ALONE: &str = "--in-process";

/// How a test must end.
enum End {
    Pass,
    Breach(&'static str),
    BugCheck(&'static str),
}

struct Test {
    name: &'static str,
    entry: extern "C" fn(),
    end: End,
}

include!(concat!(env!("OUT_DIR"), "/tests.rs"));

unsafe extern "C" {
    fn CheckRun(name: *const c_char, test: extern "C" fn());
}

fn run_here(test: &Test) {
    let name = CString::new(test.name).unwrap();
    // SAFETY: the name lives for the call, and the test is one of the list, so a function without arguments.
    unsafe { CheckRun(name.as_ptr(), test.entry) }
}

/// What a process left behind; no code if it had to be killed.
struct Outcome {
    code: Option<i32>,
    how: String,
    output: String,
    errors: String,
}

fn collect(mut from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.read_to_end(&mut bytes);
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn wait(mut child: Child) -> Outcome {
    let (output, errors) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
    let deadline = Instant::now() + LIMIT;
    // Both ends close when the process is over, so nobody has to ask again and again.
    let output = output.recv_timeout(LIMIT);
    let errors = errors.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    let late = output.is_err() || errors.is_err();
    if late {
        let _ = child.kill();
    }
    let status = child.wait().unwrap();
    Outcome {
        code: if late { None } else { status.code() },
        how: if late { format!("no end within {} s", LIMIT.as_secs()) } else { status.to_string() },
        output: output.unwrap_or_default(),
        errors: errors.unwrap_or_default(),
    }
}

impl Test {
    fn run_apart(&self) -> Outcome {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([ALONE, self.name]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        wait(command.spawn().unwrap())
    }

    /// None, or what is wrong.
    fn judge(&self, outcome: &Outcome) -> Option<String> {
        let (code, text) = match self.end {
            End::Pass => (0, String::new()),
            End::Breach(rule) => (BREACH, format!("breach: {rule}:")),
            End::BugCheck(code) => (BUGCHECK, format!("bugcheck {code}")),
        };
        let good = outcome.code == Some(code) && outcome.errors.contains(&text);
        (!good).then(|| {
            let wanted = if code == 0 { String::new() } else { format!(", wanted exit status {code} and \"{text}\"") };
            format!("{}{wanted}", outcome.how)
        })
    }

    fn file(&self) -> &str {
        self.name.split_once("::").map_or(self.name, |(file, _)| file)
    }
}

/// The command line.
#[derive(Default)]
struct Options {
    list: bool,
    exact: bool,
    ignored: bool,
    counts: bool,
    alone: bool,
    skip: Vec<String>,
    filters: Vec<String>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut o = Self::default();
        while let Some(a) = arguments.next() {
            match a.as_str() {
                "--list" => o.list = true,
                "--exact" => o.exact = true,
                "--ignored" => o.ignored = true,
                "--counts" => o.counts = true,
                ALONE => o.alone = true,
                "--skip" => o.skip.extend(arguments.next()),
                "--format" | "--test-threads" | "--color" | "-Z" => drop(arguments.next()), // nothing to choose
                flag if flag.starts_with('-') => {}
                _ => o.filters.push(a),
            }
        }
        o
    }

    fn wants(&self, t: &Test) -> bool {
        let hit = |f: &String| if self.exact { t.name == f } else { t.name.contains(f.as_str()) };
        !self.ignored && (self.filters.is_empty() || self.filters.iter().any(hit)) && !self.skip.iter().any(hit)
    }
}

/// Runs tests on all cores; answers the names of those that failed.
fn run(tests: &[&'static Test]) -> Vec<&'static str> {
    let verbose = env::var_os("C_TESTS_VERBOSE").is_some();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(test) = tests.get(next.fetch_add(1, Relaxed)) {
            let outcome = test.run_apart();
            let (name, output) = (test.name, &outcome.output);
            match test.judge(&outcome) {
                None if verbose => println!("test {name} ... ok\n{output}{}", outcome.errors),
                None if output.is_empty() => println!("test {name} ... ok"),
                None => print!("test {name} ... ok\n{output}"),
                Some(why) => {
                    println!("test {name} ... FAILED ({why})\n{output}{}", outcome.errors);
                    failed.lock().unwrap().push(name);
                }
            }
        }
    };
    thread::scope(|s| {
        for _ in 0..thread::available_parallelism().map_or(1, |n| n.get()) {
            s.spawn(work);
        }
    });
    failed.into_inner().unwrap()
}

fn print_counts(tests: &[&Test]) {
    println!("\ntests of each file:");
    for file in tests.chunk_by(|a, b| a.file() == b.file()) {
        println!("{:>6}  {}.c", file.len(), file[0].file());
    }
}

fn main() -> ExitCode {
    let options = Options::read(env::args().skip(1));
    if options.alone {
        let test = TESTS.iter().find(|t| options.filters.first().is_some_and(|f| t.name == f));
        return test.map_or(ExitCode::FAILURE, |t| {
            run_here(t);
            ExitCode::SUCCESS
        });
    }
    let chosen: Vec<_> = TESTS.iter().filter(|t| options.wants(t)).collect();
    if options.list {
        chosen.iter().for_each(|t| println!("{}: test", t.name));
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    println!("\nrunning {} tests", chosen.len());
    let failed = run(&chosen);
    if !failed.is_empty() {
        println!("\nfailures:\n    {}", failed.join("\n    "));
    }
    if options.counts || env::var_os("C_TESTS_COUNTS").is_some() {
        print_counts(&chosen);
    }
    // A list that came out empty must not look like success; a filter that fits nothing here may fit elsewhere.
    let good = failed.is_empty() && !(chosen.is_empty() && options.filters.is_empty() && !options.ignored);
    println!(
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        if good { "ok" } else { "FAILED" },
        chosen.len() - failed.len(),
        failed.len(),
        TESTS.len() - chosen.len(),
        start.elapsed().as_secs_f64()
    );
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
