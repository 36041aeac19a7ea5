//! The statuses this library answers: their one home; the header says when each comes.
//! Values: <https://learn.microsoft.com/openspecs/windows_protocols/ms-erref>.
use crate::core::{framing::Refusal, ledger::Phase};

/// An NTSTATUS other than success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(pub i32);

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        impl Status {
            $($(#[$doc])* pub const $name: Self = Self($value as i32);)*
            /// Every one, by name.
            #[cfg(test)]
            pub const ALL: &[(&str, Self)] = &[$((stringify!($name), Self::$name)),*];
        }
    };
}
statuses! {
    /// STATUS_PENDING: the request waits.
    PENDING = 0x0000_0103_u32;
    /// STATUS_TIMEOUT: frames were still out when the time was over. (A success code to NT_SUCCESS.)
    TIMEOUT = 0x0000_0102_u32;
    /// STATUS_DEVICE_BUSY: frames are out, or another call is changing the allocator.
    DEVICE_BUSY = 0x8000_0011_u32;
    /// STATUS_INVALID_HANDLE: no live allocator.
    INVALID_HANDLE = 0xC000_0008_u32;
    /// STATUS_INVALID_PARAMETER: an argument is wrong.
    INVALID_PARAMETER = 0xC000_000D_u32;
    /// STATUS_INSUFFICIENT_RESOURCES: no frame is free, or no memory.
    INSUFFICIENT_RESOURCES = 0xC000_009A_u32;
    /// STATUS_DEVICE_NOT_READY: nothing is committed.
    DEVICE_NOT_READY = 0xC000_00A3_u32;
    /// STATUS_NOT_SUPPORTED: not system memory, and no memory callback.
    NOT_SUPPORTED = 0xC000_00BB_u32;
    /// STATUS_CANCELLED: frames were decommitted while the request waited.
    CANCELLED = 0xC000_0120_u32;
    /// STATUS_NOT_FOUND: an owner holds no frame.
    NOT_FOUND = 0xC000_0225_u32;
    /// STATUS_INTERNAL_ERROR: `SfaCheck` found a broken invariant.
    INTERNAL_ERROR = 0xC000_00E5_u32;
    /// STATUS_DRIVER_INTERNAL_ERROR: the driver's memory callback broke its contract.
    DRIVER_INTERNAL_ERROR = 0xC000_0183_u32;
    /// STATUS_INVALID_DEVICE_STATE: wrong IRQL, or committed already.
    INVALID_DEVICE_STATE = 0xC000_0184_u32;
}

impl Status {
    /// As core keeps it, which does not know what it means.
    pub fn bits(self) -> u32 {
        self.0 as u32
    }

    /// What [`Status::bits`] made.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits as i32)
    }
}

impl From<Phase> for Status {
    /// What stands in the way of a commit or decommit.
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Idle => Self::DEVICE_NOT_READY,
            Phase::Changing => Self::DEVICE_BUSY,
            Phase::Open | Phase::Draining => Self::INVALID_DEVICE_STATE,
            Phase::Dead => Self::INVALID_HANDLE,
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(_) => Self::INVALID_PARAMETER,
            Refusal::NotSupported => Self::NOT_SUPPORTED,
        }
    }
}
