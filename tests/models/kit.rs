//! The doors of `src/core` over loom, and how models are run.
#![expect(unsafe_code)] // UNSAFETY: loom's cells are not Sync; that they are shared is what is checked.
use crate::pure::{
    desk::{Desk, Freed, Granted},
    ledger::{Ledger, Level},
    pool::{Pool, Took},
    record::{Record, Stamp},
    shape::Shape,
    word::{Hint, Lock, SHUT, Word, Words},
};
use loom::sync::{Mutex, atomic::AtomicU64};
use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{
            AtomicUsize,
            Ordering::{self, Relaxed},
        },
    },
    time::Instant,
};

/// What a model's loads are; main.rs says why.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Loads {
    Loads,
    Rmws,
    Mixed,
}

/// Orderings that `planted.rs` takes away from every access of a kind, to see a model fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    Load,
    Cas,
    Or,
    Flags,
    Add,
}

thread_local! {
    static FIRST: Cell<Option<loom::thread::ThreadId>> = const { Cell::new(None) };
    // loom runs all threads of a model on the thread of the test.
    static MODE: Cell<(Loads, Flaw)> = const { Cell::new((Loads::Loads, Flaw::None)) };
}

/// Runs a model in one mode, with no more than `bound` preemptions unless SFA_MODELS=full.
pub fn explore(name: &str, loads: Loads, bound: &[usize], flaw: Flaw, model: fn()) {
    MODE.set((loads, flaw));
    let (start, executions) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let count = executions.clone();
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 100_000;
    if std::env::var_os("SFA_MODELS").is_none_or(|v| v != "full") {
        builder.preemption_bound = bound.first().copied();
    }
    builder.check(move || {
        count.fetch_add(1, Relaxed);
        FIRST.set(Some(loom::thread::current().id()));
        model();
    });
    let mode = match loads {
        Loads::Loads => "loads",
        Loads::Rmws => "rmws",
        Loads::Mixed => "mixed",
    };
    eprintln!("model {name}::{mode}: {} executions, {:.2} s", executions.load(Relaxed), start.elapsed().as_secs_f32());
}

/// Makes three tests of each model: `name::loads`, `name::rmws` and `name::mixed`.
macro_rules! models {
    ($($name:ident $(bound $bound:literal)? $(; $unmixed:meta)?,)*) => {$(
        mod $name {
            use crate::kit::{Flaw, Loads, explore};
            const BOUND: &[usize] = &[$($bound)?];
            const NAME: &str = module_path!();
            #[test]
            fn loads() {
                explore(NAME, Loads::Loads, BOUND, Flaw::None, super::$name);
            }
            #[test]
            fn rmws() {
                explore(NAME, Loads::Rmws, BOUND, Flaw::None, super::$name);
            }
            #[test]
            $(#[$unmixed])?
            fn mixed() {
                explore(NAME, Loads::Mixed, &[2], Flaw::None, super::$name);
            }
        }
    )*};
}

/// A cell whose accesses loom checks for data races.
pub struct Watched(loom::cell::UnsafeCell<()>);
// SAFETY: nothing is in it; loom stops at unordered accesses.
unsafe impl Sync for Watched {}
// SAFETY: as above.
unsafe impl Send for Watched {}

impl Watched {
    pub fn new() -> Self {
        Self(loom::cell::UnsafeCell::new(()))
    }
    pub fn read(&self) {
        self.0.with(|_| ());
    }
    pub fn write(&self) {
        self.0.with_mut(|_| ());
    }
}

/// A word of the allocator's memory.
pub struct W {
    word: AtomicU64,
    memory: Arc<Watched>,
}

impl std::fmt::Debug for W {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a word")
    }
}

fn loads_are_rmws() -> bool {
    match MODE.get().0 {
        Loads::Loads => false,
        Loads::Rmws => true,
        Loads::Mixed => FIRST.get() != Some(loom::thread::current().id()),
    }
}

impl W {
    fn touch(&self, kind: Flaw, order: Ordering) -> Ordering {
        self.memory.read();
        let flaw = MODE.get().1;
        if flaw == kind || flaw == Flaw::Flags && kind == Flaw::Or { Relaxed } else { order }
    }
}

impl Word for W {
    fn load(&self, order: Ordering) -> u64 {
        let order = self.touch(Flaw::Load, order);
        if loads_are_rmws() { self.word.fetch_or(0, order) } else { self.word.load(order) }
    }
    fn store(&self, value: u64, order: Ordering) {
        self.memory.read();
        if MODE.get().0 == Loads::Loads {
            self.word.store(value, order);
        } else {
            self.word.swap(value, order);
        }
    }
    fn cas(&self, old: u64, new: u64, done: Ordering, failed: Ordering) -> Result<u64, u64> {
        let done = self.touch(Flaw::Cas, done);
        self.word.compare_exchange_weak(old, new, done, failed)
    }
    fn or(&self, bits: u64, order: Ordering) -> u64 {
        self.word.fetch_or(bits, self.touch(Flaw::Or, order))
    }
    fn and(&self, bits: u64, order: Ordering) -> u64 {
        self.word.fetch_and(bits, self.touch(Flaw::Flags, order))
    }
    fn add(&self, value: u64, order: Ordering) -> u64 {
        self.word.fetch_add(value, self.touch(Flaw::Add, order))
    }
}

