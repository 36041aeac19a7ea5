//! Ways to wait that are known to be wrong, and must fail. What planted.rs does for the words, for the line.
use crate::{
    bench::{Bench, beside, pool, shape, stamp},
    destroy::destroy,
    kit::{Flaw, Loads, explore},
    line::Told,
    pure::{
        ledger::Level,
        pool::{Gave, Took},
        wait::Requested,
        word::SHUT,
    },
    serve::waiting,
    subscribe,
};
use loom::sync::Mutex;
use std::{collections::VecDeque, sync::Arc};

fn planted(flaw: Flaw, model: fn()) {
    for loads in [Loads::Plain, Loads::Rmws, Loads::Mixed] {
        explore("sloppy", loads, &[3], flaw, model);
    }
}

/// The request is in the queue before it is counted: it is served in the place of one that leaves, and counted for ever.
#[test]
#[should_panic(expected = "miscounted")]
fn a_request_that_is_queued_before_it_is_counted() {
    planted(Flaw::None, || {
        let b = waiting(shape(1, 1, 1), 1);
        let (c, d) = (b.clone(), b.clone());
        let other = move || {
            c.queue(1);
            c.line.asks();
            match c.desk.request(0, 1, stamp) {
                Requested::Wait => assert_eq!(c.serve(u32::MAX), 0),
                Requested::Frame(frame) if c.withdraw(1) => c.tell(1, Told::Frame(frame)),
                Requested::Frame(frame) => c.free_and_serve(frame),
                Requested::NotReady => unreachable!(),
            }
        };
        beside(move || d.cancel(0), || beside(other, || b.free_and_serve(0)));
        b.rest();
    });
}

/// The request looks, and is counted without looking again under the lock.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_request_that_looks_before_it_is_counted() {
    planted(Flaw::None, || {
        let (p, count) = (pool(1, 1, &[0]), Arc::new(Mutex::new(0u32)));
        let (q, n) = (p.clone(), count.clone());
        let free = move || match q.free(0) {
            Gave::Gated => {
                let heard = n.lock().unwrap();
                q.put(0) && *heard > 0
            }
            other => {
                assert_eq!(other, Gave::Done);
                false
            }
        };
        let (heard, took) = beside(free, || {
            let took = p.search_from(0, |_| ());
            let mut count = count.lock().unwrap();
            *count += 1;
            p.raise(SHUT);
            took
        });
        assert!(heard || took == Took::Frame(0), "lost wake-up");
    });
}

#[test]
#[should_panic(expected = "Causality violation")]
fn a_subscriber_that_leaves_relaxed() {
    planted(Flaw::Add, subscribe::the_last_touch);
}

/// The subscriber looks, and is counted only then.
#[test]
#[should_panic(expected = "lost wake-up")]
fn a_subscriber_that_is_counted_too_late() {
    planted(Flaw::None, || {
        let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
        let c = b.clone();
        let (_, this) = beside(
            move || c.free(0),
            || {
                let this = b.take(0);
                b.desk.watch();
                this
            },
        );
        assert!(this.is_ok() || b.line.notices() > 0, "lost wake-up");
    });
}

/// The owner of a request asks for its turn when the request may have been completed: nothing in core keeps the
/// allocator for it. Whoever queues the request has to (wait.rs in core says so).
#[test]
#[should_panic(expected = "Causality violation")]
fn an_owner_for_whom_nobody_holds_the_allocator() {
    planted(Flaw::None, || {
        let b = Bench::out(shape(1, 1, 1), Level::Fast, 0);
        b.line.free_at_once(1);
        let c = b.clone();
        beside(
            move || c.ask(0),
            || {
                b.free_and_serve(0);
                if b.line.told() == [(0, Told::Frame(0))] {
                    destroy(&b);
                }
            },
        );
    });
}

/// A server like the one in core, reduced to numbers, with flaws.
#[derive(Clone, Copy, Default)]
struct Flaws {
    /// It decides to stop, and says so later.
    stops_outside: bool,
    /// It does not look again where somebody left a note.
    ignores_notes: bool,
}

#[derive(Default)]
struct State {
    free: u32,
    count: u32,
    busy: bool,
    again: bool,
}

struct Shop {
    flaws: Flaws,
    state: Mutex<State>,
    queue: Mutex<VecDeque<usize>>,
    served: std::sync::Mutex<Vec<usize>>,
}

impl Shop {
    fn new(flaws: Flaws) -> Arc<Self> {
        let served = std::sync::Mutex::new(Vec::new());
        Arc::new(Self { flaws, state: Mutex::new(State::default()), queue: Mutex::new(VecDeque::new()), served })
    }

    fn request(&self, who: usize) {
        let mut s = self.state.lock().unwrap();
        if s.count == 0 && s.free > 0 {
            s.free -= 1;
            self.served.lock().unwrap().push(who);
            return;
        }
        s.count += 1;
        drop(s);
        self.queue.lock().unwrap().push_back(who);
        self.serve();
    }

    fn free(&self) {
        self.state.lock().unwrap().free += 1;
        self.serve();
    }

    fn serve(&self) {
        let mut s = self.state.lock().unwrap();
        if s.busy {
            s.again = true;
            return;
        }
        s.busy = true;
        s.again = false;
        while s.count > 0 && s.free > 0 {
            s.free -= 1;
            s.again = false;
            drop(s);
            let next = self.queue.lock().unwrap().pop_front();
            self.served.lock().unwrap().extend(next);
            s = self.state.lock().unwrap();
            if next.is_some() {
                s.count -= 1;
                continue;
            }
            s.free += 1;
            if !s.again || self.flaws.ignores_notes {
                break;
            }
        }
        if self.flaws.stops_outside {
            drop(s);
            s = self.state.lock().unwrap();
        }
        s.busy = false;
    }

    /// Two requests, two frees, one of each already there or on its way.
    fn day(flaws: Flaws) {
        let shop = Self::new(flaws);
        shop.request(0);
        let other = shop.clone();
        beside(
            move || {
                other.free();
                other.free();
            },
            || shop.request(1),
        );
        assert_eq!(shop.served.lock().unwrap().len(), 2, "lost wake-up");
    }
}

#[test]
fn a_server_without_flaws() {
    planted(Flaw::None, || Shop::day(Flaws::default()));
}

#[test]
#[should_panic(expected = "lost wake-up")]
fn a_server_that_stops_outside_the_lock() {
    planted(Flaw::None, || Shop::day(Flaws { stops_outside: true, ..Flaws::default() }));
}

#[test]
#[should_panic(expected = "lost wake-up")]
fn a_server_that_ignores_notes() {
    planted(Flaw::None, || Shop::day(Flaws { ignores_notes: true, ..Flaws::default() }));
}
