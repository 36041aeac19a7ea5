//! SfaAttach: who keeps the requests and events of an allocator. `include/sfa_attach.h` is generated from here and from
//! requests.rs.
use super::{
    annotations::*,
    handle,
    lifetime::{self, code},
    types::SFA_ALLOCATOR,
};
use crate::{
    allocator::object::Allocator,
    os::{
        attachment::{DismissWaiter, GiveFrame, Hooks, NextWaiter, Plain, WaiterHooks},
        status::Status,
    },
};

/// PSFA_NEXT_WAITER
pub type PSFA_NEXT_WAITER = Option<NextWaiter>;
/// PSFA_GIVE_FRAME
pub type PSFA_GIVE_FRAME = Option<GiveFrame>;
/// PSFA_DISMISS_WAITER
pub type PSFA_DISMISS_WAITER = Option<DismissWaiter>;
/// PSFA_ASK_FOR_TURN
pub type PSFA_ASK_FOR_TURN = Option<Plain>;
/// PSFA_FIRE
pub type PSFA_FIRE = Option<Plain>;
/// PSFA_DETACH
pub type PSFA_DETACH = Option<Plain>;
/// `_In_ const SFA_ATTACHMENT *`
pub type In_PCSFA_ATTACHMENT = *const SFA_ATTACHMENT;
/// `_In_ PSFA_DETACH`
pub type In_PSFA_DETACH = Plain;

/// Whoever keeps the requests that wait and the events of an allocator. Every function is called with Context and with
/// no lock of the library held.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SFA_ATTACHMENT {
    /// sizeof(SFA_ATTACHMENT).
    pub Size: ULONG,
    /// 0.
    pub Reserved: ULONG,
    /// Passed to each of the functions.
    pub Context: PVOID,
    /// Takes the oldest request that is not being cancelled out of the queue.
    pub NextWaiter: PSFA_NEXT_WAITER,
    /// Completes a request with a frame.
    pub GiveFrame: PSFA_GIVE_FRAME,
    /// Completes a request without one.
    pub DismissWaiter: PSFA_DISMISS_WAITER,
    /// Arranges one call of SfaTakeTurn() at PASSIVE_LEVEL.
    pub AskForTurn: PSFA_ASK_FOR_TURN,
    /// Signals the events that are enabled, for one frame that was freed; or NULL.
    pub Fire: PSFA_FIRE,
    /// Called when the allocator is destroyed, or NULL.
    pub Detach: PSFA_DETACH,
}

/// The allocator, if the IRQL is low enough.
///
/// # Safety
/// As for `handle::find`.
pub(super) unsafe fn passive<'a>(pointer: *mut SFA_ALLOCATOR) -> Result<&'a Allocator, Status> {
    // SAFETY: the caller's promise.
    let a = unsafe { handle::find(pointer) }?;
    lifetime::passive(Some(a)).map(|()| a)
}

/// Reads an attachment once and checks it.
///
/// # Safety
/// NULL, or as large as its Size says; its functions keep their contracts.
unsafe fn read(attachment: *const SFA_ATTACHMENT) -> Option<Hooks> {
    if attachment.is_null() {
        return None;
    }
    // SAFETY: Size comes first.
    if unsafe { attachment.cast::<u32>().read() } as usize != size_of::<SFA_ATTACHMENT>() {
        return None;
    }
    // SAFETY: Size says that all of it is there.
    let a = unsafe { attachment.read() };
    if a.Reserved != 0 {
        return None;
    }
    let waiters =
        WaiterHooks { next: a.NextWaiter?, give: a.GiveFrame?, dismiss: a.DismissWaiter?, ask: a.AskForTurn? };
    // SAFETY: the caller's promise.
    Some(unsafe { Hooks::new(a.Context, waiters, a.Fire, a.Detach) })
}

/// Lets requests wait for frames of an allocator. Once, before the first SfaRequestFrame().
///
/// @param[in] Allocator   The allocator.
/// @param[in] Attachment  Read once, during the call. What it names must stay until Detach is called; without Detach
///                        until SfaDestroy() or SfaAbandon() has returned STATUS_SUCCESS.
///
/// @retval STATUS_SUCCESS               Attached; SfaDestroy() or SfaAbandon() will call Detach.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_PARAMETER     Attachment is NULL, its Size is not that of this version, Reserved is not 0, or
///                                      one of the first four functions is missing.
/// @retval STATUS_DEVICE_BUSY           Somebody is attached already.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet; Attachment is NULL or as large as its Size says.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAttach(allocator: In_PSFA_ALLOCATOR, attachment: In_PCSFA_ATTACHMENT) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { passive(allocator) };
    code(handle.and_then(|a| {
        // SAFETY: the caller's promise.
        let hooks = unsafe { read(attachment) }.ok_or(Status::INVALID_PARAMETER)?;
        a.attach(hooks)
    }))
}

/// Returns the Context of an attachment to whoever knows its Detach function; NULL to anybody else, or where nobody is
/// attached.
///
/// @param[in] Allocator  The allocator.
/// @param[in] Detach     SFA_ATTACHMENT.Detach as it was attached.
///
/// IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_max_(DISPATCH_LEVEL)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaAttachedContext(allocator: In_PSFA_ALLOCATOR, detach: In_PSFA_DETACH) -> SFA_PVOID {
    // SAFETY: the caller's promise.
    let handle = unsafe { handle::find(allocator) };
    // SAFETY: the caller gave it to the library, and gets it back.
    handle.map_or(core::ptr::null_mut(), |a| unsafe { a.attached(detach).raw() })
}

/// Counts a subscriber, which is an event that is enabled: while there is one, Fire is called for every frame that is
/// freed. Call it before the event is put on its list, so that no free in between is missed.
///
/// @param[in] Allocator  The allocator.
///
/// @retval STATUS_SUCCESS               Counted; SfaUnsubscribe() takes it back.
/// @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
/// @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
///
/// IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is NULL or not destroyed yet.
///
/// cbindgen:prefix=_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaSubscribe(allocator: In_PSFA_ALLOCATOR) -> SFA_STATUS {
    // SAFETY: the caller's promise.
    let handle = unsafe { passive(allocator) };
    code(handle.map(Allocator::watch))
}

/// Takes a subscriber out of the count. Takes no lock; for that subscriber this is the last touch of the allocator,
/// which may be gone when this returns.
///
/// @param[in] Allocator  The allocator.
///
/// IRQL: any at which nonpaged memory can be touched.  Thread-safe.  Locks: any.  Completes no request.
///
/// # Safety
/// Allocator is not destroyed yet; SfaSubscribe() counted the subscriber.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SfaUnsubscribe(allocator: In_PSFA_ALLOCATOR) -> SFA_VOID {
    // SAFETY: the caller's promise.
    if let Ok(a) = unsafe { handle::find(allocator) } {
        a.unwatch();
    }
}
