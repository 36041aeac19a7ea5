/* SPDX-License-Identifier: MIT OR Apache-2.0 */

#ifndef SFA_ATTACH_H
#define SFA_ATTACH_H

/* Generated from src/ffi by cbindgen. Do not edit; run `cargo xtask header`. */


/*
 * sfa_attach.h - how requests wait for frames of an allocator: for ks.c, and for drivers that keep their waiting
 * requests themselves (a stream class or PortCls driver with a queue of its own). Drivers whose requests are IRPs of
 * KSMETHODSETID_StreamAllocator want sfa_ks.h instead.
 *
 * The callbacks stand for KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, the event by which an allocator is meant to
 * hear of a free and to serve the requests that wait: nothing signals that event here, and clients may not enable it
 * (SfaRefuseEvent() in sfa_ks_event.h). A driver that does not care who is served first has a simpler way:
 * SFA_CONFIG.FreeNotify.
 *
 * The protocol. A request that finds no frame is counted (SfaRequestFrame(): STATUS_PENDING); whoever is attached
 * calls SfaOweTurn(), queues it, and calls SfaServe(). A frame that is freed while requests are counted goes to the
 * oldest one: the library takes the request out of the queue (NextWaiter) and has it completed (GiveFrame), in one
 * thread at a time, at PASSIVE_LEVEL, with no lock of the library held, in a loop, never nested.
 *
 * A request that leaves the queue before its turn, because it was cancelled, or because it has waited as long as
 * SfaWaitLimit() allows: whoever lets it go takes it out of the queue first, so that NextWaiter cannot return it, then
 * calls SfaWaiterLeft(), then completes it. SfaWaiterLeft() is that request's last touch of the allocator, which may be
 * gone afterwards: a cancel routine is content with that. Who completes several in a row, or needs the allocator or its
 * own Context after a completion, calls SfaOweTurn() before the first SfaWaiterLeft(), and
 * SfaDropTurn() after the last completion. From the one to the other SfaDestroy() and SfaAbandon() answer
 * STATUS_DEVICE_BUSY, and SfaDecommit() waits.
 *
 * NextWaiter, GiveFrame and DismissWaiter run in the thread that serves: inside SfaServe(), SfaTakeTurn(),
 * SfaFreeFrameAndServe(), SfaDecommit(), SfaShutdown(), and with SFA_FLAG_SERVE_INLINE inside a free at PASSIVE_LEVEL.
 * These are called with no lock of the driver's, so none is held here either. AskForTurn and Fire run inside any free,
 * with the locks that its caller holds.
 */
#include "sfa.h"

/**
 * Takes the oldest request that can still be completed (that is not being cancelled) out of the queue; NULL if there is
 * none. The request is the library's until GiveFrame or DismissWaiter gets it. Completes nothing. IRQL: PASSIVE_LEVEL.
 */
typedef _Function_class_(SFA_NEXT_WAITER) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
PVOID SFAAPI SFA_NEXT_WAITER(_In_opt_ PVOID Context);
typedef SFA_NEXT_WAITER *PSFA_NEXT_WAITER;

/**
 * Completes a request with a frame, which is the request's from now on. If that fails, gives the frame back with
 * SfaFreeFrame() and completes the request with an error. With SFA_FLAG_TRACK_OWNERS the frame is the driver's until
 * SfaPassFrame() says whose it is, which belongs before the completion. May call any function but SfaDecommit(), which
 * would wait for this very call, SfaDestroy() and SfaAbandon(), which answer STATUS_DEVICE_BUSY because of it. IRQL:
 * PASSIVE_LEVEL.
 */
typedef _Function_class_(SFA_GIVE_FRAME) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_GIVE_FRAME(_In_opt_ PVOID Context, _In_ PVOID Waiter, _In_ PVOID Frame);
typedef SFA_GIVE_FRAME *PSFA_GIVE_FRAME;

/**
 * Completes a request without a frame, with Status: STATUS_CANCELLED of a decommit, or the Reason of SfaShutdown(). May
 * call what GiveFrame may. IRQL: PASSIVE_LEVEL.
 */
typedef _Function_class_(SFA_DISMISS_WAITER) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_DISMISS_WAITER(_In_opt_ PVOID Context, _In_ PVOID Waiter, _In_ NTSTATUS Status);
typedef SFA_DISMISS_WAITER *PSFA_DISMISS_WAITER;

/**
 * Arranges one call of SfaTakeTurn() at PASSIVE_LEVEL, in a worker thread, and returns at once. Never fails, completes
 * nothing. IRQL: <= DISPATCH_LEVEL.
 */
