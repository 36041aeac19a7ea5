//! c-tests/oracle/exceptions.toml: what mingw-w64's headers do not bear out, and why.
use super::claims::Claim;
use crate::workspace::root;
use std::fs;

const FILE: &str = "c-tests/oracle/exceptions.toml";

/// One reason.
#[derive(Clone, Default)]
pub struct Exception {
    /// What it is about.
    pub about: Vec<String>,
    /// A macro there, which can be called.
    pub call: bool,
    /// On x86 only.
    pub x86: bool,
    /// It is the test kernel that differs from Windows.
    pub test_kernel: bool,
    /// Not in mingw-w64's headers but in windows-sys.
    pub windows_sys: bool,
}

/// All of them.
pub struct Exceptions(pub Vec<Exception>);

impl Exception {
    /// The guard of its claims.
    pub fn place(&self) -> &'static str {
        match (self.call || self.test_kernel, self.x86) {
            (true, false) => "#ifndef ORACLE_DDK",
            (true, true) => "#ifndef ORACLE_DDK_X86",
            (false, false) => "#ifndef ORACLE_MINGW",
            (false, true) => "#ifndef ORACLE_MINGW_X86",
        }
    }
}

impl Exceptions {
    /// Reads the file.
    pub fn read() -> Result<Self, String> {
        let text = fs::read_to_string(root().join(FILE)).map_err(|e| format!("{FILE}: {e}"))?;
        let table: toml::Table = text.parse().map_err(|e| format!("{FILE}: {e}"))?;
        let entries = table.get("exception").and_then(toml::Value::as_array).ok_or(format!("{FILE}: no exceptions"))?;
        let entry = |value: &toml::Value| {
            let flag = |name| value.get(name).and_then(toml::Value::as_bool).unwrap_or_default();
            value.get("why")?.as_str().filter(|why| !why.is_empty())?;
            let about = value.get("about")?.as_array()?.iter().map(|name| Some(name.as_str()?.to_owned()));
            Some(Exception {
                about: about.collect::<Option<_>>()?,
                call: flag("call"),
                x86: flag("x86"),
                test_kernel: flag("test_kernel"),
                windows_sys: flag("windows_sys"),
            })
        };
        let all: Option<_> = entries.iter().map(entry).collect();
        all.map(Self).ok_or(format!("{FILE}: an exception needs `about` and `why`"))
    }

    /// What excepts a claim.
    pub fn of(&self, claim: &Claim) -> Option<&Exception> {
        let excepts = |e: &&Exception| e.about.iter().any(|name| claim.is_about(name));
        self.0.iter().filter(|e| !e.windows_sys).find(excepts).filter(|_| !claim.kind.starts_with("CALLABLE"))
    }

    /// Whether windows-sys says otherwise.
    pub fn not_microsofts(&self, claim: &Claim) -> bool {
        self.0.iter().filter(|e| e.windows_sys).any(|e| e.about.contains(&claim.about))
    }

    /// Whether the test kernel itself is another machine than Windows there.
    pub fn is_of_the_test_kernel(&self, claim: &Claim) -> bool {
        let excepts = |e: &Exception| e.test_kernel && e.about.iter().any(|name| claim.is_about(name));
        self.0.iter().any(excepts)
    }

    /// The number of names.
    pub fn names(&self) -> usize {
        self.0.iter().map(|exception| exception.about.len()).sum()
    }
}
