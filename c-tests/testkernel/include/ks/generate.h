/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The functions that enable, disable and generate events. */
#ifndef KS_GENERATE_H
#define KS_GENERATE_H

#include "event.h"

typedef enum {
    KSEVENTS_NONE,
    KSEVENTS_SPINLOCK,
    KSEVENTS_MUTEX,
    KSEVENTS_FMUTEX,
    KSEVENTS_FMUTEXUNSAFE,
    KSEVENTS_INTERRUPT,
    KSEVENTS_ERESOURCE
} KSEVENTS_LOCKTYPE;

typedef BOOLEAN (*PFNKSGENERATEEVENTCALLBACK)(PVOID Context, PKSEVENT_ENTRY EventEntry);

EXTERN_C_START
/* PASSIVE_LEVEL. List and lock are for items without an AddHandler only. */
NTSTATUS NTAPI KsEnableEvent(PIRP Irp, ULONG EventSetsCount, const KSEVENT_SET *EventSet, PLIST_ENTRY EventsList,
                             KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock);
NTSTATUS NTAPI KsEnableEventWithAllocator(PIRP Irp, ULONG EventSetsCount, const KSEVENT_SET *EventSet,
                                          PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock,
                                          PFNKSALLOCATOR Allocator, ULONG EventItemSize);
NTSTATUS NTAPI KsDisableEvent(PIRP Irp, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock);
VOID NTAPI KsFreeEventList(PFILE_OBJECT FileObject, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags,
                           PVOID EventsLock);
VOID NTAPI KsDiscardEvent(PKSEVENT_ENTRY EventEntry);
/* Any IRQL. A one-shot entry is invalid on return. */
NTSTATUS NTAPI KsGenerateEvent(PKSEVENT_ENTRY EventEntry);
/* With the list lock held. */
NTSTATUS NTAPI KsGenerateDataEvent(PKSEVENT_ENTRY EventEntry, ULONG DataSize, PVOID Data);
VOID NTAPI KsGenerateEventList(GUID *Set, ULONG EventId, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags,
                               PVOID EventsLock);

/* AVStream's: of the list that an object of its own has. */
VOID NTAPI KsGenerateEvents(PVOID Object, const GUID *EventSet, ULONG EventId, ULONG DataSize, PVOID Data,
                            PFNKSGENERATEEVENTCALLBACK CallBack, PVOID CallBackContext);
VOID NTAPI KsAddEvent(PVOID Object, PKSEVENT_ENTRY EventEntry);
NTSTATUS NTAPI KsDefaultAddEventHandler(PIRP Irp, PKSEVENTDATA EventData, PKSEVENT_ENTRY EventEntry);
EXTERN_C_END

#endif
