//! Turns of the server that are owed: taken inline or late, cut short by a limit, by somebody else. While one is owed the
//! allocator stays; when the last errand has ended it may go, and nobody touches it any more.
use crate::{
    bench::{Bench, beside, shape},
    destroy::destroy,
    pure::ledger::Level,
    serve::{served, waiting},
};
use std::sync::Arc;

models! {
    inline_and_a_destroy bound 4,
    late_and_a_destroy bound 4,
    a_cancel_and_a_destroy bound 4,
    a_leave_with_an_errand_and_a_destroy bound 4,
    a_turn_that_finds_no_work bound 4,
    a_limit_and_a_free bound 4,
    a_limit_and_a_request bound 4,
}

/// One request waits that will free its frame at once.
fn last_of_all() -> Arc<Bench> {
    let b = waiting(shape(1, 1, 1), 1);
    b.line.free_at_once(1);
    b
}

pub fn inline_and_a_destroy() {
    let b = last_of_all();
    let c = b.clone();
    let ((), dead) = beside(move || c.free_and_serve(0), || destroy(&b));
    assert_eq!(served(&b), [0]);
    assert!(dead || destroy(&b));
}

pub fn late_and_a_destroy() {
    let b = last_of_all();
    let c = b.clone();
    let ((), dead) = beside(move || c.free_and_serve_later(0), || destroy(&b));
    assert_eq!(served(&b), [0]);
    assert!(dead || destroy(&b));
}

/// Somebody else has done the work of a turn that is owed; it is still to be waited for.
pub fn a_turn_that_finds_no_work() {
    let b = last_of_all();
    assert_eq!(b.free(0), 1);
    let c = b.clone();
    let other = move || c.turn(u32::MAX);
    let ((), dead) = beside(other, || {
        assert_eq!(b.serve(u32::MAX), 0);
        destroy(&b)
    });
    assert_eq!(served(&b), [0]);
    assert!(dead || destroy(&b));
}

/// For a request that is cancelled, leaving is the last touch.
pub fn a_cancel_and_a_destroy() {
    let b = last_of_all();
    let c = b.clone();
    let ((), dead) = beside(
        move || c.cancel(0),
        || {
            b.free_and_serve(0);
            destroy(&b)
        },
    );
    assert_eq!(b.line.told().len(), 1);
    assert!(dead || destroy(&b));
}

/// The same where a direct call was in vain meanwhile: then the leaving tells subscribers, and that is the last touch.
pub fn a_leave_with_an_errand_and_a_destroy() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 1);
    b.ask(0);
    b.line.free_at_once(1);
    assert_eq!(b.free(0), 1);
    assert!(b.take(0).is_err());
    let c = b.clone();
    let ((), dead) = beside(
        move || c.cancel(0),
        || {
            b.turn(u32::MAX);
            destroy(&b)
        },
    );
    assert!(b.line.notices() >= 2, "lost wake-up");
    assert!(dead || destroy(&b));
}

/// Turns of one request each.
pub fn a_limit_and_a_free() {
    let b = waiting(shape(2, 1, 1), 2);
    let c = b.clone();
    let once = |b: &Bench, frame| (0..b.free(frame)).for_each(|_| b.turn(1));
    beside(move || once(&c, 0), || once(&b, 1));
    assert_eq!(served(&b), [0, 1]);
    b.rest();
    assert!(!destroy(&b));
    b.free_and_serve(0);
    b.free_and_serve(1);
    assert!(destroy(&b));
}

/// A chain of two that a limit cuts in the middle, and a request beside it that finds the server between two turns.
pub fn a_limit_and_a_request() {
    let b = waiting(shape(1, 1, 1), 2);
    b.line.free_at_once(3);
    let c = b.clone();
    beside(move || (0..c.free(0)).for_each(|_| c.turn(1)), || b.ask(2));
    assert_eq!(served(&b), [0, 1, 2]);
    b.rest();
}
