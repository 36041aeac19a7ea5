//! The seam: every kernel service this library uses, one C function each. `include/sfa_os.h` is generated from here,
//! `nt.c` implements it over the kernel that the driver is compiled for. To port, implement these.
//!
//! For all: pointers are not NULL and live for the call; callable at IRQL <= DISPATCH_LEVEL where nothing else is said.
use super::annotations::*;
use core::ffi::c_void;

unsafe extern "C" {
    /// Allocates zeroed memory that no code can run from: nonpaged, or pageable where Paged is not 0. Aligned to 16
    /// (what any pool block is on 64-bit Windows), and to a page where Bytes is a page or more. NULL when there is none.
    ///
    /// Paged memory: IRQL <= APC_LEVEL.
    pub fn SfaOsAllocate(bytes: SIZE_T, tag: ULONG, paged: ULONG) -> OS_PVOID;
    /// Frees what SfaOsAllocate gave for this tag.
    pub fn SfaOsFree(block: *mut c_void, tag: ULONG) -> OS_VOID;
    /// Prepares a spin lock of one word.
    pub fn SfaOsLockCreate(lock: *mut SIZE_T) -> OS_VOID;
    /// Acquires a spin lock and returns the IRQL to hand back to SfaOsLockRelease.
    pub fn SfaOsLockAcquire(lock: *mut SIZE_T) -> OS_LOCKED;
    /// Releases a spin lock taken with SfaOsLockAcquire.
    pub fn SfaOsLockRelease(lock: *mut SIZE_T, irql: OS_OLD_IRQL) -> OS_UNLOCKED;
    /// Prepares a notification event, not signalled, in 32 bytes aligned to 8.
    pub fn SfaOsEventCreate(event: *mut c_void) -> OS_VOID;
    /// Signals an event.
    pub fn SfaOsEventSignal(event: *mut c_void) -> OS_VOID;
    /// Makes an event not signalled.
    pub fn SfaOsEventClear(event: *mut c_void) -> OS_VOID;
    /// Waits for an event until the time Deadline (see SfaOsTime), for ever where Deadline is the greatest
    /// number. Returns 0 when the time ran out. IRQL: PASSIVE_LEVEL; <= DISPATCH_LEVEL where Deadline has passed.
    pub fn SfaOsEventWait(event: *mut c_void, deadline: ULONG64) -> OS_ULONG;
    /// Returns the present time in units of 100 ns, from any fixed point; never runs backwards.
    pub fn SfaOsTime() -> OS_ULONG64;
    /// Returns the number of processors that may ever run, at least 1. IRQL: PASSIVE_LEVEL.
    pub fn SfaOsProcessors() -> OS_ULONG;
    /// Returns where the caller runs: the IRQL in bits 24 to 31, the processor number below. Any IRQL.
    pub fn SfaOsWhere() -> OS_ULONG;
    /// Lets other threads run for a moment. IRQL: PASSIVE_LEVEL.
    pub fn SfaOsPause() -> OS_VOID;
    /// Stops the system with bug check 0x53464101 and these four parameters (docs/debugging.md): the driver broke a rule
    /// and asked to be stopped. Any IRQL; does not return.
    pub fn SfaOsMisuse(rule: ULONG, second: SIZE_T, third: SIZE_T, fourth: SIZE_T) -> OS_VOID;
    /// Stops the system with bug check 0x53464100: a bug of this library, in a Debug archive; the Release archive does
    /// not call it. Any IRQL; does not return.
    pub fn SfaOsFatal(line: ULONG) -> OS_VOID;
}
