/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SFA_H
#define SFA_H

/* Generated from src/ffi by cbindgen. Do not edit; run `cargo xtask header`. */


/*
 * sfa.h - frames for kernel-streaming drivers. Requests that wait and events are in sfa_ks.h; docs/driver-guide.md says
 * which header a driver needs.
 *
 *   frame         a buffer of FrameSize bytes; out from the call that hands it out until the one that frees it
 *   commit        gets the memory of all frames, decommit gives it back; the allocator lives longer than that
 *   direct call   SfaAllocateFrame() and SfaAllocateFrames()
 *   request       what may wait for a frame: an IRP of KSMETHOD_STREAMALLOCATOR_ALLOC (sfa_ks.h), or what the driver
 *                 keeps itself (sfa_attach.h). With this header alone there are none.
 *
 * The last lines of each comment, in all headers:
 *
 *   IRQL          where it may be called. Elsewhere a function that answers a status answers
 *                 STATUS_INVALID_DEVICE_STATE (counted in SFA_STATISTICS.WrongIrql), but for ks.c, which checks only
 *                 where its comments say so.
 *   Thread-safe   at the same time as any other function, on any processor, but for SfaDestroy() and SfaAbandon()
 *   Locks         locks of the driver's that the caller may hold: "any", of course without those that the driver's own
 *                 callbacks take which the call brings about (SFA_CONFIG)
 *   Completes     "no request": never. "requests": their completion routines may run in the caller's thread, before the
 *                 call returns, and do there what they like, up to the last reference to an object of the driver's
 */
#include "sfa_platform.h" /* the WDK in a driver, a small stand-in elsewhere */

/** Pointer to an allocator. */
typedef struct SFA_ALLOCATOR *PSFA_ALLOCATOR;
struct SFA_RECORD;

/**
 * Brings memory for frames: one block for all of them, or with SFA_FLAG_SEPARATE_FRAMES one for each.
 *
 * Normal memory that the processor may write, for instance from AllocateCommonBufferEx, never a device's own:
 * SfaCommit() fills it with zeros, through the cache. Where the bus is not coherent, flush it before the device writes.
 * Of this allocator it may call what SFA_TRACE may.
 *
 * @param[in]     Context         SFA_CONFIG.Context.
 * @param[in]     Bytes           Frames times the stride, which is FrameSize rounded up to the alignment; with
 *                                SFA_FLAG_SEPARATE_FRAMES FrameSize itself.
 * @param[in]     AlignmentMask   VirtualAddress & AlignmentMask must be 0: FileAlignment, and at least 15.
 * @param[out]    VirtualAddress  Receives where it is.
 * @param[in,out] BusAddress      0. Receives where it is for the device, or stays 0. If set, the whole block must be
 *                                contiguous for the device: the bus address of a frame is this plus the frame's offset.
 *                                Neither its alignment nor its range is checked.
 *
 * @retval STATUS_SUCCESS  The memory belongs to the allocator until FreeMemory. (Every NT_SUCCESS status counts as
 *                         success. STATUS_PENDING does not make SfaCommit() wait.)
 * @retval (any error)     SfaCommit() answers it, and FreeMemory is not called for this block. It is called after a
 *                         success with misaligned memory, and not after a success with NULL.
 *
 * IRQL: PASSIVE_LEVEL. No lock of the library is held, but whatever the caller of SfaCommit() holds. Called by
 * SfaCommit(), SfaCommitEx() and SfaCommitTolerant().
 */
typedef _Function_class_(SFA_ALLOCATE_MEMORY) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
NTSTATUS SFAAPI SFA_ALLOCATE_MEMORY(_In_opt_ PVOID Context, _In_ SIZE_T Bytes, _In_ ULONG AlignmentMask,
                                    _Outptr_result_bytebuffer_(Bytes) PVOID *VirtualAddress,
                                    _Inout_ PHYSICAL_ADDRESS *BusAddress);
typedef SFA_ALLOCATE_MEMORY *PSFA_ALLOCATE_MEMORY;

/**
 * Takes back what AllocateMemory brought: the same three values, once.
 *
 * Of this allocator it may call what SFA_TRACE may.
 *
 * IRQL: PASSIVE_LEVEL. No lock of the library is held, but whatever the caller holds. Called by SfaDecommit(), by
 * SfaDestroy(), by SfaAbandon() if no frame is out, and by a commit that fails.
 */
typedef _Function_class_(SFA_FREE_MEMORY) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_FREE_MEMORY(_In_opt_ PVOID Context, _In_ SIZE_T Bytes, _In_ PVOID VirtualAddress,
                            _In_ PHYSICAL_ADDRESS BusAddress);
typedef SFA_FREE_MEMORY *PSFA_FREE_MEMORY;

/**
 * Called once for every frame that is freed, after that: another thread may have it already. (Also for those that
 * SfaAllocateFrames() took and put back, because another call may have found nothing meanwhile.) For drivers that keep
 * events of their own (PortCls, stream class).
 *
 * It comes where an allocator is meant to signal KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME to itself, to serve the
 * requests that wait. A driver that keeps such requests can try SfaAllocateFrame() for the oldest of them from a work
 * item that this function queues; or it attaches its queue (sfa_attach.h), and the library says who gets the frame.
 *
 * It may allocate frames. A free inside it calls it again, nested, on the same kernel stack: never free in a loop
 * there. It must not call SfaDecommit() with NULL, which would wait for this very call; SfaDestroy() answers
 * STATUS_DEVICE_BUSY.
 *
 * IRQL: that of the free, <= DISPATCH_LEVEL. No lock of the library is held; the driver's own are, if the free came
 * with them: take none that a caller of SfaFreeFrame() holds, and complete requests only if none can be held.
 */
typedef _Function_class_(SFA_FREE_NOTIFY) _IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_FREE_NOTIFY(_In_opt_ PVOID Context);
typedef SFA_FREE_NOTIFY *PSFA_FREE_NOTIFY;

/**
 * Called for each commit, decommit, shutdown, framing that is refused or put right, failed allocation, double and
 * foreign free, free of what another holds, and for frames that SfaAbandon() leaves. The record is valid during the
 * call only. A failed allocation is a dropped picture in a DPC: count there, do not print.
 *
 * It may call SfaQueryStatistics(), SfaReadRecords(), SfaNoteFrame() and SfaCheck(), and nothing else of this
 * allocator.
 *
 * IRQL: that of the call that is reported, <= DISPATCH_LEVEL. No lock of the library is held, but whatever the caller
 * holds.
 */
typedef _Function_class_(SFA_TRACE) _IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_TRACE(_In_opt_ PVOID Context, _In_ const struct SFA_RECORD *Record);
typedef SFA_TRACE *PSFA_TRACE;

#define SFA_VERSION_MAJOR 0
#define SFA_VERSION_MINOR 1
#define SFA_VERSION_PATCH 0
/** What SfaVersion() returns if header and library belong together. */
#define SFA_VERSION ((SFA_VERSION_MAJOR << 24) | (SFA_VERSION_MINOR << 16) | SFA_VERSION_PATCH)


