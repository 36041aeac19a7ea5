//! The desk: where calls go when the words alone cannot answer.
//!
//! # The argument
//!
//! Takes and frees run on the words without a lock until a flag is up on their word. Flags are raised and lowered on
//! *all* words, only under the desk's lock, and a call that meets one comes here with nothing done yet: a take has
//! taken nothing, a free still has its frame out. Two consequences:
//!
//! * **Nothing is lost.** Whoever raises a flag under the lock and then looks at the words sees every free that went
//!   past the flag (same word, so before it) and will be asked by every free that did not. Hence a drain that counts
//!   the frames out after raising SHUT hears of the last one; hence a watcher that is registered and then finds no
//!   frame hears of the next one. No fence and no second read are needed.
//! * **Nothing is touched too late.** A free on the words ends with its compare-and-swap. A free at the desk ends with
//!   the release of the lock, unless it has an errand to run with the lock dropped (a callback, a wake-up); then it is
//!   counted in `inside`, and dropping the [`Errand`] is its last touch. [`Desk::retire`] refuses while a frame is out
//!   or a call is inside.
//!
//! SHUT sends takes and frees here, WATCH only frees: so a subscriber costs the allocating side nothing.
//!
//! Decide under the lock, act after it: no method calls out. What is to be done is returned.
use super::{
    ledger::{Ledger, Level, Phase},
    pool::{Gave, Pool, Took},
    record::{Kind, Record, Stamp},
    shape::{MAX_FRAMES, Shape},
    word::{FRAMES, Lock, SHUT, WATCH, Word, Words},
};
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// What became of an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// This frame is the caller's.
    Frame(u32),
    /// No frame was free.
    Empty,
    /// Nothing is committed, or it is being decommitted.
    NotReady,
}

/// What became of a free.
#[derive(Debug)]
pub enum Freed<'a, W: Word> {
    /// The frame is back; the allocator may be gone by now.
    Done,
    /// The frame is back, and there is something to do.
    Errand(Errand<'a, W>),
    /// The frame was free already.
    Twice,
    /// There is no such frame.
    Foreign,
}

/// Something to do for the desk with its lock dropped. Dropping it is the last touch of the allocator.
#[derive(Debug)]
pub struct Errand<'a, W: Word> {
    inside: &'a W,
    /// How many frees the watchers are to hear of.
    pub notices: u32,
    /// Whether a decommit waits for just this.
    pub drained: bool,
}

impl<W: Word> Drop for Errand<'_, W> {
    fn drop(&mut self) {
        self.inside.add(u64::MAX, Release);
    }
}

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
    /// There are frames where none are committed.
    Phase,
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
}

/// A pool, the lock beside it, and who may do what when.
pub struct Desk<S: Words, L> {
    pub(super) pool: Pool<S>,
    lock: L,
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// A desk over fresh words.
    pub fn new(words: S, lock: L) -> Self {
        Self { pool: Pool::new(words), lock }
    }

    /// The storage.
    pub fn words(&self) -> &S {
        self.pool.words()
    }

    /// Runs `f` on the ledger, brings the flags into line with it, and answers what `f` does.
    pub(super) fn at<T>(&self, f: impl FnOnce(&mut Ledger<R>) -> T) -> T {
        self.lock.with(|l| {
            let answer = f(l);
            self.settle(l);
            answer
        })
    }

    fn settle(&self, l: &mut Ledger<R>) {
        let needed = l.needed();
        let missing = needed & !l.raised;
        if missing != 0 {
            self.raise(l, missing);
        }
        let surplus = l.raised & !needed;
        if surplus != 0 {
            self.pool.lower(surplus);
        }
        l.raised = needed;
    }

    fn raise(&self, l: &mut Ledger<R>, flags: u64) {
        self.pool.raise(flags);
        if flags & SHUT != 0 {
            l.set_out(self.pool.shape().frames.wrapping_sub(self.pool.count()));
        }
        l.raised |= flags;
    }

    /// Keeps everybody else off the words until the lock is dropped.
    pub(super) fn shut(&self, l: &mut Ledger<R>) {
        if l.raised & SHUT == 0 {
            self.raise(l, SHUT);
        }
    }

    /// Takes a frame. At [`Level::Fast`] this is one compare-and-swap.
    #[inline(always)]
    pub fn allocate(&self, processor: u32, stamp: impl Fn() -> Stamp) -> Granted {
        match self.pool.allocate(processor) {
            Took::Frame(frame) => Granted::Frame(frame),
            Took::Empty => Granted::Empty,
            Took::Shut | Took::Unsettled => self.allocate_here(stamp),
        }
    }

    #[cold]
    #[inline(never)]
    fn allocate_here(&self, stamp: impl Fn() -> Stamp) -> Granted {
        self.at(|l| self.grant(l, &stamp))
    }

    pub(super) fn grant(&self, l: &mut Ledger<R>, stamp: &impl Fn() -> Stamp) -> Granted {
        if l.phase != Phase::Open {
            l.trace(stamp, Kind::NotReady, u32::MAX, 0);
            return Granted::NotReady;
        }
        self.shut(l);
        match self.pool.take_shut() {
            Some(frame) => {
                l.set_out(l.out.wrapping_add(1));
                l.trace(stamp, Kind::Allocate, frame, l.out);
                Granted::Frame(frame)
            }
            None => {
                l.trace(stamp, Kind::Empty, u32::MAX, 0);
                Granted::Empty
            }
        }
    }

