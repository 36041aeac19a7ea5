//! The frame pool: which frames are free, without a lock.
//!
//! # Why this shape
//!
//! Each word carries 32 frame bits, a version that counts takes, and two flags (see [`Word`]). A take is one
//! compare-and-swap that clears the lowest frame bit and adds one to the version. A free is one compare-and-swap that
//! sets the bit; the same operation sees that the frame was free already (a double free) and that a flag is up. So one
//! read-modify-write tells a free everything, and **it touches nothing of the pool afterwards**: a driver that has
//! seen its last frame come home may destroy the allocator. A gate in a word of its own, read after the free, would
//! be a use after free in that very case, and would need a fence on every free besides.
//!
//! # The states of a word
//!
//! ```text
//!              open / lower              raise(WATCH)
//!   SHUT ------------------> no flag <------------------> WATCH
//!    ^   takes, frees -> desk   |  all lock-free   lower     |  takes lock-free, frees -> desk
//!    +--------------------------+----------------------------+
//!                    raise(SHUT): drain, waiters, levels above 0
//! ```
//! Flags change only under the desk's lock. While SHUT is up on all words, the frame bits change only under it too.
//!
//! # Exactly empty
//!
//! A search that finds nothing adds up the versions it saw. If a second pass finds nothing and the same sum, no word
//! lost a frame between the two visits to it, hence every word was empty when the second pass began: the pool really
//! had no frame at that instant. (A bit goes away only with a new version. The sum stands for the versions unless one
//! word is taken from 2^30 times between two passes.) If the versions keep changing for [`PASSES`] passes, the answer
//! is [`Took::Unsettled`], and the desk decides under the lock with SHUT up.
//!
//! # Orderings (each weakened in turn by `cargo xtask orderings`; docs/orderings.txt has the outcome)
//!
//! * take's CAS, Acquire: the holder sees what the previous holder wrote into the frame, and the shape that belongs to
//!   it. Release: a searcher that sees the new version also sees the frame that this thread freed before.
//! * take's load and failed CAS, Acquire: the other half of that.
//! * free's CAS, Release: the next holder sees the contents. Its load decides nothing by itself: Relaxed.
//! * raise, Acquire: the desk sees what the frees wrote that came before the flag. lower, Release: takes and frees that
//!   find no flag see what the desk did. put, Release: under WATCH, takes do not wait for lower.
//! * everything else under the lock: Relaxed, between a raise and a lower.
use super::{
    shape::Shape,
    word::{FRAMES, SHUT, TAKE, VERSION_SHIFT, VERSIONS, WATCH, Word, Words},
};
use core::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// How often a search looks again before it asks the desk.
pub const PASSES: u32 = 4;

/// What became of a take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Took {
    /// This frame is the caller's.
    Frame(u32),
    /// There was an instant at which no frame was free.
    Empty,
    /// Ask the desk: the word is shut.
    Shut,
    /// Ask the desk: others take and free too fast to tell.
    Unsettled,
}

/// What became of a free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gave {
    /// The frame is back, and nothing of the pool was touched afterwards.
    Done,
    /// The frame was free already.
    Twice,
    /// Ask the desk: a flag is up, and the frame is still out; or there is no such frame.
    Gated,
}

enum Try {
    Frame(u32),
    Nothing(u64),
    Shut,
}

/// The words of a pool and what may be done with them.
pub struct Pool<S: Words> {
    words: S,
}

impl<S: Words> Pool<S> {
    /// A pool of nothing: every word is shut and empty.
    pub fn new(words: S) -> Self {
        for i in 0..=words.last() {
            words.at(i).store(SHUT, Relaxed);
        }
        words.shape().store(Shape::NONE.pack(), Relaxed);
        Self { words }
    }

    /// The storage.
    pub fn words(&self) -> &S {
        &self.words
    }

    /// The present shape. It stays as it is while a frame is out.
    #[inline(always)]
    pub fn shape(&self) -> Shape {
        Shape::unpack(self.words.shape().load(Relaxed))
    }

    #[inline(always)]
    fn take(&self, i: u32) -> Try {
        let word = self.words.at(i);
        let mut old = word.load(Acquire);
        loop {
            if old & SHUT != 0 {
                return Try::Shut;
            }
            if old & FRAMES == 0 {
                return Try::Nothing(old >> VERSION_SHIFT);
            }
            match word.cas(old, (old & old.wrapping_sub(1)).wrapping_add(TAKE), AcqRel, Acquire) {
                // The shape is read now and not before: until this frame is freed, no commit can change it.
                Ok(_) => return Try::Frame(self.shape().frame(i, old.trailing_zeros())),
                Err(now) => old = now,
            }
        }
    }

    /// Takes a frame, preferring a word of the processor's group. The processor's number may be wrong or out of date.
    #[inline(always)]
    pub fn allocate(&self, processor: u32) -> Took {
        let shape = self.shape();
        let hint = self.words.hint(processor);
        let here = hint.next.load(Relaxed);
        hint.next.store((here & !shape.group) | (here.wrapping_add(1) & shape.group), Relaxed);
        match self.take(here & shape.mask) {
            Try::Frame(frame) => Took::Frame(frame),
            Try::Nothing(_) => self.search(processor),
            Try::Shut => Took::Shut,
        }
    }

    #[cold]
    #[inline(never)]
    fn search(&self, processor: u32) -> Took {
        let sticky = &self.words.hint(processor).sticky;
        let start = sticky.load(Relaxed);
        self.search_from(start, |found| {
            if found != start {
                sticky.store(found, Relaxed);
            }
        })
    }

