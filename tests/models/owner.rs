//! A frame has one holder at a time, who sees what the last one wrote; a second free is told so.
use crate::{
    bench::{Bench, beside, pool, shape, stamp},
    kit::Watched,
    pure::{
        desk::Freed,
        ledger::Level,
        pool::{Gave, Took},
    },
};
use std::sync::Arc;

models! {
    contents,
    contents_of_three_threads bound 4,
    twice,
    twice_at_the_desk,
}

/// Whoever takes the frame writes it.
pub fn contents() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    let once = |b: &Bench| {
        if let Ok(frame) = b.take(0) {
            assert_eq!(b.give(frame), (0, false));
        }
    };
    let c = b.clone();
    beside(move || once(&c), || once(&b));
    b.check(0);
}

/// Two frames in two words, on the words alone.
pub fn contents_of_three_threads() {
    let (p, cells) = (pool(2, 2, &[]), Arc::new([Watched::new(), Watched::new()]));
    let once = |start| {
        let (p, cells) = (p.clone(), cells.clone());
        move || match p.search_from(start, |_| ()) {
            Took::Frame(frame) => {
                cells[frame as usize].write();
                assert_eq!(p.free(frame), Gave::Done);
            }
            other => assert_eq!(other, Took::Empty),
        }
    };
    beside(once(0), || beside(once(1), once(1)));
    assert_eq!(p.count(), 2);
}

/// Two threads free the same frame: one is right, one is told that it was free.
pub fn twice() {
    let p = pool(2, 2, &[1]);
    let q = p.clone();
    let (other, this) = beside(move || q.free(1), || p.free(1));
    assert!(matches!((other, this), (Gave::Done, Gave::Twice) | (Gave::Twice, Gave::Done)));
}

/// The same while the level changes: whichever way each free goes, one of the two is right.
pub fn twice_at_the_desk() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let free = |b: &Bench| match b.desk.free(0, stamp) {
        Freed::Done => true,
        Freed::Twice => false,
        other => panic!("{other:?}"),
    };
    let c = b.clone();
    let (other, this) = beside(
        move || free(&c),
        || {
            b.desk.set_level(Level::Count);
            free(&b)
        },
    );
    assert!(other != this);
    b.check(0);
}
