//! The server: hands frames that came home to the requests that wait, one after the other, oldest first.
//!
//! # One server, and a loop
//!
//! To hand over a frame is to complete an IRP, and its completion routine may free the frame at once, or ask for
//! another one. If every free served by itself, 10^5 such requests would stack up as many calls. So at most one caller
//! is the server; the others leave a note that it has to look again, and go on.
//!
//! ```text
//!             free finds requests             enter
//!   Idle ---------------------------> Asked --------> Busy --+
//!    ^  \____________ enter ___________________________^     | turn: take a frame, call the next request,
//!    |                                                  \____|       hand it over with the lock dropped
//!    +---- nothing to hand over, or nobody came, and no note -+
//!                       (a limit reached with work left: back to Asked)
//! ```
//! * **Asked** is a debt: whoever set it sees to exactly one turn, at once or in a worker ([`Errand::turn`]), and
//!   until that turn has ended it is counted in `inside`, so the allocator stays.
//! * **No wake-up is lost.** The server decides to stop under the lock, when it sees no free frame or no request; who
//!   brings either comes to the lock after that and finds Idle. When it stops because the queue was empty though a
//!   request is counted (not queued yet, or about to leave), `again` tells whether somebody asked since it began to
//!   look; if not, the owner of that request will ask, or take it out of the count.
//! * **A frame is promised before a request is called.** The frame is out from the moment in which the server takes it
//!   under the lock; if nobody comes for it, it goes back to the pool and subscribers hear of it, because a call in
//!   between may have found nothing. (So the peak counts it, and a drain waits for it.)
//! * **Who can no longer be served is sent away** by the same loop: whoever stops the handing out ([`Desk::drain`],
//!   [`Desk::stop`]) asks for a turn afterwards, and so does a request that gets into the queue after that.
use super::{
    desk::{Desk, Errand},
    ledger::{Ledger, Level, Phase},
    record::{Kind, Record, Stamp},
    wait::Server,
    word::{Lock, Word, Words},
};
use core::sync::atomic::Ordering::Relaxed;

/// The queue in which requests wait: somebody else's, with a lock of its own. Called with no lock of ours held.
pub trait Waiters {
    /// A request that nobody else can complete any more.
    type Waiter;
    /// Takes the oldest request that is not being cancelled out of the queue.
    fn next(&self) -> Option<Self::Waiter>;
    /// What tells a request from others in the records.
    fn who(&self, waiter: &Self::Waiter) -> u32;
    /// Completes a request with a frame.
    fn give(&self, waiter: Self::Waiter, frame: u32);
    /// Completes a request without one.
    fn dismiss(&self, waiter: Self::Waiter, reason: u32);
}

/// What the server does next with the lock dropped.
enum Turn<'a, W: Word> {
    /// Hand this frame over; the flag says to write that down.
    Give(u32, bool),
    Dismiss(u32, bool),
    Stop(Errand<'a, W>),
}

