//! Who holds each frame, for allocators that track it: a client's free takes back what that client holds, and nothing else.
//!
//! # One mark for each frame
//!
//! ```text
//!              hand (its frame was just taken)
//!   nobody ------------------------------------> a holder --+
//!      ^                                          |   ^     | pass (From holds it)
//!      +------------------- reclaim --------------+   +-----+
//! ```
//! A holder is a client, by the number that the driver chose for it, or the driver. The mark of a frame that is free is
//! *nobody*, and so is that of a frame on its way to its holder or promised to a request: whoever takes a frame marks it
//! before its address is told, whoever gives one back reclaims it before it goes to the words.
//!
//! # The argument
//!
//! * **One free for each hand.** Only a hand leaves *nobody*, and it is for a frame that is out in the caller's hands. A
//!   reclaim is one read-modify-write to *nobody*, so for each hand one caller gets through, and that one alone frees the
//!   frame on the words. So a free that was let through cannot fail there, and whatever anybody frees, a frame whose mark
//!   is a holder's is out.
//! * **Nobody else's.** A client's reclaim is a compare-and-swap from its own number. Were it a look at the mark and then a
//!   free, a client that frees twice could meet its frame as somebody else's in between (a model shows it). The second
//!   one of two finds *nobody*, or whom the frame went to meanwhile, and has changed nothing.
//! * **Never too late.** A mark is touched before the words are: after a free that went through, nothing of the
//!   allocator is (pool.rs). Were the mark put out after the free, it could be the next holder's (a model shows it).
//! * **The driver frees anything.** It frees what clients hand to it, so without a number a reclaim takes whatever
//!   is there. That is what it says: where a client frees what it has handed to the driver, the driver may meet the next
//!   holder's mark. [`Holders::pass`] is for that: the client no longer holds what it has handed over.
//!
//! # Orderings
//!
//! * hand, Release; reclaim's swap, Acquire: a client may free a frame whose address it has guessed, without having been
//!   told. Whoever sees the mark then sees the take that came before it; otherwise the free could still find the frame
//!   in the words, be refused as the second one, and the frame would be lost. A pass is a read-modify-write and so
//!   hands this on: Relaxed.
//! * From reclaim to the next hand the words carry the order: a free releases, a take acquires. So no mark of an earlier
//!   holder can come after that of a later one.
//! * Looking at a mark decides nothing: Relaxed. (The driver's reclaim looks and finds nobody: it then frees what it was
//!   not given.)
use super::{
    address::Address,
    audit::Broken,
    desk::{Desk, Freed},
    ledger::Ledger,
    record::{Record, Stamp},
    word::{Lock, Word, Words},
};
use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

const NOBODY: u64 = 0;

/// Who holds a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(u64);

impl Holder {
    /// The driver itself.
    pub const DRIVER: Self = Self(u64::MAX);

    /// The client that the driver gave this number, the driver where it is 0; None for the one number that cannot be had.
    #[inline(always)]
    pub fn at(number: Address) -> Option<Self> {
        match number.0 {
            0 => Some(Self::DRIVER),
            usize::MAX => None,
            n => Some(Self(n as u64)),
        }
    }

    /// The number of a client; 0 for the driver.
    pub fn number(self) -> Address {
        Address(if self == Self::DRIVER { 0 } else { self.0 as usize })
    }
}

/// A mark for each frame. Whoever implements it masks every index.
pub trait Marks {
    /// Core's atomic word, or loom's.
    type W: Word;
    /// The mark of a frame modulo the number of marks; 0 at first.
    fn mark(&self, frame: u32) -> &Self::W;
}

/// The marks and what may be done with them.
pub struct Holders<M> {
    marks: M,
}

impl<M: Marks> Holders<M> {
    /// Every frame is nobody's: all marks must be 0.
    pub fn new(marks: M) -> Self {
        Self { marks }
    }

    /// Marks a frame that the caller has taken, before anybody is told its address.
    #[inline(always)]
    pub fn hand(&self, frame: u32, to: Holder) {
        self.marks.mark(frame).store(to.0, Release);
    }

    /// Takes a frame from its holder: `by` alone, or whoever it is. The caller must free it then. Otherwise nothing has
    /// happened; the answer is who holds it.
    pub fn reclaim(&self, frame: u32, by: Option<Holder>) -> Result<(), Option<Holder>> {
        let mark = self.marks.mark(frame);
        let mut now = by.map_or_else(|| mark.load(Relaxed), |by| by.0);
        while now != NOBODY {
            now = match (mark.cas(now, NOBODY, Acquire, Relaxed), by) {
                (Ok(_), _) => return Ok(()),
                (Err(other), Some(by)) if other != by.0 => return Err(holder(other)),
                (Err(other), _) => other,
            };
        }
        Err(None)
    }

    /// Passes a frame from one holder to another. If `from` does not hold it, nothing has happened; the answer is who does.
    pub fn pass(&self, frame: u32, from: Holder, to: Holder) -> Result<(), Option<Holder>> {
        loop {
            match self.marks.mark(frame).cas(from.0, to.0, Relaxed, Relaxed) {
                Ok(_) => return Ok(()),
                Err(now) if now == from.0 => {}
                Err(now) => return Err(holder(now)),
            }
        }
    }

    /// One of the first `frames` frames that somebody holds.
    pub fn find(&self, frames: u32, by: Holder) -> Option<u32> {
        (0..frames).find(|frame| self.of(*frame) == Some(by))
    }

    /// Who holds a frame just now.
    pub fn of(&self, frame: u32) -> Option<Holder> {
        holder(self.marks.mark(frame).load(Relaxed))
    }
}

fn holder(mark: u64) -> Option<Holder> {
    (mark != NOBODY).then_some(Holder(mark))
}

impl<S, L, R> Desk<S, L>
where
    S: Words,
    L: Lock<Value = Ledger<R>>,
    R: AsMut<[Record]> + AsRef<[Record]>,
{
    /// As [`Desk::free`], for `by`, who must hold the frame; None is the driver, which may free any.
    pub fn free_held<M: Marks>(
        &self,
        holders: &Holders<M>,
        frame: u32,
        by: Option<Holder>,
        stamp: impl Fn() -> Stamp,
    ) -> Freed<'_, S::W> {
        match holders.reclaim(frame, by) {
            Ok(()) => self.free(frame, stamp),
            Err(Some(holder)) => Freed::Held(holder),
            Err(None) if frame < self.pool.shape().frames => Freed::Twice,
            Err(None) => Freed::Foreign,
        }
    }

    /// Checks that no frame which is free is anybody's.
    pub fn check_holders<M: Marks>(&self, holders: &Holders<M>) -> Result<(), Broken> {
        self.at(|l| {
            self.shut(l);
            let odd = |frame: u32| !self.pool.is_out(frame) && holders.of(frame).is_some();
            if (0..self.pool.shape().frames).any(odd) { Err(Broken::Holder) } else { Ok(()) }
        })
    }
}
