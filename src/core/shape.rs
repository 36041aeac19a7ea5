//! How many words a pool of n frames uses, and which frame is which bit.
//!
//! Frame `f` is bit `f >> log2(words)` of word `f & (words - 1)`: neighbours lie in different words, so that the frames
//! of any pool are spread evenly. The formula (goals in docs/design.md):
//!
//! * at least `frames / 32` words, because a word has 32 frame bits;
//! * two for each processor while there are frames for them, but not more than [`SPREAD`] on that account, so that an
//!   allocation from an empty pool stays short;
//! * one line of hints for each processor, but at most half as many as words.
use core::num::NonZeroU32;

/// Most frames of one pool.
pub const MAX_FRAMES: u32 = 4096;
/// Most words that are used for the sake of processors alone.
pub const SPREAD: u32 = 16;

/// The division of a pool into words, as it is while the pool is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of frames, 0 while nothing is committed.
    pub frames: u32,
    /// Number of words, less one.
    pub mask: u32,
    /// Binary logarithm of the number of words.
    pub log: u32,
    /// Number of words of one processor's group, less one.
    pub group: u32,
    /// The frames are pageable.
    pub paged: bool,
    /// Counts the commits modulo 2^16, so that a search that lasted over one notices.
    pub epoch: u32,
}

impl Shape {
    /// What stands before the first commit: one word, no frame.
    pub const NONE: Self = Self { frames: 0, mask: 0, log: 0, group: 0, paged: false, epoch: 0 };

    /// The shape of a pool of 1 to [`MAX_FRAMES`] frames on a machine with that many processors.
    #[must_use]
    pub fn plan(frames: u32, processors: NonZeroU32, epoch: u32) -> Self {
        let least = frames.div_ceil(32).max(1).next_power_of_two();
        let wanted = pow2_at_least(processors.get()).saturating_mul(2);
        let words = least.max(wanted.min(pow2_at_most(frames)).min(SPREAD));
        let hints = hints(words, processors);
        let log = words.trailing_zeros();
        Self {
            frames,
            mask: words.wrapping_sub(1),
            log,
            group: (words >> hints.trailing_zeros()).wrapping_sub(1),
            paged: false,
            epoch: epoch & 0xffff,
        }
    }

    /// Number of hint lines of this shape on a machine with that many processors.
    #[must_use]
    pub fn hints(&self, processors: NonZeroU32) -> u32 {
        hints(self.mask.wrapping_add(1), processors)
    }

    /// One word that carries the whole shape, so that one load sees all of it.
    #[must_use]
    pub fn pack(self) -> u64 {
        u64::from(self.frames)
            | u64::from(self.log) << 16
            | u64::from(self.group) << 24
            | u64::from(self.paged) << 40
            | u64::from(self.epoch & 0xffff) << 48
    }

    /// The shape in a word; any word gives one whose mask is below 2^16.
    #[inline(always)]
    #[must_use]
    pub fn unpack(word: u64) -> Self {
        let log = (word >> 16) as u32 & 15;
        Self {
            frames: word as u32 & 0xffff,
            mask: (1u32 << log).wrapping_sub(1),
            log,
            group: (word >> 24) as u32 & 0xffff,
            paged: word & 1 << 40 != 0,
            epoch: (word >> 48) as u32,
        }
    }

    /// The frame that a bit of a word stands for.
    #[inline(always)]
    #[must_use]
    pub fn frame(&self, word: u32, bit: u32) -> u32 {
        (bit << self.log) | word
    }

    /// The word and the bit of a frame.
    #[inline(always)]
    #[must_use]
    pub fn place(&self, frame: u32) -> (u32, u64) {
        (frame & self.mask, 1 << ((frame >> self.log) & 31))
    }

    /// All the bits of a word that stand for frames.
    #[must_use]
    pub fn bits(&self, word: u32) -> u64 {
        // Frames word, word + words, word + 2·words … below `frames`.
        let n = self.frames.saturating_sub(word).wrapping_add(self.mask) >> self.log;
        (1u64 << n.min(32)).wrapping_sub(1)
    }
}

fn hints(words: u32, processors: NonZeroU32) -> u32 {
    pow2_at_least(processors.get()).min((words >> 1).max(1))
}

fn pow2_at_least(n: u32) -> u32 {
    n.min(1 << 16).next_power_of_two()
}

fn pow2_at_most(n: u32) -> u32 {
    1 << n.max(1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::{collections::BTreeSet, vec::Vec};

    fn plans() -> impl Iterator<Item = (u32, Shape)> {
        [1, 2, 3, 64, 2048].into_iter().flat_map(|p| {
            (1..=200)
                .chain((201..MAX_FRAMES).step_by(83))
                .chain([1024, 1025, 2048, MAX_FRAMES - 1, MAX_FRAMES])
                .map(move |n| (p, Shape::plan(n, NonZeroU32::new(p).unwrap(), n)))
        })
    }

    #[test]
    fn every_frame_has_one_place_of_its_own() {
        for (p, s) in plans() {
            let places: BTreeSet<_> = (0..s.frames).map(|f| s.place(f)).collect();
            assert_eq!(places.len(), s.frames as usize, "{p} {s:?}");
            for f in 0..s.frames {
                let (w, b) = s.place(f);
                assert_eq!(s.frame(w, b.trailing_zeros()), f);
                assert_ne!(s.bits(w) & b, 0);
            }
        }
    }

    #[test]
    fn the_bits_of_all_words_are_the_frames() {
        for (p, s) in plans() {
            let bits: u32 = (0..=s.mask).map(|w| s.bits(w).count_ones()).sum();
            assert_eq!(bits, s.frames, "{p} {s:?}");
        }
    }

    #[test]
    fn packing_loses_nothing() {
        for (_, s) in plans() {
            assert_eq!(Shape::unpack(s.pack()), s);
        }
        let paged = Shape { paged: true, ..Shape::NONE };
        assert_eq!(Shape::unpack(paged.pack()), paged);
        assert_eq!(Shape::unpack(Shape::NONE.pack()), Shape::NONE);
    }

    #[test]
    fn more_frames_never_need_fewer_words() {
        let mut last = (0, 0, 0);
        for (p, s) in plans() {
            if p == last.0 && s.frames > last.1 {
                assert!(s.mask >= last.2);
            }
            last = (p, s.frames, s.mask);
        }
    }

    #[test]
    fn memory_stays_within_the_formula() {
        for (p, s) in plans() {
            let lines = s.mask + 1 + s.hints(NonZeroU32::new(p).unwrap());
            if s.frames == 64 {
                assert!(lines * 64 <= 2048, "{p} {s:?}");
            }
            if s.frames >= 1024 {
                // Numbers of words are powers of two: half as much again just above one.
                let each = if s.frames.is_power_of_two() { 4 } else { 6 };
                assert!(lines * 64 <= each * s.frames + 64, "{p} {s:?}");
            }
        }
    }

    #[test]
    fn groups_share_the_words_out() {
        let shapes: Vec<_> = [1, 2, 64].map(|p| Shape::plan(64, NonZeroU32::new(p).unwrap(), 0)).into();
        assert_eq!(shapes.iter().map(|s| (s.mask, s.group)).collect::<Vec<_>>(), [(1, 1), (3, 1), (15, 1)]);
    }
}