/// One or two words.
pub struct Few {
    words: [W; 2],
    hints: [Hint; 2],
    shape: W,
    inside: W,
    last: u32,
}

impl Few {
    fn new(words: u32, memory: &Arc<Watched>) -> Self {
        let word = || W { word: AtomicU64::new(0), memory: memory.clone() };
        let hints = [Hint::default(), Hint::default()];
        Self { words: [word(), word()], hints, shape: word(), inside: word(), last: words - 1 }
    }
}

impl Words for Few {
    type W = W;
    fn last(&self) -> u32 {
        self.last
    }
    fn at(&self, i: u32) -> &W {
        &self.words[(i & self.last) as usize]
    }
    fn hint(&self, processor: u32) -> &Hint {
        &self.hints[(processor & 1) as usize]
    }
    fn shape(&self) -> &W {
        &self.shape
    }
    fn inside(&self) -> &W {
        &self.inside
    }
}

/// A lock in the allocator's memory.
pub struct Guarded {
    mutex: Mutex<Ledger<[Record; 0]>>,
    memory: Arc<Watched>,
}

impl Lock for Guarded {
    type Value = Ledger<[Record; 0]>;
    fn with<T>(&self, f: impl FnOnce(&mut Self::Value) -> T) -> T {
        self.memory.read();
        f(&mut self.mutex.lock().unwrap())
    }
}

/// Frames spread over one or two words; processor k begins at word k.
pub fn shape(frames: u32, words: u32, epoch: u32) -> Shape {
    Shape { frames, mask: words - 1, log: words.trailing_zeros(), group: 0, epoch }
}

pub fn stamp() -> Stamp {
    Stamp::default()
}

/// Lets a thread run beside this one.
pub fn beside<A: 'static, B>(other: impl FnOnce() -> A + 'static, this: impl FnOnce() -> B) -> (A, B) {
    let other = loom::thread::spawn(other);
    let this = this();
    (other.join().unwrap(), this)
}

/// A pool without a desk; all its frames are free but those of `out`.
pub fn pool(frames: u32, words: u32, out: &[u32]) -> Arc<Pool<Few>> {
    let pool = Pool::new(Few::new(words, &Arc::new(Watched::new())));
    pool.fill(shape(frames, words, 1));
    while pool.take_shut().is_some() {}
    for frame in (0..frames).filter(|f| !out.contains(f)) {
        assert!(pool.put(frame));
    }
    pool.lower(SHUT);
    Arc::new(pool)
}

pub type ModelDesk = Desk<Few, Guarded>;

/// A desk with the memory that it hands out and that it lies in.
pub struct Bench {
    pub desk: ModelDesk,
    pub memory: Arc<Watched>,
    pub frames: [Watched; 3],
}

impl Bench {
    /// A desk with nothing committed, and room for `words` words.
    pub fn idle(words: u32, level: Level, watchers: u32) -> Self {
        let memory = Arc::new(Watched::new());
        let lock = Guarded { mutex: Mutex::new(Ledger::new([], level, watchers)), memory: memory.clone() };
        let frames = [Watched::new(), Watched::new(), Watched::new()];
        Self { desk: Desk::new(Few::new(words, &memory), lock), memory, frames }
    }

    /// A desk with every frame of a shape free.
    pub fn open(shape: Shape, level: Level, watchers: u32) -> Arc<Self> {
        let bench = Self::idle(shape.mask + 1, level, watchers);
        bench.commit(shape);
        Arc::new(bench)
    }

    /// A desk with every frame of a shape out, in this thread's hands.
    pub fn out(shape: Shape, level: Level, watchers: u32) -> Arc<Self> {
        let bench = Self::open(shape, level, watchers);
        (0..shape.frames).for_each(|_| assert!(bench.take(0).is_ok()));
        bench
    }

    /// Makes memory and commits it.
    pub fn commit(&self, shape: Shape) {
        self.desk.begin().unwrap();
        self.remake();
        self.desk.commit(shape, stamp());
    }

    /// What making and giving back the frames' memory does to it.
    pub fn remake(&self) {
        self.frames.iter().for_each(Watched::write);
    }

    /// Takes a frame and writes into it.
    pub fn take(&self, processor: u32) -> Result<u32, Granted> {
        match self.desk.allocate(processor, stamp) {
            Granted::Frame(frame) => {
                self.write(frame);
                Ok(frame)
            }
            other => Err(other),
        }
    }

    pub fn write(&self, frame: u32) {
        self.frames[frame as usize].write();
    }

    /// Writes into a frame, gives it back and runs the errand; says how many notices it had and whether it drained.
    pub fn give(&self, frame: u32) -> (u32, bool) {
        self.write(frame);
        match self.desk.free(frame, stamp) {
            Freed::Done => (0, false),
            Freed::Errand(errand) => {
                self.memory.read(); // callbacks and the event are in the allocator's memory
                (errand.notices, errand.drained)
            }
            other => panic!("{other:?}"),
        }
    }

    /// What must hold once everybody has come to rest.
    pub fn check(&self, out: u32) {
        assert_eq!(self.desk.check(), Ok(()));
        assert_eq!(self.desk.tally().out, out);
    }
}

/// The frame of a take that must have found one.
pub fn found(took: Took) -> u32 {
    match took {
        Took::Frame(frame) => frame,
        other => panic!("false empty: {other:?}"),
    }
}
