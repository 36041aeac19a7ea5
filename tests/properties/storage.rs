//! Words and a lock for one thread.
use crate::pure::word::{FRAMES, Hint, Lock, SHUT, TAKE, Word, Words};
use std::{
    cell::RefCell,
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Words in a vector.
pub struct Plain {
    words: Vec<AtomicU64>,
    hints: Vec<Hint>,
    shape: AtomicU64,
    inside: AtomicU64,
    watching: AtomicU64,
}

impl Plain {
    /// So many words, a power of two, and half as many hints.
    pub fn new(words: usize) -> Self {
        Self {
            words: std::iter::repeat_with(AtomicU64::default).take(words).collect(),
            hints: std::iter::repeat_with(Hint::default).take(words / 2).collect(),
            shape: AtomicU64::new(0),
            inside: AtomicU64::new(0),
            watching: AtomicU64::new(0),
        }
    }
}

impl Words for Plain {
    type W = AtomicU64;
    fn last(&self) -> u32 {
        self.words.len() as u32 - 1
    }
    fn at(&self, i: u32) -> &AtomicU64 {
        &self.words[(i & self.last()) as usize]
    }
    fn hint(&self, processor: u32) -> &Hint {
        &self.hints[processor as usize & (self.hints.len() - 1)]
    }
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

/// Words that the test can look at too.
impl Words for Rc<Plain> {
    type W = AtomicU64;
    fn last(&self) -> u32 {
        (**self).last()
    }
    fn at(&self, i: u32) -> &AtomicU64 {
        (**self).at(i)
    }
    fn hint(&self, processor: u32) -> &Hint {
        (**self).hint(processor)
    }
    fn shape(&self) -> &AtomicU64 {
        (**self).shape()
    }
    fn inside(&self) -> &AtomicU64 {
        (**self).inside()
    }
    fn watching(&self) -> &AtomicU64 {
        (**self).watching()
    }
}

/// Two words whose first frame another processor moves out of the way whenever somebody looks for it, as long as the
/// words are open: it frees one frame in the other word and takes the one that is looked for.
pub struct Restless(Plain);

impl Default for Restless {
    fn default() -> Self {
        Self(Plain::new(2))
    }
}

impl Words for Restless {
    type W = AtomicU64;
    fn last(&self) -> u32 {
        1
    }
    fn at(&self, i: u32) -> &AtomicU64 {
        let (here, there) = (self.0.at(i), self.0.at(i + 1));
        let (word, other) = (here.load(Relaxed), there.load(Relaxed));
        if (word | other) & SHUT == 0 && word & FRAMES != 0 && other & FRAMES == 0 {
            there.store(other | 1, Relaxed);
            Word::store(here, (word & !1).wrapping_add(TAKE), Relaxed);
        }
        here
    }
    fn hint(&self, processor: u32) -> &Hint {
        self.0.hint(processor)
    }
    fn shape(&self) -> &AtomicU64 {
        self.0.shape()
    }
    fn inside(&self) -> &AtomicU64 {
        self.0.inside()
    }
    fn watching(&self) -> &AtomicU64 {
        self.0.watching()
    }
}

/// Two words to which, before a given look at a word, other processors do this: they lower SHUT, take frame 0 and free
/// frame 1.
#[derive(Default)]
pub struct Scripted(Restless, AtomicU64);

impl Scripted {
    /// The script runs before the `n`th look from now, counted from 0.
    pub fn begin(&self, n: u64) {
        self.1.store(n + 1, Relaxed);
    }
}

impl Words for Scripted {
    type W = AtomicU64;
    fn last(&self) -> u32 {
        1
    }
    fn at(&self, i: u32) -> &AtomicU64 {
        let words = &self.0.0;
        let left = self.1.load(Relaxed);
        self.1.store(left.saturating_sub(1), Relaxed);
        if left == 1 {
            words.at(0).fetch_and(!SHUT, Relaxed);
            words.at(1).fetch_and(!SHUT, Relaxed);
            words.at(0).fetch_add(TAKE - 1, Relaxed);
            words.at(1).fetch_or(1, Relaxed);
        }
        words.at(i)
    }
    fn hint(&self, processor: u32) -> &Hint {
        self.0.hint(processor)
    }
    fn shape(&self) -> &AtomicU64 {
        self.0.shape()
    }
    fn inside(&self) -> &AtomicU64 {
        self.0.inside()
    }
    fn watching(&self) -> &AtomicU64 {
        self.0.watching()
    }
}

/// Mutual exclusion where there is nobody else.
pub struct Alone<T>(RefCell<T>);

impl<T> Alone<T> {
    pub fn new(value: T) -> Self {
        Self(RefCell::new(value))
    }
}

impl<V> Lock for Alone<V> {
    type Value = V;
    fn with<T>(&self, f: impl FnOnce(&mut V) -> T) -> T {
        f(&mut self.0.borrow_mut())
    }
}
