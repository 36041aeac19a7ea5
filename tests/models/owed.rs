//! Turns that whoever keeps the requests counts itself. ks.c owes one before it queues a request and takes it when that is
//! done (SfaOweTurn, SfaServe), and one while it completes requests that leave before their turn, which it drops in the
//! end (SfaDropTurn). Each is counted while a request is, keeps the allocator where that request no longer does, and is
//! ended once: after all of them have ended, the allocator can be destroyed, not before. sloppy.rs has what goes wrong
//! otherwise.
use crate::{
    bench::{Bench, beside, shape},
    destroy::destroy,
    dismiss::{again, all_told, drain},
    line::Told,
    pure::{ledger::Level, wait::Left},
    serve::{served, waiting},
};
use std::sync::Arc;

models! {
    a_request_and_a_destroy bound 4,
    two_turns_and_a_destroy bound 3,
    a_turn_cut_short_and_a_destroy bound 3,
    a_turn_that_is_dropped_and_a_free bound 4,
    a_turn_that_is_dropped_and_nobody_else bound 4,
    late_ones_and_a_destroy bound 4,
    late_ones_and_a_free bound 4,
    late_ones_twice_over bound 3,
    a_late_one_that_is_cancelled bound 3,
    a_late_one_and_one_that_comes bound 2,
    late_ones_and_a_drain bound 4,
}

impl Bench {
    /// SfaWait of ks.c: the owner's turn is counted before the request is queued.
    pub fn wait(&self, who: usize, limit: u32) {
        if self.request(who) {
            self.desk.owe();
            self.queue(who);
            self.turn(limit);
        }
    }

    /// A request that is counted, and then not queued.
    pub fn give_up(&self, who: usize) {
        if self.request(who) {
            self.desk.owe();
            self.leave(who, Left::Cancelled);
            self.tell(who, Told::Cancelled);
            self.drop_turn();
        }
    }

    /// SfaDropTurn.
    pub fn drop_turn(&self) {
        self.memory.read();
        drop(self.desk.owed());
    }

    /// SfaMoveLeaving: all that wait are late, or a client's that goes. Those that are being cancelled are moved, too.
    pub fn move_aside(&self) {
        self.memory.read(); // the lists go with the allocator
        let mut lists = self.line.lists.lock().unwrap();
        let late: Vec<usize> = lists.queue.drain(..).collect();
        lists.leaving.extend(late);
    }

    /// SfaNextLeaving.
    pub fn next_leaving(&self) -> Option<usize> {
        self.memory.read();
        self.line.first(&mut self.line.lists.lock().unwrap().leaving)
    }

    /// What the DPC of the limit does, and SfaCancelRequests. Whoever calls keeps the allocator until here: a timer is
    /// waited for where an allocator ends, and a driver has it.
    pub fn expire(&self) {
        self.move_aside();
        if let Some(first) = self.next_leaving() {
            self.complete_leaving(first);
        }
    }

    /// SfaCompleteLeaving from the first request on, which is counted: it keeps the allocator until a turn does.
    pub fn complete_leaving(&self, first: usize) {
        self.desk.owe();
        let mut next = Some(first);
        while let Some(who) = next {
            self.leave(who, Left::TimedOut);
            self.tell(who, Told::TimedOut);
            next = self.next_leaving();
        }
        self.drop_turn();
    }
}

/// Destroys where everybody was told, as a client's last close does that a completion brought about.
pub fn destroy_if_told(b: &Bench, requests: usize) -> bool {
    b.line.told().len() == requests && destroy(b)
}

/// Everybody has come to rest: the frame comes home until nobody has it or waits for it, and no turn is left.
pub fn end(b: &Bench, dead: bool) {
    if !dead {
        b.rest();
        while b.desk.is_out(0) {
            b.free_and_serve(0);
        }
        b.rest();
        assert!(destroy(b), "a turn is left");
    }
}

/// The request may be served, and all be closed, before its owner comes to its turn.
pub fn a_request_and_a_destroy() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.line.free_at_once(1);
    let c = b.clone();
    let free = || {
        b.free_and_serve(0);
        destroy_if_told(&b, 1)
    };
    let ((), dead) = beside(move || c.wait(0, u32::MAX), free);
    end(&b, dead);
}

/// The owner's turn and one of a worker that comes late, in either order: one of them finds nothing left to do.
pub fn two_turns_and_a_destroy() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.line.free_at_once(1);
    assert!(b.request(0));
    b.desk.owe();
    b.queue(0);
    assert_eq!(b.free(0), 1);
    let (c, d) = (b.clone(), b.clone());
    let ((), ((), dead)) = beside(move || c.turn(u32::MAX), || beside(move || d.turn(u32::MAX), || destroy(&b)));
    assert_eq!(served(&b), [0]);
    end(&b, dead);
}

