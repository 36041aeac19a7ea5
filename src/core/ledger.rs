//! What the desk's lock protects.
use super::{
    record::{Kind, Record, Recorder, Stamp},
    wait::Line,
    word::{SHUT, VERSIONS, WATCH},
};

/// Where an allocator is in its life.
///
/// ```text
///            begin            commit                drain                finish
///   Idle ----------> Changing --------> Open ----------------> Draining --------> Changing
///    ^                  |                 |                        |                  |
///    +------ settled ---+                 +------- retire ---------+---> Dead         |
///    +-----------------------------------------  settled  ---------------------------+
/// ```
/// Changing is the time in which memory comes or goes, with no lock held. `retire` also leads from Idle to Dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No frames.
    Idle,
    /// Somebody is committing or decommitting.
    Changing,
    /// Frames can be had.
    Open,
    /// No frame is handed out any more; those that are out may come home.
    Draining,
    /// Destroyed.
    Dead,
}

/// How much is written down about each operation. Above [`Level::Fast`] every operation goes through the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// Nothing beyond what costs nothing.
    Fast = 0,
    /// An exact peak.
    Count = 1,
    /// Every operation in the flight recorder.
    Record = 2,
}

/// What an allocator is made for, as far as the ledger is concerned.
#[derive(Clone, Copy)]
pub struct Rules {
    /// The level to begin with.
    pub level: Level,
    /// The driver's own callback wants to hear of every free.
    pub notify: bool,
    /// Direct calls may overtake requests that wait.
    pub direct_first: bool,
}

/// What the desk knows beyond the words.
pub struct Ledger<R> {
    pub(super) phase: Phase,
    pub(super) level: Level,
    /// Somebody waits in a decommit.
    pub(super) waiting: bool,
    /// The driver's own callback wants to hear of every free, for as long as the allocator lives.
    pub(super) notify: bool,
    /// The requests that wait for a frame.
    pub(super) line: Line,
    /// The flags that are up on all words in use.
    pub(super) raised: u64,
    /// Frames out; true while SHUT is up.
    pub(super) out: u32,
    /// Most frames out at once; exact from [`Level::Count`] on.
    pub(super) peak: u32,
    /// Frames that a batch took and put back.
    pub(super) returned: u64,
    takes: u64,
    takes_seen: u64,
    recorder: Recorder<R>,
}

impl<R: AsMut<[Record]> + AsRef<[Record]>> Ledger<R> {
    /// The ledger of a new allocator.
    pub fn new(slots: R, rules: Rules) -> Self {
        Self {
            phase: Phase::Idle,
            level: rules.level,
            waiting: false,
            notify: rules.notify,
            line: Line::new(rules.direct_first),
            raised: SHUT,
            out: 0,
            peak: 0,
            returned: 0,
            takes: 0,
            takes_seen: 0,
            recorder: Recorder::new(slots),
        }
    }

    /// The flags that ought to be up, with so many subscribers.
    pub(super) fn needed(&self, watching: u64) -> u64 {
        let watch = if self.notify || watching > 0 { WATCH } else { 0 };
        match self.phase {
            Phase::Idle | Phase::Changing | Phase::Dead => SHUT,
            Phase::Draining => SHUT | watch,
            Phase::Open if self.level > Level::Fast || self.line.waiting() > 0 => SHUT | watch,
            Phase::Open => watch,
        }
    }

    /// Whether a decommit may have waited for the frame that has just come home.
    pub(super) fn drained(&self) -> bool {
        self.phase == Phase::Draining && self.out == 0
    }

    /// Notes that this many frames are out.
    pub(super) fn set_out(&mut self, out: u32) {
        self.out = out;
        self.peak = self.peak.max(out);
    }

    /// Brings the 64-bit count of takes up to date with the versions; right if called once in 2^30 takes.
    pub(super) fn add_takes(&mut self, now: u64) -> u64 {
        let new = now.wrapping_sub(self.takes_seen) % VERSIONS;
        self.takes = self.takes.wrapping_add(new);
        self.takes_seen = now;
        self.takes
    }

    /// Writes down what seldom happens, at every level.
    pub(super) fn log(&mut self, stamp: Stamp, kind: Kind, frame: u32, note: u32) {
        self.recorder.push(Record::new(stamp, kind, frame as u16, note));
    }

    /// Writes down what often happens, at [`Level::Record`].
    pub(super) fn trace(&mut self, stamp: impl Fn() -> Stamp, kind: Kind, frame: u32, note: u32) {
        if self.level == Level::Record {
            self.recorder.push(Record::new(stamp(), kind, frame as u16, note));
        }
    }

    /// The flight recorder.
    pub(super) fn recorder(&self) -> &Recorder<R> {
        &self.recorder
    }
}
