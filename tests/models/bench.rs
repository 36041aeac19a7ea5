//! What the models are built from: pools, desks with the memory behind them, threads.
use crate::{
    kit::{Few, Guarded, Watched},
    line::Line,
    pure::{
        desk::{Desk, Freed, Granted},
        ledger::{Ledger, Level, Rules},
        pool::{Pool, Took},
        record::Stamp,
        shape::Shape,
        word::SHUT,
    },
};
use loom::sync::Mutex;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Frames spread over one or two words; processor k begins at word k.
pub fn shape(frames: u32, words: u32, epoch: u32) -> Shape {
    Shape { frames, mask: words - 1, log: words.trailing_zeros(), epoch, ..Shape::NONE }
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

/// A desk with the memory that it hands out and that it lies in.
pub struct Bench {
    pub desk: Desk<Few, Guarded>,
    pub memory: Arc<Watched>,
    pub frames: [Watched; 3],
    pub line: Line,
    visits: Arc<AtomicUsize>,
}

impl Bench {
    /// A desk with nothing committed, and room for `words` words.
    pub fn idle(words: u32, level: Level, watchers: u32) -> Self {
        Self::ruled(words, Rules { level, notify: watchers > 0, direct_first: false })
    }

    pub fn ruled(words: u32, rules: Rules) -> Self {
        let memory = Arc::new(Watched::new());
        let visits = Arc::new(AtomicUsize::new(0));
        let lock =
            Guarded { mutex: Mutex::new(Ledger::new([], rules)), memory: memory.clone(), visits: visits.clone() };
        let frames = [Watched::new(), Watched::new(), Watched::new()];
        Self { desk: Desk::new(Few::new(words, &memory), lock), memory, frames, line: Line::new(), visits }
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
                assert!(!errand.turn);
                self.memory.read(); // callbacks and the event are in the allocator's memory
                (errand.notices, errand.drained)
            }
            other => panic!("{other:?}"),
        }
    }

    /// How often somebody came to the desk.
    pub fn desk_visits(&self) -> usize {
        self.visits.load(Relaxed)
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
