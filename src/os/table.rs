//! Frames that the driver allocates one by one: a table of their addresses, sorted.
use super::{
    callback::Callbacks,
    memory::Block,
    slab::{Slab, Zero},
    status::Status,
};
use crate::core::address::{Address, Places, sort};
use core::sync::atomic::{AtomicI64, AtomicU32, AtomicUsize, Ordering::Relaxed};

/// One frame of the driver's.
#[derive(Default)]
pub(crate) struct Entry {
    address: AtomicUsize,
    bus: AtomicI64,
}
// SAFETY: atomic integers.
unsafe impl Zero for Entry {}

/// The frames, lowest address first. Lives as long as the allocator, because a free of a bad address may look into it
/// at any time.
pub(crate) struct Table {
    entries: Slab<Entry>,
    len: AtomicU32,
}

impl Table {
    /// Room for so many frames.
    pub fn new(frames: u32, tag: u32) -> Option<Self> {
        Some(Self { entries: Slab::new(frames, tag)?, len: AtomicU32::new(0) })
    }

    /// Gets frames from the driver; on failure those it gave before go back.
    pub fn fill(&self, callbacks: &Callbacks, frames: u32, bytes: usize, mask: u32) -> Result<(), Status> {
        for i in 0..frames {
            match Block::from_driver(callbacks, bytes, mask) {
                Ok(block) => {
                    let (address, bus) = block.into_parts();
                    self.entries.at(i).address.store(address.0, Relaxed);
                    self.entries.at(i).bus.store(bus, Relaxed);
                }
                Err(status) => {
                    self.give_back(callbacks, i, bytes);
                    return Err(status);
                }
            }
        }
        sort(self, frames);
        let apart = |i: u32| self.at(i + 1).0 - self.at(i).0 >= bytes;
        if !(0..frames - 1).all(apart) {
            self.give_back(callbacks, frames, bytes);
            return Err(Status::DRIVER_INTERNAL_ERROR);
        }
        self.len.store(frames, Relaxed);
        Ok(())
    }

    /// Gives the driver's frames back to it.
    pub fn clear(&self, callbacks: &Callbacks, bytes: usize) {
        let frames = self.len.swap(0, Relaxed);
        self.give_back(callbacks, frames, bytes);
    }

    fn give_back(&self, callbacks: &Callbacks, frames: u32, bytes: usize) {
        for i in 0..frames {
            let address = Address(self.entries.at(i).address.swap(0, Relaxed));
            // SAFETY: `fill` took these parts from such a block; the swap makes this the only use.
            drop(unsafe { Block::from_parts(callbacks, bytes, (address, self.bus(i))) });
        }
    }

    /// Where a frame begins for a device.
    pub fn bus(&self, frame: u32) -> i64 {
        self.entries.at(frame).bus.load(Relaxed)
    }
}

impl Places for Table {
    fn len(&self) -> u32 {
        self.len.load(Relaxed)
    }
    fn at(&self, i: u32) -> Address {
        Address(self.entries.at(i).address.load(Relaxed))
    }
    fn swap(&self, i: u32, k: u32) {
        let (a, b) = (self.entries.at(i), self.entries.at(k));
        a.address.store(b.address.swap(a.address.load(Relaxed), Relaxed), Relaxed);
        a.bus.store(b.bus.swap(a.bus.load(Relaxed), Relaxed), Relaxed);
    }
}