typedef _Function_class_(SFA_ASK_FOR_TURN) _IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_ASK_FOR_TURN(_In_opt_ PVOID Context);
typedef SFA_ASK_FOR_TURN *PSFA_ASK_FOR_TURN;

/**
 * Signals the events that are enabled, for one frame that was freed. Called only while SfaSubscribe() or FreeNotify
 * asks for it. Takes no lock that a caller of SfaFreeFrame() holds, completes nothing. IRQL: <= DISPATCH_LEVEL.
 */
typedef _Function_class_(SFA_FIRE) _IRQL_requires_max_(DISPATCH_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_FIRE(_In_opt_ PVOID Context);
typedef SFA_FIRE *PSFA_FIRE;

/**
 * SfaDestroy() or SfaAbandon() is about to succeed: nothing of the attachment is called any more. Must not call the
 * allocator. The caller's locks are held. IRQL: PASSIVE_LEVEL.
 */
typedef _Function_class_(SFA_DETACH) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_
void SFAAPI SFA_DETACH(_In_opt_ PVOID Context);
typedef SFA_DETACH *PSFA_DETACH;


/**
 * Whoever keeps the requests that wait and the events of an allocator. Every function is called with Context and with
 * no lock of the library held.
 */
typedef struct SFA_ATTACHMENT {
    /**
     * sizeof(SFA_ATTACHMENT).
     */
    ULONG Size;
    /**
     * 0.
     */
    ULONG Reserved;
    /**
     * Passed to each of the functions.
     */
    PVOID Context;
    /**
     * Takes the oldest request that is not being cancelled out of the queue.
     */
    PSFA_NEXT_WAITER NextWaiter;
    /**
     * Completes a request with a frame.
     */
    PSFA_GIVE_FRAME GiveFrame;
    /**
     * Completes a request without one.
     */
    PSFA_DISMISS_WAITER DismissWaiter;
    /**
     * Arranges one call of SfaTakeTurn() at PASSIVE_LEVEL.
     */
    PSFA_ASK_FOR_TURN AskForTurn;
    /**
     * Signals the events that are enabled, for one frame that was freed; or NULL.
     */
    PSFA_FIRE Fire;
    /**
     * Called when the allocator is destroyed, or NULL.
     */
    PSFA_DETACH Detach;
} SFA_ATTACHMENT;

#ifdef __cplusplus
extern "C" {
#endif /* __cplusplus */

/**
 * Lets requests wait for frames of an allocator. Once, before the first SfaRequestFrame().
 *
 * @param[in] Allocator   The allocator.
 * @param[in] Attachment  Read once, during the call. What it names must stay until Detach is called; without Detach
 *                        until SfaDestroy() or SfaAbandon() has returned STATUS_SUCCESS.
 *
 * @retval STATUS_SUCCESS               Attached; SfaDestroy() or SfaAbandon() will call Detach.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Attachment is NULL, its Size is not that of this version, Reserved is not 0, or
 *                                      one of the first four functions is missing.
 * @retval STATUS_DEVICE_BUSY           Somebody is attached already.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaAttach(_In_ PSFA_ALLOCATOR Allocator,
                          _In_ const SFA_ATTACHMENT * Attachment);

/**
 * Returns the Context of an attachment to whoever knows its Detach function; NULL to anybody else, or where nobody is
 * attached.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Detach     SFA_ATTACHMENT.Detach as it was attached.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
PVOID SFAAPI SfaAttachedContext(_In_ PSFA_ALLOCATOR Allocator,
                                _In_ PSFA_DETACH Detach);

/**
 * Counts a subscriber, which is an event that is enabled: while there is one, Fire is called for every frame that is
 * freed. Call it before the event is put on its list, so that no free in between is missed.
 *
 * @param[in] Allocator  The allocator.
 *
 * @retval STATUS_SUCCESS               Counted; SfaUnsubscribe() takes it back.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaSubscribe(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Takes a subscriber out of the count. Takes no lock; for that subscriber this is the last touch of the allocator,
 * which may be gone when this returns.
 *
 * @param[in] Allocator  The allocator.
 *
 * IRQL: any at which nonpaged memory can be touched.  Thread-safe.  Locks: any.  Completes no request.
 */
void SFAAPI SfaUnsubscribe(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Takes a frame for a request, or counts the request as one that waits.
 *
 * After STATUS_PENDING the caller calls SfaOweTurn(), puts the request into its queue, and calls SfaServe(). From the
 * queueing on, the request may be completed at any moment, and whatever is closed then be destroyed: the turn that is
 * owed keeps the allocator until SfaServe() has returned. A request that is cancelled is taken out of the count with
 * SfaWaiterLeft().
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Waiter     The request: never followed, only recorded.
 * @param[out] Frame      Receives the address of the frame. NULL if there is none.
 *
 * @retval STATUS_SUCCESS               The frame is the request's. (With SFA_FLAG_TRACK_OWNERS it is the driver's
 *                                      until SfaPassFrame() says whose else.)
 * @retval STATUS_PENDING               No frame was free, or others wait: the request is counted.
 * @retval STATUS_DEVICE_NOT_READY      Before SfaCommit(), or after SfaDecommit() or SfaShutdown() was called.
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_PARAMETER     Frame is NULL.
 * @retval STATUS_INVALID_DEVICE_STATE  Nobody is attached, or the IRQL is not PASSIVE_LEVEL.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_
NTSTATUS SFAAPI SfaRequestFrame(_In_ PSFA_ALLOCATOR Allocator,
                                _In_ PVOID Waiter,
                                _Outptr_result_nullonfailure_ PVOID * Frame);

/**
 * Takes the turn that the caller counted with SfaOweTurn() before it queued a request: serves requests that wait while
 * there are frames for them, or completes them without one (DismissWaiter) where no frames are handed out any more. Serves
 * nobody where another thread is serving: that one looks again. At most 64 requests; those beyond are left to
 * AskForTurn. The allocator may be gone when this returns.
 *
 * @param[in] Allocator  The allocator.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL)
void SFAAPI SfaServe(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Does what AskForTurn asked for: SfaServe(), after which that turn no longer keeps the allocator: it may be gone
 * when this returns. Exactly one call for each AskForTurn.
 *
 * @param[in] Allocator  The allocator.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL)
void SFAAPI SfaTakeTurn(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Counts a turn that the caller ends with SfaServe() after it queued a request, or else with SfaDropTurn(), once: until
 * then the allocator is in use, and SfaDestroy() answers STATUS_DEVICE_BUSY. Before a request is queued, and before
 * requests are completed that leave before their turn: a completion routine may bring about the end of the allocator.
 *
 * @param[in] Allocator  The allocator. A request of the caller's must be counted: it keeps the allocator until here.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
void SFAAPI SfaOweTurn(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Ends a turn that SfaOweTurn() counted where nothing was queued: nobody is served. The allocator may be gone when this
 * returns.
 *
 * @param[in] Allocator  The allocator.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
void SFAAPI SfaDropTurn(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Takes a request out of the count that leaves the queue before its turn: it was cancelled, or waited as long as
 * SFA_CONFIG.WaitLimit allows. For that request this is the last touch of the allocator, which may be gone when this
 * returns. Where a direct call was refused a free frame because of the request, and the frame is still free,
 * FreeNotify and Fire are called.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Waiter     The request, for the records.
 * @param[in] Status     What it is completed with. STATUS_IO_TIMEOUT counts in SFA_STATISTICS.TimedOut, all else in
 *                       Cancelled.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any but those that Fire and FreeNotify take.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
void SFAAPI SfaWaiterLeft(_In_ PSFA_ALLOCATOR Allocator,
                          _In_ PVOID Waiter,
                          _In_ NTSTATUS Status);

/**
 * Returns SFA_CONFIG.WaitLimit: whoever keeps the requests completes them when it is over. 0: never.
 *
 * @param[in] Allocator  The allocator.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL)
ULONG SFAAPI SfaWaitLimit(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Gives a frame back and, before it returns, serves requests that wait for it: as SfaFreeFrame(), but in the caller's
 * thread. At most 64 requests; those beyond are left to AskForTurn.
 *
 * @param[in] Allocator  The allocator that the frame came from.
 * @param[in] Owner      Who must hold it, as for SfaFreeFrameOf(): the request's file object, for instance, after an
 *                       SfaPassFrame() to it when the frame was handed out. NULL: the driver.
 * @param[in] Frame      Its address.
 *
 * @retval STATUS_SUCCESS               The frame is free, or a request has it.
 * @retval STATUS_INVALID_PARAMETER     As for SfaFreeFrameOf().
 * @retval STATUS_INVALID_HANDLE        Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE  The IRQL is not PASSIVE_LEVEL; the frame is still out.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL)
NTSTATUS SFAAPI SfaFreeFrameAndServe(_In_ PSFA_ALLOCATOR Allocator,
                                     _In_opt_ PVOID Owner,
                                     _In_ PVOID Frame);

#ifdef __cplusplus
}  /* extern "C" */
#endif  /* __cplusplus */


SFA_ASSERT(sizeof(SFA_ATTACHMENT) == 8 + 7 * sizeof(void *));

#endif  /* SFA_ATTACH_H */
