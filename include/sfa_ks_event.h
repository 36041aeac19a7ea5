/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * sfa_ks_event.h - the two events of KSEVENTSETID_StreamAllocator. sfa_ks.h includes it.
 *
 * FREEFRAME is signalled once for each frame that is freed, by the free itself. INTERNAL_FREEFRAME is never signalled:
 * see SfaRefuseEvent(). An event that a client enables is kept in one of three places:
 *
 *   a pin of AVStream         after SfaAttachPin(), until SfaDetachPin(): AVStream enables, disables and frees it there
 *   a list of the driver's    after SfaAttachEventList(): the driver does, with ks.sys's functions for event lists
 *   the allocator's own list  otherwise: SfaEnableEvent(), SfaDisableEvent() and SfaFreeEvents() do
 */
#ifndef SFA_KS_EVENT_H
#define SFA_KS_EVENT_H

#include "sfa.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Where events are kept ---------------------------------------------------------------------------------------- */

/**
 * Lets SfaAddEvent() put events on a pin of AVStream, and signals them there. In the pin's Create dispatch.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Pin        The pin. Must stay until SfaDetachPin(), or until SfaDestroy() or SfaAbandon() has returned
 *                       STATUS_SUCCESS.
 *
 * @retval STATUS_SUCCESS            Attached.
 * @retval STATUS_INVALID_PARAMETER  Pin is NULL.
 * @retval STATUS_DEVICE_BUSY        A pin or a list of events is attached already, or events are enabled on the
 *                                   allocator's own list.
 * @retval (any other error)         As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL.  Not beside another call that attaches or detaches.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAttachPin(_In_ PSFA_ALLOCATOR Allocator, _In_ PKSPIN Pin);

/**
 * Ends what SfaAttachPin() began: waits for a thread or DPC that is signalling events on the pin just now, and returns
 * when nobody will touch the pin any more. In the pin's Close dispatch, before anything else. (AVStream has freed the
 * pin's events by then: https://learn.microsoft.com/windows-hardware/drivers/ddi/ks/nc-ks-pfnkspinirp)
 *
 * @param[in] Allocator  The allocator. NULL and one that is not attached are ignored; never one that was destroyed.
 * @param[in] Pin        The pin. Another one than the attached one is ignored.
 *
 * IRQL: PASSIVE_LEVEL.  Not beside another call that attaches or detaches.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI SfaDetachPin(_In_opt_ PSFA_ALLOCATOR Allocator, _In_ PKSPIN Pin);

/**
 * Lets SfaAddEvent() put events on a list of the driver's own, and signals them there: for drivers that call
 * KsEnableEvent, KsDisableEvent and KsFreeEventList with that list. With a spin lock events are signalled by the call
 * that frees the frame, with any other lock by a worker thread. It stays attached until the allocator is destroyed.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] List       The list, initialised. List and lock must stay until SfaDestroy() or SfaAbandon() has returned
 *                       STATUS_SUCCESS: up to then a worker thread may be about to take the lock. So these two must not
 *                       be called with the lock held: they wait for that thread.
 * @param[in] LockType   KSEVENTS_SPINLOCK, _MUTEX, _FMUTEX, _FMUTEXUNSAFE or _ERESOURCE.
 * @param[in] Lock       The lock of that type. The driver must not hold a spin lock when it frees a frame; a lock of
 *                       another type it may.
 *
 * @retval STATUS_SUCCESS            Attached.
 * @retval STATUS_NOT_SUPPORTED      LockType is KSEVENTS_NONE, _INTERRUPT or unknown.
 * @retval STATUS_INVALID_PARAMETER  List or Lock is NULL.
 * @retval STATUS_DEVICE_BUSY        A pin or a list of events is attached already, or events are enabled.
 * @retval (any other error)         As for SfaAttachKs().
 *
 * IRQL: PASSIVE_LEVEL.  Not beside another call that attaches or detaches.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAttachEventList(_In_ PSFA_ALLOCATOR Allocator, _In_ PLIST_ENTRY List, _In_ KSEVENTS_LOCKTYPE LockType,
                       _In_ PVOID Lock);

/* --- Handlers and rows -------------------------------------------------------------------------------------------- */

/** Bytes of ExtraEntryData that SfaAddEvent() needs in the row of an event. */
#define SFA_KSEVENT_EXTRA 16

