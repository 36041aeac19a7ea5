//! The desk against a naive allocator that keeps its free frames in a set: random calls of one thread, every answer and
//! every count compared, every invariant checked after each call. What threads do to each other is for the models.

#[allow(dead_code)] // each test crate uses a part of it
#[path = "../src/core/mod.rs"]
mod pure;

#[path = "properties/naive.rs"]
mod naive;
#[path = "properties/storage.rs"]
mod storage;

use naive::{Answer, Naive};
use proptest::prelude::*;
use pure::{
    batch::{Batch, MAX_BATCH},
    desk::{Desk, Errand, Freed, Granted},
    ledger::{Ledger, Level, Phase, Rules},
    pool::{Pool, Took},
    record::{Kind, Record, Stamp},
    shape::{MAX_FRAMES, Shape},
    word::SHUT,
};
use std::{num::NonZeroU32, sync::atomic::AtomicU64};
use storage::{Alone, Plain, Restless, Scripted};

fn rules(level: Level, notify: bool) -> Rules {
    Rules { level, notify, direct_first: false }
}

type TestDesk = Desk<Plain, Alone<Ledger<[Record; 16]>>>;

/// A call. Frames are chosen by a number that is reduced to what there is.
#[derive(Clone, Debug)]
enum Call {
    Allocate(u32),
    Free(u32),
    FreeAnything(u32),
    AllocateBatch(u32, usize),
    FreeSome(usize),
    SetLevel(Level),
    Drain,
    GiveUp,
    Finish,
    Commit(u32, u32),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let level = prop_oneof![Just(Level::Fast), Just(Level::Count), Just(Level::Record)];
    let frames = prop_oneof![1..6u32, 30..35u32, 1..=MAX_FRAMES];
    let processors = prop_oneof![Just(1u32), 2..5u32, 1..=2048u32];
    let call = prop_oneof![
        12 => any::<u32>().prop_map(Call::Allocate),
        8 => any::<u32>().prop_map(Call::Free),
        3 => prop_oneof![0..8u32, any::<u32>()].prop_map(Call::FreeAnything),
        4 => (any::<u32>(), prop_oneof![1..5usize, 1..=MAX_BATCH]).prop_map(|(p, n)| Call::AllocateBatch(p, n)),
        3 => (1..100usize).prop_map(Call::FreeSome),
        2 => level.prop_map(Call::SetLevel),
        1 => Just(Call::Drain),
        1 => Just(Call::GiveUp),
        2 => Just(Call::Finish),
        3 => (frames, processors).prop_map(|(f, p)| Call::Commit(f, p)),
    ];
    prop::collection::vec(call, 1..120)
}

fn stamp() -> Stamp {
    Stamp::default()
}

fn errand(errand: Option<&Errand<'_, AtomicU64>>) -> Answer {
    errand.map_or(Answer::Done, |e| Answer::Errand { notices: e.notices, drained: e.drained })
}

fn free(desk: &TestDesk, naive: &mut Naive, frame: u32) {
    let answer = match desk.free(frame, stamp) {
        Freed::Done => errand(None),
        Freed::Errand(e) => errand(Some(&e)),
        Freed::Twice => Answer::Twice,
        Freed::Foreign => Answer::Foreign,
    };
    assert_eq!(answer, naive.free(frame));
}

fn allocate(desk: &TestDesk, naive: &mut Naive, processor: u32) {
    match desk.allocate(processor, stamp) {
        Granted::Frame(frame) => naive.took(&[frame]),
        refused => assert_eq!(refused, naive.refusal(1)),
    }
}

fn allocate_batch(desk: &TestDesk, naive: &mut Naive, processor: u32, count: usize) {
    let mut batch = Batch::new();
    let (granted, owed) = desk.allocate_batch(processor, count, &mut batch, stamp);
    let frames: Vec<u32> = batch.iter().collect();
    if let Granted::Frame(_) = granted {
        assert!(owed.is_none() && frames.len() == count);
        assert!(frames.iter().all(|frame| desk.is_out(*frame)));
        naive.took(&frames);
    } else {
        assert!(frames.is_empty());
        assert_eq!(granted, naive.refusal(count));
        assert_eq!(errand(owed.as_ref()), naive.gave_up());
    }
}

fn call(desk: &TestDesk, naive: &mut Naive, call: &Call) {
    match *call {
        Call::Allocate(processor) => allocate(desk, naive, processor),
        Call::AllocateBatch(processor, count) => allocate_batch(desk, naive, processor, count),
        Call::Free(n) => {
            let frame = naive.out().nth(n as usize % naive.count_out().max(1) as usize);
            frame.into_iter().for_each(|frame| free(desk, naive, frame));
        }
        Call::FreeAnything(n) => free(desk, naive, n % (2 * MAX_FRAMES)),
        Call::FreeSome(count) => {
            let frames: Vec<u32> = naive.out().take(count).collect();
            frames.into_iter().for_each(|frame| free(desk, naive, frame));
        }
        Call::SetLevel(level) => {
            desk.set_level(level);
            naive.level = level;
        }
        Call::Drain => assert_eq!(desk.drain(0, stamp()), naive.drain()),
        Call::GiveUp => {
            desk.give_up();
            naive.waiting = false;
        }
        Call::Finish => {
            let done = desk.finish();
            assert_eq!(done, naive.finish());
            if done {
                assert_eq!(desk.begin(), Err(Phase::Changing));
                desk.settled(stamp(), Kind::Decommit, 0);
            }
        }
        Call::Commit(frames, processors) => {
            let began = desk.begin();
            assert_eq!(began, naive.begin());
            if began.is_ok() {
                let processors = NonZeroU32::new(processors).unwrap();
                naive.commit(frames);
                desk.commit(Shape::plan(frames, processors, naive.commits), stamp());
            }
        }
    }
}

fn compare(desk: &TestDesk, naive: &Naive) {
    let tally = desk.tally();
    assert_eq!((tally.frames, tally.out, tally.takes), (naive.frames, naive.count_out(), naive.takes));
    assert_eq!((tally.level, tally.phase), (naive.level, naive.phase));
    assert!(tally.out <= tally.peak && tally.peak <= naive.peak, "{tally:?} {}", naive.peak);
    assert_eq!(desk.check(), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_desk_does_what_a_set_of_free_frames_does(
        calls in calls(), first in 1..=64u32, watchers in 0..2u32,
        level in prop_oneof![Just(Level::Fast), Just(Level::Count)]
    ) {
        let desk = Desk::new(Plain::new(128), Alone::new(Ledger::new([Record::default(); 16], rules(level, watchers > 0))));
        let mut naive = Naive::new(level, watchers);
        call(&desk, &mut naive, &Call::Commit(first, 2));
        for c in &calls {
            call(&desk, &mut naive, c);
            compare(&desk, &naive);
        }
        prop_assert_eq!(desk.retire(), naive.retire());
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
