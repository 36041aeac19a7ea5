//! The memory of frames: from a pool, or from the driver.
use super::{
    callback::{BusAddress, Callbacks, Taker, address},
    status::Status,
    sys,
};
use crate::core::{address::Address, framing::PAGE};
use core::{ffi::c_void, ptr::NonNull};

enum Source {
    Pool(u32),
    Driver(Taker),
}

/// A zeroed block of memory. Nothing in this library reads or writes it after that.
pub(crate) struct Block {
    start: NonNull<c_void>,
    bytes: usize,
    bus: BusAddress,
    source: Source,
}

// SAFETY: only its numbers are used, and the services that take it back may be called from any thread.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// Memory from a pool, aligned to `mask` + 1 <= a page.
    pub fn from_pool(bytes: usize, mask: u32, paged: bool, tag: u32) -> Result<Self, Status> {
        // A block below a page is aligned to 16, one of a page or more to a page (ExAllocatePoolWithTag's contract).
        let bytes = if mask > 15 { bytes.max(PAGE as usize) } else { bytes };
        // SAFETY: commit runs at PASSIVE_LEVEL; any size above 0.
        let start = NonNull::new(unsafe { sys::SfaOsAllocate(bytes, tag, u32::from(paged)) })
            .ok_or(Status::INSUFFICIENT_RESOURCES)?;
        Ok(Self { start, bytes, bus: BusAddress::default(), source: Source::Pool(tag) })
    }

    /// Memory from the driver, checked and zeroed.
    pub fn from_driver(callbacks: &Callbacks, bytes: usize, mask: u32) -> Result<Self, Status> {
        let (start, bus) = callbacks.allocate(bytes, mask)?;
        let start = NonNull::new(start).ok_or(Status::DRIVER_INTERNAL_ERROR)?;
        let block = Self { start, bytes, bus, source: Source::Driver(callbacks.taker()) };
        let first = block.address().0;
        if first & mask as usize != 0 || first.checked_add(bytes).is_none() {
            return Err(Status::DRIVER_INTERNAL_ERROR); // and the block goes back
        }
        // SAFETY: the driver gave this many bytes for us to use.
        unsafe { start.cast::<u8>().write_bytes(0, bytes) };
        Ok(block)
    }

    /// Where it begins.
    pub fn address(&self) -> Address {
        address(self.start)
    }

    /// Where it begins for a device; 0 for pool memory.
    pub fn bus(&self) -> i64 {
        self.bus.QuadPart
    }

    /// Leaves the memory allocated for ever.
    pub fn leak(self) {
        core::mem::forget(self);
    }

    /// Gives up the owner for the two numbers that `from_parts` wants.
    pub(super) fn into_parts(self) -> (Address, i64) {
        let parts = (self.address(), self.bus());
        core::mem::forget(self);
        parts
    }

    /// Makes a block of the driver's again from what `into_parts` gave.
    ///
    /// # Safety
    /// The parts came from a block of these callbacks and size, and are used once.
    pub(super) unsafe fn from_parts(callbacks: &Callbacks, bytes: usize, (at, bus): (Address, i64)) -> Option<Self> {
        let start = NonNull::new(core::ptr::with_exposed_provenance_mut::<c_void>(at.0))?;
        Some(Self { start, bytes, bus: BusAddress { QuadPart: bus }, source: Source::Driver(callbacks.taker()) })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        match &self.source {
            // SAFETY: allocated with this tag, freed once.
            Source::Pool(tag) => unsafe { sys::SfaOsFree(self.start.as_ptr(), *tag) },
            Source::Driver(taker) => taker.free(self.bytes, self.start, self.bus),
        }
    }
}