/**
 * Most frames of one allocator.
 */
#define SFA_MAX_FRAMES 4096

/**
 * Most frames of one batch.
 */
#define SFA_MAX_BATCH 64

/**
 * Most records of one flight recorder.
 */
#define SFA_MAX_RECORDS 65536

/**
 * SFA_CONFIG.WaitLimit at most: 24 days, in milliseconds.
 */
#define SFA_MAX_WAIT_LIMIT 2147483647

/**
 * SFA_CONFIG.Flags: call AllocateMemory once for each frame instead of once for all of them.
 */
#define SFA_FLAG_SEPARATE_FRAMES 1

/**
 * SFA_CONFIG.Flags: bug check 0x53464101 where the driver breaks a rule (a double or foreign free, a free of what
 * another holds, a wrong IRQL, frames that are out at the end) instead of only answering an error. For checked builds
 * of a driver.
 */
#define SFA_FLAG_BUGCHECK_ON_MISUSE 2

/**
 * SFA_CONFIG.Flags: SfaAllocateFrame() may take a frame though requests wait for one. Without it such a call answers
 * STATUS_INSUFFICIENT_RESOURCES and counts in SFA_STATISTICS.Barred: whoever came first is served first.
 */
#define SFA_FLAG_DIRECT_FIRST 4

/**
 * SFA_CONFIG.Flags: SfaFreeFrame() at PASSIVE_LEVEL completes requests that wait (at most 64) itself, in the caller's
 * thread, instead of in a worker thread. For drivers that never free with a lock or mutex held.
 */
#define SFA_FLAG_SERVE_INLINE 8

/**
 * SFA_CONFIG.Flags: write down who holds each frame, so that no client frees what another one holds:
 * SfaAllocateFrameFor(), SfaFreeFrameOf(), SfaPassFrame(), and requests, whose owner is their file object. 8 bytes of
 * nonpaged pool for each of MaxFrames (rounded up to a power of two); a free has one locked instruction more.
 */
#define SFA_FLAG_TRACK_OWNERS 16

/**
 * SFA_CONFIG.Level, SfaSetLevel(): nothing that costs time; no lock on the way of a frame.
 */
#define SFA_LEVEL_FAST 0

/**
 * SFA_CONFIG.Level, SfaSetLevel(): SFA_STATISTICS.PeakOut is exact. Every call takes a spin lock.
 */
#define SFA_LEVEL_COUNT 1

/**
 * SFA_CONFIG.Level, SfaSetLevel(): besides, every operation is written into the flight recorder.
 */
#define SFA_LEVEL_RECORD 2

/**
 * SFA_RECORD.Kind: frames were committed; Note is their number.
 */
#define SFA_RECORD_COMMIT 1

/**
 * SFA_RECORD.Kind: a decommit or a shutdown began; Note is the number of frames out.
 */
#define SFA_RECORD_DRAIN 2

/**
 * SFA_RECORD.Kind: a decommit ended.
 */
#define SFA_RECORD_DECOMMIT 3

/**
 * SFA_RECORD.Kind: a frame was handed out; Note is the number of frames out.
 */
#define SFA_RECORD_ALLOCATE 4

/**
 * SFA_RECORD.Kind: a frame came back; Note is the number of frames out.
 */
#define SFA_RECORD_FREE 5

/**
 * SFA_RECORD.Kind: an allocation found no free frame; Note is 0, or the number of frames that a batch wanted.
 */
#define SFA_RECORD_EMPTY 6

/**
 * SFA_RECORD.Kind: an allocation came before commit, or after decommit or shutdown.
 */
#define SFA_RECORD_NOT_READY 7

/**
 * SFA_RECORD.Kind: a frame was freed that was free.
 */
#define SFA_RECORD_TWICE 8

/**
 * SFA_RECORD.Kind: something was freed that is no frame.
 */
#define SFA_RECORD_FOREIGN 9

/**
 * SFA_RECORD.Kind: SfaNoteFrame(); Note is the driver's own.
 */
#define SFA_RECORD_NOTE 10

/**
 * SFA_RECORD.Kind: a framing was refused; Note is the field, SFA_FIELD_XXX, and from bit 16 on the number of the item
 * in KSALLOCATOR_FRAMING_EX, counted from 0.
 */
#define SFA_RECORD_REFUSED 11

/**
 * SFA_RECORD.Kind: a commit got no memory: it ran out, or AllocateMemory failed or answered wrongly; Note is the
 * number of frames.
 */
#define SFA_RECORD_NO_MEMORY 12

/**
 * SFA_RECORD.Kind: a request begins to wait; Note tells it from others (bits 4 to 35 of the IRP's address).
 */
#define SFA_RECORD_WAIT 13

/**
 * SFA_RECORD.Kind: a frame was handed to a request that waited; Note tells which.
 */
#define SFA_RECORD_SERVE 14

/**
 * SFA_RECORD.Kind: a request was cancelled while it waited; Note tells which.
 */
#define SFA_RECORD_CANCEL 15

/**
 * SFA_RECORD.Kind: a request that waited was completed without a frame: decommit, shutdown or the end of its handle;
 * Note tells which.
 */
#define SFA_RECORD_DISMISS 16

/**
 * SFA_RECORD.Kind: a direct call found a free frame that requests wait for (see SFA_FLAG_DIRECT_FIRST).
 */
#define SFA_RECORD_BARRED 17

/**
 * SFA_RECORD.Kind: KSEVENT_STREAMALLOCATOR_FREEFRAME is about to be fired and FreeNotify to be called, because a frame
 * came back; Note is the number of times.
 */
#define SFA_RECORD_EVENT 18

/**
 * SFA_RECORD.Kind: frames were out when nobody could free them any more; their memory was left alone. Note is their
 * number.
 */
#define SFA_RECORD_LEAK 19

/**
 * SFA_RECORD.Kind: SfaCommitTolerant() put a field right that SfaCommit() refuses; Note is SFA_FIELD_XXX.
 */
#define SFA_RECORD_TOLERATED 20

/**
 * SFA_RECORD.Kind: a frame was freed or passed on by somebody who does not hold it, which was refused; Note tells who
 * does (bits 4 to 35 of the owner), 0 the driver.
 */
#define SFA_RECORD_NOT_HELD 21

/**
 * SFA_RECORD.Kind: a request waited as long as SFA_CONFIG.WaitLimit allows; Note tells which.
 */
#define SFA_RECORD_TIMEOUT 22

/**
 * SFA_RECORD.Frame: no frame in particular.
 */
#define SFA_NO_FRAME 65535

/**
 * SFA_FIELD_XXX is in these bits.
 */
#define SFA_FIELD_MASK 65535

/**
 * From this bit on comes the number of the item in KSALLOCATOR_FRAMING_EX, counted from 0 (65535: that or a later
 * one).
 */
#define SFA_FIELD_ITEM_SHIFT 16

