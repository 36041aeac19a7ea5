/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sfa_ks.h - requests that wait, the two events, and the allocator object, for drivers that link ks.lib.
 *
 * Compile ks.c with the driver, beside nt.c. docs/driver-guide.md goes through the five ways to plug in, line by line:
 *
 *   0  a pool that the driver owns (sfa.h alone), with FREEFRAME rows in the pin's automation table (sfa_ks_event.h)
 *   A  KSPIN_DISPATCH.Allocator = &SfaPinAllocatorDispatch                                         (sfa_ks_object.h)
 *   B  a create item with SfaCreateDefault: ks.sys's own allocator object over frames of this library       (the same)
 *   C  a create item with SfaDispatchCreate: the whole allocator object, and SfaHookCleanup in DriverEntry  (the same)
 *   D  handlers of the driver's own that forward to SfaMethodAlloc, SfaAddEvent and the like (here, sfa_ks_event.h)
 *
 * Words and last lines of comments are those of sfa.h. Functions without SFAAPI go into tables of ks.sys and have the
 * compiler's default calling convention, as ks.h wants it.
 */
#ifndef SFA_KS_H
#define SFA_KS_H

#include "sfa.h"
#include "sfa_ks_event.h"
#include "sfa_ks_object.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Gives an allocator what requests and events need: a queue, a list of events, a counted worker. The other functions of
 * these headers do it where it is missing; a driver that cannot bear them to fail for want of memory calls this first.
 * SfaDestroy() and SfaAbandon() undo it.
 *
 * @param[in] Allocator  The allocator.
 *
 * @retval STATUS_SUCCESS                 Attached now, or before.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 * @retval STATUS_DEVICE_BUSY             The driver attached itself with SfaAttach().
 * @retval STATUS_INSUFFICIENT_RESOURCES  Nonpaged pool ran out.
 * @retval STATUS_INVALID_DEVICE_STATE    The IRQL is not PASSIVE_LEVEL.
 * @retval (any other error)              What KsRegisterCountedWorker answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI SfaAttachKs(_In_ PSFA_ALLOCATOR Allocator);

/* --- Methods ------------------------------------------------------------------------------------------------------ */

/**
 * KSMETHOD_STREAMALLOCATOR_ALLOC: a frame at once, or the IRP waits until one is free, first come, first served. A
 * handler that forwards here returns the result and does not touch the IRP after STATUS_PENDING.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Irp        The IRP of the method handler. Its current stack location must have a file object: that says
 *                        whose request it is. The sender's reference keeps it, as for any IRP.
 * @param[in]  Request    The request of the method handler.
 * @param[out] Data       The data of the method handler: receives the frame.
 *
 * @retval STATUS_SUCCESS                 Data and Irp->IoStatus.Information are written. With SFA_FLAG_TRACK_OWNERS the
 *                                        IRP's file object holds the frame, also where the request waits.
 * @retval STATUS_PENDING                 The IRP is marked pending and waits. It is completed once, perhaps before this
 *                                        call returns: with STATUS_SUCCESS and a frame; with STATUS_CANCELLED when it
 *                                        is cancelled, when frames are decommitted, or (plug-in C) when the last handle
 *                                        is closed; with STATUS_IO_TIMEOUT when it has waited for SFA_CONFIG.WaitLimit;
 *                                        with the reason given to SfaShutdown() or SfaShutdownDevice(); or,
 *                                        if the frame could not be put into the request, with what
 *                                        KsDispatchSpecificMethod answered, STATUS_UNSUCCESSFUL if that was no error,
 *                                        or the driver took the frame away meanwhile.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode.
 * @retval STATUS_DEVICE_NOT_READY        No frames are committed, or SfaDecommit() or SfaShutdown() was called.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 * @retval STATUS_DEVICE_BUSY             The driver attached itself with SfaAttach().
 * @retval STATUS_INSUFFICIENT_RESOURCES  Nonpaged pool ran out in the SfaAttachKs() that the first call makes. (Where
 *                                        no frame is free, the request waits.)
 * @retval STATUS_INVALID_DEVICE_STATE    The IRQL is not PASSIVE_LEVEL.
 * @retval (any other error)              What KsRegisterCountedWorker answered, in the first call.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaMethodAlloc(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request, _Out_ PVOID *Data);

/**
 * KSMETHOD_STREAMALLOCATOR_FREE: gives a frame back, signals FREEFRAME, and completes requests that wait (at most 64;
 * the worker completes those beyond).
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The IRP of the method handler.
 * @param[in] Request    The request of the method handler.
 * @param[in] Data       The data of the method handler: the frame.
 *
 * @retval STATUS_SUCCESS                 The frame is free, or a request has it.
 * @retval STATUS_INVALID_PARAMETER       It is not a frame of this allocator that is out; with SFA_FLAG_TRACK_OWNERS,
 *                                        not one that the IRP's file object holds. Counted.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 * @retval STATUS_INVALID_DEVICE_STATE    The IRQL is not PASSIVE_LEVEL; the frame is still out.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: none.  Completes requests.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaMethodFree(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request, _In_ PVOID const *Data);

/**
 * Completes the requests that a client has waiting, with STATUS_CANCELLED: in IRP_MJ_CLEANUP of a client, where the
 * allocator serves other clients, too. (Where it serves this one alone: SfaShutdown().) A request that comes later
 * waits as before, and one whose SfaMethodAlloc() has not returned yet may be missed: so the driver first marks the
 * client as gone, refuses what comes later, and calls this again where SfaMethodAlloc() answers STATUS_PENDING for a
 * client that is gone. One that is just being served gets its frame: what the client holds is freed once more in
 * IRP_MJ_CLOSE (docs/driver-guide.md, plug-in D).
 *
 * @param[in] Allocator   The allocator; NULL is ignored.
 * @param[in] FileObject  The client: requests whose current stack location has this file object.
 *
 * IRQL: PASSIVE_LEVEL; at another one nothing is done.  Thread-safe.  Locks: none.  Completes requests: those, and late
 * ones (SFA_CONFIG.WaitLimit) that it meets. One of its own that it meets in the hands of the limit's DPC is completed
 * by that, perhaps a moment after this returns.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI
    SfaCancelRequests(_In_opt_ PSFA_ALLOCATOR Allocator, _In_ PFILE_OBJECT FileObject);

/** Rows of a KSMETHOD_ITEM table; each thunk is a PFNKSHANDLER that forwards to the function above. */
#define SFA_KSMETHOD_ITEM_ALLOC(Thunk)                                                                                 \
    {KSMETHOD_STREAMALLOCATOR_ALLOC, {(Thunk)}, sizeof(KSMETHOD), sizeof(PVOID), NULL, KSMETHOD_TYPE_WRITE}
