//! Addresses and frame numbers. An address is a number here: nothing in this layer follows one.
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

/// Where something is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(pub usize);

/// A row of frames at one distance from each other.
///
/// The way back from an address is one multiplication and one rotation for any stride: with `stride = odd · 2^t`,
/// the number is `rotate_right((address - base) · odd⁻¹, t)`. For the start of frame i this gives i. It gives a number
/// below `frames` for nothing else, because rotation and multiplication by an odd number can both be undone: an
/// interior, foreign, lower or higher address ends far outside.
///
/// The fields are atomics because a free of an address that was never handed out may run into a commit; a frame that
/// is out keeps them as they are.
#[derive(Default)]
pub struct Row {
    base: AtomicUsize,
    stride: AtomicUsize,
    inverse: AtomicUsize,
    turn: AtomicU32,
    frames: AtomicU32,
}

impl Row {
    /// Describes `frames` frames from `base` on; `stride · frames` must not overflow and `stride` not be 0.
    pub fn set(&self, base: Address, stride: usize, frames: u32) {
        let turn = stride.trailing_zeros() % usize::BITS;
        self.base.store(base.0, Relaxed);
        self.stride.store(stride, Relaxed);
        self.inverse.store(inverse(stride >> turn), Relaxed);
        self.turn.store(turn, Relaxed);
        self.frames.store(frames, Relaxed);
    }

    /// Describes no frame.
    pub fn clear(&self) {
        self.frames.store(0, Relaxed);
    }

    /// Where a frame begins.
    #[inline(always)]
    pub fn address(&self, frame: u32) -> Address {
        let offset = (frame as usize).wrapping_mul(self.stride.load(Relaxed));
        Address(self.base.load(Relaxed).wrapping_add(offset))
    }

    /// The frame that begins at an address.
    #[inline(always)]
    pub fn frame(&self, address: Address) -> Option<u32> {
        let offset = address.0.wrapping_sub(self.base.load(Relaxed));
        let i = offset.wrapping_mul(self.inverse.load(Relaxed)).rotate_right(self.turn.load(Relaxed));
        (i < self.frames.load(Relaxed) as usize).then_some(i as u32)
    }
}

/// The inverse of an odd number modulo 2^(word size), by Newton's iteration: each step doubles the number of right bits.
fn inverse(odd: usize) -> usize {
    let mut x = odd; // right in the lowest three bits
    for _ in 0..5 {
        x = x.wrapping_mul(2usize.wrapping_sub(odd.wrapping_mul(x)));
    }
    x
}

/// Frames at unrelated places, sorted by address: frame i is the i-th lowest.
pub trait Places {
    /// Number of frames.
    fn len(&self) -> u32;
    /// Where frame `i` modulo the capacity begins.
    fn at(&self, i: u32) -> Address;
    /// Exchanges two frames.
    fn swap(&self, i: u32, k: u32);
}

/// Sorts the first `len` places by address (Shell's method: in place, no recursion, no panic path).
pub fn sort(places: &impl Places, len: u32) {
    let mut gap = len >> 1;
    while gap > 0 {
        for i in gap..len {
            let mut k = i;
            while k >= gap && places.at(k.wrapping_sub(gap)) > places.at(k) {
                places.swap(k.wrapping_sub(gap), k);
                k = k.wrapping_sub(gap);
            }
        }
        gap >>= 1;
    }
}

/// The frame that begins at an address, by bisection.
pub fn find(places: &impl Places, address: Address) -> Option<u32> {
    let (mut low, mut high) = (0, places.len());
    while low < high {
        let middle = low.wrapping_add(high.wrapping_sub(low) >> 1);
        if places.at(middle) < address {
            low = middle.wrapping_add(1);
        } else {
            high = middle;
        }
    }
    (low < places.len() && places.at(low) == address).then_some(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use proptest::prelude::*;
    use std::{cell::RefCell, vec::Vec};

    struct List(RefCell<Vec<usize>>);
    impl Places for List {
        fn len(&self) -> u32 {
            self.0.borrow().len() as u32
        }
        fn at(&self, i: u32) -> Address {
            Address(self.0.borrow()[i as usize])
        }
        fn swap(&self, i: u32, k: u32) {
            self.0.borrow_mut().swap(i as usize, k as usize);
        }
    }

    proptest! {
        #[test]
        fn only_the_start_of_a_frame_is_a_frame(
            base in any::<u32>(), stride in 1usize..1 << 24, frames in 1u32..=4096, probe in any::<i64>()
        ) {
            let (base, row) = (base as usize + (1 << 40), Row::default());
            row.set(Address(base), stride, frames);
            for i in [0, frames / 2, frames - 1] {
                prop_assert_eq!(row.frame(row.address(i)), Some(i));
            }
            let near = base.wrapping_add((probe % (2 * stride as i64 * i64::from(frames))) as usize);
            for address in [near, probe as usize, base.wrapping_sub(stride), base + stride * frames as usize, 0] {
                let offset = address.wrapping_sub(base);
                let honest = offset % stride == 0 && offset / stride < frames as usize;
                prop_assert_eq!(row.frame(Address(address)), honest.then(|| (offset / stride) as u32));
            }
        }

        #[test]
        fn what_is_sorted_is_found(list in prop::collection::hash_set(any::<usize>(), 1..200), probe in any::<usize>()) {
            let list = List(RefCell::new(list.into_iter().collect()));
            sort(&list, list.len());
            let sorted = list.0.borrow().clone();
            prop_assert!(sorted.is_sorted());
            for (i, address) in sorted.iter().enumerate() {
                prop_assert_eq!(find(&list, Address(*address)), Some(i as u32));
            }
            prop_assert_eq!(find(&list, Address(probe)).is_some(), sorted.contains(&probe));
        }
    }

    #[test]
    fn a_cleared_row_knows_no_frame() {
        let row = Row::default();
        assert_eq!(row.frame(Address(0)), None);
        row.set(Address(4096), 64, 2);
        row.clear();
        assert_eq!(row.frame(Address(4096)), None);
    }
}
