//! SfaAllocateFrameFor, SfaFreeFrameOf, SfaPassFrame: frames that somebody holds.
use super::{annotations::*, handle, lifetime::code, observe::open};
use crate::{
    core::{address::Address, holders::Holder},
    os::{self, status::Status},
};

/// Who holds or is to hold a frame, as C names it.
pub(super) fn holder(owner: *mut core::ffi::c_void) -> Result<Holder, Status> {
    Holder::at(Address(owner.addr())).ok_or(Status::INVALID_PARAMETER)
}

/// Writes down a frame, or NULL, and answers the status.
///
/// # Safety
/// `frame` can be written.
#[inline(always)]
unsafe fn deliver(result: Result<Address, Status>, frame: *mut *mut core::ffi::c_void) -> i32 {
    let (found, status) = match result {
        Ok(address) => (core::ptr::with_exposed_provenance_mut(address.0), 0),
        Err(status) => (core::ptr::null_mut(), status.0),
    };
    // SAFETY: the caller's promise.
    unsafe { frame.write(found) };
    status
}

/// As SfaAllocateFrame(), for a client: the frame is Owner's from now on. Without SFA_FLAG_TRACK_OWNERS Owner is not
/// looked at, but for (PVOID)-1.
///
/// @param[in]  Allocator  The allocator.
/// @param[in]  Owner      Who gets the frame: any number that tells the client from others for as long as it holds
///                        frames, for instance its file object. Never followed. NULL: the driver. Not (PVOID)-1.
/// @param[out] Frame      Receives the address of the frame. NULL on failure.
///
/// @retval STATUS_SUCCESS                 The frame is Owner's.
/// @retval STATUS_INVALID_PARAMETER       Frame is NULL, or Owner is (PVOID)-1.
/// @retval (others)                       As for SfaAllocateFrame().
///
/// IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: as for SfaAllocateFrame().
/// Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frame is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAllocateFrameFor(
    allocator: In_PSFA_ALLOCATOR,
    owner: In_opt_PVOID,
    frame: Outptr_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    if frame.is_null() {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    // SAFETY: not NULL, and the caller says it can be written.
    unsafe { deliver(handle.and_then(|a| a.allocate(holder(owner)?, os::place())), frame) }
}

/// Gives a frame back that a client holds: with SFA_FLAG_TRACK_OWNERS the free of what Owner does not hold is refused,
/// and the frame stays with whoever does. Without the flag this is SfaFreeFrame(), which frees any frame that is out.
///
/// Where a client frees twice, the second call is refused even if the frame is another client's by then.
///
/// @param[in] Allocator  The allocator that the frame came from.
/// @param[in] Owner      Who must hold it. NULL: the driver.
/// @param[in] Frame      Its address.
///
/// @retval STATUS_SUCCESS               As for SfaFreeFrame().
/// @retval STATUS_INVALID_PARAMETER     As for SfaFreeFrame(); or somebody else holds the frame (DeniedFrees and
///                                      SFA_RECORD_NOT_HELD), or Owner is (PVOID)-1.
/// @retval (others)                     As for SfaFreeFrame().
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
pub unsafe extern "C" fn SfaFreeFrameOf(
    allocator: In_PSFA_ALLOCATOR,
    owner: In_opt_PVOID,
    frame: In_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    code(handle.and_then(|a| a.free(Some(holder(owner)?), Address(frame.addr()), os::place())))
}

/// Says that a frame changes hands: From cannot free it any more, To can. For a frame that goes from one client to the
/// next; for one that a client hands to the driver (To is NULL), which the client could otherwise still free; for one
/// that the driver allocated for a request. Without SFA_FLAG_TRACK_OWNERS only whether the frame is out is looked at.
///
/// @param[in] Allocator  The allocator that the frame came from.
/// @param[in] From       Who must hold it. NULL: the driver.
/// @param[in] To         Who holds it from now on. NULL: the driver.
/// @param[in] Frame      Its address.
///
/// @retval STATUS_SUCCESS               The frame is To's.
/// @retval STATUS_INVALID_PARAMETER     From does not hold the frame, which stays with whoever does; or Frame is free,
///                                      or no frame of this allocator. Counted and recorded like a free. Or From or To
///                                      is (PVOID)-1.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; the frame stays with From.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaPassFrame(
    allocator: In_PSFA_ALLOCATOR,
    from: In_opt_PVOID,
    to: In_opt_PVOID,
    frame: In_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { open(allocator) };
    code(handle.and_then(|a| a.pass(holder(from)?, holder(to)?, Address(frame.addr()), os::place())))
}

/// Finds a frame that a client holds: any one. For the end of a client, in a loop with SfaFreeFrameOf() or
/// SfaPassFrame(), which take the frame from it; and to see who keeps SfaDecommit() waiting. Looks at each frame.
///
/// @param[in]  Allocator  The allocator.
/// @param[in]  Owner      Who holds it. Not the driver, whose frames may be on their way to a request.
/// @param[out] Frame      Receives the address of the frame. NULL on failure.
///
/// @retval STATUS_SUCCESS               Owner held the frame a moment ago.
/// @retval STATUS_NOT_FOUND             It holds none.
/// @retval STATUS_NOT_SUPPORTED         The allocator was made without SFA_FLAG_TRACK_OWNERS.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Frame or Owner is NULL, or Owner is (PVOID)-1.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Frame is NULL or can be written.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaFindFrameOf(
    allocator: In_PSFA_ALLOCATOR,
    owner: In_opt_PVOID,
    frame: Outptr_PVOID,
) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { open(allocator) };
    if frame.is_null() {
        return handle.err().unwrap_or(Status::INVALID_PARAMETER).0;
    }
    let client = if owner.is_null() { Err(Status::INVALID_PARAMETER) } else { holder(owner) };
    // SAFETY: not NULL, and the caller says it can be written.
    unsafe { deliver(handle.and_then(|a| a.find_held(client?)), frame) }
}
