//! A row of values in nonpaged memory, its length a power of two.
use super::sys;
use crate::core::{
    holders::Marks,
    record::Record,
    word::{Hint, Line},
};
use core::{ffi::c_void, ptr::NonNull, sync::atomic::AtomicU64};

/// A type for which all bytes zero is a value, and which needs no drop.
///
/// # Safety
/// Both must be true.
pub(crate) unsafe trait Zero {}
// SAFETY: an atomic integer may be zero, and is not dropped.
unsafe impl Zero for Line<AtomicU64> {}
// SAFETY: as above.
unsafe impl Zero for AtomicU64 {}
// SAFETY: two atomic integers.
unsafe impl Zero for Hint {}
// SAFETY: integers.
unsafe impl Zero for Record {}

/// Zero-initialised values of one type.
pub(crate) struct Slab<T: Zero> {
    start: NonNull<T>,
    block: NonNull<c_void>,
    last: u32,
    tag: u32,
}

// SAFETY: a slab is shared or handed on like the slice of T that it owns.
unsafe impl<T: Zero + Sync> Sync for Slab<T> {}
// SAFETY: as above.
unsafe impl<T: Zero + Send> Send for Slab<T> {}

impl<T: Zero> Slab<T> {
    /// At least `len` values, rounded up to a power of two.
    pub fn new(len: u32, tag: u32) -> Option<Self> {
        let len = len.max(1).checked_next_power_of_two()?;
        let slack = align_of::<T>() - 1; // a pool block is aligned to 16 and no more
        let bytes = size_of::<T>().checked_mul(len as usize)?.checked_add(slack)?;
        // SAFETY: nonpaged, any size above 0.
        let block = NonNull::new(unsafe { sys::SfaOsAllocate(bytes, tag, 0) })?;
        let skip = block.as_ptr().addr().wrapping_neg() & slack;
        // SAFETY: skip <= slack, and slack bytes more than the values need were asked for.
        let start = unsafe { block.byte_add(skip) }.cast();
        Some(Self { start, block, last: len - 1, tag })
    }

    /// The index of the last value.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// The value at `i` modulo the length: every index is good.
    #[inline(always)]
    pub fn at(&self, i: u32) -> &T {
        // SAFETY: the masked index is below the length.
        let value = unsafe { self.start.add((i & self.last) as usize) };
        // SAFETY: values were zeroed, which is a value of T, and are lent for as long as the slab lives.
        unsafe { value.as_ref() }
    }
}

impl Marks for Slab<AtomicU64> {
    type W = AtomicU64;
    #[inline(always)]
    fn mark(&self, frame: u32) -> &AtomicU64 {
        self.at(frame)
    }
}

impl<T: Zero> AsRef<[T]> for Slab<T> {
    fn as_ref(&self) -> &[T] {
        // SAFETY: last + 1 values begin there; borrowed like the slab.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.last as usize + 1) }
    }
}

impl<T: Zero> AsMut<[T]> for Slab<T> {
    fn as_mut(&mut self) -> &mut [T] {
        // SAFETY: last + 1 values begin there; borrowed alone, like the slab.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.last as usize + 1) }
    }
}

impl<T: Zero> Drop for Slab<T> {
    fn drop(&mut self) {
        // SAFETY: allocated with this tag, freed once.
        unsafe { sys::SfaOsFree(self.block.as_ptr(), self.tag) }
    }
}