/**
 * Enables KSEVENT_STREAMALLOCATOR_FREEFRAME for a client: forward the AddHandler of the row here. The handler finds its
 * allocator by itself, for instance through KsGetPinFromIrp(Irp)->Context. After this call it must not touch Entry: a
 * one-shot event may have been signalled and freed.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The IRP of the AddHandler.
 * @param[in] EventData  The event data of the AddHandler.
 * @param[in] Entry      The entry of the AddHandler.
 *
 * @retval STATUS_SUCCESS                 Enabled: it is signalled for every frame that is freed from now on. Frames
 *                                        need not be committed.
 * @retval STATUS_INVALID_DEVICE_REQUEST  The row is not that of FREEFRAME; or the request says that it comes from the
 *                                        kernel, but names memory of user mode.
 * @retval STATUS_INVALID_PARAMETER       The row has less than SFA_KSEVENT_EXTRA bytes of ExtraEntryData.
 * @retval STATUS_INSUFFICIENT_RESOURCES  The client has 64 events enabled (user mode, on the allocator's own list), or
 *                                        memory ran out.
 * @retval STATUS_DEVICE_NOT_READY        Plug-in C only: the last handle of the allocator object was closed, or
 *                                        SfaShutdownDevice() was called.
 * @retval (any other error)              As for SfaAttachKs(), or what KsDefaultAddEventHandler answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any but the one that guards the events.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) _Must_inspect_result_ NTSTATUS SFAAPI
    SfaAddEvent(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp, _In_ PKSEVENTDATA EventData, _In_ PKSEVENT_ENTRY Entry);

/**
 * A RemoveHandler (PFNKSREMOVEEVENT) for rows whose AddHandler forwards to SfaAddEvent(): takes the entry off its list,
 * and no lock. For the tables of ks.sys only.
 *
 * IRQL: <= DISPATCH_LEVEL.  Thread-safe.  Locks: any, with that of the list or without.  Completes no request.
 */
_IRQL_requires_max_(DISPATCH_LEVEL) void SfaRemoveEvent(_In_ PFILE_OBJECT FileObject, _In_ PKSEVENT_ENTRY Entry);

/**
 * An AddHandler (PFNKSADDEVENT) that always answers STATUS_INVALID_DEVICE_REQUEST: for the row of
 * KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, which is not for clients. Basic support goes on answering.
 *
 * That event is how an allocator is meant to serve requests that wait. Here the library serves them (SfaMethodAlloc());
 * a driver that keeps its waiting requests itself attaches its queue (sfa_attach.h), or has SFA_CONFIG.FreeNotify
 * called.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS
    SfaRefuseEvent(_In_ PIRP Irp, _In_ PKSEVENTDATA EventData, _In_ PKSEVENT_ENTRY Entry);

/** The row of FREEFRAME in a KSEVENT_ITEM table; AddThunk is a PFNKSADDEVENT that forwards to SfaAddEvent(). */
#define SFA_KSEVENT_ITEM_FREEFRAME(AddThunk)                                                                           \
    {KSEVENT_STREAMALLOCATOR_FREEFRAME, sizeof(KSEVENTDATA), SFA_KSEVENT_EXTRA, (AddThunk), SfaRemoveEvent, NULL}
/** The row of INTERNAL_FREEFRAME. */
#define SFA_KSEVENT_ITEM_INTERNAL_FREEFRAME                                                                            \
    {KSEVENT_STREAMALLOCATOR_INTERNAL_FREEFRAME, sizeof(KSEVENTDATA), SFA_KSEVENT_EXTRA, SfaRefuseEvent, NULL, NULL}

/* --- The allocator's own list ------------------------------------------------------------------------------------- */

/**
 * Answers IOCTL_KS_ENABLE_EVENT for the two events, on the allocator's own list. Does not complete the IRP.
 *
 * @param[in] Allocator  The allocator.
 * @param[in] Irp        The request.
 *
 * @retval STATUS_SUCCESS                 Enabled, or the support query is answered.
 * @retval STATUS_INVALID_DEVICE_REQUEST  INTERNAL_FREEFRAME; or the request says that it comes from the kernel, but
 *                                        names memory of user mode.
 * @retval STATUS_INVALID_DEVICE_STATE    A pin or a list is attached: events are kept there.
 * @retval STATUS_DEVICE_NOT_READY        Plug-in C only: the last handle of the allocator object was closed, or
 *                                        SfaShutdownDevice() was called.
 * @retval (any other error)              As for SfaAddEvent(), or what KsEnableEvent answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
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
 * @retval (any other error)    As for SfaAttachKs(), or what KsDisableEvent answered.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) NTSTATUS SFAAPI SfaDisableEvent(_In_ PSFA_ALLOCATOR Allocator, _In_ PIRP Irp);

/**
 * Frees the events that a client has on the allocator's own list: in IRP_MJ_CLEANUP, and again when the object ends.
 * (Not in IRP_MJ_CLOSE itself if that may come at APC_LEVEL, but in a work item that it queues.)
 *
 * @param[in] Allocator   The allocator; NULL is ignored.
 * @param[in] FileObject  The client. Only compared: it may be gone.
 *
 * IRQL: PASSIVE_LEVEL.  Thread-safe.  Locks: any.  Completes no request.
 */
_IRQL_requires_(PASSIVE_LEVEL) void SFAAPI
    SfaFreeEvents(_In_opt_ PSFA_ALLOCATOR Allocator, _In_ PFILE_OBJECT FileObject);

#ifdef __cplusplus
}
#endif

#endif /* SFA_KS_EVENT_H */
