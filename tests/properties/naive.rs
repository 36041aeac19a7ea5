//! An allocator that is too simple to be wrong.
use crate::pure::{
    desk::Granted,
    ledger::{Level, Phase},
};
use std::collections::BTreeSet;

/// What a free, or giving up a batch, comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    Errand { notices: u32, drained: bool },
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
    watchers: u32,
    free: BTreeSet<u32>,
}

impl Naive {
    pub fn new(level: Level, watchers: u32) -> Self {
        let (phase, free) = (Phase::Idle, BTreeSet::new());
        Self { phase, waiting: false, level, frames: 0, takes: 0, peak: 0, commits: 0, watchers, free }
    }

    pub fn out(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.frames).filter(|frame| !self.free.contains(frame))
    }

    pub fn count_out(&self) -> u32 {
        self.frames - self.free.len() as u32
    }

    pub fn took(&mut self, frames: &[u32]) {
        assert_eq!(self.phase, Phase::Open);
        for frame in frames {
            assert!(self.free.remove(frame), "frame {frame} was not free");
            self.takes += 1;
        }
        self.peak = self.peak.max(self.count_out());
    }

    /// Why so many frames cannot be had.
    pub fn refusal(&self, count: usize) -> Granted {
        if self.phase != Phase::Open {
            return Granted::NotReady;
        }
        assert!(self.free.len() < count, "{} are free", self.free.len());
        Granted::Empty
    }

    /// What a refused batch does: on the words it took what there was and put it back, which counts as nothing; at the
    /// desk it begins nothing.
    pub fn gave_up(&self) -> Answer {
        let open = self.phase == Phase::Open && self.level == Level::Fast;
        let back = if open { self.free.len() as u32 } else { 0 };
        self.answer(back)
    }

    fn answer(&self, back: u32) -> Answer {
        let notices = if self.watchers > 0 { back } else { 0 };
        let drained = back > 0 && self.phase == Phase::Draining && self.count_out() == 0;
        if notices > 0 || drained { Answer::Errand { notices, drained } } else { Answer::Done }
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

    pub fn drain(&mut self) -> Result<u32, Phase> {
        match self.phase {
            Phase::Open => self.phase = Phase::Draining,
            Phase::Draining if self.waiting => return Err(Phase::Changing),
            Phase::Draining => {}
            other => return Err(other),
        }
        self.waiting = true;
        Ok(self.count_out())
    }

    pub fn finish(&mut self) -> bool {
        let done = self.phase == Phase::Draining && self.count_out() == 0;
        if done {
            self.phase = Phase::Idle;
            self.waiting = false;
            self.frames = 0;
            self.free.clear();
        }
        done
    }

    pub fn retire(&self) -> Option<bool> {
        (!self.waiting && self.count_out() == 0).then_some(self.phase != Phase::Idle)
    }
}
