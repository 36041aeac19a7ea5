//! What is in the archives for Windows, and what is not.
use super::{
    coff, stack,
    target::{Flavour, Target},
};
use crate::{
    archive::{FATAL, MEMORY, declared},
    paths,
};
use std::{fs, path::Path};

/// docs/building.md, "Numbers": code of a Release archive, and stack of a call.
const TEXT: u64 = 48 * 1024;
const STACK: u64 = 512;
/// What may take more: at PASSIVE_LEVEL, with an item of 88 bytes in hand and the best one so far (docs/design.md, "Stack").
const MORE: [(&str, u64); 2] = [("SfaCommitEx", 800), ("SfaChooseFraming", 800)];

/// What an archive is like.
pub struct Figures {
    pub exports: usize,
    pub imports: usize,
    pub text: u64,
    /// The most stack first.
    pub stack: Vec<stack::Call>,
}

/// Looks at everything that can be seen without linking. Each fault is a sentence, and all of them are found.
pub fn look(archive: &Path, target: &Target, flavour: Flavour) -> Result<(Figures, Vec<String>), String> {
    let members = coff::members(archive)?;
    let symbols = coff::symbols(&members)?;
    let mut faults = Vec::new();
    let ours = format!("sfa.{}", target.object());
    let others: Vec<_> = members.iter().map(|m| m.name.as_str()).filter(|name| *name != ours).collect();
    if !others.is_empty() {
        faults.push(format!("it has members beside {ours}: {others:?}"));
    }
    let mut public = declared("sfa.h")?;
    public.extend(declared("sfa_attach.h")?);
    let odd: Vec<_> = public.symmetric_difference(&symbols.exports).collect();
    if !odd.is_empty() {
        faults.push(format!("header and archive differ in {odd:?}"));
    }
    let seam = declared("sfa_os.h")?;
    let odd: Vec<_> = symbols.imports.iter().filter(|n| !seam.contains(*n) && !MEMORY.contains(&n.as_str())).collect();
    if !odd.is_empty() {
        faults.push(format!("it imports {odd:?}"));
    }
    let directives = coff::directives(&members)?;
    if !directives.is_empty() {
        faults.push(format!("it tells the linker {directives:?}"));
    }
    let named = paths::named(&fs::read(archive).map_err(|e| format!("{}: {e}", archive.display()))?);
    if !named.is_empty() {
        faults.push(format!("it names folders of this machine: {named:?}"));
    }
    let text = coff::text(&members)?;
    let mut stack = stack::calls_of(&members).unwrap_or_else(|text| {
        faults.push(text);
        Vec::new()
    });
    stack.sort_by_key(|call| std::cmp::Reverse(call.bytes));
    if flavour == Flavour::Release {
        if symbols.imports.contains(FATAL) {
            faults.push("it can panic".into());
        }
        if text > TEXT {
            faults.push(format!("{text} bytes of code are more than {TEXT}"));
        }
        for stack::Call { name, bytes, way } in &stack {
            let limit = MORE.iter().find(|(more, _)| more == name).map_or(STACK, |(_, limit)| *limit);
            if *bytes > limit {
                faults.push(format!("{name} takes {bytes} bytes of stack, more than {limit}: {way}"));
            }
        }
    }
    Ok((Figures { exports: symbols.exports.len(), imports: symbols.imports.len(), text, stack }, faults))
}

/// No fault, or all of them.
pub fn sound(archive: &Path, target: &Target, flavour: Flavour) -> Result<Figures, String> {
    let (figures, faults) = look(archive, target, flavour)?;
    if faults.is_empty() {
        return Ok(figures);
    }
    Err(format!("{}:\n{}", archive.display(), faults.join("\n")))
}