    /// Looks through all words, beginning at `start`.
    pub fn search_from(&self, start: u32, found: impl Fn(u32)) -> Took {
        let shape = self.words.shape().load(Relaxed);
        let mask = Shape::unpack(shape).mask;
        let mut before = None;
        for _ in 0..PASSES {
            let mut sum = 0u64;
            for k in 0..=mask {
                let i = start.wrapping_add(k) & mask;
                match self.take(i) {
                    Try::Frame(frame) => {
                        found(i);
                        return Took::Frame(frame);
                    }
                    Try::Nothing(version) => sum = sum.wrapping_add(version),
                    Try::Shut => return Took::Shut,
                }
            }
            if before == Some(sum) {
                // A commit meanwhile may have added words that this search did not see.
                return if self.words.shape().load(Relaxed) == shape { Took::Empty } else { Took::Unsettled };
            }
            before = Some(sum);
        }
        Took::Unsettled
    }

    /// Gives a frame back. After [`Gave::Done`] nothing of the pool is touched any more.
    #[inline(always)]
    pub fn free(&self, frame: u32) -> Gave {
        let shape = self.shape();
        if frame >= shape.frames {
            return Gave::Gated; // a free of what is not out ran into a commit of fewer frames: the desk refuses it
        }
        let (i, bit) = shape.place(frame);
        let word = self.words.at(i);
        let mut old = word.load(Relaxed);
        loop {
            if old & (bit | SHUT | WATCH) != 0 {
                return if old & (SHUT | WATCH) != 0 { Gave::Gated } else { Gave::Twice };
            }
            match word.cas(old, old | bit, Release, Relaxed) {
                Ok(_) => return Gave::Done,
                Err(now) => old = now,
            }
        }
    }

    /// Whether a frame is out just now.
    pub fn is_out(&self, frame: u32) -> bool {
        let (i, bit) = self.shape().place(frame);
        frame < self.shape().frames && self.words.at(i).load(Relaxed) & bit == 0
    }

    /// Number of frames that are free just now; exact while SHUT is up.
    pub fn count(&self) -> u32 {
        let mask = self.shape().mask;
        (0..=mask).fold(0u32, |n, i| n.wrapping_add((self.words.at(i).load(Relaxed) & FRAMES).count_ones()))
    }

    /// Number of frames that were out at one instant, if others leave the words alone for long enough to tell. Two
    /// passes with one sum prove it: k takes add k·2^34 and take away less than k·2^32, frees only add. (Flags are left
    /// out of the sum: one that goes down takes away what takes add.)
    pub fn out(&self) -> Option<u32> {
        let word = self.words.shape().load(Relaxed);
        let shape = Shape::unpack(word);
        let sum =
            || (0..=shape.mask).fold(0u64, |n, i| n.wrapping_add(self.words.at(i).load(Acquire) & !(SHUT | WATCH)));
        let before = sum();
        let free = self.count();
        let same = sum() == before && self.words.shape().load(Relaxed) == word;
        same.then(|| shape.frames.saturating_sub(free))
    }

    /// Number of takes so far, modulo [`VERSIONS`].
    pub fn takes(&self) -> u64 {
        let last = self.words.last();
        (0..=last).fold(0u64, |n, i| n.wrapping_add(self.words.at(i).load(Relaxed) >> VERSION_SHIFT)) % VERSIONS
    }

    // What follows is for the desk, under its lock.

    /// Raises flags on every word in use.
    pub fn raise(&self, flags: u64) {
        for i in 0..=self.shape().mask {
            self.words.at(i).or(flags, Acquire);
        }
    }

    /// Lowers flags on every word in use.
    pub fn lower(&self, flags: u64) {
        for i in 0..=self.shape().mask {
            self.words.at(i).and(!flags, Release);
        }
    }

    /// Takes a frame although SHUT is up on all words: what it answers is exact.
    pub fn take_shut(&self) -> Option<u32> {
        let shape = self.shape();
        for i in 0..=shape.mask {
            let word = self.words.at(i);
            let mut old = word.load(Relaxed);
            while old & FRAMES != 0 {
                match word.cas(old, (old & old.wrapping_sub(1)).wrapping_add(TAKE), Relaxed, Relaxed) {
                    Ok(_) => return Some(shape.frame(i, old.trailing_zeros())),
                    Err(now) => old = now,
                }
            }
        }
        None
    }

    /// Gives a frame back whatever flags are up; false when it was free already.
    pub fn put(&self, frame: u32) -> bool {
        let (i, bit) = self.shape().place(frame);
        self.words.at(i).or(bit, Release) & bit == 0
    }

    /// Fills the pool: every frame of the shape is free, every word in use still shut.
    pub fn fill(&self, shape: Shape) {
        self.words.shape().store(shape.pack(), Relaxed);
        for i in 0..=shape.mask {
            if i & shape.group == 0 {
                self.words.hint(i.checked_div(shape.group.wrapping_add(1)).unwrap_or(0)).next.store(i, Relaxed);
            }
            self.words.at(i).or(shape.bits(i), Relaxed);
        }
    }

    /// Empties the pool: SHUT must be up on all words and every frame at home.
    pub fn clear(&self) {
        for i in 0..=self.words.last() {
            self.words.at(i).and(!(FRAMES | WATCH), Relaxed);
        }
        let epoch = self.shape().epoch;
        self.words.shape().store(Shape { epoch, ..Shape::NONE }.pack(), Relaxed);
    }
}
