//! Requests and the queue in which they wait, as kernel streaming keeps them: whoever wins the exchange of a request's
//! cancel routine owns it. One that is being cancelled is still linked for a while, and passed over.
use crate::{
    bench::{Bench, stamp},
    kit::Watched,
    pure::{
        desk::{Errand, Freed},
        serve::Waiters,
        wait::{Left, Requested},
    },
};
use loom::sync::{Mutex, atomic::AtomicBool};
use std::{
    collections::VecDeque,
    sync::atomic::{
        AtomicU32,
        Ordering::{AcqRel, Relaxed},
    },
};

/// What a request is told in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Frame(u32),
    Cancelled,
    TimedOut,
    Dismissed(u32),
    NotReady,
}

/// A request, in memory of its own. Whoever completes it writes it.
struct Irp {
    /// Somebody wants it cancelled.
    cancel: AtomicBool,
    /// The cancel routine is set: whoever takes it away owns the request.
    routine: AtomicBool,
    body: Watched,
}

/// Requests that wait, and those that were moved aside to leave before their turn (leaving.rs). One lock for both lists.
#[derive(Default)]
pub struct Lists {
    pub queue: VecDeque<usize>,
    pub leaving: VecDeque<usize>,
}

/// The queue, and notes of what happened, which are not part of what is modelled.
pub struct Line {
    pub lists: Mutex<Lists>,
    irps: [Irp; 3],
    told: std::sync::Mutex<Vec<(usize, Told)>>,
    asked: AtomicU32,
    notices: AtomicU32,
    drained: AtomicU32,
    caught: AtomicU32,
    at_once: AtomicU32,
    eager: AtomicU32,
}

impl Line {
    pub fn new() -> Self {
        let irp = || Irp { cancel: AtomicBool::new(false), routine: AtomicBool::new(false), body: Watched::new() };
        let number = || AtomicU32::new(0);
        Self {
            lists: Mutex::new(Lists::default()),
            irps: [irp(), irp(), irp()],
            told: Default::default(),
            asked: number(),
            notices: number(),
            drained: number(),
            caught: number(),
            at_once: number(),
            eager: number(),
        }
    }

    /// The next so many requests that are given a frame free it at once.
    pub fn free_at_once(&self, times: u32) {
        self.at_once.store(times, Relaxed);
    }

    /// Counts a request that was made elsewhere.
    pub fn asks(&self) {
        self.asked.fetch_add(1, Relaxed);
    }

    /// At every notice a subscriber tries to take a frame, once.
    pub fn listen(&self) {
        self.eager.store(1, Relaxed);
    }

    /// How many frames that subscriber has.
    pub fn caught(&self) -> u32 {
        self.caught.load(Relaxed)
    }

    /// Takes the oldest request of a list that nobody else has, or will have, out of it.
    pub fn first(&self, list: &mut VecDeque<usize>) -> Option<usize> {
        let at = list.iter().position(|i| self.irps[*i].routine.swap(false, AcqRel))?;
        list.remove(at)
    }

    /// What was told to whom, in that order.
    pub fn told(&self) -> Vec<(usize, Told)> {
        self.told.lock().unwrap().clone()
    }

    pub fn notices(&self) -> u32 {
        self.notices.load(Relaxed)
    }

    pub fn drained(&self) -> u32 {
        self.drained.load(Relaxed)
    }
}

fn one_of(number: &AtomicU32) -> bool {
    number.fetch_update(Relaxed, Relaxed, |n| n.checked_sub(1)).is_ok()
}

impl Waiters for Bench {
    type Waiter = usize;
    fn next(&self) -> Option<usize> {
        self.memory.read(); // it goes with the allocator
        self.line.first(&mut self.line.lists.lock().unwrap().queue)
    }
    fn who(&self, waiter: &usize) -> u32 {
        *waiter as u32
    }
    fn give(&self, waiter: usize, frame: u32) {
        self.write(frame);
        self.tell(waiter, Told::Frame(frame));
        if one_of(&self.line.at_once) {
            assert_eq!(self.free(frame), 0, "the server is at it");
        }
    }
    fn dismiss(&self, waiter: usize, reason: u32) {
        self.tell(waiter, Told::Dismissed(reason));
    }
}

impl Bench {
    pub fn tell(&self, who: usize, told: Told) {
        self.line.irps[who].body.write();
        self.line.told.lock().unwrap().push((who, told));
    }

    /// Asks for a frame; if there is none, the request is counted, and to be queued.
    pub fn request(&self, who: usize) -> bool {
        self.line.asks();
        self.line.irps[who].body.write();
        match self.desk.request(who as u32, who as u32, stamp) {
            Requested::Frame(frame) => {
                self.write(frame);
                self.tell(who, Told::Frame(frame));
            }
            Requested::Wait => return true,
            Requested::NotReady => self.tell(who, Told::NotReady),
        }
        false
    }

