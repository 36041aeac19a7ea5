//! Nobody goes on waiting for frames that are handed out no more: each request is sent away once, with the reason.
use crate::{
    bench::{Bench, beside, shape, stamp},
    line::Told,
    pure::{ledger::Level, record::Kind},
    serve::{served, waiting},
};

models! {
    a_request_and_a_drain bound 4,
    a_free_and_a_stop bound 4,
    a_cancel_and_a_stop bound 4,
    a_cancel_a_free_and_a_drain bound 3,
    two_requests_and_a_stop bound 3,
    a_turn_that_is_owed_and_a_drain bound 4,
}

const REASON: u32 = 7;

/// Begins to drain and sends requests away; where that was all, takes the memory away. Says how many were out.
pub fn drain(b: &Bench) -> u32 {
    let out = b.desk.drain(REASON, stamp()).unwrap();
    assert_eq!(b.serve(u32::MAX), 0);
    finish(b);
    out
}

fn finish(b: &Bench) -> bool {
    let done = b.desk.finish();
    if done {
        assert_eq!(b.desk.tally().waiting, 0);
        b.remake();
    }
    done
}

fn stop(b: &Bench) {
    assert!(b.desk.stop(REASON, stamp()).is_some());
    assert_eq!(b.serve(u32::MAX), 0);
}

/// Ends the drain, brings frames back and serves a request: nothing is left of what was.
pub fn again(b: &Bench, who: usize) {
    b.rest();
    assert_eq!(b.desk.tally().waiting, 0, "forgotten");
    let tally = b.desk.tally();
    if tally.out > 0 {
        // Whoever was served in time has a frame, all others were sent away.
        (0..tally.frames).filter(|f| b.desk.is_out(*f)).for_each(|f| assert_eq!(b.free(f), 0));
    }
    if b.desk.drain(REASON + 1, stamp()).is_ok() {
        assert!(finish(b), "the line is empty and all frames are home");
    } else {
        assert!(b.desk.finish() || tally.frames == 0);
    }
    b.desk.settled(stamp(), Kind::Decommit, 0);
    b.commit(shape(1, 1, 2));
    b.ask(who);
    assert_eq!(b.line.told().last(), Some(&(who, Told::Frame(0))));
}

pub fn all_told(b: &Bench) {
    let fair = |told: Told| {
        matches!(told, Told::Frame(_) | Told::Cancelled | Told::TimedOut | Told::Dismissed(REASON) | Told::NotReady)
    };
    assert!(b.line.told().iter().all(|(_, told)| fair(*told)), "{:?}", b.line.told());
}

/// The request is counted before the drain and sent away, at once or after it has got into the queue; or it is refused.
pub fn a_request_and_a_drain() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let ((), out) = beside(move || c.ask(0), || drain(&b));
    assert_eq!(out, 1);
    assert!(served(&b).is_empty());
    all_told(&b);
    again(&b, 1);
}

/// Two requests, one of them maybe served in time.
pub fn a_free_and_a_stop() {
    let b = waiting(shape(1, 1, 1), 2);
    let c = b.clone();
    beside(move || c.free_and_serve_later(0), || stop(&b));
    all_told(&b);
    assert!(matches!(served(&b)[..], [] | [0]));
    again(&b, 2);
}

/// Of two requests one is cancelled, or both are sent away.
pub fn a_cancel_and_a_stop() {
    let b = waiting(shape(1, 1, 1), 2);
    let c = b.clone();
    beside(move || c.cancel(0), || stop(&b));
    all_told(&b);
    assert!(b.line.told().contains(&(1, Told::Dismissed(REASON))));
    again(&b, 2);
}

/// A frame that is promised, and goes back because the request is cancelled, may be the one that the drain waits for.
pub fn a_cancel_a_free_and_a_drain() {
    let b = waiting(shape(1, 1, 1), 1);
    let (c, d) = (b.clone(), b.clone());
    let ((), ((), out)) =
        beside(move || c.cancel(0), || beside(move || d.free_and_serve(0), || b.desk.drain(REASON, stamp()).unwrap()));
    let home = served(&b).is_empty();
    assert!(out == 0 || !home || b.line.drained() > 0, "lost wake-up");
    assert_eq!(b.serve(u32::MAX), 0);
    if home {
        finish(&b);
    }
    all_told(&b);
    again(&b, 1);
}

/// Requests that come one after the other into the way of a stop.
pub fn two_requests_and_a_stop() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.ask(0), || beside(move || d.ask(1), || stop(&b)));
    assert!(served(&b).is_empty());
    all_told(&b);
    assert_eq!(b.line.told().len(), 2, "forgotten");
    again(&b, 2);
}

/// A turn that is owed keeps the drain from its end, even where there is nothing left for it to do.
pub fn a_turn_that_is_owed_and_a_drain() {
    let b = waiting(shape(1, 1, 1), 1);
    b.line.free_at_once(1);
    assert_eq!(b.free(0), 1);
    let c = b.clone();
    beside(move || c.turn(u32::MAX), || drain(&b));
    all_told(&b);
    assert_eq!(b.line.told().len(), 1, "forgotten");
    again(&b, 1);
}
