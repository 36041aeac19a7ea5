//! sfa.props, read as MSBuild reads it, as far as it goes: properties in order, then items. MSBuild itself is not here.
use super::tree;
use roxmltree::{Document, Node};
use std::{collections::BTreeMap, path::Path};

/// What Microsoft's own property sheets say before ours is read.
const GIVEN: [(&str, &str); 3] =
    [("MSBuildThisFileDirectory", ""), ("IntDir", "x64\\Release\\"), ("DDK_LIB_PATH", "C:\\Kit\\lib\\km\\x64\\")];

/// What a project gets.
#[derive(Debug, PartialEq, Default)]
struct Gets {
    sources: Vec<String>,
    includes: Vec<String>,
    libraries: Vec<String>,
}

type Properties = BTreeMap<String, String>;

/// Puts in the values of `$(Name)`. One without a value is empty, as for MSBuild; here that would be a slip, but for the
/// few that a condition asks for.
fn expand(text: &str, properties: &Properties) -> String {
    let mut parts = text.split("$(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').unwrap_or((part, ""));
        out += properties.get(name).map_or("", String::as_str);
        out += rest;
    }
    out
}

/// Comparisons of two quoted texts, joined by `and`.
fn holds(node: Node, properties: &Properties) -> Result<bool, String> {
    let Some(condition) = node.attribute("Condition") else { return Ok(true) };
    let mut all = true;
    for part in condition.split(" and ") {
        let sides = part.split_once(" == ").map(|s| (s, true)).or(part.split_once(" != ").map(|s| (s, false)));
        let ((left, right), wanted) = sides.ok_or_else(|| format!("sfa.props: what is {part}?"))?;
        // MSBuild compares without regard to case.
        let same = expand(left, properties).eq_ignore_ascii_case(&expand(right, properties));
        all &= same == wanted;
    }
    Ok(all)
}

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// Reads it for a project that says `more`.
fn read(text: &str, more: &[(&str, &str)]) -> Result<Gets, String> {
    let document = Document::parse(text).map_err(|e| format!("sfa.props: {e}"))?;
    let root = document.root_element();
    let given = GIVEN.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut properties: Properties = given.collect();
    for group in children(root, "PropertyGroup") {
        for property in group.children().filter(Node::is_element) {
            if holds(group, &properties)? && holds(property, &properties)? {
                let value = expand(property.text().unwrap_or_default(), &properties);
                properties.insert(property.tag_name().name().to_owned(), value);
            }
        }
    }
    let mut gets = Gets::default();
    for group in children(root, "ItemDefinitionGroup") {
        for (item, metadata, found) in [
            ("ClCompile", "AdditionalIncludeDirectories", &mut gets.includes),
            ("Link", "AdditionalDependencies", &mut gets.libraries),
        ] {
            for value in children(group, item).flat_map(|node| children(node, metadata)) {
                let value = expand(value.text().unwrap_or_default(), &properties);
                let inherited = format!(";%({metadata})");
                let Some(value) = value.strip_suffix(&inherited) else {
                    return Err(format!("sfa.props: {value} drops what the project has"));
                };
                found.extend(holds(group, &properties)?.then(|| value.to_owned()));
            }
        }
    }
    for group in children(root, "ItemGroup") {
        for item in children(group, "ClCompile") {
            let source = expand(item.attribute("Include").unwrap_or_default(), &properties);
            gets.sources.extend((holds(group, &properties)? && holds(item, &properties)?).then_some(source));
        }
    }
    Ok(gets)
}

/// For both machines, in three configurations, with ks.c and without, it gives what it should, and that is there.
pub fn faults(dist: &Path) -> Result<Vec<String>, String> {
    let text = tree::text(dist, "sfa.props")?;
    let mut faults = Vec::new();
    for platform in ["x64", "ARM64"] {
        for (configuration, flavour) in [("Debug", "Debug"), ("Release", "Release"), ("Checked", "Release")] {
            for ks in ["", "true", "false"] {
                let says = [("Platform", platform), ("Configuration", configuration), ("SfaKs", ks)];
                let gets = read(&text, &says)?;
                let mut wanted = Gets {
                    sources: vec!["src\\os\\nt.c".into()],
                    includes: vec!["include".into()],
                    libraries: vec![format!("lib\\{platform}\\{flavour}\\sfa.lib")],
                };
                if ks != "false" {
                    wanted.sources.push("src\\os\\ks.c".into());
                    wanted.libraries.push("C:\\Kit\\lib\\km\\x64\\\\ks.lib".into());
                }
                if gets != wanted {
                    faults.push(format!("sfa.props gives {gets:?} for {says:?}"));
                }
                let own = gets.sources.iter().chain(&gets.includes).chain(gets.libraries.first());
                let absent = own.filter(|path| !dist.join(path.replace('\\', "/")).exists());
                faults.extend(absent.map(|path| format!("sfa.props names {path}, which is not there")));
            }
        }
    }
    Ok(faults)
}

#[test]
fn a_project_may_choose_the_archive_itself() {
    let text = std::fs::read_to_string(crate::workspace::root().join("package/sfa.props")).unwrap();
    let says = [("Platform", "x64"), ("Configuration", "Checked"), ("SfaConfiguration", "Debug")];
    assert_eq!(read(&text, &says).unwrap().libraries[0], "lib\\x64\\Debug\\sfa.lib");
    assert!(read(&text.replace("</Project>", ""), &says).is_err());
    assert!(read(&text.replace(";%(AdditionalDependencies)", ""), &says).unwrap_err().contains("drops"));
}
