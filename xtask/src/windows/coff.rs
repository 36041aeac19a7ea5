//! Reads objects for Windows, and archives of them.
use object::{
    Object, ObjectSection, ObjectSymbol, SectionKind,
    read::{File, archive::ArchiveFile},
};
use std::{collections::BTreeSet, fs, path::Path};

/// An object in an archive.
pub struct Member {
    pub name: String,
    pub data: Vec<u8>,
}

/// All objects of an archive.
pub fn members(archive: &Path) -> Result<Vec<Member>, String> {
    let data = fs::read(archive).map_err(|e| format!("{}: {e}", archive.display()))?;
    let read = || {
        let file = ArchiveFile::parse(&*data)?;
        let member = |m: object::Result<object::read::archive::ArchiveMember<'_>>| {
            let m = m?;
            let name = String::from_utf8_lossy(m.name()).into_owned();
            Ok(Member { name, data: m.data(&*data)?.to_vec() })
        };
        file.members().map(member).collect::<object::Result<_>>()
    };
    read().map_err(|e| format!("{}: {e}", archive.display()))
}

impl Member {
    pub fn parse(&self) -> Result<File<'_>, String> {
        File::parse(&*self.data).map_err(|e| format!("{}: {e}", self.name))
    }
}

/// Constants that each object with the MSVC ABI may bring along under a name made of their value; linkers merge them.
fn constant(name: &str) -> bool {
    ["__xmm@", "__real@"].iter().any(|prefix| name.starts_with(prefix))
}

/// What objects define for others, and what they want of others.
#[derive(Default)]
pub struct Symbols {
    pub exports: BTreeSet<String>,
    pub imports: BTreeSet<String>,
}

/// The symbols of an archive as a whole.
pub fn symbols(members: &[Member]) -> Result<Symbols, String> {
    let mut all = Symbols::default();
    for member in members {
        for symbol in member.parse()?.symbols().filter(|s| s.is_global() || s.is_undefined()) {
            let name = symbol.name().map_err(|e| format!("{}: {e}", member.name))?.to_owned();
            if symbol.is_undefined() {
                all.imports.insert(name);
            } else if !constant(&name) {
                all.exports.insert(name);
            }
        }
    }
    all.imports.retain(|name| !all.exports.contains(name));
    Ok(all)
}

/// The functions that an import library offers.
pub fn offered(library: &Path) -> Result<BTreeSet<String>, String> {
    let data = fs::read(library).map_err(|e| format!("{}: {e}", library.display()))?;
    let read = || {
        let mut names = BTreeSet::new();
        for symbol in ArchiveFile::parse(&*data)?.symbols()?.into_iter().flatten() {
            let name = String::from_utf8_lossy(symbol?.name()).into_owned();
            names.extend(name.strip_prefix("__imp_").map(str::to_owned));
        }
        Ok(names)
    };
    read().map_err(|e: object::Error| format!("{}: {e}", library.display()))
}

/// What the objects tell the linker beside their symbols: default libraries, exports, options.
pub fn directives(members: &[Member]) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for member in members {
        if let Some(section) = member.parse()?.section_by_name(".drectve") {
            let text = section.data().map_err(|e| format!("{}: {e}", member.name))?;
            all.extend(String::from_utf8_lossy(text).split_whitespace().map(str::to_owned));
        }
    }
    Ok(all)
}

/// Bytes of code.
pub fn text(members: &[Member]) -> Result<u64, String> {
    let mut bytes = 0;
    for member in members {
        bytes += member.parse()?.sections().filter(|s| s.kind() == SectionKind::Text).map(|s| s.size()).sum::<u64>();
    }
    Ok(bytes)
}
