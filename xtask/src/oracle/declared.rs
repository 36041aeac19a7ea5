//! What the test kernel's headers declare: clang is asked, so that nothing can be forgotten.
use crate::workspace::{program, run, target};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

const HEADERS: &str = "c-tests/testkernel/include/";

/// Something that a header declares.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The header, from the folder of headers on.
    pub header: String,
    /// As C writes it; of a field, the type's.
    pub name: String,
    /// What it is.
    pub what: What,
    /// Where: everywhere, or only where pointers have this many bits.
    pub only: Option<u32>,
}

/// What can be declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A macro that may be a number, a GUID, a string or nothing of these.
    Macro,
    /// A constant of an enum.
    Enumerator,
    /// A type with a size.
    Sized,
    /// A field, and how it is reached.
    Field(String),
    /// A name for a type: the type's pointer.
    Alias(String),
    /// A function or variable: the type of its address.
    Object(String),
}

/// clang as a compiler for a Windows machine, over the test kernel's headers alone.
pub fn clang(machine: &str) -> std::process::Command {
    let mut clang = program("clang-19");
    clang.arg(format!("--target={machine}-pc-windows-msvc"));
    clang.args(["-std=c11", "-ffreestanding", "-I", HEADERS]);
    clang
}

/// Only the test kernel has these.
fn own(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    ["Tk", "TK_", "tk_", "TESTKERNEL", "POBJECT_TYPE_"].iter().any(|prefix| name.starts_with(prefix))
}

/// All of it, header by header in the order of inclusion.
pub fn all() -> Result<Vec<Declared>, String> {
    let dir = target().join("oracle");
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let file = dir.join("headers.c");
    fs::write(&file, "#include \"ntddk.h\"\n#include \"windef.h\"\n#include \"ks.h\"\n").map_err(|e| e.to_string())?;
    let read = |machine: &str| -> Result<Vec<Declared>, String> {
        let macros = run(clang(machine).args(["-E", "-dD"]).arg(&file))?;
        let tree = run(clang(machine).args(["-fsyntax-only", "-Xclang", "-ast-dump=json"]).arg(&file))?;
        let tree: Value = serde_json::from_str(&tree).map_err(|e| format!("clang's AST: {e}"))?;
        let mut found = macros_of(&macros);
        Tree::default().read(&tree, &mut found);
        Ok(found)
    };
    let mut all = union(read("x86_64")?, read("i686")?);
    all.retain(|declared| !own(&declared.name));
    // Header by header: a stable sort keeps the order within each.
    let mut order: Vec<String> = Vec::new();
    for declared in &all {
        if !order.contains(&declared.header) {
            order.push(declared.header.clone());
        }
    }
    order.sort();
    all.sort_by_key(|declared| order.iter().position(|header| *header == declared.header));
    Ok(all)
}

/// What two machines declare; types as the second one has them, since only 32 bits have calling conventions.
fn union(on64: Vec<Declared>, mut all: Vec<Declared>) -> Vec<Declared> {
    let key = |d: &Declared| match &d.what {
        What::Alias(pointer) => (d.name.clone(), What::Alias(pointer.replace("NTAPI ", "").replace("FASTCALL ", ""))),
        What::Object(_) => (d.name.clone(), What::Object(String::new())),
        what => (d.name.clone(), what.clone()),
    };
    let keys: Vec<_> = on64.iter().map(key).collect();
    for declared in &mut all {
        declared.only = (!keys.contains(&key(declared))).then_some(32);
    }
    let mut at = 0;
    for (mut declared, key64) in on64.into_iter().zip(keys) {
        match all.iter().position(|d| key(d) == key64) {
            Some(found) => at = found + 1,
            None => {
                declared.only = Some(64);
                all.insert(at, declared);
                at += 1;
            }
        }
    }
    all
}

fn ours(file: &str) -> Option<&str> {
    file.strip_prefix(HEADERS)
}

/// The macros without parameters, from the preprocessor's output with `#define`s and line markers in it.
fn macros_of(text: &str) -> Vec<Declared> {
    let (mut header, mut found, mut seen) = (None, Vec::new(), BTreeSet::new());
    for line in text.lines() {
        if let Some(marker) = line.strip_prefix("# ") {
            header = marker.split('"').nth(1).and_then(ours);
        } else if let (Some(header), Some(define)) = (header, line.strip_prefix("#define ")) {
            let name = define.split(' ').next().unwrap_or(define);
            let valued = define.len() > name.len() + 1;
            if valued && !name.contains('(') && seen.insert(name.to_owned()) {
                found.push(Declared { header: header.into(), name: name.into(), what: What::Macro, only: None });
            }
        }
    }
    found
}

/// clang names a file in its tree only where it is another one than before.
#[derive(Default)]
struct Tree {
    file: String,
    /// The records that are complete, by id.
    records: BTreeMap<String, Value>,
    tags: BTreeSet<String>,
    seen: BTreeSet<String>,
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_default()
}

fn inner(node: &Value) -> &[Value] {
    node["inner"].as_array().map_or(&[], Vec::as_slice)
}

