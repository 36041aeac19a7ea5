//! Public structures and constants.
use super::annotations::{PVOID, UCHAR, ULONG, ULONG64, USHORT};
use crate::{
    core::{framing_ex::Header, framing_item::Item},
    os::callback::{AllocateMemory, FreeMemory, FreeNotify, Trace},
};

/// A stream allocator. Opaque: made by SfaCreate(), destroyed by SfaDestroy(). All its memory but that of paged frames
/// is nonpaged.
///
/// Every function answers STATUS_INVALID_HANDLE for NULL and for what is no allocator. That is best effort: a pointer
/// to an allocator that was destroyed must not be passed to any function.
pub struct SFA_ALLOCATOR {
    _opaque: [u8; 0],
}

/// PSFA_ALLOCATE_MEMORY
pub type PSFA_ALLOCATE_MEMORY = Option<AllocateMemory>;
/// PSFA_FREE_MEMORY
pub type PSFA_FREE_MEMORY = Option<FreeMemory>;
/// PSFA_FREE_NOTIFY
pub type PSFA_FREE_NOTIFY = Option<FreeNotify>;
/// PSFA_TRACE
pub type PSFA_TRACE = Option<Trace>;

/// KSALLOCATOR_FRAMING; C takes it from ks.h.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct KSALLOCATOR_FRAMING {
    /// Options when creating.
    pub OptionsFlags: u32,
    /// POOL_TYPE.
    pub PoolType: u32,
    /// Number of frames.
    pub Frames: u32,
    /// Bytes.
    pub FrameSize: u32,
    /// Alignment less one.
    pub FileAlignment: u32,
    /// 0.
    pub Reserved: u32,
}

/// KSALLOCATOR_FRAMING_EX; C takes it from ks.h.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct KSALLOCATOR_FRAMING_EX {
    /// CountItems to PinWeight.
    pub Header: Header,
    /// So many items in truth.
    pub FramingItem: [Item; 1],
}

/// Most frames of one allocator.
pub const SFA_MAX_FRAMES: u32 = 4096;
/// Most frames of one batch.
pub const SFA_MAX_BATCH: u32 = 64;
/// Most records of one flight recorder.
pub const SFA_MAX_RECORDS: u32 = 65536;

/// SFA_CONFIG.WaitLimit at most: 24 days, in milliseconds.
pub const SFA_MAX_WAIT_LIMIT: u32 = 0x7fff_ffff;

/// SFA_CONFIG.Flags: call AllocateMemory once for each frame instead of once for all of them.
pub const SFA_FLAG_SEPARATE_FRAMES: u32 = 1;
/// SFA_CONFIG.Flags: bug check 0x53464101 where the driver breaks a rule (a double or foreign free, a free of what
/// another holds, a wrong IRQL, frames that are out at the end) instead of only answering an error. For checked builds
/// of a driver.
pub const SFA_FLAG_BUGCHECK_ON_MISUSE: u32 = 2;

/// SFA_CONFIG.Flags: SfaAllocateFrame() may take a frame though requests wait for one. Without it such a call answers
/// STATUS_INSUFFICIENT_RESOURCES and counts in SFA_STATISTICS.Barred: whoever came first is served first.
pub const SFA_FLAG_DIRECT_FIRST: u32 = 4;
/// SFA_CONFIG.Flags: SfaFreeFrame() at PASSIVE_LEVEL completes requests that wait (at most 64) itself, in the caller's
/// thread, instead of in a worker thread. For drivers that never free with a lock or mutex held.
pub const SFA_FLAG_SERVE_INLINE: u32 = 8;
/// SFA_CONFIG.Flags: write down who holds each frame, so that no client frees what another one holds:
/// SfaAllocateFrameFor(), SfaFreeFrameOf(), SfaPassFrame(), and requests, whose owner is their file object. 8 bytes of
/// nonpaged pool for each of MaxFrames (rounded up to a power of two); a free has one locked instruction more.
pub const SFA_FLAG_TRACK_OWNERS: u32 = 16;

