//! Frames come and go: commit at STOP -> ACQUIRE, decommit at the way back.
use super::object::{Allocator, Held};
use crate::{
    core::{
        framing::{self, Layout, Refusal, Request},
        framing_ex::{self, Ask},
        framing_item::Item,
        record::{Kind, NO_FRAME, Record},
        shape::Shape,
        tolerance::tolerate,
        word::Lock,
    },
    os::{self, memory::Block, status::Status},
};

/// A framing as C gives it.
#[derive(Clone, Copy)]
pub(crate) struct Framing {
    pub options: u32,
    pub pool_type: u32,
    pub frames: u32,
    pub frame_size: u32,
    pub alignment: u32,
    pub reserved: u32,
}

impl Allocator {
    /// Gets memory for a framing and opens the pool.
    pub fn commit(&self, f: &Framing) -> Result<(), Status> {
        self.commit_request(&self.asked(f))
    }

    /// As `commit`, after putting right what can be, which is told.
    pub fn commit_tolerant(&self, f: &Framing) -> Result<(), Status> {
        let mut request = self.asked(f);
        self.put_right(&mut request);
        self.commit_request(&request)
    }

    #[inline(never)] // off the stack when the commit begins
    fn put_right(&self, request: &mut Request) {
        let (right, changed) = tolerate(request);
        *request = right;
        for field in changed.fields() {
            self.tell(Kind::Tolerated, field as u32);
        }
    }

    /// As `commit`, for the best of the items. `item` is called once for each, and only for those that are there.
    pub fn commit_ex(&self, ask: &Ask, item: impl FnMut(u32) -> Item) -> Result<(), Status> {
        let none = Framing { options: 0, pool_type: 0, frames: 0, frame_size: 0, alignment: 0, reserved: 0 };
        let chosen = framing_ex::choose(ask, &self.asked(&none), item).map_err(|wrong| {
            self.tell(Kind::Refused, wrong.note());
            Status::from(wrong.refusal)
        })?;
        self.commit_request(&chosen)
    }

    /// A framing beside what this allocator has to offer.
    fn asked(&self, f: &Framing) -> Request {
        Request {
            options: f.options,
            pool_type: f.pool_type,
            frames: f.frames,
            frame_size: f.frame_size,
            alignment: f.alignment,
            reserved: f.reserved,
            default_frames: self.plan.default_frames,
            max_frames: self.plan.max_frames,
            own_memory: self.callbacks.own_memory(),
        }
    }

    fn commit_request(&self, request: &Request) -> Result<(), Status> {
        match framing::layout(request) {
            Ok(layout) => self.start(request, &layout),
            Err(refusal) => {
                let field = match refusal {
                    Refusal::Invalid(field) => field as u32,
                    Refusal::NotSupported => 0,
                };
                self.tell(Kind::Refused, field);
                Err(Status::from(refusal))
            }
        }
    }

    #[inline(never)] // off the stack when a refusal is told
    fn start(&self, r: &Request, layout: &Layout) -> Result<(), Status> {
        self.desk.begin().map_err(Status::from)?;
        if let Err(status) = self.acquire(r, layout) {
            self.trace(Kind::NoMemory, NO_FRAME, layout.frames);
            self.desk.settled(os::stamp(), Kind::NoMemory, layout.frames);
            return Err(status);
        }
        self.drained.clear();
        let epoch = self.desk.shape().epoch;
        self.trace(Kind::Commit, NO_FRAME, layout.frames);
        let shape = Shape::plan(layout.frames, os::processors(), epoch.wrapping_add(1));
        self.desk.commit(Shape { paged: layout.paged, ..shape }, os::stamp());
        Ok(())
    }

    /// Writes down what is wrong with a framing, and shows it.
    fn tell(&self, kind: Kind, note: u32) {
        self.desk.log(os::stamp(), kind, NO_FRAME, note);
        self.trace(kind, NO_FRAME, note);
    }

    fn acquire(&self, r: &Request, layout: &Layout) -> Result<(), Status> {
        let block = if let Some(table) = &self.table {
            table.fill(&self.callbacks, layout.frames, layout.frame_size as usize, layout.mask)?;
            None
        } else {
            let block = if self.callbacks.own_memory() {
                Block::from_driver(&self.callbacks, layout.bytes, layout.mask)?
            } else {
                Block::from_pool(layout.bytes, layout.mask, layout.paged, self.plan.tag)?
            };
            self.row.set(block.address(), layout.stride, layout.frames);
            Some(block)
        };
        let framing = Framing {
            options: r.options,
            pool_type: r.pool_type,
            frames: layout.frames,
            frame_size: r.frame_size,
            alignment: r.alignment,
            reserved: 0,
        };
        self.held.with(|held| *held = Some(Held { framing, layout: *layout, block }));
        Ok(())
    }

    /// Gives up the frames' memory without giving it back: somebody may still write into a frame.
    pub(super) fn forget(&self) {
        self.row.clear();
        if let Some(Held { block: Some(block), .. }) = self.held.with(Option::take) {
            block.leak();
        }
    }

    /// Gives the frames' memory back. Nobody may hold a frame.
    pub(super) fn release(&self) {
        self.row.clear();
        let held = self.held.with(Option::take);
        if let (Some(held), Some(table)) = (&held, &self.table) {
            table.clear(&self.callbacks, held.layout.frame_size as usize);
        }
        drop(held); // outside the lock: it may call the driver
    }

    /// Sends requests that wait away, waits until every frame is home or the time `deadline` has come, then gives the
    /// frames' memory back.
    pub fn decommit(&self, deadline: u64) -> Result<(), Status> {
        let out = self.desk.drain(Status::CANCELLED.bits(), os::stamp()).map_err(Status::from)?;
        self.trace(Kind::Drain, NO_FRAME, out);
        self.serve(u32::MAX);
        // The last free signals the event. With no frame out there is at most a callback that has not come back yet.
        let mut wait = out > 0;
        while !self.desk.finish() {
            let late = if wait { !self.drained.wait(deadline) } else { os::time() >= deadline };
            if late && self.desk.finish() {
                break;
            }
            if late {
                self.desk.give_up();
                return Err(Status::TIMEOUT);
            }
            if !wait {
                os::pause();
            }
            wait = false;
        }
        self.release();
        self.trace(Kind::Decommit, NO_FRAME, 0);
        self.desk.settled(os::stamp(), Kind::Decommit, 0); // the last touch: somebody may be about to destroy
        Ok(())
    }

    /// Hands no frame out any more and sends requests that wait away with a status. A decommit may follow.
    pub fn shut_down(&self, reason: Status) {
        if let Some(out) = self.desk.stop(reason.bits(), os::stamp()) {
            self.trace(Kind::Drain, NO_FRAME, out);
        }
        self.serve(u32::MAX);
    }

    /// Shows a record to the driver's trace callback.
    pub(super) fn trace(&self, kind: Kind, frame: u32, note: u32) {
        self.callbacks.trace(|| Record::new(os::stamp(), kind, frame as u16, note));
    }
}
