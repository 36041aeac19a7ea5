//! Programs under Wine, in prefixes of our own. Output goes to files, never into pipes: the processes that Wine leaves
//! behind would keep a pipe open. Everything has a time limit.
use super::folder;
use crate::workspace::{program, run as run_here};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

pub const WINE: &str = "/usr/lib/wine/wine64";
const SERVER: &str = "/usr/lib/wine/wineserver64";

/// A prefix, which has a server, a kernel and drivers of its own: all can be used at a time.
pub struct Session {
    prefix: &'static str,
}

/// Most of what is done in one waits for Wine's service manager, so that there is time for others.
pub const ALL: [Session; 4] = [
    Session { prefix: "prefix" },
    Session { prefix: "prefix-2" },
    Session { prefix: "prefix-3" },
    Session { prefix: "prefix-4" },
];
pub const FIRST: &Session = &ALL[0];

impl Session {
    fn prefix(&self) -> PathBuf {
        folder().join(self.prefix)
    }

    fn command(&self, name: &str, seconds: u32) -> Command {
        let mut command = program("timeout");
        command.args(["-k", "5", &seconds.to_string(), name]);
        command.env("WINEPREFIX", self.prefix()).env("WINEDLLOVERRIDES", "mscoree,mshtml=").env("WINEDEBUG", "-all");
        command.env_remove("DISPLAY");
        command
    }

    /// Runs one with its output in files; the output, and how it ended.
    fn recorded(&self, mut command: Command, name: &str) -> Result<(String, Option<i32>), String> {
        let path = |ending: &str| folder().join(format!("{}-{name}.{ending}", self.prefix));
        let open = |ending: &str| File::create(path(ending)).map_err(|e| format!("{}: {e}", path(ending).display()));
        command.stdout(open("out")?).stderr(open("err")?).stdin(std::process::Stdio::null());
        let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
        let text = fs::read(path("out")).map_err(|e| e.to_string())?;
        Ok((String::from_utf8_lossy(&text).replace('\r', ""), status.code()))
    }

    /// Has Wine make the prefix anew, and waits until nothing of it runs.
    fn boot(&self) -> Result<(), String> {
        let mut boot = self.command(WINE, 180);
        boot.args(["wineboot", "-i"]);
        let (_, code) = self.recorded(boot, "wineboot")?;
        if code != Some(0) {
            return Err(format!("wineboot ended with {code:?}: see what {}-wineboot.err says", self.prefix));
        }
        let mut wait = self.command(SERVER, 120);
        wait.arg("-w");
        match self.recorded(wait, "wineserver")? {
            (_, Some(0)) => Ok(()),
            (_, code) => Err(format!("the server of {} does not end: {code:?}", self.prefix)),
        }
    }

    /// Ends what Wine left running in the prefix.
    pub fn end(&self) {
        let mut kill = self.command(SERVER, 30);
        kill.arg("-k");
        let _ = run_here(&mut kill); // there may be none
    }

    /// Runs a client; its whole output, good or bad.
    pub fn output(
        &self,
        dir: &Path,
        client: &str,
        words: &[String],
        seconds: u32,
    ) -> Result<(String, Option<i32>), String> {
        prepare()?;
        let mut wine = self.command(WINE, seconds);
        wine.arg(client).args(words).current_dir(dir);
        let result = self.recorded(wine, client);
        if result.as_ref().is_ok_and(|(_, code)| *code == Some(124) || *code == Some(137)) {
            self.end();
        }
        result
    }

    /// Runs a client, whose last line is "N passed, N failed"; how many passed, or what else than "... ok" it
    /// said, and its last line.
    pub fn run(&self, dir: &Path, client: &str, words: &[String], seconds: u32) -> Result<usize, String> {
        let (text, code) = self.output(dir, client, words, seconds)?;
        let last = text.lines().last().unwrap_or_default();
        let bad = text.lines().filter(|line| !line.ends_with(" ... ok") && *line != last);
        let rest = || bad.chain([last]).collect::<Vec<_>>().join("\n");
        let passed = last.strip_suffix(" passed, 0 failed").and_then(|n| n.parse::<usize>().ok());
        match (code, passed) {
            (Some(0), Some(passed)) if passed > 0 => Ok(passed),
            (Some(124 | 137), _) => Err(format!("{client}: not done after {seconds} s\n{}", rest())),
            _ => Err(format!("{client}: ended with {code:?}\n{}", rest())),
        }
    }
}

/// Makes the prefixes once, and anew where that was broken off: one, of which the others are copies.
fn prepare() -> Result<(), String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap();
    let ready = folder().join("prefixes-ready");
    if ready.exists() && ALL.iter().all(|session| session.prefix().exists()) {
        return Ok(());
    }
    fs::create_dir_all(folder()).map_err(|e| format!("{}: {e}", folder().display()))?;
    let _ = fs::remove_file(&ready); // it may be there, and a prefix not
    end(); // a server of before would write to what is removed
    for prefix in ALL.iter().map(Session::prefix).filter(|prefix| prefix.exists()) {
        fs::remove_dir_all(&prefix).map_err(|e| format!("{}: {e}", prefix.display()))?;
    }
    FIRST.boot()?;
    for copy in &ALL[1..] {
        run_here(program("cp").args(["-a", "-T"]).args([FIRST.prefix(), copy.prefix()]))?;
    }
    fs::write(&ready, "").map_err(|e| e.to_string())
}

/// Ends what Wine left running in all of them.
pub fn end() {
    ALL.iter().for_each(Session::end);
}
