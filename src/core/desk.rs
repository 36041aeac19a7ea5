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
//!   counted in `inside`, and dropping the [`Errand`] is its last touch. So is the server, and each turn of the server
//!   that is owed. `retire` (life.rs) refuses while a frame is out, a request is counted or a call is inside.
//!
//! SHUT sends takes and frees here, WATCH only frees: so a subscriber costs the allocating side nothing. Subscribers are
//! counted in a word of their own that goes up under the lock, before whatever is to hear of frees is set up, and down
//! without it (a subscriber may leave where no lock of ours can be taken): the flag that nobody needs any more goes down
//! when somebody comes to the desk next.
//!
//! Decide under the lock, act after it: no method calls out. What is to be done is returned.
use super::{
    holders::Holder,
    ledger::{Ledger, Phase},
    pool::{Gave, Pool, Took},
    record::{Kind, Record, Stamp},
    shape::Shape,
    wait::Server,
    word::{Lock, SHUT, Word, Words},
};
use core::sync::atomic::Ordering::{Relaxed, Release};

/// What became of an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// This frame is the caller's.
    Frame(u32),
    /// No frame was free.
    Empty,
    /// A frame is free, but requests wait for it.
    Barred,
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
    /// Somebody else holds the frame (holders.rs).
    Held(Holder),
}

/// Something to do for the desk with its lock dropped. Dropping it is the last touch of the allocator.
#[derive(Debug)]
pub struct Errand<'a, W: Word> {
    pub(super) inside: &'a W,
    /// How many frees the watchers are to hear of.
    pub notices: u32,
    /// Whether a decommit waits for just this.
    pub drained: bool,
    /// Whether a turn of the server is owed: [`Desk::serve`], then the drop of [`Desk::owed`].
    pub turn: bool,
}

impl<W: Word> Drop for Errand<'_, W> {
    fn drop(&mut self) {
        self.inside.add(u64::MAX, Release);
    }
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

    /// The present shape.
    #[inline(always)]
    pub fn shape(&self) -> Shape {
        self.pool.shape()
    }

    /// Runs `f` on the ledger, brings the flags into line with it, and answers what `f` does.
    pub(super) fn at<T>(&self, f: impl FnOnce(&mut Ledger<R>) -> T) -> T {
        self.lock.with(|l| {
            let answer = f(l);
            self.settle(l);
            answer
        })
    }

    pub(super) fn settle(&self, l: &mut Ledger<R>) {
        let needed = l.needed(self.pool.words().watching().load(Relaxed));
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
        if l.line.bars() {
            return self.bar(l, stamp);
        }
        match self.take_here(l) {
            Some(frame) => {
                l.trace(stamp, Kind::Allocate, frame, l.out);
                Granted::Frame(frame)
            }
            None => {
                l.trace(stamp, Kind::Empty, u32::MAX, 0);
                Granted::Empty
            }
        }
    }

    /// Takes a frame with everybody else kept off the words.
    pub(super) fn take_here(&self, l: &mut Ledger<R>) -> Option<u32> {
        self.shut(l);
        let frame = self.pool.take_shut();
        if frame.is_some() {
            l.set_out(l.out.wrapping_add(1));
        }
        frame
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
            return Freed::Twice;
        }
        l.out = l.out.wrapping_sub(1); // means something only while SHUT is up
        l.trace(stamp, Kind::Free, frame, l.out);
        self.errand(l, 1, frame, stamp).map_or(Freed::Done, Freed::Errand)
    }

    /// What is to be done after `frees` frames came back: `frame`, or some that nobody names.
    pub(super) fn errand(
        &self,
        l: &mut Ledger<R>,
        frees: u32,
        frame: u32,
        stamp: &impl Fn() -> Stamp,
    ) -> Option<Errand<'_, S::W>> {
        let notices = self.notices(l, frees, frame, stamp);
        let drained = frees > 0 && l.drained();
        let turn = self.call_server(l, frees);
        (notices > 0 || drained || turn).then(|| {
            let inside = self.pool.words().inside();
            inside.add(if turn { 2 } else { 1 }, Relaxed); // the lock orders it before any retire
            Errand { inside, notices, drained, turn }
        })
    }

    /// How many notices so many frees are worth; the recorder hears of them before the subscribers do.
    pub(super) fn notices(&self, l: &mut Ledger<R>, frees: u32, frame: u32, stamp: &impl Fn() -> Stamp) -> u32 {
        let heard = frees > 0 && (l.notify || self.pool.words().watching().load(Relaxed) > 0);
        if !heard {
            return 0;
        }
        l.trace(stamp, Kind::Event, frame, frees);
        frees
    }

    /// Sees to it that requests are served after so many frees; says whether the caller owes a turn.
    fn call_server(&self, l: &mut Ledger<R>, frees: u32) -> bool {
        if frees == 0 || l.phase != Phase::Open || l.line.waiting() == 0 {
            return false;
        }
        let idle = l.line.server == Server::Idle;
        if idle {
            l.line.server = Server::Asked;
        }
        l.line.again = l.line.server == Server::Busy;
        idle
    }

    /// Counts a subscriber. From now on every free is worth a notice: what it wants to hear with can be set up.
    pub fn watch(&self) {
        self.at(|_| self.pool.words().watching().add(1, Relaxed));
    }

    /// Takes a subscriber out of the count, at any IRQL, with any lock held: the last touch of the allocator for it.
    pub fn unwatch(&self) {
        self.pool.words().watching().add(u64::MAX, Release);
    }
}
