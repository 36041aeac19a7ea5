//! How much stack a call takes, at most, read off an object: frames from unwind information, calls from relocations.
//!
//! In COFF each mention of a function has a relocation, within a section too: Microsoft's linker wants to put thunks
//! between. Not counted is what it calls outside the object (nt.c, the kernel, callbacks). Every mention of a function in code
//! counts as a call, so the figure can only be too high. A function without unwind information is a leaf, by the ABI.
use super::{coff::Member, unwind};
use object::{
    Architecture, Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SectionKind, SymbolKind,
    read::{File, Section},
};
use std::collections::BTreeMap;

/// A place in an object.
type Place = (SectionIndex, u64);

struct Function {
    name: String,
    global: bool,
    frame: u64,
    calls: Vec<Place>,
}

/// The functions of an object, by where they begin.
struct Graph {
    functions: BTreeMap<(usize, u64), Function>,
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
fn frames(file: &File<'_>) -> Result<BTreeMap<(usize, u64), u64>, String> {
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
    fn depth(
        &self,
        at: (usize, u64),
        above: &mut Vec<(usize, u64)>,
        known: &mut BTreeMap<(usize, u64), u64>,
    ) -> Result<u64, String> {
        if let Some(depth) = known.get(&at) {
            return Ok(*depth);
        }
        let function = &self.functions[&at];
        above.push(at);
        let mut below = 0;
        for (section, address) in &function.calls {
            // A jump into the middle of something is a loop of that function.
            let to = self.functions.range((section.0, 0)..=(section.0, *address)).next_back().map(|(to, _)| *to);
            match to {
                Some(to) if to == at => {}
                Some(to) if above.contains(&to) => return Err(format!("{} calls itself", function.name)),
                Some(to) => below = below.max(self.depth(to, above, known)?),
                None => {}
            }
        }
        above.pop();
        known.insert(at, function.frame + below);
        Ok(function.frame + below)
    }
}

/// The most that a call of each exported function takes.
pub fn deepest(members: &[Member]) -> Result<BTreeMap<String, u64>, String> {
    let mut all = BTreeMap::new();
    for member in members {
        let graph = Graph::read(&member.parse()?).map_err(|e| format!("{}: {e}", member.name))?;
        let mut known = BTreeMap::new();
        for (at, function) in graph.functions.iter().filter(|(_, f)| f.global) {
            all.insert(function.name.clone(), graph.depth(*at, &mut Vec::new(), &mut known)?);
        }
    }
    Ok(all)
}