/// What became of the turn before.
enum Before {
    First,
    Gave,
    Dismissed,
    /// Nobody came for this frame.
    Kept(u32),
    /// Nobody was there to be sent away.
    Alone,
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// Serves requests, at most `limit` of them; None where somebody else is at it and will look again. With no lock
    /// held, at an IRQL at which requests can be completed. What is left to do then is in the errand.
    pub fn serve<Q: Waiters>(&self, queue: &Q, limit: u32, stamp: impl Fn() -> Stamp) -> Option<Errand<'_, S::W>> {
        if !self.at(|l| self.enter(l)) {
            return None;
        }
        let (mut before, mut left, mut notices) = (Before::First, limit, 0);
        loop {
            before = match self.at(|l| self.turn(l, before, left > 0, &mut notices, &stamp)) {
                Turn::Give(frame, log) => match queue.next() {
                    Some(waiter) => {
                        self.note_down(log, Kind::Serve, frame, queue.who(&waiter), &stamp);
                        queue.give(waiter, frame);
                        Before::Gave
                    }
                    None => Before::Kept(frame),
                },
                Turn::Dismiss(reason, log) => match queue.next() {
                    Some(waiter) => {
                        self.note_down(log, Kind::Dismiss, u32::MAX, queue.who(&waiter), &stamp);
                        queue.dismiss(waiter, reason);
                        Before::Dismissed
                    }
                    None => Before::Alone,
                },
                Turn::Stop(errand) => return Some(errand),
            };
            left = left.saturating_sub(1);
        }
    }

    /// Ends a turn that was owed: dropping it is the last touch of the allocator.
    pub fn owed(&self) -> Errand<'_, S::W> {
        Errand { inside: self.pool.words().inside(), notices: 0, drained: false, turn: false }
    }

    /// Counts a turn that the caller will take, or have taken; while a request of its own keeps the allocator.
    pub fn owe(&self) {
        self.pool.words().inside().add(1, Relaxed); // that request leaves under the lock, which orders it before any retire
    }

    /// Written before the hand-over, so that the frame's free comes after it.
    fn note_down(&self, log: bool, kind: Kind, frame: u32, who: u32, stamp: &impl Fn() -> Stamp) {
        if log {
            self.at(|l| l.trace(stamp, kind, frame, who));
        }
    }

    fn enter(&self, l: &mut Ledger<R>) -> bool {
        let busy = l.line.server == Server::Busy;
        l.line.again = busy;
        if !busy {
            l.line.server = Server::Busy;
            self.pool.words().inside().add(1, Relaxed); // the lock orders it before any retire
        }
        !busy
    }

    fn turn(
        &self,
        l: &mut Ledger<R>,
        before: Before,
        more: bool,
        notices: &mut u32,
        stamp: &impl Fn() -> Stamp,
    ) -> Turn<'_, S::W> {
        let nobody = self.settle_turn(l, before, notices, stamp);
        if nobody && !l.line.again {
            return self.stop_serving(l, *notices, Server::Idle, stamp);
        }
        l.line.again = false;
        let log = l.level == Level::Record;
        let open = l.phase == Phase::Open;
        if l.line.count == 0 || (open && !self.any_free(l)) {
            return self.stop_serving(l, *notices, Server::Idle, stamp);
        }
        if !more {
            return self.stop_serving(l, *notices, Server::Asked, stamp);
        }
        if !open {
            return Turn::Dismiss(l.line.reason, log);
        }
        match self.take_here(l) {
            Some(frame) => {
                l.line.promised = true;
                Turn::Give(frame, log)
            }
            None => self.stop_serving(l, *notices, Server::Idle, stamp),
        }
    }

    /// Books the turn before; says whether nobody came.
    fn settle_turn(&self, l: &mut Ledger<R>, before: Before, notices: &mut u32, stamp: &impl Fn() -> Stamp) -> bool {
        let waits = &mut l.line.waits;
        match before {
            Before::First => return false,
            Before::Gave => waits.served = waits.served.wrapping_add(1),
            Before::Dismissed => waits.dismissed = waits.dismissed.wrapping_add(1),
            Before::Alone => return true,
            Before::Kept(frame) => {
                l.line.promised = false;
                if self.pool.put(frame) {
                    l.out = l.out.wrapping_sub(1);
                    l.returned = l.returned.wrapping_add(1);
                    *notices = notices.wrapping_add(self.notices(l, 1, frame, stamp));
                }
                return true;
            }
        }
        l.line.promised = false;
        l.line.count = l.line.count.saturating_sub(1);
        false
    }

    fn any_free(&self, l: &mut Ledger<R>) -> bool {
        self.shut(l);
        l.out < self.pool.shape().frames
    }

    /// The server's own count in `inside` goes into the errand; a turn that is owed is counted besides.
    /// Inlined for the sake of the stack: a free that serves goes through here, and is deep already.
    #[inline(always)]
    fn stop_serving(
        &self,
        l: &mut Ledger<R>,
        notices: u32,
        next: Server,
        stamp: &impl Fn() -> Stamp,
    ) -> Turn<'_, S::W> {
        let notices = notices.wrapping_add(self.unbarred(l, stamp));
        let turn = next == Server::Asked;
        l.line.server = next;
        let inside = self.pool.words().inside();
        if turn {
            inside.add(1, Relaxed);
        }
        Turn::Stop(Errand { inside, notices, drained: l.drained(), turn })
    }
}
