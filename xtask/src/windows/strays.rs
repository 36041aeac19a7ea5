//! Objects that do not belong into an archive.
use super::target::{ARM64, Target};
use crate::{paths, workspace::root};

/// An object that does not belong into the archive, what it is compiled with, and what must be said of it.
pub struct Object {
    pub name: &'static str,
    pub code: &'static str,
    pub flags: &'static [&'static str],
    pub says: &'static str,
    /// Debug may be so.
    pub release: bool,
}

/// In their texts a name in braces stands for something that is not the same everywhere (`filled`).
pub const OBJECTS: [Object; 9] = [
    Object {
        name: "member",
        code: "int only;\n",
        flags: &[],
        says: "members beside sfa.{o}: [\"member.{o}\"]",
        release: false,
    },
    Object {
        name: "export",
        code: "int Stray(void) { return 1; }\n",
        flags: &[],
        says: "differ in [\"Stray\"]",
        release: false,
    },
    Object {
        name: "import",
        code: "int KsStray(void);\nint Stray(void) { return KsStray(); }\n",
        flags: &[],
        says: "it imports [\"KsStray\"]",
        release: false,
    },
    Object {
        name: "directive",
        code: "__asm__(\".section .drectve,\\\"yn\\\"\\n.ascii \\\" /DEFAULTLIB:stray.lib\\\"\\n\");\n",
        flags: &[],
        says: "it tells the linker [\"/DEFAULTLIB:stray.lib\"]",
        release: false,
    },
    Object {
        name: "path",
        code: "int Stray(void) { return 1; }\n",
        flags: &["-g"],
        says: "it names folders of this machine: [\"{root}\"",
        release: false,
    },
    // As if core's folder were not replaced: under no name of it, of any compiler.
    Object {
        name: "core",
        code: "const char *const Stray[] = {\"{sources}\"};\n",
        flags: &[],
        says: "\"{sources}\"]",
        release: false,
    },
    Object {
        name: "unwind",
        code: "void SfaOsPause(void);\nvoid Stray(void) { SfaOsPause(); SfaOsPause(); }\n",
        flags: &["-fno-asynchronous-unwind-tables"],
        says: "Stray calls, but has no unwind information",
        release: false,
    },
    // Data among the code.
    Object {
        name: "text",
        code: "__asm__(\".text\\n.fill 16384, 1, 0x90\\n\");\n",
        flags: &[],
        says: "bytes of code are more than 49152",
        release: true,
    },
    // Neither function takes too much alone.
    Object {
        name: "stack",
        code: "void SfaOsPause(void);\nvoid SfaOsEventClear(void *);\n\
               static __attribute__((noinline)) void Below(void) { char a[300]; SfaOsEventClear(a); SfaOsPause(); }\n\
               void Stray(void) { char a[300]; SfaOsEventClear(a); Below(); SfaOsEventClear(a); }\n",
        flags: &["-funwind-tables"],
        says: "Stray takes {deep} bytes of stack",
        release: true,
    },
];

/// A text of an object, for a target.
pub fn filled(text: &str, target: &Target) -> String {
    let sources: Vec<_> = paths::rust_sources().iter().map(|dir| dir.display().to_string()).collect();
    text.replace("{o}", target.object())
        .replace("{root}", &root().display().to_string())
        .replace("{sources}", &sources.join("\", \""))
        .replace("{deep}", if target.arch == ARM64.arch { "640" } else { "704" })
}
