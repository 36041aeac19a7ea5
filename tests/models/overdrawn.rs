//! Turns that are owed, with a step of the protocol left out or misplaced: must fail. owed.rs has them in their places.
use crate::{
    bench::{Bench, beside, shape, stamp},
    destroy::destroy,
    kit::{Flaw, Loads, explore},
    line::Told,
    owed::{cancel_and_destroy, destroy_if_told, end, two_that_leave},
    pure::{ledger::Level, wait::Left},
    serve::{served, waiting},
};

fn planted(model: fn()) {
    for loads in [Loads::Plain, Loads::Rmws, Loads::Mixed] {
        explore("overdrawn", loads, &[3], Flaw::None, model);
    }
}

/// SfaOweTurn after the request is queued, when it may have been completed already.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_turn_that_is_counted_after_the_queueing() {
    planted(|| {
        let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
        b.line.free_at_once(1);
        let c = b.clone();
        let other = move || {
            if c.request(0) {
                c.queue(0);
                c.desk.owe();
                c.turn(u32::MAX);
            }
        };
        beside(other, || {
            b.free_and_serve(0);
            destroy_if_told(&b, 1)
        });
    });
}

/// SfaDropTurn where SfaServe belongs: the turn of the free found the queue empty, and nobody looks again.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_turn_that_is_dropped_though_a_request_is_queued() {
    planted(|| {
        let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
        let c = b.clone();
        let other = move || {
            if c.request(0) {
                c.desk.owe();
                c.queue(0);
                c.drop_turn();
            }
        };
        beside(other, || b.free_and_serve_later(0));
        b.rest();
    });
}

/// A turn that is dropped, and the request is still counted.
#[test]
#[should_panic(expected = "miscounted")]
fn a_turn_that_is_dropped_and_the_request_stays() {
    planted(|| {
        let b = waiting(shape(1, 1, 1), 1);
        let c = b.clone();
        let other = move || {
            if c.request(1) {
                c.desk.owe();
                c.tell(1, Told::Cancelled);
                c.drop_turn();
            }
        };
        beside(other, || b.free_and_serve_later(0));
        b.rest();
    });
}

/// What is to be done after a request left is not done: a subscriber that stood back for it waits for ever.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_turn_that_is_dropped_and_nobody_is_told() {
    planted(|| {
        let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
        b.desk.watch();
        b.line.listen();
        let c = b.clone();
        let other = move || {
            if c.request(0) {
                c.desk.owe();
                drop(c.desk.leave(0, Left::Cancelled, stamp));
                c.tell(0, Told::Cancelled);
                c.drop_turn();
            }
        };
        beside(other, || b.free_and_serve_later(0));
        assert_eq!(served(&b).len() as u32 + b.line.caught(), 1, "lost wake-up");
    });
}

/// Late requests without a turn: what their completion brings about ends the allocator under the list of the others.
#[test]
#[should_panic(expected = "Causality violation")]
fn late_ones_for_whom_nobody_owes_a_turn() {
    planted(|| {
        let b = two_that_leave();
        let c = b.clone();
        let other = move || {
            let mut next = Some(0);
            while let Some(who) = next {
                c.leave(who, Left::TimedOut);
                c.tell(who, Told::TimedOut);
                next = c.next_leaving();
            }
        };
        beside(other, || cancel_and_destroy(&b));
    });
}

/// A turn that is counted when the request has left the count: nothing keeps the allocator in between.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_turn_that_is_counted_after_the_leave() {
    planted(|| {
        let b = two_that_leave();
        let c = b.clone();
        let other = move || {
            c.leave(0, Left::TimedOut);
            c.desk.owe();
            c.tell(0, Told::TimedOut);
            c.drop_turn();
        };
        beside(other, || {
            b.cancel(1);
            b.free_and_serve(0);
            destroy(&b)
        });
    });
}

/// A turn that is dropped after the first completion: the others are looked for all the same.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_turn_that_is_dropped_too_early() {
    planted(|| {
        let b = two_that_leave();
        let c = b.clone();
        let other = move || {
            c.desk.owe();
            c.leave(0, Left::TimedOut);
            c.tell(0, Told::TimedOut);
            c.drop_turn();
            assert!(c.next_leaving().is_none_or(|who| who == 1));
        };
        beside(other, || cancel_and_destroy(&b));
    });
}

/// Ended twice: it takes away the turn of somebody else, who comes to an allocator that is gone.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_turn_that_is_ended_twice() {
    planted(|| {
        let b = waiting(shape(1, 1, 1), 1);
        assert_eq!(b.free(0), 1);
        let c = b.clone();
        let worker = move || {
            c.serve(u32::MAX);
            c.drop_turn();
        };
        beside(worker, || {
            b.expire();
            b.drop_turn();
            destroy_if_told(&b, 1)
        });
    });
}

/// Never ended: the allocator cannot be destroyed any more.
#[test]
#[should_panic(expected = "a turn is left")]
fn a_turn_that_is_never_ended() {
    planted(|| {
        let b = waiting(shape(1, 1, 1), 1);
        let c = b.clone();
        let other = move || {
            if c.request(1) {
                c.desk.owe();
                c.queue(1);
                assert_eq!(c.serve(u32::MAX), 0);
            }
        };
        beside(other, || b.free_and_serve(0));
        end(&b, false);
    });
}

/// A request that leaves is taken off the list, though somebody else has its cancel routine: completed twice.
#[test]
#[should_panic(expected = "Causality violation")]
fn a_late_one_that_is_taken_without_its_cancel_routine() {
    planted(|| {
        let b = waiting(shape(1, 1, 1), 1);
        let c = b.clone();
        let other = move || {
            c.move_aside();
            let late = c.line.lists.lock().unwrap().leaving.pop_front();
            if let Some(who) = late {
                c.desk.owe();
                c.leave(who, Left::TimedOut);
                c.tell(who, Told::TimedOut);
                c.drop_turn();
            }
        };
        beside(other, || b.cancel(0));
    });
}
