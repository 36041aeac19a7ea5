//! Direct calls: take a frame, give it back.
//!
//! Nothing here touches the allocator after a free that went through, except the errand that is counted for it.
use super::object::Allocator;
use crate::{
    core::{
        address::{Address, Places, find},
        batch::Batch,
        counters::count,
        desk::{Errand, Freed, Granted},
        record::{Kind, NO_FRAME},
    },
    os::{self, DISPATCH_LEVEL, PASSIVE_LEVEL, Place, status::Status},
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Most requests that the free of one frame serves before it leaves the rest to a worker.
pub(crate) const INLINE: u32 = 64;

/// The breaches that a driver may want a bug check for: first parameter of bug check 0x53464101.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Misuse {
    /// A frame was freed twice.
    Twice = 1,
    /// Something was freed that is no frame.
    Foreign = 2,
    /// A call came at an IRQL that it does not allow.
    Irql = 3,
}

impl Allocator {
    /// The frame that begins at an address.
    #[inline(always)]
    pub(super) fn frame(&self, address: Address) -> Option<u32> {
        match &self.table {
            None => self.row.frame(address),
            Some(table) => find(table, address),
        }
    }

    #[inline(always)]
    pub(super) fn address(&self, frame: u32) -> Address {
        match &self.table {
            None => self.row.address(frame),
            Some(table) => table.at(frame),
        }
    }

    /// Whether frames must not be handed out at this IRQL: above DISPATCH_LEVEL, or at it where they are pageable.
    #[inline(always)]
    fn forbids(&self, place: Place) -> bool {
        place.irql >= DISPATCH_LEVEL && (place.irql > DISPATCH_LEVEL || self.desk.shape().paged)
    }

    /// Counts a call at a wrong IRQL.
    #[cold]
    #[inline(never)]
    pub fn wrong_irql(&self, irql: u8) -> Status {
        count(&self.counters.irql);
        self.misused(Misuse::Irql, irql.into());
        Status::INVALID_DEVICE_STATE
    }

    fn misused(&self, what: Misuse, detail: usize) {
        if self.plan.stop_on_misuse {
            os::stop(what as u32, detail, core::ptr::from_ref(self).addr());
        }
    }

    /// Takes a frame.
    #[inline(always)]
    pub fn allocate(&self, place: Place) -> Result<Address, Status> {
        if self.forbids(place) {
            return Err(self.wrong_irql(place.irql));
        }
        match self.desk.allocate(place.processor, || place.stamp()) {
            Granted::Frame(frame) if self.forbids(place) => Err(self.back_out(core::iter::once(frame), place)),
            Granted::Frame(frame) => Ok(self.address(frame)),
            other => Err(self.none(other)),
        }
    }

    /// Puts back frames that turned out to be pageable: the commit came in after the first look.
    #[cold]
    #[inline(never)]
    fn back_out(&self, frames: impl Iterator<Item = u32>, place: Place) -> Status {
        let status = self.wrong_irql(place.irql);
        for frame in frames {
            // Only a free by somebody else can stand in the way, and that is counted.
            let _ = self.give(frame, self.address(frame), place);
        }
        status
    }

    #[cold]
    #[inline(never)]
    fn none(&self, granted: Granted) -> Status {
        let (counter, kind, status) = match granted {
            Granted::Empty => (&self.counters.empty, Kind::Empty, Status::INSUFFICIENT_RESOURCES),
            Granted::Barred => (&self.counters.barred, Kind::Barred, Status::INSUFFICIENT_RESOURCES),
            _ => (&self.counters.not_ready, Kind::NotReady, Status::DEVICE_NOT_READY),
        };
        count(counter);
        if self.counters.peak.load(Relaxed) < self.desk.shape().frames {
            self.desk.out().into_iter().for_each(|out| self.counters.saw(out));
        }
        self.trace(kind, NO_FRAME, 0);
        status
    }

    /// Gives a frame back.
    #[inline(always)]
    pub fn free(&self, address: Address, place: Place) -> Result<(), Status> {
        if place.irql > DISPATCH_LEVEL {
            return Err(self.wrong_irql(place.irql));
        }
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        self.give(frame, address, place)
    }

