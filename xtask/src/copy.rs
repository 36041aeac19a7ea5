//! A copy of the repository in which something is broken on purpose, to see that a check notices.
use crate::workspace::{cargo, files, program, root, target};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Removes what an earlier copy has and this one has not.
fn forget_others(top: &Path, dir: &Path, files: &BTreeSet<PathBuf>) -> Result<(), String> {
    for path in fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            forget_others(top, &path, files)?;
        } else if path.strip_prefix(top).is_ok_and(|file| !files.contains(file)) {
            fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

/// The copy. All copies build into one folder, so that only what differs is compiled again.
pub struct Copy {
    dir: PathBuf,
}

impl Copy {
    /// Copies what git knows or would commit. What an earlier copy has already is left as it is: nothing is built from it
    /// anew.
    pub fn new(name: &str) -> Result<Self, String> {
        let dir = target().join("copies").join(name);
        let files: BTreeSet<PathBuf> = files(".", &[""]).into_iter().collect();
        forget_others(&dir, &dir, &files)?;
        for file in files {
            let to = dir.join(&file);
            let folder = to.parent().unwrap_or(&dir);
            fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
            let now = fs::read(root().join(&file)).map_err(|e| format!("{}: {e}", file.display()))?;
            if fs::read(&to).ok().as_ref() != Some(&now) {
                fs::write(&to, now).map_err(|e| format!("{}: {e}", file.display()))?;
            }
        }
        Ok(Self { dir })
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Replaces a text that occurs exactly once in a file.
    pub fn replace(&self, file: &str, from: &str, to: &str) -> Result<(), String> {
        let path = self.dir.join(file);
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        match text.matches(from).count() {
            1 => fs::write(&path, text.replace(from, to)).map_err(|e| format!("{}: {e}", path.display())),
            n => Err(format!("{file}: {n} places say {from:?}")),
        }
    }

    /// Replaces a text as above, does something, and puts the file right again, whatever came of it.
    pub fn planted<T>(
        &self,
        file: &str,
        from: &str,
        to: &str,
        then: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let path = self.dir.join(file);
        let before = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        self.replace(file, from, to)?;
        let answer = then();
        fs::write(&path, before).map_err(|e| format!("{}: {e}", path.display()))?;
        answer
    }

    /// This program, as if it had been compiled there, with a target folder of its own.
    pub fn xtask(&self, target: &Path) -> Result<Command, String> {
        let mut xtask = program(std::env::current_exe().map_err(|e| e.to_string())?);
        xtask.env("CARGO_MANIFEST_DIR", self.dir.join("xtask")).env("CARGO_TARGET_DIR", target);
        Ok(xtask)
    }

    /// A cargo that works there.
    pub fn cargo(&self) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.dir).env("CARGO_TARGET_DIR", target().join("copies/target"));
        cargo
    }
}
