/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lists of events under locks of the driver's: disabling, freeing, firing. */
#include "event.h"

BOOLEAN KsListIsUsable(const LIST_ENTRY *List, KSEVENTS_LOCKTYPE Type, const VOID *Lock, const char *Function)
{
    if (List == NULL)
        KS_BREACH("ks-event-list", "%s without a list", Function);
    else if (Lock == NULL && Type != KSEVENTS_NONE)
        KS_BREACH("ks-event-lock", "%s without the lock, of type %d", Function, (int)Type);
    else
        return TRUE;
    (VOID) Function;
    return FALSE;
}

KIRQL KsLockEvents(KSEVENTS_LOCKTYPE Type, PVOID Lock)
{
    KIRQL irql = PASSIVE_LEVEL;
    switch (Type) {
    case KSEVENTS_NONE:
        break;
    case KSEVENTS_SPINLOCK:
        KeAcquireSpinLock((PKSPIN_LOCK)Lock, &irql);
        break;
    case KSEVENTS_INTERRUPT:
        irql = KeAcquireInterruptSpinLock((PKINTERRUPT)Lock);
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
    case KSEVENTS_INTERRUPT:
        KeReleaseInterruptSpinLock((PKINTERRUPT)Lock, Irql);
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

static PLIST_ENTRY first(PLIST_ENTRY list)
{
    if (list->Flink != NULL)
        return list->Flink;
    KS_BREACH("ks-event-list", "a list of events that was never initialised");
    return list;
}

/* The first entry of a client, or the one that has this address there. */
static PKSEVENT_ENTRY find(PFILE_OBJECT file, PLIST_ENTRY list, BOOLEAN any, const VOID *identity)
{
    PLIST_ENTRY link;
    for (link = first(list); link != list; link = link->Flink) {
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
    if (!KsListIsUsable(EventsList, EventsFlags, EventsLock, "KsFreeEventList"))
        return;
    if (TkKsEvents()->Freeing != NULL)
        TkKsEvents()->Freeing();
    while (remove_one(FileObject, EventsList, EventsFlags, EventsLock, TRUE, NULL)) {
    }
}

NTSTATUS NTAPI KsDisableEvent(PIRP Irp, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags, PVOID EventsLock)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG bytes = stack->Parameters.DeviceIoControl.InputBufferLength;
    KS_PASSIVE("KsDisableEvent");
    Irp->IoStatus.Information = 0;
    if (!KsListIsUsable(EventsList, EventsFlags, EventsLock, "KsDisableEvent"))
        return STATUS_INVALID_PARAMETER;
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
    BOOLEAN once = (BOOLEAN)((Entry->Flags & KSEVENT_ENTRY_ONESHOT) != 0);
    BOOLEAN later = (BOOLEAN)(KeGetCurrentIrql() > DISPATCH_LEVEL);
    NTSTATUS status = STATUS_SUCCESS;
    if ((Entry->Flags & KSEVENT_ENTRY_DELETED) != 0)
        return STATUS_SUCCESS; /* somebody is about to take it off */
    if (!later)
        status = KsSignalEntry(Entry);
    if (once) {
        Entry->Flags |= KSEVENT_ENTRY_DELETED;
        KsUnlinkEntry(Entry);
    }
    if (later)
        KsDeferEntry(Entry, once);
    else if (once)
        KsEndEntry(Entry, FALSE);
    return status;
}

NTSTATUS NTAPI KsGenerateEvent(PKSEVENT_ENTRY EventEntry)
{
    return KsFireEntry(EventEntry);
}

/* No entry here is buffered, so there is nothing to keep the data in. */
NTSTATUS NTAPI KsGenerateDataEvent(PKSEVENT_ENTRY EventEntry, ULONG DataSize, PVOID Data)
{
    (VOID) DataSize;
    (VOID) Data;
    return KsGenerateEvent(EventEntry);
}

/* Without a lock, and under that of an interrupt, the level is none of our business, or seen to by the lock. */
static VOID require_level(KSEVENTS_LOCKTYPE type)
{
    if (type != KSEVENTS_NONE && type != KSEVENTS_INTERRUPT)
        KS_IRQL("KsGenerateEventList", type == KSEVENTS_SPINLOCK ? DISPATCH_LEVEL : APC_LEVEL);
    (VOID) type;
}

VOID NTAPI KsGenerateEventList(GUID *Set, ULONG EventId, PLIST_ENTRY EventsList, KSEVENTS_LOCKTYPE EventsFlags,
                               PVOID EventsLock)
{
    PLIST_ENTRY link, next;
    KIRQL irql;
    require_level(EventsFlags);
    if (!KsListIsUsable(EventsList, EventsFlags, EventsLock, "KsGenerateEventList"))
        return;
    (VOID) InterlockedIncrement(&TkKsEvents()->GenerateListCalls);
    irql = KsLockEvents(EventsFlags, EventsLock);
    for (link = first(EventsList); link != EventsList; link = next) {
        PKSEVENT_ENTRY entry = CONTAINING_RECORD(link, KSEVENT_ENTRY, ListEntry);
        next = link->Flink; /* a one-shot entry is gone after it fired */
        if (entry->EventItem->EventId == EventId &&
            (Set == NULL || RtlEqualMemory(Set, entry->EventSet->Set, sizeof *Set)))
            (VOID) KsFireEntry(entry);
    }
    KsUnlockEvents(EventsFlags, EventsLock, irql);
}
