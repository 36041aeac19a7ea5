//! SfaCreate, SfaCommit, SfaDecommit, SfaDestroy.
use super::{annotations::*, config, framing, handle};
use crate::{
    allocator::object::Allocator,
    os::{self, PASSIVE_LEVEL, status::Status},
};

/// A result as C sees it.
pub(super) fn code(result: Result<(), Status>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(status) => status.0,
    }
}

/// Whether this is PASSIVE_LEVEL; if not, the allocator counts it.
pub(super) fn passive(a: Option<&Allocator>) -> Result<(), Status> {
    let irql = os::place().irql;
    match a {
        _ if irql == PASSIVE_LEVEL => Ok(()),
        Some(a) => Err(a.wrong_irql(irql)),
        None => Err(Status::INVALID_DEVICE_STATE),
    }
}

/// Makes an allocator. It has no frames until SfaCommit().
///
/// The usual place is the Create dispatch of a pin, with SfaDestroy() in its Close dispatch.
///
/// @param[in]  Config     What to make; read once, during the call.
/// @param[out] Allocator  Receives the allocator, to be destroyed with SfaDestroy(). NULL on failure.
///
/// @retval STATUS_SUCCESS                 The allocator is ready for SfaCommit().
/// @retval STATUS_INVALID_PARAMETER       A pointer is NULL, Config->Size is not that of this version, or a field is
///                                        out of range (see SFA_CONFIG); unknown flags; one memory function without
///                                        the other; SFA_FLAG_SEPARATE_FRAMES without them.
/// @retval STATUS_INSUFFICIENT_RESOURCES  Nonpaged pool ran out; nothing is left behind.
/// @retval STATUS_INVALID_DEVICE_STATE    The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Config is NULL or a configuration whose functions keep their contracts; Allocator is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaCreate(config: In_PCSFA_CONFIG, allocator: Outptr_PSFA_ALLOCATOR) -> SFA_STATUS {
    if allocator.is_null() {
        return Status::INVALID_PARAMETER.0;
    }
    // SAFETY: not NULL, and the caller says it can be written.
    unsafe { allocator.write(core::ptr::null_mut()) };
    code(passive(None).and_then(|()| {
        // SAFETY: the caller's promise.
        let (plan, callbacks) = unsafe { config::read(config) }?;
        let made = handle::publish(&plan, &callbacks)?;
        // SAFETY: as above.
        unsafe { allocator.write(made) };
        Ok(())
    }))
}

/// Gets memory for the frames and opens the allocator. The usual place is the transition from KSSTATE_STOP to
/// KSSTATE_ACQUIRE, when the frame size is known.
///
/// Every frame is aligned to FileAlignment + 1, at least to 16, in a CacheAligned pool at least to 64; an alignment
/// above 16 costs at least a page. PoolType NonPagedPool stands for its no-execute twin: frames are never executable.
/// PoolType also decides whether frames from AllocateMemory count as pageable, and pageable frames cannot be allocated
/// in a DPC: a driver that does so must not pass on a client's PagedPool.
///
/// Every frame is zeroed once, here. A frame that is allocated again holds what its last owner wrote; between commit
/// and decommit the library does not touch frames.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Framing    OptionsFlags: KSALLOCATOR_OPTIONF_COMPATIBLE and _SYSTEM_MEMORY. PoolType: NonPagedPool,
///                       PagedPool, NonPagedPoolNx or their CacheAligned variants. Frames: 1 to MaxFrames, or 0 for
///                       DefaultFrames. FrameSize: in bytes, above 0. FileAlignment: a mask, alignment less one, below
///                       PAGE_SIZE unless the driver brings the memory. Reserved: 0.
///                       See https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing
///
/// @retval STATUS_SUCCESS                 Frames can be allocated.
/// @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER       Framing is NULL, or a field is wrong; the flight recorder names the field
///                                        (SFA_RECORD_REFUSED).
/// @retval STATUS_NOT_SUPPORTED           OptionsFlags lacks KSALLOCATOR_OPTIONF_SYSTEM_MEMORY, and there is no
///                                        AllocateMemory.
/// @retval STATUS_INSUFFICIENT_RESOURCES  There is no memory; the allocator is as it was.
/// @retval STATUS_DRIVER_INTERNAL_ERROR   AllocateMemory succeeded with NULL, misaligned, wrapping or overlapping
///                                        memory.
/// @retval STATUS_INVALID_DEVICE_STATE    Frames are committed (also after SfaShutdown(): call SfaDecommit() first), a
///                                        decommit is unfinished, or the IRQL is not PASSIVE_LEVEL.
/// @retval STATUS_DEVICE_BUSY             Another call is committing or decommitting.
/// @retval (any other error)              What AllocateMemory answered.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Framing is NULL or can be read.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaCommit(allocator: In_PSFA_ALLOCATOR, framing: In_PCKSALLOCATOR_FRAMING) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        // SAFETY: the caller's promise.
        a.commit(&unsafe { framing::read(framing) }?)
    }))
}

