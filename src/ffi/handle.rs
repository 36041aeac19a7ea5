//! The allocator behind a pointer from C.
use super::types::SFA_ALLOCATOR;
use crate::{
    allocator::object::{Allocator, tag},
    os::{object::Object, status::Status},
};
use core::{
    ptr::NonNull,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

const LIVE: u32 = u32::from_le_bytes(*b"SfaA");
const DEAD: u32 = u32::from_le_bytes(*b"Sfa-");

/// What a PSFA_ALLOCATOR points to.
pub(super) struct Handle {
    magic: AtomicU32,
    /// The allocator itself.
    pub allocator: Allocator,
}

/// Makes a pointer for C.
pub(super) fn publish(allocator: Allocator) -> Result<*mut SFA_ALLOCATOR, Status> {
    let handle = Handle { magic: AtomicU32::new(LIVE), allocator };
    let object = Object::new(handle, tag::OBJECT).ok_or(Status::INSUFFICIENT_RESOURCES)?;
    Ok(core::ptr::from_ref(object.release()).cast_mut().cast())
}

/// The allocator behind a pointer, if it is one.
///
/// # Safety
/// `pointer` is NULL, or points to memory that can be read, or came from `publish` and is not destroyed.
#[inline(always)]
pub(super) unsafe fn find<'a>(pointer: *mut SFA_ALLOCATOR) -> Result<&'a Handle, Status> {
    // SAFETY: the caller's promise; an object that was destroyed but can still be read is told by its magic.
    match unsafe { pointer.cast::<Handle>().as_ref() } {
        Some(handle) if handle.magic.load(Relaxed) == LIVE => Ok(handle),
        _ => Err(Status::INVALID_HANDLE),
    }
}

/// Frees a handle.
///
/// # Safety
/// `handle` came from `publish`, its allocator is retired, and nobody will use it again.
pub(super) unsafe fn bury(handle: &Handle) {
    handle.magic.store(DEAD, Relaxed);
    // SAFETY: released in `publish`, and the caller promises that this is the end of it.
    drop(unsafe { Object::reclaim(NonNull::from(handle), tag::OBJECT) });
}
