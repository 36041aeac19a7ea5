//! Several frames at once: all or none.
//!
//! An allocation takes one frame after the other on the words. If they run out, the desk decides with SHUT up: it
//! takes the rest if it is there, or puts back what was taken. Of two batches that are in each other's way the last
//! one to reach the desk sees what the other gave up, so both fail only if each would fail alone after the other.
//! Frames that are put back are frees: watchers hear of them, because an allocation in between may have found nothing.
use super::{
    desk::{Desk, Errand, Granted},
    ledger::{Ledger, Phase},
    pool::Took,
    record::{Kind, NO_FRAME, Record, Stamp},
    word::{Lock, Words},
};

/// Most frames of one batch.
pub const MAX_BATCH: usize = 64;

/// A list of frames on the stack.
pub struct Batch {
    frames: [u16; MAX_BATCH],
    len: usize,
}

impl Batch {
    /// No frames.
    #[must_use]
    pub fn new() -> Self {
        Self { frames: [0; MAX_BATCH], len: 0 }
    }

    /// Adds a frame; one beyond [`MAX_BATCH`] is refused.
    pub fn push(&mut self, frame: u32) -> bool {
        let slot = self.frames.get_mut(self.len);
        let room = slot.is_some();
        if let Some(slot) = slot {
            *slot = frame as u16;
            self.len = self.len.wrapping_add(1);
        }
        room
    }

    /// The frames.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.frames.iter().take(self.len).map(|f| u32::from(*f))
    }

    /// The frames, as they are kept.
    #[must_use]
    pub fn frames(&self) -> &[u16] {
        self.frames.get(..self.len).unwrap_or_default()
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// Takes `count` frames into `batch`, at most [`MAX_BATCH`], or none. The frame in [`Granted::Frame`] is the last one.
    pub fn allocate_batch(
        &self,
        processor: u32,
        count: usize,
        batch: &mut Batch,
        stamp: impl Fn() -> Stamp,
    ) -> (Granted, Option<Errand<'_, S::W>>) {
        let count = count.min(MAX_BATCH);
        let mut last = Granted::Empty;
        while batch.len < count {
            match self.pool.allocate(processor) {
                Took::Frame(frame) if batch.push(frame) => last = Granted::Frame(frame),
                _ => return self.complete_here(count, batch, &stamp),
            }
        }
        (last, None)
    }

    #[cold]
    #[inline(never)]
    fn complete_here(
        &self,
        count: usize,
        batch: &mut Batch,
        stamp: &impl Fn() -> Stamp,
    ) -> (Granted, Option<Errand<'_, S::W>>) {
        self.at(|l| self.complete(l, count, batch, stamp))
    }

    fn complete(
        &self,
        l: &mut Ledger<R>,
        count: usize,
        batch: &mut Batch,
        stamp: &impl Fn() -> Stamp,
    ) -> (Granted, Option<Errand<'_, S::W>>) {
        let mut last = Granted::Empty;
        self.shut_without(l, batch.len as u32);
        let free = self.pool.shape().frames.wrapping_sub(l.out) as usize;
        // What cannot be completed is not begun: the peak stays true.
        let enough = batch.len.wrapping_add(free) >= count || l.phase != Phase::Open || l.line.bars();
        while enough && batch.len < count {
            last = self.grant(l, stamp);
            let Granted::Frame(frame) = last else { break };
            batch.push(frame);
        }
        if let Granted::Frame(_) = last {
            return (last, None);
        }
        if last == Granted::Empty {
            l.trace(stamp, Kind::Empty, u32::MAX, count as u32);
        }
        let errand = self.put_back(l, batch.frames(), stamp);
        batch.len = 0;
        (last, errand)
    }

    /// Puts back frames that were taken, and that cannot be handed out.
    pub fn take_back(&self, frames: &[u16], stamp: impl Fn() -> Stamp) -> Option<Errand<'_, S::W>> {
        self.at(|l| {
            self.shut_without(l, frames.len() as u32);
            self.put_back(l, frames, &stamp)
        })
    }

    /// As `shut`, while so many frames are out that were never handed out: they are no peak.
    fn shut_without(&self, l: &mut Ledger<R>, taken: u32) {
        let peak = l.peak;
        self.shut(l);
        l.peak = peak.max(l.out.saturating_sub(taken));
    }

    fn put_back(&self, l: &mut Ledger<R>, frames: &[u16], stamp: &impl Fn() -> Stamp) -> Option<Errand<'_, S::W>> {
        let mut back = 0u32;
        for frame in frames.iter().map(|f| u32::from(*f)) {
            if self.pool.put(frame) {
                l.out = l.out.wrapping_sub(1);
                l.trace(stamp, Kind::Free, frame, l.out);
                back = back.wrapping_add(1);
            }
        }
        l.returned = l.returned.wrapping_add(back.into());
        self.errand(l, back, NO_FRAME, stamp)
    }
}
