//! The driver's functions, called back.
use super::status::Status;
use crate::core::{address::Address, record::Record};
use core::{ffi::c_void, ptr::NonNull};

/// A bus address, as PHYSICAL_ADDRESS is to C.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct BusAddress {
    /// The address.
    pub QuadPart: i64,
}

/// PSFA_ALLOCATE_MEMORY.
pub type AllocateMemory = unsafe extern "C" fn(*mut c_void, usize, u32, *mut *mut c_void, *mut BusAddress) -> i32;
/// PSFA_FREE_MEMORY.
pub type FreeMemory = unsafe extern "C" fn(*mut c_void, usize, *mut c_void, BusAddress);
/// PSFA_FREE_NOTIFY.
pub type FreeNotify = unsafe extern "C" fn(*mut c_void);
/// PSFA_TRACE.
pub type Trace = unsafe extern "C" fn(*mut c_void, *const Record);

/// A driver's context: good for any thread, never looked into.
#[derive(Clone, Copy)]
pub(crate) struct Opaque(pub(super) *mut c_void);

impl Opaque {
    /// The pointer, for C.
    ///
    /// # Safety
    /// It is handed back to whoever gave it, and not followed.
    pub unsafe fn raw(self) -> *mut c_void {
        self.0
    }
}

/// What the driver wants to be called for. Made by ffi from a config whose functions the driver vouches for.
#[derive(Clone, Copy)]
pub(crate) struct Callbacks {
    context: *mut c_void,
    memory: Option<(AllocateMemory, FreeMemory)>,
    notify: Option<FreeNotify>,
    trace: Option<Trace>,
}

// SAFETY: the functions may be called from any thread, with a context that is good for any thread (header contract).
unsafe impl Send for Callbacks {}
// SAFETY: as above.
unsafe impl Sync for Callbacks {}

impl Callbacks {
    /// Names the driver's functions.
    ///
    /// # Safety
    /// Each must be callable with `context` as the header says, until the allocator is destroyed.
    pub unsafe fn new(
        context: *mut c_void,
        memory: Option<(AllocateMemory, FreeMemory)>,
        notify: Option<FreeNotify>,
        trace: Option<Trace>,
    ) -> Self {
        Self { context, memory, notify, trace }
    }

    /// Whether the driver brings memory of its own.
    pub fn own_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// Whether the driver wants to hear of every free.
    pub fn wants_frees(&self) -> bool {
        self.notify.is_some()
    }

    /// Tells the driver of a free.
    pub fn notify(&self) {
        if let Some(f) = self.notify {
            // SAFETY: the contract of `new`; no lock of ours is held.
            unsafe { f(self.context) }
        }
    }

    /// Shows the driver a record; it is not made when nobody looks.
    pub fn trace(&self, record: impl FnOnce() -> Record) {
        if let Some(f) = self.trace {
            // SAFETY: the contract of `new`; no lock of ours is held, and the record lives for the call.
            unsafe { f(self.context, &record()) }
        }
    }

    /// Asks the driver for memory. The answer is not looked at yet.
    pub(super) fn allocate(&self, bytes: usize, mask: u32) -> Result<(*mut c_void, BusAddress), Status> {
        let Some((f, _)) = self.memory else { return Err(Status::INSUFFICIENT_RESOURCES) };
        let (mut start, mut bus) = (core::ptr::null_mut(), BusAddress::default());
        // SAFETY: the contract of `new`; PASSIVE_LEVEL, no lock held, both results live for the call.
        let status = unsafe { f(self.context, bytes, mask, &mut start, &mut bus) };
        if status < 0 { Err(Status(status)) } else { Ok((start, bus)) }
    }

    /// Whoever takes that memory back.
    pub(super) fn taker(&self) -> Taker {
        Taker { context: self.context, function: self.memory.map(|(_, f)| f) }
    }
}

/// The driver's function that takes memory back, alone: each block has one.
#[derive(Clone, Copy)]
pub(super) struct Taker {
    context: *mut c_void,
    function: Option<FreeMemory>,
}

impl Taker {
    /// Hands memory back to the driver.
    pub(super) fn free(&self, bytes: usize, start: NonNull<c_void>, bus: BusAddress) {
        if let Some(f) = self.function {
            // SAFETY: the contract of `new`; this memory came from the other function of the pair.
            unsafe { f(self.context, bytes, start.as_ptr(), bus) }
        }
    }
}

/// The number of a pointer, which ffi will make a pointer again.
pub(super) fn address(p: NonNull<c_void>) -> Address {
    Address(p.as_ptr().expose_provenance())
}
