//! One value in nonpaged memory of its own.
use super::sys;
use core::{ops::Deref, ptr::NonNull};

/// Owns a value in nonpaged memory.
pub(crate) struct Object<T> {
    value: NonNull<T>,
    tag: u32,
}

// SAFETY: shared like the T that it owns.
unsafe impl<T: Sync + Send> Sync for Object<T> {}
// SAFETY: handed on like the T that it owns.
unsafe impl<T: Send> Send for Object<T> {}

impl<T> Object<T> {
    /// Moves a value into memory of its own.
    pub fn new(value: T, tag: u32) -> Option<Self> {
        Self::make(tag, || Some(value))
    }

    /// Makes a value in memory of its own, which is there first: so a large one need not be moved over the stack.
    #[inline(always)]
    pub fn make(tag: u32, value: impl FnOnce() -> Option<T>) -> Option<Self> {
        const { assert!(align_of::<T>() <= 16, "a pool block is aligned to 16 and no more") };
        let bytes = size_of::<T>().max(1);
        // SAFETY: nonpaged, any size above 0.
        let place = NonNull::new(unsafe { sys::SfaOsAllocate(bytes, tag, 0) })?.cast();
        match value() {
            Some(value) => {
                // SAFETY: fresh memory, large enough, and aligned to 16.
                unsafe { place.write(value) };
                Some(Self { value: place, tag })
            }
            None => {
                // SAFETY: allocated above with this tag, and nothing is in it.
                unsafe { sys::SfaOsFree(place.as_ptr().cast(), tag) };
                None
            }
        }
    }

    /// Gives the value up to whoever will call [`Object::reclaim`] with a pointer made from this reference.
    pub fn release(self) -> &'static mut T {
        let mut value = self.value;
        core::mem::forget(self);
        // SAFETY: the value lives until reclaim, and this is the only way to it.
        unsafe { value.as_mut() }
    }

    /// Takes back what `release` gave up.
    ///
    /// # Safety
    /// `value` came from `release` of an object with this tag, is reclaimed once, and is not used afterwards except
    /// through the object.
    pub unsafe fn reclaim(value: NonNull<T>, tag: u32) -> Self {
        Self { value, tag }
    }
}

impl<T> Deref for Object<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: initialised in `new`, owned until drop.
        unsafe { self.value.as_ref() }
    }
}

impl<T> Drop for Object<T> {
    fn drop(&mut self) {
        // SAFETY: owned, dropped once.
        unsafe { self.value.drop_in_place() };
        // SAFETY: allocated with this tag, freed once, nothing in it is used any more.
        unsafe { sys::SfaOsFree(self.value.as_ptr().cast(), self.tag) }
    }
}
