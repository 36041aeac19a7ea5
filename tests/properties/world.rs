//! The desk and the naive allocator, side by side: each call goes to both, and the answers must be the same.
use crate::{
    naive::{Answer, Naive},
    pure::{
        batch::Batch,
        desk::{Desk, Errand, Freed, Granted},
        ledger::{Ledger, Level, Phase, Rules},
        record::{Kind, Record, Stamp},
        shape::Shape,
        word::{SHUT, WATCH, Word, Words},
    },
    storage::{Alone, Plain},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    num::NonZeroU32,
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// What whoever is given a frame does in that moment.
#[derive(Clone, Copy, Debug)]
pub enum After {
    Keep,
    Free,
    Ask,
    FreeAndAsk,
    Take,
}

pub struct World {
    pub desk: Desk<Rc<Plain>, Alone<Ledger<[Record; 16]>>>,
    words: Rc<Plain>,
    pub naive: RefCell<Naive>,
    pub after: RefCell<HashMap<u32, After>>,
    /// Whether the server's last look into the queue found nobody; looks that it has left.
    pub nobody: Cell<bool>,
    pub left: Cell<u32>,
}

pub fn stamp() -> Stamp {
    Stamp::default()
}

pub fn errand(errand: Option<&Errand<'_, AtomicU64>>) -> Answer {
    errand.map_or(Answer::Done, |e| Answer::Errand { notices: e.notices, drained: e.drained, turn: e.turn })
}

impl World {
    pub fn new(rules: Rules) -> Self {
        let words = Rc::new(Plain::new(128));
        Self {
            desk: Desk::new(words.clone(), Alone::new(Ledger::new([Record::default(); 16], rules))),
            words,
            naive: RefCell::new(Naive::new(rules.level, rules.notify, rules.direct_first)),
            after: RefCell::default(),
            nobody: Cell::new(false),
            left: Cell::new(0),
        }
    }

    pub fn free(&self, frame: u32) {
        let freed = self.desk.free(frame, stamp);
        let answer = match &freed {
            Freed::Done => errand(None),
            Freed::Errand(e) => errand(Some(e)),
            Freed::Twice => Answer::Twice,
            Freed::Foreign => Answer::Foreign,
            Freed::Held(_) => unreachable!("nobody says who frees"),
        };
        assert_eq!(answer, self.naive.borrow_mut().free(frame));
    }

    /// Frees the nth of the frames that are out.
    pub fn free_nth(&self, n: u32) {
        let naive = self.naive.borrow();
        let frame = naive.out().nth(n as usize % naive.count_out().max(1) as usize);
        drop(naive);
        frame.into_iter().for_each(|frame| self.free(frame));
    }

    pub fn free_some(&self, count: usize) {
        let frames: Vec<u32> = self.naive.borrow().out().take(count).collect();
        frames.into_iter().for_each(|frame| self.free(frame));
    }

    pub fn allocate(&self, processor: u32) {
        let granted = self.desk.allocate(processor, stamp);
        let mut naive = self.naive.borrow_mut();
        match granted {
            Granted::Frame(frame) => naive.took_directly(&[frame]),
            refused => assert_eq!(refused, naive.refusal(1)),
        }
    }

    pub fn allocate_batch(&self, processor: u32, count: usize) {
        let mut batch = Batch::new();
        let (granted, owed) = self.desk.allocate_batch(processor, count, &mut batch, stamp);
        let frames: Vec<u32> = batch.iter().collect();
        let mut naive = self.naive.borrow_mut();
        if let Granted::Frame(_) = granted {
            assert!(owed.is_none() && frames.len() == count);
            assert!(frames.iter().all(|frame| self.desk.is_out(*frame)));
            naive.took_directly(&frames);
        } else {
            assert!(frames.is_empty());
            assert_eq!(granted, naive.refusal(count));
            assert_eq!(errand(owed.as_ref()), naive.gave_up());
        }
    }

    pub fn set_level(&self, level: Level) {
        self.desk.set_level(level);
        self.naive.borrow_mut().level = level;
    }

    pub fn give_up(&self) {
        self.desk.give_up();
        self.naive.borrow_mut().waiting = false;
    }

    pub fn finish(&self) {
        let done = self.desk.finish();
        assert_eq!(done, self.naive.borrow_mut().finish());
        if done {
            assert_eq!(self.desk.begin(), Err(Phase::Changing));
            self.desk.settled(stamp(), Kind::Decommit, 0);
        }
    }

    pub fn commit(&self, frames: u32, processors: u32) {
        let began = self.desk.begin();
        let mut naive = self.naive.borrow_mut();
        assert_eq!(began, naive.begin());
        if began.is_ok() {
            let processors = NonZeroU32::new(processors).unwrap();
            naive.commit(frames);
            self.desk.commit(Shape::plan(frames, processors, naive.commits), stamp());
        }
    }

    pub fn compare(&self) {
        let (tally, naive) = (self.desk.tally(), self.naive.borrow());
        assert_eq!((tally.frames, tally.out, tally.takes), (naive.frames, naive.count_out(), naive.takes));
        assert_eq!((tally.level, tally.phase), (naive.level, naive.phase));
        assert!(tally.out <= tally.peak && tally.peak <= naive.peak, "{tally:?} {}", naive.peak);
        assert_eq!(tally.waiting, naive.in_line());
        assert_eq!((tally.waits, tally.watching), (naive.waits, naive.subscribers.into()));
        let ended = tally.waits.served + tally.waits.cancelled + tally.waits.dismissed;
        let waiting = naive.in_line() + u32::from(naive.promised);
        assert_eq!(tally.waits.begun, ended + u64::from(waiting));
        for i in 0..=self.desk.shape().mask {
            let word = Word::load(self.words.at(i), Relaxed);
            assert_eq!((word & SHUT != 0, word & WATCH != 0), naive.flags(), "{tally:?}");
        }
        assert_eq!(self.desk.check(), Ok(()));
    }
}
