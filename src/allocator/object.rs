//! The allocator: what it is made of, how it comes and goes.
use super::{commit::Framing, misuse::Misuse};
use crate::{
    core::{
        address::Row,
        counters::Counters,
        desk::Desk,
        framing::Layout,
        holders::Holders,
        ledger::{Ledger, Level, Rules},
        record::{Kind, NO_FRAME, Record},
        shape::Shape,
    },
    os::{
        self, attachment::Attachment, callback::Callbacks, event::Event, lines::Lines, memory::Block, slab::Slab,
        spinlock::SpinLock, status::Status, table::Table,
    },
};

use core::sync::atomic::AtomicU64;

/// Pool tags, one for each kind of allocation; read in a debugger as the four characters.
pub(crate) mod tag {
    /// The allocator object.
    pub const OBJECT: u32 = u32::from_le_bytes(*b"SfaO");
    /// The words of the pool.
    pub const WORDS: u32 = u32::from_le_bytes(*b"SfaW");
    /// The processors' hints.
    pub const HINTS: u32 = u32::from_le_bytes(*b"SfaH");
    /// The ledger with its lock.
    pub const LEDGER: u32 = u32::from_le_bytes(*b"SfaL");
    /// What is known of the frames' memory, with its lock.
    pub const MEMORY: u32 = u32::from_le_bytes(*b"SfaM");
    /// The event that a decommit waits for.
    pub const EVENT: u32 = u32::from_le_bytes(*b"SfaE");
    /// The flight recorder.
    pub const RECORDS: u32 = u32::from_le_bytes(*b"SfaR");
    /// The table of separate frames.
    pub const TABLE: u32 = u32::from_le_bytes(*b"SfaT");
    /// Who holds each frame.
    pub const HOLDERS: u32 = u32::from_le_bytes(*b"SfaD");
    /// Frames, unless the driver names another tag.
    pub const FRAMES: u32 = u32::from_le_bytes(*b"SfaF");
}

/// What an allocator is made for; checked by ffi.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// The most frames a commit may ask for.
    pub max_frames: u32,
    /// What a framing with Frames = 0 gets.
    pub default_frames: u32,
    /// The tag of frames.
    pub tag: u32,
    /// The level to begin with.
    pub level: Level,
    /// Slots of the flight recorder.
    pub records: u32,
    /// Each frame is a memory callback of its own.
    pub separate: bool,
    /// The driver wants a bug check where it breaks a rule.
    pub stop_on_misuse: bool,
    /// Who holds each frame is written down.
    pub track_owners: bool,
    /// Direct calls may overtake requests that wait.
    pub direct_first: bool,
    /// How long a request may wait, in milliseconds; 0: for ever. Whoever keeps the requests sees to it.
    pub wait_limit: u32,
    /// A direct free at PASSIVE_LEVEL serves requests itself.
    pub serve_inline: bool,
}

/// The memory of the frames that are committed.
pub(super) struct Held {
    /// What was asked for, with the number of frames that it came to.
    pub framing: Framing,
    pub layout: Layout,
    /// None where each frame came by itself.
    pub block: Option<Block>,
}

/// Who holds each frame.
pub(super) type Marked = Holders<Slab<AtomicU64>>;

/// A stream allocator.
pub(crate) struct Allocator {
    pub(super) desk: Desk<Lines, SpinLock<Ledger<Slab<Record>>>>,
    pub(super) row: Row,
    pub(super) table: Option<Table>,
    pub(super) holders: Option<Marked>,
    pub(super) plan: Plan,
    pub(super) callbacks: Callbacks,
    pub(super) counters: Counters,
    pub(super) held: SpinLock<Option<Held>>,
    pub(super) drained: Event,
    pub(super) attachment: Attachment,
}

impl Allocator {
    /// Makes an allocator without frames; None where memory runs out.
    pub fn new(plan: &Plan, callbacks: &Callbacks) -> Option<Self> {
        let processors = os::processors();
        let largest = Shape::plan(plan.max_frames, processors, 0);
        let lines = Lines::new(largest.mask + 1, largest.hints(processors), tag::WORDS, tag::HINTS)?;
        let rules = Rules { level: plan.level, notify: callbacks.wants_frees(), direct_first: plan.direct_first };
        let ledger = Ledger::new(Slab::new(plan.records, tag::RECORDS)?, rules);
        Some(Self {
            desk: Desk::new(lines, SpinLock::new(ledger, tag::LEDGER)?),
            row: Row::default(),
            table: if plan.separate { Some(Table::new(plan.max_frames, tag::TABLE)?) } else { None },
            holders: if plan.track_owners {
                Some(Holders::new(Slab::new(plan.max_frames, tag::HOLDERS)?))
            } else {
                None
            },
            plan: *plan,
            callbacks: *callbacks,
            counters: Counters::default(),
            held: SpinLock::new(None, tag::MEMORY)?,
            drained: Event::new(tag::EVENT)?,
            attachment: Attachment::default(),
        })
    }

    /// Ends the allocator, or says that it is in use. The caller drops it next.
    pub fn retire(&self) -> Result<(), Status> {
        let committed = self.desk.retire().ok_or(Status::DEVICE_BUSY)?;
        if committed {
            self.release();
        }
        self.attachment.detach();
        Ok(())
    }

    /// Ends the allocator though frames are out that nobody can give back: their memory is left alone, for ever.
    pub fn abandon(&self) -> Result<u32, Status> {
        let here = os::place();
        let (out, first) = self.desk.abandon(here.stamp()).ok_or(Status::DEVICE_BUSY)?;
        if let Some(frame) = first {
            self.misused(Misuse::Left, [out.into(), self.holder(frame).0 as u64, self.address(frame).0 as u64]);
        }
        if out > 0 {
            self.trace(Kind::Leak, NO_FRAME, out);
            self.forget();
        } else {
            self.release();
        }
        self.attachment.detach();
        Ok(out)
    }
}
