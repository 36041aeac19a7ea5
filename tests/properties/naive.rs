//! An allocator that is too simple to be wrong.
use crate::pure::{
    desk::Granted,
    ledger::{Level, Phase},
    wait::{Server, Waits},
};
use std::collections::{BTreeSet, VecDeque};

/// What a free, or giving up a batch, comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    Errand { notices: u32, drained: bool, turn: bool },
    Twice,
    Foreign,
}

pub struct Naive {
    pub phase: Phase,
    pub waiting: bool,
    pub level: Level,
    pub frames: u32,
    pub takes: u64,
    /// Most frames out at once; the desk may know less below Level::Count.
    pub peak: u32,
    pub commits: u32,
    pub notify: bool,
    pub subscribers: u32,
    pub free: BTreeSet<u32>,
    /// Requests in the queue, oldest first.
    pub line: VecDeque<u32>,
    /// Requests that are counted and not in the queue: not yet, or not any more.
    pub aside: Vec<u32>,
    /// One of those that were in the queue has a frame, and its turn is not booked yet.
    pub promised: bool,
    pub server: Server,
    /// Turns that somebody is to take.
    pub owed: u32,
    pub barred: u32,
    pub direct_first: bool,
    pub reason: u32,
    pub waits: Waits,
}

impl Naive {
    pub fn new(level: Level, notify: bool, direct_first: bool) -> Self {
        Self {
            phase: Phase::Idle,
            waiting: false,
            level,
            frames: 0,
            takes: 0,
            peak: 0,
            commits: 0,
            notify,
            subscribers: 0,
            free: BTreeSet::new(),
            line: VecDeque::new(),
            aside: Vec::new(),
            promised: false,
            server: Server::Idle,
            owed: 0,
            barred: 0,
            direct_first,
            reason: 0,
            waits: Waits::default(),
        }
    }

