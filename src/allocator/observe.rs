//! What can be seen of an allocator.
use super::{commit::Framing, object::Allocator};
use crate::{
    core::{
        address::Address,
        audit::{Broken, Tally},
        framing::Layout,
        holders::Holder,
        ledger::Level,
        record::{NO_FRAME, Record},
        word::Lock,
    },
    os::{self, status::Status},
};
use core::sync::atomic::Ordering::Relaxed;

/// Everything that is counted.
pub(crate) struct Statistics {
    pub tally: Tally,
    pub layout: Option<Layout>,
    pub empty: u64,
    pub not_ready: u64,
    pub twice: u64,
    pub foreign: u64,
    pub denied: u64,
    pub irql: u64,
    pub notified: u64,
    pub barred: u64,
}

/// What is known of one frame.
pub(crate) struct FrameInfo {
    pub index: u32,
    pub size: u32,
    pub bus: i64,
    pub out: bool,
    pub holder: Address,
}

impl Allocator {
    /// Counts.
    pub fn statistics(&self) -> Statistics {
        let mut tally = self.desk.tally();
        self.counters.saw(tally.peak);
        let c = &self.counters;
        tally.peak = c.peak.load(Relaxed);
        Statistics {
            tally,
            layout: self.held.with(|held| held.as_ref().map(|held| held.layout)),
            empty: c.empty.load(Relaxed),
            not_ready: c.not_ready.load(Relaxed),
            twice: c.twice.load(Relaxed),
            foreign: c.foreign.load(Relaxed),
            denied: c.denied.load(Relaxed),
            irql: c.irql.load(Relaxed),
            notified: c.notified.load(Relaxed),
            barred: c.barred.load(Relaxed),
        }
    }

    /// Whether each frame is a memory callback of its own.
    pub fn separate(&self) -> bool {
        self.table.is_some()
    }

    /// What was committed, with the number of frames that it came to, and how many of them are out.
    pub fn framing(&self) -> Result<(Framing, u32), Status> {
        let framing = self.held.with(|held| held.as_ref().map(|h| h.framing)).ok_or(Status::DEVICE_NOT_READY)?;
        Ok((framing, self.desk.tally().out))
    }

    /// Checks every invariant.
    pub fn check(&self) -> Result<(), Broken> {
        self.desk.check()?;
        self.holders.as_ref().map_or(Ok(()), |holders| self.desk.check_holders(holders))
    }

    /// Changes the level.
    pub fn set_level(&self, level: Level) {
        self.desk.set_level(level);
    }

    /// Shows at most `room` records, with the lock held; answers the number of the first and how many.
    pub fn records(&self, from: u64, room: usize, show: impl FnMut(Record)) -> (u64, usize) {
        self.desk.records(from, room, show)
    }

    /// Writes a remark about a frame, or about none, into the flight recorder.
    pub fn note(&self, frame: Option<Address>, note: u32) -> Result<(), Status> {
        let frame = match frame {
            Some(address) => self.frame(address).ok_or(Status::INVALID_PARAMETER)?,
            None => NO_FRAME,
        };
        let here = os::place();
        self.desk.note(frame, note, || here.stamp());
        Ok(())
    }

    /// A frame that somebody holds.
    pub fn find_held(&self, by: Holder) -> Result<Address, Status> {
        let holders = self.holders.as_ref().ok_or(Status::NOT_SUPPORTED)?;
        let frame = holders.find(self.desk.shape().frames, by).ok_or(Status::NOT_FOUND)?;
        Ok(self.address(frame))
    }

    /// Describes the frame that begins at an address.
    pub fn frame_info(&self, address: Address) -> Result<FrameInfo, Status> {
        let index = self.frame(address).ok_or(Status::INVALID_PARAMETER)?;
        let (size, start) = self
            .held
            .with(|held| held.as_ref().map(|h| (h.layout.frame_size, h.block.as_ref().map(|b| (b.address(), b.bus())))))
            .ok_or(Status::DEVICE_NOT_READY)?;
        let bus = match (&self.table, start) {
            (Some(table), _) => table.bus(index),
            (None, Some((_, 0)) | None) => 0,
            (None, Some((base, bus))) => bus.wrapping_add(address.0.wrapping_sub(base.0) as i64),
        };
        Ok(FrameInfo { index, size, bus, out: self.desk.is_out(index), holder: self.holder(index) })
    }
}