/**
 * No field; or OptionsFlags lacks KSALLOCATOR_OPTIONF_SYSTEM_MEMORY and there is no AllocateMemory.
 */
#define SFA_FIELD_NONE 0

/**
 * OptionsFlags: a bit that is neither KSALLOCATOR_OPTIONF_COMPATIBLE nor KSALLOCATOR_OPTIONF_SYSTEM_MEMORY.
 */
#define SFA_FIELD_OPTIONS_FLAGS 1

/**
 * PoolType: none of the six that are allowed.
 */
#define SFA_FIELD_POOL_TYPE 2

/**
 * Frames: above SFA_CONFIG.MaxFrames.
 */
#define SFA_FIELD_FRAMES 3

/**
 * FrameSize: 0.
 */
#define SFA_FIELD_FRAME_SIZE 4

/**
 * FileAlignment: no mask (alignment less one), or a page or more without AllocateMemory.
 */
#define SFA_FIELD_FILE_ALIGNMENT 5

/**
 * Reserved: not 0.
 */
#define SFA_FIELD_RESERVED 6

/**
 * Frames times FrameSize cannot be addressed.
 */
#define SFA_FIELD_TOTAL 7

/**
 * Bytes: fewer than a KSALLOCATOR_FRAMING_EX has before its items.
 */
#define SFA_FIELD_BYTES 16

/**
 * CountItems: 0, or more than Bytes has room for.
 */
#define SFA_FIELD_COUNT_ITEMS 17

/**
 * OutputCompression.RatioNumerator: 0.
 */
#define SFA_FIELD_RATIO_NUMERATOR 18

/**
 * OutputCompression.RatioDenominator: 0.
 */
#define SFA_FIELD_RATIO_DENOMINATOR 19

/**
 * MemoryType: user or device memory, without AllocateMemory. The status is STATUS_NOT_SUPPORTED.
 */
#define SFA_FIELD_MEMORY_TYPE 20

/**
 * Flags: KSALLOCATOR_FLAG_DEVICE_SPECIFIC on memory that is no device's, KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY on a
 * device's, or KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO where the ranges do not have just that size.
 */
#define SFA_FIELD_FLAGS 21

/**
 * FramePitch (with KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED): 0, or more bytes to a line than the ranges allow a frame.
 */
#define SFA_FIELD_FRAME_PITCH 22

/**
 * PhysicalRange: MinFrameSize is above MaxFrameSize.
 */
#define SFA_FIELD_PHYSICAL_RANGE 23

/**
 * FramingRange: MinFrameSize is above MaxFrameSize, or it has no size that PhysicalRange has.
 */
#define SFA_FIELD_FRAMING_RANGE 24

/**
 * Stepping: the ranges overlap, but no size is a step of both.
 */
#define SFA_FIELD_STEPPING 25

/**
 * FrameBytes: 0, and no range has a least size; or the ranges have no size that is large enough.
 */
#define SFA_FIELD_FRAME_BYTES 26

/**
 * SfaChooseFraming(), Flags: memory that is not system memory can be had too, because the driver brings its own
 * (AllocateMemory); then an alignment may also be beyond a page.
 */
#define SFA_CHOOSE_OWN_MEMORY 1

/**
 * A stream allocator. Opaque: made by SfaCreate(), destroyed by SfaDestroy(). All its memory but that of paged frames
 * is nonpaged.
 *
 * Every function answers STATUS_INVALID_HANDLE for NULL and for what is no allocator. That is best effort: a pointer
 * to an allocator that was destroyed must not be passed to any function.
 */
typedef struct SFA_ALLOCATOR SFA_ALLOCATOR;

/**
 * How SfaCreate() makes an allocator. Call SfaInitializeConfig() first, then change what you need.
 */
typedef struct SFA_CONFIG {
    /**
     * sizeof(SFA_CONFIG) as the driver was compiled.
     */
    ULONG Size;
    /**
     * SFA_FLAG_XXX, or 0. SFA_FLAG_CHECK_ACCESS, for plug-in C only, is in sfa_ks_object.h.
     */
    ULONG Flags;
    /**
     * The most frames that any commit may ask for, 1 to SFA_MAX_FRAMES (the default). The allocator itself takes
     * about 3 bytes of nonpaged pool for each, more in small pools.
     */
    ULONG MaxFrames;
    /**
     * What a framing with Frames = 0 gets, at least 1; above MaxFrames it means MaxFrames. Default 8.
     */
    ULONG DefaultFrames;
    /**
     * Pool tag of the frames. A literal in C stands back to front, as for every pool tag: a debugger shows 'maCx' as
     * xCam. 0 means 'FafS', shown as SfaF.
     */
    ULONG PoolTag;
    /**
     * SFA_LEVEL_XXX. Default SFA_LEVEL_FAST.
     */
    ULONG Level;
    /**
     * Records that the flight recorder holds, rounded up to a power of two, 1 to SFA_MAX_RECORDS. Default 32, which
     * suffices for what seldom happens; 16 bytes each.
     */
    ULONG Records;
    /**
     * How long a request may wait for a frame, in milliseconds: then it is completed with STATUS_IO_TIMEOUT. At most
     * SFA_MAX_WAIT_LIMIT. 0, the default: for ever. It is interrupt time (KeQueryInterruptTime), which goes on while the
     * system sleeps: a request that waited through a sleep may be late as soon as the system is awake.
     */
    ULONG WaitLimit;
    /**
     * Passed to each of the functions below.
     */
    PVOID Context;
    /**
     * Brings the memory of frames, or NULL for pool memory. Together with FreeMemory.
     */
    PSFA_ALLOCATE_MEMORY AllocateMemory;
    /**
     * Takes the memory back. Together with AllocateMemory.
     */
    PSFA_FREE_MEMORY FreeMemory;
    /**
     * Called for every frame that comes back, or NULL. While it is set, every free takes a spin lock.
     */
    PSFA_FREE_NOTIFY FreeNotify;
    /**
     * Called for what seldom happens (see SFA_TRACE), or NULL.
     */
    PSFA_TRACE Trace;
} SFA_CONFIG;

/**
 * What SfaQueryStatistics() answers. All counts are since SfaCreate().
 *
 * A request counts in Waits before it can be completed. One that is cancelled or late is taken out of Waiting, and
 * counts in Cancelled or TimedOut, before it is completed; one that is served or dismissed is taken out of Waiting,
 * and counts in Served or Dismissed, a moment after its completion.
 */
