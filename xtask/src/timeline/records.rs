//! The flight recorder as text, one record a line: `time kind frame note irql`.

/// Kinds that the picture knows; the numbers of `SFA_RECORD_XXX` in sfa.h. Others are passed over.
pub mod kind {
    /// Frames were committed; the note is their number.
    pub const COMMIT: u8 = 1;
    /// A frame was handed out.
    pub const ALLOCATE: u8 = 4;
    /// A frame came back.
    pub const FREE: u8 = 5;
    /// A direct call found no frame.
    pub const EMPTY: u8 = 6;
    /// The driver's own remark.
    pub const NOTE: u8 = 10;
    /// A request begins to wait; the note tells it from others.
    pub const WAIT: u8 = 13;
    /// A frame was handed to a request that waited.
    pub const SERVE: u8 = 14;
    /// A request was cancelled while it waited.
    pub const CANCEL: u8 = 15;
    /// A request that waited was sent away.
    pub const DISMISS: u8 = 16;
    /// A direct call found a frame that requests wait for.
    pub const BARRED: u8 = 17;
    /// Subscribers were told that a frame came back; the note is how often.
    pub const EVENT: u8 = 18;
}

/// `SFA_NO_FRAME`.
pub const NO_FRAME: u16 = 0xffff;

/// One record; `SFA_RECORD` in sfa.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// In units of 100 ns.
    pub time: u64,
    /// What happened.
    pub kind: u8,
    /// To which frame, or [`NO_FRAME`].
    pub frame: u16,
    /// Depends on the kind.
    pub note: u32,
}

/// Reads all lines.
pub fn parse(text: &str) -> Result<Vec<Record>, String> {
    text.lines().enumerate().map(|(i, line)| record(line).ok_or(format!("line {}: no record: {line}", i + 1))).collect()
}

fn record(line: &str) -> Option<Record> {
    let mut words = line.split_ascii_whitespace();
    let record = Record {
        time: words.next()?.parse().ok()?,
        kind: words.next()?.parse().ok()?,
        frame: words.next()?.parse().ok()?,
        note: words.next()?.parse().ok()?,
    };
    words.next()?.parse::<u8>().ok()?;
    words.next().is_none().then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_record() {
        let one = Record { time: 5, kind: kind::NOTE, frame: 2, note: 7 };
        assert_eq!(parse("5 10 2 7 2\n"), Ok(vec![one]));
        for bad in ["5 10 2 7\n", "5 10 2 7 2 1\n", "x 10 2 7 2\n", "5 300 2 7 2\n"] {
            assert!(parse(bad).unwrap_err().starts_with("line 1: "), "{bad}");
        }
    }
}
