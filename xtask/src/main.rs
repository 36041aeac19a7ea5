//! Tasks of this repository: `cargo xtask` lists them.
mod archive;
mod behaviour;
mod cbuild;
mod contract;
mod copy;
mod demo;
mod header;
mod headers;
mod models;
mod mutants;
mod oracle;
mod orderings;
mod package;
mod packages;
mod pages;
mod paths;
mod runner;
mod samples;
mod test;
mod timeline;
mod two;
mod windows;
mod wine;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo      builds the library and the sample capture driver, streams frames, draws the timeline
                      (--requests: clients of an allocator object, whose requests wait, instead)
cargo xtask test      everything that CI checks (installs missing Debian packages as root)
                      (words: only the checks with one of them in their names; --host: none for Windows;
                      --long: the models with all their executions, too, which takes ten minutes and more)
cargo xtask windows   builds sfa.lib and the C objects for Windows into target/windows
                      (--wdk-headers DIR: the C objects with Microsoft's headers, too)
cargo xtask package   what a driver author gets: dist and sfa-VERSION.zip, with archives, headers, sources, samples,
                      sfa.props, CMake files, checksums and SBOM
cargo xtask header    writes include/sfa.h and include/sfa_os.h anew
cargo xtask behaviour writes the table of docs/behaviour.md anew
cargo xtask samples   writes the listing and the diff in docs/driver-guide.md anew
cargo xtask oracle    writes the claims about the test kernel's headers anew (docs/oracle.md)
cargo xtask mutants   plants the mutants whose tests contain one of the words that follow; with --exact those of the
                      security checks, under which one test must fail alone, and writes docs/exact.txt (long)
cargo xtask wine      the C tests in kernel mode and the sample drivers, as .sys files under Wine (words: some tests;
                      --samples: the samples alone; --imports: what each .sys imports; --mutants: what they must notice;
                      --user: the C tests in user mode, as .exe files, all or those named)
cargo xtask orderings weakens each memory ordering and writes docs/orderings.txt (long)";

fn done(result: Result<(), String>) -> ExitCode {
    if let Err(error) = &result {
        eprintln!("{error}");
    }
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("header") => done(header::write()),
        Some("behaviour") => done(behaviour::write()),
        Some("samples") => done(samples::write()),
        Some("oracle") => done(oracle::write()),
        Some("mutants") if args.len() > 1 && args[1] == "--exact" => done(mutants::exact::run_all(&args[2..])),
        Some("mutants") if args.len() > 1 => done(mutants::some(&args[1..])),
        Some("demo") => demo::run(&args[1..]),
        Some("wine") => wine::run(&args[1..]),
        Some("orderings") => orderings::all(),
        Some("windows") => done(windows::build(&args[1..])),
        Some("package") if args.len() == 1 => done(package::build()),
        Some("test") => test::all(&args[1..]),
        _ => {
            eprintln!("{HELP}");
            ExitCode::from(2)
        }
    }
}
