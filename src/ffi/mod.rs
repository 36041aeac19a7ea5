//! The C functions: check what C passes, name the error, call the allocator. `include/sfa.h` is generated from here.
//!
//! Conventions, the same for every function: the allocator comes first, then what goes in, then what comes out;
//! results are written only on success, except where a function says so; a NULL or dead allocator is
//! STATUS_INVALID_HANDLE, any other bad argument STATUS_INVALID_PARAMETER, a wrong IRQL STATUS_INVALID_DEVICE_STATE.
#![expect(unsafe_code)] // UNSAFETY: follows pointers given by C.

pub mod annotations;
pub mod attach;
pub mod config;
pub mod fields;
pub mod frames;
pub mod framing;
mod handle;
pub mod lifetime;
pub mod observe;
pub mod owners;
pub mod query;
pub mod requests;
pub mod types;

pub use attach::{SfaAttach, SfaAttachedContext, SfaSubscribe, SfaUnsubscribe};
pub use config::SfaInitializeConfig;
pub use frames::{SfaAllocateFrame, SfaAllocateFrames, SfaFreeFrame, SfaFreeFrames};
pub use framing::{SfaChooseFraming, SfaCommitEx, SfaCommitTolerant};
pub use lifetime::{SfaAbandon, SfaCommit, SfaCreate, SfaDecommit, SfaDestroy, SfaShutdown};
pub use observe::{SfaCheck, SfaNoteFrame, SfaQueryStatistics, SfaReadRecords, SfaSetLevel, SfaVersion};
pub use owners::{SfaAllocateFrameFor, SfaFindFrameOf, SfaFreeFrameOf, SfaPassFrame};
pub use query::{SfaQueryFrame, SfaQueryFraming};
pub use requests::{SfaFreeFrameAndServe, SfaRequestFrame, SfaServe, SfaTakeTurn, SfaWaiterLeft};
