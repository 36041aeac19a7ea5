//! One server at a time, which serves in the order of the queue; frees beside it leave a note.
use crate::{
    bench::{Bench, beside, shape},
    line::Told,
    pure::{ledger::Level, shape::Shape},
};
use std::sync::Arc;

models! {
    two_frees bound 4,
    two_frees_and_later_turns bound 4,
    a_chain_and_a_free bound 3,
    a_request_behind bound 4,
    three_waiting_and_two_frees bound 3,
}

/// Every frame is out, and the requests up to `waiting` wait, in that order.
pub fn waiting(shape: Shape, waiting: usize) -> Arc<Bench> {
    let b = Bench::out(shape, Level::Fast, 0);
    (0..waiting).for_each(|who| b.ask(who));
    assert_eq!(b.desk.tally().waiting as usize, waiting);
    b
}

/// Who was given a frame, in that order.
pub fn served(b: &Bench) -> Vec<usize> {
    b.line.told().iter().filter(|(_, told)| matches!(told, Told::Frame(_))).map(|(who, _)| *who).collect()
}

/// Two frees find two requests. One of them may find the server busy; the queue's order holds.
pub fn two_frees() {
    let b = waiting(shape(2, 1, 1), 2);
    let c = b.clone();
    beside(move || c.free_and_serve(0), || b.free_and_serve(1));
    assert_eq!(served(&b), [0, 1]);
    b.rest();
}

/// The turns are taken after the errands have ended.
pub fn two_frees_and_later_turns() {
    let b = waiting(shape(2, 1, 1), 2);
    let c = b.clone();
    beside(move || c.free_and_serve_later(0), || b.free_and_serve_later(1));
    assert_eq!(served(&b), [0, 1]);
    b.rest();
}

/// Whoever is served frees at once: one free serves everybody, another one beside it disturbs nobody.
pub fn a_chain_and_a_free() {
    let b = waiting(shape(2, 1, 1), 3);
    b.line.free_at_once(3);
    let c = b.clone();
    beside(move || c.free_and_serve(0), || b.free_and_serve(1));
    assert_eq!(served(&b), [0, 1, 2]);
    b.rest();
    b.check(0);
}

/// A request that comes while others are served is served behind them.
pub fn a_request_behind() {
    let b = waiting(shape(1, 1, 1), 1);
    b.line.free_at_once(2);
    let c = b.clone();
    beside(move || c.free_and_serve(0), || b.ask(1));
    assert_eq!(served(&b), [0, 1]);
    b.rest();
}

/// The server is busy with the first; the second leaves its note; the third goes on waiting.
pub fn three_waiting_and_two_frees() {
    let b = waiting(shape(2, 1, 1), 3);
    let (c, d) = (b.clone(), b.clone());
    beside(move || c.free_and_serve(0), || beside(move || d.free_and_serve(1), || b.serve(u32::MAX)));
    assert_eq!(served(&b), [0, 1]);
    b.rest();
}
