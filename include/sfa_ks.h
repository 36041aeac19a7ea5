/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sfa_ks.h - requests that wait, the two events, and the allocator object, for drivers that link ks.lib.
 *
 * Compile ks.c with the driver, beside nt.c. docs/driver-guide.md goes through the five ways to plug in, line by line:
 *
 *   0  a pool that the driver owns (sfa.h alone), with FREEFRAME rows in the pin's automation table
 *   A  KSPIN_DISPATCH.Allocator = &SfaPinAllocatorDispatch
 *   B  a create item with SfaCreateDefault: ks.sys's own allocator object over frames of this library
 *   C  a create item with SfaDispatchCreate: the whole allocator object, and SfaHookCleanup in DriverEntry
 *   D  handlers of the driver's own that forward to SfaMethodAlloc, SfaAddEvent and the like
 *
 * Conventions are those of sfa.h. Functions without SFAAPI go into tables of ks.sys and have the compiler's default
 * calling convention, as ks.h wants it. "Completes IRPs" says that completion routines run in the caller's thread.
 */
#ifndef SFA_KS_H
#define SFA_KS_H

#include "sfa.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Attaching -------------------------------------------------------------------------------------------------- */

/**
 * Gives an allocator what requests and events need: a queue, a list of events, a counted worker. The other functions of
 * this header do it where it is missing; a driver that cannot bear them to fail for want of memory calls this first.
 * SfaDestroy() undoes it.
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
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI SfaAttachKs(_In_ PSFA_ALLOCATOR Allocator);

/**
 * Lets SfaAddEvent() put events on a pin of AVStream, and fires them there. In the pin's Create dispatch.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Pin        The pin. Must stay until SfaDetachPin().
 *
 * @retval STATUS_SUCCESS            Attached.
 * @retval STATUS_INVALID_PARAMETER  Pin is NULL.
 * @retval STATUS_DEVICE_BUSY        A pin or a list of events is attached already.
 * @retval (any other error)         As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL.  Not beside another call that attaches or detaches.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAttachPin(_In_ PSFA_ALLOCATOR Allocator, _In_ PKSPIN Pin);

/**
 * Ends what SfaAttachPin() began: waits for a thread or DPC that is firing events on the pin just now, and returns when
 * nobody will touch the pin any more. In the pin's Close dispatch, before anything else. (AVStream has freed the pin's
 * events by then: https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nc-ks-pfnkspinirp)
 *
 * @param[in] Allocator  The allocator. NULL and one that is not attached are ignored.
 * @param[in] Pin        The pin. Another one than the attached one is ignored.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaDetachPin(_In_ PSFA_ALLOCATOR Allocator, _In_ PKSPIN Pin);

/**
 * Lets SfaAddEvent() put events on a list of the driver's own, and fires them there: for drivers that call
 * KsEnableEvent, KsDisableEvent and KsFreeEventList with that list. With a spin lock events are fired by the call that
 * frees the frame, with any other lock by a worker thread.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] List       The list. Must stay until SfaDestroy().
 * @param[in] LockType   KSEVENTS_SPINLOCK, _MUTEX, _FMUTEX, _FMUTEXUNSAFE or _ERESOURCE.
 * @param[in] Lock       The lock of that type. The driver must not hold it when it frees a frame.
 *
 * @retval STATUS_SUCCESS            Attached.
 * @retval STATUS_INVALID_PARAMETER  List or Lock is NULL.
 * @retval STATUS_NOT_SUPPORTED      LockType is KSEVENTS_NONE, _INTERRUPT or unknown.
 * @retval STATUS_DEVICE_BUSY        A pin or a list of events is attached already, or events are enabled.
 * @retval (any other error)         As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL.  Not beside another call that attaches or detaches.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAttachEventList(_In_ PSFA_ALLOCATOR Allocator, _In_ PLIST_ENTRY List, _In_ KSEVENTS_LOCKTYPE LockType,
                       _In_ PVOID Lock);

/* --- Events: forwarders ------------------------------------------------------------------------------------------ */

/** Bytes of ExtraEntryData that SfaAddEvent() needs in the row of an event. */
#define SFA_KSEVENT_EXTRA 16

