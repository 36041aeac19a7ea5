//! A drain hears of the last frame, and when it has ended the frames' memory is nobody's.
use crate::{
    bench::{Bench, beside, shape, stamp},
    pure::{desk::Granted, ledger::Level},
};

models! {
    the_last_free,
    the_last_of_two_frees bound 4,
    a_take_in_the_way,
    a_callback_in_the_way,
}

/// Drains; where that has an end at once, takes the memory away.
fn drain(b: &Bench) -> u32 {
    let out = b.desk.drain(0, stamp()).unwrap();
    if b.desk.finish() {
        b.remake();
    }
    out
}

/// Ends the drain, which nothing may be in the way of any more.
fn end(b: &Bench) {
    if b.desk.drain(0, stamp()).is_ok() {
        assert!(b.desk.finish());
    }
    b.remake();
    b.check(0);
}

/// The free went past the flag and is counted, or it comes to the desk and ends the drain.
pub fn the_last_free() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let ((_, drained), out) = beside(move || c.give(0), || drain(&b));
    assert_eq!(drained, out > 0, "lost wake-up");
    end(&b);
}

/// Of two frees one ends the drain, if any were out.
pub fn the_last_of_two_frees() {
    let b = Bench::out(shape(2, 2, 1), Level::Fast, 0);
    let (c, d) = (b.clone(), b.clone());
    let ((_, first), ((_, second), out)) = beside(move || c.give(0), || beside(move || d.give(1), || drain(&b)));
    assert_eq!(u32::from(first) + u32::from(second), u32::from(out > 0), "lost wake-up");
    end(&b);
}

/// A take beside the drain gets a frame, and then the drain waits for it, or is told that it comes too late.
pub fn a_take_in_the_way() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let other = move || match c.take(0) {
        Ok(frame) => Some(c.give(frame).1),
        Err(refused) => {
            assert_eq!(refused, Granted::NotReady);
            None
        }
    };
    let (drained, out) = beside(other, || drain(&b));
    assert_eq!(drained.unwrap_or(false), out > 0, "lost wake-up");
    end(&b);
}

/// With a watcher the errand of the last free is notice and end at once, and the drain does not end before it.
pub fn a_callback_in_the_way() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 1);
    let c = b.clone();
    let ((notices, drained), out) = beside(move || c.give(0), || drain(&b));
    assert_eq!(notices, 1);
    assert_eq!(drained, out > 0, "lost wake-up");
    end(&b);
}
