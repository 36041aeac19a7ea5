//! Links of the pages, and files that pages, headers and samples speak of: all must be in the package.
use super::tree;
use std::path::{Component, Path, PathBuf};

/// Folders that belong to the package: what is named in one of them is there.
const FOLDERS: [&str; 5] = ["docs/", "include/", "lib/", "licenses/", "samples/"];
/// Of the repository alone, and spoken of where a page tells how the library is tested.
const ABSENT: [&str; 2] = ["docs/orderings.txt", "docs/exact.txt"];

/// The lines of a page that are no code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    page.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// Where the links of a page go.
fn targets(page: &str) -> Vec<&str> {
    prose(page).flat_map(|line| line.split("](").skip(1)).filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    let kept = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == ' ';
    let anchor = |title: &str| title.to_lowercase().chars().filter(|c| kept(*c)).collect::<String>().replace(' ', "-");
    prose(page).filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// A path without `..`; none if it leads out of the package.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if !found.pop() => return None,
            Component::ParentDir | Component::CurDir => {}
            part => found.push(part),
        }
    }
    Some(found)
}

/// Where one link of a page leads to nothing.
fn broken(dist: &Path, page: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    let to = if file.is_empty() { Some(PathBuf::from(page)) } else { inside(&folder.join(file)) };
    let to = to.filter(|to| dist.join(to).exists());
    let there = to.is_some_and(|to| {
        anchor.is_empty()
            || std::fs::read_to_string(dist.join(to)).is_ok_and(|text| anchors(&text).iter().any(|a| a == anchor))
    });
    (!there).then(|| format!("{page}: a link leads to {link}, which is not there"))
}

/// Files and folders of the package that a text names.
fn mentions(text: &str) -> Vec<&str> {
    let end = |c: char| c.is_whitespace() || "`()[]<>\"'|,;:*$".contains(c);
    let words = text.split(end).map(|word| word.trim_end_matches(['.', '/']));
    words
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder) && *word != folder.trim_end_matches('/')))
        .collect()
}

/// Everything that leads nowhere.
pub fn faults(dist: &Path) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for file in tree::files(dist)? {
        let page = file.ends_with(".md");
        // The changelog tells of the repository, too.
        if file == "CHANGELOG.md" || !(page || file.ends_with(".h") || file.ends_with(".c")) {
            continue;
        }
        let text = tree::text(dist, &file)?;
        if page {
            faults.extend(targets(&text).iter().filter_map(|link| broken(dist, &file, link)));
        }
        for name in mentions(&text) {
            if !dist.join(name).exists() && !ABSENT.contains(&name) {
                faults.push(format!("{file} speaks of {name}, which is not there"));
            }
        }
    }
    Ok(faults)
}

#[test]
fn links_and_headings_are_found() {
    let page = "# A `b`: c\n[x](y.md#z), [q](#w)\n```c\n# no\na[1](2)\n```\n## Ends\n";
    assert_eq!(targets(page), ["y.md#z", "#w"]);
    assert_eq!(anchors(page), ["a-b-c", "ends"]);
    assert_eq!(inside(Path::new("docs/../README.md")), Some(PathBuf::from("README.md")));
    assert_eq!(inside(Path::new("docs/../../README.md")), None);
    assert_eq!(
        mentions("see `samples/pool/pool.c`, docs/abi.md. (lib/x64/)"),
        ["samples/pool/pool.c", "docs/abi.md", "lib/x64"]
    );
}