    pub fn out(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.frames).filter(|frame| !self.free.contains(frame))
    }

    pub fn count_out(&self) -> u32 {
        self.frames - self.free.len() as u32
    }

    pub fn open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Requests that no frame is promised to.
    pub fn in_line(&self) -> u32 {
        (self.line.len() + self.aside.len()) as u32
    }

    fn bars(&self) -> bool {
        self.in_line() > 0 && !self.direct_first
    }

    fn heard(&self, frees: u32) -> u32 {
        if self.notify || self.subscribers > 0 { frees } else { 0 }
    }

    /// The flags that are up: SHUT, WATCH.
    pub fn flags(&self) -> (bool, bool) {
        let shut = !self.open() || self.level > Level::Fast || self.in_line() > 0;
        (shut, self.heard(1) > 0 && matches!(self.phase, Phase::Open | Phase::Draining))
    }

    /// A direct call, or a request, has frames.
    pub fn took(&mut self, frames: &[u32]) {
        assert_eq!(self.phase, Phase::Open);
        for frame in frames {
            assert!(self.free.remove(frame), "frame {frame} was not free");
            self.takes += 1;
        }
        self.peak = self.peak.max(self.count_out());
    }

    pub fn took_directly(&mut self, frames: &[u32]) {
        assert!(!self.bars(), "overtaken");
        self.took(frames);
    }

    /// Why so many frames cannot be had.
    pub fn refusal(&mut self, count: usize) -> Granted {
        if !self.open() {
            return Granted::NotReady;
        }
        if self.bars() && !self.free.is_empty() {
            self.barred += 1;
            return Granted::Barred;
        }
        assert!(self.free.len() < count, "{} are free", self.free.len());
        Granted::Empty
    }

    /// What a refused batch does: on the words it took what there was and put it back, which counts as nothing; at the
    /// desk it begins nothing.
    pub fn gave_up(&mut self) -> Answer {
        let shut = self.flags().0;
        let back = if shut { 0 } else { self.free.len() as u32 };
        self.answer(back)
    }

    fn answer(&mut self, back: u32) -> Answer {
        let notices = self.heard(back);
        let drained = back > 0 && self.drained();
        let turn = back > 0 && self.open() && self.in_line() > 0 && self.server == Server::Idle;
        if turn {
            self.server = Server::Asked;
            self.owed += 1;
        }
        if notices > 0 || drained || turn { Answer::Errand { notices, drained, turn } } else { Answer::Done }
    }

    fn drained(&self) -> bool {
        self.phase == Phase::Draining && self.count_out() == 0
    }

    pub fn free(&mut self, frame: u32) -> Answer {
        if frame >= self.frames {
            return Answer::Foreign;
        }
        if !self.free.insert(frame) {
            return Answer::Twice;
        }
        self.answer(1)
    }

    pub fn begin(&mut self) -> Result<(), Phase> {
        match self.phase {
            Phase::Idle => Ok(()),
            Phase::Draining if self.waiting => Err(Phase::Changing),
            other => Err(other),
        }
    }

    pub fn commit(&mut self, frames: u32) {
        self.phase = Phase::Open;
        self.frames = frames;
        self.free = (0..frames).collect();
        self.commits += 1;
    }

    pub fn stop(&mut self, reason: u32) -> Option<u32> {
        self.open().then(|| {
            (self.phase, self.reason) = (Phase::Draining, reason);
            self.count_out()
        })
    }

    pub fn drain(&mut self, reason: u32) -> Result<u32, Phase> {
        match self.phase {
            Phase::Draining if self.waiting => return Err(Phase::Changing),
            Phase::Draining => {}
            Phase::Open => drop(self.stop(reason)),
            other => return Err(other),
        }
        self.waiting = true;
        Ok(self.count_out())
    }

    fn home(&self) -> bool {
        self.count_out() == 0 && self.in_line() == 0 && self.owed == 0
    }

    pub fn finish(&mut self) -> bool {
        let done = self.phase == Phase::Draining && self.home();
        if done {
            self.phase = Phase::Idle;
            self.waiting = false;
            self.frames = 0;
            self.free.clear();
        }
        done
    }

    pub fn retire(&self) -> Option<bool> {
        (!self.waiting && self.home() && self.subscribers == 0).then_some(self.phase != Phase::Idle)
    }

    /// Whether a request that comes now has to wait.
    pub fn has_to_wait(&self) -> bool {
        self.in_line() > 0 || self.free.is_empty()
    }

    /// The server books what it did last.
    pub fn book(&mut self) {
        self.promised = false;
    }

    /// The server asks for the next request: there must be work.
    pub fn next(&mut self) -> Option<u32> {
        self.book();
        assert_eq!(self.server, Server::Busy);
        assert!(self.in_line() > 0 && !(self.open() && self.free.is_empty()), "nothing to do");
        let next = self.line.pop_front();
        if self.open() {
            self.peak = self.peak.max(self.count_out() + 1); // what is promised is out
            self.promised = next.is_some();
        }
        next
    }

    /// The server stops, after having found nobody in the queue or having reached its limit, perhaps.
    pub fn stop_serving(&mut self, nobody: bool, limit: bool) -> Answer {
        self.book();
        let work = self.in_line() > 0 && !(self.open() && self.free.is_empty());
        assert!(!work || nobody || limit, "stopped too early");
        let turn = work && !nobody;
        self.server = if turn { Server::Asked } else { Server::Idle };
        self.owed += u32::from(turn);
        let kept = u32::from(nobody && self.open());
        Answer::Errand { notices: self.heard(kept) + self.unbarred(), drained: self.drained(), turn }
    }

    fn unbarred(&mut self) -> u32 {
        if self.bars() {
            return 0;
        }
        let free = if self.open() { self.free.len() as u32 } else { 0 };
        let missed = std::mem::take(&mut self.barred);
        self.heard(missed.min(free))
    }

    /// A request has left.
    pub fn leave(&mut self, who: u32) -> u32 {
        self.aside.retain(|other| *other != who);
        self.waits.cancelled += 1;
        self.unbarred()
    }
}
