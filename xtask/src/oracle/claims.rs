//! One claim for each thing that is declared, and the C file of them.
use super::{
    declared::{self, Declared, What},
    exceptions::{Exception, Exceptions},
    values,
};
use std::collections::BTreeMap;

/// The kinds of claims, by the macro of c-tests/oracle/world.h that makes one.
pub const KINDS: [(&str, &str); 13] = [
    ("VALUE", "constants"),
    ("GUID_IS", "GUIDs"),
    ("STRING_IS", "strings"),
    ("SIZE", "sizes"),
    ("FIELD", "offsets"),
    ("FIELD64", "offsets on 64 bits only"),
    ("FIELD32", "offsets on 32 bits only"),
    ("ALIAS", "types"),
    ("ALIAS64", "types on 64 bits only"),
    ("ALIAS32", "types on 32 bits only"),
    ("FUNCTION", "prototypes"),
    ("CALLABLE", "macros that can be called"),
    ("CALLABLE_VOID", "macros without a result"),
];

/// A claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The header that declares what it is about.
    pub header: String,
    /// A name, or TYPE.FIELD.
    pub about: String,
    /// One of `KINDS`.
    pub kind: &'static str,
    /// The macro's other arguments.
    pub rest: String,
    /// Of a number.
    pub value: i64,
    /// A number that is no enum's.
    pub is_macro: bool,
}

impl Claim {
    /// Its line of C.
    pub fn line(&self) -> String {
        let name = if self.kind.starts_with("FIELD") { self.about.replacen('.', ", ", 1) } else { self.about.clone() };
        format!("{}({name}, {});", self.kind, self.rest)
    }

