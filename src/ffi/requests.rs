//! Requests that wait for a frame, for whoever is attached (attach.rs).
use super::{annotations::*, attach::passive, handle, lifetime::code, owners::holder};
use crate::{
    allocator::{frames::INLINE, object::Allocator},
    core::{
        address::Address,
        wait::{Left, who},
    },
    os::{self, status::Status},
};

/// STATUS_IO_TIMEOUT: never answered, only heard of.
const IO_TIMEOUT: i32 = 0xC000_00B5_u32 as i32;

/// Takes a frame for a request, or counts the request as one that waits.
///
/// After STATUS_PENDING the caller calls SfaOweTurn(), puts the request into its queue, and calls SfaServe(). From the
/// queueing on, the request may be completed at any moment, and whatever is closed then be destroyed: the turn that is
/// owed keeps the allocator until SfaServe() has returned. A request that is cancelled is taken out of the count with
/// SfaWaiterLeft().
///
/// @param[in]  Allocator  The allocator.
/// @param[in]  Waiter     The request: never followed, only recorded.
/// @param[out] Frame      Receives the address of the frame. NULL if there is none.
///
/// @retval STATUS_SUCCESS               The frame is the request's. (With SFA_FLAG_TRACK_OWNERS it is the driver's
///                                      until SfaPassFrame() says whose else.)
/// @retval STATUS_PENDING               No frame was free, or others wait: the request is counted.
/// @retval STATUS_DEVICE_NOT_READY      Before SfaCommit(), or after SfaDecommit() or SfaShutdown() was called.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Frame is NULL.
/// @retval STATUS_INVALID_DEVICE_STATE  Nobody is attached, or the IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frame is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaRequestFrame(
    allocator: In_PSFA_ALLOCATOR,
    waiter: In_PVOID,
    frame: Outptr_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { passive(allocator) };
    if frame.is_null() {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    let result = handle.and_then(|a| a.request(who(Address(waiter.addr())), os::place()));
    let (taken, status) = match result {
        Ok(address) => (core::ptr::with_exposed_provenance_mut(address.0), 0),
        Err(status) => (core::ptr::null_mut(), status.0),
    };
    // SAFETY: not NULL, and the caller says it can be written.
    unsafe { frame.write(taken) };
    status
}

/// Takes the turn that the caller counted with SfaOweTurn() before it queued a request: serves requests that wait while
/// there are frames for them, or completes them without one (DismissWaiter) where no frames are handed out any more. Serves
/// nobody where another thread is serving: that one looks again. At most 64 requests; those beyond are left to
/// AskForTurn. The allocator may be gone when this returns.
///
/// @param[in] Allocator  The allocator.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
///
/// # Safety
/// Allocator is not destroyed yet, and this is the one call for an SfaOweTurn().
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaServe(allocator: In_PSFA_ALLOCATOR) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { passive(allocator) } {
        a.take_turn(INLINE);
    }
}

/// Does what AskForTurn asked for: SfaServe(), after which that turn no longer keeps the allocator: it may be gone
/// when this returns. Exactly one call for each AskForTurn.
///
/// @param[in] Allocator  The allocator.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
///
/// # Safety
/// Allocator is not destroyed yet, and this is the one call for an AskForTurn.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaTakeTurn(allocator: In_PSFA_ALLOCATOR) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { passive(allocator) } {
        a.take_turn(u32::MAX);
    }
}

/// Counts a turn that the caller ends with SfaServe() after it queued a request, or else with SfaDropTurn(), once: until
/// then the allocator is in use, and SfaDestroy() answers STATUS_DEVICE_BUSY. Before a request is queued, and before
/// requests are completed that leave before their turn: a completion routine may bring about the end of the allocator.
///
/// @param[in] Allocator  The allocator. A request of the caller's must be counted: it keeps the allocator until here.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is not destroyed yet; a request is counted that nobody else can take out of the count.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaOweTurn(allocator: In_PSFA_ALLOCATOR) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { handle::find(allocator) } {
        a.owe_turn();
    }
}

/// Ends a turn that SfaOweTurn() counted where nothing was queued: nobody is served. The allocator may be gone when this
/// returns.
///
/// @param[in] Allocator  The allocator.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is not destroyed yet, and this is the one call for an SfaOweTurn().
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaDropTurn(allocator: In_PSFA_ALLOCATOR) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { handle::find(allocator) } {
        a.drop_turn();
    }
}

/// Takes a request out of the count that leaves the queue before its turn: it was cancelled, or waited as long as
/// SFA_CONFIG.WaitLimit allows. For that request this is the last touch of the allocator, which may be gone when this
/// returns. Where a direct call was refused a free frame because of the request, and the frame is still free,
/// FreeNotify and Fire are called.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Waiter     The request, for the records.
/// @param[in] Status     What it is completed with. STATUS_IO_TIMEOUT counts in SFA_STATISTICS.TimedOut, all else in
///                       Cancelled.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any but those that Fire and FreeNotify take.  Completes no request.
///
/// # Safety
/// Allocator is not destroyed yet; SfaRequestFrame() answered STATUS_PENDING for the request.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaWaiterLeft(
    allocator: In_PSFA_ALLOCATOR,
    waiter: In_PVOID,
    status: In_NTSTATUS,
) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { handle::find(allocator) } {
        let why = if status == IO_TIMEOUT { Left::TimedOut } else { Left::Cancelled };
        a.leave(who(Address(waiter.addr())), why);
    }
}

/// Returns SFA_CONFIG.WaitLimit: whoever keeps the requests completes them when it is over. 0: never.
///
/// @param[in] Allocator  The allocator.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaWaitLimit(allocator: In_PSFA_ALLOCATOR) -> SFA_ULONG {
    // SAFETY: the caller's promise.
    unsafe { handle::find(allocator) }.map_or(0, Allocator::wait_limit)
}

/// Gives a frame back and, before it returns, serves requests that wait for it: as SfaFreeFrame(), but in the caller's
/// thread. At most 64 requests; those beyond are left to AskForTurn.
///
/// @param[in] Allocator  The allocator that the frame came from.
/// @param[in] Owner      Who must hold it, as for SfaFreeFrameOf(): the request's file object, for instance, after an
///                       SfaPassFrame() to it when the frame was handed out. NULL: the driver.
/// @param[in] Frame      Its address.
///
/// @retval STATUS_SUCCESS               The frame is free, or a request has it.
/// @retval STATUS_INVALID_PARAMETER     As for SfaFreeFrameOf().
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL; the frame is still out.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaFreeFrameAndServe(
    allocator: In_PSFA_ALLOCATOR,
    owner: In_opt_PVOID,
    frame: In_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { passive(allocator) };
    code(handle.and_then(|a| a.free_and_serve(holder(owner)?, Address(frame.addr()), os::place())))
}