typedef struct SFA_STATISTICS {
    /**
     * In: sizeof(SFA_STATISTICS) as the driver was compiled.
     */
    ULONG Size;
    /**
     * Frames committed; 0, like FrameSize and Stride, while none are.
     */
    ULONG Frames;
    /**
     * Frames out. At SFA_LEVEL_FAST it may be a moment old.
     */
    ULONG FramesOut;
    /**
     * Most frames out at once. Exact while the level has been SFA_LEVEL_COUNT or higher; a lower bound otherwise.
     */
    ULONG PeakOut;
    /**
     * Bytes of a frame.
     */
    ULONG FrameSize;
    /**
     * SFA_LEVEL_XXX in force.
     */
    ULONG Level;
    /**
     * Bytes from one frame to the next; 0 where frames are separate.
     */
    ULONG64 Stride;
    /**
     * Frames handed out. Exact if asked at least once in 2^30 allocations.
     */
    ULONG64 Allocations;
    /**
     * Frames that were freed.
     */
    ULONG64 Frees;
    /**
     * Direct calls (SfaAllocateFrame(), SfaAllocateFrames()) that found no free frame. A request that finds none is
     * counted in Waits instead; a direct call that found one, but requests wait for it, in Barred.
     */
    ULONG64 Empty;
    /**
     * Direct calls and requests before SfaCommit(), or after SfaDecommit() or SfaShutdown().
     */
    ULONG64 NotReady;
    /**
     * Frees of a frame that was free.
     */
    ULONG64 DoubleFrees;
    /**
     * Frees of an address that is no frame.
     */
    ULONG64 ForeignFrees;
    /**
     * Calls refused because of their IRQL: what STATUS_INVALID_DEVICE_STATE does not tell from its other reasons.
     */
    ULONG64 WrongIrql;
    /**
     * Frees for which FreeNotify was called or KSEVENT_STREAMALLOCATOR_FREEFRAME signalled.
     */
    ULONG64 Notifications;
    /**
     * Records ever written into the flight recorder.
     */
    ULONG64 RecordsWritten;
    /**
     * Requests that had to wait for a frame.
     */
    ULONG64 Waits;
    /**
     * Requests that waited and were handed a frame. One whose frame could not be put into the request counts, too: it
     * was called, and is completed with an error, and the frame counts in Frees.
     */
    ULONG64 Served;
    /**
     * Requests that were cancelled while they waited, those by SfaCancelRequests() included.
     */
    ULONG64 Cancelled;
    /**
     * Requests that waited and were completed without a frame: decommit, shutdown, end of their handle.
     */
    ULONG64 Dismissed;
    /**
     * Direct calls that found a free frame which requests wait for; they answered STATUS_INSUFFICIENT_RESOURCES.
     */
    ULONG64 Barred;
    /**
     * Requests that wait just now.
     */
    ULONG Waiting;
    /**
     * Events of KSEVENT_STREAMALLOCATOR_FREEFRAME that are enabled just now.
     */
    ULONG Subscribers;
    /**
     * Frees and passes of a frame that somebody else holds (SFA_FLAG_TRACK_OWNERS).
     */
    ULONG64 DeniedFrees;
    /**
     * Requests that were completed with STATUS_IO_TIMEOUT (SFA_CONFIG.WaitLimit).
     */
    ULONG64 TimedOut;
} SFA_STATISTICS;

/**
 * What SfaQueryFrame() answers.
 */
typedef struct SFA_FRAME_INFO {
    /**
     * In: sizeof(SFA_FRAME_INFO) as the driver was compiled.
     */
    ULONG Size;
    /**
     * Number of the frame, from 0.
     */
    ULONG Index;
    /**
     * Bytes of a frame.
     */
    ULONG FrameSize;
    /**
     * 1 while the frame is out, else 0.
     */
    ULONG Out;
    /**
     * Where the frame is for the device, as AllocateMemory said; 0 for pool memory.
     */
    ULONG64 BusAddress;
    /**
     * The owner that holds the frame, as a number; 0 for the driver, for a frame that is not out, and without
     * SFA_FLAG_TRACK_OWNERS.
     */
    ULONG64 Owner;
} SFA_FRAME_INFO;

/**
 * One entry of the flight recorder.
 */
typedef struct SFA_RECORD {
    /**
     * When, in units of 100 ns; only differences mean something.
     */
    ULONG64 Time;
    /**
     * Depends on Kind.
     */
    ULONG Note;
    /**
     * Number of the frame, or SFA_NO_FRAME.
     */
    USHORT Frame;
    /**
     * SFA_RECORD_XXX.
     */
    UCHAR Kind;
    /**
     * IRQL of the call.
     */
    UCHAR Irql;
} SFA_RECORD;