    /// Whether an exception of this name is about it: a type's is about its fields, too.
    pub fn is_about(&self, name: &str) -> bool {
        self.about.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// All claims.
pub struct Claims {
    /// In the order of the file.
    pub all: Vec<Claim>,
    /// Macros that are words of C, not values.
    pub valueless: Vec<String>,
}

impl Claims {
    /// From the headers.
    pub fn of_headers() -> Result<Self, String> {
        let declared = declared::all()?;
        let names: Vec<_> =
            declared.iter().filter(|d| matches!(d.what, What::Macro)).map(|d| d.name.as_str()).collect();
        let numbers = values::constants(&names)?;
        let texts = values::expansions(&names)?;
        let macros: BTreeMap<_, _> = names.into_iter().zip(numbers.into_iter().zip(texts)).collect();
        let objects: BTreeMap<_, _> = declared.iter().filter_map(object).collect();

        // What clang must be asked for, in the order of the claims; some ask for nothing, some for two numbers.
        let (mut claims, mut asked, mut valueless) = (Vec::new(), Vec::new(), Vec::new());
        for d in &declared {
            let (mut kind, mut about, mut rest) = ("VALUE", d.name.clone(), String::new());
            let mut ask = Vec::new();
            match &d.what {
                What::Macro => {
                    let (number, text) = &macros[d.name.as_str()];
                    match other(text, &objects) {
                        Some(claim) => (kind, rest) = claim,
                        None if *number && !text.contains(',') => ask.push(d.name.clone()),
                        None => {
                            valueless.push(d.name.clone());
                            continue;
                        }
                    }
                }
                What::Enumerator => ask.push(d.name.clone()),
                What::Sized => {
                    kind = "SIZE";
                    ask.push(format!("sizeof({})", d.name));
                }
                What::Field(path) => {
                    kind = ["FIELD", "FIELD64", "FIELD32"][column(d.only)];
                    about = format!("{}.{path}", d.name);
                    ask.push(format!("offsetof({}, {path})", d.name));
                    ask.push(format!("sizeof((({} *)0)->{path})", d.name));
                }
                What::Alias(pointer) => {
                    (kind, rest) = (["ALIAS", "ALIAS64", "ALIAS32"][column(d.only)], pointer.clone())
                }
                What::Object(pointer) => (kind, rest) = ("FUNCTION", pointer.clone()),
            }
            if d.only.is_some() && !kind.starts_with("FIELD") && !kind.starts_with("ALIAS") {
                return Err(format!("{about} is not there on all machines"));
            }
            let is_macro = d.what == What::Macro;
            claims.push((Claim { header: d.header.clone(), about, kind, rest, value: 0, is_macro }, ask.len(), d.only));
            asked.extend(ask.into_iter().map(|e| (e, d.only)));
        }
        let on = |machine: &str, bits: u32| {
            let there =
                |(e, only): &(String, Option<u32>)| if only.is_none_or(|n| n == bits) { e.clone() } else { "0".into() };
            values::of(machine, &asked.iter().map(there).collect::<Vec<_>>())
        };
        let on64 = on("x86_64", 64)?;
        if on64 != on("aarch64", 64)? {
            return Err("the test kernel's headers differ between x64 and ARM64".into());
        }
        let on32 = on("i686", 32)?;
        let mut answers = on64.into_iter().zip(on32);
        for (claim, asks, only) in &mut claims {
            let answers: Vec<_> = answers.by_ref().take(*asks).collect();
            match (claim.kind, answers.as_slice()) {
                ("VALUE", [(on64, on32)]) => {
                    claim.rest = if on64 == on32 { number(*on64) } else { format!("COLUMN({on64}, {on32})") };
                    claim.value = *on64;
                }
                (_, []) => {}
                (_, columns) if only.is_some() => {
                    claim.rest = list(columns.iter().map(|(on64, on32)| if *only == Some(64) { *on64 } else { *on32 }));
                }
                (_, columns) => {
                    let on64 = columns.iter().map(|(on64, _)| *on64);
                    claim.rest = list(on64.chain(columns.iter().map(|(_, on32)| *on32)));
                }
            }
        }
        Ok(Self { all: claims.into_iter().map(|(claim, ..)| claim).collect(), valueless })
    }

    /// How many of each kind.
    pub fn counts(&self, asserted: impl Fn(&Claim) -> bool) -> String {
        let count = |kind: &str| self.all.iter().filter(|claim| claim.kind == kind && asserted(claim)).count();
        let counts = KINDS.iter().map(|(kind, words)| (count(kind), words)).filter(|(count, _)| *count > 0);
        counts.map(|(count, words)| format!("{count} {words}")).collect::<Vec<_>>().join(", ")
    }

    /// The C file, with what is not claimed everywhere at the end of each header.
    pub fn c(&self, exceptions: &Exceptions) -> String {
        let mut text = HEAD.to_owned();
        let groups = self.all.chunk_by(|a, b| a.header == b.header);
        for claims in groups {
            text += &format!("\n/* {} */\n", claims[0].header);
            let place = |claim: &&Claim| exceptions.of(claim).map_or("", Exception::place);
            for begin in
                ["", "#ifndef ORACLE_DDK", "#ifndef ORACLE_DDK_X86", "#ifndef ORACLE_MINGW", "#ifndef ORACLE_MINGW_X86"]
            {
                let lines: String =
                    claims.iter().filter(|claim| place(claim) == begin).map(|claim| claim.line() + "\n").collect();
                text += &match (begin, lines.as_str()) {
                    ("", lines) => lines.to_owned(),
                    (_, "") => String::new(),
                    (begin, lines) => format!("{begin}\n{lines}#endif\n"),
                };
            }
        }
        text
    }

    /// Adds the calls of what is a macro somewhere.
    pub fn add_calls(&mut self, exceptions: &Exceptions) {
        let called = |claim: &Claim| exceptions.of(claim).is_some_and(|exception| exception.call);
        let calls: Vec<_> = self.all.iter().filter(|claim| called(claim)).map(call).collect();
        for call in calls {
            let after = self.all.iter().rposition(|claim| claim.header == call.header).unwrap_or_default();
            self.all.insert(after + 1, call);
        }
    }
}

/// From a claim about a function's type to one about its call.
fn call(claim: &Claim) -> Claim {
    let (result, rest) = claim.rest.split_once('(').unwrap_or_default();
    let types = rest.split_once(")(").map_or("", |(_, types)| types.trim_end_matches(')'));
    let types: Vec<_> = types.split(", ").filter(|name| *name != "void").collect();
    let names: Vec<_> = (b'a'..).take(types.len()).map(|name| char::from(name).to_string()).collect();
    let parameters: Vec<_> = types.iter().zip(&names).map(|(of, name)| format!("{of} {name}")).collect();
    let parameters = if types.is_empty() { "void".into() } else { parameters.join(", ") };
    let arguments = names.join(", ");
    let (kind, rest) = match result.trim() {
        "void" => ("CALLABLE_VOID", format!("({parameters}), ({arguments})")),
        result => ("CALLABLE", format!("{result}, ({parameters}), ({arguments})")),
    };
    Claim { kind, rest, ..claim.clone() }
}

const HEAD: &str = "\
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Everything that the test kernel's headers declare. Written by `cargo xtask oracle`; docs/oracle.md says more. */
/* clang-format off */
#include \"world.h\"
";

fn column(only: Option<u32>) -> usize {
    only.map_or(0, |bits| if bits == 64 { 1 } else { 2 })
}

fn object(declared: &Declared) -> Option<(&str, &str)> {
    match &declared.what {
        What::Object(pointer) => Some((&declared.name, pointer)),
        _ => None,
    }
}

fn list(numbers: impl Iterator<Item = i64>) -> String {
    numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(", ")
}

fn number(n: i64) -> String {
    match (u32::try_from(n), i32::try_from(n)) {
        (Ok(small), _) if small < 1024 => small.to_string(),
        (Ok(flags), _) => format!("{flags:#x}"),
        (_, Ok(status)) => format!("(int){status:#x}"),
        _ => format!("{n:#x}LL"),
    }
}

/// A macro that is no number: a GUID's parts, a string, or another name of a function or variable.
fn other(text: &str, objects: &BTreeMap<&str, &str>) -> Option<(&'static str, String)> {
    let parts: Vec<_> = text.split(',').map(|part| part.trim_matches([' ', '{', '}'])).collect();
    if parts.len() == 11 && parts.iter().all(|part| part.starts_with("0x")) {
        return Some(("GUID_IS", parts.join(", ")));
    }
    if let Some(string) = text.strip_prefix('L').filter(|string| string.starts_with('"')) {
        return Some(("STRING_IS", string.into()));
    }
    objects.get(text).map(|pointer| ("FUNCTION", (*pointer).to_owned()))
}