    /// Queues a request that is counted; one that is cancelled already leaves instead.
    pub fn queue(&self, who: usize) {
        let irp = &self.line.irps[who];
        let mut lists = self.line.lists.lock().unwrap();
        lists.queue.push_back(who);
        irp.routine.swap(true, AcqRel);
        let cancelled = irp.cancel.fetch_or(false, AcqRel) && irp.routine.swap(false, AcqRel);
        if cancelled {
            lists.queue.retain(|i| *i != who);
        }
        drop(lists);
        if cancelled {
            self.left(who);
        }
    }

    /// A request from its beginning to where its owner leaves it alone.
    pub fn ask(&self, who: usize) {
        if self.request(who) {
            self.queue(who);
            assert_eq!(self.serve(u32::MAX), 0);
        }
    }

    /// Cancels a request, wherever it is.
    pub fn cancel(&self, who: usize) {
        self.line.irps[who].cancel.swap(true, AcqRel);
        if self.withdraw(who) {
            self.left(who);
        }
    }

    /// Takes a request out of the list that it is on, if nobody else does.
    pub fn withdraw(&self, who: usize) -> bool {
        let own = self.line.irps[who].routine.swap(false, AcqRel);
        if own {
            self.memory.read(); // the lists go with the allocator
            let mut lists = self.line.lists.lock().unwrap();
            lists.queue.retain(|i| *i != who);
            lists.leaving.retain(|i| *i != who);
        }
        own
    }

    fn left(&self, who: usize) {
        self.leave(who, Left::Cancelled);
        self.tell(who, Told::Cancelled);
    }

    /// Takes a request out of the count that is on no list any more.
    pub fn leave(&self, who: usize, why: Left) {
        if let Some(errand) = self.desk.leave(who as u32, why, stamp) {
            assert_eq!(self.settle(&errand), 0);
        }
    }

    /// Does what is to be done at once; says how many turns are owed.
    pub fn settle(&self, errand: &Errand<'_, crate::kit::W>) -> u32 {
        self.memory.read(); // callbacks, lists and the event are in the allocator's memory
        self.line.drained.fetch_add(errand.drained.into(), Relaxed);
        for _ in 0..errand.notices {
            self.line.notices.fetch_add(1, Relaxed);
            if self.line.eager.load(Relaxed) > 0 && self.line.caught() == 0 {
                self.line.caught.fetch_add(self.take(0).is_ok().into(), Relaxed);
            }
        }
        errand.turn.into()
    }

    /// Gives a frame back; says how many turns are owed.
    pub fn free(&self, frame: u32) -> u32 {
        self.write(frame);
        match self.desk.free(frame, stamp) {
            Freed::Done => 0,
            Freed::Errand(errand) => self.settle(&errand),
            other => panic!("{other:?}"),
        }
    }

    /// Serves; says how many turns are owed.
    pub fn serve(&self, limit: u32) -> u32 {
        self.desk.serve(self, limit, stamp).map_or(0, |errand| self.settle(&errand))
    }

    /// Takes a turn that is owed, and those that it leaves.
    pub fn turn(&self, limit: u32) {
        let owed = self.desk.owed();
        let more = self.serve(limit);
        drop(owed);
        (0..more).for_each(|_| self.turn(limit));
    }

    /// Gives a frame back and takes the turn in the same thread, before or after the end of the errand.
    pub fn free_and_serve(&self, frame: u32) {
        self.write(frame);
        match self.desk.free(frame, stamp) {
            Freed::Done => {}
            Freed::Errand(errand) => (0..self.settle(&errand)).for_each(|_| self.turn(u32::MAX)),
            other => panic!("{other:?}"),
        }
    }

    pub fn free_and_serve_later(&self, frame: u32) {
        (0..self.free(frame)).for_each(|_| self.turn(u32::MAX));
    }

    /// What must hold once everybody has come to rest: nobody waits beside a free frame, everybody was told once.
    pub fn rest(&self) {
        assert_eq!(self.desk.check(), Ok(()));
        let (tally, told) = (self.desk.tally(), self.line.told());
        assert!(tally.waiting == 0 || tally.out == tally.frames, "lost wake-up: {tally:?} {told:?}");
        let linked: Vec<usize> = self.line.lists.lock().unwrap().queue.iter().copied().collect();
        assert_eq!(linked.len(), tally.waiting as usize, "miscounted: {linked:?} {tally:?}");
        let mut all: Vec<usize> = told.iter().map(|(who, _)| *who).chain(linked).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), self.line.asked.load(Relaxed) as usize, "forgotten: {told:?}");
        assert_eq!(told.len() + tally.waiting as usize, all.len(), "told twice: {told:?}");
        let waits = tally.waits;
        let ended = waits.served + waits.cancelled + waits.timed_out + waits.dismissed;
        assert_eq!(waits.begun, ended + u64::from(tally.waiting), "{tally:?}");
        let is = |what: fn(&Told) -> bool| told.iter().filter(|(_, told)| what(told)).count() as u64;
        assert_eq!(waits.cancelled, is(|told| *told == Told::Cancelled), "{tally:?}");
        assert_eq!(waits.timed_out, is(|told| *told == Told::TimedOut), "{tally:?}");
        assert_eq!(waits.dismissed, is(|told| matches!(told, Told::Dismissed(_))), "{tally:?}");
    }
}
