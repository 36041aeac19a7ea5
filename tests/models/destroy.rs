//! Destroy against the last free: when `retire` has said yes, nobody touches the allocator's memory.
use crate::{
    bench::{Bench, beside, shape, stamp},
    pure::ledger::Level,
};

models! {
    after_a_free_on_the_words,
    after_a_free_at_the_desk,
    after_an_errand,
    after_two_errands bound 4,
    after_a_drain,
}

pub fn destroy(b: &Bench) -> bool {
    let dead = b.desk.retire().is_some();
    if dead {
        b.memory.write();
        b.remake();
    }
    dead
}

/// Frees against a destroy; if that was refused, another one afterwards is not.
fn last_free(level: Level, watchers: u32, drained: bool) {
    let b = Bench::out(shape(1, 1, 1), level, watchers);
    if drained {
        assert_eq!(b.desk.drain(0, stamp()), Ok(1));
        b.desk.give_up();
    }
    let c = b.clone();
    let ((notices, errand), dead) = beside(move || c.give(0), || destroy(&b));
    assert_eq!((notices, errand), (watchers, drained));
    assert!(dead || destroy(&b));
}

pub fn after_a_free_on_the_words() {
    last_free(Level::Fast, 0, false);
}

pub fn after_a_free_at_the_desk() {
    last_free(Level::Count, 0, false);
}

pub fn after_an_errand() {
    last_free(Level::Fast, 1, false);
}

pub fn after_a_drain() {
    last_free(Level::Fast, 0, true);
}

/// Two callers inside: the destroy waits for both.
pub fn after_two_errands() {
    let b = Bench::out(shape(2, 1, 1), Level::Fast, 1);
    let (c, d) = (b.clone(), b.clone());
    let (first, (second, dead)) = beside(move || c.give(0), || beside(move || d.give(1), || destroy(&b)));
    assert_eq!((first, second), ((1, false), (1, false)));
    assert!(dead || destroy(&b));
}
