//! Flags go up and down beside takes and frees: no frame is lost, none is there twice, contents are handed on.
use crate::{
    bench::{Bench, beside, shape},
    pure::{desk::Granted, ledger::Level},
};

models! {
    frames_pass_through_the_desk bound 4,
    frames_come_from_the_desk,
    counts_are_exact bound 3; ignore = "too many old values for one run",
}

/// One thread works on the words, the other through the desk.
pub fn frames_pass_through_the_desk() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let other = move || {
        if let Ok(frame) = c.take(0) {
            c.give(frame);
        }
    };
    beside(other, || {
        b.desk.set_level(Level::Count);
        if let Ok(frame) = b.take(0) {
            b.give(frame);
        }
        b.desk.set_level(Level::Fast);
    });
    b.check(0);
}

/// The desk gets the frame back while it is shut and opens; the next holder takes it on the words.
pub fn frames_come_from_the_desk() {
    let b = Bench::out(shape(1, 1, 1), Level::Count, 0);
    let c = b.clone();
    let other = move || {
        c.give(0);
        c.desk.set_level(Level::Fast);
    };
    let ((), this) = beside(other, || b.take(0));
    assert!(matches!(this, Ok(0) | Err(Granted::Empty)));
    b.check(u32::from(this.is_ok()));
}

/// A level that goes up between takes and frees of two others counts what is out.
pub fn counts_are_exact() {
    let b = Bench::open(shape(2, 2, 1), Level::Fast, 0);
    assert_eq!(b.take(1), Ok(1));
    let (c, d) = (b.clone(), b.clone());
    beside(
        move || c.give(1),
        || {
            beside(
                move || assert!(d.take(0).is_ok()),
                || {
                    b.desk.set_level(Level::Count);
                    let tally = b.desk.tally();
                    assert!(tally.out <= 2 && tally.peak >= tally.out);
                },
            )
        },
    );
    b.check(1);
    assert_eq!(b.desk.tally().takes, 2);
}
