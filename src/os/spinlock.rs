//! A kernel spin lock around a value.
use super::{object::Object, sys};
use crate::core::word::Lock;
use core::cell::UnsafeCell;

struct Inside<T> {
    word: UnsafeCell<usize>,
    value: UnsafeCell<T>,
}
// SAFETY: the value is only reached with the lock held.
unsafe impl<T: Send> Sync for Inside<T> {}

/// A value that one caller at a time reaches, at DISPATCH_LEVEL. Not recursive.
pub(crate) struct SpinLock<T> {
    inside: Object<Inside<T>>,
}

impl<T> SpinLock<T> {
    /// Puts a lock around a value.
    pub fn new(value: T, tag: u32) -> Option<Self> {
        let inside = Object::new(Inside { word: UnsafeCell::new(0), value: UnsafeCell::new(value) }, tag)?;
        // SAFETY: the word has come to its final place and nobody else knows it.
        unsafe { sys::SfaOsLockCreate(inside.word.get()) };
        Some(Self { inside })
    }
}

impl<T> Lock for SpinLock<T> {
    type Value = T;
    fn with<U>(&self, f: impl FnOnce(&mut T) -> U) -> U {
        // SAFETY: a prepared lock word; callers run at IRQL <= DISPATCH_LEVEL (ffi refuses others).
        let irql = unsafe { sys::SfaOsLockAcquire(self.inside.word.get()) };
        // SAFETY: the lock is held, and no other reference is made without it.
        let answer = f(unsafe { &mut *self.inside.value.get() });
        // SAFETY: acquired above by this caller.
        unsafe { sys::SfaOsLockRelease(self.inside.word.get(), irql) };
        answer
    }
}
