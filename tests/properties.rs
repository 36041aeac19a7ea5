//! The desk against a naive allocator that keeps its free frames in a set: random calls of one thread, every answer and
//! every count compared, every invariant checked after each call. What threads do to each other is for the models.

#[allow(dead_code)] // each test crate uses a part of it
#[path = "../src/core/mod.rs"]
mod pure;

#[path = "properties/naive.rs"]
mod naive;
#[path = "properties/requests.rs"]
mod requests;
#[path = "properties/storage.rs"]
mod storage;
#[path = "properties/world.rs"]
mod world;

use proptest::prelude::*;
use pure::{
    batch::MAX_BATCH,
    desk::{Desk, Freed, Granted},
    ledger::{Ledger, Level, Rules},
    pool::{Pool, Took},
    record::Record,
    serve::Waiters,
    shape::{MAX_FRAMES, Shape},
    wait::Requested,
    word::SHUT,
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    num::NonZeroU32,
};
use storage::{Alone, Plain, Restless, Scripted};
use world::{After, World, stamp};

fn rules(level: Level, notify: bool) -> Rules {
    Rules { level, notify, direct_first: false }
}

/// A call. Frames and requests are chosen by a number that is reduced to what there is.
#[derive(Clone, Debug)]
enum Call {
    Allocate(u32),
    Free(u32),
    FreeAnything(u32),
    AllocateBatch(u32, usize),
    FreeSome(usize),
    SetLevel(Level),
    Drain(u32),
    Stop(u32),
    GiveUp,
    Finish,
    Commit(u32, u32),
    Request(After, bool),
    Queue(u32),
    Serve(u32),
    Turn(u32),
    Cancel(usize),
    Leave(usize),
    Watch,
    Unwatch,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let level = prop_oneof![Just(Level::Fast), Just(Level::Count), Just(Level::Record)];
    let frames = prop_oneof![1..6u32, 30..35u32, 1..=MAX_FRAMES];
    let processors = prop_oneof![Just(1u32), 2..5u32, 1..=2048u32];
    let after = prop_oneof![
        2 => Just(After::Keep),
        2 => Just(After::Free),
        1 => Just(After::Ask),
        1 => Just(After::FreeAndAsk),
        1 => Just(After::Take),
    ];
    let limit = || prop_oneof![2 => Just(u32::MAX), 1 => Just(0u32), 4 => 1..4u32];
    let call = prop_oneof![
        12 => any::<u32>().prop_map(Call::Allocate),
        8 => any::<u32>().prop_map(Call::Free),
        3 => prop_oneof![0..8u32, any::<u32>()].prop_map(Call::FreeAnything),
        4 => (any::<u32>(), prop_oneof![1..5usize, 1..=MAX_BATCH]).prop_map(|(p, n)| Call::AllocateBatch(p, n)),
        3 => (1..100usize).prop_map(Call::FreeSome),
        2 => level.prop_map(Call::SetLevel),
        1 => any::<u32>().prop_map(Call::Drain),
        1 => any::<u32>().prop_map(Call::Stop),
        1 => Just(Call::GiveUp),
        2 => Just(Call::Finish),
        3 => (frames, processors).prop_map(|(f, p)| Call::Commit(f, p)),
        9 => (after, prop::bool::weighted(0.8)).prop_map(|(a, q)| Call::Request(a, q)),
        2 => limit().prop_map(Call::Queue),
        2 => limit().prop_map(Call::Serve),
        4 => limit().prop_map(Call::Turn),
        2 => any::<usize>().prop_map(Call::Cancel),
        3 => any::<usize>().prop_map(Call::Leave),
        1 => Just(Call::Watch),
        1 => Just(Call::Unwatch),
    ];
    prop::collection::vec(call, 1..150)
}

