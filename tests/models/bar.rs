//! No direct call overtakes a request that waits, and none is held up for nothing.
use crate::{
    bench::{Bench, beside, shape, stamp},
    pure::{
        batch::Batch,
        desk::Granted,
        ledger::{Level, Rules},
    },
    serve::{served, waiting},
};
use std::sync::Arc;

models! {
    a_direct_call_and_a_free bound 4,
    a_direct_call_that_may_overtake bound 4,
    a_batch_and_a_turn bound 4,
    a_batch_that_gives_up_and_a_request bound 4; ignore = "too many old values for one run",
    a_subscriber_and_a_frame_too_many bound 3,
}

/// The frame is the request's, whichever way it comes home.
pub fn a_direct_call_and_a_free() {
    let b = waiting(shape(1, 1, 1), 1);
    let c = b.clone();
    let ((), this) = beside(move || c.free_and_serve_later(0), || b.take(0));
    assert!(matches!(this, Err(Granted::Barred | Granted::Empty)), "{this:?}");
    assert_eq!(served(&b), [0]);
    b.rest();
}

/// With `direct_first` the frame is whose hand is quicker, and the request goes on waiting or has it.
pub fn a_direct_call_that_may_overtake() {
    let bench = Bench::ruled(1, Rules { level: Level::Fast, notify: false, direct_first: true });
    bench.commit(shape(1, 1, 1));
    let b = Arc::new(bench);
    assert!(b.take(0).is_ok());
    b.ask(0);
    let c = b.clone();
    let ((), this) = beside(move || c.free_and_serve_later(0), || b.take(0));
    assert!(matches!(this, Ok(0) | Err(Granted::Empty)), "{this:?}");
    assert_eq!(served(&b).len(), usize::from(this.is_err()));
    b.rest();
    if this.is_ok() {
        b.free_and_serve(0);
        assert_eq!(served(&b), [0], "lost wake-up");
    }
}

fn batch(b: &Bench, count: usize) -> Granted {
    let mut batch = Batch::new();
    let (granted, errand) = b.desk.allocate_batch(0, count, &mut batch, stamp);
    batch.iter().for_each(|frame| b.write(frame));
    let turns = errand.as_ref().map_or(0, |errand| b.settle(errand));
    drop(errand);
    (0..turns).for_each(|_| b.turn(u32::MAX));
    granted
}

/// A batch is refused like a direct call, as long as the turn has not come.
pub fn a_batch_and_a_turn() {
    let b = waiting(shape(2, 1, 1), 1);
    assert_eq!(b.free(1), 1);
    let c = b.clone();
    let ((), this) = beside(move || c.turn(u32::MAX), || batch(&b, 1));
    assert!(matches!(this, Granted::Barred | Granted::Empty), "{this:?}");
    assert_eq!(served(&b), [0]);
    b.rest();
}

/// A request that finds nothing because a batch holds the frame for a moment gets it when the batch gives up.
pub fn a_batch_that_gives_up_and_a_request() {
    let b = Bench::open(shape(2, 1, 1), Level::Fast, 0);
    assert_eq!(b.take(0), Ok(0));
    let c = b.clone();
    let (other, ()) = beside(move || batch(&c, 2), || b.ask(0));
    assert!(matches!(other, Granted::Barred | Granted::Empty), "{other:?}");
    assert_eq!(served(&b), [0], "lost wake-up");
    b.rest();
    b.check(2);
}

/// Two frames come home for one request; a subscriber that tries at every notice has the other one in the end, though
/// the request may have stood in its way each time.
pub fn a_subscriber_and_a_frame_too_many() {
    let b = waiting(shape(2, 1, 1), 1);
    b.desk.watch();
    b.line.listen();
    let c = b.clone();
    beside(move || c.free_and_serve_later(0), || b.free_and_serve_later(1));
    assert_eq!(served(&b), [0]);
    assert_eq!(b.line.caught(), 1, "lost wake-up");
    b.rest();
}
