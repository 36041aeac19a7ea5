//! How much stack a call takes, at most, read off an object: frames from unwind information, calls from relocations.
//!
//! In COFF each mention of a function has a relocation, within a section too: Microsoft's linker wants to put thunks
//! between. Every mention of a function in code counts as a call, which may give too much. Not counted is what it calls
//! outside the object (nt.c, the kernel, callbacks), nor what is called through a pointer that is kept in data. A function
//! without unwind information is a leaf, by the ABI.
use super::{coff::Member, unwind};
use object::{
    Architecture, Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SectionKind, SymbolKind,
    read::{File, Section},
};
use std::collections::BTreeMap;

/// A place in an object.
type Place = (SectionIndex, u64);

/// Where a function begins: section and offset.
type Start = (usize, u64);

/// How deep it goes from a function, itself included, and what it calls then.
struct Depth {
    bytes: u64,
    next: Option<Start>,
}

struct Function {
    name: String,
    global: bool,
    frame: u64,
    calls: Vec<Place>,
}

/// The functions of an object, by where they begin.
struct Graph {
    functions: BTreeMap<Start, Function>,
}

fn word(section: &Section<'_, '_>, at: u64) -> Option<u32> {
    let at = usize::try_from(at).ok()?;
    Some(u32::from_le_bytes(section.data().ok()?.get(at..at + 4)?.try_into().ok()?))
}

/// Where a relocation of a section leads; None where that is outside the object.
fn leads_to(file: &File<'_>, from: &Section<'_, '_>, at: u64, target: RelocationTarget) -> Option<Place> {
    let RelocationTarget::Symbol(index) = target else { return None };
    let symbol = file.symbol_by_index(index).ok()?;
    // Only a symbol that stands for a whole section has more of the way in the place itself.
    let further = if symbol.kind() == SymbolKind::Section { u64::from(word(from, at)?) } else { 0 };
    Some((symbol.section_index()?, symbol.address() + further))
}

/// Whether the instruction with a relocation is one that calls, and not one that jumps or takes an address.
fn calls(file: &File<'_>, section: &Section<'_, '_>, at: u64) -> bool {
    match file.architecture() {
        Architecture::Aarch64 => word(section, at).is_some_and(|w| w >> 26 == 0b10_0101), // BL
        _ => at > 0 && word(section, at - 1).is_some_and(|w| w & 0xff == 0xe8),
    }
}

/// The frame of each function that has unwind information.
fn frames(file: &File<'_>) -> Result<BTreeMap<Start, u64>, String> {
    let entry: u64 = if file.architecture() == Architecture::Aarch64 { 8 } else { 12 };
    let mut frames = BTreeMap::new();
    for pdata in file.sections().filter(|s| s.name().is_ok_and(|n| n.starts_with(".pdata"))) {
        let places: BTreeMap<u64, Place> = pdata
            .relocations()
            .filter_map(|(at, relocation)| Some((at, leads_to(file, &pdata, at, relocation.target())?)))
            .collect();
        for at in (0..pdata.size()).step_by(usize::try_from(entry).unwrap_or(12)) {
            let (section, start) = *places.get(&at).ok_or(".pdata without a function")?;
            let info = |place: &Place| {
                let section = file.section_by_index(place.0).ok()?;
                section.data().ok()?.get(usize::try_from(place.1).ok()?..)
            };
            let unwind = places.get(&(at + entry - 4));
            let frame = match (file.architecture(), unwind) {
                (Architecture::Aarch64, None) => word(&pdata, at + 4).and_then(unwind::arm64_packed),
                (Architecture::Aarch64, Some(place)) => info(place).and_then(unwind::arm64),
                (_, place) => place.and_then(info).and_then(unwind::x64),
            };
            frames.insert((section.0, start), frame.ok_or("unwind information that is not understood")?);
        }
    }
    Ok(frames)
}

impl Graph {
    fn read(file: &File<'_>) -> Result<Self, String> {
        let frames = frames(file)?;
        let leaf = if file.architecture() == Architecture::Aarch64 { 0 } else { 8 };
        let mut functions = BTreeMap::new();
        let text: Vec<_> = file.sections().filter(|s| s.kind() == SectionKind::Text && s.size() > 0).collect();
        for symbol in file.symbols() {
            let Some(section) = symbol.section_index().filter(|i| text.iter().any(|s| s.index() == *i)) else {
                continue;
            };
            if symbol.kind() == SymbolKind::Section {
                continue;
            }
            let at = (section.0, symbol.address());
            let name = symbol.name().unwrap_or_default().to_owned();
            let frame = frames.get(&at).copied().unwrap_or(leaf);
            functions.insert(at, Function { name, global: symbol.is_global(), frame, calls: Vec::new() });
        }
        if let Some(lost) = frames.keys().find(|at| !functions.contains_key(at)) {
            return Err(format!("unwind information of nothing that has a name, at {lost:?}"));
        }
        let mut graph = Self { functions };
        for section in &text {
            for (at, relocation) in section.relocations() {
                let to = leads_to(file, section, at, relocation.target());
                let from = graph.functions.range_mut(..=(section.index().0, at)).next_back();
                if let Some((place, from)) = &from {
                    if !frames.contains_key(*place) && calls(file, section, at) {
                        return Err(format!("{} calls, but has no unwind information", from.name));
                    }
                }
                if let (Some(to), Some((_, from))) = (to, from) {
                    from.calls.push(to);
                }
            }
        }
        Ok(graph)
    }

    /// The deepest way down from a function. `above` are those that lead to it.
    fn depth(&self, at: Start, above: &mut Vec<Start>, known: &mut BTreeMap<Start, Depth>) -> Result<u64, String> {
        if let Some(depth) = known.get(&at) {
            return Ok(depth.bytes);
        }
        let function = &self.functions[&at];
        above.push(at);
        let mut deepest = Depth { bytes: 0, next: None };
        for (section, address) in &function.calls {
            // A jump into the middle of something is a loop of that function.
            let to = self.functions.range((section.0, 0)..=(section.0, *address)).next_back().map(|(to, _)| *to);
            let Some(to) = to.filter(|to| *to != at) else { continue };
            if above.contains(&to) {
                return Err(format!("{} calls itself", function.name));
            }
            let bytes = self.depth(to, above, known)?;
            if bytes > deepest.bytes {
                deepest = Depth { bytes, next: Some(to) };
            }
        }
        above.pop();
        deepest.bytes += function.frame;
        let bytes = deepest.bytes;
        known.insert(at, deepest);
        Ok(bytes)
    }

    /// The functions on that way, each with its frame.
    fn way(&self, from: Start, known: &BTreeMap<Start, Depth>) -> String {
        let step = |at: &Start| known.get(at).and_then(|depth| depth.next);
        let names = std::iter::successors(Some(from), step).map(|at| {
            let function = &self.functions[&at];
            format!("{} {}", function.name, function.frame)
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// The most that a call takes.
pub struct Call {
    pub name: String,
    pub bytes: u64,
    /// Where it takes that much.
    pub way: String,
}

/// All exported functions.
pub fn calls_of(members: &[Member]) -> Result<Vec<Call>, String> {
    let mut all = Vec::new();
    for member in members {
        let graph = Graph::read(&member.parse()?).map_err(|e| format!("{}: {e}", member.name))?;
        let mut known = BTreeMap::new();
        for (at, function) in graph.functions.iter().filter(|(_, f)| f.global) {
            let bytes = graph.depth(*at, &mut Vec::new(), &mut known)?;
            all.push(Call { name: function.name.clone(), bytes, way: graph.way(*at, &known) });
        }
    }
    Ok(all)
}
