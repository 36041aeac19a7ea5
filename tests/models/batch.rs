//! Batches get all or nothing, and when two are in each other's way not both lose.
use crate::{
    bench::{Bench, beside, shape, stamp},
    pure::{
        batch::Batch,
        desk::{Errand, Granted},
        ledger::Level,
    },
};

models! {
    two_of_two bound 4; ignore = "too many old values for one run",
    two_of_three bound 4,
    a_batch_and_a_free,
    a_batch_that_drains,
    a_batch_that_is_heard_of bound 4; ignore = "too many old values for one run",
}

/// Takes `count` frames and writes into each; answers them, or what the errand of giving up says.
fn take(b: &Bench, processor: u32, count: usize) -> Result<Vec<u32>, (Granted, u32, bool)> {
    let mut batch = Batch::new();
    let (granted, errand) = b.desk.allocate_batch(processor, count, &mut batch, stamp);
    if let Granted::Frame(_) = granted {
        assert!(errand.is_none());
        let frames: Vec<u32> = batch.iter().collect();
        assert_eq!(frames.len(), count);
        frames.iter().for_each(|frame| b.write(*frame));
        return Ok(frames);
    }
    assert_eq!(batch.iter().count(), 0);
    let say = |errand: &Errand<'_, _>| {
        b.memory.read();
        (errand.notices, errand.drained)
    };
    let (notices, drained) = errand.as_ref().map_or((0, false), say);
    Err((granted, notices, drained))
}

fn two_of(frames: u32) {
    let b = Bench::open(shape(frames, 2, 1), Level::Fast, 0);
    let c = b.clone();
    let (other, this) = beside(move || take(&c, 0, 2), || take(&b, 1, 2));
    assert!(other.is_ok() != this.is_ok(), "{other:?} {this:?}");
    b.check(2);
}

pub fn two_of_two() {
    two_of(2);
}

pub fn two_of_three() {
    two_of(3);
}

/// Beside a free that makes it possible a batch gets both frames or none.
pub fn a_batch_and_a_free() {
    let b = Bench::open(shape(2, 2, 1), Level::Fast, 0);
    assert_eq!(b.take(1), Ok(1));
    let c = b.clone();
    let (_, this) = beside(move || c.give(1), || take(&b, 0, 2));
    match this {
        Ok(_) => b.check(2),
        Err(refused) => {
            assert_eq!(refused, (Granted::Empty, 0, false));
            b.check(0);
        }
    }
}

/// A batch that has to give up during a drain may be what the drain waits for.
pub fn a_batch_that_drains() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let (other, (out, done)) = beside(
        move || take(&c, 0, 2),
        || {
            let out = b.desk.drain(0, stamp()).unwrap();
            let done = b.desk.finish();
            if done {
                b.remake();
            }
            (out, done)
        },
    );
    let (granted, _, drained) = other.unwrap_err();
    assert!(matches!(granted, Granted::Empty | Granted::NotReady));
    assert_eq!(drained, out > 0, "lost wake-up");
    assert!(done || b.desk.finish());
    b.check(0);
}

/// Whoever finds nothing because a batch holds the frame for a moment hears of it when the batch gives up.
pub fn a_batch_that_is_heard_of() {
    let b = Bench::open(shape(1, 1, 1), Level::Fast, 1);
    let c = b.clone();
    let (other, this) = beside(move || take(&c, 0, 2), || b.take(0));
    let (granted, notices, _) = other.unwrap_err();
    assert_eq!(granted, Granted::Empty);
    assert!(this.is_ok() || notices > 0, "lost wake-up");
    b.check(u32::from(this.is_ok()));
}
