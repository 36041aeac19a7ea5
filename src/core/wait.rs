//! The line of requests that wait for a frame: how a request joins it, and how it leaves uncalled.
//!
//! Where the requests themselves are kept (a cancelable queue of IRPs) the desk does not know. It keeps their number,
//! and whoever joins or leaves that queue says so here. Who is called next is told in serve.rs.
//!
//! # The argument
//!
//! A request that finds no frame is counted under the lock, and SHUT goes up on every word in the same breath. Only then
//! its IRP goes into the queue, and then its owner asks for a turn of the server ([`Desk::serve`]), which looks at the
//! words under the lock. So a frame that comes home
//!
//! * past SHUT, before it went up: is there when the request is counted, and its own if nobody else waits (a look that
//!   saves the wait), otherwise there for the owner's turn;
//! * to the desk: finds the count and sees to a turn. If that turn finds the queue still empty, the frame goes back to
//!   the pool, and the owner's turn finds it there;
//! * past SHUT again, because the only request that is counted has a frame promised: is there when the server looks next.
//!   The server looks before it stops, unless nobody came for the promised frame and nobody left a note; then the owner
//!   has its turn still before it, or the request leaves.
//!
//! No fence, and no second look by the waiter.
//!
//! The count keeps the allocator alive (life.rs) until the request is completed or has left. Its owner
//! counts a turn ([`Desk::owe`]) before it queues the request, which may be completed from then on.
//!
//! # No overtaking
//!
//! While the count is not 0, SHUT sends every take to the desk, where a direct call is refused ([`Granted::Barred`])
//! even though a frame is free, and a new request joins the line. `direct_first` lifts the first of the two.
//!
//! A direct call that was refused so may be a subscriber's, which tries again at the next notice. The frame that it saw
//! has been heard of already, and nobody may take it: whoever was in the way may leave, or be content with another
//! frame. So refusals are counted, and when nobody is in the way any more and frames are left, subscribers hear of them.
use super::{
    address::Address,
    desk::{Desk, Errand, Granted},
    ledger::{Ledger, Phase},
    pool::Took,
    record::{Kind, NO_FRAME, Record, Stamp},
    word::{Lock, Word, Words},
};
use core::sync::atomic::Ordering::Relaxed;

/// Who hands frames to requests that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// Nobody.
    Idle,
    /// Nobody yet: a turn is owed.
    Asked,
    /// Somebody, with the lock dropped.
    Busy,
}

/// Why a request leaves before it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Its IRP was cancelled.
    Cancelled,
    /// It waited as long as requests may.
    TimedOut,
}

/// Counts of the requests that waited, since create.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Requests that had to wait.
    pub begun: u64,
    /// Those that got a frame.
    pub served: u64,
    /// Those that were cancelled.
    pub cancelled: u64,
    /// Those whose time was up.
    pub timed_out: u64,
    /// Those that were sent away.
    pub dismissed: u64,
}

/// The line, as the ledger keeps it.
pub(super) struct Line {
    /// Requests that are counted and not yet completed.
    pub(super) count: u32,
    /// One of them has a frame promised to it that is out already.
    pub(super) promised: bool,
    pub(super) server: Server,
    /// Somebody asked for a turn while the server was busy: it must look again.
    pub(super) again: bool,
    /// Direct calls that were refused although a frame was free, since somebody is in their way.
    pub(super) barred: u32,
    /// What requests are told that cannot be served any more; means something to the caller only.
    pub(super) reason: u32,
    pub(super) direct_first: bool,
    pub(super) waits: Waits,
}

impl Line {
    pub(super) fn new(direct_first: bool) -> Self {
        Self {
            count: 0,
            promised: false,
            server: Server::Idle,
            again: false,
            barred: 0,
            reason: 0,
            direct_first,
            waits: Waits::default(),
        }
    }

    /// Requests that no frame is promised to.
    pub(super) fn waiting(&self) -> u32 {
        self.count.saturating_sub(self.promised.into())
    }

