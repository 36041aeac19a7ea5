//! Whoever watches and finds no frame hears of the next one.
use crate::{
    bench::{Bench, beside, pool, shape},
    pure::{
        desk::Granted,
        ledger::Level,
        pool::{Gave, Took},
        word::WATCH,
    },
};
use loom::sync::Mutex;
use std::sync::Arc;

models! {
    a_watcher_that_comes_late,
    a_watcher_that_comes_late_sees_contents,
    each_free_is_heard_of_once bound 4,
    watched_frames_hand_on_their_contents,
}

/// A watcher registers (raises the flag under the lock), then looks. Either it finds the frame or the free comes to it.
pub fn a_watcher_that_comes_late() {
    let (p, watchers) = (pool(2, 2, &[0, 1]), Arc::new(Mutex::new(0u32)));
    let (q, w) = (p.clone(), watchers.clone());
    let freer = move || match q.free(1) {
        Gave::Done => false,
        Gave::Gated => {
            let heard = w.lock().unwrap();
            assert!(q.put(1));
            *heard > 0
        }
        Gave::Twice => panic!("false double free"),
    };
    let (heard, took) = beside(freer, || {
        let mut watchers = watchers.lock().unwrap();
        *watchers += 1;
        p.raise(WATCH);
        drop(watchers);
        p.search_from(0, |_| ())
    });
    assert!(heard || took == Took::Frame(1), "lost wake-up");
}

/// The same, where the watcher comes to a desk that is shut and becomes open; what it takes it may write.
pub fn a_watcher_that_comes_late_sees_contents() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 1);
    let c = b.clone();
    let ((notices, _), this) = beside(
        move || c.give(0),
        || {
            b.desk.set_level(Level::Count);
            let this = b.take(0);
            b.desk.set_level(Level::Fast);
            this
        },
    );
    assert_eq!(notices, 1, "lost wake-up");
    b.check(u32::from(this.is_ok()));
}

/// Two frees and a change of level: two notices.
pub fn each_free_is_heard_of_once() {
    let b = Bench::out(shape(2, 2, 1), Level::Fast, 1);
    let (c, d) = (b.clone(), b.clone());
    let (first, (second, ())) =
        beside(move || c.give(0).0, || beside(move || d.give(1).0, || b.desk.set_level(Level::Count)));
    assert_eq!((first, second), (1, 1));
    b.check(0);
}

/// With only WATCH up frees go to the desk but takes do not: the frame must be published by the free itself.
pub fn watched_frames_hand_on_their_contents() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 1);
    let c = b.clone();
    let ((notices, _), this) = beside(move || c.give(0), || b.take(0));
    assert_eq!(notices, 1);
    assert!(matches!(this, Ok(0) | Err(Granted::Empty)));
    b.check(u32::from(this.is_ok()));
}