/// SFA_CONFIG.Level, SfaSetLevel(): nothing that costs time; no lock on the way of a frame.
pub const SFA_LEVEL_FAST: u32 = 0;
/// SFA_CONFIG.Level, SfaSetLevel(): SFA_STATISTICS.PeakOut is exact. Every call takes a spin lock.
pub const SFA_LEVEL_COUNT: u32 = 1;
/// SFA_CONFIG.Level, SfaSetLevel(): besides, every operation is written into the flight recorder.
pub const SFA_LEVEL_RECORD: u32 = 2;

/// SFA_RECORD.Kind: frames were committed; Note is their number.
pub const SFA_RECORD_COMMIT: u8 = 1;
/// SFA_RECORD.Kind: a decommit or a shutdown began; Note is the number of frames out.
pub const SFA_RECORD_DRAIN: u8 = 2;
/// SFA_RECORD.Kind: a decommit ended.
pub const SFA_RECORD_DECOMMIT: u8 = 3;
/// SFA_RECORD.Kind: a frame was handed out; Note is the number of frames out.
pub const SFA_RECORD_ALLOCATE: u8 = 4;
/// SFA_RECORD.Kind: a frame came back; Note is the number of frames out.
pub const SFA_RECORD_FREE: u8 = 5;
/// SFA_RECORD.Kind: an allocation found no free frame; Note is 0, or the number of frames that a batch wanted.
pub const SFA_RECORD_EMPTY: u8 = 6;
/// SFA_RECORD.Kind: an allocation came before commit, or after decommit or shutdown.
pub const SFA_RECORD_NOT_READY: u8 = 7;
/// SFA_RECORD.Kind: a frame was freed that was free.
pub const SFA_RECORD_TWICE: u8 = 8;
/// SFA_RECORD.Kind: something was freed that is no frame.
pub const SFA_RECORD_FOREIGN: u8 = 9;
/// SFA_RECORD.Kind: SfaNoteFrame(); Note is the driver's own.
pub const SFA_RECORD_NOTE: u8 = 10;
/// SFA_RECORD.Kind: a framing was refused; Note is the field, SFA_FIELD_XXX, and from bit 16 on the number of the item
/// in KSALLOCATOR_FRAMING_EX, counted from 0.
pub const SFA_RECORD_REFUSED: u8 = 11;
/// SFA_RECORD.Kind: a commit got no memory: it ran out, or AllocateMemory failed or answered wrongly; Note is the
/// number of frames.
pub const SFA_RECORD_NO_MEMORY: u8 = 12;
/// SFA_RECORD.Kind: a request begins to wait; Note tells it from others (bits 4 to 35 of the IRP's address).
pub const SFA_RECORD_WAIT: u8 = 13;
/// SFA_RECORD.Kind: a frame was handed to a request that waited; Note tells which.
pub const SFA_RECORD_SERVE: u8 = 14;
/// SFA_RECORD.Kind: a request was cancelled while it waited; Note tells which.
pub const SFA_RECORD_CANCEL: u8 = 15;
/// SFA_RECORD.Kind: a request that waited was completed without a frame: decommit, shutdown or the end of its handle;
/// Note tells which.
pub const SFA_RECORD_DISMISS: u8 = 16;
/// SFA_RECORD.Kind: a direct call found a free frame that requests wait for (see SFA_FLAG_DIRECT_FIRST).
pub const SFA_RECORD_BARRED: u8 = 17;
/// SFA_RECORD.Kind: KSEVENT_STREAMALLOCATOR_FREEFRAME is about to be fired and FreeNotify to be called, because a frame
/// came back; Note is the number of times.
pub const SFA_RECORD_EVENT: u8 = 18;
/// SFA_RECORD.Kind: frames were out when nobody could free them any more; their memory was left alone. Note is their
/// number.
pub const SFA_RECORD_LEAK: u8 = 19;
/// SFA_RECORD.Kind: SfaCommitTolerant() put a field right that SfaCommit() refuses; Note is SFA_FIELD_XXX.
pub const SFA_RECORD_TOLERATED: u8 = 20;
/// SFA_RECORD.Kind: a frame was freed or passed on by somebody who does not hold it, which was refused; Note tells who
/// does (bits 4 to 35 of the owner), 0 the driver.
pub const SFA_RECORD_NOT_HELD: u8 = 21;
/// SFA_RECORD.Kind: a request waited as long as SFA_CONFIG.WaitLimit allows; Note tells which.
pub const SFA_RECORD_TIMEOUT: u8 = 22;
/// SFA_RECORD.Frame: no frame in particular.
pub const SFA_NO_FRAME: u16 = 0xffff;

