//! The allocator behind a pointer from C.
use super::types::SFA_ALLOCATOR;
use crate::{
    allocator::object::{Allocator, Plan, tag},
    os::{callback::Callbacks, object::Object, status::Status},
};
use core::{
    ptr::NonNull,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

const LIVE: u32 = u32::from_le_bytes(*b"SfaA");
const DEAD: u32 = u32::from_le_bytes(*b"Sfa-");

/// What a PSFA_ALLOCATOR points to.
#[repr(C)]
struct Handle {
    /// First, so that it can be read before anything else is believed.
    magic: AtomicU32,
    allocator: Allocator,
}

/// Makes an allocator, and a pointer to it for C.
pub(super) fn publish(plan: &Plan, callbacks: &Callbacks) -> Result<*mut SFA_ALLOCATOR, Status> {
    let made = || Some(Handle { magic: AtomicU32::new(LIVE), allocator: Allocator::new(plan, callbacks)? });
    let object = Object::make(tag::OBJECT, made).ok_or(Status::INSUFFICIENT_RESOURCES)?;
    Ok(core::ptr::from_mut(object.release()).cast())
}

/// The allocator behind a pointer, if it is one.
///
/// # Safety
/// `pointer` is NULL, or points to memory that can be read, or came from `publish` and is not destroyed.
#[inline(always)]
pub(super) unsafe fn find<'a>(pointer: *mut SFA_ALLOCATOR) -> Result<&'a Allocator, Status> {
    let handle = pointer.cast::<Handle>();
    if handle.is_null() || !handle.is_aligned() {
        return Err(Status::INVALID_HANDLE);
    }
    // SAFETY: the caller says that it can be read; the magic comes first.
    let magic = unsafe { AtomicU32::from_ptr(handle.cast()) };
    if magic.load(Relaxed) != LIVE {
        return Err(Status::INVALID_HANDLE);
    }
    // SAFETY: the magic says that `publish` made it and `bury` has not had it.
    Ok(unsafe { &(*handle).allocator })
}

/// Frees a handle.
///
/// # Safety
/// `pointer` came from `publish`, its allocator is retired, and nobody will use it again.
pub(super) unsafe fn bury(pointer: *mut SFA_ALLOCATOR) {
    let Some(handle) = NonNull::new(pointer.cast::<Handle>()) else { return };
    // SAFETY: the caller says that it is alive, and its own.
    unsafe { handle.as_ref() }.magic.store(DEAD, Relaxed);
    // SAFETY: released in `publish`, and the caller promises that this is the end of it.
    drop(unsafe { Object::reclaim(handle, tag::OBJECT) });
}