/// Stops handing frames out, completes the requests that wait with STATUS_CANCELLED, waits until all frames have been
/// freed, and frees their memory. The usual place is the transition from KSSTATE_ACQUIRE to KSSTATE_STOP.
///
/// After STATUS_TIMEOUT the decommit cannot be taken back: allocations go on failing with STATUS_DEVICE_NOT_READY,
/// frames that are out stay valid and can still be freed, and SfaCommit() is refused. Call again to finish;
/// SfaDestroy() also works once all frames have been freed. NT_SUCCESS(STATUS_TIMEOUT) is true: compare with
/// STATUS_SUCCESS.
///
/// The library knows no device. Before this call, in KSSTATE_STOP, IRP_MN_STOP_DEVICE or surprise removal, stop the
/// device's DMA, flush DPCs (KeFlushQueuedDpcs), and free every frame that hardware or cancelled requests hold. Pass a
/// timeout where a frame may be lost, since NULL then hangs the PnP thread. Never pass NULL in a completion routine or
/// in FreeNotify: the call would wait for the very call that it is inside. While frames are out, the allocator, its
/// Context and the driver's image must stay.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Timeout    As for KeWaitForSingleObject, but relative only: a negative number of 100 ns units, 0 not to
///                       wait, NULL to wait for ever.
///
/// @retval STATUS_SUCCESS               No frames are committed any more; SfaCommit() may follow.
/// @retval STATUS_TIMEOUT               Frames are still out (SFA_STATISTICS.FramesOut says how many), or a FreeNotify
///                                      call or the completion of a request has not returned.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Timeout is an absolute time.
/// @retval STATUS_DEVICE_NOT_READY      Nothing is committed.
/// @retval STATUS_DEVICE_BUSY           Another call is committing or decommitting.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none that a completion routine, or whoever frees a frame, needs.
/// Completes requests.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Timeout is NULL or can be read.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaDecommit(allocator: In_PSFA_ALLOCATOR, timeout: In_opt_PCLARGE_INTEGER) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        // SAFETY: the caller's promise.
        let deadline = match unsafe { timeout.as_ref() } {
            None => u64::MAX,
            Some(t) if *t > 0 => return Err(Status::INVALID_PARAMETER),
            Some(t) => os::time().saturating_add(t.unsigned_abs()),
        };
        a.decommit(deadline)
    }))
}

/// Stops handing frames out without waiting for those that are out, and completes the requests that wait. For surprise
/// removal, where requests are to answer STATUS_DEVICE_REMOVED, and for a PnP stop.
///
/// New requests and allocations answer STATUS_DEVICE_NOT_READY; frames that are out stay valid and can still be freed.
/// Requests are completed in the caller's thread, unless another thread is serving requests just now: then by that one,
/// perhaps a moment after this call has returned. A second call does not change the reason.
///
/// It concerns the frames that are committed now, not those of a later commit: SfaDecommit() ends it, and SfaCommit()
/// may follow. Where none are committed, or another thread's SfaCommit() has not returned, nothing happens, and frames
/// will be handed out after the commit. A driver whose device is gone refuses to commit by itself.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Reason     What the requests that wait are completed with: an error status.
///
/// @retval STATUS_SUCCESS               No frame is handed out until the next commit.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Reason is no error (NT_ERROR).
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none that a completion routine needs.  Completes requests.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaShutdown(allocator: In_PSFA_ALLOCATOR, reason: In_NTSTATUS) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        let error = reason as u32 >> 30 == 3;
        if !error {
            return Err(Status::INVALID_PARAMETER);
        }
        a.shut_down(Status(reason));
        Ok(())
    }))
}