/// The owner's turn serves one request and leaves the other to a worker; a free comes in between.
pub fn a_turn_cut_short_and_a_destroy() {
    let b = waiting(shape(1, 1, 1), 1);
    b.line.free_at_once(2);
    let c = b.clone();
    let free = || {
        (0..b.free(0)).for_each(|_| b.turn(1));
        destroy_if_told(&b, 2)
    };
    let ((), dead) = beside(move || c.wait(1, 1), free);
    assert_eq!(b.line.told().len(), 2, "lost wake-up");
    end(&b, dead);
}

/// A free owes a turn because of two requests, of which one is never queued: the other has the frame, whoever is late.
pub fn a_turn_that_is_dropped_and_a_free() {
    let b = waiting(shape(1, 1, 1), 1);
    let c = b.clone();
    beside(move || c.free_and_serve_later(0), || b.give_up(1));
    assert_eq!(served(&b), [0], "lost wake-up");
    assert_eq!(b.line.told().len(), 2);
    end(&b, false);
}

/// The free's turn finds nobody, or the request takes the frame; if neither has it, a subscriber that was told to stand
/// back gets it.
pub fn a_turn_that_is_dropped_and_nobody_else() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.desk.watch();
    b.line.listen();
    let c = b.clone();
    beside(move || c.free_and_serve_later(0), || b.give_up(0));
    assert_eq!(served(&b).len() as u32 + b.line.caught(), 1, "lost wake-up");
    b.desk.unwatch();
    end(&b, false);
}

/// Two requests that leave, the first of which nobody else can complete.
pub fn two_that_leave() -> Arc<Bench> {
    let b = waiting(shape(1, 1, 1), 2);
    b.move_aside();
    assert_eq!(b.next_leaving(), Some(0));
    b
}

/// The other one is cancelled; whoever is told last may destroy, while those who complete look for more.
pub fn cancel_and_destroy(b: &Bench) -> bool {
    b.cancel(1);
    b.free_and_serve(0);
    destroy_if_told(b, 2)
}

/// Whatever a completion brings about, the allocator stays while somebody looks for more that leave.
pub fn late_ones_and_a_destroy() {
    let b = two_that_leave();
    let c = b.clone();
    let ((), dead) = beside(move || c.complete_leaving(0), || cancel_and_destroy(&b));
    assert_eq!(b.line.told().len(), 2, "forgotten");
    end(&b, dead);
}

/// A frame that comes home goes to a request that has not left yet, or is free.
pub fn late_ones_and_a_free() {
    let b = waiting(shape(1, 1, 1), 2);
    let c = b.clone();
    beside(move || c.expire(), || b.free_and_serve_later(0));
    assert_eq!(b.line.told().len(), 2, "forgotten");
    assert!(matches!(served(&b)[..], [] | [0] | [1]));
    end(&b, false);
}

/// The limit, and a client that goes: both take from the same list, each with a turn of its own.
pub fn late_ones_twice_over() {
    let b = waiting(shape(1, 1, 1), 2);
    assert_eq!(b.free(0), 1);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.expire(), || beside(move || d.expire(), || b.turn(u32::MAX)));
    assert_eq!(b.line.told().len(), 2, "forgotten");
    end(&b, false);
}

/// A request can be cancelled until somebody takes it off the list of those that leave.
pub fn a_late_one_that_is_cancelled() {
    let b = waiting(shape(1, 1, 1), 2);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.expire(), || beside(move || d.cancel(0), || b.free_and_serve(0)));
    assert_eq!(b.line.told().len(), 2, "forgotten");
    end(&b, false);
}

/// The one that comes may find the list full, empty, or be late itself.
pub fn a_late_one_and_one_that_comes() {
    let b = waiting(shape(1, 1, 1), 1);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.expire(), || beside(move || d.wait(1, u32::MAX), || b.free_and_serve(0)));
    assert!(!served(&b).is_empty() || b.line.told().len() == 2, "lost wake-up");
    end(&b, false);
}

/// Late, or sent away: once each. The drain waits for the turn that is owed.
pub fn late_ones_and_a_drain() {
    let b = waiting(shape(1, 1, 1), 2);
    let c = b.clone();
    let ((), out) = beside(move || c.expire(), || drain(&b));
    assert_eq!(out, 1);
    assert_eq!(b.line.told().len(), 2, "forgotten");
    all_told(&b);
    again(&b, 2);
}