/// How SfaCreate() makes an allocator. Call SfaInitializeConfig() first, then change what you need.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SFA_CONFIG {
    /// sizeof(SFA_CONFIG) as the driver was compiled.
    pub Size: ULONG,
    /// SFA_FLAG_XXX, or 0. SFA_FLAG_CHECK_ACCESS, for plug-in C only, is in sfa_ks_object.h.
    pub Flags: ULONG,
    /// The most frames that any commit may ask for, 1 to SFA_MAX_FRAMES (the default). The allocator itself takes
    /// about 3 bytes of nonpaged pool for each, more in small pools.
    pub MaxFrames: ULONG,
    /// What a framing with Frames = 0 gets, at least 1; above MaxFrames it means MaxFrames. Default 8.
    pub DefaultFrames: ULONG,
    /// Pool tag of the frames. A literal in C stands back to front, as for every pool tag: a debugger shows 'maCx' as
    /// xCam. 0 means 'FafS', shown as SfaF.
    pub PoolTag: ULONG,
    /// SFA_LEVEL_XXX. Default SFA_LEVEL_FAST.
    pub Level: ULONG,
    /// Records that the flight recorder holds, rounded up to a power of two, 1 to SFA_MAX_RECORDS. Default 32, which
    /// suffices for what seldom happens; 16 bytes each.
    pub Records: ULONG,
    /// How long a request may wait for a frame, in milliseconds: then it is completed with STATUS_IO_TIMEOUT. At most
    /// SFA_MAX_WAIT_LIMIT. 0, the default: for ever. It is interrupt time (KeQueryInterruptTime), which goes on while the
    /// system sleeps: a request that waited through a sleep may be late as soon as the system is awake.
    pub WaitLimit: ULONG,
    /// Passed to each of the functions below.
    pub Context: PVOID,
    /// Brings the memory of frames, or NULL for pool memory. Together with FreeMemory.
    pub AllocateMemory: PSFA_ALLOCATE_MEMORY,
    /// Takes the memory back. Together with AllocateMemory.
    pub FreeMemory: PSFA_FREE_MEMORY,
    /// Called for every frame that comes back, or NULL. While it is set, every free takes a spin lock.
    pub FreeNotify: PSFA_FREE_NOTIFY,
    /// Called for what seldom happens (see SFA_TRACE), or NULL.
    pub Trace: PSFA_TRACE,
}

