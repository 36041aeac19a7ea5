//! The check checked: in each world one claim of each kind is made wrong, and an exception needless.
use super::{
    claims::{Claim, Claims, KINDS},
    exceptions::{Exception, Exceptions},
    needless,
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
        let possible = |claim: &&Claim| {
            world.asserts(claim) && exceptions.of(claim).is_none() && !claim.rest.contains("(void)")
        };
        let kinds = KINDS.iter().filter_map(|(kind, _)| claims.all.iter().filter(possible).find(|c| c.kind == *kind));
        let kinds: Vec<_> = kinds.collect();
        let lines: Vec<_> = kinds.iter().map(|claim| broken(claim, world.cpp)).collect();
        let wrong = world.wrong(&lines)?;
        if let Some((line, _)) = lines.iter().zip(&wrong).find(|(_, wrong)| !**wrong) {
            return Err(format!("{}: this passes: {line}", world.name));
        }
        seen += lines.len();
    }
    let mut more = exceptions.0.clone();
    more.push(Exception { about: vec!["NTSTATUS".into()], call: false, x86: false, windows_sys: false });
    more.push(Exception { about: vec!["KIRQL".into()], call: false, x86: true, windows_sys: false });
    match needless(claims, &Exceptions(more))?.as_slice() {
        [a, b] if a == "NTSTATUS" && b == "KIRQL" => Ok(seen + 2),
        other => Err(format!("needless exceptions go unnoticed: {other:?}")),
    }
}
