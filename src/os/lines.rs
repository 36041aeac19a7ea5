//! The words of a pool, in nonpaged memory.
use super::slab::Slab;
use crate::core::word::{Hint, Line, Words};
use core::sync::atomic::AtomicU64;

/// Words and hints, each on a cache line of its own.
pub(crate) struct Lines {
    words: Slab<Line<AtomicU64>>,
    hints: Slab<Hint>,
    shape: AtomicU64,
    inside: AtomicU64,
    watching: AtomicU64,
}

impl Lines {
    /// Words and hints for the largest shape that an allocator may take.
    pub fn new(words: u32, hints: u32, word_tag: u32, hint_tag: u32) -> Option<Self> {
        Some(Self {
            words: Slab::new(words, word_tag)?,
            hints: Slab::new(hints, hint_tag)?,
            shape: AtomicU64::new(0),
            inside: AtomicU64::new(0),
            watching: AtomicU64::new(0),
        })
    }
}

impl Words for Lines {
    type W = AtomicU64;
    fn last(&self) -> u32 {
        self.words.last()
    }
    #[inline(always)]
    fn at(&self, i: u32) -> &AtomicU64 {
        &self.words.at(i).0
    }
    #[inline(always)]
    fn hint(&self, processor: u32) -> &Hint {
        self.hints.at(processor)
    }
    #[inline(always)]
    fn shape(&self) -> &AtomicU64 {
        &self.shape
    }
    fn inside(&self) -> &AtomicU64 {
        &self.inside
    }
    fn watching(&self) -> &AtomicU64 {
        &self.watching
    }
}
