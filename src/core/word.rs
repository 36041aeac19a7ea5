//! The one door to atomics: implemented for core's here, for loom's in the models, so that what ships is what is proved.
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A 64-bit word of shared state.
///
/// Layout of a pool word, from the low end:
/// ```text
///  63            34  33   32  31                              0
/// +----------------+----+----+---------------------------------+
/// |    version     |SHUT|WATCH|  one bit a frame, 1 = free      |
/// +----------------+----+----+---------------------------------+
/// ```
/// The version counts the takes from this word modulo 2^30. It stands at the top so that its carry leaves the word.
pub trait Word {
    /// Reads the word.
    fn load(&self, order: Ordering) -> u64;
    /// Writes the word.
    fn store(&self, value: u64, order: Ordering);
    /// Replaces `old` by `new`, or says what is there; may fail for no reason.
    fn cas(&self, old: u64, new: u64, done: Ordering, failed: Ordering) -> Result<u64, u64>;
    /// Sets bits and returns what was there.
    fn or(&self, bits: u64, order: Ordering) -> u64;
    /// Keeps only `bits` and returns what was there.
    fn and(&self, bits: u64, order: Ordering) -> u64;
    /// Adds modulo 2^64 and returns what was there.
    fn add(&self, value: u64, order: Ordering) -> u64;
}

/// The frame bits of a pool word.
pub const FRAMES: u64 = 0xffff_ffff;
/// Frees of this word go to the desk: somebody wants to hear of them.
pub const WATCH: u64 = 1 << 32;
/// Takes and frees of this word go to the desk.
pub const SHUT: u64 = 1 << 33;
/// One take, in the version.
pub const TAKE: u64 = 1 << 34;
/// How far the version stands above the frame bits.
pub const VERSION_SHIFT: u32 = 34;
/// The version counts modulo this.
pub const VERSIONS: u64 = 1 << 30;

impl Word for AtomicU64 {
    #[inline(always)]
    fn load(&self, order: Ordering) -> u64 {
        Self::load(self, order)
    }
    #[inline(always)]
    fn store(&self, value: u64, order: Ordering) {
        Self::store(self, value, order);
    }
    #[inline(always)]
    fn cas(&self, old: u64, new: u64, done: Ordering, failed: Ordering) -> Result<u64, u64> {
        self.compare_exchange_weak(old, new, done, failed)
    }
    #[inline(always)]
    fn or(&self, bits: u64, order: Ordering) -> u64 {
        self.fetch_or(bits, order)
    }
    #[inline(always)]
    fn and(&self, bits: u64, order: Ordering) -> u64 {
        self.fetch_and(bits, order)
    }
    #[inline(always)]
    fn add(&self, value: u64, order: Ordering) -> u64 {
        self.fetch_add(value, order)
    }
}

/// One word to a cache line, so that processors that use different words do not disturb each other.
#[repr(align(64))]
#[derive(Default)]
pub struct Line<W>(pub W);

/// What a processor tries first. Only hints: any value is right, a wrong one costs time.
#[repr(align(64))]
#[derive(Default)]
pub struct Hint {
    /// The next word of the processor's own group; moves on with every allocation, because a locked operation on the
    /// word that was written last has to wait for that write.
    pub next: AtomicU32,
    /// The word where the last search succeeded.
    pub sticky: AtomicU32,
}

/// The words of a pool. Whoever implements it masks every index, so that each access is total: no bounds check, no
/// panic, no `unsafe` here.
pub trait Words {
    /// Core's atomic word, or loom's.
    type W: Word;
    /// The number of words, less one; the number is a power of two.
    fn last(&self) -> u32;
    /// The word at `i` modulo the number of words.
    fn at(&self, i: u32) -> &Self::W;
    /// The hints of a processor, modulo the number of hint lines.
    fn hint(&self, processor: u32) -> &Hint;
    /// Where the present [`Shape`](super::shape::Shape) is kept, packed.
    fn shape(&self) -> &Self::W;
    /// How many callers act for the desk with its lock dropped.
    fn inside(&self) -> &Self::W;
    /// How many subscribers want to hear of every free. Goes up under the desk's lock and down without it.
    fn watching(&self) -> &Self::W;
}

/// Mutual exclusion around a value; os implements it with a spin lock, the models with loom's mutex.
pub trait Lock {
    /// What it protects.
    type Value;
    /// Runs `f` with the value, alone.
    fn with<T>(&self, f: impl FnOnce(&mut Self::Value) -> T) -> T;
}