/**
 * Enables KSEVENT_STREAMALLOCATOR_FREEFRAME for a client: forward the AddHandler of the row here. It finds its
 * allocator by itself, for instance through KsGetPinFromIrp(Irp)->Context. After this call the handler must not touch
 * Entry: a one-shot event may have been fired and freed.
 *
 * The event is put on the attached pin, on the attached list, or where there is neither on the allocator's own list
 * (for which SfaEnableEvent(), SfaDisableEvent() and SfaFreeEvents() stand).
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The IRP of the AddHandler.
 * @param[in] EventData  The event data of the AddHandler.
 * @param[in] Entry      The entry of the AddHandler.
 *
 * @retval STATUS_SUCCESS                 Enabled: every frame that comes back from now on is heard of.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The row is not that of FREEFRAME; or the request says that it comes from the
 *                                        kernel, but names memory of user mode.
 * @retval STATUS_INVALID_PARAMETER       The row has less than SFA_KSEVENT_EXTRA bytes of ExtraEntryData.
 * @retval STATUS_INSUFFICIENT_RESOURCES  The client has 64 events enabled (user mode, on the allocator's own list), or
 *                                        memory ran out.
 * @retval STATUS_DEVICE_NOT_READY        The last handle of the allocator object was closed.
 * @retval (any other error)              As for SfaAttachKs(), or what KsDefaultAddEventHandler answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAddEvent(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSEVENTDATA EventData, _In_ PKSEVENT_ENTRY Entry);

/**
 * A RemoveHandler (PFNKSREMOVEEVENT) for rows whose AddHandler forwards to SfaAddEvent(): takes the entry off its list,
 * and no lock. For the tables of ks.sys only.
 *
 * IRQL: <= DISPATCH_LEVEL, with the lock of the list held or not.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) void SfaRemoveEvent(_In_ PFILE_OBJECT FileObject, _In_ PKSEVENT_ENTRY Entry);

/**
 * An AddHandler (PFNKSADDEVENT) that always answers STATUS_INVALID_DEVICE_REQUEST: for the row of
 * KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, which is not for clients. Basic support goes on answering. A driver that
 * keeps its waiting requests itself gets that event as SFA_CONFIG.FreeNotify, or attaches itself (sfa_attach.h).
 *
 * IRQL: PASSIVE_LEVEL.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS
    SfaRefuseEvent(_In_ PIRP Irp, _In_ PKSEVENTDATA EventData, _In_ PKSEVENT_ENTRY Entry);

/** The row of FREEFRAME in a KSEVENT_ITEM table; AddThunk is a PFNKSADDEVENT that forwards to SfaAddEvent(). */
#define SFA_KSEVENT_ITEM_FREEFRAME(AddThunk)                                                                           \
    {KSEVENT_STREAMALLOCATOR_FREEFRAME, sizeof(KSEVENTDATA), SFA_KSEVENT_EXTRA, (AddThunk), SfaRemoveEvent, NULL}
/** The row of INTERNAL_FREEFRAME. */
#define SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME                                                                            \
    {KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, sizeof(KSEVENTDATA), SFA_KSEVENT_EXTRA, SfaRefuseEvent, NULL, NULL}

/**
 * Answers IOCTL_KS_ENABLE_EVENT for the two events, on the allocator's own list. Does not complete the IRP.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The request.
 *
 * @retval STATUS_SUCCESS                 Enabled, or the support query is answered.
 * @retval STATUS_INVALID_DEVICE_REQUEST  INTERNAL_FREEFRAME; or the request says that it comes from the kernel, but
 * names memory of user mode.
 * @retval STATUS_DEVICE_NOT_READY        The last handle of the allocator object was closed.
 * @retval (any other error)              As for SfaAddEvent(), or what KsEnableEvent answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaEnableEvent(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp);

/**
 * Answers IOCTL_KS_DISABLE_EVENT for the allocator's own list. Does not complete the IRP. In a driver with a second
 * list: where the input length is 0 all events are meant, so call this and KsDisableEvent for that list; otherwise the
 * one that does not answer STATUS_UNSUCCESSFUL had the event.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The request.
 *
 * @retval STATUS_SUCCESS       Disabled.
 * @retval STATUS_UNSUCCESSFUL  The event is not on this list.
 * @retval (any other error)    STATUS_INVALID_HANDLE, or what KsDisableEvent answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI SfaDisableEvent(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp);

/**
 * Frees the events that a client has on the allocator's own list: in IRP_MJ_CLEANUP and again in IRP_MJ_CLOSE.
 *
 * @param[in] Allocator   The allocator; NULL is ignored.
 * @param[in] FileObject  The client.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaFreeEvents(_In_ PSFA_ALLOCATOR Allocator, _In_ PFILE_OBJECT FileObject);

/* --- Methods and properties: forwarders --------------------------------------------------------------------------- */

