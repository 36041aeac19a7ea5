//! A kernel notification event.
use super::{object::Object, sys};
use core::{cell::UnsafeCell, ffi::c_void};

/// Room for a KEVENT; nt.c asserts that it suffices.
struct Room(UnsafeCell<[u64; 4]>);
// SAFETY: only the event services touch it, and they may be called by several threads.
unsafe impl Sync for Room {}

/// Bytes of that room.
#[cfg(test)]
pub(crate) const ROOM: usize = size_of::<Room>();

/// Wakes whoever waits until the event is cleared.
pub(crate) struct Event(Object<Room>);

impl Event {
    /// An event that is not signalled.
    pub fn new(tag: u32) -> Option<Self> {
        let event = Self(Object::new(Room(UnsafeCell::new([0; 4])), tag)?);
        // SAFETY: in its final place, nobody else knows it.
        unsafe { sys::SfaOsEventCreate(event.raw()) };
        Some(event)
    }

    fn raw(&self) -> *mut c_void {
        self.0.0.get().cast()
    }

    /// Signals.
    pub fn signal(&self) {
        // SAFETY: prepared in `new`.
        unsafe { sys::SfaOsEventSignal(self.raw()) }
    }

    /// Makes it not signalled.
    pub fn clear(&self) {
        // SAFETY: prepared in `new`.
        unsafe { sys::SfaOsEventClear(self.raw()) }
    }

    /// Waits until a time; says whether the event was signalled.
    pub fn wait(&self, deadline: u64) -> bool {
        // SAFETY: prepared in `new`; decommit runs at PASSIVE_LEVEL.
        unsafe { sys::SfaOsEventWait(self.raw(), deadline) != 0 }
    }
}
