/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists of events under locks of the driver's: disabling, freeing, firing. */
#include "event.h"

KIRQL KsLockEvents(KSEVENTS_LOCKTYPE Type, PVOID Lock)
{
    KIRQL irql = PASSIVE_LEVEL;
    switch (Type) {
    case KSEVENTS_NONE:
        break;
    case KSEVENTS_SPINLOCK:
        KeAcquireSpinLock((PKSPIN_LOCK)Lock, &irql);
        break;
    case KSEVENTS_MUTEX:
        (VOID) KeWaitForSingleObject(Lock, Executive, KernelMode, FALSE, NULL);
        break;
    case KSEVENTS_FMUTEX:
        ExAcquireFastMutex((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        KeEnterCriticalRegion();
        ExAcquireFastMutexUnsafe((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_ERESOURCE:
        KeEnterCriticalRegion();
        (VOID) ExAcquireResourceExclusiveLite((PERESOURCE)Lock, TRUE);
        break;
    default:
        KS_BREACH("ks-event-lock", "a list of events with a lock of type %d", (int)Type);
        break;
    }
    return irql;
}

VOID KsUnlockEvents(KSEVENTS_LOCKTYPE Type, PVOID Lock, KIRQL Irql)
{
    switch (Type) {
    case KSEVENTS_SPINLOCK:
        KeReleaseSpinLock((PKSPIN_LOCK)Lock, Irql);
        break;
    case KSEVENTS_MUTEX:
        (VOID) KeReleaseMutex((PRKMUTEX)Lock, FALSE);
        break;
    case KSEVENTS_FMUTEX:
        ExReleaseFastMutex((PFAST_MUTEX)Lock);
        break;
    case KSEVENTS_FMUTEXUNSAFE:
        ExReleaseFastMutexUnsafe((PFAST_MUTEX)Lock);
        KeLeaveCriticalRegion();
        break;
    case KSEVENTS_ERESOURCE:
        ExReleaseResourceLite((PERESOURCE)Lock);
        KeLeaveCriticalRegion();
        break;
    default:
        break;
    }
}

BOOLEAN KsEntryIsLinked(const KSEVENT_ENTRY *Entry)
{
    const LIST_ENTRY *link = &Entry->ListEntry;
    return (BOOLEAN)(link->Flink != NULL && link->Flink != link && link->Flink->Blink == link);
}

VOID KsUnlinkEntry(PKSEVENT_ENTRY Entry)
{
    PFNKSREMOVEEVENT remove = Entry->EventItem->RemoveHandler;
    if (remove == NULL)
        (VOID) RemoveEntryList(&Entry->ListEntry);
    else {
        KIRQL irql = KeGetCurrentIrql();
        remove(Entry->FileObject, Entry);
        if (KeGetCurrentIrql() != irql)
            KS_BREACH("ks-handler-irql", "a RemoveHandler called at IRQL %d came back at %d", (int)irql,
                      (int)KeGetCurrentIrql());
        if (!TkKsEvents()->RemoveHandlerUnlocked && KsEntryIsLinked(Entry))
            KS_BREACH("ks-event-linked", "a RemoveHandler left its entry on the list");
    }
}

/* The first entry of a client, or the one that has this address there. */
static PKSEVENT_ENTRY find(PFILE_OBJECT file, PLIST_ENTRY list, BOOLEAN any, const VOID *identity)
{
    PLIST_ENTRY link;
    for (link = list->Flink; link != list; link = link->Flink) {
        PKSEVENT_ENTRY entry = CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry);
        if (entry->FileObject == file && (entry->Flags & KSEVENT_ENTRY_DELETED) == 0 &&
            (any || (const VOID *)entry->EventData == identity))
            return entry;
    }
    return NULL;
}

BOOLEAN KsEntryIsListed(PFILE_OBJECT FileObject, PLIST_ENTRY List, KSEVENTS_LOCKTYPE Type, PVOID Lock,
                        const VOID *Identity)
{
    KIRQL irql = KsLockEvents(Type, Lock);
    PKSEVENT_ENTRY entry = find(FileObject, List, FALSE, Identity);
    KsUnlockEvents(Type, Lock, irql);
    return (BOOLEAN)(entry != NULL);
}

static BOOLEAN remove_one(PFILE_OBJECT file, PLIST_ENTRY list, KSEVENTS_LOCKTYPE type, PVOID lock, BOOLEAN any,
                          const VOID *identity)
{
    BOOLEAN unlocked = TkKsEvents()->RemoveHandlerUnlocked;
    KIRQL irql = KsLockEvents(type, lock);
    PKSEVENT_ENTRY entry = find(file, list, any, identity);
    if (entry != NULL)
        entry->Flags |= KSEVENT_ENTRY_DELETED; /* so that nobody else removes it */
    if (entry != NULL && !unlocked)
        KsUnlinkEntry(entry);
    KsUnlockEvents(type, lock, irql);
    if (entry != NULL && unlocked)
        KsUnlinkEntry(entry);
    if (entry != NULL)
        KsDiscardEvent(entry);
    return (BOOLEAN)(entry != NULL);
}

VOID NTAPI KsFreeEventList(PFILE_OBJECT FileObject, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags,
                           PVOID EventsLock)
{
    KS_PASSIVE("KsFreeEventList");
    while (remove_one(FileObject, EventsList, EventsFlags, EventsLock, TRUE, NULL)) {
    }
}

NTSTATUS NTAPI KsDisableEvent(PIRP Irp, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG bytes = stack->Parameters.DeviceIoControl.InputBufferLength;
    KS_PASSIVE("KsDisableEvent");
    Irp->IoStatus.Information = 0;
    if (KS_FAILS("KsDisableEvent"))
        return STATUS_INSUFFICIENT_RESOURCES;
    if (bytes == 0) {
        KsFreeEventList(stack->FileObject, EventsList, EventsFlags, EventsLock);
        return STATUS_SUCCESS;
    }
    if (bytes < sizeof(KSEVENTDATA))
        return STATUS_INVALID_BUFFER_SIZE;
    /* Only the address says which one: nothing is read. */
    return remove_one(stack->FileObject, EventsList, EventsFlags, EventsLock, FALSE,
                      stack->Parameters.DeviceIoControl.Type3InputBuffer)
               ? STATUS_SUCCESS
               : STATUS_UNSUCCESSFUL;
}

NTSTATUS KsFireEntry(PKSEVENT_ENTRY Entry)
{
    NTSTATUS status;
    if ((Entry->Flags & KSEVENT_ENTRY_DELETED) != 0)
        return STATUS_SUCCESS; /* somebody is about to take it off */
    status = KsSignalEntry(Entry);
    if ((Entry->Flags & KSEVENT_ENTRY_ONESHOT) != 0) {
        Entry->Flags |= KSEVENT_ENTRY_DELETED;
        KsUnlinkEntry(Entry);
        KsEndEntry(Entry, FALSE);
    }
    return status;
}

NTSTATUS NTAPI KsGenerateEvent(PKSEVENT_ENTRY EventEntry)
{
    KS_IRQL("KsGenerateEvent", DISPATCH_LEVEL); /* above, KS would go through a DPC: not simulated */
    return KsFireEntry(EventEntry);
}

/* No entry here is buffered, so there is nothing to keep the data in. */
NTSTATUS NTAPI KsGenerateDataEvent(PKSEVENT_ENTRY EventEntry, ULONG DataSize, PVOID Data)
{
    (VOID) DataSize;
    (VOID) Data;
    return KsGenerateEvent(EventEntry);
}

VOID NTAPI KsGenerateEventList(GUID *Set, ULONG EventId, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags,
                               PVOID EventsLock)
{
    PLIST_ENTRY link, next;
    KIRQL irql;
    KS_IRQL("KsGenerateEventList", EventsFlags <= KSEVENTS_SPINLOCK ? DISPATCH_LEVEL : APC_LEVEL);
    (VOID) InterlockedIncrement(&TkKsEvents()->GenerateListCalls);
    irql = KsLockEvents(EventsFlags, EventsLock);
    for (link = EventsList->Flink; link != EventsList; link = next) {
        PKSEVENT_ENTRY entry = CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry);
        next = link->Flink; /* a one-shot entry is gone after it fired */
        if (entry->EventItem->EventId == EventId &&
            (Set == NULL || RtlEqualMemory(Set, entry->EventSet->Set, sizeof *Set)))
            (VOID) KsFireEntry(entry);
    }
    KsUnlockEvents(EventsFlags, EventsLock, irql);
}
