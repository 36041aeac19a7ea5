//! Requests that are cancelled: a frame meant for one goes on to the next or back to the pool.
use crate::{
    bench::{Bench, beside, shape},
    line::Told,
    pure::ledger::Level,
    serve::{served, waiting},
};

models! {
    the_only_one bound 4,
    the_first_of_two bound 4,
    both_of_two bound 3,
    a_request_on_its_way_to_the_queue bound 3,
    before_it_is_queued bound 2; ignore = "too many old values for one run",
    a_cancelled_one_and_two_frees bound 3,
    subscribers_hear_of_what_goes_back bound 4,
    a_subscriber_that_was_barred bound 4,
}

/// Cancelled or served, and then the frame is free or its own.
pub fn the_only_one() {
    let b = waiting(shape(1, 1, 1), 1);
    let c = b.clone();
    beside(move || c.cancel(0), || b.free_and_serve(0));
    b.rest();
    b.check(served(&b).len() as u32);
}

/// A cancelled head never blocks those behind it.
pub fn the_first_of_two() {
    let b = waiting(shape(1, 1, 1), 2);
    let c = b.clone();
    beside(move || c.cancel(0), || b.free_and_serve(0));
    b.rest();
    b.check(1);
    assert_eq!(served(&b).len(), 1);
}

/// Two cancels at once, beside a free.
pub fn both_of_two() {
    let b = waiting(shape(1, 1, 1), 2);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.cancel(0), || beside(move || d.cancel(1), || b.free_and_serve_later(0)));
    b.rest();
    b.check(served(&b).len() as u32);
}

/// The cancel comes at any moment of the request's own way; the free too.
pub fn a_request_on_its_way_to_the_queue() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.cancel(0), || beside(move || d.free_and_serve(0), || b.ask(0)));
    b.rest();
    b.check(served(&b).len() as u32);
    assert_eq!(b.line.told().len(), 1);
}

/// Cancelled before it is queued: it leaves at once, and the frame goes to whoever comes next.
pub fn before_it_is_queued() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.cancel(0);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.free_and_serve(0), || beside(move || d.ask(1), || b.ask(0)));
    b.rest();
    assert_eq!(served(&b).len(), 1);
}

/// One of two leaves while two frames come home.
pub fn a_cancelled_one_and_two_frees() {
    let b = waiting(shape(2, 1, 1), 2);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.cancel(0), || beside(move || d.free_and_serve(0), || b.free_and_serve(1)));
    b.rest();
    assert_eq!(b.line.told().len(), 2);
    b.check(served(&b).len() as u32);
}

/// A subscriber that found nothing because the frame was promised to a request hears of it when it goes back.
pub fn subscribers_hear_of_what_goes_back() {
    let b = waiting(shape(1, 1, 1), 1);
    b.desk.watch();
    let (c, heard) = (b.clone(), b.free(0));
    assert_eq!((heard, b.line.notices()), (1, 1));
    beside(move || c.cancel(0), || b.turn(u32::MAX));
    b.rest();
    let back = served(&b).is_empty();
    assert!(b.line.notices() <= 1 + u32::from(back));
    b.desk.unwatch();
    b.check(u32::from(!back));
}

/// A subscriber that tries again at every notice gets the frame that nobody else takes, even if a request stood in its
/// way that leaves.
pub fn a_subscriber_that_was_barred() {
    let b = waiting(shape(1, 1, 1), 1);
    b.desk.watch();
    b.line.listen();
    let c = b.clone();
    beside(move || c.cancel(0), || b.free_and_serve(0));
    b.rest();
    assert_eq!(served(&b).len() as u32 + b.line.caught(), 1, "lost wake-up: {:?}", b.line.told());
    assert_eq!(b.line.told(), [(0, if b.line.caught() == 1 { Told::Cancelled } else { Told::Frame(0) })]);
}