impl Tree {
    /// Follows the file that is spoken of through a part of the tree.
    fn follow(&mut self, node: &Value) {
        match node {
            Value::Object(map) => {
                for (key, value) in map {
                    if key == "file" && map.contains_key("offset") {
                        self.file = value.as_str().unwrap_or_default().into();
                    }
                    self.follow(value);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| self.follow(value)),
            _ => {}
        }
    }

    fn read(&mut self, tree: &Value, all: &mut Vec<Declared>) {
        for node in inner(tree).iter().filter(|node| text(node, "kind") == "RecordDecl") {
            if node["completeDefinition"] == true {
                self.records.insert(text(node, "id").into(), node.clone());
            }
            self.tags.insert(text(node, "name").into());
        }
        let enums = inner(tree).iter().filter(|node| text(node, "kind") == "EnumDecl");
        self.tags.extend(enums.map(|node| text(node, "name").to_owned()));
        for node in inner(tree) {
            self.follow(&node["loc"]);
            if let Some(header) = ours(&self.file).map(str::to_owned) {
                self.declaration(node, &mut |name: &str, what| {
                    all.push(Declared { header: header.clone(), name: name.into(), what, only: None });
                });
            }
            self.follow(node);
        }
    }

    fn declaration(&mut self, node: &Value, add: &mut dyn FnMut(&str, What)) {
        let name = text(node, "name");
        let spelled = self.spelled(text(&node["type"], "qualType"));
        match text(node, "kind") {
            "EnumDecl" => inner(node).iter().for_each(|constant| add(text(constant, "name"), What::Enumerator)),
            "TypedefDecl" if self.seen.insert(name.into()) => {
                if spelled != name {
                    add(name, What::Alias(pointer_to(&spelled)));
                }
                let types = &inner(node)[0];
                match record_of(types).map(|id| self.records.get(id)) {
                    Some(None) => {} // opaque
                    Some(Some(record)) => {
                        add(name, What::Sized);
                        fields(record, "", &mut |path| add(name, What::Field(path)));
                    }
                    None if is_function(types) => {}
                    None => add(name, What::Sized),
                }
            }
            "FunctionDecl" | "VarDecl" if self.seen.insert(name.into()) => {
                add(name, What::Object(pointer_to(&spelled)));
            }
            _ => {}
        }
    }

    /// A type as C can write it: a nameless record goes by its typedef, conventions by their macros.
    fn spelled(&self, clang: &str) -> String {
        let mut words = clang.replace(" __attribute__((noreturn))", "");
        for tag in ["struct ", "union ", "enum "] {
            let mut parts: Vec<String> = words.split(tag).map(str::to_owned).collect();
            for part in parts.iter_mut().skip(1) {
                let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
                if self.tags.contains(&part[..end]) {
                    part.insert_str(0, tag);
                }
            }
            words = parts.concat();
        }
        words
    }
}

/// The record that a chain of type nodes names without a pointer in between.
fn record_of(node: &Value) -> Option<&str> {
    match text(node, "kind") {
        "RecordType" => Some(text(&node["decl"], "id")),
        "ElaboratedType" | "TypedefType" => record_of(inner(node).first()?),
        _ => None,
    }
}

/// Whether a chain of type nodes ends in a function, which has no size.
fn is_function(node: &Value) -> bool {
    match text(node, "kind") {
        "FunctionProtoType" => true,
        "ElaboratedType" | "TypedefType" | "ParenType" | "AttributedType" => {
            inner(node).first().is_some_and(is_function)
        }
        _ => false,
    }
}

/// All fields, those of nested records by paths, those of nameless ones as their parent's.
fn fields(record: &Value, prefix: &str, add: &mut dyn FnMut(String)) {
    let mut body = None; // a nested record comes right before the field that it is the type of
    for node in inner(record) {
        if text(node, "kind") == "RecordDecl" {
            body = Some(node);
        } else if text(node, "kind") == "FieldDecl" {
            let (name, clang) = (text(node, "name"), text(&node["type"], "qualType"));
            let nested = if clang.contains(" at ") { body } else { None };
            if !name.is_empty() {
                add(format!("{prefix}{name}"));
            }
            match nested {
                Some(nested) if name.is_empty() => fields(nested, prefix, add),
                Some(nested) if clang.ends_with(')') => fields(nested, &format!("{prefix}{name}."), add),
                _ => {} // a type with a name, or an array or pointer of one without
            }
        }
    }
}

/// The type of the address of something of this type.
fn pointer_to(spelled: &str) -> String {
    let mut spelled = spelled.to_owned();
    let mut convention = "";
    for (attribute, word) in [("stdcall", "NTAPI "), ("fastcall", "FASTCALL ")] {
        let attribute = format!(" __attribute__(({attribute}))");
        if spelled.contains(&attribute) {
            spelled = spelled.replace(&attribute, "");
            convention = word;
        }
    }
    if spelled.contains("(*)") {
        spelled.replace("(*)", &format!("({convention}**)"))
    } else if let Some(begin) = spelled.find('(') {
        let (result, parameters) = spelled.split_at(begin);
        format!("{result}({convention}*){parameters}")
    } else if let Some(begin) = spelled.find('[') {
        let (element, bounds) = spelled.split_at(begin);
        format!("{element}(*){bounds}")
    } else {
        format!("{spelled} *")
    }
}
