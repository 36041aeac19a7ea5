//! Frames go and other frames come while a thread still believes in the old shape.
use crate::{
    bench::{Bench, beside, shape, stamp},
    pure::{desk::Granted, ledger::Level, record::Kind, shape::Shape},
};
use std::sync::Arc;

models! {
    more_words,
    fewer_words,
    the_same_again,
    a_search_over_a_commit bound 4,
}

/// Decommits, if nobody holds a frame, and commits the new shape.
fn recommit(b: &Bench, new: Shape) -> bool {
    b.desk.drain(0, stamp()).unwrap();
    let done = b.desk.finish();
    if done {
        b.remake();
        b.desk.settled(stamp(), Kind::Decommit, 0);
        b.commit(new);
    }
    done
}

/// One thread takes, maybe with the old shape in its hands; its frame is one of the shape in force.
fn stale_take(old: Shape, new: Shape) {
    let bench = Bench::idle(2, Level::Fast, 0);
    bench.commit(old);
    let b = Arc::new(bench);
    let c = b.clone();
    let (other, done) = beside(move || c.take(1), || recommit(&b, new));
    let frames = if done { new.frames } else { old.frames };
    match other {
        Ok(frame) => assert!(frame < frames && b.desk.is_out(frame)),
        Err(refused) => assert_eq!(refused, Granted::NotReady, "false empty"),
    }
    if done {
        // What is left can be had, each frame once.
        let mut left: Vec<u32> = other.into_iter().chain(std::iter::from_fn(|| b.take(0).ok())).collect();
        left.sort_unstable();
        assert!(left.iter().copied().eq(0..frames), "{left:?}");
        b.check(frames);
    }
}

pub fn more_words() {
    stale_take(shape(1, 1, 1), shape(3, 2, 2));
}

pub fn fewer_words() {
    stale_take(shape(3, 2, 1), shape(2, 1, 2));
}

/// The word looks as before, the frames behind it do not.
pub fn the_same_again() {
    stale_take(shape(1, 1, 1), shape(1, 1, 2));
}

/// The frame that is free after the commit lies in a word that the searcher does not know of yet.
pub fn a_search_over_a_commit() {
    let bench = Bench::idle(2, Level::Fast, 0);
    bench.commit(shape(1, 1, 1));
    let b = Arc::new(bench);
    let c = b.clone();
    let (other, this) =
        beside(move || c.take(0), || recommit(&b, shape(2, 2, 2)).then(|| b.take(0).expect("false empty")));
    match (other, this) {
        (Ok(frame), Some(this)) => assert_ne!(frame, this),
        (Err(refused), _) => assert_eq!(refused, Granted::NotReady, "false empty"),
        (Ok(0), None) => {}
        other => panic!("{other:?}"),
    }
}
