//! A search that answers "empty" tells the truth: while one frame is always free, nobody is told otherwise.
use crate::{
    bench::{Bench, beside, found, pool, shape},
    pure::{
        ledger::Level,
        pool::{Gave, Took},
    },
};
use std::sync::Arc;

models! {
    swap,
    swap_of_two_threads bound 4,
    last_frame,
    swap_at_the_desk,
    a_count_is_of_one_instant,
}

/// One thread gives frame 1 back (word 1) and takes another; the searcher looks at word 1 before that and at word 0
/// after it.
pub fn swap() {
    let p = pool(2, 2, &[1]);
    let q = p.clone();
    let swapper = move || {
        assert_eq!(q.free(1), Gave::Done);
        q.search_from(0, |_| ())
    };
    let (other, this) = beside(swapper, || p.search_from(1, |_| ()));
    assert_ne!(found(this), found(other));
}

/// The same with two swapping threads, three frames and two words.
pub fn swap_of_two_threads() {
    let p = pool(3, 2, &[1, 2]);
    let swap = |frame, start| {
        let p = Arc::clone(&p);
        move || {
            assert_eq!(p.free(frame), Gave::Done);
            p.search_from(start, |_| ())
        }
    };
    let (a, (b, c)) = beside(swap(1, 0), || beside(swap(2, 1), || p.search_from(1, |_| ())));
    let (a, b, c) = (found(a), found(b), found(c));
    assert!(a != b && a != c && b != c);
}

/// Of two searchers exactly one gets the last frame.
pub fn last_frame() {
    let p = pool(2, 2, &[1]);
    let q = p.clone();
    let (other, this) = beside(move || q.search_from(0, |_| ()), || p.search_from(1, |_| ()));
    assert!(matches!((other, this), (Took::Frame(0), Took::Empty) | (Took::Empty, Took::Frame(0))));
}

/// The swap goes through the desk while the level is up; what the searcher sees once it is down must be of that time.
pub fn swap_at_the_desk() {
    let b = Bench::open(shape(2, 2, 1), Level::Fast, 0);
    assert_eq!(b.take(1), Ok(1));
    let c = b.clone();
    let swapper = move || {
        c.desk.set_level(Level::Count);
        c.give(1);
        // The desk takes from the lowest word, word 0, where the searcher has not looked yet.
        let frame = c.take(0);
        c.desk.set_level(Level::Fast);
        frame
    };
    let (other, this) = beside(swapper, || b.take(1));
    assert_ne!(other.expect("false empty"), this.expect("false empty"));
    b.check(2);
}

/// One frame is out before and after the swap, none in between; nobody ever sees two.
pub fn a_count_is_of_one_instant() {
    let p = pool(2, 2, &[1]);
    let q = p.clone();
    let swapper = move || {
        assert_eq!(q.free(1), Gave::Done);
        q.search_from(0, |_| ())
    };
    let (other, out) = beside(swapper, || p.out());
    assert_eq!(other, Took::Frame(0));
    assert!(matches!(out, None | Some(0 | 1)), "{out:?} were out at once");
}