fn call(world: &World, call: &Call) {
    let World { desk, naive, .. } = world;
    match *call {
        Call::Allocate(processor) => world.allocate(processor),
        Call::AllocateBatch(processor, count) => world.allocate_batch(processor, count),
        Call::Free(n) => world.free_nth(n),
        Call::FreeAnything(n) => world.free(n % (2 * MAX_FRAMES)),
        Call::FreeSome(count) => world.free_some(count),
        Call::SetLevel(level) => world.set_level(level),
        Call::Drain(reason) => assert_eq!(desk.drain(reason, stamp()), naive.borrow_mut().drain(reason)),
        Call::Stop(reason) => assert_eq!(desk.stop(reason, stamp()), naive.borrow_mut().stop(reason)),
        Call::GiveUp => world.give_up(),
        Call::Finish => world.finish(),
        Call::Commit(frames, processors) => world.commit(frames, processors),
        Call::Request(after, queue) => world.request(after, queue),
        Call::Queue(limit) => world.queue(limit),
        Call::Serve(limit) => world.serve(limit),
        Call::Turn(limit) => world.turn(limit),
        Call::Cancel(n) => world.cancel(n),
        Call::Leave(n) => world.leave(n),
        Call::Watch => world.watch(),
        Call::Unwatch => world.unwatch(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_desk_does_what_a_set_of_free_frames_and_a_line_do(
        calls in calls(), first in prop_oneof![1..4u32, 1..=64u32], notify in any::<bool>(), direct_first in any::<bool>(),
        level in prop_oneof![Just(Level::Fast), Just(Level::Count)]
    ) {
        let world = World::new(Rules { level, notify, direct_first });
        call(&world, &Call::Commit(first, 2));
        for c in &calls {
            call(&world, c);
            world.compare();
        }
        prop_assert_eq!(world.desk.retire(), world.naive.borrow().retire());
    }
}

/// Whoever is served frees at once: one free serves them all, in order, on a small stack.
#[test]
fn a_hundred_thousand_requests_are_served_by_one_free() {
    let many = 100_000;
    let run = move || {
        let desk = Desk::new(Plain::new(2), Alone::new(Ledger::new([], rules(Level::Fast, false))));
        desk.begin().unwrap();
        desk.commit(Shape::plan(1, NonZeroU32::MIN, 1), stamp());
        assert_eq!(desk.allocate(0, stamp), Granted::Frame(0));
        let crowd = Crowd { desk, line: RefCell::default(), served: Cell::new(0), depth: Cell::new(0) };
        for who in 0..many {
            assert_eq!(crowd.desk.request(0, who, stamp), Requested::Wait);
            crowd.line.borrow_mut().push_back(who);
        }
        match crowd.desk.free(0, stamp) {
            Freed::Errand(errand) => assert!(errand.turn),
            other => panic!("{other:?}"),
        }
        let owed = crowd.desk.owed();
        assert!(!crowd.desk.serve(&crowd, u32::MAX, stamp).unwrap().turn);
        drop(owed);
        assert_eq!(crowd.served.get(), many);
        assert_eq!(crowd.desk.tally().waits.served, many.into());
        assert_eq!(crowd.desk.check(), Ok(()));
        assert_eq!(crowd.desk.retire(), Some(true));
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap();
}

/// Requests that free their frame in the moment in which they are served.
struct Crowd {
    desk: Desk<Plain, Alone<Ledger<[Record; 0]>>>,
    line: RefCell<VecDeque<u32>>,
    served: Cell<u32>,
    depth: Cell<u32>,
}

impl Waiters for Crowd {
    type Waiter = u32;
    fn next(&self) -> Option<u32> {
        self.line.borrow_mut().pop_front()
    }
    fn who(&self, waiter: &u32) -> u32 {
        *waiter
    }
    fn give(&self, waiter: u32, frame: u32) {
        assert_eq!((waiter, self.depth.get()), (self.served.get(), 0));
        self.served.set(waiter + 1);
        self.depth.set(1);
        assert!(matches!(self.desk.free(frame, stamp), Freed::Done));
        self.depth.set(0);
    }
    fn dismiss(&self, _: u32, _: u32) {
        unreachable!();
    }
}

/// Another processor moves the free frame away from wherever the search looks: the search cannot tell, the desk can.
#[test]
fn a_search_that_never_settles_goes_to_the_desk() {
    let pool = Pool::new(Restless::default());
    pool.fill(Shape::plan(2, NonZeroU32::MIN, 1));
    assert!(pool.take_shut().is_some());
    pool.lower(SHUT);
    assert_eq!(pool.search_from(0, |_| ()), Took::Unsettled);

    let desk = Desk::new(Restless::default(), Alone::new(Ledger::new([], rules(Level::Fast, false))));
    desk.begin().unwrap();
    desk.commit(Shape::plan(2, NonZeroU32::MIN, 1), stamp());
    assert!(matches!(desk.allocate(0, stamp), Granted::Frame(_)));
    assert!(matches!(desk.allocate(0, stamp), Granted::Frame(_)));
    assert_eq!(desk.allocate(0, stamp), Granted::Empty);
    assert_eq!(desk.check(), Ok(()));
}

/// While SHUT goes down on two words, one frame is freed in word 1 and one taken from word 0: the flags take from the
/// sum of the words what the take adds. The count of frames out must not take the two for quiet.
#[test]
fn flags_do_not_hide_a_take() {
    let pool = Pool::new(Scripted::default());
    pool.fill(Shape::plan(2, NonZeroU32::MIN, 1));
    assert_eq!(pool.take_shut(), Some(0));
    assert_eq!(pool.take_shut(), Some(1));
    assert!(pool.put(0));
    // Frame 1 is out, frame 0 is free. The script begins behind the first word of the count.
    pool.words().begin(3);
    assert!(!matches!(pool.out(), Some(0)), "there was no instant without a frame out");
}