/// What SfaQueryStatistics() answers. All counts are since SfaCreate().
///
/// A request counts in Waits before it can be completed. One that is cancelled or late is taken out of Waiting, and
/// counts in Cancelled or TimedOut, before it is completed; one that is served or dismissed is taken out of Waiting,
/// and counts in Served or Dismissed, a moment after its completion.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SFA_STATISTICS {
    /// In: sizeof(SFA_STATISTICS) as the driver was compiled.
    pub Size: ULONG,
    /// Frames committed; 0, like FrameSize and Stride, while none are.
    pub Frames: ULONG,
    /// Frames out. At SFA_LEVEL_FAST it may be a moment old.
    pub FramesOut: ULONG,
    /// Most frames out at once. Exact while the level has been SFA_LEVEL_COUNT or higher; a lower bound otherwise.
    pub PeakOut: ULONG,
    /// Bytes of a frame.
    pub FrameSize: ULONG,
    /// SFA_LEVEL_XXX in force.
    pub Level: ULONG,
    /// Bytes from one frame to the next; 0 where frames are separate.
    pub Stride: ULONG64,
    /// Frames handed out. Exact if asked at least once in 2^30 allocations.
    pub Allocations: ULONG64,
    /// Frames that were freed.
    pub Frees: ULONG64,
    /// Direct calls (SfaAllocateFrame(), SfaAllocateFrames()) that found no free frame. A request that finds none is
    /// counted in Waits instead; a direct call that found one, but requests wait for it, in Barred.
    pub Empty: ULONG64,
    /// Direct calls and requests before SfaCommit(), or after SfaDecommit() or SfaShutdown().
    pub NotReady: ULONG64,
    /// Frees of a frame that was free.
    pub DoubleFrees: ULONG64,
    /// Frees of an address that is no frame.
    pub ForeignFrees: ULONG64,
    /// Calls refused because of their IRQL: what STATUS_INVALID_DEVICE_STATE does not tell from its other reasons.
    pub WrongIrql: ULONG64,
    /// Frees for which FreeNotify was called or KSEVENT_STREAMALLOCATOR_FREEFRAME signalled.
    pub Notifications: ULONG64,
    /// Records ever written into the flight recorder.
    pub RecordsWritten: ULONG64,
    /// Requests that had to wait for a frame.
    pub Waits: ULONG64,
    /// Requests that waited and were handed a frame. One whose frame could not be put into the request counts, too: it
    /// was called, and is completed with an error, and the frame counts in Frees.
    pub Served: ULONG64,
    /// Requests that were cancelled while they waited, those by SfaCancelRequests() included.
    pub Cancelled: ULONG64,
    /// Requests that waited and were completed without a frame: decommit, shutdown, end of their handle.
    pub Dismissed: ULONG64,
    /// Direct calls that found a free frame which requests wait for; they answered STATUS_INSUFFICIENT_RESOURCES.
    pub Barred: ULONG64,
    /// Requests that wait just now.
    pub Waiting: ULONG,
    /// Events of KSEVENT_STREAMALLOCATOR_FREEFRAME that are enabled just now.
    pub Subscribers: ULONG,
    /// Frees and passes of a frame that somebody else holds (SFA_FLAG_TRACK_OWNERS).
    pub DeniedFrees: ULONG64,
    /// Requests that were completed with STATUS_IO_TIMEOUT (SFA_CONFIG.WaitLimit).
    pub TimedOut: ULONG64,
}

/// What SfaQueryFrame() answers.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SFA_FRAME_INFO {
    /// In: sizeof(SFA_FRAME_INFO) as the driver was compiled.
    pub Size: ULONG,
    /// Number of the frame, from 0.
    pub Index: ULONG,
    /// Bytes of a frame.
    pub FrameSize: ULONG,
    /// 1 while the frame is out, else 0.
    pub Out: ULONG,
    /// Where the frame is for the device, as AllocateMemory said; 0 for pool memory.
    pub BusAddress: ULONG64,
    /// The owner that holds the frame, as a number; 0 for the driver, for a frame that is not out, and without
    /// SFA_FLAG_TRACK_OWNERS.
    pub Owner: ULONG64,
}

/// One entry of the flight recorder.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct SFA_RECORD {
    /// When, in units of 100 ns; only differences mean something.
    pub Time: ULONG64,
    /// Depends on Kind.
    pub Note: ULONG,
    /// Number of the frame, or SFA_NO_FRAME.
    pub Frame: USHORT,
    /// SFA_RECORD_XXX.
    pub Kind: UCHAR,
    /// IRQL of the call.
    pub Irql: UCHAR,
}

mod layout {
    //! Layouts that C sees; the header's trailer asserts the same numbers.
    use super::*;
    use crate::core::{batch::MAX_BATCH, record::Record, shape::MAX_FRAMES};
    use static_assertions::const_assert_eq;

    const_assert_eq!(size_of::<KSALLOCATOR_FRAMING>(), 24);
    const_assert_eq!(size_of::<KSALLOCATOR_FRAMING_EX>(), 112);
    const_assert_eq!(size_of::<SFA_CONFIG>(), 32 + 5 * size_of::<PVOID>());
    const_assert_eq!(size_of::<SFA_STATISTICS>(), 168);
    const_assert_eq!(size_of::<SFA_FRAME_INFO>(), 32);
    const_assert_eq!(size_of::<SFA_RECORD>(), 16);
    const_assert_eq!(size_of::<Record>(), size_of::<SFA_RECORD>());
    const_assert_eq!(SFA_MAX_FRAMES, MAX_FRAMES);
    const_assert_eq!(SFA_MAX_BATCH as usize, MAX_BATCH);
}
