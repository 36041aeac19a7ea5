//! The check checked: in each world one claim of each kind is made wrong, and needless exceptions are added.
use super::{
    claims::{Claim, Claims, KINDS},
    exceptions::{Exception, Exceptions},
    worlds::WORLDS,
};

/// The same claim, wrong.
fn broken(claim: &Claim, cpp: bool) -> String {
    let rest = &claim.rest;
    let wrong = match claim.kind {
        "STRING_IS" if cpp => rest.replacen('{', "[", 1),
        "STRING_IS" => rest.replacen('{', "{{", 1), // C sees only the length
        "GUID_IS" => rest.replacen(',', " + 1,", 1),
        "FUNCTION" => format!("{}, struct OracleOther *)", rest.trim_end_matches(')')),
        "ALIAS" | "ALIAS64" | "ALIAS32" => "struct OracleOther *".into(),
        "CALLABLE" | "CALLABLE_VOID" => format!("{}, 0)", rest.trim_end_matches(')')),
        _ => format!("{} + 1", rest.replace(',', " + 1,")),
    };
    Claim { rest: wrong, ..claim.clone() }.line()
}

/// Breaks, and returns how many breaks were seen.
pub fn check(claims: &Claims, exceptions: &Exceptions) -> Result<usize, String> {
    let mut seen = 0;
    for world in &WORLDS {
        let possible =
            |claim: &&Claim| world.asserts(claim) && exceptions.of(claim).is_none() && !claim.rest.contains("(void)");
        let kinds = KINDS.iter().filter_map(|(kind, _)| claims.all.iter().filter(possible).find(|c| c.kind == *kind));
        let kinds: Vec<_> = kinds.collect();
        let lines: Vec<_> = kinds.iter().map(|claim| broken(claim, world.cpp)).collect();
        let wrong = world.wrong(&lines)?;
        if let Some((line, _)) = lines.iter().zip(&wrong).find(|(_, wrong)| !**wrong) {
            return Err(format!("{}: this passes: {line}", world.name));
        }
        seen += lines.len();
    }
    Ok(seen)
}

/// Names that need no exception, on x64 and on x86.
pub const NEEDLESS: [&str; 2] = ["NTSTATUS", "KIRQL"];

/// The exceptions, and needless ones after them.
pub fn with_needless(exceptions: &Exceptions) -> Exceptions {
    let needless = NEEDLESS.map(|name| Exception { about: vec![name.into()], ..Exception::default() });
    let mut all = exceptions.0.clone();
    all.extend(needless);
    all.last_mut().expect("they were just added").x86 = true;
    Exceptions(all)
}