#ifdef __cplusplus
extern "C" {
#endif /* __cplusplus */

/**
 * Fills a configuration with the defaults. Never fails; NULL is ignored.
 *
 * @param[out] Config  All of it is written, Size included.
 *
 * IRQL: any.  Thread-safe.  Locks: any.  Completes no request.
 */
void SFAAPI SfaInitializeConfig(_Out_ SFA_CONFIG * Config);

/**
 * Makes an allocator. It has no frames until SfaCommit().
 *
 * The usual place is the Create dispatch of a pin, with SfaDestroy() in its Close dispatch.
 *
 * @param[in]  Config     What to make; read once, during the call.
 * @param[out] Allocator  Receives the allocator, to be destroyed with SfaDestroy(). NULL on failure.
 *
 * @retval STATUS_SUCCESS                 The allocator is ready for SfaCommit().
 * @retval STATUS_INVALID_PARAMETER       A pointer is NULL, Config->Size is not that of this version, or a field is
 *                                        out of range (see SFA_CONFIG); unknown flags; one memory function without
 *                                        the other; SFA_FLAG_SEPARATE_FRAMES without them.
 * @retval STATUS_INSUFFICIENT_RESOURCES  Nonpaged pool ran out; nothing is left behind.
 * @retval STATUS_INVALID_DEVICE_STATE    The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaCreate(_In_ const SFA_CONFIG * Config,
                          _Outptr_result_nullonfailure_ PSFA_ALLOCATOR * Allocator);

/**
 * Gets memory for the frames and opens the allocator. The usual place is the transition from KSSTATE_STOP to
 * KSSTATE_ACQUIRE, when the frame size is known.
 *
 * Every frame is aligned to FileAlignment + 1, at least to 16, in a CacheAligned pool at least to 64; an alignment
 * above 16 costs at least a page. PoolType NonPagedPool stands for its no-execute twin: frames are never executable.
 * PoolType also decides whether frames from AllocateMemory count as pageable, and pageable frames cannot be allocated
 * in a DPC: a driver that does so must not pass on a client's PagedPool.
 *
 * Every frame is zeroed once, here. A frame that is allocated again holds what its last owner wrote; between commit
 * and decommit the library does not touch frames.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Framing    OptionsFlags: KSALLOCATOR_OPTIONF_COMPATIBLE and _SYSTEM_MEMORY. PoolType: NonPagedPool,
 *                       PagedPool, NonPagedPoolNx or their CacheAligned variants. Frames: 1 to MaxFrames, or 0 for
 *                       DefaultFrames. FrameSize: in bytes, above 0. FileAlignment: a mask, alignment less one, below
 *                       PAGE_SIZE unless the driver brings the memory. Reserved: 0.
 *                       See https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing
 *
 * @retval STATUS_SUCCESS                 Frames can be allocated.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER       Framing is NULL, or a field is wrong; the flight recorder names the field
 *                                        (SFA_RECORD_REFUSED).
 * @retval STATUS_NOT_SUPPORTED           OptionsFlags lacks KSALLOCATOR_OPTIONF_SYSTEM_MEMORY, and there is no
 *                                        AllocateMemory.
 * @retval STATUS_INSUFFICIENT_RESOURCES  There is no memory; the allocator is as it was.
 * @retval STATUS_DRIVER_INTERNAL_ERROR   AllocateMemory succeeded with NULL, misaligned, wrapping or overlapping
 *                                        memory.
 * @retval STATUS_INVALID_DEVICE_STATE    Frames are committed (also after SfaShutdown(): call SfaDecommit() first), a
 *                                        decommit is unfinished, or the IRQL is not PASSIVE_LEVEL.
 * @retval STATUS_DEVICE_BUSY             Another call is committing or decommitting.
 * @retval (any other error)              What AllocateMemory answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaCommit(_In_ PSFA_ALLOCATOR Allocator,
                          _In_ const KSALLOCATOR_FRAMING * Framing);

/**
 * Stops handing frames out, completes the requests that wait with STATUS_CANCELLED, waits until all frames have been
 * freed, and frees their memory. The usual place is the transition from KSSTATE_ACQUIRE to KSSTATE_STOP.
 *
 * After STATUS_TIMEOUT the decommit cannot be taken back: allocations go on failing with STATUS_DEVICE_NOT_READY,
 * frames that are out stay valid and can still be freed, and SfaCommit() is refused. Call again to finish;
 * SfaDestroy() also works once all frames have been freed. NT_SUCCESS(STATUS_TIMEOUT) is true: compare with
 * STATUS_SUCCESS.
 *
 * The library knows no device. Before this call, in KSSTATE_STOP, IRP_MN_STOP_DEVICE or surprise removal, stop the
 * device's DMA, flush DPCs (KeFlushQueuedDpcs), and free every frame that hardware or cancelled requests hold. Pass a
 * timeout where a frame may be lost, since NULL then hangs the PnP thread. Never pass NULL in a completion routine or
 * in FreeNotify: the call would wait for the very call that it is inside. While frames are out, the allocator, its
 * Context and the driver's image must stay.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Timeout    As for KeWaitForSingleObject, but relative only: a negative number of 100 ns units, 0 not to
 *                       wait, NULL to wait for ever.
 *
 * @retval STATUS_SUCCESS               No frames are committed any more; SfaCommit() may follow.
 * @retval STATUS_TIMEOUT               Frames are still out (SFA_STATISTICS.FramesOut says how many), or a FreeNotify
 *                                      call or the completion of a request has not returned.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Timeout is an absolute time.
 * @retval STATUS_DEVICE_NOT_READY      Nothing is committed.
 * @retval STATUS_DEVICE_BUSY           Another call is committing or decommitting.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none that a completion routine, or whoever frees a frame, needs.
 * Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaDecommit(_In_ PSFA_ALLOCATOR Allocator,
                            _In_opt_ const LARGE_INTEGER * Timeout);

/**
 * Stops handing frames out without waiting for those that are out, and completes the requests that wait. For surprise
 * removal, where requests are to answer STATUS_DEVICE_REMOVED, and for a PnP stop.
 *
 * New requests and allocations answer STATUS_DEVICE_NOT_READY; frames that are out stay valid and can still be freed.
 * Requests are completed in the caller's thread, unless another thread is serving requests just now: then by that one,
 * perhaps a moment after this call has returned. A second call does not change the reason.
 *
 * It concerns the frames that are committed now, not those of a later commit: SfaDecommit() ends it, and SfaCommit()
 * may follow. Where none are committed, or another thread's SfaCommit() has not returned, nothing happens, and frames
 * will be handed out after the commit. A driver whose device is gone refuses to commit by itself.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Reason     What the requests that wait are completed with: an error status.
 *
 * @retval STATUS_SUCCESS               No frame is handed out until the next commit.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Reason is no error (NT_ERROR).
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none that a completion routine needs.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS SFAAPI SfaShutdown(_In_ PSFA_ALLOCATOR Allocator,
                            _In_ NTSTATUS Reason);

/**
 * Destroys an allocator although frames are out that nobody can free any more. If one is out, the memory of all its
 * frames is left alone for ever, because somebody may still write into them: with SFA_FLAG_SEPARATE_FRAMES, too,
 * FreeMemory is called for none. Everything else is freed. Trace gets an SFA_RECORD_LEAK. With
 * SFA_FLAG_BUGCHECK_ON_MISUSE the system is stopped instead. For the end of a handle whose
 * client is gone; where the holder of a frame can still be made to free it, do that and call SfaDestroy(): a free
 * after this call would touch an allocator that is gone. If no frame is out, this is SfaDestroy().
 *
 * @param[in]  Allocator  The allocator; gone after STATUS_SUCCESS, as it was otherwise.
 * @param[out] Leaked     Receives the number of frames that were out. May be NULL.
 *
 * @retval STATUS_SUCCESS               The allocator is gone.
 * @retval STATUS_DEVICE_BUSY           As for SfaDestroy(), except that frames may be out.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Not beside any other call on this allocator.  Locks: any but that of a list that
 * SfaAttachEventList() was given: a worker thread that is waited for may need it.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaAbandon(_In_ PSFA_ALLOCATOR Allocator,
                           _Out_opt_ ULONG * Leaked);

/**
 * Destroys an allocator and frees its memory, that of its frames included: where no frame is out, SfaDecommit() need
 * not come first. What was attached (sfa_ks.h, sfa_attach.h) is detached, a pin too, so there is no SfaDetachPin()
 * after this; a list of events or a pin that was attached must stay until this call has returned STATUS_SUCCESS.
 *
 * No other call on the allocator may be running or start, but for frees of frames that are out, which make this one
 * answer STATUS_DEVICE_BUSY. (A commit, decommit or FreeNotify call that is under way is answered so too, as a best
 * effort: it cannot be seen before it has begun.) In FreeNotify it answers STATUS_DEVICE_BUSY, and also in the
 * completion routine of a request that the library completes because it is served, sent away, late, or its client's
 * (SfaCancelRequests()), and in an IRP_MJ_CLOSE that comes inside such a completion: destroy in a work item then. A
 * request that is cancelled by itself (IoCancelIrp) has left before it is completed: its completion routine may
 * destroy the allocator, if nothing else is in the way. The library's code is in the driver's image: before unload,
 * wait for the threads that free frames.
 *
 * @param[in] Allocator  The allocator; gone after STATUS_SUCCESS, as it was otherwise.
 *
 * @retval STATUS_SUCCESS               The allocator is gone.
 * @retval STATUS_DEVICE_BUSY           Frames are out, requests wait (SfaDecommit() and SfaShutdown() complete them),
 *                                      events are enabled, a FreeNotify call or the completion of a request has not
 *                                      returned, or another call is committing or decommitting. Call again when that
 *                                      is over.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Not beside any other call on this allocator.  Locks: any but that of a list that
 * SfaAttachEventList() was given: a worker thread that is waited for may need it.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaDestroy(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Chooses one item of a KSALLOCATOR_FRAMING_EX and makes it a framing for SfaCommit(), or for KsCreateAllocator().
 *
 * The items are alternatives. Of those that suit, the one of the greatest MemoryTypeWeight is taken, of equals the
 * first. An item does not suit if nobody brings its memory, or if it asks for more frames, a larger alignment or
 * another size than can be had. An item that contradicts itself refuses the framing, whichever would be taken.
 * SFA_FIELD_XXX says what can be wrong; if no item suits, Field is about the one that would have been taken.
 *
 * - **Memory**: KSMEMORY_TYPE_KERNEL_PAGED becomes PagedPool; _KERNEL_NONPAGED, _SYSTEM and _WILDCARD NonPagedPoolNx,
 *   all with KSALLOCATOR_OPTIONF_SYSTEM_MEMORY. _USER, every other type, and _WILDCARD with
 *   KSALLOCATOR_FLAG_DEVICE_SPECIFIC lack that option: the driver must bring the memory.
 * - **Size**: the least one that holds FrameBytes after OutputCompression, and is in PhysicalRange and FramingRange at
 *   once. A step counts from the MinFrameSize of its range; a Stepping of 0 or 1, or above the width of the range,
 *   means any size; a range from 0 to 0 is no range. With KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY FrameBytes may be
 *   above what FramingRange has.
 * - **OutputCompression**: FrameBytes times RatioNumerator, divided by RatioDenominator, rounded up, plus
 *   RatioConstantMargin. So FrameBytes is what enters the compression; with the usual 1, 1, 0 it is the frame itself.
 *   With KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO, unless by preference only, the size must come out exactly.
 * - **Pitch**: with KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED the alignment is FramePitch, bytes from one line to the next,
 *   negative for pictures that stand on their head. FileAlignment becomes 0, and a frame holds at least one line.
 *
 * Frames stay as they are: 0 means any number. Ignored are BusType, BusFlags, MemoryFlags, PinFlags, all other weights
 * and all other flags, among them 0x10, which has two meanings.
 *
 * @param[in]  FramingEx   The framing, for instance KSPIN_DESCRIPTOR_EX.AllocatorFraming; read once.
 *                         See https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/ns-ks-ksallocator_framing_ex
 * @param[in]  Bytes       Its bytes: sizeof(KSALLOCATOR_FRAMING_EX) for one item, and sizeof(KS_FRAMING_ITEM) more for
 *                         each other one. Never more than can be read.
 * @param[in]  FrameBytes  Bytes that the format needs (biSizeImage), or 0 for the least size of the ranges.
 * @param[in]  Flags       SFA_CHOOSE_OWN_MEMORY, or 0.
 * @param[out] Framing     Receives the framing. Not written on failure.
 * @param[out] Field       Receives SFA_FIELD_XXX, with the number of the item in the upper half, or SFA_FIELD_NONE.
 *                         Written on failure too. May be NULL.
 *
 * @retval STATUS_SUCCESS            Framing is one that SfaCommit() accepts of an allocator for SFA_MAX_FRAMES.
 * @retval STATUS_INVALID_PARAMETER  The framing is wrong, as Field says; or FramingEx or Framing is NULL, or a flag is
 *                                   unknown (SFA_FIELD_NONE).
 * @retval STATUS_NOT_SUPPORTED      No item is for system memory, and Flags lacks SFA_CHOOSE_OWN_MEMORY.
 *
 * IRQL: any; that of the memory that the pointers point to.  Thread-safe.  Locks: any.  Completes no request.
 */
_Must_inspect_result_
NTSTATUS SFAAPI SfaChooseFraming(_In_reads_bytes_(Bytes) const KSALLOCATOR_FRAMING_EX * FramingEx,
                                 _In_ ULONG Bytes,
                                 _In_ ULONG FrameBytes,
                                 _In_ ULONG Flags,
                                 _Out_ KSALLOCATOR_FRAMING * Framing,
                                 _Out_opt_ ULONG * Field);

/**
 * As SfaCommit(), with the best item of a KSALLOCATOR_FRAMING_EX: what SfaChooseFraming() says, but that the
 * allocator's MaxFrames and AllocateMemory decide what suits. (With AllocateMemory, memory of any type is taken to be
 * what it brings; _USER counts as pageable.)
 *
 * @param[in] Allocator   The allocator.
 * @param[in] FramingEx   The framing; read once.
 * @param[in] Bytes       Its bytes, as for SfaChooseFraming().
 * @param[in] FrameBytes  Bytes that the format needs, or 0, as for SfaChooseFraming().
 *
 * @retval STATUS_SUCCESS            Frames can be allocated; SfaQueryStatistics() tells how many and of what size.
 * @retval STATUS_INVALID_PARAMETER  FramingEx is NULL, or the framing is wrong; the flight recorder and Trace name
 *                                   field and item (SFA_RECORD_REFUSED).
 * @retval STATUS_NOT_SUPPORTED      No item is for system memory, and there is no AllocateMemory; recorder and Trace
 *                                   say so, too.
 * @retval (others)                  As for SfaCommit().
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaCommitEx(_In_ PSFA_ALLOCATOR Allocator,
                            _In_reads_bytes_(Bytes) const KSALLOCATOR_FRAMING_EX * FramingEx,
                            _In_ ULONG Bytes,
                            _In_ ULONG FrameBytes);

/**
 * As SfaCommit(), for a framing that somebody else made, as it comes with a create request for an allocator: what
 * SfaCommit() refuses although it can be put right, is put right. Unknown OptionsFlags and Reserved are ignored. A
 * FileAlignment that is no mask becomes the next larger mask (64 becomes 127), but no more than PAGE_SIZE - 1, for it
 * may be a FramePitch. For each the flight recorder and Trace name the field (SFA_RECORD_TOLERATED).
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Framing    The framing; read once.
 *
 * @retval STATUS_SUCCESS            Frames can be allocated.
 * @retval STATUS_INVALID_PARAMETER  Framing is NULL, or another field is wrong; the flight recorder and Trace name it
 *                                   (SFA_RECORD_REFUSED).
 * @retval (others)                  As for SfaCommit().
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaCommitTolerant(_In_ PSFA_ALLOCATOR Allocator,
                                  _In_ const KSALLOCATOR_FRAMING * Framing);

/**
 * Takes a free frame. Never waits.
 *
 * @param[in]  Allocator  The allocator.
 * @param[out] Frame      Receives the address of the frame, to be given back with SfaFreeFrame(). NULL on failure.
 *
 * @retval STATUS_SUCCESS                 The frame is the caller's.
 * @retval STATUS_INSUFFICIENT_RESOURCES  No frame was free (counted in SFA_STATISTICS.Empty); or one was, but requests
 *                                        wait for it (counted in Barred); with SFA_FLAG_DIRECT_FIRST it is taken.
 * @retval STATUS_DEVICE_NOT_READY        Before SfaCommit(), or after SfaDecommit() or SfaShutdown() was called.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER       Frame is NULL.
 * @retval STATUS_INVALID_DEVICE_STATE    The IRQL is above DISPATCH_LEVEL, or at it and the frames are pageable.
 *
 * IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: any; at DISPATCH_LEVEL while
 * another thread may commit pageable frames, as for SfaFreeFrame(), since a frame that turns out to be pageable goes
 * back.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaAllocateFrame(_In_ PSFA_ALLOCATOR Allocator,
                                 _Outptr_result_nullonfailure_ PVOID * Frame);

/**
 * Gives a frame back. A frame that is refused stays as it was; nothing is ever written to it. (A paged frame too may
 * be freed at DISPATCH_LEVEL, though not read or written there.)
 *
 * Before the call returns, FreeNotify is called and KSEVENT_STREAMALLOCATOR_FREEFRAME is signalled, in this thread and
 * at this IRQL. (Only a list of events whose lock is one that threads sleep for is signalled by a worker thread.) A
 * request that waits gets the frame from a worker thread soon after; with SFA_FLAG_SERVE_INLINE at PASSIVE_LEVEL
 * before the call returns, and up to 64 such requests.
 *
 * @param[in] Allocator  The allocator that the frame came from.
 * @param[in] Frame      Its address, as SfaAllocateFrame() gave it.
 *
 * @retval STATUS_SUCCESS               The frame is free, or goes to a request that waits. The allocator may be gone
 *                                      by the time this returns, if another thread was only waiting for this frame to
 *                                      destroy it.
 * @retval STATUS_INVALID_PARAMETER     Frame is free already (counted in DoubleFrees), or is NULL or anything else
 *                                      that is not the beginning of a frame of this allocator (ForeignFrees).
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; the frame is still out.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any but those that FreeNotify takes, and the one that guards the
 * events of the attached pin or list.  Completes no request, except with SFA_FLAG_SERVE_INLINE at PASSIVE_LEVEL: then
 * hold none.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaFreeFrame(_In_ PSFA_ALLOCATOR Allocator,
                             _In_ PVOID Frame);

/**
 * Takes several frames, or none.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Count      How many, 1 to SFA_MAX_BATCH.
 * @param[out] Frames     Receives their addresses. All NULL on failure, unless Count is wrong.
 *
 * @retval STATUS_SUCCESS                 The frames are the caller's.
 * @retval STATUS_INSUFFICIENT_RESOURCES  Fewer than Count frames were free, or requests wait for them; none is taken.
 * @retval STATUS_INVALID_PARAMETER       Frames is NULL, or Count is 0 or above SFA_MAX_BATCH.
 * @retval (others)                       As for SfaAllocateFrame().
 *
 * IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: as for SfaFreeFrame()
 * without SFA_FLAG_SERVE_INLINE, because frames that are put back count as freed.  Completes no request: one that
 * waits gets such a frame from a worker thread.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaAllocateFrames(_In_ PSFA_ALLOCATOR Allocator,
                                  _In_ ULONG Count,
                                  _Out_writes_all_(Count) PVOID * Frames);

/**
 * Gives several frames back, or none.
 *
 * @param[in] Allocator  The allocator that the frames came from.
 * @param[in] Count      How many, 1 to SFA_MAX_BATCH.
 * @param[in] Frames     Their addresses.
 *
 * @retval STATUS_SUCCESS               The frames are free, or go to requests that wait.
 * @retval STATUS_INVALID_PARAMETER     Frames is NULL, Count is 0 or above SFA_MAX_BATCH, or one of the addresses is
 *                                      not a frame that is out, or stands there twice; nothing is freed. (If another
 *                                      thread wrongly frees one of them during the call, the others are freed.)
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; nothing is freed.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks and completion: as for SfaFreeFrame().
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaFreeFrames(_In_ PSFA_ALLOCATOR Allocator,
                              _In_ ULONG Count,
                              _In_reads_(Count) PVOID const * Frames);

/**
 * As SfaAllocateFrame(), for a client: the frame is Owner's from now on. Without SFA_FLAG_TRACK_OWNERS Owner is not
 * looked at, but for (PVOID)-1.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Owner      Who gets the frame: any number that tells the client from others for as long as it holds
 *                        frames, for instance its file object. Never followed. NULL: the driver. Not (PVOID)-1.
 * @param[out] Frame      Receives the address of the frame. NULL on failure.
 *
 * @retval STATUS_SUCCESS                 The frame is Owner's.
 * @retval STATUS_INVALID_PARAMETER       Frame is NULL, or Owner is (PVOID)-1.
 * @retval (others)                       As for SfaAllocateFrame().
 *
 * IRQL: <= DISPATCH_LEVEL; <= APC_LEVEL where the frames are pageable.  Thread-safe.  Locks: as for SfaAllocateFrame().
 * Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaAllocateFrameFor(_In_ PSFA_ALLOCATOR Allocator,
                                    _In_opt_ PVOID Owner,
                                    _Outptr_result_nullonfailure_ PVOID * Frame);

/**
 * Gives a frame back that a client holds: with SFA_FLAG_TRACK_OWNERS the free of what Owner does not hold is refused,
 * and the frame stays with whoever does. Without the flag this is SfaFreeFrame(), which frees any frame that is out.
 *
 * Where a client frees twice, the second call is refused even if the frame is another client's by then.
 *
 * @param[in] Allocator  The allocator that the frame came from.
 * @param[in] Owner      Who must hold it. NULL: the driver.
 * @param[in] Frame      Its address.
 *
 * @retval STATUS_SUCCESS               As for SfaFreeFrame().
 * @retval STATUS_INVALID_PARAMETER     As for SfaFreeFrame(); or somebody else holds the frame (DeniedFrees and
 *                                      SFA_RECORD_NOT_HELD), or Owner is (PVOID)-1.
 * @retval (others)                     As for SfaFreeFrame().
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any but those that FreeNotify takes, and the one that guards the
 * events of the attached pin or list.  Completes no request, except with SFA_FLAG_SERVE_INLINE at PASSIVE_LEVEL: then
 * hold none.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaFreeFrameOf(_In_ PSFA_ALLOCATOR Allocator,
                               _In_opt_ PVOID Owner,
                               _In_ PVOID Frame);

/**
 * Says that a frame changes hands: From cannot free it any more, To can. For a frame that goes from one client to the
 * next; for one that a client hands to the driver (To is NULL), which the client could otherwise still free; for one
 * that the driver allocated for a request. Without SFA_FLAG_TRACK_OWNERS only whether the frame is out is looked at.
 *
 * @param[in] Allocator  The allocator that the frame came from.
 * @param[in] From       Who must hold it. NULL: the driver.
 * @param[in] To         Who holds it from now on. NULL: the driver.
 * @param[in] Frame      Its address.
 *
 * @retval STATUS_SUCCESS               The frame is To's.
 * @retval STATUS_INVALID_PARAMETER     From does not hold the frame, which stays with whoever does; or Frame is free,
 *                                      or no frame of this allocator. Counted and recorded like a free. Or From or To
 *                                      is (PVOID)-1.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL; the frame stays with From.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaPassFrame(_In_ PSFA_ALLOCATOR Allocator,
                             _In_opt_ PVOID From,
                             _In_opt_ PVOID To,
                             _In_ PVOID Frame);

/**
 * Finds a frame that a client holds: any one. For the end of a client, in a loop with SfaFreeFrameOf() or
 * SfaPassFrame(), which take the frame from it; and to see who keeps SfaDecommit() waiting. Looks at each frame.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Owner      Who holds it. Not the driver, whose frames may be on their way to a request.
 * @param[out] Frame      Receives the address of the frame. NULL on failure.
 *
 * @retval STATUS_SUCCESS               Owner held the frame a moment ago.
 * @retval STATUS_NOT_FOUND             It holds none.
 * @retval STATUS_NOT_SUPPORTED         The allocator was made without SFA_FLAG_TRACK_OWNERS.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Frame or Owner is NULL, or Owner is (PVOID)-1.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaFindFrameOf(_In_ PSFA_ALLOCATOR Allocator,
                               _In_opt_ PVOID Owner,
                               _Outptr_result_nullonfailure_ PVOID * Frame);

/**
 * Tells what is committed, as KSPROPERTY_STREAMALLOCATOR_STATUS wants it. Also while a decommit is unfinished, and
 * after SfaShutdown().
 *
 * @param[in]  Allocator  The allocator.
 * @param[out] Framing    Receives the framing that SfaCommit() got; after SfaCommitTolerant() as it was put right,
 *                        after SfaCommitEx() the one that was made of the chosen item. Frames is the number that there
 *                        are, Reserved 0.
 * @param[out] FramesOut  Receives the number of frames out. May be NULL.
 *
 * @retval STATUS_SUCCESS               Framing and FramesOut are written.
 * @retval STATUS_DEVICE_NOT_READY      No frames are committed.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Framing is NULL.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaQueryFraming(_In_ PSFA_ALLOCATOR Allocator,
                                _Out_ KSALLOCATOR_FRAMING * Framing,
                                _Out_opt_ ULONG * FramesOut);

/**
 * Describes a frame.
 *
 * @param[in]     Allocator  The allocator that the frame came from.
 * @param[in]     Frame      Its address.
 * @param[in,out] Info       Size must be set; the rest is written.
 *
 * @retval STATUS_SUCCESS               Info is written.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Frame is not the beginning of a frame of this allocator, which before
 *                                      SfaCommit() and after SfaDecommit() nothing is; or Info is NULL, or its Size is
 *                                      not that of this version.
 * @retval STATUS_DEVICE_NOT_READY      The frames are being decommitted in another thread.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaQueryFrame(_In_ PSFA_ALLOCATOR Allocator,
                              _In_ PVOID Frame,
                              _Inout_ SFA_FRAME_INFO * Info);

/**
 * Counts frames, calls and errors.
 *
 * @param[in]     Allocator   The allocator.
 * @param[in,out] Statistics  Size must be set; the rest is written.
 *
 * @retval STATUS_SUCCESS               Statistics is written.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Statistics is NULL, or its Size is not that of this version.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaQueryStatistics(_In_ PSFA_ALLOCATOR Allocator,
                                   _Inout_ SFA_STATISTICS * Statistics);

/**
 * Writes a remark into the flight recorder, at SFA_LEVEL_RECORD; does nothing below.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Frame      The frame that the remark is about, or NULL.
 * @param[in] Note       The remark: any number that means something to the driver.
 *
 * @retval STATUS_SUCCESS               Done.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Frame is not the beginning of a frame of this allocator.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaNoteFrame(_In_ PSFA_ALLOCATOR Allocator,
                             _In_opt_ PVOID Frame,
                             _In_ ULONG Note);

/**
 * Copies records out of the flight recorder, oldest first.
 *
 * Records that were overwritten are skipped: the number of the first one returned is *Next - *Returned afterwards.
 *
 * @param[in]     Allocator  The allocator.
 * @param[in,out] Next       Number of the first record wanted, counted from 0 at SfaCreate(); afterwards that of the
 *                           one after the last returned, for the next call. A number beyond the end means the end.
 * @param[in]     Count      Room in Records, at least 1.
 * @param[out]    Records    Receives records.
 * @param[out]    Returned   Receives their number; 0 when there are none yet.
 *
 * @retval STATUS_SUCCESS               Next, Records and Returned are written.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     A pointer is NULL, or Count is 0.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request. The records must be
 * nonpaged: they are copied with a spin lock held.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaReadRecords(_In_ PSFA_ALLOCATOR Allocator,
                               _Inout_ ULONG64 * Next,
                               _In_ ULONG Count,
                               _Out_writes_to_(Count, *Returned) SFA_RECORD * Records,
                               _Out_ ULONG * Returned);

/**
 * Changes how much is written down about each operation, at any time.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Level      SFA_LEVEL_XXX.
 *
 * @retval STATUS_SUCCESS               The level is in force.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     There is no such level.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaSetLevel(_In_ PSFA_ALLOCATOR Allocator,
                            _In_ ULONG Level);

/**
 * Checks every invariant of an allocator. Other calls wait at a spin lock meanwhile.
 *
 * @param[in]  Allocator  The allocator.
 * @param[out] Broken     Receives 0, or the number of the broken invariant (docs/debugging.md). May be NULL.
 *
 * @retval STATUS_SUCCESS               All hold.
 * @retval STATUS_INTERNAL_ERROR        One is broken: memory was overwritten, or this library has a bug. Broken is
 *                                      written.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is above DISPATCH_LEVEL.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
NTSTATUS SFAAPI SfaCheck(_In_ PSFA_ALLOCATOR Allocator,
                         _Out_opt_ ULONG * Broken);

/**
 * Returns the version of the library that is linked: SFA_VERSION of the header it belongs to.
 *
 * IRQL: any.  Thread-safe.  Locks: any.  Completes no request.
 */
ULONG SFAAPI SfaVersion(void);

#ifdef __cplusplus
}  /* extern "C" */
#endif  /* __cplusplus */


/* Layout promises: the build stops where compiler and library disagree. */
SFA_ASSERT(sizeof(SFA_CONFIG) == 32 + 5 * sizeof(void *));
SFA_ASSERT(sizeof(SFA_STATISTICS) == 168);
SFA_ASSERT(sizeof(SFA_FRAME_INFO) == 32);
SFA_ASSERT(sizeof(SFA_RECORD) == 16);
SFA_ASSERT(sizeof(KSALLOCATOR_FRAMING) == 24);
SFA_ASSERT(sizeof(KSALLOCATOR_FRAMING_EX) == 112);

#endif  /* SFA_H */
