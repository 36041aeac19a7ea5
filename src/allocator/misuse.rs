//! What a driver does wrong: counted, recorded, shown, and a bug check if it asks for one.
use super::object::Allocator;
use crate::{
    core::{
        address::Address,
        counters::count,
        holders::Holder,
        record::{Kind, NO_FRAME},
        wait::who,
    },
    os::{self, Place, status::Status},
};

/// The breaches that a driver may want a bug check for: first parameter of bug check 0x53464101.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Misuse {
    /// A frame was freed twice.
    Twice = 1,
    /// Something was freed that is no frame.
    Foreign = 2,
    /// A call came at an IRQL that it does not allow.
    Irql = 3,
    /// A frame was freed or passed on by somebody who does not hold it.
    NotHeld = 4,
    /// Frames were out at the end.
    Left = 5,
}

impl Allocator {
    /// Counts a call at a wrong IRQL.
    #[cold]
    #[inline(never)]
    pub fn wrong_irql(&self, irql: u8) -> Status {
        count(&self.counters.irql);
        self.misused(Misuse::Irql, [irql.into(), self.number(), 0]);
        Status::INVALID_DEVICE_STATE
    }

    pub(super) fn misused(&self, what: Misuse, details: [u64; 3]) {
        if self.plan.stop_on_misuse {
            os::stop(what as u32, details);
        }
    }

    /// What the driver knows this allocator by, for a bug check.
    fn number(&self) -> u64 {
        core::ptr::from_ref(self).addr() as u64
    }

    #[cold]
    #[inline(never)]
    pub(super) fn twice(&self, frame: u32, address: Address, place: Place) -> Status {
        count(&self.counters.twice);
        self.desk.log(place.stamp(), Kind::Twice, frame, 0);
        self.trace(Kind::Twice, frame, 0);
        self.misused(Misuse::Twice, [address.0 as u64, self.number(), 0]);
        Status::INVALID_PARAMETER
    }

    /// Somebody freed or passed on what another holds: it stays where it is. The status is that of any other bad free, which
    /// tells the client nothing about frames that are not its own.
    #[cold]
    #[inline(never)]
    pub(super) fn not_held(&self, holder: Holder, frame: u32, address: Address, place: Place) -> Status {
        let number = holder.number();
        count(&self.counters.denied);
        self.desk.log(place.stamp(), Kind::NotHeld, frame, who(number));
        self.trace(Kind::NotHeld, frame, who(number));
        self.misused(Misuse::NotHeld, [address.0 as u64, self.number(), number.0 as u64]);
        Status::INVALID_PARAMETER
    }

    #[cold]
    #[inline(never)]
    pub(super) fn foreign(&self, address: Address, place: Place) -> Status {
        count(&self.counters.foreign);
        self.desk.log(place.stamp(), Kind::Foreign, NO_FRAME, 0);
        self.trace(Kind::Foreign, NO_FRAME, 0);
        self.misused(Misuse::Foreign, [address.0 as u64, self.number(), 0]);
        Status::INVALID_PARAMETER
    }
}