    /// Whether direct calls have to stand back.
    pub(super) fn bars(&self) -> bool {
        self.waiting() > 0 && !self.direct_first
    }
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// This frame is its own.
    Frame(u32),
    /// It is counted: queue it, then [`Desk::serve`].
    Wait,
    /// Nothing is committed, or it is being decommitted.
    NotReady,
}

/// What tells a request at an address (an IRP, aligned to 16) from others in the records.
pub fn who(at: Address) -> u32 {
    (at.0 >> 4) as u32
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// Takes a frame for a request, or counts the request as waiting. `who` tells it from others in the records.
    pub fn request(&self, processor: u32, who: u32, stamp: impl Fn() -> Stamp) -> Requested {
        match self.pool.allocate(processor) {
            Took::Frame(frame) => Requested::Frame(frame), // no flag was up on its word: nobody waits
            _ => self.at(|l| self.join(l, who, &stamp)),
        }
    }

    fn join(&self, l: &mut Ledger<R>, who: u32, stamp: &impl Fn() -> Stamp) -> Requested {
        if l.phase != Phase::Open {
            l.trace(stamp, Kind::NotReady, NO_FRAME, 0);
            return Requested::NotReady;
        }
        if l.line.waiting() == 0 {
            if let Some(frame) = self.take_here(l) {
                l.trace(stamp, Kind::Allocate, frame, l.out);
                return Requested::Frame(frame);
            }
        }
        l.line.count = l.line.count.wrapping_add(1);
        l.line.waits.begun = l.line.waits.begun.wrapping_add(1);
        l.trace(stamp, Kind::Wait, NO_FRAME, who);
        Requested::Wait
    }

    /// A request that was counted leaves unserved. The last touch of the allocator for it, unless subscribers are to hear
    /// that a frame is left.
    pub fn leave(&self, who: u32, why: Left, stamp: impl Fn() -> Stamp) -> Option<Errand<'_, S::W>> {
        self.at(|l| {
            l.line.count = l.line.count.saturating_sub(1);
            let waits = &mut l.line.waits;
            let (counter, kind) = match why {
                Left::Cancelled => (&mut waits.cancelled, Kind::Cancel),
                Left::TimedOut => (&mut waits.timed_out, Kind::TimeOut),
            };
            *counter = counter.wrapping_add(1);
            l.trace(&stamp, kind, NO_FRAME, who);
            let notices = self.unbarred(l, &stamp);
            (notices > 0).then(|| {
                let inside = self.pool.words().inside();
                inside.add(1, Relaxed); // the lock orders it before any retire
                Errand { inside, notices, drained: false, turn: false }
            })
        })
    }

    /// What a direct call is told that must not overtake.
    pub(super) fn bar(&self, l: &mut Ledger<R>, stamp: &impl Fn() -> Stamp) -> Granted {
        self.shut(l);
        let free = l.out < self.pool.shape().frames;
        let (kind, granted) = if free { (Kind::Barred, Granted::Barred) } else { (Kind::Empty, Granted::Empty) };
        l.line.barred = l.line.barred.saturating_add(free.into());
        l.trace(stamp, kind, NO_FRAME, 0);
        granted
    }

    /// How many notices are owed for frames that direct calls were refused and that nobody took.
    /// Inlined for the sake of the stack, as `stop_serving` is.
    #[inline(always)]
    pub(super) fn unbarred(&self, l: &mut Ledger<R>, stamp: &impl Fn() -> Stamp) -> u32 {
        if l.line.barred == 0 || l.line.bars() {
            return 0;
        }
        self.shut(l);
        let free = if l.phase == Phase::Open { self.pool.shape().frames.wrapping_sub(l.out) } else { 0 };
        let missed = core::mem::take(&mut l.line.barred);
        self.notices(l, missed.min(free), NO_FRAME, stamp)
    }
}
