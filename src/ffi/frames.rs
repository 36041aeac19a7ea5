//! SfaAllocateFrame, SfaFreeFrame, and several at once.
use super::{annotations::*, handle, lifetime::code};
use crate::{
    core::{address::Address, holders::Holder},
    os::{self, status::Status},
};
use core::ffi::c_void;

fn pointer(address: Address) -> *mut c_void {
    core::ptr::with_exposed_provenance_mut(address.0)
}

/// Takes a free frame. Never waits.
///
/// @param[in]  Allocator  The allocator.
/// @param[out] Frame      Receives the address of the frame, to be given back with SfaFreeFrame(). NULL on failure.
///
/// @retval STATUS_SUCCESS                 The frame is the caller's.
/// @retval STATUS_INSUFFICIENT_RESOURCES  No frame was free (counted in SFA_STATISTICS.Empty); or one was, but requests
///                                        wait for it (counted in Barred); with SFA_FLAG_DIRECT_FIRST it is taken.
/// @retval STATUS_DEVICE_NOT_READY        Before SfaCommit(), or after SfaDecommit() or SfaShutdown() was called.
/// @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER       Frame is NULL.
/// @retval STATUS_INVALID_DEVICE_STATE    The IRQL is above DISPATCH_LEVEL, or at it and the frames are pageable.
///
/// IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: any; at DISPATCH_LEVEL while
/// another thread may commit pageable frames, as for SfaFreeFrame(), since a frame that turns out to be pageable goes
/// back.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frame is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAllocateFrame(allocator: In_PSFA_ALLOCATOR, frame: Outptr_PVOID) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    if frame.is_null() {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    let result = handle.and_then(|a| a.allocate(Holder::DRIVER, os::place()));
    let (taken, status) = match result {
        Ok(address) => (pointer(address), 0),
        Err(status) => (core::ptr::null_mut(), status.0),
    };
    // SAFETY: not NULL, and the caller says it can be written.
    unsafe { frame.write(taken) };
    status
}

/// Gives a frame back. A frame that is refused stays as it was; nothing is ever written to it. (A paged frame too may
/// be freed at DISPATCH_LEVEL, though not read or written there.)
///
/// Before the call returns, FreeNotify is called and KSEVENT_STREAMALLOCATOR_FREEFRAME is signalled, in this thread and
/// at this IRQL. (Only a list of events whose lock is one that threads sleep for is signalled by a worker thread.) A
/// request that waits gets the frame from a worker thread soon after; with SFA_FLAG_SERVE_INLINE at PASSIVE_LEVEL
/// before the call returns, and up to 64 such requests.
///
/// @param[in] Allocator  The allocator that the frame came from.
/// @param[in] Frame      Its address, as SfaAllocateFrame() gave it.
///
/// @retval STATUS_SUCCESS               The frame is free, or goes to a request that waits. The allocator may be gone
///                                      by the time this returns, if another thread was only waiting for this frame to
///                                      destroy it.
/// @retval STATUS_INVALID_PARAMETER     Frame is free already (counted in DoubleFrees), or is NULL or anything else
///                                      that is not the beginning of a frame of this allocator (ForeignFrees).
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; the frame is still out.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any but those that FreeNotify takes, and the one that guards the
/// events of the attached pin or list.  Completes no request, except with SFA_FLAG_SERVE_INLINE at PASSIVE_LEVEL: then
/// hold none.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaFreeFrame(allocator: In_PSFA_ALLOCATOR, frame: In_PVOID) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| a.free(None, Address(frame.addr()), os::place())))
}

/// Takes several frames, or none.
///
/// @param[in]  Allocator  The allocator.
/// @param[in]  Count      How many, 1 to SFA_MAX_BATCH.
/// @param[out] Frames     Receives their addresses. All NULL on failure, unless Count is wrong.
///
/// @retval STATUS_SUCCESS                 The frames are the caller's.
/// @retval STATUS_INSUFFICIENT_RESOURCES  Fewer than Count frames were free, or requests wait for them; none is taken.
/// @retval STATUS_INVALID_PARAMETER       Frames is NULL, or Count is 0 or above SFA_MAX_BATCH.
/// @retval (others)                       As for SfaAllocateFrame().
///
/// IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: as for SfaFreeFrame()
/// without SFA_FLAG_SERVE_INLINE, because frames that are put back count as freed.  Completes no request: one that
/// waits gets such a frame from a worker thread.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frames is NULL or Count pointers can be written there.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAllocateFrames(
    allocator: In_PSFA_ALLOCATOR,
    count: In_ULONG,
    frames: Out_writes_Count_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    let n = count as usize;
    if frames.is_null() || n == 0 || n > crate::core::batch::MAX_BATCH {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    // SAFETY: not NULL, and the caller says that Count pointers can be written.
    unsafe { frames.write_bytes(0, n) };
    let mut i = 0;
    code(handle.and_then(|a| {
        a.allocate_batch(n, os::place(), |address| {
            // SAFETY: called at most Count times, so i is below Count.
            let to = unsafe { frames.add(i) };
            // SAFETY: the caller says that Count pointers can be written.
            unsafe { to.write(pointer(address)) };
            i += 1;
        })
    }))
}

/// Gives several frames back, or none.
///
/// @param[in] Allocator  The allocator that the frames came from.
/// @param[in] Count      How many, 1 to SFA_MAX_BATCH.
/// @param[in] Frames     Their addresses.
///
/// @retval STATUS_SUCCESS               The frames are free, or go to requests that wait.
/// @retval STATUS_INVALID_PARAMETER     Frames is NULL, Count is 0 or above SFA_MAX_BATCH, or one of the addresses is
///                                      not a frame that is out, or stands there twice; nothing is freed. (If another
///                                      thread wrongly frees one of them during the call, the others are freed.)
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; nothing is freed.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks and completion: as for SfaFreeFrame().
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frames is NULL or Count pointers can be read there.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaFreeFrames(
    allocator: In_PSFA_ALLOCATOR,
    count: In_ULONG,
    frames: In_reads_Count_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    let n = count as usize;
    if frames.is_null() || n == 0 || n > crate::core::batch::MAX_BATCH {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    // SAFETY: not NULL, and the caller says that Count pointers can be read.
    let list = unsafe { core::slice::from_raw_parts(frames, n) };
    code(handle.and_then(|a| a.free_batch(list.iter().map(|p| Address(p.addr())), os::place())))
}