/// Destroys an allocator although frames are out that nobody can free any more. If one is out, the memory of all its
/// frames is left alone for ever, because somebody may still write into them: with SFA_FLAG_SEPARATE_FRAMES, too,
/// FreeMemory is called for none. Everything else is freed. Trace gets an SFA_RECORD_LEAK. With
/// SFA_FLAG_BUGCHECK_ON_MISUSE the system is stopped instead. For the end of a handle whose
/// client is gone; where the holder of a frame can still be made to free it, do that and call SfaDestroy(): a free
/// after this call would touch an allocator that is gone. If no frame is out, this is SfaDestroy().
///
/// @param[in]  Allocator  The allocator; gone after STATUS_SUCCESS, as it was otherwise.
/// @param[out] Leaked     Receives the number of frames that were out. May be NULL.
///
/// @retval STATUS_SUCCESS               The allocator is gone.
/// @retval STATUS_DEVICE_BUSY           As for SfaDestroy(), except that frames may be out.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Not beside any other call on this allocator.  Locks: any but that of a list that
/// SfaAttachEventList() was given: a worker thread that is waited for may need it.  Completes no request.
///
/// # Safety
/// As for SfaDestroy, and nobody frees a frame any more; Leaked is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAbandon(allocator: In_PSFA_ALLOCATOR, leaked: Out_opt_PULONG) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        let out = a.abandon()?;
        if !leaked.is_null() {
            // SAFETY: not NULL, and the caller says it can be written.
            unsafe { leaked.write(out) };
        }
        // SAFETY: retired, and the caller promises that no other call is in it.
        unsafe { handle::bury(allocator) };
        Ok(())
    }))
}

/// Destroys an allocator and frees its memory, that of its frames included: where no frame is out, SfaDecommit() need
/// not come first. What was attached (sfa_ks.h, sfa_attach.h) is detached, a pin too, so there is no SfaDetachPin()
/// after this; a list of events or a pin that was attached must stay until this call has returned STATUS_SUCCESS.
///
/// No other call on the allocator may be running or start, but for frees of frames that are out, which make this one
/// answer STATUS_DEVICE_BUSY. (A commit, decommit or FreeNotify call that is under way is answered so too, as a best
/// effort: it cannot be seen before it has begun.) In FreeNotify it answers STATUS_DEVICE_BUSY, and also in the
/// completion routine of a request that the library completes because it is served, sent away, late, or its client's
/// (SfaCancelRequests()), and in an IRP_MJ_CLOSE that comes inside such a completion: destroy in a work item then. A
/// request that is cancelled by itself (IoCancelIrp) has left before it is completed: its completion routine may
/// destroy the allocator, if nothing else is in the way. The library's code is in the driver's image: before unload,
/// wait for the threads that free frames.
///
/// @param[in] Allocator  The allocator; gone after STATUS_SUCCESS, as it was otherwise.
///
/// @retval STATUS_SUCCESS               The allocator is gone.
/// @retval STATUS_DEVICE_BUSY           Frames are out, requests wait (SfaDecommit() and SfaShutdown() complete them),
///                                      events are enabled, a FreeNotify call or the completion of a request has not
///                                      returned, or another call is committing or decommitting. Call again when that
///                                      is over.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Not beside any other call on this allocator.  Locks: any but that of a list that
/// SfaAttachEventList() was given: a worker thread that is waited for may need it.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet, and no other call but the free of a frame that is out uses it.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaDestroy(allocator: In_PSFA_ALLOCATOR) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| {
        passive(Some(a))?;
        a.retire()?;
        // SAFETY: retired, and the caller promises that no other call is in it.
        unsafe { handle::bury(allocator) };
        Ok(())
    }))
}