    /// Gives a frame back. At [`Level::Fast`], with nobody watching, this is one compare-and-swap.
    #[inline(always)]
    pub fn free(&self, frame: u32, stamp: impl Fn() -> Stamp) -> Freed<'_, S::W> {
        match self.pool.free(frame) {
            Gave::Done => Freed::Done,
            Gave::Twice => Freed::Twice,
            Gave::Gated => self.free_here(frame, stamp),
        }
    }

    #[cold]
    #[inline(never)]
    fn free_here(&self, frame: u32, stamp: impl Fn() -> Stamp) -> Freed<'_, S::W> {
        self.at(|l| self.accept(l, frame, &stamp))
    }

    pub(super) fn accept(&self, l: &mut Ledger<R>, frame: u32, stamp: &impl Fn() -> Stamp) -> Freed<'_, S::W> {
        if frame >= self.pool.shape().frames {
            return Freed::Foreign;
        }
        if !self.pool.put(frame) {
            l.trace(stamp, Kind::Twice, frame, 0);
            return Freed::Twice;
        }
        l.out = l.out.wrapping_sub(1); // means something only while SHUT is up
        l.trace(stamp, Kind::Free, frame, l.out);
        self.errand(l, 1).map_or(Freed::Done, Freed::Errand)
    }

    /// What is to be done after `frees` frames came back.
    pub(super) fn errand(&self, l: &Ledger<R>, frees: u32) -> Option<Errand<'_, S::W>> {
        let notices = if l.watchers > 0 { frees } else { 0 };
        let drained = frees > 0 && l.phase == Phase::Draining && l.out == 0;
        (notices > 0 || drained).then(|| {
            let inside = self.pool.words().inside();
            inside.add(1, Relaxed); // the lock orders it before any retire
            Errand { inside, notices, drained }
        })
    }

    fn home(&self, l: &Ledger<R>) -> bool {
        l.out == 0 && self.pool.words().inside().load(Acquire) == 0
    }

    /// Begins a commit. Answers the phase that stands in the way.
    pub fn begin(&self) -> Result<(), Phase> {
        self.at(|l| match l.phase {
            Phase::Idle => {
                l.phase = Phase::Changing;
                Ok(())
            }
            other => Err(other),
        })
    }

    /// Ends a commit or decommit that has no frames to show.
    pub fn settled(&self, stamp: Stamp, kind: Kind, note: u32) {
        self.at(|l| {
            if l.phase == Phase::Changing {
                l.phase = Phase::Idle;
            }
            l.log(stamp, kind, note);
        });
    }

    /// Ends a commit: every frame of the shape can be had from now on.
    pub fn commit(&self, shape: Shape, stamp: Stamp) {
        self.at(|l| {
            self.pool.fill(shape);
            l.out = 0;
            l.phase = Phase::Open;
            l.log(stamp, Kind::Commit, shape.frames);
        });
    }

    /// Stops handing frames out and answers how many are out; goes on with a drain that was begun before.
    pub fn drain(&self, stamp: impl Fn() -> Stamp) -> Result<u32, Phase> {
        self.at(|l| match l.phase {
            Phase::Open => {
                l.phase = Phase::Draining;
                self.settle(l);
                l.log(stamp(), Kind::Drain, l.out);
                Ok(l.out)
            }
            Phase::Draining => Ok(l.out),
            other => Err(other),
        })
    }

    /// Ends a drain if every frame is home and nobody runs an errand: the frames' memory may go.
    pub fn finish(&self) -> bool {
        self.at(|l| {
            let done = l.phase == Phase::Draining && self.home(l);
            if done {
                self.pool.clear();
                l.raised = SHUT;
                l.phase = Phase::Changing;
            }
            done
        })
    }

    /// Ends everything, unless a frame is out or a call is inside; says whether frames were committed.
    pub fn retire(&self) -> Option<bool> {
        self.at(|l| {
            if matches!(l.phase, Phase::Changing | Phase::Dead) {
                return None;
            }
            self.shut(l);
            let committed = l.phase != Phase::Idle;
            self.home(l).then(|| {
                self.pool.clear();
                l.raised = SHUT;
                l.phase = Phase::Dead;
                committed
            })
        })
    }

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
    pub fn log(&self, stamp: Stamp, kind: Kind, note: u32) {
        self.at(|l| l.log(stamp, kind, note));
    }

    /// Copies records; see [`Recorder::copy`](super::record::Recorder::copy).
    pub fn records(&self, from: u64, into: &mut [Record]) -> (u64, usize) {
        self.at(|l| l.recorder().copy(from, into))
    }

    /// Counts frames. Does not stop anybody: below [`Level::Count`] the number out may be one of a moment ago.
    pub fn tally(&self) -> Tally {
        self.at(|l| {
            let frames = self.pool.shape().frames;
            let out = frames.saturating_sub(self.pool.count());
            let takes = l.add_takes(self.pool.takes());
            l.peak = l.peak.max(out);
            let records = l.recorder().written();
            Tally { frames, out, peak: l.peak, takes, level: l.level, records, phase: l.phase }
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
            if shape.frames != 0 && matches!(l.phase, Phase::Idle | Phase::Dead) {
                return Err(Broken::Phase);
            }
            Ok(())
        })
    }
}