    /// Gives a frame back, by its number.
    #[inline(always)]
    fn give(&self, frame: u32, address: Address, place: Place) -> Result<(), Status> {
        match self.desk.free(frame, || place.stamp()) {
            Freed::Done => Ok(()),
            Freed::Errand(errand) => {
                self.run(errand, place);
                Ok(())
            }
            Freed::Twice => Err(self.twice(frame, address, place)),
            Freed::Foreign => Err(self.foreign(address, place)),
        }
    }

    /// Does what the desk asked for. The end of it is the last touch of the allocator.
    #[cold]
    #[inline(never)]
    fn run(&self, errand: Errand<'_, AtomicU64>, place: Place) {
        self.settle(&errand);
        if errand.turn && self.plan.serve_inline && place.irql == PASSIVE_LEVEL {
            self.take_turn(INLINE);
        } else if errand.turn {
            self.attachment.ask();
        }
        drop(errand);
    }

    /// The part of an errand that is done at once, at any IRQL.
    pub(super) fn settle(&self, errand: &Errand<'_, AtomicU64>) {
        for _ in 0..errand.notices {
            count(&self.counters.notified);
            self.callbacks.notify();
            self.attachment.fire();
        }
        if errand.drained {
            self.drained.signal();
        }
    }

    /// Gives a frame back for a request, which serves those that wait for it before it returns. PASSIVE_LEVEL, no lock
    /// held by the caller.
    pub fn free_and_serve(&self, address: Address, place: Place) -> Result<(), Status> {
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        let errand = match self.desk.free(frame, || place.stamp()) {
            Freed::Done => return Ok(()),
            Freed::Errand(errand) => errand,
            Freed::Twice => return Err(self.twice(frame, address, place)),
            Freed::Foreign => return Err(self.foreign(address, place)),
        };
        self.settle(&errand);
        if errand.turn {
            self.take_turn(INLINE);
        }
        drop(errand);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn twice(&self, frame: u32, address: Address, place: Place) -> Status {
        count(&self.counters.twice);
        self.desk.log(place.stamp(), Kind::Twice, frame, 0);
        self.trace(Kind::Twice, frame, 0);
        self.misused(Misuse::Twice, address.0);
        Status::INVALID_PARAMETER
    }

    #[cold]
    #[inline(never)]
    fn foreign(&self, address: Address, place: Place) -> Status {
        count(&self.counters.foreign);
        self.desk.log(place.stamp(), Kind::Foreign, NO_FRAME, 0);
        self.trace(Kind::Foreign, NO_FRAME, 0);
        self.misused(Misuse::Foreign, address.0);
        Status::INVALID_PARAMETER
    }

    /// Takes `n` frames, or none, and shows each to `give`.
    pub fn allocate_batch(&self, n: usize, place: Place, mut give: impl FnMut(Address)) -> Result<(), Status> {
        if self.forbids(place) {
            return Err(self.wrong_irql(place.irql));
        }
        let mut batch = Batch::new();
        let (granted, errand) = self.desk.allocate_batch(place.processor, n, &mut batch, || place.stamp());
        if let Some(errand) = errand {
            self.run(errand, place);
        }
        let Granted::Frame(_) = granted else { return Err(self.none(granted)) };
        if self.forbids(place) {
            return Err(self.back_out(batch.iter(), place));
        }
        batch.iter().for_each(|frame| give(self.address(frame)));
        Ok(())
    }

    /// Gives frames back; where one of the addresses is not a frame that is out, or comes twice, none.
    pub fn free_batch(&self, addresses: impl Iterator<Item = Address>, place: Place) -> Result<(), Status> {
        if place.irql > DISPATCH_LEVEL {
            return Err(self.wrong_irql(place.irql));
        }
        let mut batch = Batch::new();
        for address in addresses {
            let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
            if !self.desk.is_out(frame) || batch.has(frame) {
                return Err(self.twice(frame, address, place));
            }
            batch.push(frame);
        }
        let mut answer = Ok(());
        for frame in batch.iter() {
            if let Err(status) = self.give(frame, self.address(frame), place) {
                answer = Err(status);
            }
        }
        answer
    }
}
