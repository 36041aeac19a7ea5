//! Statistics, flight recorder, checks, version.
use super::{annotations::*, config, handle, lifetime::code, types::*};
use crate::{
    allocator::object::Allocator,
    core::{address::Address, record::Record},
    os::{self, DISPATCH_LEVEL, status::Status},
};

/// The allocator, if the IRQL is one at which its lock can be taken.
///
/// # Safety
/// As for `handle::find`.
pub(super) unsafe fn open<'a>(pointer: *mut SFA_ALLOCATOR) -> Result<&'a Allocator, Status> {
    // SAFETY: the caller's promise.
    let a = unsafe { handle::find(pointer) }?;
    let irql = os::place().irql;
    if irql > DISPATCH_LEVEL { Err(a.wrong_irql(irql)) } else { Ok(a) }
}

/// Writes a size-first structure after checking that C means the same one.
///
/// # Safety
/// `to` is NULL or points to as many bytes as the ULONG at its beginning says.
pub(super) unsafe fn answer<T>(to: *mut T, value: impl FnOnce() -> Result<T, Status>) -> Result<(), Status> {
    if to.is_null() {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: Size comes first.
    if unsafe { to.cast::<u32>().read() } as usize != size_of::<T>() {
        return Err(Status::INVALID_PARAMETER);
    }
    let value = value()?;
    // SAFETY: Size says that all of it is there.
    unsafe { to.write(value) };
    Ok(())
}

/// Counts frames, calls and errors.
///
/// @param[in]     Allocator   The allocator.
/// @param[in,out] Statistics  Size must be set; the rest is written.
///
/// @retval STATUS_SUCCESS               Statistics is written.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Statistics is NULL, or its Size is not that of this version.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Statistics is NULL or as large as its Size says.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaQueryStatistics(
    allocator: In_PSFA_ALLOCATOR,
    statistics: Inout_PSFA_STATISTICS,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    // SAFETY: the caller's promise.
    code(allocator.and_then(|a| unsafe { answer(statistics, || Ok(filled(a))) }))
}

fn filled(a: &Allocator) -> SFA_STATISTICS {
    let s = a.statistics();
    SFA_STATISTICS {
        Size: size_of::<SFA_STATISTICS>() as u32,
        Frames: s.tally.frames,
        FramesOut: s.tally.out,
        PeakOut: s.tally.peak,
        FrameSize: s.layout.map_or(0, |l| l.frame_size),
        Level: s.tally.level as u32,
        Stride: s.layout.filter(|_| !a.separate()).map_or(0, |l| l.stride as u64),
        Allocations: s.tally.takes,
        Frees: s.tally.takes.wrapping_sub(s.tally.out.into()),
        Empty: s.empty,
        NotReady: s.not_ready,
        DoubleFrees: s.twice,
        ForeignFrees: s.foreign,
        WrongIrql: s.irql,
        Notifications: s.notified,
        RecordsWritten: s.tally.records,
        Waits: s.tally.waits.begun,
        Served: s.tally.waits.served,
        Cancelled: s.tally.waits.cancelled,
        Dismissed: s.tally.waits.dismissed,
        Barred: s.barred,
        Waiting: s.tally.waiting,
        Subscribers: s.tally.watching as u32,
        DeniedFrees: s.denied,
        TimedOut: s.tally.waits.timed_out,
    }
}

/// Writes a remark into the flight recorder, at SFA_LEVEL_RECORD; does nothing below.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Frame      The frame that the remark is about, or NULL.
/// @param[in] Note       The remark: any number that means something to the driver.
///
/// @retval STATUS_SUCCESS               Done.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Frame is not the beginning of a frame of this allocator.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaNoteFrame(allocator: In_PSFA_ALLOCATOR, frame: In_opt_PVOID, note: In_ULONG) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    code(allocator.and_then(|a| a.note((!frame.is_null()).then_some(Address(frame.addr())), note)))
}

/// Copies records out of the flight recorder, oldest first.
///
/// Records that were overwritten are skipped: the number of the first one returned is *Next - *Returned afterwards.
///
/// @param[in]     Allocator  The allocator.
/// @param[in,out] Next       Number of the first record wanted, counted from 0 at SfaCreate(); afterwards that of the
///                           one after the last returned, for the next call. A number beyond the end means the end.
/// @param[in]     Count      Room in Records, at least 1.
/// @param[out]    Records    Receives records.
/// @param[out]    Returned   Receives their number; 0 when there are none yet.
///
/// @retval STATUS_SUCCESS               Next, Records and Returned are written.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     A pointer is NULL, or Count is 0.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request. The records must be
/// nonpaged: they are copied with a spin lock held.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; the other pointers are NULL or as large as said.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaReadRecords(
    allocator: In_PSFA_ALLOCATOR,
    next: Inout_PULONG64,
    count: In_ULONG,
    records: Out_writes_Count_SFA_RECORD,
    returned: Out_PULONG,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    code(allocator.and_then(|a| {
        if next.is_null() || count == 0 || records.is_null() || returned.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: not NULL, and the caller says it can be read.
        let from = unsafe { next.read() };
        let mut to = records.cast::<Record>(); // laid out alike
        let (first, copied) = a.records(from, count as usize, |record| {
            // SAFETY: at most Count records are shown, and the caller says that so many can be written.
            unsafe { to.write(record) };
            to = to.wrapping_add(1);
        });
        // SAFETY: as above.
        unsafe { next.write(first + copied as u64) };
        // SAFETY: not NULL, and the caller says it can be written.
        unsafe { returned.write(copied as u32) };
        Ok(())
    }))
}

/// Changes how much is written down about each operation, at any time.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Level      SFA_LEVEL_XXX.
///
/// @retval STATUS_SUCCESS               The level is in force.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     There is no such level.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaSetLevel(allocator: In_PSFA_ALLOCATOR, level: In_ULONG) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    code(allocator.and_then(|a| {
        a.set_level(config::level(level)?);
        Ok(())
    }))
}

/// Checks every invariant of an allocator. Other calls wait at a spin lock meanwhile.
///
/// @param[in]  Allocator  The allocator.
/// @param[out] Broken     Receives 0, or the number of the broken invariant (docs/debugging.md). May be NULL.
///
/// @retval STATUS_SUCCESS               All hold.
/// @retval STATUS_INTERNAL_ERROR        One is broken: memory was overwritten, or this library has a bug. Broken is
///                                      written.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Broken is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaCheck(allocator: In_PSFA_ALLOCATOR, broken: Out_opt_PULONG) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let allocator = unsafe { open(allocator) };
    code(allocator.and_then(|a| {
        let result = a.check();
        if !broken.is_null() {
            // SAFETY: not NULL, and the caller says it can be written.
            unsafe { broken.write(result.err().map_or(0, |b| b as u32)) };
        }
        result.map_err(|_| Status::INTERNAL_ERROR)
    }))
}

/// Returns the version of the library that is linked: SFA_VERSION of the header it belongs to.
///
/// IRQL: any.  Thread-safe.  Locks: any.  Completes no request.
#[unsafe(no_mangle)]
pub extern "C" fn SfaVersion() -> SFA_ULONG {
    VERSION
}

/// Major, minor and patch number, 8, 8 and 16 bits, from Cargo.toml.
pub const VERSION: u32 = number(env!("CARGO_PKG_VERSION_MAJOR")) << 24
    | number(env!("CARGO_PKG_VERSION_MINOR")) << 16
    | number(env!("CARGO_PKG_VERSION_PATCH"));

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(n) => n,
        Err(_) => panic!("Cargo checked it"),
    }
}
