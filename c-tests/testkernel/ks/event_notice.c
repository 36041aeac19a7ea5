/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notices: how the client of an event is notified, at once or by a DPC where the IRQL forbids that. */
#include "event.h"

static KS_NOTICE *notice_of(PKSEVENT_ENTRY Entry)
{
    return (KS_NOTICE *)Entry->DpcItem;
}

static VOID let_go(KS_NOTICE *notice)
{
    if (InterlockedDecrement((volatile LONG *)&notice->Item.ReferenceCount) != 0)
        return;
    if (notice->Referenced)
        ObDereferenceObject(notice->Object);
    (VOID) InterlockedDecrement(&TkKsEvents()->Items);
    ExFreePoolWithTag(notice, KS_TAG);
}

/* IO_NO_INCREMENT to HIGH_PRIORITY; anything else is bounded. */
static KPRIORITY increment(const KS_NOTICE *notice)
{
    return notice->Increment <= HIGH_PRIORITY ? (KPRIORITY)notice->Increment : IO_NO_INCREMENT;
}

static NTSTATUS notify(KS_NOTICE *notice)
{
    switch (notice->Type) {
    case KSEVENTF_EVENT_HANDLE:
    case KSEVENTF_EVENT_OBJECT:
        (VOID) KeSetEvent((PRKEVENT)notice->Object, increment(notice), FALSE);
        return STATUS_SUCCESS;
    case KSEVENTF_SEMAPHORE_HANDLE:
    case KSEVENTF_SEMAPHORE_OBJECT:
        return KsReleaseBounded((PRKSEMAPHORE)notice->Object, increment(notice), notice->Adjustment);
    case KSEVENTF_DPC:
        (VOID) KeInsertQueueDpc((PRKDPC)notice->Object, NULL, NULL); /* queued already: one does for both, as below */
        return STATUS_SUCCESS;
    case KSEVENTF_WORKITEM:
        KsQueueOnce((PWORK_QUEUE_ITEM)notice->Object, notice->Queue);
        return STATUS_SUCCESS;
    case KSEVENTF_KSWORKITEM:
        KsQueueWorkerOnce(notice->Worker, (PWORK_QUEUE_ITEM)notice->Object);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

/* The access lock keeps the end of the event away: whoever disabled it is notified no more. */
static VOID NTAPI deferred(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    KS_NOTICE *notice = (KS_NOTICE *)Context;
    PKSEVENT_ENTRY fired;
    LONG due;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeAcquireSpinLockAtDpcLevel(&notice->Item.AccessLock);
    due = InterlockedExchange(&notice->Due, 0);
    if (due > 1 && !TkKsEvents()->EachDeferredCounts)
        due = 1;
    for (; due > 0 && (!notice->Ended || TkKsEvents()->DeferredOutlivesEvent); due--)
        (VOID) notify(notice);
    fired = notice->Fired;
    KeReleaseSpinLockFromDpcLevel(&notice->Item.AccessLock);
    if (fired != NULL)
        KsEndEntry(fired, FALSE);
    let_go(notice);
}

PKSEVENT_ENTRY KsMakeEntry(ULONG ExtraBytes)
{
    PKSEVENT_ENTRY entry =
        (PKSEVENT_ENTRY)ExAllocatePoolZero(NonPagedPoolNx, sizeof(KSEVENT_ENTRY) + ExtraBytes, KS_TAG);
    KS_NOTICE *notice = (KS_NOTICE *)ExAllocatePoolZero(NonPagedPoolNx, sizeof *notice, KS_TAG);
    if (entry == NULL || notice == NULL) {
        if (entry != NULL)
            ExFreePoolWithTag(entry, KS_TAG);
        if (notice != NULL)
            ExFreePoolWithTag(notice, KS_TAG);
        return NULL;
    }
    KeInitializeDpc(&notice->Item.Dpc, deferred, notice);
    KeInitializeSpinLock(&notice->Item.AccessLock);
    notice->Item.ReferenceCount = 1;
    entry->DpcItem = &notice->Item;
    (VOID) InterlockedIncrement(&TkKsEvents()->Items);
    (VOID) InterlockedIncrement(&TkKsEvents()->Entries);
    return entry;
}

NTSTATUS KsSignalEntry(PKSEVENT_ENTRY Entry)
{
    return notify(notice_of(Entry));
}

VOID KsDeferEntry(PKSEVENT_ENTRY Entry, BOOLEAN Last)
{
    KS_NOTICE *notice = notice_of(Entry);
    BOOLEAN at_once = (BOOLEAN)(notice->Type == KSEVENTF_DPC && !TkKsEvents()->DpcByDpc);
    if (at_once)
        (VOID) notify(notice); /* any IRQL will do for that */
    else {
        (VOID) InterlockedIncrement(&TkKsEvents()->Deferred);
        (VOID) InterlockedIncrement(&notice->Due);
    }
    if (at_once && !Last)
        return;
    if (Last)
        notice->Fired = Entry;
    (VOID) InterlockedIncrement((volatile LONG *)&notice->Item.ReferenceCount);
    if (!KeInsertQueueDpc(&notice->Item.Dpc, NULL, NULL))
        (VOID) InterlockedDecrement((volatile LONG *)&notice->Item.ReferenceCount); /* not to 0: the entry has one */
}

VOID KsEndEntry(PKSEVENT_ENTRY Entry, BOOLEAN Withdraw)
{
    KS_NOTICE *notice = notice_of(Entry);
    KIRQL irql;
    KeAcquireSpinLock(&notice->Item.AccessLock, &irql);
    notice->Ended = TRUE;
    KeReleaseSpinLock(&notice->Item.AccessLock, irql);
    if (Withdraw && notice->Type == KSEVENTF_DPC && !KeRemoveQueueDpc((PRKDPC)notice->Object))
        KeFlushQueuedDpcs(); /* it may run just now, and its client believes that it will not any more */
    let_go(notice);
    (VOID) InterlockedDecrement(&TkKsEvents()->Entries);
    ExFreePoolWithTag(Entry, KS_TAG);
}

VOID NTAPI KsDiscardEvent(PKSEVENT_ENTRY EventEntry)
{
    KS_PASSIVE("KsDiscardEvent");
    KsEndEntry(EventEntry, TRUE);
}