#define SFA_KSMETHOD_ITEM_FREE(Thunk)                                                                                  \
    {KSMETHOD_STREAMALLOCATOR_FREE, {(Thunk)}, sizeof(KSMETHOD), sizeof(PVOID), NULL, KSMETHOD_TYPE_READ}

/* --- Properties --------------------------------------------------------------------------------------------------- */

/**
 * KSPROPERTY_STREAMALLOCATOR_STATUS: the framing in force and the number of frames out, as SfaQueryFraming() has them.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Irp        The IRP of the property handler.
 * @param[in]  Request    The request of the property handler.
 * @param[out] Data       The data of the property handler: receives the answer.
 *
 * @retval STATUS_SUCCESS           Data and Irp->IoStatus.Information are written.
 * @retval STATUS_DEVICE_NOT_READY  No frames are committed.
 * @retval STATUS_INVALID_HANDLE    Allocator is NULL or not alive.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaPropertyStatus(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request,
                      _Out_ PKSSTREAMALLOCATOR_STATUS Data);

/**
 * KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE: for kernel clients of nonpaged frames.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Irp        The IRP of the property handler.
 * @param[in]  Request    The request of the property handler.
 * @param[in]  Table      The driver's two functions: they find the allocator through the file object that they get, and
 *                        call SfaAllocateFrame() and SfaFreeFrame(); with SFA_FLAG_TRACK_OWNERS SfaAllocateFrameFor()
 *                        and SfaFreeFrameOf() with that file object. Clients call them at IRQL <= DISPATCH_LEVEL. The
 *                        table is copied and need not stay; its functions must, for as long as a client has them.
 * @param[out] Data       The data of the property handler: receives the table.
 *
 * @retval STATUS_SUCCESS                 Data and Irp->IoStatus.Information are written.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode, or the frames
 *                                        are pageable.
 * @retval STATUS_DEVICE_NOT_READY        No frames are committed.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaPropertyFunctionTable(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request,
                             _In_ const KSSTREAMALLOCATOR_FUNCTIONTABLE *Table,
                             _Out_ PKSSTREAMALLOCATOR_FUNCTIONTABLE Data);

/** Rows of a KSPROPERTY_ITEM table; each thunk is a PFNKSHANDLER that forwards to the function of that name. */
#define SFA_KSPROPERTY_ITEM_STATUS(Thunk)                                                                              \
    {KSPROPERTY_STREAMALLOCATOR_STATUS,                                                                                \
     {(Thunk)},                                                                                                        \
     sizeof(KSPROPERTY),                                                                                               \
     sizeof(KSSTREAMALLOCATOR_STATUS),                                                                                 \
     {NULL},                                                                                                           \
     NULL,                                                                                                             \
     0,                                                                                                                \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     0}
#define SFA_KSPROPERTY_ITEM_FUNCTIONTABLE(Thunk)                                                                       \
    {KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE,                                                                         \
     {(Thunk)},                                                                                                        \
     sizeof(KSPROPERTY),                                                                                               \
     sizeof(KSSTREAMALLOCATOR_FUNCTIONTABLE),                                                                          \
     {NULL},                                                                                                           \
     NULL,                                                                                                             \
     0,                                                                                                                \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     0}

#ifdef __cplusplus
}
#endif

#endif /* SFA_KS_H */
