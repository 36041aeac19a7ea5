//! Direct calls: take a frame, give it back.
//!
//! Nothing here touches the allocator after a free that went through, except the errand that is counted for it.
use super::object::{Allocator, Marked};
use crate::{
    core::{
        address::{Address, Places, find},
        batch::Batch,
        counters::count,
        desk::{Errand, Freed, Granted},
        holders::Holder,
        record::{Kind, NO_FRAME},
    },
    os::{DISPATCH_LEVEL, PASSIVE_LEVEL, Place, status::Status},
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Most requests that the free of one frame serves before it leaves the rest to a worker.
pub(crate) const INLINE: u32 = 64;

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

    /// Marks a frame as somebody's, before its address is told.
    #[inline(always)]
    pub(super) fn hand(&self, frame: u32, to: Holder) {
        if let Some(holders) = &self.holders {
            holders.hand(frame, to);
        }
    }

    /// The client that holds a frame; 0 for the driver, for nobody, and where it is not tracked.
    pub(super) fn holder(&self, frame: u32) -> Address {
        self.holders.as_ref().and_then(|h| h.of(frame)).map_or(Address(0), Holder::number)
    }

    /// Takes a frame for somebody.
    #[inline(always)]
    pub fn allocate(&self, to: Holder, place: Place) -> Result<Address, Status> {
        if self.forbids(place) {
            return Err(self.wrong_irql(place.irql));
        }
        match self.desk.allocate(place.processor, || place.stamp()) {
            Granted::Frame(frame) if self.forbids(place) => Err(self.back_out(&[frame as u16], place)),
            Granted::Frame(frame) => {
                self.hand(frame, to);
                Ok(self.address(frame))
            }
            other => Err(self.none(other)),
        }
    }

    /// Puts back frames that turned out to be pageable: the commit came in after the first look.
    #[cold]
    #[inline(never)]
    fn back_out(&self, frames: &[u16], place: Place) -> Status {
        if let Some(errand) = self.desk.take_back(frames, || place.stamp()) {
            self.defer(&errand);
        }
        self.wrong_irql(place.irql)
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

    /// Gives a frame back for somebody who must hold it; None is the driver, which may give back any. The two ways part at
    /// once, so that the one that tracks nothing stays short.
    #[inline(always)]
    pub fn free(&self, by: Option<Holder>, address: Address, place: Place) -> Result<(), Status> {
        if place.irql > DISPATCH_LEVEL {
            return Err(self.wrong_irql(place.irql));
        }
        if let Some(holders) = &self.holders {
            return self.free_held(holders, by, address, place);
        }
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        self.finish(self.desk.free(frame, || place.stamp()), frame, address, place)
    }

    #[inline(never)]
    fn free_held(&self, holders: &Marked, by: Option<Holder>, address: Address, place: Place) -> Result<(), Status> {
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        self.finish(self.desk.free_held(holders, frame, by, || place.stamp()), frame, address, place)
    }

    /// Gives a frame back, by its number.
    fn give(&self, by: Option<Holder>, frame: u32, place: Place) -> Freed<'_, AtomicU64> {
        match &self.holders {
            None => self.desk.free(frame, || place.stamp()),
            Some(holders) => self.desk.free_held(holders, frame, by, || place.stamp()),
        }
    }

    /// Does what is left to do after a free.
    #[inline(always)]
    fn finish(&self, freed: Freed<'_, AtomicU64>, frame: u32, address: Address, place: Place) -> Result<(), Status> {
        match freed {
            Freed::Done => Ok(()),
            Freed::Errand(errand) => {
                self.run(errand, place);
                Ok(())
            }
            Freed::Twice => Err(self.twice(frame, address, place)),
            Freed::Foreign => Err(self.foreign(address, place)),
            Freed::Held(holder) => Err(self.not_held(holder, frame, address, place)),
        }
    }

    /// Passes a frame from one holder to another.
    pub fn pass(&self, from: Holder, to: Holder, address: Address, place: Place) -> Result<(), Status> {
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        let wrong = match &self.holders {
            None if self.desk.is_out(frame) => return Ok(()),
            None => None,
            Some(holders) => match holders.pass(frame, from, to) {
                Ok(()) => return Ok(()),
                Err(holder) => holder,
            },
        };
        Err(match wrong {
            None => self.twice(frame, address, place),
            Some(holder) => self.not_held(holder, frame, address, place),
        })
    }

    /// Does what the desk asked for. The end of it is the last touch of the allocator. The turn comes last: its depth then
    /// does not add to this one's (a turn that is owed is counted besides the errand).
    #[cold]
    #[inline(never)]
    fn run(&self, errand: Errand<'_, AtomicU64>, place: Place) {
        if errand.turn && self.plan.serve_inline && place.irql == PASSIVE_LEVEL {
            self.settle(&errand);
            drop(errand);
            self.take_turn(INLINE);
        } else {
            self.defer(&errand);
        }
    }

    /// Does what the desk asked for, but that a turn of the server is left to a worker.
    pub(super) fn defer(&self, errand: &Errand<'_, AtomicU64>) {
        self.settle(errand);
        if errand.turn {
            self.attachment.ask();
        }
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
    pub fn free_and_serve(&self, by: Holder, address: Address, place: Place) -> Result<(), Status> {
        let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
        let errand = match self.give(Some(by), frame, place) {
            Freed::Done => return Ok(()),
            Freed::Errand(errand) => errand,
            refused => return self.finish(refused, frame, address, place),
        };
        self.settle(&errand);
        if errand.turn {
            self.take_turn(INLINE);
        }
        drop(errand);
        Ok(())
    }

    /// Takes `n` frames, or none, and shows each to `give`.
    pub fn allocate_batch(&self, n: usize, place: Place, mut give: impl FnMut(Address)) -> Result<(), Status> {
        if self.forbids(place) {
            return Err(self.wrong_irql(place.irql));
        }
        let mut batch = Batch::new();
        let (granted, errand) = self.desk.allocate_batch(place.processor, n, &mut batch, || place.stamp());
        if let Some(errand) = errand {
            self.defer(&errand); // not served here: the list is on the stack, and nobody expects it of an allocation
        }
        let Granted::Frame(_) = granted else { return Err(self.none(granted)) };
        if self.forbids(place) {
            return Err(self.back_out(batch.frames(), place));
        }
        batch.iter().for_each(|frame| {
            self.hand(frame, Holder::DRIVER);
            give(self.address(frame));
        });
        Ok(())
    }

    /// Gives frames back; where one of the addresses is not a frame that is out, or comes twice, none. The addresses are
    /// looked at twice: a list of frames would make requests be served deep on the stack, and a free checks its own.
    pub fn free_batch(&self, addresses: impl Iterator<Item = Address> + Clone, place: Place) -> Result<(), Status> {
        if place.irql > DISPATCH_LEVEL {
            return Err(self.wrong_irql(place.irql));
        }
        for (i, address) in addresses.clone().enumerate() {
            let Some(frame) = self.frame(address) else { return Err(self.foreign(address, place)) };
            if !self.desk.is_out(frame) || addresses.clone().take(i).any(|before| before == address) {
                return Err(self.twice(frame, address, place));
            }
        }
        let mut answer = Ok(());
        for address in addresses {
            if let Err(status) = self.free(None, address, place) {
                answer = Err(status);
            }
        }
        answer
    }
}
