//! The doors of `src/core` over loom, and how models are run.
#![expect(unsafe_code)] // UNSAFETY: loom's cells are not Sync; that they are shared is what is checked.
use crate::long::LONG;
use crate::pure::{
    holders::Marks,
    ledger::Ledger,
    record::Record,
    word::{Hint, Lock, Word, Words},
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
    Plain,
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
    static MODE: Cell<(Loads, Flaw)> = const { Cell::new((Loads::Plain, Flaw::None)) };
}

/// How far the executions of a model reach; main.rs says why.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As far as the bound that the model is marked with.
    Bound,
    /// Further, except for those that take long.
    More,
    /// Further for all.
    Full,
}

fn reach() -> Reach {
    match std::env::var("SFA_MODELS").as_deref() {
        Ok("more") => Reach::More,
        Ok("full") => Reach::Full,
        Ok(other) => panic!("SFA_MODELS={other}: more or full"),
        Err(_) => Reach::Bound,
    }
}

/// Runs a model in one mode. `bound` limits its preemptions; SFA_MODELS raises or lifts the limit.
pub fn explore(name: &str, loads: Loads, bound: &[usize], flaw: Flaw, model: fn()) {
    MODE.set((loads, flaw));
    let (start, executions) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let count = executions.clone();
    let mode = match loads {
        Loads::Plain => "loads",
        Loads::Rmws => "rmws",
        Loads::Mixed => "mixed",
    };
    let title = [name.trim_start_matches("models::"), mode].join("::");
    let further = match reach() {
        Reach::Bound => false,
        Reach::More => !LONG.contains(&title.as_str()),
        Reach::Full => true,
    };
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 100_000;
    let bound = bound.first().copied();
    builder.preemption_bound = match (loads, further) {
        (Loads::Mixed, _) => Some(if further { 3 } else { 2 }),
        (Loads::Plain, true) if bound.is_none_or(|bound| bound >= 4) => None,
        (_, true) => bound.map(|bound| bound + 1),
        (_, false) => bound,
    };
    builder.check(move || {
        count.fetch_add(1, Relaxed);
        FIRST.set(Some(loom::thread::current().id()));
        model();
    });
    eprintln!("model {title}: {} executions, {:.2} s", executions.load(Relaxed), start.elapsed().as_secs_f32());
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
                explore(NAME, Loads::Plain, BOUND, Flaw::None, super::$name);
            }
            #[test]
            fn rmws() {
                explore(NAME, Loads::Rmws, BOUND, Flaw::None, super::$name);
            }
            #[test]
            $(#[$unmixed])?
            fn mixed() {
                explore(NAME, Loads::Mixed, BOUND, Flaw::None, super::$name);
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
        Loads::Plain => false,
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
        if MODE.get().0 == Loads::Plain {
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

/// Marks for two frames, in the allocator's memory.
pub struct Two([W; 2]);

impl Two {
    pub fn new(memory: &Arc<Watched>) -> Self {
        let word = || W { word: AtomicU64::new(0), memory: memory.clone() };
        Self([word(), word()])
    }
}

impl Marks for Two {
    type W = W;
    fn mark(&self, frame: u32) -> &W {
        &self.0[(frame & 1) as usize]
    }
}

/// One or two words; processor k searches from word k on.
pub struct Few {
    words: [W; 2],
    hints: [Hint; 2],
    shape: W,
    inside: W,
    watching: W,
    last: u32,
}

impl Few {
    pub fn new(words: u32, memory: &Arc<Watched>) -> Self {
        let word = || W { word: AtomicU64::new(0), memory: memory.clone() };
        let hints = [Hint::default(), Hint::default()];
        hints[1].sticky.store(1, Relaxed);
        Self { words: [word(), word()], hints, shape: word(), inside: word(), watching: word(), last: words - 1 }
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
    fn watching(&self) -> &W {
        &self.watching
    }
}

/// A lock in the allocator's memory.
pub struct Guarded {
    pub mutex: Mutex<Ledger<[Record; 0]>>,
    pub memory: Arc<Watched>,
    /// How often it was taken.
    pub visits: Arc<AtomicUsize>,
}

impl Lock for Guarded {
    type Value = Ledger<[Record; 0]>;
    fn with<T>(&self, f: impl FnOnce(&mut Self::Value) -> T) -> T {
        self.memory.read();
        self.visits.fetch_add(1, Relaxed);
        f(&mut self.mutex.lock().unwrap())
    }
}
