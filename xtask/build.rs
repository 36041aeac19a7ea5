//! Generates the headers from src/ffi and src/os with cbindgen. A build script, because what a build script depends on
//! does not mix its features (std) into the crates that the archive is built from.
use std::{env, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn main() {
    for path in
        ["cbindgen.toml", "include/sfa_callbacks.in", "include/sfa_attach.in", "src/ffi", "src/os", "xtask/build.rs"]
    {
        println!("cargo::rerun-if-changed={}", root().join(path).display());
    }
    let out = env::var_os("OUT_DIR").unwrap();
    for (name, text) in [("sfa.h", sfa_h()), ("sfa_attach.h", sfa_attach_h()), ("sfa_os.h", sfa_os_h())] {
        fs::write(Path::new(&out).join(name), text).unwrap();
    }
}

fn print(bindings: &cbindgen::Bindings) -> String {
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).unwrap();
    // What Rust's own readers need is no part of the C contract, and C knows no shading of comments by //.
    let mut out = String::new();
    let mut safety = false;
    for line in text.lines() {
        let inside = line.trim_start().strip_prefix('*').map(str::trim);
        if inside == Some("# Safety") {
            safety = true;
        }
        if safety {
            let ends = inside.is_some_and(|t| t.is_empty() || t.starts_with('/'));
            safety = !ends;
            if !(inside.is_some_and(|t| t.starts_with('/'))) {
                continue;
            }
        }
        let line = line.replace("// __cplusplus", "/* __cplusplus */").replace("// extern \"C\"", "/* extern \"C\" */");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    while out.contains(" *\n */") {
        out = out.replace(" *\n */", " */");
    }
    out
}

fn config() -> cbindgen::Config {
    cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap()
}

/// Generates from files of src/ffi. cbindgen puts the trailer behind the include guard's end; a second inclusion must not
/// see it.
fn generate(config: cbindgen::Config, guard: &str, files: &[&str]) -> String {
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in files {
        builder = builder.with_src(root().join(format!("src/ffi/{file}.rs")));
    }
    let text = print(&builder.generate().unwrap());
    let end = format!("#endif  /* {guard} */\n");
    assert!(text.contains(&end), "cbindgen ends the guard in another way now");
    text.replace(&end, "") + "\n" + &end
}

fn sfa_attach_h() -> String {
    let mut config = config();
    config.include_guard = Some("SFA_ATTACH_H".into());
    config.after_includes = Some(fs::read_to_string(root().join("include/sfa_attach.in")).unwrap());
    config.trailer = Some("SFA_ASSERT(sizeof(SFA_ATTACHMENT) == 8 + 7 * sizeof(void *));".into());
    config.export.include = vec!["SFA_ATTACHMENT".into()];
    generate(config, "SFA_ATTACH_H", &["annotations", "attach", "requests"])
}

fn sfa_h() -> String {
    let mut config = config();
    let version = ["MAJOR", "MINOR", "PATCH"].map(|part| {
        let value = match part {
            "MAJOR" => env!("CARGO_PKG_VERSION_MAJOR"),
            "MINOR" => env!("CARGO_PKG_VERSION_MINOR"),
            _ => env!("CARGO_PKG_VERSION_PATCH"),
        };
        format!("#define SFA_VERSION_{part} {value}\n")
    });
    let number = "/** What SfaVersion() returns if header and library belong together. */\n\
         #define SFA_VERSION ((SFA_VERSION_MAJOR << 24) | (SFA_VERSION_MINOR << 16) | SFA_VERSION_PATCH)\n";
    let callbacks = fs::read_to_string(root().join("include/sfa_callbacks.in")).unwrap();
    config.after_includes = Some(format!("{callbacks}\n{}{number}", version.concat()));
    let files =
        ["annotations", "types", "fields", "config", "lifetime", "framing", "frames", "owners", "query", "observe"];
    generate(config, "SFA_H", &files)
}

/// SAL of the two spin lock services. (cbindgen prints no prefix before an imported function.)
const LOCKED: &str = "_IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_saves_ _IRQL_raises_(DISPATCH_LEVEL) \
     _Acquires_lock_(*Lock) UCHAR SFAAPI";
const UNLOCKED: &str = "_IRQL_requires_(DISPATCH_LEVEL) _Releases_lock_(*Lock) void SFAAPI";

fn sfa_os_h() -> String {
    let mut config = cbindgen::Config {
        language: cbindgen::Language::C,
        cpp_compat: true,
        no_includes: true,
        usize_is_size_t: true,
        include_guard: Some("SFA_OS_H".into()),
        documentation_style: cbindgen::DocumentationStyle::Doxy,
        header: Some("/* SPDX-License-Identifier: MIT OR Apache-2.0 */".into()),
        autogen_warning: Some(
            "/* Generated from src/os/sys.rs by cbindgen. Do not edit; run `cargo xtask header`. */\n\
             /*\n * sfa_os.h - the kernel services that the library needs. nt.c has them over the kernel. For all: pointers\n \
             * are not NULL and live for the call; IRQL <= DISPATCH_LEVEL where nothing else is said.\n */"
                .into(),
        ),
        after_includes: Some("\n#include \"sfa_platform.h\"\n".into()),
        line_length: 120,
        tab_width: 4,
        ..cbindgen::Config::default()
    };
    config.function.rename_args = cbindgen::RenameRule::PascalCase;
    config.export.item_types = vec![cbindgen::ItemType::Functions, cbindgen::ItemType::Typedefs];
    for (alias, c) in [
        ("OS_PVOID", "PVOID SFAAPI"),
        ("OS_OLD_IRQL", "_In_ _IRQL_restores_ UCHAR"),
        ("OS_VOID", "void SFAAPI"),
        ("OS_LOCKED", LOCKED),
        ("OS_UNLOCKED", UNLOCKED),
        ("OS_ULONG", "ULONG SFAAPI"),
        ("OS_ULONG64", "ULONG64 SFAAPI"),
    ] {
        config.export.rename.insert(alias.into(), c.into());
        config.export.exclude.push(alias.into());
    }
    config.export.exclude.extend(["ULONG", "ULONG64", "SIZE_T"].map(String::from));
    let builder = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root().join("src/os/annotations.rs"))
        .with_src(root().join("src/os/sys.rs"));
    print(&builder.generate().unwrap())
}
