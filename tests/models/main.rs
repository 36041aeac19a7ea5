//! Models of what runs without a lock: loom executes the types of `src/core` themselves, interleaving by interleaving.
//!
//! # How to read a model
//!
//! A model is a function: it builds a pool or desk, lets two or three threads loose on it and asserts. loom runs it
//! once for every order in which the threads' atomic operations can take effect, and for every older value that a load
//! may still see under the C11 memory model. Only `Word`, `Words` and `Lock` are written here (kit.rs); everything else
//! is the code that ships, included by path, in a plain `cargo test` without `--cfg loom`.
//!
//! Every frame has a cell that its holder writes, and the allocator's memory is a cell that each access reads: two
//! accesses of which one writes must be ordered, otherwise loom reports a data race. So "the next holder sees what the
//! last one wrote" and "nobody touches the allocator once it may be destroyed" are checked in every execution.
//!
//! # What loom cannot show, and what is done about it
//!
//! * Its reduction loses interleavings after a thread's own plain load of a word (tokio-rs/loom #166, #392). So every
//!   model runs three times. `loads`: loads are loads, which may see old values, but some interleavings are lost.
//!   `rmws`: loads are read-modify-writes that change nothing: all interleavings, but no old values. `mixed`: the first
//!   thread's loads are loads, the others' are read-modify-writes: what needs an old value and a lost interleaving at
//!   once, as a false empty does, shows up here; with two preemptions (or three, see below), because old values are many; seven
//!   models have too many and are ignored in this mode. The ordering script (`cargo xtask orderings`,
//!   docs/orderings.txt) shows that each ordering in `src/core` is needed: weakened, a model fails.
//! * A plain store beside a read-modify-write may be undone by loom, which C11 forbids: in `rmws` and `mixed` stores
//!   are swaps.
//! * A load sees at most the last 7 values of a word; a compare-and-swap, even one that fails, sees the last one only
//!   and does not fail for no reason. The loops in `src/core` retry on any failure, so this only adds turns.
//! * SeqCst accesses count as AcqRel ones; `src/core` uses neither SeqCst nor fences.
//! * The hints, the counters and the address row are plain atomics that loom does not see. Of hints and counters any
//!   value is right; for the row stand the frames' cells, written by commit and decommit (recommit.rs).
//! * Two words, three frames, three threads, once or twice through each path: small, as models are. Models marked
//!   `bound 4` preempt at most 4 times in an execution, others as often as they are marked with. That is what `cargo test`
//!   runs. `SFA_MODELS=full` goes further: 5 times in `rmws` and without limit in `loads` for those marked with 4, once
//!   more for those marked with less, 3 times in `mixed`; it takes ten minutes and more (`cargo xtask test --long`).
//!   `SFA_MODELS=more` does the same for all models but those in long.rs, and takes a minute (`cargo xtask test`). More is
//!   out of reach: three threads then have millions of executions.
//! * The queue of requests (line.rs) is one that keeps the contract of core's `Waiters`, with the exchange of cancel
//!   routines that kernel streaming uses; ks.sys's own, and the cancel spin lock, are not modelled. What whoever
//!   attaches does to keep the allocator, to owe turns, is modelled in owed.rs; overdrawn.rs and sloppy.rs show what
//!   happens otherwise.
//! * Lives of requests are finite here: that a server which is kept busy for ever starves nobody is not shown. That 10^5
//!   requests need one free and no stack is shown by the properties, and so are long mixed sequences of one thread.
//! * `PASSES` is never reached with so few threads: that the desk answers then is shown by the properties.
//!
//! With `--nocapture` each model prints its number of executions.

#[allow(dead_code)] // each test crate uses a part of it
#[path = "../../src/core/mod.rs"]
mod pure;

#[macro_use]
mod kit;
mod bar;
mod batch;
mod bench;
mod cancel;
mod destroy;
mod dismiss;
mod drain;
mod empty;
mod holders;
mod level;
mod line;
mod long;
mod overdrawn;
mod owed;
mod owner;
mod planted;
mod recommit;
mod serve;
mod sloppy;
mod subscribe;
mod turn;
mod wait;
mod watch;
