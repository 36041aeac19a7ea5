//! A request that finds no frame waits, and no frame that comes home is missed.
use crate::{
    bench::{Bench, beside, shape},
    line::Told,
    pure::ledger::Level,
};

models! {
    a_request_and_a_free bound 4,
    a_request_and_a_free_of_another_word bound 3,
    a_request_and_a_batch_of_frees bound 4,
    two_requests_and_a_free bound 2; ignore = "too many old values for one run",
    two_requests_and_two_frees bound 2; ignore = "too many old values for one run",
    a_free_at_the_desk bound 4,
}

/// The free comes before the request, to the look under the lock, to a queue that is empty yet, or to a request.
pub fn a_request_and_a_free() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let c = b.clone();
    beside(move || c.free_and_serve(0), || b.ask(0));
    assert_eq!(b.line.told(), [(0, Told::Frame(0))], "lost wake-up");
    b.rest();
}

/// The same while every free goes to the desk.
pub fn a_free_at_the_desk() {
    let b = Bench::out(shape(1, 1, 1), Level::Count, 0);
    let c = b.clone();
    beside(move || c.free_and_serve(0), || b.ask(0));
    assert_eq!(b.line.told(), [(0, Told::Frame(0))], "lost wake-up");
    b.rest();
}

/// The flags of two words go up one after the other.
pub fn a_request_and_a_free_of_another_word() {
    let b = Bench::out(shape(2, 2, 1), Level::Fast, 0);
    let c = b.clone();
    beside(move || c.free_and_serve(1), || b.ask(0));
    assert_eq!(b.line.told(), [(0, Told::Frame(1))], "lost wake-up");
    b.rest();
}

/// One thread frees twice: with one request promised a frame the second free goes past everybody, and may.
pub fn a_request_and_a_batch_of_frees() {
    let b = Bench::out(shape(2, 1, 1), Level::Fast, 0);
    let c = b.clone();
    let other = move || {
        c.free_and_serve(0);
        c.free_and_serve(1);
    };
    beside(other, || b.ask(0));
    assert_eq!(b.line.told().len(), 1, "lost wake-up");
    b.rest();
}

/// Of two requests one is served, the other one goes on waiting; then it is served too.
pub fn two_requests_and_a_free() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.free_and_serve(0), || beside(move || d.ask(1), || b.ask(0)));
    assert_eq!(b.line.told().len(), 1, "lost wake-up");
    b.rest();
    b.free_and_serve(0);
    assert_eq!(b.line.told().len(), 2, "lost wake-up");
    b.rest();
}

/// The first request frees its frame at once, which is enough for both.
pub fn two_requests_and_two_frees() {
    let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
    b.line.free_at_once(2);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.free_and_serve_later(0), || beside(move || d.ask(1), || b.ask(0)));
    let told = b.line.told();
    assert!(told.len() == 2 || b.desk.tally().waiting == 1 && b.desk.tally().out == 1, "lost wake-up: {told:?}");
    b.rest();
}
