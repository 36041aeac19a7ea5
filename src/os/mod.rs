//! Acts: safe wrappers over the C seam. No safe function here takes or returns a raw pointer.
#![expect(unsafe_code)] // UNSAFETY: calls across the C ABI, and memory that comes from there.

pub(crate) mod annotations;
pub(crate) mod attachment;
pub(crate) mod callback;
pub(crate) mod event;
pub(crate) mod lines;
pub(crate) mod memory;
pub(crate) mod object;
pub(crate) mod slab;
pub(crate) mod spinlock;
pub(crate) mod status;
pub(crate) mod sys;
pub(crate) mod table;

use crate::core::record::Stamp;

/// IRQL at which a thread can wait.
pub(crate) const PASSIVE_LEVEL: u8 = 0;
/// IRQL of DPCs and spin locks.
pub(crate) const DISPATCH_LEVEL: u8 = 2;

/// Where a call runs.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The interrupt request level.
    pub irql: u8,
    /// The processor, as a hint.
    pub processor: u32,
}

impl Place {
    /// Now, and the IRQL of the call (not that of the lock under which the record is written).
    pub fn stamp(self) -> Stamp {
        Stamp { time: time(), irql: self.irql }
    }
}

/// Where this call runs.
#[inline(always)]
pub(crate) fn place() -> Place {
    // SAFETY: callable anywhere.
    let word = unsafe { sys::SfaOsWhere() };
    Place { irql: (word >> 24) as u8, processor: word & 0x00ff_ffff }
}

/// Units of 100 ns from some point on.
pub(crate) fn time() -> u64 {
    // SAFETY: callable at any IRQL that may call this library.
    unsafe { sys::SfaOsTime() }
}

/// Now and here, for a record.
pub(crate) fn stamp() -> Stamp {
    place().stamp()
}

/// The number of processors.
pub(crate) fn processors() -> core::num::NonZeroU32 {
    // SAFETY: create runs at PASSIVE_LEVEL.
    let n = unsafe { sys::SfaOsProcessors() };
    core::num::NonZeroU32::new(n).unwrap_or(core::num::NonZeroU32::MIN)
}

/// Lets other threads run.
pub(crate) fn pause() {
    // SAFETY: only decommit calls this, at PASSIVE_LEVEL.
    unsafe { sys::SfaOsPause() }
}

/// Stops the system because the driver broke a rule: bug check 0x53464101 and its other parameters.
pub(crate) fn stop(rule: u32, details: [u64; 3]) {
    let [second, third, fourth] = details.map(|n| n as usize);
    // SAFETY: callable anywhere.
    unsafe { sys::SfaOsMisuse(rule, second, third, fourth) }
}

/// Stops the system for the panic handler of the archive: bug check 0x53464100.
pub fn fatal(line: u32) -> ! {
    // SAFETY: callable anywhere.
    unsafe { sys::SfaOsFatal(line) };
    #[expect(clippy::empty_loop, reason = "the call above does not come back")]
    loop {}
}