/**
 * KSMETHOD_STREAMALLOCATOR_ALLOC: a frame at once, or the IRP waits until one is free, first come, first served. A
 * handler that forwards here returns the result and does not touch the IRP after STATUS_PENDING.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Irp        The IRP of the method handler.
 * @param[in]  Request    The request of the method handler.
 * @param[out] Data       The data of the method handler: receives the frame.
 *
 * @retval STATUS_SUCCESS                 Data and Irp->IoStatus.Information are written.
 * @retval STATUS_PENDING                 The IRP is marked pending and waits. It is completed with STATUS_SUCCESS and a
 *                                        frame; with STATUS_CANCELLED when it is cancelled, or frames are decommitted,
 * or the last handle is closed; with the reason given to SfaShutdown(); or with what KsDispatchSpecificMethod answered
 * if it failed.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode.
 * @retval STATUS_DEVICE_NOT_READY        No frames are committed.
 * @retval (any other error)              As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL, no lock held.  Thread-safe.  Completes IRPs.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaMethodAlloc(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request, _Out_ PVOID *Data);

/**
 * KSMETHOD_STREAMALLOCATOR_FREE: gives a frame back, and completes requests that wait for it (at most 64).
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The IRP of the method handler.
 * @param[in] Request    The request of the method handler.
 * @param[in] Data       The data of the method handler: the frame.
 *
 * @retval STATUS_SUCCESS                 The frame is free, or a request has it.
 * @retval STATUS_INVALID_PARAMETER       It is not a frame of this allocator that is out; counted.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode.
 * @retval (any other error)              As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL, no lock held.  Thread-safe.  Completes IRPs.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaMethodFree(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request, _In_ PVOID const *Data);

/** Rows of a KSMETHOD_ITEM table; each thunk is a PFNKSHANDLER that forwards to the function above. */
#define SFA_KSMETHOD_ITEM_ALLOC(Thunk)                                                                                 \
    {KSMETHOD_STREAMALLOCATOR_ALLOC, {(Thunk)}, sizeof(KSMETHOD), sizeof(PVOID), NULL, KSMETHOD_TYPE_WRITE}
#define SFA_KSMETHOD_ITEM_FREE(Thunk)                                                                                  \
    {KSMETHOD_STREAMALLOCATOR_FREE, {(Thunk)}, sizeof(KSMETHOD), sizeof(PVOID), NULL, KSMETHOD_TYPE_READ}

/**
 * KSPROPERTY_STREAMALLOCATOR_STATUS: the framing in force and the number of frames out.
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
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaPropertyStatus(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request,
                      _Out_ PKSSTREAMALLOCATOR_STATUS Data);

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

/**
 * KSPROPERTY_STREAMALLOCATOR_FUNCTIONTABLE: for kernel clients of nonpaged frames.
 *
 * @param[in]  Allocator  The allocator.
 * @param[in]  Irp        The IRP of the property handler.
 * @param[in]  Request    The request of the property handler.
 * @param[in]  Table      The driver's two functions: they find the allocator through the file object that they get, and
 *                        call SfaAllocateFrame() and SfaFreeFrame().
 * @param[out] Data       The data of the property handler: receives the table.
 *
 * @retval STATUS_SUCCESS                 Data and Irp->IoStatus.Information are written.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The request comes from user mode, or names memory of user mode, or the frames
 *                                        are pageable.
 * @retval STATUS_DEVICE_NOT_READY        No frames are committed.
 * @retval STATUS_INVALID_HANDLE          Allocator is NULL or not alive.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI
    SfaPropertyFunctionTable(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSIDENTIFIER Request,
                             _In_ const KSSTREAMALLOCATOR_FUNCTIONTABLE *Table,
                             _Out_ PKSSTREAMALLOCATOR_FUNCTIONTABLE Data);

#ifdef __cplusplus
}
#endif

#include "sfa_ks_object.h"

#endif /* SFA_KS_H */
