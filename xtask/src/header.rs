//! The generated headers: `cargo xtask header` writes them, a test compares. xtask/build.rs makes them.
use crate::workspace::root;
use std::fs;

const HEADERS: [(&str, &str); 3] = [
    ("sfa.h", include_str!(concat!(env!("OUT_DIR"), "/sfa.h"))),
    ("sfa_attach.h", include_str!(concat!(env!("OUT_DIR"), "/sfa_attach.h"))),
    ("sfa_os.h", include_str!(concat!(env!("OUT_DIR"), "/sfa_os.h"))),
];

/// Writes the headers.
pub fn write() -> Result<(), String> {
    for (name, text) in HEADERS {
        let path = root().join("include").join(name);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

#[test]
fn the_committed_headers_are_what_the_sources_say() {
    for (name, text) in HEADERS {
        let committed = fs::read_to_string(root().join("include").join(name)).unwrap();
        assert!(committed == text, "include/{name}: run `cargo xtask header` and read the diff");
    }
}
