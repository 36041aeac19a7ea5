/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What an entry notifies: checked and referenced at enable, signalled at each event, let go of at the end. */
#include "event.h"

static TK_KS_EVENTS settings = {
    FALSE, FALSE, STATUS_INVALID_PARAMETER, STATUS_PROPSET_NOT_FOUND, STATUS_PROPSET_NOT_FOUND, 0, 0, 0, NULL,
    NULL,  NULL};

TK_KS_EVENTS *TkKsEvents(VOID)
{
    return &settings;
}

/* User mode names its objects by handle and may name no others. */
static BOOLEAN allowed(PIRP irp, ULONG type)
{
    static const ULONG kinds[] = {
        KSEVENTF_EVENT_HANDLE, KSEVENTF_SEMAPHORE_HANDLE, KSEVENTF_EVENT_OBJECT, KSEVENTF_SEMAPHORE_OBJECT,
        KSEVENTF_DPC,          KSEVENTF_WORKITEM,         KSEVENTF_KSWORKITEM};
    ULONG i, last = irp->RequestorMode == KernelMode ? SIZEOF_ARRAY(kinds) : 2;
    for (i = 0; i < last; i++)
        if (kinds[i] == type)
            return TRUE;
    return FALSE;
}

/* Every member of the union that is a pointer to something of the client's lies at the same place. */
static BOOLEAN names_nothing(const KSEVENTDATA *data)
{
    return (BOOLEAN)(data->Alignment.Unused == NULL);
}

NTSTATUS KsBindNotification(PIRP Irp, const KSEVENTDATA *Data, PKSEVENT_ENTRY Entry)
{
    Entry->NotificationType = Data->NotificationType;
    if (!allowed(Irp, Data->NotificationType))
        return settings.StatusWrongKind;
    if (names_nothing(Data))
        return STATUS_INVALID_PARAMETER;
    Entry->Object = Data->Alignment.Unused;
    switch (Data->NotificationType) {
    case KSEVENTF_EVENT_HANDLE:
        return ObReferenceObjectByHandle(Data->EventHandle.Event, EVENT_MODIFY_STATE, *ExEventObjectType,
                                         Irp->RequestorMode, &Entry->Object, NULL);
    case KSEVENTF_SEMAPHORE_HANDLE:
        if (Data->SemaphoreHandle.Adjustment <= 0)
            return STATUS_INVALID_PARAMETER;
        Entry->SemaphoreAdjustment = (ULONG)Data->SemaphoreHandle.Adjustment;
        return ObReferenceObjectByHandle(Data->SemaphoreHandle.Semaphore, SEMAPHORE_MODIFY_STATE,
                                         *ExSemaphoreObjectType, Irp->RequestorMode, &Entry->Object, NULL);
    case KSEVENTF_EVENT_OBJECT:
        Entry->Reserved = (ULONG)Data->EventObject.Increment;
        return STATUS_SUCCESS;
    case KSEVENTF_SEMAPHORE_OBJECT:
        if (Data->SemaphoreObject.Adjustment <= 0)
            return STATUS_INVALID_PARAMETER;
        Entry->SemaphoreAdjustment = (ULONG)Data->SemaphoreObject.Adjustment;
        Entry->Reserved = (ULONG)Data->SemaphoreObject.Increment;
        return STATUS_SUCCESS;
    case KSEVENTF_WORKITEM:
        Entry->Reserved = (ULONG)Data->WorkItem.WorkQueueType;
        return STATUS_SUCCESS;
    case KSEVENTF_KSWORKITEM:
        Entry->BufferItem = Data->KsWorkItem.KsWorkerObject; /* no buffer: the place for the worker */
        return Entry->BufferItem != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    default:
        return STATUS_SUCCESS;
    }
}

/* IO_NO_INCREMENT to HIGH_PRIORITY; anything else is bounded. */
static KPRIORITY increment(PKSEVENT_ENTRY entry)
{
    return entry->Reserved <= HIGH_PRIORITY ? (KPRIORITY)entry->Reserved : IO_NO_INCREMENT;
}

NTSTATUS KsSignalEntry(PKSEVENT_ENTRY Entry)
{
    switch (Entry->NotificationType) {
    case KSEVENTF_EVENT_HANDLE:
    case KSEVENTF_EVENT_OBJECT:
        (VOID) KeSetEvent((PRKEVENT)Entry->Object, increment(Entry), FALSE);
        return STATUS_SUCCESS;
    case KSEVENTF_SEMAPHORE_HANDLE:
    case KSEVENTF_SEMAPHORE_OBJECT:
        return KsReleaseBounded((PRKSEMAPHORE)Entry->Object, increment(Entry), (LONG)Entry->SemaphoreAdjustment);
    case KSEVENTF_DPC:
        (VOID) KeInsertQueueDpc((PRKDPC)Entry->Object, NULL, NULL); /* queued already: one does for both, as below */
        return STATUS_SUCCESS;
    case KSEVENTF_WORKITEM:
        KsQueueOnce((PWORK_QUEUE_ITEM)Entry->Object, (WORK_QUEUE_TYPE)Entry->Reserved);
        return STATUS_SUCCESS;
    case KSEVENTF_KSWORKITEM:
        KsQueueWorkerOnce((PKSWORKER)Entry->BufferItem, (PWORK_QUEUE_ITEM)Entry->Object);
        return STATUS_SUCCESS;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

VOID KsEndEntry(PKSEVENT_ENTRY Entry, BOOLEAN Withdraw)
{
    if (Withdraw && Entry->NotificationType == KSEVENTF_DPC && !KeRemoveQueueDpc((PRKDPC)Entry->Object))
        KeFlushQueuedDpcs(); /* it may run just now, and its client believes that it will not any more */
    if (Entry->NotificationType == KSEVENTF_EVENT_HANDLE || Entry->NotificationType == KSEVENTF_SEMAPHORE_HANDLE)
        ObDereferenceObject(Entry->Object);
    (VOID) InterlockedDecrement(&settings.Entries);
    ExFreePoolWithTag(Entry, KS_TAG);
}

VOID NTAPI KsDiscardEvent(PKSEVENT_ENTRY EventEntry)
{
    KS_PASSIVE("KsDiscardEvent");
    KsEndEntry(EventEntry, TRUE);
}
