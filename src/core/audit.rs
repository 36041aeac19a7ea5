//! What can be seen of a desk, and the rules that must always hold.
use super::{
    desk::Desk,
    ledger::{Ledger, Level, Phase},
    record::{Kind, Record, Stamp},
    shape::MAX_FRAMES,
    wait::{Server, Waits},
    word::{FRAMES, Lock, SHUT, WATCH, Word, Words},
};
use core::sync::atomic::Ordering::Relaxed;

/// A rule that [`Desk::check`] found broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Broken {
    /// A word beyond the shape is open or has frames.
    Beyond = 1,
    /// A word has bits for frames that do not exist.
    Bits,
    /// A word's flags are not those of the ledger.
    Flags,
    /// The count of frames out is not that of the words.
    Out,
    /// There are frames or waiting requests where none are committed.
    Phase,
    /// A frame is promised to a request, and nobody is serving.
    Line,
    /// A frame that is free is somebody's.
    Holder,
}

/// Frame counts of one instant under the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Frames committed.
    pub frames: u32,
    /// Frames out.
    pub out: u32,
    /// Most frames out at once.
    pub peak: u32,
    /// Allocations since create.
    pub takes: u64,
    /// Level in force.
    pub level: Level,
    /// Records ever written.
    pub records: u64,
    /// Where the allocator is in its life.
    pub phase: Phase,
    /// Requests that wait, as far as no frame is promised to them.
    pub waiting: u32,
    /// Requests that waited.
    pub waits: Waits,
    /// Subscribers.
    pub watching: u64,
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// Changes the level.
    pub fn set_level(&self, level: Level) {
        self.at(|l| l.level = level);
    }

    /// Whether a frame is out just now.
    pub fn is_out(&self, frame: u32) -> bool {
        self.pool.is_out(frame)
    }

    /// Writes a remark into the flight recorder, at [`Level::Record`].
    pub fn note(&self, frame: u32, note: u32, stamp: impl Fn() -> Stamp) {
        self.at(|l| l.trace(stamp, Kind::Note, frame, note));
    }

    /// Writes what seldom happens into the flight recorder.
    pub fn log(&self, stamp: Stamp, kind: Kind, frame: u32, note: u32) {
        self.at(|l| l.log(stamp, kind, frame, note));
    }

    /// Shows records, under the lock; see [`Recorder::copy`](super::record::Recorder::copy).
    pub fn records(&self, from: u64, room: usize, show: impl FnMut(Record)) -> (u64, usize) {
        self.at(|l| l.recorder().copy(from, room, show))
    }

    /// Number of frames out at one instant, if nobody else is busy with them.
    pub fn out(&self) -> Option<u32> {
        self.pool.out()
    }

    /// Counts frames. Does not stop anybody: below [`Level::Count`] the number out may be one of a moment ago.
    pub fn tally(&self) -> Tally {
        self.at(|l| {
            let frames = self.pool.shape().frames;
            let out = frames.saturating_sub(self.pool.count());
            let takes = l.add_takes(self.pool.takes()).wrapping_sub(l.returned);
            if let Some(out) = self.pool.out() {
                l.peak = l.peak.max(out);
            }
            let records = l.recorder().written();
            Tally {
                frames,
                out,
                peak: l.peak,
                takes,
                level: l.level,
                records,
                phase: l.phase,
                waiting: l.line.waiting(),
                waits: l.line.waits,
                watching: self.pool.words().watching().load(Relaxed),
            }
        })
    }

    /// Checks every invariant, with everybody kept off the words.
    pub fn check(&self) -> Result<(), Broken> {
        self.at(|l| {
            let shape = self.pool.shape();
            let words = self.pool.words();
            for i in 0..=words.last() {
                let word = words.at(i).load(Relaxed);
                if i > shape.mask && (word & SHUT == 0 || word & FRAMES != 0) {
                    return Err(Broken::Beyond);
                }
                if i <= shape.mask && word & FRAMES & !shape.bits(i) != 0 {
                    return Err(Broken::Bits);
                }
                if i <= shape.mask && word & (SHUT | WATCH) != l.raised {
                    return Err(Broken::Flags);
                }
            }
            let claimed = (l.raised & SHUT != 0).then_some(l.out);
            self.shut(l);
            let out = shape.frames.wrapping_sub(self.pool.count());
            if claimed.is_some_and(|claimed| claimed != out) || l.peak < out || shape.frames > MAX_FRAMES {
                return Err(Broken::Out);
            }
            if l.line.promised && l.line.server != Server::Busy {
                return Err(Broken::Line);
            }
            if (shape.frames != 0 || l.line.count != 0) && matches!(l.phase, Phase::Idle | Phase::Dead) {
                return Err(Broken::Phase);
            }
            Ok(())
        })
    }
}
