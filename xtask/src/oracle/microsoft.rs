//! src/oracle/microsoft.rs: the claims that the crate windows-sys, which Microsoft makes from its own headers, can bear
//! out on any host.
use super::{
    claims::{Claim, Claims},
    exceptions::Exceptions,
};
use crate::workspace::cargo;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// What windows-sys has under the features that Cargo.toml names.
pub struct Bindings {
    /// The place of each number: `Win32::Foundation::STATUS_PENDING`.
    numbers: BTreeMap<String, String>,
    guids: BTreeMap<String, String>,
    /// The place of each struct and union, and its fields with the last names of their types.
    records: BTreeMap<String, (String, Vec<(String, String)>)>,
}

impl Bindings {
    /// Reads its source.
    pub fn read() -> Result<Self, String> {
        let mut metadata = cargo();
        metadata.args(["metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]);
        let metadata = metadata.output().map_err(|e| format!("{metadata:?}: {e}"))?;
        let metadata: Value = serde_json::from_slice(&metadata.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
        let of = |list: &Value, is: &dyn Fn(&Value) -> bool| {
            list.as_array().and_then(|list| list.iter().find(|v| is(v)).cloned()).ok_or("no windows-sys")
        };
        let ours =
            |v: &Value| v["name"] == "windows-sys" && v["version"].as_str().is_some_and(|v| v.starts_with("0.61"));
        let package = of(&metadata["packages"], &ours)?;
        let node = of(&metadata["resolve"]["nodes"], &|node| node["id"] == package["id"])?;
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let source = Path::new(manifest).with_file_name("src").join("Windows");
        let features: Vec<_> = node["features"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut all = Self { numbers: BTreeMap::new(), guids: BTreeMap::new(), records: BTreeMap::new() };
        for feature in &features {
            let module = feature.replace('_', "/");
            if let Ok(text) = fs::read_to_string(source.join(&module).join("mod.rs")) {
                all.module(&module.replace('/', "::"), &text, &features);
            }
        }
        Ok(all)
    }

    fn module(&mut self, module: &str, text: &str, features: &[&str]) {
        let mut condition = "";
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("#[cfg(") {
                condition = line;
            } else if let Some(item) = line.strip_prefix("pub ") {
                let there = !condition.contains("target_arch") || condition.contains("x86_64");
                let named = condition.split("feature = \"").skip(1).filter_map(|part| part.split('"').next());
                if there && named.into_iter().all(|feature| features.contains(&feature)) {
                    self.item(module, item, &mut lines);
                }
                condition = "";
            } else if !line.starts_with("#[") {
                condition = "";
            }
        }
    }

    fn item<'a>(&mut self, module: &str, item: &str, lines: &mut impl Iterator<Item = &'a str>) {
        let words = |c: char| !c.is_alphanumeric() && c != '_';
        if let Some((name, rest)) = item.strip_prefix("const ").and_then(|rest| rest.split_once(": ")) {
            let place = format!("{module}::{name}");
            let Some((of, value)) = rest.split_once(" = ") else { return };
            if of.ends_with("GUID") {
                self.guids.insert(name.into(), place);
            } else if value.starts_with(|c: char| c.is_ascii_digit() || c == '-') && !value.contains('.') {
                self.numbers.entry(name.into()).or_insert(place);
            }
        } else if let Some(rest) = item.strip_prefix("struct ").or_else(|| item.strip_prefix("union ")) {
            let name = rest.split(words).next().unwrap_or_default();
            if !rest.ends_with('{') {
                return;
            }
            let fields = lines.take_while(|line| *line != "}").filter_map(|line| {
                let (field, of) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
                let of = of.trim_end_matches(',').rsplit("::").next().unwrap_or_default();
                Some((field.to_owned(), of.to_owned()))
            });
            let fields: Vec<_> = fields.collect();
            self.records.entry(name.into()).or_insert((format!("{module}::{name}"), fields));
        }
    }

    /// How Rust reaches a field, through members that have no name in C.
    pub fn path(&self, record: &str, path: &str) -> Option<String> {
        let (_, fields) = self.records.get(record)?;
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        if let Some((field, of)) = fields.iter().find(|(field, _)| field.trim_end_matches('_') == first) {
            return Some(match rest {
                None => field.clone(),
                Some(rest) => format!("{field}.{}", self.path(of, rest)?),
            });
        }
        let nameless = fields.iter().filter(|(field, _)| field.starts_with("Anonymous"));
        nameless.into_iter().find_map(|(field, of)| Some(format!("{field}.{}", self.path(of, path)?)))
    }

    /// One entry of a list for a claim that it can bear out: the list, and the entry.
    fn entry(&self, claim: &Claim, excepted: bool) -> Option<(&'static str, String)> {
        let about = &claim.about;
        let rest: Vec<_> = claim.rest.split(", ").collect();
        match claim.kind {
            "VALUE" => {
                let place = self.numbers.get(about)?;
                let value = match i32::try_from(claim.value) {
                    Ok(status) if status < 0 => format!("{status:#x}_u32 as i32 as i64"),
                    _ => claim.value.to_string(),
                };
                Some(("NUMBERS", format!("(\"{about}\", {value}, {place} as i64, {excepted})")))
            }
            "GUID_IS" => {
                let place = self.guids.get(about.trim_start_matches("STATIC_"))?;
                let [a, b, c, d @ ..] = rest.as_slice() else { return None };
                let guid = format!("Guid({a}, {b}, {c}, [{}])", d.join(", "));
                Some(("GUIDS", format!("(\"{about}\", {guid}, {place})")))
            }
            "SIZE" => {
                let (place, _) = self.records.get(about)?;
                Some(("LAYOUTS", format!("(\"{about}\", {}, size_of::<{place}>(), {excepted})", rest[0])))
            }
            "FIELD" | "FIELD64" => {
                let (name, path) = about.split_once('.')?;
                let (place, _) = self.records.get(name)?;
                let path = self.path(name, path)?;
                Some(("LAYOUTS", format!("(\"{about}\", {}, offset_of!({place}, {path}), {excepted})", rest[0])))
            }
            _ => None,
        }
    }

    /// The Rust file.
    pub fn rust(&self, claims: &Claims, exceptions: &Exceptions) -> String {
        let mut lists: BTreeMap<&str, String> = BTreeMap::new();
        for claim in &claims.all {
            if let Some((list, entry)) = self.entry(claim, exceptions.not_microsofts(claim)) {
                *lists.entry(list).or_default() += &format!("    {entry},\n");
            }
        }
        let list = |name: &str, of: &str| {
            let entries = lists.get(name).map_or("", String::as_str);
            format!("\npub const {name}: &[{of}] = &[\n{entries}];\n")
        };
        let lists = [
            list("GUIDS", "(&str, Guid, GUID)"),
            list("LAYOUTS", "(&str, usize, usize, bool)"),
            list("NUMBERS", "(&str, i64, i64, bool)"),
        ];
        HEAD.to_owned() + &lists.concat()
    }
}

/// wdk-oracle/src/lib.rs: what wdk-sys, which is made from the WDK at hand and has nothing of ks.h, should bear out.
/// windows-sys says which names there are, and which members have none.
pub fn wdk(bindings: &Bindings, claims: &Claims, exceptions: &Exceptions) -> String {
    let assertion = |claim: &Claim| {
        let about = &claim.about;
        let first = claim.rest.split(", ").next().unwrap_or_default();
        match claim.kind {
            // wdk-sys has the flags of pools, which windows-sys has not, by hand.
            "VALUE" if claim.is_macro && (bindings.numbers.contains_key(about) || about.starts_with("POOL_FLAG_")) => {
                Some(format!("const_assert_eq!(wdk_sys::{about} as u32, {:#x});", claim.value as u32))
            }
            "SIZE" if bindings.records.contains_key(about) => {
                Some(format!("const_assert_eq!(size_of::<wdk_sys::{about}>(), {first});"))
            }
            "FIELD" => {
                let (record, path) = about.split_once('.')?;
                // A member without a name has one in Rust that depends on the WDK.
                let named = bindings.path(record, path).is_some_and(|rust| rust == path);
                named.then(|| format!("const_assert_eq!(offset_of!(wdk_sys::{record}, {path}), {first});"))
            }
            _ => None,
        }
    };
    // bindgen passes over what is made of macros that wdm.h defines later.
    let windows = |claim: &&Claim| {
        !claim.header.starts_with("ks/") && claim.header != "windef.h" && claim.about != "EVENT_ALL_ACCESS"
    };
    let here = |claim: &&Claim| !exceptions.is_of_the_test_kernel(claim);
    let lines = claims.all.iter().filter(windows).filter(here).filter_map(assertion);
    lines.fold(WDK.to_owned(), |text, line| text + &line + "\n")
}

const WDK: &str = "\
//! What the test kernel's headers say, and wdk-sys of the same name. Written by `cargo xtask oracle`; docs/oracle.md says
//! where this compiles.
#![no_std]
#![cfg(windows)]

use core::mem::offset_of;
use static_assertions::const_assert_eq;

";

const HEAD: &str = "\
//! What the test kernel's headers say, and what windows-sys says of the same name. Written by `cargo xtask oracle`;
//! `true` stands where c-tests/oracle/exceptions.toml says why the two differ.
use crate::core::framing_item::Guid;
use ::core::mem::offset_of;
use windows_sys::{Wdk, Win32, core::GUID};
";
