//! Requests that wait: joins core's line and server with whoever keeps the IRPs.
use super::object::Allocator;
use crate::{
    core::{
        address::Address,
        counters::count,
        holders::Holder,
        record::{Kind, NO_FRAME},
        serve::Waiters,
        wait::{Left, Requested},
        word::Lock,
    },
    os::{
        self, Place,
        attachment::{Hooks, Plain, Waiter},
        callback::Opaque,
        status::Status,
    },
};

/// The attached queue, as core wants to see it.
struct Queue<'a>(&'a Allocator);

impl Waiters for Queue<'_> {
    type Waiter = Waiter;
    fn next(&self) -> Option<Waiter> {
        self.0.attachment.next()
    }
    fn who(&self, waiter: &Waiter) -> u32 {
        waiter.who()
    }
    fn give(&self, waiter: Waiter, frame: u32) {
        self.0.hand(frame, Holder::DRIVER);
        self.0.attachment.give(waiter, self.0.address(frame));
    }
    fn dismiss(&self, waiter: Waiter, reason: u32) {
        self.0.attachment.dismiss(waiter, Status::from_bits(reason));
    }
}

impl Allocator {
    /// Takes in whoever keeps requests and events for this allocator; once.
    pub fn attach(&self, hooks: Hooks) -> Result<(), Status> {
        // Under a lock, so that whoever comes second finds the first one's hooks, not half of them.
        let first = self.held.with(|_| self.attachment.set(hooks));
        if first { Ok(()) } else { Err(Status::DEVICE_BUSY) }
    }

    /// Takes a frame for a request, or counts it as waiting ([`Status::PENDING`]): the caller then queues it and calls
    /// [`Allocator::serve`].
    pub fn request(&self, who: u32, place: Place) -> Result<Address, Status> {
        if !self.attachment.is_set() {
            return Err(Status::INVALID_DEVICE_STATE);
        }
        match self.desk.request(place.processor, who, || place.stamp()) {
            Requested::Frame(frame) => {
                self.hand(frame, Holder::DRIVER);
                Ok(self.address(frame))
            }
            Requested::Wait => Err(Status::PENDING),
            Requested::NotReady => {
                count(&self.counters.not_ready);
                self.trace(Kind::NotReady, NO_FRAME, 0);
                Err(Status::DEVICE_NOT_READY)
            }
        }
    }

    /// Serves requests that wait, unless somebody is at it. PASSIVE_LEVEL.
    pub fn serve(&self, limit: u32) {
        if let Some(errand) = self.desk.serve(&Queue(self), limit, os::stamp) {
            self.defer(&errand);
        }
    }

    /// Counts a turn that the caller sees to.
    pub fn owe_turn(&self) {
        self.desk.owe();
    }

    /// Ends a turn without looking for work: the last touch of the allocator.
    pub fn drop_turn(&self) {
        drop(self.desk.owed());
    }

    /// Takes a turn that was asked for. Its end is the last touch of the allocator.
    pub fn take_turn(&self, limit: u32) {
        let owed = self.desk.owed();
        self.serve(limit);
        drop(owed);
    }

    /// A request leaves that was counted. Its end is the last touch of the allocator for it.
    pub fn leave(&self, who: u32, why: Left) {
        let here = os::place();
        if let Some(errand) = self.desk.leave(who, why, || here.stamp()) {
            self.settle(&errand);
        }
    }

    /// How long a request may wait, in milliseconds; 0: for ever.
    pub fn wait_limit(&self) -> u32 {
        self.plan.wait_limit
    }

    /// What whoever attached itself is called with, if `detach` is its function.
    pub fn attached(&self, detach: Plain) -> Opaque {
        self.attachment.context(detach)
    }

    /// Counts a subscriber, before it is set up.
    pub fn watch(&self) {
        self.desk.watch();
    }

    /// Takes a subscriber out of the count: the last touch of the allocator for it.
    pub fn unwatch(&self) {
        self.desk.unwatch();
    }
}
