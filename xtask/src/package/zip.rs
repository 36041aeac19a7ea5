//! The package as one file: sorted, without times, owners or modes of this machine.
use super::tree;
use std::{
    fs::{self, File},
    io::{Read, Write},
    path::Path,
};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The folder in which everything is.
pub fn top() -> String {
    format!("sfa-{}", tree::VERSION)
}

/// Writes it.
pub fn write(dist: &Path, zip: &Path) -> Result<(), String> {
    let fault = |e: &dyn std::fmt::Display| format!("{}: {e}", zip.display());
    let mut writer = ZipWriter::new(File::create(zip).map_err(|e| fault(&e))?);
    // DateTime::default is the first that the format knows, in 1980.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for file in tree::files(dist)? {
        let content = fs::read(dist.join(&file)).map_err(|e| format!("{file}: {e}"))?;
        writer.start_file(format!("{}/{file}", top()), options).map_err(|e| fault(&e))?;
        writer.write_all(&content).map_err(|e| fault(&e))?;
    }
    writer.finish().map(drop).map_err(|e| fault(&e))
}

/// Where it is not the folder, or tells when or by whom it was made.
pub fn faults(dist: &Path, zip: &Path) -> Result<Vec<String>, String> {
    let fault = |e: &dyn std::fmt::Display| format!("{}: {e}", zip.display());
    let mut archive = ZipArchive::new(File::open(zip).map_err(|e| fault(&e))?).map_err(|e| fault(&e))?;
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).map_err(|e| fault(&e))?;
        let name = entry.name().strip_prefix(&format!("{}/", top())).unwrap_or_default().to_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|e| fault(&e))?;
        if fs::read(dist.join(&name)).ok() != Some(content) {
            faults.push(format!("the zip has another {}", entry.name()));
        }
        if entry.last_modified() != Some(DateTime::default()) || entry.unix_mode() != Some(0o100_644) {
            faults.push(format!("the zip has a time or a mode for {name}"));
        }
        names.push(name);
    }
    if names != tree::files(dist)? {
        faults.push("the zip has other files, or in another order".into());
    }
    Ok(faults)
}
