//! What the linkers say a driver holds: no driver an object of the test kernel's NT half, and only ks.sys one of its KS
//! half.
use super::driver::Driver;
use std::{fs, path::Path};

/// Looks at the maps in a folder, of either linker. The C half of the library is in the drivers that use it.
pub fn check<'a>(dir: &Path, drivers: impl Iterator<Item = &'a Driver>) -> Result<(), String> {
    for Driver { name, files, .. } in drivers {
        let path = dir.join(format!("{name}.map"));
        let map = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let uses = files.iter().any(|file| file.ends_with("src/os/nt.c"));
        look(name, &map, uses)?;
    }
    Ok(())
}

fn look(name: &str, map: &str, uses_library: bool) -> Result<(), String> {
    let words: Vec<&str> = map.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
    let wrong = |word: &str| word.starts_with("testkernel-") || word.starts_with("tk_");
    let half = |word: &str| name != "ks" && word.starts_with("ks-");
    if let Some(word) = words.iter().find(|word| wrong(word) || half(word)) {
        return Err(format!("{name}.sys holds {word} of the test kernel"));
    }
    let parts = if uses_library { &["os-nt.o", "os-ks.o"][..] } else { &[] };
    if let Some(part) = parts.iter().find(|part| !words.iter().any(|word| word.contains(*part))) {
        return Err(format!("{name}.map does not name {part}: the check is blind"));
    }
    Ok(())
}

#[test]
fn maps_of_both_linkers_are_read() {
    let lld = "0001:0 SfaHookCleanup 0x1000 os-ks.o\n0001:9 SfaOsFree 0x1009 os-nt.o\n";
    let ld = " .text 0x1000 0x10 /w/mingw/pureks/os-nt.o\n .text 0x1010 0x10 /w/mingw/pureks/os-ks.o\n";
    look("pureks", lld, true).unwrap();
    look("pureks", ld, true).unwrap();
    assert!(look("pureks", &format!("{lld}0001:12 tk_lock 0x1012 testkernel-irp.o\n"), true).is_err());
    assert!(look("pureks", &format!("{ld} .text 0x1020 0x10 /w/mingw/pureks/ks-queue.o\n"), true).is_err());
    assert!(look("pureks", "", true).unwrap_err().contains("blind"));
    look("ks", "0001:0 KsDispatchIrp 0x1000 ks-dispatch.o\n", false).unwrap();
}
